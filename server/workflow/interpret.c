/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/interpret-private.h"

#include "server/workflow/engine-private.h"
#include "server/workflow/failure.h"
#include "server/workflow/journal.h"
#include "server/workflow/signal.h"

/* The interpreter of plans: which step is next, and what comes of it. How a run is driven is in drive.c, what happens inside of loops in block.c. */

/* What a step costs beyond its expressions, in their units, where it runs on the thread that received the event. */
#define STEP_COST 50

static void
end_step (EnlaceFrame     *frame,
          EnlaceStepState *state,
          EnlaceStepPhase  phase)
{
  state->phase = phase;
  state->has_intent = FALSE;
  g_clear_pointer (&state->wait, enlace_value_unref);
  g_clear_pointer (&state->signal, enlace_value_unref);
  frame->n_open--;
}

static void
decide_edge (EnlaceFrame *frame,
             guint        from,
             guint        to,
             gboolean     is_taken)
{
  EnlaceStepState *target = enlace_frame_get_state (frame, to);

  target->n_decided++;
  target->n_taken += is_taken;
  if (!is_taken || strcmp (frame->plan->steps[to].node->type, "flow.merge") != 0)
    return;

  if (target->arrivals == NULL)
    target->arrivals = g_array_new (FALSE, FALSE, sizeof (guint));
  g_array_append_val (target->arrivals, from);
}

static gboolean
begins_region (EnlaceFrame          *frame,
               const EnlacePlanStep *step,
               const char           *port)
{
  for (guint i = 0; i < step->n_regions; i++)
    if (strcmp (frame->plan->regions[step->regions[i]].port, port) == 0)
      return TRUE;

  return FALSE;
}

/* Decides the edges that leave a step: those of `port` are taken, the others are not; none is when it was skipped (NULL). */
static void
decide_edges (EnlaceFrame *frame,
              guint        index,
              const char  *port)
{
  const EnlacePlanStep *step = &frame->plan->steps[index];

  for (guint i = 0; i < step->n_ports; i++)
    {
      gboolean is_taken = port != NULL && strcmp (step->ports[i].name, port) == 0;

      if (step->n_regions > 0 && begins_region (frame, step, step->ports[i].name))
        continue;
      for (guint j = 0; j < step->ports[i].n_targets; j++)
        decide_edge (frame, index, step->ports[i].targets[j], is_taken);
    }
}

static void
set_view (EnlaceFrame *frame,
          guint        index,
          EnlaceValue *output,
          EnlaceValue *error)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  EnlaceStepState *state = enlace_frame_get_state (frame, index);

  if (output != NULL)
    enlace_map_builder_add (builder, "output", output);
  if (error != NULL)
    enlace_map_builder_add (builder, "error", error);
  g_clear_pointer (&state->view, enlace_value_unref);
  state->view = enlace_map_builder_end (builder);
  enlace_frame_touch (frame);
}

void
enlace_run_complete_step (EnlaceRun   *self,
                          EnlaceFrame *frame,
                          guint        index,
                          const char  *port,
                          EnlaceValue *output,
                          EnlaceValue *error)
{
  end_step (frame, enlace_frame_get_state (frame, index), ENLACE_PHASE_DONE);
  set_view (frame, index, output, error);
  decide_edges (frame, index, port);
}

static void
begin_catch (EnlaceRun   *self,
             guint        index,
             EnlaceFrame *frame,
             EnlaceValue *value)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  const EnlaceDocumentNode *node = self->plan->steps[index].node;

  enlace_map_builder_add_string (builder, "step", node->id);
  enlace_map_builder_add_string (builder, "name", node->name != NULL ? node->name : node->id);
  for (gsize i = 0; i < enlace_value_get_length (value); i++)
    enlace_map_builder_add (builder, enlace_value_get_string (enlace_value_get_key (value, i)), enlace_value_get_member_value (value, i));

  self->failure = enlace_map_builder_end (builder);
  self->root->is_cut = TRUE;
  self->caught = enlace_frame_new (self->plan, self->root, (guint) self->plan->catch_region, 0);
}

void
enlace_run_fail_step (EnlaceRun   *self,
                      EnlaceFrame *frame,
                      guint        index,
                      EnlaceValue *value)
{
  g_autofree char *message = enlace_failure_describe (&self->plan->steps[index], enlace_value_get_member_string (value, "message", "failed"));

  end_step (frame, enlace_frame_get_state (frame, index), ENLACE_PHASE_FAILED);
  set_view (frame, index, NULL, value);

  /* Who stops the run does so from wherever that is. */
  if (strcmp (enlace_value_get_member_string (value, "code", ""), "stopped") == 0 && frame != self->caught)
    frame = self->root;
  frame->is_cut = TRUE;
  if (frame != self->root && frame != self->caught)
    {
      frame->failure = enlace_failure_in_step (&self->plan->steps[index], value);
      return;
    }

  enlace_run_fail (self, message);
  if (frame == self->root && self->plan->catch_region >= 0 && self->caught == NULL)
    {
      self->is_ending = FALSE;
      begin_catch (self, index, frame, value);
    }
}

static EnlaceEntry
make_entry (EnlaceRun         *self,
            EnlaceStepContext *context,
            EnlaceEntryKind    kind)
{
  return (EnlaceEntry) {
    .kind = kind,
    .node = context->step->node->id,
    .iteration = context->frame->path,
    .attempt = context->state->attempt,
    .now = context->state->now,
    .started_at = context->started_at,
    .duration = MAX (enlace_engine_get_time (self->engine) - context->started_at, 0),
    .input = context->input,
  };
}

/* With `on_error` the run goes on where a step has failed for good. TRUE: it does. */
static gboolean
go_on (EnlaceRun         *self,
       EnlaceStepContext *context,
       EnlaceEntry       *entry,
       EnlaceValue       *value)
{
  EnlacePlanStep *step = context->step;
  guint index = step - self->plan->steps;
  g_autoptr(EnlaceValue) output = NULL;
  g_autoptr(GError) error = NULL;

  if (step->on_error == ENLACE_ON_ERROR_BRANCH)
    {
      entry->port = "error";
      enlace_journal_add (self, entry);
      enlace_run_complete_step (self, context->frame, index, "error", NULL, value);
      return TRUE;
    }

  /* The value may be made of the error. */
  set_view (context->frame, index, NULL, value);
  output = step->on_error_value == NULL ? enlace_value_new_null ()
                                        : enlace_template_evaluate (step->on_error_value, &context->scope, &context->cost, &error);
  if (output == NULL)
    {
      g_debug ("The value in the place of an output failed: %s", error->message);
      return FALSE;
    }

  entry->port = "out";
  entry->output = output;
  enlace_journal_add (self, entry);
  enlace_run_complete_step (self, context->frame, index, "out", output, value);
  return TRUE;
}

static gboolean
may_try_again (EnlaceRun         *self,
               EnlaceStepContext *context)
{
  return context->is_retryable && context->state->attempt < context->step->retry.max_attempts && !self->is_ending && !context->frame->is_cut
         && self->retry_count < self->plan->retry_budget;
}

/* Writes down that a step failed, in which way, and what comes of it. */
static void
settle_failure (EnlaceRun         *self,
                EnlaceStepContext *context,
                const GError      *error)
{
  EnlaceStepState *state = context->state;
  g_autoptr(EnlaceValue) value = enlace_failure_to_value (error, context->details);
  EnlaceEntry entry = make_entry (self, context, ENLACE_ENTRY_RESULT);

  entry.error = value;
  entry.is_failed = TRUE;
  if (context->is_in_doubt && !state->is_repeatable)
    {
      entry.kind = ENLACE_ENTRY_UNKNOWN;
      state->phase = ENLACE_PHASE_UNKNOWN;
    }
  else if (may_try_again (self, context))
    {
      entry.kind = ENLACE_ENTRY_ATTEMPT;
      entry.wake_at = state->wake_at = enlace_failure_choose_wake (&context->step->retry, state->attempt, context->retry_after_ms,
                                                                   enlace_run_get_time (self));
      state->phase = ENLACE_PHASE_WAITING;
      state->has_intent = FALSE;
      self->retry_count++;
    }
  else
    {
      if (context->step->on_error != ENLACE_ON_ERROR_STOP && !context->ends_run && go_on (self, context, &entry, value))
        return;
      enlace_journal_add (self, &entry);
      enlace_run_fail_step (self, context->frame, context->step - self->plan->steps, value);
      return;
    }

  enlace_journal_add (self, &entry);
}

static void
take_reply (EnlaceRun         *self,
            EnlaceStepContext *context)
{
  if (context->reply == NULL || self->has_replied)
    return;

  self->reply = g_steal_pointer (&context->reply);
  self->has_replied = TRUE;
}

static void
end_run (EnlaceRun         *self,
         EnlaceStepContext *context)
{
  self->is_ending = TRUE;
  /* What followed the catch says that all is well again. */
  if (context->frame == self->caught)
    {
      self->is_failed = FALSE;
      g_clear_pointer (&self->error_message, g_free);
    }
}

static void
describe_success (EnlaceStepContext *context,
                  EnlaceValue       *output,
                  EnlaceEntry       *entry)
{
  /* What the trigger gives is in the row already. */
  entry->output = (context->step->info->flags & ENLACE_STEP_TRIGGER) != 0 || enlace_value_is_null (output) ? NULL : output;
  entry->port = strcmp (context->port, "out") != 0 ? context->port : NULL;
}

static void
settle_success (EnlaceRun         *self,
                EnlaceStepContext *context,
                EnlaceValue       *output)
{
  EnlaceEntry entry = make_entry (self, context, ENLACE_ENTRY_RESULT);

  describe_success (context, output, &entry);
  if (!context->is_written)
    enlace_journal_add (self, &entry);
  enlace_run_complete_step (self, context->frame, context->step - self->plan->steps, context->port, output, NULL);

  take_reply (self, context);
  if ((context->step->info->flags & ENLACE_STEP_REPLY) != 0)
    enlace_run_set_output (self, context->input);
  if (context->ends_run)
    end_run (self, context);
}

static void
settle_wait (EnlaceRun         *self,
             EnlaceStepContext *context)
{
  EnlaceEntry entry = make_entry (self, context, ENLACE_ENTRY_WAIT);

  entry.input = context->wait;
  entry.wake_at = context->wake_at;
  g_clear_pointer (&context->state->wait, enlace_value_unref);
  context->state->wait = enlace_value_ref (context->wait);
  context->state->wake_at = context->wake_at != 0 ? context->wake_at : ENLACE_NEVER;
  context->state->phase = ENLACE_PHASE_WAITING;
  context->state->has_intent = FALSE;
  if (!context->is_written)
    enlace_journal_add (self, &entry);
}

static void
settle_open (EnlaceRun         *self,
             EnlaceStepContext *context)
{
  EnlaceEntry entry = make_entry (self, context, ENLACE_ENTRY_OPEN);

  entry.input = context->block_input;
  entry.duration = 0;
  enlace_journal_add (self, &entry);
  enlace_block_open (context->frame, context->step - self->plan->steps, context->block_input);
}

/* What the trigger gives is bounded by what is received. */
static gboolean
is_over_budget (EnlaceRun         *self,
                EnlaceStepContext *context,
                EnlaceValue       *output,
                GError           **error)
{
  gsize size;

  if ((context->step->info->flags & ENLACE_STEP_TRIGGER) != 0 || context->is_written)
    return FALSE;

  size = enlace_value_get_size (output);
  self->memory += size;
  context->frame->memory += size;
  if (self->memory + (self->journal.bytes != NULL ? self->journal.bytes->len : 0) <= self->engine->memory_budget)
    return FALSE;

  g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_MEMORY, "The results of this run hold more than %" G_GSIZE_FORMAT " MiB",
               self->engine->memory_budget / (1024 * 1024));
  return TRUE;
}

/* Unless the run was interrupted meanwhile: then it is as if the step had not been begun. */
void
enlace_run_settle (EnlaceRun         *self,
                   EnlaceStepContext *context,
                   EnlaceValue       *output,
                   GError           **error)
{
  if (g_error_matches (*error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_INTERRUPTED))
    context->state->phase = ENLACE_PHASE_READY;
  else if (g_error_matches (*error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_WAITING))
    settle_wait (self, context);
  else if (output != NULL && context->block_input != NULL)
    settle_open (self, context);
  else if (output == NULL || is_over_budget (self, context, output, error))
    settle_failure (self, context, *error);
  else
    settle_success (self, context, output);
}

gboolean
enlace_run_grant_cost (EnlaceRun *self,
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

void
enlace_run_charge_cost (EnlaceRun *self,
                        guint64    granted,
                        guint64    left)
{
  self->inline_cost -= MIN (self->inline_cost, granted - MIN (left, granted));
}

gboolean
enlace_run_should_pause (EnlaceRun *self)
{
  if (self->is_inline)
    return FALSE;

  return enlace_run_get_interrupt (self) != ENLACE_INTERRUPT_NONE || (self->slice_end != 0 && g_get_monotonic_time () >= self->slice_end);
}

/* A test run takes what a person has laid down for a step instead of running it. */
static gboolean
uses_pin (EnlaceRun            *self,
          const EnlacePlanStep *step)
{
  return self->is_test && step->pinned != NULL && (step->info->flags & (ENLACE_STEP_TRIGGER | ENLACE_STEP_CATCH)) == 0
         && g_strv_contains (step->info->ports, "out");
}

/* A step that waits for more than its time. */
static gboolean
is_out_of_time (EnlaceRun               *self,
                const EnlaceStepContext *context)
{
  const EnlaceStepState *state = context->state;

  return context->step->timeout != 0 && state->wait != NULL && state->signal == NULL
         && state->now + context->step->timeout <= enlace_run_get_time (self);
}

static EnlaceValue *
run_step (EnlaceRun          *self,
          EnlaceStepContext  *context,
          GError            **error)
{
  if (is_out_of_time (self, context))
    {
      g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_TIMEOUT, "The step has not ended within %" G_GINT64_FORMAT " ms",
                   context->step->timeout / 1000);
      return NULL;
    }
  if (uses_pin (self, context->step))
    return enlace_value_ref (context->step->pinned);

  return context->step->type->run (context, error);
}

/* What changes in the store together with the step's result is committed with it, before anything follows from it. FALSE: it was not, and the step is
 * as if it had not been begun. */
static gboolean
write_changes (EnlaceRun         *self,
               EnlaceStepContext *context,
               EnlaceValue       *output,
               gboolean          *is_conflict)
{
  EnlaceEntry entry = make_entry (self, context, output != NULL ? ENLACE_ENTRY_RESULT : ENLACE_ENTRY_WAIT);

  if (output != NULL)
    describe_success (context, output, &entry);
  else
    {
      entry.input = context->wait;
      entry.wake_at = context->wake_at;
    }
  context->is_written = enlace_journal_write (self, &entry, g_steal_pointer (&context->changes), is_conflict);

  return context->is_written;
}

static void
settle_all (EnlaceRun         *self,
            EnlaceStepContext *context,
            EnlaceValue       *output,
            GError           **error)
{
  gboolean is_waiting = g_error_matches (*error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_WAITING);
  gboolean is_conflict = FALSE;

  if (context->changes == NULL || (output == NULL && !is_waiting) || write_changes (self, context, output, &is_conflict))
    {
      enlace_run_settle (self, context, output, error);
      return;
    }

  context->state->phase = ENLACE_PHASE_READY;
  if (is_conflict && !context->state->has_intent && context->state->wait == NULL)
    context->state->attempt--;
}

/* What the step was told is gone with the commit that says what came of it. */
static void
forget_signal (EnlaceRun         *self,
               EnlaceStepContext *context)
{
  g_autofree char *key = enlace_step_context_dup_signal_key (context);

  enlace_step_context_add_change (context, enlace_signal_new_removal (&self->id, key));
}

/* A signal that came, where the step waits for one. */
static gboolean
take_signal (EnlaceRun       *self,
             EnlaceFrame     *frame,
             guint            index,
             EnlaceStepState *state)
{
  g_autofree char *key = NULL;
  EnlaceValue *payload;

  if (state->wait == NULL || self->signals == NULL || g_hash_table_size (self->signals) == 0)
    return FALSE;

  key = enlace_run_dup_signal_key (frame, index);
  payload = g_hash_table_lookup (self->signals, key);
  if (payload != NULL && state->signal == NULL)
    state->signal = enlace_value_ref (payload);

  return payload != NULL;
}

gboolean
enlace_run_do_step (EnlaceRun   *self,
                    EnlaceFrame *frame,
                    guint        index)
{
  EnlaceStepContext context;
  EnlaceStepState *state = enlace_frame_get_state (frame, index);
  g_autoptr(EnlaceValue) output = NULL;
  g_autoptr(GError) error = NULL;
  guint64 cost;
  gboolean is_too_much;

  if (!enlace_run_grant_cost (self, &cost))
    return FALSE;

  enlace_step_context_init (&context, self, frame, index, cost);
  state->phase = ENLACE_PHASE_ACTIVE;
  take_signal (self, frame, index, state);
  output = run_step (self, &context, &error);
  if (state->signal != NULL)
    forget_signal (self, &context);
  enlace_run_charge_cost (self, cost, context.cost);

  is_too_much = self->is_inline && g_error_matches (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_COST);
  if (is_too_much)
    {
      state->phase = ENLACE_PHASE_READY;
      state->attempt--;
    }
  else
    settle_all (self, &context, output, &error);
  enlace_step_context_clear (&context);

  return !is_too_much;
}

static void
skip_step (EnlaceFrame *frame,
           guint        index)
{
  end_step (frame, enlace_frame_get_state (frame, index), ENLACE_PHASE_SKIPPED);
  decide_edges (frame, index, NULL);
}

/* Whether all edges that leave a step end in steps that are marked. */
static gboolean
leads_only_to (const EnlacePlanStep *step,
               const guint8         *is_marked)
{
  gboolean has_edges = FALSE;

  for (guint i = 0; i < step->n_ports; i++)
    for (guint j = 0; j < step->ports[i].n_targets; j++)
      {
        has_edges = TRUE;
        if (!is_marked[step->ports[i].targets[j]])
          return FALSE;
      }

  return has_edges;
}

/* The first branch has come to a merge that waits for no other: what leads only there and is not under way is left out. */
static void
leave_out_losers (EnlaceFrame *frame,
                  guint        index)
{
  g_autofree guint8 *is_marked = g_new0 (guint8, frame->plan->n_steps);

  is_marked[index] = TRUE;
  for (guint i = frame->plan->steps[index].local; i > 0; i--)
    {
      guint step = frame->region->steps[i - 1];
      EnlaceStepState *state = enlace_frame_get_state (frame, step);

      is_marked[step] = leads_only_to (&frame->plan->steps[step], is_marked);
      if (!is_marked[step])
        continue;
      if (state->phase == ENLACE_PHASE_IDLE || state->phase == ENLACE_PHASE_READY || state->phase == ENLACE_PHASE_WAITING)
        end_step (frame, state, ENLACE_PHASE_SKIPPED);
      for (guint j = 0; state->phase == ENLACE_PHASE_INSIDE && j < state->block->frames->len; j++)
        ((EnlaceFrame *) state->block->frames->pdata[j])->is_cut = state->block->is_ended = TRUE;
    }
}

static gboolean
may_begin (EnlaceFrame          *frame,
           const EnlacePlanStep *step,
           EnlaceStepState      *state)
{
  gboolean is_decided = state->n_decided >= step->n_incoming;
  gboolean is_entry = (step->info->flags & (ENLACE_STEP_TRIGGER | ENLACE_STEP_CATCH)) != 0;

  switch (step->join)
    {
    case ENLACE_JOIN_ANY:
    case ENLACE_JOIN_FIRST:
      return state->n_taken > 0;
    case ENLACE_JOIN_COUNT:
      return state->n_taken >= step->join_count || (is_decided && state->n_taken > 0);
    case ENLACE_JOIN_ALL:
    default:
      return is_decided && (state->n_taken > 0 || is_entry);
    }
}

/* Makes a step whose edges are all decided ready, or skipped; one whose time has come, or that was told what it waits for, ready again. */
static void
update_phase (EnlaceRun   *self,
              EnlaceFrame *frame,
              guint        index)
{
  const EnlacePlanStep *step = &self->plan->steps[index];
  EnlaceStepState *state = enlace_frame_get_state (frame, index);

  if (state->phase == ENLACE_PHASE_WAITING
      && (take_signal (self, frame, index, state) || (state->wake_at != ENLACE_NEVER && state->wake_at <= enlace_run_get_time (self))))
    state->phase = ENLACE_PHASE_READY;
  if (state->phase != ENLACE_PHASE_IDLE)
    return;

  if ((int) index == self->only || may_begin (frame, step, state))
    {
      if (self->is_wanted != NULL && !self->is_wanted[index])
        {
          skip_step (frame, index);
          return;
        }
      state->phase = ENLACE_PHASE_READY;
      if (step->join == ENLACE_JOIN_FIRST)
        leave_out_losers (frame, index);
    }
  else if (state->n_decided >= step->n_incoming)
    skip_step (frame, index);
}

gboolean
enlace_run_needs_fiber (EnlaceRun *self,
                        guint      index)
{
  EnlacePlanStep *step = &self->plan->steps[index];

  return (step->flags & (ENLACE_STEP_EFFECT | ENLACE_STEP_WAITS)) != 0 && !uses_pin (self, step);
}

/* In topological order: one pass takes it as far as it goes. */
gboolean
enlace_run_scan_frame (EnlaceRun   *self,
                       EnlaceFrame *frame)
{
  for (guint i = 0; i < frame->region->n_steps && !self->is_ending && !frame->is_cut; i++)
    {
      guint index = frame->region->steps[i];
      EnlaceStepState *state = &frame->steps[i];

      update_phase (self, frame, index);
      if (state->phase == ENLACE_PHASE_READY && !enlace_run_needs_fiber (self, index) && !enlace_run_do_step (self, frame, index))
        return FALSE;
      if (state->phase == ENLACE_PHASE_INSIDE && !enlace_block_advance (self, frame, index))
        return FALSE;
    }

  return TRUE;
}
