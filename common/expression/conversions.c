/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "common/expression/function.h"
#include "common/expression/instant.h"
#include "common/expression/number.h"
#include "common/value/time.h"
#include "common/value/utf8.h"

#define SHOWN_CHARACTERS 40
#define MAX_TEXT         1024

static gboolean
keep (const EnlaceOperand *argument,
      EnlaceOperand       *out)
{
  *out = *argument;
  out->owned = FALSE;
  return TRUE;
}

static gboolean
no_range (EnlaceEvaluation *evaluation,
          const char       *type)
{
  return enlace_evaluation_fail (evaluation, "the number passes the range of %s", type);
}

static gboolean
not_readable (EnlaceEvaluation    *evaluation,
              const EnlaceOperand *text,
              const char          *type)
{
  const char *string = enlace_value_get_string (text->value);
  const char *end = string;

  for (guint i = 0; i < SHOWN_CHARACTERS && *end != '\0'; i++)
    end = g_utf8_next_char (end);
  return enlace_evaluation_fail (evaluation, "“%.*s%s” is no %s", (int) (end - string), string, *end != '\0' ? "…" : "", type);
}

/* Text without U+0000, else NULL: the readers of numbers would stop there. What is far too long to be a number or a time
 * is not looked at. */
static const char *
plain_text (const EnlaceOperand *argument)
{
  gsize length;
  const char *text = enlace_operand_get_string (argument, &length);

  return length <= MAX_TEXT && strlen (text) == length ? text : NULL;
}

static gboolean
read_int (EnlaceEvaluation    *evaluation,
          const EnlaceOperand *argument,
          EnlaceOperand       *out)
{
  const char *text = plain_text (argument);
  gint64 value;
  char *end;

  errno = 0;
  value = text != NULL ? g_ascii_strtoll (text, &end, 10) : 0;
  if (text == NULL || g_ascii_isspace (*text) || end == text || *end != '\0' || errno != 0)
    return not_readable (evaluation, argument, "int");
  enlace_operand_set_int (out, value);
  return TRUE;
}

static gboolean
call_int (EnlaceEvaluation    *evaluation,
          const EnlaceNode    *node,
          const EnlaceOperand *arguments,
          EnlaceOperand       *out)
{
  const EnlaceOperand *argument = &arguments[0];

  switch ((guint) argument->kind)
    {
    case ENLACE_KIND_INT:
      return keep (argument, out);
    case ENLACE_KIND_UINT:
      if (argument->natural > G_MAXINT64)
        return no_range (evaluation, "int");
      enlace_operand_set_int (out, argument->natural);
      return TRUE;
    case ENLACE_KIND_DOUBLE:
      /* The ends are left out: a double there may stand for a number beyond them. */
      if (!(argument->number > -0x1p63 && argument->number < 0x1p63))
        return no_range (evaluation, "int");
      enlace_operand_set_int (out, (gint64) argument->number);
      return TRUE;
    case ENLACE_KIND_STRING:
      return read_int (evaluation, argument, out);
    case ENLACE_KIND_TIMESTAMP:
      enlace_operand_set_int (out, enlace_value_get_seconds (argument->value));
      return TRUE;
    default:
      return enlace_evaluation_no_overload (evaluation, "int", arguments, 1);
    }
}

static gboolean
read_uint (EnlaceEvaluation    *evaluation,
           const EnlaceOperand *argument,
           EnlaceOperand       *out)
{
  const char *text = plain_text (argument);
  guint64 value;
  char *end;

  errno = 0;
  value = text != NULL ? g_ascii_strtoull (text, &end, 10) : 0;
  if (text == NULL || !g_ascii_isdigit (*text) || *end != '\0' || errno != 0)
    return not_readable (evaluation, argument, "uint");
  enlace_operand_set_uint (out, value);
  return TRUE;
}

static gboolean
call_uint (EnlaceEvaluation    *evaluation,
           const EnlaceNode    *node,
           const EnlaceOperand *arguments,
           EnlaceOperand       *out)
{
  const EnlaceOperand *argument = &arguments[0];

  switch ((guint) argument->kind)
    {
    case ENLACE_KIND_UINT:
      return keep (argument, out);
    case ENLACE_KIND_INT:
      if (argument->integer < 0)
        return no_range (evaluation, "uint");
      enlace_operand_set_uint (out, argument->integer);
      return TRUE;
    case ENLACE_KIND_DOUBLE:
      if (!(argument->number >= 0 && argument->number < 0x1p64))
        return no_range (evaluation, "uint");
      enlace_operand_set_uint (out, (guint64) argument->number);
      return TRUE;
    case ENLACE_KIND_STRING:
      return read_uint (evaluation, argument, out);
    default:
      return enlace_evaluation_no_overload (evaluation, "uint", arguments, 1);
    }
}

static gboolean
read_double (EnlaceEvaluation    *evaluation,
             const EnlaceOperand *argument,
             EnlaceOperand       *out)
{
  const char *text = plain_text (argument);
  char *end;
  double value = text != NULL ? g_ascii_strtod (text, &end) : 0;

  if (text == NULL || g_ascii_isspace (*text) || end == text || *end != '\0' || strpbrk (text, "xX") != NULL)
    return not_readable (evaluation, argument, "double");
  enlace_operand_set_double (out, value);
  return TRUE;
}

static gboolean
call_double (EnlaceEvaluation    *evaluation,
             const EnlaceNode    *node,
             const EnlaceOperand *arguments,
             EnlaceOperand       *out)
{
  const EnlaceOperand *argument = &arguments[0];

  switch ((guint) argument->kind)
    {
    case ENLACE_KIND_DOUBLE:
      return keep (argument, out);
    case ENLACE_KIND_INT:
      enlace_operand_set_double (out, argument->integer);
      return TRUE;
    case ENLACE_KIND_UINT:
      enlace_operand_set_double (out, argument->natural);
      return TRUE;
    case ENLACE_KIND_STRING:
      return read_double (evaluation, argument, out);
    default:
      return enlace_evaluation_no_overload (evaluation, "double", arguments, 1);
    }
}

static gboolean
call_bool (EnlaceEvaluation    *evaluation,
           const EnlaceNode    *node,
           const EnlaceOperand *arguments,
           EnlaceOperand       *out)
{
  static const char *const words[] = { "1", "t", "true", "TRUE", "True", "0", "f", "false", "FALSE", "False" };
  const EnlaceOperand *argument = &arguments[0];
  const char *text;

  if (argument->kind == ENLACE_KIND_BOOL)
    return keep (argument, out);
  if (argument->kind != ENLACE_KIND_STRING)
    return enlace_evaluation_no_overload (evaluation, "bool", arguments, 1);
  text = plain_text (argument);
  for (gsize i = 0; text != NULL && i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (text, words[i]))
      {
        enlace_operand_set_bool (out, i < G_N_ELEMENTS (words) / 2);
        return TRUE;
      }
  return not_readable (evaluation, argument, "bool");
}

static gboolean
bytes_to_string (EnlaceEvaluation    *evaluation,
                 const EnlaceOperand *argument,
                 EnlaceOperand       *out)
{
  gsize length;
  const char *data = enlace_value_get_bytes (argument->value, &length);

  if (!enlace_evaluation_charge_bytes (evaluation, length))
    return FALSE;
  if (!enlace_utf8_validate (data, length))
    return enlace_evaluation_fail (evaluation, "the bytes are no UTF-8 text");
  enlace_operand_take (out, enlace_value_new_string_len (data, length));
  return TRUE;
}

static gboolean
call_string (EnlaceEvaluation    *evaluation,
             const EnlaceNode    *node,
             const EnlaceOperand *arguments,
             EnlaceOperand       *out)
{
  const EnlaceOperand *argument = &arguments[0];
  char number[ENLACE_DOUBLE_TEXT_SIZE];
  char *text;

  switch ((guint) argument->kind)
    {
    case ENLACE_KIND_STRING:
      return keep (argument, out);
    case ENLACE_KIND_BYTES:
      return bytes_to_string (evaluation, argument, out);
    case ENLACE_KIND_BOOL:
      text = g_strdup (argument->boolean ? "true" : "false");
      break;
    case ENLACE_KIND_INT:
      text = g_strdup_printf ("%" G_GINT64_FORMAT, argument->integer);
      break;
    case ENLACE_KIND_UINT:
      text = g_strdup_printf ("%" G_GUINT64_FORMAT, argument->natural);
      break;
    case ENLACE_KIND_DOUBLE:
      text = g_strdup (enlace_double_format (argument->number, number));
      break;
    case ENLACE_KIND_TIMESTAMP:
      text = enlace_time_format (enlace_value_get_seconds (argument->value), enlace_value_get_nanoseconds (argument->value));
      break;
    case ENLACE_KIND_DURATION:
      text = enlace_duration_format (enlace_value_get_seconds (argument->value), enlace_value_get_nanoseconds (argument->value));
      break;
    default:
      return enlace_evaluation_no_overload (evaluation, "string", arguments, 1);
    }
  enlace_operand_take (out, enlace_value_new_string_take (text));
  return TRUE;
}

static gboolean
call_bytes (EnlaceEvaluation    *evaluation,
            const EnlaceNode    *node,
            const EnlaceOperand *arguments,
            EnlaceOperand       *out)
{
  const char *text;
  gsize length;

  if (arguments->kind == ENLACE_KIND_BYTES)
    return keep (arguments, out);
  if (arguments->kind != ENLACE_KIND_STRING)
    return enlace_evaluation_no_overload (evaluation, "bytes", arguments, 1);
  text = enlace_operand_get_string (arguments, &length);
  if (!enlace_evaluation_charge_bytes (evaluation, length))
    return FALSE;
  enlace_operand_take (out, enlace_value_new_bytes (text, length));
  return TRUE;
}

static gboolean
call_timestamp (EnlaceEvaluation    *evaluation,
                const EnlaceNode    *node,
                const EnlaceOperand *arguments,
                EnlaceOperand       *out)
{
  const char *text;
  gint64 seconds;
  guint32 nanoseconds;

  if (arguments->kind == ENLACE_KIND_TIMESTAMP)
    return keep (arguments, out);
  if (arguments->kind == ENLACE_KIND_INT)
    return enlace_instant_set (evaluation, arguments->integer, 0, out);
  if (arguments->kind != ENLACE_KIND_STRING)
    return enlace_evaluation_no_overload (evaluation, "timestamp", arguments, 1);
  text = plain_text (arguments);
  if (text == NULL || !enlace_time_parse (text, &seconds, &nanoseconds))
    return not_readable (evaluation, arguments, "time (as in 2026-03-01T12:00:00Z)");
  return enlace_instant_set (evaluation, seconds, nanoseconds, out);
}

static gboolean
call_duration (EnlaceEvaluation    *evaluation,
               const EnlaceNode    *node,
               const EnlaceOperand *arguments,
               EnlaceOperand       *out)
{
  const char *text;
  __int128 nanoseconds;

  if (arguments->kind == ENLACE_KIND_DURATION)
    return keep (arguments, out);
  if (arguments->kind == ENLACE_KIND_INT)
    return enlace_duration_set (evaluation, (__int128) arguments->integer * 1000000000, out);
  if (arguments->kind != ENLACE_KIND_STRING)
    return enlace_evaluation_no_overload (evaluation, "duration", arguments, 1);
  text = plain_text (arguments);
  if (text == NULL || !enlace_duration_parse (text, &nanoseconds))
    return not_readable (evaluation, arguments, "duration (as in 1h30m, 2.5s)");
  return enlace_duration_set (evaluation, nanoseconds, out);
}

static gboolean
call_type (EnlaceEvaluation    *evaluation,
           const EnlaceNode    *node,
           const EnlaceOperand *arguments,
           EnlaceOperand       *out)
{
  enlace_operand_take (out, enlace_value_new_type (enlace_operand_type_name (arguments)));
  return TRUE;
}

static gboolean
call_dyn (EnlaceEvaluation    *evaluation,
          const EnlaceNode    *node,
          const EnlaceOperand *arguments,
          EnlaceOperand       *out)
{
  return keep (arguments, out);
}

static const EnlaceFunction functions[] = {
  { "bool", ENLACE_CALL_GLOBAL, 1, 1, TRUE, call_bool },
  { "bytes", ENLACE_CALL_GLOBAL, 1, 1, FALSE, call_bytes },
  { "double", ENLACE_CALL_GLOBAL, 1, 1, TRUE, call_double },
  { "duration", ENLACE_CALL_GLOBAL, 1, 1, TRUE, call_duration },
  { "dyn", ENLACE_CALL_GLOBAL, 1, 1, TRUE, call_dyn },
  { "int", ENLACE_CALL_GLOBAL, 1, 1, TRUE, call_int },
  { "string", ENLACE_CALL_GLOBAL, 1, 1, FALSE, call_string },
  { "timestamp", ENLACE_CALL_GLOBAL, 1, 1, TRUE, call_timestamp },
  { "type", ENLACE_CALL_GLOBAL, 1, 1, TRUE, call_type },
  { "uint", ENLACE_CALL_GLOBAL, 1, 1, TRUE, call_uint },
};

const EnlaceFunctionLibrary enlace_conversion_library = { functions, G_N_ELEMENTS (functions) };
