/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include "src/builder/page-private.h"

#include <glib/gi18n.h>

#include "common/value/json.h"
#include "common/workflow/document.h"
#include "src/builder/test-dialog.h"
#include "src/builder/trigger-sample.h"
#include "src/client/fiber.h"
#include "src/widgets/format.h"
#include "src/widgets/status.h"

#define SAMPLE_PATH "/com/alkitu/Enlace/examples/push-sample.json"
#define LIVE_PAUSE_MS 1000

static char *
describe_run (EnlaceExecution *execution)
{
  const char *status = enlace_execution_status_get_name (enlace_execution_get_status (execution));
  const char *title = enlace_status_get_title (status);
  /* Translators: a run that was started to try a workflow, and one that something started */
  const char *kind = enlace_execution_get_is_test (execution) ? _("Test run") : _("Live run");
  g_autofree char *duration = NULL;

  if (!enlace_execution_status_is_final (enlace_execution_get_status (execution)))
    return g_strdup_printf ("%s: %s", kind, title);

  duration = enlace_format_duration (enlace_execution_get_duration_ms (execution));

  /* Translators: "Test run: Completed in 340 ms" */
  return g_strdup_printf (_("%s: %s in %s"), kind, title, duration);
}

static void
update_run_bar (EnlaceBuilderPage *self)
{
  EnlaceExecution *execution = enlace_run_get_execution (self->run);
  g_autofree char *text = NULL;

  gtk_widget_set_visible (self->run_bar, execution != NULL);
  _enlace_builder_page_update_actions (self);
  if (execution == NULL)
    return;

  text = describe_run (execution);
  enlace_status_show (self->run_icon, enlace_execution_status_get_name (enlace_execution_get_status (execution)));
  gtk_widget_set_visible (self->run_cancel, enlace_run_is_under_way (self->run));
  if (g_str_equal (gtk_label_get_label (self->run_label), text))
    return;

  gtk_label_set_label (self->run_label, text);
  gtk_accessible_announce (GTK_ACCESSIBLE (self->run_bar), text, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

/* The step at which a test failed is shown once, so that one sees why. */
static void
show_failure (EnlaceBuilderPage *self,
              EnlaceExecution   *execution)
{
  const char *id = enlace_resource_get_id (ENLACE_RESOURCE (execution));
  EnlaceStepRecord *record = enlace_run_get_failure (self->run);
  const char *node = record != NULL ? enlace_step_record_get_node (record) : NULL;

  if (node == NULL || enlace_graph_find_node (self->graph, node) == NULL || !g_set_str (&self->failed_id, id))
    return;

  enlace_canvas_set_selection (self->canvas, (const char *const[]) { node, NULL });
  enlace_canvas_show_node (self->canvas, node);
  enlace_inspector_show_output (self->inspector);
}

static void
run_changed_cb (EnlaceBuilderPage *self)
{
  EnlaceExecution *execution = enlace_run_get_execution (self->run);
  const char *id = execution != NULL ? enlace_resource_get_id (ENLACE_RESOURCE (execution)) : NULL;

  if (id != NULL)
    g_set_str (&self->base_id, id);
  update_run_bar (self);
  if (execution != NULL && (enlace_execution_get_is_test (execution) || g_strcmp0 (id, self->opened_id) == 0) &&
      enlace_execution_get_status (execution) == ENLACE_EXECUTION_FAILED)
    show_failure (self, execution);
}

static void
run_failed_cb (EnlaceBuilderPage *self,
               const GError      *error)
{
  enlace_page_fail (ENLACE_PAGE (self), error);
}

static gboolean
live_pause_cb (gpointer user_data)
{
  EnlaceBuilderPage *self = user_data;
  g_autoptr(EnlaceExecution) latest = g_steal_pointer (&self->latest);

  self->live_pause = 0;
  if (latest != NULL && !self->is_pinned)
    {
      enlace_run_set_execution (self->run, latest);
      self->live_pause = g_timeout_add (LIVE_PAUSE_MS, live_pause_cb, self);
    }

  return G_SOURCE_REMOVE;
}

/* The live workflow's runs light the cards as they come; of many, one a moment. */
static void
resource_changed_cb (EnlaceBuilderPage *self,
                     EnlaceResource    *resource,
                     EnlaceClient      *client)
{
  EnlaceExecution *execution;

  if (!ENLACE_IS_EXECUTION (resource) || self->is_pinned || !self->is_loaded)
    return;

  execution = ENLACE_EXECUTION (resource);
  if (execution == enlace_run_get_execution (self->run) || enlace_execution_get_is_test (execution) ||
      g_strcmp0 (enlace_resource_get_id (resource), self->sample_id) == 0 ||
      g_strcmp0 (enlace_execution_get_workflow_id (execution), self->workflow_id) != 0)
    return;

  g_set_object (&self->latest, execution);
  if (self->live_pause == 0)
    live_pause_cb (self);
}

void
_enlace_builder_page_init_run (EnlaceBuilderPage *self)
{
  g_signal_connect_object (self->run, "changed", G_CALLBACK (run_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->run, "failed", G_CALLBACK (run_failed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->client, "changed", G_CALLBACK (resource_changed_cb), self, G_CONNECT_SWAPPED);
}

void
_enlace_builder_page_set_pinned (EnlaceBuilderPage *self,
                                 gboolean           is_pinned)
{
  if (self->is_pinned == (guint) is_pinned)
    return;

  self->is_pinned = is_pinned;
  g_object_notify (G_OBJECT (self), "pin-run");
}

static DexFuture *
newest_run_cb (DexFuture *future,
               gpointer   user_data)
{
  EnlaceBuilderPage *self = user_data;
  const GValue *value = dex_future_get_value (future, NULL);
  EnlaceValue *page = value != NULL ? enlace_client_reply_get_value (g_value_get_boxed (value), NULL) : NULL;
  EnlaceValue *items = page != NULL ? enlace_value_get_member (page, "items") : NULL;

  if (items != NULL && enlace_value_get_length (items) > 0)
    {
      g_set_str (&self->sample_id, enlace_value_get_member_string (enlace_value_get_element (items, 0), "id", ""));
      g_set_str (&self->base_id, self->sample_id);
      enlace_run_read_sample (self->run, self->sample_id);
      _enlace_builder_page_update_actions (self);
    }

  return dex_future_new_for_boolean (TRUE);
}

/* The data of the newest run stands ready for expressions. */
void
_enlace_builder_page_load_sample (EnlaceBuilderPage *self)
{
  g_autofree char *path = g_strdup_printf ("executions?workflow_id=%s&limit=1", self->workflow_id);

  enlace_page_follow (ENLACE_PAGE (self), dex_future_finally (enlace_client_call (self->client, "GET", path, NULL, NULL),
                                                             newest_run_cb, self, NULL));
}

typedef struct {
  EnlaceBuilderPage *page;   /* not owned: the page drops its work when it goes */
  EnlaceValue       *data;
  char              *until;  /* nullable */
} Test;

static void
test_free (gpointer data)
{
  Test *test = data;

  enlace_value_unref (test->data);
  g_free (test->until);
  g_free (test);
}

gint64
_enlace_builder_page_get_test_version (EnlaceBuilderPage *self)
{
  return enlace_draft_get_has_changes (self->draft) ? -1 : enlace_workflow_get_version (enlace_draft_get_workflow (self->draft));
}

void
_enlace_builder_page_show_test (EnlaceBuilderPage *self,
                                EnlaceExecution   *execution)
{
  _enlace_builder_page_set_pinned (self, TRUE);
  enlace_run_set_execution (self->run, execution);
}

static DexFuture *
test_fiber (gpointer user_data)
{
  Test *test = user_data;
  EnlaceBuilderPage *self = test->page;
  g_autoptr(EnlaceExecution) execution = NULL;
  g_autoptr(GError) error = NULL;
  gint64 version;

  if (!dex_await (enlace_draft_flush (self->draft), &error))
    return dex_future_new_for_error (g_steal_pointer (&error));

  version = _enlace_builder_page_get_test_version (self);
  execution = dex_await_object (enlace_client_execute (self->client, self->workflow_id, test->data, version, TRUE, test->until, 0), &error);
  if (execution == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));

  _enlace_builder_page_show_test (self, execution);

  return dex_future_new_for_boolean (TRUE);
}

static void
run_cb (EnlaceBuilderPage *self,
        EnlaceValue       *data,
        EnlaceTestDialog  *dialog)
{
  Test *test = g_new0 (Test, 1);

  test->page = self;
  test->data = enlace_value_ref (data);
  test->until = g_strdup (g_object_get_data (G_OBJECT (dialog), "until"));
  enlace_page_run (ENLACE_PAGE (self), _("Starting the Test…"), enlace_fiber_spawn (test_fiber, test, test_free));
}

static EnlaceValue *
load_known_sample (const char *root)
{
  g_autoptr(GBytes) bytes = g_resources_lookup_data (SAMPLE_PATH, 0, NULL);
  g_autoptr(EnlaceValue) value = NULL;
  EnlaceValue *member;

  if (bytes == NULL)
    return NULL;

  value = enlace_json_parse (g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), NULL);
  member = value != NULL ? enlace_value_get_member (value, root) : NULL;

  return member != NULL ? enlace_value_ref (member) : NULL;
}

static const char *
get_trigger_type (EnlaceValue *value)
{
  g_autoptr(GPtrArray) refusals = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_problem_free);
  g_autoptr(EnlaceDocument) document = enlace_document_read (value, refusals);

  /* Of the document as it is drawn, which may have another trigger than the version that was loaded. */
  return document != NULL ? enlace_document_get_trigger_type (document) : "manual";
}

void
_enlace_builder_page_show_test_dialog (EnlaceBuilderPage *self,
                                       const char        *until)
{
  g_autoptr(EnlaceValue) document = enlace_graph_to_value (self->graph);
  const char *trigger_type = get_trigger_type (document);
  const char *root = enlace_test_dialog_get_root (trigger_type);
  g_autoptr(EnlaceValue) known = load_known_sample (root);
  g_autoptr(EnlaceValue) fallback = enlace_trigger_sample_new (document, root, known);
  AdwDialog *dialog = enlace_test_dialog_new (trigger_type, enlace_sample_get_trigger (self->sample), fallback);

  g_object_set_data_full (G_OBJECT (dialog), "until", g_strdup (until), g_free);
  g_signal_connect_object (dialog, "run", G_CALLBACK (run_cb), self, G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

void
_enlace_builder_page_cancel_run (EnlaceBuilderPage *self)
{
  EnlaceExecution *execution = enlace_run_get_execution (self->run);

  if (execution != NULL)
    enlace_page_run (ENLACE_PAGE (self), _("Cancelling…"),
                     enlace_client_cancel_execution (self->client, enlace_resource_get_id (ENLACE_RESOURCE (execution))));
}

void
_enlace_builder_page_clear_run (EnlaceBuilderPage *self)
{
  _enlace_builder_page_set_pinned (self, FALSE);
  enlace_run_set_execution (self->run, NULL);
  gtk_widget_grab_focus (GTK_WIDGET (self->canvas));
}

static DexFuture *
run_loaded_cb (DexFuture *future,
               gpointer   user_data)
{
  EnlaceBuilderPage *self = user_data;

  _enlace_builder_page_show_test (self, g_value_get_object (dex_future_get_value (future, NULL)));

  return dex_future_new_for_boolean (TRUE);
}

void
_enlace_builder_page_load_run (EnlaceBuilderPage *self)
{
  enlace_page_run (ENLACE_PAGE (self), _("Loading the Run…"),
                   dex_future_then (enlace_client_load_execution (self->client, self->opened_id), run_loaded_cb, self, NULL));
}

void
enlace_builder_page_show_run (EnlaceBuilderPage *self,
                              const char        *execution_id)
{
  g_return_if_fail (ENLACE_IS_BUILDER_PAGE (self));
  g_return_if_fail (execution_id != NULL);

  g_set_str (&self->opened_id, execution_id);
  if (self->is_loaded)
    _enlace_builder_page_load_run (self);
}
