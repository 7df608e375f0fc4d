/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <glib/gi18n.h>

#include "common/workflow/step-tables.h"

static const char *const operations[] = { "sum", "avg", "min", "max", "count", "first", "last", "list", "distinct", NULL };
static const char *const errors[] = { "expression", "parameter", NULL };

static const EnlaceParameter columns[] = {
  {
    .name = "name",
    .title = N_("Name"),
    .hint = N_("Of the field in the result"),
    .kind = ENLACE_PARAMETER_NAME,
    .required = TRUE,
  },
  {
    .name = "operation",
    /* Translators: sum, average, minimum … */
    .title = N_("Operation"),
    .kind = ENLACE_PARAMETER_CHOICE,
    .choices = operations,
    .required = TRUE,
  },
  {
    .name = "value",
    .title = N_("Value"),
    .hint = N_("Computed for each item, which it sees as item; items for which it gives null do not count"),
    .kind = ENLACE_PARAMETER_EXPRESSION,
    .per_item = TRUE,
  },
};

static const EnlaceParameter parameters[] = {
  {
    .name = "items",
    .title = N_("Items"),
    .hint = N_("The list to sum up"),
    .kind = ENLACE_PARAMETER_EXPRESSION,
    .required = TRUE,
  },
  {
    .name = "group_by",
    .title = N_("Group By"),
    .hint = N_("Items for which it gives the same value are summed up together"),
    .kind = ENLACE_PARAMETER_EXPRESSION,
    .per_item = TRUE,
  },
  {
    .name = "fields",
    .title = N_("Fields"),
    .kind = ENLACE_PARAMETER_ROWS,
    .required = TRUE,
    .columns = columns,
    .n_columns = G_N_ELEMENTS (columns),
  },
};

const EnlaceStepInfo enlace_step_info_data_aggregate = {
  .name = "data.aggregate",
  .title = N_("Aggregate"),
  .description = N_("Sums up a list: totals, averages, counts, by group where wanted"),
  .documentation = N_("Without groups the output is one record with the fields. With groups it is a list of records, one a group in the order in which they "
                      "first appear, each with the value of its group as “group”. A sum of whole numbers is a whole number."),
  .category = "data",
  .icon_name = "accessories-calculator-symbolic",
  .ports = enlace_step_ports_out,
  .errors = errors,
  .parameters = parameters,
  .n_parameters = G_N_ELEMENTS (parameters),
};
