/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/failure.h"

char *
enlace_failure_describe (const EnlacePlanStep *step,
                         const char           *message)
{
  const char *name = step->node->name != NULL && *step->node->name != '\0' ? step->node->name : step->node->id;

  return g_strdup_printf ("%s: %s", name, message);
}

EnlaceValue *
enlace_failure_to_value (const GError *error,
                         EnlaceValue  *details)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  /* Errors of other rooms that reach this are about what the step was given to send. */
  EnlaceStepError code = error->domain == ENLACE_STEP_ERROR ? (EnlaceStepError) error->code : ENLACE_STEP_ERROR_PARAMETER;

  enlace_map_builder_add_string (builder, "code", enlace_step_error_get_name (code));
  enlace_map_builder_add_string (builder, "message", error->message);
  for (gsize i = 0; details != NULL && i < enlace_value_get_length (details); i++)
    enlace_map_builder_add (builder, enlace_value_get_string (enlace_value_get_key (details, i)), enlace_value_get_member_value (details, i));

  return enlace_map_builder_end (builder);
}

gint64
enlace_failure_choose_wake (const EnlaceRetryPolicy *retry,
                            guint                    attempt,
                            gint64                   retry_after_ms,
                            gint64                   now)
{
  double bound = (double) retry->initial_ms;
  gint64 wait;

  for (guint i = 1; i < attempt && bound < (double) retry->max_ms; i++)
    bound *= retry->factor;
  bound = MIN (bound, (double) retry->max_ms);
  wait = bound >= 1 ? (gint64) (g_random_double () * bound) : 0;

  return now + MAX (wait, retry_after_ms) * 1000;
}
