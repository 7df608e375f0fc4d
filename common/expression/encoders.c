/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include <string.h>

#include "common/expression/function.h"

static gboolean
call_encode (EnlaceEvaluation    *evaluation,
             const EnlaceNode    *node,
             const EnlaceOperand *arguments,
             EnlaceOperand       *out)
{
  gconstpointer data;
  gsize length;

  if (arguments->kind != ENLACE_KIND_BYTES)
    return enlace_evaluation_no_overload (evaluation, "base64.encode", arguments, 1);
  data = enlace_value_get_bytes (arguments->value, &length);
  if (!enlace_evaluation_charge_bytes (evaluation, length * 2))
    return FALSE;
  enlace_operand_take (out, enlace_value_new_string_take (g_base64_encode (data, length)));
  return TRUE;
}

/* The characters that count, without padding; -1 when the text is no base64. */
static gssize
unpadded_length (const char *text,
                 gsize       length)
{
  gsize n = length;

  while (n > 0 && length - n < 2 && text[n - 1] == '=')
    n--;
  for (gsize i = 0; i < n; i++)
    if (!g_ascii_isalnum (text[i]) && text[i] != '+' && text[i] != '/')
      return -1;
  return n % 4 == 1 || (n < length && length % 4 != 0) ? -1 : (gssize) n;
}

static gboolean
call_decode (EnlaceEvaluation    *evaluation,
             const EnlaceNode    *node,
             const EnlaceOperand *arguments,
             EnlaceOperand       *out)
{
  g_autofree char *padded = NULL;
  const char *text;
  gsize length;
  gssize n;

  if (arguments->kind != ENLACE_KIND_STRING)
    return enlace_evaluation_no_overload (evaluation, "base64.decode", arguments, 1);
  text = enlace_operand_get_string (arguments, &length);
  if (!enlace_evaluation_charge_bytes (evaluation, length * 2))
    return FALSE;
  if ((n = unpadded_length (text, length)) < 0)
    return enlace_evaluation_fail (evaluation, "the text is no base64");
  padded = g_malloc (n + 4);
  memcpy (padded, text, n);
  strcpy (padded + n, n % 4 == 2 ? "==" : n % 4 == 3 ? "=" : "");
  if (n > 0)
    g_base64_decode_inplace (padded, &length);
  enlace_operand_take (out, enlace_value_new_bytes (padded, n > 0 ? length : 0));
  return TRUE;
}

static const EnlaceFunction functions[] = {
  { "base64.decode", ENLACE_CALL_GLOBAL, 1, 1, FALSE, call_decode },
  { "base64.encode", ENLACE_CALL_GLOBAL, 1, 1, FALSE, call_encode },
};

const EnlaceFunctionLibrary enlace_encoder_library = { functions, G_N_ELEMENTS (functions) };
