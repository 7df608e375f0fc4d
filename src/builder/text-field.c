/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include <glib/gi18n.h>

#include "src/builder/fields.h"
#include "src/builder/form-value.h"

typedef struct {
  EnlaceParameterField   parent_instance;

  EnlaceExpressionEntry *entry;
} EnlaceTextField;

typedef EnlaceParameterFieldClass EnlaceTextFieldClass;

G_DEFINE_FINAL_TYPE (EnlaceTextField, enlace_text_field, ENLACE_TYPE_PARAMETER_FIELD)

static void
build (EnlaceParameterField *field)
{
  EnlaceTextField *self = (EnlaceTextField *) field;
  const EnlaceParameter *parameter = enlace_parameter_field_get_parameter (field);
  gboolean is_long = parameter->kind == ENLACE_PARAMETER_LONG_TEXT || parameter->kind == ENLACE_PARAMETER_JSON
                     || parameter->kind == ENLACE_PARAMETER_CODE || parameter->kind == ENLACE_PARAMETER_SCHEMA;
  GtkWidget *entry = enlace_expression_entry_new (enlace_parameter_field_get_sample (field), parameter->kind, is_long,
                                                  _(parameter->title));

  self->entry = ENLACE_EXPRESSION_ENTRY (entry);
  g_signal_connect_object (entry, "changed", G_CALLBACK (enlace_parameter_field_changed), field, G_CONNECT_SWAPPED);
  enlace_parameter_field_watch (field, self->entry);
  enlace_parameter_field_set_editor (field, entry);
}

static void
set_value (EnlaceParameterField *field,
           EnlaceValue          *value)
{
  EnlaceTextField *self = (EnlaceTextField *) field;
  g_autofree char *text = enlace_form_text_from_value (enlace_parameter_field_get_parameter (field)->kind, value);

  enlace_expression_entry_set_text (self->entry, text);
}

static EnlaceValue *
get_value (EnlaceParameterField  *field,
           GError               **error)
{
  EnlaceTextField *self = (EnlaceTextField *) field;

  return enlace_form_value_from_text (enlace_parameter_field_get_parameter (field)->kind,
                                      enlace_expression_entry_get_text (self->entry), error);
}

static gboolean
set_problem (EnlaceParameterField *field,
             const char           *pointer,
             const char           *detail)
{
  EnlaceTextField *self = (EnlaceTextField *) field;

  enlace_expression_entry_set_problem (self->entry, detail);

  return TRUE;
}

static void
clear (EnlaceParameterField *field)
{
  EnlaceTextField *self = (EnlaceTextField *) field;

  enlace_expression_entry_set_problem (self->entry, NULL);
}

static void
enlace_text_field_class_init (EnlaceTextFieldClass *klass)
{
  klass->build = build;
  klass->set_value = set_value;
  klass->get_value = get_value;
  klass->set_problem = set_problem;
  klass->clear = clear;
}

static void
enlace_text_field_init (EnlaceTextField *self)
{
}
