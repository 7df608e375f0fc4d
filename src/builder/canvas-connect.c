/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include <glib/gi18n.h>

#include "src/builder/canvas-private.h"

/* Every step that leads to `from`, and itself: an edge from there back to them would be a circle. */
static GHashTable *
find_blocked (EnlaceCanvas *self,
              CanvasNode   *from)
{
  GHashTable *blocked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GPtrArray) queue = g_ptr_array_new ();

  g_ptr_array_add (queue, from);
  g_hash_table_add (blocked, g_strdup (canvas_node_id (from)));
  for (guint i = 0; i < queue->len; i++)
    {
      CanvasNode *node = g_ptr_array_index (queue, i);

      for (guint j = 0; j < node->edges->len; j++)
        {
          CanvasEdge *edge = g_ptr_array_index (node->edges, j);

          if (edge->to == node && g_hash_table_add (blocked, g_strdup (canvas_node_id (edge->from))))
            g_ptr_array_add (queue, edge->from);
        }
    }

  return blocked;
}

static const char *
port_name (CanvasNode *node,
           guint       port)
{
  return enlace_graph_node_get_ports (node->node)[port];
}

void
_enlace_canvas_connect_begin (EnlaceCanvas *self,
                              CanvasNode   *from,
                              guint         port,
                              gboolean      by_keyboard)
{
  self->connect_from = from;
  self->connect_port = port;
  self->connect_target = NULL;
  g_clear_pointer (&self->connect_refusal, g_free);
  g_clear_pointer (&self->connect_blocked, g_hash_table_unref);
  self->connect_blocked = find_blocked (self, from);
  self->keyboard_connecting = by_keyboard;
  if (by_keyboard)
    /* Translators: the first %s is the name of a step, the second that of one of its ports. */
    _enlace_canvas_announce (self, _("Connect from %s, port %s. Choose a step with the arrow keys, then press Enter. Escape cancels."),
                             enlace_graph_node_get_name (from->node), port_name (from, port));
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
_enlace_canvas_connect_aim (EnlaceCanvas *self,
                            CanvasNode   *target)
{
  g_autoptr(GError) error = NULL;

  if (self->connect_from == NULL || target == self->connect_target)
    return;

  self->connect_target = target;
  g_clear_pointer (&self->connect_refusal, g_free);
  if (target != NULL &&
      !enlace_graph_check_connection (self->graph, canvas_node_id (self->connect_from),
                                      port_name (self->connect_from, self->connect_port), canvas_node_id (target), &error))
    self->connect_refusal = g_strdup (error->message);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
_enlace_canvas_connect_end (EnlaceCanvas *self,
                            gboolean      keep)
{
  CanvasNode *from = self->connect_from;
  CanvasNode *target = self->connect_target;
  g_autoptr(GError) error = NULL;

  self->connect_from = self->connect_target = NULL;
  self->keyboard_connecting = FALSE;
  g_clear_pointer (&self->connect_refusal, g_free);
  g_clear_pointer (&self->connect_blocked, g_hash_table_unref);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (!keep || from == NULL || target == NULL)
    return;

  if (enlace_graph_connect (self->graph, canvas_node_id (from), port_name (from, self->connect_port),
                            canvas_node_id (target), &error) != NULL)
    /* Translators: the names of two steps, for a screen reader. */
    _enlace_canvas_announce (self, _("Connected %s to %s"), enlace_graph_node_get_name (from->node),
                             enlace_graph_node_get_name (target->node));
  else
    _enlace_canvas_refuse (self, error->message);
}

void
_enlace_canvas_connect_next_port (EnlaceCanvas *self)
{
  CanvasNode *from = self->connect_from;
  CanvasNode *target = self->connect_target;
  guint n = from != NULL ? g_strv_length ((char **) enlace_graph_node_get_ports (from->node)) : 0;

  if (n == 0)
    return;

  _enlace_canvas_connect_begin (self, from, (self->connect_port + 1) % n, self->keyboard_connecting);
  _enlace_canvas_connect_aim (self, target);
}

static void
draw_ring (EnlaceCanvas          *self,
           GtkSnapshot           *snapshot,
           const graphene_rect_t *bounds,
           Swatch                 swatch)
{
  GskRoundedRect outline;
  graphene_rect_t rect = *bounds;
  const GdkRGBA *color = &self->colors[swatch];

  graphene_rect_inset (&rect, -3, -3);
  gsk_rounded_rect_init_from_rect (&outline, &rect, 15);
  gtk_snapshot_append_border (snapshot, &outline, (float[4]) { 2, 2, 2, 2 }, (GdkRGBA[4]) { *color, *color, *color, *color });
}

static void
draw_refusal (EnlaceCanvas           *self,
              GtkSnapshot            *snapshot,
              const graphene_point_t *at)
{
  g_autoptr(GskRenderNode) text = _enlace_canvas_text_node (self, self->connect_refusal, 10, 260, 3, SWATCH_CARD_TEXT);
  graphene_rect_t bounds;
  graphene_rect_t box;
  GskRoundedRect outline;
  const GdkRGBA *color = &self->colors[SWATCH_REFUSED];

  if (text == NULL)
    return;

  gsk_render_node_get_bounds (text, &bounds);
  box = GRAPHENE_RECT_INIT (at->x, at->y, bounds.size.width + 20, bounds.size.height + 14);
  gsk_rounded_rect_init_from_rect (&outline, &box, 9);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_color (snapshot, &self->colors[SWATCH_CARD], &box);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_append_border (snapshot, &outline, (float[4]) { 1, 1, 1, 1 }, (GdkRGBA[4]) { *color, *color, *color, *color });
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (at->x + 10 - bounds.origin.x, at->y + 7 - bounds.origin.y));
  gtk_snapshot_append_node (snapshot, text);
}

/* Where the edge under way ends: at the step it is held over, else at the pointer. */
static void
get_live_end (EnlaceCanvas     *self,
              graphene_point_t *to)
{
  double x;
  double y;

  if (self->connect_target != NULL)
    {
      _enlace_canvas_input_point (self, self->connect_target, to);
      to->x -= CANVAS_PORT_RADIUS;
      return;
    }

  enlace_canvas_widget_to_canvas (self, self->pointer_x, self->pointer_y, &x, &y);
  *to = GRAPHENE_POINT_INIT ((float) x, (float) y);
}

static void
draw_live_edge (EnlaceCanvas *self,
                GtkSnapshot  *snapshot)
{
  const GskStroke *stroke = self->connect_refusal != NULL ? self->dashed_stroke : self->thick_stroke;
  Swatch swatch = self->connect_refusal != NULL ? SWATCH_REFUSED : SWATCH_ACCENT;
  g_autoptr(GskPath) path = NULL;
  g_autoptr(GskPath) arrow = NULL;
  graphene_point_t from;
  graphene_point_t to;

  _enlace_canvas_output_point (self, self->connect_from, self->connect_port, &from);
  get_live_end (self, &to);
  path = _enlace_canvas_make_curve (&from, &to, NULL);
  arrow = _enlace_canvas_make_arrow (&to);
  gtk_snapshot_append_stroke (snapshot, path, stroke, &self->colors[swatch]);
  gtk_snapshot_append_fill (snapshot, arrow, GSK_FILL_RULE_WINDING, &self->colors[swatch]);
  if (self->connect_target != NULL)
    {
      graphene_rect_t bounds = canvas_node_bounds (self, self->connect_target);

      draw_ring (self, snapshot, &bounds, swatch);
    }
}

void
_enlace_canvas_draw_connecting (EnlaceCanvas *self,
                                GtkSnapshot  *snapshot)
{
  CanvasNode *target = self->connect_target;

  if (self->connect_from == NULL || (self->keyboard_connecting && target == NULL))
    return;

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) self->pan_x, (float) self->pan_y));
  gtk_snapshot_scale (snapshot, (float) self->zoom, (float) self->zoom);
  draw_live_edge (self, snapshot);
  gtk_snapshot_restore (snapshot);

  if (self->connect_refusal != NULL)
    {
      double x;
      double y;

      enlace_canvas_canvas_to_widget (self, target->x, target->y + target->height + 12, &x, &y);
      gtk_snapshot_save (snapshot);
      draw_refusal (self, snapshot, &GRAPHENE_POINT_INIT ((float) x, (float) y));
      gtk_snapshot_restore (snapshot);
    }
}

static void
row_activated_cb (GtkListBox    *list,
                  GtkListBoxRow *row,
                  EnlaceCanvas  *self)
{
  CanvasNode *from = g_hash_table_lookup (self->nodes, g_object_get_data (G_OBJECT (list), "from"));
  CanvasNode *target = g_hash_table_lookup (self->nodes, g_object_get_data (G_OBJECT (row), "target"));

  gtk_popover_popdown (GTK_POPOVER (self->connect_list));
  if (from == NULL || target == NULL)
    return;

  _enlace_canvas_connect_begin (self, from, GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (row), "port")), FALSE);
  _enlace_canvas_connect_aim (self, target);
  _enlace_canvas_connect_end (self, TRUE);
}

static void
add_rows (EnlaceCanvas *self,
          GtkListBox   *list,
          CanvasNode   *from,
          guint         port)
{
  GListModel *nodes = enlace_graph_get_nodes (self->graph);
  const char *const *ports = enlace_graph_node_get_ports (from->node);

  for (guint i = 0; i < g_list_model_get_n_items (nodes); i++)
    {
      g_autoptr(EnlaceGraphNode) node = g_list_model_get_item (nodes, i);
      const char *id = enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (node));
      GtkWidget *row;
      GtkWidget *icon;

      if (!enlace_graph_check_connection (self->graph, canvas_node_id (from), ports[port], id, NULL))
        continue;

      row = adw_action_row_new ();
      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), enlace_graph_node_get_name (node));
      if (ports[1] != NULL)
        {
          /* Translators: %s is the name of a port, "from true". */
          g_autofree char *subtitle = g_strdup_printf (_("from %s"), ports[port]);

          adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
        }
      icon = gtk_image_new_from_icon_name (enlace_graph_node_get_icon_name (node));
      gtk_accessible_update_state (GTK_ACCESSIBLE (icon), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
      adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
      g_object_set_data_full (G_OBJECT (row), "target", g_strdup (id), g_free);
      g_object_set_data (G_OBJECT (row), "port", GUINT_TO_POINTER (port));
      gtk_list_box_append (list, row);
    }
}

static GtkWidget *
make_list (EnlaceCanvas *self,
           CanvasNode   *from)
{
  const char *const *ports = enlace_graph_node_get_ports (from->node);
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *nothing = gtk_label_new (_("No other step can follow"));
  GtkWidget *scroller = gtk_scrolled_window_new ();

  gtk_widget_add_css_class (nothing, "dim-label");
  gtk_widget_set_margin_top (nothing, 12);
  gtk_widget_set_margin_bottom (nothing, 12);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_list_box_set_placeholder (GTK_LIST_BOX (list), nothing);
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Connect To"), -1);
  g_object_set_data_full (G_OBJECT (list), "from", g_strdup (canvas_node_id (from)), g_free);
  g_signal_connect_object (list, "row-activated", G_CALLBACK (row_activated_cb), self, 0);
  for (guint i = 0; ports[i] != NULL; i++)
    add_rows (self, GTK_LIST_BOX (list), from, i);

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), 320);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), list);
  gtk_widget_set_size_request (scroller, 260, -1);

  return scroller;
}

void
_enlace_canvas_connect_show_list (EnlaceCanvas *self)
{
  CanvasNode *from = self->cursor != NULL ? g_hash_table_lookup (self->nodes, self->cursor) : NULL;
  double x;
  double y;

  if (from == NULL || !self->editable)
    return;

  if (self->connect_list == NULL)
    {
      self->connect_list = gtk_popover_new ();
      gtk_widget_set_parent (self->connect_list, GTK_WIDGET (self));
    }
  gtk_popover_set_child (GTK_POPOVER (self->connect_list), make_list (self, from));
  enlace_canvas_canvas_to_widget (self, from->x + CANVAS_CARD_WIDTH / 2.0, from->y + from->height, &x, &y);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->connect_list), &(GdkRectangle) { (int) x, (int) y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->connect_list));
}
