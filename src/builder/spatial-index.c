/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include <math.h>

#include "src/builder/spatial-index.h"

/* An item that lies in more cells than this is looked at in every query. */
#define MAX_CELLS 48

struct _EnlaceSpatialIndex
{
  GHashTable *cells;              /* gint64 key (owned) → GPtrArray of EnlaceSpatialItem */
  GPtrArray  *large;
  float       cell_size;
  guint       stamp;
};

typedef struct {
  int x0;
  int y0;
  int x1;
  int y1;
} Cells;

static Cells
cells_of (EnlaceSpatialIndex    *self,
          const graphene_rect_t *area)
{
  return (Cells) {
    .x0 = (int) floorf (area->origin.x / self->cell_size),
    .y0 = (int) floorf (area->origin.y / self->cell_size),
    .x1 = (int) floorf ((area->origin.x + area->size.width) / self->cell_size),
    .y1 = (int) floorf ((area->origin.y + area->size.height) / self->cell_size),
  };
}

static gboolean
is_large (const Cells *cells)
{
  return ((gint64) cells->x1 - cells->x0 + 1) * ((gint64) cells->y1 - cells->y0 + 1) > MAX_CELLS;
}

static gint64
cell_key (int x,
          int y)
{
  return (gint64) (((guint64) (guint32) x << 32) | (guint32) y);
}

static gboolean
meets (const graphene_rect_t *a,
       const graphene_rect_t *b)
{
  return a->origin.x <= b->origin.x + b->size.width && b->origin.x <= a->origin.x + a->size.width &&
         a->origin.y <= b->origin.y + b->size.height && b->origin.y <= a->origin.y + a->size.height;
}

EnlaceSpatialIndex *
enlace_spatial_index_new (float cell_size)
{
  EnlaceSpatialIndex *self;

  g_return_val_if_fail (cell_size > 0, NULL);

  self = g_new0 (EnlaceSpatialIndex, 1);
  self->cell_size = cell_size;
  self->cells = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  self->large = g_ptr_array_new ();

  return self;
}

void
enlace_spatial_index_free (EnlaceSpatialIndex *self)
{
  g_hash_table_unref (self->cells);
  g_ptr_array_unref (self->large);
  g_free (self);
}

void
enlace_spatial_index_add (EnlaceSpatialIndex *self,
                          EnlaceSpatialItem  *item)
{
  Cells cells;

  g_return_if_fail (!item->indexed);

  item->indexed = TRUE;
  cells = cells_of (self, &item->bounds);
  if (is_large (&cells))
    {
      g_ptr_array_add (self->large, item);
      return;
    }

  for (int y = cells.y0; y <= cells.y1; y++)
    for (int x = cells.x0; x <= cells.x1; x++)
      {
        gint64 key = cell_key (x, y);
        GPtrArray *items = g_hash_table_lookup (self->cells, &key);

        if (items == NULL)
          {
            items = g_ptr_array_new ();
            g_hash_table_insert (self->cells, g_memdup2 (&key, sizeof key), items);
          }
        g_ptr_array_add (items, item);
      }
}

void
enlace_spatial_index_remove (EnlaceSpatialIndex *self,
                             EnlaceSpatialItem  *item)
{
  Cells cells;

  if (!item->indexed)
    return;

  item->indexed = FALSE;
  cells = cells_of (self, &item->bounds);
  if (is_large (&cells))
    {
      g_ptr_array_remove_fast (self->large, item);
      return;
    }

  for (int y = cells.y0; y <= cells.y1; y++)
    for (int x = cells.x0; x <= cells.x1; x++)
      {
        gint64 key = cell_key (x, y);
        GPtrArray *items = g_hash_table_lookup (self->cells, &key);

        g_assert (items != NULL);
        g_ptr_array_remove_fast (items, item);
        if (items->len == 0)
          g_hash_table_remove (self->cells, &key);
      }
}

void
enlace_spatial_index_clear (EnlaceSpatialIndex *self)
{
  g_hash_table_remove_all (self->cells);
  g_ptr_array_set_size (self->large, 0);
}

static void
take_if_met (EnlaceSpatialIndex    *self,
             EnlaceSpatialItem     *item,
             const graphene_rect_t *area,
             GPtrArray             *found)
{
  if (item->stamp == self->stamp)
    return;

  item->stamp = self->stamp;
  if (meets (&item->bounds, area))
    g_ptr_array_add (found, item);
}

static void
take_all (EnlaceSpatialIndex    *self,
          GPtrArray             *items,
          const graphene_rect_t *area,
          GPtrArray             *found)
{
  for (guint i = 0; i < items->len; i++)
    take_if_met (self, g_ptr_array_index (items, i), area, found);
}

void
enlace_spatial_index_query (EnlaceSpatialIndex    *self,
                            const graphene_rect_t *area,
                            GPtrArray             *found)
{
  Cells cells = cells_of (self, area);
  gint64 n_cells = ((gint64) cells.x1 - cells.x0 + 1) * ((gint64) cells.y1 - cells.y0 + 1);

  self->stamp++;
  take_all (self, self->large, area, found);

  /* A wide area over a small graph: fewer cells are there than are asked for. */
  if (n_cells > g_hash_table_size (self->cells))
    {
      GHashTableIter iter;
      gpointer items;

      g_hash_table_iter_init (&iter, self->cells);
      while (g_hash_table_iter_next (&iter, NULL, &items))
        take_all (self, items, area, found);
      return;
    }

  for (int y = cells.y0; y <= cells.y1; y++)
    for (int x = cells.x0; x <= cells.x1; x++)
      {
        gint64 key = cell_key (x, y);
        GPtrArray *items = g_hash_table_lookup (self->cells, &key);

        if (items != NULL)
          take_all (self, items, area, found);
      }
}
