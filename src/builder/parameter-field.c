/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include "src/builder/parameter-field.h"

#include <glib/gi18n.h>
#include <string.h>

#include "src/builder/fields.h"

typedef struct {
  const EnlaceParameter *parameter;
  EnlaceSample          *sample;
  GtkWidget             *heading;
  GtkWidget             *editor;
  GtkWidget             *hint;
  GtkWidget             *problem;
  EnlaceValue           *value;      /* as it was last set; nullable */
  gboolean               is_set;
} EnlaceParameterFieldPrivate;

enum {
  CHANGED,
  ENTERED,
  LEFT,
  N_SIGNALS
};

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (EnlaceParameterField, enlace_parameter_field, GTK_TYPE_WIDGET)

static guint signals[N_SIGNALS];

static void
enlace_parameter_field_dispose (GObject *object)
{
  EnlaceParameterFieldPrivate *priv = enlace_parameter_field_get_instance_private (ENLACE_PARAMETER_FIELD (object));
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&priv->sample);
  g_clear_pointer (&priv->value, enlace_value_unref);

  G_OBJECT_CLASS (enlace_parameter_field_parent_class)->dispose (object);
}

static void
enlace_parameter_field_class_init (EnlaceParameterFieldClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enlace_parameter_field_dispose;

  signals[CHANGED] = g_signal_new ("changed", ENLACE_TYPE_PARAMETER_FIELD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ENTERED] = g_signal_new ("entered", ENLACE_TYPE_PARAMETER_FIELD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, ENLACE_TYPE_EXPRESSION_ENTRY);
  signals[LEFT] = g_signal_new ("left", ENLACE_TYPE_PARAMETER_FIELD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "parameterfield");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static GtkWidget *
new_caption (const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (label, css_class);
  gtk_widget_set_visible (label, FALSE);

  return label;
}

static void
enlace_parameter_field_init (EnlaceParameterField *self)
{
  EnlaceParameterFieldPrivate *priv = enlace_parameter_field_get_instance_private (self);
  GtkBoxLayout *layout = GTK_BOX_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self)));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (layout, 6);

  priv->heading = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  priv->problem = new_caption ("error");
  priv->hint = new_caption ("dim-label");
  gtk_widget_set_parent (priv->heading, GTK_WIDGET (self));
  gtk_widget_set_parent (priv->problem, GTK_WIDGET (self));
  gtk_widget_set_parent (priv->hint, GTK_WIDGET (self));
}

static GType
type_for_kind (EnlaceParameterKind kind)
{
  switch (kind)
    {
    case ENLACE_PARAMETER_NUMBER:
      return enlace_number_field_get_type ();

    case ENLACE_PARAMETER_CHOICE:
      return enlace_choice_field_get_type ();

    case ENLACE_PARAMETER_CHOICES:
      return enlace_choices_field_get_type ();

    case ENLACE_PARAMETER_CONDITION:
      return enlace_condition_field_get_type ();

    case ENLACE_PARAMETER_FIELDS:
    case ENLACE_PARAMETER_PAIRS:
      return enlace_rows_field_get_type ();

    case ENLACE_PARAMETER_SWITCH:
      return enlace_switch_field_get_type ();

    case ENLACE_PARAMETER_NAMES:
    case ENLACE_PARAMETER_ROWS:
      return enlace_table_field_get_type ();

    case ENLACE_PARAMETER_EXPRESSION:
    case ENLACE_PARAMETER_DURATION:
    case ENLACE_PARAMETER_TIME:
    case ENLACE_PARAMETER_NAME:
    case ENLACE_PARAMETER_CODE:
    case ENLACE_PARAMETER_CRON:
    case ENLACE_PARAMETER_TIME_ZONE:
    case ENLACE_PARAMETER_SCHEMA:
    case ENLACE_PARAMETER_WORKFLOW:
    case ENLACE_PARAMETER_TEXT:
    case ENLACE_PARAMETER_LONG_TEXT:
    case ENLACE_PARAMETER_JSON:
    case ENLACE_PARAMETER_HEADER_NAME:
    default:
      return enlace_text_field_get_type ();
    }
}

GtkWidget *
enlace_parameter_field_new (const EnlaceParameter *parameter,
                            EnlaceSample          *sample)
{
  EnlaceParameterField *self;
  EnlaceParameterFieldPrivate *priv;
  GtkWidget *title;

  g_return_val_if_fail (parameter != NULL, NULL);
  g_return_val_if_fail (ENLACE_IS_SAMPLE (sample), NULL);

  self = g_object_new (type_for_kind (parameter->kind), NULL);
  priv = enlace_parameter_field_get_instance_private (self);
  priv->parameter = parameter;
  priv->sample = g_object_ref (sample);

  title = gtk_label_new (_(parameter->title));
  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_label_set_wrap (GTK_LABEL (title), TRUE);
  gtk_widget_set_hexpand (title, TRUE);
  gtk_widget_add_css_class (title, "field-title");
  gtk_box_append (GTK_BOX (priv->heading), title);
  if (parameter->hint != NULL)
    {
      gtk_label_set_label (GTK_LABEL (priv->hint), _(parameter->hint));
      gtk_widget_set_visible (priv->hint, TRUE);
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _(parameter->title), -1);

  ENLACE_PARAMETER_FIELD_GET_CLASS (self)->build (self);

  return GTK_WIDGET (self);
}

const EnlaceParameter *
enlace_parameter_field_get_parameter (EnlaceParameterField *self)
{
  EnlaceParameterFieldPrivate *priv = enlace_parameter_field_get_instance_private (self);

  return priv->parameter;
}

EnlaceSample *
enlace_parameter_field_get_sample (EnlaceParameterField *self)
{
  EnlaceParameterFieldPrivate *priv = enlace_parameter_field_get_instance_private (self);

  return priv->sample;
}

static gboolean
is_same (EnlaceValue *a,
         EnlaceValue *b)
{
  if (a == NULL || b == NULL)
    return a == b;

  return enlace_value_get_kind (a) == enlace_value_get_kind (b) && enlace_value_equal (a, b);
}

/* What the field already says is left alone, and so is what means nothing yet while the document is as it was. */
void
enlace_parameter_field_set_value (EnlaceParameterField *self,
                                  EnlaceValue          *value)
{
  EnlaceParameterFieldPrivate *priv = enlace_parameter_field_get_instance_private (self);
  g_autoptr(EnlaceValue) shown = NULL;
  g_autoptr(EnlaceValue) before = NULL;
  g_autoptr(GError) error = NULL;

  g_return_if_fail (ENLACE_IS_PARAMETER_FIELD (self));

  before = g_steal_pointer (&priv->value);
  priv->value = value != NULL ? enlace_value_ref (value) : NULL;
  if (priv->is_set)
    {
      shown = enlace_parameter_field_get_value (self, &error);
      if (error != NULL ? is_same (before, value) : is_same (shown, value))
        return;
    }

  priv->is_set = TRUE;
  ENLACE_PARAMETER_FIELD_GET_CLASS (self)->set_value (self, value);
}

EnlaceValue *
enlace_parameter_field_get_value (EnlaceParameterField  *self,
                                  GError               **error)
{
  g_return_val_if_fail (ENLACE_IS_PARAMETER_FIELD (self), NULL);

  return ENLACE_PARAMETER_FIELD_GET_CLASS (self)->get_value (self, error);
}

/* The part of a problem's pointer below "/nodes/N/parameters/NAME"; NULL: it is about something else. */
static const char *
pointer_below (const char *pointer,
               const char *name)
{
  g_autofree char *prefix = g_strconcat ("/parameters/", name, NULL);
  const char *place = strstr (pointer, prefix);
  const char *rest = place != NULL ? place + strlen (prefix) : NULL;

  return rest != NULL && (*rest == '\0' || *rest == '/') ? rest : NULL;
}

void
enlace_parameter_field_set_problems (EnlaceParameterField *self,
                                     GPtrArray            *problems)
{
  EnlaceParameterFieldPrivate *priv = enlace_parameter_field_get_instance_private (self);
  EnlaceParameterFieldClass *klass = ENLACE_PARAMETER_FIELD_GET_CLASS (self);
  const char *whole = NULL;

  klass->clear (self);
  for (guint i = 0; problems != NULL && i < problems->len; i++)
    {
      const EnlaceProblem *problem = g_ptr_array_index (problems, i);
      const char *pointer = pointer_below (problem->pointer, priv->parameter->name);

      if (pointer != NULL && !klass->set_problem (self, pointer, problem->detail) && whole == NULL)
        whole = problem->detail;
    }

  gtk_label_set_label (GTK_LABEL (priv->problem), whole != NULL ? whole : "");
  gtk_widget_set_visible (priv->problem, whole != NULL);
}

void
enlace_parameter_field_set_editor (EnlaceParameterField *self,
                                   GtkWidget            *editor)
{
  EnlaceParameterFieldPrivate *priv = enlace_parameter_field_get_instance_private (self);

  priv->editor = editor;
  gtk_widget_insert_after (editor, GTK_WIDGET (self), priv->heading);
}

void
enlace_parameter_field_add_suffix (EnlaceParameterField *self,
                                   GtkWidget            *suffix)
{
  EnlaceParameterFieldPrivate *priv = enlace_parameter_field_get_instance_private (self);

  gtk_widget_set_valign (suffix, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (priv->heading), suffix);
}

void
enlace_parameter_field_changed (EnlaceParameterField *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
entry_entered_cb (EnlaceExpressionEntry *entry,
                  EnlaceParameterField  *self)
{
  g_signal_emit (self, signals[ENTERED], 0, entry);
}

static void
entry_left_cb (EnlaceExpressionEntry *entry,
               EnlaceParameterField  *self)
{
  g_signal_emit (self, signals[LEFT], 0);
}

void
enlace_parameter_field_watch (EnlaceParameterField  *self,
                              EnlaceExpressionEntry *entry)
{
  g_signal_connect_object (entry, "entered", G_CALLBACK (entry_entered_cb), self, 0);
  g_signal_connect_object (entry, "left", G_CALLBACK (entry_left_cb), self, 0);
}
