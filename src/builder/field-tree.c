/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include "src/builder/field-tree.h"

#include <glib/gi18n.h>

#include "src/builder/expression-entry-drop.h"
#include "src/builder/expression-entry.h"
#include "src/builder/sample.h"

/* Beyond this many members, the rest is counted instead of listed. */
#define MOST_CHILDREN 500
#define DESCRIBE_LENGTH 60

#define ENLACE_TYPE_FIELD (enlace_field_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceField, enlace_field, ENLACE, FIELD, GObject)

struct _EnlaceField
{
  GObject      parent_instance;

  char        *title;
  char        *path;
  EnlaceValue *value;
};

G_DEFINE_FINAL_TYPE (EnlaceField, enlace_field, G_TYPE_OBJECT)

static void
enlace_field_finalize (GObject *object)
{
  EnlaceField *self = ENLACE_FIELD (object);

  g_free (self->title);
  g_free (self->path);
  enlace_value_unref (self->value);

  G_OBJECT_CLASS (enlace_field_parent_class)->finalize (object);
}

static void
enlace_field_class_init (EnlaceFieldClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enlace_field_finalize;
}

static void
enlace_field_init (EnlaceField *self)
{
}

static EnlaceField *
enlace_field_new (const char  *title,
                  const char  *path,
                  EnlaceValue *value)
{
  EnlaceField *self = g_object_new (ENLACE_TYPE_FIELD, NULL);

  self->title = g_strdup (title);
  self->path = g_strdup (path);
  self->value = enlace_value_ref (value);

  return self;
}

struct _EnlaceFieldTree
{
  GtkWidget    parent_instance;

  GtkListView *list;
  GListStore  *roots;
};

enum {
  CHOSEN,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (EnlaceFieldTree, enlace_field_tree, GTK_TYPE_WIDGET)

static guint signals[N_SIGNALS];

static EnlaceField *
new_child (EnlaceField *parent,
           EnlaceValue *key,
           EnlaceValue *value)
{
  g_autofree char *path = enlace_sample_join_path (parent->path, key);
  g_autofree char *title = NULL;

  if (enlace_value_get_string (key) != NULL)
    title = g_strdup (enlace_value_get_string (key));
  else
    title = g_strdup_printf ("%" G_GINT64_FORMAT, enlace_value_get_int (key));

  return enlace_field_new (title, path, value);
}

static GListModel *
list_children_cb (gpointer item,
                  gpointer user_data)
{
  EnlaceField *field = item;
  EnlaceKind kind = enlace_value_get_kind (field->value);
  gsize length = enlace_value_get_length (field->value);
  GListStore *store;

  if ((kind != ENLACE_KIND_MAP && kind != ENLACE_KIND_LIST) || length == 0)
    return NULL;

  store = g_list_store_new (ENLACE_TYPE_FIELD);
  for (gsize i = 0; i < MIN (length, MOST_CHILDREN); i++)
    {
      g_autoptr(EnlaceValue) key = kind == ENLACE_KIND_MAP ? enlace_value_ref (enlace_value_get_key (field->value, i))
                                                           : enlace_value_new_int ((gint64) i);
      g_autoptr(EnlaceField) child = NULL;

      child = new_child (field, key, kind == ENLACE_KIND_MAP ? enlace_value_get_member_value (field->value, i)
                                                             : enlace_value_get_element (field->value, i));
      g_list_store_append (store, child);
    }

  return G_LIST_MODEL (store);
}

static GdkContentProvider *
prepare_cb (GtkDragSource *source,
            double         x,
            double         y,
            GtkListItem   *list_item)
{
  GtkTreeListRow *row = gtk_list_item_get_item (list_item);
  g_autoptr(EnlaceField) field = row != NULL ? gtk_tree_list_row_get_item (row) : NULL;

  return field != NULL ? enlace_dragged_path_provide (field->path) : NULL;
}

/* The path hangs on the pointer. */
static void
drag_begin_cb (GtkDragSource *source,
               GdkDrag       *drag,
               GtkListItem   *list_item)
{
  g_autoptr(EnlaceField) field = gtk_tree_list_row_get_item (gtk_list_item_get_item (list_item));
  GtkWidget *label = gtk_label_new (field->path);

  gtk_widget_add_css_class (label, "dragged-path");
  gtk_drag_icon_set_child (GTK_DRAG_ICON (gtk_drag_icon_get_for_drag (drag)), label);
}

static void
setup_cb (GtkSignalListItemFactory *factory,
          GtkListItem              *list_item,
          gpointer                  user_data)
{
  GtkWidget *expander = gtk_tree_expander_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *name = gtk_label_new (NULL);
  GtkWidget *value = gtk_inscription_new (NULL);
  GtkDragSource *source = gtk_drag_source_new ();

  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_inscription_set_text_overflow (GTK_INSCRIPTION (value), GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
  gtk_inscription_set_min_chars (GTK_INSCRIPTION (value), 4);
  gtk_inscription_set_nat_chars (GTK_INSCRIPTION (value), 20);
  gtk_widget_set_hexpand (value, TRUE);
  gtk_widget_add_css_class (value, "dim-label");
  gtk_widget_add_css_class (value, "caption");
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), value);
  gtk_tree_expander_set_child (GTK_TREE_EXPANDER (expander), box);
  gtk_drag_source_set_actions (source, GDK_ACTION_COPY);
  g_signal_connect_object (source, "prepare", G_CALLBACK (prepare_cb), list_item, 0);
  g_signal_connect_object (source, "drag-begin", G_CALLBACK (drag_begin_cb), list_item, 0);
  gtk_widget_add_controller (box, GTK_EVENT_CONTROLLER (source));
  gtk_list_item_set_child (list_item, expander);
}

static char *
describe (EnlaceValue *value)
{
  guint length = (guint) enlace_value_get_length (value);

  if (enlace_value_get_kind (value) == ENLACE_KIND_LIST)
    return g_strdup_printf (ngettext ("%u item", "%u items", length), length);
  if (enlace_value_get_kind (value) == ENLACE_KIND_MAP)
    return g_strdup_printf (ngettext ("%u field", "%u fields", length), length);

  return enlace_value_describe (value, DESCRIBE_LENGTH);
}

static void
bind_cb (GtkSignalListItemFactory *factory,
         GtkListItem              *list_item,
         gpointer                  user_data)
{
  GtkTreeExpander *expander = GTK_TREE_EXPANDER (gtk_list_item_get_child (list_item));
  GtkTreeListRow *row = gtk_list_item_get_item (list_item);
  g_autoptr(EnlaceField) field = gtk_tree_list_row_get_item (row);
  GtkWidget *name = gtk_widget_get_first_child (gtk_tree_expander_get_child (expander));
  GtkWidget *value = gtk_widget_get_next_sibling (name);
  g_autofree char *text = describe (field->value);
  g_autofree char *line = g_strdup_printf ("%s: %s", field->title, text);

  gtk_tree_expander_set_list_row (expander, row);
  gtk_label_set_label (GTK_LABEL (name), field->title);
  gtk_inscription_set_text (GTK_INSCRIPTION (value), text);
  gtk_widget_set_tooltip_text (GTK_WIDGET (expander), field->path);
  gtk_list_item_set_accessible_label (list_item, line);
  gtk_list_item_set_accessible_description (list_item, field->path);
}

static void
activate_cb (GtkListView     *list,
             guint            position,
             EnlaceFieldTree *self)
{
  g_autoptr(GtkTreeListRow) row = g_list_model_get_item (G_LIST_MODEL (gtk_list_view_get_model (list)), position);
  g_autoptr(EnlaceField) field = gtk_tree_list_row_get_item (row);

  g_signal_emit (self, signals[CHOSEN], 0, field->path);
}

static void
enlace_field_tree_dispose (GObject *object)
{
  EnlaceFieldTree *self = ENLACE_FIELD_TREE (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->roots);

  G_OBJECT_CLASS (enlace_field_tree_parent_class)->dispose (object);
}

static void
enlace_field_tree_class_init (EnlaceFieldTreeClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enlace_field_tree_dispose;

  signals[CHOSEN] = g_signal_new ("chosen", ENLACE_TYPE_FIELD_TREE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
enlace_field_tree_init (EnlaceFieldTree *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkTreeListModel *tree;
  GtkSingleSelection *selection;

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  self->roots = g_list_store_new (ENLACE_TYPE_FIELD);
  tree = gtk_tree_list_model_new (g_object_ref (G_LIST_MODEL (self->roots)), FALSE, FALSE, list_children_cb, NULL, NULL);
  selection = gtk_single_selection_new (G_LIST_MODEL (tree));
  gtk_single_selection_set_autoselect (selection, FALSE);
  self->list = GTK_LIST_VIEW (gtk_list_view_new (GTK_SELECTION_MODEL (selection), factory));
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "navigation-sidebar");
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "field-tree");
  g_signal_connect_object (self->list, "activate", G_CALLBACK (activate_cb), self, 0);

  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (self->list));
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_widget_set_parent (scroller, GTK_WIDGET (self));
}

GtkWidget *
enlace_field_tree_new (const char *label)
{
  EnlaceFieldTree *self = g_object_new (ENLACE_TYPE_FIELD_TREE, NULL);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);

  return GTK_WIDGET (self);
}

void
enlace_field_tree_clear (EnlaceFieldTree *self)
{
  g_return_if_fail (ENLACE_IS_FIELD_TREE (self));

  g_list_store_remove_all (self->roots);
}

void
enlace_field_tree_add (EnlaceFieldTree *self,
                       const char      *title,
                       const char      *path,
                       EnlaceValue     *value)
{
  g_autoptr(EnlaceField) field = NULL;
  GListModel *tree;
  guint n_rows;

  g_return_if_fail (ENLACE_IS_FIELD_TREE (self));
  g_return_if_fail (title != NULL && path != NULL && value != NULL);

  field = enlace_field_new (title, path, value);
  g_list_store_append (self->roots, field);

  /* Roots stand open. */
  tree = gtk_single_selection_get_model (GTK_SINGLE_SELECTION (gtk_list_view_get_model (self->list)));
  n_rows = g_list_model_get_n_items (tree);
  if (n_rows > 0)
    {
      g_autoptr(GtkTreeListRow) row = g_list_model_get_item (tree, n_rows - 1);

      gtk_tree_list_row_set_expanded (row, TRUE);
    }
}
