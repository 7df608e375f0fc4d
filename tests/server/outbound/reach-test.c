/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include "tests/server/outbound/exchange.h"
#include "tests/server/outbound/hostile-server.h"

/* Names get their addresses from enlace_outbound_set_hosts(), which takes the place of a name server's answer and of
 * nothing else: the guard sees the socket as ever. */

static void
set_host (EnlaceOutbound *outbound, HostileServer *server, const char *name, const char *addresses)
{
  g_autofree char *entry = g_strdup_printf ("%s:%u:%s", name, hostile_server_get_port (server), addresses);
  const char * const entries[] = { entry, NULL };

  enlace_outbound_set_hosts (outbound, entries);
}

static EnlaceOutboundRequest *
request_for (HostileServer *server, const char *host, const char *path)
{
  g_autofree char *url = g_strdup_printf ("http://%s:%u%s", host, hostile_server_get_port (server), path);
  EnlaceOutboundRequest *request = exchange_request ("POST", url);

  enlace_outbound_request_set_timeout (request, 5000);

  return request;
}

static void
assert_refused (EnlaceOutbound *outbound, EnlaceOutboundRequest *request)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceOutboundReply) reply = exchange_run (outbound, request, &error);

  g_assert_null (reply);
  g_assert_error (error, ENLACE_OUTBOUND_ERROR, ENLACE_OUTBOUND_ERROR_REFUSED_ADDRESS);
  g_assert_false (enlace_outbound_error_may_have_left (error));
}

static void
assert_answered (EnlaceOutbound *outbound, EnlaceOutboundRequest *request)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceOutboundReply) reply = exchange_run (outbound, request, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (enlace_outbound_reply_get_status (reply), ==, 200);
}

/* By every spelling, and by names that mean this machine, with nothing opened. */
static void
test_closed (void)
{
  const char * const hosts[] = { "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "[::1]", "localhost",
                                 "[::ffff:127.0.0.1]", "0.0.0.0", "[::]", "foo.localhost", "0" };
  g_autoptr(HostileServer) server = hostile_server_new ();
  g_autoptr(EnlaceOutbound) outbound = exchange_client (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      g_autoptr(EnlaceOutboundRequest) request = request_for (server, hosts[i], "/echo");

      assert_refused (outbound, request);
    }
  g_assert_cmpuint (hostile_server_get_n_connections (server), ==, 0);
}

static void
test_opened (void)
{
  const char * const hosts[] = { "127.0.0.1", "127.1", "2130706433", "localhost", "127.0.0.1." };
  g_autoptr(HostileServer) server = hostile_server_new ();
  g_autoptr(EnlaceOutbound) outbound = exchange_client ("127.0.0.0/8");

  for (gsize i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      g_autoptr(EnlaceOutboundRequest) request = request_for (server, hosts[i], "/echo");

      assert_answered (outbound, request);
    }
}

/* A harmless name whose address is not. */
static void
test_resolved (void)
{
  const char * const answers[] = { "127.0.0.1", "[::ffff:127.0.0.1]", "0.0.0.0", "[::1]", "10.0.0.5", "[64:ff9b::a00:1]",
                                   "127.0.0.1,10.0.0.1", "169.254.169.254" };
  g_autoptr(HostileServer) server = hostile_server_new ();
  g_autoptr(EnlaceOutbound) outbound = exchange_client (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autofree char *name = g_strdup_printf ("n%zu.example.com", i);
      g_autoptr(EnlaceOutboundRequest) request = request_for (server, name, "/echo");

      set_host (outbound, server, name, answers[i]);
      assert_refused (outbound, request);
    }
  g_assert_cmpuint (hostile_server_get_n_connections (server), ==, 0);
}

/* Of several addresses only the open one is connected to. */
static void
test_mixed (void)
{
  g_autoptr(HostileServer) server = hostile_server_new ();
  g_autoptr(EnlaceOutbound) outbound = exchange_client ("127.0.0.0/8");
  g_autoptr(EnlaceOutboundRequest) request = request_for (server, "mixed.example.com", "/echo");

  set_host (outbound, server, "mixed.example.com", "10.0.0.1,127.0.0.1");
  assert_answered (outbound, request);
}

/* The name means another address at each look-up: each connection is judged by its own. The first one is kept busy. */
static void
test_rebinding (void)
{
  g_autoptr(HostileServer) server = hostile_server_new ();
  g_autoptr(EnlaceOutbound) outbound = exchange_client ("127.0.0.1");
  g_autoptr(EnlaceOutboundRequest) first = request_for (server, "rebinding.example.com", "/hang");
  g_autoptr(EnlaceOutboundRequest) second = request_for (server, "rebinding.example.com", "/echo");
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(Exchange) exchange = NULL;
  g_autofree char *sent = NULL;

  set_host (outbound, server, "rebinding.example.com", "127.0.0.1");
  exchange = exchange_start (outbound, first, cancellable);
  sent = hostile_server_wait_request (server, "/hang");
  set_host (outbound, server, "rebinding.example.com", "127.0.0.2");
  assert_refused (outbound, second);
  g_assert_cmpuint (hostile_server_get_n_connections (server), ==, 1);
  g_cancellable_cancel (cancellable);
}

/* A kept connection obeys a guard that came later. */
static void
test_new_guard (void)
{
  g_autoptr(HostileServer) server = hostile_server_new ();
  g_autoptr(EnlaceOutbound) outbound = exchange_client ("127.0.0.0/8");
  g_autoptr(EnlaceAddressGuard) strict = enlace_address_guard_new (NULL, NULL);
  g_autoptr(EnlaceOutboundRequest) request = request_for (server, "kept.example.com", "/echo");

  set_host (outbound, server, "kept.example.com", "127.0.0.1");
  assert_answered (outbound, request);
  assert_answered (outbound, request);
  g_assert_cmpuint (hostile_server_get_n_connections (server), ==, 1);

  enlace_outbound_set_guard (outbound, strict);
  assert_refused (outbound, request);
  g_assert_cmpuint (hostile_server_count_requests (server, "/echo"), ==, 2);
  g_assert_cmpuint (hostile_server_get_n_connections (server), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/outbound/reach/refuses-this-machine-by-every-spelling", test_closed);
  g_test_add_func ("/outbound/reach/calls-what-is-opened", test_opened);
  g_test_add_func ("/outbound/reach/refuses-what-a-name-resolves-to", test_resolved);
  g_test_add_func ("/outbound/reach/connects-to-the-open-one-of-several", test_mixed);
  g_test_add_func ("/outbound/reach/judges-each-connection-by-its-address", test_rebinding);
  g_test_add_func ("/outbound/reach/judges-kept-connections-by-the-present-guard", test_new_guard);

  return g_test_run ();
}
