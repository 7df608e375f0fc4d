/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Targets of http.request that misbehave: the run fails with the right code, in time, and the server keeps its memory. */

#define G_LOG_DOMAIN "enlace-test"

#include <string.h>

#include "tests/server/outbound/hostile-server.h"
#include "tests/support/receiver.h"
#include "tests/support/runs.h"

static const char *const options[] = { "--allow-address", "127.0.0.0/8", NULL };

static char *
make_document (const char *url)
{
  return g_strdup_printf ("{\"schema\":1,\"nodes\":[{\"id\":\"hook\",\"type\":\"trigger.webhook\",\"name\":\"Hook\",\"position\":[0,0],\"parameters\":{}},"
                          "{\"id\":\"ask\",\"type\":\"http.request\",\"name\":\"Ask\",\"position\":[240,0],\"parameters\":{\"method\":\"GET\","
                          "\"url\":\"%s\",\"timeout_ms\":1500}}],\"edges\":[{\"from\":\"hook\",\"to\":\"ask\"}],\"notes\":[]}", url);
}

static const struct {
  const char *path;     /* of the hostile server, or a whole address */
  const char *code;     /* of the step's error; NULL: the step succeeds */
} targets[] = {
  { "/hang", "timeout" },
  { "/drip", "timeout" },
  { "/endless", "too_large" },
  { "/bomb", "too_large" },
  { "/bad-gzip", "bad_reply" },
  { "/malformed", "bad_reply" },
  { "/garbage", "bad_reply" },
  { "/big-header", "bad_reply" },
  { "/cut", "connection" },
  { "/nothing", "connection" },
  { "/reset", "connection" },
  { "/loop", "bad_reply" },
  { "/redirect?302+http://10.0.0.1/", "address" },
  { "/redirect?302+http://169.254.169.254/latest/meta-data/", "address" },
  { "/redirect?307+http://[fd00::1]/", "address" },
  { "http://192.168.7.7/", "address" },
  { "http://0x0a000001/", "address" },
  { "http://[::ffff:10.0.0.1]/", "address" },
  { "/echo", NULL },
};

static gint64
peak_kilobytes (TestServer *server)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/status", g_subprocess_get_identifier (server->process));
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));

  return g_ascii_strtoll (strstr (text, "VmHWM:") + strlen ("VmHWM:"), NULL, 10);
}

/* All at the same time, as they would come. */
static void
test_targets (void)
{
  g_autoptr(HostileServer) hostile = hostile_server_new ();
  g_autoptr(TestServer) server = test_server_new (options);
  g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);

  for (gsize i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      g_autofree char *url = *targets[i].path == '/' ? hostile_server_dup_url (hostile, targets[i].path) : g_strdup (targets[i].path);
      g_autofree char *document = make_document (url);
      g_autofree char *address = NULL, *id = test_server_publish (server, targets[i].path, document, &address);
      g_autoptr(TestReply) accepted = test_server_expect (server, 202, "POST", address, "{}");

      g_ptr_array_add (ids, g_strdup (test_reply_get (accepted, "execution_id")));
    }

  for (gsize i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      const char *id = g_ptr_array_index (ids, i);
      g_autoptr(TestReply) run = test_run_await (server, id, targets[i].code != NULL ? "failed" : "completed", 8);
      g_autofree char *code = test_run_step_error (server, id, "ask");

      if (g_strcmp0 (code, targets[i].code) != 0)
        g_error ("%s: the code is %s instead of %s", targets[i].path, code, targets[i].code);
      if (code != NULL)
        g_assert_true (g_str_has_prefix (test_reply_get (run, "error_message"), "Ask: "));
    }
  g_test_message ("Peak: %" G_GINT64_FORMAT " KiB", peak_kilobytes (server));
#ifndef __SANITIZE_ADDRESS__
  g_assert_cmpint (peak_kilobytes (server), <, 150 * 1024);
#endif
}

/* More requests than may be open at once wait for one that hangs; those to others go all the same. */
static void
test_isolation (void)
{
  g_autoptr(HostileServer) hostile = hostile_server_new ();
  g_autoptr(TestServer) server = test_server_new (options);
  g_autoptr(TestReceiver) receiver = test_receiver_new ();
  g_autofree char *hanging_url = hostile_server_dup_url (hostile, "/hang"), *hanging_document = make_document (hanging_url);
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u/", test_receiver_get_port (receiver)), *document = make_document (url);
  g_autofree char *hanging = NULL, *hanging_id = test_server_publish (server, "Hanging", hanging_document, &hanging);
  g_autofree char *quick = NULL, *quick_id = test_server_publish (server, "Quick", document, &quick);

  for (guint i = 0; i < 300; i++)
    {
      g_autoptr(TestReply) accepted = test_server_expect (server, 202, "POST", hanging, "{}");
    }
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr(TestReply) accepted = test_server_expect (server, 202, "POST", quick, "{}");
      g_autoptr(TestReply) done = test_run_await (server, test_reply_get (accepted, "execution_id"), "completed", 1);
    }
  test_runs_settle (server, 10);
  g_assert_cmpuint (test_runs_count (server, "failed"), ==, 300);
}

/* A caller who waits for a reply that does not come in time is told so after 30 s, with the run's id; the run goes on. */
static void
test_caller_waits (void)
{
  static const char template[] =
    "{\"schema\":1,\"nodes\":[{\"id\":\"hook\",\"type\":\"trigger.webhook\",\"name\":\"Hook\",\"position\":[0,0],\"parameters\":{}},"
    "{\"id\":\"ask\",\"type\":\"http.request\",\"name\":\"Ask\",\"position\":[240,0],\"parameters\":{\"method\":\"GET\",\"url\":\"%s\",\"timeout_ms\":33000}},"
    "{\"id\":\"reply\",\"type\":\"flow.respond\",\"name\":\"Reply\",\"position\":[480,0],\"parameters\":{\"status\":200,\"body\":true}}],"
    "\"edges\":[{\"from\":\"hook\",\"to\":\"ask\"},{\"from\":\"ask\",\"to\":\"reply\"}],\"notes\":[]}";
  g_autoptr(HostileServer) hostile = NULL;
  g_autoptr(TestServer) server = NULL;
  g_autoptr(TestReply) reply = NULL, failed = NULL;
  g_autofree char *url = NULL, *document = NULL, *address = NULL, *id = NULL;
  gint64 began, seconds;

  if (g_getenv ("ENLACE_TEST_SLOW") == NULL)
    return g_test_skip ("it takes half a minute");

  hostile = hostile_server_new ();
  server = test_server_new (options);
  url = hostile_server_dup_url (hostile, "/hang");
  document = g_strdup_printf (template, url);
  id = test_server_publish (server, "Waits", document, &address);
  began = g_get_monotonic_time ();
  reply = test_server_expect (server, 504, "POST", address, "{}");
  seconds = (g_get_monotonic_time () - began) / G_USEC_PER_SEC;
  g_assert_cmpint (seconds, >=, 29);
  g_assert_cmpint (seconds, <=, 32);
  failed = test_run_await (server, test_reply_get (reply, "execution_id"), "failed", 8);
}

/* A port that nobody listens at, and a name that nobody has. */
static void
test_unreachable (void)
{
  guint port;
  g_autoptr(TestServer) server = test_server_new (options);
  g_autoptr(HostileServer) hostile = hostile_server_new ();
  g_autofree char *url = NULL, *document = NULL, *nameless = make_document ("http://nobody.invalid/");
  g_autofree char *address = NULL, *name_address = NULL, *id = NULL, *name_id = NULL, *code = NULL, *name_code = NULL;
  g_autoptr(TestReply) accepted = NULL, name_accepted = NULL, failed = NULL, name_failed = NULL;

  port = hostile_server_get_port (hostile);
  g_clear_pointer (&hostile, hostile_server_free);
  url = g_strdup_printf ("http://127.0.0.1:%u/", port);
  document = make_document (url);
  id = test_server_publish (server, "Refused", document, &address);
  name_id = test_server_publish (server, "Nameless", nameless, &name_address);
  accepted = test_server_expect (server, 202, "POST", address, "{}");
  name_accepted = test_server_expect (server, 202, "POST", name_address, "{}");

  failed = test_run_await (server, test_reply_get (accepted, "execution_id"), "failed", 5);
  name_failed = test_run_await (server, test_reply_get (name_accepted, "execution_id"), "failed", 8);
  code = test_run_step_error (server, test_reply_get (accepted, "execution_id"), "ask");
  name_code = test_run_step_error (server, test_reply_get (name_accepted, "execution_id"), "ask");
  g_assert_cmpstr (code, ==, "connection");
  g_assert_true (g_strcmp0 (name_code, "connection") == 0 || g_strcmp0 (name_code, "timeout") == 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hostile/targets/fail-a-run-in-time", test_targets);
  g_test_add_func ("/hostile/targets/do-not-hold-up-requests-to-others", test_isolation);
  g_test_add_func ("/hostile/targets/let-a-caller-wait-for-half-a-minute", test_caller_waits);
  g_test_add_func ("/hostile/targets/are-not-there", test_unreachable);

  return g_test_run ();
}
