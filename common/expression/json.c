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
  value = enlace_json_parse (text, length, &error);
  if (value == NULL)
    return enlace_evaluation_fail (evaluation, "the text is no JSON: %s", error->message);
  /* The text was paid for; this is for what it became. */
  if (!enlace_evaluation_charge_value (evaluation, value))
    return FALSE;
  enlace_operand_take (out, g_steal_pointer (&value));
  return TRUE;
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
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;
  gsize length;

  if (!enlace_call_accept (evaluation, node, arguments, ".o"))
    return FALSE;
  copy.owned = FALSE;
  value = enlace_operand_box (&copy);
  if (!enlace_evaluation_charge_value (evaluation, value))
    return FALSE;
  text = enlace_json_format (value, pretty ? ENLACE_JSON_PRETTY : ENLACE_JSON_COMPACT, &length, &error);
  if (text == NULL)
    return enlace_evaluation_fail (evaluation, "%s", error->message);
  if (!enlace_evaluation_charge_bytes (evaluation, length))
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
