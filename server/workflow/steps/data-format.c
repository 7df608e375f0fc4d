/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/steps/steps.h"

#include <string.h>

#include "common/value/json.h"
#include "server/formats/lines.h"
#include "server/formats/xml.h"
#include "server/workflow/steps/format-options.h"

typedef struct {
  EnlaceStepContext *context;
  EnlaceStepGuard    guard;
  EnlaceValue       *value;
} Source;

static gboolean
check_kind (Source      *self,
            EnlaceKind   kind,
            const char  *what,
            GError     **error)
{
  if (enlace_value_get_kind (self->value) == kind)
    return TRUE;

  g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER, "“value” must be %s, but is %s", what, enlace_step_describe_kind (self->value));
  return FALSE;
}

static EnlaceValue *
make_text (char        *text,
           const gsize *length)
{
  EnlaceValue *value = text != NULL ? enlace_value_new_string_len (text, *length) : NULL;

  g_free (text);
  return value;
}

static gboolean
read_csv_options (Source            *self,
                  EnlaceCsvDialect  *dialect,
                  gboolean          *has_mark,
                  GError           **error)
{
  static const char *const quotings[] = { "needed", "all", NULL };
  static const char *const line_ends[] = { "lf", "crlf", NULL };
  guint quoting, line_end;

  if (!enlace_step_context_choose (self->context, "quoting", quotings, &quoting, error)
      || !enlace_step_context_choose (self->context, "line_end", line_ends, &line_end, error)
      || !enlace_step_context_test (self->context, "header", &dialect->has_header, error)
      || !enlace_step_context_test (self->context, "guard_formulas", &dialect->is_guarded, error)
      || !enlace_step_context_test (self->context, "byte_order_mark", has_mark, error))
    return FALSE;

  dialect->quotes_all = quoting == 1;
  dialect->is_crlf = line_end == 1;
  return TRUE;
}

static EnlaceValue *
format_csv (Source  *self,
            GError **error)
{
  EnlaceCsvDialect dialect = { 0 };
  g_autofree char *delimiter = NULL;
  g_autofree char *text = NULL;
  g_autoptr(GString) marked = NULL;
  g_autoptr(EnlaceValue) columns = NULL;
  gboolean has_mark = FALSE;
  gsize length;

  if (!check_kind (self, ENLACE_KIND_LIST, "a list", error) || !enlace_step_read_dialect (self->context, &dialect, &delimiter, error)
      || !read_csv_options (self, &dialect, &has_mark, error))
    return NULL;
  if (enlace_step_context_has (self->context, "columns") && (columns = enlace_step_context_get_list (self->context, "columns", error)) == NULL)
    return NULL;
  if (dialect.quotes_all && dialect.quote == 0)
    {
      g_set_error_literal (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER, "All fields cannot have quotes where “quote” is empty");
      return NULL;
    }

  dialect.columns = columns;
  text = enlace_csv_write (&dialect, self->value, &length, &self->guard.base, error);
  if (text == NULL || !has_mark)
    return make_text (g_steal_pointer (&text), &length);

  marked = g_string_new ("\xef\xbb\xbf");
  g_string_append_len (marked, text, (gssize) length);
  return enlace_value_new_string_len (marked->str, marked->len);
}

static gboolean
read_pretty (Source    *self,
             gboolean  *is_pretty,
             GError   **error)
{
  *is_pretty = FALSE;
  return enlace_step_context_test (self->context, "pretty", is_pretty, error);
}

static EnlaceValue *
format_json (Source  *self,
             GError **error)
{
  gboolean is_pretty;
  gsize length = 0, size = enlace_value_get_size (self->value);

  if (!read_pretty (self, &is_pretty, error) || !enlace_format_spend (&self->guard.base, size / 16, size, error))
    return NULL;

  return make_text (enlace_json_format (self->value, is_pretty ? ENLACE_JSON_PRETTY : ENLACE_JSON_COMPACT, &length, error), &length);
}

static EnlaceValue *
format_json_lines (Source  *self,
                   GError **error)
{
  gsize length = 0;

  return check_kind (self, ENLACE_KIND_LIST, "a list", error)
           ? make_text (enlace_json_lines_write (self->value, &length, &self->guard.base, error), &length) : NULL;
}

static EnlaceValue *
format_xml (Source  *self,
            GError **error)
{
  gboolean is_pretty;
  gsize length = 0;

  return read_pretty (self, &is_pretty, error) ? make_text (enlace_xml_write (self->value, is_pretty, &length, &self->guard.base, error), &length) : NULL;
}

static EnlaceValue *
format_query (Source  *self,
              GError **error)
{
  gsize length = 0;

  return check_kind (self, ENLACE_KIND_MAP, "a record", error)
           ? make_text (enlace_query_write (self->value, &length, &self->guard.base, error), &length) : NULL;
}

static EnlaceValue *
format_base64 (Source  *self,
               GError **error)
{
  static const char *const alphabets[] = { "standard", "url", NULL };
  gsize size;
  gconstpointer data = enlace_value_get_string_len (self->value, &size);
  guint alphabet;

  if (data == NULL)
    data = enlace_value_get_bytes (self->value, &size);
  if (data == NULL && !check_kind (self, ENLACE_KIND_BYTES, "a text or bytes", error))
    return NULL;
  if (!enlace_step_context_choose (self->context, "alphabet", alphabets, &alphabet, error)
      || !enlace_format_spend (&self->guard.base, size / 16, size * 2, error))
    return NULL;

  return enlace_value_new_string_take (enlace_base64_write (data, size, alphabet == 1));
}

static const struct {
  const char   *name;
  EnlaceValue *(*format) (Source *self, GError **error);
} formats[] = {
  { "csv", format_csv },
  { "json", format_json },
  { "json_lines", format_json_lines },
  { "xml", format_xml },
  { "query", format_query },
  { "base64", format_base64 },
};

static EnlaceValue *
format_value (Source      *self,
              const char  *name,
              GError     **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    if (strcmp (formats[i].name, name) == 0)
      return formats[i].format (self, error);

  g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER, "The format “%s” is not known", name);
  return NULL;
}

static EnlaceValue *
data_format_run (EnlaceStepContext  *context,
                 GError            **error)
{
  g_autoptr(EnlaceValue) value = enlace_step_context_get (context, "value", error);
  g_autofree char *format = value != NULL ? enlace_step_context_dup_text (context, "format", error) : NULL;
  Source self = { .context = context, .value = value };
  GError *reason = NULL;
  EnlaceValue *text;

  if (format == NULL)
    return NULL;

  enlace_step_guard_init (&self.guard, context);
  text = format_value (&self, format, &reason);
  if (text != NULL)
    return text;

  if (reason->domain == ENLACE_STEP_ERROR)
    g_propagate_error (error, reason);
  else
    {
      g_set_error_literal (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER, reason->message);
      g_error_free (reason);
    }
  return NULL;
}

const EnlaceStepType enlace_step_data_format = {
  .name = "data.format",
  .run = data_format_run,
};
