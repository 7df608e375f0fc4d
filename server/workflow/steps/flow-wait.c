/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/steps/steps.h"

#include "common/value/time.h"
#include "server/workflow/run.h"
#include "server/workflow/signal.h"

/* The longest wait: a hundred years. */
#define LONGEST_MS (G_GINT64_CONSTANT (100) * 366 * 24 * 60 * 60 * 1000)

static gboolean
read_time (EnlaceValue  *value,
           gint64       *time,
           GError      **error)
{
  gint64 seconds;
  guint32 nanoseconds;

  if (enlace_value_get_kind (value) == ENLACE_KIND_TIMESTAMP)
    {
      *time = enlace_value_get_seconds (value) * G_USEC_PER_SEC + enlace_value_get_nanoseconds (value) / 1000;
      return TRUE;
    }
  if (enlace_value_get_kind (value) == ENLACE_KIND_STRING && enlace_time_parse (enlace_value_get_string (value), &seconds, &nanoseconds))
    {
      *time = seconds * G_USEC_PER_SEC + nanoseconds / 1000;
      return TRUE;
    }

  g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER, "“until” must be a time, but is %s", enlace_step_describe_kind (value));
  return FALSE;
}

/* When the wait ends by time; 0: not by time. */
static gboolean
compute_wake (EnlaceStepContext  *context,
              gint64             *wake_at,
              GError            **error)
{
  g_autoptr(EnlaceValue) until = NULL;
  gint64 milliseconds = -1, time;

  if (!enlace_step_context_get_duration (context, "duration", LONGEST_MS, &milliseconds, error)
      || (until = enlace_step_context_get (context, "until", error)) == NULL)
    return FALSE;

  *wake_at = milliseconds >= 0 ? enlace_step_context_get_now (context) + milliseconds * 1000 : 0;
  if (enlace_value_is_null (until))
    return TRUE;
  if (!read_time (until, &time, error))
    return FALSE;

  time = MAX (time, 1);
  *wake_at = *wake_at == 0 ? time : MIN (*wake_at, time);
  return TRUE;
}

static EnlaceValue *
make_output (EnlaceValue *data)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  enlace_map_builder_add_bool (builder, "resumed", data != NULL);
  if (data != NULL)
    enlace_map_builder_add (builder, "data", data);
  else
    enlace_map_builder_add_null (builder, "data");

  return enlace_map_builder_end (builder);
}

static EnlaceValue *
go_on (EnlaceStepContext *context)
{
  EnlaceValue *signal = enlace_step_context_get_signal (context);
  EnlaceValue *resumes = enlace_value_get_member (enlace_step_context_get_wait (context), "resume");

  if (signal == NULL && resumes != NULL && enlace_value_get_bool (resumes))
    {
      g_autofree char *key = enlace_step_context_dup_signal_key (context);

      enlace_step_context_add_change (context, enlace_signal_new_closing (&enlace_step_context_get_run (context)->id, key));
    }

  return make_output (signal);
}

static EnlaceValue *
flow_wait_run (EnlaceStepContext  *context,
               GError            **error)
{
  g_autoptr(EnlaceMapBuilder) builder = NULL;
  g_autoptr(EnlaceValue) details = NULL;
  gboolean resumes = FALSE;
  gint64 wake_at;

  if (enlace_step_context_get_wait (context) != NULL)
    return go_on (context);

  if (!compute_wake (context, &wake_at, error) || !enlace_step_context_test (context, "resume", &resumes, error))
    return NULL;
  if (wake_at == 0 && !resumes)
    {
      g_set_error_literal (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER, "A wait has “duration”, “until” or “resume”");
      return NULL;
    }
  if (!resumes && wake_at <= enlace_step_context_get_time (context))
    return make_output (NULL);

  builder = enlace_map_builder_new ();
  if (wake_at != 0)
    enlace_map_builder_take (builder, "until", enlace_value_new_timestamp (wake_at / G_USEC_PER_SEC, (guint32) (wake_at % G_USEC_PER_SEC) * 1000));
  enlace_map_builder_add_bool (builder, "resume", resumes);
  details = enlace_map_builder_end (builder);
  enlace_step_context_wait (context, details, wake_at, error);

  return NULL;
}

const EnlaceStepType enlace_step_flow_wait = {
  .name = "flow.wait",
  .run = flow_wait_run,
};
