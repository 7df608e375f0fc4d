/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include <stdarg.h>
#include <string.h>

#include "common/expression/type-private.h"
#include "common/expression/typecheck-private.h"

#define BOOL ENLACE_KIND_MASK (ENLACE_KIND_BOOL)
#define LIST ENLACE_KIND_MASK (ENLACE_KIND_LIST)
#define MAP  ENLACE_KIND_MASK (ENLACE_KIND_MAP)
#define OPTIONAL ENLACE_KIND_MASK (ENLACE_KIND_OPTIONAL)

/* Of an expression without names: whether it always fails is tried out. */
#define CONSTANT_COST 10000

gboolean
enlace_type_may_be (const EnlaceType *type,
                    guint             kinds)
{
  return (enlace_type_get_kinds (type) & kinds) != 0;
}

EnlaceType *
enlace_infer_fail (EnlaceInference *self,
                   guint            start,
                   guint            end,
                   const char      *format,
                   ...)
{
  g_autofree char *detail = NULL;
  va_list args;

  if (self->func != NULL)
    {
      va_start (args, format);
      detail = g_strdup_vprintf (format, args);
      va_end (args);
      self->func (ENLACE_FINDING_PROBLEM, detail, start, end, self->data);
    }

  return enlace_type_new_any (FALSE);
}

void
enlace_infer_warn (EnlaceInference *self,
                   guint            start,
                   guint            end,
                   const char      *format,
                   ...)
{
  g_autofree char *detail = NULL;
  va_list args;

  if (self->func == NULL)
    return;

  va_start (args, format);
  detail = g_strdup_vprintf (format, args);
  va_end (args);
  self->func (ENLACE_FINDING_WARNING, detail, start, end, self->data);
}

/* A part that has to be a bool, for what is said of it. */
static void
expect_bool (EnlaceInference  *self,
             const EnlaceNode *node,
             const char       *what)
{
  g_autoptr(EnlaceType) type = enlace_infer_node (self, node);
  g_autofree char *words = NULL;

  if (enlace_type_may_be (type, BOOL))
    return;

  words = enlace_type_describe (type);
  enlace_type_unref (enlace_infer_fail (self, node->start, node->end, "%s is a bool, but this is %s", what, words));
}

static EnlaceType *
infer_logic (EnlaceInference  *self,
             const EnlaceNode *node)
{
  self->n_absorbing++;
  for (guint i = 0; i < node->n; i++)
    expect_bool (self, node->chain.operands[i], node->type == ENLACE_NODE_AND ? "Each side of “&&”" : "Each side of “||”");
  self->n_absorbing--;

  return enlace_type_new (BOOL);
}

static EnlaceType *
infer_negation (EnlaceInference  *self,
                const EnlaceNode *node)
{
  g_autoptr(EnlaceType) type = enlace_infer_node (self, node->operand);
  guint kinds = enlace_type_get_kinds (type) & (ENLACE_KIND_MASK (ENLACE_KIND_INT) | ENLACE_KIND_MASK (ENLACE_KIND_DOUBLE));
  g_autofree char *words = NULL;
  EnlaceType *out;

  if (kinds == 0)
    {
      words = enlace_type_describe (type);
      return enlace_infer_fail (self, node->start, node->end, "“-” takes a number, but this is %s", words);
    }

  out = enlace_type_new (kinds);
  if (enlace_type_is_from_json (type))
    enlace_type_set_from_json (out);

  return out;
}

static EnlaceType *
infer_conditional (EnlaceInference  *self,
                   const EnlaceNode *node)
{
  g_autoptr(EnlaceType) then = NULL;
  g_autoptr(EnlaceType) otherwise = NULL;

  expect_bool (self, node->chain.operands[0], "What stands before “?”");
  then = enlace_infer_node (self, node->chain.operands[1]);
  otherwise = enlace_infer_node (self, node->chain.operands[2]);

  return enlace_type_unite (then, otherwise);
}

/* `?x` in a list or map: what the optional holds, if it holds something. */
static EnlaceType *
infer_item (EnlaceInference  *self,
            const EnlaceNode *node,
            gboolean          optional)
{
  g_autoptr(EnlaceType) type = enlace_infer_node (self, node);
  g_autofree char *words = NULL;
  EnlaceType *held;

  if (!optional)
    return g_steal_pointer (&type);
  if (!enlace_type_may_be (type, OPTIONAL))
    {
      words = enlace_type_describe (type);
      return enlace_infer_fail (self, node->start, node->end, "What stands behind “?” is an optional, but this is %s", words);
    }

  held = enlace_type_get_held (type);
  return held != NULL ? enlace_type_ref (held) : enlace_type_new_any (FALSE);
}

static EnlaceType *
infer_list (EnlaceInference  *self,
            const EnlaceNode *node)
{
  g_autoptr(EnlaceType) element = NULL;

  for (guint i = 0; i < node->n; i++)
    {
      g_autoptr(EnlaceType) type = infer_item (self, node->list.items[i], node->list.optional != NULL && node->list.optional[i]);
      EnlaceType *united = element != NULL ? enlace_type_unite (element, type) : enlace_type_ref (type);

      g_clear_pointer (&element, enlace_type_unref);
      element = united;
    }

  return enlace_type_new_list (element);
}

/* With keys that are constant texts it is a record; otherwise nothing is said of its members. */
static EnlaceType *
infer_map (EnlaceInference  *self,
           const EnlaceNode *node)
{
  g_autoptr(EnlaceType) record = enlace_type_new_map (ENLACE_TYPE_CLOSED, NULL);
  gboolean is_record = TRUE;

  for (guint i = 0; i < node->n; i++)
    {
      const EnlaceNode *key = node->list.items[2 * i];
      gboolean optional = node->list.optional != NULL && node->list.optional[i];
      g_autoptr(EnlaceType) key_type = enlace_infer_node (self, key);
      g_autoptr(EnlaceType) type = infer_item (self, node->list.items[2 * i + 1], optional);
      const char *name = key->type == ENLACE_NODE_CONSTANT ? enlace_value_get_string (key->constant) : NULL;

      is_record = is_record && name != NULL;
      if (is_record)
        enlace_type_add_field (record, name, type, !optional);
    }

  return is_record ? g_steal_pointer (&record) : enlace_type_new_map (ENLACE_TYPE_OPEN, NULL);
}

static EnlaceType *
ref_or_any (EnlaceType *type)
{
  return type != NULL ? enlace_type_ref (type) : enlace_type_new_any (FALSE);
}

/* What one of the members of a map may be. */
static EnlaceType *
unite_members (EnlaceType *map)
{
  g_autoptr(EnlaceType) type = NULL;

  if (enlace_type_get_n_fields (map) == 0 || enlace_type_get_rest (map) == ENLACE_TYPE_OPEN)
    return enlace_type_get_n_fields (map) == 0 && enlace_type_get_others (map) != NULL ? enlace_type_ref (enlace_type_get_others (map))
                                                                                      : enlace_type_new_any (enlace_type_is_from_json (map));

  for (guint i = 0; i < enlace_type_get_n_fields (map); i++)
    {
      EnlaceType *field = enlace_type_get_field (map, i)->type;
      EnlaceType *united = type != NULL ? enlace_type_unite (type, field) : enlace_type_ref (field);

      g_clear_pointer (&type, enlace_type_unref);
      type = united;
    }

  return g_steal_pointer (&type);
}

/* The types of the variables: element, or key of a map; with two, index and element, or key and member. */
static void
bind_variables (const EnlaceNode  *node,
                EnlaceType        *range,
                EnlaceType       **first,
                EnlaceType       **second)
{
  gboolean two = node->comprehension.second != NULL;
  gboolean list = enlace_type_may_be (range, LIST), map = enlace_type_may_be (range, MAP);
  g_autoptr(EnlaceType) element = enlace_type_get_element (range) != NULL ? enlace_type_ref (enlace_type_get_element (range))
                                                                          : enlace_type_new_any (enlace_type_is_from_json (range));

  if (list && !map)
    {
      *first = two ? enlace_type_new (ENLACE_KIND_MASK (ENLACE_KIND_INT)) : enlace_type_ref (element);
      *second = two ? enlace_type_ref (element) : NULL;
    }
  else if (map && !list)
    {
      /* Of keys nothing is kept but that those of a record are texts. */
      *first = enlace_type_get_n_fields (range) > 0 && enlace_type_get_rest (range) == ENLACE_TYPE_CLOSED
               ? enlace_type_new (ENLACE_KIND_MASK (ENLACE_KIND_STRING)) : enlace_type_new_any (FALSE);
      *second = two ? unite_members (range) : NULL;
    }
  else
    {
      *first = enlace_type_new_any (enlace_type_is_from_json (range));
      *second = two ? enlace_type_new_any (enlace_type_is_from_json (range)) : NULL;
    }
}

static EnlaceType *
end_comprehension (const EnlaceNode *node,
                   EnlaceType       *range,
                   EnlaceType       *first,
                   EnlaceType       *result)
{
  switch (node->op)
    {
    case ENLACE_COMPREHENSION_ALL:
    case ENLACE_COMPREHENSION_EXISTS:
    case ENLACE_COMPREHENSION_EXISTS_ONE:
      return enlace_type_new (BOOL);

    case ENLACE_COMPREHENSION_FILTER:
      return enlace_type_new_list (first);

    case ENLACE_COMPREHENSION_MAP:
    case ENLACE_COMPREHENSION_TRANSFORM_LIST:
      return enlace_type_new_list (result);

    case ENLACE_COMPREHENSION_TRANSFORM_MAP:
      return enlace_type_new_map (ENLACE_TYPE_OPEN, result);

    case ENLACE_COMPREHENSION_SORT_BY:
      return enlace_type_new_list (enlace_type_get_element (range));

    case ENLACE_COMPREHENSION_TRANSFORM_MAP_ENTRY:
    default:
      return enlace_type_new_map (ENLACE_TYPE_OPEN, NULL);
    }
}

static EnlaceType *
infer_comprehension (EnlaceInference  *self,
                     const EnlaceNode *node)
{
  g_autoptr(EnlaceType) range = enlace_infer_node (self, node->comprehension.range);
  g_autoptr(EnlaceType) first = NULL;
  g_autoptr(EnlaceType) second = NULL;
  g_autoptr(EnlaceType) result = NULL;
  g_autofree char *words = NULL;

  if (!enlace_type_may_be (range, LIST | MAP))
    {
      words = enlace_type_describe (range);
      return enlace_infer_fail (self, node->comprehension.range->start, node->comprehension.range->end,
                                "This goes through a list or a map, but here is %s", words);
    }

  bind_variables (node, range, &first, &second);
  self->locals[node->comprehension.slot] = first;
  if (second != NULL)
    self->locals[node->comprehension.slot + 1] = second;
  if (node->comprehension.condition != NULL)
    expect_bool (self, node->comprehension.condition, "The condition");
  if (node->comprehension.result != NULL)
    result = enlace_infer_node (self, node->comprehension.result);

  return end_comprehension (node, range, first, result);
}

static EnlaceType *
infer_binding (EnlaceInference  *self,
               const EnlaceNode *node)
{
  g_autoptr(EnlaceType) value = enlace_infer_node (self, node->comprehension.range);
  g_autoptr(EnlaceType) bound = NULL;
  g_autoptr(EnlaceType) nothing = NULL;
  g_autoptr(EnlaceType) result = NULL;
  g_autofree char *words = NULL;

  if (node->op == ENLACE_BINDING_PLAIN)
    bound = enlace_type_ref (value);
  else if (enlace_type_may_be (value, OPTIONAL))
    bound = ref_or_any (enlace_type_get_held (value));
  else
    {
      words = enlace_type_describe (value);
      return enlace_infer_fail (self, node->start, node->end, "“%s” is called on an optional, not on %s",
                                node->op == ENLACE_BINDING_MAP ? "optMap" : "optFlatMap", words);
    }

  self->locals[node->comprehension.slot] = bound;
  result = enlace_infer_node (self, node->comprehension.result);

  if (node->op == ENLACE_BINDING_PLAIN)
    return g_steal_pointer (&result);
  if (node->op == ENLACE_BINDING_MAP)
    return enlace_type_new_optional (result);

  nothing = enlace_type_new (OPTIONAL);
  return enlace_type_unite (nothing, result);
}

static EnlaceType *
infer_local (EnlaceInference  *self,
             const EnlaceNode *node)
{
  return ref_or_any (self->locals[node->local]);
}

EnlaceType *
enlace_infer_node (EnlaceInference  *self,
                   const EnlaceNode *node)
{
  switch ((EnlaceNodeType) node->type)
    {
    case ENLACE_NODE_CONSTANT:
      return enlace_type_new_for_value (node->constant);
    case ENLACE_NODE_NAME:
      return enlace_infer_name (self, node);
    case ENLACE_NODE_LOCAL:
      return infer_local (self, node);
    case ENLACE_NODE_PATH:
      return enlace_infer_path (self, node);
    case ENLACE_NODE_HAS:
      return enlace_infer_has (self, node);
    case ENLACE_NODE_NOT:
      expect_bool (self, node->operand, "What “!” turns round");
      return enlace_type_new (BOOL);
    case ENLACE_NODE_NEGATE:
      return infer_negation (self, node);
    case ENLACE_NODE_CHAIN:
      return enlace_infer_chain (self, node);
    case ENLACE_NODE_AND:
    case ENLACE_NODE_OR:
      return infer_logic (self, node);
    case ENLACE_NODE_CONDITIONAL:
      return infer_conditional (self, node);
    case ENLACE_NODE_LIST:
      return infer_list (self, node);
    case ENLACE_NODE_MAP:
      return infer_map (self, node);
    case ENLACE_NODE_CALL:
      return enlace_infer_call (self, node);
    case ENLACE_NODE_COMPREHENSION:
      return infer_comprehension (self, node);
    case ENLACE_NODE_BIND:
      return infer_binding (self, node);
    default:
      g_assert_not_reached ();
    }
}

/* Without names there is nothing that it depends on: if it fails now, it always does. */
static void
try_constant (EnlaceInference *self)
{
  guint64 cost = CONSTANT_COST;
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) value = NULL;

  if (self->func == NULL || self->expression->n_names > 0)
    return;

  value = enlace_expression_evaluate (self->expression, NULL, &cost, &error);
  if (value == NULL && !g_error_matches (error, ENLACE_EXPRESSION_ERROR, ENLACE_EXPRESSION_ERROR_COST))
    enlace_type_unref (enlace_infer_fail (self, 0, self->expression->length, "This always fails: %s", error->message));
}

typedef struct {
  EnlaceFindingFunc func;
  gpointer data;
  gboolean found;
} Relay;

static void
relay_cb (EnlaceFindingLevel  level,
          const char         *detail,
          guint               start,
          guint               end,
          gpointer            data)
{
  Relay *relay = data;

  relay->found |= level == ENLACE_FINDING_PROBLEM;
  relay->func (level, detail, start, end, relay->data);
}

/* The paths that the expression asks for, has(path). */
static void
note_asked (EnlaceNode *node,
            gpointer    data)
{
  EnlaceInference *self = data;

  if (node->type == ENLACE_NODE_HAS)
    g_hash_table_add (self->asked, g_strndup (self->expression->text + node->operand->start, node->operand->end - node->operand->start));
  enlace_node_foreach (node, note_asked, data);
}

EnlaceType *
enlace_expression_infer (EnlaceExpression      *self,
                         const EnlaceTypeScope *scope,
                         EnlaceFindingFunc      func,
                         gpointer               data)
{
  Relay relay = { func, data, FALSE };
  g_autofree EnlaceInference *inference = NULL;
  EnlaceType *type;

  g_return_val_if_fail (self != NULL, NULL);

  inference = g_new0 (EnlaceInference, 1);
  inference->expression = self;
  inference->scope = scope;
  inference->func = func != NULL ? relay_cb : NULL;
  inference->data = &relay;
  inference->asked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  note_asked (self->root, inference);
  type = enlace_infer_node (inference, self->root);
  if (!relay.found)
    try_constant (inference);
  g_hash_table_unref (inference->asked);

  return type;
}
