/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-value"

#include <string.h>

#include "common/value/value-private.h"

static gsize
own_size (const EnlaceValue *self)
{
  switch ((EnlaceKind) self->kind)
    {
    case ENLACE_KIND_STRING:
    case ENLACE_KIND_BYTES:
    case ENLACE_KIND_TYPE:
      return sizeof (EnlaceText) + ENLACE_TEXT (self)->length + 1;

    case ENLACE_KIND_LIST:
      return sizeof (EnlaceList) + ENLACE_LIST (self)->length * sizeof (EnlaceValue *);

    case ENLACE_KIND_MAP:
      return sizeof (EnlaceMap) + ENLACE_MAP (self)->length * sizeof (EnlaceEntry) +
             (ENLACE_MAP (self)->index != NULL ? ((gsize) ENLACE_MAP (self)->mask + 1) * sizeof (guint32) : 0);

    case ENLACE_KIND_DOUBLE:
      return sizeof (EnlaceScalar) +
             (self->flags & ENLACE_VALUE_TEXT ? strlen (ENLACE_SCALAR (self)->text) + 1 : 0);

    case ENLACE_KIND_NULL:
    case ENLACE_KIND_BOOL:
    case ENLACE_KIND_INT:
    case ENLACE_KIND_UINT:
    case ENLACE_KIND_TIMESTAMP:
    case ENLACE_KIND_DURATION:
    case ENLACE_KIND_OPTIONAL:
    default:
      return sizeof (EnlaceScalar);
    }
}

static inline gboolean
has_parts (const EnlaceValue *value)
{
  return value->kind == ENLACE_KIND_LIST || value->kind == ENLACE_KIND_MAP || value->kind == ENLACE_KIND_OPTIONAL;
}

/* Counts a part at once, or leaves it for later when it has parts itself. */
static gsize
count (GPtrArray   *waiting,
       EnlaceValue *part)
{
  if (part == NULL)
    return 0;

  if (!has_parts (part))
    return own_size (part);

  g_ptr_array_add (waiting, part);

  return 0;
}

static gsize
count_parts (GPtrArray         *waiting,
             const EnlaceValue *value)
{
  gsize size = 0;

  if (value->kind == ENLACE_KIND_OPTIONAL)
    return count (waiting, ENLACE_OPTIONAL (value)->value);

  if (value->kind == ENLACE_KIND_LIST)
    {
      for (gsize i = 0; i < ENLACE_LIST (value)->length; i++)
        size += count (waiting, ENLACE_LIST (value)->elements[i]);

      return size;
    }

  for (gsize i = 0; i < ENLACE_MAP (value)->length; i++)
    {
      size += own_size (ENLACE_MAP (value)->entries[i].key);
      size += count (waiting, ENLACE_MAP (value)->entries[i].value);
    }

  return size;
}

gsize
enlace_value_get_size (const EnlaceValue *self)
{
  g_autoptr(GPtrArray) waiting = NULL;
  gsize size;

  g_return_val_if_fail (self != NULL, 0);

  if (!has_parts (self))
    return own_size (self);

  waiting = g_ptr_array_new ();
  size = own_size (self) + count_parts (waiting, self);

  while (waiting->len > 0 && size < ENLACE_VALUE_SIZE_LIMIT)
    {
      const EnlaceValue *value = g_ptr_array_steal_index_fast (waiting, waiting->len - 1);

      size += own_size (value) + count_parts (waiting, value);
    }

  return size;
}
