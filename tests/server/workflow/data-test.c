/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "fixture.h"

/* The steps that compute with data, in runs of a real engine. */

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  fixture_set_up (self, data);
  fixture_begin (self);
}

static char *
make_lines (const char *step)
{
  return g_strdup_printf ("hook trigger.webhook\nstep %s\nreply flow.respond {\"body\":\"{{ steps.step.output }}\"}\nhook > step\nstep > reply\n", step);
}

/* Runs a step on a body and gives the reply; where there is none, the name of the run's status. */
static char *
run (Fixture    *self,
     const char *step,
     const char *body,
     EnlaceUuid *id)
{
  g_autofree char *lines = make_lines (step);
  g_autofree char *document = make_document (lines);
  g_autofree char *token = g_strdup_printf ("token%u", g_random_int ());
  g_autofree char *trigger = g_strdup_printf ("{\"body\":%s}", body);
  g_autoptr(EnlacePlan) plan = fixture_publish (self, token, document);
  char *reply;
  Answer answer;

  answer_init (&answer);
  fixture_start (self, plan, trigger, NULL, ENLACE_WAIT_RESPONSE, &answer);
  answer_wait (&answer);
  reply = answer.kind == ENLACE_OUTCOME_RESPONDED ? g_strdup (answer.body) : g_strdup (enlace_status_get_name (answer.execution_status));
  if (id != NULL)
    *id = answer.execution_id;
  answer_clear (&answer);

  return reply;
}

static void
check (Fixture    *self,
       const char *step,
       const char *body,
       const char *expected)
{
  g_autofree char *reply = run (self, step, body, NULL);

  g_assert_cmpstr (reply, ==, expected);
}

/* `message` without the name of the step. */
static void
check_failure (Fixture    *self,
               const char *step,
               const char *body,
               const char *message)
{
  g_autoptr(EnlaceExecutionRow) row = NULL;
  g_autofree char *whole = g_strdup_printf ("step: %s", message);
  g_autofree char *status = NULL;
  EnlaceUuid id;

  status = run (self, step, body, &id);
  g_assert_cmpstr (status, ==, "failed");
  row = fixture_read (self, &id);
  fixture_check_message (self, row, whole);
}

static void
test_filter (Fixture       *self,
             gconstpointer  data)
{
#define FILTER "data.filter {\"items\":\"{{ trigger.body }}\",\"keep\":\"{{ item.n > 1 && index < 3 }}\"}"

  check (self, FILTER, "[{\"n\":1},{\"n\":2},{\"n\":3},{\"n\":4}]", "[{\"n\":2},{\"n\":3}]");
  check (self, FILTER, "[]", "[]");
  check_failure (self, FILTER, "{\"n\":1}", "“items” must be a list, but is an object");
  check_failure (self, FILTER, "[{\"n\":2},{}]", "keep: item.n does not exist; item is empty");
  check_failure (self, "data.filter {\"items\":\"{{ trigger.body }}\",\"keep\":\"{{ item }}\"}", "[true,7]",
                 "“keep” must yield true or false, but for item 1 it is a number");
}

static void
test_sort (Fixture       *self,
           gconstpointer  data)
{
#define SORT(keys) "data.sort {\"items\":\"{{ trigger.body }}\",\"keys\":[" keys "]}"
#define PLAIN "{\"value\":\"{{ item }}\"}"

  check (self, SORT (PLAIN), "[3,1.5,-2,9223372036854775807,9223372036854775806,1]", "[-2,1,1.5,3,9223372036854775806,9223372036854775807]");
  check (self, SORT (PLAIN), "[\"b\",\"a\",\"Z\",\"é\"]", "[\"Z\",\"a\",\"b\",\"é\"]");
  check (self, SORT (PLAIN), "[2,null,1]", "[1,2,null]");
  check (self, SORT ("{\"value\":\"{{ item }}\",\"nulls\":\"first\",\"direction\":\"descending\"}"), "[2,null,1,3]", "[null,3,2,1]");
  check (self, SORT (PLAIN), "[]", "[]");
  check (self, SORT ("{\"value\":\"{{ item.a }}\"},{\"value\":\"{{ item.b }}\",\"direction\":\"descending\"}"),
         "[{\"a\":2,\"b\":1},{\"a\":1,\"b\":1,\"i\":1},{\"a\":1,\"b\":2},{\"a\":1,\"b\":1,\"i\":2}]",
         "[{\"a\":1,\"b\":2},{\"a\":1,\"b\":1,\"i\":1},{\"a\":1,\"b\":1,\"i\":2},{\"a\":2,\"b\":1}]");
  check_failure (self, SORT (PLAIN), "[1,null,\"a\"]",
                 "Entry 1 of “keys” gives a text for item 2 and a number for an earlier one: they cannot be compared");
  check_failure (self, SORT (PLAIN), "[[1]]", "Entry 1 of “keys” gives a list for item 0, which has no order");
}

static void
test_aggregate (Fixture       *self,
                gconstpointer  data)
{
#define ALL \
  "{\"name\":\"s\",\"operation\":\"sum\",\"value\":\"{{ item.?v.orValue(null) }}\"}," \
  "{\"name\":\"a\",\"operation\":\"avg\",\"value\":\"{{ item.?v.orValue(null) }}\"}," \
  "{\"name\":\"lo\",\"operation\":\"min\",\"value\":\"{{ item.?v.orValue(null) }}\"}," \
  "{\"name\":\"hi\",\"operation\":\"max\",\"value\":\"{{ item.?v.orValue(null) }}\"}," \
  "{\"name\":\"n\",\"operation\":\"count\"}," \
  "{\"name\":\"m\",\"operation\":\"count\",\"value\":\"{{ item.?v.orValue(null) }}\"}," \
  "{\"name\":\"f\",\"operation\":\"first\",\"value\":\"{{ item.g }}\"}," \
  "{\"name\":\"l\",\"operation\":\"last\",\"value\":\"{{ item.g }}\"}," \
  "{\"name\":\"all\",\"operation\":\"list\",\"value\":\"{{ item.g }}\"}," \
  "{\"name\":\"d\",\"operation\":\"distinct\",\"value\":\"{{ item.g }}\"}"
#define AGGREGATE(group, fields) "data.aggregate {\"items\":\"{{ trigger.body }}\"," group "\"fields\":[" fields "]}"
#define SUM "{\"name\":\"s\",\"operation\":\"sum\",\"value\":\"{{ item.v }}\"}"

  check (self, AGGREGATE ("", ALL), "[{\"g\":\"x\",\"v\":2},{\"g\":\"y\",\"v\":5},{\"g\":\"x\"}]",
         "{\"s\":7,\"a\":3.5,\"lo\":2,\"hi\":5,\"n\":3,\"m\":2,\"f\":\"x\",\"l\":\"x\",\"all\":[\"x\",\"y\",\"x\"],\"d\":[\"x\",\"y\"]}");
  check (self, AGGREGATE ("", ALL), "[]",
         "{\"s\":0,\"a\":null,\"lo\":null,\"hi\":null,\"n\":0,\"m\":0,\"f\":null,\"l\":null,\"all\":[],\"d\":[]}");
  check (self, AGGREGATE ("\"group_by\":\"{{ item.g }}\",", SUM), "[{\"g\":\"x\",\"v\":0.1},{\"g\":\"y\",\"v\":1},{\"g\":\"x\",\"v\":0.2},{\"g\":\"x\",\"v\":1}]",
         "[{\"group\":\"x\",\"s\":1.3},{\"group\":\"y\",\"s\":1}]");
  check (self, AGGREGATE ("\"group_by\":\"{{ item.g }}\",", SUM), "[]", "[]");
  check (self, AGGREGATE ("", SUM), "[{\"v\":9223372036854775807},{\"v\":9223372036854775807}]", "{\"s\":18446744073709551614}");
  check (self, AGGREGATE ("", SUM), "[{\"v\":1e100},{\"v\":1},{\"v\":-1e100}]", "{\"s\":1.0}");
  check_failure (self, AGGREGATE ("", SUM), "[{\"v\":1},{\"v\":\"2\"}]", "The field “s”, item 1: a text is no number");
  check_failure (self, AGGREGATE ("", "{\"name\":\"s\",\"operation\":\"max\",\"value\":\"{{ item }}\"}"), "[1,\"2\"]",
                 "The field “s”, item 1: a text cannot be compared with the others");
}

static void
test_dedupe (Fixture       *self,
             gconstpointer  data)
{
#define DEDUPE(more) "data.dedupe {\"items\":\"{{ trigger.body }}\"" more "}"

  check (self, DEDUPE (""), "[1,2,1.0,\"1\",{\"a\":1,\"b\":2},{\"b\":2,\"a\":1},null,null]", "[1,2,\"1\",{\"a\":1,\"b\":2},null]");
  check (self, DEDUPE (",\"key\":\"{{ item.k }}\""), "[{\"k\":1,\"v\":1},{\"k\":2,\"v\":2},{\"k\":1,\"v\":3}]", "[{\"k\":1,\"v\":1},{\"k\":2,\"v\":2}]");
  check (self, DEDUPE (",\"key\":\"{{ item.k }}\",\"keep\":\"last\""), "[{\"k\":1,\"v\":1},{\"k\":2,\"v\":2},{\"k\":1,\"v\":3}]",
         "[{\"k\":2,\"v\":2},{\"k\":1,\"v\":3}]");
}

static void
test_split (Fixture       *self,
            gconstpointer  data)
{
#define SPLIT(more) "data.split {\"text\":\"{{ trigger.body }}\"" more "}"

  check (self, "data.split {\"items\":\"{{ trigger.body }}\",\"size\":2}", "[1,2,3,4,5]", "[[1,2],[3,4],[5]]");
  check (self, "data.split {\"items\":\"{{ trigger.body }}\",\"size\":2}", "[]", "[]");
  check (self, SPLIT (""), "\"a\\r\\nb\\n\\nc\\n\"", "[\"a\",\"b\",\"\",\"c\"]");
  check (self, SPLIT (",\"separator\":\", \""), "\"a, b,, \"", "[\"a\",\"b,\",\"\"]");
  check (self, SPLIT (",\"separator\":\",\",\"trim\":true,\"skip_empty\":true"), "\" a ,b,, \"", "[\"a\",\"b\"]");
  check_failure (self, SPLIT (""), "7", "“text” must be a text, but is a number");
  check_failure (self, "data.split {\"items\":\"{{ trigger.body }}\",\"size\":\"{{ 0 }}\"}", "[1]", "“size” must be a whole number from 1 to 1000000");
}

static void
test_join (Fixture       *self,
           gconstpointer  data)
{
#define JOIN(more) \
  "data.join {\"left\":\"{{ trigger.body.l }}\",\"right\":\"{{ trigger.body.r }}\",\"left_key\":\"{{ item.?id.orValue(null) }}\"," \
  "\"right_key\":\"{{ item.?ref.orValue(null) }}\"" more "}"
#define LISTS "{\"l\":[{\"id\":1,\"x\":\"a\"},{\"id\":2},{\"x\":\"none\"}],\"r\":[{\"ref\":3},{\"ref\":1,\"x\":\"b\"},{\"ref\":1.0},{}]}"

  check (self, JOIN (""), LISTS, "[{\"id\":1,\"x\":\"b\",\"ref\":1},{\"id\":1,\"x\":\"a\",\"ref\":1.0}]");
  check (self, JOIN (",\"kind\":\"left\""), LISTS, "[{\"id\":1,\"x\":\"b\",\"ref\":1},{\"id\":1,\"x\":\"a\",\"ref\":1.0},{\"id\":2},{\"x\":\"none\"}]");
  check (self, JOIN (",\"kind\":\"right\""), LISTS, "[{\"id\":1,\"x\":\"b\",\"ref\":1},{\"id\":1,\"x\":\"a\",\"ref\":1.0},{\"ref\":3},{}]");
  check (self, JOIN (",\"kind\":\"outer\",\"output\":\"pairs\""), "{\"l\":[{\"id\":1}],\"r\":[{\"ref\":2}]}",
         "[{\"left\":{\"id\":1},\"right\":null},{\"left\":null,\"right\":{\"ref\":2}}]");
  check (self, JOIN (""), "{\"l\":[],\"r\":[]}", "[]");
  check_failure (self,
                 "data.join {\"left\":\"{{ trigger.body }}\",\"right\":\"{{ trigger.body }}\",\"left_key\":\"{{ item }}\",\"right_key\":\"{{ item }}\"}", "[1]",
                 "An item of “left” is a number: only records can be merged; take pairs as the result");
}

static void
test_template (Fixture       *self,
               gconstpointer  data)
{
  check (self, "data.template {\"template\":\"Dear {{ trigger.body.name }}, {{ trigger.body.n }}{{ null }} {{ [1] }}\"}", "{\"name\":\"Ann\",\"n\":2}",
         "Dear Ann, 2 [1]");
  check (self, "data.template {\"template\":\"{{ trigger.body }}\"}", "7", "7");
  check (self, "data.template {\"template\":\"<b>{{ trigger.body }}</b> \\\\{{ x }} & {{ optional.none() }}\",\"escape\":\"html\"}", "\"<i>&\\\"'\"",
         "<b>&lt;i&gt;&amp;&quot;&#39;</b> {{ x }} & ");
}

static void
test_parse (Fixture       *self,
            gconstpointer  data)
{
#define PARSE(format, more) "data.parse {\"input\":\"{{ trigger.body }}\",\"format\":\"" format "\"" more "}"
#define DECODE(format, more) "data.parse {\"input\":\"{{ base64.decode(trigger.body) }}\",\"format\":\"" format "\"" more "}"

  check (self, PARSE ("csv", ""), "\"a,b\\n1,2\"", "[{\"a\":\"1\",\"b\":\"2\"}]");
  check (self, PARSE ("csv", ",\"delimiter\":\"tab\",\"types\":\"infer\",\"header\":\"columns\",\"columns\":[\"x\",\"y\"]"), "\"1\\t2\"",
         "[{\"x\":1,\"y\":2}]");
  check (self, DECODE ("csv", ",\"header\":\"none\""), "\"//5hAOkA\"", "[[\"aé\"]]");
  check (self, DECODE ("csv", ",\"header\":\"none\",\"encoding\":\"iso-8859-1\""), "\"Yek=\"", "[[\"aé\"]]");
  check (self, PARSE ("json", ""), "\"{\\\"a\\\":[1]}\"", "{\"a\":[1]}");
  check (self, PARSE ("json_lines", ""), "\"1\\n2\"", "[1,2]");
  check (self, PARSE ("xml", ",\"lists\":[\"b\"]"), "\"<a><b>é</b></a>\"", "{\"a\":{\"b\":[\"é\"]}}");
  check (self, DECODE ("xml", ""), "\"PD94bWwgdmVyc2lvbj0iMS4wIiBlbmNvZGluZz0iSVNPLTg4NTktMSI/PjxhPuk8L2E+\"", "{\"a\":\"é\"}");
  check (self, PARSE ("html", ",\"select\":\"p.x\",\"take\":\"text\""), "\"<p class=x>é</p>\"", "[\"é\"]");
  check (self, PARSE ("html", ",\"take\":\"tables\""), "\"<table><tr><th>a<tr><td>1</table>\"", "[[{\"a\":\"1\"}]]");
  check (self, PARSE ("query", ""), "\"a=1&b=%20\"", "{\"a\":\"1\",\"b\":\" \"}");
  check (self, PARSE ("base64", ""), "\"w6k\"", "é");
  check_failure (self, PARSE ("csv", ""), "\"a,b\\n1\"", "Line 2: the row has 1 fields, but there are 2 columns");
  check_failure (self, PARSE ("csv", ",\"delimiter\":\"ab\""), "\"\"", "“delimiter” must be one character, or tab");
  check_failure (self, PARSE ("csv", ""), "7", "“input” must be a text or bytes, but is a number");
  check_failure (self, PARSE ("html", ",\"select\":\"p >\""), "\"\"", "“p >” is no selector that is understood here; it goes wrong at “”");
}

static void
test_format (Fixture       *self,
             gconstpointer  data)
{
#define FORMAT(format, more) "data.format {\"value\":\"{{ trigger.body }}\",\"format\":\"" format "\"" more "}"

  check (self, FORMAT ("csv", ""), "[{\"a\":1,\"b\":\"x,y\"}]", "a,b\n1,\"x,y\"\n");
  check (self, FORMAT ("csv", ",\"header\":false,\"columns\":[\"b\"],\"byte_order_mark\":true,\"line_end\":\"crlf\",\"guard_formulas\":true,\"quoting\":\"all\""),
         "[{\"a\":1,\"b\":\"=x\"}]", "\xef\xbb\xbf\"'=x\"\r\n");
  check (self, FORMAT ("json", ""), "{\"a\":[1]}", "{\"a\":[1]}");
  check (self, FORMAT ("json", ",\"pretty\":true"), "{\"a\":1}", "{\n  \"a\": 1\n}");
  check (self, FORMAT ("json_lines", ""), "[1,{}]", "1\n{}\n");
  check (self, FORMAT ("xml", ""), "{\"a\":{\"@b\":1}}", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a b=\"1\"/>\n");
  check (self, FORMAT ("query", ""), "{\"a\":[1,2],\"b\":\"é\"}", "a=1&a=2&b=%C3%A9");
  check (self, FORMAT ("base64", ",\"alphabet\":\"url\""), "\"é\"", "w6k");
  check_failure (self, FORMAT ("csv", ""), "{}", "“value” must be a list, but is an object");
  check_failure (self, FORMAT ("csv", ""), "[[1],2]", "Row 2: it is neither a record nor a list");
  check_failure (self, FORMAT ("query", ""), "{\"a\":{}}", "“a” holds what a query string cannot say");
  check_failure (self, FORMAT ("base64", ""), "7", "“value” must be a text or bytes, but is a number");
}

/* More than may be done on the thread of the event: the run goes on in a fiber, with the same result. */
static void
test_long_lists (Fixture       *self,
                 gconstpointer  data)
{
  g_autoptr(GString) body = g_string_new ("[");
  g_autofree char *reply = NULL;

  for (guint i = 0; i < 50000; i++)
    g_string_append_printf (body, "%s%u", i > 0 ? "," : "", (i * 7919) % 50000);
  g_string_append_c (body, ']');

  check (self, "data.filter {\"items\":\"{{ trigger.body }}\",\"keep\":\"{{ item > 49997 }}\"}", body->str, "[49998,49999]");
  check (self, "data.aggregate {\"items\":\"{{ trigger.body }}\",\"fields\":[{\"name\":\"s\",\"operation\":\"sum\",\"value\":\"{{ item }}\"}]}", body->str,
         "{\"s\":1249975000}");
  reply = run (self, SORT (PLAIN), body->str, NULL);
  g_assert_true (g_str_has_prefix (reply, "[0,1,2,3,"));
  g_assert_true (g_str_has_suffix (reply, ",49998,49999]"));
}

/* A join of everything with everything would be far larger than its lists. */
static void
test_memory (Fixture       *self,
             gconstpointer  data)
{
  g_autoptr(GString) body = g_string_new ("[");

  for (guint i = 0; i < 3000; i++)
    g_string_append_printf (body, "%s{\"a\":%u}", i > 0 ? "," : "", i);
  g_string_append_c (body, ']');
  self->engine->memory_budget = 64 * 1024 * 1024;

  check_failure (self,
                 "data.join {\"left\":\"{{ trigger.body }}\",\"right\":\"{{ trigger.body }}\",\"left_key\":\"{{ 1 }}\",\"right_key\":\"{{ 1 }}\"}", body->str,
                 "The results of this run hold more than 64 MiB");
}

/* A list as long as the memory of a run allows; a run on one that is cancelled ends within a second, whatever it is doing. */
static void
test_million (Fixture       *self,
              gconstpointer  data)
{
  g_autoptr(GString) body = g_string_new ("[");

  for (guint i = 0; i < 1000000; i++)
    g_string_append_printf (body, "%s%u", i > 0 ? "," : "", (guint) ((guint64) i * 7919 % 1000000));
  g_string_append_c (body, ']');

  check (self, "data.filter {\"items\":\"{{ trigger.body }}\",\"keep\":\"{{ item > 999997 }}\"}", body->str, "[999998,999999]");
  check (self, "data.aggregate {\"items\":\"{{ trigger.body }}\",\"group_by\":\"{{ item % 3 }}\",\"fields\":[{\"name\":\"n\",\"operation\":\"count\"}]}", body->str,
         "[{\"group\":0,\"n\":333334},{\"group\":2,\"n\":333333},{\"group\":1,\"n\":333333}]");
}

static void
cancelled_cb (const GError *error,
              gpointer      data)
{
  g_assert_no_error (error);
}

static void
test_cancel (Fixture       *self,
             gconstpointer  data)
{
  g_autofree char *lines = make_lines ("data.join {\"left\":\"{{ trigger.body }}\",\"right\":\"{{ trigger.body }}\",\"left_key\":\"{{ 1 }}\","
                                       "\"right_key\":\"{{ 1 }}\",\"output\":\"pairs\"}");
  g_autofree char *document = make_document (lines);
  g_autoptr(EnlacePlan) plan = fixture_publish (self, "endless", document);
  g_autoptr(GString) trigger = g_string_new ("{\"body\":[0");
  Answer answer;
  gint64 begun;

  for (guint i = 0; i < 30000; i++)
    g_string_append (trigger, ",0");
  g_string_append (trigger, "]}");
  self->engine->memory_budget = G_MAXSIZE / 2;

  answer_init (&answer);
  fixture_start (self, plan, trigger->str, NULL, ENLACE_WAIT_DURABLE, &answer);
  answer_wait (&answer);
  begun = g_get_monotonic_time ();
  enlace_engine_cancel (self->engine, &self->organisation_id, &answer.execution_id, cancelled_cb, NULL);
  fixture_wait_status (self, &answer.execution_id, ENLACE_STATUS_CANCELLED);
  g_assert_cmpint (g_get_monotonic_time () - begun, <, G_TIME_SPAN_SECOND * 2);
  answer_clear (&answer);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/data/" name, Fixture, NULL, set_up, func, fixture_tear_down)
  ADD ("filter", test_filter);
  ADD ("sort", test_sort);
  ADD ("aggregate", test_aggregate);
  ADD ("dedupe", test_dedupe);
  ADD ("split", test_split);
  ADD ("join", test_join);
  ADD ("template", test_template);
  ADD ("parse", test_parse);
  ADD ("format", test_format);
  ADD ("long-lists", test_long_lists);
  ADD ("memory", test_memory);
  ADD ("million", test_million);
  ADD ("cancel", test_cancel);

  return g_test_run ();
}
