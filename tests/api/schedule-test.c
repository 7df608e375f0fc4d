/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include <string.h>

#include "common/value/json.h"
#include "common/value/time.h"
#include "tests/support/runs.h"
#include "tests/support/server.h"

#define WORKFLOWS "/api/integrations/workflows"

#define DOCUMENT(type, parameters) \
  "{\"name\":\"Nightly\",\"steps\":{\"schema\":1,\"nodes\":[{\"id\":\"start\",\"type\":\"" type "\",\"name\":\"Start\",\"position\":[0,0]," \
  "\"parameters\":" parameters "}],\"edges\":[],\"notes\":[]}}"

static char *
create (TestServer *server,
        const char *body)
{
  g_autoptr(TestReply) created = test_server_expect (server, 201, "POST", WORKFLOWS, body);

  return g_strdup (test_reply_get (created, "id"));
}

static void
set_active (TestServer *server,
            const char *id,
            gboolean    is_active)
{
  static const char *const headers[] = { "If-Match: *", NULL };
  g_autofree char *path = g_strconcat (WORKFLOWS "/", id, NULL);
  g_autoptr(TestReply) reply = test_server_call (server, "PUT", path, is_active ? "{\"is_active\":true}" : "{\"is_active\":false}", headers);

  g_assert_cmpuint (reply->status, ==, 200);
}

static TestReply *
get_schedule (TestServer *server,
              guint       status,
              const char *id)
{
  g_autofree char *path = g_strdup_printf (WORKFLOWS "/%s/schedule", id);

  return test_server_expect (server, status, "GET", path, NULL);
}

static void
test_next (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *id = create (server, DOCUMENT ("trigger.schedule", "{\"cron\":\"0 9 * * mon-fri\",\"timezone\":\"Europe/Madrid\"}"));
  g_autofree char *manual = create (server, DOCUMENT ("trigger.manual", "{}"));
  g_autofree char *never = create (server, DOCUMENT ("trigger.schedule", "{\"cron\":\"0 0 30 2 *\"}"));
  g_autoptr(TestReply) reply = get_schedule (server, 200, id), none = get_schedule (server, 404, manual), unread = get_schedule (server, 422, never);
  EnlaceValue *next = enlace_value_get_member (reply->body, "next");

  g_assert_cmpuint (enlace_value_get_length (next), ==, 5);
  g_assert_true (enlace_value_is_null (enlace_value_get_member (reply->body, "last")));
  g_assert_false (enlace_value_get_member_bool (reply->body, "is_active", TRUE));
  g_assert_cmpstr (test_reply_get (reply, "timezone"), ==, "Europe/Madrid");
  g_assert_cmpstr (test_reply_get (reply, "description"), ==, "Monday, Tuesday, Wednesday, Thursday, Friday at 09:00 (Europe/Madrid)");
}

static const struct { const char *parameters, *pointer, *part; } problems[] = {
  { "{\"cron\":\"0 0 30 2 *\"}", "/nodes/0/parameters/cron", "never fires" },
  { "{\"cron\":\"61 * * * *\"}", "/nodes/0/parameters/cron", "minute" },
  { "{\"cron\":\"0 0 * * *\",\"timezone\":\"Europe/Atlantis\"}", "/nodes/0/parameters/timezone", "Atlantis" },
  { "{\"cron\":\"0 0 * * *\",\"every\":5}", "/nodes/0/parameters", "either" },
  { "{}", "/nodes/0/parameters", "cron, every" },
};

static void
test_problems (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (problems); i++)
    {
      g_autofree char *body = g_strdup_printf (DOCUMENT ("trigger.schedule", "%s"), problems[i].parameters);
      g_autoptr(TestReply) reply = test_server_expect (server, 201, "POST", WORKFLOWS, body);
      EnlaceValue *problem = enlace_json_pointer_get (reply->body, "/problems/0");

      g_test_message ("%s", problems[i].parameters);
      g_assert_nonnull (problem);
      g_assert_nonnull (strstr (enlace_value_get_member_string (problem, "pointer", ""), problems[i].pointer));
      g_assert_nonnull (strstr (enlace_value_get_member_string (problem, "detail", ""), problems[i].part));
    }
}

/* Every second, over a server that is killed: each tick is there once, and none is left out. */
static void
test_restart (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *id = create (server, DOCUMENT ("trigger.schedule", "{\"cron\":\"* * * * * *\",\"missed\":\"all\"}"));
  gint64 deadline = g_get_monotonic_time () + 40 * G_TIME_SPAN_SECOND;
  g_autoptr(GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(TestReply) list = NULL;
  gint64 first = G_MAXINT64, last = 0;
  EnlaceValue *items;

  set_active (server, id, TRUE);
  while (test_runs_count (server, "completed") < 2)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_usleep (20 * 1000);
    }
  test_server_kill (server);
  test_server_start (server);
  while (test_runs_count (server, "completed") < 5)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_usleep (20 * 1000);
    }
  set_active (server, id, FALSE);
  test_runs_settle (server, 10);

  list = test_server_expect (server, 200, "GET", "/api/integrations/executions?limit=200", NULL);
  items = enlace_value_get_member (list->body, "items");
  for (gsize i = 0; i < enlace_value_get_length (items); i++)
    {
      g_autofree char *path = g_strconcat ("/api/integrations/executions/", enlace_value_get_member_string (enlace_value_get_element (items, i), "id", NULL), NULL);
      g_autoptr(TestReply) run = test_server_expect (server, 200, "GET", path, NULL);
      const char *at = enlace_value_get_string (enlace_json_pointer_get (run->body, "/trigger_data/scheduled_at"));
      guint32 nanoseconds;
      gint64 seconds;

      g_assert_nonnull (at);
      g_assert_true (g_hash_table_add (seen, g_strdup (at)));
      g_assert_true (enlace_time_parse (at, &seconds, &nanoseconds));
      first = MIN (first, seconds);
      last = MAX (last, seconds);
    }
  g_assert_cmpuint (g_hash_table_size (seen), >=, 5);
  g_assert_cmpint (last - first + 1, ==, (gint64) g_hash_table_size (seen));
}

static void
test_form (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *id = create (server, DOCUMENT ("trigger.manual", "{\"schema\":{\"type\":\"object\",\"required\":[\"amount\"],"
                                                                    "\"properties\":{\"amount\":{\"type\":\"integer\",\"minimum\":1}}}}"));
  g_autofree char *path = g_strdup_printf (WORKFLOWS "/%s/execute", id);
  g_autoptr(TestReply) good = test_server_expect (server, 202, "POST", path, "{\"data\":{\"amount\":3}}");
  g_autoptr(TestReply) wrong = test_server_expect (server, 400, "POST", path, "{\"data\":{\"amount\":0}}");
  g_autoptr(TestReply) absent = test_server_expect (server, 400, "POST", path, "{}");

  g_assert_cmpstr (enlace_value_get_string (enlace_json_pointer_get (wrong->body, "/errors/0/pointer")), ==, "/data/amount");
  g_assert_cmpstr (enlace_value_get_string (enlace_json_pointer_get (absent->body, "/errors/0/pointer")), ==, "/data");
}

/* A person may begin it as well: what the schedule would say is filled in. */
static void
test_by_hand (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *id = create (server, DOCUMENT ("trigger.schedule", "{\"every\":1,\"unit\":\"days\",\"timezone\":\"Asia/Tokyo\"}"));
  g_autofree char *path = g_strdup_printf (WORKFLOWS "/%s/execute", id);
  g_autoptr(TestReply) run = test_server_expect (server, 200, "POST", path, "{\"wait_seconds\":10}");
  g_autofree char *run_path = g_strconcat ("/api/integrations/executions/", test_reply_get (run, "id"), NULL);
  g_autoptr(TestReply) read = test_server_expect (server, 200, "GET", run_path, NULL);

  g_assert_cmpstr (enlace_value_get_string (enlace_json_pointer_get (read->body, "/trigger_data/timezone")), ==, "Asia/Tokyo");
  g_assert_nonnull (enlace_json_pointer_get (read->body, "/trigger_data/scheduled_at"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/api/schedule/says-the-next-times", test_next);
  g_test_add_func ("/api/schedule/names-what-is-wrong", test_problems);
  g_test_add_func ("/api/schedule/fires-each-tick-once-over-a-kill", test_restart);
  g_test_add_func ("/api/schedule/can-be-begun-by-hand", test_by_hand);
  g_test_add_func ("/api/manual/checks-the-form", test_form);

  return g_test_run ();
}
