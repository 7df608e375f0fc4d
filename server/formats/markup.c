/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-formats"

#include "server/formats/markup.h"

#include <string.h>

static const char *
get_reference (char c)
{
  switch (c)
    {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return NULL;
    }
}

void
enlace_markup_append (GString    *out,
                      const char *text,
                      gsize       length)
{
  gsize start = 0;

  for (gsize i = 0; i < length; i++)
    {
      const char *reference = get_reference (text[i]);

      if (reference == NULL)
        continue;
      g_string_append_len (out, text + start, (gssize) (i - start));
      g_string_append (out, reference);
      start = i + 1;
    }

  g_string_append_len (out, text + start, (gssize) (length - start));
}
