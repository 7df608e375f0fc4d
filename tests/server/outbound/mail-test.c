/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "server/outbound/mail.h"
#include "tests/support/smtp.h"

/* Mail that the server sends for itself, to a mail server that checks what it is sent. */

static const EnlaceMail plain = { "Ana Núñez <ana@example.org>", "¿Aprobar «pedido 7»?", "Son 7 €:\n.\n..un enlace\nFin", "execution.step.0" };

/* The error's code, -1: it was sent. */
static int
send_mail (EnlaceMailer     *mailer,
           const EnlaceMail *mail)
{
  g_autoptr(DexFuture) future = enlace_mailer_send (mailer, mail);
  g_autoptr(GError) error = NULL;

  while (dex_future_is_pending (future))
    g_main_context_iteration (NULL, FALSE);
  if (dex_future_get_value (future, &error) != NULL)
    return -1;

  g_test_message ("%s", error->message);
  g_assert_true (error->domain == ENLACE_MAIL_ERROR);
  return error->code;
}

static int
send_to (TestSmtpManner manner)
{
  g_autoptr(TestSmtp) smtp = test_smtp_new (manner, NULL);
  g_autofree char *url = test_smtp_dup_url (smtp);
  g_autoptr(EnlaceMailer) mailer = enlace_mailer_new (url, "enlace@example.org", NULL, NULL, NULL);
  int code = send_mail (mailer, &plain);
  g_autoptr(GPtrArray) mails = test_smtp_list (smtp);

  g_assert_cmpuint (mails->len, ==, code == -1 ? 1 : 0);
  return code;
}

static void
test_send (void)
{
  g_autoptr(TestSmtp) smtp = test_smtp_new (TEST_SMTP_TAKES, "enlace:se:cret");
  g_autofree char *url = test_smtp_dup_url (smtp);
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceMailer) mailer = enlace_mailer_new (url, "Enlace <enlace@example.org>", "enlace", "se:cret", &error);
  g_autoptr(GPtrArray) mails = NULL;
  const TestSmtpMail *mail;

  g_assert_no_error (error);
  g_assert_cmpint (send_mail (mailer, &plain), ==, -1);
  mails = test_smtp_list (smtp);
  g_assert_cmpuint (mails->len, ==, 1);
  mail = mails->pdata[0];
  g_assert_cmpstr (mail->user, ==, "enlace:se:cret");
  g_assert_cmpstr (mail->sender, ==, "enlace@example.org");
  g_assert_cmpstr (mail->receiver, ==, "ana@example.org");
  g_assert_nonnull (strstr (mail->message, "From: Enlace <enlace@example.org>\n"));
  g_assert_nonnull (strstr (mail->message, "Auto-Submitted: auto-generated\n"));
  g_assert_nonnull (strstr (mail->message, "Content-Type: text/plain; charset=utf-8\n"));
  g_assert_nonnull (strstr (mail->message, "@example.org>\n"));
  g_assert_nonnull (strstr (mail->message, "Subject: =?"));
  g_assert_true (g_str_has_suffix (mail->message, "\n\nSon 7 =E2=82=AC:\n.\n..un enlace\nFin\n"));
}

static void
test_refusals (void)
{
  g_assert_cmpint (send_to (TEST_SMTP_TAKES), ==, -1);
  g_assert_cmpint (send_to (TEST_SMTP_REFUSES_RECEIVERS), ==, ENLACE_MAIL_ERROR_REFUSED);
  g_assert_cmpint (send_to (TEST_SMTP_IS_BUSY), ==, ENLACE_MAIL_ERROR_LATER);
  g_assert_cmpint (send_to (TEST_SMTP_DROPS_MESSAGES), ==, ENLACE_MAIL_ERROR_DOUBT);
}

static void
test_login (void)
{
  g_autoptr(TestSmtp) smtp = test_smtp_new (TEST_SMTP_TAKES, "enlace:secret");
  g_autofree char *url = test_smtp_dup_url (smtp);
  g_autoptr(EnlaceMailer) mailer = enlace_mailer_new (url, "enlace@example.org", "enlace", "wrong", NULL);

  g_assert_cmpint (send_mail (mailer, &plain), ==, ENLACE_MAIL_ERROR_SETTINGS);
}

static void
test_unreached (void)
{
  g_autoptr(TestSmtp) smtp = test_smtp_new (TEST_SMTP_TAKES, NULL);
  g_autofree char *url = test_smtp_dup_url (smtp);
  g_autoptr(EnlaceMailer) mailer = enlace_mailer_new (url, "enlace@example.org", NULL, NULL, NULL);

  test_smtp_free (g_steal_pointer (&smtp));
  g_assert_cmpint (send_mail (mailer, &plain), ==, ENLACE_MAIL_ERROR_CONNECT);
}

/* A name is not taken for this machine: without TLS nothing is said to it. */
static void
test_tls (void)
{
  g_autoptr(TestSmtp) smtp = test_smtp_new (TEST_SMTP_TAKES, NULL);
  g_autofree char *url = test_smtp_dup_url (smtp);
  g_autofree char *named = g_strconcat ("smtp://localhost", strrchr (url, ':'), NULL);
  g_autoptr(EnlaceMailer) mailer = enlace_mailer_new (named, "enlace@example.org", NULL, NULL, NULL);
  g_autoptr(GPtrArray) mails = NULL;

  g_assert_cmpint (send_mail (mailer, &plain), ==, ENLACE_MAIL_ERROR_CONNECT);
  mails = test_smtp_list (smtp);
  g_assert_cmpuint (mails->len, ==, 0);
}

static void
test_addresses (void)
{
  static const char *const refused[] = { "", "ana", "@example.org", "ana@", "a@b@c", "ana@example.org\r\nBcc: x@example.org", "a@x.org, b@x.org", "Team: a@x.org, b@x.org;",
                                         "ñ@example.org", "ana@example.org>\nX: y <b@x.org", "\"a b\"@example.org" };

  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr(GError) error = NULL;

      g_test_message ("%s", refused[i]);
      g_assert_null (enlace_mail_dup_address (refused[i], &error));
      g_assert_error (error, ENLACE_MAIL_ERROR, ENLACE_MAIL_ERROR_ADDRESS);
    }
}

static void
test_subject (void)
{
  EnlaceMail mail = plain;
  g_autoptr(GError) error = NULL;

  mail.subject = "a\r\nBcc: eve@example.org";
  g_assert_null (enlace_mail_compose (&mail, "enlace@example.org", &error));
  g_assert_error (error, ENLACE_MAIL_ERROR, ENLACE_MAIL_ERROR_ADDRESS);
}

/* The same message is known again; what it was named from is not in it. */
static void
test_id (void)
{
  g_autoptr(GBytes) first = enlace_mail_compose (&plain, "enlace@example.org", NULL);
  g_autoptr(GBytes) second = enlace_mail_compose (&plain, "enlace@example.org", NULL);
  g_autofree char *a = g_strdup (strstr (g_bytes_get_data (first, NULL), "Message-Id: "));
  g_autofree char *b = g_strdup (strstr (g_bytes_get_data (second, NULL), "Message-Id: "));

  g_assert_nonnull (a);
  a[strcspn (a, "\r")] = '\0';
  b[strcspn (b, "\r")] = '\0';
  g_assert_cmpstr (a, ==, b);
  g_assert_null (strstr (a, "execution"));
}

static void
test_settings (void)
{
  static const char *const refused[] = { "mail.example.org", "http://mail.example.org", "smtp://", "smtp://user:password@mail.example.org", "smtp://mail.example.org/x",
                                         "smtp://mail.example.org?x", "file:///etc/passwd" };
  g_autoptr(GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr(GError) reason = NULL;

      g_assert_null (enlace_mailer_new (refused[i], "enlace@example.org", NULL, NULL, &reason));
      g_assert_error (reason, ENLACE_MAIL_ERROR, ENLACE_MAIL_ERROR_SETTINGS);
    }

  g_assert_null (enlace_mailer_new ("smtp://mail.example.org", "nobody", NULL, NULL, &error));
  g_assert_error (error, ENLACE_MAIL_ERROR, ENLACE_MAIL_ERROR_ADDRESS);
}

/* A mail server that says nothing keeps nobody from stopping. */
static void
test_stop (void)
{
  g_autoptr(TestSmtp) smtp = test_smtp_new (TEST_SMTP_IS_SILENT, NULL);
  g_autofree char *url = test_smtp_dup_url (smtp);
  EnlaceMailer *mailer = enlace_mailer_new (url, "enlace@example.org", NULL, NULL, NULL);
  g_autoptr(DexFuture) future = enlace_mailer_send (mailer, &plain);
  g_autoptr(GError) error = NULL;
  gint64 begin;

  while (test_smtp_get_count (smtp) == 0)
    g_thread_yield ();
  begin = g_get_monotonic_time ();
  enlace_mailer_free (mailer);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 3 * G_USEC_PER_SEC);
  g_assert_null (dex_future_get_value (future, &error));
  g_assert_error (error, ENLACE_MAIL_ERROR, ENLACE_MAIL_ERROR_CANCELLED);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();

  g_test_add_func ("/mail/is-sent-and-signed-in-for", test_send);
  g_test_add_func ("/mail/tells-refusals-apart", test_refusals);
  g_test_add_func ("/mail/names-a-wrong-password", test_login);
  g_test_add_func ("/mail/names-a-server-that-is-not-there", test_unreached);
  g_test_add_func ("/mail/says-nothing-without-tls", test_tls);
  g_test_add_func ("/mail/refuses-what-is-no-address", test_addresses);
  g_test_add_func ("/mail/refuses-a-subject-of-two-lines", test_subject);
  g_test_add_func ("/mail/names-a-message-once", test_id);
  g_test_add_func ("/mail/refuses-settings-that-are-none", test_settings);
  g_test_add_func ("/mail/stops-at-once", test_stop);

  return g_test_run ();
}
