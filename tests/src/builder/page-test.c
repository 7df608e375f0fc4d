/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include <locale.h>
#include <string.h>

#include "common/value/json.h"
#include "data/resources.h"
#include "src/builder/card.h"
#include "src/builder/page-private.h"
#include "src/builder/publish-dialog.h"
#include "src/builder/test-dialog.h"
#include "tests/src/support/wait.h"
#include "tests/support/server.h"

#define WORKFLOW \
  "{\"name\":\"Orders\",\"steps\":{\"schema\":1,\"nodes\":[" \
  "{\"id\":\"hook\",\"type\":\"trigger.webhook\",\"name\":\"Order\",\"position\":[80,160],\"parameters\":{}}," \
  "{\"id\":\"big\",\"type\":\"flow.if\",\"name\":\"Big?\",\"position\":[380,160],\"parameters\":{\"condition\":\"{{ trigger.body.amount > 100 }}\"}}," \
  "{\"id\":\"yes\",\"type\":\"flow.respond\",\"name\":\"Yes\",\"position\":[680,80],\"parameters\":{\"body\":\"{{ trigger.body.amount }}\"}}]," \
  "\"edges\":[{\"from\":\"hook\",\"to\":\"big\"},{\"from\":\"big\",\"port\":\"true\",\"to\":\"yes\"}]}}"

typedef struct {
  TestServer        *server;
  EnlaceClient      *client;
  GtkWidget         *window;
  EnlaceBuilderPage *page;
  char              *id;
} Fixture;

static gboolean
is_loaded (gpointer data)
{
  return ENLACE_BUILDER_PAGE (data)->is_loaded;
}

static gboolean
is_online (gpointer data)
{
  return enlace_client_get_online (data);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr(TestReply) reply = NULL;
  GtkWidget *view;

  if (g_getenv ("ENLACED") == NULL)
    {
      g_test_skip ("The server is not built");
      return;
    }

  fixture->server = test_server_new (NULL);
  reply = test_server_expect (fixture->server, 201, "POST", "/api/integrations/workflows", WORKFLOW);
  fixture->id = g_strdup (test_reply_get (reply, "id"));
  fixture->client = enlace_client_new ();
  enlace_client_connect (fixture->client, fixture->server->address, fixture->server->key);
  test_wait_until (is_online, fixture->client);

  fixture->page = ENLACE_BUILDER_PAGE (enlace_builder_page_new (fixture->client, fixture->id));
  fixture->window = adw_window_new ();
  view = adw_navigation_view_new ();
  adw_navigation_view_add (ADW_NAVIGATION_VIEW (view), ADW_NAVIGATION_PAGE (fixture->page));
  adw_window_set_content (ADW_WINDOW (fixture->window), view);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 1200, 760);
  gtk_window_present (GTK_WINDOW (fixture->window));
  test_wait_until (is_loaded, fixture->page);
}

static gboolean
is_settled (gpointer data)
{
  EnlaceDraftState state = enlace_draft_get_state (data);

  return state == ENLACE_DRAFT_SAVED || state == ENLACE_DRAFT_CLEAN;
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr(EnlaceDraft) draft = NULL;

  if (fixture->server == NULL)
    return;

  draft = g_object_ref (fixture->page->draft);
  g_object_add_weak_pointer (G_OBJECT (fixture->page), (gpointer *) &fixture->page);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  test_run_pending ();
  g_assert_null (fixture->page);
  test_wait_until (is_settled, draft);
  enlace_client_disconnect (fixture->client);
  g_clear_object (&draft);
  test_run_pending ();
  g_object_unref (fixture->client);
  test_server_free (fixture->server);
  g_free (fixture->id);
}

/* The widget of that type, and with that text where one is given, that is shown. */
static GtkWidget *
find (GtkWidget  *widget,
      GType       type,
      const char *text)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type) && gtk_widget_get_mapped (widget) &&
      (text == NULL || (GTK_IS_EDITABLE (widget) && g_str_equal (gtk_editable_get_text (GTK_EDITABLE (widget)), text))))
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, type, text);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static const char *
get_parameter (EnlaceBuilderPage *page,
               const char        *id,
               const char        *name)
{
  EnlaceGraphNode *node = enlace_graph_find_node (page->graph, id);

  return enlace_value_get_member_string (enlace_graph_node_get_parameters (node), name, NULL);
}

static gboolean
has_new_condition (gpointer data)
{
  return g_strcmp0 (get_parameter (data, "big", "condition"), "{{ trigger.body.total > 100 }}") == 0;
}

static void
test_edits_a_condition (Fixture       *fixture,
                        gconstpointer  data)
{
  GtkWidget *entry;

  if (fixture->server == NULL)
    return;

  _enlace_builder_page_show_node (fixture->page, "big");
  test_run_pending ();
  entry = find (GTK_WIDGET (fixture->page->inspector), GTK_TYPE_ENTRY, "trigger.body.amount");
  g_assert_nonnull (entry);
  gtk_editable_set_text (GTK_EDITABLE (entry), "trigger.body.total");
  test_wait_until (has_new_condition, fixture->page);

  /* The whole edit is one step back, and the entry follows. */
  gtk_widget_activate_action (GTK_WIDGET (fixture->page), "builder.undo", NULL);
  g_assert_cmpstr (get_parameter (fixture->page, "big", "condition"), ==, "{{ trigger.body.amount > 100 }}");
  g_assert_nonnull (find (GTK_WIDGET (fixture->page->inspector), GTK_TYPE_ENTRY, "trigger.body.amount"));
  gtk_widget_activate_action (GTK_WIDGET (fixture->page), "builder.redo", NULL);
  g_assert_true (has_new_condition (fixture->page));
  test_wait_until (is_settled, fixture->page->draft);
}

static gboolean
is_renamed (gpointer data)
{
  EnlaceBuilderPage *page = data;

  return g_str_equal (enlace_graph_node_get_name (enlace_graph_find_node (page->graph, "big")), "Large order");
}

static void
test_renames_a_step (Fixture       *fixture,
                     gconstpointer  data)
{
  GtkWidget *entry;

  if (fixture->server == NULL)
    return;

  _enlace_builder_page_show_node (fixture->page, "big");
  test_run_pending ();
  entry = find (GTK_WIDGET (fixture->page->inspector), GTK_TYPE_ENTRY, "Big?");
  g_assert_nonnull (entry);
  gtk_editable_set_text (GTK_EDITABLE (entry), "Large order");
  /* Another selection takes over at once what was typed. */
  enlace_canvas_set_selection (fixture->page->canvas, (const char *const[]) { "yes", NULL });
  g_assert_true (is_renamed (fixture->page));
}

static gboolean
has_problem (gpointer data)
{
  EnlaceBuilderPage *page = data;
  GListModel *nodes = enlace_graph_get_nodes (page->graph);

  for (guint i = 0; i < g_list_model_get_n_items (nodes); i++)
    {
      g_autoptr(EnlaceGraphNode) node = g_list_model_get_item (nodes, i);

      if (enlace_graph_node_get_n_problems (node) > 0)
        return TRUE;
    }

  return FALSE;
}

static gboolean
has_no_problem (gpointer data)
{
  return !has_problem (data);
}

static void
test_adds_from_the_palette (Fixture       *fixture,
                            gconstpointer  data)
{
  GListModel *nodes;
  g_autoptr(GPtrArray) edges = NULL;

  if (fixture->server == NULL)
    return;

  nodes = enlace_graph_get_nodes (fixture->page->graph);
  test_wait_until (has_no_problem, fixture->page);
  enlace_canvas_set_selection (fixture->page->canvas, (const char *const[]) { "yes", NULL });
  g_signal_emit_by_name (fixture->page->palette, "chosen", "http.request");
  g_assert_cmpuint (g_list_model_get_n_items (nodes), ==, 4);
  edges = enlace_graph_list_edges_from (fixture->page->graph, "yes");
  g_assert_cmpuint (edges->len, ==, 1);

  /* A request without an address is a problem, said on its card. */
  test_wait_until (has_problem, fixture->page);
  g_assert_nonnull (enlace_canvas_get_selected_node (fixture->page->canvas));
  gtk_widget_activate_action (GTK_WIDGET (fixture->page), "builder.undo", NULL);
  g_assert_cmpuint (g_list_model_get_n_items (nodes), ==, 3);
  test_wait_until (has_no_problem, fixture->page);
}

static gboolean
ran_yes (gpointer data)
{
  EnlaceBuilderPage *page = data;

  return enlace_graph_node_get_run_state (enlace_graph_find_node (page->graph, "yes")) == ENLACE_RUN_STATE_COMPLETED;
}

static gboolean
shows_test_dialog (gpointer data)
{
  AdwDialog *dialog = adw_window_get_visible_dialog (data);

  return ENLACE_IS_TEST_DIALOG (dialog) && find (GTK_WIDGET (dialog), GTK_TYPE_TEXT_VIEW, NULL) != NULL;
}

static void
test_runs_a_test (Fixture       *fixture,
                  gconstpointer  data)
{
  AdwDialog *dialog;
  GtkWidget *view;

  if (fixture->server == NULL)
    return;

  gtk_widget_activate_action (GTK_WIDGET (fixture->page), "builder.run", NULL);
  test_wait_until (shows_test_dialog, fixture->window);
  dialog = adw_window_get_visible_dialog (ADW_WINDOW (fixture->window));
  view = find (GTK_WIDGET (dialog), GTK_TYPE_TEXT_VIEW, NULL);
  g_assert_nonnull (view);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), "{ \"amount\": ", -1);
  g_assert_false (gtk_widget_get_sensitive (adw_dialog_get_default_widget (dialog)));
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), "{ \"amount\": 500 }", -1);
  g_assert_true (gtk_widget_get_sensitive (adw_dialog_get_default_widget (dialog)));
  gtk_widget_activate (adw_dialog_get_default_widget (dialog));
  test_wait_until (ran_yes, fixture->page);
  g_assert_true (gtk_widget_get_visible (fixture->page->run_bar));
  g_assert_true (fixture->page->is_pinned);

  gtk_widget_activate_action (GTK_WIDGET (fixture->page), "builder.clear-run", NULL);
  g_assert_false (gtk_widget_get_visible (fixture->page->run_bar));
  g_assert_false (ran_yes (fixture->page));
}

/* A test whose data is not asked for again. */
static void
run_test (Fixture    *fixture,
          const char *text)
{
  AdwDialog *dialog;
  GtkWidget *view;

  test_wait_until (shows_test_dialog, fixture->window);
  dialog = adw_window_get_visible_dialog (ADW_WINDOW (fixture->window));
  view = find (GTK_WIDGET (dialog), GTK_TYPE_TEXT_VIEW, NULL);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), text, -1);
  gtk_widget_activate (adw_dialog_get_default_widget (dialog));
}

static EnlaceRunState
get_state (EnlaceBuilderPage *page,
           const char        *id)
{
  return enlace_graph_node_get_run_state (enlace_graph_find_node (page->graph, id));
}

/* Over, and read to its end. */
static gboolean
is_over (gpointer data)
{
  EnlaceBuilderPage *page = data;

  return enlace_run_get_execution (page->run) != NULL && !enlace_run_is_under_way (page->run) &&
         get_state (page, "big") == ENLACE_RUN_STATE_COMPLETED && get_state (page, "yes") != ENLACE_RUN_STATE_NONE;
}

static gboolean
is_at_other_run (gpointer data)
{
  Fixture *fixture = data;
  EnlaceExecution *execution = enlace_run_get_execution (fixture->page->run);

  return execution != NULL && execution != g_object_get_data (G_OBJECT (fixture->page), "before") && is_over (fixture->page);
}

static void
activate (Fixture    *fixture,
          const char *action)
{
  g_object_set_data (G_OBJECT (fixture->page), "before", enlace_run_get_execution (fixture->page->run));
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->page->canvas), action, NULL));
}

static void
test_runs_up_to_a_step_and_from_it (Fixture       *fixture,
                                    gconstpointer  data)
{
  g_autoptr(EnlaceExecution) first = NULL;

  if (fixture->server == NULL)
    return;

  enlace_canvas_set_cursor (fixture->page->canvas, "big");
  activate (fixture, "canvas.run-until");
  run_test (fixture, "{ \"amount\": 500 }");
  test_wait_until (is_over, fixture->page);
  g_assert_cmpint (get_state (fixture->page, "big"), ==, ENLACE_RUN_STATE_COMPLETED);
  g_assert_cmpint (get_state (fixture->page, "yes"), ==, ENLACE_RUN_STATE_SKIPPED);
  first = g_object_ref (enlace_run_get_execution (fixture->page->run));

  /* From the next step on, with what was there before. */
  enlace_canvas_set_cursor (fixture->page->canvas, "yes");
  activate (fixture, "canvas.run-from");
  test_wait_until (is_at_other_run, fixture);
  test_wait_until (ran_yes, fixture->page);
  g_assert_true (enlace_execution_get_is_test (enlace_run_get_execution (fixture->page->run)));

  /* The condition alone, as it is drawn now. */
  enlace_graph_set_parameter (fixture->page->graph, "big", "condition", NULL);
  gtk_widget_activate_action (GTK_WIDGET (fixture->page), "builder.undo", NULL);
  enlace_canvas_set_cursor (fixture->page->canvas, "big");
  activate (fixture, "canvas.run-only");
  test_wait_until (is_at_other_run, fixture);
  g_assert_cmpint (get_state (fixture->page, "big"), ==, ENLACE_RUN_STATE_COMPLETED);
}

static gboolean
has_output_of_sum (gpointer data)
{
  EnlaceBuilderPage *page = data;
  EnlaceStepRecord *record = enlace_sample_find_record (page->sample, "sum");

  return record != NULL && enlace_step_record_get_output (record) != NULL && is_over (page);
}

/* Whether the run that is shown gave the number that was pinned. */
static gboolean
gave_the_pinned (gpointer data)
{
  EnlaceValue *trigger = enlace_sample_get_trigger (ENLACE_BUILDER_PAGE (data)->sample);
  EnlaceStepRecord *record = enlace_sample_find_record (ENLACE_BUILDER_PAGE (data)->sample, "sum");
  EnlaceValue *body = trigger != NULL ? enlace_value_get_member (trigger, "body") : NULL;

  return body != NULL && enlace_value_get_member_int (body, "amount", 0) == 1 && record != NULL &&
         enlace_step_record_get_output (record) != NULL &&
         enlace_value_get_member_int (enlace_step_record_get_output (record), "n", 0) == 500;
}

static void
test_pins_an_output (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr(EnlaceValue) members = NULL;
  EnlaceGraphNode *node;
  g_autofree char *id = NULL;
  g_autofree char *label = NULL;

  if (fixture->server == NULL)
    return;

  members = enlace_json_parse ("{\"parameters\":{\"fields\":[{\"path\":\"n\",\"value\":\"{{ trigger.body.amount }}\"}]}}", -1, NULL);
  node = enlace_graph_add_node (fixture->page->graph, "data.map", 380, 320, members);
  id = g_strdup (enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (node)));
  g_assert_true (enlace_graph_set_node_id (fixture->page->graph, id, "sum", NULL));
  g_assert_nonnull (enlace_graph_connect (fixture->page->graph, "hook", "out", "sum", NULL));

  gtk_widget_activate_action (GTK_WIDGET (fixture->page), "builder.run", NULL);
  run_test (fixture, "{ \"amount\": 500 }");
  test_wait_until (has_output_of_sum, fixture->page);

  /* What chooses between ways is always run. */
  enlace_canvas_set_cursor (fixture->page->canvas, "big");
  g_assert_false (enlace_graph_node_can_pin (enlace_graph_find_node (fixture->page->graph, "big")));
  enlace_canvas_set_cursor (fixture->page->canvas, "sum");
  activate (fixture, "canvas.pin");
  node = enlace_graph_find_node (fixture->page->graph, "sum");
  g_assert_nonnull (enlace_graph_node_get_pinned (node));
  label = enlace_card_dup_label (node, NULL);
  g_assert_nonnull (strstr (label, "output pinned"));

  /* It is taken, whatever comes in. */
  gtk_widget_activate_action (GTK_WIDGET (fixture->page), "builder.run", NULL);
  run_test (fixture, "{ \"amount\": 1 }");
  test_wait_until (gave_the_pinned, fixture->page);

  /* One step back. */
  gtk_widget_activate_action (GTK_WIDGET (fixture->page), "builder.undo", NULL);
  g_assert_null (enlace_graph_node_get_pinned (enlace_graph_find_node (fixture->page->graph, "sum")));
  test_wait_until (is_settled, fixture->page->draft);
}

static void
test_shows_a_past_run (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autofree char *path = NULL;
  g_autoptr(TestReply) reply = NULL;

  if (fixture->server == NULL)
    return;

  path = g_strdup_printf ("/api/integrations/workflows/%s/execute", fixture->id);
  reply = test_server_expect (fixture->server, 200, "POST", path, "{\"data\":{\"body\":{\"amount\":700}},\"test\":true,\"wait_seconds\":10}");
  enlace_builder_page_show_run (fixture->page, test_reply_get (reply, "id"));
  test_wait_until (ran_yes, fixture->page);
  g_assert_cmpstr (enlace_resource_get_id (ENLACE_RESOURCE (enlace_run_get_execution (fixture->page->run))), ==, test_reply_get (reply, "id"));
  g_assert_true (fixture->page->is_pinned);
}

static gboolean
is_live (gpointer data)
{
  EnlaceWorkflow *workflow = enlace_draft_get_workflow (ENLACE_BUILDER_PAGE (data)->draft);

  return enlace_workflow_get_is_active (workflow) && enlace_workflow_get_address (workflow) != NULL;
}

static gboolean
can_publish (gpointer data)
{
  AdwDialog *dialog = adw_window_get_visible_dialog (data);

  return ENLACE_IS_PUBLISH_DIALOG (dialog) && gtk_widget_get_mapped (adw_dialog_get_default_widget (dialog)) &&
         gtk_widget_get_sensitive (adw_dialog_get_default_widget (dialog));
}

static void
test_lights_the_live_runs (Fixture       *fixture,
                           gconstpointer  data)
{
  g_autoptr(TestReply) reply = NULL;

  if (fixture->server == NULL)
    return;

  gtk_widget_activate_action (GTK_WIDGET (fixture->page), "builder.publish", NULL);
  test_wait_until (can_publish, fixture->window);
  gtk_widget_activate (adw_dialog_get_default_widget (adw_window_get_visible_dialog (ADW_WINDOW (fixture->window))));
  test_wait_until (is_live, fixture->page);

  reply = test_server_call (fixture->server, "POST", enlace_workflow_get_address (enlace_draft_get_workflow (fixture->page->draft)),
                            "{\"amount\":200}", NULL);
  g_assert_cmpuint (reply->status, ==, 200);
  test_wait_until (ran_yes, fixture->page);
  g_assert_false (enlace_execution_get_is_test (enlace_run_get_execution (fixture->page->run)));
}

static GtkWidget *
find_row (GtkWidget  *widget,
          const char *title)
{
  if (ADW_IS_PREFERENCES_ROW (widget) && gtk_widget_get_mapped (widget) &&
      g_str_equal (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), title))
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_row (child, title);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static GtkWidget *
find_button (GtkWidget  *widget,
             const char *tooltip)
{
  if (GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_widget_get_tooltip_text (widget), tooltip) == 0)
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_button (child, tooltip);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static gboolean
shows_version (gpointer data)
{
  return find_row (data, "Version 1") != NULL;
}

static gboolean
shows_rename (gpointer data)
{
  return find_row (data, "Renames “Approved”") != NULL && find_row (data, "“Big?”: Condition") != NULL;
}

static void
test_compares_a_version_with_the_draft (Fixture       *fixture,
                                        gconstpointer  data)
{
  g_autoptr(EnlaceValue) condition = enlace_value_new_string ("{{ trigger.body.amount > 5 }}");

  if (fixture->server == NULL)
    return;

  enlace_graph_rename_node (fixture->page->graph, "yes", "Approved");
  enlace_graph_set_parameter (fixture->page->graph, "big", "condition", condition);
  test_wait_until (is_settled, fixture->page->draft);
  g_assert_true (enlace_draft_get_has_changes (fixture->page->draft));

  gtk_widget_activate_action (GTK_WIDGET (fixture->page), "builder.versions", NULL);
  test_wait_until (shows_version, fixture->window);
  g_signal_emit_by_name (find_button (find_row (fixture->window, "Version 1"), "Show Changes"), "clicked");
  test_wait_until (shows_rename, fixture->window);
}

static gboolean
shows_name (gpointer data)
{
  return find_row (data, "Launch") != NULL;
}

static gboolean
asks_for_a_name (gpointer data)
{
  return ADW_IS_ALERT_DIALOG (adw_window_get_visible_dialog (data));
}

static void
test_renames_a_version (Fixture       *fixture,
                        gconstpointer  data)
{
  AdwAlertDialog *dialog;

  if (fixture->server == NULL)
    return;

  gtk_widget_activate_action (GTK_WIDGET (fixture->page), "builder.versions", NULL);
  test_wait_until (shows_version, fixture->window);
  g_signal_emit_by_name (find_button (find_row (fixture->window, "Version 1"), "Rename"), "clicked");
  test_wait_until (asks_for_a_name, fixture->window);
  dialog = ADW_ALERT_DIALOG (adw_window_get_visible_dialog (ADW_WINDOW (fixture->window)));
  gtk_editable_set_text (GTK_EDITABLE (adw_alert_dialog_get_extra_child (dialog)), "Launch");
  g_signal_emit_by_name (dialog, "response::rename", "rename");
  adw_dialog_force_close (ADW_DIALOG (dialog));
  test_wait_until (shows_name, fixture->window);
}

static void
test_shows_the_text (Fixture       *fixture,
                     gconstpointer  data)
{
  if (fixture->server == NULL)
    return;

  gtk_widget_activate_action (GTK_WIDGET (fixture->page), "builder.text", NULL);
  g_assert_true (_enlace_builder_page_get_text (fixture->page));
  test_wait_until ((gboolean (*) (gpointer)) gtk_widget_get_mapped, fixture->page->text_bin);
  _enlace_builder_page_show_node (fixture->page, "big");
  g_assert_false (_enlace_builder_page_get_text (fixture->page));
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *state = g_dir_make_tmp ("enlace-page-XXXXXX", NULL);
  int status;

  setlocale (LC_ALL, "C.UTF-8");
  g_setenv ("XDG_STATE_HOME", state, TRUE);
  g_test_init (&argc, &argv, NULL);
  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP There is no display\n");
      return 77;
    }
  dex_init ();
  adw_init ();
  enlace_register_resource ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);

#define add(path, func) g_test_add ("/builder/page/" path, Fixture, NULL, set_up, func, tear_down)
  add ("edits-a-condition", test_edits_a_condition);
  add ("renames-a-step", test_renames_a_step);
  add ("compares-a-version-with-the-draft", test_compares_a_version_with_the_draft);
  add ("renames-a-version", test_renames_a_version);
  add ("shows-the-text", test_shows_the_text);
  add ("adds-from-the-palette", test_adds_from_the_palette);
  add ("runs-a-test", test_runs_a_test);
  add ("runs-up-to-a-step-and-from-it", test_runs_up_to_a_step_and_from_it);
  add ("pins-an-output", test_pins_an_output);
  add ("shows-a-past-run", test_shows_a_past_run);
  add ("lights-the-live-runs", test_lights_the_live_runs);
#undef add

  status = g_test_run ();
  test_remove_tree (state);

  return status;
}
