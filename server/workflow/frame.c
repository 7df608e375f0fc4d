/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/frame.h"

/* Edges from the port of the owner lead into the frame, and are taken by its being there. */
static void
enter (EnlaceFrame *self)
{
  const EnlacePlanStep *owner;

  if (self->region->owner < 0 || self->region->port == NULL)
    return;

  owner = &self->plan->steps[self->region->owner];
  for (guint i = 0; i < owner->n_ports; i++)
    for (guint j = 0; strcmp (owner->ports[i].name, self->region->port) == 0 && j < owner->ports[i].n_targets; j++)
      {
        EnlaceStepState *state = enlace_frame_get_state (self, owner->ports[i].targets[j]);

        state->n_decided++;
        state->n_taken++;
      }
}

EnlaceFrame *
enlace_frame_new (EnlacePlan  *plan,
                  EnlaceFrame *parent,
                  guint        region,
                  guint64      number)
{
  EnlacePlanRegion *own = &plan->regions[region];
  EnlaceFrame *self = g_malloc0 (sizeof *self + own->n_steps * sizeof (EnlaceStepState));

  self->plan = plan;
  self->region = own;
  self->parent = parent;
  self->number = number;
  self->n_open = own->n_steps;
  if (own->port != NULL && parent != NULL)
    self->path = parent->path != NULL ? g_strdup_printf ("%s.%" G_GUINT64_FORMAT, parent->path, number)
                                      : g_strdup_printf ("%" G_GUINT64_FORMAT, number);
  enter (self);

  return self;
}

static void
clear_state (EnlaceStepState *state)
{
  g_clear_pointer (&state->intent, enlace_value_unref);
  g_clear_pointer (&state->wait, enlace_value_unref);
  g_clear_pointer (&state->signal, enlace_value_unref);
  g_clear_pointer (&state->view, enlace_value_unref);
  g_clear_pointer (&state->block, enlace_block_free);
  g_clear_pointer (&state->arrivals, g_array_unref);
}

void
enlace_frame_clear_values (EnlaceFrame *self)
{
  for (guint i = 0; i < self->region->n_steps; i++)
    clear_state (&self->steps[i]);
  g_clear_pointer (&self->steps_value, enlace_value_unref);
  g_clear_pointer (&self->failure, enlace_value_unref);
  g_clear_pointer (&self->item, enlace_value_unref);
  g_clear_pointer (&self->index, enlace_value_unref);
}

void
enlace_frame_free (EnlaceFrame *self)
{
  enlace_frame_clear_values (self);
  g_free (self->path);
  g_free (self);
}

void
enlace_frame_add_active (EnlaceFrame *self,
                         int          n)
{
  for (EnlaceFrame *frame = self; frame != NULL; frame = frame->parent)
    frame->n_active += n;
}

void
enlace_frame_touch (EnlaceFrame *self)
{
  g_clear_pointer (&self->steps_value, enlace_value_unref);
  for (guint i = 0; i < self->region->n_steps; i++)
    for (guint j = 0; self->steps[i].block != NULL && j < self->steps[i].block->frames->len; j++)
      enlace_frame_touch (self->steps[i].block->frames->pdata[j]);
}

EnlaceValue *
enlace_frame_get_steps (EnlaceFrame *self)
{
  g_autoptr(EnlaceMapBuilder) builder = NULL;

  if (self->steps_value != NULL)
    return self->steps_value;

  builder = enlace_map_builder_new ();
  for (EnlaceFrame *frame = self; frame != NULL; frame = frame->parent)
    for (guint i = 0; i < frame->region->n_steps; i++)
      if (frame->steps[i].view != NULL)
        enlace_map_builder_add (builder, self->plan->steps[frame->region->steps[i]].node->id, frame->steps[i].view);
  self->steps_value = enlace_map_builder_end (builder);

  return self->steps_value;
}

EnlaceFrame *
enlace_frame_find_loop (EnlaceFrame *self)
{
  while (self != NULL && self->index == NULL)
    self = self->parent;

  return self;
}

gint64
enlace_frame_get_wake (EnlaceFrame *self,
                       guint        step)
{
  const EnlaceStepState *state = enlace_frame_get_state (self, step);
  gint64 timeout = self->plan->steps[step].timeout;

  if (state->phase == ENLACE_PHASE_WAITING)
    return state->wake_at;

  return state->phase == ENLACE_PHASE_INSIDE && timeout != 0 ? state->now + timeout : ENLACE_NEVER;
}

EnlaceValue *
enlace_frame_dup_last_output (EnlaceFrame *self)
{
  for (guint i = self->region->n_steps; i > 0; i--)
    {
      EnlaceValue *view = self->steps[i - 1].view;
      EnlaceValue *output = view != NULL ? enlace_value_get_member (view, "output") : NULL;

      if (output != NULL)
        return enlace_value_ref (output);
    }

  return enlace_value_new_null ();
}

gboolean
enlace_frame_is_over (const EnlaceFrame *self)
{
  return self->n_open == 0 || (self->is_cut && self->n_active == 0);
}

void
enlace_frame_foreach (EnlaceFrame     *self,
                      EnlaceFrameFunc  func,
                      gpointer         data)
{
  for (guint i = 0; i < self->region->n_steps; i++)
    {
      EnlaceStepState *state = &self->steps[i];

      func (self, self->region->steps[i], state, data);
      for (guint j = 0; state->block != NULL && j < state->block->frames->len; j++)
        enlace_frame_foreach (state->block->frames->pdata[j], func, data);
    }
}

static void
free_result (gpointer data)
{
  if (data != NULL)
    enlace_value_unref (data);
}

EnlaceBlock *
enlace_block_new (EnlaceValue *items,
                  guint64      n_frames,
                  guint        concurrency)
{
  EnlaceBlock *self = g_new0 (EnlaceBlock, 1);

  self->items = items != NULL ? enlace_value_ref (items) : NULL;
  self->n_frames = n_frames;
  self->concurrency = concurrency;
  self->frames = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_frame_free);
  self->results = g_ptr_array_new_with_free_func (free_result);

  return self;
}

void
enlace_block_free (EnlaceBlock *self)
{
  g_clear_pointer (&self->items, enlace_value_unref);
  g_clear_pointer (&self->failure, enlace_value_unref);
  g_clear_pointer (&self->last_steps, enlace_value_unref);
  g_ptr_array_unref (self->frames);
  g_ptr_array_unref (self->results);
  g_free (self);
}

EnlaceFrame *
enlace_block_find_frame (EnlaceBlock *self,
                         guint64      number)
{
  for (guint i = 0; i < self->frames->len; i++)
    if (((EnlaceFrame *) self->frames->pdata[i])->number == number)
      return self->frames->pdata[i];

  return NULL;
}

void
enlace_block_set_result (EnlaceBlock *self,
                         guint64      number,
                         EnlaceValue *result)
{
  if (self->results->len <= number)
    g_ptr_array_set_size (self->results, (int) number + 1);

  g_clear_pointer (&self->results->pdata[number], enlace_value_unref);
  self->results->pdata[number] = enlace_value_ref (result);
}
