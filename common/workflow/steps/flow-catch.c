/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <glib/gi18n.h>

#include "common/workflow/step-tables.h"

const EnlaceStepInfo enlace_step_info_flow_catch = {
  .name = "flow.catch",
  .title = N_("When It Fails"),
  .description = N_("Begins when the run has failed: to tell somebody, or to put things right"),
  .documentation = N_("Its output says which step failed (step, name) and why (code, message). The run stays failed, unless what follows ends with a stop as success."),
  .output = "{\"type\":\"object\",\"properties\":{\"step\":{\"type\":\"string\"},\"name\":{\"type\":\"string\"},\"code\":{\"type\":\"string\"},"
            "\"message\":{\"type\":\"string\"}},\"required\":[\"step\",\"name\",\"code\",\"message\"],\"additionalProperties\":true}",
  .category = "flow",
  .icon_name = "dialog-warning-symbolic",
  .flags = ENLACE_STEP_CATCH,
  .ports = enlace_step_ports_out,
};
