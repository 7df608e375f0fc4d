/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include "common/expression/function.h"
#include "common/expression/regex.h"

/* CEL's extension for regular expressions: what they find, and other texts in its place. */

/* `\0` to `\9` in a replacement. */
#define MAX_GROUPS 9

typedef struct {
  EnlaceRegex *regex;
  EnlaceRegex *owned;    /* the same, when it was compiled for this call */
  const char  *text;
  gsize        length;
  gsize        position;
  gssize       offsets[2 * (MAX_GROUPS + 1)];
} Search;

static void
search_clear (Search *self)
{
  g_clear_pointer (&self->owned, enlace_regex_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Search, search_clear)

/* FALSE with a failure. */
static gboolean
open_search (EnlaceEvaluation    *evaluation,
             const EnlaceNode    *node,
             const EnlaceOperand *arguments,
             Search              *self)
{
  g_autofree char *problem = NULL;
  const char *pattern;
  gsize length;

  self->text = enlace_operand_get_string (&arguments[0], &self->length);
  if ((self->regex = node->call.regex) != NULL)
    return TRUE;
  pattern = enlace_operand_get_string (&arguments[1], &length);
  /* Compiling takes a multiple of the pattern's length. */
  if (!enlace_evaluation_charge (evaluation, 16 + length))
    return FALSE;
  if ((self->regex = self->owned = enlace_regex_new (pattern, length, &problem)) == NULL)
    return enlace_evaluation_fail (evaluation, "bad regular expression: %s", problem);
  return enlace_evaluation_charge_bytes (evaluation, enlace_regex_get_size (self->regex));
}

/* The next match; `found` is FALSE behind the last. Behind an empty one the search goes on a character later. */
static gboolean
next_match (EnlaceEvaluation *evaluation,
            Search           *self,
            gboolean         *found)
{
  *found = FALSE;
  if (self->position > self->length)
    return TRUE;
  if (!enlace_regex_find (self->regex, evaluation, self->text, self->length, self->position, self->offsets, G_N_ELEMENTS (self->offsets)))
    return FALSE;
  *found = self->offsets[0] >= 0;
  if (!*found)
    return TRUE;
  self->position = self->offsets[1];
  if (self->offsets[1] == self->offsets[0])
    self->position = self->position < self->length
                     ? (gsize) (g_utf8_next_char (self->text + self->position) - self->text) : self->length + 1;
  return TRUE;
}

/* A replacement, in which a backslash and a digit stand for a group, and two backslashes for one. */
static gboolean
append_replacement (EnlaceEvaluation *evaluation,
                    const Search     *search,
                    const char       *text,
                    gsize             length,
                    GString          *result)
{
  guint n_groups = enlace_regex_get_n_groups (search->regex);

  if (!enlace_evaluation_charge_bytes (evaluation, length))
    return FALSE;
  for (gsize i = 0; i < length; i++)
    {
      char next = i + 1 < length ? text[i + 1] : '\0';

      if (text[i] != '\\')
        {
          g_string_append_c (result, text[i]);
          continue;
        }
      i++;
      if (next == '\\')
        g_string_append_c (result, '\\');
      else if (!g_ascii_isdigit (next) || (guint) (next - '0') > n_groups)
        return enlace_evaluation_fail (evaluation, "the replacement names a group that the pattern has not");
      else if (search->offsets[2 * (next - '0')] >= 0)
        {
          const gssize *group = &search->offsets[2 * (next - '0')];

          if (!enlace_call_append (evaluation, result, search->text + group[0], group[1] - group[0]))
            return FALSE;
        }
    }
  return TRUE;
}

static gboolean
call_replace (EnlaceEvaluation    *evaluation,
              const EnlaceNode    *node,
              const EnlaceOperand *arguments,
              EnlaceOperand       *out)
{
  g_autoptr(GString) result = g_string_new (NULL);
  g_auto(Search) search = { 0 };
  gint64 left = node->n == 4 && arguments[3].kind == ENLACE_KIND_INT && arguments[3].integer >= 0 ? arguments[3].integer : G_MAXINT64;
  const char *replacement;
  gsize length, copied = 0;

  if (!enlace_call_accept (evaluation, node, arguments, "sssi") || !open_search (evaluation, node, arguments, &search))
    return FALSE;
  replacement = enlace_operand_get_string (&arguments[2], &length);
  for (gboolean found = TRUE; left > 0; left--)
    {
      if (!next_match (evaluation, &search, &found))
        return FALSE;
      if (!found)
        break;
      if (!enlace_call_append (evaluation, result, search.text + copied, search.offsets[0] - copied)
          || !append_replacement (evaluation, &search, replacement, length, result))
        return FALSE;
      copied = search.offsets[1];
    }
  return enlace_call_append (evaluation, result, search.text + copied, search.length - copied) && enlace_call_set_text (out, result);
}

/* The match, or its group where the pattern has one. */
static gboolean
take_extract (EnlaceEvaluation  *evaluation,
              const Search      *search,
              EnlaceValue      **value)
{
  const gssize *part = &search->offsets[enlace_regex_get_n_groups (search->regex) == 1 ? 2 : 0];

  if (!enlace_evaluation_charge (evaluation, 2 + (part[1] - part[0]) / ENLACE_COST_BYTES))
    return FALSE;
  *value = part[0] >= 0 ? enlace_value_new_string_len (search->text + part[0], part[1] - part[0]) : NULL;
  return TRUE;
}

static gboolean
open_extract (EnlaceEvaluation    *evaluation,
              const EnlaceNode    *node,
              const EnlaceOperand *arguments,
              Search              *search)
{
  if (!enlace_call_accept (evaluation, node, arguments, "ss") || !open_search (evaluation, node, arguments, search))
    return FALSE;
  if (enlace_regex_get_n_groups (search->regex) > 1)
    return enlace_evaluation_fail (evaluation, "“%s” takes a pattern with at most one group", node->call.name);
  return TRUE;
}

static gboolean
call_extract (EnlaceEvaluation    *evaluation,
              const EnlaceNode    *node,
              const EnlaceOperand *arguments,
              EnlaceOperand       *out)
{
  g_autoptr(EnlaceValue) value = NULL;
  g_auto(Search) search = { 0 };
  gboolean found;

  if (!open_extract (evaluation, node, arguments, &search) || !next_match (evaluation, &search, &found))
    return FALSE;
  if (found && !take_extract (evaluation, &search, &value))
    return FALSE;
  enlace_operand_take (out, enlace_value_new_optional (value));
  return TRUE;
}

static gboolean
call_extract_all (EnlaceEvaluation    *evaluation,
                  const EnlaceNode    *node,
                  const EnlaceOperand *arguments,
                  EnlaceOperand       *out)
{
  g_autoptr(EnlaceListBuilder) list = enlace_list_builder_new ();
  g_auto(Search) search = { 0 };
  gboolean found;

  if (!open_extract (evaluation, node, arguments, &search) || !next_match (evaluation, &search, &found))
    return FALSE;
  while (found)
    {
      EnlaceValue *value;

      if (!take_extract (evaluation, &search, &value))
        return FALSE;
      if (value != NULL)
        enlace_list_builder_take (list, value);
      if (!next_match (evaluation, &search, &found))
        return FALSE;
    }
  enlace_operand_take (out, enlace_list_builder_end (list));
  return TRUE;
}

#define GLOBAL(name, min, max, call) name, ENLACE_CALL_GLOBAL, min, max, FALSE, call, NULL

static const EnlaceFunction functions[] = {
  { GLOBAL ("regex.extract", 2, 2, call_extract),
    { "regex.extract", "regex.extract(text: string, pattern: string): optional",
      "The first match, or what the group of the pattern took of it; none without a match.",
      "regex.extract('Order #1042', '#([0-9]+)').orValue('')", "\"1042\"" } },
  { GLOBAL ("regex.extractAll", 2, 2, call_extract_all),
    { "regex.extractAll", "regex.extractAll(text: string, pattern: string): list", "All matches, or what the group of the pattern took of each.",
      "regex.extractAll('a1 b22', '[0-9]+')", "[\"1\",\"22\"]" } },
  { GLOBAL ("regex.replace", 3, 4, call_replace),
    { "regex.replace", "regex.replace(text: string, pattern: string, replacement: string, count?: int): string",
      "The text with other text in place of its matches, of all or of the first ones. `\\1` (in a raw string `r'\\1'`) is what the first group took.",
      "regex.replace('2026-03-01', '([0-9]+)-([0-9]+)-([0-9]+)', r'\\3/\\2/\\1')", "\"01/03/2026\"" } },
};

const EnlaceFunctionLibrary enlace_pattern_library = { functions, G_N_ELEMENTS (functions), "Regular expressions" };
