/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libdex.h>

#include "server/outbound/mail-message.h"

G_BEGIN_DECLS

/**
 * EnlaceMailer:
 *
 * Sends mail by the mail server that the person who runs this server has named (SMTP, RFC 5321), two messages at a time. That server may be anywhere: the
 * address guard is for what workflows say. Functions are for any thread.
 *
 * With `smtps://` the connection is TLS from its beginning; with `smtp://` it becomes so by STARTTLS before anything is said, and is given up
 * where it does not. Only to a literal loopback address plain SMTP is spoken. Certificates are always verified.
 */
typedef struct _EnlaceMailer EnlaceMailer;

/**
 * enlace_mailer_new:
 * @server: `smtp://HOST[:PORT]` or `smtps://HOST[:PORT]`
 * @from: the address that mail comes from
 * @user: (nullable): the name to sign in by
 * @password: (nullable): the password to sign in by
 *
 * Returns: (transfer full): the mailer, or NULL with `SETTINGS` or `ADDRESS`. Nothing is connected to yet.
 */
EnlaceMailer *enlace_mailer_new  (const char        *server,
                                  const char        *from,
                                  const char        *user,
                                  const char        *password,
                                  GError           **error);

/* Gives up what is being sent, and waits for the threads: a second at most. */
void          enlace_mailer_free (EnlaceMailer      *self);

/**
 * enlace_mailer_send:
 *
 * Sends @mail. When the future is discarded, since nobody waits for it any more, sending is given up.
 *
 * Returns: (transfer full): a future that is resolved with TRUE once the mail server has taken the message, or rejected with ENLACE_MAIL_ERROR
 */
DexFuture    *enlace_mailer_send (EnlaceMailer      *self,
                                  const EnlaceMail  *mail);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceMailer, enlace_mailer_free)

G_END_DECLS
