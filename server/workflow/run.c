/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/run.h"

#include "server/workflow/engine-private.h"

EnlaceRun *
enlace_run_new (EnlaceEngine     *engine,
                const EnlaceUuid *id)
{
  EnlaceRun *self = g_new0 (EnlaceRun, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->engine = engine;
  self->id = *id;
  self->inline_cost = ENLACE_RUN_INLINE_COST;
  return self;
}

EnlaceRun *
enlace_run_ref (EnlaceRun *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
enlace_pending_reply_free (EnlacePendingReply *self)
{
  g_clear_pointer (&self->headers, enlace_value_unref);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self->content_type);
  g_free (self);
}

void
enlace_run_clear_values (EnlaceRun *self)
{
  for (guint i = 0; self->steps != NULL && i < self->plan->n_steps; i++)
    {
      g_clear_pointer (&self->steps[i].intent, enlace_value_unref);
      g_clear_pointer (&self->steps[i].view, enlace_value_unref);
    }
  g_clear_pointer (&self->trigger, enlace_value_unref);
  g_clear_pointer (&self->steps_value, enlace_value_unref);
  g_clear_pointer (&self->execution_value, enlace_value_unref);
  g_clear_pointer (&self->journal.bytes, g_byte_array_unref);
}

void
enlace_run_unref (EnlaceRun *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  enlace_run_clear_values (self);
  g_clear_pointer (&self->reply, enlace_pending_reply_free);
  dex_clear (&self->journal.in_flight);
  dex_clear (&self->child_ended);
  dex_clear (&self->interrupted);
  g_clear_pointer (&self->waiter, g_free);
  g_clear_pointer (&self->plan, enlace_plan_unref);
  g_free (self->steps);
  g_free (self->event_key);
  g_free (self->error_message);
  g_free (self);
}

void
enlace_run_prepare (EnlaceRun   *self,
                    EnlacePlan  *plan,
                    EnlaceValue *trigger)
{
  self->plan = enlace_plan_ref (plan);
  self->organisation_id = plan->organisation_id;
  self->workflow_id = plan->workflow_id;
  self->version = plan->version;
  self->trigger = enlace_value_ref (trigger);
  self->steps = g_new0 (EnlaceStepState, plan->n_steps);
}

gint64
enlace_run_get_time (EnlaceRun *self)
{
  self->last_now = MAX (self->last_now, enlace_engine_get_time (self->engine));
  return self->last_now;
}

EnlaceInterrupt
enlace_run_get_interrupt (EnlaceRun *self)
{
  return g_atomic_int_get (&self->interrupt);
}

/* The first one counts, but a run that is lost is lost whatever was asked of it before. */
void
enlace_run_interrupt (EnlaceRun       *self,
                      EnlaceInterrupt  interrupt)
{
  int before = interrupt == ENLACE_INTERRUPT_LOST ? g_atomic_int_exchange (&self->interrupt, interrupt) : ENLACE_INTERRUPT_NONE;

  if (interrupt != ENLACE_INTERRUPT_LOST && !g_atomic_int_compare_and_exchange (&self->interrupt, ENLACE_INTERRUPT_NONE, interrupt))
    return;
  if (before == ENLACE_INTERRUPT_NONE && self->interrupted != NULL)
    dex_promise_reject (self->interrupted, g_error_new_literal (ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_INTERRUPTED, "The run was interrupted"));
}

EnlaceWaiter *
enlace_run_take_waiter (EnlaceRun *self)
{
  return g_atomic_pointer_exchange (&self->waiter, NULL);
}

void
enlace_waiter_answer (EnlaceWaiter  *self,
                      EnlaceOutcome *outcome)
{
  self->func (outcome, self->data);
  g_free (self);
}

void
enlace_run_fail (EnlaceRun  *self,
                 const char *message)
{
  self->is_ending = TRUE;
  if (self->is_failed)
    return;

  self->is_failed = TRUE;
  g_set_str (&self->error_message, message);
}

EnlaceStatus
enlace_run_get_status (EnlaceRun *self,
                       gint64    *wake_at)
{
  gboolean is_waiting = FALSE, is_unknown = FALSE, is_ready = FALSE;

  *wake_at = 0;
  if (enlace_run_get_interrupt (self) == ENLACE_INTERRUPT_CANCEL)
    return ENLACE_STATUS_CANCELLED;
  if (!self->is_over)
    return ENLACE_STATUS_RUNNING;

  for (guint i = 0; self->steps != NULL && i < self->plan->n_steps; i++)
    {
      EnlaceStepState *state = &self->steps[i];

      is_ready |= state->phase == ENLACE_PHASE_READY;
      is_unknown |= state->phase == ENLACE_PHASE_UNKNOWN;
      if (state->phase == ENLACE_PHASE_WAITING && (!is_waiting || state->wake_at < *wake_at))
        {
          is_waiting = TRUE;
          *wake_at = state->wake_at;
        }
    }

  if (self->is_ending)
    {
      *wake_at = 0;
      return self->is_failed ? ENLACE_STATUS_FAILED : ENLACE_STATUS_COMPLETED;
    }
  if (is_ready)
    return ENLACE_STATUS_QUEUED;
  if (is_waiting)
    return ENLACE_STATUS_WAITING;

  return is_unknown ? ENLACE_STATUS_UNKNOWN : ENLACE_STATUS_COMPLETED;
}
