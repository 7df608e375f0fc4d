/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/steps/steps.h"

/* The branches themselves are the engine's (server/workflow/block.c). */
static EnlaceValue *
flow_parallel_run (EnlaceStepContext  *context,
                   GError            **error)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) input = NULL;
  gboolean fails_fast = TRUE;

  if (!enlace_step_context_test (context, "fail_fast", &fails_fast, error))
    return NULL;

  enlace_map_builder_add_bool (builder, "fail_fast", fails_fast);
  input = enlace_map_builder_end (builder);
  enlace_step_context_open_body (context, input);

  return enlace_value_new_null ();
}

const EnlaceStepType enlace_step_flow_parallel = {
  .name = "flow.parallel",
  .run = flow_parallel_run,
};
