/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include <math.h>

#include "src/builder/canvas-private.h"

#define EDGE_REACH 4              /* how far a stroke and an arrow go beyond the path */
#define ARROW_LENGTH 9
#define ARROW_WIDTH 8

guint
_enlace_canvas_port_index (CanvasNode *node,
                           const char *port)
{
  const char *const *ports = enlace_graph_node_get_ports (node->node);

  for (guint i = 0; ports[i] != NULL; i++)
    if (g_str_equal (ports[i], port))
      return i;

  return 0;
}

gboolean
_enlace_canvas_port_has_label (const char *const *ports,
                               guint              port)
{
  return ports[1] != NULL || !g_str_equal (ports[port], "out");
}

void
_enlace_canvas_output_point (EnlaceCanvas     *self,
                             CanvasNode       *node,
                             guint             port,
                             graphene_point_t *point)
{
  guint n = MAX (1, g_strv_length ((char **) enlace_graph_node_get_ports (node->node)));

  /* The card is as high as its ports need. */
  point->x = node->x + CANVAS_CARD_WIDTH;
  point->y = node->y + (float) (node->height * (port + 0.5) / n);
}

void
_enlace_canvas_input_point (EnlaceCanvas     *self,
                            CanvasNode       *node,
                            graphene_point_t *point)
{
  point->x = node->x;
  point->y = node->y + node->height / 2;
}

GskPath *
_enlace_canvas_make_curve (const graphene_point_t *from,
                           const graphene_point_t *to,
                           graphene_point_t       *middle)
{
  GskPathBuilder *builder = gsk_path_builder_new ();
  float end_x = to->x - ARROW_LENGTH + 1;
  float dx = end_x - from->x;
  float dy = fabsf (to->y - from->y);
  /* To the right: half of the way. Back to the left: a wider bow, so that it does not hide behind the cards. */
  float bow = dx >= 0 ? MAX (dx / 2, MIN (24, dy / 2)) : MIN (220, 48 - dx / 3 + dy / 8);

  gsk_path_builder_move_to (builder, from->x, from->y);
  gsk_path_builder_cubic_to (builder, from->x + bow, from->y, end_x - bow, to->y, end_x, to->y);
  if (middle != NULL)
    *middle = GRAPHENE_POINT_INIT ((from->x + end_x) / 2, (from->y + to->y) / 2);

  return gsk_path_builder_free_to_path (builder);
}

GskPath *
_enlace_canvas_make_arrow (const graphene_point_t *tip)
{
  GskPathBuilder *builder = gsk_path_builder_new ();

  gsk_path_builder_move_to (builder, tip->x, tip->y);
  gsk_path_builder_line_to (builder, tip->x - ARROW_LENGTH, tip->y - ARROW_WIDTH / 2);
  gsk_path_builder_line_to (builder, tip->x - ARROW_LENGTH, tip->y + ARROW_WIDTH / 2);
  gsk_path_builder_close (builder);

  return gsk_path_builder_free_to_path (builder);
}

void
_enlace_canvas_edge_route (EnlaceCanvas *self,
                           CanvasEdge   *edge)
{
  guint port = _enlace_canvas_port_index (edge->from, enlace_graph_edge_get_port (edge->edge));
  graphene_point_t from;
  graphene_point_t to;

  _enlace_canvas_output_point (self, edge->from, port, &from);
  _enlace_canvas_input_point (self, edge->to, &to);
  from.x += CANVAS_PORT_RADIUS;
  to.x -= CANVAS_PORT_RADIUS;

  g_clear_pointer (&edge->path, gsk_path_unref);
  g_clear_pointer (&edge->arrow, gsk_path_unref);
  edge->path = _enlace_canvas_make_curve (&from, &to, &edge->middle);
  edge->arrow = _enlace_canvas_make_arrow (&to);
  if (!gsk_path_get_bounds (edge->path, &edge->spatial.bounds))
    edge->spatial.bounds = GRAPHENE_RECT_INIT (from.x, from.y, 1, 1);
  graphene_rect_inset (&edge->spatial.bounds, -EDGE_REACH, -EDGE_REACH);
}

CanvasEdge *
_enlace_canvas_pick_edge (EnlaceCanvas *self,
                          double        x,
                          double        y,
                          double        reach)
{
  g_autoptr(GPtrArray) found = g_ptr_array_new ();
  graphene_rect_t area = GRAPHENE_RECT_INIT ((float) (x - reach), (float) (y - reach), (float) (2 * reach), (float) (2 * reach));
  graphene_point_t point = GRAPHENE_POINT_INIT ((float) x, (float) y);
  CanvasEdge *nearest = NULL;
  float best = (float) reach;

  enlace_spatial_index_query (self->edge_index, &area, found);
  for (guint i = 0; i < found->len; i++)
    {
      CanvasEdge *edge = g_ptr_array_index (found, i);
      GskPathPoint closest;
      float distance;

      if (gsk_path_get_closest_point (edge->path, &point, best, &closest, &distance) && distance <= best)
        {
          nearest = edge;
          best = distance;
        }
    }

  return nearest;
}

static gboolean
is_dimmed (CanvasEdge *edge)
{
  EnlaceRunState state = enlace_graph_node_get_run_state (edge->from->node);

  return (state != ENLACE_RUN_STATE_NONE && state != ENLACE_RUN_STATE_RUNNING && !enlace_graph_edge_get_taken (edge->edge)) ||
         enlace_graph_node_get_run_state (edge->to->node) == ENLACE_RUN_STATE_SKIPPED;
}

static void
draw_edge (EnlaceCanvas *self,
           GtkSnapshot  *snapshot,
           CanvasEdge   *edge)
{
  gboolean taken = enlace_graph_edge_get_taken (edge->edge);
  const GskStroke *stroke = self->thick_stroke;
  Swatch swatch = SWATCH_EDGE;

  if (edge->selected || self->ghost_edge == edge)
    swatch = SWATCH_ACCENT;
  else if (taken)
    swatch = SWATCH_EDGE_TAKEN;
  else if (self->hover.edge == edge)
    swatch = SWATCH_EDGE_ACTIVE;
  /* A way that was not taken is told by its dashes too. */
  if (is_dimmed (edge) && !edge->selected)
    stroke = self->dashed_stroke;

  gtk_snapshot_append_stroke (snapshot, edge->path, stroke, &self->colors[swatch]);
  gtk_snapshot_append_fill (snapshot, edge->arrow, GSK_FILL_RULE_WINDING, &self->colors[swatch]);
}

static gboolean
is_plain (EnlaceCanvas *self,
          CanvasEdge   *edge)
{
  return !edge->selected && self->hover.edge != edge && self->ghost_edge != edge &&
         !enlace_graph_edge_get_taken (edge->edge) && !is_dimmed (edge);
}

/* Plain edges, most of them, are one stroke together; all others lie above them. */
void
_enlace_canvas_draw_edges (EnlaceCanvas *self,
                           GtkSnapshot  *snapshot,
                           GPtrArray    *edges)
{
  GskPathBuilder *lines = gsk_path_builder_new ();
  GskPathBuilder *arrows = gsk_path_builder_new ();
  g_autoptr(GskPath) lines_path = NULL;
  g_autoptr(GskPath) arrows_path = NULL;

  for (guint i = 0; i < edges->len; i++)
    {
      CanvasEdge *edge = g_ptr_array_index (edges, i);

      if (!is_plain (self, edge))
        continue;
      gsk_path_builder_add_path (lines, edge->path);
      gsk_path_builder_add_path (arrows, edge->arrow);
    }
  lines_path = gsk_path_builder_free_to_path (lines);
  arrows_path = gsk_path_builder_free_to_path (arrows);
  if (!gsk_path_is_empty (lines_path))
    {
      gtk_snapshot_append_stroke (snapshot, lines_path, self->stroke, &self->colors[SWATCH_EDGE]);
      gtk_snapshot_append_fill (snapshot, arrows_path, GSK_FILL_RULE_WINDING, &self->colors[SWATCH_EDGE]);
    }

  for (guint i = 0; i < edges->len; i++)
    {
      CanvasEdge *edge = g_ptr_array_index (edges, i);

      if (!is_plain (self, edge) && !edge->selected)
        draw_edge (self, snapshot, edge);
    }
  for (guint i = 0; i < edges->len; i++)
    {
      CanvasEdge *edge = g_ptr_array_index (edges, i);

      if (edge->selected)
        draw_edge (self, snapshot, edge);
    }
}

static void
draw_count (EnlaceCanvas *self,
            GtkSnapshot  *snapshot,
            CanvasEdge   *edge)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, enlace_graph_edge_get_item_count (edge->edge));
  g_autoptr(GskRenderNode) node = _enlace_canvas_text_node (self, text, 9, 0, 1, SWATCH_CARD_TEXT);
  graphene_rect_t bounds;
  graphene_rect_t pill;
  GskRoundedRect outline;

  if (node == NULL)
    return;

  gsk_render_node_get_bounds (node, &bounds);
  pill = GRAPHENE_RECT_INIT (edge->middle.x - bounds.size.width / 2 - 7, edge->middle.y - 9, bounds.size.width + 14, 18);
  gsk_rounded_rect_init_from_rect (&outline, &pill, 9);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_color (snapshot, &self->colors[SWATCH_CARD], &pill);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_append_border (snapshot, &outline, (float[4]) { 1, 1, 1, 1 },
                              (GdkRGBA[4]) { self->colors[SWATCH_EDGE_TAKEN], self->colors[SWATCH_EDGE_TAKEN],
                                             self->colors[SWATCH_EDGE_TAKEN], self->colors[SWATCH_EDGE_TAKEN] });
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (edge->middle.x - bounds.size.width / 2 - bounds.origin.x,
                                                          edge->middle.y - bounds.size.height / 2 - bounds.origin.y));
  gtk_snapshot_append_node (snapshot, node);
  gtk_snapshot_restore (snapshot);
}

void
_enlace_canvas_draw_counts (EnlaceCanvas *self,
                            GtkSnapshot  *snapshot)
{
  for (guint i = 0; i < self->visible_edges->len; i++)
    {
      CanvasEdge *edge = g_ptr_array_index (self->visible_edges, i);

      if (enlace_graph_edge_get_taken (edge->edge) && enlace_graph_edge_get_item_count (edge->edge) >= 0)
        draw_count (self, snapshot, edge);
    }
}
