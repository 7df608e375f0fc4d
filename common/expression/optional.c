/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include "common/expression/function.h"

static gboolean
set_optional (EnlaceEvaluation    *evaluation,
              const EnlaceOperand *held,    /* nullable */
              EnlaceOperand       *out)
{
  g_autoptr(EnlaceValue) value = NULL;
  EnlaceOperand copy;

  if (held != NULL)
    {
      copy = *held;
      copy.owned = FALSE;
      value = enlace_operand_box (&copy);
    }
  enlace_operand_take (out, enlace_value_new_optional (value));
  return TRUE;
}

static gboolean
call_none (EnlaceEvaluation    *evaluation,
           const EnlaceNode    *node,
           const EnlaceOperand *arguments,
           EnlaceOperand       *out)
{
  return set_optional (evaluation, NULL, out);
}

static gboolean
call_of (EnlaceEvaluation    *evaluation,
         const EnlaceNode    *node,
         const EnlaceOperand *arguments,
         EnlaceOperand       *out)
{
  return set_optional (evaluation, &arguments[0], out);
}

static gboolean
is_zero (const EnlaceOperand *operand)
{
  gsize length = 0;

  switch ((EnlaceKind) operand->kind)
    {
    case ENLACE_KIND_NULL:
      return TRUE;
    case ENLACE_KIND_BOOL:
      return !operand->boolean;
    case ENLACE_KIND_INT:
    case ENLACE_KIND_UINT:
      return operand->natural == 0;
    case ENLACE_KIND_DOUBLE:
      return operand->number == 0;
    case ENLACE_KIND_STRING:
      enlace_operand_get_string (operand, &length);
      return length == 0;
    case ENLACE_KIND_BYTES:
      enlace_value_get_bytes (operand->value, &length);
      return length == 0;
    case ENLACE_KIND_LIST:
    case ENLACE_KIND_MAP:
      return enlace_value_get_length (operand->value) == 0;
    case ENLACE_KIND_DURATION:
      return enlace_value_get_seconds (operand->value) == 0 && enlace_value_get_nanoseconds (operand->value) == 0;
    case ENLACE_KIND_OPTIONAL:
      return enlace_value_get_optional (operand->value) == NULL;
    case ENLACE_KIND_TIMESTAMP:
    case ENLACE_KIND_TYPE:
    default:
      return FALSE;
    }
}

static gboolean
call_of_non_zero (EnlaceEvaluation    *evaluation,
                  const EnlaceNode    *node,
                  const EnlaceOperand *arguments,
                  EnlaceOperand       *out)
{
  return set_optional (evaluation, is_zero (&arguments[0]) ? NULL : &arguments[0], out);
}

static gboolean
call_has_value (EnlaceEvaluation    *evaluation,
                const EnlaceNode    *node,
                const EnlaceOperand *arguments,
                EnlaceOperand       *out)
{
  if (arguments->kind != ENLACE_KIND_OPTIONAL)
    return enlace_evaluation_no_overload (evaluation, "hasValue", arguments, 1);
  enlace_operand_set_bool (out, enlace_value_get_optional (arguments->value) != NULL);
  return TRUE;
}

static gboolean
call_value (EnlaceEvaluation    *evaluation,
            const EnlaceNode    *node,
            const EnlaceOperand *arguments,
            EnlaceOperand       *out)
{
  EnlaceValue *held;

  if (arguments->kind != ENLACE_KIND_OPTIONAL)
    return enlace_evaluation_no_overload (evaluation, "value", arguments, 1);
  held = enlace_value_get_optional (arguments->value);
  if (held == NULL)
    return enlace_evaluation_fail (evaluation, "the optional holds no value");
  enlace_operand_borrow (out, held);
  return TRUE;
}

/* `or` and `orValue`: the other side is evaluated only when there is no value. */
static gboolean
either (EnlaceEvaluation *evaluation,
        const EnlaceNode *node,
        gboolean          unwrap,
        EnlaceOperand    *out)
{
  EnlaceValue *held;

  if (!enlace_evaluate (evaluation, node->call.arguments[0], out))
    return FALSE;
  if (out->kind != ENLACE_KIND_OPTIONAL)
    {
      enlace_evaluation_no_overload (evaluation, node->call.name, out, 1);
      enlace_operand_clear (out);
      return FALSE;
    }
  held = enlace_value_get_optional (out->value);
  if (held != NULL)
    {
      if (unwrap)
        enlace_operand_descend (out, held);
      return TRUE;
    }
  enlace_operand_clear (out);
  if (!enlace_evaluate (evaluation, node->call.arguments[1], out))
    return FALSE;
  if (unwrap || out->kind == ENLACE_KIND_OPTIONAL)
    return TRUE;
  enlace_evaluation_no_overload (evaluation, node->call.name, out, 1);
  enlace_operand_clear (out);
  return FALSE;
}

static gboolean
call_or (EnlaceEvaluation *evaluation,
         const EnlaceNode *node,
         EnlaceOperand    *out)
{
  return either (evaluation, node, FALSE, out);
}

static gboolean
call_or_value (EnlaceEvaluation *evaluation,
               const EnlaceNode *node,
               EnlaceOperand    *out)
{
  return either (evaluation, node, TRUE, out);
}

static const EnlaceFunction functions[] = {
  { "hasValue", ENLACE_CALL_MEMBER, 1, 1, TRUE, call_has_value },
  { "optional.none", ENLACE_CALL_GLOBAL, 0, 0, TRUE, call_none },
  { "optional.of", ENLACE_CALL_GLOBAL, 1, 1, TRUE, call_of },
  { "optional.ofNonZeroValue", ENLACE_CALL_GLOBAL, 1, 1, TRUE, call_of_non_zero },
  { "or", ENLACE_CALL_MEMBER, 2, 2, TRUE, NULL, call_or },
  { "orValue", ENLACE_CALL_MEMBER, 2, 2, TRUE, NULL, call_or_value },
  { "value", ENLACE_CALL_MEMBER, 1, 1, TRUE, call_value },
};

const EnlaceFunctionLibrary enlace_optional_library = { functions, G_N_ELEMENTS (functions) };
