/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <glib/gi18n.h>

#include "common/workflow/step-tables.h"

static const char *const one_of[] = { "items", "text", NULL };
static const char *const errors[] = { "expression", "parameter", NULL };

static const EnlaceParameter parameters[] = {
  {
    .name = "items",
    .title = N_("Items"),
    .hint = N_("The list to split into parts"),
    .kind = ENLACE_PARAMETER_EXPRESSION,
  },
  {
    .name = "size",
    .title = N_("Items per Part"),
    .kind = ENLACE_PARAMETER_NUMBER,
    .fallback = "100",
    .minimum = 1,
    .maximum = 1000000,
  },
  {
    .name = "text",
    .title = N_("Text"),
    .hint = N_("Instead of a list: the text to split"),
    .kind = ENLACE_PARAMETER_TEXT,
  },
  {
    .name = "separator",
    .title = N_("Separator"),
    .hint = N_("What stands between the parts of the text; without it, the end of a line"),
    .kind = ENLACE_PARAMETER_TEXT,
  },
  {
    .name = "trim",
    .title = N_("Remove Spaces Around"),
    .kind = ENLACE_PARAMETER_SWITCH,
    .fallback = "false",
  },
  {
    .name = "skip_empty",
    .title = N_("Leave Out Empty Parts"),
    .kind = ENLACE_PARAMETER_SWITCH,
    .fallback = "false",
  },
};

const EnlaceStepInfo enlace_step_info_data_split = {
  .name = "data.split",
  .title = N_("Split"),
  .description = N_("Splits a list into parts of some items each, or a text at a separator"),
  .documentation = N_("The output is a list: of lists, the last of which may be shorter, or of texts."),
  .category = "data",
  .icon_name = "edit-cut-symbolic",
  .ports = enlace_step_ports_out,
  .output = "{\"type\":\"array\"}",
  .errors = errors,
  .one_of = one_of,
  .parameters = parameters,
  .n_parameters = G_N_ELEMENTS (parameters),
};
