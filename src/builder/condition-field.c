/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#include "src/builder/condition.h"
#include "src/builder/fields.h"
#include "src/builder/form-value.h"

/* A condition, as rows that read like a sentence or as an expression. */
typedef struct {
  EnlaceParameterField   parent_instance;

  GtkStack              *stack;
  GtkWidget             *rows;         /* a box of lines */
  GtkDropDown           *join;         /* all or any */
  GtkWidget             *join_box;
  GtkWidget             *result;       /* the value of the whole, under the rows */
  EnlaceExpressionEntry *entry;
  GtkToggleButton       *toggle;
  gboolean               is_setting;
} EnlaceConditionField;

typedef EnlaceParameterFieldClass EnlaceConditionFieldClass;

G_DEFINE_FINAL_TYPE (EnlaceConditionField, enlace_condition_field, ENLACE_TYPE_PARAMETER_FIELD)

/* One line of the rows. */
typedef struct {
  GtkWidget             *box;
  EnlaceExpressionEntry *left;
  GtkDropDown           *comparison;
  EnlaceExpressionEntry *right;
} Line;

static Line *
get_line (GtkWidget *box)
{
  return g_object_get_data (G_OBJECT (box), "enlace-line");
}

static GPtrArray *
collect_rows (EnlaceConditionField *self)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_condition_row_free);

  for (GtkWidget *child = gtk_widget_get_first_child (self->rows); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      Line *line = get_line (child);

      g_ptr_array_add (rows, enlace_condition_row_new (enlace_expression_entry_get_text (line->left),
                                                       gtk_drop_down_get_selected (line->comparison),
                                                       enlace_expression_entry_get_text (line->right)));
    }

  return rows;
}

static void
show_result (EnlaceConditionField *self)
{
  EnlaceSample *sample = enlace_parameter_field_get_sample (ENLACE_PARAMETER_FIELD (self));
  g_autoptr(EnlaceValue) value = enlace_parameter_field_get_value (ENLACE_PARAMETER_FIELD (self), NULL);
  g_autoptr(EnlaceValue) result = NULL;
  const char *text = NULL;

  if (value != NULL && enlace_sample_has_run (sample))
    result = enlace_sample_evaluate (sample, value, NULL);
  if (result != NULL && enlace_value_get_kind (result) == ENLACE_KIND_BOOL)
    text = enlace_value_get_bool (result) ? _("With the last data, this is true") : _("With the last data, this is false");

  gtk_label_set_label (GTK_LABEL (self->result), text != NULL ? text : "");
  gtk_widget_set_visible (self->result, text != NULL);
}

static void
rows_changed (EnlaceConditionField *self)
{
  if (self->is_setting)
    return;

  show_result (self);
  enlace_parameter_field_changed (ENLACE_PARAMETER_FIELD (self));
}

static void
update_join (EnlaceConditionField *self)
{
  GtkWidget *first = gtk_widget_get_first_child (self->rows);

  gtk_widget_set_visible (self->join_box, first != NULL && gtk_widget_get_next_sibling (first) != NULL);
}

static void
comparison_cb (GtkDropDown          *drop_down,
               GParamSpec           *pspec,
               EnlaceConditionField *self)
{
  Line *line = get_line (gtk_widget_get_ancestor (GTK_WIDGET (drop_down), GTK_TYPE_BOX));

  gtk_widget_set_visible (GTK_WIDGET (line->right), enlace_comparison_needs_right (gtk_drop_down_get_selected (drop_down)));
  rows_changed (self);
}

static void
remove_cb (GtkWidget            *button,
           EnlaceConditionField *self)
{
  GtkWidget *box = g_object_get_data (G_OBJECT (button), "enlace-box");

  gtk_box_remove (GTK_BOX (self->rows), box);
  update_join (self);
  rows_changed (self);
}

static EnlaceExpressionEntry *
new_entry (EnlaceConditionField *self,
           const char           *label,
           const char           *placeholder,
           gboolean              is_bare)
{
  EnlaceParameterField *field = ENLACE_PARAMETER_FIELD (self);
  GtkWidget *entry = enlace_expression_entry_new (enlace_parameter_field_get_sample (field), ENLACE_PARAMETER_TEXT, FALSE, label);

  enlace_expression_entry_set_placeholder (ENLACE_EXPRESSION_ENTRY (entry), placeholder);
  enlace_expression_entry_set_bare (ENLACE_EXPRESSION_ENTRY (entry), is_bare);
  g_signal_connect_object (entry, "changed", G_CALLBACK (rows_changed), self, G_CONNECT_SWAPPED);
  enlace_parameter_field_watch (field, ENLACE_EXPRESSION_ENTRY (entry));

  return ENLACE_EXPRESSION_ENTRY (entry);
}

static GtkDropDown *
new_comparison (void)
{
  g_autoptr(GtkStringList) list = gtk_string_list_new (NULL);
  GtkWidget *drop_down;

  for (guint i = 0; i < ENLACE_N_COMPARISONS; i++)
    gtk_string_list_append (list, enlace_comparison_get_title (i));
  drop_down = gtk_drop_down_new (G_LIST_MODEL (g_steal_pointer (&list)), NULL);
  gtk_widget_set_hexpand (drop_down, TRUE);
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (drop_down), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (drop_down), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Comparison"), -1);

  return GTK_DROP_DOWN (drop_down);
}

static void
append_line (EnlaceConditionField     *self,
             const EnlaceConditionRow *row)
{
  Line *line = g_new0 (Line, 1);
  GtkWidget *middle = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *remove = gtk_button_new_from_icon_name ("edit-delete-symbolic");

  line->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  /* Translators: what is compared, in a condition */
  line->left = new_entry (self, _("Compared Value"), "trigger.body.amount", TRUE);
  line->comparison = new_comparison ();
  line->right = new_entry (self, _("Compared With"), _("A text, a number or a path"), FALSE);
  enlace_expression_entry_set_text (line->left, row->left);
  enlace_expression_entry_set_text (line->right, row->right);
  gtk_drop_down_set_selected (line->comparison, row->comparison);
  gtk_widget_set_visible (GTK_WIDGET (line->right), enlace_comparison_needs_right (row->comparison));

  gtk_widget_add_css_class (remove, "flat");
  gtk_widget_set_tooltip_text (remove, _("Remove Comparison"));
  g_object_set_data (G_OBJECT (remove), "enlace-box", line->box);
  g_object_set_data_full (G_OBJECT (middle), "enlace-line", line, g_free);
  g_object_set_data (G_OBJECT (line->box), "enlace-line", line);
  g_signal_connect_object (remove, "clicked", G_CALLBACK (remove_cb), self, 0);
  g_signal_connect_object (line->comparison, "notify::selected", G_CALLBACK (comparison_cb), self, 0);

  gtk_box_append (GTK_BOX (middle), GTK_WIDGET (line->comparison));
  gtk_box_append (GTK_BOX (middle), remove);
  gtk_box_append (GTK_BOX (line->box), GTK_WIDGET (line->left));
  gtk_box_append (GTK_BOX (line->box), middle);
  gtk_box_append (GTK_BOX (line->box), GTK_WIDGET (line->right));
  gtk_widget_add_css_class (line->box, "condition-line");
  gtk_box_append (GTK_BOX (self->rows), line->box);
  update_join (self);
}

static void
add_cb (EnlaceConditionField *self)
{
  const EnlaceConditionRow empty = { .left = (char *) "", .right = (char *) "" };
  GtkWidget *last;

  append_line (self, &empty);
  last = gtk_widget_get_last_child (self->rows);
  gtk_widget_grab_focus (GTK_WIDGET (get_line (last)->left));
}

static void
fill_rows (EnlaceConditionField *self,
           GPtrArray            *rows,
           gboolean              is_any)
{
  const EnlaceConditionRow empty = { .left = (char *) "", .right = (char *) "" };
  GtkWidget *child;

  self->is_setting = TRUE;
  while ((child = gtk_widget_get_first_child (self->rows)) != NULL)
    gtk_box_remove (GTK_BOX (self->rows), child);
  for (guint i = 0; i < rows->len; i++)
    append_line (self, g_ptr_array_index (rows, i));
  if (rows->len == 0)
    append_line (self, &empty);
  gtk_drop_down_set_selected (self->join, is_any ? 1 : 0);
  update_join (self);
  self->is_setting = FALSE;
  show_result (self);
}

/* Between the two ways to write it; what the person wrote is taken along. */
static void
toggle_cb (EnlaceConditionField *self)
{
  gboolean is_expression = gtk_toggle_button_get_active (self->toggle);
  g_autoptr(GPtrArray) rows = NULL;
  g_autofree char *text = NULL;
  gboolean is_any;

  if (self->is_setting)
    return;

  if (is_expression)
    {
      rows = collect_rows (self);
      text = enlace_condition_format (rows, gtk_drop_down_get_selected (self->join) == 1);
      enlace_expression_entry_set_text (self->entry, text);
    }
  else if ((rows = enlace_condition_parse (enlace_expression_entry_get_text (self->entry), &is_any)) != NULL)
    {
      fill_rows (self, rows, is_any);
    }

  gtk_stack_set_visible_child_name (self->stack, is_expression ? "expression" : "rows");
}

/* Rows are offered where they can say what the expression says. */
static void
entry_changed_cb (EnlaceConditionField *self)
{
  g_autoptr(GPtrArray) rows = NULL;
  gboolean is_any;

  rows = enlace_condition_parse (enlace_expression_entry_get_text (self->entry), &is_any);
  gtk_widget_set_sensitive (GTK_WIDGET (self->toggle), rows != NULL);
  enlace_parameter_field_changed (ENLACE_PARAMETER_FIELD (self));
}

static GtkWidget *
build_rows (EnlaceConditionField *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  GtkWidget *add = gtk_button_new ();
  GtkWidget *label = gtk_label_new (_("These must hold:"));
  const char *const joins[] = { _("All"), _("Any"), NULL };

  self->join = GTK_DROP_DOWN (gtk_drop_down_new_from_strings (joins));
  self->join_box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (self->join_box), label);
  gtk_box_append (GTK_BOX (self->join_box), GTK_WIDGET (self->join));
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (self->join), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->join), GTK_ACCESSIBLE_PROPERTY_LABEL, _("These must hold"), -1);
  g_signal_connect_object (self->join, "notify::selected", G_CALLBACK (rows_changed), self, G_CONNECT_SWAPPED);

  self->rows = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  self->result = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->result), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->result), 0);
  gtk_widget_add_css_class (self->result, "caption");
  gtk_widget_add_css_class (self->result, "accent");

  gtk_button_set_child (GTK_BUTTON (add), g_object_new (ADW_TYPE_BUTTON_CONTENT, "icon-name", "list-add-symbolic",
                                                        "label", _("Add Comparison"), NULL));
  gtk_widget_set_halign (add, GTK_ALIGN_START);
  gtk_widget_add_css_class (add, "flat");
  g_signal_connect_object (add, "clicked", G_CALLBACK (add_cb), self, G_CONNECT_SWAPPED);

  gtk_box_append (GTK_BOX (box), self->join_box);
  gtk_box_append (GTK_BOX (box), self->rows);
  gtk_box_append (GTK_BOX (box), self->result);
  gtk_box_append (GTK_BOX (box), add);

  return box;
}

static void
build (EnlaceParameterField *field)
{
  EnlaceConditionField *self = (EnlaceConditionField *) field;
  const EnlaceParameter *parameter = enlace_parameter_field_get_parameter (field);
  EnlaceSample *sample = enlace_parameter_field_get_sample (field);

  self->entry = ENLACE_EXPRESSION_ENTRY (enlace_expression_entry_new (sample, parameter->kind, TRUE, _(parameter->title)));
  g_signal_connect_object (self->entry, "changed", G_CALLBACK (entry_changed_cb), self, G_CONNECT_SWAPPED);
  enlace_parameter_field_watch (field, self->entry);

  self->stack = GTK_STACK (gtk_stack_new ());
  gtk_stack_set_vhomogeneous (self->stack, FALSE);
  gtk_stack_set_interpolate_size (self->stack, TRUE);
  gtk_stack_add_named (self->stack, build_rows (self), "rows");
  gtk_stack_add_named (self->stack, GTK_WIDGET (self->entry), "expression");

  self->toggle = GTK_TOGGLE_BUTTON (gtk_toggle_button_new_with_label ("{ }"));
  gtk_widget_add_css_class (GTK_WIDGET (self->toggle), "flat");
  gtk_widget_add_css_class (GTK_WIDGET (self->toggle), "expression-toggle");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->toggle), _("Edit as an Expression"));
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (self->toggle), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->toggle), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Edit as an Expression"), -1);
  g_signal_connect_object (self->toggle, "toggled", G_CALLBACK (toggle_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (sample, "changed", G_CALLBACK (show_result), self, G_CONNECT_SWAPPED);

  enlace_parameter_field_add_suffix (field, GTK_WIDGET (self->toggle));
  enlace_parameter_field_set_editor (field, GTK_WIDGET (self->stack));
}

static void
set_value (EnlaceParameterField *field,
           EnlaceValue          *value)
{
  EnlaceConditionField *self = (EnlaceConditionField *) field;
  g_autofree char *text = enlace_form_text_from_value (ENLACE_PARAMETER_CONDITION, value);
  g_autoptr(GPtrArray) rows = NULL;
  gboolean is_any;
  gboolean is_expression;

  rows = enlace_condition_parse (text, &is_any);
  is_expression = rows == NULL || (gtk_toggle_button_get_active (self->toggle) && value != NULL);

  self->is_setting = TRUE;
  gtk_toggle_button_set_active (self->toggle, is_expression);
  gtk_widget_set_sensitive (GTK_WIDGET (self->toggle), rows != NULL);
  enlace_expression_entry_set_text (self->entry, text);
  self->is_setting = FALSE;
  if (rows != NULL)
    fill_rows (self, rows, is_any);
  gtk_stack_set_visible_child_name (self->stack, is_expression ? "expression" : "rows");
}

/* A condition is an expression, so it may be written without the braces that the document wants. */
static char *
dup_expression (const char *text)
{
  g_autofree char *bare = g_strstrip (g_strdup (text));

  if (*bare == '\0' || strstr (bare, "{{") != NULL)
    return g_strdup (text);

  return g_strdup_printf ("{{ %s }}", bare);
}

static EnlaceValue *
get_value (EnlaceParameterField  *field,
           GError               **error)
{
  EnlaceConditionField *self = (EnlaceConditionField *) field;
  g_autoptr(GPtrArray) rows = NULL;
  g_autofree char *text = NULL;

  if (gtk_toggle_button_get_active (self->toggle))
    text = dup_expression (enlace_expression_entry_get_text (self->entry));
  else
    {
      rows = collect_rows (self);
      text = enlace_condition_format (rows, gtk_drop_down_get_selected (self->join) == 1);
    }

  return enlace_form_value_from_text (ENLACE_PARAMETER_CONDITION, text, error);
}

static gboolean
set_problem (EnlaceParameterField *field,
             const char           *pointer,
             const char           *detail)
{
  EnlaceConditionField *self = (EnlaceConditionField *) field;

  if (!gtk_toggle_button_get_active (self->toggle))
    return FALSE;

  enlace_expression_entry_set_problem (self->entry, detail);

  return TRUE;
}

static void
clear (EnlaceParameterField *field)
{
  EnlaceConditionField *self = (EnlaceConditionField *) field;

  enlace_expression_entry_set_problem (self->entry, NULL);
}

static void
enlace_condition_field_class_init (EnlaceConditionFieldClass *klass)
{
  klass->build = build;
  klass->set_value = set_value;
  klass->get_value = get_value;
  klass->set_problem = set_problem;
  klass->clear = clear;
}

static void
enlace_condition_field_init (EnlaceConditionField *self)
{
}
