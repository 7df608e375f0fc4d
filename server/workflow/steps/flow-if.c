/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/steps/steps.h"

static EnlaceValue *
flow_if_run (EnlaceStepContext  *context,
             GError            **error)
{
  gboolean is_met;

  if (!enlace_step_context_test (context, "condition", &is_met, error))
    return NULL;

  enlace_step_context_take_port (context, is_met ? "true" : "false");
  return enlace_value_new_bool (is_met);
}

const EnlaceStepType enlace_step_flow_if = {
  .name = "flow.if",
  .run = flow_if_run,
};
