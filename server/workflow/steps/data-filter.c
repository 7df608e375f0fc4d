/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/steps/steps.h"

static EnlaceValue *
data_filter_run (EnlaceStepContext  *context,
                 GError            **error)
{
  g_autoptr(EnlaceValue) items = enlace_step_context_get_list (context, "items", error);
  g_autoptr(EnlaceListBuilder) kept = enlace_list_builder_new ();

  for (gsize i = 0; items != NULL && i < enlace_value_get_length (items); i++)
    {
      EnlaceValue *item = enlace_value_get_element (items, i);
      gboolean keep = FALSE;

      if (!enlace_step_context_test_for (context, "keep", item, i, &keep, error))
        return NULL;
      if (keep)
        enlace_list_builder_add (kept, item);
    }

  return items != NULL ? enlace_list_builder_end (kept) : NULL;
}

const EnlaceStepType enlace_step_data_filter = {
  .name = "data.filter",
  .run = data_filter_run,
};
