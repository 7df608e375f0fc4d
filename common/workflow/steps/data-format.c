/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <glib/gi18n.h>

#include "common/workflow/step-tables.h"

static const char *const formats[] = { "csv", "json", "json_lines", "xml", "query", "base64", NULL };
static const char *const escapes[] = { "doubled", "backslash", NULL };
static const char *const quotings[] = { "needed", "all", NULL };
static const char *const line_ends[] = { "lf", "crlf", NULL };
static const char *const alphabets[] = { "standard", "url", NULL };
static const char *const errors[] = { "expression", "parameter", "memory_limit", NULL };

static const EnlaceParameter parameters[] = {
  {
    .name = "value",
    .title = N_("Value"),
    .hint = N_("What to write: for CSV and JSON lines a list, for XML a record with one member"),
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
    .name = "columns",
    .title = N_("CSV: Columns"),
    .hint = N_("Which, and in which order; without them, all fields of all records"),
    .kind = ENLACE_PARAMETER_NAMES,
  },
  {
    .name = "header",
    .title = N_("CSV: Begin with the Names of the Columns"),
    .kind = ENLACE_PARAMETER_SWITCH,
    .fallback = "true",
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
    .name = "quoting",
    .title = N_("CSV: Quotes"),
    .hint = N_("Where they are needed, or around all fields"),
    .kind = ENLACE_PARAMETER_CHOICE,
    .choices = quotings,
    .fallback = "\"needed\"",
  },
  {
    .name = "line_end",
    .title = N_("CSV: Line Ends"),
    .kind = ENLACE_PARAMETER_CHOICE,
    .choices = line_ends,
    .fallback = "\"lf\"",
  },
  {
    .name = "guard_formulas",
    .title = N_("CSV: Make Formulas Harmless"),
    .hint = N_("Puts an apostrophe before text that a spreadsheet would compute"),
    .kind = ENLACE_PARAMETER_SWITCH,
    .fallback = "false",
  },
  {
    .name = "byte_order_mark",
    .title = N_("CSV: Begin with a Byte Order Mark"),
    .hint = N_("Some spreadsheets want it to read UTF-8"),
    .kind = ENLACE_PARAMETER_SWITCH,
    .fallback = "false",
  },
  {
    .name = "pretty",
    .title = N_("JSON and XML: Readable"),
    .hint = N_("With lines and indentation"),
    .kind = ENLACE_PARAMETER_SWITCH,
    .fallback = "false",
  },
  {
    .name = "alphabet",
    .title = N_("Base64: Alphabet"),
    .kind = ENLACE_PARAMETER_CHOICE,
    .choices = alphabets,
    .fallback = "\"standard\"",
  },
};

const EnlaceStepInfo enlace_step_info_data_format = {
  .name = "data.format",
  .title = N_("Write Data"),
  .description = N_("Writes data as CSV, JSON, XML, a query string or base64"),
  .documentation = N_("The output is a text. What a format cannot say is an error, which names the row or the field."),
  .category = "data",
  .icon_name = "document-save-symbolic",
  .ports = enlace_step_ports_out,
  .output = "{\"type\":\"string\"}",
  .errors = errors,
  .parameters = parameters,
  .n_parameters = G_N_ELEMENTS (parameters),
};
