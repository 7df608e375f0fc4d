/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include <locale.h>
#include <string.h>

#include "common/value/json.h"
#include "common/workflow/diff-format.h"
#include "src/builder/text-place.h"
#include "src/builder/text-view.h"
#include "tests/src/support/wait.h"

#define DOCUMENT \
  "{\"schema\":1,\"nodes\":[" \
  "{\"id\":\"hook\",\"type\":\"trigger.webhook\",\"name\":\"Order\",\"position\":[80,160]}," \
  "{\"id\":\"yes\",\"type\":\"flow.respond\",\"name\":\"Sí\",\"position\":[380,80]}]," \
  "\"edges\":[{\"from\":\"hook\",\"to\":\"yes\"}],\"settings\":{\"timeout\":60},\"note_of_ours\":\"ñandú\"}"

typedef struct {
  EnlaceGraph    *graph;
  GtkWidget      *window;
  EnlaceTextView *view;
  GtkTextBuffer  *buffer;
} Fixture;

static gboolean
is_mapped (gpointer data)
{
  return gtk_widget_get_mapped (data);
}

static gboolean
has_problem (gpointer data)
{
  return enlace_text_view_get_problem (data) != NULL;
}

static gboolean
can_undo (gpointer data)
{
  return enlace_history_can_undo (enlace_graph_get_history (data));
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr(EnlaceValue) document = enlace_json_parse (DOCUMENT, -1, NULL);
  g_autoptr(GError) error = NULL;

  fixture->graph = enlace_graph_new ();
  g_assert_true (enlace_graph_load (fixture->graph, document, &error));
  g_assert_no_error (error);
  fixture->view = ENLACE_TEXT_VIEW (enlace_text_view_new (fixture->graph));
  fixture->buffer = enlace_text_view_get_buffer (fixture->view);
  fixture->window = gtk_window_new ();
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->view));
  gtk_window_present (GTK_WINDOW (fixture->window));
  test_wait_until (is_mapped, fixture->view);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_object_add_weak_pointer (G_OBJECT (fixture->view), (gpointer *) &fixture->view);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  test_run_pending ();
  g_assert_null (fixture->view);
  g_assert_finalize_object (fixture->graph);
}

static char *
dup_text (Fixture *fixture)
{
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (fixture->buffer, &start, &end);

  return gtk_text_buffer_get_text (fixture->buffer, &start, &end, TRUE);
}

static void
assert_same (Fixture *fixture)
{
  g_autoptr(EnlaceValue) document = enlace_graph_to_value (fixture->graph);
  g_autofree char *expected = enlace_document_format (document, NULL);
  g_autofree char *text = dup_text (fixture);

  g_assert_cmpstr (text, ==, expected);
}

/* As a person would: the cursor stands behind what was put in. */
static void
type_over (Fixture    *fixture,
           const char *what,
           const char *with)
{
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_start_iter (fixture->buffer, &start);
  g_assert_true (gtk_text_iter_forward_search (&start, what, 0, &start, &end, NULL));
  gtk_text_buffer_begin_user_action (fixture->buffer);
  gtk_text_buffer_delete (fixture->buffer, &start, &end);
  gtk_text_buffer_insert (fixture->buffer, &start, with, -1);
  gtk_text_buffer_end_user_action (fixture->buffer);
  gtk_text_buffer_place_cursor (fixture->buffer, &start);
}

static void
test_shows_the_graph (Fixture       *fixture,
                      gconstpointer  data)
{
  GtkTextIter cursor;
  GtkTextIter end;

  assert_same (fixture);

  gtk_text_buffer_get_start_iter (fixture->buffer, &cursor);
  g_assert_true (gtk_text_iter_forward_search (&cursor, "note_of_ours", 0, &cursor, &end, NULL));
  gtk_text_buffer_place_cursor (fixture->buffer, &cursor);
  enlace_graph_rename_node (fixture->graph, "hook", "Order of ñoquis");
  assert_same (fixture);

  gtk_text_buffer_get_iter_at_mark (fixture->buffer, &cursor, gtk_text_buffer_get_insert (fixture->buffer));
  end = cursor;
  gtk_text_iter_forward_chars (&end, (int) strlen ("note_of_ours"));
  {
    g_autofree char *there = gtk_text_buffer_get_text (fixture->buffer, &cursor, &end, TRUE);

    g_assert_cmpstr (there, ==, "note_of_ours");
  }
}

static void
test_applies_what_is_typed (Fixture       *fixture,
                            gconstpointer  data)
{
  EnlaceGraphNode *hook = enlace_graph_find_node (fixture->graph, "hook");
  EnlaceGraphNode *yes = enlace_graph_find_node (fixture->graph, "yes");
  g_autoptr(EnlaceValue) before = enlace_graph_to_value (fixture->graph);

  type_over (fixture, "\"Order\"", "\"Purchase\"");
  type_over (fixture, "60", "90");
  test_wait_until (can_undo, fixture->graph);

  g_assert_null (enlace_text_view_get_problem (fixture->view));
  g_assert_true (enlace_graph_find_node (fixture->graph, "hook") == hook);
  g_assert_true (enlace_graph_find_node (fixture->graph, "yes") == yes);
  g_assert_cmpstr (enlace_value_get_member_string (enlace_graph_item_get_value (ENLACE_GRAPH_ITEM (hook)), "name", NULL), ==, "Purchase");
  {
    g_autoptr(EnlaceValue) after = enlace_graph_to_value (fixture->graph);

    g_assert_cmpint (enlace_value_get_member_int (enlace_value_get_member (after, "settings"), "timeout", 0), ==, 90);
  }

  g_assert_true (enlace_graph_undo (fixture->graph));
  g_assert_false (enlace_history_can_undo (enlace_graph_get_history (fixture->graph)));
  {
    g_autoptr(EnlaceValue) after = enlace_graph_to_value (fixture->graph);

    g_assert_true (enlace_value_equal (before, after));
  }
  assert_same (fixture);

  g_assert_true (enlace_graph_redo (fixture->graph));
  assert_same (fixture);
}

static void
test_keeps_what_cannot_be_read (Fixture       *fixture,
                                gconstpointer  data)
{
  guint64 revision = enlace_graph_get_revision (fixture->graph);
  g_autofree char *text = NULL;

  type_over (fixture, "\"schema\": 1,", "\"schema\": 1,\n  oops,");
  test_wait_until (has_problem, fixture->view);
  g_assert_cmpint (enlace_text_view_get_problem_line (fixture->view), ==, 2);
  g_assert_cmpuint (enlace_graph_get_revision (fixture->graph), ==, revision);

  /* Neither a change of the graph nor the focus takes it away. */
  enlace_graph_rename_node (fixture->graph, "hook", "Elsewhere");
  g_assert_false (enlace_text_view_commit (fixture->view));
  text = dup_text (fixture);
  g_assert_nonnull (strstr (text, "oops"));

  enlace_text_view_revert (fixture->view);
  g_assert_null (enlace_text_view_get_problem (fixture->view));
  g_assert_cmpint (enlace_text_view_get_problem_line (fixture->view), ==, -1);
  assert_same (fixture);
}

static void
test_says_what_is_no_workflow (Fixture       *fixture,
                               gconstpointer  data)
{
  g_autofree char *text = NULL;
  g_auto(GStrv) lines = NULL;

  type_over (fixture, "\"to\": \"yes\"", "\"to\": \"nowhere\"");
  g_assert_false (enlace_text_view_commit (fixture->view));
  text = dup_text (fixture);
  lines = g_strsplit (text, "\n", -1);
  g_assert_cmpint (enlace_text_view_get_problem_line (fixture->view), >, 0);
  g_test_message ("%s", lines[enlace_text_view_get_problem_line (fixture->view)]);
  g_assert_nonnull (strstr (lines[enlace_text_view_get_problem_line (fixture->view)], "nowhere"));
  g_assert_nonnull (enlace_graph_find_edge (fixture->graph, "hook", NULL, "yes"));

  type_over (fixture, "nowhere", "yes");
  g_assert_true (enlace_text_view_commit (fixture->view));
  g_assert_null (enlace_text_view_get_problem (fixture->view));
}

static void
test_finds_places (void)
{
  static const char text[] = "{ \"a/b\": [1, {\"x\": \"},\"}, [ ] ], \"c~\": {\"d\\u0065\": true} }";
  static const struct {
    const char *pointer;
    const char *there;
  } cases[] = {
    { "", "{ \"a/b\"" },
    { "/a~1b/0", "1, " },
    { "/a~1b/1/x", "\"},\"}" },
    { "/a~1b/2", "[ ]" },
    { "/c~0/de", "true" },
    { "/a~1b/9", "[1, " },
    { "/absent", "{ \"a/b\"" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize place = enlace_text_place_find (text, cases[i].pointer);

      g_test_message ("%s", cases[i].pointer);
      g_assert_true (g_str_has_prefix (text + place, cases[i].there));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  setlocale (LC_ALL, "C.UTF-8");
  if (!gtk_init_check ())
    {
      g_test_skip ("There is no display");
      return 77;
    }
  adw_init ();

#define add(path, func) g_test_add ("/builder/text/" path, Fixture, NULL, set_up, func, tear_down)

  add ("shows-the-graph", test_shows_the_graph);
  add ("applies-what-is-typed", test_applies_what_is_typed);
  add ("keeps-what-cannot-be-read", test_keeps_what_cannot_be_read);
  add ("says-what-is-no-workflow", test_says_what_is_no_workflow);
  g_test_add_func ("/builder/text/finds-places", test_finds_places);

  return g_test_run ();
}
