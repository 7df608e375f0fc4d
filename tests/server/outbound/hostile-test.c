/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include <string.h>

#include "tests/server/outbound/exchange.h"
#include "tests/server/outbound/hostile-server.h"

typedef struct {
  HostileServer *server;
  EnlaceOutbound *outbound;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->server = hostile_server_new ();
  fixture->outbound = exchange_client ("127.0.0.0/8");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  enlace_outbound_free (fixture->outbound);
  hostile_server_free (fixture->server);
}

static EnlaceOutboundRequest *
request_for (Fixture *fixture, const char *method, const char *path)
{
  g_autofree char *url = hostile_server_dup_url (fixture->server, path);

  return exchange_request (method, url);
}

static void
assert_fails (EnlaceOutbound *outbound, EnlaceOutboundRequest *request, EnlaceOutboundError code, gboolean may_have_left)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceOutboundReply) reply = exchange_run (outbound, request, &error);

  g_assert_null (reply);
  g_test_message ("%s", error->message);
  g_assert_error (error, ENLACE_OUTBOUND_ERROR, (int) code);
  g_assert_true (enlace_outbound_error_may_have_left (error) == may_have_left);
}

/* What a server can do wrong, and what it is called. */
static void
test_bad_servers (Fixture *fixture, gconstpointer data)
{
  const struct {
    const char *path;
    EnlaceOutboundError code;
  } cases[] = {
    { "/hang", ENLACE_OUTBOUND_ERROR_TIMEOUT },
    { "/drip", ENLACE_OUTBOUND_ERROR_TIMEOUT },
    { "/endless", ENLACE_OUTBOUND_ERROR_TOO_LARGE },
    { "/bomb", ENLACE_OUTBOUND_ERROR_TOO_LARGE },
    { "/bad-gzip", ENLACE_OUTBOUND_ERROR_BAD_REPLY },
    { "/malformed", ENLACE_OUTBOUND_ERROR_BAD_REPLY },
    { "/garbage", ENLACE_OUTBOUND_ERROR_BAD_REPLY },
    { "/bad-header", ENLACE_OUTBOUND_ERROR_BAD_REPLY },
    { "/big-header", ENLACE_OUTBOUND_ERROR_BAD_REPLY },
    { "/many-headers", ENLACE_OUTBOUND_ERROR_BAD_REPLY },
    { "/cut", ENLACE_OUTBOUND_ERROR_LOST },
    { "/nothing", ENLACE_OUTBOUND_ERROR_LOST },
    { "/reset", ENLACE_OUTBOUND_ERROR_LOST },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(EnlaceOutboundRequest) request = request_for (fixture, "POST", cases[i].path);

      g_test_message ("%s", cases[i].path);
      enlace_outbound_request_set_timeout (request, cases[i].code == ENLACE_OUTBOUND_ERROR_TIMEOUT ? 300 : 30000);
      enlace_outbound_request_set_max_body (request, 1024 * 1024);
      assert_fails (fixture->outbound, request, cases[i].code, TRUE);
      g_assert_cmpuint (hostile_server_count_requests (fixture->server, cases[i].path), ==, 1);
    }
}

/* A body of exactly the size asked for passes, one byte less does not. */
static void
test_max_body (Fixture *fixture, gconstpointer data)
{
  g_autoptr(EnlaceOutboundRequest) request = request_for (fixture, "POST", "/echo");
  g_autoptr(GBytes) body = g_bytes_new_take (g_strnfill (100000, 'b'), 100000);
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceOutboundReply) reply = NULL;

  enlace_outbound_request_set_body (request, body);
  enlace_outbound_request_set_max_body (request, 100000);
  reply = exchange_run (fixture->outbound, request, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (enlace_outbound_reply_get_body (reply), body));

  enlace_outbound_request_set_max_body (request, 99999);
  assert_fails (fixture->outbound, request, ENLACE_OUTBOUND_ERROR_TOO_LARGE, TRUE);
}

static void
test_bomb_fits (Fixture *fixture, gconstpointer data)
{
  g_autoptr(EnlaceOutboundRequest) request = request_for (fixture, "GET", "/bomb");
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceOutboundReply) reply = NULL;

  enlace_outbound_request_set_max_body (request, 64 * 1024 * 1024);
  reply = exchange_run (fixture->outbound, request, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (enlace_outbound_reply_get_body (reply)), ==, 64 * 1024 * 1024);
  g_assert_cmpuint (enlace_outbound_reply_get_bytes (reply), <, 1024 * 1024);
}

static void
test_nobody_listens (Fixture *fixture, gconstpointer data)
{
  g_autoptr(HostileServer) gone = hostile_server_new ();
  g_autofree char *url = hostile_server_dup_url (gone, "/");
  g_autoptr(EnlaceOutboundRequest) request = exchange_request ("POST", url);

  hostile_server_free (g_steal_pointer (&gone));
  assert_fails (fixture->outbound, request, ENLACE_OUTBOUND_ERROR_CONNECT, FALSE);
}

/* A listener whose queue is full drops what knocks: connecting hangs. Nothing can have left. */
static void
test_nobody_accepts (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GSocket) listener = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  g_autoptr(GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr(GSocketAddress) bound = NULL;
  g_autoptr(GPtrArray) knocking = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr(EnlaceOutboundRequest) request = NULL;
  g_autofree char *url = NULL;

  g_socket_set_listen_backlog (listener, 0);
  g_assert_true (g_socket_bind (listener, address, TRUE, NULL));
  g_assert_true (g_socket_listen (listener, NULL));
  bound = g_socket_get_local_address (listener, NULL);
  for (guint i = 0; i < 4; i++)
    {
      GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);

      g_socket_set_blocking (socket, FALSE);
      g_socket_connect (socket, bound, NULL, NULL);
      g_ptr_array_add (knocking, socket);
    }

  url = g_strdup_printf ("http://127.0.0.1:%u/", g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)));
  request = exchange_request ("POST", url);
  enlace_outbound_request_set_connect_timeout (request, 300);
  assert_fails (fixture->outbound, request, ENLACE_OUTBOUND_ERROR_TIMEOUT, FALSE);
}

/* TLS is asked of a server that speaks none: the request itself never left. */
static void
test_no_tls (Fixture *fixture, gconstpointer data)
{
  g_autofree char *url = g_strdup_printf ("https://127.0.0.1:%u/echo", hostile_server_get_port (fixture->server));
  g_autoptr(EnlaceOutboundRequest) request = exchange_request ("POST", url);
  g_autoptr(GError) error = NULL;

  enlace_outbound_request_set_timeout (request, 2000);
  g_assert_null (exchange_run (fixture->outbound, request, &error));
  g_assert_false (enlace_outbound_error_may_have_left (error));
  g_assert_true (error->code == ENLACE_OUTBOUND_ERROR_TLS || error->code == ENLACE_OUTBOUND_ERROR_TIMEOUT);
}

/* The server closes a kept connection after it read the second request. Sent again, that request would be there twice. */
static void
test_never_twice (Fixture *fixture, gconstpointer data)
{
  const char * const methods[] = { "POST", "DELETE" };

  for (gsize i = 0; i < G_N_ELEMENTS (methods); i++)
    for (guint with_body = 0; with_body < 2; with_body++)
      {
        g_autofree char *path = g_strdup_printf ("/once?%s.%u", methods[i], with_body);
        g_autoptr(EnlaceOutboundRequest) request = request_for (fixture, methods[i], path);
        g_autoptr(GBytes) body = g_bytes_new_static ("pay 100", 7);
        g_autoptr(EnlaceOutboundReply) first = NULL;
        g_autoptr(GError) error = NULL;

        enlace_outbound_request_set_repeatable (request, FALSE);
        if (with_body)
          enlace_outbound_request_set_body (request, body);
        first = exchange_run (fixture->outbound, request, &error);
        g_assert_no_error (error);
        assert_fails (fixture->outbound, request, ENLACE_OUTBOUND_ERROR_LOST, TRUE);
        g_assert_cmpuint (hostile_server_count_requests (fixture->server, path), ==, 2);
      }
}

/* The same for a request that may be repeated: it is sent over a new connection, and nobody notices. */
static void
test_repeated (Fixture *fixture, gconstpointer data)
{
  g_autoptr(EnlaceOutboundRequest) request = request_for (fixture, "POST", "/once");

  enlace_outbound_request_set_repeatable (request, TRUE);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(EnlaceOutboundReply) reply = exchange_run (fixture->outbound, request, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (enlace_outbound_reply_get_status (reply), ==, 200);
    }
  g_assert_cmpuint (hostile_server_count_requests (fixture->server, "/once"), ==, 3);
}

/* Connections that end between requests are found out before anything is sent over them. */
static void
test_closed_between (Fixture *fixture, gconstpointer data)
{
  g_autoptr(EnlaceOutboundRequest) request = request_for (fixture, "GET", "/close");

  for (guint i = 0; i < 20; i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(EnlaceOutboundReply) reply = exchange_run (fixture->outbound, request, &error);

      g_assert_no_error (error);
    }
  g_assert_cmpuint (hostile_server_get_n_connections (fixture->server), ==, 20);
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  g_autoptr(EnlaceOutboundRequest) request = request_for (fixture, "GET", "/hang");
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(Exchange) exchange = exchange_start (fixture->outbound, request, cancellable);
  g_autofree char *sent = hostile_server_wait_request (fixture->server, "/hang");
  gint64 started = g_get_monotonic_time ();

  g_cancellable_cancel (cancellable);
  exchange_wait (exchange);
  g_assert_error (exchange->error, ENLACE_OUTBOUND_ERROR, ENLACE_OUTBOUND_ERROR_CANCELLED);
  g_assert_true (enlace_outbound_error_may_have_left (exchange->error));
  g_assert_cmpint (g_get_monotonic_time () - started, <, G_USEC_PER_SEC);
}

static void
test_cancelled_before (Fixture *fixture, gconstpointer data)
{
  g_autoptr(EnlaceOutboundRequest) request = request_for (fixture, "POST", "/echo");
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(Exchange) exchange = NULL;

  g_cancellable_cancel (cancellable);
  exchange = exchange_wait (exchange_start (fixture->outbound, request, cancellable));
  g_assert_error (exchange->error, ENLACE_OUTBOUND_ERROR, ENLACE_OUTBOUND_ERROR_CANCELLED);
  g_assert_false (enlace_outbound_error_may_have_left (exchange->error));
  g_assert_cmpuint (hostile_server_count_requests (fixture->server, "/echo"), ==, 0);
}

static void
test_cancelled_after (Fixture *fixture, gconstpointer data)
{
  g_autoptr(EnlaceOutboundRequest) request = request_for (fixture, "POST", "/echo");
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(Exchange) exchange = exchange_wait (exchange_start (fixture->outbound, request, cancellable));

  g_assert_no_error (exchange->error);
  g_cancellable_cancel (cancellable);
}

/* Many cancelled at all moments of their lives: each ends exactly once, one way or the other. */
static void
test_cancel_anytime (Fixture *fixture, gconstpointer data)
{
  g_autoptr(EnlaceOutboundRequest) request = request_for (fixture, "GET", "/echo");

  for (guint i = 0; i < 200; i++)
    {
      g_autoptr(GCancellable) cancellable = g_cancellable_new ();
      g_autoptr(Exchange) exchange = exchange_start (fixture->outbound, request, cancellable);

      for (guint j = 0; j < i * 20; j++)
        g_thread_yield ();
      g_cancellable_cancel (cancellable);
      exchange_wait (exchange);
      g_assert_true (exchange->reply != NULL ||
                     g_error_matches (exchange->error, ENLACE_OUTBOUND_ERROR, ENLACE_OUTBOUND_ERROR_CANCELLED));
    }
}

/* The end of the client waits for no server. */
static void
test_free (void)
{
  g_autoptr(HostileServer) server = hostile_server_new ();
  EnlaceOutbound *outbound = exchange_client ("127.0.0.0/8");
  g_autofree char *url = hostile_server_dup_url (server, "/hang");
  g_autoptr(EnlaceOutboundRequest) request = exchange_request ("GET", url);
  g_autoptr(GPtrArray) exchanges = g_ptr_array_new_with_free_func ((GDestroyNotify) exchange_free);
  g_autofree char *sent = NULL;
  gint64 started;

  for (guint i = 0; i < 20; i++)
    g_ptr_array_add (exchanges, exchange_start (outbound, request, NULL));
  sent = hostile_server_wait_request (server, "/hang");

  started = g_get_monotonic_time ();
  enlace_outbound_free (outbound);
  g_assert_cmpint (g_get_monotonic_time () - started, <, G_USEC_PER_SEC);
  for (guint i = 0; i < exchanges->len; i++)
    {
      Exchange *exchange = exchanges->pdata[i];

      g_assert_true (exchange->is_ended);
      g_assert_error (exchange->error, ENLACE_OUTBOUND_ERROR, ENLACE_OUTBOUND_ERROR_CANCELLED);
    }
}

/* One that hangs costs the others nothing. */
static void
test_others_go_on (Fixture *fixture, gconstpointer data)
{
  g_autoptr(EnlaceOutboundRequest) hanging = request_for (fixture, "GET", "/hang");
  g_autoptr(EnlaceOutboundRequest) quick = request_for (fixture, "GET", "/echo");
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GPtrArray) exchanges = g_ptr_array_new_with_free_func ((GDestroyNotify) exchange_free);
  gint64 started;

  for (guint i = 0; i < 50; i++)
    g_ptr_array_add (exchanges, exchange_start (fixture->outbound, hanging, cancellable));

  started = g_get_monotonic_time ();
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(EnlaceOutboundReply) reply = exchange_run (fixture->outbound, quick, &error);

      g_assert_no_error (error);
    }
  g_assert_cmpint (g_get_monotonic_time () - started, <, 5 * G_USEC_PER_SEC);
  g_cancellable_cancel (cancellable);
}

static void
add_test (const char *path, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add_test ("/outbound/hostile/names-what-a-server-does-wrong", test_bad_servers);
  add_test ("/outbound/hostile/caps-bodies-exactly", test_max_body);
  add_test ("/outbound/hostile/decompresses-what-fits", test_bomb_fits);
  add_test ("/outbound/hostile/knows-that-nothing-left-when-nobody-listens", test_nobody_listens);
  add_test ("/outbound/hostile/knows-that-nothing-left-when-nobody-accepts", test_nobody_accepts);
  add_test ("/outbound/hostile/knows-that-nothing-left-without-tls", test_no_tls);
  add_test ("/outbound/hostile/never-sends-twice-what-may-not-be-repeated", test_never_twice);
  add_test ("/outbound/hostile/repeats-what-may-be-repeated", test_repeated);
  add_test ("/outbound/hostile/survives-connections-closed-between-requests", test_closed_between);
  add_test ("/outbound/hostile/cancels-at-once", test_cancel);
  add_test ("/outbound/hostile/sends-nothing-when-cancelled-before", test_cancelled_before);
  add_test ("/outbound/hostile/takes-no-harm-when-cancelled-after", test_cancelled_after);
  add_test ("/outbound/hostile/ends-once-whenever-it-is-cancelled", test_cancel_anytime);
  add_test ("/outbound/hostile/goes-on-beside-hanging-requests", test_others_go_on);
  g_test_add_func ("/outbound/hostile/ends-within-a-second-whatever-hangs", test_free);

  return g_test_run ();
}
