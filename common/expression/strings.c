/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include <string.h>

#include "common/expression/function.h"
#include "common/expression/regex.h"
#include "common/expression/text.h"

static gboolean
call_size (EnlaceEvaluation    *evaluation,
           const EnlaceNode    *node,
           const EnlaceOperand *arguments,
           EnlaceOperand       *out)
{
  gsize length;

  if (arguments->kind == ENLACE_KIND_STRING)
    {
      const char *text = enlace_operand_get_string (arguments, &length);

      if (!enlace_evaluation_charge_bytes (evaluation, length))
        return FALSE;
      length = enlace_text_count (text, length);
    }
  else if (arguments->kind == ENLACE_KIND_BYTES)
    enlace_value_get_bytes (arguments->value, &length);
  else if (arguments->kind == ENLACE_KIND_LIST || arguments->kind == ENLACE_KIND_MAP)
    length = enlace_value_get_length (arguments->value);
  else
    return enlace_evaluation_no_overload (evaluation, "size", arguments, 1);
  enlace_operand_set_int (out, length);
  return TRUE;
}

/* Two strings, or a failure. */
static gboolean
get_two_strings (EnlaceEvaluation     *evaluation,
                 const EnlaceNode     *node,
                 const EnlaceOperand  *arguments,
                 const char          **texts,
                 gsize                *lengths)
{
  if (arguments[0].kind != ENLACE_KIND_STRING || arguments[1].kind != ENLACE_KIND_STRING)
    {
      enlace_evaluation_no_overload (evaluation, node->call.name, arguments, 2);
      return FALSE;
    }
  texts[0] = enlace_operand_get_string (&arguments[0], &lengths[0]);
  texts[1] = enlace_operand_get_string (&arguments[1], &lengths[1]);
  return TRUE;
}

static gboolean
call_contains (EnlaceEvaluation    *evaluation,
               const EnlaceNode    *node,
               const EnlaceOperand *arguments,
               EnlaceOperand       *out)
{
  const char *texts[2];
  gsize lengths[2];

  if (!get_two_strings (evaluation, node, arguments, texts, lengths)
      || !enlace_evaluation_charge_bytes (evaluation, lengths[0] + lengths[1]))
    return FALSE;
  enlace_operand_set_bool (out, memmem (texts[0], lengths[0], texts[1], lengths[1]) != NULL);
  return TRUE;
}

static gboolean
call_starts_with (EnlaceEvaluation    *evaluation,
                  const EnlaceNode    *node,
                  const EnlaceOperand *arguments,
                  EnlaceOperand       *out)
{
  const char *texts[2];
  gsize lengths[2];

  if (!get_two_strings (evaluation, node, arguments, texts, lengths)
      || !enlace_evaluation_charge_bytes (evaluation, MIN (lengths[0], lengths[1])))
    return FALSE;
  enlace_operand_set_bool (out, lengths[1] <= lengths[0] && memcmp (texts[0], texts[1], lengths[1]) == 0);
  return TRUE;
}

static gboolean
call_ends_with (EnlaceEvaluation    *evaluation,
                const EnlaceNode    *node,
                const EnlaceOperand *arguments,
                EnlaceOperand       *out)
{
  const char *texts[2];
  gsize lengths[2];

  if (!get_two_strings (evaluation, node, arguments, texts, lengths)
      || !enlace_evaluation_charge_bytes (evaluation, MIN (lengths[0], lengths[1])))
    return FALSE;
  enlace_operand_set_bool (out, lengths[1] <= lengths[0]
                                && memcmp (texts[0] + lengths[0] - lengths[1], texts[1], lengths[1]) == 0);
  return TRUE;
}

static gboolean
match_computed_pattern (EnlaceEvaluation *evaluation,
                        const char       *pattern,
                        gsize             n_pattern,
                        const char       *text,
                        gsize             n_text,
                        gboolean         *matches)
{
  g_autofree char *problem = NULL;
  g_autoptr(EnlaceRegex) regex = NULL;

  /* Compiling takes a multiple of the pattern's length. */
  if (!enlace_evaluation_charge (evaluation, 16 + n_pattern))
    return FALSE;
  regex = enlace_regex_new (pattern, n_pattern, &problem);
  if (regex == NULL)
    return enlace_evaluation_fail (evaluation, "bad regular expression: %s", problem);
  if (!enlace_evaluation_charge_bytes (evaluation, enlace_regex_get_size (regex)))
    return FALSE;
  return enlace_regex_match (regex, evaluation, text, n_text, matches);
}

static gboolean
call_matches (EnlaceEvaluation    *evaluation,
              const EnlaceNode    *node,
              const EnlaceOperand *arguments,
              EnlaceOperand       *out)
{
  const char *texts[2];
  gsize lengths[2];
  gboolean matches = FALSE, ok;

  if (!get_two_strings (evaluation, node, arguments, texts, lengths))
    return FALSE;
  if (node->call.regex != NULL)
    ok = enlace_regex_match (node->call.regex, evaluation, texts[0], lengths[0], &matches);
  else
    ok = match_computed_pattern (evaluation, texts[1], lengths[1], texts[0], lengths[0], &matches);
  if (ok)
    enlace_operand_set_bool (out, matches);
  return ok;
}

static const EnlaceFunction functions[] = {
  { "contains", ENLACE_CALL_MEMBER, 2, 2, FALSE, call_contains },
  { "endsWith", ENLACE_CALL_MEMBER, 2, 2, FALSE, call_ends_with },
  { "matches", ENLACE_CALL_GLOBAL | ENLACE_CALL_MEMBER, 2, 2, FALSE, call_matches },
  { "size", ENLACE_CALL_GLOBAL | ENLACE_CALL_MEMBER, 1, 1, FALSE, call_size },
  { "startsWith", ENLACE_CALL_MEMBER, 2, 2, FALSE, call_starts_with },
};

const EnlaceFunctionLibrary enlace_string_library = { functions, G_N_ELEMENTS (functions) };
