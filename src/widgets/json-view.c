/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-widgets"

#include "config.h"

#include "src/widgets/json-view.h"

#include <glib/gi18n.h>

#include "common/value/json.h"
#include "src/widgets/json-item.h"

/* Small values are shown open. */
#define OPEN_LINES 12

struct _EnlaceJsonView
{
  GtkWidget        parent_instance;

  /* Template children */
  GtkWidget       *box;
  GtkLabel        *heading;
  GtkScrolledWindow *scroller;
  GtkListView     *list;

  EnlaceValue     *value;
  char            *label;
};

enum {
  PROP_0,
  PROP_LABEL,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (EnlaceJsonView, enlace_json_view, GTK_TYPE_WIDGET)

static GParamSpec *properties[N_PROPS];

static void
copy (EnlaceJsonView *self,
      EnlaceValue    *value)
{
  g_autofree char *text = NULL;

  if (value == NULL)
    return;

  if (enlace_value_get_kind (value) == ENLACE_KIND_STRING)
    text = g_strdup (enlace_value_get_string (value));
  else
    text = enlace_json_format (value, ENLACE_JSON_PRETTY, NULL, NULL);
  if (text != NULL)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
}

static void
copy_all_action (GtkWidget  *widget,
                 const char *name,
                 GVariant   *parameter)
{
  EnlaceJsonView *self = ENLACE_JSON_VIEW (widget);

  copy (self, self->value);
}

static void
copy_line_action (GtkWidget  *widget,
                  const char *name,
                  GVariant   *parameter)
{
  EnlaceJsonView *self = ENLACE_JSON_VIEW (widget);
  GtkSingleSelection *selection = GTK_SINGLE_SELECTION (gtk_list_view_get_model (self->list));
  GtkTreeListRow *row = selection != NULL ? gtk_single_selection_get_selected_item (selection) : NULL;
  g_autoptr(EnlaceJsonItem) item = row != NULL ? gtk_tree_list_row_get_item (row) : NULL;

  copy (self, item != NULL ? enlace_json_item_get_value (item) : self->value);
}

static GListModel *
list_children_cb (gpointer item,
                  gpointer user_data)
{
  return enlace_json_item_list_children (item);
}

static const char *
class_of (EnlaceValue *value)
{
  switch ((int) enlace_value_get_kind (value))
    {
    case ENLACE_KIND_STRING:
    case ENLACE_KIND_BYTES:
      return "text";

    case ENLACE_KIND_LIST:
    case ENLACE_KIND_MAP:
      return "dim-label";

    default:
      return "number";
    }
}

static void
setup_cb (GtkSignalListItemFactory *factory,
          GtkListItem              *list_item,
          EnlaceJsonView           *self)
{
  GtkWidget *expander = gtk_tree_expander_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *name = gtk_label_new (NULL);
  GtkWidget *value = gtk_inscription_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (name, "json-name");
  gtk_inscription_set_text_overflow (GTK_INSCRIPTION (value), GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
  gtk_inscription_set_min_chars (GTK_INSCRIPTION (value), 6);
  gtk_inscription_set_nat_chars (GTK_INSCRIPTION (value), 40);
  gtk_widget_set_hexpand (value, TRUE);
  gtk_widget_set_valign (value, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), value);
  gtk_tree_expander_set_child (GTK_TREE_EXPANDER (expander), box);
  gtk_list_item_set_child (list_item, expander);
}

static void
bind_cb (GtkSignalListItemFactory *factory,
         GtkListItem              *list_item,
         EnlaceJsonView           *self)
{
  GtkTreeExpander *expander = GTK_TREE_EXPANDER (gtk_list_item_get_child (list_item));
  GtkTreeListRow *row = gtk_list_item_get_item (list_item);
  g_autoptr(EnlaceJsonItem) item = gtk_tree_list_row_get_item (row);
  GtkWidget *name = gtk_widget_get_first_child (gtk_tree_expander_get_child (expander));
  GtkWidget *value = gtk_widget_get_next_sibling (name);
  g_autofree char *text = enlace_json_item_describe (item);
  g_autofree char *line = NULL;
  const char *classes[] = { "monospace", class_of (enlace_json_item_get_value (item)), NULL };

  gtk_tree_expander_set_list_row (expander, row);
  gtk_label_set_label (GTK_LABEL (name), enlace_json_item_get_name (item));
  gtk_widget_set_visible (name, enlace_json_item_get_name (item) != NULL);
  gtk_inscription_set_text (GTK_INSCRIPTION (value), text);
  gtk_widget_set_css_classes (value, classes);
  gtk_widget_set_tooltip_text (value, g_utf8_strlen (text, -1) > 40 ? text : NULL);

  line = enlace_json_item_get_name (item) != NULL ? g_strdup_printf ("%s: %s", enlace_json_item_get_name (item), text)
                                                  : g_strdup (text);
  gtk_list_item_set_accessible_label (list_item, line);
}

static void
enlace_json_view_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), ENLACE_TYPE_JSON_VIEW);

  G_OBJECT_CLASS (enlace_json_view_parent_class)->dispose (object);
}

static void
enlace_json_view_finalize (GObject *object)
{
  EnlaceJsonView *self = ENLACE_JSON_VIEW (object);

  g_clear_pointer (&self->value, enlace_value_unref);
  g_free (self->label);

  G_OBJECT_CLASS (enlace_json_view_parent_class)->finalize (object);
}

static void
enlace_json_view_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_LABEL:
      g_value_set_string (value, ENLACE_JSON_VIEW (object)->label);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enlace_json_view_set_property (GObject      *object,
                               guint         prop_id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  EnlaceJsonView *self = ENLACE_JSON_VIEW (object);

  switch (prop_id)
    {
    case PROP_LABEL:
      if (!g_set_str (&self->label, g_value_get_string (value)))
        break;
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      self->label != NULL ? self->label : "", -1);
      g_object_notify_by_pspec (object, pspec);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enlace_json_view_class_init (EnlaceJsonViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = enlace_json_view_dispose;
  object_class->finalize = enlace_json_view_finalize;
  object_class->get_property = enlace_json_view_get_property;
  object_class->set_property = enlace_json_view_set_property;

  properties[PROP_LABEL] =
    g_param_spec_string ("label", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "jsonview");
  gtk_widget_class_set_template_from_resource (widget_class, "/com/alkitu/Enlace/ui/widgets/json-view.ui");
  gtk_widget_class_bind_template_child (widget_class, EnlaceJsonView, box);
  gtk_widget_class_bind_template_child (widget_class, EnlaceJsonView, heading);
  gtk_widget_class_bind_template_child (widget_class, EnlaceJsonView, scroller);
  gtk_widget_class_bind_template_child (widget_class, EnlaceJsonView, list);
  gtk_widget_class_bind_template_callback (widget_class, setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);

  gtk_widget_class_install_action (widget_class, "json.copy", NULL, copy_all_action);
  gtk_widget_class_install_action (widget_class, "json.copy-line", NULL, copy_line_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, "json.copy-line", NULL);
}

static void
enlace_json_view_init (EnlaceJsonView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
enlace_json_view_new (const char *label)
{
  return g_object_new (ENLACE_TYPE_JSON_VIEW, "label", label, NULL);
}

/* A map or list is shown by what is in it; anything else by itself. */
static GListModel *
list_lines (EnlaceValue *value)
{
  g_autoptr(EnlaceJsonItem) root = enlace_json_item_new (NULL, value);
  GListModel *children = enlace_json_item_list_children (root);
  GListStore *single;

  if (children != NULL)
    return children;

  single = g_list_store_new (ENLACE_TYPE_JSON_ITEM);
  g_list_store_append (single, root);

  return G_LIST_MODEL (single);
}

void
enlace_json_view_set_value (EnlaceJsonView *self,
                            EnlaceValue    *value)
{
  g_autoptr(GtkSingleSelection) selection = NULL;
  g_autoptr(GtkTreeListModel) tree = NULL;
  GListModel *lines;

  g_return_if_fail (ENLACE_IS_JSON_VIEW (self));

  if (self->value != NULL && value != NULL && enlace_value_equal (self->value, value))
    return;

  g_clear_pointer (&self->value, enlace_value_unref);
  self->value = value != NULL ? enlace_value_ref (value) : NULL;
  if (value == NULL)
    {
      gtk_list_view_set_model (self->list, NULL);
      return;
    }

  lines = list_lines (value);
  tree = gtk_tree_list_model_new (lines, FALSE, g_list_model_get_n_items (lines) <= OPEN_LINES &&
                                                enlace_value_get_size (value) < 4096,
                                  list_children_cb, NULL, NULL);
  /* The model last: with it the first line would be selected at once. */
  selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (selection, FALSE);
  gtk_single_selection_set_can_unselect (selection, TRUE);
  gtk_single_selection_set_model (selection, G_LIST_MODEL (tree));
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (selection));
}

EnlaceValue *
enlace_json_view_get_value (EnlaceJsonView *self)
{
  g_return_val_if_fail (ENLACE_IS_JSON_VIEW (self), NULL);

  return self->value;
}
