/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/steps/steps.h"

/* A template a case, so that those behind the one that holds are not evaluated. */
static EnlaceValue *
shape (EnlaceValue  *parameters,
       GError      **error)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(GHashTable) taken = g_hash_table_new (g_str_hash, g_str_equal);
  EnlaceValue *cases = enlace_value_get_member (parameters, "cases");

  for (gsize i = 0; cases != NULL && i < enlace_value_get_length (cases); i++)
    {
      EnlaceValue *row = enlace_value_get_element (cases, i);
      const char *port = enlace_value_get_member_string (row, "port", NULL);
      EnlaceValue *condition = enlace_value_get_member (row, "condition");

      if (port == NULL || condition == NULL)
        {
          g_set_error_literal (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER, "A case has “port” and “condition”");
          return NULL;
        }
      if (strcmp (port, "default") == 0 || strcmp (port, "error") == 0 || g_hash_table_contains (taken, port))
        {
          g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER, "The name “%s” of a case is taken", port);
          return NULL;
        }
      g_hash_table_add (taken, (gpointer) port);
      enlace_map_builder_add (builder, port, condition);
    }

  return enlace_map_builder_end (builder);
}

static EnlaceValue *
flow_switch_run (EnlaceStepContext  *context,
                 GError            **error)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  const char *port = "default";
  const char *name;

  for (guint i = 0; (name = enlace_step_context_get_parameter_name (context, i)) != NULL; i++)
    {
      gboolean holds = FALSE;

      if (!enlace_step_context_test (context, name, &holds, error))
        return NULL;
      if (holds)
        {
          port = name;
          break;
        }
    }

  enlace_step_context_take_port (context, port);
  enlace_map_builder_add_string (builder, "case", port);
  return enlace_map_builder_end (builder);
}

const EnlaceStepType enlace_step_flow_switch = {
  .name = "flow.switch",
  .shape = shape,
  .run = flow_switch_run,
};
