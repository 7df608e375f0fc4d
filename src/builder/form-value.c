/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include "src/builder/form-value.h"

#include <glib/gi18n.h>
#include <string.h>

#include "common/value/json.h"

static const char *
skip_space (const char *text)
{
  while (g_ascii_isspace (*text))
    text++;

  return text;
}

/* Text that begins like JSON, but for "{{", which begins a template. */
static gboolean
looks_like_json (const char *text)
{
  return (text[0] == '{' && text[1] != '{') || text[0] == '[' || text[0] == '"';
}

/* What a free value's text means: JSON where it is JSON, else a text. */
static EnlaceValue *
read_free (const char  *text,
           GError     **error)
{
  g_autoptr(GError) reason = NULL;
  const char *start = skip_space (text);
  EnlaceValue *value = enlace_json_parse (text, -1, &reason);

  if (value != NULL)
    return value;
  if (!looks_like_json (start))
    return enlace_value_new_string (text);

  g_set_error (error, ENLACE_JSON_ERROR, reason->code,
               /* Translators: %s is what is wrong, such as "unexpected character at byte 12" */
               _("This is not JSON yet: %s"), reason->message);

  return NULL;
}

static char *
write_free (EnlaceValue *value)
{
  const char *text = enlace_value_get_string (value);
  g_autoptr(EnlaceValue) again = NULL;

  if (text != NULL && text[0] != '\0' && (again = read_free (text, NULL)) != NULL && enlace_value_get_kind (again) == ENLACE_KIND_STRING &&
      enlace_value_equal (again, value))
    return g_strdup (text);

  return enlace_json_format (value, ENLACE_JSON_PRETTY, NULL, NULL);
}

static EnlaceValue *
read_number (const char *text)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (text));
  gint64 number;

  if (g_ascii_string_to_signed (trimmed, 10, G_MININT64, G_MAXINT64, &number, NULL))
    return enlace_value_new_int (number);

  return enlace_value_new_string (text);
}

char *
enlace_form_text_from_value (EnlaceParameterKind  kind,
                             EnlaceValue         *value)
{
  const char *text = value != NULL ? enlace_value_get_string (value) : NULL;

  if (value == NULL)
    return g_strdup ("");
  if (kind == ENLACE_PARAMETER_JSON || kind == ENLACE_PARAMETER_EXPRESSION || kind == ENLACE_PARAMETER_SCHEMA)
    return write_free (value);
  if (text != NULL)
    return g_strdup (text);

  return enlace_json_format (value, ENLACE_JSON_COMPACT, NULL, NULL);
}

EnlaceValue *
enlace_form_value_from_text (EnlaceParameterKind   kind,
                             const char           *text,
                             GError              **error)
{
  g_return_val_if_fail (text != NULL, NULL);

  if (*skip_space (text) == '\0' && (text[0] == '\0' || (kind != ENLACE_PARAMETER_LONG_TEXT && kind != ENLACE_PARAMETER_CODE)))
    return NULL;

  switch ((int) kind)
    {
    case ENLACE_PARAMETER_JSON:
    case ENLACE_PARAMETER_EXPRESSION:
    case ENLACE_PARAMETER_SCHEMA:
      return read_free (text, error);

    case ENLACE_PARAMETER_DURATION:
    case ENLACE_PARAMETER_NUMBER:
      return read_number (text);

    default:
      return enlace_value_new_string (text);
    }
}

EnlaceFormRow *
enlace_form_row_new (const char *name,
                     const char *text)
{
  EnlaceFormRow *row = g_new0 (EnlaceFormRow, 1);

  row->name = g_strdup (name);
  row->text = g_strdup (text);

  return row;
}

void
enlace_form_row_free (EnlaceFormRow *row)
{
  g_free (row->name);
  g_free (row->text);
  g_clear_pointer (&row->member, enlace_value_unref);
  g_free (row);
}

static EnlaceFormRow *
row_from_field (EnlaceValue *field)
{
  EnlaceValue *value = enlace_value_get_member (field, "value");
  g_autofree char *text = value != NULL ? write_free (value) : g_strdup ("");
  EnlaceFormRow *row = enlace_form_row_new (enlace_value_get_member_string (field, "path", ""), text);

  row->member = enlace_value_ref (field);

  return row;
}

static EnlaceFormRow *
row_from_pair (EnlaceValue *key,
               EnlaceValue *value)
{
  const char *string = enlace_value_get_string (value);
  g_autofree char *text = string != NULL ? g_strdup (string) : enlace_json_format (value, ENLACE_JSON_COMPACT, NULL, NULL);
  EnlaceFormRow *row = enlace_form_row_new (enlace_value_get_string (key), text);

  row->member = enlace_value_ref (value);

  return row;
}

GPtrArray *
enlace_form_rows_from_value (EnlaceParameterKind  kind,
                             EnlaceValue         *value)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_form_row_free);

  if (value == NULL)
    return rows;

  if (kind == ENLACE_PARAMETER_FIELDS && enlace_value_get_kind (value) == ENLACE_KIND_LIST)
    for (gsize i = 0; i < enlace_value_get_length (value); i++)
      g_ptr_array_add (rows, row_from_field (enlace_value_get_element (value, i)));
  else if (kind == ENLACE_PARAMETER_PAIRS && enlace_value_get_kind (value) == ENLACE_KIND_MAP)
    for (gsize i = 0; i < enlace_value_get_length (value); i++)
      g_ptr_array_add (rows, row_from_pair (enlace_value_get_key (value, i), enlace_value_get_member_value (value, i)));

  return rows;
}

/* What is not JSON yet stays text: the row keeps what was typed, and the check says what is wrong where it matters. */
static EnlaceValue *
read_field_value (const char *text)
{
  EnlaceValue *value = enlace_form_value_from_text (ENLACE_PARAMETER_JSON, text, NULL);

  return value != NULL ? value : enlace_value_new_string (text);
}

static EnlaceValue *
field_to_value (const EnlaceFormRow *row)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  for (gsize i = 0; row->member != NULL && enlace_value_get_kind (row->member) == ENLACE_KIND_MAP &&
                    i < enlace_value_get_length (row->member); i++)
    enlace_map_builder_add (builder, enlace_value_get_string (enlace_value_get_key (row->member, i)),
                            enlace_value_get_member_value (row->member, i));
  enlace_map_builder_add_string (builder, "path", row->name);
  enlace_map_builder_take (builder, "value", read_field_value (row->text));

  return enlace_map_builder_end (builder);
}

/* A number, a bool or a list that the person did not touch stays what it is. */
static EnlaceValue *
pair_to_value (const EnlaceFormRow *row)
{
  if (row->member != NULL && enlace_value_get_string (row->member) == NULL)
    {
      g_autofree char *before = enlace_json_format (row->member, ENLACE_JSON_COMPACT, NULL, NULL);

      if (g_strcmp0 (before, row->text) == 0)
        return enlace_value_ref (row->member);
    }

  return enlace_value_new_string (row->text);
}

EnlaceValue *
enlace_form_rows_to_value (EnlaceParameterKind  kind,
                           GPtrArray           *rows)
{
  g_autoptr(EnlaceListBuilder) list = enlace_list_builder_new ();
  g_autoptr(EnlaceMapBuilder) map = enlace_map_builder_new ();
  gboolean is_empty = TRUE;

  g_return_val_if_fail (rows != NULL, NULL);

  for (guint i = 0; i < rows->len; i++)
    {
      const EnlaceFormRow *row = g_ptr_array_index (rows, i);

      if (row->name[0] == '\0' && (row->text[0] == '\0' || kind == ENLACE_PARAMETER_PAIRS))
        continue;

      is_empty = FALSE;
      if (kind == ENLACE_PARAMETER_FIELDS)
        enlace_list_builder_take (list, field_to_value (row));
      else
        enlace_map_builder_take (map, row->name, pair_to_value (row));
    }

  if (is_empty)
    return NULL;

  return kind == ENLACE_PARAMETER_FIELDS ? enlace_list_builder_end (list) : enlace_map_builder_end (map);
}
