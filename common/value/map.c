/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-value"

#include <string.h>

#include "common/value/value-private.h"

static guint32
key_hash (EnlaceValue *key)
{
  if (key->kind == ENLACE_KIND_STRING)
    return enlace_text_get_hash (ENLACE_TEXT (key));

  return enlace_value_hash (key);
}

static gboolean
key_equal (const EnlaceValue *a,
           const EnlaceValue *b)
{
  if (a->kind == ENLACE_KIND_STRING)
    return b->kind == ENLACE_KIND_STRING && ENLACE_TEXT (a)->length == ENLACE_TEXT (b)->length &&
           memcmp (ENLACE_TEXT (a)->data, ENLACE_TEXT (b)->data, ENLACE_TEXT (a)->length) == 0;

  return enlace_value_equal (a, b);
}

static inline gboolean
key_is_name (const EnlaceValue *key,
             const char        *name,
             gsize              length)
{
  return key->kind == ENLACE_KIND_STRING && ENLACE_TEXT (key)->length == length &&
         memcmp (ENLACE_TEXT (key)->data, name, length) == 0;
}

/* Puts the member at `position` into the index; FALSE when its key is there. */
static gboolean
index_insert (EnlaceMap *self,
              gsize      position)
{
  EnlaceValue *key = self->entries[position].key;
  guint32 slot = key_hash (key) & self->mask;

  while (self->index[slot] != 0)
    {
      if (key_equal (self->entries[self->index[slot] - 1].key, key))
        return FALSE;

      slot = (slot + 1) & self->mask;
    }

  self->index[slot] = position + 1;

  return TRUE;
}

void
enlace_map_index_last (EnlaceMap *self)
{
  index_insert (self, self->length - 1);
}

static gboolean
find_duplicate_in_small (EnlaceMap *self,
                         gsize     *duplicate)
{
  for (gsize i = 1; i < self->length; i++)
    for (gsize j = 0; j < i; j++)
      if (key_equal (self->entries[i].key, self->entries[j].key))
        {
          *duplicate = i;
          return TRUE;
        }

  return FALSE;
}

gboolean
enlace_map_build_index (EnlaceMap *self,
                        gsize      capacity,
                        gsize     *duplicate)
{
  gsize n_slots = 32;

  if (MAX (capacity, self->length) <= ENLACE_MAP_SMALL)
    return !find_duplicate_in_small (self, duplicate);

  while (n_slots < 2 * capacity)
    n_slots *= 2;

  g_free (self->index);
  self->index = g_new0 (guint32, n_slots);
  self->mask = n_slots - 1;

  for (gsize i = 0; i < self->length; i++)
    if (!index_insert (self, i))
      {
        *duplicate = i;
        return FALSE;
      }

  return TRUE;
}

gssize
enlace_map_find_name (const EnlaceMap *self,
                      const char      *name,
                      gsize            length)
{
  guint32 slot;

  if (self->index == NULL)
    {
      for (gsize i = 0; i < self->length; i++)
        if (key_is_name (self->entries[i].key, name, length))
          return i;

      return -1;
    }

  slot = enlace_hash_text (name, length) & self->mask;

  while (self->index[slot] != 0)
    {
      gsize position = self->index[slot] - 1;

      if (key_is_name (self->entries[position].key, name, length))
        return position;

      slot = (slot + 1) & self->mask;
    }

  return -1;
}

gssize
enlace_map_find (const EnlaceMap   *self,
                 const EnlaceValue *key)
{
  guint32 slot;

  if (key->kind == ENLACE_KIND_STRING && self->index == NULL)
    return enlace_map_find_name (self, ENLACE_TEXT (key)->data, ENLACE_TEXT (key)->length);

  if (self->index == NULL)
    {
      for (gsize i = 0; i < self->length; i++)
        if (key_equal (self->entries[i].key, key))
          return i;

      return -1;
    }

  slot = key_hash ((EnlaceValue *) key) & self->mask;

  while (self->index[slot] != 0)
    {
      gsize position = self->index[slot] - 1;

      if (key_equal (self->entries[position].key, key))
        return position;

      slot = (slot + 1) & self->mask;
    }

  return -1;
}

static inline EnlaceMap *
as_map (const EnlaceValue *self)
{
  return self != NULL && self->kind == ENLACE_KIND_MAP ? ENLACE_MAP (self) : NULL;
}

EnlaceValue *
enlace_value_get_key (const EnlaceValue *self,
                      gsize              index)
{
  EnlaceMap *map = as_map (self);

  return map != NULL && index < map->length ? map->entries[index].key : NULL;
}

EnlaceValue *
enlace_value_get_member_value (const EnlaceValue *self,
                               gsize              index)
{
  EnlaceMap *map = as_map (self);

  return map != NULL && index < map->length ? map->entries[index].value : NULL;
}

EnlaceValue *
enlace_value_get_member (const EnlaceValue *self,
                         const char        *name)
{
  EnlaceMap *map = as_map (self);
  gssize position;

  g_return_val_if_fail (name != NULL, NULL);

  if (map == NULL)
    return NULL;

  position = enlace_map_find_name (map, name, strlen (name));

  return position >= 0 ? map->entries[position].value : NULL;
}

/**
 * enlace_value_lookup:
 * @self: a map; another kind has no members
 * @key: a key; numbers are found by their value, so that `1`, `1u` and `1.0` are one key
 *
 * Returns: (transfer none) (nullable): the member's value
 */
EnlaceValue *
enlace_value_lookup (const EnlaceValue *self,
                     const EnlaceValue *key)
{
  EnlaceMap *map = as_map (self);
  gssize position;

  g_return_val_if_fail (key != NULL, NULL);

  if (map == NULL)
    return NULL;

  position = enlace_map_find (map, key);

  return position >= 0 ? map->entries[position].value : NULL;
}

const char *
enlace_value_get_member_string (const EnlaceValue *self,
                                const char        *name,
                                const char        *fallback)
{
  const char *text = enlace_value_get_string (enlace_value_get_member (self, name));

  return text != NULL ? text : fallback;
}

gint64
enlace_value_get_member_int (const EnlaceValue *self,
                             const char        *name,
                             gint64             fallback)
{
  EnlaceValue *member = enlace_value_get_member (self, name);

  return member != NULL && member->kind == ENLACE_KIND_INT ? ENLACE_SCALAR (member)->i : fallback;
}

double
enlace_value_get_member_double (const EnlaceValue *self,
                                const char        *name,
                                double             fallback)
{
  EnlaceValue *member = enlace_value_get_member (self, name);

  return member != NULL && enlace_kind_is_number (member->kind) ? enlace_value_get_double (member) : fallback;
}

gboolean
enlace_value_get_member_bool (const EnlaceValue *self,
                              const char        *name,
                              gboolean           fallback)
{
  EnlaceValue *member = enlace_value_get_member (self, name);

  return member != NULL && member->kind == ENLACE_KIND_BOOL ? ENLACE_SCALAR (member)->b : fallback;
}

/* The copy gets room for one member more. Nobody else sees it until it is returned. */
static EnlaceMap *
map_copy_without (const EnlaceMap *self,
                  gssize           without)
{
  EnlaceMap *copy = enlace_map_alloc (self->length + 1);

  for (gsize i = 0; i < self->length; i++)
    {
      if ((gssize) i == without)
        continue;

      copy->entries[copy->length].key = enlace_value_ref (self->entries[i].key);
      copy->entries[copy->length].value = enlace_value_ref (self->entries[i].value);
      copy->length++;
    }

  return copy;
}

EnlaceValue *
enlace_value_with_member (EnlaceValue *self,
                          const char  *name,
                          EnlaceValue *value)
{
  EnlaceMap *map = as_map (self);
  EnlaceMap *copy;
  gssize position;
  gsize duplicate;

  g_return_val_if_fail (map != NULL && name != NULL, NULL);

  position = enlace_map_find_name (map, name, strlen (name));
  if (value == NULL && position < 0)
    return enlace_value_ref (self);

  copy = map_copy_without (map, value == NULL ? position : -1);
  if (value != NULL && position >= 0)
    {
      enlace_value_unref (copy->entries[position].value);
      copy->entries[position].value = enlace_value_ref (value);
    }
  else if (value != NULL)
    {
      copy->entries[copy->length].key = enlace_value_new_string (name);
      copy->entries[copy->length].value = enlace_value_ref (value);
      copy->length++;
    }

  enlace_map_build_index (copy, copy->length, &duplicate);

  return &copy->base;
}
