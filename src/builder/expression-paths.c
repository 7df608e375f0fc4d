/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include <string.h>

#include "src/builder/expression-paths.h"

typedef struct {
  EnlacePathFunc func;
  gpointer       user_data;
} Replace;

static gboolean
is_word (char c)
{
  return g_ascii_isalnum (c) || c == '_';
}

static const char *
skip_literal (const char *at,
              gboolean    raw)
{
  char quote = *at;
  gboolean triple = at[1] == quote && at[2] == quote;

  for (at += triple ? 3 : 1; *at != '\0'; at++)
    {
      if (*at == '\\' && !raw && at[1] != '\0')
        at++;
      else if (*at == quote && (!triple || (at[1] == quote && at[2] == quote)))
        return at + (triple ? 3 : 1);
    }

  return at;
}

/* `.name` or `["name"]` at `at`: its name (transfer full) and where it ends; NULL: there is none, or it is a call. */
static char *
read_member (const char  *at,
             const char **end)
{
  const char *start;

  while (g_ascii_isspace (*at))
    at++;
  if (*at == '.' && is_word (at[1]))
    {
      for (start = ++at; is_word (*at); at++)
        ;
      *end = at;
      return *at != '(' ? g_strndup (start, (gsize) (at - start)) : NULL;
    }
  if (*at == '[' && (at[1] == '"' || at[1] == '\''))
    {
      const char *close = skip_literal (at + 1, FALSE);

      if (*close != ']' || close - at < 3 || memchr (at, '\\', (gsize) (close - at)) != NULL)
        return NULL;
      *end = close + 1;
      return g_strndup (at + 2, (gsize) (close - at - 3));
    }

  return NULL;
}

static const char *
replace_path (Replace    *self,
              GString    *out,
              const char *start,
              const char *at)
{
  g_autofree char *root = g_strndup (start, (gsize) (at - start));
  const char *ends[3] = { at, at, at };
  g_autofree char *first = read_member (at, &ends[1]);
  g_autofree char *second = first != NULL ? read_member (ends[1], &ends[2]) : NULL;
  guint n_used = 0;
  g_autofree char *text = *at != '(' ? self->func (root, first, second, &n_used, self->user_data) : NULL;

  if (text == NULL)
    {
      g_string_append (out, root);
      return at;
    }
  g_string_append (out, text);

  return ends[MIN (n_used, 2)];
}

/* Copies the expression at `at` up to its closing }}, or to the end. */
static const char *
replace_in_expression (Replace    *self,
                       GString    *out,
                       const char *at)
{
  guint braces = 0;
  gboolean behind_dot = FALSE;

  while (*at != '\0' && !(*at == '}' && at[1] == '}' && braces == 0))
    {
      const char *start = at;

      if (g_ascii_isdigit (*at))
        {
          while (is_word (*at) || *at == '.')
            at++;
          g_string_append_len (out, start, at - start);
        }
      else if (is_word (*at))
        {
          while (is_word (*at))
            at++;
          if ((*at == '"' || *at == '\'') && at - start <= 2)
            {
              gboolean raw = memchr (start, 'r', (gsize) (at - start)) != NULL || memchr (start, 'R', (gsize) (at - start)) != NULL;

              at = skip_literal (at, raw);
              g_string_append_len (out, start, at - start);
            }
          else if (behind_dot)
            g_string_append_len (out, start, at - start);
          else
            at = replace_path (self, out, start, at);
        }
      else if (*at == '"' || *at == '\'')
        {
          at = skip_literal (at, FALSE);
          g_string_append_len (out, start, at - start);
        }
      else
        {
          braces += *at == '{';
          braces -= *at == '}' && braces > 0;
          g_string_append_c (out, *at++);
        }
      if (!g_ascii_isspace (*start))
        behind_dot = *start == '.';
    }

  return at;
}

static EnlaceValue *
replace_in_text (Replace     *self,
                 EnlaceValue *value,
                 gboolean     bare)
{
  const char *text = enlace_value_get_string (value);
  g_autoptr(GString) out = g_string_new (NULL);
  const char *at = text;
  const char *open = strstr (text, "{{");

  if (open == NULL && bare)
    at = replace_in_expression (self, out, at);
  while ((open = strstr (at, "{{")) != NULL)
    {
      g_string_append_len (out, at, open + 2 - at);
      at = open + 2;
      if (open == text || open[-1] != '\\')
        at = replace_in_expression (self, out, at);
    }
  g_string_append (out, at);

  return g_str_equal (out->str, text) ? enlace_value_ref (value) : enlace_value_new_string_len (out->str, out->len);
}

EnlaceValue *
enlace_expression_paths_replace (EnlaceValue    *value,
                                 gboolean        bare,
                                 EnlacePathFunc  func,
                                 gpointer        user_data)
{
  Replace self = { func, user_data };
  EnlaceKind kind = enlace_value_get_kind (value);

  if (kind == ENLACE_KIND_STRING)
    return replace_in_text (&self, value, bare);
  if (kind == ENLACE_KIND_LIST)
    {
      g_autoptr(EnlaceListBuilder) list = enlace_list_builder_new ();

      for (gsize i = 0; i < enlace_value_get_length (value); i++)
        enlace_list_builder_take (list, enlace_expression_paths_replace (enlace_value_get_element (value, i), bare, func, user_data));
      return enlace_list_builder_end (list);
    }
  if (kind == ENLACE_KIND_MAP)
    {
      g_autoptr(EnlaceMapBuilder) map = enlace_map_builder_new ();

      for (gsize i = 0; i < enlace_value_get_length (value); i++)
        {
          g_autoptr(EnlaceValue) member = enlace_expression_paths_replace (enlace_value_get_member_value (value, i), bare, func, user_data);

          enlace_map_builder_insert (map, enlace_value_get_key (value, i), member);
        }
      return enlace_map_builder_end (map);
    }

  return enlace_value_ref (value);
}
