/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include <string.h>

#include "common/expression/type-private.h"

/* Parts of a constant that are looked at. */
#define MAX_ELEMENTS 100
#define MAX_DEPTH 16

struct _EnlaceType {
  gatomicrefcount references;
  guint kinds;
  gboolean from_json;
  EnlaceTypeRest rest;
  EnlaceType *element;            /* owned, nullable */
  EnlaceType *held;               /* owned, nullable */
  EnlaceType *others;             /* owned, nullable */
  GPtrArray *fields;              /* of EnlaceTypeField; NULL: none */
};

EnlaceType *
enlace_type_new (guint kinds)
{
  EnlaceType *self = g_new0 (EnlaceType, 1);

  g_atomic_ref_count_init (&self->references);
  self->kinds = kinds;

  return self;
}

EnlaceType *
enlace_type_new_any (gboolean from_json)
{
  EnlaceType *self = enlace_type_new (ENLACE_KINDS_ANY);

  self->from_json = from_json;

  return self;
}

static EnlaceType *
ref_nullable (EnlaceType *self)
{
  return self != NULL ? enlace_type_ref (self) : NULL;
}

EnlaceType *
enlace_type_new_list (EnlaceType *element)
{
  EnlaceType *self = enlace_type_new (ENLACE_KIND_MASK (ENLACE_KIND_LIST));

  self->element = ref_nullable (element);

  return self;
}

EnlaceType *
enlace_type_new_optional (EnlaceType *held)
{
  EnlaceType *self = enlace_type_new (ENLACE_KIND_MASK (ENLACE_KIND_OPTIONAL));

  self->held = ref_nullable (held);

  return self;
}

EnlaceType *
enlace_type_new_map (EnlaceTypeRest  rest,
                     EnlaceType     *others)
{
  EnlaceType *self = enlace_type_new (ENLACE_KIND_MASK (ENLACE_KIND_MAP));

  self->rest = rest;
  self->others = ref_nullable (others);

  return self;
}

static void
field_free (gpointer data)
{
  EnlaceTypeField *self = data;

  enlace_type_unref (self->type);
  g_free (self->name);
  g_free (self);
}

void
enlace_type_add_field (EnlaceType *self,
                       const char *name,
                       EnlaceType *type,
                       gboolean    required)
{
  EnlaceTypeField *field = g_new0 (EnlaceTypeField, 1);

  if (self->fields == NULL)
    self->fields = g_ptr_array_new_with_free_func (field_free);

  field->name = g_strdup (name);
  field->type = enlace_type_ref (type);
  field->required = required;
  g_ptr_array_add (self->fields, field);
}

static EnlaceType *type_for_value (EnlaceValue *value, guint depth);

static EnlaceType *
type_for_list (EnlaceValue *value,
               guint        depth)
{
  g_autoptr(EnlaceType) element = NULL;

  if (depth == MAX_DEPTH || enlace_value_get_length (value) > MAX_ELEMENTS)
    return enlace_type_new_list (NULL);

  for (gsize i = 0; i < enlace_value_get_length (value); i++)
    {
      g_autoptr(EnlaceType) next = type_for_value (enlace_value_get_element (value, i), depth + 1);
      EnlaceType *united = element != NULL ? enlace_type_unite (element, next) : enlace_type_ref (next);

      g_clear_pointer (&element, enlace_type_unref);
      element = united;
    }

  return enlace_type_new_list (element);
}

static EnlaceType *
type_for_map (EnlaceValue *value,
              guint        depth)
{
  EnlaceType *self;

  /* Only texts are fields; a map that has other keys is not a record. */
  for (gsize i = 0; i < enlace_value_get_length (value); i++)
    if (depth == MAX_DEPTH || enlace_value_get_string (enlace_value_get_key (value, i)) == NULL)
      return enlace_type_new_map (ENLACE_TYPE_OPEN, NULL);

  self = enlace_type_new_map (ENLACE_TYPE_CLOSED, NULL);
  for (gsize i = 0; i < enlace_value_get_length (value); i++)
    {
      g_autoptr(EnlaceType) type = type_for_value (enlace_value_get_member_value (value, i), depth + 1);

      enlace_type_add_field (self, enlace_value_get_string (enlace_value_get_key (value, i)), type, TRUE);
    }

  return self;
}

static EnlaceType *
type_for_value (EnlaceValue *value,
                guint        depth)
{
  EnlaceKind kind = enlace_value_get_kind (value);

  if (kind == ENLACE_KIND_LIST)
    return type_for_list (value, depth);
  if (kind == ENLACE_KIND_MAP)
    return type_for_map (value, depth);

  return enlace_type_new (ENLACE_KIND_MASK (kind));
}

EnlaceType *
enlace_type_new_for_value (EnlaceValue *value)
{
  g_return_val_if_fail (value != NULL, NULL);

  return type_for_value (value, 0);
}

/* What both say of a part that one of them may not have at all. */
static EnlaceType *
unite_parts (EnlaceType *a,
             gboolean    a_has,
             EnlaceType *b,
             gboolean    b_has)
{
  if (!a_has || !b_has)
    return ref_nullable (a_has ? a : b);

  return a != NULL && b != NULL ? enlace_type_unite (a, b) : NULL;
}

/* The field in the united map, seen from one side that has it. */
static void
unite_field (EnlaceType            *out,
             const EnlaceTypeField *field,
             EnlaceType            *other)
{
  const EnlaceTypeField *same = enlace_type_find_field (other, field->name);
  g_autoptr(EnlaceType) type = NULL;

  if (same != NULL)
    type = enlace_type_unite (field->type, same->type);
  else if (other->rest != ENLACE_TYPE_OPEN)
    type = enlace_type_ref (field->type);
  else if (other->others != NULL)
    type = enlace_type_unite (field->type, other->others);
  else
    type = enlace_type_new_any (field->type->from_json || other->from_json);

  enlace_type_add_field (out, field->name, type, same != NULL && field->required && same->required);
}

static void
unite_maps (EnlaceType *out,
            EnlaceType *a,
            EnlaceType *b)
{
  out->rest = MIN (a->rest, b->rest);
  if (a->rest == ENLACE_TYPE_OPEN && b->rest == ENLACE_TYPE_OPEN)
    out->others = unite_parts (a->others, TRUE, b->others, TRUE);
  else
    out->others = ref_nullable (a->rest == ENLACE_TYPE_OPEN ? a->others : b->others);

  for (guint i = 0; i < enlace_type_get_n_fields (a); i++)
    unite_field (out, enlace_type_get_field (a, i), b);
  for (guint i = 0; i < enlace_type_get_n_fields (b); i++)
    if (enlace_type_find_field (a, enlace_type_get_field (b, i)->name) == NULL)
      unite_field (out, enlace_type_get_field (b, i), a);
}

static void
copy_map (EnlaceType *out,
          EnlaceType *from)
{
  out->rest = from->rest;
  out->others = ref_nullable (from->others);
  for (guint i = 0; i < enlace_type_get_n_fields (from); i++)
    {
      const EnlaceTypeField *field = enlace_type_get_field (from, i);

      enlace_type_add_field (out, field->name, field->type, field->required);
    }
}

static gboolean
has_kind (const EnlaceType *self,
          EnlaceKind        kind)
{
  return (self->kinds & ENLACE_KIND_MASK (kind)) != 0;
}

EnlaceType *
enlace_type_unite (EnlaceType *a,
                   EnlaceType *b)
{
  EnlaceType *out;

  if (a == b)
    return enlace_type_ref (a);

  out = enlace_type_new (a->kinds | b->kinds);
  out->from_json = a->from_json || b->from_json;
  out->element = unite_parts (a->element, has_kind (a, ENLACE_KIND_LIST), b->element, has_kind (b, ENLACE_KIND_LIST));
  out->held = unite_parts (a->held, has_kind (a, ENLACE_KIND_OPTIONAL), b->held, has_kind (b, ENLACE_KIND_OPTIONAL));

  if (has_kind (a, ENLACE_KIND_MAP) && has_kind (b, ENLACE_KIND_MAP))
    unite_maps (out, a, b);
  else if (has_kind (a, ENLACE_KIND_MAP) || has_kind (b, ENLACE_KIND_MAP))
    copy_map (out, has_kind (a, ENLACE_KIND_MAP) ? a : b);

  return out;
}

EnlaceType *
enlace_type_ref (EnlaceType *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
enlace_type_unref (EnlaceType *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;

  g_clear_pointer (&self->element, enlace_type_unref);
  g_clear_pointer (&self->held, enlace_type_unref);
  g_clear_pointer (&self->others, enlace_type_unref);
  g_clear_pointer (&self->fields, g_ptr_array_unref);
  g_free (self);
}

guint
enlace_type_get_kinds (const EnlaceType *self)
{
  return self->kinds;
}

gboolean
enlace_type_is_any (const EnlaceType *self)
{
  return self->kinds == ENLACE_KINDS_ANY;
}

gboolean
enlace_type_is_from_json (const EnlaceType *self)
{
  return self->from_json;
}

EnlaceType *
enlace_type_get_element (const EnlaceType *self)
{
  return self->element;
}

EnlaceType *
enlace_type_get_held (const EnlaceType *self)
{
  return self->held;
}

EnlaceType *
enlace_type_get_others (const EnlaceType *self)
{
  return self->others;
}

EnlaceTypeRest
enlace_type_get_rest (const EnlaceType *self)
{
  return self->rest;
}

guint
enlace_type_get_n_fields (const EnlaceType *self)
{
  return self->fields != NULL ? self->fields->len : 0;
}

const EnlaceTypeField *
enlace_type_get_field (const EnlaceType *self,
                       guint             index)
{
  return self->fields->pdata[index];
}

const EnlaceTypeField *
enlace_type_find_field (const EnlaceType *self,
                        const char       *name)
{
  for (guint i = 0; i < enlace_type_get_n_fields (self); i++)
    if (strcmp (enlace_type_get_field (self, i)->name, name) == 0)
      return enlace_type_get_field (self, i);

  return NULL;
}

char *
enlace_type_describe (const EnlaceType *self)
{
  static const char *const words[] = {
    "null", "a bool", "an int", "a uint", "a double", "a text", "bytes", "a list", "a map", "a timestamp", "a duration", "a type", "an optional",
  };
  g_autoptr(GString) text = g_string_new (NULL);
  guint kinds = self->kinds;

  if (kinds == ENLACE_KINDS_ANY)
    return g_strdup ("anything");
  if ((kinds & ENLACE_KINDS_NUMBER) == ENLACE_KINDS_NUMBER)
    {
      g_string_append (text, "a number");
      kinds &= ~ENLACE_KINDS_NUMBER;
    }

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (kinds & (1u << i))
      g_string_append_printf (text, "%s%s", text->len > 0 ? " or " : "", words[i]);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

void
enlace_type_set_element (EnlaceType *self,
                         EnlaceType *element)
{
  g_clear_pointer (&self->element, enlace_type_unref);
  self->element = ref_nullable (element);
}

void
enlace_type_set_rest (EnlaceType     *self,
                      EnlaceTypeRest  rest,
                      EnlaceType     *others)
{
  g_clear_pointer (&self->others, enlace_type_unref);
  self->rest = rest;
  self->others = ref_nullable (others);
}

void
enlace_type_set_from_json (EnlaceType *self)
{
  self->from_json = TRUE;
}
