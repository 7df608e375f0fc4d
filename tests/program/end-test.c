/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Ends of the server: told to stop under load, killed while callers wait and while runs wait for their next attempt. What was accepted is run, once. */

#define G_LOG_DOMAIN "enlace-test"

#include <string.h>

#include "tests/support/load.h"
#include "tests/support/raw.h"
#include "tests/support/runs.h"
#include "tests/support/waiting.h"

#define N_SENDERS 8
#define SETTLE_SECONDS 30

static const char *const options[] = { "--allow-address", "127.0.0.0/8", "--tier", "enterprise", NULL };

#define HOOK "{\"id\":\"hook\",\"type\":\"trigger.webhook\",\"name\":\"Order\",\"position\":[0,0],\"parameters\":{}}"
#define TELL \
  "{\"id\":\"tell\",\"type\":\"http.request\",\"name\":\"Tell\",\"position\":[240,0],\"parameters\":{\"method\":\"POST\"," \
  "\"url\":\"http://127.0.0.1:%u/orders\",\"body\":\"{{ trigger.body }}\",\"repeat\":\"always\"},\"retry\":{\"max_attempts\":50,\"initial_ms\":%u,\"factor\":1,\"max_ms\":%u}}"
#define REPLY "{\"id\":\"reply\",\"type\":\"flow.respond\",\"name\":\"Reply\",\"position\":[480,0],\"parameters\":{\"status\":200,\"body\":\"{{ execution }}\"}}"

static const char quiet_document[] =
  "{\"schema\":1,\"nodes\":[" HOOK "," TELL "],\"edges\":[{\"from\":\"hook\",\"to\":\"tell\"}],\"notes\":[]}";
static const char reply_document[] =
  "{\"schema\":1,\"nodes\":[" HOOK "," TELL "," REPLY "],\"edges\":[{\"from\":\"hook\",\"to\":\"tell\"},{\"from\":\"tell\",\"to\":\"reply\"}],\"notes\":[]}";

static char *
publish (TestServer *server,
         const char *document,
         guint       port,
         guint       retry_ms)
{
  g_auto(GStrv) parts = g_strsplit (document, "%u", 4);
  g_autofree char *text = g_strdup_printf ("%s%u%s%u%s%u%s", parts[0], port, parts[1], retry_ms, parts[2], retry_ms, parts[3]);
  char *address = NULL;
  g_autofree char *id = test_server_publish (server, "End", text, &address);

  return address;
}

static void
end_under_load (const char *document,
                gboolean    is_killed,
                guint       n_cycles)
{
  g_autoptr(TestReceiver) receiver = test_receiver_new ();
  g_autoptr(TestServer) server = test_server_new (options);
  g_autofree char *address = publish (server, document, test_receiver_get_port (receiver), 50);
  g_autoptr(TestLoad) load = test_load_start (server, address, N_SENDERS);

  for (guint i = 0; i < n_cycles; i++)
    {
      gint64 began;

      g_usleep (g_test_rand_int_range (60, 300) * 1000);
      began = g_get_monotonic_time ();
      if (is_killed)
        test_server_kill (server);
      else
        g_assert_cmpint (test_server_stop (server), ==, 0);
      g_assert_cmpint (g_get_monotonic_time () - began, <, 10 * G_USEC_PER_SEC);
      test_server_start (server);
    }

  test_load_stop (load);
  test_runs_settle (server, SETTLE_SECONDS);
  g_test_message ("%u ends, %u events accepted", n_cycles, test_load_get_accepted (load));
  g_assert_cmpuint (test_load_get_accepted (load), >, n_cycles * 10);
  test_load_check (load, receiver, "tell");
}

static guint
choose_cycles (guint n_cycles)
{
  return g_getenv ("ENLACE_TEST_SLOW") != NULL ? n_cycles * 4 : n_cycles;
}

static void
test_stop (void)
{
  end_under_load (quiet_document, FALSE, choose_cycles (5));
}

static void
test_stop_with_callers (void)
{
  end_under_load (reply_document, FALSE, choose_cycles (5));
}

static void
test_kill_with_callers (void)
{
  end_under_load (reply_document, TRUE, choose_cycles (8));
}

/* Stopped before it is up, or the moment it is. */
static void
test_stop_at_once (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);

  for (guint i = 0; i < 10; i++)
    {
      g_assert_cmpint (test_server_stop (server), ==, 0);
      test_server_start (server);
    }
}

/* Requests whose heads or bodies never end, kept open while it is told to stop. */
static void
test_stop_with_slow_clients (void)
{
  static const char *const beginnings[] = {
    "", "GET /heal", "POST /hooks/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc", "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
  };
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autoptr(GPtrArray) connections = g_ptr_array_new_with_free_func (g_object_unref);
  gint64 began;

  for (guint i = 0; i < 40; i++)
    {
      const char *beginning = beginnings[i % G_N_ELEMENTS (beginnings)];
      GSocketConnection *connection = test_raw_connect (server);

      test_raw_send (connection, beginning, strlen (beginning));
      g_ptr_array_add (connections, connection);
    }
  began = g_get_monotonic_time ();
  g_assert_cmpint (test_server_stop (server), ==, 0);
  g_assert_cmpint (g_get_monotonic_time () - began, <, 10 * G_USEC_PER_SEC);
}

/* Two kills while they wait; the second one after some have been tried again in vain. */
static void
test_kill_while_waiting (void)
{
  guint port;
  g_autoptr(GSocket) socket = test_waiting_reserve (&port);
  g_autoptr(TestServer) server = test_server_new (options);
  g_autofree char *address = test_waiting_publish (server, port, 1500);
  g_autoptr(GPtrArray) ids = test_waiting_send (server, address, 20);
  g_autoptr(TestReceiver) receiver = NULL;

  test_server_kill (server);
  test_server_start (server);
  test_server_kill (server);
  receiver = test_receiver_new_at (socket);
  test_server_start (server);
  test_waiting_check (server, receiver, ids, 10);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/end/stops-under-load", test_stop);
  g_test_add_func ("/end/stops-while-callers-wait", test_stop_with_callers);
  g_test_add_func ("/end/stops-at-once", test_stop_at_once);
  g_test_add_func ("/end/stops-with-slow-clients", test_stop_with_slow_clients);
  g_test_add_func ("/end/is-killed-while-callers-wait", test_kill_with_callers);
  g_test_add_func ("/end/is-killed-while-runs-wait", test_kill_while_waiting);

  return g_test_run ();
}
