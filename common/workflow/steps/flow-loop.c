/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <glib/gi18n.h>

#include "common/workflow/step-tables.h"

static const char *const ports[] = { "item", "done", NULL };
static const char *const errors[] = { "expression", "parameter", "limit", "memory_limit", NULL };

static const char *const one_of[] = { "items", "while", NULL };

static const EnlaceParameter parameters[] = {
  {
    .name = "items",
    .title = N_("Items"),
    .hint = N_("The list to go through. Without one, the loop goes on while the condition holds"),
    .kind = ENLACE_PARAMETER_EXPRESSION,
  },
  {
    .name = "concurrency",
    .title = N_("At the Same Time"),
    .hint = N_("How many iterations may be under way at once"),
    .kind = ENLACE_PARAMETER_NUMBER,
    .fallback = "1",
    .minimum = 1,
    .maximum = 100,
  },
  {
    .name = "while",
    .title = N_("As Long As"),
    .hint = N_("Looked at before each iteration, with its item and what the steps of the last one gave; false ends the loop"),
    .kind = ENLACE_PARAMETER_CONDITION,
    .per_item = TRUE,
  },
  {
    .name = "limit",
    .title = N_("At Most"),
    .hint = N_("Iterations of a loop without a list; beyond, it fails"),
    .kind = ENLACE_PARAMETER_NUMBER,
    .fallback = "10000",
    .minimum = 1,
    .maximum = 1000000,
  },
  {
    .name = "continue_on_error",
    .title = N_("Go On Over Errors"),
    .hint = N_("An iteration that fails has its error in the place of its result"),
    .kind = ENLACE_PARAMETER_SWITCH,
    .fallback = "false",
  },
  {
    .name = "result",
    .title = N_("Result"),
    .hint = N_("What each iteration gives; otherwise the output of its last step"),
    .kind = ENLACE_PARAMETER_JSON,
    .per_item = TRUE,
  },
};

const EnlaceStepInfo enlace_step_info_flow_loop = {
  .name = "flow.loop",
  .title = N_("Loop"),
  .description = N_("Does the same for every item of a list, one after the other or several at the same time"),
  .documentation = N_("What follows the port “item” is the body: it runs once for each item, which its expressions see as item, with its number as index. "
                      "The run goes on by “done” when all are through; the output is the list of results, in the order of the items."),
  .category = "flow",
  .icon_name = "view-refresh-symbolic",
  .flags = ENLACE_STEP_SCOPE,
  .ports = ports,
  .errors = errors,
  .one_of = one_of,
  .parameters = parameters,
  .n_parameters = G_N_ELEMENTS (parameters),
};
