/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include "common/expression/completion-private.h"

/* Enough for a path and a function or two: what is typed is looked at with each key. */
#define LOOK_COST 50000

/* Macros with variables, and how many they may have. */
static const struct
{
  const char *name;
  guint n_variables;
} macros[] = {
  { "all", 2 }, { "avg", 1 }, { "countBy", 1 }, { "exists", 2 }, { "existsOne", 2 }, { "exists_one", 1 }, { "filter", 1 }, { "groupBy", 1 },
  { "keyBy", 1 }, { "map", 1 }, { "max", 1 }, { "min", 1 }, { "optFlatMap", 1 }, { "optMap", 1 }, { "sortBy", 1 },
  { "sum", 1 }, { "transformList", 2 }, { "transformMap", 2 }, { "transformMapEntry", 2 },
};

static EnlaceType *
look_up_type (const EnlaceTypeScope *scope,
              const char            *name)
{
  EnlaceSurroundings *self = (EnlaceSurroundings *) scope;
  EnlaceType *local = g_hash_table_lookup (self->locals, name);
  const EnlaceTypeField *field = local == NULL && self->names != NULL ? enlace_type_find_field (self->names, name) : NULL;

  if (local != NULL)
    return enlace_type_ref (local);

  return field != NULL ? enlace_type_ref (field->type) : NULL;
}

void
enlace_surroundings_init (EnlaceSurroundings *self,
                          EnlaceValue        *sample,
                          EnlaceValue        *schema)
{
  g_autoptr(EnlaceMapBuilder) nothing = enlace_map_builder_new ();

  *self = (EnlaceSurroundings) { .scope = { look_up_type, NULL } };
  self->values = sample != NULL ? enlace_value_ref (sample) : enlace_map_builder_end (nothing);
  self->names = schema != NULL ? enlace_type_new_for_schema (schema, NULL, FALSE) : NULL;
  self->locals = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) enlace_type_unref);
}

void
enlace_surroundings_clear (EnlaceSurroundings *self)
{
  g_clear_pointer (&self->values, enlace_value_unref);
  g_clear_pointer (&self->names, enlace_type_unref);
  g_clear_pointer (&self->locals, g_hash_table_unref);
}

void
enlace_surroundings_look (EnlaceSurroundings  *self,
                          const char          *text,
                          EnlaceValue        **value,
                          EnlaceType         **type)
{
  g_autoptr(EnlaceExpression) expression = enlace_expression_compile (text, -1, NULL);
  guint64 cost = LOOK_COST;
  EnlaceMapScope scope;

  *value = NULL;
  *type = NULL;
  if (expression == NULL)
    return;

  enlace_map_scope_init (&scope, self->values);
  *value = enlace_expression_evaluate (expression, &scope.scope, &cost, NULL);
  *type = enlace_expression_infer (expression, &self->scope, NULL, NULL);
}

/* Takes both. */
static void
bind_variable (EnlaceSurroundings *self,
               const char         *name,
               EnlaceValue        *value,
               EnlaceType         *type)
{
  EnlaceValue *values = enlace_value_with_member (self->values, name, value);

  enlace_value_unref (self->values);
  self->values = values;
  if (value != NULL)
    enlace_value_unref (value);
  g_hash_table_replace (self->locals, g_strdup (name), type != NULL ? type : enlace_type_new_any (FALSE));
}

static EnlaceType *
ref_type (EnlaceType *type)
{
  return type != NULL ? enlace_type_ref (type) : NULL;
}

static EnlaceValue *
ref_value (EnlaceValue *value)
{
  return value != NULL ? enlace_value_ref (value) : NULL;
}

/* One name is an element or a key; two are index and element, or key and member. The sample's first stands for all. */
static void
bind_elements (EnlaceSurroundings *self,
               char              **names,
               guint               n_names,
               EnlaceValue        *range,
               EnlaceType         *type)
{
  EnlaceKind kind = range != NULL ? enlace_value_get_kind (range) : ENLACE_KIND_NULL;
  gboolean any = (kind == ENLACE_KIND_LIST || kind == ENLACE_KIND_MAP) && enlace_value_get_length (range) > 0;
  gboolean is_map = kind == ENLACE_KIND_MAP || (range == NULL && type != NULL && enlace_type_get_kinds (type) == ENLACE_KIND_MASK (ENLACE_KIND_MAP));
  EnlaceType *element = type != NULL ? (is_map ? enlace_type_get_others (type) : enlace_type_get_element (type)) : NULL;
  EnlaceType *text = is_map ? enlace_type_new (ENLACE_KIND_MASK (ENLACE_KIND_STRING)) : NULL;
  EnlaceValue *value = NULL, *key = NULL;

  if (any)
    {
      value = is_map ? enlace_value_get_member_value (range, 0) : enlace_value_get_element (range, 0);
      key = is_map ? enlace_value_ref (enlace_value_get_key (range, 0)) : enlace_value_new_int (0);
    }
  if (n_names == 2)
    {
      bind_variable (self, names[0], g_steal_pointer (&key), text != NULL ? text : enlace_type_new (ENLACE_KIND_MASK (ENLACE_KIND_INT)));
      bind_variable (self, names[1], ref_value (value), ref_type (element));
    }
  else if (is_map)
    bind_variable (self, names[0], g_steal_pointer (&key), text);
  else
    bind_variable (self, names[0], ref_value (value), ref_type (element));
  g_clear_pointer (&key, enlace_value_unref);
}

static void
bind_held (EnlaceSurroundings *self,
           const char         *name,
           EnlaceValue        *optional,
           EnlaceType         *type)
{
  EnlaceValue *held = optional != NULL ? enlace_value_get_optional (optional) : NULL;

  bind_variable (self, name, ref_value (held), type != NULL ? ref_type (enlace_type_get_held (type)) : NULL);
}

/* The finished arguments of an opening that are a simple name, from the first on. */
static GPtrArray *
list_names (const EnlacePlaceInfo *place,
            const EnlaceOpening   *opening,
            guint                  most)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  guint first = opening->token + 1;

  for (guint i = 0; i < opening->commas->len && i < most; i++)
    {
      guint comma = g_array_index (opening->commas, guint, i);

      if (comma != first + 1 || enlace_place_get_type (place, first) != ENLACE_TOKEN_IDENTIFIER)
        break;
      g_ptr_array_add (names, enlace_place_dup_text (place, first, comma));
      first = comma + 1;
    }

  return names;
}

static void
enter_bind (EnlaceSurroundings    *self,
            const EnlacePlaceInfo *place,
            const EnlaceOpening   *opening)
{
  g_autoptr(GPtrArray) names = list_names (place, opening, 1);
  g_autofree char *text = NULL;
  EnlaceValue *value;
  EnlaceType *type;
  guint start, end;

  if (names->len == 0 || opening->commas->len < 2)
    return;
  start = g_array_index (opening->commas, guint, 0) + 1;
  end = g_array_index (opening->commas, guint, 1);
  if (start == end)
    return;

  text = enlace_place_dup_text (place, start, end);
  enlace_surroundings_look (self, text, &value, &type);
  bind_variable (self, names->pdata[0], value, type);
}

static void
enter_macro (EnlaceSurroundings    *self,
             const EnlacePlaceInfo *place,
             const EnlaceOpening   *opening,
             const char            *name,
             const char            *range_text)
{
  g_autoptr(GPtrArray) names = NULL;
  g_autoptr(EnlaceValue) range = NULL;
  g_autoptr(EnlaceType) type = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (macros); i++)
    if (g_str_equal (macros[i].name, name))
      names = list_names (place, opening, macros[i].n_variables);
  if (names == NULL || names->len == 0)
    return;

  enlace_surroundings_look (self, range_text, &range, &type);
  if (g_str_has_prefix (name, "opt"))
    bind_held (self, names->pdata[0], range, type);
  else
    bind_elements (self, (char **) names->pdata, names->len, range, type);
}

void
enlace_surroundings_enter (EnlaceSurroundings    *self,
                           const EnlacePlaceInfo *place)
{
  /* What is nested deeper is no expression. */
  for (guint i = MAX (place->openings->len, ENLACE_EXPRESSION_MAX_DEPTH) - ENLACE_EXPRESSION_MAX_DEPTH; i < place->openings->len; i++)
    {
      const EnlaceOpening *opening = &g_array_index (place->openings, EnlaceOpening, i);
      guint token = opening->token, first;
      g_autofree char *name = NULL;
      g_autofree char *range = NULL;

      if (enlace_place_get_type (place, token) != ENLACE_TOKEN_PAREN_OPEN || token < 3
          || enlace_place_get_type (place, token - 1) != ENLACE_TOKEN_IDENTIFIER || enlace_place_get_type (place, token - 2) != ENLACE_TOKEN_DOT)
        continue;
      if ((first = enlace_place_find_operand (place, token - 3)) == G_MAXUINT)
        continue;
      name = enlace_place_dup_text (place, token - 1, token);
      range = enlace_place_dup_text (place, first, token - 2);
      if (g_str_equal (range, "cel") && g_str_equal (name, "bind"))
        enter_bind (self, place, opening);
      else
        enter_macro (self, place, opening, name, range);
    }
}
