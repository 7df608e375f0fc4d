/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-formats"

#include "server/formats/csv.h"

#include <string.h>

#include "common/value/json.h"

#define MAX_COLUMNS 16384
#define FIELD_SIZE 64

typedef struct {
  const EnlaceCsvDialect *dialect;
  EnlaceFormatGuard      *guard;
  const char             *at, *end;
  gsize                   delimiter_length;
  gsize                   line;         /* at `at` */
  gsize                   row_line;     /* where the row began */
  GString                *field;
  gboolean                is_quoted;
  GPtrArray              *row;          /* EnlaceValue */
  GPtrArray              *columns;      /* EnlaceValue, text; NULL: rows are lists */
  EnlaceListBuilder      *rows;
  gsize                   size;         /* of what was made, about */
} Reader;

static void
clear_reader (Reader *self)
{
  g_string_free (self->field, TRUE);
  g_ptr_array_unref (self->row);
  g_clear_pointer (&self->columns, g_ptr_array_unref);
  enlace_list_builder_free (self->rows);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reader, clear_reader)

static gboolean
is_delimiter (Reader *self)
{
  return (gsize) (self->end - self->at) >= self->delimiter_length && memcmp (self->at, self->dialect->delimiter, self->delimiter_length) == 0;
}

static gboolean
is_line_end (Reader *self)
{
  return *self->at == '\n' || *self->at == '\r';
}

static void
skip_line_end (Reader *self)
{
  if (*self->at == '\r' && self->at + 1 < self->end && self->at[1] == '\n')
    self->at++;
  self->at++;
  self->line++;
}

/* A JSON number, so that 007 and +34 600 stay text. */
static gboolean
is_number (const char *text,
           gsize       length)
{
  gsize i = text[0] == '-';
  gsize first = i;

  while (i < length && g_ascii_isdigit (text[i]))
    i++;
  if (i == first || (text[first] == '0' && i > first + 1))
    return FALSE;
  if (i < length && text[i] == '.')
    {
      first = ++i;
      while (i < length && g_ascii_isdigit (text[i]))
        i++;
      if (i == first)
        return FALSE;
    }
  if (i < length && (text[i] == 'e' || text[i] == 'E'))
    {
      i += 1 + (i + 1 < length && (text[i + 1] == '-' || text[i + 1] == '+'));
      first = i;
      while (i < length && g_ascii_isdigit (text[i]))
        i++;
      if (i == first)
        return FALSE;
    }

  return i == length;
}

static EnlaceValue *
make_value (Reader *self)
{
  const char *text = self->field->str;
  gsize length = self->field->len;
  EnlaceValue *number;

  if (!self->dialect->infers || self->is_quoted)
    return enlace_value_new_string_len (text, length);
  if (length == 0)
    return enlace_value_new_null ();
  if (g_ascii_strcasecmp (text, "true") == 0 || g_ascii_strcasecmp (text, "false") == 0)
    return enlace_value_new_bool (g_ascii_tolower (*text) == 't');
  if (is_number (text, length) && (number = enlace_json_parse (text, (gssize) length, NULL)) != NULL)
    return number;

  return enlace_value_new_string_len (text, length);
}

/* At the opening quote. */
static gboolean
read_quoted (Reader  *self,
             GError **error)
{
  const EnlaceCsvDialect *dialect = self->dialect;
  gsize line = self->line;

  self->is_quoted = TRUE;
  for (self->at++; self->at < self->end; self->at++)
    {
      char c = *self->at;

      if (dialect->is_backslash && c == '\\' && self->at + 1 < self->end)
        c = *++self->at;
      else if (c == dialect->quote)
        {
          if (dialect->is_backslash || self->at + 1 == self->end || self->at[1] != c)
            {
              self->at++;
              if (self->at == self->end || is_delimiter (self) || is_line_end (self))
                return TRUE;
              return enlace_format_fail (self->guard, error, self->line, "text follows the closing quote of column %u", self->row->len + 1);
            }
          self->at++;
        }
      if (c == '\n' || (c == '\r' && (self->at + 1 == self->end || self->at[1] != '\n')))
        self->line++;
      g_string_append_c (self->field, c);
    }

  return enlace_format_fail (self->guard, error, line, "the quote of column %u is never closed", self->row->len + 1);
}

static gboolean
read_field (Reader  *self,
            GError **error)
{
  const char *start = self->at;

  g_string_truncate (self->field, 0);
  self->is_quoted = FALSE;
  if (self->at < self->end && self->dialect->quote != 0 && *self->at == self->dialect->quote)
    return read_quoted (self, error);

  while (self->at < self->end && !is_line_end (self) && !is_delimiter (self))
    self->at++;
  g_string_append_len (self->field, start, self->at - start);
  return TRUE;
}

/* TRUE with an empty row: an empty line. */
static gboolean
read_row (Reader  *self,
          GError **error)
{
  g_ptr_array_set_size (self->row, 0);
  self->row_line = self->line;
  while (TRUE)
    {
      if (!read_field (self, error))
        return FALSE;
      if (self->row->len == MAX_COLUMNS)
        return enlace_format_fail (self->guard, error, self->line, "there are more than %u columns", MAX_COLUMNS);
      g_ptr_array_add (self->row, make_value (self));
      self->size += FIELD_SIZE + self->field->len;
      if (self->at == self->end || is_line_end (self))
        break;
      self->at += self->delimiter_length;
    }

  if (self->row->len == 1 && self->field->len == 0 && !self->is_quoted)
    g_ptr_array_set_size (self->row, 0);
  if (self->at < self->end)
    skip_line_end (self);

  return TRUE;
}

static gboolean
add_column (Reader      *self,
            GHashTable  *seen,
            EnlaceValue *name,
            GError     **error)
{
  const char *text = enlace_value_get_string (name);
  g_autoptr(EnlaceValue) column = text != NULL && *text != '\0' ? enlace_value_ref (name)
                                                                : enlace_value_new_string_printf ("column_%u", self->columns->len + 1);

  if (g_hash_table_add (seen, (gpointer) enlace_value_get_string (column)))
    {
      g_ptr_array_add (self->columns, g_steal_pointer (&column));
      return TRUE;
    }

  return enlace_format_fail (self->guard, error, self->row_line, "two columns are named “%s”", enlace_value_get_string (column));
}

/* Names are text, whatever they look like. */
static gboolean
read_header (Reader  *self,
             GError **error)
{
  const EnlaceCsvDialect *given = self->dialect;
  EnlaceCsvDialect dialect = *given;
  g_autoptr(GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  EnlaceValue *columns = given->columns;

  if (given->header == ENLACE_CSV_HEADER_NONE)
    return TRUE;

  self->columns = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_value_unref);
  self->row_line = 1;
  if (given->header == ENLACE_CSV_HEADER_COLUMNS)
    {
      for (gsize i = 0; i < enlace_value_get_length (columns); i++)
        if (!add_column (self, seen, enlace_value_get_element (columns, i), error))
          return FALSE;
      return TRUE;
    }

  dialect.infers = FALSE;
  self->dialect = &dialect;
  while (self->at < self->end && self->row->len == 0)
    if (!read_row (self, error))
      return FALSE;
  self->dialect = given;

  for (guint i = 0; i < self->row->len; i++)
    if (!add_column (self, seen, self->row->pdata[i], error))
      return FALSE;

  return TRUE;
}

static gboolean
check_length (Reader  *self,
              GError **error)
{
  guint n_fields = self->row->len, n_columns = self->columns->len;

  if (n_fields == n_columns || (n_fields < n_columns && self->dialect->fills))
    return TRUE;

  return enlace_format_fail (self->guard, error, self->row_line, "the row has %u fields, but there are %u columns", n_fields, n_columns);
}

static gboolean
add_row (Reader  *self,
         GError **error)
{
  g_autoptr(EnlaceMapBuilder) record = NULL;

  if (self->columns == NULL)
    {
      g_autoptr(EnlaceListBuilder) list = enlace_list_builder_new ();

      for (guint i = 0; i < self->row->len; i++)
        enlace_list_builder_add (list, self->row->pdata[i]);
      enlace_list_builder_take (self->rows, enlace_list_builder_end (list));
      return TRUE;
    }
  if (!check_length (self, error))
    return FALSE;

  record = enlace_map_builder_new ();
  for (guint i = 0; i < self->columns->len; i++)
    {
      g_autoptr(EnlaceValue) nothing = i < self->row->len ? NULL : enlace_value_new_null ();

      enlace_map_builder_insert (record, self->columns->pdata[i], nothing != NULL ? nothing : self->row->pdata[i]);
    }
  enlace_list_builder_take (self->rows, enlace_map_builder_end (record));
  self->size += FIELD_SIZE * self->columns->len;

  return TRUE;
}

static gboolean
spend (Reader      *self,
       const char  *start,
       GError     **error)
{
  gsize units = 1 + (self->at - start) / 16;

  return enlace_format_spend (self->guard, units, self->size, error);
}

EnlaceValue *
enlace_csv_read (const EnlaceCsvDialect  *dialect,
                 const char              *text,
                 gsize                    length,
                 EnlaceFormatGuard       *guard,
                 GError                 **error)
{
  g_auto(Reader) self = {
    .dialect = dialect,
    .guard = guard,
    .at = text,
    .end = text + length,
    .delimiter_length = strlen (dialect->delimiter),
    .line = 1,
    .field = g_string_new (NULL),
    .row = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_value_unref),
    .rows = enlace_list_builder_new (),
  };

  if (!read_header (&self, error))
    return NULL;
  while (self.at < self.end)
    {
      const char *start = self.at;

      if (!read_row (&self, error) || (self.row->len > 0 && !add_row (&self, error)) || !spend (&self, start, error))
        return NULL;
    }

  return enlace_list_builder_end (self.rows);
}
