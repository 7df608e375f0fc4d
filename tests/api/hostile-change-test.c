/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Workflows that are changed, switched off and on, and removed while events come in and runs are under way. */

#define G_LOG_DOMAIN "enlace-test"

#include <string.h>

#include "tests/support/runs.h"
#include "tests/support/waiting.h"

#define WORKFLOWS "/api/integrations/workflows/"
#define N_SENDERS 4
#define N_CHANGES 40

static const char *const options[] = { "--allow-address", "127.0.0.0/8", NULL };

/* Answers with the version that the run sees. */
static const char document[] =
  "{\"schema\":1,\"nodes\":[{\"id\":\"hook\",\"type\":\"trigger.webhook\",\"name\":\"Hook\",\"position\":[0,0],\"parameters\":{}},"
  "{\"id\":\"reply\",\"type\":\"flow.respond\",\"name\":\"Reply\",\"position\":[240,0],\"parameters\":{\"status\":200,\"body\":{\"said\":%d,\"execution\":\"{{ execution.id }}\"}}}],"
  "\"edges\":[{\"from\":\"hook\",\"to\":\"reply\"}],\"notes\":[]}";

typedef struct {
  TestServer *server;
  const char *address;
  int         stop;         /* atomic */
  int         n_answered;   /* atomic */
  int         n_absent;     /* atomic */
  int         newest;       /* atomic: that may be live by now */
} Load;

/* A reply is from a version that was put live, or says that there is no such address, and nothing else. */
static gpointer
send_events (gpointer data)
{
  Load *load = data;
  gint64 last = 0;

  while (!g_atomic_int_get (&load->stop))
    {
      g_autoptr(TestReply) reply = test_server_call (load->server, "POST", load->address, "{}", NULL);
      gint64 said;

      if (reply->status == 404)
        {
          g_atomic_int_inc (&load->n_absent);
          continue;
        }
      if (reply->status != 200)
        g_error ("An event got %u: %s", reply->status, reply->text);
      said = enlace_value_get_member_int (reply->body, "said", -1);
      /* Never an older one than before. */
      g_assert_cmpint (said, >=, last);
      g_assert_cmpint (said, <=, g_atomic_int_get (&load->newest));
      last = said;
      g_atomic_int_inc (&load->n_answered);
    }

  return NULL;
}

static void
start (Load    *load,
       GThread *threads[N_SENDERS])
{
  for (guint i = 0; i < N_SENDERS; i++)
    threads[i] = g_thread_new ("sender", send_events, load);
}

static void
stop (Load    *load,
      GThread *threads[N_SENDERS])
{
  g_atomic_int_set (&load->stop, TRUE);
  for (guint i = 0; i < N_SENDERS; i++)
    g_thread_join (threads[i]);
}

static void
test_versions (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *first = g_strdup_printf (document, 1);
  g_autofree char *address = NULL, *id = test_server_publish (server, "Changing", first, &address);
  g_autofree char *path = g_strconcat (WORKFLOWS, id, NULL);
  g_autoptr(GHashTable) runs = NULL;
  Load load = { .server = server, .address = address, .newest = 1 };
  GThread *threads[N_SENDERS];
  GHashTableIter iter;
  const char *status;

  start (&load, threads);
  for (int version = 2; version <= N_CHANGES; version++)
    {
      g_autofree char *steps = g_strdup_printf (document, version);
      g_autofree char *body = g_strdup_printf ("{\"steps\":%s}", steps), *live = g_strdup_printf ("{\"is_active\":true,\"published_version\":%d}", version);
      g_autoptr(TestReply) saved = test_server_expect (server, 200, "PUT", path, body);
      g_autoptr(TestReply) published = NULL;

      g_atomic_int_set (&load.newest, version);
      if (version % 5 == 0)
        {
          g_autoptr(TestReply) off = test_server_expect (server, 200, "PUT", path, "{\"is_active\":false}");
        }
      published = test_server_expect (server, 200, "PUT", path, live);
    }
  stop (&load, threads);

  g_test_message ("%d answered, %d found nothing", load.n_answered, load.n_absent);
  g_assert_cmpint (load.n_answered, >, N_CHANGES);
  runs = test_runs_list (server);
  g_assert_cmpuint (g_hash_table_size (runs), ==, load.n_answered);
  g_hash_table_iter_init (&iter, runs);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &status))
    g_assert_cmpstr (status, ==, "completed");
}

/* Each is removed while events come in: its address is gone at once, and so are its runs. */
static void
test_removal (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *text = g_strdup_printf (document, 1);

  for (guint i = 0; i < 8; i++)
    {
      g_autofree char *address = NULL, *id = test_server_publish (server, "Removed", text, &address);
      g_autofree char *path = g_strconcat (WORKFLOWS, id, NULL);
      g_autoptr(TestReply) removed = NULL, gone = NULL;
      g_autoptr(GHashTable) runs = NULL;
      Load load = { .server = server, .address = address, .newest = 1 };
      GThread *threads[N_SENDERS];

      start (&load, threads);
      while (g_atomic_int_get (&load.n_answered) < 10)
        g_thread_yield ();
      removed = test_server_expect (server, 204, "DELETE", path, NULL);
      gone = test_server_expect (server, 404, "POST", address, "{}");
      stop (&load, threads);
      runs = test_runs_list (server);
      g_assert_cmpuint (g_hash_table_size (runs), ==, 0);
    }
}

/* Runs that wait for their next attempt when their workflow is removed are not tried again, by this server nor by the next. */
static void
test_removal_of_what_waits (void)
{
  guint port;
  g_autoptr(GSocket) socket = test_waiting_reserve (&port);
  g_autoptr(TestServer) server = test_server_new (options);
  g_autofree char *address = test_waiting_publish (server, port, 300);
  g_autoptr(GPtrArray) ids = test_waiting_send (server, address, 20);
  g_autoptr(TestReply) list = test_server_expect (server, 200, "GET", "/api/integrations/workflows", NULL);
  const char *id = enlace_value_get_member_string (enlace_value_get_element (enlace_value_get_member (list->body, "items"), 0), "id", NULL);
  g_autofree char *path = g_strconcat (WORKFLOWS, id, NULL), *run = g_strconcat ("/api/integrations/executions/", g_ptr_array_index (ids, 0), NULL);
  g_autoptr(TestReply) removed = test_server_expect (server, 204, "DELETE", path, NULL);
  g_autoptr(TestReply) gone = test_server_expect (server, 404, "GET", run, NULL);
  g_autoptr(TestReceiver) receiver = NULL;
  g_autofree char *quick = NULL, *text = g_strdup_printf (document, 1), *quick_id = NULL;

  test_runs_settle (server, 5);
  receiver = test_receiver_new_at (socket);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr(TestReply) answered = NULL;

      g_clear_pointer (&quick, g_free);
      g_clear_pointer (&quick_id, g_free);
      quick_id = test_server_publish (server, "Quick", text, &quick);
      answered = test_server_expect (server, 200, "POST", quick, "{}");
      g_assert_cmpint (test_server_stop (server), ==, 0);
      test_server_start (server);
    }
  g_assert_cmpuint (test_receiver_get_count (receiver), ==, 0);
}

/* A listener that takes connections and never answers. */
static char *
deaf_document (GSocket *socket,
               guint    port)
{
  g_autoptr(GError) error = NULL;

  g_socket_listen (socket, &error);
  g_assert_no_error (error);

  return g_strdup_printf ("{\"schema\":1,\"nodes\":[{\"id\":\"hook\",\"type\":\"trigger.webhook\",\"name\":\"Hook\",\"position\":[0,0],\"parameters\":{}},"
                          "{\"id\":\"ask\",\"type\":\"http.request\",\"name\":\"Ask\",\"position\":[240,0],\"parameters\":{\"method\":\"GET\","
                          "\"url\":\"http://127.0.0.1:%u/\",\"timeout_ms\":1500}},"
                          "{\"id\":\"reply\",\"type\":\"flow.respond\",\"name\":\"Reply\",\"position\":[480,0],\"parameters\":{\"status\":200,\"body\":true}}],"
                          "\"edges\":[{\"from\":\"hook\",\"to\":\"ask\"},{\"from\":\"ask\",\"to\":\"reply\"}],\"notes\":[]}", port);
}

static gpointer
wait_for_reply (gpointer data)
{
  Load *load = data;

  return test_server_call (load->server, "POST", load->address, "{}", NULL);
}

/* Who waits for the answer of a run that was removed hears of it when the step under way ends, not after half a minute. */
static void
test_removal_of_what_is_awaited (void)
{
  guint port;
  g_autoptr(GSocket) socket = test_waiting_reserve (&port);
  g_autofree char *text = deaf_document (socket, port);
  g_autoptr(TestServer) server = test_server_new (options);
  g_autofree char *address = NULL, *id = test_server_publish (server, "Awaited", text, &address);
  g_autofree char *path = g_strconcat (WORKFLOWS, id, NULL);
  Load load = { .server = server, .address = address };
  gint64 began = g_get_monotonic_time ();
  GThread *caller = g_thread_new ("caller", wait_for_reply, &load);
  g_autoptr(TestReply) removed = NULL, reply = NULL;

  while (test_runs_count (server, "running") == 0)
    g_usleep (5000);
  removed = test_server_expect (server, 204, "DELETE", path, NULL);
  reply = g_thread_join (caller);
  g_assert_cmpuint (reply->status, ==, 500);
  g_assert_cmpint (g_get_monotonic_time () - began, <, 10 * G_USEC_PER_SEC);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hostile/changes/put-versions-live-under-events", test_versions);
  g_test_add_func ("/hostile/changes/remove-workflows-under-events", test_removal);
  g_test_add_func ("/hostile/changes/remove-what-waits", test_removal_of_what_waits);
  g_test_add_func ("/hostile/changes/remove-what-is-awaited", test_removal_of_what_is_awaited);

  return g_test_run ();
}
