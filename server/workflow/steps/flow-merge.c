/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/steps/steps.h"

static EnlaceValue *
flow_merge_run (EnlaceStepContext  *context,
                GError            **error)
{
  g_autoptr(EnlaceValue) arrivals = enlace_step_context_dup_arrivals (context);
  g_autoptr(EnlaceValue) mode = enlace_step_context_get (context, "mode", error);
  g_autoptr(EnlaceMapBuilder) outputs = enlace_map_builder_new ();
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  gsize n_arrivals = enlace_value_get_length (arrivals);
  gint64 count;

  if (mode == NULL || !enlace_step_context_get_number (context, "count", 1, G_MAXINT32, 1, &count, error))
    return NULL;
  if (g_strcmp0 (enlace_value_get_string (mode), "n") == 0 && (gint64) n_arrivals < count)
    {
      g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_NOT_ENOUGH,
                   "%" G_GSIZE_FORMAT " branches have come here, and %" G_GINT64_FORMAT " are needed", n_arrivals, count);
      return NULL;
    }

  for (gsize i = 0; i < n_arrivals; i++)
    {
      EnlaceValue *arrival = enlace_value_get_element (arrivals, i);
      const char *step = enlace_value_get_member_string (arrival, "step", "");

      if (i == 0)
        {
          enlace_map_builder_add_string (builder, "first", step);
          enlace_map_builder_add (builder, "value", enlace_value_get_member (arrival, "output"));
        }
      enlace_map_builder_add (outputs, step, enlace_value_get_member (arrival, "output"));
    }
  enlace_map_builder_take (builder, "outputs", enlace_map_builder_end (outputs));

  return enlace_map_builder_end (builder);
}

const EnlaceStepType enlace_step_flow_merge = {
  .name = "flow.merge",
  .run = flow_merge_run,
};
