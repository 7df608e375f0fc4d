/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Much at once: thousands of runs that wait, and connections that do nothing. The rest goes on. */

#define G_LOG_DOMAIN "enlace-test"

#include <string.h>
#include <sys/resource.h>

#include "tests/support/raw.h"
#include "tests/support/runs.h"
#include "tests/support/waiting.h"

#define N_CONNECTIONS 8
#define PIPELINE 20
#define N_IDLE 1000
#define MAXIMUM_DELAY_US (500 * 1000)

static const char *const options[] = { "--allow-address", "127.0.0.0/8", "--tier", "enterprise", NULL };

static const char quick_document[] =
  "{\"schema\":1,\"nodes\":[{\"id\":\"hook\",\"type\":\"trigger.webhook\",\"name\":\"Hook\",\"position\":[0,0],\"parameters\":{}},"
  "{\"id\":\"reply\",\"type\":\"flow.respond\",\"name\":\"Reply\",\"position\":[240,0],\"parameters\":{\"status\":200,\"body\":\"{{ trigger.body.n }}\"}}],"
  "\"edges\":[{\"from\":\"hook\",\"to\":\"reply\"}],\"notes\":[]}";

typedef struct {
  TestServer *server;
  const char *path;
  guint       n_events;
} Sender;

/* Events over one connection that is kept, some at a time without waiting for their replies. */
static gpointer
send_events (gpointer data)
{
  Sender *self = data;
  g_autoptr(GSocketConnection) connection = test_raw_connect (self->server);
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  g_autofree char *request = g_strdup_printf ("POST %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nContent-Length: 0\r\n\r\n", self->path, self->server->port);
  g_autoptr(GString) requests = g_string_new (NULL);

  for (guint i = 0; i < PIPELINE; i++)
    g_string_append (requests, request);

  for (guint n_sent = 0; n_sent < self->n_events; n_sent += PIPELINE)
    {
      g_autoptr(GString) replies = g_string_new (NULL);
      char part[16 * 1024];

      test_raw_send (connection, requests->str, requests->len);
      /* The last member of the last reply ends the round. */
      while (test_raw_count (replies->str, "\"execution_id\":") < PIPELINE || !g_str_has_suffix (replies->str, "}"))
        {
          gssize n = g_input_stream_read (input, part, sizeof part, NULL, NULL);

          g_assert_cmpint (n, >, 0);
          g_string_append_len (replies, part, n);
        }
      g_assert_cmpuint (test_raw_count (replies->str, "HTTP/1.1 202 "), ==, PIPELINE);
    }

  return NULL;
}

static void
send_many (TestServer *server,
           const char *address,
           guint       n_events)
{
  Sender sender = { server, strstr (address, "/hooks/"), n_events / N_CONNECTIONS };
  GThread *threads[N_CONNECTIONS];

  g_assert_cmpuint (n_events % (N_CONNECTIONS * PIPELINE), ==, 0);
  for (guint i = 0; i < N_CONNECTIONS; i++)
    threads[i] = g_thread_new ("sender", send_events, &sender);
  for (guint i = 0; i < N_CONNECTIONS; i++)
    g_thread_join (threads[i]);
}

/* The longest of some calls that have nothing to wait for. */
static gint64
measure_calls (TestServer *server,
               const char *address,
               guint       n_calls)
{
  gint64 longest = 0;

  for (guint i = 0; i < n_calls; i++)
    {
      gint64 began = g_get_monotonic_time ();
      g_autoptr(TestReply) reply = test_server_expect (server, 200, "POST", address, "{\"n\":7}");

      longest = MAX (longest, g_get_monotonic_time () - began);
      g_assert_cmpstr (reply->text, ==, "7");
    }

  return longest;
}

/* Runs whose target is not there yet: they wait for their next attempt, over a kill too, and when the target comes up each is sent once. */
static void
test_many_waiting (void)
{
  gboolean is_slow = g_getenv ("ENLACE_TEST_SLOW") != NULL;
  guint n_runs = is_slow ? 10080 : 1920, port, longest_ms;
  g_autoptr(GSocket) socket = test_waiting_reserve (&port);
  g_autoptr(TestServer) server = test_server_new (options);
  g_autofree char *waiting = test_waiting_publish (server, port, is_slow ? 8000 : 3000);
  g_autofree char *quick = NULL, *quick_id = test_server_publish (server, "Quick", quick_document, &quick);
  g_autoptr(TestReceiver) receiver = NULL;
  g_autoptr(GPtrArray) received = NULL;

  send_many (server, waiting, n_runs);
  longest_ms = (guint) (measure_calls (server, quick, 20) / 1000);
  g_assert_cmpuint (test_runs_count (server, "waiting") + test_runs_count (server, "running"), >, n_runs / 2);
  g_test_message ("With %u runs that wait the slowest of 20 calls took %u ms", n_runs, longest_ms);
  g_assert_cmpuint (longest_ms, <, MAXIMUM_DELAY_US / 1000);

  test_server_kill (server);
  receiver = test_receiver_new_at (socket);
  test_server_start (server);
  test_runs_settle (server, 60);
  g_assert_cmpuint (test_runs_count (server, "completed"), ==, n_runs + 20);
  received = test_receiver_list (receiver);
  g_assert_cmpuint (received->len, ==, n_runs);
}

/* More runs than are taken into memory, at a target that takes connections and never answers: the others wait in the store, events are accepted
 * and answered all the same, and after a kill each run is sent to the target that answers now. */
static void
test_many_queued (void)
{
  g_autoptr(GError) error = NULL;
  guint n_runs = g_getenv ("ENLACE_TEST_SLOW") != NULL ? 10080 : 4640, port;
  g_autoptr(GSocket) socket = test_waiting_reserve (&port);
  g_autoptr(TestServer) server = test_server_new (options);
  g_autofree char *waiting = test_waiting_publish (server, port, 1000);
  g_autofree char *quick = NULL, *quick_id = test_server_publish (server, "Quick", quick_document, &quick);
  g_autoptr(TestReceiver) receiver = NULL;
  g_autoptr(GPtrArray) received = NULL;
  gint64 longest;

  g_socket_listen (socket, &error);
  g_assert_no_error (error);
  send_many (server, waiting, n_runs);
  longest = measure_calls (server, quick, 20);
  g_test_message ("With %u runs of which %u are queued the slowest of 20 calls took %" G_GINT64_FORMAT " ms", n_runs,
                  test_runs_count (server, "queued"), longest / 1000);
  g_assert_cmpuint (test_runs_count (server, "queued"), >, 0);
  g_assert_cmpint (longest, <, MAXIMUM_DELAY_US);

  test_server_kill (server);
  receiver = test_receiver_new_at (socket);
  test_server_start (server);
  test_runs_settle (server, 60);
  g_assert_cmpuint (test_runs_count (server, "completed"), ==, n_runs + 20);
  received = test_receiver_list (receiver);
  g_assert_cmpuint (received->len, ==, n_runs);
}

/* Connections that send nothing, that stop in the middle, and that send a byte now and then. */
static void
test_many_connections (void)
{
  static const char *const beginnings[] = {
    "", "P", "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", "POST /hooks/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{",
    "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
  };
  struct rlimit limit;
  g_autoptr(TestServer) server = NULL;
  g_autoptr(GPtrArray) connections = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *quick = NULL, *quick_id = NULL;
  gint64 longest;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  limit.rlim_cur = MIN (limit.rlim_max, 8192);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  if (limit.rlim_cur < N_IDLE + 100)
    return g_test_skip ("too few files may be open");

  server = test_server_new (options);
  quick_id = test_server_publish (server, "Quick", quick_document, &quick);
  for (guint i = 0; i < N_IDLE; i++)
    {
      const char *beginning = beginnings[i % G_N_ELEMENTS (beginnings)];
      GSocketConnection *connection = test_raw_connect (server);

      test_raw_send (connection, beginning, strlen (beginning));
      g_ptr_array_add (connections, connection);
    }

  /* All go on a little from time to time. */
  for (guint round = 0; round < 5; round++)
    {
      for (guint i = 0; i < N_IDLE; i++)
        if (i % G_N_ELEMENTS (beginnings) == 2 || i % G_N_ELEMENTS (beginnings) == 3)
          test_raw_send (g_ptr_array_index (connections, i), "x", 1);
      longest = measure_calls (server, quick, 20);
      g_test_message ("With %u connections the slowest of 20 calls took %" G_GINT64_FORMAT " ms", connections->len, longest / 1000);
      g_assert_cmpint (longest, <, MAXIMUM_DELAY_US);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hostile/load/thousands-of-runs-wait", test_many_waiting);
  g_test_add_func ("/hostile/load/thousands-of-runs-are-queued", test_many_queued);
  g_test_add_func ("/hostile/load/a-thousand-connections-do-nothing", test_many_connections);

  return g_test_run ();
}
