/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <glib/gi18n.h>

#include "common/workflow/step-tables.h"

static const char *const errors[] = { "workflow_failed", "state", "limit", NULL };

static const EnlaceParameter parameters[] = {
  {
    .name = "workflow",
    .title = N_("Workflow"),
    .hint = N_("One that begins by a manual start"),
    .kind = ENLACE_PARAMETER_WORKFLOW,
    .required = TRUE,
  },
  {
    .name = "input",
    .title = N_("Input"),
    .hint = N_("What it sees as trigger.data"),
    .kind = ENLACE_PARAMETER_JSON,
  },
  {
    .name = "wait",
    .title = N_("Wait for Its End"),
    .kind = ENLACE_PARAMETER_SWITCH,
    .fallback = "true",
  },
};

const EnlaceStepInfo enlace_step_info_flow_workflow = {
  .name = "flow.workflow",
  .title = N_("Run a Workflow"),
  .description = N_("Runs another workflow, and goes on with what that answers"),
  .documentation = N_("It runs the live version, or the newest where none is live. The output has the run’s id, its status and its output: the body of its reply, "
                      "else the output of its last step. At most sixteen workflows run one another."),
  .output = "{\"type\":\"object\",\"properties\":{\"execution_id\":{\"type\":\"string\"},\"status\":{\"type\":\"string\"},\"output\":{}},"
            "\"required\":[\"execution_id\",\"status\",\"output\"]}",
  .category = "flow",
  .icon_name = "system-run-symbolic",
  .flags = ENLACE_STEP_WAITS,
  .ports = enlace_step_ports_out,
  .errors = errors,
  .parameters = parameters,
  .n_parameters = G_N_ELEMENTS (parameters),
};
