/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include "tests/support/raw.h"

#include <string.h>

#define PATIENCE_SECONDS 10

GSocketConnection *
test_raw_connect (TestServer *server)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GSocketClient) client = g_socket_client_new ();
  GSocketConnection *connection;

  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_set_timeout (client, PATIENCE_SECONDS);
  connection = g_socket_client_connect_to_host (client, "127.0.0.1", (guint16) server->port, NULL, &error);
  g_assert_no_error (error);

  return connection;
}

/* The server may have refused and closed before all was sent. */
void
test_raw_send (GSocketConnection *connection,
               const char        *bytes,
               gsize              length)
{
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), bytes, length, NULL, NULL, NULL);
}

char *
test_raw_exchange (TestServer *server,
                   const char *bytes,
                   gsize       length)
{
  g_autoptr(GSocketConnection) connection = test_raw_connect (server);
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  GString *text = g_string_new (NULL);
  char part[16 * 1024];
  gssize n;

  test_raw_send (connection, bytes, length);
  while ((n = g_input_stream_read (input, part, sizeof part, NULL, NULL)) > 0)
    g_string_append_len (text, part, n);

  return g_string_free_and_steal (text);
}

guint
test_raw_count (const char *text,
                const char *what)
{
  guint n_found = 0;

  for (const char *place = text; (place = strstr (place, what)) != NULL; place += strlen (what))
    n_found++;

  return n_found;
}
