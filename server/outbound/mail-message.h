/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * EnlaceMail:
 * @to: the address of one person, `ana@example.org` or `Ana <ana@example.org>`
 * @subject: one line
 * @text: the message
 * @id: what makes the message this one and no other, such as the key of a step: a second message with the same is known by mail programs as the same
 *
 * A message that a server sends for itself.
 */
typedef struct {
  const char *to;
  const char *subject;
  const char *text;
  const char *id;
} EnlaceMail;

/**
 * EnlaceMailError:
 * @ENLACE_MAIL_ERROR_SETTINGS: the settings of the mail server cannot be used
 * @ENLACE_MAIL_ERROR_ADDRESS: an address that is none, or a subject of more than one line
 * @ENLACE_MAIL_ERROR_CONNECT: the mail server was not reached, or its certificate is not acceptable: nothing was sent
 * @ENLACE_MAIL_ERROR_LATER: the mail server does not take it now: nothing was sent
 * @ENLACE_MAIL_ERROR_REFUSED: the mail server does not take it
 * @ENLACE_MAIL_ERROR_DOUBT: the connection was lost, or the time was over, while the message was being handed over: it may have been taken
 * @ENLACE_MAIL_ERROR_CANCELLED: the caller gave up, or the mailer is being freed
 */
typedef enum {
  ENLACE_MAIL_ERROR_SETTINGS,
  ENLACE_MAIL_ERROR_ADDRESS,
  ENLACE_MAIL_ERROR_CONNECT,
  ENLACE_MAIL_ERROR_LATER,
  ENLACE_MAIL_ERROR_REFUSED,
  ENLACE_MAIL_ERROR_DOUBT,
  ENLACE_MAIL_ERROR_CANCELLED,
} EnlaceMailError;

#define ENLACE_MAIL_ERROR (enlace_mail_error_quark ())
GQuark  enlace_mail_error_quark      (void);

/* The address alone (transfer full), where `text` is that of one person in ASCII; NULL with `ADDRESS`. */
char   *enlace_mail_dup_address      (const char        *text,
                                      GError           **error);
/* The message as it is sent (RFC 5322, transfer full); NULL with `ADDRESS`. `from` is an address as `to` is. */
GBytes *enlace_mail_compose          (const EnlaceMail  *mail,
                                      const char        *from,
                                      GError           **error);

G_END_DECLS
