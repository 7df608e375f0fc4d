/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/expression/function.h"
#include "common/expression/number.h"

#define MAX_DIGITS 17

/* The digits of a finite number (without zeros at the end) and the power of ten of the first. */
static int
shortest_digits (double value,
                 char   digits[MAX_DIGITS + 1],
                 int   *exponent)
{
  char text[ENLACE_DOUBLE_TEXT_SIZE];
  int n = 0;

  /* Every text of 15 digits survives the way to a double and back, but not those of the smallest doubles. The point may
   * be the locale's, on the way there and back. */
  for (int precision = fabs (value) < DBL_MIN ? 0 : 14; precision < MAX_DIGITS; precision++)
    {
      snprintf (text, sizeof text, "%.*e", precision, value);
      if (strtod (text, NULL) == value)
        break;
    }
  for (const char *at = text; *at != 'e'; at++)
    if (g_ascii_isdigit (*at))
      digits[n++] = *at;
  *exponent = atoi (strchr (text, 'e') + 1);
  while (n > 1 && digits[n - 1] == '0')
    n--;
  digits[n] = '\0';
  return n;
}

const char *
enlace_double_format (double value,
                      char   text[ENLACE_DOUBLE_TEXT_SIZE])
{
  char digits[MAX_DIGITS + 1];
  const char *sign = signbit (value) ? "-" : "";
  int exponent, n;

  if (isnan (value))
    return strcpy (text, "NaN");
  if (isinf (value))
    return strcpy (text, value > 0 ? "+Infinity" : "-Infinity");
  n = shortest_digits (value, digits, &exponent);
  if (exponent < -4 || exponent >= 21)
    g_snprintf (text, ENLACE_DOUBLE_TEXT_SIZE, "%s%c%s%se%c%02d", sign, digits[0], n > 1 ? "." : "", digits + 1,
                exponent < 0 ? '-' : '+', ABS (exponent));
  else if (exponent < 0)
    g_snprintf (text, ENLACE_DOUBLE_TEXT_SIZE, "%s0.%.*s%s", sign, -exponent - 1, "000", digits);
  else if (n <= exponent + 1)
    g_snprintf (text, ENLACE_DOUBLE_TEXT_SIZE, "%s%s%.*s", sign, digits, exponent + 1 - n, "00000000000000000000");
  else
    g_snprintf (text, ENLACE_DOUBLE_TEXT_SIZE, "%s%.*s.%s", sign, exponent + 1, digits, digits + exponent + 1);
  return text;
}

double
enlace_double_round (double value,
                     int    digits)
{
  char text[MAX_DIGITS + 2] = "0", rounded[ENLACE_DOUBLE_TEXT_SIZE];
  int exponent, keep, at;

  if (!isfinite (value) || value == 0)
    return value;
  shortest_digits (value, text + 1, &exponent);
  keep = digits > 400 ? MAX_DIGITS : exponent + 1 + digits;
  if (keep >= (int) strlen (text) - 1)
    return value;
  if (keep < 0)
    return signbit (value) ? -0.0 : 0.0;

  /* One place in front takes the carry of 9.99. */
  if (text[keep + 1] >= '5')
    {
      for (at = keep; text[at] == '9'; at--)
        text[at] = '0';
      text[at]++;
    }
  g_snprintf (rounded, sizeof rounded, "%s%.*se%d", signbit (value) ? "-" : "", keep + 1, text, exponent + 1 - keep);
  return g_ascii_strtod (rounded, NULL);
}

static gboolean
get_real (const EnlaceOperand *operand,
          double              *value)
{
  if (operand->kind != ENLACE_KIND_INT && operand->kind != ENLACE_KIND_DOUBLE)
    return FALSE;
  *value = operand->kind == ENLACE_KIND_INT ? (double) operand->integer : operand->number;
  return TRUE;
}

static gboolean
call_round (EnlaceEvaluation    *evaluation,
            const EnlaceNode    *node,
            const EnlaceOperand *arguments,
            EnlaceOperand       *out)
{
  gint64 digits = 0;
  double value;

  if (!get_real (&arguments[0], &value) || (node->n == 2 && arguments[1].kind != ENLACE_KIND_INT))
    return enlace_evaluation_no_overload (evaluation, "round", arguments, node->n);
  if (node->n == 2)
    digits = arguments[1].integer;
  if (arguments[0].kind == ENLACE_KIND_INT && digits >= 0)
    {
      *out = arguments[0];
      out->owned = FALSE;
      return TRUE;
    }
  enlace_operand_set_double (out, enlace_double_round (value, CLAMP (digits, -1000, 1000)));
  return TRUE;
}

/* floor and ceil of an int are the int itself. */
static gboolean
call_floor_or_ceil (EnlaceEvaluation    *evaluation,
                    const EnlaceNode    *node,
                    const EnlaceOperand *arguments,
                    EnlaceOperand       *out)
{
  if (arguments->kind == ENLACE_KIND_INT)
    {
      *out = *arguments;
      out->owned = FALSE;
      return TRUE;
    }
  if (arguments->kind != ENLACE_KIND_DOUBLE)
    return enlace_evaluation_no_overload (evaluation, node->call.name, arguments, 1);
  enlace_operand_set_double (out, g_str_equal (node->call.name, "floor") ? floor (arguments->number) : ceil (arguments->number));
  return TRUE;
}

/* The quotient as a double, whatever the kinds are: divide(7, 2) is 3.5. */
static gboolean
call_divide (EnlaceEvaluation    *evaluation,
             const EnlaceNode    *node,
             const EnlaceOperand *arguments,
             EnlaceOperand       *out)
{
  double dividend, divisor;

  if (!get_real (&arguments[0], &dividend) || !get_real (&arguments[1], &divisor))
    return enlace_evaluation_no_overload (evaluation, "divide", arguments, 2);
  if (divisor == 0)
    return enlace_evaluation_fail (evaluation, "division by zero");
  enlace_operand_set_double (out, dividend / divisor);
  return TRUE;
}

static const EnlaceFunction functions[] = {
  { "ceil", ENLACE_CALL_GLOBAL, 1, 1, TRUE, call_floor_or_ceil },
  { "divide", ENLACE_CALL_GLOBAL, 2, 2, TRUE, call_divide },
  { "floor", ENLACE_CALL_GLOBAL, 1, 1, TRUE, call_floor_or_ceil },
  { "round", ENLACE_CALL_GLOBAL, 1, 2, TRUE, call_round },
};

const EnlaceFunctionLibrary enlace_number_library = { functions, G_N_ELEMENTS (functions) };
