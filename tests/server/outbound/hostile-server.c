/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "tests/server/outbound/hostile-server.h"

struct _HostileServer {
  GSocket *listener;
  GThread *acceptor;
  GCancellable *stopping;
  guint port;

  GMutex lock;
  GCond changed;
  GPtrArray *threads;  /* GThread, of connections */
  GPtrArray *requests; /* char *: head and body */
  guint n_connections;
};

typedef struct {
  HostileServer *server;
  GSocket *socket;
  char *request; /* the present one: head and body */
  char *path;    /* its target, query included */
  const char *body;
  guint n_requests;
} Connection;

/* Answers one request. Returns whether the connection goes on. */
typedef gboolean (*Serve) (Connection *connection);

static gboolean
send_bytes (Connection *connection, const char *bytes, gsize length)
{
  while (length > 0)
    {
      gssize sent = g_socket_send (connection->socket, bytes, length, connection->server->stopping, NULL);

      if (sent <= 0)
        return FALSE;
      bytes += sent;
      length -= (gsize) sent;
    }

  return TRUE;
}

static gboolean
send_text (Connection *connection, const char *text)
{
  return send_bytes (connection, text, strlen (text));
}

static gboolean
reply (Connection *connection, const char *head, const char *body)
{
  g_autofree char *text = g_strdup_printf ("HTTP/1.1 %s\r\nContent-Length: %zu\r\n\r\n%s", head, strlen (body), body);

  return send_text (connection, text);
}

static gboolean
serve_echo (Connection *connection)
{
  return reply (connection, "200 OK\r\nContent-Type: text/plain", connection->body);
}

/* Until the other end goes away or the test ends. */
static gboolean
serve_hang (Connection *connection)
{
  g_socket_condition_wait (connection->socket, G_IO_IN | G_IO_HUP, connection->server->stopping, NULL);

  return FALSE;
}

/* One byte a second, until somebody has had enough. */
static gboolean
serve_drip (Connection *connection)
{
  gboolean goes_on = send_text (connection, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");

  while (goes_on)
    goes_on = send_text (connection, "x") &&
              !g_socket_condition_timed_wait (connection->socket, G_IO_IN | G_IO_HUP, G_USEC_PER_SEC,
                                              connection->server->stopping, NULL) &&
              !g_cancellable_is_cancelled (connection->server->stopping);

  return FALSE;
}

/* Ten gigabytes, in chunks that say nothing of the whole. */
static gboolean
serve_endless (Connection *connection)
{
  g_autofree char *zeros = g_strnfill (64 * 1024, '0');
  g_autofree char *chunk = g_strdup_printf ("10000\r\n%s\r\n", zeros);
  gboolean goes_on = send_text (connection, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");

  for (guint i = 0; goes_on && i < 160 * 1024; i++)
    goes_on = send_text (connection, chunk);

  return FALSE;
}

/* 64 MiB of zeros in 64 KiB of gzip. */
static gboolean
serve_bomb (Connection *connection)
{
  g_autoptr(GConverter) converter = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9));
  g_autoptr(GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr(GOutputStream) stream = g_converter_output_stream_new (memory, converter);
  g_autofree char *zeros = g_malloc0 (1024 * 1024);
  g_autofree char *head = NULL;
  gsize size;

  for (guint i = 0; i < 64; i++)
    g_output_stream_write_all (stream, zeros, 1024 * 1024, NULL, NULL, NULL);
  g_output_stream_close (stream, NULL, NULL);

  size = g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (memory));
  head = g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %zu\r\n\r\n", size);

  return send_text (connection, head) &&
         send_bytes (connection, g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (memory)), size);
}

static gboolean
serve_bad_gzip (Connection *connection)
{
  return reply (connection, "200 OK\r\nContent-Encoding: gzip", "this was never compressed");
}

static gboolean
serve_malformed (Connection *connection)
{
  send_text (connection, "HTTP/1.1 abc Never\r\nContent-Length: 0\r\n\r\n");

  return FALSE;
}

static gboolean
serve_garbage (Connection *connection)
{
  send_text (connection, "220 mail.example.com ESMTP ready\r\n");

  return FALSE;
}

static gboolean
serve_bad_header (Connection *connection)
{
  return send_text (connection, "HTTP/1.1 200 OK\r\n: nameless\r\nContent-Length: 0\r\n\r\n");
}

static gboolean
serve_big_header (Connection *connection)
{
  g_autofree char *value = g_strnfill (64 * 1024, 'v');
  gboolean goes_on = send_text (connection, "HTTP/1.1 200 OK\r\n");

  for (guint i = 0; goes_on && i < 16; i++)
    goes_on = send_text (connection, "X-Long: ") && send_text (connection, value) && send_text (connection, "\r\n");

  return goes_on && send_text (connection, "Content-Length: 0\r\n\r\n");
}

static gboolean
serve_many_headers (Connection *connection)
{
  gboolean goes_on = send_text (connection, "HTTP/1.1 200 OK\r\n");

  for (guint i = 0; goes_on && i < 2000; i++)
    goes_on = send_text (connection, "a: b\r\n");

  return goes_on && send_text (connection, "Content-Length: 0\r\n\r\n");
}

static gboolean
serve_headers (Connection *connection)
{
  return reply (connection, "299 Fine\r\nSet-Cookie: a=1\r\nX-Empty:\r\nVARY:  accept \r\nset-cookie: b=2", "");
}

/* An interim reply before, and lines after the body that are no headers. */
static gboolean
serve_trailer (Connection *connection)
{
  return send_text (connection, "HTTP/1.1 103 Early Hints\r\nX-Early: yes\r\n\r\n"
                                "HTTP/1.1 200 OK\r\nX-Real: yes\r\nTransfer-Encoding: chunked\r\n\r\n"
                                "2\r\nok\r\n0\r\nX-Late: yes\r\n\r\n");
}

static gboolean
serve_loop (Connection *connection)
{
  return reply (connection, "302 Found\r\nLocation: /loop", "again");
}

/* /redirect?302+LOCATION */
static gboolean
serve_redirect (Connection *connection)
{
  const char *query = strchr (connection->path, '?') + 1;
  g_autofree char *head = g_strdup_printf ("%.3s Moved\r\nLocation: %s", query, query + 4);

  return reply (connection, head, "");
}

static gboolean
serve_cut (Connection *connection)
{
  send_text (connection, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nten bytes!");

  return FALSE;
}

static gboolean
serve_nothing (Connection *connection)
{
  return FALSE;
}

static gboolean
serve_reset (Connection *connection)
{
  struct linger at_once = { .l_onoff = 1, .l_linger = 0 };

  setsockopt (g_socket_get_fd (connection->socket), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);

  return FALSE;
}

/* The first request of a connection is answered; the second one is read, and the connection closed without a word. */
static gboolean
serve_once (Connection *connection)
{
  return connection->n_requests == 1 && reply (connection, "200 OK", "first");
}

/* Answered as if the connection were kept, which it is not. */
static gboolean
serve_and_close (Connection *connection)
{
  reply (connection, "200 OK", "bye");

  return FALSE;
}

static const struct {
  const char *path;
  Serve serve;
} behaviours[] = {
  { "/echo", serve_echo },
  { "/hang", serve_hang },
  { "/drip", serve_drip },
  { "/endless", serve_endless },
  { "/bomb", serve_bomb },
  { "/bad-gzip", serve_bad_gzip },
  { "/malformed", serve_malformed },
  { "/garbage", serve_garbage },
  { "/bad-header", serve_bad_header },
  { "/big-header", serve_big_header },
  { "/many-headers", serve_many_headers },
  { "/headers", serve_headers },
  { "/trailer", serve_trailer },
  { "/loop", serve_loop },
  { "/redirect", serve_redirect },
  { "/cut", serve_cut },
  { "/nothing", serve_nothing },
  { "/reset", serve_reset },
  { "/once", serve_once },
  { "/close", serve_and_close },
};

static gboolean
receive_more (Connection *connection, GString *text)
{
  char bytes[16384];
  gssize length = g_socket_receive (connection->socket, bytes, sizeof bytes, connection->server->stopping, NULL);

  if (length <= 0)
    return FALSE;
  g_string_append_len (text, bytes, length);

  return TRUE;
}

static gsize
find_content_length (const char *head, const char *end)
{
  const char *line = strcasestr (head, "\r\ncontent-length:");

  return line != NULL && line < end ? (gsize) g_ascii_strtoull (line + strlen ("\r\ncontent-length:"), NULL, 10) : 0;
}

static void
note_request (Connection *connection)
{
  HostileServer *self = connection->server;

  connection->n_requests++;
  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->requests, g_strdup (connection->request));
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

static gboolean
read_request (Connection *connection)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_auto(GStrv) words = NULL;
  const char *end;
  gsize size;

  while ((end = strstr (text->str, "\r\n\r\n")) == NULL)
    if (!receive_more (connection, text))
      return FALSE;

  size = (gsize) (end + 4 - text->str) + find_content_length (text->str, end);
  while (text->len < size)
    if (!receive_more (connection, text))
      return FALSE;

  words = g_strsplit (text->str, " ", 3);
  g_free (connection->path);
  g_free (connection->request);
  connection->path = g_strdup (words[1]);
  connection->request = g_string_free_and_steal (g_steal_pointer (&text));
  connection->body = strstr (connection->request, "\r\n\r\n") + 4;
  note_request (connection);

  return TRUE;
}

static gboolean
serve (Connection *connection)
{
  gsize length = strcspn (connection->path, "?");

  for (gsize i = 0; i < G_N_ELEMENTS (behaviours); i++)
    if (strlen (behaviours[i].path) == length && strncmp (connection->path, behaviours[i].path, length) == 0)
      return behaviours[i].serve (connection);

  return reply (connection, "404 Not Found", "");
}

static gpointer
run_connection (gpointer data)
{
  Connection *connection = data;

  while (read_request (connection) && serve (connection))
    continue;

  g_object_unref (connection->socket);
  g_free (connection->request);
  g_free (connection->path);
  g_free (connection);

  return NULL;
}

static gpointer
run_acceptor (gpointer data)
{
  HostileServer *self = data;
  GSocket *socket;

  while ((socket = g_socket_accept (self->listener, self->stopping, NULL)) != NULL)
    {
      Connection *connection = g_new0 (Connection, 1);

      connection->server = self;
      connection->socket = socket;
      g_mutex_lock (&self->lock);
      self->n_connections++;
      g_ptr_array_add (self->threads, g_thread_new ("connection", run_connection, connection));
      g_mutex_unlock (&self->lock);
    }

  return NULL;
}

static gboolean
is_for (const char *request, const char *path)
{
  const char *target = strchr (request, ' ') + 1;

  return g_str_has_prefix (target, path);
}

static const char *
find_request (HostileServer *self, const char *path)
{
  for (guint i = self->requests->len; i > 0; i--)
    if (is_for (self->requests->pdata[i - 1], path))
      return self->requests->pdata[i - 1];

  return NULL;
}

HostileServer *
hostile_server_new (void)
{
  HostileServer *self = g_new0 (HostileServer, 1);
  g_autoptr(GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr(GSocketAddress) bound = NULL;
  g_autoptr(GError) error = NULL;

  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->stopping = g_cancellable_new ();
  self->threads = g_ptr_array_new ();
  self->requests = g_ptr_array_new_with_free_func (g_free);
  self->listener = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
  g_assert_no_error (error);
  g_socket_set_listen_backlog (self->listener, 256);
  g_assert_true (g_socket_bind (self->listener, address, TRUE, &error));
  g_assert_true (g_socket_listen (self->listener, &error));

  bound = g_socket_get_local_address (self->listener, &error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  self->acceptor = g_thread_new ("acceptor", run_acceptor, self);

  return self;
}

void
hostile_server_free (HostileServer *self)
{
  g_cancellable_cancel (self->stopping);
  g_thread_join (self->acceptor);
  for (guint i = 0; i < self->threads->len; i++)
    g_thread_join (self->threads->pdata[i]);

  g_object_unref (self->listener);
  g_object_unref (self->stopping);
  g_ptr_array_unref (self->threads);
  g_ptr_array_unref (self->requests);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self);
}

guint
hostile_server_get_port (HostileServer *self)
{
  return self->port;
}

char *
hostile_server_dup_url (HostileServer *self, const char *path)
{
  return g_strdup_printf ("http://127.0.0.1:%u%s", self->port, path);
}

guint
hostile_server_get_n_connections (HostileServer *self)
{
  guint n_connections;

  g_mutex_lock (&self->lock);
  n_connections = self->n_connections;
  g_mutex_unlock (&self->lock);

  return n_connections;
}

guint
hostile_server_count_requests (HostileServer *self, const char *path)
{
  guint n_requests = 0;

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->requests->len; i++)
    n_requests += is_for (self->requests->pdata[i], path);
  g_mutex_unlock (&self->lock);

  return n_requests;
}

char *
hostile_server_wait_request (HostileServer *self, const char *path)
{
  const char *request;
  char *copy;

  g_mutex_lock (&self->lock);
  while ((request = find_request (self, path)) == NULL)
    g_cond_wait (&self->changed, &self->lock);
  copy = g_strdup (request);
  g_mutex_unlock (&self->lock);

  return copy;
}
