/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include "src/builder/outline.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "src/builder/card.h"
#include "src/builder/outline-tree.h"

#define STEP 8.0                  /* of a move, in canvas units */

struct _EnlaceOutline
{
  GtkWidget          parent_instance;

  /* Template children */
  GtkStack          *stack;
  GtkListView       *view;
  GtkPopover        *menu;

  EnlaceCanvas      *canvas;      /* weak */
  GtkMultiSelection *selection;   /* owned; NULL while nothing is shown */
  guint              rebuild;     /* source */
  guint              stale : 1;   /* the graph is another than the list says */
  guint              syncing : 1;
};

G_DEFINE_FINAL_TYPE (EnlaceOutline, enlace_outline, GTK_TYPE_WIDGET)

static EnlaceOutlineItem *
item_of_row (gpointer row)
{
  return ENLACE_OUTLINE_ITEM (gtk_tree_list_row_get_item (GTK_TREE_LIST_ROW (row)));
}

/* The id of the step in a line; NULL: it is a way. Borrowed from the graph. */
static const char *
id_at (EnlaceOutline *self,
       guint          position)
{
  g_autoptr(GtkTreeListRow) row = g_list_model_get_item (G_LIST_MODEL (self->selection), position);
  g_autoptr(EnlaceOutlineItem) item = row != NULL ? item_of_row (row) : NULL;
  EnlaceGraphNode *node = item != NULL ? enlace_outline_item_get_node (item) : NULL;

  return node != NULL ? enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (node)) : NULL;
}

static GListModel *
create_children_cb (gpointer item,
                    gpointer user_data)
{
  GListModel *children = enlace_outline_item_get_children (item);

  return children != NULL ? g_object_ref (children) : NULL;
}

/* Canvas → list. */
static void
canvas_selection_cb (EnlaceOutline *self)
{
  g_auto(GStrv) ids = NULL;
  guint n;

  if (self->syncing || self->selection == NULL || self->canvas == NULL)
    return;

  ids = enlace_canvas_dup_selection (self->canvas);
  n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  self->syncing = TRUE;
  gtk_selection_model_unselect_all (GTK_SELECTION_MODEL (self->selection));
  for (guint i = 0; ids[0] != NULL && i < n; i++)
    {
      const char *id = id_at (self, i);

      if (id == NULL || !g_strv_contains ((const char *const *) ids, id))
        continue;
      gtk_selection_model_select_item (GTK_SELECTION_MODEL (self->selection), i, FALSE);
      if (ids[1] == NULL)
        gtk_list_view_scroll_to (self->view, i, GTK_LIST_SCROLL_NONE, NULL);
    }
  self->syncing = FALSE;
}

/* List → canvas. */
static void
list_selection_cb (EnlaceOutline *self)
{
  g_autoptr(GPtrArray) ids = g_ptr_array_new ();
  g_autoptr(GtkBitset) selected = NULL;
  guint64 n;

  if (self->syncing || self->canvas == NULL)
    return;

  selected = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
  n = gtk_bitset_get_size (selected);
  for (guint i = 0; i < n; i++)
    {
      const char *id = id_at (self, gtk_bitset_get_nth (selected, i));

      if (id != NULL)
        g_ptr_array_add (ids, (char *) id);
    }
  g_ptr_array_add (ids, NULL);
  self->syncing = TRUE;
  enlace_canvas_set_selection (self->canvas, (const char *const *) ids->pdata);
  if (ids->len == 2)
    {
      enlace_canvas_set_cursor (self->canvas, g_ptr_array_index (ids, 0));
      enlace_canvas_show_node (self->canvas, g_ptr_array_index (ids, 0));
    }
  self->syncing = FALSE;
}

static void
build (EnlaceOutline *self)
{
  EnlaceGraph *graph = self->canvas != NULL ? enlace_canvas_get_graph (self->canvas) : NULL;
  GListModel *tree;

  g_clear_handle_id (&self->rebuild, g_source_remove);
  self->stale = FALSE;
  if (graph == NULL)
    return;

  tree = enlace_outline_tree_new (graph);
  gtk_stack_set_visible_child_name (self->stack, g_list_model_get_n_items (tree) > 0 ? "list" : "empty");
  g_clear_object (&self->selection);
  self->selection = gtk_multi_selection_new (G_LIST_MODEL (gtk_tree_list_model_new (tree, FALSE, TRUE, create_children_cb, NULL, NULL)));
  g_signal_connect_object (self->selection, "selection-changed", G_CALLBACK (list_selection_cb), self, G_CONNECT_SWAPPED);
  gtk_list_view_set_model (self->view, GTK_SELECTION_MODEL (self->selection));
  canvas_selection_cb (self);
}

static gboolean
rebuild_cb (gpointer user_data)
{
  EnlaceOutline *self = user_data;

  self->rebuild = 0;
  build (self);

  return G_SOURCE_REMOVE;
}

/* Where nobody sees it, it waits until somebody does. */
static void
graph_changed_cb (EnlaceOutline *self)
{
  self->stale = TRUE;
  if (gtk_widget_get_mapped (GTK_WIDGET (self)) && self->rebuild == 0)
    self->rebuild = g_idle_add (rebuild_cb, self);
}

static void
update_row (GtkListItem       *list_item,
            EnlaceOutlineItem *item)
{
  GtkWidget *expander = gtk_list_item_get_child (list_item);
  GtkWidget *box = gtk_tree_expander_get_child (GTK_TREE_EXPANDER (expander));
  GtkWidget *icon = gtk_widget_get_first_child (box);
  GtkWidget *label = gtk_widget_get_next_sibling (icon);
  GtkWidget *problem = gtk_widget_get_next_sibling (label);
  EnlaceGraphNode *node = enlace_outline_item_get_node (item);
  g_autofree char *name = NULL;
  g_autofree char *tooltip = NULL;

  gtk_widget_set_visible (icon, node != NULL);
  gtk_widget_set_visible (problem, node != NULL && enlace_graph_node_get_n_problems (node) > 0);
  if (node == NULL)
    {
      gtk_label_set_text (GTK_LABEL (label), enlace_outline_item_get_text (item));
      gtk_widget_add_css_class (label, "dim-label");
      gtk_list_item_set_accessible_label (list_item, enlace_outline_item_get_text (item));
      gtk_widget_set_tooltip_text (expander, NULL);
      return;
    }

  gtk_widget_remove_css_class (label, "dim-label");
  gtk_label_set_text (GTK_LABEL (label), enlace_graph_node_get_name (node));
  gtk_image_set_from_icon_name (GTK_IMAGE (icon), enlace_graph_node_get_icon_name (node));
  name = enlace_card_dup_label (node, NULL);
  gtk_list_item_set_accessible_label (list_item, name);
  gtk_list_item_set_accessible_description (list_item, enlace_graph_node_get_summary (node));
  tooltip = enlace_graph_node_get_n_problems (node) > 0 ? g_strjoinv ("\n", (char **) enlace_graph_node_get_problems (node))
                                                        : g_strdup (enlace_graph_node_get_summary (node));
  gtk_widget_set_tooltip_text (expander, tooltip);
}

static void
problems_cb (EnlaceGraphNode *node,
             GParamSpec      *pspec,
             GtkListItem     *list_item)
{
  GtkTreeListRow *row = gtk_list_item_get_item (list_item);
  g_autoptr(EnlaceOutlineItem) item = row != NULL ? item_of_row (row) : NULL;

  if (item != NULL)
    update_row (list_item, item);
}

static void
setup_cb (EnlaceOutline *self,
          GtkListItem   *list_item)
{
  GtkWidget *expander = gtk_tree_expander_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *label = gtk_label_new (NULL);
  GtkWidget *problem = gtk_image_new_from_icon_name ("dialog-warning-symbolic");

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_add_css_class (problem, "warning");
  gtk_box_append (GTK_BOX (box), gtk_image_new ());
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), problem);
  gtk_tree_expander_set_child (GTK_TREE_EXPANDER (expander), box);
  gtk_list_item_set_child (list_item, expander);
}

static void
bind_cb (EnlaceOutline *self,
         GtkListItem   *list_item)
{
  GtkTreeListRow *row = gtk_list_item_get_item (list_item);
  g_autoptr(EnlaceOutlineItem) item = item_of_row (row);
  EnlaceGraphNode *node = enlace_outline_item_get_node (item);

  gtk_tree_expander_set_list_row (GTK_TREE_EXPANDER (gtk_list_item_get_child (list_item)), row);
  update_row (list_item, item);
  if (node != NULL)
    {
      g_signal_connect_object (node, "notify::n-problems", G_CALLBACK (problems_cb), list_item, 0);
      g_signal_connect_object (node, "notify::run-state", G_CALLBACK (problems_cb), list_item, 0);
    }
}

static void
unbind_cb (EnlaceOutline *self,
           GtkListItem   *list_item)
{
  GtkTreeListRow *row = gtk_list_item_get_item (list_item);
  g_autoptr(EnlaceOutlineItem) item = row != NULL ? item_of_row (row) : NULL;
  EnlaceGraphNode *node = item != NULL ? enlace_outline_item_get_node (item) : NULL;

  if (node != NULL)
    g_signal_handlers_disconnect_by_func (node, problems_cb, list_item);
  gtk_tree_expander_set_list_row (GTK_TREE_EXPANDER (gtk_list_item_get_child (list_item)), NULL);
}

static void
activate_cb (EnlaceOutline *self,
             guint          position)
{
  const char *id = id_at (self, position);

  if (id == NULL || self->canvas == NULL)
    return;

  enlace_canvas_set_cursor (self->canvas, id);
  gtk_widget_activate_action (GTK_WIDGET (self->canvas), "canvas.open", NULL);
}

static void
open_menu_cb (EnlaceOutline   *self,
              int              n_press,
              double           x,
              double           y,
              GtkGestureClick *gesture)
{
  gtk_popover_set_pointing_to (self->menu, &(GdkRectangle) { (int) x, (int) y, 1, 1 });
  gtk_popover_popup (self->menu);
}

static void
menu_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  gtk_popover_set_pointing_to (ENLACE_OUTLINE (widget)->menu, NULL);
  gtk_popover_popup (ENLACE_OUTLINE (widget)->menu);
}

static const struct {
  const char *name;
  const char *canvas;             /* the canvas's own action; NULL: a move */
  double      dx;
  double      dy;
  guint       key;
  GdkModifierType modifiers;
} actions[] = {
  { "outline.open", "canvas.open", 0, 0, 0, 0 },
  { "outline.add-step", "canvas.add-step", 0, 0, GDK_KEY_Insert, 0 },
  { "outline.connect", "canvas.connect-to", 0, 0, GDK_KEY_c, GDK_SHIFT_MASK },
  { "outline.copy", "canvas.copy", 0, 0, GDK_KEY_c, GDK_CONTROL_MASK },
  { "outline.duplicate", "canvas.duplicate", 0, 0, GDK_KEY_u, GDK_CONTROL_MASK },
  { "outline.delete", "canvas.delete", 0, 0, GDK_KEY_Delete, 0 },
  { "outline.group", "canvas.group", 0, 0, GDK_KEY_g, GDK_CONTROL_MASK },
  { "outline.extract", "canvas.extract", 0, 0, 0, 0 },
  { "outline.move-left", NULL, -STEP, 0, GDK_KEY_Left, GDK_CONTROL_MASK | GDK_ALT_MASK },
  { "outline.move-right", NULL, STEP, 0, GDK_KEY_Right, GDK_CONTROL_MASK | GDK_ALT_MASK },
  { "outline.move-up", NULL, 0, -STEP, GDK_KEY_Up, GDK_CONTROL_MASK | GDK_ALT_MASK },
  { "outline.move-down", NULL, 0, STEP, GDK_KEY_Down, GDK_CONTROL_MASK | GDK_ALT_MASK },
};

static void
step_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  EnlaceOutline *self = ENLACE_OUTLINE (widget);

  for (guint i = 0; self->canvas != NULL && i < G_N_ELEMENTS (actions); i++)
    {
      g_auto(GStrv) ids = NULL;

      if (!g_str_equal (actions[i].name, name))
        continue;
      if (actions[i].canvas != NULL)
        {
          gtk_widget_activate_action (GTK_WIDGET (self->canvas), actions[i].canvas, NULL);
          return;
        }
      ids = enlace_canvas_dup_selection (self->canvas);
      if (enlace_canvas_get_editable (self->canvas))
        enlace_graph_move (enlace_canvas_get_graph (self->canvas), (const char *const *) ids, actions[i].dx, actions[i].dy);
      return;
    }
}

static void
enlace_outline_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (enlace_outline_parent_class)->map (widget);
  if (ENLACE_OUTLINE (widget)->stale)
    build (ENLACE_OUTLINE (widget));
}

static void
enlace_outline_dispose (GObject *object)
{
  EnlaceOutline *self = ENLACE_OUTLINE (object);

  g_clear_handle_id (&self->rebuild, g_source_remove);
  enlace_outline_set_canvas (self, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), ENLACE_TYPE_OUTLINE);
  g_clear_object (&self->selection);

  G_OBJECT_CLASS (enlace_outline_parent_class)->dispose (object);
}

static void
enlace_outline_class_init (EnlaceOutlineClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enlace_outline_dispose;
  widget_class->map = enlace_outline_map;

  gtk_widget_class_set_template_from_resource (widget_class, "/com/alkitu/Enlace/ui/builder/outline.ui");
  gtk_widget_class_bind_template_child (widget_class, EnlaceOutline, stack);
  gtk_widget_class_bind_template_child (widget_class, EnlaceOutline, view);
  gtk_widget_class_bind_template_child (widget_class, EnlaceOutline, menu);
  gtk_widget_class_bind_template_callback (widget_class, setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_cb);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, open_menu_cb);
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      gtk_widget_class_install_action (widget_class, actions[i].name, NULL, step_action);
      if (actions[i].key != 0)
        gtk_widget_class_add_binding_action (widget_class, actions[i].key, actions[i].modifiers, actions[i].name, NULL);
    }
  gtk_widget_class_install_action (widget_class, "outline.menu", NULL, menu_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Menu, 0, "outline.menu", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, "outline.menu", NULL);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "outline");
}

static void
enlace_outline_init (EnlaceOutline *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
enlace_outline_set_canvas (EnlaceOutline *self,
                           EnlaceCanvas  *canvas)
{
  g_return_if_fail (ENLACE_IS_OUTLINE (self));

  if (!g_set_weak_pointer (&self->canvas, canvas) || canvas == NULL)
    return;

  g_signal_connect_object (canvas, "selection-changed", G_CALLBACK (canvas_selection_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (enlace_canvas_get_graph (canvas), "changed", G_CALLBACK (graph_changed_cb), self, G_CONNECT_SWAPPED);
  graph_changed_cb (self);
}

void
enlace_outline_focus (EnlaceOutline *self)
{
  g_autoptr(GtkBitset) selected = NULL;
  guint at = 0;

  g_return_if_fail (ENLACE_IS_OUTLINE (self));

  if (self->stale)
    build (self);
  if (self->selection == NULL || g_list_model_get_n_items (G_LIST_MODEL (self->selection)) == 0)
    return;

  selected = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
  if (!gtk_bitset_is_empty (selected))
    at = gtk_bitset_get_minimum (selected);
  gtk_list_view_scroll_to (self->view, at, GTK_LIST_SCROLL_FOCUS, NULL);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}
