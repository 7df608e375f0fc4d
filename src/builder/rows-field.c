/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

#include "common/value/json.h"
#include "src/builder/fields.h"
#include "src/builder/form-value.h"
#include "src/builder/row-menu.h"

/* A list of fields (path ← value) or of pairs (name: value). */
typedef struct {
  EnlaceParameterField  parent_instance;

  GtkWidget            *rows;          /* a box of lines */
  gboolean              is_setting;
} EnlaceRowsField;

typedef EnlaceParameterFieldClass EnlaceRowsFieldClass;

G_DEFINE_FINAL_TYPE (EnlaceRowsField, enlace_rows_field, ENLACE_TYPE_PARAMETER_FIELD)

typedef struct {
  GtkWidget             *box;
  GtkEntry              *name;
  GtkLabel              *problem;      /* with the name */
  EnlaceExpressionEntry *value;
  EnlaceValue           *member;       /* what it was in the document; nullable */
} Line;

static void
line_free (gpointer data)
{
  Line *line = data;

  g_clear_pointer (&line->member, enlace_value_unref);
  g_free (line);
}

static Line *
get_line (GtkWidget *box)
{
  return g_object_get_data (G_OBJECT (box), "enlace-line");
}

static EnlaceParameterKind
get_kind (EnlaceRowsField *self)
{
  return enlace_parameter_field_get_parameter (ENLACE_PARAMETER_FIELD (self))->kind;
}

static void
changed (EnlaceRowsField *self)
{
  if (!self->is_setting)
    enlace_parameter_field_changed (ENLACE_PARAMETER_FIELD (self));
}

static void
row_action (GtkWidget  *widget,
            const char *name,
            GVariant   *parameter)
{
  EnlaceRowsField *self = (EnlaceRowsField *) widget;

  if (enlace_row_menu_apply (GTK_BOX (self->rows), name, parameter))
    changed (self);
}

static void
append_line (EnlaceRowsField     *self,
             const EnlaceFormRow *row)
{
  EnlaceParameterField *field = ENLACE_PARAMETER_FIELD (self);
  gboolean is_fields = get_kind (self) == ENLACE_PARAMETER_FIELDS;
  Line *line = g_new0 (Line, 1);
  GtkWidget *top = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  line->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  line->member = row->member != NULL ? enlace_value_ref (row->member) : NULL;
  line->name = GTK_ENTRY (gtk_entry_new ());
  gtk_editable_set_enable_undo (GTK_EDITABLE (line->name), FALSE);
  gtk_editable_set_text (GTK_EDITABLE (line->name), row->name);
  gtk_entry_set_placeholder_text (line->name, is_fields ? _("Path, such as customer.name") : _("Name"));
  gtk_widget_set_hexpand (GTK_WIDGET (line->name), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (line->name), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  is_fields ? _("Path of the Field") : _("Name"), -1);
  g_signal_connect_object (line->name, "changed", G_CALLBACK (changed), self, G_CONNECT_SWAPPED);

  line->problem = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (line->problem, TRUE);
  gtk_label_set_xalign (line->problem, 0);
  gtk_widget_add_css_class (GTK_WIDGET (line->problem), "caption");
  gtk_widget_add_css_class (GTK_WIDGET (line->problem), "error");
  gtk_widget_set_visible (GTK_WIDGET (line->problem), FALSE);

  line->value = ENLACE_EXPRESSION_ENTRY (enlace_expression_entry_new (enlace_parameter_field_get_sample (field),
                                                                      is_fields ? ENLACE_PARAMETER_JSON : ENLACE_PARAMETER_TEXT,
                                                                      FALSE, is_fields ? _("Value of the Field") : _("Value")));
  enlace_expression_entry_set_placeholder (line->value, is_fields ? _("Value, such as {{ trigger.body.name }}") : _("Value"));
  enlace_expression_entry_set_text (line->value, row->text);
  g_signal_connect_object (line->value, "changed", G_CALLBACK (changed), self, G_CONNECT_SWAPPED);
  enlace_parameter_field_watch (field, line->value);

  g_object_set_data_full (G_OBJECT (line->box), "enlace-line", line, line_free);
  gtk_box_append (GTK_BOX (top), GTK_WIDGET (line->name));
  gtk_box_append (GTK_BOX (top), enlace_row_menu_new (line->box));
  gtk_box_append (GTK_BOX (line->box), top);
  gtk_box_append (GTK_BOX (line->box), GTK_WIDGET (line->problem));
  gtk_box_append (GTK_BOX (line->box), GTK_WIDGET (line->value));
  gtk_widget_add_css_class (line->box, "row-line");
  gtk_box_append (GTK_BOX (self->rows), line->box);
}

static void
add_cb (EnlaceRowsField *self)
{
  g_autoptr(EnlaceFormRow) row = enlace_form_row_new ("", "");

  append_line (self, row);
  gtk_widget_grab_focus (GTK_WIDGET (get_line (gtk_widget_get_last_child (self->rows))->name));
}

static void
build (EnlaceParameterField *field)
{
  EnlaceRowsField *self = (EnlaceRowsField *) field;
  const EnlaceParameter *parameter = enlace_parameter_field_get_parameter (field);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  GtkWidget *add = gtk_button_new ();
  g_autofree char *label = NULL;

  self->rows = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  gtk_button_set_child (GTK_BUTTON (add), g_object_new (ADW_TYPE_BUTTON_CONTENT, "icon-name", "list-add-symbolic", "label",
                                                        parameter->kind == ENLACE_PARAMETER_FIELDS ? _("Add Field") : _("Add Row"), NULL));
  gtk_widget_set_halign (add, GTK_ALIGN_START);
  gtk_widget_add_css_class (add, "flat");
  /* Translators: %s is the title of a list, such as "Headers" */
  label = parameter->kind == ENLACE_PARAMETER_FIELDS ? g_strdup (_("Add Field")) : g_strdup_printf (_("Add to %s"), _(parameter->title));
  /* It is labelled by what it holds, which says less. */
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
  EnlaceRowsField *self = (EnlaceRowsField *) field;
  g_autoptr(GPtrArray) rows = enlace_form_rows_from_value (get_kind (self), value);
  GtkWidget *child;

  self->is_setting = TRUE;
  while ((child = gtk_widget_get_first_child (self->rows)) != NULL)
    gtk_box_remove (GTK_BOX (self->rows), child);
  for (guint i = 0; i < rows->len; i++)
    append_line (self, g_ptr_array_index (rows, i));
  self->is_setting = FALSE;
}

static EnlaceValue *
get_value (EnlaceParameterField  *field,
           GError               **error)
{
  EnlaceRowsField *self = (EnlaceRowsField *) field;
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_form_row_free);

  for (GtkWidget *child = gtk_widget_get_first_child (self->rows); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      Line *line = get_line (child);
      EnlaceFormRow *row = enlace_form_row_new (gtk_editable_get_text (GTK_EDITABLE (line->name)),
                                                enlace_expression_entry_get_text (line->value));

      row->member = line->member != NULL ? enlace_value_ref (line->member) : NULL;
      g_ptr_array_add (rows, row);
    }

  return enlace_form_rows_to_value (get_kind (self), rows);
}

/* The line that a pointer below the parameter is about: "/2/value" of fields, "/Accept" of pairs. */
static Line *
find_line (EnlaceRowsField *self,
           const char      *pointer)
{
  g_auto(GStrv) tokens = g_strsplit (pointer, "/", 3);
  const char *token = tokens[0] != NULL ? tokens[1] : NULL;
  int index = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (self->rows); token != NULL && child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      Line *line = get_line (child);
      const char *name = gtk_editable_get_text (GTK_EDITABLE (line->name));
      g_autoptr(GString) escaped = g_string_new (NULL);

      /* Rows with nothing in them are not in the document. */
      if (name[0] == '\0' && enlace_expression_entry_get_text (line->value)[0] == '\0')
        continue;
      enlace_json_pointer_append (escaped, name);
      if (get_kind (self) == ENLACE_PARAMETER_FIELDS ? index == atoi (token) : g_str_equal (escaped->str + 1, token))
        return line;
      index++;
    }

  return NULL;
}

static gboolean
set_problem (EnlaceParameterField *field,
             const char           *pointer,
             const char           *detail)
{
  EnlaceRowsField *self = (EnlaceRowsField *) field;
  Line *line = find_line (self, pointer);

  if (line == NULL)
    return FALSE;

  if (g_str_has_suffix (pointer, "/path"))
    {
      gtk_label_set_label (line->problem, detail);
      gtk_widget_set_visible (GTK_WIDGET (line->problem), TRUE);
      gtk_widget_add_css_class (GTK_WIDGET (line->name), "error");
    }
  else
    {
      enlace_expression_entry_set_problem (line->value, detail);
    }

  return TRUE;
}

static void
clear (EnlaceParameterField *field)
{
  EnlaceRowsField *self = (EnlaceRowsField *) field;

  for (GtkWidget *child = gtk_widget_get_first_child (self->rows); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      Line *line = get_line (child);

      gtk_widget_set_visible (GTK_WIDGET (line->problem), FALSE);
      gtk_widget_remove_css_class (GTK_WIDGET (line->name), "error");
      enlace_expression_entry_set_problem (line->value, NULL);
    }
}

static void
enlace_rows_field_class_init (EnlaceRowsFieldClass *klass)
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
enlace_rows_field_init (EnlaceRowsField *self)
{
}
