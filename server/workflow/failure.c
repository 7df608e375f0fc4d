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

static EnlaceValue *
extend (EnlaceValue *error,
        const char  *message,
        const char  *name,
        EnlaceValue *value)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  enlace_map_builder_add_string (builder, "code", enlace_value_get_member_string (error, "code", "error"));
  enlace_map_builder_add_string (builder, "message", message);
  for (gsize i = 0; i < enlace_value_get_length (error); i++)
    {
      const char *key = enlace_value_get_string (enlace_value_get_key (error, i));

      if (strcmp (key, "code") != 0 && strcmp (key, "message") != 0)
        enlace_map_builder_add (builder, key, enlace_value_get_member_value (error, i));
    }
  enlace_map_builder_add (builder, name, value);

  return enlace_map_builder_end (builder);
}

EnlaceValue *
enlace_failure_in_step (const EnlacePlanStep *step,
                        EnlaceValue          *error)
{
  g_autofree char *message = enlace_failure_describe (step, enlace_value_get_member_string (error, "message", "failed"));
  g_autoptr(EnlaceValue) id = enlace_value_new_string (step->node->id);

  return extend (error, message, "step", id);
}

EnlaceValue *
enlace_failure_in_frame (EnlaceFrame *frame,
                         gboolean     is_loop,
                         EnlaceValue *error)
{
  const char *reason = enlace_value_get_member_string (error, "message", "failed");
  g_autoptr(EnlaceValue) place = is_loop ? enlace_value_new_int ((gint64) frame->number) : enlace_value_new_string (frame->region->port);
  g_autofree char *message = is_loop ? g_strdup_printf ("Iteration %" G_GUINT64_FORMAT ", %s", frame->number, reason)
                                     : g_strdup_printf ("Branch “%s”, %s", frame->region->port, reason);

  return extend (error, message, is_loop ? "iteration" : "branch", place);
}

void
enlace_failure_restore (EnlaceValue  *failure,
                        EnlaceValue **details,
                        GError      **error)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  for (gsize i = 0; i < enlace_value_get_length (failure); i++)
    {
      const char *key = enlace_value_get_string (enlace_value_get_key (failure, i));

      if (strcmp (key, "code") != 0 && strcmp (key, "message") != 0)
        enlace_map_builder_add (builder, key, enlace_value_get_member_value (failure, i));
    }
  *details = enlace_map_builder_end (builder);
  g_set_error_literal (error, ENLACE_STEP_ERROR, enlace_step_error_from_name (enlace_value_get_member_string (failure, "code", NULL)),
                       enlace_value_get_member_string (failure, "message", "failed"));
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
