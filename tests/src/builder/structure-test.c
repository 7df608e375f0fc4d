/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder-test"

#include "common/value/json.h"
#include "src/builder/graph.h"
#include "src/builder/tidy.h"

#define NODE(id, type, x, y, more) "{\"id\":\"" id "\",\"type\":\"" type "\",\"name\":\"" id "\",\"position\":[" #x "," #y "]" more "}"

static const char switch_text[] =
  "{\"schema\":1,\"nodes\":["
  NODE ("start", "trigger.manual", 0, 0, "") ","
  NODE ("sort", "flow.switch", 0, 0, ",\"parameters\":{\"cases\":[{\"port\":\"big\",\"condition\":\"{{ true }}\"},"
        "{\"port\":\"small\",\"condition\":\"{{ true }}\"}]}") ","
  NODE ("a", "data.map", 0, 0, "") "," NODE ("b", "data.map", 0, 0, "") "," NODE ("c", "data.map", 0, 0, "") "],"
  "\"edges\":[{\"from\":\"start\",\"to\":\"sort\"},{\"from\":\"sort\",\"port\":\"big\",\"to\":\"a\"},"
  "{\"from\":\"sort\",\"port\":\"small\",\"to\":\"b\"},{\"from\":\"sort\",\"port\":\"default\",\"to\":\"c\"}]}";

static const char loop_text[] =
  "{\"schema\":1,\"nodes\":["
  NODE ("start", "trigger.manual", 400, 300, "") "," NODE ("each", "flow.loop", 0, 0, "") ","
  NODE ("one", "data.map", 900, 0, "") "," NODE ("two", "data.map", 100, 900, "") "," NODE ("after", "data.map", 50, 20, "") ","
  NODE ("alone", "data.map", 0, 2000, "") "],"
  "\"edges\":[{\"from\":\"start\",\"to\":\"each\"},{\"from\":\"each\",\"port\":\"item\",\"to\":\"one\"},{\"from\":\"one\",\"to\":\"two\"},"
  "{\"from\":\"each\",\"port\":\"done\",\"to\":\"after\"}],"
  "\"groups\":[{\"id\":\"g\",\"position\":[20,1960],\"size\":[300,200],\"title\":\"Rest\",\"color\":\"red\"}]}";

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
set_cases (EnlaceGraph *graph,
           const char  *text)
{
  g_autoptr(EnlaceValue) cases = enlace_json_parse (text, -1, NULL);

  g_assert_nonnull (cases);
  enlace_graph_set_parameter (graph, "sort", "cases", cases);
}

static void
assert_ports (EnlaceGraph *graph,
              const char  *id,
              const char  *expected)
{
  g_autofree char *ports = g_strjoinv (" ", (char **) enlace_graph_node_get_ports (enlace_graph_find_node (graph, id)));

  g_assert_cmpstr (ports, ==, expected);
}

static void
test_ports_come_from_parameters (void)
{
  g_autoptr(EnlaceGraph) graph = load (switch_text);
  g_autoptr(EnlaceValue) branch = enlace_value_new_string ("branch");

  assert_ports (graph, "sort", "big small default");
  assert_ports (graph, "a", "out");
  enlace_graph_set_member (graph, "a", "on_error", branch);
  assert_ports (graph, "a", "out error");
  g_assert_nonnull (enlace_graph_connect (graph, "a", "error", "c", NULL));
  enlace_graph_set_member (graph, "a", "on_error", NULL);
  g_assert_null (enlace_graph_find_edge (graph, "a", "error", "c"));
  g_assert_true (enlace_graph_undo (graph));
  g_assert_nonnull (enlace_graph_find_edge (graph, "a", "error", "c"));
}

static void
test_edges_follow_a_renamed_case (void)
{
  g_autoptr(EnlaceGraph) graph = load (switch_text);

  set_cases (graph, "[{\"port\":\"huge\",\"condition\":\"{{ true }}\"},{\"port\":\"small\",\"condition\":\"{{ true }}\"}]");
  g_assert_null (enlace_graph_find_edge (graph, "sort", "big", "a"));
  g_assert_nonnull (enlace_graph_find_edge (graph, "sort", "huge", "a"));
  g_assert_nonnull (enlace_graph_find_edge (graph, "sort", "small", "b"));
  g_assert_true (enlace_graph_undo (graph));
  g_assert_nonnull (enlace_graph_find_edge (graph, "sort", "big", "a"));
  g_assert_false (enlace_graph_undo (graph));
}

static void
test_an_edge_goes_with_its_case (void)
{
  g_autoptr(EnlaceGraph) graph = load (switch_text);

  set_cases (graph, "[{\"port\":\"small\",\"condition\":\"{{ true }}\"}]");
  g_assert_null (enlace_graph_find_edge (graph, "sort", "big", "a"));
  g_assert_nonnull (enlace_graph_find_edge (graph, "sort", "small", "b"));
  g_assert_nonnull (enlace_graph_find_edge (graph, "sort", "default", "c"));
  g_assert_true (enlace_graph_undo (graph));
  g_assert_nonnull (enlace_graph_find_edge (graph, "sort", "big", "a"));
  assert_ports (graph, "sort", "big small default");
}

static void
test_swapped_cases_keep_their_edges (void)
{
  g_autoptr(EnlaceGraph) graph = load (switch_text);

  set_cases (graph, "[{\"port\":\"small\",\"condition\":\"{{ true }}\"},{\"port\":\"big\",\"condition\":\"{{ true }}\"}]");
  assert_ports (graph, "sort", "small big default");
  g_assert_nonnull (enlace_graph_find_edge (graph, "sort", "big", "a"));
  g_assert_nonnull (enlace_graph_find_edge (graph, "sort", "small", "b"));
}

static void
test_a_card_grows_with_its_ports (void)
{
  g_autoptr(EnlaceGraph) graph = load (switch_text);
  EnlaceGraphNode *node = enlace_graph_find_node (graph, "sort");
  double height;

  enlace_graph_set_card_size (graph, 208, 64);
  g_assert_cmpfloat (enlace_graph_get_node_height (graph, enlace_graph_find_node (graph, "a")), ==, 64);
  height = enlace_graph_get_node_height (graph, node);
  set_cases (graph, "[{\"port\":\"p1\"},{\"port\":\"p2\"},{\"port\":\"p3\"},{\"port\":\"p4\"},{\"port\":\"p5\"}]");
  g_assert_cmpfloat (enlace_graph_get_node_height (graph, node), >, height);
}

static void
test_a_group_is_made_moved_and_removed (void)
{
  static const char *const members[] = { "one", "two", NULL };
  g_autoptr(EnlaceGraph) graph = load (loop_text);
  EnlaceGraphGroup *group = enlace_graph_add_group (graph, members, "Work");
  g_autofree char *id = g_strdup (enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (group)));
  const char *ids[] = { id, NULL };
  double x = enlace_graph_node_get_x (enlace_graph_find_node (graph, "two"));

  g_assert_cmpstr (enlace_graph_group_get_title (group), ==, "Work");
  g_assert_cmpfloat (enlace_graph_group_get_x (group), <, 100);
  g_assert_cmpfloat (enlace_graph_group_get_y (group), <, 0);
  enlace_graph_move (graph, ids, 80, 0);
  g_assert_cmpfloat (enlace_graph_node_get_x (enlace_graph_find_node (graph, "two")), ==, x + 80);
  g_assert_cmpfloat (enlace_graph_node_get_x (enlace_graph_find_node (graph, "alone")), ==, 0);
  enlace_graph_set_group_color (graph, id, "green");
  g_assert_cmpstr (enlace_graph_group_get_color (group), ==, "green");
  enlace_graph_set_group_title (graph, id, "Other");
  g_assert_cmpstr (enlace_graph_group_get_title (group), ==, "Other");
  enlace_graph_set_group_bounds (graph, id, 0, 0, 10, 10);
  g_assert_cmpfloat (enlace_graph_group_get_width (group), ==, ENLACE_GROUP_MIN_WIDTH);
  enlace_graph_remove (graph, ids);
  g_assert_null (enlace_graph_find_group (graph, id));
  g_assert_nonnull (enlace_graph_find_node (graph, "two"));
  for (guint i = 0; i < 6; i++)
    g_assert_true (enlace_graph_undo (graph));
  g_assert_false (enlace_graph_undo (graph));
  g_assert_null (enlace_graph_find_group (graph, id));
  g_assert_cmpfloat (enlace_graph_node_get_x (enlace_graph_find_node (graph, "two")), ==, x);
}

static void
test_a_group_is_copied_with_what_is_in_it (void)
{
  static const char *const ids[] = { "g", NULL };
  g_autoptr(EnlaceGraph) graph = load (loop_text);
  g_auto(GStrv) made = enlace_graph_duplicate (graph, ids, 40, 40);

  g_assert_cmpuint (g_strv_length (made), ==, 2);
  g_assert_cmpuint (g_list_model_get_n_items (enlace_graph_get_groups (graph)), ==, 2);
  g_assert_cmpuint (g_list_model_get_n_items (enlace_graph_get_nodes (graph)), ==, 7);
}

static double
right_of (EnlaceGraph *graph,
          const char  *id)
{
  double x;
  double y;
  double width;
  double height;

  g_assert_true (enlace_graph_get_bounds (graph, id, &x, &y, &width, &height));

  return x + width;
}

static double
left_of (EnlaceGraph *graph,
         const char  *id)
{
  return enlace_graph_node_get_x (enlace_graph_find_node (graph, id));
}

static void
test_tidy_goes_from_left_to_right (void)
{
  g_autoptr(EnlaceGraph) graph = load (loop_text);
  EnlaceGraphGroup *group = enlace_graph_find_group (graph, "g");
  double x;
  double y;
  double width;
  double height;

  g_assert_true (enlace_graph_tidy (graph, NULL));
  g_assert_cmpfloat (right_of (graph, "start"), <, left_of (graph, "each"));
  g_assert_cmpfloat (right_of (graph, "each"), <, left_of (graph, "one"));
  g_assert_cmpfloat (right_of (graph, "one"), <, left_of (graph, "two"));
  /* What comes after the loop stands behind all of its body. */
  g_assert_cmpfloat (right_of (graph, "two") + ENLACE_BODY_PADDING, <=, left_of (graph, "after"));
  /* The group still holds its step, and the step is below all others. */
  g_assert_true (enlace_graph_get_bounds (graph, "alone", &x, &y, &width, &height));
  g_assert_cmpfloat (x, >=, enlace_graph_group_get_x (group));
  g_assert_cmpfloat (x + width, <=, enlace_graph_group_get_x (group) + enlace_graph_group_get_width (group));
  g_assert_cmpfloat (y, >, enlace_graph_node_get_y (enlace_graph_find_node (graph, "two")));
  g_assert_cmpfloat (enlace_graph_group_get_y (group), <, y);

  /* Tidy is tidy, and one step back. */
  g_assert_false (enlace_graph_tidy (graph, NULL));
  g_assert_true (enlace_graph_undo (graph));
  g_assert_cmpfloat (left_of (graph, "start"), ==, 400);
  g_assert_false (enlace_graph_undo (graph));
}

static void
test_tidy_of_a_selection_moves_no_other (void)
{
  static const char *const ids[] = { "one", "two", NULL };
  g_autoptr(EnlaceGraph) graph = load (loop_text);

  g_assert_true (enlace_graph_tidy (graph, ids));
  g_assert_cmpfloat (left_of (graph, "start"), ==, 400);
  g_assert_cmpfloat (left_of (graph, "after"), ==, 50);
  g_assert_cmpfloat (left_of (graph, "one"), ==, 104);
  g_assert_cmpfloat (right_of (graph, "one"), <, left_of (graph, "two"));
}

/* No two cards lie on each other, whatever the graph is. */
static void
test_tidy_never_covers_a_step (void)
{
  g_autoptr(GRand) random = g_rand_new_with_seed (7);

  for (guint round = 0; round < 30; round++)
    {
      guint n = (guint) g_rand_int_range (random, 2, 60);
      g_autoptr(GString) text = g_string_new ("{\"schema\":1,\"nodes\":[");
      g_autoptr(EnlaceGraph) graph = NULL;

      for (guint i = 0; i < n; i++)
        g_string_append_printf (text, "%s{\"id\":\"s%u\",\"type\":\"%s\",\"name\":\"s\",\"position\":[0,0]}", i > 0 ? "," : "", i,
                                i == 0 ? "trigger.manual" : i % 4 == 1 ? "flow.if" : "data.map");
      g_string_append (text, "],\"edges\":[");
      for (guint i = 1; i < n; i++)
        {
          guint from = (guint) g_rand_int_range (random, 0, (gint32) i);

          g_string_append_printf (text, "%s{\"from\":\"s%u\",\"port\":\"%s\",\"to\":\"s%u\"}", i > 1 ? "," : "", from,
                                  from % 4 == 1 ? g_rand_boolean (random) ? "true" : "false" : "out", i);
        }
      g_string_append (text, "]}");
      graph = load (text->str);
      enlace_graph_tidy (graph, NULL);
      for (guint i = 0; i < n; i++)
        for (guint j = i + 1; j < n; j++)
          {
            g_autoptr(EnlaceGraphNode) a = g_list_model_get_item (enlace_graph_get_nodes (graph), i);
            g_autoptr(EnlaceGraphNode) b = g_list_model_get_item (enlace_graph_get_nodes (graph), j);
            double dx = ABS (enlace_graph_node_get_x (a) - enlace_graph_node_get_x (b));
            double dy = ABS (enlace_graph_node_get_y (a) - enlace_graph_node_get_y (b));

            g_assert_true (dx >= 208 || dy >= 64);
          }
    }
}

static void
test_tidies_5000_steps_in_half_a_second (void)
{
  g_autoptr(GString) text = g_string_new ("{\"schema\":1,\"nodes\":[");
  g_autoptr(EnlaceGraph) graph = NULL;
  gint64 begin;
  gint64 took;

  for (guint i = 0; i < 5000; i++)
    g_string_append_printf (text, "%s{\"id\":\"s%u\",\"type\":\"%s\",\"name\":\"s\",\"position\":[%u,%u]}", i > 0 ? "," : "", i,
                            i % 5 == 2 ? "flow.if" : "data.map", i % 70 * 288, i / 70 * 128);
  g_string_append (text, "],\"edges\":[");
  for (guint i = 1; i < 5000; i++)
    {
      guint from = i % 11 == 0 && i > 210 ? i - 205 : i - 1;

      g_string_append_printf (text, "%s{\"from\":\"s%u\",\"port\":\"%s\",\"to\":\"s%u\"}", i > 1 ? "," : "", from,
                              from % 5 == 2 ? "true" : "out", i);
    }
  g_string_append (text, "]}");
  graph = load (text->str);

  begin = g_get_monotonic_time ();
  g_assert_true (enlace_graph_tidy (graph, NULL));
  took = g_get_monotonic_time () - begin;
  g_test_message ("5,000 steps were laid out in %.0f ms", (double) took / 1000);
  if (g_test_perf ())
    g_assert_cmpint (took, <, 500000);
}

static void
test_a_step_goes_into_an_edge (void)
{
  g_autoptr(EnlaceGraph) graph = load (loop_text);
  g_autoptr(GError) error = NULL;

  g_assert_true (enlace_graph_insert_existing (graph, enlace_graph_find_edge (graph, "one", NULL, "two"), "alone", &error));
  g_assert_no_error (error);
  g_assert_null (enlace_graph_find_edge (graph, "one", NULL, "two"));
  g_assert_nonnull (enlace_graph_find_edge (graph, "one", NULL, "alone"));
  g_assert_nonnull (enlace_graph_find_edge (graph, "alone", NULL, "two"));
  g_assert_false (enlace_graph_insert_existing (graph, enlace_graph_find_edge (graph, "start", NULL, "each"), "after", &error));
  g_assert_error (error, ENLACE_GRAPH_ERROR, ENLACE_GRAPH_ERROR_DUPLICATE);
  g_assert_true (enlace_graph_undo (graph));
  g_assert_nonnull (enlace_graph_find_edge (graph, "one", NULL, "two"));
  g_assert_false (enlace_graph_undo (graph));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/builder/ports/come-from-parameters", test_ports_come_from_parameters);
  g_test_add_func ("/builder/ports/edges-follow-a-renamed-case", test_edges_follow_a_renamed_case);
  g_test_add_func ("/builder/ports/an-edge-goes-with-its-case", test_an_edge_goes_with_its_case);
  g_test_add_func ("/builder/ports/swapped-cases-keep-their-edges", test_swapped_cases_keep_their_edges);
  g_test_add_func ("/builder/ports/a-card-grows-with-its-ports", test_a_card_grows_with_its_ports);
  g_test_add_func ("/builder/group/is-made-moved-and-removed", test_a_group_is_made_moved_and_removed);
  g_test_add_func ("/builder/group/is-copied-with-what-is-in-it", test_a_group_is_copied_with_what_is_in_it);
  g_test_add_func ("/builder/tidy/goes-from-left-to-right", test_tidy_goes_from_left_to_right);
  g_test_add_func ("/builder/tidy/a-selection-moves-no-other", test_tidy_of_a_selection_moves_no_other);
  g_test_add_func ("/builder/tidy/never-covers-a-step", test_tidy_never_covers_a_step);
  g_test_add_func ("/builder/tidy/5000-steps-in-half-a-second", test_tidies_5000_steps_in_half_a_second);
  g_test_add_func ("/builder/insert/a-step-goes-into-an-edge", test_a_step_goes_into_an_edge);

  return g_test_run ();
}
