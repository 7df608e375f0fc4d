/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <glib/gi18n.h>

#include "common/workflow/step-tables.h"

static const char *const directions[] = { "ascending", "descending", NULL };
static const char *const nulls[] = { "last", "first", NULL };
static const char *const errors[] = { "expression", "parameter", NULL };

static const EnlaceParameter columns[] = {
  {
    .name = "value",
    /* Translators: what a list is sorted by */
    .title = N_("By"),
    .hint = N_("Computed for each item, which it sees as item"),
    .kind = ENLACE_PARAMETER_EXPRESSION,
    .required = TRUE,
    .per_item = TRUE,
  },
  {
    .name = "direction",
    .title = N_("Direction"),
    .kind = ENLACE_PARAMETER_CHOICE,
    .choices = directions,
    .fallback = "\"ascending\"",
  },
  {
    .name = "nulls",
    .title = N_("Where Nothing Is"),
    .hint = N_("The place of items for which it gives null"),
    .kind = ENLACE_PARAMETER_CHOICE,
    .choices = nulls,
    .fallback = "\"last\"",
  },
};

static const EnlaceParameter parameters[] = {
  {
    .name = "items",
    .title = N_("Items"),
    .hint = N_("The list to sort"),
    .kind = ENLACE_PARAMETER_EXPRESSION,
    .required = TRUE,
  },
  {
    .name = "keys",
    .title = N_("Sort By"),
    .hint = N_("A later entry decides between items that are equal by those before it"),
    .kind = ENLACE_PARAMETER_ROWS,
    .required = TRUE,
    .columns = columns,
    .n_columns = G_N_ELEMENTS (columns),
  },
};

const EnlaceStepInfo enlace_step_info_data_sort = {
  .name = "data.sort",
  .title = N_("Sort"),
  .description = N_("Puts the items of a list in order"),
  .documentation = N_("Items that are equal by all entries keep their order. Numbers, texts, times, lengths of time and true or false can be compared, each with "
                      "their like; texts are compared by their characters, capitals before small letters."),
  .category = "data",
  .icon_name = "view-sort-ascending-symbolic",
  .ports = enlace_step_ports_out,
  .output = "{\"type\":\"array\"}",
  .errors = errors,
  .parameters = parameters,
  .n_parameters = G_N_ELEMENTS (parameters),
};
