/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include <math.h>

#include "src/builder/canvas-private.h"

#define DOT_SPACING   24
#define TITLE_ZOOM    0.2         /* below it a name is no more than dust */
#define LABEL_SIZE    9
#define CARD_RADIUS   12

static const char *const swatch_classes[] = {
  [SWATCH_EDGE] = "edge",
  [SWATCH_EDGE_ACTIVE] = "edge-active",
  [SWATCH_EDGE_TAKEN] = "edge-taken",
  [SWATCH_REFUSED] = "refused",
  [SWATCH_ACCENT] = "accent-line",
  [SWATCH_CARD] = "card-fill",
  [SWATCH_CARD_BORDER] = "card-border",
  [SWATCH_CARD_TEXT] = "card-text",
  [SWATCH_NOTE] = "note-fill",
  [SWATCH_NOTE_TEXT] = "note-text",
  [SWATCH_GRID] = "grid",
  [SWATCH_PORT] = "port",
  [SWATCH_SUCCESS] = "success-line",
  [SWATCH_WARNING] = "warning-line",
  [SWATCH_BODY] = "body-fill",
  [SWATCH_BODY_LINE] = "body-line",
  [SWATCH_BODY_TEXT] = "body-text",
};

G_STATIC_ASSERT (G_N_ELEMENTS (swatch_classes) == N_SWATCHES);

void
_enlace_canvas_swatches_init (EnlaceCanvas *self)
{
  for (guint i = 0; i < N_SWATCHES; i++)
    {
      self->swatches[i] = g_object_new (ADW_TYPE_BIN,
                                        "accessible-role", GTK_ACCESSIBLE_ROLE_NONE,
                                        "can-target", FALSE,
                                        NULL);
      gtk_widget_add_css_class (self->swatches[i], "swatch");
      gtk_widget_add_css_class (self->swatches[i], swatch_classes[i]);
      gtk_widget_set_child_visible (self->swatches[i], FALSE);
      gtk_widget_set_parent (self->swatches[i], GTK_WIDGET (self));
    }
}

/* What was made with the old colours is made anew when the style changes (dark, contrast, accent). */
static void
read_colors (EnlaceCanvas *self)
{
  GHashTableIter iter;
  gpointer value;
  gboolean changed = FALSE;

  for (guint i = 0; i < N_SWATCHES; i++)
    {
      GdkRGBA color;

      gtk_widget_get_color (self->swatches[i], &color);
      changed |= !gdk_rgba_equal (&color, &self->colors[i]);
      self->colors[i] = color;
    }
  if (!changed)
    return;

  g_hash_table_remove_all (self->port_labels);
  g_hash_table_remove_all (self->port_pictures);
  _enlace_canvas_bodies_invalidate (self);
  if (self->tiles != NULL)
    _enlace_canvas_tiles_clear (self->tiles);
  g_hash_table_iter_init (&iter, self->nodes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      g_clear_pointer (&((CanvasNode *) value)->title, gsk_render_node_unref);
      g_clear_pointer (&((CanvasNode *) value)->picture, enlace_picture_free);
      g_clear_pointer (&((CanvasNode *) value)->far_picture, enlace_picture_free);
    }
  _enlace_minimap_invalidate (self->minimap);
}

GskRenderNode *
_enlace_canvas_text_node (EnlaceCanvas *self,
                          const char   *text,
                          double        size,
                          double        width,
                          int           lines,
                          Swatch        swatch)
{
  g_autoptr(PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  PangoFontDescription *font =
    pango_font_description_copy (pango_context_get_font_description (pango_layout_get_context (layout)));
  GtkSnapshot *snapshot = gtk_snapshot_new ();

  pango_font_description_set_size (font, (int) (size * PANGO_SCALE));
  pango_font_description_set_weight (font, PANGO_WEIGHT_SEMIBOLD);
  pango_layout_set_font_description (layout, font);
  pango_font_description_free (font);
  if (width > 0)
    {
      pango_layout_set_width (layout, (int) (width * PANGO_SCALE));
      pango_layout_set_height (layout, -lines);
      pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
      pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
    }
  gtk_snapshot_append_layout (snapshot, layout, &self->colors[swatch]);

  return gtk_snapshot_free_to_node (snapshot);
}

static void
draw_grid (EnlaceCanvas *self,
           GtkSnapshot  *snapshot,
           float         width,
           float         height)
{
  double step = DOT_SPACING * self->zoom;
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, width, height);
  graphene_rect_t cell;
  graphene_rect_t dot;

  /* A whole number of pixels, so that the cell can be laid like a tile; the grid has the pace of what is on it. */
  while (step < DOT_SPACING * 0.75)
    step *= 2;
  while (step > DOT_SPACING * 1.5)
    step /= 2;

  cell = GRAPHENE_RECT_INIT ((float) (fmod (self->pan_x, step) - step), (float) (fmod (self->pan_y, step) - step),
                             (float) step, (float) step);
  dot = GRAPHENE_RECT_INIT (cell.origin.x, cell.origin.y, 1.5f, 1.5f);
  gtk_snapshot_push_repeat (snapshot, &bounds, &cell);
  gtk_snapshot_append_color (snapshot, &self->colors[SWATCH_GRID], &dot);
  gtk_snapshot_pop (snapshot);
}

static void
fill_rounded (GtkSnapshot           *snapshot,
              const graphene_rect_t *rect,
              float                  radius,
              const GdkRGBA         *color)
{
  GskRoundedRect outline;

  gsk_rounded_rect_init_from_rect (&outline, rect, radius);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_color (snapshot, color, rect);
  gtk_snapshot_pop (snapshot);
}

static void
stroke_rounded (GtkSnapshot           *snapshot,
                const graphene_rect_t *rect,
                float                  radius,
                float                  width,
                const GdkRGBA         *color)
{
  GskRoundedRect outline;

  gsk_rounded_rect_init_from_rect (&outline, rect, radius);
  gtk_snapshot_append_border (snapshot, &outline, (float[4]) { width, width, width, width },
                              (GdkRGBA[4]) { *color, *color, *color, *color });
}

/* A state that is too small for its icon and words is a bar at the side: its length tells it apart, not its colour alone. */
static void
draw_far_state (EnlaceCanvas *self,
                GtkSnapshot  *snapshot,
                CanvasNode   *node)
{
  EnlaceRunState state = enlace_graph_node_get_run_state (node->node);
  float height = node->height;

  if (state == ENLACE_RUN_STATE_COMPLETED)
    gtk_snapshot_append_color (snapshot, &self->colors[SWATCH_SUCCESS],
                               &GRAPHENE_RECT_INIT (node->x, node->y + height / 4, 8, height / 2));
  else if (state == ENLACE_RUN_STATE_FAILED)
    gtk_snapshot_append_color (snapshot, &self->colors[SWATCH_REFUSED], &GRAPHENE_RECT_INIT (node->x, node->y, 8, height));
  if (enlace_graph_node_get_n_problems (node->node) > 0)
    gtk_snapshot_append_color (snapshot, &self->colors[SWATCH_WARNING],
                               &GRAPHENE_RECT_INIT (node->x + 16, node->y + height - 8, CANVAS_CARD_WIDTH - 32, 8));
}

static void
add_box (GskPathBuilder        *builder,
         const graphene_rect_t *rect,
         float                  radius)
{
  float x0 = rect->origin.x;
  float y0 = rect->origin.y;
  float x1 = x0 + rect->size.width;
  float y1 = y0 + rect->size.height;
  float c = radius * 0.45f;       /* where the control points of a quarter of a circle are */

  gsk_path_builder_move_to (builder, x0 + radius, y0);
  gsk_path_builder_line_to (builder, x1 - radius, y0);
  gsk_path_builder_cubic_to (builder, x1 - c, y0, x1, y0 + c, x1, y0 + radius);
  gsk_path_builder_line_to (builder, x1, y1 - radius);
  gsk_path_builder_cubic_to (builder, x1, y1 - c, x1 - c, y1, x1 - radius, y1);
  gsk_path_builder_line_to (builder, x0 + radius, y1);
  gsk_path_builder_cubic_to (builder, x0 + c, y1, x0, y1 - c, x0, y1 - radius);
  gsk_path_builder_line_to (builder, x0, y0 + radius);
  gsk_path_builder_cubic_to (builder, x0, y0 + c, x0 + c, y0, x0 + radius, y0);
  gsk_path_builder_close (builder);
}

static void
fill_boxes (GtkSnapshot   *snapshot,
            EnlaceCanvas  *self,
            GPtrArray     *nodes,
            float          inset,
            const GdkRGBA *color)
{
  GskPathBuilder *builder = gsk_path_builder_new ();
  g_autoptr(GskPath) path = NULL;

  for (guint i = 0; i < nodes->len; i++)
    {
      graphene_rect_t bounds = canvas_node_bounds (self, g_ptr_array_index (nodes, i));

      graphene_rect_inset (&bounds, inset, inset);
      add_box (builder, &bounds, CARD_RADIUS - inset);
    }
  path = gsk_path_builder_free_to_path (builder);
  gtk_snapshot_append_fill (snapshot, path, GSK_FILL_RULE_WINDING, color);
}

/* All boxes in one path, and the line round them as a larger box below: clips and strokes cost many times as much. */
static void
draw_boxes (EnlaceCanvas *self,
            GtkSnapshot  *snapshot,
            GPtrArray    *nodes,
            double        scale)
{
  float line = (float) MIN (4, 1 / scale);

  fill_boxes (snapshot, self, nodes, -line / 2, &self->colors[SWATCH_CARD_BORDER]);
  fill_boxes (snapshot, self, nodes, line / 2, &self->colors[SWATCH_CARD]);
}

/* A corner is less than a pixel there. */
static void
draw_plain_boxes (EnlaceCanvas *self,
                  GtkSnapshot  *snapshot,
                  GPtrArray    *nodes,
                  double        scale)
{
  float line = (float) MIN (4, 1 / scale);

  for (guint i = 0; i < nodes->len; i++)
    {
      graphene_rect_t bounds = canvas_node_bounds (self, g_ptr_array_index (nodes, i));

      gtk_snapshot_append_color (snapshot, &self->colors[SWATCH_CARD_BORDER], &bounds);
      graphene_rect_inset (&bounds, line, line);
      gtk_snapshot_append_color (snapshot, &self->colors[SWATCH_CARD], &bounds);
    }
}

void
_enlace_canvas_draw_far_nodes (EnlaceCanvas *self,
                               GtkSnapshot  *snapshot,
                               GPtrArray    *nodes,
                               double        scale)
{
  if (nodes->len == 0)
    return;

  if (scale < TITLE_ZOOM)
    draw_plain_boxes (self, snapshot, nodes, scale);
  else
    draw_boxes (self, snapshot, nodes, scale);

  for (guint i = 0; i < nodes->len; i++)
    {
      CanvasNode *node = g_ptr_array_index (nodes, i);

      draw_far_state (self, snapshot, node);
      if (scale >= TITLE_ZOOM)
        _enlace_canvas_draw_title (self, snapshot, node);
    }
}

static gboolean
is_far (EnlaceCanvas *self)
{
  return self->zoom < CANVAS_READABLE_ZOOM;
}

static gboolean
is_crowded (EnlaceCanvas *self)
{
  return is_far (self) && self->visible_nodes->len > CANVAS_MAX_DRAWN;
}

static void
draw_far_marks (EnlaceCanvas *self,
                GtkSnapshot  *snapshot,
                CanvasNode   *node)
{
  gboolean focused = node->card != NULL && gtk_widget_has_focus (node->card);
  graphene_rect_t bounds = canvas_node_bounds (self, node);
  float line = (float) (2 / self->zoom);

  if (node->marked && !node->selected)
    stroke_rounded (snapshot, &bounds, CARD_RADIUS, 2 * line, &self->colors[SWATCH_WARNING]);
  if (node->selected)
    {
      graphene_rect_inset (&bounds, -line / 2, -line / 2);
      stroke_rounded (snapshot, &bounds, CARD_RADIUS, line, &self->colors[SWATCH_ACCENT]);
    }
  if (focused && gtk_window_get_focus_visible (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)))))
    {
      graphene_rect_inset (&bounds, -2 * line, -2 * line);
      stroke_rounded (snapshot, &bounds, CARD_RADIUS + 2 * line, line, &self->colors[SWATCH_ACCENT]);
    }
}

static void
draw_cards (EnlaceCanvas *self,
            GtkSnapshot  *snapshot,
            gboolean      lifted)
{
  for (guint i = 0; i < self->carded->len; i++)
    {
      CanvasNode *node = g_ptr_array_index (self->carded, i);

      if (node->lifted == (guint) lifted)
        gtk_widget_snapshot_child (GTK_WIDGET (self), node->card, snapshot);
    }
}

/* Cards that are drawn and no widgets: far out all but those in tiles, near by those that have not got theirs yet. */
static GPtrArray *
list_drawn (EnlaceCanvas *self)
{
  GPtrArray *drawn = g_ptr_array_new ();
  gboolean far = is_far (self);
  gboolean crowded = is_crowded (self);

  for (guint i = 0; i < self->visible_nodes->len; i++)
    {
      CanvasNode *node = g_ptr_array_index (self->visible_nodes, i);

      if (far ? !crowded || node->lifted : node->card == NULL)
        g_ptr_array_add (drawn, node);
    }

  return drawn;
}

static void
draw_nodes (EnlaceCanvas          *self,
            GtkSnapshot           *snapshot,
            const graphene_rect_t *view)
{
  g_autoptr(GPtrArray) drawn = list_drawn (self);
  gboolean pictures = self->settle_source != 0 && self->zoom >= TITLE_ZOOM;

  if (pictures)
    _enlace_canvas_draw_far_pictures (self, snapshot, drawn, view);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) self->pan_x, (float) self->pan_y));
  gtk_snapshot_scale (snapshot, (float) self->zoom, (float) self->zoom);
  if (!pictures)
    _enlace_canvas_draw_far_nodes (self, snapshot, drawn, self->zoom);
  for (guint i = 0; is_far (self) && i < self->visible_nodes->len; i++)
    {
      CanvasNode *node = g_ptr_array_index (self->visible_nodes, i);

      if (node->selected || node->marked || node->card != NULL)
        draw_far_marks (self, snapshot, node);
    }
  gtk_snapshot_restore (snapshot);

  if (!is_far (self) && _enlace_canvas_shows_pictures (self))
    _enlace_canvas_draw_card_pictures (self, snapshot, view);
  else if (!is_far (self))
    {
      draw_cards (self, snapshot, FALSE);
      draw_cards (self, snapshot, TRUE);
    }
}

static void
draw_notes (EnlaceCanvas *self,
            GtkSnapshot  *snapshot)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->notes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    gtk_widget_snapshot_child (GTK_WIDGET (self), ((CanvasNote *) value)->widget, snapshot);
}

static void
draw_edges (EnlaceCanvas *self,
            GtkSnapshot  *snapshot)
{
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) self->pan_x, (float) self->pan_y));
  gtk_snapshot_scale (snapshot, (float) self->zoom, (float) self->zoom);
  if (!is_crowded (self))
    _enlace_canvas_draw_edges (self, snapshot, self->visible_edges);
  else
    {
      g_autoptr(GPtrArray) special = g_ptr_array_new ();

      for (guint i = 0; i < self->visible_edges->len; i++)
        {
          CanvasEdge *edge = g_ptr_array_index (self->visible_edges, i);

          if (edge->selected || edge == self->hover.edge || edge->from->lifted || edge->to->lifted)
            g_ptr_array_add (special, edge);
        }
      _enlace_canvas_draw_edges (self, snapshot, special);
    }
  gtk_snapshot_restore (snapshot);
}

static GskRenderNode *
make_port_label (EnlaceCanvas *self,
                 const char   *port)
{
  g_autoptr(GskRenderNode) text = _enlace_canvas_text_node (self, port, LABEL_SIZE, 0, 1, SWATCH_CARD_TEXT);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  graphene_rect_t bounds;
  graphene_rect_t pill;

  if (text != NULL)
    {
      gsk_render_node_get_bounds (text, &bounds);
      pill = GRAPHENE_RECT_INIT (CANVAS_PORT_RADIUS + 5, -8, bounds.size.width + 10, 16);
      fill_rounded (snapshot, &pill, 8, &self->colors[SWATCH_CARD]);
      stroke_rounded (snapshot, &pill, 8, 1, &self->colors[SWATCH_CARD_BORDER]);
      gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (pill.origin.x + 5 - bounds.origin.x,
                                                              -bounds.size.height / 2 - bounds.origin.y));
      gtk_snapshot_append_node (snapshot, text);
    }

  return gtk_snapshot_free_to_node (snapshot);
}

/* The label of a port, as if the port were at (0, 0). Borrowed; NULL when there is nothing to be seen of it. */
GskRenderNode *
_enlace_canvas_get_port_label (EnlaceCanvas *self,
                               const char   *port)
{
  GskRenderNode *node = g_hash_table_lookup (self->port_labels, port);

  if (node == NULL)
    {
      node = make_port_label (self, port);
      if (node != NULL)
        g_hash_table_insert (self->port_labels, g_strdup (port), node);
    }

  return node;
}

static void
draw_port_label (EnlaceCanvas           *self,
                 GtkSnapshot            *snapshot,
                 const char             *port,
                 const graphene_point_t *point)
{
  GskRenderNode *node = _enlace_canvas_get_port_label (self, port);

  if (node == NULL)
    return;

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, point);
  gtk_snapshot_append_node (snapshot, node);
  gtk_snapshot_restore (snapshot);
}

/* A port that the pointer is on, or that an edge is being drawn from or to. */
static void
draw_hot_port (EnlaceCanvas           *self,
               GtkSnapshot            *snapshot,
               const graphene_point_t *point,
               gboolean                plus)
{
  float radius = CANVAS_PORT_RADIUS + 4;
  graphene_rect_t rect = GRAPHENE_RECT_INIT (point->x - radius, point->y - radius, 2 * radius, 2 * radius);

  fill_rounded (snapshot, &rect, radius, &self->colors[SWATCH_ACCENT]);
  stroke_rounded (snapshot, &rect, radius, 1.5f, &self->colors[SWATCH_CARD]);
  if (plus)
    {
      gtk_snapshot_append_color (snapshot, &self->colors[SWATCH_CARD], &GRAPHENE_RECT_INIT (point->x - 4, point->y - 0.75f, 8, 1.5f));
      gtk_snapshot_append_color (snapshot, &self->colors[SWATCH_CARD], &GRAPHENE_RECT_INIT (point->x - 0.75f, point->y - 4, 1.5f, 8));
    }
}

static gboolean
is_hot_input (EnlaceCanvas *self,
              CanvasNode   *node)
{
  return (self->hover.kind == HIT_INPUT && self->hover.node == node) ||
         (self->connect_target == node && self->connect_refusal == NULL);
}

static gboolean
is_hot_output (EnlaceCanvas *self,
               CanvasNode   *node,
               guint         port)
{
  return (self->hover.kind == HIT_OUTPUT && self->hover.node == node && self->hover.port == port) ||
         (self->connect_from == node && self->connect_port == port);
}

/* While an edge is being drawn, the steps that it may lead to show it. */
static gboolean
is_open_input (EnlaceCanvas *self,
               CanvasNode   *node)
{
  return self->connect_from != NULL && !g_hash_table_contains (self->connect_blocked, canvas_node_id (node));
}

static void
add_ports_of (EnlaceCanvas   *self,
              CanvasNode     *node,
              GskPathBuilder *resting,
              GskPathBuilder *open)
{
  const char *const *ports = enlace_graph_node_get_ports (node->node);
  graphene_point_t point;

  if (enlace_graph_node_has_input (node->node))
    {
      _enlace_canvas_input_point (self, node, &point);
      if (is_open_input (self, node))
        gsk_path_builder_add_circle (open, &point, CANVAS_PORT_RADIUS + 2);
      else
        gsk_path_builder_add_circle (resting, &point, CANVAS_PORT_RADIUS);
    }
  for (guint i = 0; ports[i] != NULL; i++)
    {
      _enlace_canvas_output_point (self, node, i, &point);
      gsk_path_builder_add_circle (resting, &point, CANVAS_PORT_RADIUS);
    }
}

/* All ports in one stroke: there may be hundreds. */
static void
draw_circles (EnlaceCanvas   *self,
              GtkSnapshot    *snapshot,
              GskPathBuilder *builder,
              Swatch          swatch)
{
  g_autoptr(GskPath) path = gsk_path_builder_free_to_path (builder);

  if (gsk_path_is_empty (path))
    return;

  gtk_snapshot_append_fill (snapshot, path, GSK_FILL_RULE_WINDING, &self->colors[SWATCH_CARD]);
  gtk_snapshot_append_stroke (snapshot, path, self->thin_stroke, &self->colors[swatch]);
}

static void
draw_labels_of (EnlaceCanvas *self,
                GtkSnapshot  *snapshot,
                CanvasNode   *node)
{
  const char *const *ports = enlace_graph_node_get_ports (node->node);
  graphene_point_t point;

  if (enlace_graph_node_has_input (node->node) && is_hot_input (self, node))
    {
      _enlace_canvas_input_point (self, node, &point);
      draw_hot_port (self, snapshot, &point, FALSE);
    }
  for (guint i = 0; ports[i] != NULL; i++)
    {
      _enlace_canvas_output_point (self, node, i, &point);
      if (is_hot_output (self, node, i))
        draw_hot_port (self, snapshot, &point, self->editable);
      if (_enlace_canvas_port_has_label (ports, i))
        draw_port_label (self, snapshot, ports[i], &point);
    }
}

static void
draw_ports (EnlaceCanvas *self,
            GtkSnapshot  *snapshot)
{
  GskPathBuilder *resting = gsk_path_builder_new ();
  GskPathBuilder *open = gsk_path_builder_new ();

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) self->pan_x, (float) self->pan_y));
  gtk_snapshot_scale (snapshot, (float) self->zoom, (float) self->zoom);
  for (guint i = 0; i < self->visible_nodes->len; i++)
    add_ports_of (self, g_ptr_array_index (self->visible_nodes, i), resting, open);
  draw_circles (self, snapshot, resting, SWATCH_PORT);
  draw_circles (self, snapshot, open, SWATCH_ACCENT);
  for (guint i = 0; i < self->visible_nodes->len; i++)
    draw_labels_of (self, snapshot, g_ptr_array_index (self->visible_nodes, i));
  _enlace_canvas_draw_counts (self, snapshot);
  _enlace_canvas_draw_pluses (self, snapshot);
  gtk_snapshot_restore (snapshot);
}

static void
draw_rubber (EnlaceCanvas *self,
             GtkSnapshot  *snapshot)
{
  graphene_rect_t rect = GRAPHENE_RECT_INIT ((float) (self->rubber.origin.x * self->zoom + self->pan_x),
                                             (float) (self->rubber.origin.y * self->zoom + self->pan_y),
                                             (float) (self->rubber.size.width * self->zoom),
                                             (float) (self->rubber.size.height * self->zoom));
  GdkRGBA fill = self->colors[SWATCH_ACCENT];

  fill.alpha *= 0.12f;
  fill_rounded (snapshot, &rect, 6, &fill);
  stroke_rounded (snapshot, &rect, 6, 1, &self->colors[SWATCH_ACCENT]);
}

static void
draw_guides (EnlaceCanvas *self,
             GtkSnapshot  *snapshot,
             float         width,
             float         height)
{
  if (!isnan (self->guide_x))
    gtk_snapshot_append_color (snapshot, &self->colors[SWATCH_ACCENT],
                               &GRAPHENE_RECT_INIT ((float) round (self->guide_x * self->zoom + self->pan_x), 0, 1, height));
  if (!isnan (self->guide_y))
    gtk_snapshot_append_color (snapshot, &self->colors[SWATCH_ACCENT],
                               &GRAPHENE_RECT_INIT (0, (float) round (self->guide_y * self->zoom + self->pan_y), width, 1));
}

void
_enlace_canvas_snapshot (GtkWidget   *widget,
                         GtkSnapshot *snapshot)
{
  EnlaceCanvas *self = ENLACE_CANVAS (widget);
  float width = (float) gtk_widget_get_width (widget);
  float height = (float) gtk_widget_get_height (widget);
  graphene_rect_t view = GRAPHENE_RECT_INIT (0, 0, width, height);

  read_colors (self);
  gtk_snapshot_push_clip (snapshot, &view);
  draw_grid (self, snapshot, width, height);
  _enlace_canvas_draw_groups (self, snapshot);
  _enlace_canvas_draw_bodies (self, snapshot);
  draw_notes (self, snapshot);
  if (is_crowded (self))
    _enlace_canvas_tiles_snapshot (self->tiles, snapshot, &view);
  draw_edges (self, snapshot);
  draw_nodes (self, snapshot, &view);
  if (!is_far (self) && !_enlace_canvas_shows_pictures (self))
    draw_ports (self, snapshot);
  _enlace_canvas_draw_connecting (self, snapshot);
  _enlace_canvas_draw_ghost (self, snapshot);
  if (self->drag == DRAG_MOVE)
    draw_guides (self, snapshot, width, height);
  if (self->drag == DRAG_RUBBER)
    draw_rubber (self, snapshot);
  gtk_snapshot_pop (snapshot);

  if (gtk_widget_get_child_visible (self->minimap))
    gtk_widget_snapshot_child (widget, self->minimap, snapshot);
}
