/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/server/http/client.h"

#define PATIENCE_MS 20000

Client *
client_new (guint16 port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port), .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  Client *self = g_new0 (Client, 1);

  self->unread = g_string_new (NULL);
  self->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (self->fd, >=, 0);
  g_assert_no_errno (connect (self->fd, (struct sockaddr *) &address, sizeof address));

  return self;
}

void
client_free (Client *self)
{
  close (self->fd);
  g_string_free (self->unread, TRUE);
  g_free (self);
}

gboolean
client_try_send (Client        *self,
                 gconstpointer  data,
                 gsize          length)
{
  for (gsize sent = 0; sent < length;)
    {
      gssize n = send (self->fd, (const char *) data + sent, length - sent, MSG_NOSIGNAL);

      if (n < 0)
        return FALSE;
      sent += (gsize) n;
    }

  return TRUE;
}

void
client_send_bytes (Client        *self,
                   gconstpointer  data,
                   gsize          length)
{
  g_assert_true (client_try_send (self, data, length));
}

void
client_send (Client     *self,
             const char *text)
{
  client_send_bytes (self, text, strlen (text));
}

/* FALSE: nothing more comes. */
static gboolean
read_more (Client *self)
{
  struct pollfd poller = { self->fd, POLLIN, 0 };
  char buffer[65536];
  gssize length;

  g_assert_cmpint (poll (&poller, 1, PATIENCE_MS), ==, 1);
  length = recv (self->fd, buffer, sizeof buffer, 0);
  if (length <= 0)
    return FALSE;
  g_string_append_len (self->unread, buffer, length);

  return TRUE;
}

static gboolean
need (Client *self,
      gsize   length)
{
  while (self->unread->len < length)
    if (!read_more (self))
      return FALSE;

  return TRUE;
}

char *
client_read_until (Client     *self,
                   const char *text)
{
  const char *end;
  char *read;
  gsize length;

  while ((end = strstr (self->unread->str, text)) == NULL)
    g_assert_true (read_more (self));

  length = (gsize) (end - self->unread->str) + strlen (text);
  read = g_strndup (self->unread->str, length);
  g_string_erase (self->unread, 0, (gssize) length);

  return read;
}

static void
take (Client  *self,
      GString *body,
      gsize    length)
{
  g_assert_true (need (self, length));
  g_string_append_len (body, self->unread->str, (gssize) length);
  g_string_erase (self->unread, 0, (gssize) length);
}

static void
read_chunks (Client  *self,
             GString *body)
{
  guint64 length;

  do
    {
      g_autofree char *line = client_read_until (self, "\r\n");
      g_autoptr(GString) end = g_string_new (NULL);

      length = g_ascii_strtoull (line, NULL, 16);
      take (self, body, length);
      take (self, end, 2);
    }
  while (length > 0);
}

static ClientReply *
read_reply (Client   *self,
            gboolean  has_body)
{
  ClientReply *reply = g_new0 (ClientReply, 1);
  g_autofree char *length = NULL;
  g_autofree char *encoding = NULL;

  reply->body = g_string_new (NULL);
  while (strstr (self->unread->str, "\r\n\r\n") == NULL)
    if (!read_more (self))
      return reply;

  reply->head = client_read_until (self, "\r\n\r\n");
  g_assert_true (g_str_has_prefix (reply->head, "HTTP/1.1 "));
  reply->status = (guint) g_ascii_strtoull (reply->head + 9, NULL, 10);
  length = client_reply_field (reply, "Content-Length");
  encoding = client_reply_field (reply, "Transfer-Encoding");
  if (has_body && length != NULL)
    take (self, reply->body, g_ascii_strtoull (length, NULL, 10));
  else if (has_body && encoding != NULL)
    read_chunks (self, reply->body);

  return reply;
}

ClientReply *
client_read (Client *self)
{
  return read_reply (self, TRUE);
}

ClientReply *
client_read_head (Client *self)
{
  return read_reply (self, FALSE);
}

gboolean
client_is_closed (Client *self,
                  guint   seconds)
{
  struct pollfd poller = { self->fd, POLLIN, 0 };
  char byte;

  if (poll (&poller, 1, (int) seconds * 1000) != 1)
    return FALSE;

  return recv (self->fd, &byte, 1, 0) <= 0;
}

void
client_reply_free (ClientReply *self)
{
  g_free (self->head);
  g_string_free (self->body, TRUE);
  g_free (self);
}

char *
client_reply_field (ClientReply *self,
                    const char  *name)
{
  g_auto(GStrv) lines = g_strsplit (self->head != NULL ? self->head : "", "\r\n", -1);
  gsize length = strlen (name);

  for (guint i = 1; lines[0] != NULL && lines[i] != NULL; i++)
    if (g_ascii_strncasecmp (lines[i], name, length) == 0 && lines[i][length] == ':')
      return g_strstrip (g_strdup (lines[i] + length + 1));

  return NULL;
}

ClientReply *
client_ask (guint16     port,
            const char *text)
{
  g_autoptr(Client) client = client_new (port);

  client_send (client, text);

  return client_read (client);
}

ClientReply *
client_request (guint16     port,
                const char *method,
                const char *target,
                const char *fields,
                const char *body)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_autoptr(Client) client = client_new (port);

  g_string_append_printf (text, "%s %s HTTP/1.1\r\nHost: localhost\r\n%s", method, target, fields != NULL ? fields : "");
  if (body != NULL)
    g_string_append_printf (text, "Content-Length: %" G_GSIZE_FORMAT "\r\n", strlen (body));
  g_string_append_printf (text, "\r\n%s", body != NULL ? body : "");
  client_send (client, text->str);

  return g_str_equal (method, "HEAD") ? client_read_head (client) : client_read (client);
}
