/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder-test"

#include "common/value/json.h"
#include "common/workflow/document.h"
#include "src/builder/extract.h"
#include "src/builder/find.h"
#include "src/builder/outline-tree.h"

#define UUID "0190c0de-0000-7000-8000-000000000001"

static const char document_text[] =
  "{\"schema\":1,\"nodes\":["
  "{\"id\":\"start\",\"type\":\"trigger.webhook\",\"name\":\"Order paid\",\"position\":[0,0],\"parameters\":{}},"
  "{\"id\":\"first\",\"type\":\"data.map\",\"name\":\"First\",\"position\":[280,0],\"parameters\":{\"fields\":[{\"path\":\"a\",\"value\":\"{{ trigger.body.a }}\"}]}},"
  "{\"id\":\"each\",\"type\":\"flow.loop\",\"name\":\"Each line\",\"position\":[560,0],\"parameters\":{\"items\":\"{{ steps.first.output.lines }}\",\"result\":\"{{ item }}\"}},"
  "{\"id\":\"line\",\"type\":\"data.map\",\"name\":\"Line\",\"position\":[840,0],\"parameters\":{\"fields\":["
  "{\"path\":\"n\",\"value\":\"{{ item.n + trigger.body.n }}\"},{\"path\":\"t\",\"value\":\"item \\\\{{ trigger.x }} {{ \\\"steps.first.output\\\" }}\"}]}},"
  "{\"id\":\"sum\",\"type\":\"data.map\",\"name\":\"Sum\",\"position\":[1120,200],\"parameters\":{\"fields\":[{\"path\":\"s\",\"value\":\"{{ steps.each.output }}\"}]}},"
  "{\"id\":\"check\",\"type\":\"flow.if\",\"name\":\"Much?\",\"position\":[1400,0],\"parameters\":{\"condition\":\"{{ steps.sum.output.s > 3 }}\"}},"
  "{\"id\":\"yes\",\"type\":\"data.map\",\"name\":\"Yes\",\"position\":[1680,0],\"parameters\":{}},"
  "{\"id\":\"no\",\"type\":\"flow.stop\",\"name\":\"No\",\"position\":[1680,200],\"parameters\":{}}],"
  "\"edges\":[{\"from\":\"start\",\"to\":\"first\"},{\"from\":\"first\",\"to\":\"each\"},{\"from\":\"each\",\"port\":\"item\",\"to\":\"line\"},"
  "{\"from\":\"each\",\"port\":\"done\",\"to\":\"sum\"},{\"from\":\"sum\",\"to\":\"check\"},{\"from\":\"check\",\"port\":\"true\",\"to\":\"yes\"},"
  "{\"from\":\"check\",\"port\":\"false\",\"to\":\"no\"}]}";

static EnlaceGraph *
load (void)
{
  EnlaceGraph *graph = enlace_graph_new ();
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) value = enlace_json_parse (document_text, -1, &error);

  g_assert_no_error (error);
  g_assert_true (enlace_graph_load (graph, value, &error));
  g_assert_no_error (error);

  return graph;
}

static char *
node_text (EnlaceValue *document,
           const char  *id)
{
  EnlaceValue *nodes = enlace_value_get_member (document, "nodes");

  for (gsize i = 0; i < enlace_value_get_length (nodes); i++)
    if (g_str_equal (enlace_value_get_member_string (enlace_value_get_element (nodes, i), "id", ""), id))
      return enlace_json_format (enlace_value_get_member (enlace_value_get_element (nodes, i), "parameters"), ENLACE_JSON_COMPACT, NULL, NULL);

  return NULL;
}

static void
assert_node (EnlaceValue *document,
             const char  *id,
             const char  *expected)
{
  g_autofree char *text = node_text (document, id);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_moves_a_piece_into_a_workflow (void)
{
  static const char *const ids[] = { "each", "line", "sum", NULL };
  g_autoptr(EnlaceGraph) graph = load ();
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceExtraction) extraction = enlace_extraction_new (graph, ids, &error);
  g_autoptr(EnlaceDocument) document = NULL;
  g_autoptr(EnlaceValue) value = NULL;
  g_autoptr(EnlaceValue) before = enlace_graph_to_value (graph);
  g_autoptr(EnlaceValue) after = NULL;
  g_autoptr(GPtrArray) refusals = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_problem_free);

  g_assert_no_error (error);
  document = enlace_document_read (enlace_extraction_get_document (extraction), refusals);
  g_assert_nonnull (document);
  g_assert_cmpstr (enlace_document_get_trigger_type (document), ==, "manual");
  g_assert_cmpuint (enlace_document_get_n_nodes (document), ==, 5);
  assert_node (enlace_extraction_get_document (extraction), "each", "{\"items\":\"{{ trigger.data.first.lines }}\",\"result\":\"{{ item }}\"}");
  assert_node (enlace_extraction_get_document (extraction), "line",
               "{\"fields\":[{\"path\":\"n\",\"value\":\"{{ item.n + trigger.data.body.n }}\"},"
               "{\"path\":\"t\",\"value\":\"item \\\\{{ trigger.x }} {{ \\\"steps.first.output\\\" }}\"}]}");
  assert_node (enlace_extraction_get_document (extraction), "sum", "{\"fields\":[{\"path\":\"s\",\"value\":\"{{ steps.each.output }}\"}]}");
  assert_node (enlace_extraction_get_document (extraction), "reply", "{\"body\":{\"sum\":\"{{ steps.sum.output }}\"}}");

  g_assert_true (enlace_extraction_apply (extraction, UUID, "Lines"));
  value = enlace_graph_to_value (graph);
  assert_node (value, "subworkflow", "{\"workflow\":\"" UUID "\",\"input\":{\"first\":\"{{ steps.first.output }}\",\"body\":\"{{ trigger.body }}\"}}");
  assert_node (value, "check", "{\"condition\":\"{{ steps.subworkflow.output.output.sum.s > 3 }}\"}");
  g_assert_nonnull (enlace_graph_find_edge (graph, "first", NULL, "subworkflow"));
  g_assert_nonnull (enlace_graph_find_edge (graph, "subworkflow", NULL, "check"));
  g_assert_null (enlace_graph_find_node (graph, "each"));

  /* All of it is one step back. */
  g_assert_true (enlace_graph_undo (graph));
  g_assert_false (enlace_graph_undo (graph));
  after = enlace_graph_to_value (graph);
  g_assert_nonnull (enlace_graph_find_edge (graph, "sum", NULL, "check"));
  g_assert_cmpuint (enlace_value_get_length (enlace_value_get_member (after, "edges")), ==,
                    enlace_value_get_length (enlace_value_get_member (before, "edges")));
}

static void
test_hands_over_the_item_of_a_loop (void)
{
  static const char *const ids[] = { "line", NULL };
  g_autoptr(EnlaceGraph) graph = load ();
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceExtraction) extraction = enlace_extraction_new (graph, ids, &error);
  g_autoptr(EnlaceValue) value = NULL;

  g_assert_no_error (error);
  g_assert_true (enlace_extraction_apply (extraction, UUID, "Line"));
  value = enlace_graph_to_value (graph);
  assert_node (value, "subworkflow", "{\"workflow\":\"" UUID "\",\"input\":{\"item\":\"{{ item }}\",\"body\":\"{{ trigger.body }}\"}}");
  g_assert_nonnull (enlace_graph_find_edge (graph, "each", "item", "subworkflow"));
}

static void
test_refuses_what_cannot_stand_alone (void)
{
  static const char *const pieces[][4] = {
    { "start", "first", NULL },   /* a trigger */
    { "first", "sum", NULL },     /* not connected */
    { "each", NULL },             /* a loop without its body */
    { "check", "yes", NULL },     /* a branch leads out */
    { "yes", "no", NULL },        /* two ways in, and not connected */
    { NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      g_autoptr(EnlaceGraph) graph = load ();
      g_autoptr(GError) error = NULL;

      g_assert_null (enlace_extraction_new (graph, pieces[i], &error));
      g_assert_error (error, ENLACE_GRAPH_ERROR, ENLACE_GRAPH_ERROR_INVALID);
      g_assert_cmpuint (enlace_graph_get_revision (graph), ==, 1);
    }
}

static void
test_finds_steps_by_any_text (void)
{
  static const struct {
    const char *text;
    const char *first;
    guint       n;
  } cases[] = {
    { "MUCH", "check", 1 }, { "webhook", "start", 1 }, { "trigger.body.n", "line", 1 }, { "data.map", "first", 4 },
    { "steps.sum.output", "check", 1 }, { "", NULL, 0 }, { "nowhere", NULL, 0 },
  };
  g_autoptr(EnlaceGraph) graph = load ();
  g_autoptr(EnlaceValue) document = enlace_graph_to_value (graph);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GPtrArray) found = enlace_find_steps (graph, cases[i].text);
      g_autofree char *first = NULL;

      g_assert_cmpuint (found->len, ==, cases[i].n);
      g_assert_cmpuint (enlace_find_in_document (document, cases[i].text, &first), ==, cases[i].n);
      g_assert_cmpstr (first, ==, cases[i].first);
    }
}

static void
print (GListModel *items,
       guint       depth,
       GString    *out)
{
  for (guint i = 0; items != NULL && i < g_list_model_get_n_items (items); i++)
    {
      g_autoptr(EnlaceOutlineItem) item = g_list_model_get_item (items, i);

      g_string_append_printf (out, "%*s%s\n", (int) depth, "", enlace_outline_item_get_text (item));
      print (enlace_outline_item_get_children (item), depth + 1, out);
    }
}

static void
test_says_the_structure_in_words (void)
{
  g_autoptr(EnlaceGraph) graph = load ();
  g_autoptr(GListModel) tree = enlace_outline_tree_new (graph);
  g_autoptr(GString) out = g_string_new (NULL);

  print (tree, 0, out);
  g_assert_cmpstr (out->str, ==,
                   "Order paid\nFirst\nEach line\n For each item\n  Line\nSum\nMuch?\n If it holds\n  Yes\n If it does not hold\n  No\n");
}

static void
test_puts_a_join_behind_the_parting (void)
{
  g_autoptr(EnlaceGraph) graph = load ();
  g_autoptr(GListModel) tree = NULL;
  g_autoptr(GString) out = g_string_new (NULL);

  enlace_graph_remove_nodes (graph, (const char *const[]) { "no", NULL });
  enlace_graph_connect (graph, "check", "false", "yes", NULL);
  tree = enlace_outline_tree_new (graph);
  print (tree, 0, out);
  g_assert_true (g_str_has_suffix (out->str, "Much?\n If it holds\n If it does not hold\nYes\n"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/builder/extract/moves-a-piece-into-a-workflow", test_moves_a_piece_into_a_workflow);
  g_test_add_func ("/builder/extract/hands-over-the-item-of-a-loop", test_hands_over_the_item_of_a_loop);
  g_test_add_func ("/builder/extract/refuses-what-cannot-stand-alone", test_refuses_what_cannot_stand_alone);
  g_test_add_func ("/builder/find/finds-steps-by-any-text", test_finds_steps_by_any_text);
  g_test_add_func ("/builder/outline/says-the-structure-in-words", test_says_the_structure_in_words);
  g_test_add_func ("/builder/outline/puts-a-join-behind-the-parting", test_puts_a_join_behind_the_parting);

  return g_test_run ();
}
