/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "src/builder/text-place.h"

#include <string.h>

#include "common/value/json.h"

static gsize
skip_space (const char *text,
            gsize       at)
{
  return at + strspn (text + at, " \t\r\n");
}

static gsize
skip_string (const char *text,
             gsize       at)
{
  for (at++; text[at] != '\0' && text[at] != '"'; at++)
    {
      if (text[at] == '\\' && text[at + 1] != '\0')
        at++;
    }

  return text[at] == '"' ? at + 1 : at;
}

static gsize
skip_value (const char *text,
            gsize       at)
{
  guint depth = 0;

  do
    {
      at = skip_space (text, at);
      if (text[at] == '"')
        {
          at = skip_string (text, at);
        }
      else if (text[at] == '{' || text[at] == '[')
        {
          depth++;
          at++;
        }
      else if (depth > 0 && (text[at] == '}' || text[at] == ']'))
        {
          depth--;
          at++;
        }
      else if (depth > 0 && (text[at] == ',' || text[at] == ':'))
        {
          at++;
        }
      else
        {
          at += strcspn (text + at, ",:]} \t\r\n\"{[");
        }
    }
  while (depth > 0 && text[at] != '\0');

  return at;
}

static gboolean
is_member (const char *text,
           gsize       start,
           gsize       end,
           const char *name)
{
  g_autoptr(EnlaceValue) key = enlace_json_parse (text + start, (gssize) (end - start), NULL);

  return key != NULL && enlace_value_get_kind (key) == ENLACE_KIND_STRING && g_str_equal (enlace_value_get_string (key), name);
}

/* Goes from a map or list to one of its values. */
static gboolean
step_into (const char *text,
           gsize      *place,
           const char *token)
{
  gboolean is_map = text[*place] == '{';
  gsize at = *place + 1;

  if (!is_map && text[*place] != '[')
    return FALSE;

  for (guint64 i = 0;; i++)
    {
      gboolean is_wanted;

      at = skip_space (text, at);
      if (text[at] == '\0' || text[at] == '}' || text[at] == ']')
        return FALSE;

      if (is_map)
        {
          gsize end = skip_string (text, at);

          is_wanted = is_member (text, at, end, token);
          at = skip_space (text, end);
          at = skip_space (text, text[at] == ':' ? at + 1 : at);
        }
      else
        {
          is_wanted = g_ascii_isdigit (token[0]) && g_ascii_strtoull (token, NULL, 10) == i;
        }

      if (is_wanted)
        {
          *place = at;
          return TRUE;
        }

      at = skip_space (text, skip_value (text, at));
      if (text[at] == ',')
        at++;
    }
}

/* RFC 6901, section 4: "~1" first, then "~0". */
static char *
unescape (const char *token)
{
  g_autoptr(GString) text = g_string_new (token);

  g_string_replace (text, "~1", "/", 0);
  g_string_replace (text, "~0", "~", 0);

  return g_string_free_and_steal (g_steal_pointer (&text));
}

gsize
enlace_text_place_find (const char *text,
                        const char *pointer)
{
  g_auto(GStrv) tokens = NULL;
  gsize place;

  g_return_val_if_fail (text != NULL && pointer != NULL, 0);

  tokens = g_strsplit (pointer, "/", -1);
  place = skip_space (text, 0);
  for (guint i = 1; i < g_strv_length (tokens); i++)
    {
      g_autofree char *token = unescape (tokens[i]);

      if (!step_into (text, &place, token))
        break;
    }

  return place;
}
