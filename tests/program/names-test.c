/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A name server that does not answer: the runs that need it fail in time, others go on, and the server stops when it is told to. */

#define G_LOG_DOMAIN "enlace-test"

#include <string.h>

#include "tests/support/receiver.h"
#include "tests/support/runs.h"
#include "tests/support/shim.h"

#define N_HANGING 40

static const char *const options[] = { "--allow-address", "127.0.0.0/8", NULL };

static char *
publish (TestServer *server,
         const char *url,
         guint       timeout_ms)
{
  g_autofree char *document =
    g_strdup_printf ("{\"schema\":1,\"nodes\":[{\"id\":\"hook\",\"type\":\"trigger.webhook\",\"name\":\"Hook\",\"position\":[0,0],\"parameters\":{}},"
                     "{\"id\":\"ask\",\"type\":\"http.request\",\"name\":\"Ask\",\"position\":[240,0],\"parameters\":{\"method\":\"GET\","
                     "\"url\":\"%s\",\"timeout_ms\":%u}}],\"edges\":[{\"from\":\"hook\",\"to\":\"ask\"}],\"notes\":[]}", url, timeout_ms);
  char *address = NULL;
  g_autofree char *id = test_server_publish (server, "Names", document, &address);

  return address;
}

static GPtrArray *
send_events (TestServer *server,
             const char *address)
{
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < N_HANGING; i++)
    {
      g_autoptr(TestReply) accepted = test_server_expect (server, 202, "POST", address, "{}");

      g_ptr_array_add (ids, g_strdup (test_reply_get (accepted, "execution_id")));
    }

  return ids;
}

static void
test_hanging (void)
{
  g_autoptr(TestShim) shim = test_shim_new ();
  g_autoptr(TestReceiver) receiver = test_receiver_new ();
  g_autoptr(TestServer) server = test_server_new (options);
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u/", test_receiver_get_port (receiver));
  g_autofree char *named_url = g_strdup_printf ("http://localhost:%u/", test_receiver_get_port (receiver));
  g_autofree char *hanging = publish (server, "http://hangs.example/", 1500);
  g_autofree char *quick = publish (server, url, 1500), *named = publish (server, named_url, 1500);
  g_autoptr(GPtrArray) ids = send_events (server, hanging);

  for (guint i = 0; i < 20; i++)
    {
      g_autoptr(TestReply) accepted = test_server_expect (server, 202, "POST", i % 2 == 0 ? quick : named, "{}");
      g_autoptr(TestReply) done = test_run_await (server, test_reply_get (accepted, "execution_id"), "completed", 1);
    }
  for (guint i = 0; i < ids->len; i++)
    {
      const char *id = g_ptr_array_index (ids, i);
      g_autoptr(TestReply) failed = test_run_await (server, id, "failed", 5);
      g_autofree char *code = test_run_step_error (server, id, "ask");

      g_assert_cmpstr (code, ==, "timeout");
    }
}

static void
test_stop (void)
{
  g_autoptr(TestShim) shim = test_shim_new ();
  g_autoptr(TestServer) server = test_server_new (options);
  g_autofree char *hanging = publish (server, "http://hangs.example/", 60000);
  g_autoptr(GPtrArray) ids = send_events (server, hanging);
  gint64 began;

  for (guint i = 0; i < ids->len; i++)
    {
      g_autoptr(TestReply) running = test_run_await (server, g_ptr_array_index (ids, i), "running", 5);
    }
  began = g_get_monotonic_time ();
  g_assert_cmpint (test_server_stop (server), ==, 0);
  g_assert_cmpint (g_get_monotonic_time () - began, <, 10 * G_USEC_PER_SEC);

  /* They are still there, and are looked up again. */
  test_server_start (server);
  g_assert_cmpuint (test_runs_count (server, "failed"), ==, 0);
  g_assert_cmpuint (test_runs_count (server, "running") + test_runs_count (server, "queued"), ==, N_HANGING);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/names/hang-and-hold-up-nobody-else", test_hanging);
  g_test_add_func ("/names/hang-when-the-server-stops", test_stop);

  return g_test_run ();
}
