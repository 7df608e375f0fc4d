/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/steps/steps.h"

/* What began the run is what the step gives. */
static EnlaceValue *
trigger_event_run (EnlaceStepContext  *context,
                      GError            **error)
{
  return enlace_value_ref (enlace_step_context_get_trigger (context));
}

const EnlaceStepType enlace_step_trigger_event = {
  .name = "trigger.event",
  .run = trigger_event_run,
};
