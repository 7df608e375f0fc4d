/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include "common/expression/type-private.h"
#include "common/expression/typecheck-private.h"

/* Operators: a pair of kinds that an operator takes, and the kind that comes out. */

#define KIND(name) ENLACE_KIND_MASK (ENLACE_KIND_##name)

typedef struct {
  guint left;
  guint right;
  guint result;
} Overload;

static const Overload sums[] = {
  { KIND (INT), KIND (INT), KIND (INT) },
  { KIND (UINT), KIND (UINT), KIND (UINT) },
  { KIND (DOUBLE), KIND (DOUBLE), KIND (DOUBLE) },
  { KIND (INT), KIND (DOUBLE), KIND (DOUBLE) },
  { KIND (DOUBLE), KIND (INT), KIND (DOUBLE) },
  { KIND (STRING), KIND (STRING), KIND (STRING) },
  { KIND (BYTES), KIND (BYTES), KIND (BYTES) },
  { KIND (LIST), KIND (LIST), KIND (LIST) },
  { KIND (TIMESTAMP), KIND (DURATION), KIND (TIMESTAMP) },
  { KIND (DURATION), KIND (TIMESTAMP), KIND (TIMESTAMP) },
  { KIND (DURATION), KIND (DURATION), KIND (DURATION) },
};

static const Overload differences[] = {
  { KIND (INT), KIND (INT), KIND (INT) },
  { KIND (UINT), KIND (UINT), KIND (UINT) },
  { KIND (DOUBLE), KIND (DOUBLE), KIND (DOUBLE) },
  { KIND (INT), KIND (DOUBLE), KIND (DOUBLE) },
  { KIND (DOUBLE), KIND (INT), KIND (DOUBLE) },
  { KIND (TIMESTAMP), KIND (TIMESTAMP), KIND (DURATION) },
  { KIND (TIMESTAMP), KIND (DURATION), KIND (TIMESTAMP) },
  { KIND (DURATION), KIND (DURATION), KIND (DURATION) },
};

static const Overload products[] = {
  { KIND (INT), KIND (INT), KIND (INT) },
  { KIND (UINT), KIND (UINT), KIND (UINT) },
  { KIND (DOUBLE), KIND (DOUBLE), KIND (DOUBLE) },
  { KIND (INT), KIND (DOUBLE), KIND (DOUBLE) },
  { KIND (DOUBLE), KIND (INT), KIND (DOUBLE) },
};

static const Overload remainders[] = {
  { KIND (INT), KIND (INT), KIND (INT) },
  { KIND (UINT), KIND (UINT), KIND (UINT) },
};

static const Overload orders[] = {
  { ENLACE_KINDS_NUMBER, ENLACE_KINDS_NUMBER, KIND (BOOL) },
  { KIND (BOOL), KIND (BOOL), KIND (BOOL) },
  { KIND (STRING), KIND (STRING), KIND (BOOL) },
  { KIND (BYTES), KIND (BYTES), KIND (BOOL) },
  { KIND (TIMESTAMP), KIND (TIMESTAMP), KIND (BOOL) },
  { KIND (DURATION), KIND (DURATION), KIND (BOOL) },
};

static const Overload memberships[] = {
  { ENLACE_KINDS_ANY, KIND (LIST), KIND (BOOL) },
  { ENLACE_KINDS_ANY, KIND (MAP), KIND (BOOL) },
};

static const Overload equalities[] = {
  { ENLACE_KINDS_ANY, ENLACE_KINDS_ANY, KIND (BOOL) },
};

static const struct
{
  const Overload *overloads;
  gsize n;
} operators[] = {
  [ENLACE_OPERATOR_ADD] = { sums, G_N_ELEMENTS (sums) },
  [ENLACE_OPERATOR_SUBTRACT] = { differences, G_N_ELEMENTS (differences) },
  [ENLACE_OPERATOR_MULTIPLY] = { products, G_N_ELEMENTS (products) },
  [ENLACE_OPERATOR_DIVIDE] = { products, G_N_ELEMENTS (products) },
  [ENLACE_OPERATOR_MODULO] = { remainders, G_N_ELEMENTS (remainders) },
  [ENLACE_OPERATOR_EQUAL] = { equalities, G_N_ELEMENTS (equalities) },
  [ENLACE_OPERATOR_NOT_EQUAL] = { equalities, G_N_ELEMENTS (equalities) },
  [ENLACE_OPERATOR_LESS] = { orders, G_N_ELEMENTS (orders) },
  [ENLACE_OPERATOR_LESS_EQUAL] = { orders, G_N_ELEMENTS (orders) },
  [ENLACE_OPERATOR_GREATER] = { orders, G_N_ELEMENTS (orders) },
  [ENLACE_OPERATOR_GREATER_EQUAL] = { orders, G_N_ELEMENTS (orders) },
  [ENLACE_OPERATOR_IN] = { memberships, G_N_ELEMENTS (memberships) },
};

static guint
get_result (EnlaceOperator op,
            guint          left,
            guint          right)
{
  guint result = 0;

  for (gsize i = 0; i < operators[op].n; i++)
    if (operators[op].overloads[i].left & left && operators[op].overloads[i].right & right)
      result |= operators[op].overloads[i].result;

  return result;
}

static gboolean
is_zero (const EnlaceNode *node)
{
  return node->type == ENLACE_NODE_CONSTANT && enlace_value_get_double (node->constant) == 0 &&
         (enlace_value_get_kind (node->constant) == ENLACE_KIND_INT || enlace_value_get_kind (node->constant) == ENLACE_KIND_UINT);
}

/* Whether a number of JSON decides by how it was written if the division cuts off the fraction. */
static gboolean
may_cut (EnlaceType *left,
         EnlaceType *right)
{
  guint whole = KIND (INT) | KIND (UINT);

  return (enlace_type_is_from_json (left) || enlace_type_is_from_json (right)) && enlace_type_may_be (left, whole) &&
         enlace_type_may_be (right, whole);
}

/* Numbers of all kinds are equal where they have the same value. */
static gboolean
may_be_equal (const EnlaceType *left,
              const EnlaceType *right)
{
  guint a = enlace_type_get_kinds (left), b = enlace_type_get_kinds (right);

  return (a & b) != 0 || (a & ENLACE_KINDS_NUMBER && b & ENLACE_KINDS_NUMBER);
}

static EnlaceType *
combine (EnlaceInference  *self,
         const EnlaceNode *node,
         guint             at,
         EnlaceType       *left,
         EnlaceType       *right)
{
  EnlaceOperator op = node->chain.operators[at];
  const EnlaceNode *operand = node->chain.operands[at];
  guint start = node->chain.operands[0]->start;
  guint kinds = get_result (op, enlace_type_get_kinds (left), enlace_type_get_kinds (right));
  g_autofree char *a = NULL;
  g_autofree char *b = NULL;
  EnlaceType *out;

  if (kinds == 0)
    {
      a = enlace_type_describe (left);
      b = enlace_type_describe (right);
      return enlace_infer_fail (self, start, operand->end, "“%s” does not take %s and %s", enlace_operator_symbol (op), a, b);
    }

  if ((op == ENLACE_OPERATOR_DIVIDE || op == ENLACE_OPERATOR_MODULO) && is_zero (operand) && self->n_absorbing == 0 &&
      !enlace_type_may_be (left, KIND (DOUBLE)))
    return enlace_infer_fail (self, start, operand->end, "This divides by zero");
  if (op == ENLACE_OPERATOR_DIVIDE && may_cut (left, right))
    enlace_infer_warn (self, start, operand->end,
                       "A number from JSON may be whole, and “/” cuts off the fraction of two whole numbers; divide(a, b) does not");

  if ((op == ENLACE_OPERATOR_EQUAL || op == ENLACE_OPERATOR_NOT_EQUAL) && !may_be_equal (left, right))
    {
      a = enlace_type_describe (left);
      b = enlace_type_describe (right);
      enlace_infer_warn (self, start, operand->end, "This compares %s with %s, which are never equal", a, b);
    }

  if (kinds == KIND (LIST) && enlace_type_get_element (left) != NULL && enlace_type_get_element (right) != NULL)
    {
      g_autoptr(EnlaceType) element = enlace_type_unite (enlace_type_get_element (left), enlace_type_get_element (right));

      return enlace_type_new_list (element);
    }

  out = enlace_type_new (kinds);
  if (kinds & ENLACE_KINDS_NUMBER && (enlace_type_is_from_json (left) || enlace_type_is_from_json (right)))
    enlace_type_set_from_json (out);

  return out;
}

EnlaceType *
enlace_infer_chain (EnlaceInference  *self,
                    const EnlaceNode *node)
{
  EnlaceType *type = enlace_infer_node (self, node->chain.operands[0]);

  for (guint i = 1; i < node->n; i++)
    {
      g_autoptr(EnlaceType) left = type;
      g_autoptr(EnlaceType) right = enlace_infer_node (self, node->chain.operands[i]);

      type = combine (self, node, i, left, right);
    }

  return type;
}
