/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include <string.h>

#include "common/value/json.h"
#include "tests/support/runs.h"

/* Runs that are made from others, by the API. */

#define EXECUTIONS "/api/integrations/executions"

#define DOCUMENT(divisor) \
  "{\"schema\":1,\"nodes\":[{\"id\":\"start\",\"type\":\"trigger.manual\",\"name\":\"Start\",\"position\":[0,0],\"parameters\":{}}," \
  "{\"id\":\"each\",\"type\":\"flow.loop\",\"name\":\"Each\",\"position\":[240,0],\"parameters\":{\"items\":\"{{ trigger.data }}\",\"result\":\"{{ steps.half.output.n }}\"}}," \
  "{\"id\":\"half\",\"type\":\"data.map\",\"name\":\"Half\",\"position\":[480,0],\"parameters\":{\"fields\":[{\"path\":\"n\",\"value\":\"{{ " divisor " }}\"}]}}," \
  "{\"id\":\"end\",\"type\":\"data.map\",\"name\":\"End\",\"position\":[480,200],\"parameters\":{\"fields\":[{\"path\":\"all\",\"value\":\"{{ steps.each.output }}\"}]}}]," \
  "\"edges\":[{\"from\":\"start\",\"to\":\"each\"},{\"from\":\"each\",\"port\":\"item\",\"to\":\"half\"},{\"from\":\"each\",\"port\":\"done\",\"to\":\"end\"}],\"notes\":[]}"

typedef struct {
  TestServer *server;
  char       *workflow;     /* its path */
  char       *id;
  char       *failed;       /* the id of a run that failed in the second iteration */
} Fixture;

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  g_autoptr(TestReply) created = NULL;
  g_autoptr(TestReply) run = NULL;
  g_autofree char *path = NULL;

  self->server = test_server_new (NULL);
  created = test_server_expect (self->server, 201, "POST", "/api/integrations/workflows", "{\"name\":\"Halves\",\"steps\":" DOCUMENT ("100 / int(item)") "}");
  self->id = g_strdup (test_reply_get (created, "id"));
  self->workflow = g_strconcat ("/api/integrations/workflows/", self->id, NULL);
  path = g_strconcat (self->workflow, "/execute", NULL);
  run = test_server_expect (self->server, 200, "POST", path, "{\"data\":[1,0,4],\"wait_seconds\":10}");
  g_assert_cmpstr (test_reply_get (run, "status"), ==, "failed");
  self->failed = g_strdup (test_reply_get (run, "id"));
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  test_server_free (self->server);
  g_free (self->workflow);
  g_free (self->id);
  g_free (self->failed);
}

static TestReply *
replay (Fixture    *self,
        guint       status,
        const char *body)
{
  g_autofree char *path = g_strconcat (EXECUTIONS "/", self->failed, "/replay", NULL);

  return test_server_expect (self->server, status, "POST", path, body);
}

static void
check_all (TestReply  *reply,
           const char *expected)
{
  EnlaceValue *all = enlace_json_pointer_get (reply->body, "/execution_data/steps/end/output/all");
  g_autofree char *text = NULL;
  gsize length;

  g_assert_cmpstr (test_reply_get (reply, "status"), ==, "completed");
  g_assert_nonnull (all);
  text = enlace_json_format (all, ENLACE_JSON_COMPACT, &length, NULL);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_from (Fixture       *self,
           gconstpointer  data)
{
  g_autoptr(TestReply) corrected = replay (self, 200, "{\"from\":\"half\",\"path\":[1],\"outputs\":{\"half\":{\"n\":0}},\"wait_seconds\":10}");
  g_autoptr(TestReply) again = replay (self, 200, "{\"from\":\"half\",\"path\":[1],\"wait_seconds\":10}");
  g_autoptr(TestReply) nowhere = replay (self, 422, "{\"from\":\"half\"}");
  g_autoptr(TestReply) unknown = replay (self, 422, "{\"from\":\"zork\"}");

  check_all (corrected, "[100,0,25]");
  g_assert_cmpstr (test_reply_get (again, "status"), ==, "failed");
  g_assert_nonnull (strstr (nowhere->text, "path"));
  g_assert_nonnull (strstr (unknown->text, "zork"));
}

static void
test_versions (Fixture       *self,
               gconstpointer  data)
{
  const char *const headers[] = { "If-Match: *", NULL };
  g_autoptr(TestReply) saved = test_server_call (self->server, "PUT", self->workflow, "{\"steps\":" DOCUMENT ("item == 0 ? -1 : 100 / int(item)") "}", headers);
  g_autoptr(TestReply) newer = NULL, changed = NULL, beyond = NULL;

  g_assert_cmpuint (saved->status, ==, 200);
  newer = replay (self, 200, "{\"version\":2,\"wait_seconds\":10}");
  check_all (newer, "[100,-1,25]");
  changed = replay (self, 200, "{\"data\":[2,5],\"wait_seconds\":10}");
  check_all (changed, "[50,20]");
  beyond = replay (self, 400, "{\"version\":3}");
  g_assert_nonnull (beyond->body);
}

static void
test_parts (Fixture       *self,
            gconstpointer  data)
{
  g_autoptr(TestReply) only = replay (self, 200, "{\"only\":\"end\",\"outputs\":{\"each\":[7]},\"wait_seconds\":10}");
  g_autofree char *path = g_strconcat (self->workflow, "/execute", NULL);
  g_autoptr(TestReply) until = test_server_expect (self->server, 200, "POST", path, "{\"data\":[2],\"until\":\"each\",\"wait_seconds\":10}");
  g_autoptr(TestReply) unknown = test_server_expect (self->server, 400, "POST", path, "{\"data\":[2],\"until\":\"zork\"}");

  g_assert_cmpstr (test_reply_get (only, "status"), ==, "completed");
  g_assert_true (enlace_value_get_member_bool (only->body, "is_test", FALSE));
  g_assert_nonnull (enlace_json_pointer_get (until->body, "/execution_data/steps/each/output/0"));
  g_assert_null (enlace_json_pointer_get (until->body, "/execution_data/steps/end"));
  g_assert_nonnull (unknown->body);
}

static void
test_many (Fixture       *self,
           gconstpointer  data)
{
  g_autofree char *count = g_strdup_printf ("{\"filter\":{\"workflow_id\":\"%s\",\"status\":\"failed\"}}", self->id);
  g_autofree char *go = g_strdup_printf ("{\"filter\":{\"workflow_id\":\"%s\",\"status\":\"failed\"},\"count_only\":false}", self->id);
  g_autofree char *wrong = g_strdup_printf ("{\"filter\":{\"workflow_id\":\"%s\",\"zork\":1}}", self->id);
  g_autoptr(TestReply) counted = test_server_expect (self->server, 200, "POST", EXECUTIONS "/replay", count);
  g_autoptr(TestReply) begun = test_server_expect (self->server, 200, "POST", EXECUTIONS "/replay", go);
  g_autoptr(TestReply) refused = test_server_expect (self->server, 400, "POST", EXECUTIONS "/replay", wrong);

  g_assert_cmpint (enlace_value_get_member_int (counted->body, "count", -1), ==, 1);
  g_assert_cmpint (enlace_value_get_member_int (counted->body, "begun", -1), ==, 0);
  g_assert_cmpint (enlace_value_get_member_int (begun->body, "begun", -1), ==, 1);
  test_runs_settle (self->server, 10);
  g_assert_cmpuint (test_runs_count (self->server, "failed"), ==, 2);
  g_assert_nonnull (refused->body);
}

/* The steps of a long loop come in pages, each with where it is. */
static void
test_pages (Fixture       *self,
            gconstpointer  data)
{
  g_autofree char *path = g_strconcat (self->workflow, "/execute", NULL);
  g_autoptr(GString) body = g_string_new ("{\"wait_seconds\":10,\"data\":[1");
  g_autofree char *cursor = NULL, *steps = NULL;
  g_autoptr(TestReply) run = NULL;
  guint n_halves = 0;

  for (guint i = 2; i <= 120; i++)
    g_string_append_printf (body, ",%u", i);
  g_string_append (body, "]}");
  run = test_server_expect (self->server, 200, "POST", path, body->str);
  steps = g_strconcat (EXECUTIONS "/", test_reply_get (run, "id"), "/steps", NULL);

  do
    {
      g_autofree char *page_path = cursor != NULL ? g_strconcat (steps, "?cursor=", cursor, NULL) : g_strdup (steps);
      g_autoptr(TestReply) page = test_server_expect (self->server, 200, "GET", page_path, NULL);
      EnlaceValue *items = enlace_value_get_member (page->body, "items");

      g_assert_cmpuint (enlace_value_get_length (items), <=, 50);
      for (gsize i = 0; i < enlace_value_get_length (items); i++)
        {
          EnlaceValue *item = enlace_value_get_element (items, i);

          if (strcmp (enlace_value_get_member_string (item, "node", ""), "half") != 0)
            continue;
          g_assert_cmpint (enlace_value_get_member_int (item, "iteration", -1), ==, n_halves);
          g_assert_cmpint (enlace_value_get_int (enlace_json_pointer_get (item, "/path/0")), ==, n_halves);
          n_halves++;
        }
      g_set_str (&cursor, enlace_value_get_member_string (page->body, "next_cursor", NULL));
    }
  while (cursor != NULL);
  g_assert_cmpuint (n_halves, ==, 120);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/replay/goes-on-from-the-step-that-failed", test_from);
  ADD ("/replay/by-another-version-or-with-other-data", test_versions);
  ADD ("/replay/one-step-or-up-to-a-step", test_parts);
  ADD ("/replay/many-with-a-filter-and-a-count-first", test_many);
  ADD ("/replay/steps-of-a-loop-come-in-pages", test_pages);

  return g_test_run ();
}
