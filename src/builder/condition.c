/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include "src/builder/condition.h"

#include <glib/gi18n.h>
#include <string.h>

#include "common/expression/expression.h"

typedef enum {
  SHAPE_OPERATOR,   /* left op right */
  SHAPE_METHOD,     /* left.method(right) */
  SHAPE_HAS,        /* has(left) */
  SHAPE_HAS_NOT,    /* !has(left) */
  SHAPE_ALONE,      /* left */
} Shape;

static const struct {
  Shape       shape;
  const char *token;
  const char *title;   /* translatable */
} comparisons[ENLACE_N_COMPARISONS] = {
  [ENLACE_COMPARISON_EQUAL] = { SHAPE_OPERATOR, "==", N_("is equal to") },
  [ENLACE_COMPARISON_NOT_EQUAL] = { SHAPE_OPERATOR, "!=", N_("is not equal to") },
  [ENLACE_COMPARISON_GREATER] = { SHAPE_OPERATOR, ">", N_("is greater than") },
  [ENLACE_COMPARISON_GREATER_EQUAL] = { SHAPE_OPERATOR, ">=", N_("is at least") },
  [ENLACE_COMPARISON_LESS] = { SHAPE_OPERATOR, "<", N_("is less than") },
  [ENLACE_COMPARISON_LESS_EQUAL] = { SHAPE_OPERATOR, "<=", N_("is at most") },
  [ENLACE_COMPARISON_CONTAINS] = { SHAPE_METHOD, "contains", N_("contains") },
  [ENLACE_COMPARISON_STARTS_WITH] = { SHAPE_METHOD, "startsWith", N_("starts with") },
  [ENLACE_COMPARISON_ENDS_WITH] = { SHAPE_METHOD, "endsWith", N_("ends with") },
  [ENLACE_COMPARISON_EXISTS] = { SHAPE_HAS, "has", N_("exists") },
  [ENLACE_COMPARISON_NOT_EXISTS] = { SHAPE_HAS_NOT, "!has", N_("does not exist") },
  [ENLACE_COMPARISON_TRUE] = { SHAPE_ALONE, "", N_("is true") },
};

/* Names that an operand may begin with. */
static const char *const roots[] = { "trigger", "steps", "item", "index", "vars", "workflow", "execution", "now", NULL };

EnlaceConditionRow *
enlace_condition_row_new (const char       *left,
                          EnlaceComparison  comparison,
                          const char       *right)
{
  EnlaceConditionRow *row = g_new0 (EnlaceConditionRow, 1);

  row->left = g_strdup (left);
  row->comparison = comparison;
  row->right = g_strdup (right);

  return row;
}

void
enlace_condition_row_free (EnlaceConditionRow *row)
{
  g_free (row->left);
  g_free (row->right);
  g_free (row);
}

const char *
enlace_comparison_get_title (EnlaceComparison comparison)
{
  g_return_val_if_fail (comparison < ENLACE_N_COMPARISONS, NULL);

  return _(comparisons[comparison].title);
}

gboolean
enlace_comparison_needs_right (EnlaceComparison comparison)
{
  g_return_val_if_fail (comparison < ENLACE_N_COMPARISONS, FALSE);

  return comparisons[comparison].shape <= SHAPE_METHOD;
}

/* The end of the text in quotes that begins at `text`. */
static const char *
skip_quoted (const char *text)
{
  char quote = *text++;

  while (*text != '\0' && *text != quote)
    text += text[0] == '\\' && text[1] != '\0' ? 2 : 1;

  return *text != '\0' ? text + 1 : text;
}

/* The next place at or after `text` that is outside of quotes and brackets and where `matches` says so; NULL: none. */
static const char *
find_outside (const char  *text,
              gboolean   (*matches) (const char *))
{
  int depth = 0;

  while (*text != '\0')
    {
      if (*text == '\'' || *text == '"')
        {
          text = skip_quoted (text);
          continue;
        }
      if (depth == 0 && matches (text))
        return text;
      if (strchr ("([{", *text) != NULL)
        depth++;
      else if (strchr (")]}", *text) != NULL)
        depth--;
      text++;
    }

  return NULL;
}

static gboolean
is_and (const char *text)
{
  return g_str_has_prefix (text, "&&");
}

static gboolean
is_or (const char *text)
{
  return g_str_has_prefix (text, "||");
}

static gboolean
is_comparing (const char *text)
{
  return *text == '<' || *text == '>' || g_str_has_prefix (text, "==") || g_str_has_prefix (text, "!=");
}

/* What rows cannot say: a choice, or membership. */
static gboolean
is_beyond (const char *text)
{
  return *text == '?' || g_str_has_prefix (text, " in ");
}

/* The text of an operand on the right as a person would type it. */
static char *
read_operand (const char *expression)
{
  gsize length = strlen (expression);
  g_autofree char *plain = NULL;
  g_autofree char *again = NULL;

  if (length < 2 || (*expression != '\'' && *expression != '"') || skip_quoted (expression) != expression + length ||
      memchr (expression, '\\', length) != NULL)
    return g_strdup (expression);

  plain = g_strndup (expression + 1, length - 2);
  again = enlace_condition_literal (plain);
  if (again[0] == '\'' && strncmp (again + 1, plain, strlen (plain)) == 0)
    return g_steal_pointer (&plain);

  return g_strdup (expression);
}

static char *
trim (const char *start,
      const char *end)
{
  return g_strstrip (g_strndup (start, (gsize) (end - start)));
}

static EnlaceConditionRow *
parse_operator (const char *text,
                const char *place)
{
  g_autofree char *left = trim (text, place);
  const char *rest = place + (place[1] == '=' ? 2 : 1);
  g_autofree char *right = trim (rest, rest + strlen (rest));
  g_autofree char *typed = NULL;

  /* a < b < c is no row. */
  if (left[0] == '\0' || right[0] == '\0' || find_outside (rest, is_comparing) != NULL)
    return NULL;

  typed = read_operand (right);
  for (guint i = 0; i < ENLACE_N_COMPARISONS; i++)
    if (comparisons[i].shape == SHAPE_OPERATOR && strlen (comparisons[i].token) == (gsize) (rest - place) &&
        strncmp (place, comparisons[i].token, (gsize) (rest - place)) == 0)
      return enlace_condition_row_new (left, i, typed);

  return NULL;
}

/* Text that is wholly `inner` followed by ")": the inside of one call. */
static char *
inside_call (const char *open)
{
  const char *end = open + 1;
  int depth = 1;

  while (*end != '\0' && depth > 0)
    {
      if (*end == '\'' || *end == '"')
        {
          end = skip_quoted (end);
          continue;
        }
      depth += *end == '(' ? 1 : *end == ')' ? -1 : 0;
      end++;
    }
  if (depth != 0 || *end != '\0')
    return NULL;

  return trim (open + 1, end - 1);
}

static EnlaceConditionRow *
parse_method (const char *text)
{
  for (guint i = 0; i < ENLACE_N_COMPARISONS; i++)
    {
      g_autofree char *token = g_strdup_printf (".%s(", comparisons[i].token);
      const char *place = comparisons[i].shape == SHAPE_METHOD ? strstr (text, token) : NULL;
      g_autofree char *left = NULL;
      g_autofree char *right = NULL;
      g_autofree char *typed = NULL;

      if (place == NULL || (right = inside_call (place + strlen (token) - 1)) == NULL)
        continue;

      left = trim (text, place);
      typed = read_operand (right);

      return enlace_condition_row_new (left, i, typed);
    }

  return NULL;
}

static EnlaceConditionRow *
parse_row (const char *text)
{
  const char *place = find_outside (text, is_comparing);
  EnlaceConditionRow *row;
  char *inside;

  if (text[0] == '\0' || text[0] == '(' || find_outside (text, is_beyond) != NULL)
    return NULL;
  if (place != NULL)
    return parse_operator (text, place);

  if (g_str_has_prefix (text, "has(") || g_str_has_prefix (text, "!has("))
    {
      gboolean is_not = text[0] == '!';

      inside = inside_call (strchr (text, '('));
      if (inside == NULL)
        return NULL;
      row = enlace_condition_row_new (inside, is_not ? ENLACE_COMPARISON_NOT_EXISTS : ENLACE_COMPARISON_EXISTS, "");
      g_free (inside);
      return row;
    }
  if (text[0] == '!')
    return NULL;

  row = parse_method (text);

  return row != NULL ? row : enlace_condition_row_new (text, ENLACE_COMPARISON_TRUE, "");
}

/* The expression between the braces; NULL: the text is not one expression. */
static char *
strip_braces (const char *text)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (text));
  gsize length = strlen (trimmed);
  g_autofree char *inner = NULL;
  g_autoptr(EnlaceExpression) expression = NULL;

  if (length < 4 || !g_str_has_prefix (trimmed, "{{") || !g_str_has_suffix (trimmed, "}}"))
    return NULL;

  inner = trim (trimmed + 2, trimmed + length - 2);
  expression = enlace_expression_compile (inner, -1, NULL);

  return expression != NULL ? g_steal_pointer (&inner) : NULL;
}

GPtrArray *
enlace_condition_parse (const char *text,
                        gboolean   *is_any)
{
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_condition_row_free);
  g_autofree char *inner = NULL;
  const char *start;
  const char *place;
  gboolean (*joins) (const char *);

  g_return_val_if_fail (text != NULL && is_any != NULL, NULL);

  *is_any = FALSE;
  if (text[strspn (text, " \t\n")] == '\0')
    return g_steal_pointer (&rows);
  if ((inner = strip_braces (text)) == NULL || find_outside (inner, is_beyond) != NULL)
    return NULL;

  *is_any = find_outside (inner, is_or) != NULL;
  if (*is_any && find_outside (inner, is_and) != NULL)
    return NULL;
  joins = *is_any ? is_or : is_and;

  for (start = inner; start != NULL; start = place != NULL ? place + 2 : NULL)
    {
      g_autofree char *part = NULL;
      EnlaceConditionRow *row;

      place = find_outside (start, joins);
      part = trim (start, place != NULL ? place : start + strlen (start));
      if ((row = parse_row (part)) == NULL)
        return NULL;
      g_ptr_array_add (rows, row);
    }

  return g_steal_pointer (&rows);
}

static void
append_row (GString                  *out,
            const EnlaceConditionRow *row)
{
  const char *token = comparisons[row->comparison].token;
  g_autofree char *right = enlace_condition_literal (row->right);

  switch (comparisons[row->comparison].shape)
    {
    case SHAPE_OPERATOR:
      g_string_append_printf (out, "%s %s %s", row->left, token, right);
      break;

    case SHAPE_METHOD:
      g_string_append_printf (out, "%s.%s(%s)", row->left, token, right);
      break;

    case SHAPE_HAS:
    case SHAPE_HAS_NOT:
      g_string_append_printf (out, "%s(%s)", token, row->left);
      break;

    case SHAPE_ALONE:
    default:
      g_string_append (out, row->left);
    }
}

char *
enlace_condition_format (GPtrArray *rows,
                         gboolean   is_any)
{
  g_autoptr(GString) out = g_string_new (NULL);

  g_return_val_if_fail (rows != NULL, NULL);

  for (guint i = 0; i < rows->len; i++)
    {
      const EnlaceConditionRow *row = g_ptr_array_index (rows, i);

      if (row->left[strspn (row->left, " ")] == '\0')
        continue;
      if (out->len > 0)
        g_string_append (out, is_any ? " || " : " && ");
      append_row (out, row);
    }

  if (out->len == 0)
    return g_strdup ("");

  return g_strdup_printf ("{{ %s }}", out->str);
}

static gboolean
is_word (const char *text,
         const char *word)
{
  gsize length = strlen (word);

  return g_str_has_prefix (text, word) && !g_ascii_isalnum (text[length]) && text[length] != '_';
}

static gboolean
is_expression (const char *text)
{
  static const char *const words[] = { "true", "false", "null", NULL };
  g_autoptr(EnlaceExpression) expression = NULL;
  gboolean may_be;

  may_be = g_ascii_isdigit (text[0]) || text[0] == '\'' || text[0] == '"' || text[0] == '[' ||
           (text[0] == '-' && g_ascii_isdigit (text[1]));
  for (guint i = 0; words[i] != NULL; i++)
    may_be |= g_str_equal (text, words[i]);
  for (guint i = 0; roots[i] != NULL; i++)
    may_be |= is_word (text, roots[i]) && (text[strlen (roots[i])] == '.' || text[strlen (roots[i])] == '[' || strchr (text, '(') != NULL ||
                                           g_str_equal (text, roots[i]));
  /* A call such as string(trigger.body.id). */
  may_be |= g_ascii_isalpha (text[0]) && strchr (text, '(') != NULL && g_str_has_suffix (text, ")");
  if (!may_be)
    return FALSE;

  expression = enlace_expression_compile (text, -1, NULL);

  return expression != NULL;
}

char *
enlace_condition_literal (const char *typed)
{
  g_autofree char *text = g_strstrip (g_strdup (typed));
  g_autoptr(GString) out = NULL;

  if (text[0] != '\0' && is_expression (text))
    return g_steal_pointer (&text);

  out = g_string_new ("'");
  for (const char *c = typed; *c != '\0'; c++)
    {
      if (*c == '\'' || *c == '\\')
        g_string_append_c (out, '\\');
      g_string_append_c (out, *c);
    }
  g_string_append_c (out, '\'');

  return g_string_free (g_steal_pointer (&out), FALSE);
}
