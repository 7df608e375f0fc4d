/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder-test"

#include <math.h>

#include <adwaita.h>

#include "common/value/json.h"
#include "src/builder/canvas.h"
#include "src/builder/card.h"

static const char document_text[] =
  "{\"schema\":1,\"nodes\":["
  "{\"id\":\"hook\",\"type\":\"trigger.webhook\",\"name\":\"Order paid\",\"position\":[80,120],\"parameters\":{}},"
  "{\"id\":\"check\",\"type\":\"flow.if\",\"name\":\"Big order?\",\"position\":[360,120],\"parameters\":{}},"
  "{\"id\":\"map\",\"type\":\"data.map\",\"name\":\"Pick\",\"position\":[640,40],\"parameters\":{}},"
  "{\"id\":\"stop\",\"type\":\"flow.stop\",\"name\":\"Enough\",\"position\":[640,240],\"parameters\":{}}],"
  "\"edges\":[{\"from\":\"hook\",\"to\":\"check\"},{\"from\":\"check\",\"port\":\"true\",\"to\":\"map\"}],"
  "\"notes\":[{\"id\":\"n1\",\"position\":[80,320],\"size\":[240,120],\"text\":\"Hello\"}]}";

typedef struct {
  EnlaceGraph  *graph;
  GtkWidget    *window;
  EnlaceCanvas *canvas;
  char         *refused;
} Fixture;

static void
refused_cb (EnlaceCanvas *canvas,
            const char   *reason,
            Fixture      *fixture)
{
  g_set_str (&fixture->refused, reason);
}

static gboolean
timed_out_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;

  return G_SOURCE_REMOVE;
}

/* Runs the main loop until `done` says so; a condition that does not come is a failure. */
static void
wait_for (gboolean (*done) (Fixture *fixture),
          Fixture   *fixture)
{
  gboolean timed_out = FALSE;
  guint source = g_timeout_add_seconds (10, timed_out_cb, &timed_out);

  while (!done (fixture) && !timed_out)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (timed_out);
  g_source_remove (source);
}

static EnlaceCard *
find_card (Fixture    *fixture,
           const char *id)
{
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (fixture->canvas)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (ENLACE_IS_CARD (child) && enlace_card_get_node (ENLACE_CARD (child)) != NULL &&
        g_str_equal (enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (enlace_card_get_node (ENLACE_CARD (child)))), id))
      return ENLACE_CARD (child);

  return NULL;
}

static guint
count_cards (Fixture *fixture)
{
  guint n = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (fixture->canvas)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (ENLACE_IS_CARD (child) && enlace_card_get_node (ENLACE_CARD (child)) != NULL)
      n++;

  return n;
}

static gboolean
has_cards (Fixture *fixture)
{
  return find_card (fixture, "hook") != NULL && find_card (fixture, "stop") != NULL;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr(EnlaceValue) value = enlace_json_parse (document_text, -1, NULL);

  fixture->graph = enlace_graph_new ();
  g_assert_true (enlace_graph_load (fixture->graph, value, NULL));
  fixture->canvas = ENLACE_CANVAS (enlace_canvas_new (fixture->graph));
  g_signal_connect (fixture->canvas, "refused", G_CALLBACK (refused_cb), fixture);
  fixture->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 1000, 600);
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->canvas));
  g_object_set (gtk_widget_get_settings (fixture->window), "gtk-enable-animations", FALSE, NULL);
  gtk_window_present (GTK_WINDOW (fixture->window));
  wait_for (has_cards, fixture);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_object_add_weak_pointer (G_OBJECT (fixture->canvas), (gpointer *) &fixture->canvas);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_null (fixture->canvas);
  g_assert_finalize_object (fixture->graph);
  g_free (fixture->refused);
}

static void
activate (Fixture    *fixture,
          const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->canvas), action, NULL));
}

static gboolean
is_selected (Fixture    *fixture,
             const char *id)
{
  g_auto(GStrv) ids = enlace_canvas_dup_selection (fixture->canvas);

  return g_strv_contains ((const char *const *) ids, id);
}

static void
test_shows_a_card_for_each_step (Fixture       *fixture,
                                 gconstpointer  data)
{
  g_autofree char *label = enlace_card_dup_label (enlace_graph_find_node (fixture->graph, "check"), "2 of 4");

  g_assert_cmpuint (count_cards (fixture), ==, 4);
  g_assert_true (g_str_has_suffix (label, "Big order?, 2 of 4"));
  gtk_test_accessible_assert_role (find_card (fixture, "check"), GTK_ACCESSIBLE_ROLE_BUTTON);
  g_assert_true (gtk_test_accessible_has_property (GTK_ACCESSIBLE (find_card (fixture, "check")), GTK_ACCESSIBLE_PROPERTY_LABEL));
}

static void
test_zooms_at_a_point (Fixture       *fixture,
                       gconstpointer  data)
{
  static const double zooms[] = { 0.5, 2, 0.1, 4, 1 };
  double x0;
  double y0;

  for (guint i = 0; i < G_N_ELEMENTS (zooms); i++)
    {
      double x;
      double y;

      enlace_canvas_widget_to_canvas (fixture->canvas, 400, 200, &x0, &y0);
      enlace_canvas_zoom_at (fixture->canvas, zooms[i], 400, 200);
      enlace_canvas_widget_to_canvas (fixture->canvas, 400, 200, &x, &y);
      g_assert_cmpfloat_with_epsilon (enlace_canvas_get_zoom (fixture->canvas), zooms[i], 1e-9);
      /* Unless that would lose the drawing from sight. */
      if (zooms[i] >= 0.5 && zooms[i] <= 2)
        {
          g_assert_cmpfloat_with_epsilon (x, x0, 1e-6);
          g_assert_cmpfloat_with_epsilon (y, y0, 1e-6);
        }
    }

  enlace_canvas_zoom_at (fixture->canvas, 99, 0, 0);
  g_assert_cmpfloat (enlace_canvas_get_zoom (fixture->canvas), ==, ENLACE_CANVAS_MAX_ZOOM);
  enlace_canvas_zoom_at (fixture->canvas, 0.0001, 0, 0);
  g_assert_cmpfloat (enlace_canvas_get_zoom (fixture->canvas), ==, ENLACE_CANVAS_MIN_ZOOM);
}

static gboolean
has_no_cards (Fixture *fixture)
{
  return count_cards (fixture) == 0;
}

/* What has the focus keeps its card; that is the first step since the window came up. */
static gboolean
has_no_map (Fixture *fixture)
{
  return find_card (fixture, "map") == NULL;
}

static gboolean
has_focused_map (Fixture *fixture)
{
  EnlaceCard *card = find_card (fixture, "map");

  return card != NULL && gtk_widget_has_focus (GTK_WIDGET (card));
}

static void
test_far_out_a_step_is_still_reached (Fixture       *fixture,
                                      gconstpointer  data)
{
  enlace_canvas_zoom_at (fixture->canvas, 0.2, 300, 200);
  wait_for (has_no_map, fixture);

  enlace_canvas_focus_node (fixture->canvas, "map");
  wait_for (has_focused_map, fixture);
  g_assert_cmpfloat (enlace_canvas_get_zoom (fixture->canvas), >=, 0.45);
}

static void
test_selects_and_deletes (Fixture       *fixture,
                          gconstpointer  data)
{
  g_autoptr(EnlaceValue) before = enlace_graph_to_value (fixture->graph);
  g_autoptr(EnlaceValue) after = NULL;

  activate (fixture, "canvas.select-all");
  g_assert_true (is_selected (fixture, "hook"));
  g_assert_true (is_selected (fixture, "n1"));
  enlace_canvas_set_selection (fixture->canvas, (const char *[]) { "check", "n1", "nobody", NULL });
  g_assert_true (is_selected (fixture, "check"));
  g_assert_false (is_selected (fixture, "nobody"));
  activate (fixture, "canvas.delete");
  g_assert_null (enlace_graph_find_node (fixture->graph, "check"));
  g_assert_null (enlace_graph_find_note (fixture->graph, "n1"));
  g_assert_cmpuint (g_list_model_get_n_items (enlace_graph_get_edges (fixture->graph)), ==, 0);
  g_assert_false (is_selected (fixture, "check"));

  activate (fixture, "canvas.undo");
  after = enlace_graph_to_value (fixture->graph);
  g_assert_true (enlace_value_equal (before, after));
  wait_for (has_cards, fixture);
  activate (fixture, "canvas.redo");
  g_assert_null (enlace_graph_find_node (fixture->graph, "check"));
}

static void
test_connects_by_actions (Fixture       *fixture,
                          gconstpointer  data)
{
  enlace_canvas_focus_node (fixture->canvas, "map");
  wait_for (has_focused_map, fixture);
  /* The connection begins at the step that has the focus, and Enter ends it where the focus is then. */
  activate (fixture, "canvas.connect");
  g_assert_null (enlace_graph_find_edge (fixture->graph, "map", NULL, "stop"));
  g_assert_nonnull (enlace_graph_connect (fixture->graph, "map", NULL, "stop", NULL));
  activate (fixture, "canvas.undo");

  enlace_canvas_set_selection (fixture->canvas, (const char *[]) { "check:true:map", NULL });
  activate (fixture, "canvas.delete");
  g_assert_null (enlace_graph_find_edge (fixture->graph, "check", "true", "map"));
}

static void
test_adds_behind_the_selected_step (Fixture       *fixture,
                                    gconstpointer  data)
{
  EnlaceGraphNode *node;

  enlace_canvas_set_selection (fixture->canvas, (const char *[]) { "check", NULL });
  node = enlace_canvas_add_step (fixture->canvas, "http.request", NULL);
  g_assert_nonnull (node);
  /* Port "true" is taken. */
  g_assert_nonnull (enlace_graph_find_edge (fixture->graph, "check", "false", "request"));
  g_assert_cmpfloat (enlace_graph_node_get_x (node), >, 360);
  g_assert_true (enlace_canvas_get_selected_node (fixture->canvas) == node);

  /* A trigger follows nothing. */
  node = enlace_canvas_add_step (fixture->canvas, "trigger.manual", NULL);
  g_assert_nonnull (node);
  g_assert_cmpuint (g_list_model_get_n_items (enlace_graph_get_edges (fixture->graph)), ==, 3);

  activate (fixture, "canvas.undo");
  activate (fixture, "canvas.undo");
  g_assert_cmpuint (g_list_model_get_n_items (enlace_graph_get_nodes (fixture->graph)), ==, 4);
}

static void
test_says_why_it_refuses (Fixture       *fixture,
                          gconstpointer  data)
{
  EnlaceGraphEdge *edge = enlace_graph_find_edge (fixture->graph, "hook", NULL, "check");

  g_assert_null (enlace_canvas_add_step_at (fixture->canvas, "flow.stop", NULL, 0, 0, NULL, NULL, edge));
  g_assert_nonnull (fixture->refused);
  g_clear_pointer (&fixture->refused, g_free);
  g_assert_null (enlace_canvas_add_step_at (fixture->canvas, "data.map", NULL, 0, 0, "stop", "out", NULL));
  g_assert_nonnull (fixture->refused);
  g_assert_cmpuint (g_list_model_get_n_items (enlace_graph_get_nodes (fixture->graph)), ==, 4);
}

static gboolean
has_pasted (Fixture *fixture)
{
  return enlace_graph_find_node (fixture->graph, "map_2") != NULL;
}

static gboolean
has_refused (Fixture *fixture)
{
  return fixture->refused != NULL;
}

static void
test_copies_as_text (Fixture       *fixture,
                     gconstpointer  data)
{
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (fixture->canvas));

  enlace_canvas_set_selection (fixture->canvas, (const char *[]) { "check", "map", NULL });
  activate (fixture, "canvas.copy");
  activate (fixture, "canvas.paste");
  wait_for (has_pasted, fixture);
  g_assert_nonnull (enlace_graph_find_edge (fixture->graph, "check_2", "true", "map_2"));
  g_assert_true (is_selected (fixture, "map_2"));
  g_assert_false (is_selected (fixture, "map"));

  gdk_clipboard_set_text (clipboard, "nothing of ours");
  activate (fixture, "canvas.paste");
  wait_for (has_refused, fixture);
}

static void
test_actions_follow_the_state (Fixture       *fixture,
                               gconstpointer  data)
{
  guint64 revision = enlace_graph_get_revision (fixture->graph);

  /* A disabled action does nothing. */
  enlace_canvas_set_selection (fixture->canvas, NULL);
  activate (fixture, "canvas.undo");
  activate (fixture, "canvas.delete");
  enlace_canvas_set_selection (fixture->canvas, (const char *[]) { "map", NULL });
  activate (fixture, "canvas.align-left");
  g_assert_cmpuint (enlace_graph_get_revision (fixture->graph), ==, revision);

  enlace_canvas_set_selection (fixture->canvas, (const char *[]) { "map", "check", NULL });
  activate (fixture, "canvas.align-left");
  g_assert_cmpfloat (enlace_graph_node_get_x (enlace_graph_find_node (fixture->graph, "map")), ==, 360);
  g_assert_cmpuint (enlace_graph_get_revision (fixture->graph), ==, revision + 1);

  enlace_canvas_set_editable (fixture->canvas, FALSE);
  activate (fixture, "canvas.undo");
  activate (fixture, "canvas.delete");
  g_assert_cmpuint (enlace_graph_get_revision (fixture->graph), ==, revision + 1);
  activate (fixture, "canvas.zoom-fit");
}

static void
test_follows_the_graph (Fixture       *fixture,
                        gconstpointer  data)
{
  g_autoptr(EnlaceValue) empty = enlace_json_parse ("{\"schema\":1,\"nodes\":[],\"edges\":[]}", -1, NULL);

  enlace_canvas_set_selection (fixture->canvas, (const char *[]) { "map", NULL });
  enlace_graph_set_run_state (fixture->graph, "map", ENLACE_RUN_STATE_FAILED, -1);
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (find_card (fixture, "map")), "failed"));

  g_assert_true (enlace_graph_load (fixture->graph, empty, NULL));
  wait_for (has_no_cards, fixture);
  g_assert_false (is_selected (fixture, "map"));
  activate (fixture, "canvas.zoom-fit");
}

int
main (int   argc,
      char *argv[])
{
  static const struct {
    const char *path;
    void (*test) (Fixture       *fixture,
                  gconstpointer  data);
  } tests[] = {
    { "/builder/canvas/shows-a-card-for-each-step", test_shows_a_card_for_each_step },
    { "/builder/canvas/zooms-at-a-point", test_zooms_at_a_point },
    { "/builder/canvas/far-out-a-step-is-still-reached", test_far_out_a_step_is_still_reached },
    { "/builder/canvas/selects-and-deletes", test_selects_and_deletes },
    { "/builder/canvas/connects-by-actions", test_connects_by_actions },
    { "/builder/canvas/adds-behind-the-selected-step", test_adds_behind_the_selected_step },
    { "/builder/canvas/says-why-it-refuses", test_says_why_it_refuses },
    { "/builder/canvas/copies-as-text", test_copies_as_text },
    { "/builder/canvas/actions-follow-the-state", test_actions_follow_the_state },
    { "/builder/canvas/follows-the-graph", test_follows_the_graph },
  };

  g_test_init (&argc, &argv, NULL);
  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP There is no display\n");
      return 0;
    }
  adw_init ();

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);

  return g_test_run ();
}
