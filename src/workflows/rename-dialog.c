/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflows"

#include "config.h"

#include "src/workflows/rename-dialog.h"

#include <glib/gi18n.h>

typedef struct {
  DexPromise *promise;
  GtkEditable *entry;   /* owned */
  char       *name;
} Question;

static void
question_free (gpointer data,
               GClosure *closure)
{
  Question *question = data;

  dex_clear (&question->promise);
  g_clear_object (&question->entry);
  g_free (question->name);
  g_free (question);
}

static char *
dup_name (GtkEditable *entry)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (entry)));
}

static void
response_cb (AdwAlertDialog *dialog,
             const char     *response,
             Question       *question)
{
  g_autofree char *name = dup_name (question->entry);

  if (g_str_equal (response, "rename") && *name != '\0' && !g_str_equal (name, question->name))
    dex_promise_resolve_string (question->promise, g_steal_pointer (&name));
  else
    dex_promise_resolve_string (question->promise, NULL);
}

static void
changed_cb (AdwAlertDialog *dialog,
            GtkEditable    *entry)
{
  g_autofree char *name = dup_name (entry);

  adw_alert_dialog_set_response_enabled (dialog, "rename", *name != '\0');
}

DexFuture *
enlace_rename_dialog_ask (GtkWidget  *parent,
                          const char *name)
{
  AdwDialog *dialog = adw_alert_dialog_new (_("Rename Workflow"), NULL);
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *entry = adw_entry_row_new ();
  Question *question = g_new0 (Question, 1);

  question->promise = dex_promise_new ();
  question->entry = g_object_ref_sink (GTK_EDITABLE (entry));
  question->name = g_strdup (name);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (entry), _("Name"));
  adw_entry_row_set_activates_default (ADW_ENTRY_ROW (entry), TRUE);
  gtk_editable_set_text (GTK_EDITABLE (entry), name);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), entry);
  adw_alert_dialog_set_extra_child (ADW_ALERT_DIALOG (dialog), group);
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _("_Cancel"), "rename", _("_Rename"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "rename", ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "rename");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "cancel");

  g_signal_connect_object (entry, "changed", G_CALLBACK (changed_cb), dialog, G_CONNECT_SWAPPED);
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), question, question_free, 0);
  adw_dialog_set_focus (dialog, entry);
  adw_dialog_present (dialog, parent);

  return dex_ref (question->promise);
}
