/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-formats"

#include "server/formats/csv.h"

#include <string.h>

#include "common/value/json.h"
#include "server/formats/text.h"

typedef struct {
  const EnlaceCsvDialect *dialect;
  EnlaceFormatGuard      *guard;
  GString                *out;
} Writer;

/* As templates write it: text as it is, null as nothing, else JSON. Bytes and times are JSON's text without its quotes. */
static char *
dup_text (EnlaceValue  *value,
          gsize        *length,
          GError      **error)
{
  const char *text = enlace_value_get_string_len (value, length);
  char *json;

  if (text != NULL)
    return enlace_text_copy (text, *length);
  *length = 0;
  if (enlace_value_is_null (value))
    return g_strdup ("");

  json = enlace_json_format (value, ENLACE_JSON_COMPACT, length, error);
  if (json != NULL && *json == '"' && *length >= 2)
    {
      *length -= 2;
      memmove (json, json + 1, *length);
      json[*length] = '\0';
    }

  return json;
}

/* What the usual spreadsheets take for a formula. */
static gboolean
is_formula (EnlaceValue *value,
            const char  *text)
{
  return enlace_value_get_kind (value) == ENLACE_KIND_STRING && *text != '\0' && strchr ("=+-@\t\r\n", *text) != NULL;
}

static gboolean
wants_quotes (Writer     *self,
              const char *text,
              gsize       length)
{
  const EnlaceCsvDialect *dialect = self->dialect;

  if (dialect->quotes_all)
    return TRUE;
  for (gsize i = 0; i < length; i++)
    if (text[i] == '\n' || text[i] == '\r' || text[i] == dialect->quote || (dialect->is_backslash && text[i] == '\\'))
      return TRUE;

  return memmem (text, length, dialect->delimiter, strlen (dialect->delimiter)) != NULL
         || (length > 0 && (g_ascii_isspace (text[0]) || g_ascii_isspace (text[length - 1])));
}

static void
append_quoted (Writer     *self,
               const char *text,
               gsize       length)
{
  const EnlaceCsvDialect *dialect = self->dialect;

  g_string_append_c (self->out, dialect->quote);
  for (gsize i = 0; i < length; i++)
    {
      if (text[i] == dialect->quote || (dialect->is_backslash && text[i] == '\\'))
        g_string_append_c (self->out, dialect->is_backslash ? '\\' : dialect->quote);
      g_string_append_c (self->out, text[i]);
    }
  g_string_append_c (self->out, dialect->quote);
}

/* `is_alone`: the only field of its row, which must not look like an empty line. */
static gboolean
append_field (Writer       *self,
              EnlaceValue  *value,
              gboolean      is_alone,
              GError      **error)
{
  g_autofree char *text = NULL;
  gsize length;

  text = dup_text (value, &length, error);
  if (text == NULL)
    return FALSE;
  if (self->dialect->is_guarded && is_formula (value, text))
    {
      g_autofree char *plain = g_steal_pointer (&text);

      text = g_malloc (length + 2);
      text[0] = '\'';
      memcpy (text + 1, plain, length);
      text[++length] = '\0';
    }

  if (!wants_quotes (self, text, length) && !(is_alone && length == 0))
    g_string_append_len (self->out, text, (gssize) length);
  else if (self->dialect->quote != 0)
    append_quoted (self, text, length);
  else
    {
      g_set_error_literal (error, ENLACE_FORMAT_ERROR, ENLACE_FORMAT_ERROR_VALUE, "A value needs quotes, and the dialect has none");
      return FALSE;
    }

  return TRUE;
}

static void
end_line (Writer *self)
{
  g_string_append (self->out, self->dialect->is_crlf ? "\r\n" : "\n");
}

static gboolean
append_list (Writer       *self,
             EnlaceValue  *list,
             GError      **error)
{
  gsize n = enlace_value_get_length (list);

  for (gsize i = 0; i < n; i++)
    {
      if (i > 0)
        g_string_append (self->out, self->dialect->delimiter);
      if (!append_field (self, enlace_value_get_element (list, i), n == 1, error))
        return FALSE;
    }

  end_line (self);
  return TRUE;
}

static gboolean
append_record (Writer       *self,
               EnlaceValue  *columns,
               EnlaceValue  *record,
               GError      **error)
{
  g_autoptr(EnlaceListBuilder) fields = enlace_list_builder_new ();
  g_autoptr(EnlaceValue) nothing = enlace_value_new_null ();
  g_autoptr(EnlaceValue) list = NULL;

  for (gsize i = 0; i < enlace_value_get_length (columns); i++)
    {
      EnlaceValue *field = enlace_value_lookup (record, enlace_value_get_element (columns, i));

      enlace_list_builder_add (fields, field != NULL ? field : nothing);
    }

  list = enlace_list_builder_end (fields);
  return append_list (self, list, error);
}

static EnlaceValue *
find_columns (EnlaceValue *rows)
{
  g_autoptr(EnlaceListBuilder) columns = enlace_list_builder_new ();
  g_autoptr(GHashTable) seen = g_hash_table_new ((GHashFunc) enlace_value_hash, (GEqualFunc) enlace_value_equal);

  for (gsize i = 0; i < enlace_value_get_length (rows); i++)
    {
      EnlaceValue *row = enlace_value_get_element (rows, i);

      for (gsize j = 0; enlace_value_get_kind (row) == ENLACE_KIND_MAP && j < enlace_value_get_length (row); j++)
        if (g_hash_table_add (seen, enlace_value_get_key (row, j)))
          enlace_list_builder_add (columns, enlace_value_get_key (row, j));
    }

  return enlace_list_builder_end (columns);
}

static gboolean
append_row (Writer       *self,
            EnlaceValue  *columns,
            EnlaceValue  *row,
            GError      **error)
{
  switch ((int) enlace_value_get_kind (row))
    {
    case ENLACE_KIND_MAP:
      return append_record (self, columns, row, error);
    case ENLACE_KIND_LIST:
      return append_list (self, row, error);
    default:
      g_set_error_literal (error, ENLACE_FORMAT_ERROR, ENLACE_FORMAT_ERROR_VALUE, "it is neither a record nor a list");
      return FALSE;
    }
}

char *
enlace_csv_write (const EnlaceCsvDialect  *dialect,
                  EnlaceValue             *rows,
                  gsize                   *length,
                  EnlaceFormatGuard       *guard,
                  GError                 **error)
{
  g_autoptr(GString) out = g_string_new (NULL);
  g_autoptr(EnlaceValue) columns = dialect->columns != NULL ? enlace_value_ref (dialect->columns) : find_columns (rows);
  Writer self = { dialect, guard, out };

  if (dialect->has_header && enlace_value_get_length (columns) > 0 && !append_list (&self, columns, error))
    return NULL;
  for (gsize i = 0; i < enlace_value_get_length (rows); i++)
    {
      gsize before = out->len;
      g_autoptr(GError) reason = NULL;

      if (!append_row (&self, columns, enlace_value_get_element (rows, i), &reason))
        {
          g_set_error (error, ENLACE_FORMAT_ERROR, ENLACE_FORMAT_ERROR_VALUE, "Row %" G_GSIZE_FORMAT ": %s", i + 1, reason->message);
          return NULL;
        }
      if (!enlace_format_spend (guard, 1 + (out->len - before) / 16, out->len, error))
        return NULL;
    }

  *length = out->len;
  return g_string_free (g_steal_pointer (&out), FALSE);
}
