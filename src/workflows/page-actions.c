/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflows"

#include "config.h"

#include <glib/gi18n.h>

#include "common/workflow/bundle.h"
#include "src/workflows/example.h"
#include "src/workflows/page-private.h"
#include "src/workflows/rename-dialog.h"
#include "src/workflows/transfer.h"

#define UNDO_SECONDS 8

static EnlaceWorkflow *
find (GtkWidget *widget,
      GVariant  *parameter)
{
  return _enlace_workflows_page_find (ENLACE_WORKFLOWS_PAGE (widget), g_variant_get_string (parameter, NULL));
}

static void
open_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  gtk_widget_activate_action_variant (widget, "win.open-workflow", parameter);
}

/* A workflow that was just made is opened. The page outlives the work: it drops it when it goes. */
static DexFuture *
open_made_cb (DexFuture *future,
              gpointer   user_data)
{
  EnlaceResource *workflow = g_value_get_object (dex_future_get_value (future, NULL));

  gtk_widget_activate_action (GTK_WIDGET (user_data), "win.open-workflow", "s", enlace_resource_get_id (workflow));

  return dex_future_new_for_boolean (TRUE);
}

static void
new_action (GtkWidget  *widget,
            const char *name,
            GVariant   *parameter)
{
  EnlaceWorkflowsPage *self = ENLACE_WORKFLOWS_PAGE (widget);
  g_autoptr(EnlaceValue) document = enlace_example_new_empty ();
  DexFuture *future = enlace_client_create_workflow (self->client, _("New Workflow"), NULL, document);

  enlace_page_run (ENLACE_PAGE (self), _("Making a workflow…"), dex_future_then (future, open_made_cb, self, NULL));
}

static void
example_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  EnlaceWorkflowsPage *self = ENLACE_WORKFLOWS_PAGE (widget);
  g_autoptr(EnlaceValue) document = enlace_example_new_push ();
  DexFuture *future;

  future = enlace_client_create_workflow (self->client, _("Tell Another System About a Push"),
                                          _("When something is pushed to the default branch of a repository, another system is told."),
                                          document);
  enlace_page_run (ENLACE_PAGE (self), _("Making the example…"), dex_future_then (future, open_made_cb, self, NULL));
}

static DexFuture *
copy_cb (DexFuture *future,
         gpointer   user_data)
{
  EnlaceWorkflowsPage *self = user_data;
  EnlaceWorkflow *workflow = g_value_get_object (dex_future_get_value (future, NULL));
  /* Translators: the name of a copy of a workflow */
  g_autofree char *name = g_strdup_printf (_("%s (Copy)"), enlace_workflow_get_name (workflow));

  return enlace_client_create_workflow (self->client, name, enlace_workflow_get_description (workflow),
                                        enlace_workflow_get_document (workflow));
}

static void
duplicate_action (GtkWidget  *widget,
                  const char *name,
                  GVariant   *parameter)
{
  EnlaceWorkflowsPage *self = ENLACE_WORKFLOWS_PAGE (widget);
  DexFuture *future = enlace_client_load_workflow (self->client, g_variant_get_string (parameter, NULL));

  enlace_page_run (ENLACE_PAGE (self), _("Copying the workflow…"), dex_future_then (future, copy_cb, self, NULL));
}

/* What an action needs to go on with when an answer is there. The page drops the work, and so this, when it goes. */
typedef struct {
  EnlaceWorkflowsPage *page;
  EnlaceWorkflow      *workflow;   /* owned, nullable */
} Task;

static Task *
task_new (EnlaceWorkflowsPage *page,
          EnlaceWorkflow      *workflow)
{
  Task *task = g_new0 (Task, 1);

  task->page = page;
  g_set_object (&task->workflow, workflow);

  return task;
}

static void
task_free (gpointer data)
{
  Task *task = data;

  g_clear_object (&task->workflow);
  g_free (task);
}

static DexFuture *
rename_cb (DexFuture *future,
           gpointer   user_data)
{
  Task *task = user_data;
  const char *name = g_value_get_string (dex_future_get_value (future, NULL));

  if (name == NULL)
    return dex_future_new_for_boolean (FALSE);

  return enlace_client_rename_workflow (task->page->client, task->workflow, name, NULL);
}

static void
rename_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  EnlaceWorkflow *workflow = find (widget, parameter);
  DexFuture *answer;

  if (workflow == NULL)
    return;

  answer = enlace_rename_dialog_ask (widget, enlace_workflow_get_name (workflow));
  enlace_page_follow (ENLACE_PAGE (widget),
                      dex_future_then (answer, rename_cb, task_new (ENLACE_WORKFLOWS_PAGE (widget), workflow), task_free));
}

static GListModel *
list_filters (void)
{
  GListStore *filters = g_list_store_new (GTK_TYPE_FILE_FILTER);
  g_autoptr(GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, _("Workflows"));
  gtk_file_filter_add_suffix (filter, "json");
  g_list_store_append (filters, filter);

  return G_LIST_MODEL (filters);
}

static GtkFileDialog *
new_file_dialog (const char *title,
                 const char *accept)
{
  GtkFileDialog *dialog = gtk_file_dialog_new ();
  g_autoptr(GListModel) filters = list_filters ();

  gtk_file_dialog_set_title (dialog, title);
  gtk_file_dialog_set_accept_label (dialog, accept);
  gtk_file_dialog_set_filters (dialog, filters);

  return dialog;
}

static DexFuture *
saved_cb (DexFuture *future,
          gpointer   user_data)
{
  Task *task = user_data;
  /* Translators: %s is the name of a workflow */
  g_autofree char *text = g_strdup_printf (_("“%s” exported"), enlace_workflow_get_name (task->workflow));

  enlace_page_toast (ENLACE_PAGE (task->page), text);

  return dex_future_new_for_boolean (TRUE);
}

static void
export_to_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GFile) file = gtk_file_dialog_save_finish (GTK_FILE_DIALOG (object), result, &error);
  g_autoptr(EnlaceWorkflow) workflow = user_data;
  EnlaceWorkflowsPage *page = g_object_get_data (G_OBJECT (object), "page");

  if (file != NULL && page->client != NULL)
    enlace_page_run (ENLACE_PAGE (page), _("Exporting…"),
                     dex_future_then (enlace_transfer_save (page->client, workflow, file), saved_cb, task_new (page, workflow), task_free));
  else if (error != NULL && !g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_DISMISSED))
    enlace_page_fail (ENLACE_PAGE (page), error);
}

static DexFuture *
ask_for_file_cb (DexFuture *future,
                 gpointer   user_data)
{
  EnlaceWorkflowsPage *self = user_data;
  EnlaceWorkflow *workflow = g_value_get_object (dex_future_get_value (future, NULL));
  g_autoptr(GtkFileDialog) dialog = new_file_dialog (_("Export Workflow"), _("_Export"));
  g_autofree char *name = g_strconcat (enlace_workflow_get_name (workflow), ENLACE_BUNDLE_SUFFIX, NULL);

  g_strdelimit (name, "/", '-');
  gtk_file_dialog_set_initial_name (dialog, name);
  g_object_set_data_full (G_OBJECT (dialog), "page", g_object_ref (self), g_object_unref);
  gtk_file_dialog_save (dialog, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), NULL, export_to_cb, g_object_ref (workflow));

  return dex_future_new_for_boolean (TRUE);
}

static void
export_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  EnlaceWorkflowsPage *self = ENLACE_WORKFLOWS_PAGE (widget);
  DexFuture *future = enlace_client_load_workflow (self->client, g_variant_get_string (parameter, NULL));

  enlace_page_run (ENLACE_PAGE (self), _("Exporting…"), dex_future_then (future, ask_for_file_cb, self, NULL));
}

static void
import_from_cb (GObject      *object,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr(EnlaceWorkflowsPage) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GFile) file = gtk_file_dialog_open_finish (GTK_FILE_DIALOG (object), result, &error);

  if (file != NULL && self->client != NULL)
    enlace_page_run (ENLACE_PAGE (self), _("Importing…"),
                     dex_future_then (enlace_transfer_load (self->client, file), open_made_cb, self, NULL));
  else if (error != NULL && !g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_DISMISSED))
    enlace_page_fail (ENLACE_PAGE (self), error);
}

static void
import_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  g_autoptr(GtkFileDialog) dialog = new_file_dialog (_("Import Workflow"), _("_Import"));

  gtk_file_dialog_open (dialog, GTK_WINDOW (gtk_widget_get_root (widget)), NULL, import_from_cb, g_object_ref (widget));
}

/* Deleting is marked first, and done when it can no longer be undone: a webhook's address and the runs would not come back. */
static void
delete_for_good (EnlaceWorkflowsPage *self,
                 const char          *id)
{
  g_autoptr(EnlaceWorkflow) workflow = NULL;
  g_autofree char *key = NULL;

  if (!g_hash_table_steal_extended (self->deleted, id, (gpointer *) &key, (gpointer *) &workflow))
    return;

  /* Not the page's: it goes on when the page goes. */
  dex_future_disown (enlace_client_delete_workflow (self->client, workflow));
}

void
_enlace_workflows_page_delete_marked (EnlaceWorkflowsPage *self)
{
  g_autofree gpointer *ids = g_hash_table_get_keys_as_array (self->deleted, NULL);

  for (guint i = 0; ids[i] != NULL; i++)
    {
      g_autofree char *id = g_strdup (ids[i]);

      delete_for_good (self, id);
    }
}

static void
toast_dismissed_cb (EnlaceWorkflowsPage *self,
                    AdwToast            *toast)
{
  if (self->client == NULL)
    return;

  delete_for_good (self, g_object_get_data (G_OBJECT (toast), "id"));
  _enlace_workflows_page_refilter (self);
}

static void
undo_delete_action (GtkWidget  *widget,
                    const char *name,
                    GVariant   *parameter)
{
  EnlaceWorkflowsPage *self = ENLACE_WORKFLOWS_PAGE (widget);

  if (g_hash_table_remove (self->deleted, g_variant_get_string (parameter, NULL)))
    _enlace_workflows_page_refilter (self);
}

static void
delete_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  EnlaceWorkflowsPage *self = ENLACE_WORKFLOWS_PAGE (widget);
  EnlaceWorkflow *workflow = find (widget, parameter);
  g_autofree char *title = NULL;
  const char *id;
  AdwToast *toast;

  if (workflow == NULL)
    return;

  id = enlace_resource_get_id (ENLACE_RESOURCE (workflow));
  g_hash_table_insert (self->deleted, g_strdup (id), g_object_ref (workflow));
  _enlace_workflows_page_refilter (self);

  /* Translators: %s is the name of a workflow */
  title = g_strdup_printf (_("“%s” deleted"), enlace_workflow_get_name (workflow));
  toast = adw_toast_new (title);
  adw_toast_set_use_markup (toast, FALSE);
  adw_toast_set_timeout (toast, UNDO_SECONDS);
  adw_toast_set_button_label (toast, _("_Undo"));
  adw_toast_set_action_name (toast, "workflows.undo-delete");
  adw_toast_set_action_target (toast, "s", id);
  g_object_set_data_full (G_OBJECT (toast), "id", g_strdup (id), g_free);
  g_signal_connect_object (toast, "dismissed", G_CALLBACK (toast_dismissed_cb), self, G_CONNECT_SWAPPED);
  enlace_page_add_toast (ENLACE_PAGE (self), toast);
}

/* The switch of the row shows what was wished; it goes back where the server did not do it. */
static DexFuture *
switched_cb (DexFuture *future,
             gpointer   user_data)
{
  g_object_notify (user_data, "is-active");

  return NULL;
}

static void
set_active_action (GtkWidget  *widget,
                   const char *name,
                   GVariant   *parameter)
{
  EnlaceWorkflowsPage *self = ENLACE_WORKFLOWS_PAGE (widget);
  EnlaceWorkflow *workflow;
  gboolean active;
  const char *id;

  g_variant_get (parameter, "(&sb)", &id, &active);
  workflow = _enlace_workflows_page_find (self, id);
  if (workflow == NULL)
    return;

  enlace_page_run (ENLACE_PAGE (self), active ? _("Switching on…") : _("Switching off…"),
                   dex_future_finally (enlace_client_set_active (self->client, workflow, active), switched_cb,
                                       g_object_ref (workflow), g_object_unref));
}

static void
search_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  EnlaceWorkflowsPage *self = ENLACE_WORKFLOWS_PAGE (widget);

  gtk_search_bar_set_search_mode (self->search_bar, !gtk_search_bar_get_search_mode (self->search_bar));
}

void
_enlace_workflows_page_class_install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "workflows.new", NULL, new_action);
  gtk_widget_class_install_action (widget_class, "workflows.example", NULL, example_action);
  gtk_widget_class_install_action (widget_class, "workflows.import", NULL, import_action);
  gtk_widget_class_install_action (widget_class, "workflows.search", NULL, search_action);
  gtk_widget_class_install_action (widget_class, "workflows.open", "s", open_action);
  gtk_widget_class_install_action (widget_class, "workflows.duplicate", "s", duplicate_action);
  gtk_widget_class_install_action (widget_class, "workflows.rename", "s", rename_action);
  gtk_widget_class_install_action (widget_class, "workflows.export", "s", export_action);
  gtk_widget_class_install_action (widget_class, "workflows.delete", "s", delete_action);
  gtk_widget_class_install_action (widget_class, "workflows.undo-delete", "s", undo_delete_action);
  gtk_widget_class_install_action (widget_class, "workflows.set-active", "(sb)", set_active_action);

  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_n, GDK_CONTROL_MASK, "workflows.new", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_f, GDK_CONTROL_MASK, "workflows.search", NULL);
}
