/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include "src/builder/versions-dialog.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#include "src/builder/compare-page.h"
#include "src/client/fiber.h"
#include "src/widgets/format.h"

struct _EnlaceVersionsDialog
{
  AdwDialog        parent_instance;

  /* Template children */
  GtkStack        *stack;
  AdwStatusPage   *error_page;
  GtkListBox      *list;
  GtkWidget       *more_button;
  AdwToastOverlay *toasts;
  AdwNavigationView *navigation;

  EnlaceClient    *client;
  EnlaceWorkflow  *workflow;
  EnlaceGraph     *graph;      /* nullable */
  gboolean         has_changes;
  DexFuture       *work;       /* dropped with the dialog; nullable */
  DexFuture       *naming;     /* likewise */
  gint64           named;      /* the version that is being named */
  char            *cursor;     /* of the next page; nullable */
};

enum {
  RESTORE,
  MAKE_LIVE,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (EnlaceVersionsDialog, enlace_versions_dialog, ADW_TYPE_DIALOG)

static guint signals[N_SIGNALS];

static gint64
get_version (gpointer widget)
{
  return *(gint64 *) g_object_get_data (G_OBJECT (widget), "enlace-version");
}

static void
set_version (gpointer widget,
             gint64   version)
{
  g_object_set_data_full (G_OBJECT (widget), "enlace-version", g_memdup2 (&version, sizeof version), g_free);
}

static DexFuture *
version_read_cb (DexFuture *future,
                 gpointer   user_data)
{
  EnlaceVersionsDialog *self = user_data;
  g_autoptr(GError) error = NULL;
  const GValue *value = dex_future_get_value (future, &error);
  EnlaceValue *body = value != NULL ? enlace_client_reply_get_value (g_value_get_boxed (value), &error) : NULL;
  EnlaceValue *document = body != NULL ? enlace_value_get_member (body, "steps") : NULL;

  if (document != NULL)
    {
      g_signal_emit (self, signals[RESTORE], 0, enlace_value_get_member_int (body, "version", 0), document);
      adw_dialog_close (ADW_DIALOG (self));
    }
  else if (error != NULL && error->domain == ENLACE_CLIENT_ERROR)
    {
      adw_toast_overlay_add_toast (self->toasts, adw_toast_new (error->message));
    }

  return dex_future_new_for_boolean (TRUE);
}

static void
restore_cb (GtkButton            *button,
            EnlaceVersionsDialog *self)
{
  DexFuture *future = enlace_client_get_version (self->client, enlace_resource_get_id (ENLACE_RESOURCE (self->workflow)),
                                                 get_version (button));

  dex_clear (&self->work);
  self->work = dex_future_finally (future, version_read_cb, self, NULL);
}

static void
make_live_cb (GtkButton            *button,
              EnlaceVersionsDialog *self)
{
  g_signal_emit (self, signals[MAKE_LIVE], 0, get_version (button));
  adw_dialog_close (ADW_DIALOG (self));
}

static void
compare_cb (GtkButton            *button,
            EnlaceVersionsDialog *self)
{
  adw_navigation_view_push (self->navigation, enlace_compare_page_new (self->client, self->workflow, self->graph, get_version (button),
                                                                       self->has_changes));
}

static GtkWidget *
new_button (EnlaceVersionsDialog *self,
            const char           *icon_name,
            const char           *tooltip,
            gint64                version,
            GCallback             callback)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon_name);
  g_autofree char *label = g_strdup_printf (_("%s: version %" PRId64), tooltip, version);

  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  set_version (button, version);
  if (callback != NULL)
    g_signal_connect_object (button, "clicked", callback, self, 0);

  return button;
}

static void
add_version (EnlaceVersionsDialog *self,
             EnlaceValue          *item)
{
  gint64 version = enlace_value_get_member_int (item, "version", 0);
  const char *name = enlace_value_get_member_string (item, "name", NULL);
  const char *created_at = enlace_value_get_member_string (item, "created_at", NULL);
  g_autoptr(GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *title = g_strdup_printf (_("Version %" PRId64), version);
  g_autofree char *time = enlace_format_time (created_at, now);
  g_autofree char *exact = enlace_format_time_exactly (created_at);
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *rename;
  gboolean is_live = enlace_workflow_get_is_active (self->workflow) && enlace_workflow_get_published_version (self->workflow) == version;

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  if (name != NULL)
    {
      g_autofree char *subtitle = g_strdup_printf ("%s · %s", title, time);

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
    }
  else
    {
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), time);
    }
  gtk_widget_set_tooltip_text (row, exact);
  if (is_live)
    {
      GtkWidget *tag = gtk_label_new (C_("version", "Live"));

      gtk_widget_set_valign (tag, GTK_ALIGN_CENTER);
      gtk_widget_add_css_class (tag, "tag");
      gtk_widget_add_css_class (tag, "success");
      gtk_widget_add_css_class (tag, "caption-heading");
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), tag);
    }
  else
    {
      adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                                 new_button (self, "media-playback-start-symbolic", _("Put Live"), version, G_CALLBACK (make_live_cb)));
    }
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             new_button (self, "edit-undo-symbolic", _("Restore to Edit"), version, G_CALLBACK (restore_cb)));
  if (self->graph != NULL)
    adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                               new_button (self, "edit-find-symbolic", _("Show Changes"), version, G_CALLBACK (compare_cb)));
  rename = new_button (self, "document-edit-symbolic", _("Rename"), version, NULL);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (rename), "versions.rename");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (rename), "(xs)", version, name != NULL ? name : "");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), rename);
  gtk_list_box_append (self->list, row);
}

static void
show_page (EnlaceVersionsDialog *self,
           EnlaceValue          *page)
{
  EnlaceValue *items = enlace_value_get_member (page, "items");

  for (gsize i = 0; items != NULL && i < enlace_value_get_length (items); i++)
    add_version (self, enlace_value_get_element (items, i));

  g_set_str (&self->cursor, enlace_value_get_member_string (page, "next_cursor", NULL));
  gtk_widget_set_visible (self->more_button, self->cursor != NULL);
  gtk_stack_set_visible_child_name (self->stack, "list");
}

static DexFuture *
page_read_cb (DexFuture *future,
              gpointer   user_data)
{
  EnlaceVersionsDialog *self = user_data;
  g_autoptr(GError) error = NULL;
  const GValue *value = dex_future_get_value (future, &error);
  EnlaceValue *page = value != NULL ? enlace_client_reply_get_value (g_value_get_boxed (value), &error) : NULL;

  if (page != NULL)
    {
      show_page (self, page);
    }
  else if (error->domain == ENLACE_CLIENT_ERROR)
    {
      g_autofree char *markup = g_markup_escape_text (error->message, -1);

      adw_status_page_set_description (self->error_page, markup);
      gtk_stack_set_visible_child_name (self->stack, "error");
    }

  return dex_future_new_for_boolean (TRUE);
}

static void
load (EnlaceVersionsDialog *self)
{
  const char *id = enlace_resource_get_id (ENLACE_RESOURCE (self->workflow));
  g_autofree char *path = NULL;

  if (self->cursor != NULL)
    path = g_strdup_printf ("workflows/%s/versions?cursor=%s", id, self->cursor);
  else
    path = g_strdup_printf ("workflows/%s/versions", id);

  dex_clear (&self->work);
  self->work = dex_future_finally (enlace_client_call (self->client, "GET", path, NULL, NULL), page_read_cb, self, NULL);
}

static DexFuture *
named_cb (DexFuture *future,
          gpointer   user_data)
{
  EnlaceVersionsDialog *self = user_data;
  g_autoptr(GError) error = NULL;
  const GValue *value = dex_future_get_value (future, &error);

  if (value != NULL && enlace_client_reply_get_value (g_value_get_boxed (value), &error) != NULL)
    {
      gtk_list_box_remove_all (self->list);
      g_clear_pointer (&self->cursor, g_free);
      load (self);
    }
  else if (error != NULL && error->domain == ENLACE_CLIENT_ERROR)
    {
      adw_toast_overlay_add_toast (self->toasts, adw_toast_new (error->message));
    }

  return dex_future_new_for_boolean (TRUE);
}

static void
name_response_cb (EnlaceVersionsDialog *self,
                  const char           *response,
                  AdwAlertDialog       *dialog)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) body = NULL;
  g_autofree char *path = NULL;

  if (!g_str_equal (response, "rename"))
    return;

  enlace_map_builder_add_string (builder, "name", gtk_editable_get_text (GTK_EDITABLE (adw_alert_dialog_get_extra_child (dialog))));
  body = enlace_map_builder_end (builder);
  path = g_strdup_printf ("workflows/%s/versions/%" PRId64, enlace_resource_get_id (ENLACE_RESOURCE (self->workflow)), self->named);
  dex_clear (&self->naming);
  self->naming = dex_future_finally (enlace_client_call (self->client, "PUT", path, body, "*"), named_cb, self, NULL);
}

static void
rename_action (GtkWidget  *widget,
               const char *action,
               GVariant   *parameter)
{
  EnlaceVersionsDialog *self = ENLACE_VERSIONS_DIALOG (widget);
  AdwDialog *dialog = adw_alert_dialog_new (_("Rename the Version"), _("Without a name it is shown by its number."));
  GtkWidget *entry = gtk_entry_new ();
  const char *name;

  g_variant_get (parameter, "(x&s)", &self->named, &name);
  gtk_editable_set_text (GTK_EDITABLE (entry), name);
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_entry_set_max_length (GTK_ENTRY (entry), 255);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Name"), -1);
  adw_alert_dialog_set_extra_child (ADW_ALERT_DIALOG (dialog), entry);
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _("_Cancel"), "rename", _("_Rename"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "rename", ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "rename");
  g_signal_connect_object (dialog, "response", G_CALLBACK (name_response_cb), self, G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, widget);
}

static void
try_again_cb (EnlaceVersionsDialog *self)
{
  gtk_stack_set_visible_child_name (self->stack, "loading");
  load (self);
}

static void
more_cb (EnlaceVersionsDialog *self)
{
  load (self);
}

static void
enlace_versions_dialog_dispose (GObject *object)
{
  EnlaceVersionsDialog *self = ENLACE_VERSIONS_DIALOG (object);

  dex_clear (&self->work);
  dex_clear (&self->naming);
  gtk_widget_dispose_template (GTK_WIDGET (object), ENLACE_TYPE_VERSIONS_DIALOG);
  g_clear_object (&self->client);
  g_clear_object (&self->workflow);
  g_clear_object (&self->graph);
  g_clear_pointer (&self->cursor, g_free);

  G_OBJECT_CLASS (enlace_versions_dialog_parent_class)->dispose (object);
}

static void
enlace_versions_dialog_class_init (EnlaceVersionsDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enlace_versions_dialog_dispose;

  signals[RESTORE] = g_signal_new ("restore", ENLACE_TYPE_VERSIONS_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 2, G_TYPE_INT64, ENLACE_TYPE_VALUE);
  signals[MAKE_LIVE] = g_signal_new ("make-live", ENLACE_TYPE_VERSIONS_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, G_TYPE_INT64);

  gtk_widget_class_set_template_from_resource (widget_class, "/com/alkitu/Enlace/ui/builder/versions-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, EnlaceVersionsDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, EnlaceVersionsDialog, error_page);
  gtk_widget_class_bind_template_child (widget_class, EnlaceVersionsDialog, list);
  gtk_widget_class_bind_template_child (widget_class, EnlaceVersionsDialog, more_button);
  gtk_widget_class_bind_template_child (widget_class, EnlaceVersionsDialog, toasts);
  gtk_widget_class_bind_template_child (widget_class, EnlaceVersionsDialog, navigation);
  gtk_widget_class_install_action (widget_class, "versions.rename", "(xs)", rename_action);
  gtk_widget_class_bind_template_callback (widget_class, try_again_cb);
  gtk_widget_class_bind_template_callback (widget_class, more_cb);
}

static void
enlace_versions_dialog_init (EnlaceVersionsDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwDialog *
enlace_versions_dialog_new (EnlaceClient   *client,
                            EnlaceWorkflow *workflow)
{
  EnlaceVersionsDialog *self;

  g_return_val_if_fail (ENLACE_IS_CLIENT (client), NULL);
  g_return_val_if_fail (ENLACE_IS_WORKFLOW (workflow), NULL);

  self = g_object_new (ENLACE_TYPE_VERSIONS_DIALOG, NULL);
  self->client = g_object_ref (client);
  self->workflow = g_object_ref (workflow);
  load (self);

  return ADW_DIALOG (self);
}

void
enlace_versions_dialog_set_draft (EnlaceVersionsDialog *self,
                                  EnlaceGraph          *graph,
                                  gboolean              has_changes)
{
  g_return_if_fail (ENLACE_IS_VERSIONS_DIALOG (self));

  g_set_object (&self->graph, graph);
  self->has_changes = has_changes;
}
