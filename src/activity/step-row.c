/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-activity"

#include "config.h"

#include "src/activity/step-row.h"

#include <glib/gi18n.h>

#include "src/widgets/format.h"
#include "src/widgets/json-view.h"
#include "src/widgets/status.h"

struct _EnlaceStepRow
{
  AdwExpanderRow    parent_instance;

  /* Template children */
  GtkImage         *status;
  GtkLabel         *duration;
  GtkWidget        *resolve_button;
  GtkWidget        *replay_button;
  GtkListBoxRow    *error_row;
  GtkLabel         *error_label;
  GtkListBoxRow    *input_row;
  EnlaceJsonView   *input;
  GtkListBoxRow    *output_row;
  EnlaceJsonView   *output;
  GtkListBoxRow    *nothing_row;

  /* Owned */
  EnlaceStepRecord *record;
};

G_DEFINE_FINAL_TYPE (EnlaceStepRow, enlace_step_row, ADW_TYPE_EXPANDER_ROW)

static char *
describe (EnlaceStepRecord *record)
{
  g_autoptr(GString) text = g_string_new (enlace_status_get_title (enlace_step_record_get_status (record)));

  if (enlace_step_record_get_attempt (record) > 1)
    {
      g_string_append (text, " · ");
      g_string_append_printf (text, _("Attempt %d"), (int) enlace_step_record_get_attempt (record));
    }
  if (enlace_step_record_get_error_message (record) != NULL)
    g_string_append_printf (text, " · %s", enlace_step_record_get_error_message (record));

  return g_string_free_and_steal (g_steal_pointer (&text));
}

/* Values are set when they are seen: a run may have many steps, and a step may have got much. */
static void
fill (EnlaceStepRow *self)
{
  EnlaceValue *input;
  EnlaceValue *output;
  const char *message;

  if (self->record == NULL || !adw_expander_row_get_expanded (ADW_EXPANDER_ROW (self)))
    return;

  input = enlace_step_record_get_input (self->record);
  output = enlace_step_record_get_output (self->record);
  message = enlace_step_record_get_error_message (self->record);
  gtk_label_set_label (self->error_label, message != NULL ? message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->error_row), message != NULL);
  enlace_json_view_set_value (self->input, input);
  gtk_widget_set_visible (GTK_WIDGET (self->input_row), input != NULL);
  enlace_json_view_set_value (self->output, output);
  gtk_widget_set_visible (GTK_WIDGET (self->output_row), output != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->nothing_row), input == NULL && output == NULL && message == NULL);
}

static void
enlace_step_row_dispose (GObject *object)
{
  EnlaceStepRow *self = ENLACE_STEP_ROW (object);

  g_clear_object (&self->record);
  gtk_widget_dispose_template (GTK_WIDGET (object), ENLACE_TYPE_STEP_ROW);

  G_OBJECT_CLASS (enlace_step_row_parent_class)->dispose (object);
}

static void
enlace_step_row_class_init (EnlaceStepRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enlace_step_row_dispose;

  g_type_ensure (ENLACE_TYPE_JSON_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/com/alkitu/Enlace/ui/activity/step-row.ui");
  gtk_widget_class_bind_template_child (widget_class, EnlaceStepRow, status);
  gtk_widget_class_bind_template_child (widget_class, EnlaceStepRow, duration);
  gtk_widget_class_bind_template_child (widget_class, EnlaceStepRow, resolve_button);
  gtk_widget_class_bind_template_child (widget_class, EnlaceStepRow, replay_button);
  gtk_widget_class_bind_template_child (widget_class, EnlaceStepRow, error_row);
  gtk_widget_class_bind_template_child (widget_class, EnlaceStepRow, error_label);
  gtk_widget_class_bind_template_child (widget_class, EnlaceStepRow, input_row);
  gtk_widget_class_bind_template_child (widget_class, EnlaceStepRow, input);
  gtk_widget_class_bind_template_child (widget_class, EnlaceStepRow, output_row);
  gtk_widget_class_bind_template_child (widget_class, EnlaceStepRow, output);
  gtk_widget_class_bind_template_child (widget_class, EnlaceStepRow, nothing_row);
  gtk_widget_class_bind_template_callback (widget_class, fill);
}

static void
enlace_step_row_init (EnlaceStepRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
enlace_step_row_new (void)
{
  return g_object_new (ENLACE_TYPE_STEP_ROW, NULL);
}

void
enlace_step_row_set_record (EnlaceStepRow    *self,
                            EnlaceStepRecord *record,
                            const char       *name)
{
  g_autofree char *subtitle = NULL;
  g_autofree char *duration = NULL;
  g_autofree char *label = NULL;
  const char *status;

  g_return_if_fail (ENLACE_IS_STEP_ROW (self));
  g_return_if_fail (ENLACE_IS_STEP_RECORD (record));

  g_set_object (&self->record, record);
  status = enlace_step_record_get_status (record);
  subtitle = describe (record);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), name);
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), subtitle);
  /* The title names only the row inside that is opened. */
  label = g_strdup_printf ("%s: %s", name, subtitle);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  enlace_status_show (self->status, status);
  if (enlace_step_record_get_duration_ms (record) >= 0)
    duration = enlace_format_duration (enlace_step_record_get_duration_ms (record));
  gtk_label_set_label (self->duration, duration != NULL ? duration : "");

  gtk_widget_set_visible (self->resolve_button, g_str_equal (status, "unknown"));
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->resolve_button), "(ss)", enlace_step_record_get_node (record),
                                    enlace_step_record_get_path (record));
  gtk_widget_set_visible (self->replay_button, g_str_equal (status, "failed"));
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->replay_button), "(ss)", enlace_step_record_get_node (record),
                                    enlace_step_record_get_path (record));
  fill (self);
}

EnlaceStepRecord *
enlace_step_row_get_record (EnlaceStepRow *self)
{
  g_return_val_if_fail (ENLACE_IS_STEP_ROW (self), NULL);

  return self->record;
}
