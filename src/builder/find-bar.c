/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include "src/builder/find-bar.h"

#include <glib/gi18n.h>

#include "src/builder/find.h"

struct _EnlaceFindBar
{
  GtkWidget       parent_instance;

  /* Template children */
  GtkWidget      *box;
  GtkSearchEntry *entry;
  GtkLabel       *count;

  EnlaceCanvas   *canvas;         /* weak */
  GPtrArray      *found;          /* ids, owned */
  char           *current;        /* nullable */
};

G_DEFINE_FINAL_TYPE (EnlaceFindBar, enlace_find_bar, GTK_TYPE_WIDGET)

static guint
find_current (EnlaceFindBar *self)
{
  guint at = G_MAXUINT;

  if (self->current != NULL)
    g_ptr_array_find_with_equal_func (self->found, self->current, g_str_equal, &at);

  return at;
}

static void
show_count (EnlaceFindBar *self)
{
  gboolean searches = *gtk_editable_get_text (GTK_EDITABLE (self->entry)) != '\0';
  guint at = find_current (self);
  g_autofree char *text = NULL;

  if (!searches)
    text = g_strdup ("");
  else if (self->found->len == 0)
    text = g_strdup (_("Nothing found"));
  else if (at == G_MAXUINT)
    text = g_strdup_printf (g_dngettext (NULL, "%u step", "%u steps", self->found->len), self->found->len);
  else
    text = g_strdup_printf (_("%u of %u"), at + 1, self->found->len);
  gtk_label_set_text (self->count, text);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "find.next", self->found->len > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "find.previous", self->found->len > 0);
  if (searches && self->found->len == 0)
    gtk_widget_add_css_class (GTK_WIDGET (self->entry), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->entry), "error");
}

static void
search (EnlaceFindBar *self)
{
  EnlaceGraph *graph = self->canvas != NULL ? enlace_canvas_get_graph (self->canvas) : NULL;
  g_autoptr(GPtrArray) nodes = NULL;

  g_ptr_array_set_size (self->found, 0);
  if (graph != NULL && gtk_widget_get_visible (GTK_WIDGET (self)))
    nodes = enlace_find_steps (graph, gtk_editable_get_text (GTK_EDITABLE (self->entry)));
  for (guint i = 0; nodes != NULL && i < nodes->len; i++)
    g_ptr_array_add (self->found, g_strdup (enlace_graph_item_get_id (g_ptr_array_index (nodes, i))));
  g_ptr_array_add (self->found, NULL);
  if (self->canvas != NULL)
    enlace_canvas_set_marks (self->canvas, (const char *const *) self->found->pdata);
  g_ptr_array_set_size (self->found, (gint) self->found->len - 1);
  show_count (self);
}

static void
go_to (EnlaceFindBar *self,
       guint          at)
{
  const char *ids[] = { g_ptr_array_index (self->found, at), NULL };

  g_set_str (&self->current, ids[0]);
  enlace_canvas_set_selection (self->canvas, ids);
  enlace_canvas_show_node (self->canvas, ids[0]);
  show_count (self);
  gtk_accessible_announce (GTK_ACCESSIBLE (self),
                           enlace_graph_node_get_name (enlace_graph_find_node (enlace_canvas_get_graph (self->canvas), ids[0])),
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
step_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  EnlaceFindBar *self = ENLACE_FIND_BAR (widget);
  guint n = self->found->len;
  guint at = find_current (self);

  if (n == 0 || self->canvas == NULL)
    return;

  if (g_str_equal (name, "find.next"))
    go_to (self, at == G_MAXUINT ? 0 : (at + 1) % n);
  else
    go_to (self, at == G_MAXUINT ? n - 1 : (at + n - 1) % n);
}

static void
close_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  enlace_find_bar_close (ENLACE_FIND_BAR (widget));
}

static void
search_changed_cb (EnlaceFindBar *self)
{
  search (self);
  if (self->found->len > 0 && find_current (self) == G_MAXUINT)
    go_to (self, 0);
}

static void
activate_cb (EnlaceFindBar *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "find.next", NULL);
}

static void
stop_cb (EnlaceFindBar *self)
{
  enlace_find_bar_close (self);
}

static void
enlace_find_bar_dispose (GObject *object)
{
  EnlaceFindBar *self = ENLACE_FIND_BAR (object);

  enlace_find_bar_set_canvas (self, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), ENLACE_TYPE_FIND_BAR);

  G_OBJECT_CLASS (enlace_find_bar_parent_class)->dispose (object);
}

static void
enlace_find_bar_finalize (GObject *object)
{
  EnlaceFindBar *self = ENLACE_FIND_BAR (object);

  g_ptr_array_unref (self->found);
  g_free (self->current);

  G_OBJECT_CLASS (enlace_find_bar_parent_class)->finalize (object);
}

static void
enlace_find_bar_class_init (EnlaceFindBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = enlace_find_bar_dispose;
  object_class->finalize = enlace_find_bar_finalize;

  gtk_widget_class_set_template_from_resource (widget_class, "/com/alkitu/Enlace/ui/builder/find-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, EnlaceFindBar, box);
  gtk_widget_class_bind_template_child (widget_class, EnlaceFindBar, entry);
  gtk_widget_class_bind_template_child (widget_class, EnlaceFindBar, count);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_cb);
  gtk_widget_class_install_action (widget_class, "find.next", NULL, step_action);
  gtk_widget_class_install_action (widget_class, "find.previous", NULL, step_action);
  gtk_widget_class_install_action (widget_class, "find.close", NULL, close_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_g, GDK_CONTROL_MASK, "find.next", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_g, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "find.previous", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Return, GDK_SHIFT_MASK, "find.previous", NULL);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "findbar");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_SEARCH);
}

static void
enlace_find_bar_init (EnlaceFindBar *self)
{
  self->found = g_ptr_array_new_with_free_func (g_free);
  gtk_widget_init_template (GTK_WIDGET (self));
  show_count (self);
}

static void
graph_changed_cb (EnlaceFindBar *self)
{
  if (gtk_widget_get_visible (GTK_WIDGET (self)))
    search (self);
}

void
enlace_find_bar_set_canvas (EnlaceFindBar *self,
                            EnlaceCanvas  *canvas)
{
  g_return_if_fail (ENLACE_IS_FIND_BAR (self));

  if (!g_set_weak_pointer (&self->canvas, canvas) || canvas == NULL)
    return;

  g_signal_connect_object (enlace_canvas_get_graph (canvas), "changed", G_CALLBACK (graph_changed_cb), self, G_CONNECT_SWAPPED);
}

void
enlace_find_bar_open (EnlaceFindBar *self)
{
  g_return_if_fail (ENLACE_IS_FIND_BAR (self));

  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  gtk_editable_select_region (GTK_EDITABLE (self->entry), 0, -1);
  search (self);
}

void
enlace_find_bar_close (EnlaceFindBar *self)
{
  g_return_if_fail (ENLACE_IS_FIND_BAR (self));

  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  search (self);
  if (self->canvas == NULL)
    return;
  if (self->current != NULL && enlace_graph_find_node (enlace_canvas_get_graph (self->canvas), self->current) != NULL)
    enlace_canvas_focus_node (self->canvas, self->current);
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->canvas));
}
