/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/failure.h"

char *
enlace_failure_describe (const EnlacePlanStep *step,
                         const GError         *error,
                         EnlaceValue          *details)
{
  const char *name = step->node->name != NULL && *step->node->name != '\0' ? step->node->name : step->node->id;
  gint64 status = enlace_value_get_member_int (details, "status", 0);

  if (!g_error_matches (error, ENLACE_STEP_ERROR, error->code))
    return g_strdup_printf ("%s: failed", name);

  switch ((EnlaceStepError) error->code)
    {
    case ENLACE_STEP_ERROR_EXPRESSION:
      return g_strdup_printf ("%s: an expression failed", name);
    case ENLACE_STEP_ERROR_PARAMETER:
      return g_strdup_printf ("%s: a parameter has a value that it cannot have", name);
    case ENLACE_STEP_ERROR_COST:
      return g_strdup_printf ("%s: its expressions passed their cost limit", name);
    case ENLACE_STEP_ERROR_MEMORY:
      return g_strdup_printf ("%s: the run passed its memory budget", name);
    case ENLACE_STEP_ERROR_ADDRESS:
      return g_strdup_printf ("%s: the address may not be called", name);
    case ENLACE_STEP_ERROR_CONNECTION:
      return g_strdup_printf ("%s: the other end could not be reached, or the connection was lost", name);
    case ENLACE_STEP_ERROR_TIMEOUT:
      return g_strdup_printf ("%s: the other end did not answer in time", name);
    case ENLACE_STEP_ERROR_TOO_LARGE:
      return g_strdup_printf ("%s: the reply was too large", name);
    case ENLACE_STEP_ERROR_BAD_REPLY:
      return g_strdup_printf ("%s: the reply could not be read", name);
    case ENLACE_STEP_ERROR_HTTP_STATUS:
      return g_strdup_printf ("%s: the other end answered %" G_GINT64_FORMAT, name, status);
    case ENLACE_STEP_ERROR_STOPPED:
      return g_strdup_printf ("%s: the workflow stopped itself as failed", name);
    case ENLACE_STEP_ERROR_INTERRUPTED:
    default:
      return g_strdup_printf ("%s: failed", name);
    }
}

EnlaceValue *
enlace_failure_to_value (const GError *error,
                         EnlaceValue  *details)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  const char *code = error->domain == ENLACE_STEP_ERROR ? enlace_step_error_get_name (error->code) : "error";

  enlace_map_builder_add_string (builder, "code", code);
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
