/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <glib/gi18n.h>

#include "common/workflow/step-tables.h"

static const char *const starts[] = { "now", "all", NULL };

static const EnlaceParameter parameters[] = {
  {
    .name = "url",
    .title = N_("Address"),
    .hint = N_("What is asked with GET, again and again; {{ cursor }} is where the last time ended"),
    .kind = ENLACE_PARAMETER_TEXT,
    .required = TRUE,
  },
  {
    .name = "query",
    .title = N_("Query"),
    .kind = ENLACE_PARAMETER_PAIRS,
  },
  {
    .name = "headers",
    .title = N_("Headers"),
    .kind = ENLACE_PARAMETER_PAIRS,
  },
  {
    .name = "every",
    .title = N_("Every"),
    .hint = N_("The time between two requests, such as 5m; at least 10s"),
    .kind = ENLACE_PARAMETER_DURATION,
    .fallback = "\"5m\"",
  },
  {
    .name = "items",
    .title = N_("Items"),
    .hint = N_("The list in the reply, such as {{ reply.body.orders }}"),
    .kind = ENLACE_PARAMETER_EXPRESSION,
    .required = TRUE,
  },
  {
    .name = "key",
    .title = N_("ID of an Item"),
    .hint = N_("What tells an item that was here before, such as {{ item.id }}"),
    .kind = ENLACE_PARAMETER_EXPRESSION,
    .required = TRUE,
  },
  {
    .name = "cursor",
    .title = N_("Cursor"),
    .hint = N_("Where the next request goes on, such as {{ reply.body.next }}; kept as it was where it gives null"),
    .kind = ENLACE_PARAMETER_EXPRESSION,
  },
  {
    .name = "start",
    .title = N_("First Time"),
    .hint = N_("“now” runs only for items that appear later, “all” also for those that are there already"),
    .kind = ENLACE_PARAMETER_CHOICE,
    .choices = starts,
    .fallback = "\"now\"",
  },
  {
    .name = "batch",
    .title = N_("All in One Run"),
    .hint = N_("One run for all new items, in trigger.items, in place of one for each, in trigger.item"),
    .kind = ENLACE_PARAMETER_SWITCH,
    .fallback = "false",
  },
};

const EnlaceStepInfo enlace_step_info_trigger_poll = {
  .name = "trigger.poll",
  .title = N_("Poll"),
  .description = N_("Asks an address again and again, and starts for each item that is new"),
  .documentation = N_("An item is new when its ID has not been seen in this workflow. A request that fails is tried again, less and less often; "
                      "the first failure in a row is shown as a failed run."),
  .category = "trigger",
  .icon_name = "view-refresh-symbolic",
  .flags = ENLACE_STEP_TRIGGER,
  .ports = enlace_step_ports_out,
  .parameters = parameters,
  .n_parameters = G_N_ELEMENTS (parameters),
};
