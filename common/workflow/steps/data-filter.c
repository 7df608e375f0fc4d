/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <glib/gi18n.h>

#include "common/workflow/step-tables.h"

static const char *const errors[] = { "expression", "parameter", NULL };

static const EnlaceParameter parameters[] = {
  {
    .name = "items",
    .title = N_("Items"),
    .hint = N_("The list to choose from"),
    .kind = ENLACE_PARAMETER_EXPRESSION,
    .required = TRUE,
  },
  {
    .name = "keep",
    .title = N_("Keep If"),
    .hint = N_("Looked at for each item, which it sees as item, with its number as index"),
    .kind = ENLACE_PARAMETER_CONDITION,
    .required = TRUE,
    .per_item = TRUE,
  },
};

const EnlaceStepInfo enlace_step_info_data_filter = {
  .name = "data.filter",
  .title = N_("Filter"),
  .description = N_("Keeps the items of a list for which a condition holds"),
  .documentation = N_("The items that are kept stay as they are and in their order. The output is a list, which may be empty."),
  .category = "data",
  .icon_name = "edit-find-symbolic",
  .ports = enlace_step_ports_out,
  .output = "{\"type\":\"array\"}",
  .errors = errors,
  .parameters = parameters,
  .n_parameters = G_N_ELEMENTS (parameters),
};
