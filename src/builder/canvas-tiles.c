/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include <math.h>

#include "src/builder/canvas-private.h"

/* Thousands of cards and edges cost more to paint than a frame has. They are painted once into square pictures, a few in each frame,
 * and the pictures are what moves and grows. A picture belongs to a level of zoom, a power of two, and is shown at most at half its
 * size and never larger than it is. Until a picture is there, its cards are shown as plain boxes. */

#define TILE_PIXELS  128
#define MAX_TILES    720
#define FRAME_BUDGET 2000         /* microseconds of a frame that painting may take */

typedef struct {
  int         level;              /* the picture is painted at 2^level */
  int         x;
  int         y;
  EnlacePicture *picture;         /* owned; NULL: to be painted */
  guint       used;               /* the number of the last frame that showed it */
} Tile;

struct _CanvasTiles
{
  EnlaceCanvas *canvas;           /* borrowed: it owns us */
  GHashTable   *tiles;            /* set of Tile, owned */
  guint         frame;
};

static guint
tile_hash (gconstpointer data)
{
  const Tile *tile = data;

  return (guint) (tile->level * 7919) ^ (guint) (tile->x * 73856093) ^ (guint) (tile->y * 19349663);
}

static gboolean
tile_equal (gconstpointer a,
            gconstpointer b)
{
  const Tile *first = a;
  const Tile *second = b;

  return first->level == second->level && first->x == second->x && first->y == second->y;
}

static void
tile_free (gpointer data)
{
  Tile *tile = data;

  g_clear_pointer (&tile->picture, enlace_picture_free);
  g_free (tile);
}

/* The side of a tile in canvas units. */
static double
tile_side (int level)
{
  return TILE_PIXELS / exp2 (level);
}

static graphene_rect_t
tile_area (const Tile *tile)
{
  double side = tile_side (tile->level);

  return GRAPHENE_RECT_INIT ((float) (tile->x * side), (float) (tile->y * side), (float) side, (float) side);
}

CanvasTiles *
_enlace_canvas_tiles_new (EnlaceCanvas *self)
{
  CanvasTiles *tiles = g_new0 (CanvasTiles, 1);

  tiles->canvas = self;
  tiles->tiles = g_hash_table_new_full (tile_hash, tile_equal, tile_free, NULL);

  return tiles;
}

void
_enlace_canvas_tiles_free (CanvasTiles *tiles)
{
  g_hash_table_unref (tiles->tiles);
  g_free (tiles);
}

void
_enlace_canvas_tiles_clear (CanvasTiles *tiles)
{
  g_hash_table_remove_all (tiles->tiles);
}

void
_enlace_canvas_tiles_damage (CanvasTiles           *tiles,
                             const graphene_rect_t *area)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, tiles->tiles);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      graphene_rect_t bounds = tile_area (key);

      if (graphene_rect_intersection (&bounds, area, NULL))
        g_hash_table_iter_remove (&iter);
    }
}

static GskRenderNode *
draw_content (CanvasTiles           *tiles,
              const graphene_rect_t *area,
              double                 scale)
{
  EnlaceCanvas *canvas = tiles->canvas;
  g_autoptr(GPtrArray) nodes = g_ptr_array_new ();
  g_autoptr(GPtrArray) edges = g_ptr_array_new ();
  g_autoptr(GPtrArray) resting = g_ptr_array_new ();
  GtkSnapshot *snapshot = gtk_snapshot_new ();

  enlace_spatial_index_query (canvas->node_index, area, nodes);
  enlace_spatial_index_query (canvas->edge_index, area, edges);
  for (guint i = 0; i < edges->len; i++)
    {
      CanvasEdge *edge = g_ptr_array_index (edges, i);

      if (!edge->from->lifted && !edge->to->lifted)
        g_ptr_array_add (resting, edge);
    }
  _enlace_canvas_draw_edges (canvas, snapshot, resting);
  for (guint i = nodes->len; i > 0; i--)
    if (((CanvasNode *) g_ptr_array_index (nodes, i - 1))->lifted)
      g_ptr_array_remove_index_fast (nodes, i - 1);
  _enlace_canvas_draw_far_nodes (canvas, snapshot, nodes, scale);

  return gtk_snapshot_free_to_node (snapshot);
}

static void
tile_paint (CanvasTiles *tiles,
            Tile        *tile)
{
  graphene_rect_t area = tile_area (tile);
  double scale = exp2 (tile->level);
  g_autoptr(GskRenderNode) content = draw_content (tiles, &area, scale);

  tile->picture = enlace_picture_new (content, &area, scale);
}

static Tile *
get_tile (CanvasTiles *tiles,
          int          level,
          int          x,
          int          y)
{
  Tile key = { .level = level, .x = x, .y = y };
  Tile *tile = NULL;

  if (!g_hash_table_lookup_extended (tiles->tiles, &key, (gpointer *) &tile, NULL))
    {
      tile = g_memdup2 (&key, sizeof key);
      g_hash_table_add (tiles->tiles, tile);
    }
  tile->used = tiles->frame;

  return tile;
}

static void
draw_plain (CanvasTiles           *tiles,
            GtkSnapshot           *snapshot,
            const graphene_rect_t *area)
{
  EnlaceCanvas *canvas = tiles->canvas;
  g_autoptr(GPtrArray) nodes = g_ptr_array_new ();
  float zoom = (float) canvas->zoom;

  enlace_spatial_index_query (canvas->node_index, area, nodes);
  for (guint i = 0; i < nodes->len; i++)
    {
      graphene_rect_t bounds = canvas_node_bounds (canvas, g_ptr_array_index (nodes, i));

      if (graphene_rect_contains_point (area, &bounds.origin))
        gtk_snapshot_append_color (snapshot, &canvas->colors[SWATCH_CARD_BORDER],
                                   &GRAPHENE_RECT_INIT ((float) canvas->pan_x + bounds.origin.x * zoom,
                                                        (float) canvas->pan_y + bounds.origin.y * zoom,
                                                        bounds.size.width * zoom, bounds.size.height * zoom));
    }
}

static void
draw_tile (CanvasTiles        *tiles,
           EnlacePictureBatch *batch,
           Tile               *tile)
{
  EnlaceCanvas *canvas = tiles->canvas;
  graphene_rect_t area = tile_area (tile);
  double scale = canvas->zoom;
  /* Whole pixels, so that no seam is seen. */
  float x0 = (float) round (area.origin.x * scale + canvas->pan_x);
  float y0 = (float) round (area.origin.y * scale + canvas->pan_y);
  float x1 = (float) round ((area.origin.x + area.size.width) * scale + canvas->pan_x);
  float y1 = (float) round ((area.origin.y + area.size.height) * scale + canvas->pan_y);

  enlace_picture_draw (tile->picture, batch, &GRAPHENE_RECT_INIT (x0, y0, x1 - x0, y1 - y0));
}

static gboolean
forget_old (gpointer key,
            gpointer value,
            gpointer user_data)
{
  CanvasTiles *tiles = user_data;

  return ((Tile *) key)->used + 2 < tiles->frame;
}

static gboolean
continue_cb (GtkWidget     *widget,
             GdkFrameClock *clock,
             gpointer       user_data)
{
  gtk_widget_queue_draw (widget);

  return G_SOURCE_REMOVE;
}

/* The tiles in view, painted as far as there is time (element-type Tile). */
static GPtrArray *
list_tiles (CanvasTiles *tiles,
            int          level)
{
  GPtrArray *list = g_ptr_array_new ();
  gint64 deadline = g_get_monotonic_time () + FRAME_BUDGET;
  double side = tile_side (level);
  graphene_rect_t area;

  _enlace_canvas_visible_area (tiles->canvas, &area);
  for (int y = (int) floor (area.origin.y / side); y * side < area.origin.y + area.size.height; y++)
    for (int x = (int) floor (area.origin.x / side); x * side < area.origin.x + area.size.width; x++)
      {
        Tile *tile = get_tile (tiles, level, x, y);

        if (tile->picture == NULL && g_get_monotonic_time () < deadline)
          tile_paint (tiles, tile);
        g_ptr_array_add (list, tile);
      }

  return list;
}

void
_enlace_canvas_tiles_snapshot (CanvasTiles           *tiles,
                               GtkSnapshot           *snapshot,
                               const graphene_rect_t *view)
{
  EnlaceCanvas *canvas = tiles->canvas;
  int level = (int) ceil (log2 (canvas->zoom * gtk_widget_get_scale_factor (GTK_WIDGET (canvas))) - 0.01);
  g_autoptr(GPtrArray) list = NULL;
  EnlacePictureBatch batch;
  gboolean complete = TRUE;

  tiles->frame++;
  list = list_tiles (tiles, level);
  for (guint i = 0; i < list->len; i++)
    {
      Tile *tile = g_ptr_array_index (list, i);
      graphene_rect_t bounds = tile_area (tile);

      if (tile->picture != NULL)
        continue;
      complete = FALSE;
      draw_plain (tiles, snapshot, &bounds);
    }

  enlace_picture_batch_begin (&batch, GTK_WIDGET (canvas), snapshot, view);
  for (guint i = 0; i < list->len; i++)
    {
      Tile *tile = g_ptr_array_index (list, i);

      if (tile->picture != NULL)
        draw_tile (tiles, &batch, tile);
    }
  enlace_picture_batch_end (&batch);

  if (g_hash_table_size (tiles->tiles) > MAX_TILES)
    g_hash_table_foreach_remove (tiles->tiles, forget_old, tiles);
  if (!complete)
    gtk_widget_add_tick_callback (GTK_WIDGET (canvas), continue_cb, NULL, NULL);
}
