/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/engine-private.h"
#include "server/workflow/interpret-private.h"
#include "server/workflow/journal.h"
#include "server/workflow/signal.h"

/* How a run is driven: at once by the thread that received its event, or in a fiber, where what waits is a child. */

/* A run that computes for so long lets others have their turn. */
#define SLICE_USEC (20 * 1000)

/* Everything that only computes. FALSE: it has to go on later. */
static gboolean
scan (EnlaceRun *self)
{
  if (!self->root->is_cut && !enlace_run_scan_frame (self, self->root))
    return FALSE;
  if (self->caught != NULL && !enlace_run_scan_frame (self, self->caught))
    return FALSE;
  if (self->caught != NULL && enlace_frame_is_over (self->caught))
    self->is_ending = TRUE;

  return TRUE;
}

/* What is to be done in fibers now, and what is waited for. */
typedef struct {
  EnlaceRun   *run;
  guint        n_effects;
  EnlaceFrame *frame;       /* of the first effect */
  guint        index;
  guint        n_spare;     /* how many may be begun as children; 0: they are only counted */
  gint64       wake_at;     /* 0: nothing waits for a time */
} Look;

static DexFuture *child_fiber (gpointer data);

typedef struct {
  EnlaceRun   *run;
  EnlaceFrame *frame;
  guint        index;
} Child;

static void
child_free (gpointer data)
{
  Child *child = data;

  enlace_run_unref (child->run);
  g_free (child);
}

/* In a fiber of its own on this thread, so that children act at the same time. */
static void
spawn_child (EnlaceRun       *self,
             EnlaceFrame     *frame,
             guint            index,
             EnlaceStepState *state)
{
  Child *child = g_new (Child, 1);

  *child = (Child) { enlace_run_ref (self), frame, index };
  state->phase = ENLACE_PHASE_ACTIVE;
  self->n_children++;
  enlace_frame_add_active (frame, 1);
  dex_unref (dex_scheduler_spawn (dex_scheduler_get_thread_default (), ENLACE_ENGINE_STACK_SIZE, child_fiber, child, child_free));
}

static DexFuture *
child_fiber (gpointer data)
{
  Child *child = data;
  EnlaceRun *self = child->run;

  enlace_run_do_step (self, child->frame, child->index);
  enlace_frame_add_active (child->frame, -1);
  self->n_children--;
  if (self->child_ended != NULL)
    dex_promise_resolve_boolean (self->child_ended, TRUE);

  return dex_future_new_true ();
}

static void
look_at (Look        *look,
         EnlaceFrame *frame)
{
  for (guint i = 0; i < frame->region->n_steps && !frame->is_cut; i++)
    {
      EnlaceStepState *state = &frame->steps[i];

      gint64 wake_at = enlace_frame_get_wake (frame, frame->region->steps[i]);

      if (wake_at != ENLACE_NEVER && (look->wake_at == 0 || wake_at < look->wake_at))
        look->wake_at = wake_at;
      if (state->phase == ENLACE_PHASE_READY)
        {
          if (look->n_effects++ == 0)
            {
              look->frame = frame;
              look->index = frame->region->steps[i];
            }
          if (look->n_spare > 0)
            {
              look->n_spare--;
              spawn_child (look->run, frame, frame->region->steps[i], state);
            }
        }
      for (guint j = 0; state->phase == ENLACE_PHASE_INSIDE && j < state->block->frames->len; j++)
        look_at (look, state->block->frames->pdata[j]);
    }
}

static Look
look_around (EnlaceRun *self,
             guint      n_spare)
{
  Look look = { .run = self, .n_spare = n_spare };

  if (self->is_ending)
    return look;

  look_at (&look, self->root);
  if (self->caught != NULL)
    look_at (&look, self->caught);

  return look;
}

gboolean
enlace_run_advance_inline (EnlaceRun *self)
{
  gboolean is_enough;
  gint64 wake_at;

  self->is_inline = TRUE;
  is_enough = scan (self);
  self->is_inline = FALSE;
  self->is_long = !is_enough;
  self->is_over = is_enough && look_around (self, 0).n_effects == 0;
  /* What waits has to be watched over. */
  self->is_over = self->is_over && enlace_status_is_final (enlace_run_get_status (self, &wake_at));

  return self->is_over;
}

/* Waits until a child ends, something is due, or a signal comes. What happened so far is written first: the wait may be long. */
static void
await_children (EnlaceRun *self)
{
  guint n_children = self->n_children;
  DexFuture *future;
  gint64 wake_at;

  if (enlace_run_get_interrupt (self) == ENLACE_INTERRUPT_NONE && enlace_journal_is_dirty (self))
    enlace_journal_commit (self);
  if (self->n_children < n_children)
    return;

  self->child_ended = dex_promise_new ();
  future = dex_future_first (dex_ref (DEX_FUTURE (self->child_ended)), dex_ref (DEX_FUTURE (self->poke)), NULL);
  wake_at = look_around (self, 0).wake_at;
  if (wake_at != 0)
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

/* One round. FALSE: there is nothing more to do now. */
static gboolean
drive_once (EnlaceRun *self)
{
  Look look;

  enlace_signal_receive (self);
  self->slice_end = g_get_monotonic_time () + SLICE_USEC;
  if (!scan (self))
    {
      if (enlace_run_get_interrupt (self) == ENLACE_INTERRUPT_NONE)
        dex_await (dex_timeout_new_usec (1), NULL);
      return TRUE;
    }

  look = look_around (self, 0);
  if (look.n_effects > 0 && should_park (self))
    return FALSE;

  if (look.n_effects == 1 && self->n_children == 0 && look.wake_at == 0)
    {
      EnlaceStepState *state = enlace_frame_get_state (look.frame, look.index);

      state->phase = ENLACE_PHASE_ACTIVE;
      enlace_frame_add_active (look.frame, 1);
      enlace_run_do_step (self, look.frame, look.index);
      enlace_frame_add_active (look.frame, -1);
      return TRUE;
    }

  if (look.n_effects > 0 && self->n_children < ENLACE_RUN_MAX_CHILDREN)
    look_around (self, ENLACE_RUN_MAX_CHILDREN - self->n_children);
  if (self->n_children == 0)
    return FALSE;

  await_children (self);
  return TRUE;
}

static void
drive_steps (EnlaceRun *self)
{
  while (enlace_run_get_interrupt (self) == ENLACE_INTERRUPT_NONE && drive_once (self))
    ;

  while (self->n_children > 0)
    await_children (self);
}

void
enlace_run_drive (EnlaceRun *self)
{
  EnlaceInterrupt interrupt;

  /* Who sent the event is not to wait for what takes long, and a person can see the run and end it. */
  if (self->is_long && !self->journal.is_inserted)
    enlace_journal_commit (self);
  if (self->plan != NULL)
    drive_steps (self);

  self->is_over = TRUE;
  interrupt = enlace_run_get_interrupt (self);
  if (interrupt == ENLACE_INTERRUPT_NONE || interrupt == ENLACE_INTERRUPT_CANCEL)
    enlace_journal_commit (self);
}
