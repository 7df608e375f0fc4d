/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include <math.h>

#include "src/builder/canvas-private.h"

/* Thousands of cards and edges cost more to paint than a frame has. They are painted once into square pictures, a few in each frame,
 * and the pictures are what moves and grows. A picture belongs to a level of zoom, a power of two, and is shown at most at half its
 * size and never larger than it is. Until a picture is there, its cards are shown as plain boxes. */

#define TILE_PIXELS  256
#define MAX_TILES    240
#define FRAME_BUDGET 4000         /* microseconds of a frame that painting may take */

typedef struct {
  int         level;              /* the picture is painted at 2^level */
  int         x;
  int         y;
  GdkTexture *texture;            /* owned; NULL: to be painted */
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

  g_clear_object (&tile->texture);
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
  for (guint i = 0; i < nodes->len; i++)
    {
      CanvasNode *node = g_ptr_array_index (nodes, i);

      if (!node->lifted)
        _enlace_canvas_draw_far_node (canvas, snapshot, node, scale);
    }

  return gtk_snapshot_free_to_node (snapshot);
}

static void
tile_paint (CanvasTiles *tiles,
            Tile        *tile)
{
  graphene_rect_t area = tile_area (tile);
  double scale = exp2 (tile->level);
  g_autoptr(GskRenderNode) content = draw_content (tiles, &area, scale);
  g_autoptr(GBytes) bytes = NULL;
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, TILE_PIXELS, TILE_PIXELS);
  int stride = cairo_image_surface_get_stride (surface);

  if (content != NULL)
    {
      cairo_t *cr = cairo_create (surface);

      cairo_scale (cr, scale, scale);
      cairo_translate (cr, -area.origin.x, -area.origin.y);
      gsk_render_node_draw (content, cr);
      cairo_destroy (cr);
    }
  cairo_surface_flush (surface);
  bytes = g_bytes_new_with_free_func (cairo_image_surface_get_data (surface), (gsize) stride * TILE_PIXELS,
                                      (GDestroyNotify) cairo_surface_destroy, surface);
  tile->texture = gdk_memory_texture_new (TILE_PIXELS, TILE_PIXELS, GDK_MEMORY_DEFAULT, bytes, (gsize) stride);
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

  enlace_spatial_index_query (canvas->node_index, area, nodes);
  for (guint i = 0; i < nodes->len; i++)
    {
      graphene_rect_t bounds = canvas_node_bounds (canvas, g_ptr_array_index (nodes, i));

      if (graphene_rect_contains_point (area, &bounds.origin))
        gtk_snapshot_append_color (snapshot, &canvas->colors[SWATCH_CARD_BORDER], &bounds);
    }
}

static void
draw_tile (CanvasTiles *tiles,
           GtkSnapshot *snapshot,
           Tile        *tile)
{
  EnlaceCanvas *canvas = tiles->canvas;
  graphene_rect_t area = tile_area (tile);
  double scale = canvas->zoom;
  float x0 = (float) round (area.origin.x * scale + canvas->pan_x);
  float y0 = (float) round (area.origin.y * scale + canvas->pan_y);
  float x1 = (float) round ((area.origin.x + area.size.width) * scale + canvas->pan_x);
  float y1 = (float) round ((area.origin.y + area.size.height) * scale + canvas->pan_y);

  gtk_snapshot_append_scaled_texture (snapshot, tile->texture, GSK_SCALING_FILTER_LINEAR,
                                      &GRAPHENE_RECT_INIT (x0, y0, x1 - x0, y1 - y0));
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

void
_enlace_canvas_tiles_snapshot (CanvasTiles *tiles,
                               GtkSnapshot *snapshot)
{
  EnlaceCanvas *canvas = tiles->canvas;
  gint64 deadline = g_get_monotonic_time () + FRAME_BUDGET;
  int level = (int) ceil (log2 (canvas->zoom * gtk_widget_get_scale_factor (GTK_WIDGET (canvas))) - 0.01);
  double side = tile_side (level);
  graphene_rect_t area;
  gboolean complete = TRUE;

  tiles->frame++;
  _enlace_canvas_visible_area (canvas, &area);
  for (int y = (int) floor (area.origin.y / side); y * side < area.origin.y + area.size.height; y++)
    for (int x = (int) floor (area.origin.x / side); x * side < area.origin.x + area.size.width; x++)
      {
        Tile *tile = get_tile (tiles, level, x, y);

        if (tile->texture == NULL && g_get_monotonic_time () < deadline)
          tile_paint (tiles, tile);
        if (tile->texture != NULL)
          draw_tile (tiles, snapshot, tile);
        else
          {
            graphene_rect_t bounds = tile_area (tile);

            complete = FALSE;
            gtk_snapshot_save (snapshot);
            gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) canvas->pan_x, (float) canvas->pan_y));
            gtk_snapshot_scale (snapshot, (float) canvas->zoom, (float) canvas->zoom);
            draw_plain (tiles, snapshot, &bounds);
            gtk_snapshot_restore (snapshot);
          }
      }

  if (g_hash_table_size (tiles->tiles) > MAX_TILES)
    g_hash_table_foreach_remove (tiles->tiles, forget_old, tiles);
  if (!complete)
    gtk_widget_add_tick_callback (GTK_WIDGET (canvas), continue_cb, NULL, NULL);
}
