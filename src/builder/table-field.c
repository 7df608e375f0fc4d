/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <stdlib.h>

#include "src/builder/fields.h"
#include "src/builder/row-menu.h"

/* A list of objects, each with a field a column; or a list of names, which has one column and no objects. */
typedef struct {
  EnlaceParameterField  parent_instance;

  GtkWidget            *rows;          /* a box of rows */
  EnlaceParameter       name;          /* the column of a list of names */
  gboolean              is_setting;
} EnlaceTableField;

typedef EnlaceParameterFieldClass EnlaceTableFieldClass;

G_DEFINE_FINAL_TYPE (EnlaceTableField, enlace_table_field, ENLACE_TYPE_PARAMETER_FIELD)

typedef struct {
  GPtrArray   *fields;    /* EnlaceParameterField by column, borrowed from the box */
  EnlaceValue *member;    /* what the row was in the document, so that members that are not known here are kept; nullable */
} Row;

static void
row_free (gpointer data)
{
  Row *row = data;

  g_ptr_array_unref (row->fields);
  g_clear_pointer (&row->member, enlace_value_unref);
  g_free (row);
}

static Row *
get_row (GtkWidget *box)
{
  return g_object_get_data (G_OBJECT (box), "enlace-row");
}

static gboolean
is_names (EnlaceTableField *self)
{
  return enlace_parameter_field_get_parameter (ENLACE_PARAMETER_FIELD (self))->kind == ENLACE_PARAMETER_NAMES;
}

static const EnlaceParameter *
get_columns (EnlaceTableField *self,
             guint            *n_columns)
{
  const EnlaceParameter *parameter = enlace_parameter_field_get_parameter (ENLACE_PARAMETER_FIELD (self));

  *n_columns = is_names (self) ? 1 : parameter->n_columns;
  return is_names (self) ? &self->name : parameter->columns;
}

static void
changed (EnlaceTableField *self)
{
  if (!self->is_setting)
    enlace_parameter_field_changed (ENLACE_PARAMETER_FIELD (self));
}

static void
row_action (GtkWidget  *widget,
            const char *name,
            GVariant   *parameter)
{
  EnlaceTableField *self = (EnlaceTableField *) widget;

  if (enlace_row_menu_apply (GTK_BOX (self->rows), name, parameter))
    changed (self);
}

static void
entered_cb (EnlaceParameterField  *column,
            EnlaceExpressionEntry *entry,
            EnlaceParameterField  *self)
{
  g_signal_emit_by_name (self, "entered", entry);
}

static void
left_cb (EnlaceParameterField *column,
         EnlaceParameterField *self)
{
  g_signal_emit_by_name (self, "left");
}

static GtkWidget *
new_column (EnlaceTableField      *self,
            const EnlaceParameter *parameter,
            EnlaceValue           *value)
{
  GtkWidget *column = enlace_parameter_field_new (parameter, enlace_parameter_field_get_sample (ENLACE_PARAMETER_FIELD (self)));

  enlace_parameter_field_set_value (ENLACE_PARAMETER_FIELD (column), value);
  g_signal_connect_object (column, "changed", G_CALLBACK (changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (column, "entered", G_CALLBACK (entered_cb), self, 0);
  g_signal_connect_object (column, "left", G_CALLBACK (left_cb), self, 0);
  gtk_widget_set_hexpand (column, TRUE);

  return column;
}

static GtkWidget *
append_row (EnlaceTableField *self,
            EnlaceValue      *member)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *columns = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  Row *row = g_new0 (Row, 1);
  guint n_columns;
  const EnlaceParameter *parameters = get_columns (self, &n_columns);

  row->fields = g_ptr_array_new ();
  row->member = member != NULL ? enlace_value_ref (member) : NULL;
  for (guint i = 0; i < n_columns; i++)
    {
      EnlaceValue *value = member == NULL || is_names (self) ? member : enlace_value_get_member (member, parameters[i].name);
      GtkWidget *column = new_column (self, &parameters[i], value);

      g_ptr_array_add (row->fields, column);
      gtk_box_append (GTK_BOX (columns), column);
    }
  gtk_widget_set_hexpand (columns, TRUE);
  gtk_box_append (GTK_BOX (box), columns);
  gtk_box_append (GTK_BOX (box), enlace_row_menu_new (box));
  gtk_widget_add_css_class (box, "row-line");
  g_object_set_data_full (G_OBJECT (box), "enlace-row", row, row_free);
  gtk_box_append (GTK_BOX (self->rows), box);

  return box;
}

static void
add_cb (EnlaceTableField *self)
{
  GtkWidget *box = append_row (self, NULL);

  gtk_widget_child_focus (box, GTK_DIR_TAB_FORWARD);
}

static void
build (EnlaceParameterField *field)
{
  EnlaceTableField *self = (EnlaceTableField *) field;
  const EnlaceParameter *parameter = enlace_parameter_field_get_parameter (field);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  GtkWidget *add = gtk_button_new ();
  g_autofree char *label = g_strdup_printf (_("Add to %s"), _(parameter->title));

  self->name = (EnlaceParameter) { .name = "", .title = N_("Name"), .kind = ENLACE_PARAMETER_NAME };
  self->rows = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  gtk_button_set_child (GTK_BUTTON (add), g_object_new (ADW_TYPE_BUTTON_CONTENT, "icon-name", "list-add-symbolic", "label", _("Add Row"), NULL));
  gtk_widget_set_halign (add, GTK_ALIGN_START);
  gtk_widget_add_css_class (add, "flat");
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (add), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (add), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_signal_connect_object (add, "clicked", G_CALLBACK (add_cb), self, G_CONNECT_SWAPPED);

  gtk_box_append (GTK_BOX (box), self->rows);
  gtk_box_append (GTK_BOX (box), add);
  enlace_parameter_field_set_editor (field, box);
}

static void
set_value (EnlaceParameterField *field,
           EnlaceValue          *value)
{
  EnlaceTableField *self = (EnlaceTableField *) field;
  GtkWidget *child;

  self->is_setting = TRUE;
  while ((child = gtk_widget_get_first_child (self->rows)) != NULL)
    gtk_box_remove (GTK_BOX (self->rows), child);
  for (gsize i = 0; value != NULL && i < enlace_value_get_length (value); i++)
    append_row (self, enlace_value_get_element (value, i));
  self->is_setting = FALSE;
}

/* The row as an object: the columns that say something, after the members that are not known here. NULL: it says nothing. */
static EnlaceValue *
read_row (EnlaceTableField  *self,
          Row               *row,
          GError           **error)
{
  g_autoptr(EnlaceValue) object = NULL;
  gboolean says_something = FALSE;
  guint n_columns;
  const EnlaceParameter *columns = get_columns (self, &n_columns);

  if (is_names (self))
    return enlace_parameter_field_get_value (g_ptr_array_index (row->fields, 0), error);

  if (row->member != NULL && enlace_value_get_kind (row->member) == ENLACE_KIND_MAP)
    object = enlace_value_ref (row->member);
  else
    {
      g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

      object = enlace_map_builder_end (builder);
    }

  for (guint i = 0; i < n_columns; i++)
    {
      g_autoptr(GError) reason = NULL;
      g_autoptr(EnlaceValue) value = enlace_parameter_field_get_value (g_ptr_array_index (row->fields, i), &reason);
      EnlaceValue *next;

      if (reason != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&reason));
          return NULL;
        }
      says_something |= value != NULL;
      next = enlace_value_with_member (object, columns[i].name, value);
      enlace_value_unref (object);
      object = next;
    }

  return says_something ? g_steal_pointer (&object) : NULL;
}

static EnlaceValue *
get_value (EnlaceParameterField  *field,
           GError               **error)
{
  EnlaceTableField *self = (EnlaceTableField *) field;
  g_autoptr(EnlaceListBuilder) builder = enlace_list_builder_new ();

  for (GtkWidget *child = gtk_widget_get_first_child (self->rows); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      g_autoptr(GError) reason = NULL;
      EnlaceValue *row = read_row (self, get_row (child), &reason);

      if (reason != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&reason));
          return NULL;
        }
      if (row != NULL)
        enlace_list_builder_take (builder, row);
    }

  return enlace_list_builder_get_length (builder) > 0 ? enlace_list_builder_end (builder) : NULL;
}

/* The row that a pointer below the parameter is about ("/2/condition"), by the rows that say something. */
static Row *
find_row (EnlaceTableField *self,
          int               wanted)
{
  int index = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (self->rows); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      g_autoptr(EnlaceValue) value = read_row (self, get_row (child), NULL);

      if (value != NULL && index++ == wanted)
        return get_row (child);
    }

  return NULL;
}

static gboolean
set_problem (EnlaceParameterField *field,
             const char           *pointer,
             const char           *detail)
{
  EnlaceTableField *self = (EnlaceTableField *) field;
  g_auto(GStrv) tokens = g_strsplit (pointer, "/", 4);
  Row *row = g_strv_length (tokens) > 1 ? find_row (self, atoi (tokens[1])) : NULL;
  const char *column = row != NULL && tokens[2] != NULL ? tokens[2] : "";
  guint n_columns;
  const EnlaceParameter *columns = get_columns (self, &n_columns);

  for (guint i = 0; row != NULL && i < n_columns; i++)
    if (g_str_equal (columns[i].name, column))
      {
        EnlaceParameterField *inner = g_ptr_array_index (row->fields, i);
        g_autofree char *rest = row != NULL && tokens[2] != NULL && tokens[3] != NULL ? g_strconcat ("/", tokens[3], NULL) : g_strdup ("");

        return ENLACE_PARAMETER_FIELD_GET_CLASS (inner)->set_problem (inner, rest, detail);
      }

  return FALSE;
}

static void
clear (EnlaceParameterField *field)
{
  EnlaceTableField *self = (EnlaceTableField *) field;

  for (GtkWidget *child = gtk_widget_get_first_child (self->rows); child != NULL; child = gtk_widget_get_next_sibling (child))
    for (guint i = 0; i < get_row (child)->fields->len; i++)
      {
        EnlaceParameterField *column = g_ptr_array_index (get_row (child)->fields, i);

        ENLACE_PARAMETER_FIELD_GET_CLASS (column)->clear (column);
      }
}

static void
enlace_table_field_class_init (EnlaceTableFieldClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  klass->build = build;
  klass->set_value = set_value;
  klass->get_value = get_value;
  klass->set_problem = set_problem;
  klass->clear = clear;

  enlace_row_menu_install (widget_class, row_action);
}

static void
enlace_table_field_init (EnlaceTableField *self)
{
}
