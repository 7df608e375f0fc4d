/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include "tests/support/waiting.h"

#include "tests/support/runs.h"

static const char document[] =
  "{\"schema\":1,\"nodes\":["
  "{\"id\":\"hook\",\"type\":\"trigger.webhook\",\"name\":\"Order\",\"position\":[0,0],\"parameters\":{}},"
  "{\"id\":\"tell\",\"type\":\"http.request\",\"name\":\"Tell\",\"position\":[240,0],\"parameters\":{\"method\":\"POST\","
  "\"url\":\"http://127.0.0.1:%u/\",\"body\":\"{{ trigger.body }}\",\"repeat\":\"always\"},"
  "\"retry\":{\"max_attempts\":50,\"initial_ms\":%u,\"factor\":1,\"max_ms\":%u}}],"
  "\"edges\":[{\"from\":\"hook\",\"to\":\"tell\"}],\"notes\":[]}";

GSocket *
test_waiting_reserve (guint *port)
{
  g_autoptr(GError) error = NULL;
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
  g_autoptr(GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr(GSocketAddress) bound = NULL;

  g_socket_set_listen_backlog (socket, 1024);
  g_assert_true (g_socket_bind (socket, any, TRUE, &error));
  bound = g_socket_get_local_address (socket, &error);
  *port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));

  return socket;
}

char *
test_waiting_publish (TestServer *server,
                      guint       port,
                      guint       retry_ms)
{
  g_autofree char *text = g_strdup_printf (document, port, retry_ms, retry_ms);
  char *address = NULL;
  g_autofree char *id = test_server_publish (server, "Waiting", text, &address);

  return address;
}

GPtrArray *
test_waiting_send (TestServer *server,
                   const char *address,
                   guint       count)
{
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < count; i++)
    {
      g_autofree char *body = g_strdup_printf ("{\"id\":%u}", i);
      g_autoptr(TestReply) accepted = test_server_expect (server, 202, "POST", address, body);

      g_ptr_array_add (ids, g_strdup (test_reply_get (accepted, "execution_id")));
    }
  for (guint i = 0; i < count; i++)
    {
      g_autoptr(TestReply) waiting = test_run_await (server, g_ptr_array_index (ids, i), "waiting", 5);
    }

  return ids;
}

void
test_waiting_check (TestServer   *server,
                    TestReceiver *receiver,
                    GPtrArray    *ids,
                    guint         seconds)
{
  g_autoptr(GPtrArray) received = NULL;

  for (guint i = 0; i < ids->len; i++)
    {
      g_autoptr(TestReply) run = test_run_await (server, g_ptr_array_index (ids, i), "completed", seconds);

      g_assert_cmpint (enlace_value_get_member_int (run->body, "retry_count", 0), >=, 1);
    }
  received = test_receiver_list (receiver);
  g_assert_cmpuint (received->len, ==, ids->len);
}
