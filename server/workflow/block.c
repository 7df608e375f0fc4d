/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/interpret-private.h"

#include "server/workflow/engine-private.h"
#include "server/workflow/failure.h"
#include "server/workflow/journal.h"

/* The bodies of loops and parallels: a frame an iteration or a branch, begun in order, so many at a time, and what they come to. */

static gboolean
is_loop (const EnlacePlanStep *step)
{
  return strcmp (step->node->type, "flow.loop") == 0;
}

void
enlace_block_open (EnlaceFrame *frame,
                   guint        index,
                   EnlaceValue *input)
{
  EnlacePlanStep *step = &frame->plan->steps[index];
  EnlaceStepState *state = enlace_frame_get_state (frame, index);
  EnlaceValue *items = enlace_value_get_member (input, "items");
  guint64 n_frames = step->n_regions;

  if (is_loop (step) && n_frames > 0)
    n_frames = items != NULL ? enlace_value_get_length (items) : (guint64) enlace_value_get_member_int (input, "limit", 0);

  state->block = enlace_block_new (items, n_frames, is_loop (step) ? (guint) enlace_value_get_member_int (input, "concurrency", 1) : MAX (n_frames, 1));
  state->block->keeps_going = is_loop (step) ? enlace_value_get_bool (enlace_value_get_member (input, "continue_on_error"))
                                             : !enlace_value_get_bool (enlace_value_get_member (input, "fail_fast"));
  state->phase = ENLACE_PHASE_INSIDE;
}

EnlaceFrame *
enlace_block_begin_frame (EnlaceFrame *parent,
                          guint        index,
                          guint64      number)
{
  EnlacePlanStep *step = &parent->plan->steps[index];
  EnlaceBlock *block = enlace_frame_get_state (parent, index)->block;
  guint region = step->regions[is_loop (step) ? 0 : number];
  EnlaceFrame *frame = enlace_frame_new (parent->plan, parent, region, number);

  if (is_loop (step))
    {
      frame->index = enlace_value_new_int ((gint64) number);
      if (block->items != NULL)
        frame->item = enlace_value_ref (enlace_value_get_element (block->items, number));
    }
  g_ptr_array_add (block->frames, frame);
  block->next = MAX (block->next, number + 1);

  return frame;
}

static void
cut_frames (EnlaceBlock *self)
{
  self->is_ended = TRUE;
  for (guint i = 0; i < self->frames->len; i++)
    ((EnlaceFrame *) self->frames->pdata[i])->is_cut = TRUE;
}

static EnlaceValue *
wrap_failure (EnlaceValue *failure)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  enlace_map_builder_add (builder, "error", failure);
  return enlace_map_builder_end (builder);
}

/* A failure ends a loop unless it goes on over errors, where it stands in the place of the result; of a parallel that waits for all branches it
 * counts at the end. */
static void
take_failure (EnlaceBlock *self,
              gboolean     is_loop,
              guint64      number,
              EnlaceValue *failure)
{
  if (is_loop && self->keeps_going)
    {
      g_autoptr(EnlaceValue) result = wrap_failure (failure);

      enlace_block_set_result (self, number, result);
      return;
    }

  if (self->failure == NULL)
    self->failure = enlace_value_ref (failure);
  if (!self->keeps_going)
    cut_frames (self);
}

void
enlace_block_end_frame (EnlaceRun   *self,
                        EnlaceFrame *parent,
                        guint        index,
                        EnlaceFrame *frame,
                        EnlaceValue *result,
                        EnlaceValue *failure)
{
  EnlacePlanStep *step = &self->plan->steps[index];
  EnlaceBlock *block = enlace_frame_get_state (parent, index)->block;

  if (failure != NULL)
    take_failure (block, is_loop (step), frame->number, failure);
  else if (result != NULL)
    enlace_block_set_result (block, frame->number, result);

  self->memory -= MIN (self->memory, frame->memory);
  if (result != NULL)
    {
      gsize size = enlace_value_get_size (result);

      self->memory += size;
      parent->memory += size;
    }
  if (enlace_plan_step_get_template (step, "while") != NULL)
    {
      g_clear_pointer (&block->last_steps, enlace_value_unref);
      block->last_steps = enlace_value_ref (enlace_frame_get_steps (frame));
    }
  g_ptr_array_remove (block->frames, frame);
}

/* Evaluates a parameter of the loop inside of an iteration. NULL with an error; FALSE in `is_paid`: not on this thread. */
static EnlaceValue *
evaluate (EnlaceRun   *self,
          EnlaceFrame *parent,
          guint        index,
          EnlaceFrame *frame,
          const char  *name,
          gboolean    *is_paid,
          GError     **error)
{
  EnlaceStepContext context;
  EnlaceValue *value;
  guint64 cost;

  *is_paid = enlace_run_grant_cost (self, &cost);
  if (!*is_paid)
    return NULL;

  enlace_step_context_init_inside (&context, self, parent, index, frame, cost);
  value = enlace_step_context_get (&context, name, error);
  enlace_run_charge_cost (self, cost, context.cost);
  enlace_step_context_clear (&context);
  *is_paid = !self->is_inline || error == NULL || !g_error_matches (*error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_COST);

  return value;
}

static void
add_frame_entry (EnlaceRun   *self,
                 guint        index,
                 EnlaceFrame *frame,
                 EnlaceValue *result,
                 EnlaceValue *failure)
{
  EnlaceEntry entry = {
    .kind = ENLACE_ENTRY_FRAME,
    .node = self->plan->steps[index].node->id,
    .iteration = frame->path,
    .now = self->last_now,
    .started_at = self->last_now,
    .is_failed = failure != NULL,
    .output = result,
    .error = failure,
  };

  enlace_journal_add (self, &entry);
}

/* A frame is over: what it comes to is recorded. FALSE: not on this thread. */
static gboolean
finish_frame (EnlaceRun   *self,
              EnlaceFrame *parent,
              guint        index,
              EnlaceFrame *frame)
{
  EnlacePlanStep *step = &self->plan->steps[index];
  g_autoptr(EnlaceValue) result = NULL;
  g_autoptr(EnlaceValue) failure = frame->failure != NULL ? enlace_failure_in_frame (frame, is_loop (step), frame->failure) : NULL;
  g_autoptr(GError) error = NULL;
  gboolean is_paid = TRUE, is_dropped = frame->is_cut && failure == NULL;

  if (failure == NULL && !is_dropped)
    result = enlace_plan_step_get_template (step, "result") == NULL ? enlace_frame_dup_last_output (frame)
                                                                    : evaluate (self, parent, index, frame, "result", &is_paid, &error);
  if (!is_paid)
    return FALSE;

  if (error != NULL)
    {
      g_autoptr(EnlaceValue) value = enlace_failure_to_value (error, NULL);

      failure = enlace_failure_in_frame (frame, is_loop (step), value);
    }
  if (!is_dropped)
    add_frame_entry (self, index, frame, result, failure);
  enlace_block_end_frame (self, parent, index, frame, result, failure);

  return TRUE;
}

/* Whether `while` lets another iteration begin. It sees the item and the index of that iteration, and the steps of the one that ended last. */
static gboolean
check_while (EnlaceRun   *self,
             EnlaceFrame *parent,
             guint        index,
             EnlaceFrame *frame,
             gboolean    *is_paid)
{
  EnlaceBlock *block = enlace_frame_get_state (parent, index)->block;
  g_autoptr(EnlaceValue) value = NULL;
  g_autoptr(GError) error = NULL;

  if (enlace_plan_step_get_template (&self->plan->steps[index], "while") == NULL)
    return *is_paid = TRUE;

  if (block->last_steps != NULL)
    frame->steps_value = enlace_value_ref (block->last_steps);
  value = evaluate (self, parent, index, frame, "while", is_paid, &error);
  g_clear_pointer (&frame->steps_value, enlace_value_unref);
  if (!*is_paid)
    return FALSE;

  if (value != NULL && enlace_value_get_kind (value) != ENLACE_KIND_BOOL)
    g_set_error_literal (&error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_EXPRESSION, "“while” must yield true or false");
  if (error != NULL)
    {
      g_autoptr(EnlaceValue) failure = enlace_failure_to_value (error, NULL);

      if (block->failure == NULL)
        block->failure = enlace_failure_in_frame (frame, TRUE, failure);
    }

  return error == NULL && enlace_value_get_bool (value);
}

/* FALSE: not on this thread. */
static gboolean
begin_next (EnlaceRun   *self,
            EnlaceFrame *parent,
            guint        index)
{
  EnlaceBlock *block = enlace_frame_get_state (parent, index)->block;
  EnlaceFrame *frame = enlace_block_begin_frame (parent, index, block->next);
  gboolean is_paid;

  if (check_while (self, parent, index, frame, &is_paid))
    return TRUE;

  block->next--;
  g_ptr_array_remove (block->frames, frame);
  if (!is_paid)
    return FALSE;

  if (block->failure != NULL)
    cut_frames (block);
  block->is_ended = TRUE;
  return TRUE;
}

static gboolean
may_begin (const EnlaceBlock *self)
{
  return !self->is_ended && self->next < self->n_frames && self->frames->len < self->concurrency;
}

/* Takes every frame as far as it goes. */
static gboolean
advance_frames (EnlaceRun   *self,
                EnlaceFrame *parent,
                guint        index,
                gboolean    *has_moved)
{
  EnlaceBlock *block = enlace_frame_get_state (parent, index)->block;

  for (guint i = 0; i < block->frames->len;)
    {
      EnlaceFrame *frame = block->frames->pdata[i];

      if (!frame->is_cut && frame->n_open > 0 && !enlace_run_scan_frame (self, frame))
        return FALSE;
      if (self->is_ending)
        return TRUE;
      if (!enlace_frame_is_over (frame))
        {
          i++;
          continue;
        }
      if (!finish_frame (self, parent, index, frame))
        return FALSE;
      *has_moved = TRUE;
    }

  return TRUE;
}

static EnlaceValue *
collect_results (EnlacePlanStep *step,
                 EnlacePlan     *plan,
                 EnlaceBlock    *block)
{
  g_autoptr(EnlaceValue) nothing = enlace_value_new_null ();
  g_autoptr(EnlaceListBuilder) list = enlace_list_builder_new ();
  g_autoptr(EnlaceMapBuilder) map = enlace_map_builder_new ();

  for (guint i = 0; i < block->results->len; i++)
    {
      EnlaceValue *result = block->results->pdata[i] != NULL ? block->results->pdata[i] : nothing;

      if (is_loop (step))
        enlace_list_builder_add (list, result);
      else if (i < step->n_regions)
        enlace_map_builder_add (map, plan->regions[step->regions[i]].port, result);
    }

  return is_loop (step) ? enlace_list_builder_end (list) : enlace_map_builder_end (map);
}

/* A loop without a list that has not ended by itself has gone too far. */
static gboolean
is_without_end (const EnlacePlanStep *step,
                const EnlaceBlock    *block)
{
  return is_loop (step) && block->items == NULL && !block->is_ended;
}

static void
close_block (EnlaceRun   *self,
             EnlaceFrame *parent,
             guint        index)
{
  EnlacePlanStep *step = &self->plan->steps[index];
  EnlaceStepState *state = enlace_frame_get_state (parent, index);
  g_autoptr(EnlaceBlock) block = g_steal_pointer (&state->block);
  g_autoptr(EnlaceValue) output = NULL;
  g_autoptr(GError) error = NULL;
  EnlaceStepContext context;

  enlace_step_context_init (&context, self, parent, index, ENLACE_EXPRESSION_DEFAULT_COST);
  state->attempt = 1;
  context.port = "done";
  if (block->failure != NULL)
    enlace_failure_restore (block->failure, &context.details, &error);
  else if (is_without_end (step, block))
    g_set_error (&error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_LIMIT, "The loop has not ended after %" G_GUINT64_FORMAT " iterations", block->n_frames);
  else
    output = collect_results (step, self->plan, block);

  /* The results have been counted one by one. */
  for (guint i = 0; output != NULL && i < block->results->len; i++)
    if (block->results->pdata[i] != NULL)
      {
        gsize size = enlace_value_get_size (block->results->pdata[i]);

        self->memory -= MIN (self->memory, size);
        parent->memory -= MIN (parent->memory, size);
      }
  enlace_run_settle (self, &context, output, &error);
  enlace_step_context_clear (&context);
}

/* A body that takes more than its time is cut. */
static void
check_time (EnlaceRun   *self,
            EnlaceFrame *frame,
            guint        index)
{
  const EnlacePlanStep *step = &self->plan->steps[index];
  EnlaceStepState *state = enlace_frame_get_state (frame, index);
  g_autoptr(GError) error = NULL;

  if (step->timeout == 0 || state->block->failure != NULL || state->now + step->timeout > enlace_run_get_time (self))
    return;

  g_set_error (&error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_TIMEOUT, "The step has not ended within %" G_GINT64_FORMAT " ms", step->timeout / 1000);
  state->block->failure = enlace_failure_to_value (error, NULL);
  cut_frames (state->block);
}

gboolean
enlace_block_advance (EnlaceRun   *self,
                      EnlaceFrame *frame,
                      guint        index)
{
  EnlaceBlock *block = enlace_frame_get_state (frame, index)->block;
  gboolean has_moved = TRUE;

  while (has_moved)
    {
      has_moved = FALSE;
      check_time (self, frame, index);
      if (!advance_frames (self, frame, index, &has_moved))
        return FALSE;
      if (self->is_ending || frame->is_cut)
        return TRUE;
      while (may_begin (block))
        {
          if (!begin_next (self, frame, index))
            return FALSE;
          has_moved = TRUE;
        }
      if (has_moved && enlace_run_should_pause (self))
        return FALSE;
    }

  if (block->frames->len == 0 && (block->is_ended || block->next >= block->n_frames))
    close_block (self, frame, index);

  return TRUE;
}
