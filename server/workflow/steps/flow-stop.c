/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/steps/steps.h"

static EnlaceValue *
flow_stop_run (EnlaceStepContext  *context,
               GError            **error)
{
  g_autofree char *outcome = enlace_step_context_dup_text (context, "outcome", error);
  g_autoptr(EnlaceValue) message = NULL;
  g_autoptr(EnlaceMapBuilder) builder = NULL;
  const char *text;

  if (outcome == NULL || (message = enlace_step_context_get (context, "message", error)) == NULL)
    return NULL;

  text = enlace_value_get_string (message);
  if (strcmp (outcome, "failure") == 0)
    {
      g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_STOPPED, "%s", text != NULL && *text != '\0' ? text : "The workflow stopped itself as failed");
      return NULL;
    }
  if (strcmp (outcome, "success") != 0)
    {
      g_set_error_literal (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER, "“outcome” must be “success” or “failure”");
      return NULL;
    }

  enlace_step_context_end_run (context);
  builder = enlace_map_builder_new ();
  enlace_map_builder_add (builder, "message", message);
  return enlace_map_builder_end (builder);
}

const EnlaceStepType enlace_step_flow_stop = {
  .name = "flow.stop",
  .run = flow_stop_run,
};
