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
  self->only = -1;
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
  if (self->caught != NULL)
    enlace_frame_clear_values (self->caught);
  if (self->root != NULL)
    enlace_frame_clear_values (self->root);
  g_clear_pointer (&self->trigger, enlace_value_unref);
  g_clear_pointer (&self->vars, enlace_value_unref);
  g_clear_pointer (&self->failure, enlace_value_unref);
  g_clear_pointer (&self->output, enlace_value_unref);
  g_clear_pointer (&self->options, enlace_value_unref);
  g_clear_pointer (&self->signals, g_hash_table_unref);
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
  dex_clear (&self->poke);
  g_clear_pointer (&self->journal.changes, g_ptr_array_unref);
  g_clear_pointer (&self->caught, enlace_frame_free);
  g_clear_pointer (&self->root, enlace_frame_free);
  g_clear_pointer (&self->gate, g_bytes_unref);
  g_clear_pointer (&self->waiter, g_free);
  g_clear_pointer (&self->plan, enlace_plan_unref);
  g_free (self->is_wanted);
  g_free (self->parent_key);
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
  self->root = enlace_frame_new (plan, NULL, 0, 0);
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

char *
enlace_run_dup_signal_key (EnlaceFrame *frame,
                           guint        index)
{
  const char *node = frame->plan->steps[index].node->id;

  return frame->path != NULL ? g_strdup_printf ("%s/%s", node, frame->path) : g_strdup (node);
}

void
enlace_run_set_output (EnlaceRun   *self,
                       EnlaceValue *input)
{
  EnlaceValue *body = input != NULL ? enlace_value_get_member (input, "body") : NULL;

  if (self->output == NULL && body != NULL)
    self->output = enlace_value_ref (body);
}

EnlaceValue *
enlace_run_dup_output (EnlaceRun *self)
{
  if (self->output != NULL)
    return enlace_value_ref (self->output);

  return self->root != NULL ? enlace_frame_dup_last_output (self->root) : enlace_value_new_null ();
}

void
enlace_step_change_free (gpointer data)
{
  EnlaceStepChange *self = data;

  self->free (self);
}

typedef struct {
  gboolean is_waiting;
  gboolean is_unknown;
  gboolean is_ready;
  gint64   wake_at;
} Phases;

/* What is left of a frame that was cut does not count. */
static void
add_phases (Phases      *self,
            EnlaceFrame *frame)
{
  for (guint i = 0; frame != NULL && !frame->is_cut && i < frame->region->n_steps; i++)
    {
      EnlaceStepState *state = &frame->steps[i];

      self->is_ready |= state->phase == ENLACE_PHASE_READY;
      self->is_unknown |= state->phase == ENLACE_PHASE_UNKNOWN;
      self->is_waiting |= state->phase == ENLACE_PHASE_WAITING;
      self->wake_at = MIN (self->wake_at, enlace_frame_get_wake (frame, frame->region->steps[i]));
      for (guint j = 0; state->block != NULL && j < state->block->frames->len; j++)
        add_phases (self, state->block->frames->pdata[j]);
    }
}

void
enlace_run_set_message (EnlaceRun  *self,
                        const char *message)
{
  g_set_str (&self->error_message, message);
}

/* Whether the step is in the region, or in one inside it. */
static gboolean
is_inside (EnlacePlan *plan,
           guint       step,
           guint       region)
{
  for (int at = (int) plan->steps[step].region; at >= 0; at = plan->regions[at].parent)
    if (at == (int) region)
      return TRUE;

  return FALSE;
}

/* What is to run so that a run comes to a step and ends there: what is before it, with the bodies of loops and branches on the way. */
static void
want_until (EnlaceRun *self,
            guint      until)
{
  EnlacePlan *plan = self->plan;

  for (guint i = 0; i < plan->n_steps; i++)
    self->is_wanted[i] |= enlace_plan_is_after (plan, until, i);
  for (guint i = 0; i < plan->n_steps; i++)
    for (guint j = 0; self->is_wanted[i] && j < plan->steps[i].n_regions; j++)
      for (guint k = 0; !is_inside (plan, until, plan->steps[i].regions[j]) && k < plan->n_steps; k++)
        self->is_wanted[k] |= is_inside (plan, k, plan->steps[i].regions[j]);
}

void
enlace_run_apply_options (EnlaceRun *self)
{
  const char *until = enlace_value_get_member_string (self->options, "until", NULL);
  const char *only = enlace_value_get_member_string (self->options, "only", NULL);
  int index = until != NULL ? enlace_plan_find_step (self->plan, until) : only != NULL ? enlace_plan_find_step (self->plan, only) : -1;

  if (index < 0)
    return;

  g_free (self->is_wanted);
  self->is_wanted = g_new0 (guint8, self->plan->n_steps);
  if (only != NULL)
    {
      self->is_wanted[index] = TRUE;
      self->only = index;
    }
  else
    want_until (self, (guint) index);
}

EnlaceStatus
enlace_run_get_status (EnlaceRun *self,
                       gint64    *wake_at)
{
  Phases phases = { .wake_at = ENLACE_NEVER };

  *wake_at = 0;
  if (enlace_run_get_interrupt (self) == ENLACE_INTERRUPT_CANCEL)
    return ENLACE_STATUS_CANCELLED;
  if (!self->is_over)
    return ENLACE_STATUS_RUNNING;
  if (self->is_ending)
    return self->is_failed ? ENLACE_STATUS_FAILED : ENLACE_STATUS_COMPLETED;

  add_phases (&phases, self->root);
  add_phases (&phases, self->caught);
  if (phases.is_ready)
    return ENLACE_STATUS_QUEUED;
  if (phases.is_waiting)
    {
      *wake_at = phases.wake_at != ENLACE_NEVER ? phases.wake_at : 0;
      return ENLACE_STATUS_WAITING;
    }
  if (phases.is_unknown)
    return ENLACE_STATUS_UNKNOWN;

  return self->is_failed ? ENLACE_STATUS_FAILED : ENLACE_STATUS_COMPLETED;
}
