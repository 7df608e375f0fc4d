/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/steps/steps.h"

static EnlaceValue *
flow_catch_run (EnlaceStepContext  *context,
                GError            **error)
{
  EnlaceValue *failure = enlace_step_context_get_failure (context);

  return failure != NULL ? enlace_value_ref (failure) : enlace_value_new_null ();
}

const EnlaceStepType enlace_step_flow_catch = {
  .name = "flow.catch",
  .run = flow_catch_run,
};
