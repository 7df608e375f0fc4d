/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/steps/steps.h"

#include <string.h>

#include "common/value/json.h"
#include "server/formats/html.h"
#include "server/formats/lines.h"
#include "server/formats/text.h"
#include "server/formats/xml.h"
#include "server/workflow/steps/format-options.h"

/* What is read, as it came and as UTF-8. */
typedef struct {
  EnlaceStepContext *context;
  EnlaceStepGuard    guard;
  EnlaceValue       *input;
  char              *encoding;
  char              *text;      /* NULL: not decoded yet */
  gsize              length;
} Source;

static void
clear_source (Source *self)
{
  g_clear_pointer (&self->input, enlace_value_unref);
  g_free (self->encoding);
  g_free (self->text);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Source, clear_source)

static gconstpointer
get_data (Source *self,
          gsize  *size)
{
  gconstpointer data = enlace_value_get_string_len (self->input, size);

  return data != NULL ? data : enlace_value_get_bytes (self->input, size);
}

static gboolean
is_bytes (Source *self)
{
  return enlace_value_get_kind (self->input) == ENLACE_KIND_BYTES;
}

static gboolean
decode (Source  *self,
        GError **error)
{
  gsize size;
  gconstpointer data = get_data (self, &size);

  if (!enlace_format_spend (&self->guard.base, size / 16, size, error))
    return FALSE;

  self->text = enlace_text_decode (is_bytes (self) ? self->encoding : "utf-8", data, size, &self->length, error);
  return self->text != NULL;
}

/* How rows are named: of CSV and of tables. The list is the caller's. */
static gboolean
read_header (Source           *self,
             EnlaceCsvHeader  *header,
             EnlaceValue     **columns,
             GError          **error)
{
  static const char *const headers[] = { "first_row", "none", "columns", NULL };
  guint number;

  if (!enlace_step_context_choose (self->context, "header", headers, &number, error))
    return FALSE;

  *header = (EnlaceCsvHeader) number;
  if (*header != ENLACE_CSV_HEADER_COLUMNS)
    return TRUE;

  *columns = enlace_step_context_get_list (self->context, "columns", error);
  return *columns != NULL;
}

static EnlaceValue *
parse_csv (Source  *self,
           GError **error)
{
  static const char *const types[] = { "text", "infer", NULL };
  static const char *const short_rows[] = { "error", "fill", NULL };
  EnlaceCsvDialect dialect = { 0 };
  g_autofree char *delimiter = NULL;
  g_autoptr(EnlaceValue) columns = NULL;
  guint type, fill;

  if (!enlace_step_read_dialect (self->context, &dialect, &delimiter, error) || !read_header (self, &dialect.header, &columns, error)
      || !enlace_step_context_choose (self->context, "types", types, &type, error)
      || !enlace_step_context_choose (self->context, "short_rows", short_rows, &fill, error) || !decode (self, error))
    return NULL;

  dialect.columns = columns;
  dialect.infers = type == 1;
  dialect.fills = fill == 1;
  return enlace_csv_read (&dialect, self->text, self->length, &self->guard.base, error);
}

static EnlaceValue *
parse_json (Source  *self,
            GError **error)
{
  if (!decode (self, error) || !enlace_format_spend (&self->guard.base, self->length / 4, self->length * 4, error))
    return NULL;

  return enlace_json_parse (self->text, (gssize) self->length, error);
}

static EnlaceValue *
parse_json_lines (Source  *self,
                  GError **error)
{
  return decode (self, error) ? enlace_json_lines_read (self->text, self->length, &self->guard.base, error) : NULL;
}

/* Bytes say their encoding themselves, unless it is given. */
static EnlaceValue *
parse_xml (Source  *self,
           GError **error)
{
  g_autoptr(EnlaceValue) lists = enlace_step_context_get (self->context, "lists", error);
  gboolean is_auto = is_bytes (self) && strcmp (self->encoding, "auto") == 0;

  if (lists == NULL || (!is_auto && !decode (self, error)))
    return NULL;
  if (is_auto)
    {
      gsize size;
      const char *data = get_data (self, &size);

      return enlace_xml_read (data, size, NULL, lists, &self->guard.base, error);
    }

  return enlace_xml_read (self->text, self->length, "UTF-8", lists, &self->guard.base, error);
}

static EnlaceValue *
parse_html (Source  *self,
            GError **error)
{
  static const char *const takes[] = { "elements", "text", "markup", "tables", NULL };
  g_autoptr(EnlaceValue) columns = NULL;
  g_autofree char *select = NULL;
  EnlaceCsvHeader header;
  guint take;

  if (!enlace_step_context_choose (self->context, "take", takes, &take, error) || !read_header (self, &header, &columns, error))
    return NULL;
  if (enlace_step_context_has (self->context, "select"))
    select = enlace_step_context_dup_text (self->context, "select", error);
  else
    select = g_strdup (take == ENLACE_HTML_TABLES ? "table" : "body");
  if (select == NULL || !decode (self, error))
    return NULL;

  return enlace_html_read (self->text, self->length, select, (EnlaceHtmlTake) take, header, columns, &self->guard.base, error);
}

static EnlaceValue *
parse_query (Source  *self,
             GError **error)
{
  return decode (self, error) ? enlace_query_read (self->text, self->length, &self->guard.base, error) : NULL;
}

/* The encoding is that of what comes out. */
static EnlaceValue *
parse_base64 (Source  *self,
              GError **error)
{
  static const char *const results[] = { "text", "bytes", NULL };
  g_autoptr(EnlaceValue) bytes = NULL;
  gsize size, length;
  gconstpointer data = get_data (self, &size);
  char *text;
  guint result;

  if (!enlace_step_context_choose (self->context, "result", results, &result, error) || !enlace_format_spend (&self->guard.base, size / 16, size, error)
      || (bytes = enlace_base64_read (data, size, error)) == NULL)
    return NULL;
  if (result == 1)
    return g_steal_pointer (&bytes);

  data = enlace_value_get_bytes (bytes, &size);
  text = enlace_text_decode (self->encoding, data, size, &length, error);
  if (text == NULL)
    return NULL;

  g_clear_pointer (&bytes, enlace_value_unref);
  bytes = enlace_value_new_string_len (text, length);
  g_free (text);
  return g_steal_pointer (&bytes);
}

static const struct {
  const char   *name;
  EnlaceValue *(*parse) (Source *self, GError **error);
} formats[] = {
  { "csv", parse_csv },
  { "json", parse_json },
  { "json_lines", parse_json_lines },
  { "xml", parse_xml },
  { "html", parse_html },
  { "query", parse_query },
  { "base64", parse_base64 },
};

static EnlaceValue *
parse (Source      *self,
       const char  *format,
       GError     **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    if (strcmp (formats[i].name, format) == 0)
      return formats[i].parse (self, error);

  g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER, "The format “%s” is not known", format);
  return NULL;
}

/* The step's own errors stand as they are; those of readers become one, with the line. */
static void
take_error (Source  *self,
            GError **error,
            GError  *reason)
{
  gboolean is_option = g_error_matches (reason, ENLACE_FORMAT_ERROR, ENLACE_FORMAT_ERROR_OPTION);

  if (reason->domain == ENLACE_STEP_ERROR)
    {
      g_propagate_error (error, reason);
      return;
    }
  if (self->guard.base.line > 0)
    {
      g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
      g_autoptr(EnlaceValue) details = NULL;

      enlace_map_builder_add_int (builder, "line", (gint64) self->guard.base.line);
      details = enlace_map_builder_end (builder);
      enlace_step_context_set_failure (self->context, details, FALSE, 0);
    }

  g_set_error_literal (error, ENLACE_STEP_ERROR, is_option ? ENLACE_STEP_ERROR_PARAMETER : ENLACE_STEP_ERROR_INPUT, reason->message);
  g_error_free (reason);
}

static EnlaceValue *
data_parse_run (EnlaceStepContext  *context,
                GError            **error)
{
  g_auto(Source) self = { .context = context };
  g_autofree char *format = NULL;
  GError *reason = NULL;
  EnlaceValue *value;

  enlace_step_guard_init (&self.guard, context);
  self.input = enlace_step_context_get (context, "input", error);
  if (self.input == NULL || (self.encoding = enlace_step_context_dup_text (context, "encoding", error)) == NULL
      || (format = enlace_step_context_dup_text (context, "format", error)) == NULL)
    return NULL;
  if (enlace_value_get_kind (self.input) != ENLACE_KIND_STRING && !is_bytes (&self))
    {
      g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER, "“input” must be a text or bytes, but is %s", enlace_step_describe_kind (self.input));
      return NULL;
    }

  value = parse (&self, format, &reason);
  if (value == NULL)
    take_error (&self, error, reason);

  return value;
}

const EnlaceStepType enlace_step_data_parse = {
  .name = "data.parse",
  .run = data_parse_run,
};
