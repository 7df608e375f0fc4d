/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/support/smtp.h"

#include <string.h>

struct _TestSmtp {
  TestSmtpManner   manner;
  char            *login;
  GSocketListener *listener;
  GCancellable    *cancellable;
  guint16          port;
  GThread         *thread;

  GMutex           lock;
  GPtrArray       *mails;
  guint            n_connections;
};

/* One conversation. */
typedef struct {
  TestSmtp         *server;
  GDataInputStream *input;
  GOutputStream    *output;
  char             *user;
  char             *sender;
  char             *receiver;
} Talk;

static void
mail_free (gpointer data)
{
  TestSmtpMail *mail = data;

  g_free (mail->sender);
  g_free (mail->receiver);
  g_free (mail->message);
  g_free (mail->user);
  g_free (mail);
}

static char *
read_line (Talk *talk)
{
  return g_data_input_stream_read_line (talk->input, NULL, talk->server->cancellable, NULL);
}

static gboolean
say (Talk       *talk,
     const char *text)
{
  return g_output_stream_write_all (talk->output, text, strlen (text), NULL, talk->server->cancellable, NULL);
}

static char *
dup_address (const char *line)
{
  const char *open = strchr (line, '<');
  const char *close = open != NULL ? strchr (open, '>') : NULL;

  return close != NULL ? g_strndup (open + 1, (gsize) (close - open - 1)) : g_strdup ("");
}

/* AUTH PLAIN (RFC 4616): NUL user NUL password, in base64, with the command or on the next line. */
static gboolean
sign_in (Talk       *talk,
         const char *line)
{
  g_autofree char *later = NULL;
  const char *code = line + strlen ("AUTH PLAIN");
  g_autofree guchar *bytes = NULL;
  gsize length;

  if (*code == '\0' && (!say (talk, "334 \r\n") || (later = read_line (talk)) == NULL))
    return FALSE;

  bytes = g_base64_decode (later != NULL ? later : code + 1, &length);
  for (gsize i = 0; i < length; i++)
    if (bytes[i] == '\0')
      bytes[i] = ':';
  g_free (talk->user);
  talk->user = length > 0 ? g_strndup ((const char *) bytes + 1, length - 1) : g_strdup ("");

  return say (talk, g_strcmp0 (talk->user, talk->server->login) == 0 ? "235 2.7.0 welcome\r\n" : "535 5.7.8 no\r\n");
}

static void
keep (Talk *talk,
      char *message)
{
  TestSmtpMail *mail = g_new (TestSmtpMail, 1);

  *mail = (TestSmtpMail) { g_strdup (talk->sender), g_strdup (talk->receiver), message, g_strdup (talk->user) };
  g_mutex_lock (&talk->server->lock);
  g_ptr_array_add (talk->server->mails, mail);
  g_mutex_unlock (&talk->server->lock);
}

static gboolean
take_message (Talk *talk)
{
  g_autoptr(GString) message = g_string_new (NULL);

  if (!say (talk, "354 go on\r\n"))
    return FALSE;

  while (TRUE)
    {
      g_autofree char *line = read_line (talk);

      if (line == NULL)
        return FALSE;
      if (strcmp (line, ".") == 0)
        break;
      g_string_append_printf (message, "%s\n", *line == '.' ? line + 1 : line);
    }
  if (talk->server->manner == TEST_SMTP_DROPS_MESSAGES)
    return FALSE;

  keep (talk, g_string_free_and_steal (g_steal_pointer (&message)));
  return say (talk, "250 2.0.0 taken\r\n");
}

static const char *
get_receiver_reply (TestSmtp *self)
{
  switch (self->manner)
    {
    case TEST_SMTP_REFUSES_RECEIVERS:
      return "550 5.1.1 nobody by that name\r\n";

    case TEST_SMTP_IS_BUSY:
      return "451 4.3.0 later\r\n";

    case TEST_SMTP_TAKES:
    case TEST_SMTP_DROPS_MESSAGES:
    case TEST_SMTP_IS_SILENT:
    default:
      return "250 2.1.5 fine\r\n";
    }
}

/* FALSE: the conversation is over. */
static gboolean
answer (Talk       *talk,
        const char *line)
{
  if (g_str_has_prefix (line, "EHLO"))
    return say (talk, talk->server->login != NULL ? "250-double\r\n250 AUTH PLAIN\r\n" : "250 double\r\n");
  if (g_str_has_prefix (line, "AUTH PLAIN"))
    return sign_in (talk, line);
  if (g_str_has_prefix (line, "MAIL FROM:"))
    {
      g_free (talk->sender);
      talk->sender = dup_address (line);
      return say (talk, "250 2.1.0 fine\r\n");
    }
  if (g_str_has_prefix (line, "RCPT TO:"))
    {
      g_free (talk->receiver);
      talk->receiver = dup_address (line);
      return say (talk, get_receiver_reply (talk->server));
    }
  if (strcmp (line, "DATA") == 0)
    return take_message (talk);
  if (strcmp (line, "QUIT") == 0)
    return say (talk, "221 bye\r\n") && FALSE;

  return say (talk, "500 what?\r\n");
}

static void
converse (TestSmtp          *self,
          GSocketConnection *connection)
{
  Talk talk = { .server = self, .output = g_io_stream_get_output_stream (G_IO_STREAM (connection)), .user = g_strdup ("") };
  gboolean goes_on;

  talk.input = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  g_data_input_stream_set_newline_type (talk.input, G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
  goes_on = self->manner == TEST_SMTP_IS_SILENT || say (&talk, "220 double ESMTP\r\n");
  while (goes_on)
    {
      g_autofree char *line = read_line (&talk);

      goes_on = line != NULL && answer (&talk, line);
    }

  g_object_unref (talk.input);
  g_free (talk.user);
  g_free (talk.sender);
  g_free (talk.receiver);
}

static gpointer
thread_func (gpointer data)
{
  TestSmtp *self = data;

  while (TRUE)
    {
      g_autoptr(GSocketConnection) connection = g_socket_listener_accept (self->listener, NULL, self->cancellable, NULL);

      if (connection == NULL)
        return NULL;
      g_mutex_lock (&self->lock);
      self->n_connections++;
      g_mutex_unlock (&self->lock);
      converse (self, connection);
      g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
    }
}

TestSmtp *
test_smtp_new (TestSmtpManner  manner,
               const char     *login)
{
  TestSmtp *self = g_new0 (TestSmtp, 1);
  g_autoptr(GInetAddress) address = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr(GSocketAddress) wanted = g_inet_socket_address_new (address, 0);
  g_autoptr(GSocketAddress) bound = NULL;

  self->manner = manner;
  self->login = g_strdup (login);
  self->cancellable = g_cancellable_new ();
  self->mails = g_ptr_array_new_with_free_func (mail_free);
  g_mutex_init (&self->lock);
  self->listener = g_socket_listener_new ();
  g_assert_true (g_socket_listener_add_address (self->listener, wanted, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &bound, NULL));
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  self->thread = g_thread_new ("smtp", thread_func, self);

  return self;
}

char *
test_smtp_dup_url (TestSmtp *self)
{
  return g_strdup_printf ("smtp://127.0.0.1:%u", self->port);
}

GPtrArray *
test_smtp_list (TestSmtp *self)
{
  GPtrArray *mails = g_ptr_array_new_with_free_func (mail_free);

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->mails->len; i++)
    {
      const TestSmtpMail *mail = self->mails->pdata[i];
      TestSmtpMail *copy = g_new (TestSmtpMail, 1);

      *copy = (TestSmtpMail) { g_strdup (mail->sender), g_strdup (mail->receiver), g_strdup (mail->message), g_strdup (mail->user) };
      g_ptr_array_add (mails, copy);
    }
  g_mutex_unlock (&self->lock);

  return mails;
}

guint
test_smtp_get_count (TestSmtp *self)
{
  guint n;

  g_mutex_lock (&self->lock);
  n = self->n_connections;
  g_mutex_unlock (&self->lock);

  return n;
}

void
test_smtp_free (TestSmtp *self)
{
  g_cancellable_cancel (self->cancellable);
  g_thread_join (self->thread);
  g_socket_listener_close (self->listener);
  g_object_unref (self->listener);
  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->mails);
  g_mutex_clear (&self->lock);
  g_free (self->login);
  g_free (self);
}
