/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "receiver.h"

#include <stdlib.h>
#include <string.h>

struct _Receiver {
  GThread        *thread;
  GMainContext   *context;
  int             is_over;
  GSocketService *service;
  guint           port;
  GMutex          lock;
  GCond           changed;
  GPtrArray      *requests;
  guint           n_connections;
  guint           n_open;
  guint           most_open;
  gboolean        is_released;
  char           *list;
};

static void
received_free (gpointer data)
{
  Received *request = data;

  g_free (request->method);
  g_free (request->path);
  g_free (request->key);
  g_free (request->content_type);
  g_free (request->body);
  g_free (request);
}

static Received *
read_request (GDataInputStream *input)
{
  g_autofree char *line = g_data_input_stream_read_line (input, NULL, NULL, NULL);
  g_auto(GStrv) words = line != NULL ? g_strsplit (line, " ", 3) : NULL;
  Received *request;
  gsize length = 0;

  if (words == NULL || g_strv_length (words) != 3)
    return NULL;

  request = g_new0 (Received, 1);
  request->method = g_strdup (words[0]);
  request->path = g_strdup (words[1]);
  for (;;)
    {
      g_autofree char *header = g_data_input_stream_read_line (input, NULL, NULL, NULL);
      char *value = header != NULL ? strchr (header, ':') : NULL;

      if (value == NULL)
        break;
      *value++ = '\0';
      g_strstrip (value);
      if (g_ascii_strcasecmp (header, "content-length") == 0)
        length = strtoul (value, NULL, 10);
      else if (g_ascii_strcasecmp (header, "idempotency-key") == 0)
        g_set_str (&request->key, value);
      else if (g_ascii_strcasecmp (header, "content-type") == 0)
        g_set_str (&request->content_type, value);
    }

  request->body = g_malloc0 (length + 1);
  if (!g_input_stream_read_all (G_INPUT_STREAM (input), request->body, length, NULL, NULL, NULL))
    g_clear_pointer (&request, received_free);

  return request;
}

static guint
count_path (Receiver   *self,
            const char *path,
            const char *key)
{
  guint n = 0;

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->requests->len; i++)
    {
      const Received *request = self->requests->pdata[i];

      n += strcmp (request->path, path) == 0 && (key == NULL || g_strcmp0 (request->key, key) == 0);
    }
  g_mutex_unlock (&self->lock);

  return n;
}

static gboolean
reply (GSocketConnection *connection,
       guint              status,
       const char        *content_type,
       const char        *body,
       const char        *more)
{
  g_autofree char *text = g_strdup_printf ("HTTP/1.1 %u Status\r\nContent-Type: %s\r\nContent-Length: %" G_GSIZE_FORMAT "\r\n%s\r\n%s",
                                           status, content_type, strlen (body), more, body);

  return g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), text, strlen (text), NULL, NULL, NULL);
}

static gboolean
reply_ok (GSocketConnection *connection)
{
  return reply (connection, 200, "application/json", "{\"received\":true}", "");
}

/* Until it is released, or the other end closes. */
static void
hang (Receiver          *self,
      GSocketConnection *connection)
{
  GSocket *socket = g_socket_connection_get_socket (connection);

  g_mutex_lock (&self->lock);
  while (!self->is_released && (g_socket_condition_check (socket, G_IO_IN | G_IO_HUP) & (G_IO_IN | G_IO_HUP)) == 0)
    g_cond_wait_until (&self->changed, &self->lock, g_get_monotonic_time () + 20 * G_TIME_SPAN_MILLISECOND);
  g_mutex_unlock (&self->lock);
}

static gboolean
answer (Receiver          *self,
        GSocketConnection *connection,
        const Received    *request)
{
  const char *path = request->path;
  const char *number = strrchr (path, '/') + 1;

  if (g_str_has_prefix (path, "/hang"))
    hang (self, connection);
  g_mutex_lock (&self->lock);
  self->n_open--;
  g_mutex_unlock (&self->lock);

  if (g_str_has_prefix (path, "/echo"))
    return reply (connection, 200, request->content_type != NULL ? request->content_type : "text/plain", request->body, "");
  if (g_str_has_prefix (path, "/fail/") && count_path (self, path, NULL) <= (guint) atoi (number))
    return reply (connection, 503, "text/plain", "not now", "");
  if (g_str_has_prefix (path, "/busy/") && count_path (self, path, NULL) == 1)
    {
      g_autofree char *header = g_strdup_printf ("Retry-After: %s\r\n", number);

      return reply (connection, 429, "text/plain", "busy", header);
    }
  if (g_str_has_prefix (path, "/later/") && count_path (self, path, NULL) == 1)
    {
      g_autoptr(GDateTime) now = g_date_time_new_now_utc ();
      g_autoptr(GDateTime) then = g_date_time_add_seconds (now, atoi (number));
      g_autofree char *header = g_date_time_format (then, "Retry-After: %a, %d %b %Y %H:%M:%S GMT\r\n");

      return reply (connection, 503, "text/plain", "later", header);
    }
  if (g_str_has_prefix (path, "/status/"))
    {
      g_autofree char *body = g_strdup_printf ("{\"code\":%s}", number);

      return reply (connection, (guint) atoi (number), "application/json", body, "");
    }
  if (g_str_has_prefix (path, "/list"))
    {
      g_autofree char *list = NULL;

      g_mutex_lock (&self->lock);
      list = g_strdup (self->list);
      g_mutex_unlock (&self->lock);
      return list != NULL ? reply (connection, 200, "application/json", list, "") : reply (connection, 503, "text/plain", "none", "");
    }
  if (strcmp (path, "/text") == 0)
    return reply (connection, 200, "text/plain", "plain text", "");
  if (strcmp (path, "/bad-json") == 0)
    return reply (connection, 200, "application/json", "{\"a\":", "");
  if (strcmp (path, "/drop") == 0 && count_path (self, path, request->key) == 1)
    return FALSE;

  return reply_ok (connection);
}

static gboolean
run_cb (GThreadedSocketService *service,
        GSocketConnection      *connection,
        GObject                *source,
        gpointer                user_data)
{
  Receiver *self = user_data;
  g_autoptr(GDataInputStream) input = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  Received *request;
  gboolean is_open = TRUE;

  g_mutex_lock (&self->lock);
  self->n_connections++;
  g_mutex_unlock (&self->lock);

  g_data_input_stream_set_newline_type (input, G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
  while (is_open && (request = read_request (input)) != NULL)
    {
      g_mutex_lock (&self->lock);
      g_ptr_array_add (self->requests, request);
      self->n_open++;
      self->most_open = MAX (self->most_open, self->n_open);
      g_cond_broadcast (&self->changed);
      g_mutex_unlock (&self->lock);

      is_open = answer (self, connection, request);
    }
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);

  g_mutex_lock (&self->lock);
  self->n_connections--;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);

  return TRUE;
}

/* The service accepts in a main context of its own, so that a test may block. */
static gpointer
serve_thread (gpointer data)
{
  Receiver *self = data;
  GError *error = NULL;

  g_main_context_push_thread_default (self->context);
  g_mutex_lock (&self->lock);
  self->service = g_threaded_socket_service_new (64);
  g_socket_listener_set_backlog (G_SOCKET_LISTENER (self->service), 256);
  self->port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (self->service), NULL, &error);
  g_assert_no_error (error);
  g_signal_connect (self->service, "run", G_CALLBACK (run_cb), self);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);

  while (!g_atomic_int_get (&self->is_over))
    g_main_context_iteration (self->context, TRUE);

  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

Receiver *
receiver_new (void)
{
  Receiver *self = g_new0 (Receiver, 1);

  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->requests = g_ptr_array_new_with_free_func (received_free);
  self->context = g_main_context_new ();

  g_mutex_lock (&self->lock);
  self->thread = g_thread_new ("receiver", serve_thread, self);
  while (self->port == 0)
    g_cond_wait (&self->changed, &self->lock);
  g_mutex_unlock (&self->lock);

  return self;
}

void
receiver_set_list (Receiver   *self,
                   const char *json)
{
  g_mutex_lock (&self->lock);
  g_set_str (&self->list, json);
  g_mutex_unlock (&self->lock);
}

void
receiver_release (Receiver *self)
{
  g_mutex_lock (&self->lock);
  self->is_released = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

/* Wants the connections closed by the other end, so that their threads end. */
void
receiver_free (Receiver *self)
{
  receiver_release (self);
  g_atomic_int_set (&self->is_over, TRUE);
  g_main_context_wakeup (self->context);
  g_thread_join (self->thread);
  g_mutex_lock (&self->lock);
  while (self->n_connections > 0)
    g_cond_wait (&self->changed, &self->lock);
  g_mutex_unlock (&self->lock);

  g_clear_object (&self->service);
  g_main_context_unref (self->context);
  g_ptr_array_unref (self->requests);
  g_free (self->list);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);
  g_free (self);
}

guint
receiver_get_port (Receiver *self)
{
  return self->port;
}

char *
receiver_dup_url (Receiver   *self,
                  const char *path)
{
  return g_strdup_printf ("http://127.0.0.1:%u%s", self->port, path);
}

guint
receiver_count (Receiver *self)
{
  guint n;

  g_mutex_lock (&self->lock);
  n = self->requests->len;
  g_mutex_unlock (&self->lock);

  return n;
}

const Received *
receiver_get (Receiver *self,
              guint     index)
{
  const Received *request;

  g_mutex_lock (&self->lock);
  g_assert_cmpuint (index, <, self->requests->len);
  request = self->requests->pdata[index];
  g_mutex_unlock (&self->lock);

  return request;
}

void
receiver_wait_for (Receiver *self,
                   guint     n)
{
  gint64 deadline = g_get_monotonic_time () + 10 * G_TIME_SPAN_SECOND;

  g_mutex_lock (&self->lock);
  while (self->requests->len < n)
    g_assert_true (g_cond_wait_until (&self->changed, &self->lock, deadline));
  g_mutex_unlock (&self->lock);
}

guint
receiver_get_most_at_once (Receiver *self)
{
  guint n;

  g_mutex_lock (&self->lock);
  n = self->most_open;
  g_mutex_unlock (&self->lock);

  return n;
}
