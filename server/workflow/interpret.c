/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/engine-private.h"
#include "server/workflow/failure.h"
#include "server/workflow/journal.h"
#include "server/workflow/steps/context.h"

/* The interpreter of plans: which step is next, and what comes of it. */

/* What a step costs beyond its expressions, in their units, where it runs on the thread that received the event. */
#define STEP_COST 50

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

void
enlace_run_set_view (EnlaceRun   *self,
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

void
enlace_run_complete_step (EnlaceRun   *self,
                          guint        index,
                          const char  *port,
                          EnlaceValue *output)
{
  EnlaceStepState *state = &self->steps[index];

  state->phase = ENLACE_PHASE_DONE;
  state->has_intent = FALSE;
  enlace_run_set_view (self, index, output, NULL);
  decide_edges (self, index, port);
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
  g_autoptr(EnlaceValue) value = enlace_failure_to_value (error, context->details);

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
      entry->wake_at = state->wake_at = enlace_failure_choose_wake (&step->retry, state->attempt, context->retry_after_ms, now);
      state->phase = ENLACE_PHASE_WAITING;
      state->has_intent = FALSE;
      self->retry_count++;
    }
  else
    {
      g_autofree char *message = enlace_failure_describe (step, error->message);

      state->phase = ENLACE_PHASE_FAILED;
      state->has_intent = FALSE;
      enlace_run_set_view (self, index, NULL, value);
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
  enlace_run_complete_step (self, index, context->port, output);

  if (context->reply != NULL && !self->has_replied)
    {
      self->reply = g_steal_pointer (&context->reply);
      self->has_replied = TRUE;
    }
  self->is_ending |= context->ends_run;
}

/* What the trigger gives is bounded by what is received. */
static gboolean
is_over_budget (EnlaceRun             *self,
                const EnlacePlanStep  *step,
                EnlaceValue           *output,
                GError               **error)
{
  if ((step->info->flags & ENLACE_STEP_TRIGGER) != 0)
    return FALSE;

  self->memory += enlace_value_get_size (output);
  if (self->memory <= self->engine->memory_budget)
    return FALSE;

  g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_MEMORY, "The results of this run hold more than %" G_GSIZE_FORMAT " MiB",
               self->engine->memory_budget / (1024 * 1024));
  return TRUE;
}

/* Writes down what came of a step, unless the run was interrupted meanwhile: then it is as if the step had not been begun. */
static void
settle (EnlaceRun         *self,
        guint              index,
        EnlaceStepContext *context,
        EnlaceValue       *output,
        GError           **error)
{
  EnlaceEntry entry = {
    .kind = ENLACE_ENTRY_RESULT,
    .node = context->step->node->id,
    .attempt = context->state->attempt,
    .now = context->state->now,
    .started_at = context->started_at,
    .duration = MAX (enlace_engine_get_time (self->engine) - context->started_at, 0),
    .input = context->input,
  };

  if (g_error_matches (*error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_INTERRUPTED))
    context->state->phase = ENLACE_PHASE_READY;
  else if (output == NULL || is_over_budget (self, context->step, output, error))
    settle_failure (self, index, context, &entry, *error);
  else
    settle_success (self, index, context, &entry, output);
}

/* Expression cost that a step may use. FALSE: not even the step itself can be paid on this thread. */
static gboolean
grant_cost (EnlaceRun *self,
            guint64   *cost)
{
  *cost = ENLACE_EXPRESSION_DEFAULT_COST;
  if (!self->is_inline)
    return TRUE;
  if (self->inline_cost < STEP_COST)
    return FALSE;

  self->inline_cost -= STEP_COST;
  *cost = MIN (self->inline_cost, *cost);
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
  guint64 cost;
  gboolean is_too_much;

  if (!grant_cost (self, &cost))
    return FALSE;

  enlace_step_context_init (&context, self, index, cost);
  state->phase = ENLACE_PHASE_ACTIVE;
  output = context.step->type->run (&context, &error);
  self->inline_cost -= MIN (self->inline_cost, cost - MIN (context.cost, cost));

  is_too_much = self->is_inline && g_error_matches (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_COST);
  if (is_too_much)
    {
      state->phase = ENLACE_PHASE_READY;
      state->attempt--;
    }
  else
    settle (self, index, &context, output, &error);
  enlace_step_context_clear (&context);

  return !is_too_much;
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
