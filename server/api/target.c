/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-api"

#include <string.h>

#include "server/api/target.h"

gboolean
enlace_percent_decode (char *text)
{
  char *out = strchr (text, '%');

  if (out == NULL)
    return TRUE;

  for (const char *in = out; *in != '\0'; in++, out++)
    {
      if (*in == '%')
        {
          int high = g_ascii_xdigit_value (in[1]);
          int low = high >= 0 ? g_ascii_xdigit_value (in[2]) : -1;

          if (low < 0 || high + low == 0)
            return FALSE;
          *out = (char) (high << 4 | low);
          in += 2;
        }
      else
        *out = *in;
    }
  *out = '\0';

  return TRUE;
}

/* Without decoding: what enlace_percent_decode() would refuse. */
static gboolean
is_well_encoded (const char *text)
{
  for (const char *p = strchr (text, '%'); p != NULL; p = strchr (p + 1, '%'))
    if (!g_ascii_isxdigit (p[1]) || !g_ascii_isxdigit (p[2]) || (p[1] == '0' && p[2] == '0'))
      return FALSE;

  return TRUE;
}

static gboolean
is_target_text (const char *text)
{
  for (const guchar *p = (const guchar *) text; *p != '\0'; p++)
    if (*p <= 0x20 || *p >= 0x7f || *p == '#')
      return FALSE;

  return TRUE;
}

static gboolean
is_dots (const char *segment)
{
  return segment[0] == '.' && (segment[1] == '\0' || (segment[1] == '.' && segment[2] == '\0'));
}

/* http://AUTHORITY/PATH: cuts the authority off; returns where the path begins, NULL when it is no absolute form. */
static char *
take_authority (EnlaceTarget *self,
                char         *text)
{
  char *authority;
  gsize length;

  if (g_ascii_strncasecmp (text, "http://", 7) == 0)
    authority = text + 7;
  else if (g_ascii_strncasecmp (text, "https://", 8) == 0)
    authority = text + 8;
  else
    return NULL;

  length = strcspn (authority, "/");
  if (length == 0 || authority[length] != '/')
    return NULL;

  /* One byte to the left, so that there is room for the NUL before the path. */
  memmove (authority - 1, authority, length);
  authority[length - 1] = '\0';
  self->authority = authority - 1;

  return authority + length;
}

static gboolean
split (EnlaceTarget *self,
       char         *path)
{
  /* `path` begins with a slash. */
  for (char *segment = path + 1; segment != NULL;)
    {
      char *slash = strchr (segment, '/');

      if (slash != NULL)
        *slash = '\0';
      if (!enlace_percent_decode (segment) || !g_utf8_validate (segment, -1, NULL))
        return FALSE;
      if (is_dots (segment))
        self->has_dots = TRUE;
      if (self->n_segments == ENLACE_TARGET_MAX_SEGMENTS)
        self->is_too_long = TRUE;
      else
        self->segments[self->n_segments++] = segment;

      segment = slash != NULL ? slash + 1 : NULL;
    }

  return TRUE;
}

static gboolean
check_query (const char *query)
{
  guint n = 1;

  for (const char *p = query; *p != '\0'; p++)
    n += *p == '&';

  return n <= ENLACE_QUERY_MAX_VALUES && is_well_encoded (query);
}

gboolean
enlace_target_parse (EnlaceTarget  *self,
                     const char    *text,
                     const char   **problem)
{
  char *path, *mark;

  memset (self, 0, sizeof *self);
  self->text = path = g_strdup (text);

  *problem = "The target of the request has characters that an address does not have.";
  if (!is_target_text (text))
    return FALSE;

  *problem = "The target of the request is neither a path nor an absolute address.";
  if (*path != '/')
    path = take_authority (self, path);
  if (path == NULL)
    return FALSE;

  self->raw = g_strdup (path);
  mark = strchr (path, '?');
  if (mark != NULL)
    {
      *mark = '\0';
      self->query = mark + 1;
    }

  *problem = "The query is badly encoded or has too many values.";
  if (self->query != NULL && !check_query (self->query))
    return FALSE;

  *problem = "The path is badly encoded.";
  return split (self, path);
}

void
enlace_target_clear (EnlaceTarget *self)
{
  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->raw, g_free);
  self->authority = self->query = NULL;
  self->n_segments = 0;
}

char *
enlace_target_dup_rest (EnlaceTarget *self,
                        guint         first)
{
  GString *rest = g_string_new (NULL);

  for (guint i = first; i < self->n_segments; i++)
    {
      if (i > first)
        g_string_append_c (rest, '/');
      g_string_append (rest, self->segments[i]);
    }

  return g_string_free_and_steal (rest);
}

static char *
decode_part (const char *text,
             gsize       length)
{
  char *part = g_strndup (text, length);

  for (char *p = part; *p != '\0'; p++)
    if (*p == '+')
      *p = ' ';
  if (!enlace_percent_decode (part) || !g_utf8_validate (part, -1, NULL))
    {
      char *mended = g_utf8_make_valid (part, -1);

      g_free (part);
      part = mended;
    }

  return part;
}

static void
add_to_list (GHashTable       *lists,
             GPtrArray        *names,
             char             *name,
             EnlaceValue      *value)
{
  EnlaceListBuilder *list = g_hash_table_lookup (lists, name);

  if (list == NULL)
    {
      list = enlace_list_builder_new ();
      g_ptr_array_add (names, name);
      g_hash_table_insert (lists, name, list);
    }
  else
    g_free (name);
  enlace_list_builder_take (list, value);
}

static EnlaceValue *
end_lists (GHashTable *lists,
           GPtrArray  *names)
{
  g_autoptr(EnlaceMapBuilder) map = enlace_map_builder_new ();

  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);

      enlace_map_builder_take (map, name, enlace_list_builder_end (g_hash_table_lookup (lists, name)));
    }

  return enlace_map_builder_end (map);
}

EnlaceValue *
enlace_query_to_map (const char *query,
                     gboolean    all)
{
  g_autoptr(EnlaceMapBuilder) map = enlace_map_builder_new ();
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GHashTable) lists = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) enlace_list_builder_free);

  for (const char *pair = query; pair != NULL && *pair != '\0';)
    {
      gsize length = strcspn (pair, "&");
      const char *equals = memchr (pair, '=', length);
      gsize name_length = equals != NULL ? (gsize) (equals - pair) : length;

      if (length > 0)
        {
          g_autofree char *name = decode_part (pair, name_length);
          char *value = equals != NULL ? decode_part (equals + 1, length - name_length - 1) : g_strdup ("");

          if (all)
            add_to_list (lists, names, g_steal_pointer (&name), enlace_value_new_string_take (value));
          else
            enlace_map_builder_take_string (map, name, value);
        }
      pair += length;
      pair += *pair == '&';
    }

  return all ? end_lists (lists, names) : enlace_map_builder_end (map);
}
