/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include <math.h>

#include "src/builder/canvas-private.h"

/* Text is laid out and painted anew at each size, which a frame has no time for while the zoom glides through a hundred of them. So
 * long as it does, cards are shown as pictures of themselves at their own size; when it rests, they are painted sharply. */

#define SETTLE_MS    140
#define MAX_ZOOM     1.3          /* beyond it few cards are in view, and their pictures would be coarse */
#define OVERHANG     10           /* what hangs over a card at its sides */
#define MARK_HEIGHT  24           /* and below it */
#define TITLE_SIZE   20           /* of a name that is drawn far out, in canvas units */
#define TITLE_MARGIN 12
#define FAR_SCALE    0.5          /* of a picture far out: about what it is shown at */
#define FRAME_BUDGET 2000         /* microseconds of a frame that painting them may take */

static gboolean
settled_cb (gpointer user_data)
{
  EnlaceCanvas *self = user_data;

  self->settle_source = 0;
  gtk_widget_queue_draw (GTK_WIDGET (self));

  return G_SOURCE_REMOVE;
}

void
_enlace_canvas_view_moved (EnlaceCanvas *self)
{
  g_clear_handle_id (&self->settle_source, g_source_remove);
  self->settle_source = g_timeout_add (SETTLE_MS, settled_cb, self);
}

gboolean
_enlace_canvas_shows_pictures (EnlaceCanvas *self)
{
  return self->settle_source != 0 && self->zoom < MAX_ZOOM;
}

static graphene_rect_t
picture_area (CanvasNode *node)
{
  return GRAPHENE_RECT_INIT (-OVERHANG, -OVERHANG, CANVAS_CARD_WIDTH + 2 * OVERHANG,
                             node->height + OVERHANG + MARK_HEIGHT);
}

static EnlacePicture *
paint_picture (EnlaceCanvas          *self,
               GskRenderNode         *content,
               const graphene_rect_t *area,
               double                 scale)
{
  return enlace_picture_new (content, area, scale * gtk_widget_get_scale_factor (GTK_WIDGET (self)));
}

/* The picture of a card that is a child; FALSE: it has to be drawn itself, or there was no time to paint it. */
static gboolean
has_card_picture (EnlaceCanvas *self,
                  CanvasNode   *node,
                  gint64        deadline)
{
  graphene_rect_t area = picture_area (node);
  GtkSnapshot *child;
  g_autoptr(GskRenderNode) whole = NULL;

  if (node->picture != NULL || g_get_monotonic_time () >= deadline)
    return node->picture != NULL;

  child = gtk_snapshot_new ();
  gtk_widget_snapshot_child (GTK_WIDGET (self), node->card, child);
  whole = gtk_snapshot_free_to_node (child);
  /* Without the place and size that it has in the view: as it is at 100 %. */
  if (whole == NULL || gsk_render_node_get_node_type (whole) != GSK_TRANSFORM_NODE)
    return FALSE;
  node->picture = paint_picture (self, gsk_transform_node_get_child (whole), &area, 1);

  return TRUE;
}

static void
draw_at (EnlaceCanvas          *self,
         EnlacePicture         *picture,
         EnlacePictureBatch    *batch,
         double                 x,
         double                 y,
         const graphene_rect_t *area)
{
  double zoom = self->zoom;

  enlace_picture_draw (picture, batch,
                       &GRAPHENE_RECT_INIT ((float) (self->pan_x + (x + area->origin.x) * zoom),
                                            (float) (self->pan_y + (y + area->origin.y) * zoom),
                                            (float) (area->size.width * zoom), (float) (area->size.height * zoom)));
}

static EnlacePicture *
get_port_picture (EnlaceCanvas          *self,
                  const char            *label,
                  const graphene_rect_t *area)
{
  EnlacePicture *picture = g_hash_table_lookup (self->port_pictures, label);
  g_autoptr(GskRenderNode) content = NULL;

  if (picture != NULL)
    return picture;

  if (*label != '\0')
    content = gsk_render_node_ref (_enlace_canvas_get_port_label (self, label));
  else
    {
      GskPathBuilder *builder = gsk_path_builder_new ();
      g_autoptr(GskPath) path = NULL;
      GtkSnapshot *snapshot = gtk_snapshot_new ();

      gsk_path_builder_add_circle (builder, &GRAPHENE_POINT_INIT (0, 0), CANVAS_PORT_RADIUS);
      path = gsk_path_builder_free_to_path (builder);
      gtk_snapshot_append_fill (snapshot, path, GSK_FILL_RULE_WINDING, &self->colors[SWATCH_CARD]);
      gtk_snapshot_append_stroke (snapshot, path, self->thin_stroke, &self->colors[SWATCH_PORT]);
      content = gtk_snapshot_free_to_node (snapshot);
    }
  picture = paint_picture (self, content, area, 1);
  g_hash_table_insert (self->port_pictures, g_strdup (label), picture);

  return picture;
}

static void
draw_ports_of (EnlaceCanvas       *self,
               EnlacePictureBatch *batch,
               CanvasNode         *node)
{
  const char *const *ports = enlace_graph_node_get_ports (node->node);
  graphene_rect_t area = GRAPHENE_RECT_INIT (-8, -8, 16, 16);
  graphene_point_t point;

  if (enlace_graph_node_has_input (node->node))
    {
      _enlace_canvas_input_point (self, node, &point);
      draw_at (self, get_port_picture (self, "", &area), batch, point.x, point.y, &area);
    }
  for (guint i = 0; ports[i] != NULL; i++)
    {
      GskRenderNode *label = NULL;
      graphene_rect_t bounds;

      _enlace_canvas_output_point (self, node, i, &point);
      draw_at (self, get_port_picture (self, "", &area), batch, point.x, point.y, &area);
      if (_enlace_canvas_port_has_label (ports, i))
        label = _enlace_canvas_get_port_label (self, ports[i]);
      if (label == NULL)
        continue;
      gsk_render_node_get_bounds (label, &bounds);
      draw_at (self, get_port_picture (self, ports[i], &bounds), batch, point.x, point.y, &bounds);
    }
}

static GskRenderNode *
make_title (EnlaceCanvas *self,
            CanvasNode   *node)
{
  g_autoptr(GskRenderNode) text =
    _enlace_canvas_text_node (self, enlace_graph_node_get_name (node->node), TITLE_SIZE, CANVAS_CARD_WIDTH - 2 * TITLE_MARGIN, 1,
                              SWATCH_CARD_TEXT);
  GskTransform *transform;
  GskRenderNode *title;
  graphene_rect_t bounds;

  if (text == NULL)
    return NULL;

  gsk_render_node_get_bounds (text, &bounds);
  transform = gsk_transform_translate (NULL, &GRAPHENE_POINT_INIT (TITLE_MARGIN - bounds.origin.x, -bounds.origin.y +
                                                                   (node->height - bounds.size.height) / 2));
  title = gsk_transform_node_new (text, transform);
  gsk_transform_unref (transform);

  return title;
}

void
_enlace_canvas_draw_title (EnlaceCanvas *self,
                           GtkSnapshot  *snapshot,
                           CanvasNode   *node)
{
  if (node->title == NULL)
    node->title = make_title (self, node);
  if (node->title == NULL)
    return;

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (node->x, node->y));
  gtk_snapshot_append_node (snapshot, node->title);
  gtk_snapshot_restore (snapshot);
}

static graphene_rect_t
far_area (CanvasNode *node)
{
  return GRAPHENE_RECT_INIT (-4, -4, CANVAS_CARD_WIDTH + 8, node->height + 8);
}

static EnlacePicture *
paint_far_picture (EnlaceCanvas          *self,
                   CanvasNode            *node,
                   const graphene_rect_t *area)
{
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  g_autoptr(GPtrArray) nodes = g_ptr_array_new ();
  g_autoptr(GskRenderNode) content = NULL;

  g_ptr_array_add (nodes, node);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (-node->x, -node->y));
  _enlace_canvas_draw_far_nodes (self, snapshot, nodes, FAR_SCALE);
  content = gtk_snapshot_free_to_node (snapshot);

  return paint_picture (self, content, area, FAR_SCALE);
}

static gboolean
has_far_picture (EnlaceCanvas *self,
                 CanvasNode   *node,
                 gint64        deadline)
{
  graphene_rect_t area = far_area (node);

  if (node->far_picture == NULL && g_get_monotonic_time () < deadline)
    node->far_picture = paint_far_picture (self, node, &area);

  return node->far_picture != NULL;
}

/* Steps far out while the view glides. In each frame some get their pictures; those that have none yet are plain boxes. */
void
_enlace_canvas_draw_far_pictures (EnlaceCanvas          *self,
                                  GtkSnapshot           *snapshot,
                                  GPtrArray             *nodes,
                                  const graphene_rect_t *view)
{
  gint64 deadline = g_get_monotonic_time () + FRAME_BUDGET;
  float zoom = (float) self->zoom;
  EnlacePictureBatch batch;

  if (nodes->len == 0)
    return;

  for (guint i = 0; i < nodes->len; i++)
    {
      CanvasNode *node = g_ptr_array_index (nodes, i);

      if (!has_far_picture (self, node, deadline))
        gtk_snapshot_append_color (snapshot, &self->colors[SWATCH_CARD_BORDER],
                                   &GRAPHENE_RECT_INIT ((float) self->pan_x + node->x * zoom, (float) self->pan_y + node->y * zoom,
                                                        CANVAS_CARD_WIDTH * zoom, node->height * zoom));
    }

  enlace_picture_batch_begin (&batch, GTK_WIDGET (self), snapshot, view);
  for (guint i = 0; i < nodes->len; i++)
    {
      CanvasNode *node = g_ptr_array_index (nodes, i);
      graphene_rect_t area = far_area (node);

      if (node->far_picture != NULL)
        draw_at (self, node->far_picture, &batch, node->x, node->y, &area);
    }
  enlace_picture_batch_end (&batch);
}

/* Cards near by while the zoom glides, with their ports. */
void
_enlace_canvas_draw_card_pictures (EnlaceCanvas          *self,
                                   GtkSnapshot           *snapshot,
                                   const graphene_rect_t *view)
{
  gint64 deadline = g_get_monotonic_time () + FRAME_BUDGET;
  g_autoptr(GPtrArray) late = g_ptr_array_new ();
  CanvasNode *focused = NULL;
  EnlacePictureBatch batch;

  for (guint i = 0; i < self->carded->len; i++)
    {
      CanvasNode *node = g_ptr_array_index (self->carded, i);

      if (gtk_widget_has_focus (node->card))
        focused = node;
      else if (!has_card_picture (self, node, deadline))
        g_ptr_array_add (late, node);
    }
  _enlace_canvas_draw_far_pictures (self, snapshot, late, view);

  enlace_picture_batch_begin (&batch, GTK_WIDGET (self), snapshot, view);
  for (guint i = 0; i < self->carded->len; i++)
    {
      CanvasNode *node = g_ptr_array_index (self->carded, i);
      graphene_rect_t area = picture_area (node);

      if (node != focused && node->picture != NULL)
        draw_at (self, node->picture, &batch, node->x, node->y, &area);
    }
  for (guint i = 0; i < self->visible_nodes->len; i++)
    draw_ports_of (self, &batch, g_ptr_array_index (self->visible_nodes, i));
  enlace_picture_batch_end (&batch);
  if (focused != NULL)
    gtk_widget_snapshot_child (GTK_WIDGET (self), focused->card, snapshot);
}
