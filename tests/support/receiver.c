/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include "tests/support/receiver.h"

#include <gio/gio.h>
#include <string.h>

#define REPLY "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 17\r\n\r\n{\"received\":true}"

struct _TestReceiver {
  GSocket        *socket;     /* to listen at; NULL: a free port */
  GSocketService *service;
  GThread        *thread;
  GMainContext   *context;
  GMainLoop      *loop;
  guint           port;
  GMutex          mutex;
  GHashTable     *received;   /* "KEY\nBODY" → TestReceived; guarded by mutex */
  guint           count;
};

static void
received_free (gpointer data)
{
  TestReceived *self = data;

  g_free (self->key);
  g_free (self->body);
  g_free (self);
}

static void
remember (TestReceiver *self,
          const char   *key,
          const char   *body)
{
  g_autofree char *name = g_strconcat (key, "\n", body, NULL);
  TestReceived *received;

  g_mutex_lock (&self->mutex);
  if ((received = g_hash_table_lookup (self->received, name)) == NULL)
    {
      received = g_new0 (TestReceived, 1);
      received->key = g_strdup (key);
      received->body = g_strdup (body);
      g_hash_table_insert (self->received, g_steal_pointer (&name), received);
    }
  received->n_times++;
  self->count++;
  g_mutex_unlock (&self->mutex);
}

static char *
find_header (const char *head,
             const char *name)
{
  g_auto(GStrv) lines = g_strsplit (head, "\r\n", -1);
  gsize length = strlen (name);

  for (gsize i = 1; lines[i] != NULL; i++)
    if (g_ascii_strncasecmp (lines[i], name, length) == 0 && lines[i][length] == ':')
      return g_strdup (g_strstrip (lines[i] + length + 1));

  return NULL;
}

/* One request from the buffer: FALSE when more bytes are needed. */
static gboolean
take_request (TestReceiver *self,
              GString      *buffer)
{
  const char *end = strstr (buffer->str, "\r\n\r\n");
  g_autofree char *head = NULL, *length = NULL, *key = NULL, *body = NULL;
  gsize size;

  if (end == NULL)
    return FALSE;

  head = g_strndup (buffer->str, end - buffer->str);
  length = find_header (head, "Content-Length");
  size = length != NULL ? g_ascii_strtoull (length, NULL, 10) : 0;
  if (buffer->len < (gsize) (end + 4 - buffer->str) + size)
    return FALSE;

  key = find_header (head, "Idempotency-Key");
  body = g_strndup (end + 4, size);
  remember (self, key != NULL ? key : "", body);
  g_string_erase (buffer, 0, end + 4 - buffer->str + size);

  return TRUE;
}

static gboolean
run_cb (GThreadedSocketService *service,
        GSocketConnection      *connection,
        GObject                *source,
        gpointer                data)
{
  TestReceiver *self = data;
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  g_autoptr(GString) buffer = g_string_new (NULL);
  char bytes[16 * 1024];
  gssize n;

  g_tcp_connection_set_graceful_disconnect (G_TCP_CONNECTION (connection), FALSE);
  while ((n = g_input_stream_read (input, bytes, sizeof bytes, NULL, NULL)) > 0)
    {
      g_string_append_len (buffer, bytes, n);
      while (take_request (self, buffer))
        if (!g_output_stream_write_all (output, REPLY, strlen (REPLY), NULL, NULL, NULL))
          return TRUE;
    }

  return TRUE;
}

static void
listen_at (TestReceiver *self)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GSocketAddress) bound = g_socket_get_local_address (self->socket, &error);

  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  g_socket_listen (self->socket, &error);
  g_assert_no_error (error);
  g_socket_listener_add_socket (G_SOCKET_LISTENER (self->service), self->socket, NULL, &error);
  g_assert_no_error (error);
}

static gpointer
serve (gpointer data)
{
  TestReceiver *self = data;

  g_main_context_push_thread_default (self->context);
  self->service = g_threaded_socket_service_new (256);
  g_signal_connect (self->service, "run", G_CALLBACK (run_cb), self);
  if (self->socket == NULL)
    self->port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (self->service), NULL, NULL);
  else
    listen_at (self);
  g_socket_service_start (self->service);
  g_main_loop_run (self->loop);
  g_socket_service_stop (self->service);
  g_main_context_pop_thread_default (self->context);

  return NULL;
}

static gboolean
is_up (TestReceiver *self)
{
  return g_main_loop_is_running (self->loop);
}

TestReceiver *
test_receiver_new_at (GSocket *socket)
{
  TestReceiver *self = g_new0 (TestReceiver, 1);

  if (socket != NULL)
    self->socket = g_object_ref (socket);

  g_mutex_init (&self->mutex);
  self->received = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, received_free);
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->thread = g_thread_new ("receiver", serve, self);
  while (!is_up (self))
    g_thread_yield ();
  g_assert_cmpuint (self->port, !=, 0);

  return self;
}

TestReceiver *
test_receiver_new (void)
{
  return test_receiver_new_at (NULL);
}

guint
test_receiver_get_port (TestReceiver *self)
{
  return self->port;
}

GPtrArray *
test_receiver_list (TestReceiver *self)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (received_free);
  GHashTableIter iter;
  gpointer value;

  g_mutex_lock (&self->mutex);
  g_hash_table_iter_init (&iter, self->received);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      TestReceived *copy = g_memdup2 (value, sizeof (TestReceived));

      copy->key = g_strdup (copy->key);
      copy->body = g_strdup (copy->body);
      g_ptr_array_add (list, copy);
    }
  g_mutex_unlock (&self->mutex);

  return list;
}

guint
test_receiver_get_count (TestReceiver *self)
{
  guint count;

  g_mutex_lock (&self->mutex);
  count = self->count;
  g_mutex_unlock (&self->mutex);

  return count;
}

void
test_receiver_free (TestReceiver *self)
{
  g_main_loop_quit (self->loop);
  g_thread_join (self->thread);
  g_clear_object (&self->service);
  g_clear_object (&self->socket);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_hash_table_unref (self->received);
  g_mutex_clear (&self->mutex);
  g_free (self);
}
