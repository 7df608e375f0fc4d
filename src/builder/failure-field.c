/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include "src/builder/failure-field.h"

#include <glib/gi18n.h>

#include "src/builder/form-value.h"

struct _EnlaceFailureField
{
  AdwPreferencesGroup parent_instance;

  AdwComboRow        *way;
  AdwEntryRow        *value;
  gboolean            is_setting;
};

G_DEFINE_FINAL_TYPE (EnlaceFailureField, enlace_failure_field, ADW_TYPE_PREFERENCES_GROUP)

enum {
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* In the order of the choices. */
static const char *const ways[] = { "stop", "continue", "branch" };

static void
changed_cb (EnlaceFailureField *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->value), adw_combo_row_get_selected (self->way) == 1);
  if (!self->is_setting)
    g_signal_emit (self, signals[CHANGED], 0);
}

static void
enlace_failure_field_class_init (EnlaceFailureFieldClass *klass)
{
  signals[CHANGED] = g_signal_new ("changed", ENLACE_TYPE_FAILURE_FIELD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
enlace_failure_field_init (EnlaceFailureField *self)
{
  const char *const titles[] = { _("The run fails"), _("Goes on with a value"), _("Goes on by the port “error”"), NULL };
  g_autoptr(GtkStringList) list = gtk_string_list_new (titles);

  self->way = ADW_COMBO_ROW (adw_combo_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->way), _("When It Fails for Good"));
  adw_combo_row_set_model (self->way, G_LIST_MODEL (list));
  g_signal_connect_object (self->way, "notify::selected", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);

  self->value = ADW_ENTRY_ROW (adw_entry_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->value), _("Value in the Place of the Output"));
  gtk_widget_set_visible (GTK_WIDGET (self->value), FALSE);
  g_signal_connect_object (self->value, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);

  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (self->way));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (self->value));
}

GtkWidget *
enlace_failure_field_new (void)
{
  return g_object_new (ENLACE_TYPE_FAILURE_FIELD, NULL);
}

void
enlace_failure_field_set_node (EnlaceFailureField *self,
                               EnlaceValue        *node)
{
  EnlaceValue *value = enlace_value_get_member (node, "on_error_value");
  const char *way = enlace_value_get_member_string (node, "on_error", "stop");
  g_autofree char *text = enlace_form_text_from_value (ENLACE_PARAMETER_JSON, value);

  g_return_if_fail (ENLACE_IS_FAILURE_FIELD (self));

  self->is_setting = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    if (g_str_equal (ways[i], way))
      adw_combo_row_set_selected (self->way, i);
  if (g_strcmp0 (gtk_editable_get_text (GTK_EDITABLE (self->value)), text) != 0)
    gtk_editable_set_text (GTK_EDITABLE (self->value), text);
  changed_cb (self);
  self->is_setting = FALSE;
}

EnlaceValue *
enlace_failure_field_get_way (EnlaceFailureField *self)
{
  guint selected = adw_combo_row_get_selected (self->way);

  return selected > 0 && selected < G_N_ELEMENTS (ways) ? enlace_value_new_string (ways[selected]) : NULL;
}

EnlaceValue *
enlace_failure_field_get_value (EnlaceFailureField *self,
                                gboolean           *is_unclear)
{
  g_autoptr(GError) error = NULL;
  EnlaceValue *value = NULL;

  if (adw_combo_row_get_selected (self->way) == 1)
    value = enlace_form_value_from_text (ENLACE_PARAMETER_JSON, gtk_editable_get_text (GTK_EDITABLE (self->value)), &error);
  *is_unclear = error != NULL;

  return value;
}
