/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/options.h"
#include "server/outbound/mail.h"

G_BEGIN_DECLS

/* The mailer of the configuration, into `mailer`: NULL where it names no mail server. The password is the systemd credential `mail-password`, else it
 * is in the file that the configuration names. */
gboolean enlace_mailer_open (EnlaceOptions  *options,
                             EnlaceMailer  **mailer,
                             GError        **error);

G_END_DECLS
