/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

#include "common/expression/regex.h"

#define MAX_PATTERN     (16 * 1024)
#define MAX_REPEAT      1000           /* as RE2 */
#define MAX_PARENTHESES 60             /* the compiler recurses */
#define HEAP_KIB        (16 * 1024)
#define STEPS_PER_UNIT  4              /* of the search, for a unit of cost */

struct _EnlaceRegex {
  pcre2_code *code;
};

/* While a search runs: what it has cost, by the place where it is looking. */
typedef struct {
  EnlaceEvaluation *evaluation;
  gsize             position;
  gsize             steps;
} Search;

/* What may follow a backslash in RE2: \C, \K, \R and the rest of Perl's are not in it. */
#define ESCAPES "aftnrvdDsSwWbBAzQEpPx"

static const char *
check_escape (const char **at,
              const char  *end)
{
  const char c = *at + 1 < end ? (*at)[1] : '\0';

  (*at) += 2;
  if (c == '\0')
    return "a backslash ends the pattern";
  if (c >= '1' && c <= '9')
    return "back references are not supported";
  if (g_ascii_isalpha (c) && strchr (ESCAPES, c) == NULL)
    return "there is no such backslash sequence";
  if (c == 'Q')
    {
      const char *close = g_strstr_len (*at, end - *at, "\\E");

      *at = close != NULL ? close + 2 : end;
    }
  return NULL;
}

/* Behind "(?": only groups, names and flags. */
static const char *
check_group (const char *at,
             const char *end)
{
  if (at < end && (*at == ':' || strchr ("imsU-", *at) != NULL))
    return NULL;
  if (end - at > 2 && at[0] == 'P' && at[1] == '<')
    return NULL;
  if (end - at > 1 && at[0] == '<' && at[1] != '=' && at[1] != '!')
    return NULL;
  return "look-around, recursion, conditions and atomic groups are not supported";
}

/* At a brace: the length of a repetition `{n}`, `{n,}`, `{n,m}`, or 0 when it is plain text. */
static gsize
repetition_length (const char  *at,
                   const char  *end,
                   const char **problem)
{
  const char *start = at++;
  guint64 number = 0;
  gboolean digits = FALSE;

  for (; at < end && (g_ascii_isdigit (*at) || (*at == ',' && digits)); at++)
    {
      number = *at == ',' ? 0 : MIN (number * 10 + (*at - '0'), G_MAXINT);
      digits = TRUE;
      if (number > MAX_REPEAT)
        *problem = "a repetition is of at most 1000";
    }
  if (digits && at < end && *at == '}')
    return at + 1 - start;
  *problem = NULL;
  return 0;
}

static const char *
skip_class (const char *at,
            const char *end)
{
  at++;
  if (at < end && *at == '^')
    at++;
  if (at < end && *at == ']')
    at++;
  while (at < end && *at != ']')
    {
      if (*at == '[' && at + 1 < end && at[1] == ':')
        {
          const char *close = g_strstr_len (at, end - at, ":]");

          at = close != NULL ? close + 2 : at + 2;
        }
      else
        at += *at == '\\' && at + 1 < end ? 2 : 1;
    }
  return MIN (at + 1, end);
}

/* PCRE2 knows more than RE2: refuses what a search in linear time could not do. */
static const char *
check_syntax (const char *at,
              const char *end)
{
  gboolean repeated = FALSE;
  const char *problem = NULL;

  while (at < end && problem == NULL)
    {
      gsize length = *at == '{' ? repetition_length (at, end, &problem) : 0;
      gboolean repeats = length > 0 || strchr ("*+?", *at) != NULL;

      if (repeats && *at == '+' && repeated)
        return "possessive repetitions are not supported";
      repeated = repeats;
      if (*at == '\\')
        problem = check_escape (&at, end);
      else if (*at == '[')
        at = skip_class (at, end);
      else if (*at == '(' && end - at > 1 && at[1] == '?')
        {
          problem = check_group (at + 2, end);
          at += 2;
        }
      else if (*at == '(' && end - at > 1 && at[1] == '*')
        return "a repetition has nothing to repeat";
      else
        at += MAX (length, 1);
    }
  return problem;
}

/* Called before each item of the pattern is tried. */
static int
step_cb (pcre2_callout_block *block,
         void                *data)
{
  Search *search = data;
  gsize moved = block->current_position > search->position ? block->current_position - search->position
                                                           : search->position - block->current_position;

  search->position = block->current_position;
  search->steps += 1 + moved / ENLACE_COST_BYTES;
  if (search->steps < STEPS_PER_UNIT)
    return 0;
  if (!enlace_evaluation_charge (search->evaluation, search->steps / STEPS_PER_UNIT))
    return PCRE2_ERROR_CALLOUT;
  search->steps = 0;
  return 0;
}

static pcre2_code *
compile (const char  *pattern,
         gsize        length,
         char       **problem)
{
  pcre2_compile_context *context = pcre2_compile_context_create (NULL);
  pcre2_code *code;
  PCRE2_UCHAR message[128];
  PCRE2_SIZE offset;
  int error;

  pcre2_set_parens_nest_limit (context, MAX_PARENTHESES);
  pcre2_set_newline (context, PCRE2_NEWLINE_LF);
  code = pcre2_compile ((PCRE2_SPTR) pattern, length,
                        PCRE2_UTF | PCRE2_NO_UTF_CHECK | PCRE2_DOLLAR_ENDONLY | PCRE2_AUTO_CALLOUT | PCRE2_NEVER_BACKSLASH_C,
                        &error, &offset, context);
  pcre2_compile_context_free (context);
  if (code == NULL)
    {
      pcre2_get_error_message (error, message, sizeof message);
      *problem = g_strdup ((const char *) message);
    }
  return code;
}

EnlaceRegex *
enlace_regex_new (const char  *pattern,
                  gsize        length,
                  char       **problem)
{
  const char *refusal = length > MAX_PATTERN ? "the pattern is longer than 16 KiB" : check_syntax (pattern, pattern + length);
  pcre2_code *code;
  EnlaceRegex *self;

  *problem = g_strdup (refusal);
  if (refusal != NULL || (code = compile (pattern, length, problem)) == NULL)
    return NULL;
  self = g_new0 (EnlaceRegex, 1);
  self->code = code;
  return self;
}

void
enlace_regex_free (EnlaceRegex *self)
{
  pcre2_code_free (self->code);
  g_free (self);
}

gsize
enlace_regex_get_size (EnlaceRegex *self)
{
  size_t size = 0;

  pcre2_pattern_info (self->code, PCRE2_INFO_SIZE, &size);
  return size;
}

guint
enlace_regex_get_n_groups (EnlaceRegex *self)
{
  guint32 n = 0;

  pcre2_pattern_info (self->code, PCRE2_INFO_CAPTURECOUNT, &n);
  return n;
}

/* What pcre2_match() gives. */
static int
search (EnlaceRegex      *self,
        EnlaceEvaluation *evaluation,
        const char       *text,
        gsize             length,
        gsize             start,
        pcre2_match_data *data)
{
  Search search = { .evaluation = evaluation, .position = start };
  pcre2_match_context *context = pcre2_match_context_create (NULL);
  int result;

  pcre2_set_callout (context, step_cb, &search);
  pcre2_set_heap_limit (context, HEAP_KIB);
  pcre2_set_match_limit (context, G_MAXINT32);
  pcre2_set_depth_limit (context, G_MAXINT32);
  result = pcre2_match (self->code, (PCRE2_SPTR) text, length, start, PCRE2_NO_UTF_CHECK, data, context);
  pcre2_match_context_free (context);
  return result;
}

/* TRUE when the search came to its end, with a match or without one. */
static gboolean
came_to_end (EnlaceEvaluation *evaluation,
             int               result)
{
  if (result >= 0 || result == PCRE2_ERROR_NOMATCH)
    return TRUE;
  if (evaluation->failure.set)
    return FALSE;
  return enlace_evaluation_fail_cost (evaluation);
}

gboolean
enlace_regex_match (EnlaceRegex      *self,
                    EnlaceEvaluation *evaluation,
                    const char       *text,
                    gsize             length,
                    gboolean         *matches)
{
  pcre2_match_data *data;
  int result;

  if (!enlace_evaluation_charge_bytes (evaluation, length))
    return FALSE;
  data = pcre2_match_data_create (1, NULL);
  result = search (self, evaluation, text, length, 0, data);
  pcre2_match_data_free (data);
  *matches = result >= 0;
  return came_to_end (evaluation, result);
}

gboolean
enlace_regex_find (EnlaceRegex      *self,
                   EnlaceEvaluation *evaluation,
                   const char       *text,
                   gsize             length,
                   gsize             start,
                   gssize           *offsets,
                   guint             n_offsets)
{
  pcre2_match_data *data;
  const PCRE2_SIZE *vector;
  gsize looked_at = length - start;
  int result;

  /* Making ready for a search costs something too. */
  if (!enlace_evaluation_charge (evaluation, 8))
    return FALSE;
  data = pcre2_match_data_create (n_offsets / 2, NULL);
  result = search (self, evaluation, text, length, start, data);
  vector = pcre2_get_ovector_pointer (data);
  for (guint i = 0; i < n_offsets; i++)
    offsets[i] = result < 0 || (result > 0 && i >= 2 * (guint) result) || vector[i] == PCRE2_UNSET ? -1 : (gssize) vector[i];
  pcre2_match_data_free (data);
  if (result >= 0 && offsets[1] >= (gssize) start)
    looked_at = offsets[1] - start;
  return came_to_end (evaluation, result) && enlace_evaluation_charge_bytes (evaluation, looked_at);
}
