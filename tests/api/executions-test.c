/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include <string.h>

#include "common/value/json.h"
#include "tests/support/server.h"

#define EXECUTIONS "/api/integrations/executions"

static const char *const options[] = { "--allow-address", "127.0.0.0/8", NULL };

static const char manual_document[] =
  "{\"schema\":1,\"nodes\":[{\"id\":\"start\",\"type\":\"trigger.manual\",\"name\":\"Start\",\"position\":[0,0],\"parameters\":{}},"
  "{\"id\":\"map\",\"type\":\"data.map\",\"name\":\"Map\",\"position\":[240,0],\"parameters\":{\"fields\":[{\"path\":\"twice\",\"value\":\"{{ trigger.data.n * 2 }}\"}]}}],"
  "\"edges\":[{\"from\":\"start\",\"to\":\"map\"}],\"notes\":[]}";

static char *
create (TestServer *server,
        const char *document)
{
  g_autofree char *body = g_strdup_printf ("{\"name\":\"Test\",\"steps\":%s}", document);
  g_autoptr(TestReply) created = test_server_expect (server, 201, "POST", "/api/integrations/workflows", body);

  return g_strconcat ("/api/integrations/workflows/", test_reply_get (created, "id"), NULL);
}

static TestReply *
execute (TestServer *server,
         guint       status,
         const char *workflow,
         const char *body)
{
  g_autofree char *path = g_strconcat (workflow, "/execute", NULL);

  return test_server_expect (server, status, "POST", path, body);
}

static TestReply *
get_execution (TestServer *server,
               TestReply  *execution,
               const char *more)
{
  g_autofree char *path = g_strconcat (EXECUTIONS "/", test_reply_get (execution, "id"), more, NULL);

  return test_server_expect (server, 200, "GET", path, NULL);
}

static void
test_execute (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *workflow = create (server, manual_document);
  g_autoptr(TestReply) done = execute (server, 200, workflow, "{\"data\":{\"n\":21},\"wait_seconds\":10}");
  g_autoptr(TestReply) read = get_execution (server, done, NULL);
  g_autoptr(TestReply) steps = get_execution (server, done, "/steps");
  g_autoptr(TestReply) failed = execute (server, 200, workflow, "{\"data\":{\"m\":21},\"wait_seconds\":10}");
  g_autoptr(TestReply) accepted = execute (server, 202, workflow, "{\"data\":{\"n\":1}}");
  EnlaceValue *items = enlace_value_get_member (steps->body, "items");

  g_assert_cmpstr (test_reply_get (done, "status"), ==, "completed");
  g_assert_cmpint (enlace_value_get_int (enlace_json_pointer_get (done->body, "/execution_data/steps/map/output/twice")), ==, 42);
  g_assert_cmpint (enlace_value_get_int (enlace_json_pointer_get (done->body, "/trigger_data/data/n")), ==, 21);
  g_assert_cmpstr (read->text, ==, done->text);
  g_assert_cmpstr (enlace_value_get_member_string (enlace_value_get_element (items, enlace_value_get_length (items) - 1), "node", NULL), ==, "map");
  g_assert_cmpstr (test_reply_get (failed, "status"), ==, "failed");
  g_assert_nonnull (strstr (test_reply_get (failed, "error_message"), "trigger.data.n"));
  g_assert_nonnull (test_reply_get (accepted, "id"));
}

static void
test_execute_draft (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *workflow = create (server, manual_document);
  g_autofree char *draft = g_strconcat (workflow, "/draft", NULL);
  g_auto(GStrv) parts = g_strsplit (manual_document, "* 2", 2);
  g_autofree char *thrice = g_strconcat ("{\"steps\":", parts[0], "* 3", parts[1], "}", NULL);
  g_autoptr(TestReply) none = execute (server, 404, workflow, "{\"version\":\"draft\",\"data\":{\"n\":1}}");
  g_autoptr(TestReply) saved = test_server_call (server, "PUT", draft, thrice, NULL);
  g_autoptr(TestReply) done = execute (server, 200, workflow, "{\"version\":\"draft\",\"data\":{\"n\":5},\"wait_seconds\":10}");
  g_autoptr(TestReply) counted = test_server_expect (server, 200, "GET", workflow, NULL);

  g_assert_cmpuint (saved->status, ==, 200);
  g_assert_cmpint (enlace_value_get_int (enlace_json_pointer_get (done->body, "/execution_data/steps/map/output/twice")), ==, 15);
  g_assert_true (enlace_value_get_member_bool (done->body, "is_test", FALSE));
  g_assert_true (enlace_value_is_null (enlace_value_get_member (done->body, "version")));
  g_assert_cmpint (enlace_value_get_member_int (counted->body, "execution_count", -1), ==, 0);
}

static void
test_execute_refusals (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *workflow = create (server, manual_document);
  g_autoptr(TestReply) version = execute (server, 400, workflow, "{\"version\":2}");
  g_autoptr(TestReply) word = execute (server, 400, workflow, "{\"version\":\"newest\"}");
  g_autoptr(TestReply) wait = execute (server, 400, workflow, "{\"wait_seconds\":31}");
  g_autoptr(TestReply) unknown = execute (server, 400, workflow, "{\"dta\":1}");
  g_autoptr(TestReply) nobody = test_server_expect (server, 404, "POST", "/api/integrations/workflows/01890a5d-ac96-774b-bcce-b302099a8057/execute", "{}");
}

static void
test_counters_and_lists (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *workflow = create (server, manual_document);
  g_autofree char *executions = g_strconcat (workflow, "/executions?limit=2", NULL);
  g_autoptr(TestReply) counted = NULL, page = NULL, failed = NULL, bad = NULL, tests = NULL;

  for (int i = 0; i < 3; i++)
    {
      g_autoptr(TestReply) done = execute (server, 200, workflow, "{\"data\":{\"n\":1},\"wait_seconds\":10}");
    }
  {
    g_autoptr(TestReply) broken = execute (server, 200, workflow, "{\"data\":null,\"wait_seconds\":10}");
    g_autoptr(TestReply) test = execute (server, 200, workflow, "{\"data\":{\"n\":1},\"test\":true,\"wait_seconds\":10}");
  }

  counted = test_server_expect (server, 200, "GET", workflow, NULL);
  g_assert_cmpint (enlace_value_get_member_int (counted->body, "execution_count", 0), ==, 4);
  g_assert_cmpint (enlace_value_get_member_int (counted->body, "success_count", 0), ==, 3);
  g_assert_cmpint (enlace_value_get_member_int (counted->body, "error_count", 0), ==, 1);
  g_assert_cmpstr (test_reply_get (counted, "last_status"), ==, "failed");

  page = test_server_expect (server, 200, "GET", executions, NULL);
  g_assert_cmpuint (enlace_value_get_length (enlace_value_get_member (page->body, "items")), ==, 2);
  g_assert_nonnull (test_reply_get (page, "next_cursor"));
  failed = test_server_expect (server, 200, "GET", EXECUTIONS "?status=failed", NULL);
  g_assert_cmpuint (enlace_value_get_length (enlace_value_get_member (failed->body, "items")), ==, 1);
  tests = test_server_expect (server, 200, "GET", EXECUTIONS "?is_test=true", NULL);
  g_assert_cmpuint (enlace_value_get_length (enlace_value_get_member (tests->body, "items")), ==, 1);
  bad = test_server_expect (server, 400, "GET", EXECUTIONS "?status=broken", NULL);
}

/* A listener that takes connections and never answers. */
static GSocket *
deaf_server (guint *port)
{
  g_autoptr(GError) error = NULL;
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
  g_autoptr(GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr(GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr(GSocketAddress) bound = NULL;

  g_assert_true (g_socket_bind (socket, any, TRUE, &error) && g_socket_listen (socket, &error));
  bound = g_socket_get_local_address (socket, &error);
  *port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));

  return socket;
}

static char *
request_document (const char *method,
                  guint       port,
                  guint       timeout_ms)
{
  return g_strdup_printf ("{\"schema\":1,\"nodes\":[{\"id\":\"start\",\"type\":\"trigger.manual\",\"name\":\"Start\",\"position\":[0,0],\"parameters\":{}},"
                          "{\"id\":\"ask\",\"type\":\"http.request\",\"name\":\"Ask\",\"position\":[240,0],\"parameters\":{\"method\":\"%s\","
                          "\"url\":\"http://127.0.0.1:%u/\",\"timeout_ms\":%u}},"
                          "{\"id\":\"after\",\"type\":\"data.map\",\"name\":\"After\",\"position\":[480,0],\"parameters\":{\"fields\":"
                          "[{\"path\":\"status\",\"value\":\"{{ steps.ask.output.status }}\"}]}}],"
                          "\"edges\":[{\"from\":\"start\",\"to\":\"ask\"},{\"from\":\"ask\",\"to\":\"after\"}],\"notes\":[]}", method, port, timeout_ms);
}

/* Waits until an execution has a status. */
static void
await_status (TestServer *server,
              TestReply  *execution,
              const char *status)
{
  gint64 deadline = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  while (TRUE)
    {
      g_autoptr(TestReply) reply = get_execution (server, execution, NULL);

      if (strcmp (test_reply_get (reply, "status"), status) == 0)
        return;
      if (g_get_monotonic_time () > deadline)
        g_error ("The execution is not %s: %s", status, reply->text);
      g_usleep (10 * 1000);
    }
}

static void
test_cancel (void)
{
  guint port;
  g_autoptr(GSocket) deaf = deaf_server (&port);
  g_autoptr(TestServer) server = test_server_new (options);
  g_autofree char *document = request_document ("GET", port, 60000);
  g_autofree char *workflow = create (server, document);
  g_autoptr(TestReply) running = execute (server, 202, workflow, "{}");
  g_autofree char *path = g_strconcat (EXECUTIONS "/", test_reply_get (running, "id"), "/cancel", NULL);
  g_autoptr(TestReply) cancelled = NULL, again = NULL;
  gint64 began;

  await_status (server, running, "running");
  began = g_get_monotonic_time ();
  cancelled = test_server_expect (server, 200, "POST", path, NULL);
  g_assert_cmpint (g_get_monotonic_time () - began, <, G_USEC_PER_SEC);
  g_assert_cmpstr (test_reply_get (cancelled, "status"), ==, "cancelled");
  again = test_server_expect (server, 409, "POST", path, NULL);
}

/* A POST whose reply never came is neither done nor not done: a person says. */
static void
test_resolve (void)
{
  guint port;
  g_autoptr(GSocket) deaf = deaf_server (&port);
  g_autoptr(TestServer) server = test_server_new (options);
  g_autofree char *document = request_document ("POST", port, 200);
  g_autofree char *workflow = create (server, document);
  g_autoptr(TestReply) run = execute (server, 202, workflow, "{}");
  g_autofree char *path = NULL, *nowhere = NULL;
  g_autoptr(TestReply) bad = NULL, missing = NULL, resolved = NULL, read = NULL, late = NULL;

  await_status (server, run, "unknown");
  path = g_strconcat (EXECUTIONS "/", test_reply_get (run, "id"), "/steps/ask/resolve", NULL);
  nowhere = g_strconcat (EXECUTIONS "/", test_reply_get (run, "id"), "/steps/nobody/resolve", NULL);
  bad = test_server_expect (server, 400, "POST", path, "{\"outcome\":\"perhaps\"}");
  missing = test_server_expect (server, 404, "POST", nowhere, "{\"outcome\":\"done\"}");
  resolved = test_server_expect (server, 200, "POST", path, "{\"outcome\":\"done\",\"output\":{\"status\":200,\"headers\":{},\"body\":null}}");
  await_status (server, run, "completed");
  read = get_execution (server, run, NULL);
  g_assert_cmpint (enlace_value_get_int (enlace_json_pointer_get (read->body, "/execution_data/steps/after/output/status")), ==, 200);
  late = test_server_expect (server, 409, "POST", path, "{\"outcome\":\"done\"}");
}

/* The doubt outlives the server; said not to be done, it is sent again. */
static void
test_resolve_not_done_after_a_kill (void)
{
  guint port;
  g_autoptr(GSocket) deaf = deaf_server (&port);
  g_autoptr(TestServer) server = test_server_new (options);
  g_autofree char *document = request_document ("POST", port, 60000);
  g_autofree char *workflow = create (server, document);
  g_autoptr(TestReply) run = execute (server, 202, workflow, "{}");
  g_autofree char *path = g_strconcat (EXECUTIONS "/", test_reply_get (run, "id"), "/steps/ask/resolve", NULL);
  g_autofree char *cancel = g_strconcat (EXECUTIONS "/", test_reply_get (run, "id"), "/cancel", NULL);
  g_autoptr(TestReply) resolved = NULL, cancelled = NULL;

  await_status (server, run, "running");
  test_server_kill (server);
  test_server_start (server);
  await_status (server, run, "unknown");
  resolved = test_server_expect (server, 200, "POST", path, "{\"outcome\":\"not_done\"}");
  await_status (server, run, "running");
  cancelled = test_server_expect (server, 200, "POST", cancel, NULL);
}

/* A GET that was cut off is simply sent again. */
static void
test_stop_under_way (void)
{
  guint port;
  g_autoptr(GSocket) deaf = deaf_server (&port);
  g_autoptr(TestServer) server = test_server_new (options);
  g_autofree char *document = request_document ("GET", port, 60000);
  g_autofree char *workflow = create (server, document);
  g_autoptr(TestReply) run = execute (server, 202, workflow, "{}");
  g_autofree char *cancel = g_strconcat (EXECUTIONS "/", test_reply_get (run, "id"), "/cancel", NULL);
  g_autoptr(TestReply) cancelled = NULL;
  gint64 began;

  await_status (server, run, "running");
  began = g_get_monotonic_time ();
  g_assert_cmpint (test_server_stop (server), ==, 0);
  g_assert_cmpint (g_get_monotonic_time () - began, <, 10 * G_USEC_PER_SEC);
  test_server_start (server);
  await_status (server, run, "running");
  cancelled = test_server_expect (server, 200, "POST", cancel, NULL);
}

static void
test_refused_address (void)
{
  guint port;
  g_autoptr(GSocket) deaf = deaf_server (&port);
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *document = request_document ("GET", port, 1000);
  g_autofree char *workflow = create (server, document);
  g_autoptr(TestReply) failed = execute (server, 200, workflow, "{\"wait_seconds\":10}");

  g_assert_cmpstr (test_reply_get (failed, "status"), ==, "failed");
  g_assert_nonnull (strstr (test_reply_get (failed, "error_message"), "127.0.0.1"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/api/executions/run-a-workflow-now", test_execute);
  g_test_add_func ("/api/executions/run-a-draft", test_execute_draft);
  g_test_add_func ("/api/executions/refuse-what-cannot-run", test_execute_refusals);
  g_test_add_func ("/api/executions/are-counted-and-listed", test_counters_and_lists);
  g_test_add_func ("/api/executions/are-cancelled-within-a-second", test_cancel);
  g_test_add_func ("/api/executions/wait-for-a-word-on-an-unknown-step", test_resolve);
  g_test_add_func ("/api/executions/keep-a-doubt-over-a-kill", test_resolve_not_done_after_a_kill);
  g_test_add_func ("/api/executions/go-on-after-a-stop", test_stop_under_way);
  g_test_add_func ("/api/executions/do-not-reach-private-addresses", test_refused_address);

  return g_test_run ();
}
