/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include <math.h>
#include <string.h>

#include "common/expression/function.h"

/* CEL's math extension. Unlike round(), floor() and ceil() without the namespace, these take doubles alone. */

static gboolean
is_number (const EnlaceOperand *operand)
{
  return operand->kind == ENLACE_KIND_INT || operand->kind == ENLACE_KIND_UINT || operand->kind == ENLACE_KIND_DOUBLE;
}

static gboolean
keep_if_beyond (EnlaceEvaluation    *evaluation,
                const EnlaceNode    *node,
                const EnlaceOperand *candidate,
                gboolean             first,
                EnlaceOperand       *out)
{
  int wanted = g_str_equal (node->call.name, "math.greatest") ? 1 : -1;
  int order = wanted;

  if (!is_number (candidate))
    return enlace_evaluation_no_overload (evaluation, node->call.name, candidate, 1);
  if (!first)
    enlace_operand_compare (candidate, out, &order);
  if (order == wanted)
    {
      *out = *candidate;
      out->owned = FALSE;
    }
  return TRUE;
}

/* greatest and least: of the arguments, or of the elements of the only one. */
static gboolean
call_extreme (EnlaceEvaluation    *evaluation,
              const EnlaceNode    *node,
              const EnlaceOperand *arguments,
              EnlaceOperand       *out)
{
  gboolean of_list = node->n == 1 && arguments->kind == ENLACE_KIND_LIST;
  gsize n = of_list ? enlace_value_get_length (arguments->value) : node->n;

  if (n == 0)
    return enlace_evaluation_fail (evaluation, "“%s” of an empty list", node->call.name);
  if (!enlace_evaluation_charge (evaluation, n))
    return FALSE;
  for (gsize i = 0; i < n; i++)
    {
      EnlaceOperand element;

      if (of_list)
        enlace_operand_borrow (&element, enlace_value_get_element (arguments->value, i));
      if (!keep_if_beyond (evaluation, node, of_list ? &element : &arguments[i], i == 0, out))
        return FALSE;
    }
  return TRUE;
}

static const struct {
  const char *name;
  double    (*compute) (double);
} roundings[] = {
  { "math.ceil", ceil },
  { "math.floor", floor },
  { "math.round", round },
  { "math.trunc", trunc },
};

static gboolean
call_rounding (EnlaceEvaluation    *evaluation,
               const EnlaceNode    *node,
               const EnlaceOperand *arguments,
               EnlaceOperand       *out)
{
  if (arguments->kind != ENLACE_KIND_DOUBLE)
    return enlace_evaluation_no_overload (evaluation, node->call.name, arguments, 1);
  for (gsize i = 0; i < G_N_ELEMENTS (roundings); i++)
    if (g_str_equal (roundings[i].name, node->call.name))
      enlace_operand_set_double (out, roundings[i].compute (arguments->number));
  return TRUE;
}

static gboolean
call_sqrt (EnlaceEvaluation    *evaluation,
           const EnlaceNode    *node,
           const EnlaceOperand *arguments,
           EnlaceOperand       *out)
{
  if (!is_number (arguments))
    return enlace_evaluation_no_overload (evaluation, node->call.name, arguments, 1);
  enlace_operand_set_double (out, sqrt (arguments->kind == ENLACE_KIND_INT ? (double) arguments->integer
                                        : arguments->kind == ENLACE_KIND_UINT ? (double) arguments->natural : arguments->number));
  return TRUE;
}

static gboolean
call_abs (EnlaceEvaluation    *evaluation,
          const EnlaceNode    *node,
          const EnlaceOperand *arguments,
          EnlaceOperand       *out)
{
  if (arguments->kind == ENLACE_KIND_UINT)
    enlace_operand_set_uint (out, arguments->natural);
  else if (arguments->kind == ENLACE_KIND_DOUBLE)
    enlace_operand_set_double (out, fabs (arguments->number));
  else if (arguments->kind != ENLACE_KIND_INT)
    return enlace_evaluation_no_overload (evaluation, node->call.name, arguments, 1);
  else if (arguments->integer == G_MININT64)
    return enlace_evaluation_fail (evaluation, "“math.abs” passes the range of int");
  else
    enlace_operand_set_int (out, ABS (arguments->integer));
  return TRUE;
}

static gboolean
call_sign (EnlaceEvaluation    *evaluation,
           const EnlaceNode    *node,
           const EnlaceOperand *arguments,
           EnlaceOperand       *out)
{
  double number = arguments->number;

  if (arguments->kind == ENLACE_KIND_UINT)
    enlace_operand_set_uint (out, arguments->natural > 0);
  else if (arguments->kind == ENLACE_KIND_INT)
    enlace_operand_set_int (out, (arguments->integer > 0) - (arguments->integer < 0));
  else if (arguments->kind == ENLACE_KIND_DOUBLE)
    enlace_operand_set_double (out, isnan (number) ? number : (number > 0) - (number < 0));
  else
    return enlace_evaluation_no_overload (evaluation, node->call.name, arguments, 1);
  return TRUE;
}

static gboolean
call_classify (EnlaceEvaluation    *evaluation,
               const EnlaceNode    *node,
               const EnlaceOperand *arguments,
               EnlaceOperand       *out)
{
  double number = arguments->number;
  gboolean result;

  if (arguments->kind != ENLACE_KIND_DOUBLE)
    return enlace_evaluation_no_overload (evaluation, node->call.name, arguments, 1);
  if (g_str_equal (node->call.name, "math.isNaN"))
    result = isnan (number);
  else
    result = g_str_equal (node->call.name, "math.isInf") ? isinf (number) : isfinite (number);
  enlace_operand_set_bool (out, result != 0);
  return TRUE;
}

static void
set_bits (EnlaceKind     kind,
          guint64        bits,
          EnlaceOperand *out)
{
  if (kind == ENLACE_KIND_INT)
    enlace_operand_set_int (out, (gint64) bits);
  else
    enlace_operand_set_uint (out, bits);
}

static gboolean
are_integers (const EnlaceOperand *arguments,
              gsize                n)
{
  for (gsize i = 0; i < n; i++)
    if ((arguments[i].kind != ENLACE_KIND_INT && arguments[i].kind != ENLACE_KIND_UINT) || arguments[i].kind != arguments[0].kind)
      return FALSE;
  return TRUE;
}

static gboolean
call_bits (EnlaceEvaluation    *evaluation,
           const EnlaceNode    *node,
           const EnlaceOperand *arguments,
           EnlaceOperand       *out)
{
  const char *name = node->call.name + strlen ("math.bit");
  guint64 bits;

  if (!are_integers (arguments, node->n))
    return enlace_evaluation_no_overload (evaluation, node->call.name, arguments, node->n);
  bits = arguments[0].natural;
  if (g_str_equal (name, "Not"))
    bits = ~bits;
  else if (g_str_equal (name, "And"))
    bits &= arguments[1].natural;
  else if (g_str_equal (name, "Or"))
    bits |= arguments[1].natural;
  else
    bits ^= arguments[1].natural;
  set_bits (arguments[0].kind, bits, out);
  return TRUE;
}

/* Both kinds shift zeros in; shifting by 64 and more leaves none of the bits. */
static gboolean
call_shift (EnlaceEvaluation    *evaluation,
            const EnlaceNode    *node,
            const EnlaceOperand *arguments,
            EnlaceOperand       *out)
{
  guint64 bits;

  if (!are_integers (arguments, 1) || arguments[1].kind != ENLACE_KIND_INT)
    return enlace_evaluation_no_overload (evaluation, node->call.name, arguments, 2);
  if (arguments[1].integer < 0)
    return enlace_evaluation_fail (evaluation, "“%s” by a negative number", node->call.name);
  bits = arguments[0].natural;
  if (arguments[1].integer >= 64)
    bits = 0;
  else if (g_str_equal (node->call.name, "math.bitShiftLeft"))
    bits <<= arguments[1].integer;
  else
    bits >>= arguments[1].integer;
  set_bits (arguments[0].kind, bits, out);
  return TRUE;
}

static const EnlaceFunction functions[] = {
  { "math.abs", ENLACE_CALL_GLOBAL, 1, 1, TRUE, call_abs },
  { "math.bitAnd", ENLACE_CALL_GLOBAL, 2, 2, TRUE, call_bits },
  { "math.bitNot", ENLACE_CALL_GLOBAL, 1, 1, TRUE, call_bits },
  { "math.bitOr", ENLACE_CALL_GLOBAL, 2, 2, TRUE, call_bits },
  { "math.bitShiftLeft", ENLACE_CALL_GLOBAL, 2, 2, TRUE, call_shift },
  { "math.bitShiftRight", ENLACE_CALL_GLOBAL, 2, 2, TRUE, call_shift },
  { "math.bitXor", ENLACE_CALL_GLOBAL, 2, 2, TRUE, call_bits },
  { "math.ceil", ENLACE_CALL_GLOBAL, 1, 1, TRUE, call_rounding },
  { "math.floor", ENLACE_CALL_GLOBAL, 1, 1, TRUE, call_rounding },
  { "math.greatest", ENLACE_CALL_GLOBAL, 1, ENLACE_ANY_ARGUMENTS, FALSE, call_extreme },
  { "math.isFinite", ENLACE_CALL_GLOBAL, 1, 1, TRUE, call_classify },
  { "math.isInf", ENLACE_CALL_GLOBAL, 1, 1, TRUE, call_classify },
  { "math.isNaN", ENLACE_CALL_GLOBAL, 1, 1, TRUE, call_classify },
  { "math.least", ENLACE_CALL_GLOBAL, 1, ENLACE_ANY_ARGUMENTS, FALSE, call_extreme },
  { "math.round", ENLACE_CALL_GLOBAL, 1, 1, TRUE, call_rounding },
  { "math.sign", ENLACE_CALL_GLOBAL, 1, 1, TRUE, call_sign },
  { "math.sqrt", ENLACE_CALL_GLOBAL, 1, 1, TRUE, call_sqrt },
  { "math.trunc", ENLACE_CALL_GLOBAL, 1, 1, TRUE, call_rounding },
};

const EnlaceFunctionLibrary enlace_math_library = { functions, G_N_ELEMENTS (functions) };
