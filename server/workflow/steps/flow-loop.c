/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/steps/steps.h"

#define MAX_CONCURRENCY 100
#define MAX_LIMIT 1000000
#define DEFAULT_LIMIT 10000

/* What is gone through; the iterations themselves are the engine's (server/workflow/block.c), `while` and `result` are evaluated there. */
static EnlaceValue *
flow_loop_run (EnlaceStepContext  *context,
               GError            **error)
{
  g_autoptr(EnlaceValue) items = NULL;
  g_autoptr(EnlaceValue) input = NULL;
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  gint64 concurrency, limit;
  gboolean continues = FALSE;

  if ((items = enlace_step_context_get (context, "items", error)) == NULL
      || !enlace_step_context_get_number (context, "concurrency", 1, MAX_CONCURRENCY, 1, &concurrency, error)
      || !enlace_step_context_get_number (context, "limit", 1, MAX_LIMIT, DEFAULT_LIMIT, &limit, error)
      || !enlace_step_context_test (context, "continue_on_error", &continues, error))
    return NULL;

  if (enlace_step_context_has (context, "items"))
    {
      if (enlace_value_get_kind (items) != ENLACE_KIND_LIST)
        {
          g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER, "“items” must be a list, but is %s", enlace_step_describe_kind (items));
          return NULL;
        }
      enlace_map_builder_add (builder, "items", items);
    }
  else if (!enlace_step_context_has (context, "while"))
    {
      g_set_error_literal (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER, "A loop has “items”, or a “while”, or both");
      return NULL;
    }

  enlace_map_builder_add_int (builder, "concurrency", concurrency);
  enlace_map_builder_add_int (builder, "limit", limit);
  enlace_map_builder_add_bool (builder, "continue_on_error", continues);
  input = enlace_map_builder_end (builder);
  enlace_step_context_open_body (context, input);

  return enlace_value_new_null ();
}

const EnlaceStepType enlace_step_flow_loop = {
  .name = "flow.loop",
  .run = flow_loop_run,
};
