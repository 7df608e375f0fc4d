/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "common/value/json.h"
#include "common/workflow/document.h"

/* Text with ' in place of ", and what stands in it for each %s. */
static GPtrArray *
check (const char *text)
{
  g_autofree char *json = g_strdelimit (g_strdup (text), "'", '"');
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) value = enlace_json_parse (json, -1, &error);
  g_autoptr(GPtrArray) refusals = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_problem_free);
  g_autoptr(EnlaceDocument) document = NULL;

  g_assert_no_error (error);
  document = enlace_document_read (value, refusals);
  if (refusals->len > 0)
    g_error ("%s: %s", ((EnlaceProblem *) refusals->pdata[0])->pointer, ((EnlaceProblem *) refusals->pdata[0])->detail);

  return enlace_document_check (document);
}

static void
assert_none (const char *text)
{
  g_autoptr(GPtrArray) problems = check (text);

  if (problems->len > 0)
    g_error ("%s: %s\n%s", ((EnlaceProblem *) problems->pdata[0])->pointer,
             ((EnlaceProblem *) problems->pdata[0])->detail, text);
}

/* One problem alone, at `pointer` and with `detail` in it. */
static void
assert_problem (const char *text,
                const char *pointer,
                const char *detail)
{
  g_autoptr(GPtrArray) problems = check (text);
  const EnlaceProblem *problem;

  if (problems->len == 0)
    g_error ("No problem in %s", text);
  problem = problems->pdata[0];
  if (strcmp (problem->pointer, pointer) != 0 || strstr (problem->detail, detail) == NULL || problems->len != 1)
    g_error ("%u problems, the first at %s: %s\nexpected at %s: %s\nin %s", problems->len, problem->pointer,
             problem->detail, pointer, detail, text);
}

#define TRIGGER "{'id':'hook','type':'trigger.webhook'}"
#define MAP "{'id':'map','type':'data.map','parameters':{'fields':[{'path':'total','value':'{{ trigger.body.amount }}'}," \
            "{'path':'customer.name','value':'x'}]}}"

/* The trigger, then one node; the text of the node holds a %s. */
static char *
with_node (const char *format,
           const char *text)
{
  g_auto(GStrv) parts = g_strsplit (format, "%s", -1);
  g_autofree char *node = g_strjoinv (text, parts);

  return g_strconcat ("{'schema':1,'nodes':[" TRIGGER ",", node, "],'edges':[{'from':'hook','to':'a'}]}", NULL);
}

static void
assert_node_problem (const char *node,
                     const char *pointer,
                     const char *detail)
{
  g_autofree char *text = with_node ("%s", node);

  assert_problem (text, pointer, detail);
}

/* An expression in the body of a reply behind the trigger and the map. */
static char *
with_expression (const char *expression)
{
  return g_strconcat ("{'schema':1,'nodes':[" TRIGGER "," MAP ",{'id':'reply','type':'flow.respond',"
                      "'parameters':{'body':{'x':'{{ ", expression, " }}'}}}],"
                      "'edges':[{'from':'hook','to':'map'},{'from':'map','to':'reply'}]}", NULL);
}

static void
assert_expression_problem (const char *expression,
                           const char *detail)
{
  g_autofree char *text = with_expression (expression);

  assert_problem (text, "/nodes/2/parameters/body/x", detail);
}

static void
test_the_spine_of_the_product (void)
{
  assert_none ("{'schema':1,'nodes':["
               "{'id':'push','type':'trigger.webhook','name':'Push','position':[0,0],'parameters':{'methods':['POST','PUT'],"
               "'event_id_header':'X-GitHub-Delivery'}},"
               "{'id':'branch','type':'flow.if','parameters':{'condition':"
               "'{{ trigger.body.ref == \\'refs/heads/\\' + trigger.body.repository.default_branch }}'}},"
               "{'id':'map','type':'data.map','parameters':{'fields':[{'path':'repo.name','value':'{{ trigger.body.repository.name }}'},"
               "{'path':'repo.url','value':'at {{ trigger.body.repository.url }}'},{'path':'list','value':[1,'{{ now }}']}]}},"
               "{'id':'tell','type':'http.request','parameters':{'method':'POST','url':'http://127.0.0.1:9000/x',"
               "'query':{'n':1,'y':true},'headers':{'X-Run':'{{ execution.id }}'},'body':'{{ steps.map.output }}',"
               "'timeout_ms':5000,'repeat':'always'},"
               "'retry':{'max_attempts':5,'initial_ms':1000,'factor':2,'max_ms':300000},'on_error':'stop'},"
               "{'id':'yes','type':'flow.respond','parameters':{'status':'{{ steps.tell.output.status }}',"
               "'body':'{{ steps.map.output.repo.name }}'}},"
               "{'id':'no','type':'flow.stop','parameters':{'outcome':'failure','message':'a tag: {{ trigger.body.ref }}'}}],"
               "'edges':[{'from':'push','to':'branch'},{'from':'branch','port':'true','to':'map'},{'from':'map','to':'tell'},"
               "{'from':'tell','to':'yes'},{'from':'branch','port':'false','to':'no'}],"
               "'notes':[{'id':'t1','position':[80,320],'size':[240,120],'text':'x'}],'zoom':2}");
}

/* The workflows that the benchmark runs. */
static void
test_the_measured_workflows (void)
{
  static const char *const names[] = { "enlace-w1.json", "enlace-w2.json", "enlace-w3.json" };
  const char *data = g_getenv ("ENLACE_TEST_DATA");

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = data != NULL ? g_build_filename (data, "bench", "workflows", names[i], NULL) : NULL;
      g_autofree char *text = NULL;

      if (path == NULL || !g_file_get_contents (path, &text, NULL, NULL))
        {
          g_test_skip ("The shared test data is not there; set ENLACE_TEST_DATA");
          return;
        }

      assert_none (text);
    }
}

static void
test_triggers (void)
{
  assert_problem ("{'schema':1,'nodes':[]}", "/nodes", "no trigger");
  assert_none ("{'schema':1,'nodes':[{'id':'start','type':'trigger.manual'}]}");
  assert_problem ("{'schema':1,'nodes':[" TRIGGER ",{'id':'b','type':'trigger.manual'}]}", "/nodes/1", "one trigger");
  assert_problem ("{'schema':1,'nodes':[" TRIGGER ",{'id':'a','type':'flow.respond'}],'edges':[]}", "/nodes/1", "No way leads");
  assert_problem ("{'schema':1,'nodes':[{'id':'hook','type':'trigger.manual'},{'id':'a','type':'flow.respond'},"
                  "{'id':'b','type':'flow.respond'}],'edges':[{'from':'hook','to':'a'},{'from':'b','to':'a'}]}",
                  "/nodes/2", "No way leads");
}

static void
test_an_edge_into_a_trigger (void)
{
  g_autoptr(GPtrArray) problems = check ("{'schema':1,'nodes':[" TRIGGER ",{'id':'a','type':'flow.respond'}],"
                                          "'edges':[{'from':'a','to':'hook'}]}");

  g_assert_cmpuint (problems->len, ==, 2);
  g_assert_cmpstr (((EnlaceProblem *) problems->pdata[1])->pointer, ==, "/edges/0/to");
  g_assert_cmpstr (((EnlaceProblem *) problems->pdata[1])->node, ==, "hook");
}

static void
test_settings (void)
{
  assert_problem ("{'schema':1,'nodes':[" TRIGGER "],'settings':{'priority':'urgent'}}", "/settings/priority", "one of: high, normal, low");
  assert_problem ("{'schema':1,'nodes':[" TRIGGER "],'settings':{'retry_budget':-1}}", "/settings/retry_budget", "from 0");
  assert_problem ("{'schema':1,'nodes':[" TRIGGER "],'settings':{'concurrency':{'policy':'wait'}}}", "/settings/concurrency/policy", "cancel_oldest");
  assert_problem ("{'schema':1,'nodes':[" TRIGGER "],'settings':{'concurrency':{'key':'{{ 1 + }}'}}}", "/settings/concurrency/key", "");
  assert_problem ("{'schema':1,'nodes':[" TRIGGER "],'settings':{'zork':1}}", "/settings/zork", "not known");
}

static void
test_step_types (void)
{
  assert_node_problem ("{'id':'a','type':'action','connector':'slack','integration':'x'}", "/nodes/1/type", "“action”");
  assert_node_problem ("{'id':'a','type':'data.mop'}", "/nodes/1/type", "did you mean “data.map”");
  assert_node_problem ("{'id':'a','type':'xyz'}", "/nodes/1/type", "no step type “xyz”");
}

/* A trigger alone, with these parameters. */
static void
assert_trigger_problem (const char *type,
                        const char *parameters,
                        const char *pointer,
                        const char *words)
{
  g_autofree char *text = g_strdup_printf ("{'schema':1,'nodes':[{'id':'start','type':'%s','parameters':%s}]}", type, parameters);

  assert_problem (text, pointer, words);
}

static void
test_trigger_parameters (void)
{
  static const char poll[] = "{'url':'https://a.example','items':'{{ reply.body }}','key':'{{ steps.a.output }}'}";

  assert_trigger_problem ("trigger.schedule", "{}", "/nodes/0/parameters", "cron, every");
  assert_trigger_problem ("trigger.schedule", "{'cron':'0 0 * * *','every':1}", "/nodes/0/parameters", "either");
  assert_trigger_problem ("trigger.schedule", "{'cron':'0 0 30 2 *'}", "/nodes/0/parameters/cron", "never fires");
  assert_trigger_problem ("trigger.schedule", "{'cron':'0 0 * * *','timezone':'Mars/Olympus'}", "/nodes/0/parameters/timezone", "no time zone");
  assert_trigger_problem ("trigger.event", "{'event':'workflow.slept'}", "/nodes/0/parameters/event", "workflow.failed");
  assert_trigger_problem ("trigger.poll", "{'url':'https://a.example','key':'{{ item.id }}'}", "/nodes/0/parameters/items", "missing");
  assert_trigger_problem ("trigger.poll", poll, "/nodes/0/parameters/key", "no run yet");
  assert_trigger_problem ("trigger.manual", "{'schema':7}", "/nodes/0/parameters/schema", "JSON Schema");
}

static void
test_members_of_a_node (void)
{
  static const char *const later[] = { "connector_version", "integration" };

  for (gsize i = 0; i < G_N_ELEMENTS (later); i++)
    {
      g_autofree char *text = with_node ("{'id':'a','type':'flow.respond','%s':null}", later[i]);
      g_autofree char *pointer = g_strdup_printf ("/nodes/1/%s", later[i]);

      assert_problem (text, pointer, "not available in this version");
    }

  assert_node_problem ("{'id':'a','type':'flow.respond','a/b':1}", "/nodes/1/a~1b", "not known");
  assert_node_problem ("{'id':'a','type':'flow.respond','on_error':'ignore'}", "/nodes/1/on_error", "stop, continue, branch");
  assert_node_problem ("{'id':'a','type':'flow.respond','on_error':'continue','on_error_value':{'a':'{{ nothing }}'}}",
                       "/nodes/1/on_error_value/a", "There is no “nothing”");
  assert_node_problem ("{'id':'a','type':'flow.respond','on_error_value':1}", "/nodes/1/on_error_value", "only where");
  assert_node_problem ("{'id':'a','type':'flow.respond','timeout_ms':0}", "/nodes/1/timeout_ms", "whole number from 1");
  assert_none ("{'schema':1,'nodes':[" TRIGGER ",{'id':'a','type':'flow.respond','on_error':'branch','timeout_ms':1000,'pinned':{'x':1}},"
               "{'id':'b','type':'flow.respond'}],'edges':[{'from':'hook','to':'a'},{'from':'a','port':'error','to':'b'}]}");
  assert_problem ("{'schema':1,'nodes':[" TRIGGER ",{'id':'a','type':'flow.respond'},{'id':'b','type':'flow.respond'}],"
                  "'edges':[{'from':'hook','to':'a'},{'from':'a','port':'error','to':'b'}]}", "/edges/1/port", "has no port “error”");
  assert_problem ("{'schema':1,'nodes':[" TRIGGER ",{'id':'a','type':'flow.respond'}],"
                  "'edges':[{'from':'hook','to':'a','delay':3}]}", "/edges/0/delay", "not known");
}

static void
test_retry (void)
{
  static const struct { const char *retry; const char *pointer; } cases[] = {
    { "3", "" }, { "{'max_attempts':0}", "/max_attempts" }, { "{'max_attempts':101}", "/max_attempts" },
    { "{'max_attempts':2.5}", "/max_attempts" }, { "{'max_attempts':'{{ 3 }}'}", "/max_attempts" },
    { "{'initial_ms':-1}", "/initial_ms" }, { "{'max_ms':86400001}", "/max_ms" }, { "{'factor':0.5}", "/factor" },
    { "{'factor':101}", "/factor" }, { "{'factor':'2'}", "/factor" }, { "{'jitter':1}", "/jitter" },
    { "{'initial_ms':1000,'max_ms':10}", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = with_node ("{'id':'a','type':'flow.respond','retry':%s}", cases[i].retry);
      g_autofree char *pointer = g_strconcat ("/nodes/1/retry", cases[i].pointer, NULL);

      assert_problem (text, pointer, "");
    }
}

static void
test_ports (void)
{
  static const char nodes[] = "{'schema':1,'nodes':[" TRIGGER ",{'id':'fork','type':'flow.if','parameters':{'condition':'{{ true }}'}},"
                              "{'id':'end','type':'flow.stop'},{'id':'a','type':'flow.respond'}],'edges':[{'from':'hook','to':'fork'},"
                              "{'from':'fork','port':'true','to':'end'},{'from':'fork','port':'false','to':'a'},%s]}";
  static const struct { const char *edge; const char *pointer; const char *detail; } cases[] = {
    { "{'from':'fork','port':'tru','to':'a'}", "/edges/3/port", "true, false" },
    { "{'from':'fork','to':'a'}", "/edges/3/port", "“out”" },
    { "{'from':'end','to':'a'}", "/edges/3/port", "Nothing follows" },
    { "{'from':'hook','port':'true','to':'a'}", "/edges/3/port", "out" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto(GStrv) parts = g_strsplit (nodes, "%s", 2);
      g_autofree char *text = g_strjoinv (cases[i].edge, parts);

      assert_problem (text, cases[i].pointer, cases[i].detail);
    }
}

/* A step of which nothing is expected has no problem. */
static const struct { const char *node; const char *pointer; const char *detail; } parameter_cases[] = {
  { "{'id':'a','type':'flow.if'}", "/condition", "missing" },
  { "{'id':'a','type':'flow.if','parameters':{'condition':'yes'}}", "/condition", "one expression" },
  { "{'id':'a','type':'flow.if','parameters':{'condition':'{{ true }} '}}", NULL, NULL },
  { "{'id':'a','type':'flow.if','parameters':{'condition':'x {{ true }}'}}", "/condition", "one expression" },
  { "{'id':'a','type':'flow.if','parameters':{'condition':1}}", "/condition", "one expression" },
  { "{'id':'a','type':'flow.if','parameters':{'condition':true}}", NULL, NULL },
  { "{'id':'a','type':'flow.if','parameters':{'condition':'{{ 1 + }}'}}", "/condition", "" },
  { "{'id':'a','type':'flow.if','parameters':{'condition':'{{ true }}','condtion':1}}", "/condtion", "did you mean “condition”" },
  { "{'id':'a','type':'flow.respond','parameters':{'status':199}}", "/status", "200 to 599" },
  { "{'id':'a','type':'flow.respond','parameters':{'status':600}}", "/status", "200 to 599" },
  { "{'id':'a','type':'flow.respond','parameters':{'status':200.0}}", "/status", "whole number" },
  { "{'id':'a','type':'flow.respond','parameters':{'status':'200'}}", "/status", "whole number" },
  { "{'id':'a','type':'flow.respond','parameters':{'status':'{{ 201 }}'}}", NULL, NULL },
  { "{'id':'a','type':'flow.respond','parameters':{'headers':[]}}", "/headers", "object" },
  { "{'id':'a','type':'flow.respond','parameters':{'headers':{'X Y':'1'}}}", "/headers/X Y", "no name of a header" },
  { "{'id':'a','type':'flow.respond','parameters':{'headers':{'X-Y':['1']}}}", "/headers/X-Y", "text, a number" },
  { "{'id':'a','type':'flow.respond','parameters':{'body':[{'a':'{{ ( }}'}]}}", "/body/0/a", "" },
  { "{'id':'a','type':'flow.stop','parameters':{'outcome':'maybe'}}", "/outcome", "success, failure" },
  { "{'id':'a','type':'flow.stop','parameters':{'message':4}}", "/message", "text" },
  { "{'id':'a','type':'http.request'}", "/url", "missing" },
  { "{'id':'a','type':'http.request','parameters':{'url':''}}", "/url", "empty" },
  { "{'id':'a','type':'http.request','parameters':{'url':'x','method':'get'}}", "/method", "one of: GET" },
  { "{'id':'a','type':'http.request','parameters':{'url':'x','method':'{{ 1 }}'}}", "/method", "one of: GET" },
  { "{'id':'a','type':'http.request','parameters':{'url':'x','repeat':true}}", "/repeat", "auto" },
  { "{'id':'a','type':'http.request','parameters':{'url':'x','timeout_ms':0}}", "/timeout_ms", "1 to 300000" },
  { "{'id':'a','type':'http.request','parameters':{'url':'x','query':{'':'1'}}}", "/query/", "empty" },
  { "{'id':'a','type':'http.request','parameters':{'url':'x','query':{'a b':['1',2,true,'{{ now }}']}}}", NULL, NULL },
  { "{'id':'a','type':'http.request','parameters':{'url':'x','query':{'a':[null]}}}", "/query/a", "list of these" },
  { "{'id':'a','type':'http.request','parameters':{'url':'x','query':{'a':['{{ ( }}']}}}", "/query/a/0", "" },
  { "{'id':'a','type':'http.request','parameters':{'url':'x','pagination':{}}}", "/pagination", "no parameter" },
  { "{'id':'a','type':'data.map'}", "/fields", "missing" },
  { "{'id':'a','type':'data.map','parameters':{'fields':{}}}", "/fields", "list" },
  { "{'id':'a','type':'data.map','parameters':{'fields':[]}}", "/fields", "one field at least" },
  { "{'id':'a','type':'data.map','parameters':{'fields':[3]}}", "/fields/0", "object" },
  { "{'id':'a','type':'data.map','parameters':{'fields':[{'path':'a'}]}}", "/fields/0/value", "missing" },
  { "{'id':'a','type':'data.map','parameters':{'fields':[{'value':'a'}]}}", "/fields/0/path", "names with dots" },
  { "{'id':'a','type':'data.map','parameters':{'fields':[{'path':'a..b','value':1}]}}", "/fields/0/path", "names with dots" },
  { "{'id':'a','type':'data.map','parameters':{'fields':[{'path':'a.0','value':1}]}}", "/fields/0/path", "places in lists" },
  { "{'id':'a','type':'data.map','parameters':{'fields':[{'path':'a[0]','value':1}]}}", "/fields/0/path", "places in lists" },
  { "{'id':'a','type':'data.map','parameters':{'fields':[{'path':'a','value':1},{'path':'a','value':2}]}}",
    "/fields/1/path", "overwrite" },
  { "{'id':'a','type':'data.map','parameters':{'fields':[{'path':'a','value':1},{'path':'a.b','value':2}]}}",
    "/fields/1/path", "overwrite" },
  { "{'id':'a','type':'data.map','parameters':{'fields':[{'path':'a.b.c','value':1},{'path':'a.b','value':2}]}}",
    "/fields/1/path", "overwrite" },
  { "{'id':'a','type':'data.map','parameters':{'fields':[{'path':'a.b','value':1},{'path':'a.bc','value':2}]}}", NULL, NULL },
  { "{'id':'a','type':'data.map','parameters':{'fields':[{'path':'a','value':1,'if':2}]}}", "/fields/0", "“if”" },
};

static void
test_parameters (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (parameter_cases); i++)
    {
      g_autofree char *text = with_node ("%s", parameter_cases[i].node);
      g_autofree char *pointer = parameter_cases[i].pointer != NULL ? g_strconcat ("/nodes/1/parameters", parameter_cases[i].pointer, NULL) : NULL;

      if (pointer != NULL)
        assert_problem (text, pointer, parameter_cases[i].detail);
      else
        assert_none (text);
    }
}

static void
test_parameters_of_triggers (void)
{
  static const struct { const char *parameters; const char *pointer; const char *detail; } cases[] = {
    { "{'methods':'POST'}", "/methods", "list" },
    { "{'methods':[]}", "/methods", "one choice at least" },
    { "{'methods':['post']}", "/methods/0", "POST" },
    { "{'methods':['POST','POST']}", "/methods/1", "twice" },
    { "{'event_id_header':'a b'}", "/event_id_header", "name of a header" },
    { "{'event_id_header':'{{ now }}'}", "/event_id_header", "name of a header" },
    { "{'signatur':{'scheme':'hmac'}}", "/signatur", "did you mean “signature”" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strconcat ("{'schema':1,'nodes':[{'id':'hook','type':'trigger.webhook','parameters':",
                                           cases[i].parameters, "}]}", NULL);
      g_autofree char *pointer = g_strconcat ("/nodes/0/parameters", cases[i].pointer, NULL);

      assert_problem (text, pointer, cases[i].detail);
    }
}

static void
test_names_in_expressions (void)
{
  static const struct { const char *expression; const char *detail; } cases[] = {
    { "triger.body", "did you mean “trigger”" },
    { "secrets.token", "There is no “secrets”" },
    { "item", "only inside a loop" },
    { "index + 1", "only inside a loop" },
    { "trigger.bdy.x", "did you mean “body”" },
    { "steps.mapp.output", "did you mean “map”" },
    { "steps.nothing.output", "There is no step “nothing”" },
    { "steps.map.outptu", "did you mean “output”" },
    { "steps.map.output.totl", "did you mean “total”" },
    { "steps.map.output.customer.mail", "“steps.map.output.customer” has no member “mail”" },
    { "steps.map.output.customer.name.first", "is a text, which has no member “first”" },
    { "steps.hook.output.bdy", "did you mean “body”" },
    { "steps.reply.output", "does not run before this one" },
    { "1 +", "" },
  };
  static const char *const good[] = {
    "trigger.body.anything.at.all", "steps.hook.output.body", "steps.map.output", "steps.map.output.total.deep", "steps.map.output.customer",
    "steps.map.output.customer.name.size()", "steps.map.error", "steps[trigger.body.x]", "workflow.name", "execution.id", "now", "vars.x",
    "type(1) == int", "trigger.body.list.map(item, item.x)", "[1, 2].exists(x, x == 1)",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_expression_problem (cases[i].expression, cases[i].detail);

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *text = with_expression (good[i]);

      assert_none (text);
    }
}

static void
test_manual_trigger_has_its_own_members (void)
{
  assert_problem ("{'schema':1,'nodes':[{'id':'hook','type':'trigger.manual'},{'id':'a','type':'flow.respond',"
                  "'parameters':{'body':'{{ trigger.body }} {{ trigger.data.x }}'}}],'edges':[{'from':'hook','to':'a'}]}",
                  "/nodes/1/parameters/body", "no member “body”");
}

/* hook → if; true → a; false → b; both → join. */
#define DIAMOND                                                                                                          \
  "{'schema':1,'nodes':[" TRIGGER ",{'id':'choice','type':'flow.if','parameters':{'condition':'{{ true }}'}},"              \
  "{'id':'a','type':'flow.respond'},{'id':'b','type':'flow.respond'},"                                                     \
  "{'id':'join','type':'flow.respond','parameters':{'body':'{{ %s }}'}},"                                                  \
  "{'id':'c','type':'flow.respond','parameters':{}}],'edges':[{'from':'hook','to':'choice'},"                              \
  "{'from':'choice','port':'true','to':'a'},{'from':'choice','port':'false','to':'b'},{'from':'a','to':'join'},"           \
  "{'from':'b','to':'join'},{'from':'hook','to':'c'}]}"

static char *
in_diamond (const char *expression)
{
  g_auto(GStrv) parts = g_strsplit (DIAMOND, "%s", 2);

  return g_strjoinv (expression, parts);
}

static void
test_steps_that_may_be_skipped (void)
{
  static const char *const good[] = {
    "steps.choice.output", "has(steps.a) ? steps.a.output : steps.b.output", "steps.?a",
    "\\'a\\' in steps ? steps.a.output : 1",
  };
  g_autofree char *skipped = in_diamond ("steps.a.output");
  g_autofree char *half_asked = in_diamond ("has(steps.a.output) ? 1 : 2");
  g_autofree char *beside = in_diamond ("steps.c.output");
  g_autofree char *beside_asked = in_diamond ("has(steps.c) ? steps.c.output : 1");

  assert_problem (skipped, "/nodes/4/parameters/body", "has(steps.a)");
  assert_problem (half_asked, "/nodes/4/parameters/body", "skipped on some ways");
  assert_problem (beside, "/nodes/4/parameters/body", "does not run before");
  assert_problem (beside_asked, "/nodes/4/parameters/body", "does not run before");

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *text = in_diamond (good[i]);

      assert_none (text);
    }
}

/* All edges of a step without a choice are taken, so both ends of a fork have run where they meet. */
static void
test_a_fork_without_a_choice_is_certain (void)
{
  assert_none ("{'schema':1,'nodes':[" TRIGGER ",{'id':'a','type':'flow.respond'},{'id':'b','type':'flow.respond'},"
               "{'id':'join','type':'flow.respond','parameters':{'body':'{{ [steps.a.output, steps.b.output] }}'}},"
               "{'id':'after','type':'flow.respond','parameters':{'body':'{{ [steps.a.output, steps.b.output] }}'}}],"
               "'edges':[{'from':'hook','to':'a'},{'from':'hook','to':'b'},{'from':'a','to':'join'},{'from':'b','to':'join'},"
               "{'from':'join','to':'after'}]}");
}

/* A step that both ways lead to runs always, also seen from beside. */
static void
test_both_ways_of_a_choice_are_certain (void)
{
  assert_none ("{'schema':1,'nodes':[" TRIGGER ",{'id':'choice','type':'flow.if','parameters':{'condition':'{{ true }}'}},"
               "{'id':'a','type':'flow.respond'},{'id':'b','type':'flow.respond'},{'id':'both','type':'flow.respond'},"
               "{'id':'end','type':'flow.respond','parameters':{'body':'{{ steps.both.output }}'}}],"
               "'edges':[{'from':'hook','to':'choice'},{'from':'choice','port':'true','to':'a'},"
               "{'from':'choice','port':'false','to':'b'},{'from':'a','to':'both'},{'from':'b','to':'both'},"
               "{'from':'both','to':'end'},{'from':'hook','to':'end'}]}");
}

/* Two steps at one port share their fate. */
static void
test_steps_at_one_port_are_certain_together (void)
{
  assert_none ("{'schema':1,'nodes':[" TRIGGER ",{'id':'choice','type':'flow.if','parameters':{'condition':'{{ true }}'}},"
               "{'id':'a','type':'flow.respond'},{'id':'b','type':'flow.respond'},"
               "{'id':'join','type':'flow.respond','parameters':{'body':'{{ steps.a.output }}{{ steps.b.output }}'}}],"
               "'edges':[{'from':'hook','to':'choice'},{'from':'choice','port':'true','to':'a'},"
               "{'from':'choice','port':'true','to':'b'},{'from':'a','to':'join'},{'from':'b','to':'join'}]}");
  assert_problem ("{'schema':1,'nodes':[" TRIGGER ",{'id':'choice','type':'flow.if','parameters':{'condition':'{{ true }}'}},"
                  "{'id':'a','type':'flow.respond'},{'id':'b','type':'flow.respond'},"
                  "{'id':'join','type':'flow.respond','parameters':{'body':'{{ steps.a.output }}'}}],"
                  "'edges':[{'from':'hook','to':'choice'},{'from':'choice','port':'true','to':'a'},"
                  "{'from':'hook','to':'b'},{'from':'a','to':'join'},{'from':'b','to':'join'}]}",
                  "/nodes/4/parameters/body", "skipped on some ways");
}

/* A long name is cut in a message, never in the middle of a character. */
static void
test_problems_are_text (void)
{
  for (int i = 0; i < 4; i++)
    {
      g_autofree char *start = g_strnfill (60 + i, 'a');
      g_autofree char *name = g_strconcat (start, "€€€€", NULL);
      g_autofree char *text = with_node ("{'id':'a','type':'flow.respond','%s':1}", name);
      g_autoptr(GPtrArray) problems = check (text);

      g_assert_cmpuint (problems->len, ==, 1);
      g_assert_true (g_utf8_validate (((EnlaceProblem *) problems->pdata[0])->detail, -1, NULL));
    }
}

static void
test_problems_name_their_step (void)
{
  g_autofree char *text = with_node ("%s", "{'id':'a','type':'flow.if'}");
  g_autoptr(GPtrArray) problems = check (text);

  g_assert_cmpstr (((EnlaceProblem *) problems->pdata[0])->node, ==, "a");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/document-check/the-spine-of-the-product-has-no-problem", test_the_spine_of_the_product);
  g_test_add_func ("/document-check/the-measured-workflows-have-no-problem", test_the_measured_workflows);
  g_test_add_func ("/document-check/one-trigger-leads-to-all-steps", test_triggers);
  g_test_add_func ("/document-check/no-edge-leads-to-a-trigger", test_an_edge_into_a_trigger);
  g_test_add_func ("/document-check/settings", test_settings);
  g_test_add_func ("/document-check/step-types-that-are-not-built", test_step_types);
  g_test_add_func ("/document-check/schedules-polls-and-events", test_trigger_parameters);
  g_test_add_func ("/document-check/members-that-are-not-built", test_members_of_a_node);
  g_test_add_func ("/document-check/retry-has-ranges", test_retry);
  g_test_add_func ("/document-check/ports-are-those-of-the-type", test_ports);
  g_test_add_func ("/document-check/parameters-fit-the-type", test_parameters);
  g_test_add_func ("/document-check/parameters-of-triggers", test_parameters_of_triggers);
  g_test_add_func ("/document-check/names-in-expressions", test_names_in_expressions);
  g_test_add_func ("/document-check/a-manual-trigger-has-its-own-members", test_manual_trigger_has_its_own_members);
  g_test_add_func ("/document-check/steps-that-may-be-skipped", test_steps_that_may_be_skipped);
  g_test_add_func ("/document-check/a-fork-without-a-choice-is-certain", test_a_fork_without_a_choice_is_certain);
  g_test_add_func ("/document-check/both-ways-of-a-choice-are-certain", test_both_ways_of_a_choice_are_certain);
  g_test_add_func ("/document-check/steps-at-one-port-are-certain-together", test_steps_at_one_port_are_certain_together);
  g_test_add_func ("/document-check/problems-are-text", test_problems_are_text);
  g_test_add_func ("/document-check/problems-name-their-step", test_problems_name_their_step);

  return g_test_run ();
}
