/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder-test"

#include "common/value/json.h"
#include "common/workflow/document.h"
#include "src/builder/graph.h"

static const char document_text[] =
  "{\"schema\":1,\"x_owner\":\"sales\",\"nodes\":["
  "{\"id\":\"hook\",\"type\":\"trigger.webhook\",\"name\":\"Order paid\",\"position\":[80,120],\"parameters\":{},\"x_color\":\"red\"},"
  "{\"id\":\"check\",\"type\":\"flow.if\",\"name\":\"Big order?\",\"position\":[360,120],"
  "\"parameters\":{\"condition\":\"{{ trigger.body.amount > 100 }}\"}},"
  "{\"id\":\"map\",\"type\":\"data.map\",\"name\":\"Pick\",\"position\":[640,80],"
  "\"parameters\":{\"fields\":[{\"path\":\"a\",\"value\":\"{{ steps.check.output }}\"}]}}],"
  "\"edges\":[{\"from\":\"hook\",\"to\":\"check\",\"x_kept\":true},{\"from\":\"check\",\"port\":\"true\",\"to\":\"map\"}],"
  "\"notes\":[{\"id\":\"n1\",\"position\":[80,320],\"size\":[240,120],\"text\":\"Hello\"}]}";

static char *
to_text (EnlaceGraph *graph)
{
  g_autoptr(EnlaceValue) value = enlace_graph_to_value (graph);
  g_autoptr(GError) error = NULL;
  char *text = enlace_json_format (value, ENLACE_JSON_COMPACT, NULL, &error);

  g_assert_no_error (error);

  return text;
}

static EnlaceGraph *
load (const char *text)
{
  EnlaceGraph *graph = enlace_graph_new ();
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) value = enlace_json_parse (text, -1, &error);

  g_assert_no_error (error);
  g_assert_true (enlace_graph_load (graph, value, &error));
  g_assert_no_error (error);

  return graph;
}

static void
assert_text (EnlaceGraph *graph,
             const char  *expected)
{
  g_autofree char *text = to_text (graph);

  g_assert_cmpstr (text, ==, expected);
}

static void
count_cb (EnlaceGraph *graph,
          guint       *count)
{
  (*count)++;
}

static void
test_keeps_unknown_members (void)
{
  EnlaceGraph *graph = load (document_text);
  EnlaceGraphNode *node = enlace_graph_find_node (graph, "hook");

  assert_text (graph, document_text);
  enlace_graph_rename_node (graph, "hook", "Paid");
  g_assert_cmpstr (enlace_graph_node_get_name (node), ==, "Paid");
  g_assert_cmpstr (enlace_value_get_member_string (enlace_graph_item_get_value (ENLACE_GRAPH_ITEM (node)), "x_color", NULL), ==, "red");

  enlace_graph_undo (graph);
  assert_text (graph, document_text);
  g_assert_finalize_object (graph);
}

static void
test_refuses_what_is_no_graph (void)
{
  static const char *const bad[] = {
    "[]",
    "{\"schema\":1,\"nodes\":[{\"id\":\"a\",\"type\":\"flow.if\"}],\"edges\":[{\"from\":\"a\",\"to\":\"b\"}]}",
    "{\"schema\":1,\"nodes\":[{\"id\":\"a\",\"type\":\"flow.if\"},{\"id\":\"a\",\"type\":\"flow.if\"}],\"edges\":[]}",
  };
  EnlaceGraph *graph = load (document_text);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr(EnlaceValue) value = enlace_json_parse (bad[i], -1, NULL);
      g_autoptr(GError) error = NULL;

      g_assert_false (enlace_graph_load (graph, value, &error));
      g_assert_error (error, ENLACE_GRAPH_ERROR, ENLACE_GRAPH_ERROR_INVALID);
      assert_text (graph, document_text);
    }
  g_assert_finalize_object (graph);
}

static void
test_makes_readable_ids (void)
{
  EnlaceGraph *graph = load (document_text);
  const char *expected[] = { "request", "request_2", "request_3" };

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      EnlaceGraphNode *node = enlace_graph_add_node (graph, "http.request", 0, 0, NULL);

      g_assert_cmpstr (enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (node)), ==, expected[i]);
    }
  g_assert_cmpstr (enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (enlace_graph_add_node (graph, "data.map", 0, 0, NULL))), ==, "map_2");
  /* "if" is a word of the language. */
  g_assert_cmpstr (enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (enlace_graph_add_node (graph, "flow.if", 0, 0, NULL))), ==, "check_2");
  g_assert_finalize_object (graph);
}

static void
test_removal_takes_edges_along (void)
{
  EnlaceGraph *graph = load (document_text);
  const char *ids[] = { "check", NULL };
  guint changed = 0;

  g_signal_connect (graph, "changed", G_CALLBACK (count_cb), &changed);
  enlace_graph_remove (graph, ids);
  g_assert_cmpuint (changed, ==, 1);
  g_assert_null (enlace_graph_find_node (graph, "check"));
  g_assert_cmpuint (g_list_model_get_n_items (enlace_graph_get_edges (graph)), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (enlace_graph_get_nodes (graph)), ==, 2);

  g_assert_true (enlace_graph_undo (graph));
  assert_text (graph, document_text);
  g_assert_cmpuint (changed, ==, 2);
  g_assert_finalize_object (graph);
}

static void
test_connections_are_checked (void)
{
  static const struct {
    const char *from;
    const char *port;
    const char *to;
    int         code;             /* -1: allowed */
  } cases[] = {
    { "check", "false", "map", -1 },
    { "hook", NULL, "map", -1 },
    { "hook", NULL, "check", ENLACE_GRAPH_ERROR_DUPLICATE },
    { "check", "true", "map", ENLACE_GRAPH_ERROR_DUPLICATE },
    { "check", "out", "map", ENLACE_GRAPH_ERROR_PORT },
    { "map", NULL, "check", ENLACE_GRAPH_ERROR_CYCLE },
    { "map", NULL, "map", ENLACE_GRAPH_ERROR_ITSELF },
    { "map", NULL, "hook", ENLACE_GRAPH_ERROR_NO_INPUT },
    { "map", NULL, "nobody", ENLACE_GRAPH_ERROR_NOT_FOUND },
  };
  EnlaceGraph *graph = load (document_text);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GError) error = NULL;
      gboolean allowed = enlace_graph_check_connection (graph, cases[i].from, cases[i].port, cases[i].to, &error);

      if (cases[i].code < 0)
        g_assert_no_error (error);
      else
        g_assert_error (error, ENLACE_GRAPH_ERROR, cases[i].code);
      g_assert_cmpint (allowed, ==, cases[i].code < 0);
    }

  g_assert_nonnull (enlace_graph_connect (graph, "check", "false", "map", NULL));
  g_assert_nonnull (enlace_graph_find_edge (graph, "check", "false", "map"));
  g_assert_cmpuint (g_list_model_get_n_items (enlace_graph_get_edges (graph)), ==, 3);
  enlace_graph_disconnect (graph, enlace_graph_find_edge (graph, "check", "false", "map"));
  assert_text (graph, document_text);
  g_assert_finalize_object (graph);
}

static void
test_an_end_leads_nowhere (void)
{
  EnlaceGraph *graph = load (document_text);
  g_autoptr(GError) error = NULL;

  enlace_graph_add_node (graph, "flow.stop", 0, 0, NULL);
  g_assert_false (enlace_graph_check_connection (graph, "stop", NULL, "map", &error));
  g_assert_error (error, ENLACE_GRAPH_ERROR, ENLACE_GRAPH_ERROR_PORT);
  g_assert_finalize_object (graph);
}

static void
test_inserts_in_an_edge (void)
{
  EnlaceGraph *graph = load (document_text);
  EnlaceGraphEdge *edge = enlace_graph_find_edge (graph, "check", "true", "map");
  g_autoptr(GError) error = NULL;
  EnlaceGraphNode *node;

  g_assert_null (enlace_graph_insert_node (graph, edge, "trigger.manual", NULL, &error));
  g_assert_error (error, ENLACE_GRAPH_ERROR, ENLACE_GRAPH_ERROR_NO_INPUT);
  g_clear_error (&error);
  g_assert_null (enlace_graph_insert_node (graph, edge, "flow.stop", NULL, &error));
  g_assert_error (error, ENLACE_GRAPH_ERROR, ENLACE_GRAPH_ERROR_PORT);
  g_clear_error (&error);
  assert_text (graph, document_text);

  node = enlace_graph_insert_node (graph, edge, "http.request", NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (node);
  g_assert_null (enlace_graph_find_edge (graph, "check", "true", "map"));
  g_assert_nonnull (enlace_graph_find_edge (graph, "check", "true", "request"));
  g_assert_nonnull (enlace_graph_find_edge (graph, "request", NULL, "map"));
  /* There was no room: what follows went right. */
  g_assert_cmpfloat (enlace_graph_node_get_x (enlace_graph_find_node (graph, "map")), >, 640);
  g_assert_cmpfloat (enlace_graph_node_get_x (node), >=, 360 + 208);

  enlace_graph_undo (graph);
  assert_text (graph, document_text);
  g_assert_finalize_object (graph);
}

static void
test_paste_takes_free_ids (void)
{
  EnlaceGraph *graph = load (document_text);
  const char *ids[] = { "check", "map", "n1", NULL };
  g_autofree char *text = enlace_graph_copy (graph, ids);
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) made = enlace_graph_paste (graph, text, 1000, 1000, &error);
  EnlaceGraphNode *map;
  EnlaceValue *fields;

  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (made), ==, 3);
  g_assert_true (g_strv_contains ((const char *const *) made, "check_2"));
  g_assert_true (g_strv_contains ((const char *const *) made, "map_2"));
  g_assert_true (g_strv_contains ((const char *const *) made, "n1_2"));
  g_assert_nonnull (enlace_graph_find_edge (graph, "check_2", "true", "map_2"));
  g_assert_null (enlace_graph_find_edge (graph, "hook", NULL, "check_2"));

  map = enlace_graph_find_node (graph, "map_2");
  fields = enlace_value_get_member (enlace_graph_node_get_parameters (map), "fields");
  g_assert_cmpstr (enlace_value_get_member_string (enlace_value_get_element (fields, 0), "value", NULL), ==,
                   "{{ steps.check_2.output }}");

  /* In an empty document the ids are free. */
  {
    EnlaceGraph *other = enlace_graph_new ();
    g_auto(GStrv) kept = enlace_graph_paste (other, text, 0, 0, &error);

    g_assert_no_error (error);
    g_assert_true (g_strv_contains ((const char *const *) kept, "check"));
    g_assert_finalize_object (other);
  }

  enlace_graph_undo (graph);
  assert_text (graph, document_text);
  g_assert_finalize_object (graph);
}

static void
test_paste_refuses_other_text (void)
{
  static const char *const texts[] = {
    "", "hello", "[1,2]", "{}", "{\"nodes\":3}", "{\"nodes\":[4]}", "{\"nodes\":[{\"id\":\"a b\",\"type\":\"flow.if\"}]}",
    "{\"nodes\":[{\"id\":\"a\"}]}", "{\"nodes\":[{\"id\":\"a\",\"type\":\"flow.if\"},{\"id\":\"a\",\"type\":\"flow.if\"}]}",
  };
  EnlaceGraph *graph = load (document_text);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_null (enlace_graph_paste (graph, texts[i], 0, 0, &error));
      g_assert_error (error, ENLACE_GRAPH_ERROR, ENLACE_GRAPH_ERROR_INVALID);
    }
  assert_text (graph, document_text);
  g_assert_false (enlace_history_can_undo (enlace_graph_get_history (graph)));
  g_assert_finalize_object (graph);
}

static void
test_paste_leaves_bad_edges_out (void)
{
  EnlaceGraph *graph = enlace_graph_new ();
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) made =
    enlace_graph_paste (graph,
                        "{\"nodes\":[{\"id\":\"a\",\"type\":\"data.map\"},{\"id\":\"b\",\"type\":\"data.map\"}],"
                        "\"edges\":[{\"from\":\"a\",\"to\":\"b\"},{\"from\":\"b\",\"to\":\"a\"},{\"from\":\"a\",\"to\":\"z\"}]}",
                        0, 0, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (made), ==, 2);
  g_assert_cmpuint (g_list_model_get_n_items (enlace_graph_get_edges (graph)), ==, 1);
  g_assert_finalize_object (graph);
}

static void
test_changes_an_id_everywhere (void)
{
  EnlaceGraph *graph = load (document_text);
  g_autoptr(GError) error = NULL;
  EnlaceValue *fields;

  g_assert_false (enlace_graph_set_node_id (graph, "check", "map", &error));
  g_assert_error (error, ENLACE_GRAPH_ERROR, ENLACE_GRAPH_ERROR_DUPLICATE);
  g_clear_error (&error);
  g_assert_false (enlace_graph_set_node_id (graph, "check", "in", &error));
  g_assert_error (error, ENLACE_GRAPH_ERROR, ENLACE_GRAPH_ERROR_INVALID);
  g_clear_error (&error);

  g_assert_true (enlace_graph_set_node_id (graph, "check", "big", &error));
  g_assert_no_error (error);
  g_assert_nonnull (enlace_graph_find_edge (graph, "hook", NULL, "big"));
  g_assert_nonnull (enlace_graph_find_edge (graph, "big", "true", "map"));
  fields = enlace_value_get_member (enlace_graph_node_get_parameters (enlace_graph_find_node (graph, "map")), "fields");
  g_assert_cmpstr (enlace_value_get_member_string (enlace_value_get_element (fields, 0), "value", NULL), ==,
                   "{{ steps.big.output }}");

  enlace_graph_undo (graph);
  assert_text (graph, document_text);
  g_assert_finalize_object (graph);
}

static void
test_aligns_and_distributes (void)
{
  EnlaceGraph *graph = load (document_text);
  const char *ids[] = { "hook", "check", "map", NULL };

  enlace_graph_align (graph, ids, ENLACE_ALIGN_TOP);
  for (guint i = 0; ids[i] != NULL; i++)
    g_assert_cmpfloat (enlace_graph_node_get_y (enlace_graph_find_node (graph, ids[i])), ==, 80);
  g_assert_cmpstr (enlace_history_get_undo_label (enlace_graph_get_history (graph)), ==, "Align");
  enlace_graph_undo (graph);
  assert_text (graph, document_text);

  enlace_graph_move (graph, (const char *[]) { "check", NULL }, -100, 0);
  enlace_graph_distribute (graph, ids, FALSE);
  g_assert_cmpfloat (enlace_graph_node_get_x (enlace_graph_find_node (graph, "check")), ==, 360);
  g_assert_finalize_object (graph);
}

static void
test_a_transaction_is_one_entry (void)
{
  EnlaceGraph *graph = load (document_text);
  EnlaceHistory *history = enlace_graph_get_history (graph);
  const char *ids[] = { "map", NULL };
  guint changed = 0;
  guint64 revision;

  g_signal_connect (graph, "changed", G_CALLBACK (count_cb), &changed);
  revision = enlace_graph_get_revision (graph);
  enlace_graph_begin (graph, "Drag");
  for (guint i = 0; i < 50; i++)
    enlace_graph_move (graph, ids, 1, 2);
  g_assert_cmpuint (changed, ==, 0);
  enlace_graph_end (graph);
  g_assert_cmpuint (changed, ==, 1);
  g_assert_cmpuint (enlace_graph_get_revision (graph), ==, revision + 1);
  g_assert_cmpfloat (enlace_graph_node_get_y (enlace_graph_find_node (graph, "map")), ==, 180);
  g_assert_cmpstr (enlace_history_get_undo_label (history), ==, "Drag");

  g_assert_true (enlace_graph_undo (graph));
  g_assert_false (enlace_history_can_undo (history));
  assert_text (graph, document_text);

  enlace_graph_begin (graph, "Drag");
  enlace_graph_move (graph, ids, 8, 8);
  enlace_graph_cancel (graph);
  assert_text (graph, document_text);
  g_assert_true (enlace_history_can_redo (history));
  /* What changes nothing is no entry. */
  enlace_graph_rename_node (graph, "map", "Pick");
  g_assert_false (enlace_history_can_undo (history));
  g_assert_finalize_object (graph);
}

static void
test_history_is_bounded (void)
{
  EnlaceGraph *graph = load (document_text);
  const char *ids[] = { "map", NULL };
  guint undone = 0;

  for (guint i = 0; i < ENLACE_HISTORY_DEPTH + 20; i++)
    enlace_graph_move (graph, ids, 1, 0);
  while (enlace_graph_undo (graph))
    undone++;
  g_assert_cmpuint (undone, ==, ENLACE_HISTORY_DEPTH);
  g_assert_cmpfloat (enlace_graph_node_get_x (enlace_graph_find_node (graph, "map")), ==, 660);
  g_assert_finalize_object (graph);
}

static void
test_a_change_needs_a_transaction (void)
{
  if (g_test_subprocess ())
    {
      g_autoptr(EnlaceGraph) graph = load (document_text);
      EnlaceOperation operation = { .table = ENLACE_GRAPH_NODES, .id = (char *) "map",
                                    .after = enlace_graph_item_get_value (ENLACE_GRAPH_ITEM (enlace_graph_find_node (graph, "map"))) };

      enlace_history_record (enlace_graph_get_history (graph), &operation);
      return;
    }

  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*depth > 0*");
}

static void
test_problems_and_runs_are_no_changes (void)
{
  EnlaceGraph *graph = load (document_text);
  g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_problem_free);
  EnlaceGraphNode *map = enlace_graph_find_node (graph, "map");
  guint64 revision = enlace_graph_get_revision (graph);

  g_ptr_array_add (problems, enlace_problem_new ("/nodes/2", "map", "First"));
  g_ptr_array_add (problems, enlace_problem_new ("/nodes/2", "map", "Second"));
  g_ptr_array_add (problems, enlace_problem_new ("", NULL, "No trigger"));
  g_assert_cmpuint (enlace_graph_set_problems (graph, problems), ==, 1);
  g_assert_cmpuint (enlace_graph_node_get_n_problems (map), ==, 2);
  g_assert_cmpstr (enlace_graph_node_get_problems (map)[1], ==, "Second");

  enlace_graph_set_run_state (graph, "map", enlace_run_state_from_text ("completed"), 3);
  g_assert_cmpint (enlace_graph_node_get_run_state (map), ==, ENLACE_RUN_STATE_COMPLETED);
  g_assert_cmpint (enlace_graph_node_get_item_count (map), ==, 3);
  enlace_graph_clear_run (graph);
  g_assert_cmpint (enlace_graph_node_get_run_state (map), ==, ENLACE_RUN_STATE_NONE);

  enlace_graph_set_problems (graph, NULL);
  g_assert_cmpuint (enlace_graph_node_get_n_problems (map), ==, 0);
  g_assert_cmpuint (enlace_graph_get_revision (graph), ==, revision);
  assert_text (graph, document_text);
  g_assert_finalize_object (graph);
}

static void
test_replaces_as_one_change (void)
{
  EnlaceGraph *graph = load (document_text);
  g_autoptr(EnlaceValue) other =
    enlace_json_parse ("{\"schema\":1,\"nodes\":[{\"id\":\"map\",\"type\":\"data.map\"}],\"edges\":[]}", -1, NULL);
  g_autoptr(GError) error = NULL;

  g_assert_true (enlace_graph_replace (graph, other, "Edit as Text", &error));
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (enlace_graph_get_nodes (graph)), ==, 1);
  enlace_graph_undo (graph);
  assert_text (graph, document_text);
  g_assert_finalize_object (graph);
}

/* Any id that is there; NULL when there is none. */
static char *
pick (GListModel *items)
{
  guint n = g_list_model_get_n_items (items);
  g_autoptr(EnlaceGraphItem) item = NULL;

  if (n == 0)
    return NULL;
  item = g_list_model_get_item (items, (guint) g_test_rand_int_range (0, (gint32) n));

  return g_strdup (enlace_graph_item_get_id (item));
}

static void
do_something (EnlaceGraph *graph)
{
  static const char *const types[] = { "trigger.webhook", "flow.if", "data.map", "http.request", "flow.respond", "flow.stop", "flow.merge" };
  g_autofree char *first = pick (enlace_graph_get_nodes (graph));
  g_autofree char *second = pick (enlace_graph_get_nodes (graph));
  g_autofree char *third = pick (enlace_graph_get_nodes (graph));
  g_autofree char *note = pick (enlace_graph_get_notes (graph));
  g_autofree char *edge_id = pick (enlace_graph_get_edges (graph));
  const char *ids[] = { first, second, third, note, NULL };
  const char *type = types[g_test_rand_int_range (0, G_N_ELEMENTS (types))];
  g_autoptr(EnlaceValue) value = enlace_value_new_string_printf ("{{ steps.%s.output }}", first != NULL ? first : "x");
  double dx = g_test_rand_int_range (-30, 30) * 8;
  double dy = g_test_rand_int_range (-30, 30) * 8;

  if (first == NULL)
    {
      enlace_graph_add_node (graph, type, dx, dy, NULL);
      return;
    }

  switch (g_test_rand_int_range (0, 17))
    {
    case 0: case 1: case 2:
      enlace_graph_add_node (graph, type, dx, dy, NULL);
      break;
    case 3: case 4: case 5:
      enlace_graph_connect (graph, first, enlace_graph_node_get_ports (enlace_graph_find_node (graph, first))[0], second, NULL);
      break;
    case 6:
      enlace_graph_remove (graph, (const char *[]) { first, edge_id, NULL });
      break;
    case 7:
      enlace_graph_move (graph, ids, dx, dy);
      break;
    case 8:
      enlace_graph_rename_node (graph, first, type);
      break;
    case 9:
      enlace_graph_set_parameter (graph, first, "value", value);
      break;
    case 10:
      enlace_graph_set_member (graph, first, "on_error", g_test_rand_bit () ? value : NULL);
      break;
    case 11:
      enlace_graph_add_note (graph, dx, dy, 200, 100, "note");
      break;
    case 12:
      if (note != NULL && g_test_rand_bit ())
        enlace_graph_set_note_text (graph, note, type);
      else if (note != NULL)
        enlace_graph_set_note_bounds (graph, note, dx, dy, 300, 200);
      break;
    case 13:
      g_strfreev (enlace_graph_duplicate (graph, ids, 32, 32));
      break;
    case 14:
      enlace_graph_align (graph, ids, (EnlaceAlign) g_test_rand_int_range (0, 6));
      break;
    case 15:
      {
        g_autofree char *new_id = g_strdup_printf ("id_%d", g_test_rand_int_range (0, 100000));

        enlace_graph_set_node_id (graph, first, new_id, NULL);
      }
      break;
    default:
      {
        g_autoptr(EnlaceGraphEdge) edge = NULL;
        GListModel *edges = enlace_graph_get_edges (graph);

        if (g_list_model_get_n_items (edges) > 0)
          {
            edge = g_list_model_get_item (edges, 0);
            enlace_graph_insert_node (graph, edge, type, NULL, NULL);
          }
      }
    }
}

static void
test_undoes_and_redoes_anything (void)
{
  for (guint round = 0; round < 6; round++)
    {
      EnlaceGraph *graph = load (document_text);
      g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
      EnlaceHistory *history = enlace_graph_get_history (graph);

      g_ptr_array_add (texts, to_text (graph));
      while (texts->len < 150)
        {
          guint64 revision = enlace_graph_get_revision (graph);

          do_something (graph);
          if (enlace_graph_get_revision (graph) != revision)
            g_ptr_array_add (texts, to_text (graph));
        }

      /* Every state is met again, backwards and forwards. */
      for (guint i = texts->len - 1; i > 0; i--)
        {
          assert_text (graph, g_ptr_array_index (texts, i));
          g_assert_true (enlace_graph_undo (graph));
        }
      assert_text (graph, document_text);
      g_assert_false (enlace_history_can_undo (history));
      for (guint i = 1; i < texts->len; i++)
        {
          g_assert_true (enlace_graph_redo (graph));
          assert_text (graph, g_ptr_array_index (texts, i));
        }
      g_assert_false (enlace_history_can_redo (history));
      g_assert_finalize_object (graph);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/builder/graph/keeps-unknown-members", test_keeps_unknown_members);
  g_test_add_func ("/builder/graph/refuses-what-is-no-graph", test_refuses_what_is_no_graph);
  g_test_add_func ("/builder/graph/makes-readable-ids", test_makes_readable_ids);
  g_test_add_func ("/builder/graph/removal-takes-edges-along", test_removal_takes_edges_along);
  g_test_add_func ("/builder/graph/connections-are-checked", test_connections_are_checked);
  g_test_add_func ("/builder/graph/an-end-leads-nowhere", test_an_end_leads_nowhere);
  g_test_add_func ("/builder/graph/inserts-in-an-edge", test_inserts_in_an_edge);
  g_test_add_func ("/builder/graph/paste-takes-free-ids", test_paste_takes_free_ids);
  g_test_add_func ("/builder/graph/paste-refuses-other-text", test_paste_refuses_other_text);
  g_test_add_func ("/builder/graph/paste-leaves-bad-edges-out", test_paste_leaves_bad_edges_out);
  g_test_add_func ("/builder/graph/changes-an-id-everywhere", test_changes_an_id_everywhere);
  g_test_add_func ("/builder/graph/aligns-and-distributes", test_aligns_and_distributes);
  g_test_add_func ("/builder/graph/a-transaction-is-one-entry", test_a_transaction_is_one_entry);
  g_test_add_func ("/builder/graph/history-is-bounded", test_history_is_bounded);
  g_test_add_func ("/builder/graph/a-change-needs-a-transaction", test_a_change_needs_a_transaction);
  g_test_add_func ("/builder/graph/problems-and-runs-are-no-changes", test_problems_and_runs_are_no_changes);
  g_test_add_func ("/builder/graph/replaces-as-one-change", test_replaces_as_one_change);
  g_test_add_func ("/builder/graph/undoes-and-redoes-anything", test_undoes_and_redoes_anything);

  return g_test_run ();
}
