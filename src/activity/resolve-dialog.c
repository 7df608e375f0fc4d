/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-activity"

#include "config.h"

#include "src/activity/resolve-dialog.h"

#include <glib/gi18n.h>

#include "common/value/json.h"

typedef struct {
  DexPromise  *promise;
  GtkEditable *output;   /* owned */
} Question;

static EnlaceResolution *
enlace_resolution_copy (EnlaceResolution *self)
{
  EnlaceResolution *copy = g_new0 (EnlaceResolution, 1);

  copy->done = self->done;
  copy->output = self->output != NULL ? enlace_value_ref (self->output) : NULL;

  return copy;
}

static void
enlace_resolution_free (EnlaceResolution *self)
{
  g_clear_pointer (&self->output, enlace_value_unref);
  g_free (self);
}

G_DEFINE_BOXED_TYPE (EnlaceResolution, enlace_resolution, enlace_resolution_copy, enlace_resolution_free)

static void
question_free (gpointer  data,
               GClosure *closure)
{
  Question *question = data;

  dex_clear (&question->promise);
  g_clear_object (&question->output);
  g_free (question);
}

/* FALSE: there is text, and it is no JSON. */
static gboolean
read_output (GtkEditable  *entry,
             EnlaceValue **output)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (entry)));

  *output = NULL;
  if (*text == '\0')
    return TRUE;

  *output = enlace_json_parse (text, -1, NULL);

  return *output != NULL;
}

static void
changed_cb (AdwAlertDialog *dialog,
            GtkEditable    *entry)
{
  g_autoptr(EnlaceValue) output = NULL;
  gboolean is_valid = read_output (entry, &output);

  adw_alert_dialog_set_response_enabled (dialog, "done", is_valid);
  if (is_valid)
    gtk_widget_remove_css_class (GTK_WIDGET (entry), "error");
  else
    gtk_widget_add_css_class (GTK_WIDGET (entry), "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_STATE_INVALID,
                               is_valid ? GTK_ACCESSIBLE_INVALID_FALSE : GTK_ACCESSIBLE_INVALID_TRUE, -1);
}

static void
response_cb (AdwAlertDialog *dialog,
             const char     *response,
             Question       *question)
{
  EnlaceResolution *resolution;

  if (g_str_equal (response, "cancel"))
    {
      dex_promise_resolve_boxed (question->promise, ENLACE_TYPE_RESOLUTION, NULL);
      return;
    }

  resolution = g_new0 (EnlaceResolution, 1);
  resolution->done = g_str_equal (response, "done");
  if (resolution->done)
    read_output (question->output, &resolution->output);
  dex_promise_resolve_boxed (question->promise, ENLACE_TYPE_RESOLUTION, resolution);
}

DexFuture *
enlace_resolve_dialog_ask (GtkWidget  *parent,
                           const char *step_name)
{
  AdwDialog *dialog = adw_alert_dialog_new (NULL, NULL);
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *output = adw_entry_row_new ();
  Question *question = g_new0 (Question, 1);

  question->promise = dex_promise_new ();
  question->output = g_object_ref_sink (GTK_EDITABLE (output));

  /* Translators: %s is the name of a step */
  adw_alert_dialog_format_heading (ADW_ALERT_DIALOG (dialog), _("Did “%s” Happen?"), step_name);
  adw_alert_dialog_set_body (ADW_ALERT_DIALOG (dialog),
                             _("The run was cut off while this step was acting, so it is not known whether the other system got it. "
                               "Look there. If it happened, the run goes on behind the step; if not, the step is done again."));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (output), _("What it gave, as JSON (optional)"));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), output);
  adw_alert_dialog_set_extra_child (ADW_ALERT_DIALOG (dialog), group);
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog),
                                  "cancel", _("_Cancel"),
                                  "not-done", _("It Did _Not Happen"),
                                  "done", _("It _Happened"),
                                  NULL);
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "cancel");

  g_signal_connect_object (output, "changed", G_CALLBACK (changed_cb), dialog, G_CONNECT_SWAPPED);
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), question, question_free, 0);
  adw_dialog_present (dialog, parent);

  return dex_ref (question->promise);
}
