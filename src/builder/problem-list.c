/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include "src/builder/problem-list.h"

#include <glib/gi18n.h>

#include "common/workflow/document.h"

struct _EnlaceProblemList
{
  GtkWidget   parent_instance;

  /* Template children */
  GtkMenuButton *button;
  GtkImage      *icon;
  GtkLabel      *count;
  GtkPopover    *popover;
  GtkStack      *stack;
  GtkListBox    *list;
};

enum {
  CHOSEN,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (EnlaceProblemList, enlace_problem_list, GTK_TYPE_WIDGET)

static guint signals[N_SIGNALS];

static void
row_activated_cb (EnlaceProblemList *self,
                  GtkListBoxRow     *row,
                  GtkListBox        *list)
{
  gtk_popover_popdown (self->popover);
  g_signal_emit (self, signals[CHOSEN], 0, g_object_get_data (G_OBJECT (row), "enlace-node"));
}

static GtkWidget *
new_label (const char *text,
           const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, css_class);

  return label;
}

static void
append_row (EnlaceProblemList   *self,
            const char          *name,
            const EnlaceProblem *problem)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  g_autofree char *label = g_strdup_printf ("%s: %s", name, problem->detail);

  gtk_box_append (GTK_BOX (box), new_label (name, "heading"));
  gtk_box_append (GTK_BOX (box), new_label (problem->detail, "body"));
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  g_object_set_data_full (G_OBJECT (row), "enlace-node", g_strdup (problem->node), g_free);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_list_box_append (self->list, row);
}

static void
enlace_problem_list_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), ENLACE_TYPE_PROBLEM_LIST);

  G_OBJECT_CLASS (enlace_problem_list_parent_class)->dispose (object);
}

static void
enlace_problem_list_class_init (EnlaceProblemListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enlace_problem_list_dispose;

  signals[CHOSEN] = g_signal_new ("chosen", ENLACE_TYPE_PROBLEM_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/com/alkitu/Enlace/ui/builder/problem-list.ui");
  gtk_widget_class_bind_template_child (widget_class, EnlaceProblemList, button);
  gtk_widget_class_bind_template_child (widget_class, EnlaceProblemList, icon);
  gtk_widget_class_bind_template_child (widget_class, EnlaceProblemList, count);
  gtk_widget_class_bind_template_child (widget_class, EnlaceProblemList, popover);
  gtk_widget_class_bind_template_child (widget_class, EnlaceProblemList, stack);
  gtk_widget_class_bind_template_child (widget_class, EnlaceProblemList, list);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
}

static void
enlace_problem_list_init (EnlaceProblemList *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
enlace_problem_list_set_problems (EnlaceProblemList *self,
                                  EnlaceGraph       *graph,
                                  GPtrArray         *problems)
{
  g_autofree char *text = NULL;
  g_autofree char *label = NULL;

  g_return_if_fail (ENLACE_IS_PROBLEM_LIST (self));
  g_return_if_fail (ENLACE_IS_GRAPH (graph));
  g_return_if_fail (problems != NULL);

  gtk_list_box_remove_all (self->list);
  for (guint i = 0; i < problems->len; i++)
    {
      const EnlaceProblem *problem = g_ptr_array_index (problems, i);
      EnlaceGraphNode *node = problem->node != NULL ? enlace_graph_find_node (graph, problem->node) : NULL;

      append_row (self, node != NULL ? enlace_graph_node_get_name (node) : _("Workflow"), problem);
    }

  text = g_strdup_printf ("%u", problems->len);
  label = problems->len > 0 ? g_strdup_printf (ngettext ("%u Problem", "%u Problems", problems->len), problems->len)
                            : g_strdup (_("No Problems"));
  gtk_label_set_label (self->count, text);
  gtk_widget_set_visible (GTK_WIDGET (self->count), problems->len > 0);
  gtk_image_set_from_icon_name (self->icon, problems->len > 0 ? "dialog-warning-symbolic" : "object-select-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->button), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_stack_set_visible_child_name (self->stack, problems->len > 0 ? "list" : "none");
  if (problems->len > 0)
    gtk_widget_add_css_class (GTK_WIDGET (self->button), "has-problems");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->button), "has-problems");
}

void
enlace_problem_list_popup (EnlaceProblemList *self)
{
  g_return_if_fail (ENLACE_IS_PROBLEM_LIST (self));

  gtk_menu_button_popup (self->button);
}
