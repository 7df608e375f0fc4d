/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <glib/gi18n.h>

#include "common/workflow/step-tables.h"

static const char *const ports[] = { "done", NULL };

static const EnlaceParameter parameters[] = {
  {
    .name = "branches",
    .title = N_("Branches"),
    .hint = N_("Their names; each has a port of its own"),
    .kind = ENLACE_PARAMETER_NAMES,
    .required = TRUE,
  },
  {
    .name = "fail_fast",
    .title = N_("Stop at the First Error"),
    .hint = N_("Otherwise the other branches are brought to their end before the step fails"),
    .kind = ENLACE_PARAMETER_SWITCH,
    .fallback = "true",
  },
};

/* The branches, then what follows when all have ended. */
static char **
dup_ports (EnlaceValue *parameters_value)
{
  return enlace_step_ports_from_names (enlace_value_get_member (parameters_value, "branches"), NULL, "done");
}

const EnlaceStepInfo enlace_step_info_flow_parallel = {
  .name = "flow.parallel",
  .title = N_("Parallel Branches"),
  .description = N_("Runs several branches at the same time and goes on when all have ended"),
  .documentation = N_("What follows the port of a branch belongs to it; the run goes on by “done”. The output has the output of the last step of each branch, "
                      "by the names of the branches."),
  .category = "flow",
  .icon_name = "view-dual-symbolic",
  .flags = ENLACE_STEP_SCOPE,
  .ports = ports,
  .dup_ports = dup_ports,
  .parameters = parameters,
  .n_parameters = G_N_ELEMENTS (parameters),
};
