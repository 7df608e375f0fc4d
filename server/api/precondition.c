/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-api"

#include <string.h>

#include "server/api/precondition.h"

static const char *
skip_spaces (const char *p)
{
  while (*p == ' ' || *p == '\t')
    p++;

  return p;
}

static gboolean
parse_revision (const char *text,
                gsize       length,
                gint64     *revision)
{
  gint64 number = 0;

  if (length == 0 || length > 18 || (text[0] == '0' && length > 1))
    return FALSE;
  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isdigit (text[i]))
        return FALSE;
      number = number * 10 + (text[i] - '0');
    }
  *revision = number;

  return TRUE;
}

/* One entity-tag; returns what follows it, NULL when it is none. */
static const char *
parse_tag (EnlacePrecondition *self,
           const char         *p)
{
  gboolean is_weak = p[0] == 'W' && p[1] == '/';
  const char *start, *end;
  gint64 revision;

  p += is_weak ? 2 : 0;
  if (*p != '"')
    return NULL;
  start = p + 1;
  end = strchr (start, '"');
  if (end == NULL)
    return NULL;

  if (!is_weak && parse_revision (start, (gsize) (end - start), &revision))
    {
      if (self->n_revisions == G_N_ELEMENTS (self->revisions))
        return NULL;
      self->revisions[self->n_revisions++] = revision;
    }

  return end + 1;
}

gboolean
enlace_precondition_parse (EnlacePrecondition *self,
                           const char         *field)
{
  const char *p = skip_spaces (field);
  guint n_tags = 0;

  memset (self, 0, sizeof *self);
  if (*p == '*')
    {
      self->is_any = TRUE;
      return *skip_spaces (p + 1) == '\0';
    }

  while (*p != '\0')
    {
      /* Empty elements of a list are allowed (RFC 9110, 5.6.1.2). */
      if (*p == ',')
        {
          p = skip_spaces (p + 1);
          continue;
        }
      p = parse_tag (self, p);
      if (p == NULL)
        return FALSE;
      n_tags++;
      p = skip_spaces (p);
      if (*p != '\0' && *p != ',')
        return FALSE;
    }

  return n_tags > 0;
}

gboolean
enlace_precondition_holds (EnlacePrecondition *self,
                           gint64              revision)
{
  for (guint i = 0; i < self->n_revisions; i++)
    if (self->revisions[i] == revision)
      return TRUE;

  return self->is_any;
}
