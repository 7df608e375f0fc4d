/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-webhook"

#include "server/webhook/multipart.h"

#include <string.h>

#include "server/webhook/inbound.h"

#define MAX_PARTS 1000
#define MAX_PART_HEAD (8 * 1024)
#define MAX_BOUNDARY 70   /* RFC 2046, 5.1.1 */

typedef struct {
  const char *at;
  const char *end;
  char       *delimiter;  /* CR LF and the boundary */
  gsize       delimiter_length;
} Cursor;

typedef struct {
  char *name;
  char *filename;         /* nullable */
  char *content_type;     /* nullable */
} Head;

static void
head_clear (Head *self)
{
  g_free (self->name);
  g_free (self->filename);
  g_free (self->content_type);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Head, head_clear)

gboolean
enlace_multipart_is_form (const char *content_type)
{
  return content_type != NULL && g_ascii_strncasecmp (content_type, "multipart/form-data", 19) == 0 &&
         (content_type[19] == '\0' || strchr ("; \t", content_type[19]) != NULL);
}

static gboolean
fail (GError     **error,
      const char  *detail)
{
  g_set_error (error, ENLACE_INBOUND_ERROR, ENLACE_INBOUND_ERROR_BODY, "The body is declared as a form, but is none: %s", detail);

  return FALSE;
}

/* The value of a parameter, `name=value` or `name="value"`, after a `;`. NULL: it is absent. Caller frees. */
static char *
dup_parameter (const char *field,
               const char *name)
{
  gsize length = strlen (name);
  gboolean is_quoted = FALSE;

  for (const char *at = field; *at != '\0'; at++)
    {
      if (*at == '"')
        is_quoted = !is_quoted;
      else if (*at == '\\' && is_quoted && at[1] != '\0')
        at++;
      else if (*at == ';' && !is_quoted)
        {
          const char *start = at + 1 + strspn (at + 1, " \t");
          g_autoptr(GString) value = NULL;

          if (g_ascii_strncasecmp (start, name, length) != 0 || start[length] != '=')
            continue;
          start += length + 1;
          value = g_string_new (NULL);
          if (*start != '"')
            g_string_append_len (value, start, (gssize) strcspn (start, "; \t"));
          else
            for (start++; *start != '\0' && *start != '"'; start++)
              {
                if (*start == '\\' && (start[1] == '"' || start[1] == '\\'))
                  start++;
                g_string_append_c (value, *start);
              }
          return g_string_free_and_steal (g_steal_pointer (&value));
        }
    }

  return NULL;
}

static const char *
find_bytes (const char *at,
            const char *end,
            const char *needle,
            gsize       length)
{
  return end > at ? memmem (at, (gsize) (end - at), needle, length) : NULL;
}

static void
read_head_line (Head *head,
                char *line)
{
  if (g_ascii_strncasecmp (line, "content-disposition:", 20) == 0)
    {
      g_free (head->name);
      g_free (head->filename);
      head->name = dup_parameter (line, "name");
      head->filename = dup_parameter (line, "filename");
    }
  else if (g_ascii_strncasecmp (line, "content-type:", 13) == 0)
    {
      g_free (head->content_type);
      head->content_type = g_strdup (g_strstrip (line + 13));
    }
}

/* The lines before the empty one; the cursor goes behind it. */
static gboolean
read_head (Cursor  *cursor,
           Head    *head,
           GError **error)
{
  const char *stop = find_bytes (cursor->at, cursor->end, "\r\n\r\n", 4);
  g_autofree char *text = NULL;
  g_auto(GStrv) lines = NULL;

  if (stop == NULL || stop - cursor->at > MAX_PART_HEAD)
    return fail (error, "a part has no end of its head");

  text = g_strndup (cursor->at, (gsize) (stop - cursor->at));
  if (!g_utf8_validate (text, -1, NULL))
    return fail (error, "the head of a part is not in UTF-8");
  lines = g_strsplit (text, "\r\n", -1);
  for (char **line = lines; *line != NULL; line++)
    read_head_line (head, *line);
  cursor->at = stop + 4;

  return head->name != NULL || fail (error, "a part has no name");
}

static EnlaceValue *
new_part (const Head *head,
          const char *data,
          gsize       length)
{
  g_autoptr(EnlaceMapBuilder) file = NULL;

  if (head->filename == NULL)
    return g_utf8_validate_len (data, length, NULL) ? enlace_value_new_string_len (data, length) : enlace_value_new_bytes (data, length);

  file = enlace_map_builder_new ();
  enlace_map_builder_add_string (file, "filename", head->filename);
  enlace_map_builder_add_string (file, "content_type", head->content_type != NULL ? head->content_type : "application/octet-stream");
  enlace_map_builder_take (file, "data", enlace_value_new_bytes (data, length));

  return enlace_map_builder_end (file);
}

/* One part; the cursor goes behind the delimiter that ends it. Its value is added to those of its name. */
static gboolean
read_part (Cursor      *cursor,
           GHashTable  *parts,
           GPtrArray   *order,
           GError     **error)
{
  g_auto(Head) head = { NULL };
  const char *stop;
  GPtrArray *values;

  if (!read_head (cursor, &head, error))
    return FALSE;

  /* The line break that ends the head may be that of the delimiter, where the part is empty. */
  stop = find_bytes (cursor->at - 2, cursor->end, cursor->delimiter, cursor->delimiter_length);
  if (stop == NULL)
    return fail (error, "the last part has no end");

  values = g_hash_table_lookup (parts, head.name);
  if (values == NULL)
    {
      values = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_value_unref);
      g_ptr_array_add (order, g_strdup (head.name));
      g_hash_table_insert (parts, g_strdup (head.name), values);
    }
  g_ptr_array_add (values, new_part (&head, cursor->at, stop > cursor->at ? (gsize) (stop - cursor->at) : 0));
  cursor->at = stop + cursor->delimiter_length;

  return TRUE;
}

static EnlaceValue *
end_map (GHashTable *parts,
         GPtrArray  *order)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  for (guint i = 0; i < order->len; i++)
    {
      const char *name = g_ptr_array_index (order, i);
      GPtrArray *values = g_hash_table_lookup (parts, name);
      g_autoptr(EnlaceListBuilder) list = enlace_list_builder_new ();

      if (values->len == 1)
        {
          enlace_map_builder_add (builder, name, g_ptr_array_index (values, 0));
          continue;
        }
      for (guint j = 0; j < values->len; j++)
        enlace_list_builder_add (list, g_ptr_array_index (values, j));
      enlace_map_builder_take (builder, name, enlace_list_builder_end (list));
    }

  return enlace_map_builder_end (builder);
}

static EnlaceValue *
read_parts (Cursor  *cursor,
            GError **error)
{
  g_autoptr(GHashTable) parts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  g_autoptr(GPtrArray) order = g_ptr_array_new_with_free_func (g_free);

  for (guint n = 0; cursor->end - cursor->at >= 2 && memcmp (cursor->at, "--", 2) != 0; n++)
    {
      if (memcmp (cursor->at, "\r\n", 2) != 0)
        return fail (error, "a line break is missing after a boundary"), NULL;
      cursor->at += 2;
      if (n == MAX_PARTS)
        return fail (error, "it has more than 1000 parts"), NULL;
      if (!read_part (cursor, parts, order, error))
        return NULL;
    }
  if (cursor->end - cursor->at < 2)
    return fail (error, "its end is missing"), NULL;

  return end_map (parts, order);
}

EnlaceValue *
enlace_multipart_read (const char  *content_type,
                       GBytes      *body,
                       GError     **error)
{
  g_autofree char *boundary = dup_parameter (content_type, "boundary");
  g_autofree char *delimiter = NULL;
  gsize length = 0, boundary_length = boundary != NULL ? strlen (boundary) : 0;
  const char *text = body != NULL ? g_bytes_get_data (body, &length) : NULL;
  Cursor cursor;

  if (boundary_length == 0 || boundary_length > MAX_BOUNDARY)
    return fail (error, "its boundary is missing or too long"), NULL;
  if (length == 0)
    return fail (error, "it is empty"), NULL;

  delimiter = g_strconcat ("\r\n--", boundary, NULL);
  cursor = (Cursor) { .at = text, .end = text + length, .delimiter = delimiter, .delimiter_length = boundary_length + 4 };
  /* Before the first boundary may stand a text that nobody reads, and its line break only with that. */
  if (length >= boundary_length + 2 && memcmp (text, delimiter + 2, boundary_length + 2) == 0)
    cursor.at = text + boundary_length + 2;
  else if ((cursor.at = find_bytes (text, cursor.end, delimiter, cursor.delimiter_length)) != NULL)
    cursor.at += cursor.delimiter_length;
  else
    return fail (error, "its boundary is not in it"), NULL;

  return read_parts (&cursor, error);
}
