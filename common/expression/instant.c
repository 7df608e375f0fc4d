/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include <string.h>

#include "common/expression/instant.h"

#define NANOSECONDS    G_GINT64_CONSTANT (1000000000)
#define FIRST_SECOND   G_GINT64_CONSTANT (-62135596800)  /* 0001-01-01T00:00:00Z */
#define LAST_SECOND    G_GINT64_CONSTANT (253402300799)  /* 9999-12-31T23:59:59Z */

static __int128
nanoseconds_of (const EnlaceOperand *operand)
{
  return (__int128) enlace_value_get_seconds (operand->value) * NANOSECONDS + enlace_value_get_nanoseconds (operand->value);
}

gboolean
enlace_instant_set (EnlaceEvaluation *evaluation,
                    gint64            seconds,
                    guint32           nanoseconds,
                    EnlaceOperand    *out)
{
  if (seconds < FIRST_SECOND || seconds > LAST_SECOND)
    return enlace_evaluation_fail (evaluation, "a timestamp lies in the years 1 to 9999");
  enlace_operand_take (out, enlace_value_new_timestamp (seconds, nanoseconds));
  return TRUE;
}

gboolean
enlace_duration_set (EnlaceEvaluation *evaluation,
                     __int128          nanoseconds,
                     EnlaceOperand    *out)
{
  if (nanoseconds > G_MAXINT64 || nanoseconds < G_MININT64)
    return enlace_evaluation_fail (evaluation, "a duration is at most 292 years long");
  enlace_operand_take (out, enlace_value_new_duration (nanoseconds / NANOSECONDS, nanoseconds % NANOSECONDS));
  return TRUE;
}

static gboolean
set_timestamp (EnlaceEvaluation *evaluation,
               __int128          nanoseconds,
               EnlaceOperand    *out)
{
  __int128 seconds = nanoseconds / NANOSECONDS;
  gint64 rest = nanoseconds % NANOSECONDS;

  if (rest < 0)
    {
      rest += NANOSECONDS;
      seconds--;
    }
  return enlace_instant_set (evaluation, seconds, rest, out);
}

gboolean
enlace_instant_takes (EnlaceOperator       op,
                      const EnlaceOperand *left,
                      const EnlaceOperand *right)
{
  if (left->kind == ENLACE_KIND_TIMESTAMP)
    return right->kind == ENLACE_KIND_DURATION || (right->kind == ENLACE_KIND_TIMESTAMP && op == ENLACE_OPERATOR_SUBTRACT);
  if (left->kind != ENLACE_KIND_DURATION)
    return FALSE;
  return right->kind == ENLACE_KIND_DURATION || (right->kind == ENLACE_KIND_TIMESTAMP && op == ENLACE_OPERATOR_ADD);
}

gboolean
enlace_instant_compute (EnlaceEvaluation    *evaluation,
                        EnlaceOperator       op,
                        const EnlaceOperand *left,
                        const EnlaceOperand *right,
                        EnlaceOperand       *out)
{
  __int128 a = nanoseconds_of (left), b = nanoseconds_of (right);
  __int128 result = op == ENLACE_OPERATOR_ADD ? a + b : a - b;

  /* One timestamp gives a timestamp; none or two give a duration. */
  if ((left->kind == ENLACE_KIND_TIMESTAMP) != (right->kind == ENLACE_KIND_TIMESTAMP))
    return set_timestamp (evaluation, result, out);
  return enlace_duration_set (evaluation, result, out);
}

int
enlace_instant_order (const EnlaceOperand *left,
                      const EnlaceOperand *right)
{
  __int128 a = nanoseconds_of (left), b = nanoseconds_of (right);

  return a < b ? -1 : a > b ? 1 : 0;
}

static const struct {
  const char *text;
  gint64      nanoseconds;
} units[] = {
  /* A unit that begins like another comes before it. */
  { "ms", 1000000 },
  { "us", 1000 },
  { "µs", 1000 },
  { "ns", 1 },
  { "h", 3600 * NANOSECONDS },
  { "m", 60 * NANOSECONDS },
  { "s", NANOSECONDS },
};

/* One number with its unit. */
static gboolean
parse_part (const char **at,
            __int128    *nanoseconds)
{
  const char *start = *at;
  gint64 whole = 0, fraction = 0, scale = 1;

  for (; g_ascii_isdigit (**at); (*at)++)
    {
      if (whole > G_MAXINT64 / 10 - 1)
        return FALSE;
      whole = whole * 10 + (**at - '0');
    }
  if (**at == '.')
    for ((*at)++; g_ascii_isdigit (**at); (*at)++)
      if (scale < NANOSECONDS)
        {
          fraction = fraction * 10 + (**at - '0');
          scale *= 10;
        }
  if (*at == start || (*at == start + 1 && *start == '.'))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    if (g_str_has_prefix (*at, units[i].text))
      {
        *at += strlen (units[i].text);
        *nanoseconds += (__int128) whole * units[i].nanoseconds + (__int128) fraction * units[i].nanoseconds / scale;
        return *nanoseconds <= (__int128) G_MAXINT64 + 1;
      }
  return FALSE;
}

gboolean
enlace_duration_parse (const char *text,
                       __int128   *nanoseconds)
{
  gboolean negative = *text == '-';

  *nanoseconds = 0;
  if (*text == '-' || *text == '+')
    text++;
  if (g_str_equal (text, "0"))
    return TRUE;
  if (*text == '\0')
    return FALSE;
  while (*text != '\0')
    if (!parse_part (&text, nanoseconds))
      return FALSE;
  if (negative)
    *nanoseconds = -*nanoseconds;
  return TRUE;
}
