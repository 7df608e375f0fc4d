/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "common/value/json.h"
#include "common/workflow/derive.h"
#include "common/workflow/document.h"

#define MANY 20000

/* Text with ' in place of ". */
static EnlaceValue *
parse (const char *text)
{
  g_autofree char *json = g_strdelimit (g_strdup (text), "'", '"');
  g_autoptr(GError) error = NULL;
  EnlaceValue *value = enlace_json_parse (json, -1, &error);

  g_assert_no_error (error);

  return value;
}

static GPtrArray *
problems_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_problem_free);
}

static EnlaceDocument *
read_document (const char *text)
{
  g_autoptr(EnlaceValue) value = parse (text);
  g_autoptr(GPtrArray) refusals = problems_new ();
  EnlaceDocument *document = enlace_document_read (value, refusals);

  if (refusals->len > 0)
    g_test_message ("%s", ((EnlaceProblem *) refusals->pdata[0])->detail);
  g_assert_nonnull (document);
  g_assert_cmpuint (refusals->len, ==, 0);

  return document;
}

/* One refusal, at `pointer`, with `detail` in it. */
static void
assert_refused (const char *text,
                const char *pointer,
                const char *detail)
{
  g_autoptr(EnlaceValue) value = parse (text);
  g_autoptr(GPtrArray) refusals = problems_new ();
  const EnlaceProblem *refusal;

  g_assert_null (enlace_document_read (value, refusals));
  g_assert_cmpuint (refusals->len, ==, 1);
  refusal = refusals->pdata[0];
  g_assert_cmpstr (refusal->pointer, ==, pointer);
  if (strstr (refusal->detail, detail) == NULL)
    g_error ("“%s” does not hold “%s”", refusal->detail, detail);
}

#define EXAMPLE                                                                                                         \
  "{'schema':1,'color':'blue','nodes':["                                                                                \
  "{'id':'n1','type':'trigger.webhook','name':'Order paid','position':[80,120],'parameters':{'methods':['POST']}},"     \
  "{'id':'n3','type':'action','connector':'slack','mood':{'x':1}},"                                                     \
  "{'id':'n2','type':'flow.if','position':[360.5,120],'parameters':{'condition':'{{ true }}'}}],"                       \
  "'edges':[{'from':'n2','port':'true','to':'n3','weight':3},{'from':'n1','to':'n2'}],"                                 \
  "'notes':[{'id':'t1','position':[80,320],'size':[240,120],'text':'Markdown'}]}"

static void
test_reads_nodes_and_edges (void)
{
  g_autoptr(EnlaceDocument) document = read_document (EXAMPLE);
  const EnlaceDocumentNode *node = enlace_document_find_node (document, "n2");
  const guint *order = enlace_document_get_order (document);

  g_assert_cmpuint (enlace_document_get_n_nodes (document), ==, 3);
  g_assert_cmpuint (enlace_document_get_n_edges (document), ==, 2);
  g_assert_true (node == enlace_document_get_node (document, 2));
  g_assert_cmpstr (node->type, ==, "flow.if");
  g_assert_cmpuint (node->index, ==, 2);
  g_assert_cmpstr (enlace_document_get_node (document, 0)->name, ==, "Order paid");
  g_assert_cmpuint (enlace_value_get_length (enlace_document_get_node (document, 1)->parameters), ==, 0);
  g_assert_cmpint (enlace_value_get_kind (enlace_document_get_node (document, 1)->parameters), ==, ENLACE_KIND_MAP);
  g_assert_cmpstr (enlace_document_get_edge (document, 0)->port, ==, "true");
  g_assert_cmpstr (enlace_document_get_edge (document, 1)->port, ==, "out");
  g_assert_cmpuint (enlace_document_get_edge (document, 1)->to, ==, 2);
  g_assert_null (enlace_document_find_node (document, "n4"));
  g_assert_cmpuint (order[0], ==, 0);
  g_assert_cmpuint (order[1], ==, 2);
  g_assert_cmpuint (order[2], ==, 1);
}

static void
test_unknown_members_are_kept (void)
{
  g_autoptr(EnlaceDocument) document = read_document (EXAMPLE);
  g_autofree char *text = enlace_json_format (enlace_document_get_value (document), ENLACE_JSON_COMPACT, NULL, NULL);
  g_autofree char *expected = g_strdelimit (g_strdup (EXAMPLE), "'", '"');

  g_assert_cmpstr (text, ==, expected);
}

static void
test_trigger (void)
{
  static const struct { const char *nodes; const char *type; gboolean one; } cases[] = {
    { "[]", "manual", FALSE },
    { "[{'id':'a','type':'trigger.manual'}]", "manual", TRUE },
    { "[{'id':'a','type':'trigger.webhook'}]", "webhook", TRUE },
    { "[{'id':'a','type':'trigger.poll'}]", "poll", TRUE },
    { "[{'id':'a','type':'trigger.moon'}]", "manual", TRUE },
    { "[{'id':'a','type':'trigger.webhook'},{'id':'b','type':'trigger.poll'}]", "manual", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("{'schema':1,'nodes':%s}", cases[i].nodes);
      g_autoptr(EnlaceDocument) document = read_document (text);

      g_assert_cmpstr (enlace_document_get_trigger_type (document), ==, cases[i].type);
      g_assert_true ((enlace_document_get_trigger (document) != NULL) == cases[i].one);
    }
}

static void
test_derived (void)
{
  g_autoptr(EnlaceDocument) document = read_document (EXAMPLE);
  g_autoptr(EnlaceDocument) empty = read_document ("{'schema':1,'nodes':[]}");
  g_autoptr(EnlaceValue) config = enlace_document_derive_trigger_config (document);
  g_autoptr(EnlaceValue) conditions = enlace_document_derive_conditions (document);
  g_autoptr(EnlaceValue) no_config = enlace_document_derive_trigger_config (empty);
  g_autoptr(EnlaceValue) no_conditions = enlace_document_derive_conditions (empty);
  g_autoptr(EnlaceValue) expected = parse ("[{'node':'n2','condition':'{{ true }}'}]");

  g_assert_cmpuint (enlace_value_get_length (enlace_value_get_member (config, "methods")), ==, 1);
  g_assert_true (enlace_value_equal (conditions, expected));
  g_assert_cmpuint (enlace_value_get_length (no_config), ==, 0);
  g_assert_cmpuint (enlace_value_get_length (no_conditions), ==, 0);
}

static void
test_bad_shapes_are_refused (void)
{
  static const struct { const char *text; const char *pointer; const char *detail; } cases[] = {
    { "[]", "", "object" },
    { "null", "", "object" },
    { "{'nodes':[]}", "/schema", "schema" },
    { "{'schema':2,'nodes':[]}", "/schema", "schema 1" },
    { "{'schema':1.0,'nodes':[]}", "/schema", "schema" },
    { "{'schema':1}", "/nodes", "list" },
    { "{'schema':1,'nodes':{}}", "/nodes", "list" },
    { "{'schema':1,'nodes':[],'edges':{}}", "/edges", "list" },
    { "{'schema':1,'nodes':[],'notes':1}", "/notes", "list" },
    { "{'schema':1,'nodes':[3]}", "/nodes/0", "object" },
    { "{'schema':1,'nodes':[{'type':'flow.if'}]}", "/nodes/0/id", "id" },
    { "{'schema':1,'nodes':[{'id':'a'}]}", "/nodes/0/type", "type" },
    { "{'schema':1,'nodes':[{'id':'a','type':''}]}", "/nodes/0/type", "type" },
    { "{'schema':1,'nodes':[{'id':'a','type':'x','name':3}]}", "/nodes/0/name", "text" },
    { "{'schema':1,'nodes':[{'id':'a','type':'x','position':[1]}]}", "/nodes/0/position", "two numbers" },
    { "{'schema':1,'nodes':[{'id':'a','type':'x','position':['1',2]}]}", "/nodes/0/position", "two numbers" },
    { "{'schema':1,'nodes':[{'id':'a','type':'x','parameters':[]}]}", "/nodes/0/parameters", "object" },
    { "{'schema':1,'nodes':[],'edges':[1]}", "/edges/0", "object" },
    { "{'schema':1,'nodes':[],'edges':[{'to':'a'}]}", "/edges/0/from", "id" },
    { "{'schema':1,'nodes':[{'id':'a','type':'x'},{'id':'b','type':'x'}],'edges':[{'from':'a','to':'b','port':7}]}",
      "/edges/0/port", "text" },
    { "{'schema':1,'nodes':[],'notes':[{}]}", "/notes/0/id", "text" },
    { "{'schema':1,'nodes':[],'notes':[{'id':'a'},{'id':'a'}]}", "/notes/1/id", "two notes" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_refused (cases[i].text, cases[i].pointer, cases[i].detail);
}

static void
test_ids (void)
{
  static const char *const good[] = { "a", "_", "A1_b", "step", "trueish",
                                      "a234567890123456789012345678901234567890123456789012345678901234" };
  static const char *const bad[] = { "", "1a", "a-b", "a.b", "a b", "é", "true", "in", "null",
                                     "a2345678901234567890123456789012345678901234567890123456789012345" };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *text = g_strdup_printf ("{'schema':1,'nodes':[{'id':'%s','type':'x'}]}", good[i]);
      g_autoptr(EnlaceDocument) document = read_document (text);

      g_assert_nonnull (enlace_document_find_node (document, good[i]));
    }

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *text = g_strdup_printf ("{'schema':1,'nodes':[{'id':'%s','type':'x'}]}", bad[i]);

      assert_refused (text, "/nodes/0/id", "64 letters");
    }
}

static void
test_what_is_no_graph_is_refused (void)
{
  assert_refused ("{'schema':1,'nodes':[{'id':'a','type':'x'},{'id':'a','type':'y'}]}", "/nodes/1/id", "“a”");
  assert_refused ("{'schema':1,'nodes':[{'id':'a','type':'x'}],'edges':[{'from':'a','to':'b'}]}", "/edges/0/to", "“b”");
  assert_refused ("{'schema':1,'nodes':[{'id':'a','type':'x'}],'edges':[{'from':'b','to':'a'}]}", "/edges/0/from", "“b”");
  assert_refused ("{'schema':1,'nodes':[{'id':'a','type':'x'},{'id':'b','type':'x'}],"
                  "'edges':[{'from':'a','to':'b'},{'from':'a','port':'out','to':'b'}]}",
                  "/edges/1", "already");
  assert_refused ("{'schema':1,'nodes':[{'id':'a','type':'x'}],'edges':[{'from':'a','to':'a'}]}", "/edges/0", "a → a");
}

static void
test_a_cycle_names_its_steps (void)
{
  assert_refused ("{'schema':1,'nodes':[{'id':'t','type':'x'},{'id':'a','type':'x'},{'id':'b','type':'x'},"
                  "{'id':'c','type':'x'},{'id':'end','type':'x'}],'edges':[{'from':'t','to':'a'},{'from':'a','to':'b'},"
                  "{'from':'b','to':'c'},{'from':'c','to':'a'},{'from':'c','to':'end'}]}",
                  "/edges/3", "a → b → c → a");
}

static void
test_refusals_have_an_end (void)
{
  g_autoptr(GString) text = g_string_new ("{\"schema\":1,\"nodes\":[0");
  g_autoptr(EnlaceValue) value = NULL;
  g_autoptr(GPtrArray) refusals = problems_new ();

  for (int i = 0; i < 10000; i++)
    g_string_append (text, ",0");
  g_string_append (text, "]}");
  value = parse (text->str);

  g_assert_null (enlace_document_read (value, refusals));
  g_assert_cmpuint (refusals->len, <, 300);
}

static EnlaceValue *
chain (guint    n_nodes,
       gboolean closed)
{
  g_autoptr(GString) text = g_string_new ("{'schema':1,'nodes':[");

  for (guint i = 0; i < n_nodes; i++)
    g_string_append_printf (text, "%s{'id':'n%u','type':'flow.respond','parameters':{'body':'{{ steps.n%u.output }}'}}",
                            i > 0 ? "," : "", i, i / 2);
  g_string_append (text, "],'edges':[");
  for (guint i = 0; i + 1 < n_nodes; i++)
    g_string_append_printf (text, "%s{'from':'n%u','to':'n%u'}", i > 0 ? "," : "", i, i + 1);
  if (closed)
    g_string_append_printf (text, ",{'from':'n%u','to':'n0'}", n_nodes - 1);
  g_string_append (text, "]}");

  return parse (text->str);
}

static void
test_twenty_thousand_steps (void)
{
  g_autoptr(EnlaceValue) open = chain (MANY, FALSE);
  g_autoptr(EnlaceValue) closed = chain (MANY, TRUE);
  g_autoptr(GPtrArray) refusals = problems_new ();
  g_autoptr(GPtrArray) problems = NULL;
  gint64 start = g_get_monotonic_time ();
  g_autoptr(EnlaceDocument) document = enlace_document_read (open, refusals);

  g_assert_nonnull (document);
  for (guint i = 0; i < MANY; i++)
    g_assert_cmpuint (enlace_document_get_order (document)[i], ==, i);

  g_assert_null (enlace_document_read (closed, refusals));
  g_assert_cmpuint (refusals->len, ==, 1);
  g_test_message ("reading twice took %" G_GINT64_FORMAT " µs", g_get_monotonic_time () - start);

  start = g_get_monotonic_time ();
  problems = enlace_document_check (document);
  g_assert_cmpuint (problems->len, >, 0);
  g_test_message ("checking took %" G_GINT64_FORMAT " µs", g_get_monotonic_time () - start);
}

static void
test_problems_to_value (void)
{
  g_autoptr(GPtrArray) problems = problems_new ();
  g_autoptr(EnlaceValue) value = NULL;
  g_autoptr(EnlaceValue) expected = parse ("[{'pointer':'/nodes/0','node':'a','detail':'7 is odd','severity':'problem'},"
                                            "{'pointer':'','node':null,'detail':'x','severity':'warning'}]");

  g_ptr_array_add (problems, enlace_problem_new ("/nodes/0", "a", "%d is odd", 7));
  g_ptr_array_add (problems, enlace_problem_new ("", NULL, "x"));
  ((EnlaceProblem *) problems->pdata[1])->severity = ENLACE_SEVERITY_WARNING;
  g_assert_true (enlace_problems_find_refusing (problems) == problems->pdata[0]);
  value = enlace_problems_to_value (problems);

  g_assert_true (enlace_value_equal (value, expected));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/document/reads-nodes-and-edges", test_reads_nodes_and_edges);
  g_test_add_func ("/document/unknown-members-are-kept", test_unknown_members_are_kept);
  g_test_add_func ("/document/the-one-trigger-gives-the-type", test_trigger);
  g_test_add_func ("/document/derived-members", test_derived);
  g_test_add_func ("/document/bad-shapes-are-refused", test_bad_shapes_are_refused);
  g_test_add_func ("/document/ids-are-names", test_ids);
  g_test_add_func ("/document/what-is-no-graph-is-refused", test_what_is_no_graph_is_refused);
  g_test_add_func ("/document/a-cycle-names-its-steps", test_a_cycle_names_its_steps);
  g_test_add_func ("/document/refusals-have-an-end", test_refusals_have_an_end);
  g_test_add_func ("/document/twenty-thousand-steps", test_twenty_thousand_steps);
  g_test_add_func ("/document/problems-to-value", test_problems_to_value);

  return g_test_run ();
}
