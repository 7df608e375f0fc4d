/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "common/workflow/document.h"
#include "common/workflow/regions.h"
#include "src/builder/canvas-private.h"
#include "src/builder/tidy.h"

#define RADIUS     16
#define TITLE_SIZE 9

/* The steps of a loop's body or of a branch, behind which a tinted field is drawn. */
struct _CanvasBody {
  CanvasNode      *owner;         /* borrowed */
  char            *port;
  GPtrArray       *nodes;         /* of CanvasNode, borrowed: those of bodies inside it are theirs alone */
  GskRenderNode   *title;         /* made when it is first drawn */
  graphene_rect_t  bounds;
  int              parent;        /* in the list of bodies; -1: none */
  guint            drawn : 1;     /* there is something in it */
};

void
_enlace_canvas_body_free (gpointer data)
{
  CanvasBody *body = data;

  g_clear_pointer (&body->title, gsk_render_node_unref);
  g_ptr_array_unref (body->nodes);
  g_free (body->port);
  g_free (body);
}

static gboolean
has_scopes (EnlaceCanvas *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->nodes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const char *type = enlace_graph_node_get_step_type (((CanvasNode *) value)->node);

      if (g_str_equal (type, "flow.loop") || g_str_equal (type, "flow.parallel"))
        return TRUE;
    }

  return FALSE;
}

static void
add_bodies (EnlaceCanvas   *self,
            EnlaceDocument *document,
            EnlaceRegions  *regions)
{
  g_autofree int *places = g_new (int, regions->n_regions);

  places[0] = -1;
  for (guint i = 1; i < regions->n_regions; i++)
    {
      const EnlaceRegion *region = &regions->regions[i];
      CanvasBody *body;

      places[i] = region->parent >= 0 ? places[region->parent] : -1;
      if (region->owner < 0 || region->port == NULL)
        continue;
      body = g_new0 (CanvasBody, 1);
      body->owner = g_hash_table_lookup (self->nodes, enlace_document_get_node (document, (guint) region->owner)->id);
      body->port = g_strdup (region->port);
      body->nodes = g_ptr_array_new ();
      body->parent = places[i];
      places[i] = (int) self->bodies->len;
      g_ptr_array_add (self->bodies, body);
    }
  for (guint i = 0; i < enlace_document_get_n_nodes (document); i++)
    {
      int place = places[regions->of_node[i]];

      if (place >= 0)
        g_ptr_array_add (((CanvasBody *) g_ptr_array_index (self->bodies, place))->nodes,
                         g_hash_table_lookup (self->nodes, enlace_document_get_node (document, i)->id));
    }
}

static void
find_bodies (EnlaceCanvas *self)
{
  g_autoptr(GPtrArray) refusals = NULL;
  g_autoptr(EnlaceValue) value = NULL;
  g_autoptr(EnlaceDocument) document = NULL;
  g_autoptr(EnlaceRegions) regions = NULL;

  self->bodies_valid = TRUE;
  g_ptr_array_set_size (self->bodies, 0);
  if (self->graph == NULL || !has_scopes (self))
    return;

  refusals = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_problem_free);
  value = enlace_graph_to_value (self->graph);
  document = enlace_document_read (value, refusals);
  if (document == NULL)
    return;

  regions = enlace_regions_new (document, NULL);
  add_bodies (self, document, regions);
}

void
_enlace_canvas_bodies_invalidate (EnlaceCanvas *self)
{
  self->bodies_valid = FALSE;
  g_ptr_array_set_size (self->bodies, 0);
}

static void
include (CanvasBody            *body,
         const graphene_rect_t *bounds)
{
  if (body->drawn)
    graphene_rect_union (&body->bounds, bounds, &body->bounds);
  else
    body->bounds = *bounds;
  body->drawn = TRUE;
}

/* Each body after those inside it; a drag under way is in it. */
static void
measure_bodies (EnlaceCanvas *self)
{
  for (guint i = 0; i < self->bodies->len; i++)
    ((CanvasBody *) g_ptr_array_index (self->bodies, i))->drawn = FALSE;
  for (guint i = self->bodies->len; i > 0; i--)
    {
      CanvasBody *body = g_ptr_array_index (self->bodies, i - 1);

      for (guint j = 0; j < body->nodes->len; j++)
        {
          graphene_rect_t bounds = canvas_node_bounds (self, g_ptr_array_index (body->nodes, j));

          include (body, &bounds);
        }
      if (!body->drawn)
        continue;
      graphene_rect_inset (&body->bounds, -ENLACE_BODY_PADDING, -ENLACE_BODY_PADDING);
      body->bounds.origin.y -= ENLACE_BODY_TITLE;
      body->bounds.size.height += ENLACE_BODY_TITLE;
      if (body->parent >= 0)
        include (g_ptr_array_index (self->bodies, body->parent), &body->bounds);
    }
}

static void
draw_title (EnlaceCanvas *self,
            GtkSnapshot  *snapshot,
            CanvasBody   *body)
{
  graphene_rect_t size;

  if (body->title == NULL)
    {
      const char *name = enlace_graph_node_get_name (body->owner->node);
      g_autofree char *text = g_str_equal (body->port, "item") ? g_strdup (name) : g_strdup_printf ("%s: %s", name, body->port);

      body->title = _enlace_canvas_text_node (self, text, TITLE_SIZE, MAX (CANVAS_CARD_WIDTH, body->bounds.size.width - 32), 1, SWATCH_BODY_TEXT);
    }
  if (body->title == NULL)
    return;

  gsk_render_node_get_bounds (body->title, &size);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (body->bounds.origin.x + 16 - size.origin.x, body->bounds.origin.y + 12 - size.origin.y));
  gtk_snapshot_append_node (snapshot, body->title);
  gtk_snapshot_restore (snapshot);
}

static void
draw_body (EnlaceCanvas *self,
           GtkSnapshot  *snapshot,
           CanvasBody   *body)
{
  const GdkRGBA *line = &self->colors[SWATCH_BODY_LINE];
  float width = (float) (1 / MIN (1, self->zoom));
  GskRoundedRect outline;

  gsk_rounded_rect_init_from_rect (&outline, &body->bounds, RADIUS);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_color (snapshot, &self->colors[SWATCH_BODY], &body->bounds);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_append_border (snapshot, &outline, (float[4]) { width, width, width, width }, (GdkRGBA[4]) { *line, *line, *line, *line });
  if (self->zoom >= CANVAS_READABLE_ZOOM)
    draw_title (self, snapshot, body);
}

void
_enlace_canvas_draw_bodies (EnlaceCanvas *self,
                            GtkSnapshot  *snapshot)
{
  graphene_rect_t area;

  if (!self->bodies_valid)
    find_bodies (self);
  if (self->bodies->len == 0)
    return;

  measure_bodies (self);
  _enlace_canvas_visible_area (self, &area);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) self->pan_x, (float) self->pan_y));
  gtk_snapshot_scale (snapshot, (float) self->zoom, (float) self->zoom);
  for (guint i = 0; i < self->bodies->len; i++)
    {
      CanvasBody *body = g_ptr_array_index (self->bodies, i);

      if (body->drawn && graphene_rect_intersection (&body->bounds, &area, NULL))
        draw_body (self, snapshot, body);
    }
  gtk_snapshot_restore (snapshot);
}
