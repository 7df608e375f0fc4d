/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <libdex.h>

#include "fixture.h"

#include "server/workflow/message.h"

/* Runs that only compute: at once, in one commit. */

static void
test_reply (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *document = make_document ("hook trigger.webhook\n"
                                             "reply flow.respond {\"status\":201,\"headers\":{\"x-a\":\"b\"},\"body\":{\"ok\":true}}\n"
                                             "hook > reply");
  g_autoptr(EnlacePlan) plan = fixture_publish (fixture, "token", document);
  g_autoptr(EnlaceExecutionRow) row = NULL;
  Answer answer;

  g_assert_true (enlace_plan_is_pure (plan));
  g_assert_true (enlace_plan_has_respond (plan));

  answer_init (&answer);
  fixture_start (fixture, plan, "{\"body\":1}", NULL, ENLACE_WAIT_RESPONSE, &answer);
  answer_wait (&answer);
  g_assert_cmpint (answer.kind, ==, ENLACE_OUTCOME_RESPONDED);
  g_assert_cmpuint (answer.status, ==, 201);
  g_assert_cmpstr (answer.body, ==, "{\"ok\":true}");
  g_assert_cmpstr (answer.content_type, ==, "application/json");
  g_assert_cmpstr (answer.headers, ==, "{\"x-a\":\"b\"}");

  row = fixture_read (fixture, &answer.execution_id);
  g_assert_cmpint (row->status, ==, ENLACE_STATUS_COMPLETED);
  g_assert_cmpint (row->completed_at, >=, row->started_at);
  g_assert_cmpint (row->version, ==, 1);
  g_assert_true (enlace_uuid_equal (&row->event_id, &answer.event_id));
  answer_clear (&answer);
}

#define MAP_IF \
  "hook trigger.webhook\n" \
  "map data.map {\"fields\":[{\"path\":\"order\",\"value\":\"{{ trigger.body.id }}\"},{\"path\":\"total\",\"value\":\"{{ trigger.body.amount * 1.21 }}\"}," \
  "{\"path\":\"customer.city\",\"value\":\"in {{ trigger.body.city }}\"},{\"path\":\"customer.country\",\"value\":\"ES\"}]}\n" \
  "big flow.if {\"condition\":\"{{ steps.map.output.total > 100 }}\"}\n" \
  "yes flow.respond {\"body\":{\"order\":\"{{ steps.map.output.order }}\",\"tier\":\"big\"}}\n" \
  "no flow.respond {\"body\":\"{{ steps.map.output }}\"}\n" \
  "hook > map\nmap > big\nbig > yes true\nbig > no false\n"

static void
test_map_and_condition (Fixture       *fixture,
                        gconstpointer  data)
{
  g_autofree char *document = make_document (MAP_IF);
  g_autoptr(EnlacePlan) plan = fixture_publish (fixture, "token", document);
  g_autoptr(EnlaceValue) steps = NULL;
  g_autofree char *output = NULL;
  Answer big, small;

  answer_init (&big);
  fixture_start (fixture, plan, "{\"body\":{\"id\":\"o1\",\"amount\":100,\"city\":\"Madrid\"}}", NULL, ENLACE_WAIT_RESPONSE, &big);
  answer_wait (&big);
  g_assert_cmpstr (big.body, ==, "{\"order\":\"o1\",\"tier\":\"big\"}");

  answer_init (&small);
  fixture_start (fixture, plan, "{\"body\":{\"id\":\"o2\",\"amount\":10,\"city\":\"Jaén\"}}", NULL, ENLACE_WAIT_RESPONSE, &small);
  answer_wait (&small);
  g_assert_cmpstr (small.body, ==, "{\"order\":\"o2\",\"total\":12.1,\"customer\":{\"city\":\"in Jaén\",\"country\":\"ES\"}}");

  steps = fixture_read_steps (fixture, &small.execution_id);
  g_assert_cmpuint (enlace_value_get_length (steps), ==, 4);
  g_assert_null (find_step (steps, "yes"));
  g_assert_cmpstr (enlace_value_get_member_string (find_step (steps, "no"), "status", NULL), ==, "completed");
  output = format (enlace_value_get_member (find_step (steps, "map"), "output"));
  g_assert_cmpstr (output, ==, small.body);
  g_assert_true (enlace_value_equal (enlace_value_get_member (find_step (steps, "hook"), "output"),
                                     enlace_value_get_member (enlace_value_get_element (steps, 0), "output")));
  answer_clear (&big);
  answer_clear (&small);
}

static void
test_join (Fixture       *fixture,
           gconstpointer  data)
{
  /* "left" is not taken; "join" runs since one of its edges is, "after" is skipped with "left". */
  g_autofree char *document = make_document ("hook trigger.webhook\n"
                                             "if1 flow.if {\"condition\":\"{{ trigger.body }}\"}\n"
                                             "left data.map {\"fields\":[{\"path\":\"a\",\"value\":1}]}\n"
                                             "after data.map {\"fields\":[{\"path\":\"a\",\"value\":2}]}\n"
                                             "right data.map {\"fields\":[{\"path\":\"a\",\"value\":3}]}\n"
                                             "join flow.respond {\"body\":\"{{ has(steps.right) ? steps.right.output.a : 0 }}\"}\n"
                                             "hook > if1\nif1 > left true\nif1 > right false\nleft > after\nafter > join\nright > join\n");
  g_autoptr(EnlacePlan) plan = fixture_publish (fixture, "token", document);
  g_autoptr(EnlaceValue) steps = NULL;
  Answer answer;

  answer_init (&answer);
  fixture_start (fixture, plan, "{\"body\":false}", NULL, ENLACE_WAIT_RESPONSE, &answer);
  answer_wait (&answer);
  g_assert_cmpint (answer.kind, ==, ENLACE_OUTCOME_RESPONDED);
  g_assert_cmpstr (answer.body, ==, "3");
  steps = fixture_read_steps (fixture, &answer.execution_id);
  g_assert_null (find_step (steps, "left"));
  g_assert_null (find_step (steps, "after"));
  g_assert_nonnull (find_step (steps, "join"));
  answer_clear (&answer);
}

static void
test_failure (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *document = make_document (MAP_IF);
  g_autoptr(EnlacePlan) plan = fixture_publish (fixture, "token", document);
  g_autoptr(EnlaceExecutionRow) row = NULL;
  g_autoptr(EnlaceValue) steps = NULL;
  EnlaceValue *error;
  Answer answer;

  answer_init (&answer);
  fixture_start (fixture, plan, "{\"body\":{\"id\":\"o1\",\"amuont\":100,\"city\":\"secret-city\"}}", NULL, ENLACE_WAIT_RESPONSE, &answer);
  answer_wait (&answer);
  g_assert_cmpint (answer.kind, ==, ENLACE_OUTCOME_FINISHED);
  g_assert_cmpint (answer.execution_status, ==, ENLACE_STATUS_FAILED);

  row = fixture_read (fixture, &answer.execution_id);
  g_assert_cmpint (row->status, ==, ENLACE_STATUS_FAILED);
  fixture_check_message (fixture, row, "map: fields: trigger.body.amount does not exist; did you mean trigger.body.amuont?");
  steps = fixture_read_steps (fixture, &answer.execution_id);
  error = enlace_value_get_member (find_step (steps, "map"), "error");
  g_assert_cmpstr (enlace_value_get_member_string (error, "code", NULL), ==, "expression");
  g_assert_nonnull (strstr (enlace_value_get_member_string (error, "message", ""), "amount"));
  answer_clear (&answer);
}

static void
test_condition_not_bool (Fixture       *fixture,
                         gconstpointer  data)
{
  g_autofree char *document = make_document ("hook trigger.webhook\n"
                                             "if1 flow.if {\"condition\":\"{{ trigger.body }}\"}\n"
                                             "yes flow.respond\n"
                                             "hook > if1\nif1 > yes true");
  g_autoptr(EnlacePlan) plan = fixture_publish (fixture, "token", document);
  Answer answer;

  answer_init (&answer);
  fixture_start (fixture, plan, "{\"body\":\"true\"}", NULL, ENLACE_WAIT_RESPONSE, &answer);
  answer_wait (&answer);
  g_assert_cmpint (answer.kind, ==, ENLACE_OUTCOME_FINISHED);
  g_assert_cmpint (answer.execution_status, ==, ENLACE_STATUS_FAILED);
  answer_clear (&answer);
}

/* A run that ends without a reply, and one whose workflow has none. */
static void
test_no_reply (Fixture       *fixture,
               gconstpointer  data)
{
  g_autofree char *with = make_document ("hook trigger.webhook\nif1 flow.if {\"condition\":\"{{ trigger.body }}\"}\nyes flow.respond\n"
                                         "hook > if1\nif1 > yes true");
  g_autofree char *without = make_document ("hook trigger.webhook\nmap data.map {\"fields\":[{\"path\":\"a\",\"value\":1}]}\nhook > map");
  g_autoptr(EnlacePlan) plan_with = fixture_publish (fixture, "with", with);
  g_autoptr(EnlacePlan) plan_without = fixture_publish (fixture, "without", without);
  Answer one, other;

  answer_init (&one);
  fixture_start (fixture, plan_with, "{\"body\":false}", NULL, ENLACE_WAIT_RESPONSE, &one);
  answer_wait (&one);
  g_assert_cmpint (one.kind, ==, ENLACE_OUTCOME_FINISHED);
  g_assert_cmpint (one.execution_status, ==, ENLACE_STATUS_COMPLETED);

  answer_init (&other);
  fixture_start (fixture, plan_without, "{\"body\":false}", NULL, ENLACE_WAIT_RESPONSE, &other);
  answer_wait (&other);
  g_assert_cmpint (other.kind, ==, ENLACE_OUTCOME_ACCEPTED);
  answer_clear (&one);
  answer_clear (&other);
}

static void
test_stop (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *document = make_document ("hook trigger.webhook\nstop flow.stop {\"outcome\":\"failure\",\"message\":\"enough\"}\nhook > stop");
  g_autoptr(EnlacePlan) plan = fixture_publish (fixture, "token", document);
  g_autoptr(EnlaceValue) steps = NULL;
  EnlaceValue *error;
  Answer answer;

  answer_init (&answer);
  fixture_start (fixture, plan, "{\"body\":1}", NULL, ENLACE_WAIT_FINISHED, &answer);
  answer_wait (&answer);
  g_assert_cmpint (answer.kind, ==, ENLACE_OUTCOME_FINISHED);
  g_assert_cmpint (answer.execution_status, ==, ENLACE_STATUS_FAILED);
  steps = fixture_read_steps (fixture, &answer.execution_id);
  error = enlace_value_get_member (find_step (steps, "stop"), "error");
  g_assert_cmpstr (enlace_value_get_member_string (error, "code", NULL), ==, "stopped");
  g_assert_cmpstr (enlace_value_get_member_string (error, "message", NULL), ==, "enough");
  answer_clear (&answer);
}

/* The second event with a key is the first's. */
static void
test_duplicate (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *document = make_document (MAP_IF);
  g_autoptr(EnlacePlan) plan = fixture_publish (fixture, "token", document);
  const char *trigger = "{\"body\":{\"id\":\"o1\",\"amount\":100,\"city\":\"Madrid\"}}";
  Answer first, second, third;

  answer_init (&first);
  fixture_start (fixture, plan, trigger, "key", ENLACE_WAIT_RESPONSE, &first);
  answer_wait (&first);
  g_assert_cmpint (first.kind, ==, ENLACE_OUTCOME_RESPONDED);

  answer_init (&second);
  fixture_start (fixture, plan, trigger, "key", ENLACE_WAIT_RESPONSE, &second);
  answer_wait (&second);
  g_assert_cmpint (second.kind, ==, ENLACE_OUTCOME_DUPLICATE);
  g_assert_true (enlace_uuid_equal (&first.event_id, &second.event_id));
  g_assert_true (enlace_uuid_equal (&first.execution_id, &second.execution_id));

  answer_init (&third);
  fixture_start (fixture, plan, trigger, "other", ENLACE_WAIT_RESPONSE, &third);
  answer_wait (&third);
  g_assert_cmpint (third.kind, ==, ENLACE_OUTCOME_RESPONDED);
  g_assert_cmpuint (fixture_count_runs (fixture), ==, 2);
  answer_clear (&first);
  answer_clear (&second);
  answer_clear (&third);
}

/* `trigger` has its id and time, `workflow`, `execution` and `now` are in scope. */
static void
test_scope (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *document = make_document (
    "hook trigger.webhook\n"
    "reply flow.respond {\"body\":{\"event\":\"{{ trigger.id }}\",\"run\":\"{{ execution.id }}\",\"name\":\"{{ workflow.name }}\",\"version\":\"{{ workflow.version }}\","
    "\"test\":\"{{ execution.is_test }}\",\"ordered\":\"{{ now >= trigger.received_at }}\",\"gone\":\"{{ optional.none() }}\"}}\n"
    "hook > reply");
  g_autoptr(EnlacePlan) plan = fixture_publish (fixture, "token", document);
  g_autoptr(EnlaceValue) body = NULL;
  char event[ENLACE_UUID_TEXT_SIZE], run[ENLACE_UUID_TEXT_SIZE];
  Answer answer;

  answer_init (&answer);
  fixture_start (fixture, plan, "{\"body\":1}", NULL, ENLACE_WAIT_RESPONSE, &answer);
  answer_wait (&answer);
  enlace_uuid_format (&answer.event_id, event);
  enlace_uuid_format (&answer.execution_id, run);
  g_assert_cmpint (answer.kind, ==, ENLACE_OUTCOME_RESPONDED);
  body = parse (answer.body);
  g_assert_cmpstr (enlace_value_get_member_string (body, "event", NULL), ==, event);
  g_assert_cmpstr (enlace_value_get_member_string (body, "run", NULL), ==, run);
  g_assert_cmpstr (enlace_value_get_member_string (body, "name", NULL), ==, "Orders");
  g_assert_cmpint (enlace_value_get_member_int (body, "version", 0), ==, 1);
  g_assert_false (enlace_value_get_member_bool (body, "test", TRUE));
  g_assert_true (enlace_value_get_member_bool (body, "ordered", FALSE));
  g_assert_null (enlace_value_get_member (body, "gone"));
  answer_clear (&answer);
}

/* What needs more than a door thread may give goes on in a fiber and ends the same way. */
static void
test_large_work (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autofree char *document = make_document (
    "hook trigger.webhook\n"
    "reply flow.respond {\"body\":\"{{ trigger.body.map(x, trigger.body.map(y, x * y)).map(l, l.filter(z, z % 2 == 0).size()) }}\"}\n"
    "hook > reply");
  g_autoptr(EnlacePlan) plan = fixture_publish (fixture, "token", document);
  g_autoptr(GString) trigger = g_string_new ("{\"body\":[0");
  g_autoptr(EnlaceValue) body = NULL;
  Answer answer;

  for (guint i = 1; i < 200; i++)
    g_string_append_printf (trigger, ",%u", i);
  g_string_append (trigger, "]}");

  answer_init (&answer);
  fixture_start (fixture, plan, trigger->str, NULL, ENLACE_WAIT_RESPONSE, &answer);
  answer_wait (&answer);
  g_assert_cmpint (answer.kind, ==, ENLACE_OUTCOME_RESPONDED);
  body = parse (answer.body);
  g_assert_cmpuint (enlace_value_get_length (body), ==, 200);
  answer_clear (&answer);
}

/* An expression that would never end fails its run, and that one alone. */
static void
test_cost_limit (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autofree char *document = make_document (
    "hook trigger.webhook\n"
    "reply flow.respond {\"body\":\"{{ trigger.body.all(a, trigger.body.all(b, trigger.body.all(c, trigger.body.all(d, a + b + c + d >= 0)))) }}\"}\n"
    "hook > reply");
  g_autoptr(EnlacePlan) plan = fixture_publish (fixture, "token", document);
  g_autoptr(GString) trigger = g_string_new ("{\"body\":[0");
  g_autoptr(EnlaceExecutionRow) row = NULL;
  Answer answer;

  for (guint i = 1; i < 200; i++)
    g_string_append_printf (trigger, ",%u", i);
  g_string_append (trigger, "]}");

  answer_init (&answer);
  fixture_start (fixture, plan, trigger->str, NULL, ENLACE_WAIT_RESPONSE, &answer);
  answer_wait (&answer);
  g_assert_cmpint (answer.kind, ==, ENLACE_OUTCOME_FINISHED);
  row = fixture_read (fixture, &answer.execution_id);
  fixture_check_message (fixture, row, "reply: body: the expression takes more work than one evaluation may");
  answer_clear (&answer);
}

static void
test_memory_budget (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autofree char *document = make_document ("hook trigger.webhook\n"
                                             "map data.map {\"fields\":[{\"path\":\"a\",\"value\":\"{{ trigger.body }}\"}]}\n"
                                             "reply flow.respond\n"
                                             "hook > map\nmap > reply");
  g_autoptr(EnlacePlan) plan = fixture_publish (fixture, "token", document);
  g_autofree char *text = g_strnfill (200 * 1024, 'x');
  g_autofree char *trigger = g_strdup_printf ("{\"body\":\"%s\"}", text);
  g_autoptr(EnlaceExecutionRow) row = NULL;
  Answer answer;

  fixture->engine->memory_budget = 100 * 1024;
  answer_init (&answer);
  fixture_start (fixture, plan, trigger, NULL, ENLACE_WAIT_RESPONSE, &answer);
  answer_wait (&answer);
  g_assert_cmpint (answer.kind, ==, ENLACE_OUTCOME_FINISHED);
  row = fixture_read (fixture, &answer.execution_id);
  fixture_check_message (fixture, row, "map: The results of this run hold more than 0 MiB");
  answer_clear (&answer);
}

static void
test_headers (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *document = make_document ("hook trigger.webhook\n"
                                             "reply flow.respond {\"headers\":{\"Content-Type\":\"{{ trigger.body.?type }}\",\"x\":\"{{ trigger.body.?x }}\"},"
                                             "\"body\":\"{{ trigger.body.b }}\"}\n"
                                             "hook > reply");
  static const struct { const char *trigger; const char *type; const char *body; const char *headers; } cases[] = {
    { "{\"b\":\"text\"}", "text/plain; charset=utf-8", "text", "{}" },
    { "{\"type\":\"text/html\",\"b\":\"<p>\"}", "text/html", "<p>", "{}" },
    { "{\"b\":null}", NULL, NULL, "{}" },
    { "{\"x\":5,\"b\":1.5}", "application/json", "1.5", "{\"x\":\"5\"}" },
    { "{\"b\":[1,\"a\"]}", "application/json", "[1,\"a\"]", "{}" },
    { "{\"x\":\"a\\r\\nb: c\",\"b\":1}", NULL, NULL, NULL },
    { "{\"x\":{},\"b\":1}", NULL, NULL, NULL },
  };
  g_autoptr(EnlacePlan) plan = fixture_publish (fixture, "token", document);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *trigger = g_strdup_printf ("{\"body\":%s}", cases[i].trigger);
      Answer answer;

      answer_init (&answer);
      fixture_start (fixture, plan, trigger, NULL, ENLACE_WAIT_RESPONSE, &answer);
      answer_wait (&answer);
      g_assert_cmpint (answer.kind, ==, cases[i].headers != NULL ? ENLACE_OUTCOME_RESPONDED : ENLACE_OUTCOME_FINISHED);
      g_assert_cmpstr (answer.content_type, ==, cases[i].type);
      g_assert_cmpstr (answer.body, ==, cases[i].body);
      g_assert_cmpstr (answer.headers, ==, cases[i].headers);
      answer_clear (&answer);
    }
}

/* Names that only the connection may use. */
static void
test_header_names (void)
{
  g_assert_true (enlace_message_check_header ("X-Order", "a\tb", NULL));
  g_assert_false (enlace_message_check_header ("Content-Length", "1", NULL));
  g_assert_false (enlace_message_check_header ("transfer-encoding", "chunked", NULL));
  g_assert_false (enlace_message_check_header ("bad name", "1", NULL));
  g_assert_false (enlace_message_check_header ("", "1", NULL));
  g_assert_false (enlace_message_check_header ("x", "a\nb", NULL));
}

static void
test_stopping (Fixture       *fixture,
               gconstpointer  data)
{
  g_autofree char *document = make_document (MAP_IF);
  g_autoptr(EnlacePlan) plan = fixture_publish (fixture, "token", document);
  Answer answer;

  enlace_engine_stop (fixture->engine, 100);
  answer_init (&answer);
  fixture_start (fixture, plan, "{\"body\":{}}", NULL, ENLACE_WAIT_RESPONSE, &answer);
  answer_wait (&answer);
  g_assert_cmpint (answer.kind, ==, ENLACE_OUTCOME_REFUSED);
  g_assert_cmpuint (fixture_count_runs (fixture), ==, 0);
  answer_clear (&answer);
}

/* A test run of a draft keeps the draft with it. */
static void
test_draft (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *live = make_document ("hook trigger.webhook\nreply flow.respond {\"body\":1}\nhook > reply");
  g_autofree char *changed = make_document ("hook trigger.webhook\nreply flow.respond {\"body\":2}\nhook > reply");
  g_autoptr(EnlacePlan) plan = fixture_publish (fixture, "token", live);
  g_autoptr(GPtrArray) refusals = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_problem_free);
  g_autoptr(EnlaceValue) value = parse (changed);
  g_autoptr(EnlaceDocument) document = enlace_document_read (value, refusals);
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlacePlan) draft = enlace_engine_get_plan (fixture->engine, &fixture->organisation_id, enlace_plan_get_workflow_id (plan), 0, document, &error);
  g_autoptr(EnlaceExecutionRow) row = NULL;
  g_autoptr(EnlaceValue) trigger = parse ("{\"body\":null}");
  EnlaceStart start = { .plan = draft, .trigger = trigger, .is_test = TRUE, .wait = ENLACE_WAIT_RESPONSE, .wait_ms = 1000 };
  Answer answer;

  g_assert_no_error (error);
  answer_init (&answer);
  enlace_engine_start (fixture->engine, &start, answer_func, &answer);
  answer_wait (&answer);
  g_assert_cmpstr (answer.body, ==, "2");
  row = fixture_read (fixture, &answer.execution_id);
  g_assert_true (row->is_test);
  g_assert_cmpint (row->version, ==, 0);
  g_assert_nonnull (row->document);
  answer_clear (&answer);
}

#define TEST(path, func) g_test_add ("/workflow/pure/" path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();

  TEST ("replies-after-one-commit", test_reply);
  TEST ("maps-and-decides", test_map_and_condition);
  TEST ("joins-when-one-edge-is-taken", test_join);
  TEST ("fails-with-the-path-and-the-nearest-name", test_failure);
  TEST ("refuses-a-condition-that-is-no-bool", test_condition_not_bool);
  TEST ("ends-without-a-reply", test_no_reply);
  TEST ("stops-as-failed", test_stop);
  TEST ("knows-a-duplicate-by-its-key", test_duplicate);
  TEST ("sees-its-scope", test_scope);
  TEST ("moves-large-work-to-a-fiber", test_large_work);
  TEST ("fails-past-its-cost-limit", test_cost_limit);
  TEST ("fails-past-its-memory-budget", test_memory_budget);
  TEST ("checks-headers-and-declares-bodies", test_headers);
  g_test_add_func ("/workflow/pure/refuses-headers-of-the-connection", test_header_names);
  TEST ("takes-nothing-while-stopping", test_stopping);
  TEST ("keeps-the-draft-of-a-test-run", test_draft);

  return g_test_run ();
}
