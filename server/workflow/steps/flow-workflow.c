/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/steps/steps.h"

#include "server/workflow/child.h"

static EnlaceValue *
make_output (const char  *execution_id,
             const char  *status,
             EnlaceValue *output)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  enlace_map_builder_add_string (builder, "execution_id", execution_id);
  enlace_map_builder_add_string (builder, "status", status);
  if (output != NULL)
    enlace_map_builder_add (builder, "output", output);
  else
    enlace_map_builder_add_null (builder, "output");

  return enlace_map_builder_end (builder);
}

/* The workflow has ended. */
static EnlaceValue *
finish (EnlaceStepContext  *context,
        EnlaceValue        *signal,
        GError            **error)
{
  const char *status = enlace_value_get_member_string (signal, "status", "failed");
  const char *id = enlace_value_get_member_string (signal, "execution_id", "");

  if (strcmp (status, "completed") != 0)
    {
      g_autoptr(EnlaceValue) details = make_output (id, status, NULL);

      enlace_step_context_set_failure (context, details, FALSE, 0);
      g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_WORKFLOW, "The workflow has %s: %s", strcmp (status, "cancelled") == 0 ? "been cancelled" : "failed",
                   enlace_value_get_member_string (signal, "message", "it says no more"));
      return NULL;
    }

  return make_output (id, status, enlace_value_get_member (signal, "output"));
}

static EnlaceValue *
flow_workflow_run (EnlaceStepContext  *context,
                   GError            **error)
{
  g_autoptr(EnlaceValue) input = NULL;
  g_autoptr(EnlaceValue) details = NULL;
  g_autoptr(EnlaceMapBuilder) builder = NULL;
  g_autofree char *workflow = NULL;
  gboolean waits = TRUE;
  EnlaceUuid workflow_id, child_id;
  char id[ENLACE_UUID_TEXT_SIZE];

  if (enlace_step_context_get_signal (context) != NULL)
    return finish (context, enlace_step_context_get_signal (context), error);

  if ((workflow = enlace_step_context_dup_text (context, "workflow", error)) == NULL
      || (input = enlace_step_context_get (context, "input", error)) == NULL
      || !enlace_step_context_test (context, "wait", &waits, error))
    return NULL;
  if (!enlace_uuid_parse (workflow, &workflow_id))
    {
      g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER, "“%.64s” is not the id of a workflow", workflow);
      return NULL;
    }

  if (!enlace_child_begin (context, &workflow_id, input, waits, &child_id, error))
    return NULL;

  enlace_uuid_format (&child_id, id);
  enlace_step_context_set_input (context, input);
  if (!waits)
    return make_output (id, "queued", NULL);

  builder = enlace_map_builder_new ();
  enlace_map_builder_add_string (builder, "execution_id", id);
  enlace_map_builder_add (builder, "input", input);
  details = enlace_map_builder_end (builder);
  enlace_step_context_wait (context, details, 0, error);

  return NULL;
}

const EnlaceStepType enlace_step_flow_workflow = {
  .name = "flow.workflow",
  .run = flow_workflow_run,
};
