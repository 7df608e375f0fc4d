/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include <string.h>

#include "common/expression/type-private.h"
#include "common/value/json.h"

/* From JSON Schemas to types. A keyword narrows a type only where it does so for certain. */

#define MAX_DEPTH 24
#define MAX_SCHEMAS 5000

typedef struct {
  EnlaceValue *root;
  gboolean sampled;
  guint n_schemas;                /* looked at so far: a small schema may unfold into a large type */
} Reader;

static EnlaceType *read_schema (Reader      *self,
                                EnlaceValue *schema,
                                guint        depth);

static guint
kinds_of_name (const char *name)
{
  static const struct { const char *name; guint kinds; } types[] = {
    { "null", ENLACE_KIND_MASK (ENLACE_KIND_NULL) },
    { "boolean", ENLACE_KIND_MASK (ENLACE_KIND_BOOL) },
    /* 1.0 is an integer to a schema, and a double to an expression. */
    { "integer", ENLACE_KINDS_NUMBER },
    { "number", ENLACE_KINDS_NUMBER },
    { "string", ENLACE_KIND_MASK (ENLACE_KIND_STRING) },
    { "array", ENLACE_KIND_MASK (ENLACE_KIND_LIST) },
    { "object", ENLACE_KIND_MASK (ENLACE_KIND_MAP) },
  };

  for (gsize i = 0; name != NULL && i < G_N_ELEMENTS (types); i++)
    if (strcmp (types[i].name, name) == 0)
      return types[i].kinds;

  return ENLACE_KINDS_ANY;
}

static guint
kinds_of_value (const EnlaceValue *value)
{
  guint kind = ENLACE_KIND_MASK (enlace_value_get_kind (value));

  return kind & ENLACE_KINDS_NUMBER ? ENLACE_KINDS_NUMBER : kind;
}

static guint
read_kinds (EnlaceValue *schema)
{
  EnlaceValue *type = enlace_value_get_member (schema, "type");
  EnlaceValue *choices = enlace_value_get_member (schema, "enum");
  EnlaceValue *constant = enlace_value_get_member (schema, "const");
  guint kinds = 0, chosen = 0;

  if (type == NULL)
    kinds = ENLACE_KINDS_ANY;
  else if (enlace_value_get_kind (type) == ENLACE_KIND_STRING)
    kinds = kinds_of_name (enlace_value_get_string (type));
  for (gsize i = 0; i < enlace_value_get_length (type); i++)
    kinds |= kinds_of_name (enlace_value_get_string (enlace_value_get_element (type, i)));

  for (gsize i = 0; i < enlace_value_get_length (choices); i++)
    chosen |= kinds_of_value (enlace_value_get_element (choices, i));
  if (chosen != 0)
    kinds &= chosen;
  if (constant != NULL)
    kinds &= kinds_of_value (constant);

  /* OpenAPI 3.0 says so beside the type. */
  if (enlace_value_get_member_bool (schema, "nullable", FALSE))
    kinds |= ENLACE_KIND_MASK (ENLACE_KIND_NULL);

  return kinds != 0 ? kinds : ENLACE_KINDS_ANY;
}

static gboolean
lists_name (EnlaceValue *names,
            const char  *name)
{
  for (gsize i = 0; i < enlace_value_get_length (names); i++)
    if (g_strcmp0 (enlace_value_get_string (enlace_value_get_element (names, i)), name) == 0)
      return TRUE;

  return FALSE;
}

static void
read_members (Reader      *self,
              EnlaceType  *type,
              EnlaceValue *schema,
              guint        depth)
{
  EnlaceValue *properties = enlace_value_get_member (schema, "properties");
  EnlaceValue *required = enlace_value_get_member (schema, "required");
  EnlaceValue *additional = enlace_value_get_member (schema, "additionalProperties");
  gboolean is_false = additional != NULL && enlace_value_get_kind (additional) == ENLACE_KIND_BOOL && !enlace_value_get_bool (additional);
  gboolean by_pattern = enlace_value_get_member (schema, "patternProperties") != NULL;

  for (gsize i = 0; properties != NULL && enlace_value_get_kind (properties) == ENLACE_KIND_MAP && i < enlace_value_get_length (properties); i++)
    {
      const char *name = enlace_value_get_string (enlace_value_get_key (properties, i));
      g_autoptr(EnlaceType) field = read_schema (self, enlace_value_get_member_value (properties, i), depth + 1);

      if (name != NULL)
        enlace_type_add_field (type, name, field, lists_name (required, name));
    }

  if (is_false && !by_pattern)
    enlace_type_set_rest (type, ENLACE_TYPE_CLOSED, NULL);
  else if (self->sampled && properties != NULL)
    enlace_type_set_rest (type, ENLACE_TYPE_SAMPLED, NULL);
  else if (additional != NULL && enlace_value_get_kind (additional) == ENLACE_KIND_MAP && !by_pattern)
    {
      g_autoptr(EnlaceType) others = read_schema (self, additional, depth + 1);

      enlace_type_set_rest (type, ENLACE_TYPE_OPEN, others);
    }
}

static void
read_elements (Reader      *self,
               EnlaceType  *type,
               EnlaceValue *schema,
               guint        depth)
{
  EnlaceValue *items = enlace_value_get_member (schema, "items");
  EnlaceValue *prefix = enlace_value_get_member (schema, "prefixItems");
  g_autoptr(EnlaceType) element = NULL;

  if (items == NULL)
    return;

  element = read_schema (self, items, depth + 1);
  for (gsize i = 0; i < enlace_value_get_length (prefix); i++)
    {
      g_autoptr(EnlaceType) next = read_schema (self, enlace_value_get_element (prefix, i), depth + 1);
      EnlaceType *united = enlace_type_unite (element, next);

      enlace_type_unref (element);
      element = united;
    }

  enlace_type_set_element (type, element);
}

static gboolean
says_something (EnlaceValue *schema)
{
  static const char *const keywords[] = {
    "type", "enum", "const", "properties", "required", "additionalProperties", "items", "$ref", "anyOf", "oneOf", "allOf", NULL,
  };

  for (gsize i = 0; keywords[i] != NULL; i++)
    if (enlace_value_get_member (schema, keywords[i]) != NULL)
      return TRUE;

  return FALSE;
}

/* Of several forms, all together. */
static EnlaceType *
read_choices (Reader      *self,
              EnlaceValue *choices,
              guint        depth)
{
  g_autoptr(EnlaceType) type = NULL;

  for (gsize i = 0; i < enlace_value_get_length (choices); i++)
    {
      g_autoptr(EnlaceType) next = read_schema (self, enlace_value_get_element (choices, i), depth + 1);
      EnlaceType *united = type != NULL ? enlace_type_unite (type, next) : enlace_type_ref (next);

      g_clear_pointer (&type, enlace_type_unref);
      type = united;
    }

  return type != NULL ? g_steal_pointer (&type) : enlace_type_new_any (TRUE);
}

/* The parts of an `allOf` that says something, put together: their fields, and the kinds that all of them allow. */
static void
add_part (EnlaceType *type,
          EnlaceType *part)
{
  for (guint i = 0; i < enlace_type_get_n_fields (part); i++)
    {
      const EnlaceTypeField *field = enlace_type_get_field (part, i);

      if (enlace_type_find_field (type, field->name) == NULL)
        enlace_type_add_field (type, field->name, field->type, field->required);
    }

  if (enlace_type_get_element (type) == NULL && enlace_type_get_element (part) != NULL)
    enlace_type_set_element (type, enlace_type_get_element (part));
}

static EnlaceType *
read_all (Reader      *self,
          EnlaceValue *schema,
          EnlaceValue *parts,
          guint        depth)
{
  g_autoptr(GPtrArray) types = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_type_unref);
  guint kinds = read_kinds (schema);
  EnlaceType *type;

  for (gsize i = 0; i < enlace_value_get_length (parts); i++)
    {
      g_ptr_array_add (types, read_schema (self, enlace_value_get_element (parts, i), depth + 1));
      kinds &= enlace_type_get_kinds (types->pdata[types->len - 1]);
    }

  type = enlace_type_new (kinds != 0 ? kinds : ENLACE_KINDS_ANY);
  enlace_type_set_from_json (type);
  read_members (self, type, schema, depth);
  read_elements (self, type, schema, depth);
  enlace_type_set_rest (type, ENLACE_TYPE_OPEN, NULL);
  for (guint i = 0; i < types->len; i++)
    add_part (type, types->pdata[i]);

  return type;
}

static EnlaceType *
read_reference (Reader      *self,
                const char  *reference,
                guint        depth)
{
  g_autofree char *pointer = reference[0] == '#' ? g_uri_unescape_string (reference + 1, NULL) : NULL;
  EnlaceValue *target = pointer != NULL ? enlace_json_pointer_get (self->root, pointer) : NULL;

  return target != NULL ? read_schema (self, target, depth + 1) : enlace_type_new_any (TRUE);
}

static EnlaceType *
read_schema (Reader      *self,
             EnlaceValue *schema,
             guint        depth)
{
  const char *reference = enlace_value_get_member_string (schema, "$ref", NULL);
  EnlaceValue *choices = enlace_value_get_member (schema, "anyOf");
  EnlaceValue *all = enlace_value_get_member (schema, "allOf");
  EnlaceType *type;

  if (depth >= MAX_DEPTH || ++self->n_schemas > MAX_SCHEMAS || !says_something (schema))
    return enlace_type_new_any (TRUE);
  if (reference != NULL)
    return read_reference (self, reference, depth);
  if (choices == NULL)
    choices = enlace_value_get_member (schema, "oneOf");
  if (all != NULL)
    return read_all (self, schema, all, depth);
  /* Beside a type, several forms mostly say which members are required together: the type alone is said for certain. */
  if (choices != NULL && enlace_value_get_member (schema, "type") == NULL && enlace_value_get_member (schema, "properties") == NULL)
    return read_choices (self, choices, depth);

  type = enlace_type_new (read_kinds (schema));
  enlace_type_set_from_json (type);
  read_members (self, type, schema, depth);
  read_elements (self, type, schema, depth);
  if (choices != NULL && enlace_type_get_rest (type) == ENLACE_TYPE_SAMPLED)
    enlace_type_set_rest (type, ENLACE_TYPE_OPEN, NULL);

  return type;
}

EnlaceType *
enlace_type_new_for_schema (EnlaceValue *schema,
                            EnlaceValue *root,
                            gboolean     sampled)
{
  Reader reader = { root != NULL ? root : schema, sampled, 0 };

  g_return_val_if_fail (schema != NULL, NULL);

  return read_schema (&reader, schema, 0);
}
