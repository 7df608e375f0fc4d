/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include "common/expression/function.h"
#include "common/value/json.h"

static gboolean
call_parse (EnlaceEvaluation    *evaluation,
            const EnlaceNode    *node,
            const EnlaceOperand *arguments,
            EnlaceOperand       *out)
{
  g_autoptr(EnlaceValue) value = NULL;
  g_autoptr(GError) error = NULL;
  const char *text;
  gsize length;

  if (!enlace_call_accept (evaluation, node, arguments, "x"))
    return FALSE;
  text = enlace_operand_get_data (arguments, &length);
  /* Two bytes of text may become a value. */
  if (!enlace_evaluation_charge (evaluation, length / 8))
    return FALSE;
  value = enlace_json_parse (text, length, &error);
  if (value == NULL)
    return enlace_evaluation_fail (evaluation, "the text is no JSON: %s", error->message);
  /* The text was paid for; this is for what it became. */
  if (!enlace_evaluation_charge_value (evaluation, value))
    return FALSE;
  enlace_operand_take (out, g_steal_pointer (&value));
  return TRUE;
}

/* What line breaks and indentation add to compact text. */
static gsize
measure_indentation (const char *text,
                     gsize       length)
{
  gsize added = 0, depth = 0;
  gboolean quoted = FALSE;

  for (gsize i = 0; i < length; i++)
    {
      if (quoted && text[i] == '\\')
        i++;
      else if (text[i] == '"')
        quoted = !quoted;
      else if (!quoted && (text[i] == '[' || text[i] == '{'))
        added += 1 + 2 * ++depth;
      else if (!quoted && (text[i] == ']' || text[i] == '}'))
        added += 1 + 2 * --depth;
      else if (!quoted && (text[i] == ',' || text[i] == ':'))
        added += 1 + 2 * depth;
    }
  return added;
}

/* Charged before it is written: a few elements far inside take many spaces. */
static char *
format_json (EnlaceEvaluation *evaluation,
             EnlaceValue      *value,
             gboolean          pretty,
             gsize            *length)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *text = enlace_json_format (value, ENLACE_JSON_COMPACT, length, &error);

  if (text != NULL && !enlace_evaluation_charge_bytes (evaluation, *length + (pretty ? measure_indentation (text, *length) : 0)))
    return NULL;
  if (text != NULL && pretty)
    {
      g_free (text);
      text = enlace_json_format (value, ENLACE_JSON_PRETTY, length, &error);
    }
  if (text == NULL)
    enlace_evaluation_fail (evaluation, "%s", error->message);
  return g_steal_pointer (&text);
}

static gboolean
call_format (EnlaceEvaluation    *evaluation,
             const EnlaceNode    *node,
             const EnlaceOperand *arguments,
             EnlaceOperand       *out)
{
  gboolean pretty = node->n == 2 && arguments[1].kind == ENLACE_KIND_BOOL && arguments[1].boolean;
  EnlaceOperand copy = arguments[0];
  g_autoptr(EnlaceValue) value = NULL;
  g_autofree char *text = NULL;
  gsize length;

  if (!enlace_call_accept (evaluation, node, arguments, ".o"))
    return FALSE;
  copy.owned = FALSE;
  value = enlace_operand_box (&copy);
  if (!enlace_evaluation_charge_value (evaluation, value))
    return FALSE;
  if ((text = format_json (evaluation, value, pretty, &length)) == NULL)
    return FALSE;
  enlace_operand_take (out, enlace_value_new_string_len (text, length));
  return TRUE;
}

static const EnlaceFunction functions[] = {
  { "json.format", ENLACE_CALL_GLOBAL, 1, 2, FALSE, call_format, NULL,
    { "json.format", "json.format(value: any, pretty?: bool): string",
      "A value as JSON text; with `true`, a member a line and two spaces a level.",
      "json.format({'a': [1, 2.5]})", "\"{\\\"a\\\":[1,2.5]}\"" } },
  { "json.parse", ENLACE_CALL_GLOBAL, 1, 1, FALSE, call_parse, NULL,
    { "json.parse", "json.parse(text: string|bytes): any",
      "The value that a JSON text says. Text that is no JSON, or has a member twice, is an error.",
      "json.parse('{\"a\": [1, 2]}').a[1]", "2" } },
};

const EnlaceFunctionLibrary enlace_json_library = { functions, G_N_ELEMENTS (functions), "JSON" };
