/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include "src/builder/page-private.h"

#include <glib/gi18n.h>

#include "src/builder/extract.h"

typedef struct {
  EnlaceBuilderPage *page;        /* owned */
  EnlaceExtraction  *extraction;  /* owned */
  GtkEditable       *entry;       /* borrowed from the dialog */
  char              *name;
} Extract;

static void
extract_free (gpointer data)
{
  Extract *extract = data;

  enlace_extraction_free (extract->extraction);
  g_object_unref (extract->page);
  g_free (extract->name);
  g_free (extract);
}

static DexFuture *
created_cb (DexFuture *future,
            gpointer   user_data)
{
  Extract *extract = user_data;
  EnlaceBuilderPage *self = extract->page;
  g_autoptr(GError) error = NULL;
  const GValue *value = dex_future_get_value (future, &error);
  g_autofree char *text = NULL;

  if (value == NULL)
    text = g_strdup_printf (_("The workflow was not made: %s"), error->message);
  else if (enlace_extraction_apply (extract->extraction, enlace_resource_get_id (g_value_get_object (value)), extract->name))
    /* Translators: %s is the name of the new workflow. */
    text = g_strdup_printf (_("“%s” is a workflow of its own now"), extract->name);
  else
    text = g_strdup_printf (_("“%s” was made, but the steps were changed meanwhile and stay"), extract->name);
  enlace_page_toast (ENLACE_PAGE (self), text);

  return dex_future_new_for_boolean (value != NULL);
}

static void
response_cb (AdwAlertDialog *dialog,
             const char     *response,
             Extract        *extract)
{
  DexFuture *future;

  if (!g_str_equal (response, "extract"))
    {
      extract_free (extract);
      return;
    }

  extract->name = g_strstrip (g_strdup (gtk_editable_get_text (extract->entry)));
  future = enlace_client_create_workflow (extract->page->client, extract->name, NULL, enlace_extraction_get_document (extract->extraction));
  enlace_page_follow (ENLACE_PAGE (extract->page), dex_future_finally (future, created_cb, extract, extract_free));
}

static void
name_changed_cb (GtkEditable    *entry,
                 AdwAlertDialog *dialog)
{
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (entry)));

  adw_alert_dialog_set_response_enabled (dialog, "extract", *name != '\0');
}

void
_enlace_builder_page_extract (EnlaceBuilderPage *self)
{
  g_auto(GStrv) ids = enlace_canvas_dup_selection (self->canvas);
  g_autoptr(GError) error = NULL;
  EnlaceExtraction *extraction = enlace_extraction_new (self->graph, (const char *const *) ids, &error);
  AdwDialog *dialog;
  GtkWidget *entry;
  Extract *extract;

  if (extraction == NULL)
    {
      enlace_page_toast (ENLACE_PAGE (self), error->message);
      return;
    }

  dialog = adw_alert_dialog_new (_("Extract Into a Workflow?"),
                                 _("The selected steps become a workflow of their own, which one step runs in their place."));
  entry = adw_entry_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (entry), _("Name"));
  gtk_editable_set_text (GTK_EDITABLE (entry), _("Extracted Steps"));
  adw_entry_row_set_activates_default (ADW_ENTRY_ROW (entry), TRUE);
  adw_alert_dialog_set_extra_child (ADW_ALERT_DIALOG (dialog), g_object_new (GTK_TYPE_LIST_BOX, "selection-mode", GTK_SELECTION_NONE,
                                                                             "css-classes", (const char *[]) { "boxed-list", NULL }, NULL));
  gtk_list_box_append (GTK_LIST_BOX (adw_alert_dialog_get_extra_child (ADW_ALERT_DIALOG (dialog))), entry);
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _("_Cancel"), "extract", _("_Extract"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "extract", ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "extract");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "cancel");

  extract = g_new0 (Extract, 1);
  extract->page = g_object_ref (self);
  extract->extraction = extraction;
  extract->entry = GTK_EDITABLE (entry);
  g_signal_connect_object (entry, "changed", G_CALLBACK (name_changed_cb), dialog, 0);
  g_signal_connect (dialog, "response", G_CALLBACK (response_cb), extract);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}
