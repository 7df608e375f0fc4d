/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <glib/gi18n.h>

#include "common/workflow/step-tables.h"

static const char *const escapes[] = { "none", "html", NULL };
static const char *const errors[] = { "expression", "parameter", NULL };

static const EnlaceParameter parameters[] = {
  {
    .name = "template",
    .title = N_("Text"),
    .hint = N_("With expressions where values belong"),
    .kind = ENLACE_PARAMETER_LONG_TEXT,
    .required = TRUE,
  },
  {
    .name = "escape",
    .title = N_("Write Values For"),
    .hint = N_("In HTML, what the expressions give stands as text: it cannot become markup"),
    .kind = ENLACE_PARAMETER_CHOICE,
    .choices = escapes,
    .fallback = "\"none\"",
  },
};

const EnlaceStepInfo enlace_step_info_data_template = {
  .name = "data.template",
  .title = N_("Text from Template"),
  .description = N_("Writes a text with values in it, such as the body of a mail"),
  .documentation = N_("The output is always a text: null becomes nothing, lists and records become JSON."),
  .category = "data",
  .icon_name = "document-edit-symbolic",
  .ports = enlace_step_ports_out,
  .output = "{\"type\":\"string\"}",
  .errors = errors,
  .parameters = parameters,
  .n_parameters = G_N_ELEMENTS (parameters),
};
