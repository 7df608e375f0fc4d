/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-activity"

#include "config.h"

#include "src/activity/execution-page-private.h"

#include <glib/gi18n.h>

#include "common/workflow/document.h"
#include "src/builder/test-dialog.h"

/* The new run is what one wants to see. */
static DexFuture *
begun_cb (DexFuture *future,
          gpointer   user_data)
{
  EnlaceResource *execution = g_value_get_object (dex_future_get_value (future, NULL));

  gtk_widget_activate_action (GTK_WIDGET (user_data), "win.open-execution", "s", enlace_resource_get_id (execution));

  return dex_future_new_for_boolean (TRUE);
}

static void
replay (EnlaceExecutionPage *self,
        const EnlaceReplay  *wish)
{
  enlace_page_run (ENLACE_PAGE (self), _("Replaying…"),
                   dex_future_then (enlace_client_replay (self->client, self->id, wish), begun_cb, self, NULL));
}

static void
replay_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  const EnlaceReplay wish = { 0 };

  replay (ENLACE_EXECUTION_PAGE (widget), &wish);
}

static void
data_cb (EnlaceExecutionPage *self,
         EnlaceValue         *data,
         EnlaceTestDialog    *dialog)
{
  const EnlaceReplay wish = { .data = data };

  replay (self, &wish);
}

static const char *
get_trigger_type (EnlaceValue *value)
{
  g_autoptr(GPtrArray) refusals = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_problem_free);
  g_autoptr(EnlaceDocument) document = value != NULL ? enlace_document_read (value, refusals) : NULL;

  return document != NULL ? enlace_document_get_trigger_type (document) : "manual";
}

static void
replay_data_action (GtkWidget  *widget,
                    const char *name,
                    GVariant   *parameter)
{
  EnlaceExecutionPage *self = ENLACE_EXECUTION_PAGE (widget);
  g_autoptr(EnlaceValue) nothing = enlace_value_new_null ();
  AdwDialog *dialog = enlace_test_dialog_new (get_trigger_type (self->document), enlace_execution_get_trigger_data (self->execution), nothing);

  enlace_test_dialog_set_purpose (ENLACE_TEST_DIALOG (dialog), _("Replay With Changed Data"), _("_Replay"));
  g_signal_connect_object (dialog, "run", G_CALLBACK (data_cb), self, G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, widget);
}

static EnlaceStepRecord *
find_record (EnlaceExecutionPage *self,
             const char          *node,
             const char          *path)
{
  for (guint i = 0; self->steps != NULL && i < g_list_model_get_n_items (G_LIST_MODEL (self->steps)); i++)
    {
      g_autoptr(EnlaceStepRecord) record = g_list_model_get_item (G_LIST_MODEL (self->steps), i);

      if (g_str_equal (enlace_step_record_get_node (record), node) && g_str_equal (enlace_step_record_get_path (record), path))
        return g_steal_pointer (&record);
    }

  return NULL;
}

typedef struct {
  EnlaceExecutionPage *page;     /* not owned: the dialog stands over it */
  EnlaceStepRecord    *record;
} Correction;

static void
correction_free (gpointer  data,
                 GClosure *closure)
{
  Correction *correction = data;

  g_clear_weak_pointer (&correction->page);
  g_object_unref (correction->record);
  g_free (correction);
}

/* Nothing written: the step is run again. */
static void
corrected_cb (EnlaceTestDialog *dialog,
              EnlaceValue      *output,
              Correction       *correction)
{
  const char *node = enlace_step_record_get_node (correction->record);
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) outputs = NULL;

  if (correction->page == NULL)
    return;

  if (!enlace_value_is_null (output))
    {
      enlace_map_builder_add (builder, node, output);
      outputs = enlace_map_builder_end (builder);
    }
  replay (correction->page, &(EnlaceReplay) { .from = node, .path = enlace_step_record_get_place (correction->record), .outputs = outputs });
}

static void
replay_from_action (GtkWidget  *widget,
                    const char *name,
                    GVariant   *parameter)
{
  EnlaceExecutionPage *self = ENLACE_EXECUTION_PAGE (widget);
  g_autoptr(EnlaceStepRecord) record = NULL;
  g_autofree char *title = NULL;
  const char *node;
  const char *path;
  Correction *correction;
  AdwDialog *dialog;

  g_variant_get (parameter, "(&s&s)", &node, &path);
  record = find_record (self, node, path);
  if (record == NULL)
    return;

  /* Translators: %s is the name of a step */
  title = g_strdup_printf (_("Replay From “%s”"), enlace_step_names_get (self->names, node));
  dialog = enlace_test_dialog_new_for_value (title,
                                             _("To correct the step by hand, write what it should have given, as JSON; the run goes on behind it. "
                                               "Leave this empty to run the step again."),
                                             _("_Replay"), enlace_step_record_get_output (record));
  correction = g_new0 (Correction, 1);
  g_set_weak_pointer (&correction->page, self);
  correction->record = g_object_ref (record);
  g_signal_connect_data (dialog, "run", G_CALLBACK (corrected_cb), correction, correction_free, 0);
  adw_dialog_present (dialog, widget);
}

static void
open_builder_action (GtkWidget  *widget,
                     const char *name,
                     GVariant   *parameter)
{
  EnlaceExecutionPage *self = ENLACE_EXECUTION_PAGE (widget);

  if (self->workflow != NULL)
    gtk_widget_activate_action (widget, "win.open-run-in-builder", "(ss)", enlace_resource_get_id (ENLACE_RESOURCE (self->workflow)),
                                self->id);
}

void
_enlace_execution_page_class_init_replay (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "execution.replay", NULL, replay_action);
  gtk_widget_class_install_action (widget_class, "execution.replay-data", NULL, replay_data_action);
  gtk_widget_class_install_action (widget_class, "execution.replay-from", "(ss)", replay_from_action);
  gtk_widget_class_install_action (widget_class, "execution.open-builder", NULL, open_builder_action);
}

/* What still goes on is waited for, and what has no workflow any more cannot run. */
void
_enlace_execution_page_update_replay (EnlaceExecutionPage *self)
{
  static const char *const names[] = { "execution.replay", "execution.replay-data", "execution.replay-from" };
  gboolean can_replay = self->workflow != NULL && self->execution != NULL &&
                        enlace_execution_status_is_final (enlace_execution_get_status (self->execution));

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), names[i], can_replay);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "execution.open-builder", self->workflow != NULL);
}
