/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/workflow/steps/step.h"

G_BEGIN_DECLS

/* Tells each approver of a request ({ title, text, approvers }), with a link of their own where `allow_link` says so, and counts them; nobody where the
 * server sends no mail. In the run's fiber. After a crash the same messages are sent again, by the same names. FALSE with MAIL: nobody could be
 * told; or INTERRUPTED, which is the interpreter's. */
gboolean enlace_approval_mail (EnlaceStepContext  *context,
                               EnlaceValue        *request,
                               gboolean            allow_link,
                               guint              *n_sent,
                               GError            **error);

G_END_DECLS
