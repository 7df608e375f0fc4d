/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include <string.h>

#include "common/expression/arena.h"

#define BLOCK_SIZE 1024
#define ALIGNMENT  8

typedef struct {
  gpointer       object;
  GDestroyNotify destroy;
} Taken;

struct _EnlaceArena {
  GPtrArray *blocks;
  GArray    *taken;
  guint8    *next;
  gsize      left;
  gsize      block_size;
};

EnlaceArena *
enlace_arena_new (void)
{
  EnlaceArena *self = g_new0 (EnlaceArena, 1);

  self->blocks = g_ptr_array_new_with_free_func (g_free);
  self->taken = g_array_new (FALSE, FALSE, sizeof (Taken));
  self->block_size = BLOCK_SIZE;
  return self;
}

void
enlace_arena_free (EnlaceArena *self)
{
  for (guint i = 0; i < self->taken->len; i++)
    {
      Taken *taken = &g_array_index (self->taken, Taken, i);

      taken->destroy (taken->object);
    }
  g_array_unref (self->taken);
  g_ptr_array_unref (self->blocks);
  g_free (self);
}

gpointer
enlace_arena_alloc (EnlaceArena *self,
                    gsize        size)
{
  gpointer result;

  size = (size + ALIGNMENT - 1) & ~(gsize) (ALIGNMENT - 1);
  if (size > self->left)
    {
      /* Blocks grow, so that a long expression does not become a long list of small blocks. */
      gsize block = MAX (size, self->block_size);

      self->next = g_malloc0 (block);
      self->left = block;
      self->block_size = MIN (self->block_size * 2, 64 * 1024);
      g_ptr_array_add (self->blocks, self->next);
    }
  result = self->next;
  self->next += size;
  self->left -= size;
  return result;
}

gpointer
enlace_arena_copy (EnlaceArena   *self,
                   gconstpointer  data,
                   gsize          size)
{
  gpointer result = enlace_arena_alloc (self, size + 1);

  if (size > 0)
    memcpy (result, data, size);
  return result;
}

gpointer
enlace_arena_take (EnlaceArena    *self,
                   gpointer        object,
                   GDestroyNotify  destroy)
{
  Taken taken = { object, destroy };

  g_array_append_val (self->taken, taken);
  return object;
}

EnlaceValue *
enlace_arena_take_value (EnlaceArena *self,
                         EnlaceValue *value)
{
  return enlace_arena_take (self, value, (GDestroyNotify) enlace_value_unref);
}
