/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "common/value/json.h"
#include "common/workflow/document.h"

static EnlaceValue *
parse (const char *text)
{
  g_autofree char *json = g_strdelimit (g_strdup (text), "'", '"');
  g_autoptr(GError) error = NULL;
  EnlaceValue *value = enlace_json_parse (json, -1, &error);

  g_assert_no_error (error);

  return value;
}

static EnlaceDocument *
read_document (const char *text)
{
  g_autoptr(EnlaceValue) value = parse (text);
  g_autoptr(GPtrArray) refusals = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_problem_free);
  EnlaceDocument *document = enlace_document_read (value, refusals);

  if (document == NULL)
    g_error ("%s: %s", ((EnlaceProblem *) refusals->pdata[0])->pointer, ((EnlaceProblem *) refusals->pdata[0])->detail);

  return document;
}

/* "POINTER [warning] DETAIL" in lines; `prefix` (nullable): only those whose pointer begins so. */
static char *
check (const char                   *text,
       const EnlaceCheckEnvironment *environment,
       const char                   *prefix)
{
  g_autoptr(EnlaceDocument) document = read_document (text);
  g_autoptr(GPtrArray) problems = enlace_document_check_within (document, environment);
  g_autoptr(GString) out = g_string_new (NULL);

  for (guint i = 0; i < problems->len; i++)
    {
      const EnlaceProblem *problem = problems->pdata[i];

      if (prefix == NULL || g_str_has_prefix (problem->pointer, prefix))
        g_string_append_printf (out, "%s%s %s%s", out->len > 0 ? "\n" : "", problem->pointer,
                                problem->severity == ENLACE_SEVERITY_WARNING ? "warning: " : "", problem->detail);
    }

  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* Several nodes, then one that replies with the expression. */
static char *
reply_with (const char *nodes,
            const char *expression)
{
  return g_strconcat ("{'schema':1,'nodes':[{'id':'start','type':'trigger.webhook'},", nodes,
                      "{'id':'end','type':'flow.respond','parameters':{'body':'{{ ", expression, " }}'}}],'edges':[{'from':'start','to':'a'},"
                      "{'from':'a','to':'end'}]}", NULL);
}

#define MAP "{'id':'a','type':'data.map','parameters':{'fields':[{'path':'name','value':'x {{ trigger.body.name }}'}," \
            "{'path':'price.net','value':12.5},{'path':'price.count','value':'{{ size(trigger.body.items) }}'}," \
            "{'path':'tags','value':['a','b']},{'path':'raw','value':'{{ trigger.body.raw }}'}," \
            "{'path':'shape','value':{'w':1,'h':'{{ 2 }}'}}]}},"
#define CALL "{'id':'a','type':'http.request','parameters':{'url':'https://example.com'}},"
#define PINNED "{'id':'a','type':'http.request','parameters':{'url':'https://example.com'}," \
               "'pinned':{'status':200,'headers':{},'body':{'total':7,'lines':[{'sku':'x'}]}}},"

static void
test_types_along_edges (void)
{
  static const struct { const char *nodes; const char *expression; const char *found; } cases[] = {
    { MAP, "steps.a.output.name.size()", "" },
    { MAP, "steps.a.output.nane", "“steps.a.output” has no member “nane”; did you mean “name”?" },
    { MAP, "steps.a.output.price.gross", "“steps.a.output.price” has no member “gross”" },
    { MAP, "steps.a.output.name + 1", "“+” does not take a text and an int" },
    { MAP, "steps.a.output.price.net / 2", "" },
    { MAP, "steps.a.output.price.count / 2", "" },
    { MAP, "steps.a.output.tags[0].x", "“steps.a.output.tags[0]” is a text, which has no member “x”" },
    { MAP, "steps.a.output.raw.any.thing[3]", "" },
    { MAP, "steps.a.output.shape.depth", "“steps.a.output.shape” has no member “depth”" },
    { MAP, "steps.a.output.shape.h + 1", "" },
    { CALL, "steps.a.output.body.any", "" },
    { CALL, "steps.a.output.status + 1", "" },
    { CALL, "steps.a.output.boddy", "“steps.a.output” has no member “boddy”; did you mean “body”?" },
    { CALL, "steps.a.output.headers.etag + \\'x\\'", "" },
    { CALL, "steps.a.output.headers.etag + 1", "“+” does not take a text and an int" },
    { PINNED, "steps.a.output.body.total + 1", "" },
    { PINNED, "steps.a.output.body.totl", "warning: “steps.a.output.body” has no member “totl” in the sample; did you mean “total”?" },
    { PINNED, "steps.a.output.body.lines[0].skv",
      "warning: “steps.a.output.body.lines[0]” has no member “skv” in the sample; did you mean “sku”?" },
    { CALL, "trigger.body.amount / 100",
      "warning: A number from JSON may be whole, and “/” cuts off the fraction of two whole numbers; divide(a, b) does not" },
    { CALL, "trigger.headers.x.y", "“trigger.headers.x” is a text, which has no member “y”" },
    { CALL, "trigger.method.startsWith(7)", "“startsWith” does not take an int in this place" },
    { CALL, "int(\\'x\\')", "This always fails: " },
    { CALL, "now + 1", "“+” does not take a timestamp and an int" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = reply_with (cases[i].nodes, cases[i].expression);
      g_autofree char *found = check (text, NULL, NULL);
      g_autofree char *expected = cases[i].found[0] != '\0' ? g_strconcat ("/nodes/2/parameters/body ", cases[i].found, NULL) : g_strdup ("");

      if (g_str_has_suffix (expected, ": ") ? !g_str_has_prefix (found, expected) : strcmp (found, expected) != 0)
        { g_test_message ("%s gives “%s”", cases[i].expression, found); g_test_fail (); }
    }
}

static void
test_parameters_have_types (void)
{
  static const char form[] = "{'schema':1,'nodes':[{'id':'start','type':'trigger.webhook'},%s],'edges':[{'from':'start','to':'a'}]}";
  static const struct { const char *node; const char *found; } cases[] = {
    { "{'id':'a','type':'flow.if','parameters':{'condition':'{{ trigger.body.paid }}'}}", "" },
    { "{'id':'a','type':'flow.if','parameters':{'condition':'{{ trigger.method }}'}}",
      "/nodes/1/parameters/condition “condition” is a bool, but this gives a text" },
    { "{'id':'a','type':'flow.respond','parameters':{'status':'{{ trigger.method }}'}}",
      "/nodes/1/parameters/status “status” is a whole number, but this gives a text" },
    { "{'id':'a','type':'flow.respond','parameters':{'status':'{{ trigger.body.status }}'}}", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto(GStrv) parts = g_strsplit (form, "%s", 2);
      g_autofree char *text = g_strjoinv (cases[i].node, parts);
      g_autofree char *found = check (text, NULL, NULL);

      g_assert_cmpstr (found, ==, cases[i].found);
    }
}

static void
test_manual_schema (void)
{
  g_autofree char *found = check ("{'schema':1,'nodes':[{'id':'start','type':'trigger.manual','parameters':{'schema':{'type':'object','properties':"
                                  "{'email':{'type':'string'}},'additionalProperties':false}}},{'id':'a','type':'flow.respond','parameters':{'body':"
                                  "'{{ trigger.data.emial }}'}}],'edges':[{'from':'start','to':'a'}]}", NULL, "/nodes/1");

  g_assert_cmpstr (found, ==, "/nodes/1/parameters/body “trigger.data” has no member “emial”; did you mean “email”?");
}

static void
test_vars (void)
{
  g_autoptr(EnlaceValue) vars = parse ("{'type':'object','properties':{'rate':{'type':'number'}},'additionalProperties':false}");
  const EnlaceCheckEnvironment environment = { .vars = vars };
  g_autofree char *text = reply_with (CALL, "vars.rat");
  g_autofree char *known = check (text, &environment, NULL);
  g_autofree char *unknown = check (text, NULL, NULL);

  g_assert_cmpstr (known, ==, "/nodes/2/parameters/body “vars” has no member “rat”; did you mean “rate”?");
  g_assert_cmpstr (unknown, ==, "");
}

/* start → loop; item → in; done → out. */
#define LOOP(parameters, inside, outside)                                                                                              \
  "{'schema':1,'nodes':[{'id':'start','type':'trigger.webhook'},{'id':'each','type':'flow.loop','parameters':{" parameters "}},"            \
  "{'id':'body','type':'data.map','parameters':{'fields':[{'path':'x','value':'" inside "'}]}},"                                            \
  "{'id':'out','type':'flow.respond','parameters':{'body':'" outside "'}}],"                                                              \
  "'edges':[{'from':'start','to':'each'},{'from':'each','port':'item','to':'body'},{'from':'each','port':'done','to':'out'}]}"

static void
test_loops (void)
{
  g_autofree char *good = check (LOOP ("'items':[{'sku':'a'}]", "{{ item.sku + string(index) }}", "{{ steps.each.output }}"), NULL, "/nodes/2");
  g_autofree char *field = check (LOOP ("'items':[{'sku':'a'}]", "{{ item.skv }}", "x"), NULL, "/nodes/2");
  g_autofree char *outside = check (LOOP ("'items':[1]", "x", "{{ item }}"), NULL, "/nodes/3");
  g_autofree char *inner = check (LOOP ("'items':[1]", "x", "{{ steps.body.output }}"), NULL, "/nodes/3");
  g_autofree char *outer = check (LOOP ("'items':[1]", "{{ trigger.body.x }}{{ steps.start.output.body }}", "x"), NULL, "/nodes/2");
  g_autofree char *result = check (LOOP ("'items':[1],'result':'{{ steps.body.output }}'", "x", "{{ steps.each.output[0].x.y }}"), NULL, "/nodes/3");

  g_assert_cmpstr (good, ==, "");
  g_assert_cmpstr (field, ==, "/nodes/2/parameters/fields/0/value “item” has no member “skv”; did you mean “sku”?");
  g_assert_cmpstr (outside, ==, "/nodes/3/parameters/body “item” is there only inside a loop");
  g_assert_cmpstr (inner, ==, "/nodes/3/parameters/body The step “body” runs inside “each”, and cannot be read from outside of it");
  g_assert_cmpstr (outer, ==, "");
  g_assert_cmpstr (result, ==, "/nodes/3/parameters/body “steps.each.output[0].x” is a text, which has no member “y”");
}

static void
test_loops_with_effects (void)
{
  static const char form[] =
    "{'schema':1,'nodes':[{'id':'start','type':'trigger.webhook'},{'id':'each','type':'flow.loop','parameters':{%s}},"
    "{'id':'body','type':'http.request','parameters':{'url':'https://example.com'}}],"
    "'edges':[{'from':'start','to':'each'},{'from':'each','port':'item','to':'body'}]}";
  static const struct { const char *parameters; const char *found; } cases[] = {
    { "'items':[1,2]", "" },
    { "'items':'{{ trigger.body.list }}'", "" },
    { "'while':'{{ true }}','limit':100", "" },
    { "'while':'{{ true }}'",
      "/nodes/1/parameters/limit This loop acts outside, and nothing says how often: it has neither a list nor a limit" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto(GStrv) parts = g_strsplit (form, "%s", 2);
      g_autofree char *text = g_strjoinv (cases[i].parameters, parts);
      g_autofree char *found = check (text, NULL, "/nodes/1");

      g_assert_cmpstr (found, ==, cases[i].found);
    }
}

/* What a loop goes through is a list. */
static void
test_items (void)
{
  g_autofree char *text = check (LOOP ("'items':'{{ trigger.method }}'", "x", "x"), NULL, "/nodes/1");
  g_autofree char *maybe = check (LOOP ("'items':'{{ trigger.body }}'", "x", "x"), NULL, "/nodes/1");
  g_autofree char *number = check (LOOP ("'items':7", "x", "x"), NULL, "/nodes/1");

  g_assert_cmpstr (text, ==, "/nodes/1/parameters/items “items” is a list, but this gives a text");
  g_assert_cmpstr (maybe, ==, "");
  g_assert_cmpstr (number, ==, "/nodes/1/parameters/items “items” is a list, but this gives an int");
}

static void
test_connections (void)
{
  static const char form[] = "{'schema':1,'nodes':[{'id':'start','type':'trigger.webhook'},{'id':'a','type':'action','connector':'slack'%s}],"
                             "'edges':[{'from':'start','to':'a'}]}";
  g_autoptr(EnlaceValue) connected = parse ("['11111111-1111-7111-8111-111111111111']");
  const EnlaceCheckEnvironment environment = { .integrations = connected };
  static const struct { const char *member; gboolean known; const char *found; } cases[] = {
    { "", FALSE, "/nodes/1/integration No connection has been chosen for this step" },
    { ",'integration':null", FALSE, "/nodes/1/integration No connection has been chosen for this step" },
    { ",'integration':'22222222-2222-7222-8222-222222222222'", FALSE, "" },
    { ",'integration':'22222222-2222-7222-8222-222222222222'", TRUE, "/nodes/1/integration The connection of this step is not there, or not connected" },
    { ",'integration':'11111111-1111-7111-8111-111111111111'", TRUE, "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto(GStrv) parts = g_strsplit (form, "%s", 2);
      g_autofree char *text = g_strjoinv (cases[i].member, parts);
      g_autofree char *found = check (text, cases[i].known ? &environment : NULL, "/nodes/1/integration");

      g_assert_cmpstr (found, ==, cases[i].found);
    }
}

static void
test_sub_workflows (void)
{
  static const char text[] = "{'schema':1,'nodes':[{'id':'start','type':'trigger.webhook'},{'id':'a','type':'flow.workflow','parameters':"
                             "{'workflow':'11111111-1111-7111-8111-111111111111'}},{'id':'b','type':'flow.respond','parameters':"
                             "{'body':'{{ steps.a.output.totl }}'}}],'edges':[{'from':'start','to':'a'},{'from':'a','to':'b'}]}";
  g_autoptr(EnlaceValue) workflows = parse ("{'11111111-1111-7111-8111-111111111111':{'output':{'type':'object','properties':"
                                            "{'total':{'type':'number'}},'additionalProperties':false}}}");
  g_autoptr(EnlaceValue) none = parse ("{}");
  const EnlaceCheckEnvironment itself = { .workflow_id = "11111111-1111-7111-8111-111111111111" };
  const EnlaceCheckEnvironment another = { .workflow_id = "22222222-2222-7222-8222-222222222222", .workflows = workflows };
  const EnlaceCheckEnvironment gone = { .workflows = none };
  g_autofree char *recursion = check (text, &itself, "/nodes/1/parameters");
  g_autofree char *absent = check (text, &gone, "/nodes/1/parameters");
  g_autofree char *typed = check (text, &another, "/nodes/2");

  g_assert_nonnull (strstr (recursion, "/nodes/1/parameters/workflow The workflow runs itself here"));
  g_assert_nonnull (strstr (absent, "/nodes/1/parameters/workflow The workflow that this step runs is not there"));
  g_assert_cmpstr (typed, ==, "/nodes/2/parameters/body “steps.a.output” has no member “totl”; did you mean “total”?");
}

static void
test_steps_after_a_failure (void)
{
  static const char form[] = "{'schema':1,'nodes':[{'id':'start','type':'trigger.webhook'},{'id':'a','type':'flow.respond'},{'id':'catch',"
                             "'type':'flow.catch'},{'id':'tell','type':'flow.respond','parameters':{'body':'{{ %s }}'}}],"
                             "'edges':[{'from':'start','to':'a'},{'from':'catch','to':'tell'}]}";
  static const struct { const char *expression; const char *found; } cases[] = {
    { "trigger.body", "" },
    { "steps.a.output", "/nodes/3/parameters/body The step “a” may not have run when a run has failed; ask has(steps.a) before reading it" },
    { "has(steps.a) ? steps.a.output : 1", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto(GStrv) parts = g_strsplit (form, "%s", 2);
      g_autofree char *text = g_strjoinv (cases[i].expression, parts);
      g_autofree char *found = check (text, NULL, "/nodes/3");

      g_assert_cmpstr (found, ==, cases[i].found);
    }
}

/* Written in two parts, so that nobody takes them for keys. */
#define STRIPE "sk_live" "_51H8abcdefABCDEF0123456789"
#define GITHUB "ghp" "_0123456789abcdefghijABCDEFGHIJ012345"
#define SLACK "xoxb" "-123456789012-abcdefABCDEF012345"
#define AWS "AKI" "A0123456789ABCDEF"

static void
test_secrets (void)
{
  static const char form[] = "{'schema':1,'nodes':[{'id':'start','type':'trigger.webhook'},{'id':'a','type':'http.request','parameters':{%s}}],"
                             "'edges':[{'from':'start','to':'a'}]}";
  static const struct { const char *parameters; const char *found; } cases[] = {
    { "'url':'https://example.com/a?id=7'", NULL },
    { "'url':'https://example.com/" STRIPE "'", "/url This holds a secret key of Stripe, and addresses" },
    { "'url':'https://ann:geheim@example.com/'", "/url This holds a password, and addresses" },
    { "'url':'https://{{ vars.user }}:{{ vars.word }}@example.com/'", NULL },
    { "'url':'https://example.com/?api_key=a8f5f167f44f4964e6c998dee827110c'", "/url This holds what looks like a key, and" },
    { "'url':'https://example.com/?api_key={{ vars.key }}'", NULL },
    { "'url':'https://example.com/','query':{'token':'a8f5f167f44f4964e6c998dee827110c'}", "/query/token This holds what looks like a key" },
    { "'url':'https://example.com/','headers':{'Authorization':'Bearer " GITHUB "'}", "/headers/Authorization warning: This holds a token of GitHub" },
    { "'url':'https://example.com/','headers':{'Authorization':'Bearer a8f5f167f44f4964e6c998dee827110c'}",
      "/headers/Authorization warning: This holds what looks like a key or a password" },
    { "'url':'https://example.com/','headers':{'Authorization':'Bearer {{ vars.token }}'}", NULL },
    { "'url':'https://example.com/','headers':{'X-Request':'a8f5f167f44f4964e6c998dee827110c'}", NULL },
    { "'url':'https://example.com/','body':{'a':[{'t':'" SLACK "'}]}", "/body/a/0/t warning: This holds a token of Slack" },
    { "'url':'https://example.com/','body':{'id':'" AWS "'}", "/body/id warning: This holds an access key of AWS" },
    { "'url':'https://example.com/','body':{'password':'Tr0ub4dor&3xyz!'}", "/body/password warning: This holds what looks like" },
    { "'url':'https://example.com/','body':{'password':'please ask Ann'}", NULL },
    { "'url':'https://example.com/','body':{'token_count':'12'}", NULL },
    { "'url':'https://example.com/','body':'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcdefghijklmnop'", "/body warning: This holds a token" },
    { "'url':'https://example.com/','body':'task_" STRIPE "'", "/body warning: This holds a secret key" },
    { "'url':'https://example.com/','body':'risk_live_and_let_die'", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto(GStrv) parts = g_strsplit (form, "%s", 2);
      g_autofree char *text = g_strjoinv (cases[i].parameters, parts);
      g_autofree char *found = check (text, NULL, NULL);
      g_autofree char *expected = g_strconcat ("/nodes/1/parameters", cases[i].found, NULL);

      if (cases[i].found == NULL ? found[0] != '\0' : !g_str_has_prefix (found, expected) || strchr (found, '\n') != NULL)
        { g_test_message ("%s gives “%s”", cases[i].parameters, found); g_test_fail (); }
    }
}

static void
test_secret_in_a_message (void)
{
  g_autofree char *found = check ("{'schema':1,'nodes':[{'id':'start','type':'trigger.webhook'},{'id':'a','type':'flow.stop','parameters':"
                                  "{'message':'failed with " GITHUB "'}}],'edges':[{'from':'start','to':'a'}]}", NULL, NULL);

  g_assert_cmpstr (found, ==, "/nodes/1/parameters/message This holds a token of GitHub, and is shown in the log of every run");
}

/* Warnings never push a problem off a full list. */
static void
test_many_warnings (void)
{
  g_autoptr(GString) text = g_string_new ("{'schema':1,'nodes':[{'id':'start','type':'trigger.webhook'},{'id':'a','type':'flow.respond',"
                                          "'parameters':{'body':[");
  g_autoptr(EnlaceDocument) document = NULL;
  g_autoptr(GPtrArray) problems = NULL;

  for (guint i = 0; i < 400; i++)
    g_string_append (text, "'{{ trigger.body.x / 2 }}',");
  g_string_append (text, "'{{ nothing }}']}}],'edges':[{'from':'start','to':'a'}]}");
  document = read_document (text->str);
  problems = enlace_document_check (document);

  g_assert_cmpuint (problems->len, <, 200);
  g_assert_cmpstr (enlace_problems_find_refusing (problems)->detail, ==, "There is no “nothing”");
}

/* A chain of steps each of which reads the one before, and loops inside loops: neither may take long, or a deep stack. */
static void
test_long_documents (void)
{
  g_autoptr(GString) nodes = g_string_new ("{'schema':1,'nodes':[{'id':'start','type':'trigger.webhook'}");
  g_autoptr(GString) edges = g_string_new ("],'edges':[{'from':'start','to':'m0'}");
  g_autofree char *text = NULL;
  g_autoptr(EnlaceDocument) document = NULL;
  g_autoptr(GPtrArray) problems = NULL;
  gint64 start;

  for (guint i = 0; i < 1000; i++)
    {
      g_string_append_printf (nodes, ",{'id':'m%u','type':'data.map','parameters':{'fields':[{'path':'x','value':'{{ steps.%s.output }}'}]}}", i,
                              i == 0 ? "start" : "m999");
      if (i > 0)
        g_string_append_printf (edges, ",{'from':'m%u','to':'m%u'}", i - 1, i);
    }
  for (guint i = 0; i < 200; i++)
    {
      g_string_append_printf (nodes, ",{'id':'l%u','type':'flow.loop','parameters':{'items':'{{ [item, item] }}'}}", i);
      g_string_append_printf (edges, ",{'from':'%s%u','port':'%s','to':'l%u'}", i == 0 ? "m" : "l", i == 0 ? 999 : i - 1, i == 0 ? "out" : "item", i);
    }
  text = g_strconcat (nodes->str, edges->str, "]}", NULL);
  document = read_document (text);
  start = g_get_monotonic_time ();
  problems = enlace_document_check (document);
  g_test_message ("checking took %" G_GINT64_FORMAT " µs", g_get_monotonic_time () - start);

  g_assert_cmpuint (problems->len, >, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/static-check/types-along-edges", test_types_along_edges);
  g_test_add_func ("/static-check/parameters-have-types", test_parameters_have_types);
  g_test_add_func ("/static-check/the-form-of-a-manual-start", test_manual_schema);
  g_test_add_func ("/static-check/variables", test_vars);
  g_test_add_func ("/static-check/loops", test_loops);
  g_test_add_func ("/static-check/loops-with-effects-outside", test_loops_with_effects);
  g_test_add_func ("/static-check/what-a-loop-goes-through", test_items);
  g_test_add_func ("/static-check/connections", test_connections);
  g_test_add_func ("/static-check/sub-workflows", test_sub_workflows);
  g_test_add_func ("/static-check/steps-after-a-failure", test_steps_after_a_failure);
  g_test_add_func ("/static-check/secrets", test_secrets);
  g_test_add_func ("/static-check/a-secret-in-a-message", test_secret_in_a_message);
  g_test_add_func ("/static-check/warnings-do-not-hide-problems", test_many_warnings);
  g_test_add_func ("/static-check/long-documents", test_long_documents);

  return g_test_run ();
}
