/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include "src/builder/publish-dialog.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

#include "src/builder/publish-words.h"
#include "src/client/fiber.h"

struct _EnlacePublishDialog
{
  AdwDialog            parent_instance;

  /* Template children */
  AdwWindowTitle      *title;
  GtkWidget           *cancel_button;
  GtkWidget           *publish_button;
  GtkStack            *stack;
  AdwStatusPage       *error_page;
  GtkWidget           *problems_box;
  AdwPreferencesGroup *problems;
  AdwPreferencesGroup *changes;
  GtkLabel            *runs;
  AdwStatusPage       *done_page;
  GtkWidget           *address_box;
  AdwActionRow        *address_row;
  AdwActionRow        *curl_row;
  AdwToastOverlay     *toasts;

  EnlaceClient        *client;
  EnlaceDraft         *draft;
  DexFuture           *work;       /* dropped with the dialog; nullable */
  char                *curl;
};

enum {
  SHOW_NODE,
  PUBLISHED,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (EnlacePublishDialog, enlace_publish_dialog, ADW_TYPE_DIALOG)

static guint signals[N_SIGNALS];

typedef struct {
  EnlaceClient *client;
  EnlaceDraft  *draft;
} Publishing;

static void
publishing_free (gpointer data)
{
  Publishing *publishing = data;

  g_object_unref (publishing->client);
  g_object_unref (publishing->draft);
  g_free (publishing);
}

static Publishing *
publishing_new (EnlaceClient *client,
                EnlaceDraft  *draft)
{
  Publishing *publishing = g_new0 (Publishing, 1);

  publishing->client = g_object_ref (client);
  publishing->draft = g_object_ref (draft);

  return publishing;
}

static DexFuture *
publish_fiber (gpointer user_data)
{
  Publishing *publishing = user_data;
  g_autoptr(EnlaceWorkflow) workflow = NULL;
  g_autoptr(GError) error = NULL;

  workflow = dex_await_object (enlace_draft_save_version (publishing->draft), &error);
  if (workflow == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));

  return enlace_client_publish (publishing->client, workflow, enlace_workflow_get_version (workflow));
}

DexFuture *
enlace_publish (EnlaceClient *client,
                EnlaceDraft  *draft)
{
  g_return_val_if_fail (ENLACE_IS_CLIENT (client), NULL);
  g_return_val_if_fail (ENLACE_IS_DRAFT (draft), NULL);

  return enlace_fiber_spawn (publish_fiber, publishing_new (client, draft), publishing_free);
}

static DexFuture *
preview_fiber (gpointer user_data)
{
  Publishing *publishing = user_data;
  EnlaceWorkflow *workflow = enlace_draft_get_workflow (publishing->draft);
  g_autofree char *path = g_strdup_printf ("workflows/%s/publish-preview", enlace_resource_get_id (ENLACE_RESOURCE (workflow)));
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) body = NULL;
  g_autoptr(GError) error = NULL;

  if (!dex_await (enlace_draft_flush (publishing->draft), &error))
    return dex_future_new_for_error (g_steal_pointer (&error));
  if (enlace_draft_get_has_changes (publishing->draft))
    enlace_map_builder_add_string (builder, "version", "draft");
  body = enlace_map_builder_end (builder);

  return enlace_client_call (publishing->client, "POST", path, body, NULL);
}

DexFuture *
enlace_publish_preview (EnlaceClient *client,
                        EnlaceDraft  *draft)
{
  g_return_val_if_fail (ENLACE_IS_CLIENT (client), NULL);
  g_return_val_if_fail (ENLACE_IS_DRAFT (draft), NULL);

  return enlace_fiber_spawn (preview_fiber, publishing_new (client, draft), publishing_free);
}

static void
show_error (EnlacePublishDialog *self,
            const GError        *error)
{
  g_autofree char *markup = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || error->domain == DEX_ERROR)
    return;

  markup = g_markup_escape_text (error->message, -1);
  adw_status_page_set_description (self->error_page, markup);
  gtk_widget_set_sensitive (self->publish_button, FALSE);
  gtk_stack_set_visible_child_name (self->stack, "error");
}

static void
problem_activated_cb (AdwActionRow        *row,
                      EnlacePublishDialog *self)
{
  g_signal_emit (self, signals[SHOW_NODE], 0, g_object_get_data (G_OBJECT (row), "enlace-node"));
  adw_dialog_close (ADW_DIALOG (self));
}

static gboolean
refuses (const EnlaceValue *problem)
{
  return strcmp (enlace_value_get_member_string (problem, "severity", "problem"), "warning") != 0;
}

static void
add_problem (EnlacePublishDialog *self,
             EnlaceValue         *problem)
{
  const char *node = enlace_value_get_member_string (problem, "node", NULL);
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), enlace_value_get_member_string (problem, "detail", ""));
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name (refuses (problem) ? "dialog-error-symbolic" : "dialog-warning-symbolic"));
  if (node != NULL)
    {
      g_object_set_data_full (G_OBJECT (row), "enlace-node", g_strdup (node), g_free);
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name ("go-next-symbolic"));
      g_signal_connect_object (row, "activated", G_CALLBACK (problem_activated_cb), self, 0);
    }
  adw_preferences_group_add (self->problems, row);
}

static void
add_change (EnlacePublishDialog       *self,
            const EnlacePublishChange *change)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), change->title);
  if (change->subtitle != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), change->subtitle);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name (change->icon_name));
  adw_preferences_group_add (self->changes, row);
}

static void
show_preview (EnlacePublishDialog *self,
              EnlaceValue         *preview)
{
  EnlaceValue *problems = enlace_value_get_member (preview, "problems");
  gsize n_problems = problems != NULL ? enlace_value_get_length (problems) : 0;
  gsize n_refusing = 0;
  g_autoptr(GPtrArray) changes = enlace_publish_words_list (preview);
  g_autofree char *runs = enlace_publish_words_runs (preview);
  EnlaceValue *live = enlace_value_get_member (preview, "live_version");
  gboolean is_live = live != NULL && !enlace_value_is_null (live);

  for (gsize i = 0; i < n_problems; i++)
    {
      add_problem (self, enlace_value_get_element (problems, i));
      n_refusing += refuses (enlace_value_get_element (problems, i));
    }
  if (n_refusing == 0)
    adw_preferences_group_set_description (self->problems, _("The workflow can be published; this is worth a look before."));
  gtk_widget_set_visible (self->problems_box, n_problems > 0);

  for (guint i = 0; i < changes->len; i++)
    add_change (self, g_ptr_array_index (changes, i));
  if (is_live)
    {
      g_autofree char *title = g_strdup_printf (_("Against the Live Version %" PRId64), enlace_value_get_int (live));

      adw_preferences_group_set_title (self->changes, title);
    }
  if (changes->len == 0)
    adw_preferences_group_set_description (self->changes, _("Nothing changes in what the workflow does."));

  gtk_label_set_label (self->runs, runs != NULL ? runs : "");
  gtk_widget_set_visible (GTK_WIDGET (self->runs), runs != NULL);
  gtk_widget_set_sensitive (self->publish_button, n_refusing == 0);
  gtk_stack_set_visible_child_name (self->stack, "preview");
}

static DexFuture *
previewed_cb (DexFuture *future,
              gpointer   user_data)
{
  EnlacePublishDialog *self = user_data;
  g_autoptr(GError) error = NULL;
  const GValue *value = dex_future_get_value (future, &error);
  EnlaceValue *preview = value != NULL ? enlace_client_reply_get_value (g_value_get_boxed (value), &error) : NULL;

  if (preview != NULL)
    show_preview (self, preview);
  else
    show_error (self, error);

  return dex_future_new_for_boolean (TRUE);
}

static void
start_preview (EnlacePublishDialog *self)
{
  gtk_stack_set_visible_child_name (self->stack, "working");
  dex_clear (&self->work);
  self->work = dex_future_finally (enlace_publish_preview (self->client, self->draft), previewed_cb, self, NULL);
}

static void
try_again_cb (EnlacePublishDialog *self)
{
  start_preview (self);
}

void
enlace_publish_dialog_show_address (EnlacePublishDialog *self)
{
  EnlaceWorkflow *workflow = enlace_draft_get_workflow (self->draft);
  const char *address = enlace_workflow_get_address (workflow);
  gboolean is_webhook = g_strcmp0 (enlace_workflow_get_trigger_type (workflow), "webhook") == 0 && address != NULL;
  g_autofree char *title = g_strdup_printf (_("Version %" PRId64 " Is Live"), enlace_workflow_get_published_version (workflow));

  adw_status_page_set_title (self->done_page, title);
  adw_status_page_set_description (self->done_page, is_webhook ? _("It runs when a request arrives at this address.")
                                                               : _("It runs when somebody starts it."));
  gtk_widget_set_visible (self->address_box, is_webhook);
  if (is_webhook)
    {
      g_free (self->curl);
      self->curl = enlace_publish_words_curl (address, "POST");
      adw_action_row_set_subtitle (self->address_row, address);
      adw_action_row_set_subtitle (self->curl_row, self->curl);
    }
  gtk_widget_set_visible (self->publish_button, FALSE);
  gtk_button_set_label (GTK_BUTTON (self->cancel_button), _("_Close"));
  gtk_stack_set_visible_child_name (self->stack, "done");
  /* The button that had the focus is gone, and Escape is for who has it. */
  gtk_widget_grab_focus (self->cancel_button);
}

static DexFuture *
published_cb (DexFuture *future,
              gpointer   user_data)
{
  EnlacePublishDialog *self = user_data;
  g_autoptr(GError) error = NULL;

  if (dex_future_get_value (future, &error) == NULL)
    {
      show_error (self, error);
      return dex_future_new_for_boolean (FALSE);
    }

  enlace_publish_dialog_show_address (self);
  g_signal_emit (self, signals[PUBLISHED], 0, enlace_workflow_get_published_version (enlace_draft_get_workflow (self->draft)));

  return dex_future_new_for_boolean (TRUE);
}

static void
publish_cb (EnlacePublishDialog *self)
{
  gtk_widget_set_sensitive (self->publish_button, FALSE);
  gtk_stack_set_visible_child_name (self->stack, "working");
  dex_clear (&self->work);
  self->work = dex_future_finally (enlace_publish (self->client, self->draft), published_cb, self, NULL);
}

static void
copy (EnlacePublishDialog *self,
      const char          *text)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (_("Copied")));
}

static void
copy_address_cb (EnlacePublishDialog *self)
{
  copy (self, enlace_workflow_get_address (enlace_draft_get_workflow (self->draft)));
}

static void
copy_curl_cb (EnlacePublishDialog *self)
{
  copy (self, self->curl);
}

static void
enlace_publish_dialog_dispose (GObject *object)
{
  EnlacePublishDialog *self = ENLACE_PUBLISH_DIALOG (object);

  dex_clear (&self->work);
  gtk_widget_dispose_template (GTK_WIDGET (object), ENLACE_TYPE_PUBLISH_DIALOG);
  g_clear_object (&self->client);
  g_clear_object (&self->draft);
  g_clear_pointer (&self->curl, g_free);

  G_OBJECT_CLASS (enlace_publish_dialog_parent_class)->dispose (object);
}

static void
enlace_publish_dialog_class_init (EnlacePublishDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enlace_publish_dialog_dispose;

  signals[SHOW_NODE] = g_signal_new ("show-node", ENLACE_TYPE_PUBLISH_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[PUBLISHED] = g_signal_new ("published", ENLACE_TYPE_PUBLISH_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, G_TYPE_INT64);

  gtk_widget_class_set_template_from_resource (widget_class, "/com/alkitu/Enlace/ui/builder/publish-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, EnlacePublishDialog, title);
  gtk_widget_class_bind_template_child (widget_class, EnlacePublishDialog, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, EnlacePublishDialog, publish_button);
  gtk_widget_class_bind_template_child (widget_class, EnlacePublishDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, EnlacePublishDialog, error_page);
  gtk_widget_class_bind_template_child (widget_class, EnlacePublishDialog, problems_box);
  gtk_widget_class_bind_template_child (widget_class, EnlacePublishDialog, problems);
  gtk_widget_class_bind_template_child (widget_class, EnlacePublishDialog, changes);
  gtk_widget_class_bind_template_child (widget_class, EnlacePublishDialog, runs);
  gtk_widget_class_bind_template_child (widget_class, EnlacePublishDialog, done_page);
  gtk_widget_class_bind_template_child (widget_class, EnlacePublishDialog, address_box);
  gtk_widget_class_bind_template_child (widget_class, EnlacePublishDialog, address_row);
  gtk_widget_class_bind_template_child (widget_class, EnlacePublishDialog, curl_row);
  gtk_widget_class_bind_template_child (widget_class, EnlacePublishDialog, toasts);
  gtk_widget_class_bind_template_callback (widget_class, publish_cb);
  gtk_widget_class_bind_template_callback (widget_class, try_again_cb);
  gtk_widget_class_bind_template_callback (widget_class, copy_address_cb);
  gtk_widget_class_bind_template_callback (widget_class, copy_curl_cb);
}

static void
enlace_publish_dialog_init (EnlacePublishDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwDialog *
enlace_publish_dialog_new (EnlaceClient *client,
                           EnlaceDraft  *draft)
{
  EnlacePublishDialog *self;

  g_return_val_if_fail (ENLACE_IS_CLIENT (client), NULL);
  g_return_val_if_fail (ENLACE_IS_DRAFT (draft), NULL);

  self = g_object_new (ENLACE_TYPE_PUBLISH_DIALOG, NULL);
  self->client = g_object_ref (client);
  self->draft = g_object_ref (draft);
  adw_window_title_set_subtitle (self->title, enlace_workflow_get_name (enlace_draft_get_workflow (draft)));
  start_preview (self);

  return ADW_DIALOG (self);
}
