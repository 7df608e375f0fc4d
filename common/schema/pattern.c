/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-schema"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

#include "common/schema/pattern.h"

#define MAX_LENGTH      (4 * 1024)
#define MAX_PARENTHESES 60             /* the compiler recurses */
#define MAX_STEPS       (200 * 1000)
#define MAX_HEAP_KIB    (4 * 1024)

struct _EnlacePattern {
  pcre2_code *code;
  char *text;
};

EnlacePattern *
enlace_pattern_new (const char  *text,
                    char       **problem)
{
  pcre2_compile_context *context;
  pcre2_code *code;
  PCRE2_SIZE offset;
  int code_error;
  EnlacePattern *self;

  if (strlen (text) > MAX_LENGTH)
    {
      *problem = g_strdup ("a pattern is of at most 4 KiB");
      return NULL;
    }

  context = pcre2_compile_context_create (NULL);
  pcre2_set_parens_nest_limit (context, MAX_PARENTHESES);
  code = pcre2_compile ((PCRE2_SPTR) text, strlen (text), PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_ALT_BSUX | PCRE2_NEVER_BACKSLASH_C,
                        &code_error, &offset, context);
  pcre2_compile_context_free (context);
  if (code == NULL)
    {
      PCRE2_UCHAR message[256];

      pcre2_get_error_message (code_error, message, sizeof message);
      *problem = g_strdup ((const char *) message);
      return NULL;
    }

  self = g_new0 (EnlacePattern, 1);
  self->code = code;
  self->text = g_strdup (text);

  return self;
}

void
enlace_pattern_free (EnlacePattern *self)
{
  pcre2_code_free (self->code);
  g_free (self->text);
  g_free (self);
}

const char *
enlace_pattern_get_text (const EnlacePattern *self)
{
  return self->text;
}

EnlacePatternResult
enlace_pattern_search (const EnlacePattern *self,
                       const char          *text,
                       gsize                length)
{
  pcre2_match_context *context = pcre2_match_context_create (NULL);
  pcre2_match_data *data = pcre2_match_data_create (1, NULL);
  int result;

  pcre2_set_match_limit (context, MAX_STEPS);
  pcre2_set_heap_limit (context, MAX_HEAP_KIB);
  result = pcre2_match (self->code, (PCRE2_SPTR) text, length, 0, 0, data, context);
  pcre2_match_data_free (data);
  pcre2_match_context_free (context);

  if (result == PCRE2_ERROR_NOMATCH)
    return ENLACE_PATTERN_DIFFERS;

  return result >= 0 ? ENLACE_PATTERN_MATCHES : ENLACE_PATTERN_EXHAUSTED;
}
