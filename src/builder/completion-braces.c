/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include "src/builder/completion-braces.h"

#include <string.h>

/* Kinds of which the text is read as it stands. */
static const EnlaceParameterKind plain_kinds[] = {
  ENLACE_PARAMETER_HEADER_NAME,
  ENLACE_PARAMETER_NAME,
  ENLACE_PARAMETER_NAMES,
  ENLACE_PARAMETER_CODE,
  ENLACE_PARAMETER_CRON,
  ENLACE_PARAMETER_TIME_ZONE,
  ENLACE_PARAMETER_SCHEMA,
  ENLACE_PARAMETER_WORKFLOW,
};

gboolean
enlace_completion_kind_has_braces (EnlaceParameterKind kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (plain_kinds); i++)
    if (plain_kinds[i] == kind)
      return FALSE;

  return TRUE;
}

/* Where the expression ends that begins at `at`. FALSE: a literal in it is not closed. */
static gboolean
find_end (const char *text,
          gsize       at,
          gboolean    is_json,
          gboolean    has_literals,
          gsize      *end)
{
  guint depth = 0;
  char quote = '\0';

  for (; text[at] != '\0'; at++)
    {
      char c = text[at];

      if (c == '\\' && text[at + 1] != '\0')
        at++;
      else if (is_json && c == '"')
        break;
      else if (quote != '\0')
        quote = c == quote ? '\0' : quote;
      else if (has_literals && (c == '"' || c == '\''))
        quote = c;
      else if (c == '{' && text[at + 1] == '{')
        break;
      else if (c == '{')
        depth++;
      else if (c == '}' && depth > 0)
        depth--;
      else if (c == '}' && text[at + 1] == '}')
        break;
    }
  *end = at;

  return quote == '\0';
}

gboolean
enlace_completion_find_braces (const char *text,
                               gsize       cursor,
                               gboolean    is_json,
                               gsize      *start,
                               gsize      *end)
{
  const char *open = text;

  g_return_val_if_fail (text != NULL && start != NULL && end != NULL, FALSE);

  while ((open = strstr (open, "{{")) != NULL)
    {
      gsize begin = (gsize) (open - text) + 2;
      gsize stop;

      if (begin > cursor)
        return FALSE;
      if (open > text && open[-1] == '\\')
        {
          open += 2;
          continue;
        }

      /* A literal that is being typed has no end yet: then it must not swallow what follows. */
      if (!find_end (text, begin, is_json, TRUE, &stop))
        find_end (text, begin, is_json, FALSE, &stop);
      if (cursor <= stop)
        {
          *start = begin;
          *end = stop;
          return TRUE;
        }
      open = text + stop;
    }

  return FALSE;
}
