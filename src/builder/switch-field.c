/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "common/value/json.h"
#include "src/builder/fields.h"

/* True or false, beside the title. */
typedef struct {
  EnlaceParameterField  parent_instance;

  GtkSwitch            *toggle;
  EnlaceValue          *foreign;      /* a value that is no bool; nullable */
  gboolean              is_set;
  gboolean              is_setting;
} EnlaceSwitchField;

typedef EnlaceParameterFieldClass EnlaceSwitchFieldClass;

G_DEFINE_FINAL_TYPE (EnlaceSwitchField, enlace_switch_field, ENLACE_TYPE_PARAMETER_FIELD)

static gboolean
get_fallback (EnlaceSwitchField *self)
{
  const char *fallback = enlace_parameter_field_get_parameter (ENLACE_PARAMETER_FIELD (self))->fallback;

  return g_strcmp0 (fallback, "true") == 0;
}

static void
toggled_cb (EnlaceSwitchField *self)
{
  if (self->is_setting)
    return;

  self->is_set = TRUE;
  g_clear_pointer (&self->foreign, enlace_value_unref);
  enlace_parameter_field_changed (ENLACE_PARAMETER_FIELD (self));
}

static void
build (EnlaceParameterField *field)
{
  EnlaceSwitchField *self = (EnlaceSwitchField *) field;

  self->toggle = GTK_SWITCH (gtk_switch_new ());
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->toggle), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _(enlace_parameter_field_get_parameter (field)->title), -1);
  g_signal_connect_object (self->toggle, "notify::active", G_CALLBACK (toggled_cb), self, G_CONNECT_SWAPPED);
  enlace_parameter_field_add_suffix (field, GTK_WIDGET (self->toggle));
}

static void
set_value (EnlaceParameterField *field,
           EnlaceValue          *value)
{
  EnlaceSwitchField *self = (EnlaceSwitchField *) field;
  gboolean is_bool = value != NULL && enlace_value_get_kind (value) == ENLACE_KIND_BOOL;

  self->is_setting = TRUE;
  self->is_set = is_bool;
  g_clear_pointer (&self->foreign, enlace_value_unref);
  if (value != NULL && !is_bool)
    self->foreign = enlace_value_ref (value);
  gtk_switch_set_active (self->toggle, is_bool ? enlace_value_get_bool (value) : get_fallback (self));
  self->is_setting = FALSE;
}

static EnlaceValue *
get_value (EnlaceParameterField  *field,
           GError               **error)
{
  EnlaceSwitchField *self = (EnlaceSwitchField *) field;

  if (self->foreign != NULL)
    return enlace_value_ref (self->foreign);

  return self->is_set ? enlace_value_new_bool (gtk_switch_get_active (self->toggle)) : NULL;
}

/* What is wrong is said under the title. */
static gboolean
set_problem (EnlaceParameterField *field,
             const char           *pointer,
             const char           *detail)
{
  return FALSE;
}

static void
clear (EnlaceParameterField *field)
{
}

static void
enlace_switch_field_dispose (GObject *object)
{
  EnlaceSwitchField *self = (EnlaceSwitchField *) object;

  g_clear_pointer (&self->foreign, enlace_value_unref);

  G_OBJECT_CLASS (enlace_switch_field_parent_class)->dispose (object);
}

static void
enlace_switch_field_class_init (EnlaceSwitchFieldClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enlace_switch_field_dispose;

  klass->build = build;
  klass->set_value = set_value;
  klass->get_value = get_value;
  klass->set_problem = set_problem;
  klass->clear = clear;
}

static void
enlace_switch_field_init (EnlaceSwitchField *self)
{
}
