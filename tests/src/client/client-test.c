/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include <string.h>

#include "common/value/json.h"
#include "src/client/client.h"
#include "tests/src/support/double.h"
#include "tests/src/support/wait.h"

typedef struct {
  TestDouble   *server;
  EnlaceClient *client;
} Fixture;

static gboolean
is_online (gpointer data)
{
  Fixture *fixture = data;

  return enlace_client_get_online (fixture->client);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->server = test_double_new ();
  fixture->client = enlace_client_new ();
  enlace_client_connect (fixture->client, fixture->server->address, TEST_KEY);
  test_wait_until (is_online, fixture);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  test_double_assert_done (fixture->server);
  enlace_client_disconnect (fixture->client);
  test_run_pending ();
  g_assert_finalize_object (fixture->client);
  test_double_free (fixture->server);
}

static void
test_creates_and_saves (Fixture       *fixture,
                        gconstpointer  data)
{
  static const TestExchange exchanges[] = {
    { "POST", "workflows", NULL, "{\"name\":\"Orders\",\"description\":\"All of them\",\"steps\":{\"schema\":1,\"nodes\":[]}}", 201, "\"1\"",
      "{\"id\":\"w1\",\"name\":\"Orders\",\"version\":1,\"steps\":{\"schema\":1,\"nodes\":[]},\"problems\":[]}" },
    { "PUT", "workflows/w1", "\"1\"", "{\"steps\":{\"schema\":1,\"nodes\":[],\"x\":2}}", 200, "\"2\"",
      "{\"id\":\"w1\",\"name\":\"Orders\",\"version\":2,\"steps\":{\"schema\":1,\"nodes\":[],\"x\":2},\"problems\":[]}" },
  };
  g_autoptr(EnlaceValue) first = enlace_json_parse ("{\"schema\":1,\"nodes\":[]}", -1, NULL);
  g_autoptr(EnlaceValue) second = enlace_json_parse ("{\"schema\":1,\"nodes\":[],\"x\":2}", -1, NULL);
  g_autoptr(EnlaceWorkflow) workflow = NULL;
  g_autoptr(EnlaceWorkflow) saved = NULL;

  test_double_expect (fixture->server, &exchanges[0]);
  test_double_expect (fixture->server, &exchanges[1]);

  workflow = test_wait_object (enlace_client_create_workflow (fixture->client, "Orders", "All of them", first));
  g_assert_cmpint (enlace_workflow_get_version (workflow), ==, 1);
  g_assert_cmpstr (enlace_workflow_get_etag (workflow), ==, "\"1\"");

  saved = test_wait_object (enlace_client_save_workflow (fixture->client, workflow, second));
  g_assert_true (saved == workflow);
  g_assert_cmpint (enlace_workflow_get_version (workflow), ==, 2);
  g_assert_cmpstr (enlace_workflow_get_etag (workflow), ==, "\"2\"");
}

static void
test_publishes (Fixture       *fixture,
                gconstpointer  data)
{
  static const TestExchange exchanges[] = {
    { "GET", "workflows/w1", NULL, NULL, 200, "\"1\"", "{\"id\":\"w1\",\"version\":2,\"is_active\":false,\"steps\":{}}" },
    { "PUT", "workflows/w1", "*", "{\"is_active\":true,\"published_version\":2}", 422, NULL,
      "{\"type\":\"about:blank\",\"title\":\"Unprocessable\",\"status\":422,\"detail\":\"Two problems refuse it.\","
      "\"errors\":[{\"pointer\":\"/nodes/0\",\"detail\":\"no\"}]}" },
    { "PUT", "workflows/w1", "*", "{\"is_active\":true}", 200, "\"3\"", "{\"id\":\"w1\",\"version\":2,\"is_active\":true,\"steps\":{}}" },
  };
  g_autoptr(EnlaceWorkflow) workflow = NULL;
  g_autoptr(EnlaceWorkflow) same = NULL;
  g_autofree char *message = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (exchanges); i++)
    test_double_expect (fixture->server, &exchanges[i]);

  workflow = test_wait_object (enlace_client_load_workflow (fixture->client, "w1"));
  message = test_wait_error (enlace_client_publish (fixture->client, workflow, 2), ENLACE_CLIENT_ERROR, ENLACE_CLIENT_ERROR_INVALID);
  g_assert_cmpstr (message, ==, "Two problems refuse it.");
  g_assert_false (enlace_workflow_get_is_active (workflow));

  same = test_wait_object (enlace_client_set_active (fixture->client, workflow, TRUE));
  g_assert_true (enlace_workflow_get_is_active (workflow));
}

static void
test_an_error_keeps_its_problem (void)
{
  const char *text = "{\"status\":422,\"detail\":\"No.\",\"errors\":[{\"pointer\":\"/steps/nodes/1\",\"detail\":\"x\"}]}";
  g_autoptr(GBytes) body = g_bytes_new_static (text, strlen (text));
  g_autoptr(GError) error = enlace_client_error_new_for_reply (422, body);
  g_autoptr(GError) copy = g_error_copy (error);
  EnlaceValue *problem = enlace_client_error_get_problem (copy);

  g_assert_error (copy, ENLACE_CLIENT_ERROR, ENLACE_CLIENT_ERROR_INVALID);
  g_assert_nonnull (problem);
  g_assert_cmpuint (enlace_value_get_length (enlace_value_get_member (problem, "errors")), ==, 1);
  g_assert_null (enlace_client_error_get_problem (NULL));
}

static void
test_statuses_become_errors (void)
{
  const struct { guint status; EnlaceClientError code; } cases[] = {
    { 400, ENLACE_CLIENT_ERROR_INVALID }, { 401, ENLACE_CLIENT_ERROR_REFUSED }, { 402, ENLACE_CLIENT_ERROR_LIMIT },
    { 403, ENLACE_CLIENT_ERROR_REFUSED }, { 404, ENLACE_CLIENT_ERROR_NOT_FOUND }, { 409, ENLACE_CLIENT_ERROR_CHANGED },
    { 412, ENLACE_CLIENT_ERROR_CHANGED }, { 413, ENLACE_CLIENT_ERROR_INVALID }, { 422, ENLACE_CLIENT_ERROR_INVALID },
    { 429, ENLACE_CLIENT_ERROR_LIMIT }, { 500, ENLACE_CLIENT_ERROR_SERVER }, { 503, ENLACE_CLIENT_ERROR_SERVER },
    { 302, ENLACE_CLIENT_ERROR_REPLY },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GBytes) body = g_bytes_new_static ("<html>", 6);
      g_autoptr(GError) error = enlace_client_error_new_for_reply (cases[i].status, body);

      g_assert_error (error, ENLACE_CLIENT_ERROR, (int) cases[i].code);
      g_assert_cmpstr (error->message, !=, "");
    }
}

static void
test_refuses_a_reply_that_is_no_json (Fixture       *fixture,
                                      gconstpointer  data)
{
  static const TestExchange exchange = { "GET", "workflows/w1", NULL, NULL, 200, NULL, "<html>hello</html>" };
  g_autofree char *message = NULL;

  test_double_expect (fixture->server, &exchange);
  message = test_wait_error (enlace_client_load_workflow (fixture->client, "w1"), ENLACE_CLIENT_ERROR, ENLACE_CLIENT_ERROR_REPLY);
}

static void
count_cb (EnlaceClient *client,
          gpointer      resource,
          guint        *count)
{
  (*count)++;
}

static void
test_has_one_object_a_resource (Fixture       *fixture,
                                gconstpointer  data)
{
  g_autoptr(JsonNode) node = json_from_string ("{\"id\":\"w9\",\"name\":\"One\"}", NULL);
  g_autoptr(JsonNode) later = json_from_string ("{\"id\":\"w9\",\"name\":\"Two\"}", NULL);
  guint count = 0;
  EnlaceWorkflow *first;
  EnlaceWorkflow *second;

  g_signal_connect (fixture->client, "changed", G_CALLBACK (count_cb), &count);
  first = enlace_client_adopt (fixture->client, ENLACE_TYPE_WORKFLOW, json_node_get_object (node));
  second = enlace_client_adopt_quietly (fixture->client, ENLACE_TYPE_WORKFLOW, json_node_get_object (later));
  g_assert_true (first == second);
  g_assert_cmpstr (enlace_workflow_get_name (first), ==, "Two");
  g_assert_cmpuint (count, ==, 1);

  g_object_unref (second);
  g_assert_finalize_object (first);
  first = enlace_client_adopt (fixture->client, ENLACE_TYPE_WORKFLOW, json_node_get_object (node));
  g_assert_cmpstr (enlace_workflow_get_name (first), ==, "One");
  g_assert_finalize_object (first);
}

static gboolean
is_named_two (gpointer workflow)
{
  return g_strcmp0 (enlace_workflow_get_name (workflow), "Two") == 0;
}

static void
removed_cb (EnlaceClient *client,
            const char   *kind,
            const char   *id,
            char        **removed)
{
  *removed = g_strdup_printf ("%s %s", kind, id);
}

static gboolean
is_set (gpointer data)
{
  return *(char **) data != NULL;
}

static void
test_follows_the_feed (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autoptr(JsonNode) node = json_from_string ("{\"id\":\"w9\",\"name\":\"One\"}", NULL);
  g_autofree char *removed = NULL;
  EnlaceWorkflow *workflow = enlace_client_adopt (fixture->client, ENLACE_TYPE_WORKFLOW, json_node_get_object (node));

  test_double_push (fixture->server, "event: workflow\nid: 4\ndata: {\"id\":\"w9\",\"name\":\"Two\"}\n\n");
  test_wait_until (is_named_two, workflow);

  g_signal_connect (fixture->client, "removed", G_CALLBACK (removed_cb), &removed);
  test_double_push (fixture->server, "event: deleted\nid: 5\ndata: {\"kind\":\"workflow\",\"id\":\"w9\"}\n\n");
  test_wait_until (is_set, &removed);
  g_assert_cmpstr (removed, ==, "workflow w9");

  g_assert_finalize_object (workflow);
}

static gboolean
is_connected_twice (gpointer data)
{
  Fixture *fixture = data;

  return fixture->server->n_feeds == 2 && enlace_client_get_online (fixture->client);
}

static gboolean
is_away (gpointer data)
{
  Fixture *fixture = data;

  return enlace_client_get_away (fixture->client);
}

static void
test_takes_the_feed_up_again (Fixture       *fixture,
                              gconstpointer  data)
{
  g_autoptr(JsonNode) node = json_from_string ("{\"id\":\"w9\",\"name\":\"One\"}", NULL);
  EnlaceWorkflow *workflow = enlace_client_adopt (fixture->client, ENLACE_TYPE_WORKFLOW, json_node_get_object (node));

  g_assert_null (fixture->server->last_event_id);
  g_assert_false (enlace_client_get_away (fixture->client));
  test_double_push (fixture->server, "event: workflow\nid: 41\ndata: {\"id\":\"w9\",\"name\":\"Two\"}\n\n");
  test_wait_until (is_named_two, workflow);

  test_double_break (fixture->server);
  test_wait_until (is_away, fixture);
  test_wait_until (is_connected_twice, fixture);
  g_assert_cmpstr (fixture->server->last_event_id, ==, "41");
  g_assert_false (enlace_client_get_away (fixture->client));

  g_assert_finalize_object (workflow);
}

static void
reset_cb (EnlaceClient *client,
          gboolean     *is_reset)
{
  *is_reset = TRUE;
}

static gboolean
is_true (gpointer data)
{
  return *(gboolean *) data;
}

static void
test_a_lost_place_resets (Fixture       *fixture,
                          gconstpointer  data)
{
  gboolean is_reset = FALSE;

  g_signal_connect (fixture->client, "reset", G_CALLBACK (reset_cb), &is_reset);

  /* The server says so. */
  test_double_push (fixture->server, "event: reset\ndata: {}\n\n");
  test_wait_until (is_true, &is_reset);

  /* No event was seen before the connection broke: nothing can be taken up. */
  is_reset = FALSE;
  test_double_break (fixture->server);
  test_wait_until (is_true, &is_reset);
  test_wait_until (is_connected_twice, fixture);
  g_assert_null (fixture->server->last_event_id);
}

static void
test_says_that_the_server_is_not_reached (void)
{
  EnlaceClient *client = enlace_client_new ();
  TestDouble *server = test_double_new ();
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  first = test_wait_error (enlace_client_load_workflow (client, "w1"), ENLACE_CLIENT_ERROR, ENLACE_CLIENT_ERROR_OFFLINE);

  soup_server_disconnect (server->server);
  enlace_client_connect (client, server->address, TEST_KEY);
  second = test_wait_error (enlace_client_load_workflow (client, "w1"), ENLACE_CLIENT_ERROR, ENLACE_CLIENT_ERROR_OFFLINE);
  g_assert_cmpstr (first, ==, second);
  g_assert_false (enlace_client_get_away (client));

  enlace_client_disconnect (client);
  test_run_pending ();
  test_double_free (server);
  g_object_unref (client);
}

static void
test_waits_for_what_is_under_way (Fixture       *fixture,
                                  gconstpointer  data)
{
  static const TestExchange exchange = { "DELETE", "workflows/w1", "*", NULL, 204, NULL, NULL };
  g_autoptr(JsonNode) node = json_from_string ("{\"id\":\"w1\",\"name\":\"One\"}", NULL);
  g_autoptr(EnlaceWorkflow) workflow = enlace_client_adopt (fixture->client, ENLACE_TYPE_WORKFLOW, json_node_get_object (node));
  DexFuture *work;

  test_double_expect (fixture->server, &exchange);
  test_wait (enlace_client_flush (fixture->client));
  work = enlace_client_delete_workflow (fixture->client, workflow);
  test_wait (enlace_client_flush (fixture->client));
  test_double_assert_done (fixture->server);
  test_wait (work);
}

static void
test_executes_and_resolves (Fixture       *fixture,
                            gconstpointer  data)
{
  static const TestExchange exchanges[] = {
    { "POST", "workflows/w1/execute", NULL, "{\"data\":{\"body\":{\"a\":1}},\"version\":\"draft\",\"test\":true,\"wait_seconds\":30}", 200, NULL,
      "{\"id\":\"e1\",\"workflow_id\":\"w1\",\"status\":\"unknown\"}" },
    { "GET", "executions/e1/steps?limit=200", NULL, NULL, 200, NULL,
      "{\"items\":[{\"node\":\"n1\",\"status\":\"completed\",\"output\":1},{\"node\":\"n2\",\"status\":\"unknown\"}],\"next_cursor\":null}" },
    { "POST", "executions/e1/steps/n2/resolve", NULL, "{\"outcome\":\"done\",\"output\":{\"status\":200}}", 200, NULL,
      "{\"id\":\"e1\",\"workflow_id\":\"w1\",\"status\":\"completed\"}" },
  };
  g_autoptr(EnlaceValue) event = enlace_json_parse ("{\"body\":{\"a\":1}}", -1, NULL);
  g_autoptr(EnlaceValue) output = enlace_json_parse ("{\"status\":200}", -1, NULL);
  g_autoptr(EnlaceExecution) execution = NULL;
  g_autoptr(EnlaceExecution) resolved = NULL;
  g_autoptr(GListModel) steps = NULL;
  g_autoptr(EnlaceStepRecord) step = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (exchanges); i++)
    test_double_expect (fixture->server, &exchanges[i]);

  execution = test_wait_object (enlace_client_execute (fixture->client, "w1", event, -1, TRUE, NULL, 30));
  g_assert_cmpint (enlace_execution_get_status (execution), ==, ENLACE_EXECUTION_UNKNOWN);

  steps = test_wait_object (enlace_client_list_steps (fixture->client, "e1"));
  g_assert_cmpuint (g_list_model_get_n_items (steps), ==, 2);
  step = g_list_model_get_item (steps, 1);
  g_assert_cmpstr (enlace_step_record_get_status (step), ==, "unknown");

  resolved = test_wait_object (enlace_client_resolve_step (fixture->client, "e1", "n2", TRUE, output));
  g_assert_true (resolved == execution);
  g_assert_cmpint (enlace_execution_get_status (execution), ==, ENLACE_EXECUTION_COMPLETED);
}

static void
test_reads_all_pages_of_steps (Fixture       *fixture,
                               gconstpointer  data)
{
  static const TestExchange exchanges[] = {
    { "GET", "executions/e1/steps?limit=200", NULL, NULL, 200, NULL,
      "{\"items\":[{\"node\":\"each\",\"path\":[],\"status\":\"running\"},{\"node\":\"in\",\"path\":[2,0],\"status\":\"completed\"}],"
      "\"next_cursor\":\"2\"}" },
    { "GET", "executions/e1/steps?limit=200&cursor=2", NULL, NULL, 200, NULL,
      "{\"items\":[{\"node\":\"in\",\"path\":[2,1],\"status\":\"failed\"}],\"next_cursor\":null}" },
  };
  g_autoptr(EnlaceStepList) steps = NULL;
  g_autoptr(EnlaceStepRecord) loop = NULL;
  g_autoptr(EnlaceStepRecord) first = NULL;
  g_autoptr(EnlaceStepRecord) second = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (exchanges); i++)
    test_double_expect (fixture->server, &exchanges[i]);

  steps = test_wait_object (enlace_client_list_steps (fixture->client, "e1"));
  test_double_assert_done (fixture->server);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (steps)), ==, 3);
  g_assert_false (enlace_step_list_get_has_more (steps));

  loop = g_list_model_get_item (G_LIST_MODEL (steps), 0);
  first = g_list_model_get_item (G_LIST_MODEL (steps), 1);
  second = g_list_model_get_item (G_LIST_MODEL (steps), 2);
  g_assert_cmpstr (enlace_step_record_get_path (loop), ==, "");
  g_assert_cmpuint (enlace_step_record_get_depth (loop), ==, 0);
  g_assert_cmpstr (enlace_step_record_get_path (first), ==, "2.0");
  g_assert_cmpstr (enlace_step_record_get_iteration (first), ==, "3.1");
  g_assert_cmpint (enlace_step_record_get_number (second, 1), ==, 1);
  g_assert_false (enlace_step_record_is_same_step (first, second));
}

/* Of an endless run no more is read than one can look at, and that is said. */
static void
test_stops_at_two_thousand_steps (Fixture       *fixture,
                                  gconstpointer  data)
{
  enum { N_PAGES = ENLACE_CLIENT_MOST_STEPS / 200 };
  g_autoptr(GString) page = g_string_new ("{\"items\":[");
  g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  TestExchange exchanges[N_PAGES];
  g_autoptr(EnlaceStepList) steps = NULL;

  for (guint i = 0; i < 200; i++)
    g_string_append_printf (page, "%s{\"node\":\"n\",\"path\":[%u],\"status\":\"completed\"}", i > 0 ? "," : "", i);
  g_string_append (page, "],\"next_cursor\":\"on\"}");
  for (guint i = 0; i < N_PAGES; i++)
    {
      char *path = g_strconcat ("executions/e1/steps?limit=200", i > 0 ? "&cursor=on" : "", NULL);

      g_ptr_array_add (paths, path);
      exchanges[i] = (TestExchange) { "GET", path, NULL, NULL, 200, NULL, page->str };
      test_double_expect (fixture->server, &exchanges[i]);
    }

  steps = test_wait_object (enlace_client_list_steps (fixture->client, "e1"));
  test_double_assert_done (fixture->server);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (steps)), ==, ENLACE_CLIENT_MOST_STEPS);
  g_assert_true (enlace_step_list_get_has_more (steps));
}

static void
test_replays (Fixture       *fixture,
              gconstpointer  data)
{
  static const TestExchange exchanges[] = {
    { "POST", "executions/e1/replay", NULL,
      "{\"version\":\"draft\",\"from\":\"in\",\"path\":[2],\"until\":\"in\",\"outputs\":{\"in\":7},\"test\":true}", 202, NULL,
      "{\"id\":\"e2\",\"workflow_id\":\"w1\",\"status\":\"running\"}" },
    { "POST", "executions/replay", NULL, "{\"filter\":{\"workflow_id\":\"w1\",\"status\":\"failed\"},\"count_only\":true}", 200, NULL,
      "{\"count\":3,\"begun\":0,\"failed\":0}" },
  };
  g_autoptr(EnlaceValue) path = enlace_json_parse ("[2]", -1, NULL);
  g_autoptr(EnlaceValue) outputs = enlace_json_parse ("{\"in\":7}", -1, NULL);
  const EnlaceReplay replay = { .version = -1, .from = "in", .path = path, .until = "in", .outputs = outputs, .is_test = TRUE };
  g_autoptr(EnlaceExecution) execution = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (exchanges); i++)
    test_double_expect (fixture->server, &exchanges[i]);

  execution = test_wait_object (enlace_client_replay (fixture->client, "e1", &replay));
  g_assert_cmpstr (enlace_resource_get_id (ENLACE_RESOURCE (execution)), ==, "e2");
  test_wait (enlace_client_replay_many (fixture->client, "w1", "failed", TRUE));
  test_double_assert_done (fixture->server);
}

#define ADD(path, function) g_test_add ("/client/client/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();

  ADD ("creates-and-saves", test_creates_and_saves);
  ADD ("publishes", test_publishes);
  ADD ("refuses-a-reply-that-is-no-json", test_refuses_a_reply_that_is_no_json);
  ADD ("has-one-object-a-resource", test_has_one_object_a_resource);
  ADD ("follows-the-feed", test_follows_the_feed);
  ADD ("takes-the-feed-up-again", test_takes_the_feed_up_again);
  ADD ("a-lost-place-resets", test_a_lost_place_resets);
  ADD ("waits-for-what-is-under-way", test_waits_for_what_is_under_way);
  ADD ("executes-and-resolves", test_executes_and_resolves);
  ADD ("reads-all-pages-of-steps", test_reads_all_pages_of_steps);
  ADD ("stops-at-two-thousand-steps", test_stops_at_two_thousand_steps);
  ADD ("replays", test_replays);
  g_test_add_func ("/client/client/says-that-the-server-is-not-reached", test_says_that_the_server_is_not_reached);
  g_test_add_func ("/client/error/an-error-keeps-its-problem", test_an_error_keeps_its_problem);
  g_test_add_func ("/client/error/statuses-become-errors", test_statuses_become_errors);

  return g_test_run ();
}
