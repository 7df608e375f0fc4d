/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "common/value/json.h"
#include "src/builder/fields.h"

/* One of some. */
typedef struct {
  EnlaceParameterField  parent_instance;

  GtkDropDown          *drop_down;
  EnlaceValue          *foreign;      /* a value that is none of the choices; nullable */
  gboolean              is_set;
  gboolean              is_setting;
} EnlaceChoiceField;

/* Some of some. */
typedef struct {
  EnlaceParameterField  parent_instance;

  GPtrArray            *buttons;      /* GtkCheckButton, in the order of the choices */
  EnlaceValue          *value;        /* nullable */
  gboolean              is_setting;
} EnlaceChoicesField;

typedef EnlaceParameterFieldClass EnlaceChoiceFieldClass;
typedef EnlaceParameterFieldClass EnlaceChoicesFieldClass;

G_DEFINE_FINAL_TYPE (EnlaceChoiceField, enlace_choice_field, ENLACE_TYPE_PARAMETER_FIELD)
G_DEFINE_FINAL_TYPE (EnlaceChoicesField, enlace_choices_field, ENLACE_TYPE_PARAMETER_FIELD)

/* Choices that are words of the document rather than a name of their own. */
static const struct {
  const char *choice;
  const char *title;   /* translatable */
} titles[] = {
  { "auto", N_("Automatically") },
  { "always", N_("Always") },
  { "never", N_("Never") },
  { "success", N_("Success") },
  { "failure", N_("Failure") },
};

static const char *
get_title (const char *choice)
{
  for (guint i = 0; i < G_N_ELEMENTS (titles); i++)
    if (g_str_equal (titles[i].choice, choice))
      return _(titles[i].title);

  return choice;
}

static EnlaceValue *
get_fallback (const EnlaceParameter *parameter)
{
  return parameter->fallback != NULL ? enlace_json_parse (parameter->fallback, -1, NULL) : NULL;
}

static void
selected_cb (EnlaceChoiceField *self)
{
  if (self->is_setting)
    return;

  self->is_set = TRUE;
  g_clear_pointer (&self->foreign, enlace_value_unref);
  enlace_parameter_field_changed (ENLACE_PARAMETER_FIELD (self));
}

static void
choice_build (EnlaceParameterField *field)
{
  EnlaceChoiceField *self = (EnlaceChoiceField *) field;
  const EnlaceParameter *parameter = enlace_parameter_field_get_parameter (field);
  g_autoptr(GtkStringList) list = gtk_string_list_new (NULL);

  for (guint i = 0; parameter->choices[i] != NULL; i++)
    gtk_string_list_append (list, get_title (parameter->choices[i]));

  self->drop_down = GTK_DROP_DOWN (gtk_drop_down_new (G_LIST_MODEL (g_steal_pointer (&list)), NULL));
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (self->drop_down), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->drop_down), GTK_ACCESSIBLE_PROPERTY_LABEL, _(parameter->title), -1);
  g_signal_connect_object (self->drop_down, "notify::selected", G_CALLBACK (selected_cb), self, G_CONNECT_SWAPPED);
  enlace_parameter_field_set_editor (field, GTK_WIDGET (self->drop_down));
}

static void
choice_set_value (EnlaceParameterField *field,
                  EnlaceValue          *value)
{
  EnlaceChoiceField *self = (EnlaceChoiceField *) field;
  const EnlaceParameter *parameter = enlace_parameter_field_get_parameter (field);
  g_autoptr(EnlaceValue) fallback = get_fallback (parameter);
  const char *text = enlace_value_get_string (value != NULL ? value : fallback);
  guint selected = GTK_INVALID_LIST_POSITION;

  for (guint i = 0; parameter->choices[i] != NULL; i++)
    if (g_strcmp0 (parameter->choices[i], text) == 0)
      selected = i;

  self->is_setting = TRUE;
  self->is_set = value != NULL;
  g_clear_pointer (&self->foreign, enlace_value_unref);
  if (value != NULL && selected == GTK_INVALID_LIST_POSITION)
    self->foreign = enlace_value_ref (value);
  gtk_drop_down_set_selected (self->drop_down, selected);
  self->is_setting = FALSE;
}

static EnlaceValue *
choice_get_value (EnlaceParameterField  *field,
                  GError               **error)
{
  EnlaceChoiceField *self = (EnlaceChoiceField *) field;
  guint selected = gtk_drop_down_get_selected (self->drop_down);

  if (self->foreign != NULL)
    return enlace_value_ref (self->foreign);
  if (!self->is_set || selected == GTK_INVALID_LIST_POSITION)
    return NULL;

  return enlace_value_new_string (enlace_parameter_field_get_parameter (field)->choices[selected]);
}

static gboolean
no_place (EnlaceParameterField *field,
          const char           *pointer,
          const char           *detail)
{
  return FALSE;
}

static void
nothing_to_clear (EnlaceParameterField *field)
{
}

static void
enlace_choice_field_finalize (GObject *object)
{
  g_clear_pointer (&((EnlaceChoiceField *) object)->foreign, enlace_value_unref);

  G_OBJECT_CLASS (enlace_choice_field_parent_class)->finalize (object);
}

static void
enlace_choice_field_class_init (EnlaceChoiceFieldClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enlace_choice_field_finalize;
  klass->build = choice_build;
  klass->set_value = choice_set_value;
  klass->get_value = choice_get_value;
  klass->set_problem = no_place;
  klass->clear = nothing_to_clear;
}

static void
enlace_choice_field_init (EnlaceChoiceField *self)
{
}

static void
toggled_cb (EnlaceChoicesField *self)
{
  const EnlaceParameter *parameter = enlace_parameter_field_get_parameter (ENLACE_PARAMETER_FIELD (self));
  g_autoptr(EnlaceListBuilder) list = enlace_list_builder_new ();

  if (self->is_setting)
    return;

  for (guint i = 0; i < self->buttons->len; i++)
    if (gtk_check_button_get_active (g_ptr_array_index (self->buttons, i)))
      enlace_list_builder_take (list, enlace_value_new_string (parameter->choices[i]));

  g_clear_pointer (&self->value, enlace_value_unref);
  self->value = enlace_list_builder_end (list);
  enlace_parameter_field_changed (ENLACE_PARAMETER_FIELD (self));
}

static void
choices_build (EnlaceParameterField *field)
{
  EnlaceChoicesField *self = (EnlaceChoicesField *) field;
  const EnlaceParameter *parameter = enlace_parameter_field_get_parameter (field);
  GtkWidget *box = gtk_flow_box_new ();

  self->buttons = g_ptr_array_new ();
  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (box), GTK_SELECTION_NONE);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (box), 3);
  gtk_flow_box_set_column_spacing (GTK_FLOW_BOX (box), 6);
  for (guint i = 0; parameter->choices[i] != NULL; i++)
    {
      GtkWidget *button = gtk_check_button_new_with_label (get_title (parameter->choices[i]));
      GtkWidget *child = gtk_flow_box_child_new ();

      /* The button takes the focus, not the place that it stands in. */
      gtk_widget_set_focusable (child, FALSE);
      gtk_flow_box_child_set_child (GTK_FLOW_BOX_CHILD (child), button);
      gtk_flow_box_append (GTK_FLOW_BOX (box), child);
      g_ptr_array_add (self->buttons, button);
      g_signal_connect_object (button, "toggled", G_CALLBACK (toggled_cb), self, G_CONNECT_SWAPPED);
    }
  enlace_parameter_field_set_editor (field, box);
}

static gboolean
list_holds (EnlaceValue *list,
            const char  *text)
{
  for (gsize i = 0; list != NULL && i < enlace_value_get_length (list); i++)
    if (g_strcmp0 (enlace_value_get_string (enlace_value_get_element (list, i)), text) == 0)
      return TRUE;

  return FALSE;
}

static void
choices_set_value (EnlaceParameterField *field,
                   EnlaceValue          *value)
{
  EnlaceChoicesField *self = (EnlaceChoicesField *) field;
  const EnlaceParameter *parameter = enlace_parameter_field_get_parameter (field);
  g_autoptr(EnlaceValue) fallback = get_fallback (parameter);

  self->is_setting = TRUE;
  if (value != NULL)
    enlace_value_ref (value);
  g_clear_pointer (&self->value, enlace_value_unref);
  self->value = value;
  for (guint i = 0; i < self->buttons->len; i++)
    gtk_check_button_set_active (g_ptr_array_index (self->buttons, i),
                                 list_holds (value != NULL ? value : fallback, parameter->choices[i]));
  self->is_setting = FALSE;
}

static EnlaceValue *
choices_get_value (EnlaceParameterField  *field,
                   GError               **error)
{
  EnlaceChoicesField *self = (EnlaceChoicesField *) field;

  return self->value != NULL ? enlace_value_ref (self->value) : NULL;
}

static void
enlace_choices_field_finalize (GObject *object)
{
  EnlaceChoicesField *self = (EnlaceChoicesField *) object;

  g_clear_pointer (&self->value, enlace_value_unref);
  g_clear_pointer (&self->buttons, g_ptr_array_unref);

  G_OBJECT_CLASS (enlace_choices_field_parent_class)->finalize (object);
}

static void
enlace_choices_field_class_init (EnlaceChoicesFieldClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enlace_choices_field_finalize;
  klass->build = choices_build;
  klass->set_value = choices_set_value;
  klass->get_value = choices_get_value;
  klass->set_problem = no_place;
  klass->clear = nothing_to_clear;
}

static void
enlace_choices_field_init (EnlaceChoicesField *self)
{
}
