/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include "common/expression/evaluation.h"
#include "common/expression/function.h"

/* Names and locals beyond these are allocated. */
#define INLINE_NAMES  8
#define INLINE_LOCALS 4

static gboolean
not_a_bool (EnlaceEvaluation    *self,
            const char          *name,
            const EnlaceOperand *operand)
{
  return enlace_evaluation_fail (self, "“%s” takes a bool, not %s", name, enlace_operand_type_name (operand));
}

/* `&&` and `||` do not mind an operand that fails when another one decides. */
static gboolean G_GNUC_NO_INLINE
evaluate_logic (EnlaceEvaluation *self,
                const EnlaceNode *node,
                EnlaceOperand    *out)
{
  gboolean decisive = node->type == ENLACE_NODE_OR;
  EnlaceFailure first = { 0 };

  for (guint i = 0; i < node->n; i++)
    {
      gboolean ok = enlace_evaluate (self, node->chain.operands[i], out);

      if (ok && out->kind == ENLACE_KIND_BOOL && out->boolean == decisive)
        {
          enlace_failure_clear (&first);
          return TRUE;
        }
      if (ok)
        {
          ok = out->kind == ENLACE_KIND_BOOL || not_a_bool (self, decisive ? "||" : "&&", out);
          enlace_operand_clear (out);
        }
      if (ok)
        continue;
      if (first.set && self->failure.code != ENLACE_EXPRESSION_ERROR_COST)
        enlace_failure_clear (&self->failure);
      else
        {
          enlace_failure_clear (&first);
          first = self->failure;
          self->failure = (EnlaceFailure) { 0 };
        }
      if (first.code == ENLACE_EXPRESSION_ERROR_COST)
        break;
    }
  if (first.set)
    {
      self->failure = first;
      return FALSE;
    }
  enlace_operand_set_bool (out, !decisive);
  return TRUE;
}

static gboolean G_GNUC_NO_INLINE
evaluate_not (EnlaceEvaluation *self,
              const EnlaceNode *node,
              EnlaceOperand    *out)
{
  gboolean ok = enlace_evaluate (self, node->operand, out);

  if (!ok)
    return FALSE;
  if (out->kind != ENLACE_KIND_BOOL)
    {
      ok = not_a_bool (self, "!", out);
      enlace_operand_clear (out);
      return ok;
    }
  enlace_operand_clear (out);
  enlace_operand_set_bool (out, out->boolean ^ (node->n & 1));
  return TRUE;
}

static gboolean G_GNUC_NO_INLINE
evaluate_negate (EnlaceEvaluation *self,
                 const EnlaceNode *node,
                 EnlaceOperand    *out)
{
  gboolean odd = node->n & 1;
  gboolean ok = enlace_evaluate (self, node->operand, out);

  if (!ok)
    return FALSE;
  if (out->kind != ENLACE_KIND_INT && out->kind != ENLACE_KIND_DOUBLE)
    ok = enlace_evaluation_no_overload (self, "-", out, 1);
  else if (out->kind == ENLACE_KIND_INT && out->integer == G_MININT64)
    ok = enlace_evaluation_fail (self, "“-” passes the range of int");
  enlace_operand_clear (out);
  if (!ok)
    return FALSE;
  if (out->kind == ENLACE_KIND_INT)
    enlace_operand_set_int (out, odd ? -out->integer : out->integer);
  else
    enlace_operand_set_double (out, odd ? -out->number : out->number);
  return TRUE;
}

static gboolean G_GNUC_NO_INLINE
evaluate_chain (EnlaceEvaluation *self,
                const EnlaceNode *node,
                EnlaceOperand    *out)
{
  EnlaceOperand left, right;

  if (!enlace_evaluate (self, node->chain.operands[0], &left))
    return FALSE;
  for (guint i = 1; i < node->n; i++)
    {
      gboolean ok = enlace_evaluate (self, node->chain.operands[i], &right);

      if (ok)
        {
          ok = enlace_evaluate_operator (self, node->chain.operators[i], &left, &right, out);
          enlace_operand_clear (&right);
        }
      enlace_operand_clear (&left);
      if (!ok)
        return FALSE;
      left = *out;
    }
  return TRUE;
}

/* The branch to go on with, or NULL with a failure. */
static const EnlaceNode * G_GNUC_NO_INLINE
choose (EnlaceEvaluation *self,
        const EnlaceNode *node)
{
  EnlaceOperand condition;

  if (!enlace_evaluate (self, node->chain.operands[0], &condition))
    return NULL;
  if (condition.kind != ENLACE_KIND_BOOL)
    not_a_bool (self, "?:", &condition);
  enlace_operand_clear (&condition);
  if (condition.kind != ENLACE_KIND_BOOL)
    return NULL;
  return node->chain.operands[condition.boolean ? 1 : 2];
}

/* Takes an operand that stands in a list or map; a part that is a list or map itself is charged whole, since the result may
 * be written down with every part as often as it occurs. */
static EnlaceValue *
take_part (EnlaceEvaluation *self,
           EnlaceOperand    *part)
{
  if (part->value != NULL && !enlace_evaluation_charge_value (self, part->value))
    {
      enlace_operand_clear (part);
      return NULL;
    }
  return enlace_operand_box (part);
}

/* An entry with `?` before it: what the optional holds, or nothing. */
static gboolean
unwrap_optional (EnlaceEvaluation *self,
                 EnlaceOperand    *part,
                 gboolean         *present)
{
  EnlaceValue *value;

  *present = FALSE;
  if (part->kind != ENLACE_KIND_OPTIONAL)
    {
      enlace_evaluation_fail (self, "an entry with “?” takes an optional value, not %s", enlace_operand_type_name (part));
      enlace_operand_clear (part);
      return FALSE;
    }
  value = enlace_value_get_optional (part->value);
  if (value != NULL)
    enlace_operand_descend (part, value);
  else
    enlace_operand_clear (part);
  *present = value != NULL;
  return TRUE;
}

static gboolean G_GNUC_NO_INLINE
evaluate_list (EnlaceEvaluation *self,
               const EnlaceNode *node,
               EnlaceOperand    *out)
{
  g_autoptr(EnlaceListBuilder) builder = enlace_list_builder_new ();

  for (guint i = 0; i < node->n; i++)
    {
      gboolean present = TRUE;
      EnlaceValue *value;

      if (!enlace_evaluate (self, node->list.items[i], out))
        return FALSE;
      if (node->list.optional != NULL && node->list.optional[i] && !unwrap_optional (self, out, &present))
        return FALSE;
      if (!present)
        continue;
      if ((value = take_part (self, out)) == NULL)
        return FALSE;
      enlace_list_builder_take (builder, value);
    }
  enlace_operand_take (out, enlace_list_builder_end (builder));
  return TRUE;
}

static gboolean
is_key (EnlaceKind kind)
{
  return kind == ENLACE_KIND_BOOL || kind == ENLACE_KIND_INT || kind == ENLACE_KIND_UINT || kind == ENLACE_KIND_STRING;
}

static gboolean
insert_entry (EnlaceEvaluation *self,
              EnlaceMapBuilder *builder,
              EnlaceValue      *key,
              EnlaceOperand    *part)
{
  g_autoptr(EnlaceValue) value = NULL;

  if (!is_key (enlace_value_get_kind (key)))
    {
      enlace_operand_clear (part);
      return enlace_evaluation_fail (self, "the key of a map is a bool, int, uint or string, not %s",
                                     enlace_kind_type_name (enlace_value_get_kind (key)));
    }
  if ((value = take_part (self, part)) == NULL)
    return FALSE;
  if (!enlace_map_builder_insert (builder, key, value))
    return enlace_evaluation_fail (self, "a map has the same key twice");
  return TRUE;
}

static gboolean G_GNUC_NO_INLINE
evaluate_map (EnlaceEvaluation *self,
              const EnlaceNode *node,
              EnlaceOperand    *out)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  for (guint i = 0; i < node->n; i++)
    {
      g_autoptr(EnlaceValue) key = NULL;
      gboolean present = TRUE;

      if (!enlace_evaluate (self, node->list.items[2 * i], out))
        return FALSE;
      key = enlace_operand_box (out);
      if (!enlace_evaluate (self, node->list.items[2 * i + 1], out))
        return FALSE;
      if (node->list.optional != NULL && node->list.optional[i] && !unwrap_optional (self, out, &present))
        return FALSE;
      if (present && !insert_entry (self, builder, key, out))
        return FALSE;
    }
  enlace_operand_take (out, enlace_map_builder_end (builder));
  return TRUE;
}

static gboolean
call_with (EnlaceEvaluation *self,
           const EnlaceNode *node,
           EnlaceOperand    *arguments,
           EnlaceOperand    *out)
{
  gboolean ok = TRUE;
  guint n = 0;

  for (; ok && n < node->n; n++)
    ok = enlace_evaluate (self, node->call.arguments[n], &arguments[n]);
  if (!ok)
    n--;
  else if (node->call.function == NULL)
    ok = enlace_evaluation_fail (self, "there is no function “%s”", node->call.name);
  else
    ok = node->call.function->call (self, node, arguments, out);

  /* A result may be a part of an argument. */
  if (ok && !out->owned && out->value != NULL)
    enlace_operand_own (out);
  for (guint i = 0; i < n; i++)
    enlace_operand_clear (&arguments[i]);
  return ok;
}

static gboolean G_GNUC_NO_INLINE
evaluate_call_of_many (EnlaceEvaluation *self,
                       const EnlaceNode *node,
                       EnlaceOperand    *out)
{
  g_autofree EnlaceOperand *arguments = g_new (EnlaceOperand, node->n);

  return call_with (self, node, arguments, out);
}

static gboolean G_GNUC_NO_INLINE
evaluate_call (EnlaceEvaluation *self,
               const EnlaceNode *node,
               EnlaceOperand    *out)
{
  EnlaceOperand arguments[ENLACE_MAX_ARGUMENTS];

  if (node->call.function != NULL && node->call.function->lazy != NULL)
    return node->call.function->lazy (self, node, out);
  if (node->n > ENLACE_MAX_ARGUMENTS)
    return evaluate_call_of_many (self, node, out);
  return call_with (self, node, arguments, out);
}

/* What the variable of a binding stands for: the value, or what an optional holds. `absent` when it holds nothing. */
static gboolean
evaluate_bound (EnlaceEvaluation *self,
                const EnlaceNode *node,
                EnlaceOperand    *value,
                gboolean         *absent)
{
  EnlaceValue *held;

  *absent = FALSE;
  if (!enlace_evaluate (self, node->comprehension.range, value))
    return FALSE;
  if (node->op == ENLACE_BINDING_PLAIN)
    return TRUE;
  if (value->kind != ENLACE_KIND_OPTIONAL)
    {
      enlace_evaluation_no_overload (self, node->op == ENLACE_BINDING_MAP ? "optMap" : "optFlatMap", value, 1);
      enlace_operand_clear (value);
      return FALSE;
    }
  held = enlace_value_get_optional (value->value);
  *absent = held == NULL;
  if (held != NULL)
    enlace_operand_descend (value, held);
  return TRUE;
}

/* optMap gives its result back as an optional; that of optFlatMap must be one. */
static gboolean
finish_binding (EnlaceEvaluation *self,
                const EnlaceNode *node,
                EnlaceOperand    *out)
{
  g_autoptr(EnlaceValue) result = NULL;

  enlace_operand_own (out);
  if (node->op == ENLACE_BINDING_FLAT_MAP && out->kind != ENLACE_KIND_OPTIONAL)
    {
      enlace_evaluation_fail (self, "“optFlatMap” gives an optional, not %s", enlace_operand_type_name (out));
      enlace_operand_clear (out);
      return FALSE;
    }
  if (node->op == ENLACE_BINDING_MAP)
    {
      result = enlace_operand_box (out);
      enlace_operand_take (out, enlace_value_new_optional (result));
    }
  return TRUE;
}

static gboolean G_GNUC_NO_INLINE
evaluate_bind (EnlaceEvaluation *self,
               const EnlaceNode *node,
               EnlaceOperand    *out)
{
  EnlaceOperand value;
  gboolean ok, absent;

  /* Only when it is there may the local be written to: a binding inside the value has used it for its own. */
  if (!evaluate_bound (self, node, &value, &absent))
    return FALSE;
  if (absent)
    {
      *out = value;
      return TRUE;
    }
  self->locals[node->comprehension.slot] = value;
  ok = enlace_evaluate (self, node->comprehension.result, out) && finish_binding (self, node, out);
  enlace_operand_clear (&value);
  return ok;
}

static void
evaluate_local (EnlaceEvaluation *self,
                const EnlaceNode *node,
                EnlaceOperand    *out)
{
  *out = self->locals[node->local];
  out->owned = FALSE;
}

gboolean
enlace_evaluate (EnlaceEvaluation *self,
                 const EnlaceNode *node,
                 EnlaceOperand    *out)
{
  while (node->type == ENLACE_NODE_CONDITIONAL)
    {
      if (!enlace_evaluation_charge (self, 1) || (node = choose (self, node)) == NULL)
        return FALSE;
    }
  if (!enlace_evaluation_charge (self, 1))
    return FALSE;
  switch ((EnlaceNodeType) node->type)
    {
    case ENLACE_NODE_CONSTANT:
      enlace_operand_borrow (out, node->constant);
      return TRUE;
    case ENLACE_NODE_LOCAL:
      evaluate_local (self, node, out);
      return TRUE;
    case ENLACE_NODE_NAME:
      return enlace_evaluate_name (self, node, out);
    case ENLACE_NODE_PATH:
      return enlace_evaluate_path (self, node, out);
    case ENLACE_NODE_HAS:
      return enlace_evaluate_has (self, node, out);
    case ENLACE_NODE_NOT:
      return evaluate_not (self, node, out);
    case ENLACE_NODE_NEGATE:
      return evaluate_negate (self, node, out);
    case ENLACE_NODE_CHAIN:
      return evaluate_chain (self, node, out);
    case ENLACE_NODE_AND:
    case ENLACE_NODE_OR:
      return evaluate_logic (self, node, out);
    case ENLACE_NODE_LIST:
      return evaluate_list (self, node, out);
    case ENLACE_NODE_MAP:
      return evaluate_map (self, node, out);
    case ENLACE_NODE_CALL:
      return evaluate_call (self, node, out);
    case ENLACE_NODE_COMPREHENSION:
      return enlace_evaluate_comprehension (self, node, out);
    case ENLACE_NODE_BIND:
      return evaluate_bind (self, node, out);
    case ENLACE_NODE_CONDITIONAL:
    default:
      g_assert_not_reached ();
    }
}

static EnlaceValue *
run (EnlaceEvaluation  *self,
     GError           **error)
{
  EnlaceOperand result;

  if (enlace_evaluate (self, self->expression->root, &result))
    return enlace_operand_box (&result);
  enlace_evaluation_set_error (self, error);
  return NULL;
}

EnlaceValue *
enlace_expression_evaluate (EnlaceExpression   *self,
                            const EnlaceScope  *scope,
                            guint64            *cost,
                            GError            **error)
{
  EnlaceValue *inline_names[INLINE_NAMES] = { NULL };
  EnlaceOperand inline_locals[INLINE_LOCALS];
  g_autofree EnlaceValue **names = NULL;
  g_autofree EnlaceOperand *locals = NULL;
  EnlaceEvaluation evaluation = {
    .expression = self,
    .scope = scope,
    .names = inline_names,
    .locals = inline_locals,
    .cost = cost != NULL ? *cost : ENLACE_EXPRESSION_DEFAULT_COST,
  };
  EnlaceValue *result;

  g_return_val_if_fail (self != NULL, NULL);

  if (self->n_names > INLINE_NAMES)
    evaluation.names = names = g_new0 (EnlaceValue *, self->n_names);
  if (self->n_locals > INLINE_LOCALS)
    evaluation.locals = locals = g_new (EnlaceOperand, self->n_locals);
  result = run (&evaluation, error);
  if (cost != NULL)
    *cost = evaluation.cost;
  return result;
}
