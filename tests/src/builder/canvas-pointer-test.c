/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The canvas under a real pointer and keyboard: the X server's test extension moves and presses, GTK gets what a person would send. */

#define G_LOG_DOMAIN "enlace-builder-test"

#include <adwaita.h>
#include <gdk/x11/gdkx.h>

#include <X11/Xlib.h>
#include <X11/extensions/XTest.h>
#include <X11/keysym.h>

#include "common/value/json.h"
#include "src/builder/canvas.h"

static const char document_text[] =
  "{\"schema\":1,\"nodes\":["
  "{\"id\":\"hook\",\"type\":\"trigger.webhook\",\"name\":\"Order paid\",\"position\":[80,120],\"parameters\":{}},"
  "{\"id\":\"check\",\"type\":\"flow.if\",\"name\":\"Big order?\",\"position\":[360,120],\"parameters\":{}},"
  "{\"id\":\"map\",\"type\":\"data.map\",\"name\":\"Pick\",\"position\":[640,40],\"parameters\":{}},"
  "{\"id\":\"stop\",\"type\":\"flow.stop\",\"name\":\"Enough\",\"position\":[640,240],\"parameters\":{}}],"
  "\"edges\":[{\"from\":\"hook\",\"to\":\"check\"},{\"from\":\"check\",\"port\":\"true\",\"to\":\"map\"}]}";

typedef struct {
  EnlaceGraph  *graph;
  GtkWidget    *window;
  EnlaceCanvas *canvas;
  Display      *display;          /* of its own: what is sent comes back through GTK's */
  char         *refused;
  char         *requested;        /* the step and port that something is to follow */
} Fixture;

/* Runs the main loop for so many frames: what was sent has arrived and been drawn. */
static gboolean
frame_cb (GtkWidget     *widget,
          GdkFrameClock *clock,
          gpointer       user_data)
{
  (*(int *) user_data)--;

  return *(int *) user_data > 0;
}

static void
run_frames (Fixture *fixture,
            int      frames)
{
  XSync (fixture->display, False);
  gtk_widget_add_tick_callback (fixture->window, frame_cb, &frames, NULL);
  while (frames > 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
move_to (Fixture *fixture,
         double   x,
         double   y)
{
  GdkSurface *surface = gtk_native_get_surface (GTK_NATIVE (fixture->window));
  graphene_point_t point;
  double widget_x;
  double widget_y;
  double offset_x;
  double offset_y;
  int root_x;
  int root_y;
  Window child;

  enlace_canvas_canvas_to_widget (fixture->canvas, x, y, &widget_x, &widget_y);
  g_assert_true (gtk_widget_compute_point (GTK_WIDGET (fixture->canvas), fixture->window,
                                           &GRAPHENE_POINT_INIT ((float) widget_x, (float) widget_y), &point));
  gtk_native_get_surface_transform (GTK_NATIVE (fixture->window), &offset_x, &offset_y);
  XTranslateCoordinates (fixture->display, gdk_x11_surface_get_xid (surface), DefaultRootWindow (fixture->display),
                         (int) (point.x + offset_x), (int) (point.y + offset_y), &root_x, &root_y, &child);
  XTestFakeMotionEvent (fixture->display, -1, root_x, root_y, CurrentTime);
  run_frames (fixture, 2);
}

static void
button (Fixture *fixture,
        guint    number,
        gboolean press)
{
  XTestFakeButtonEvent (fixture->display, number, press, CurrentTime);
  run_frames (fixture, 2);
}

static void
key (Fixture *fixture,
     KeySym   symbol)
{
  KeyCode code = XKeysymToKeycode (fixture->display, symbol);

  XTestFakeKeyEvent (fixture->display, code, True, CurrentTime);
  XTestFakeKeyEvent (fixture->display, code, False, CurrentTime);
  run_frames (fixture, 3);
}

/* From one place to another in canvas units, and held there. */
static void
drag (Fixture *fixture,
      guint    number,
      double   from_x,
      double   from_y,
      double   to_x,
      double   to_y)
{
  move_to (fixture, from_x, from_y);
  button (fixture, number, TRUE);
  for (guint i = 1; i <= 6; i++)
    {
      /* The view may move below a drag that pans it: steps are relative to where it was. */
      move_to (fixture, from_x + (to_x - from_x) * i / 6, from_y + (to_y - from_y) * i / 6);
      if (number == 2)
        break;
    }
}

static void
refused_cb (EnlaceCanvas *canvas,
            const char   *reason,
            Fixture      *fixture)
{
  g_set_str (&fixture->refused, reason);
}

static void
add_requested_cb (EnlaceCanvas    *canvas,
                  double           x,
                  double           y,
                  const char      *from,
                  const char      *port,
                  EnlaceGraphEdge *edge,
                  Fixture         *fixture)
{
  g_free (fixture->requested);
  fixture->requested = g_strdup_printf ("%s:%s", from, port);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr(EnlaceValue) value = enlace_json_parse (document_text, -1, NULL);

  fixture->display = XOpenDisplay (NULL);
  g_assert_nonnull (fixture->display);
  fixture->graph = enlace_graph_new ();
  g_assert_true (enlace_graph_load (fixture->graph, value, NULL));
  fixture->canvas = ENLACE_CANVAS (enlace_canvas_new (fixture->graph));
  g_signal_connect (fixture->canvas, "refused", G_CALLBACK (refused_cb), fixture);
  g_signal_connect (fixture->canvas, "add-requested", G_CALLBACK (add_requested_cb), fixture);
  fixture->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 1100, 600);
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->canvas));
  g_object_set (gtk_widget_get_settings (fixture->window), "gtk-enable-animations", FALSE, NULL);
  gtk_window_present (GTK_WINDOW (fixture->window));
  run_frames (fixture, 12);
  /* Without a window manager nobody gives it the focus. */
  XSetInputFocus (fixture->display, gdk_x11_surface_get_xid (gtk_native_get_surface (GTK_NATIVE (fixture->window))),
                  RevertToParent, CurrentTime);
  run_frames (fixture, 3);
  g_assert_cmpfloat (enlace_canvas_get_zoom (fixture->canvas), ==, 1);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (fixture->graph);
  XCloseDisplay (fixture->display);
  g_free (fixture->refused);
  g_free (fixture->requested);
}

static double
card_height (Fixture *fixture)
{
  double x;
  double y;
  double width;
  double height;

  g_assert_true (enlace_graph_get_bounds (fixture->graph, "check", &x, &y, &width, &height));

  return height;
}

static void
test_a_drag_from_a_port_connects (Fixture       *fixture,
                                  gconstpointer  data)
{
  double height = card_height (fixture);

  /* Port "false" is the lower of two. */
  drag (fixture, 1, 360 + 208, 120 + height * 0.75, 640, 240 + height / 2);
  button (fixture, 1, FALSE);
  g_assert_nonnull (enlace_graph_find_edge (fixture->graph, "check", "false", "stop"));
  g_assert_cmpstr (enlace_history_get_undo_label (enlace_graph_get_history (fixture->graph)), ==, "Connect");

  /* Back to where it comes from: refused, and said why. */
  drag (fixture, 1, 640 + 208, 40 + height / 2, 360 + 60, 120 + height / 2);
  button (fixture, 1, FALSE);
  g_assert_nonnull (fixture->refused);
  g_assert_cmpuint (g_list_model_get_n_items (enlace_graph_get_edges (fixture->graph)), ==, 3);

  /* Over nothing: something new is wanted there. */
  drag (fixture, 1, 640 + 208, 40 + height / 2, 860, 300);
  button (fixture, 1, FALSE);
  g_assert_cmpstr (fixture->requested, ==, "map:out");
}

static void
test_a_drag_moves_in_one_step (Fixture       *fixture,
                               gconstpointer  data)
{
  EnlaceGraphNode *stop = enlace_graph_find_node (fixture->graph, "stop");
  guint64 revision = enlace_graph_get_revision (fixture->graph);

  drag (fixture, 1, 700, 260, 500, 360);
  g_assert_cmpuint (enlace_graph_get_revision (fixture->graph), ==, revision);
  button (fixture, 1, FALSE);
  g_assert_cmpuint (enlace_graph_get_revision (fixture->graph), ==, revision + 1);
  g_assert_cmpfloat (ABS (enlace_graph_node_get_x (stop) - 440), <=, 8);
  g_assert_cmpfloat (ABS (enlace_graph_node_get_y (stop) - 340), <=, 8);

  g_assert_true (enlace_graph_undo (fixture->graph));
  g_assert_cmpfloat (enlace_graph_node_get_x (stop), ==, 640);
}

static void
test_escape_takes_a_drag_back (Fixture       *fixture,
                               gconstpointer  data)
{
  guint64 revision = enlace_graph_get_revision (fixture->graph);

  drag (fixture, 1, 700, 260, 500, 360);
  key (fixture, XK_Escape);
  move_to (fixture, 520, 380);
  button (fixture, 1, FALSE);
  g_assert_cmpuint (enlace_graph_get_revision (fixture->graph), ==, revision);
  g_assert_cmpfloat (enlace_graph_node_get_x (enlace_graph_find_node (fixture->graph, "stop")), ==, 640);
}

static void
test_a_rubber_band_selects (Fixture       *fixture,
                            gconstpointer  data)
{
  g_auto(GStrv) ids = NULL;

  drag (fixture, 1, 620, 20, 880, 330);
  button (fixture, 1, FALSE);
  ids = enlace_canvas_dup_selection (fixture->canvas);
  g_assert_cmpuint (g_strv_length (ids), ==, 2);
  g_assert_true (g_strv_contains ((const char *const *) ids, "map"));
  g_assert_true (g_strv_contains ((const char *const *) ids, "stop"));

  key (fixture, XK_Delete);
  g_assert_null (enlace_graph_find_node (fixture->graph, "map"));
  g_assert_null (enlace_graph_find_node (fixture->graph, "stop"));
}

static void
test_the_middle_button_pans (Fixture       *fixture,
                             gconstpointer  data)
{
  double before_x;
  double before_y;
  double after_x;
  double after_y;

  enlace_canvas_canvas_to_widget (fixture->canvas, 0, 0, &before_x, &before_y);
  drag (fixture, 2, 300, 300, 660, 360);
  button (fixture, 2, FALSE);
  enlace_canvas_canvas_to_widget (fixture->canvas, 0, 0, &after_x, &after_y);
  g_assert_cmpfloat_with_epsilon (after_x - before_x, 60, 2);
  g_assert_cmpfloat_with_epsilon (after_y - before_y, 10, 2);
}

static void
test_the_keyboard_alone_connects (Fixture       *fixture,
                                  gconstpointer  data)
{
  enlace_canvas_focus_node (fixture->canvas, "check");
  run_frames (fixture, 4);
  key (fixture, XK_c);
  /* From "false", since "true" leads somewhere; down to "Enough". */
  key (fixture, XK_Right);
  key (fixture, XK_Down);
  key (fixture, XK_Return);
  g_assert_nonnull (enlace_graph_find_edge (fixture->graph, "check", "false", "stop"));

  key (fixture, XK_Right);
  key (fixture, XK_Delete);
  g_assert_cmpuint (g_list_model_get_n_items (enlace_graph_get_nodes (fixture->graph)), ==, 3);
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
    { "/builder/canvas/a-drag-from-a-port-connects", test_a_drag_from_a_port_connects },
    { "/builder/canvas/a-drag-moves-in-one-step", test_a_drag_moves_in_one_step },
    { "/builder/canvas/escape-takes-a-drag-back", test_escape_takes_a_drag_back },
    { "/builder/canvas/a-rubber-band-selects", test_a_rubber_band_selects },
    { "/builder/canvas/the-middle-button-pans", test_the_middle_button_pans },
    { "/builder/canvas/the-keyboard-alone-connects", test_the_keyboard_alone_connects },
  };

  g_test_init (&argc, &argv, NULL);
  if (!gtk_init_check () || !GDK_IS_X11_DISPLAY (gdk_display_get_default ()))
    {
      g_print ("1..0 # SKIP There is no X display\n");
      return 0;
    }
  adw_init ();

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);

  return g_test_run ();
}
