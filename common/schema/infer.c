/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-schema"

#include <string.h>

#include "common/schema/format.h"
#include "common/schema/schema.h"

/* Elements of one list that are looked at, and places in all samples together. */
#define MAX_ELEMENTS 1000
#define MAX_PLACES (200 * 1000)
/* Longer texts have no format. */
#define MAX_FORMATTED 512

typedef enum {
  SEEN_NULL    = 1 << 0,
  SEEN_BOOLEAN = 1 << 1,
  SEEN_INTEGER = 1 << 2,
  SEEN_NUMBER  = 1 << 3,
  SEEN_STRING  = 1 << 4,
  SEEN_ARRAY   = 1 << 5,
  SEEN_OBJECT  = 1 << 6,
} Seen;

static const char *const type_names[] = { "null", "boolean", "integer", "number", "string", "array", "object" };
static const char *const formats[] = { "date-time", "date", "uuid", "email", "uri" };

typedef struct _Shape Shape;

/* What the values at one place have been so far. */
struct _Shape {
  guint seen;                     /* Seen */
  guint formats;                  /* by its place in `formats`: all texts have it */
  guint64 n_objects;
  GPtrArray *members;             /* of Member; NULL before the first object */
  GHashTable *by_name;            /* name → Member */
  Shape *items;                   /* NULL before the first element */
  gboolean is_open;               /* not all values were looked at: anything is allowed */
};

typedef struct {
  char *name;
  guint64 n;                      /* objects that have it */
  Shape *shape;
} Member;

struct _EnlaceSchemaInference {
  Shape *root;
  guint n_places;
};

static void
shape_free (Shape *self)
{
  g_clear_pointer (&self->by_name, g_hash_table_unref);
  g_clear_pointer (&self->members, g_ptr_array_unref);
  g_clear_pointer (&self->items, shape_free);
  g_free (self);
}

static void
member_free (gpointer data)
{
  Member *self = data;

  shape_free (self->shape);
  g_free (self->name);
  g_free (self);
}

static void shape_add (EnlaceSchemaInference *self,
                       Shape                 *shape,
                       EnlaceValue           *value,
                       guint                  depth);

static Member *
get_member (Shape      *self,
            const char *name)
{
  Member *member;

  if (self->members == NULL)
    {
      self->members = g_ptr_array_new_with_free_func (member_free);
      self->by_name = g_hash_table_new (g_str_hash, g_str_equal);
    }

  if ((member = g_hash_table_lookup (self->by_name, name)) != NULL)
    return member;
  if (self->members->len == ENLACE_SCHEMA_INFERENCE_MAX_PROPERTIES)
    return NULL;

  member = g_new0 (Member, 1);
  member->name = g_strdup (name);
  member->shape = g_new0 (Shape, 1);
  g_ptr_array_add (self->members, member);
  g_hash_table_insert (self->by_name, member->name, member);

  return member;
}

static void
add_object (EnlaceSchemaInference *self,
            Shape                 *shape,
            EnlaceValue           *value,
            guint                  depth)
{
  shape->seen |= SEEN_OBJECT;
  shape->n_objects++;

  for (gsize i = 0; depth < ENLACE_SCHEMA_INFERENCE_MAX_DEPTH && i < enlace_value_get_length (value); i++)
    {
      const char *name = enlace_value_get_string (enlace_value_get_key (value, i));
      Member *member = name != NULL ? get_member (shape, name) : NULL;

      if (member == NULL)
        continue;
      member->n++;
      shape_add (self, member->shape, enlace_value_get_member_value (value, i), depth + 1);
    }
}

static void
add_list (EnlaceSchemaInference *self,
          Shape                 *shape,
          EnlaceValue           *value,
          guint                  depth)
{
  gsize n = MIN (enlace_value_get_length (value), MAX_ELEMENTS);

  shape->seen |= SEEN_ARRAY;
  if (n == 0 || depth == ENLACE_SCHEMA_INFERENCE_MAX_DEPTH)
    return;

  if (shape->items == NULL)
    shape->items = g_new0 (Shape, 1);
  shape->items->is_open |= n < enlace_value_get_length (value);
  for (gsize i = 0; i < n; i++)
    shape_add (self, shape->items, enlace_value_get_element (value, i), depth + 1);
}

static void
add_text (Shape             *shape,
          const EnlaceValue *value)
{
  gsize length;
  const char *text = enlace_value_get_string_len (value, &length);
  guint fitting = shape->seen & SEEN_STRING ? shape->formats : (1u << G_N_ELEMENTS (formats)) - 1;

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (fitting & (1u << i) && (length > MAX_FORMATTED || strlen (text) != length || !enlace_format_accepts (formats[i], text)))
      fitting &= ~(1u << i);

  shape->seen |= SEEN_STRING;
  shape->formats = fitting;
}

static void
shape_add (EnlaceSchemaInference *self,
           Shape                 *shape,
           EnlaceValue           *value,
           guint                  depth)
{
  if (self->n_places == MAX_PLACES)
    {
      shape->is_open = TRUE;
      return;
    }
  self->n_places++;

  switch (enlace_value_get_kind (value))
    {
    case ENLACE_KIND_BOOL:
      shape->seen |= SEEN_BOOLEAN;
      break;

    case ENLACE_KIND_INT:
    case ENLACE_KIND_UINT:
      shape->seen |= SEEN_INTEGER;
      break;

    case ENLACE_KIND_DOUBLE:
      shape->seen |= SEEN_NUMBER;
      break;

    case ENLACE_KIND_STRING:
      add_text (shape, value);
      break;

    /* What these are in JSON. */
    case ENLACE_KIND_TIMESTAMP:
      shape->formats = shape->seen & SEEN_STRING ? shape->formats & 1 : 1;
      shape->seen |= SEEN_STRING;
      break;

    case ENLACE_KIND_BYTES:
    case ENLACE_KIND_DURATION:
    case ENLACE_KIND_TYPE:
      shape->formats = 0;
      shape->seen |= SEEN_STRING;
      break;

    case ENLACE_KIND_LIST:
      add_list (self, shape, value, depth);
      break;

    case ENLACE_KIND_MAP:
      add_object (self, shape, value, depth);
      break;

    case ENLACE_KIND_NULL:
    case ENLACE_KIND_OPTIONAL:
    default:
      shape->seen |= SEEN_NULL;
      break;
    }
}

static EnlaceValue *shape_end (const Shape *self);

static void
end_types (const Shape      *self,
           EnlaceMapBuilder *builder)
{
  g_autoptr(EnlaceListBuilder) types = enlace_list_builder_new ();
  /* A whole number is a number. */
  guint seen = self->seen & SEEN_NUMBER ? self->seen & ~(guint) SEEN_INTEGER : self->seen;

  for (guint i = 0; i < G_N_ELEMENTS (type_names); i++)
    if (seen & (1u << i))
      enlace_list_builder_take (types, enlace_value_new_string (type_names[i]));

  if (enlace_list_builder_get_length (types) > 1)
    {
      enlace_map_builder_take (builder, "type", enlace_list_builder_end (types));
      return;
    }

  for (guint i = 0; i < G_N_ELEMENTS (type_names); i++)
    if (seen & (1u << i))
      enlace_map_builder_add_string (builder, "type", type_names[i]);
}

static void
end_members (const Shape      *self,
             EnlaceMapBuilder *builder)
{
  g_autoptr(EnlaceMapBuilder) properties = enlace_map_builder_new ();
  g_autoptr(EnlaceListBuilder) required = enlace_list_builder_new ();

  for (guint i = 0; self->members != NULL && i < self->members->len; i++)
    {
      const Member *member = self->members->pdata[i];

      enlace_map_builder_take (properties, member->name, shape_end (member->shape));
      if (member->n == self->n_objects)
        enlace_list_builder_take (required, enlace_value_new_string (member->name));
    }

  if (self->members != NULL)
    enlace_map_builder_take (builder, "properties", enlace_map_builder_end (properties));
  if (enlace_list_builder_get_length (required) > 0)
    enlace_map_builder_take (builder, "required", enlace_list_builder_end (required));
}

static EnlaceValue *
shape_end (const Shape *self)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  if (self->is_open)
    return enlace_map_builder_end (builder);

  end_types (self, builder);
  if (self->seen & SEEN_STRING && self->formats != 0)
    enlace_map_builder_add_string (builder, "format", formats[__builtin_ctz (self->formats)]);
  if (self->seen & SEEN_OBJECT)
    end_members (self, builder);
  if (self->items != NULL)
    enlace_map_builder_take (builder, "items", shape_end (self->items));

  return enlace_map_builder_end (builder);
}

EnlaceSchemaInference *
enlace_schema_inference_new (void)
{
  EnlaceSchemaInference *self = g_new0 (EnlaceSchemaInference, 1);

  self->root = g_new0 (Shape, 1);

  return self;
}

void
enlace_schema_inference_free (EnlaceSchemaInference *self)
{
  shape_free (self->root);
  g_free (self);
}

void
enlace_schema_inference_add (EnlaceSchemaInference *self,
                             EnlaceValue           *sample)
{
  g_return_if_fail (self != NULL && sample != NULL);

  shape_add (self, self->root, sample, 0);
}

EnlaceValue *
enlace_schema_inference_end (EnlaceSchemaInference *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return shape_end (self->root);
}

EnlaceValue *
enlace_schema_infer (EnlaceValue *sample)
{
  g_autoptr(EnlaceSchemaInference) inference = enlace_schema_inference_new ();

  enlace_schema_inference_add (inference, sample);

  return enlace_schema_inference_end (inference);
}
