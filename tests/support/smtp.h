/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A mail server on a free loopback port, without TLS. It takes one conversation at a time and keeps what came. */
typedef struct _TestSmtp TestSmtp;

typedef enum {
  TEST_SMTP_TAKES,
  TEST_SMTP_REFUSES_RECEIVERS,    /* 550 */
  TEST_SMTP_IS_BUSY,              /* 451 to a receiver */
  TEST_SMTP_DROPS_MESSAGES,       /* the connection ends behind the message, without a reply */
  TEST_SMTP_IS_SILENT,            /* it never greets */
} TestSmtpManner;

typedef struct {
  char *sender;
  char *receiver;
  char *message;      /* as it came, dots unstuffed */
  char *user;         /* "user:password"; "" without AUTH */
} TestSmtpMail;

/* With `login` ("user:password", nullable) it wants that one. */
TestSmtp  *test_smtp_new        (TestSmtpManner  manner,
                                 const char     *login);
/* smtp://127.0.0.1:PORT */
char      *test_smtp_dup_url    (TestSmtp       *self);
/* Element-type TestSmtpMail; owned by the caller. */
GPtrArray *test_smtp_list       (TestSmtp       *self);
/* Connections that were made. */
guint      test_smtp_get_count  (TestSmtp       *self);
void       test_smtp_free       (TestSmtp       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestSmtp, test_smtp_free)

G_END_DECLS
