/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include "src/builder/page-private.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#include "src/builder/publish-dialog.h"
#include "src/builder/versions-dialog.h"

static void
show_node_cb (EnlaceBuilderPage   *self,
              const char          *id,
              EnlacePublishDialog *dialog)
{
  _enlace_builder_page_show_node (self, id);
}

static void
published_cb (EnlaceBuilderPage   *self,
              gint64               version,
              EnlacePublishDialog *dialog)
{
  g_autofree char *text = g_strdup_printf (_("Version %" PRId64 " is live"), version);

  enlace_page_toast (ENLACE_PAGE (self), text);
}

static AdwDialog *
new_publish_dialog (EnlaceBuilderPage *self)
{
  AdwDialog *dialog = enlace_publish_dialog_new (self->client, self->draft);

  g_signal_connect_object (dialog, "show-node", G_CALLBACK (show_node_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (dialog, "published", G_CALLBACK (published_cb), self, G_CONNECT_SWAPPED);

  return dialog;
}

void
_enlace_builder_page_show_publish (EnlaceBuilderPage *self)
{
  adw_dialog_present (new_publish_dialog (self), GTK_WIDGET (self));
}

void
_enlace_builder_page_show_address (EnlaceBuilderPage *self)
{
  AdwDialog *dialog = new_publish_dialog (self);

  enlace_publish_dialog_show_address (ENLACE_PUBLISH_DIALOG (dialog));
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static DexFuture *
made_live_cb (DexFuture *future,
              gpointer   user_data)
{
  EnlaceBuilderPage *self = user_data;

  published_cb (self, enlace_workflow_get_published_version (enlace_draft_get_workflow (self->draft)), NULL);

  return dex_future_new_for_boolean (TRUE);
}

static void
put_on (EnlaceBuilderPage *self)
{
  DexFuture *future = enlace_client_set_active (self->client, enlace_draft_get_workflow (self->draft), TRUE);

  enlace_page_run (ENLACE_PAGE (self), _("Publishing…"), dex_future_then (future, made_live_cb, self, NULL));
}

static DexFuture *
taken_off_cb (DexFuture *future,
              gpointer   user_data)
{
  EnlaceBuilderPage *self = user_data;
  AdwToast *toast = adw_toast_new (_("The workflow is off"));

  adw_toast_set_button_label (toast, _("_Undo"));
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (put_on), self, G_CONNECT_SWAPPED);
  enlace_page_add_toast (ENLACE_PAGE (self), toast);

  return dex_future_new_for_boolean (TRUE);
}

void
_enlace_builder_page_unpublish (EnlaceBuilderPage *self)
{
  DexFuture *future = enlace_client_set_active (self->client, enlace_draft_get_workflow (self->draft), FALSE);

  enlace_page_run (ENLACE_PAGE (self), _("Turning Off…"), dex_future_then (future, taken_off_cb, self, NULL));
}

static void
undo_cb (EnlaceBuilderPage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "builder.undo", NULL);
}

static void
restore_cb (EnlaceBuilderPage    *self,
            gint64                version,
            EnlaceValue          *document,
            EnlaceVersionsDialog *dialog)
{
  g_autofree char *label = g_strdup_printf (_("Restore Version %" PRId64), version);
  g_autofree char *text = g_strdup_printf (_("Version %" PRId64 " restored. Publish it to put it live."), version);
  g_autoptr(GError) error = NULL;
  AdwToast *toast;

  if (!enlace_graph_replace (self->graph, document, label, &error))
    return enlace_page_fail (ENLACE_PAGE (self), error);

  toast = adw_toast_new (text);
  adw_toast_set_button_label (toast, _("_Undo"));
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (undo_cb), self, G_CONNECT_SWAPPED);
  enlace_page_add_toast (ENLACE_PAGE (self), toast);
}

static void
make_live_cb (EnlaceBuilderPage    *self,
              gint64                version,
              EnlaceVersionsDialog *dialog)
{
  DexFuture *future = enlace_client_publish (self->client, enlace_draft_get_workflow (self->draft), version);

  enlace_page_run (ENLACE_PAGE (self), _("Publishing…"), dex_future_then (future, made_live_cb, self, NULL));
}

void
_enlace_builder_page_show_versions (EnlaceBuilderPage *self)
{
  AdwDialog *dialog = enlace_versions_dialog_new (self->client, enlace_draft_get_workflow (self->draft));

  enlace_versions_dialog_set_draft (ENLACE_VERSIONS_DIALOG (dialog), self->graph, enlace_draft_get_has_changes (self->draft));
  g_signal_connect_object (dialog, "restore", G_CALLBACK (restore_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (dialog, "make-live", G_CALLBACK (make_live_cb), self, G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static void
discard_response_cb (EnlaceBuilderPage *self,
                     const char        *response)
{
  if (g_str_equal (response, "discard"))
    enlace_page_run (ENLACE_PAGE (self), _("Discarding…"), enlace_draft_discard (self->draft));
  else if (g_str_equal (response, "keep"))
    enlace_draft_keep (self->draft);
}

void
_enlace_builder_page_discard (EnlaceBuilderPage *self)
{
  AdwDialog *dialog = adw_alert_dialog_new (_("Discard Your Changes?"), NULL);

  adw_alert_dialog_format_body (ADW_ALERT_DIALOG (dialog),
                                _("The workflow becomes version %" PRId64 " again. This cannot be undone."),
                                enlace_workflow_get_version (enlace_draft_get_workflow (self->draft)));
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _("_Cancel"), "discard", _("_Discard"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "discard", ADW_RESPONSE_DESTRUCTIVE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (discard_response_cb), self, G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

void
_enlace_builder_page_resolve_conflict (EnlaceBuilderPage *self)
{
  AdwDialog *dialog = adw_alert_dialog_new (_("Which Changes Count?"), NULL);

  adw_alert_dialog_format_body (ADW_ALERT_DIALOG (dialog),
                                _("Version %" PRId64 " was made while you were editing version %" PRId64
                                  ". Reload drops your changes. Keep Mine makes your next version without what that one changed; "
                                  "it stays in the version history."),
                                enlace_workflow_get_version (enlace_draft_get_workflow (self->draft)),
                                enlace_draft_get_base_version (self->draft));
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _("_Cancel"), "discard", _("_Reload"), "keep", _("_Keep Mine"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "discard", ADW_RESPONSE_DESTRUCTIVE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (discard_response_cb), self, G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}
