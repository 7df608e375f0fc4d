/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "common/value/json.h"
#include "common/workflow/bundle.h"
#include "common/workflow/document.h"

#define ONE "019b0000-0000-7000-8000-000000000001"
#define TWO "019b0000-0000-7000-8000-000000000002"
#define GONE "019b0000-0000-7000-8000-000000000009"

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

static EnlaceBundleWorkflow *
add (EnlaceBundle *bundle,
     const char   *id,
     const char   *name,
     const char   *document)
{
  g_autoptr(EnlaceValue) tags = parse ("['b','a']");
  g_autoptr(EnlaceValue) value = parse (document);

  return enlace_bundle_add_workflow (bundle, id, name, NULL, tags, value);
}

static char *
text_of (EnlaceBundle *bundle)
{
  g_autoptr(EnlaceValue) value = enlace_bundle_to_value (bundle);
  char *text = enlace_bundle_format (value, NULL);

  g_assert_nonnull (text);

  return text;
}

static const char caller[] =
  "{'edges':[],'nodes':[{'id':'a','type':'flow.workflow','parameters':{'workflow':'" TWO "','input':'" TWO "'}},"
  "{'id':'b','type':'flow.workflow','parameters':{'workflow':'" GONE "'}},"
  "{'id':'c','type':'action','connector':'slack','integration':'" GONE "'}],'schema':1,'own':1}";

static void
test_seal (void)
{
  g_autoptr(EnlaceBundle) bundle = enlace_bundle_new ();
  g_autoptr(EnlaceValue) five = enlace_value_new_int (5);
  g_autofree char *text = NULL;
  EnlaceBundleWorkflow *first, *second;

  add (bundle, TWO, "Über uns!", "{'schema':1,'nodes':[]}");
  first = add (bundle, ONE, "orders ", caller);
  enlace_bundle_add_variable (first->variables, "z", "number", NULL, five, NULL);
  enlace_bundle_add_variable (first->variables, "b", "json", "B", five, five);
  enlace_bundle_seal (bundle);

  first = g_ptr_array_index (bundle->workflows, 0);
  second = g_ptr_array_index (bundle->workflows, 1);
  g_assert_cmpstr (first->key, ==, "orders");
  g_assert_cmpstr (second->key, ==, "uber-uns");
  g_assert_cmpstr (((EnlaceBundleVariable *) g_ptr_array_index (first->variables, 0))->name, ==, "b");

  /* A reference into the bundle is a name, in the parameter that is one alone; another stays; no integration, but its connector. */
  g_assert_cmpstr (enlace_value_get_string (enlace_json_pointer_get (first->document, "/nodes/0/parameters/workflow")), ==, "bundle:uber-uns");
  g_assert_cmpstr (enlace_value_get_string (enlace_json_pointer_get (first->document, "/nodes/0/parameters/input")), ==, TWO);
  g_assert_cmpstr (enlace_value_get_string (enlace_json_pointer_get (first->document, "/nodes/1/parameters/workflow")), ==, GONE);
  g_assert_null (enlace_json_pointer_get (first->document, "/nodes/2/integration"));
  g_assert_cmpstr (enlace_value_get_string (enlace_json_pointer_get (first->document, "/nodes/2/connector")), ==, "slack");

  text = text_of (bundle);
  g_assert_true (g_str_has_prefix (text, "{\n  \"enlace_bundle\": 1,\n  \"workflows\": [\n    {\n      \"key\": \"orders\",\n      \"name\": \"orders \",\n"));
  g_assert_true (g_str_has_suffix (text, "}\n"));
  g_assert_null (strstr (text, ONE));
  g_assert_cmpint (strstr (text, "\"schema\"") - text, <, strstr (text, "\"nodes\"") - text);
}

/* The numbers of keys follow the order in which the workflows were made, past nine as well, and reading keeps it. */
static void
test_same_names (void)
{
  g_autoptr(EnlaceBundle) bundle = enlace_bundle_new ();
  g_autoptr(EnlaceBundle) read = NULL;
  g_autoptr(GPtrArray) problems = problems_new ();
  g_autoptr(EnlaceValue) value = NULL;
  g_autofree char *text = NULL, *again = NULL;

  for (guint i = 12; i > 0; i--)
    {
      g_autofree char *id = g_strdup_printf ("019b0000-0000-7000-8000-0000000000%02u", i);
      g_autofree char *document = g_strdup_printf ("{'schema':1,'nodes':[],'number':%u}", i);

      add (bundle, id, "N", document);
    }
  add (bundle, ONE, "N 2", "{'schema':1,'nodes':[]}");
  enlace_bundle_seal (bundle);
  for (guint i = 0; i < 12; i++)
    {
      const EnlaceBundleWorkflow *workflow = g_ptr_array_index (bundle->workflows, i);
      g_autofree char *key = i > 0 ? g_strdup_printf ("n-%u", i + 1) : g_strdup ("n");

      g_assert_cmpstr (workflow->key, ==, key);
      g_assert_cmpint (enlace_value_get_member_int (workflow->document, "number", 0), ==, i + 1);
    }
  g_assert_cmpstr (((EnlaceBundleWorkflow *) g_ptr_array_index (bundle->workflows, 12))->key, ==, "n-2-2");

  value = enlace_bundle_to_value (bundle);
  read = enlace_bundle_read (value, problems);
  g_assert_nonnull (read);
  text = text_of (bundle);
  again = text_of (read);
  g_assert_cmpstr (text, ==, again);
}

static void
test_parts (void)
{
  g_autoptr(EnlaceBundle) bundle = enlace_bundle_new ();
  g_autoptr(EnlaceBundle) joined = enlace_bundle_new ();
  g_autoptr(EnlaceValue) five = enlace_value_new_int (5);
  g_autoptr(GPtrArray) problems = problems_new ();
  g_autofree char *text = NULL, *again = NULL;

  add (bundle, ONE, "Orders", caller);
  add (bundle, TWO, "Paid", "{'schema':1,'nodes':[]}");
  enlace_bundle_add_variable (bundle->variables, "limit", "number", NULL, five, NULL);
  enlace_bundle_seal (bundle);

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr(EnlaceValue) value = enlace_bundle_part_to_value (bundle, i < 2 ? g_ptr_array_index (bundle->workflows, 1 - i) : NULL);
      g_autoptr(EnlaceBundle) part = enlace_bundle_read (value, problems);
      g_autoptr(EnlaceBundle) twice = enlace_bundle_read (value, problems);

      g_assert_nonnull (part);
      g_assert_true (enlace_bundle_join (joined, part, problems));
      g_assert_false (enlace_bundle_join (joined, twice, problems));
      g_assert_cmpuint (problems->len, ==, i + 1);
    }

  text = text_of (bundle);
  again = text_of (joined);
  g_assert_cmpstr (text, ==, again);
}

static void
test_refusals (void)
{
  static const struct { const char *text; const char *pointer; const char *word; } cases[] = {
    { "[]", "", "no bundle" },
    { "{'workflows':[]}", "", "no bundle" },
    { "{'enlace_bundle':'1','workflows':[]}", "", "no bundle" },
    { "{'enlace_bundle':0,'workflows':[]}", "", "no bundle" },
    { "{'enlace_bundle':2,'workflows':[],'new':1}", "/enlace_bundle", "newer version" },
    { "{'enlace_bundle':1}", "/workflows", "list" },
    { "{'enlace_bundle':1,'workflows':{}}", "/workflows", "list" },
    { "{'enlace_bundle':1,'workflows':[],'users':[]}", "/users", "not known" },
    { "{'enlace_bundle':1,'workflows':[1]}", "/workflows/0", "object" },
    { "{'enlace_bundle':1,'workflows':[{'key':'a','name':'A','steps':{'schema':1,'nodes':[]},'id':'x'}]}", "/workflows/0/id", "not known" },
    { "{'enlace_bundle':1,'workflows':[{'key':'a','name':' ','steps':{'schema':1,'nodes':[]}}]}", "/workflows/0/name", "not empty" },
    { "{'enlace_bundle':1,'workflows':[{'key':'../a','name':'A','steps':{'schema':1,'nodes':[]}}]}", "/workflows/0/key", "small letters" },
    { "{'enlace_bundle':1,'workflows':[{'key':'a','name':'A'}]}", "/workflows/0/steps", "missing" },
    { "{'enlace_bundle':1,'workflows':[{'key':'a','name':'A','steps':{'schema':2,'nodes':[]}}]}", "/workflows/0/steps/schema", "" },
    { "{'enlace_bundle':1,'workflows':[{'key':'a','name':'A','steps':{'schema':1,'nodes':[]}},"
      "{'key':'a','name':'B','steps':{'schema':1,'nodes':[]}}]}", "/workflows/1/key", "two workflows" },
    { "{'enlace_bundle':1,'workflows':[{'key':'a','name':'A','tags':[1],'steps':{'schema':1,'nodes':[]}}]}", "/workflows/0/tags", "short texts" },
    { "{'enlace_bundle':1,'workflows':[],'variables':[{'name':'in','type':'json','value':1}]}", "/variables/0/name", "name" },
    { "{'enlace_bundle':1,'workflows':[],'variables':[{'name':'a','type':'secret','value':1}]}", "/variables/0/type", "string" },
    { "{'enlace_bundle':1,'workflows':[],'variables':[{'name':'a','type':'bool','value':1}]}", "/variables/0/value", "type" },
    { "{'enlace_bundle':1,'workflows':[],'variables':[{'name':'a','type':'json'}]}", "/variables/0/value", "missing" },
    { "{'enlace_bundle':1,'workflows':[],'variables':[{'name':'a','type':'json','value':1},{'name':'a','type':'json','value':1}]}",
      "/variables/1/name", "two variables" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(EnlaceValue) value = parse (cases[i].text);
      g_autoptr(GPtrArray) problems = problems_new ();
      const EnlaceProblem *problem;

      g_test_message ("%s", cases[i].text);
      g_assert_null (enlace_bundle_read (value, problems));
      g_assert_cmpuint (problems->len, >, 0);
      problem = g_ptr_array_index (problems, 0);
      g_assert_cmpstr (problem->pointer, ==, cases[i].pointer);
      g_assert_nonnull (strstr (problem->detail, cases[i].word));
    }
}

static void
test_keys (void)
{
  static const struct { const char *name; const char *key; } cases[] = {
    { "Orders", "orders" }, { "  Orders -- 2024 / EU ", "orders-2024-eu" }, { "Ñandú", "nandu" }, { "日本", "workflow" }, { "!!!", "workflow" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *key = enlace_bundle_make_key (cases[i].name);

      g_assert_cmpstr (key, ==, cases[i].key);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bundle/knows-no-ids-and-no-credentials", test_seal);
  g_test_add_func ("/bundle/numbers-workflows-of-one-name", test_same_names);
  g_test_add_func ("/bundle/is-the-same-in-parts", test_parts);
  g_test_add_func ("/bundle/refuses-what-is-damaged-or-newer", test_refusals);
  g_test_add_func ("/bundle/makes-keys-of-names", test_keys);

  return g_test_run ();
}
