/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include <glib/gi18n.h>

#include "common/value/json.h"
#include "src/builder/fields.h"
#include "src/builder/form-value.h"

/* A number, by a spin button or as an expression. */
typedef struct {
  EnlaceParameterField   parent_instance;

  GtkStack              *stack;
  GtkSpinButton         *spin;
  EnlaceExpressionEntry *entry;
  GtkToggleButton       *toggle;
  gboolean               is_set;       /* the parameter is there; else the spin button shows the default */
  gboolean               is_setting;
} EnlaceNumberField;

typedef EnlaceParameterFieldClass EnlaceNumberFieldClass;

G_DEFINE_FINAL_TYPE (EnlaceNumberField, enlace_number_field, ENLACE_TYPE_PARAMETER_FIELD)

static void
spin_cb (EnlaceNumberField *self)
{
  if (self->is_setting)
    return;

  self->is_set = TRUE;
  enlace_parameter_field_changed (ENLACE_PARAMETER_FIELD (self));
}

static void
toggle_cb (EnlaceNumberField *self)
{
  gboolean is_expression = gtk_toggle_button_get_active (self->toggle);

  gtk_stack_set_visible_child_name (self->stack, is_expression ? "expression" : "number");
  if (self->is_setting)
    return;

  if (is_expression)
    gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  else
    spin_cb (self);
}

static void
build (EnlaceParameterField *field)
{
  EnlaceNumberField *self = (EnlaceNumberField *) field;
  const EnlaceParameter *parameter = enlace_parameter_field_get_parameter (field);
  g_autofree char *label = NULL;

  self->spin = GTK_SPIN_BUTTON (gtk_spin_button_new_with_range ((double) parameter->minimum, (double) parameter->maximum,
                                                                parameter->maximum > 10000 ? 1000 : 1));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->spin), GTK_ACCESSIBLE_PROPERTY_LABEL, _(parameter->title), -1);
  g_signal_connect_object (self->spin, "value-changed", G_CALLBACK (spin_cb), self, G_CONNECT_SWAPPED);

  self->entry = ENLACE_EXPRESSION_ENTRY (enlace_expression_entry_new (enlace_parameter_field_get_sample (field),
                                                                      ENLACE_PARAMETER_NUMBER, FALSE, _(parameter->title)));
  g_signal_connect_object (self->entry, "changed", G_CALLBACK (enlace_parameter_field_changed), field, G_CONNECT_SWAPPED);
  enlace_parameter_field_watch (field, self->entry);

  self->stack = GTK_STACK (gtk_stack_new ());
  gtk_stack_set_vhomogeneous (self->stack, FALSE);
  gtk_stack_add_named (self->stack, GTK_WIDGET (self->spin), "number");
  gtk_stack_add_named (self->stack, GTK_WIDGET (self->entry), "expression");

  self->toggle = GTK_TOGGLE_BUTTON (gtk_toggle_button_new ());
  gtk_button_set_label (GTK_BUTTON (self->toggle), "{ }");
  gtk_widget_add_css_class (GTK_WIDGET (self->toggle), "flat");
  gtk_widget_add_css_class (GTK_WIDGET (self->toggle), "expression-toggle");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->toggle), _("Use an Expression"));
  /* Translators: %s is the title of a parameter, such as "Status" */
  label = g_strdup_printf (_("Use an expression for %s"), _(parameter->title));
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (self->toggle), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->toggle), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_signal_connect_object (self->toggle, "toggled", G_CALLBACK (toggle_cb), self, G_CONNECT_SWAPPED);

  enlace_parameter_field_add_suffix (field, GTK_WIDGET (self->toggle));
  enlace_parameter_field_set_editor (field, GTK_WIDGET (self->stack));
}

static double
get_default (const EnlaceParameter *parameter)
{
  g_autoptr(EnlaceValue) fallback = parameter->fallback != NULL ? enlace_json_parse (parameter->fallback, -1, NULL) : NULL;

  return fallback != NULL ? (double) enlace_value_get_int (fallback) : (double) parameter->minimum;
}

static void
set_value (EnlaceParameterField *field,
           EnlaceValue          *value)
{
  EnlaceNumberField *self = (EnlaceNumberField *) field;
  const EnlaceParameter *parameter = enlace_parameter_field_get_parameter (field);
  gboolean is_number = value == NULL || enlace_value_get_kind (value) == ENLACE_KIND_INT;
  g_autofree char *text = enlace_form_text_from_value (ENLACE_PARAMETER_NUMBER, is_number ? NULL : value);

  self->is_setting = TRUE;
  self->is_set = value != NULL;
  gtk_toggle_button_set_active (self->toggle, !is_number);
  if (is_number)
    gtk_spin_button_set_value (self->spin, value != NULL ? (double) enlace_value_get_int (value) : get_default (parameter));
  enlace_expression_entry_set_text (self->entry, text);
  self->is_setting = FALSE;
}

static EnlaceValue *
get_value (EnlaceParameterField  *field,
           GError               **error)
{
  EnlaceNumberField *self = (EnlaceNumberField *) field;

  if (gtk_toggle_button_get_active (self->toggle))
    return enlace_form_value_from_text (ENLACE_PARAMETER_NUMBER, enlace_expression_entry_get_text (self->entry), error);

  return self->is_set ? enlace_value_new_int ((gint64) gtk_spin_button_get_value (self->spin)) : NULL;
}

static gboolean
set_problem (EnlaceParameterField *field,
             const char           *pointer,
             const char           *detail)
{
  EnlaceNumberField *self = (EnlaceNumberField *) field;

  if (!gtk_toggle_button_get_active (self->toggle))
    return FALSE;

  enlace_expression_entry_set_problem (self->entry, detail);

  return TRUE;
}

static void
clear (EnlaceParameterField *field)
{
  EnlaceNumberField *self = (EnlaceNumberField *) field;

  enlace_expression_entry_set_problem (self->entry, NULL);
}

static void
enlace_number_field_class_init (EnlaceNumberFieldClass *klass)
{
  klass->build = build;
  klass->set_value = set_value;
  klass->get_value = get_value;
  klass->set_problem = set_problem;
  klass->clear = clear;
}

static void
enlace_number_field_init (EnlaceNumberField *self)
{
}
