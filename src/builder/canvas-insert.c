/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include <glib/gi18n.h>

#include "src/builder/canvas-private.h"

#define EDGE_REACH 28.0           /* screen pixels */
#define RADIUS     9.0f

/* The only selected thing, when it is an edge; NULL else. */
CanvasEdge *
_enlace_canvas_get_selected_edge (EnlaceCanvas *self)
{
  g_auto(GStrv) ids = _enlace_canvas_list_selected (self, TRUE);

  return g_strv_length (ids) == 1 ? g_hash_table_lookup (self->edges, ids[0]) : NULL;
}

gboolean
_enlace_canvas_shows_plus (EnlaceCanvas *self,
                           CanvasEdge   *edge)
{
  return self->editable && self->zoom >= CANVAS_READABLE_ZOOM && self->drag == DRAG_NONE &&
         (self->hover.edge == edge || (edge->selected && g_hash_table_size (self->selection) == 1));
}

static void
draw_plus (EnlaceCanvas *self,
           GtkSnapshot  *snapshot,
           CanvasEdge   *edge)
{
  const graphene_point_t *at = &edge->middle;
  gboolean hot = self->hover.kind == HIT_EDGE_PLUS && self->hover.edge == edge;
  const GdkRGBA *line = &self->colors[hot ? SWATCH_CARD : SWATCH_ACCENT];
  graphene_rect_t rect = GRAPHENE_RECT_INIT (at->x - RADIUS, at->y - RADIUS, 2 * RADIUS, 2 * RADIUS);
  const GdkRGBA *accent = &self->colors[SWATCH_ACCENT];
  GskRoundedRect outline;

  gsk_rounded_rect_init_from_rect (&outline, &rect, RADIUS);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_color (snapshot, &self->colors[hot ? SWATCH_ACCENT : SWATCH_CARD], &rect);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_append_border (snapshot, &outline, (float[4]) { 1.5f, 1.5f, 1.5f, 1.5f }, (GdkRGBA[4]) { *accent, *accent, *accent, *accent });
  gtk_snapshot_append_color (snapshot, line, &GRAPHENE_RECT_INIT (at->x - 4, at->y - 0.75f, 8, 1.5f));
  gtk_snapshot_append_color (snapshot, line, &GRAPHENE_RECT_INIT (at->x - 0.75f, at->y - 4, 1.5f, 8));
}

/* In canvas units, above all edges and ports. */
void
_enlace_canvas_draw_pluses (EnlaceCanvas *self,
                            GtkSnapshot  *snapshot)
{
  for (guint i = 0; i < self->visible_edges->len; i++)
    {
      CanvasEdge *edge = g_ptr_array_index (self->visible_edges, i);

      if (_enlace_canvas_shows_plus (self, edge))
        draw_plus (self, snapshot, edge);
    }
}

/* The one step that is dragged, when it is connected to nothing; NULL else. */
static CanvasNode *
get_lifted (EnlaceCanvas *self)
{
  CanvasNode *node;

  if (self->lifted == NULL || g_strv_length (self->lifted) != 1)
    return NULL;

  node = g_hash_table_lookup (self->nodes, self->lifted[0]);

  return node != NULL && node->edges->len == 0 && enlace_graph_node_has_input (node->node) &&
         enlace_graph_node_get_ports (node->node)[0] != NULL ? node : NULL;
}

/* While a step is dragged over an edge, the edge shows that it would take it. */
void
_enlace_canvas_aim_lifted (EnlaceCanvas *self)
{
  CanvasNode *node = get_lifted (self);

  self->ghost_edge = node != NULL ? _enlace_canvas_pick_edge (self, node->x + CANVAS_CARD_WIDTH / 2.0, node->y + node->height / 2,
                                                              EDGE_REACH / self->zoom) : NULL;
}

/* What was dragged goes into the edge below it. */
void
_enlace_canvas_insert_lifted (EnlaceCanvas *self)
{
  CanvasNode *node = get_lifted (self);
  EnlaceGraphEdge *edge = self->ghost_edge != NULL ? self->ghost_edge->edge : NULL;
  g_autoptr(GError) error = NULL;

  self->ghost_edge = NULL;
  if (node == NULL || edge == NULL)
    return;

  if (enlace_graph_insert_existing (self->graph, edge, canvas_node_id (node), &error))
    _enlace_canvas_announce (self, _("Inserted %s"), enlace_graph_node_get_name (node->node));
  else
    _enlace_canvas_refuse (self, error->message);
}

/* Goes round the edges of the step that has the focus, so that each can be selected without a pointer. */
void
_enlace_canvas_next_edge_action (GtkWidget  *widget,
                                 const char *name,
                                 GVariant   *parameter)
{
  EnlaceCanvas *self = ENLACE_CANVAS (widget);
  CanvasNode *node = self->cursor != NULL ? g_hash_table_lookup (self->nodes, self->cursor) : NULL;
  CanvasEdge *edge;
  guint next = 0;

  if (node == NULL || node->edges->len == 0)
    {
      gtk_widget_error_bell (widget);
      return;
    }

  for (guint i = 0; i < node->edges->len; i++)
    if (((CanvasEdge *) g_ptr_array_index (node->edges, i))->selected)
      next = (i + 1) % node->edges->len;
  edge = g_ptr_array_index (node->edges, next);
  _enlace_canvas_select_only (self, enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (edge->edge)));
  /* Translators: an edge of the workflow is selected: the names of the steps at its two ends. */
  _enlace_canvas_announce (self, _("Connection from %s to %s"), enlace_graph_node_get_name (edge->from->node),
                           enlace_graph_node_get_name (edge->to->node));
}
