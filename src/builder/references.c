/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include <string.h>

#include "src/builder/references.h"

/* Where a word of the expression language ends. */
static gboolean
is_word (char c)
{
  return g_ascii_isalnum (c) || c == '_';
}

/* Behind the string literal that begins at `at` (its quote), or at the end of the text. */
static const char *
skip_literal (const char *at,
              gboolean    raw)
{
  char quote = *at;
  gboolean triple = at[1] == quote && at[2] == quote;

  at += triple ? 3 : 1;
  for (; *at != '\0'; at++)
    {
      if (*at == '\\' && !raw && at[1] != '\0')
        at++;
      else if (*at == quote && (!triple || (at[1] == quote && at[2] == quote)))
        return at + (triple ? 3 : 1);
    }

  return at;
}

static void
append_renamed (GString    *out,
                const char *id,
                gsize       length,
                GHashTable *ids)
{
  g_autofree char *old = g_strndup (id, length);
  const char *new = g_hash_table_lookup (ids, old);

  g_string_append (out, new != NULL ? new : old);
}

/* What follows the word `steps`: `.ID` or `["ID"]`, spaces allowed. Appends it, renamed; returns where it ends. */
static const char *
rename_after_steps (GString    *out,
                    const char *at,
                    GHashTable *ids)
{
  const char *start = at;
  const char *id;

  while (g_ascii_isspace (*at))
    at++;
  if (*at != '.' && *at != '[')
    return start;

  id = at + 1;
  while (*id == '?' || g_ascii_isspace (*id))
    id++;
  if (*at == '.')
    {
      const char *end = id;

      while (is_word (*end))
        end++;
      g_string_append_len (out, start, id - start);
      append_renamed (out, id, end - id, ids);
      return end;
    }

  if (*id == '"' || *id == '\'')
    {
      const char *end = skip_literal (id, FALSE);

      if (end - id < 3 || end[-1] != *id || id[1] == *id)
        return start;
      g_string_append_len (out, start, id + 1 - start);
      append_renamed (out, id + 1, end - id - 2, ids);
      g_string_append_c (out, *id);
      return end;
    }

  return start;
}

/* Copies the expression at `at` up to its closing }}, or to the end. */
static const char *
rename_in_expression (GString    *out,
                      const char *at,
                      GHashTable *ids)
{
  guint braces = 0;
  gboolean behind_dot = FALSE;

  while (*at != '\0')
    {
      const char *start = at;

      if (*at == '}' && at[1] == '}' && braces == 0)
        break;

      if (is_word (*at))
        {
          while (is_word (*at))
            at++;
          g_string_append_len (out, start, at - start);
          if (!behind_dot && at - start == 5 && strncmp (start, "steps", 5) == 0)
            at = rename_after_steps (out, at, ids);
          else if ((*at == '"' || *at == '\'') && at - start <= 2)
            {
              const char *end = skip_literal (at, strpbrk (start, "rR") != NULL && strpbrk (start, "rR") < at);

              g_string_append_len (out, at, end - at);
              at = end;
            }
          behind_dot = FALSE;
          continue;
        }

      if (*at == '"' || *at == '\'')
        at = skip_literal (at, FALSE);
      else
        {
          braces += *at == '{';
          braces -= *at == '}' && braces > 0;
          at++;
        }
      if (!g_ascii_isspace (*start))
        behind_dot = *start == '.';
      g_string_append_len (out, start, at - start);
    }

  return at;
}

static EnlaceValue *
rename_in_text (EnlaceValue *value,
                GHashTable  *ids)
{
  const char *text = enlace_value_get_string (value);
  g_autoptr(GString) out = NULL;
  const char *at = text;
  const char *open;

  if (strstr (text, "{{") == NULL || strstr (text, "steps") == NULL)
    return enlace_value_ref (value);

  out = g_string_new (NULL);
  while ((open = strstr (at, "{{")) != NULL)
    {
      g_string_append_len (out, at, open + 2 - at);
      at = open + 2;
      if (open == text || open[-1] != '\\')
        at = rename_in_expression (out, at, ids);
    }
  g_string_append (out, at);

  if (g_str_equal (out->str, text))
    return enlace_value_ref (value);

  return enlace_value_new_string_len (out->str, out->len);
}

static EnlaceValue *
rename_in_list (EnlaceValue *value,
                GHashTable  *ids)
{
  g_autoptr(EnlaceListBuilder) builder = enlace_list_builder_new ();

  for (gsize i = 0; i < enlace_value_get_length (value); i++)
    enlace_list_builder_take (builder, enlace_references_rename (enlace_value_get_element (value, i), ids));

  return enlace_list_builder_end (builder);
}

static EnlaceValue *
rename_in_map (EnlaceValue *value,
               GHashTable  *ids)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  for (gsize i = 0; i < enlace_value_get_length (value); i++)
    {
      g_autoptr(EnlaceValue) member = enlace_references_rename (enlace_value_get_member_value (value, i), ids);

      enlace_map_builder_insert (builder, enlace_value_get_key (value, i), member);
    }

  return enlace_map_builder_end (builder);
}

EnlaceValue *
enlace_references_rename (EnlaceValue *value,
                          GHashTable  *ids)
{
  EnlaceKind kind;

  g_return_val_if_fail (value != NULL, NULL);
  g_return_val_if_fail (ids != NULL, NULL);

  kind = enlace_value_get_kind (value);
  if (kind == ENLACE_KIND_STRING)
    return rename_in_text (value, ids);
  if (kind == ENLACE_KIND_LIST)
    return rename_in_list (value, ids);
  if (kind == ENLACE_KIND_MAP)
    return rename_in_map (value, ids);

  return enlace_value_ref (value);
}
