/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-value"

#include <string.h>

#include "common/value/value-private.h"

#define FIRST_CAPACITY 8

/* Builders fill the value itself, which is handed over at the end without a copy. */
struct _EnlaceListBuilder {
  EnlaceList *list;               /* owned, NULL while empty */
  gsize capacity;
};

struct _EnlaceMapBuilder {
  EnlaceMap *map;                 /* owned, NULL while empty */
  gsize capacity;
};

EnlaceListBuilder *
enlace_list_builder_new (void)
{
  return g_new0 (EnlaceListBuilder, 1);
}

void
enlace_list_builder_take (EnlaceListBuilder *self,
                          EnlaceValue       *value)
{
  g_return_if_fail (self != NULL && value != NULL);

  if (self->list == NULL)
    {
      self->capacity = FIRST_CAPACITY;
      self->list = enlace_list_alloc (self->capacity);
    }
  else if (self->list->length == self->capacity)
    {
      self->capacity *= 2;
      self->list = g_realloc (self->list, sizeof (EnlaceList) + self->capacity * sizeof (EnlaceValue *));
    }

  self->list->elements[self->list->length++] = value;
}

void
enlace_list_builder_add (EnlaceListBuilder *self,
                         EnlaceValue       *value)
{
  enlace_list_builder_take (self, enlace_value_ref (value));
}

gsize
enlace_list_builder_get_length (EnlaceListBuilder *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->list != NULL ? self->list->length : 0;
}

EnlaceValue *
enlace_list_builder_end (EnlaceListBuilder *self)
{
  EnlaceList *list;

  g_return_val_if_fail (self != NULL, NULL);

  list = g_steal_pointer (&self->list);
  if (list == NULL)
    return &enlace_list_alloc (0)->base;

  if (self->capacity - list->length > FIRST_CAPACITY)
    list = g_realloc (list, sizeof (EnlaceList) + list->length * sizeof (EnlaceValue *));

  return &list->base;
}

void
enlace_list_builder_free (EnlaceListBuilder *self)
{
  g_return_if_fail (self != NULL);

  if (self->list != NULL)
    enlace_value_unref (&self->list->base);
  g_free (self);
}

EnlaceMapBuilder *
enlace_map_builder_new (void)
{
  return g_new0 (EnlaceMapBuilder, 1);
}

static void
grow (EnlaceMapBuilder *self)
{
  if (self->map == NULL)
    {
      self->capacity = FIRST_CAPACITY;
      self->map = enlace_map_alloc (self->capacity);
    }
  else if (self->map->length == self->capacity)
    {
      self->capacity *= 2;
      self->map = g_realloc (self->map, sizeof (EnlaceMap) + self->capacity * sizeof (EnlaceEntry));
    }
}

/* Appends a member whose key is known to be new. */
static void
append (EnlaceMapBuilder *self,
        EnlaceValue      *key,
        EnlaceValue      *value)
{
  EnlaceMap *map;
  gsize duplicate;

  grow (self);
  map = self->map;
  map->entries[map->length].key = key;
  map->entries[map->length].value = value;
  map->length++;

  if (map->length <= ENLACE_MAP_SMALL)
    return;

  /* The index is made anew when its table is half full, else it gets the new member alone. */
  if (map->index == NULL || 2 * map->length > map->mask)
    enlace_map_build_index (map, 2 * map->length, &duplicate);
  else
    enlace_map_index_last (map);
}

void
enlace_map_builder_take (EnlaceMapBuilder *self,
                         const char       *name,
                         EnlaceValue      *value)
{
  gsize length;
  gssize position;

  g_return_if_fail (self != NULL && name != NULL && value != NULL);

  length = strlen (name);
  position = self->map != NULL ? enlace_map_find_name (self->map, name, length) : -1;

  if (position < 0)
    {
      append (self, enlace_value_new_string_len (name, length), value);
    }
  else
    {
      enlace_value_unref (self->map->entries[position].value);
      self->map->entries[position].value = value;
    }
}

void
enlace_map_builder_add (EnlaceMapBuilder *self,
                        const char       *name,
                        EnlaceValue      *value)
{
  enlace_map_builder_take (self, name, enlace_value_ref (value));
}

void
enlace_map_builder_take_string (EnlaceMapBuilder *self,
                                const char       *name,
                                char             *value)
{
  g_autofree char *owned = value;

  enlace_map_builder_add_string (self, name, owned);
}

void
enlace_map_builder_add_string (EnlaceMapBuilder *self,
                               const char       *name,
                               const char       *value)
{
  enlace_map_builder_take (self, name, value != NULL ? enlace_value_new_string (value) : enlace_value_new_null ());
}

void
enlace_map_builder_add_int (EnlaceMapBuilder *self,
                            const char       *name,
                            gint64            value)
{
  enlace_map_builder_take (self, name, enlace_value_new_int (value));
}

void
enlace_map_builder_add_double (EnlaceMapBuilder *self,
                               const char       *name,
                               double            value)
{
  enlace_map_builder_take (self, name, enlace_value_new_double (value));
}

void
enlace_map_builder_add_bool (EnlaceMapBuilder *self,
                             const char       *name,
                             gboolean          value)
{
  enlace_map_builder_take (self, name, enlace_value_new_bool (value));
}

void
enlace_map_builder_add_null (EnlaceMapBuilder *self,
                             const char       *name)
{
  enlace_map_builder_take (self, name, enlace_value_new_null ());
}

gboolean
enlace_map_builder_insert (EnlaceMapBuilder *self,
                           EnlaceValue      *key,
                           EnlaceValue      *value)
{
  g_return_val_if_fail (self != NULL && key != NULL && value != NULL, FALSE);

  if (self->map != NULL && enlace_map_find (self->map, key) >= 0)
    return FALSE;

  append (self, enlace_value_ref (key), enlace_value_ref (value));

  return TRUE;
}

EnlaceValue *
enlace_map_builder_end (EnlaceMapBuilder *self)
{
  EnlaceMap *map;

  g_return_val_if_fail (self != NULL, NULL);

  map = g_steal_pointer (&self->map);
  if (map == NULL)
    return &enlace_map_alloc (0)->base;

  if (self->capacity - map->length > FIRST_CAPACITY)
    map = g_realloc (map, sizeof (EnlaceMap) + map->length * sizeof (EnlaceEntry));

  return &map->base;
}

void
enlace_map_builder_free (EnlaceMapBuilder *self)
{
  g_return_if_fail (self != NULL);

  if (self->map != NULL)
    enlace_value_unref (&self->map->base);
  g_free (self);
}
