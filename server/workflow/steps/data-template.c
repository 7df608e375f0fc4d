/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/steps/steps.h"

#include <string.h>

#include "common/expression/lexer.h"
#include "common/value/json.h"
#include "server/formats/markup.h"
#include "server/formats/text.h"

#define TEXT "text"
#define VALUE "value"

static void
add_piece (EnlaceListBuilder *pieces,
           const char        *name,
           const char        *start,
           gsize              length)
{
  g_autoptr(EnlaceMapBuilder) piece = enlace_map_builder_new ();

  if (length == 0)
    return;
  enlace_map_builder_take (piece, name, enlace_value_new_string_len (start, length));
  enlace_list_builder_take (pieces, enlace_map_builder_end (piece));
}

/* Where the next expression begins, that is no literal; the end where there is none. */
static gsize
find_open (const char *text,
           gsize       length,
           gsize       from)
{
  for (const char *at = text + from; (at = memmem (at, text + length - at, "{{", 2)) != NULL; at += 2)
    if (at == text || at[-1] != '\\')
      return at - text;

  return length;
}

/* What a person wrote and what expressions give, kept apart: only the latter is escaped. */
static EnlaceValue *
cut_template (EnlaceValue  *template,
              GError      **error)
{
  g_autoptr(EnlaceListBuilder) pieces = enlace_list_builder_new ();
  gsize length, open, end;
  const char *text = enlace_value_get_string_len (template, &length);

  for (gsize at = 0; at < length; at = end)
    {
      open = find_open (text, length, at);
      add_piece (pieces, TEXT, text + at, open - at);
      end = length;
      if (open == length)
        break;
      if (!enlace_lexer_find_end (text, length, open + 2, &end, error))
        return NULL;
      end += 2;
      add_piece (pieces, VALUE, text + open, end - open);
    }

  return enlace_list_builder_end (pieces);
}

static EnlaceValue *
data_template_shape (EnlaceValue  *parameters,
                     GError      **error)
{
  EnlaceValue *template = enlace_value_get_member (parameters, "template");
  g_autoptr(EnlaceValue) pieces = NULL;

  if (template == NULL || enlace_value_get_kind (template) != ENLACE_KIND_STRING
      || strcmp (enlace_value_get_member_string (parameters, "escape", "none"), "html") != 0)
    return enlace_value_ref (parameters);

  pieces = cut_template (template, error);
  return pieces != NULL ? enlace_value_with_member (parameters, "template", pieces) : NULL;
}

/* As a template has it: text as it is, null as nothing, else JSON. */
static char *
dup_as_text (EnlaceValue  *value,
             gsize        *length,
             GError      **error)
{
  const char *text = value != NULL ? enlace_value_get_string_len (value, length) : "";

  if (text != NULL)
    {
      if (value == NULL)
        *length = 0;
      return enlace_text_copy (text, *length);
    }
  if (enlace_value_is_null (value))
    {
      *length = 0;
      return g_strdup ("");
    }

  return enlace_json_format (value, ENLACE_JSON_COMPACT, length, error);
}

static gboolean
append_piece (GString      *out,
              EnlaceValue  *piece,
              GError      **error)
{
  EnlaceValue *literal = enlace_value_get_member (piece, TEXT);
  g_autofree char *text = NULL;
  gsize length;

  if (literal != NULL)
    {
      const char *own = enlace_value_get_string_len (literal, &length);

      g_string_append_len (out, own, (gssize) length);
      return TRUE;
    }

  text = dup_as_text (enlace_value_get_member (piece, VALUE), &length, error);
  if (text == NULL)
    return FALSE;

  enlace_markup_append (out, text, length);
  return TRUE;
}

static EnlaceValue *
make_text (EnlaceValue  *value,
           GError      **error)
{
  g_autofree char *text = NULL;
  gsize length;

  if (enlace_value_get_kind (value) == ENLACE_KIND_STRING)
    return enlace_value_ref (value);

  text = dup_as_text (value, &length, error);
  return text != NULL ? enlace_value_new_string_len (text, length) : NULL;
}

static EnlaceValue *
write_template (EnlaceValue  *value,
                gboolean      is_cut,
                GError      **error)
{
  g_autoptr(GString) out = g_string_new (NULL);

  if (!is_cut)
    return make_text (value, error);

  for (gsize i = 0; i < enlace_value_get_length (value); i++)
    if (!append_piece (out, enlace_value_get_element (value, i), error))
      return NULL;

  return enlace_value_new_string_len (out->str, out->len);
}

static EnlaceValue *
data_template_run (EnlaceStepContext  *context,
                   GError            **error)
{
  g_autoptr(EnlaceValue) value = enlace_step_context_get (context, "template", error);
  g_autofree char *escape = value != NULL ? enlace_step_context_dup_text (context, "escape", error) : NULL;
  g_autoptr(GError) reason = NULL;
  EnlaceValue *text;

  if (escape == NULL)
    return NULL;

  text = write_template (value, strcmp (escape, "html") == 0, &reason);
  if (text == NULL)
    g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER, "template: %s", reason->message);

  return text;
}

const EnlaceStepType enlace_step_data_template = {
  .name = "data.template",
  .shape = data_template_shape,
  .run = data_template_run,
};
