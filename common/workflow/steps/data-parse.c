/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <glib/gi18n.h>

#include "common/workflow/step-tables.h"

static const char *const formats[] = { "csv", "json", "json_lines", "xml", "html", "query", "base64", NULL };
static const char *const encodings[] = { "auto", "utf-8", "utf-16le", "utf-16be", "iso-8859-1", "iso-8859-15", "windows-1250", "windows-1251", "windows-1252",
                                         "shift_jis", "gb18030", "big5", "euc-kr", NULL };
static const char *const escapes[] = { "doubled", "backslash", NULL };
static const char *const headers[] = { "first_row", "none", "columns", NULL };
static const char *const types[] = { "text", "infer", NULL };
static const char *const short_rows[] = { "error", "fill", NULL };
static const char *const takes[] = { "elements", "text", "markup", "tables", NULL };
static const char *const results[] = { "text", "bytes", NULL };
static const char *const errors[] = { "expression", "parameter", "bad_input", "memory_limit", NULL };

static const EnlaceParameter parameters[] = {
  {
    .name = "input",
    .title = N_("Input"),
    .hint = N_("The text or the bytes to read"),
    .kind = ENLACE_PARAMETER_EXPRESSION,
    .required = TRUE,
  },
  {
    .name = "format",
    .title = N_("Format"),
    .kind = ENLACE_PARAMETER_CHOICE,
    .choices = formats,
    .required = TRUE,
  },
  {
    .name = "encoding",
    /* Translators: of characters */
    .title = N_("Encoding"),
    .hint = N_("Of bytes: what they say of themselves, or UTF-8, unless another is chosen"),
    .kind = ENLACE_PARAMETER_CHOICE,
    .choices = encodings,
    .fallback = "\"auto\"",
  },
  {
    .name = "delimiter",
    .title = N_("CSV: Between Fields"),
    .hint = N_("One character, or tab"),
    .kind = ENLACE_PARAMETER_TEXT,
    .fallback = "\",\"",
  },
  {
    .name = "quote",
    .title = N_("CSV: Around Fields"),
    .hint = N_("One character, or nothing where there are no quotes"),
    .kind = ENLACE_PARAMETER_TEXT,
    .fallback = "\"\\\"\"",
  },
  {
    .name = "escape",
    .title = N_("CSV: Quotes Inside"),
    .hint = N_("Doubled, or with a backslash before them"),
    .kind = ENLACE_PARAMETER_CHOICE,
    .choices = escapes,
    .fallback = "\"doubled\"",
  },
  {
    .name = "header",
    .title = N_("Names of Columns"),
    .hint = N_("In CSV and tables of HTML: in the first row, none (rows become lists), or those given below"),
    .kind = ENLACE_PARAMETER_CHOICE,
    .choices = headers,
    .fallback = "\"first_row\"",
  },
  {
    .name = "columns",
    .title = N_("Columns"),
    .kind = ENLACE_PARAMETER_NAMES,
  },
  {
    .name = "types",
    .title = N_("CSV: Values"),
    .hint = N_("All as text, or numbers, true, false and nothing as what they look like"),
    .kind = ENLACE_PARAMETER_CHOICE,
    .choices = types,
    .fallback = "\"text\"",
  },
  {
    .name = "short_rows",
    .title = N_("CSV: Short Rows"),
    .hint = N_("An error, or filled up with null"),
    .kind = ENLACE_PARAMETER_CHOICE,
    .choices = short_rows,
    .fallback = "\"error\"",
  },
  {
    .name = "lists",
    .title = N_("XML: Always Lists"),
    .hint = N_("Names of elements that become lists even where there is one of them"),
    .kind = ENLACE_PARAMETER_NAMES,
  },
  {
    .name = "select",
    .title = N_("HTML: Select"),
    .hint = N_("A CSS selector, or XPath"),
    .kind = ENLACE_PARAMETER_TEXT,
  },
  {
    .name = "take",
    .title = N_("HTML: Take"),
    .kind = ENLACE_PARAMETER_CHOICE,
    .choices = takes,
    .fallback = "\"elements\"",
  },
  {
    .name = "result",
    .title = N_("Base64: Result"),
    .kind = ENLACE_PARAMETER_CHOICE,
    .choices = results,
    .fallback = "\"text\"",
  },
};

const EnlaceStepInfo enlace_step_info_data_parse = {
  .name = "data.parse",
  .title = N_("Read Data"),
  .description = N_("Reads CSV, JSON, XML, HTML, a query string or base64 from a text"),
  .documentation = N_("An error says in which line the input is wrong, and has it as steps.ID.error.line. XML becomes a record: attributes begin with @, "
                      "the text beside them is #text, and elements of the same name are a list."),
  .category = "data",
  .icon_name = "document-open-symbolic",
  .ports = enlace_step_ports_out,
  .errors = errors,
  .parameters = parameters,
  .n_parameters = G_N_ELEMENTS (parameters),
};
