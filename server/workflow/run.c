/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/run.h"

#include "server/workflow/engine-private.h"
#include "server/workflow/journal.h"
#include "server/workflow/steps/context.h"

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

/* Decides the edges that leave a step: those of `port` are taken, the others are not; none is when it was skipped (NULL). */
static void
decide_edges (EnlaceRun  *self,
              guint       index,
              const char *port)
{
  const EnlacePlanStep *step = &self->plan->steps[index];

  for (guint i = 0; i < step->n_ports; i++)
    {
      gboolean is_taken = port != NULL && strcmp (step->ports[i].name, port) == 0;

      for (guint j = 0; j < step->ports[i].n_targets; j++)
        {
          EnlaceStepState *target = &self->steps[step->ports[i].targets[j]];

          target->n_decided++;
          target->n_taken += is_taken;
        }
    }
}

static void
set_view (EnlaceRun   *self,
          guint        index,
          EnlaceValue *output,
          EnlaceValue *error)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  EnlaceStepState *state = &self->steps[index];

  if (output != NULL)
    enlace_map_builder_add (builder, "output", output);
  if (error != NULL)
    enlace_map_builder_add (builder, "error", error);
  g_clear_pointer (&state->view, enlace_value_unref);
  state->view = enlace_map_builder_end (builder);
  g_clear_pointer (&self->steps_value, enlace_value_unref);
}

static void
complete_step (EnlaceRun   *self,
               guint        index,
               const char  *port,
               EnlaceValue *output)
{
  EnlaceStepState *state = &self->steps[index];

  state->phase = ENLACE_PHASE_DONE;
  state->has_intent = FALSE;
  set_view (self, index, output, NULL);
  decide_edges (self, index, port);
}

/* For the run's row: which step failed and in what way, and nothing of what it worked on. */
static char *
describe_failure (const EnlacePlanStep *step,
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

/* What expressions and people see of a failure: { code, message } and what the step added. */
static EnlaceValue *
make_error_value (const GError *error,
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

/* Full jitter: anything between now and the exponential bound, but not before what the other end asked for. */
static gint64
choose_wake (const EnlaceRetryPolicy *retry,
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

/* Writes down that a step failed, in which way, and what comes of it. */
static void
settle_failure (EnlaceRun         *self,
                guint              index,
                EnlaceStepContext *context,
                EnlaceEntry       *entry,
                const GError      *error)
{
  const EnlacePlanStep *step = context->step;
  EnlaceStepState *state = context->state;
  gint64 now = enlace_run_get_time (self);
  g_autoptr(EnlaceValue) value = make_error_value (error, context->details);

  entry->error = value;
  entry->is_failed = TRUE;
  if (context->is_in_doubt && !state->is_repeatable)
    {
      entry->kind = ENLACE_ENTRY_UNKNOWN;
      state->phase = ENLACE_PHASE_UNKNOWN;
    }
  else if (context->is_retryable && state->attempt < step->retry.max_attempts && !self->is_ending)
    {
      entry->kind = ENLACE_ENTRY_ATTEMPT;
      entry->wake_at = state->wake_at = choose_wake (&step->retry, state->attempt, context->retry_after_ms, now);
      state->phase = ENLACE_PHASE_WAITING;
      state->has_intent = FALSE;
      self->retry_count++;
    }
  else
    {
      g_autofree char *message = describe_failure (step, error, context->details);

      state->phase = ENLACE_PHASE_FAILED;
      state->has_intent = FALSE;
      set_view (self, index, NULL, value);
      enlace_run_fail (self, message);
    }

  enlace_journal_add (self, entry);
}

static void
settle_success (EnlaceRun         *self,
                guint              index,
                EnlaceStepContext *context,
                EnlaceEntry       *entry,
                EnlaceValue       *output)
{
  /* What the trigger gives is in the row already. */
  entry->output = (context->step->info->flags & ENLACE_STEP_TRIGGER) != 0 || enlace_value_is_null (output) ? NULL : output;
  entry->port = strcmp (context->port, "out") != 0 ? context->port : NULL;
  enlace_journal_add (self, entry);
  complete_step (self, index, context->port, output);

  if (context->reply != NULL && !self->has_replied)
    {
      self->reply = g_steal_pointer (&context->reply);
      self->has_replied = TRUE;
    }
  self->is_ending |= context->ends_run;
}

static gboolean
is_over_budget (EnlaceRun    *self,
                EnlaceValue  *output,
                GError      **error)
{
  self->memory += enlace_value_get_size (output);
  if (self->memory <= self->engine->memory_budget)
    return FALSE;

  g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_MEMORY, "The results of this run hold more than %" G_GSIZE_FORMAT " MiB",
               self->engine->memory_budget / (1024 * 1024));
  return TRUE;
}

/* Runs a step once. FALSE: it needs more than may be spent on this thread, and nothing was done. */
static gboolean
do_step (EnlaceRun *self,
         guint      index)
{
  EnlaceStepContext context;
  EnlaceStepState *state = &self->steps[index];
  g_autoptr(EnlaceValue) output = NULL;
  g_autoptr(GError) error = NULL;
  guint64 cost = self->is_inline ? MIN (self->inline_cost, ENLACE_EXPRESSION_DEFAULT_COST) : ENLACE_EXPRESSION_DEFAULT_COST;
  EnlaceEntry entry = { .kind = ENLACE_ENTRY_RESULT };

  enlace_step_context_init (&context, self, index, cost);
  state->phase = ENLACE_PHASE_ACTIVE;
  output = context.step->type->run (&context, &error);
  self->inline_cost -= MIN (self->inline_cost, cost - MIN (context.cost, cost));

  if (self->is_inline && g_error_matches (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_COST))
    {
      state->phase = ENLACE_PHASE_READY;
      state->attempt--;
      enlace_step_context_clear (&context);
      return FALSE;
    }

  if (g_error_matches (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_INTERRUPTED))
    state->phase = ENLACE_PHASE_READY;
  else
    {
      entry.node = context.step->node->id;
      entry.attempt = state->attempt;
      entry.now = state->now;
      entry.started_at = context.started_at;
      entry.duration = MAX (enlace_engine_get_time (self->engine) - context.started_at, 0);
      entry.input = context.input;

      if (output == NULL || is_over_budget (self, output, &error))
        settle_failure (self, index, &context, &entry, error);
      else
        settle_success (self, index, &context, &entry, output);
    }

  enlace_step_context_clear (&context);
  return TRUE;
}

/* Makes a step whose edges are all decided ready, or skipped; one whose next attempt is due ready again. */
static void
update_phase (EnlaceRun *self,
              guint      index)
{
  const EnlacePlanStep *step = &self->plan->steps[index];
  EnlaceStepState *state = &self->steps[index];

  if (state->phase == ENLACE_PHASE_WAITING && state->wake_at <= enlace_run_get_time (self))
    state->phase = ENLACE_PHASE_READY;
  if (state->phase != ENLACE_PHASE_IDLE || state->n_decided < step->n_incoming)
    return;

  if (state->n_taken > 0 || (step->info->flags & ENLACE_STEP_TRIGGER) != 0)
    state->phase = ENLACE_PHASE_READY;
  else
    {
      state->phase = ENLACE_PHASE_SKIPPED;
      decide_edges (self, index, NULL);
    }
}

/* Runs what is ready and only computes, in topological order: one pass takes it as far as it goes. The steps that act outside and are ready now are
 * counted, the first is *`effect`. FALSE: the rest needs more than may be spent on this thread. */
static gboolean
scan (EnlaceRun *self,
      guint     *n_effects,
      guint     *effect)
{
  *n_effects = 0;

  for (guint i = 0; i < self->plan->n_steps && !self->is_ending; i++)
    {
      update_phase (self, i);
      if (self->steps[i].phase != ENLACE_PHASE_READY)
        continue;

      if ((self->plan->steps[i].info->flags & ENLACE_STEP_EFFECT) == 0)
        {
          if (!do_step (self, i))
            return FALSE;
        }
      else if ((*n_effects)++ == 0)
        *effect = i;
    }

  if (self->is_ending)
    *n_effects = 0;
  return TRUE;
}

gboolean
enlace_run_advance_inline (EnlaceRun *self)
{
  guint n_effects, effect;
  gboolean is_enough;

  self->is_inline = TRUE;
  is_enough = scan (self, &n_effects, &effect);
  self->is_inline = FALSE;
  self->is_over = is_enough && n_effects == 0;

  return self->is_over;
}

typedef struct {
  EnlaceRun *run;
  guint      index;
} Child;

static DexFuture *
child_fiber (gpointer data)
{
  Child *child = data;
  EnlaceRun *self = child->run;

  do_step (self, child->index);
  self->n_children--;
  if (self->child_ended != NULL)
    dex_promise_resolve_boolean (self->child_ended, TRUE);

  return dex_future_new_true ();
}

static void
child_free (gpointer data)
{
  Child *child = data;

  enlace_run_unref (child->run);
  g_free (child);
}

/* Each in a fiber of its own on this thread, so that they act at the same time; never more than the run's allotment. */
static void
spawn_children (EnlaceRun *self)
{
  for (guint i = 0; i < self->plan->n_steps && self->n_children < ENLACE_RUN_MAX_CHILDREN; i++)
    {
      DexScheduler *scheduler = dex_scheduler_get_thread_default ();
      Child *child;

      if (self->steps[i].phase != ENLACE_PHASE_READY)
        continue;

      self->steps[i].phase = ENLACE_PHASE_ACTIVE;
      self->n_children++;
      child = g_new (Child, 1);
      *child = (Child) { enlace_run_ref (self), i };
      dex_unref (dex_scheduler_spawn (scheduler, ENLACE_ENGINE_STACK_SIZE, child_fiber, child, child_free));
    }
}

/* Waits until a child ends or the next attempt of a step is due. What happened so far is written first: the wait may be long. */
static void
await_children (EnlaceRun *self)
{
  guint n_children = self->n_children;
  gint64 wake_at = 0;
  DexFuture *future;

  if (enlace_run_get_interrupt (self) == ENLACE_INTERRUPT_NONE && enlace_journal_is_dirty (self))
    enlace_journal_commit (self);
  if (self->n_children < n_children)
    return;

  self->child_ended = dex_promise_new ();
  future = dex_ref (DEX_FUTURE (self->child_ended));
  for (guint i = 0; i < self->plan->n_steps; i++)
    if (self->steps[i].phase == ENLACE_PHASE_WAITING && (wake_at == 0 || self->steps[i].wake_at < wake_at))
      wake_at = self->steps[i].wake_at;
  if (wake_at != 0 && !self->is_ending)
    future = dex_future_first (future, dex_timeout_new_usec (MAX (wake_at - enlace_run_get_time (self), 1000)), NULL);

  dex_await (future, NULL);
  dex_clear (&self->child_ended);
}

/* The server ends: nothing new is begun, except for a caller who waits for the answer. */
static gboolean
should_park (EnlaceRun *self)
{
  return self->n_children == 0 && g_atomic_int_get (&self->engine->is_stopping) && g_atomic_pointer_get (&self->waiter) == NULL;
}

static void
drive_steps (EnlaceRun *self)
{
  while (enlace_run_get_interrupt (self) == ENLACE_INTERRUPT_NONE)
    {
      guint n_effects, effect = 0;

      scan (self, &n_effects, &effect);
      if (n_effects > 0 && should_park (self))
        break;

      if (n_effects == 1 && self->n_children == 0)
        {
          do_step (self, effect);
          continue;
        }

      if (n_effects > 0)
        spawn_children (self);
      if (self->n_children == 0)
        break;
      await_children (self);
    }

  while (self->n_children > 0)
    await_children (self);
}

void
enlace_run_drive (EnlaceRun *self)
{
  EnlaceInterrupt interrupt;

  if (self->plan != NULL)
    drive_steps (self);

  self->is_over = TRUE;
  interrupt = enlace_run_get_interrupt (self);
  if (interrupt == ENLACE_INTERRUPT_NONE || interrupt == ENLACE_INTERRUPT_CANCEL)
    enlace_journal_commit (self);
}

/* One entry of the record: what the step was before it. */
static void
restore_entry (EnlaceRun         *self,
               guint              index,
               const EnlaceEntry *entry)
{
  EnlaceStepState *state = &self->steps[index];
  const EnlacePlanStep *step = &self->plan->steps[index];

  state->attempt = entry->attempt;
  state->now = entry->now;
  self->last_now = MAX (self->last_now, entry->started_at + entry->duration);

  switch (entry->kind)
    {
    case ENLACE_ENTRY_INTENT:
      state->has_intent = TRUE;
      state->is_repeatable = entry->is_repeatable;
      state->phase = entry->is_repeatable ? ENLACE_PHASE_READY : ENLACE_PHASE_UNKNOWN;
      if (entry->input != NULL && state->intent == NULL)
        state->intent = enlace_value_ref (entry->input);
      break;

    case ENLACE_ENTRY_ATTEMPT:
      state->has_intent = FALSE;
      state->phase = ENLACE_PHASE_WAITING;
      state->wake_at = entry->wake_at;
      self->retry_count++;
      break;

    case ENLACE_ENTRY_UNKNOWN:
      state->phase = ENLACE_PHASE_UNKNOWN;
      break;

    case ENLACE_ENTRY_NOT_DONE:
      state->has_intent = FALSE;
      state->phase = ENLACE_PHASE_READY;
      break;

    case ENLACE_ENTRY_RESULT:
    case ENLACE_ENTRY_DONE:
    default:
      if (entry->is_failed)
        {
          state->phase = ENLACE_PHASE_FAILED;
          set_view (self, index, NULL, entry->error);
          if (!self->is_failed)
            {
              g_autofree char *message = g_strdup_printf ("%s: failed", step->node->id);

              enlace_run_fail (self, message);
            }
        }
      else
        {
          g_autoptr(EnlaceValue) nothing = enlace_value_new_null ();
          EnlaceValue *output = entry->output != NULL ? entry->output : nothing;

          if ((step->info->flags & ENLACE_STEP_TRIGGER) != 0)
            output = self->trigger;
          self->memory += enlace_value_get_size (output);
          self->has_replied |= (step->info->flags & ENLACE_STEP_REPLY) != 0;
          self->is_ending |= (step->info->flags & ENLACE_STEP_END) != 0;
          complete_step (self, index, entry->port != NULL ? entry->port : "out", output);
        }
      break;
    }
}

void
enlace_run_restore (EnlaceRun *self,
                    GPtrArray *entries)
{
  for (guint i = 0; i < entries->len; i++)
    {
      const EnlaceEntry *entry = entries->pdata[i];
      int index = enlace_plan_find_step (self->plan, entry->node);

      if (index >= 0)
        restore_entry (self, index, entry);
    }
}
