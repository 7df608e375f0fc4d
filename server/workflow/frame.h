/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/workflow/plan-private.h"

G_BEGIN_DECLS

typedef struct _EnlaceFrame EnlaceFrame;

typedef enum {
  ENLACE_PHASE_IDLE,          /* not all of its edges are decided */
  ENLACE_PHASE_READY,
  ENLACE_PHASE_ACTIVE,        /* its function is under way */
  ENLACE_PHASE_INSIDE,        /* its body runs, see EnlaceBlock */
  ENLACE_PHASE_WAITING,       /* for its next attempt, a time or a signal, at the latest until `wake_at` */
  ENLACE_PHASE_UNKNOWN,       /* for a person's word */
  ENLACE_PHASE_DONE,
  ENLACE_PHASE_FAILED,
  ENLACE_PHASE_SKIPPED,
} EnlaceStepPhase;

/* Of a wait that does not end by time. */
#define ENLACE_NEVER G_MAXINT64

/**
 * EnlaceBlock:
 *
 * A loop or a parallel whose body runs: what it goes through, the frames under way and the results so far.
 */
typedef struct {
  EnlaceValue  *items;        /* a list; NULL: it goes on until it is ended */
  guint64       n_frames;     /* that there may be at most */
  guint64       next;         /* the number of the next frame to begin */
  guint         concurrency;
  gboolean      keeps_going;  /* a frame that fails does not end it */
  gboolean      is_ended;     /* no further frame begins */
  GPtrArray    *frames;       /* owned: those under way, by number */
  GPtrArray    *results;      /* EnlaceValue by number, nullable */
  EnlaceValue  *failure;      /* the error of the first frame that failed, where that counts */
  EnlaceValue  *last_steps;   /* what the frame that ended last saw as `steps`: for `while` */
} EnlaceBlock;

typedef struct {
  EnlaceStepPhase  phase;
  guint            n_decided;     /* edges that lead here */
  guint            n_taken;
  guint            attempt;       /* the present or last one, from 1; 0: none yet */
  gboolean         has_intent;    /* of the present attempt: durable, and without a result */
  gboolean         is_repeatable; /* what the intent says */
  gint64           now;           /* the same for all attempts */
  gint64           wake_at;
  EnlaceValue     *intent;        /* what the effect was begun with */
  EnlaceValue     *wait;          /* what the step began to wait with; NULL: it does not wait for a signal or a time of its own */
  EnlaceValue     *signal;        /* what it was told; taken when it ends */
  EnlaceValue     *view;          /* what expressions see as `steps.ID`; NULL: the step is not there */
  EnlaceBlock     *block;         /* owned */
  GArray          *arrivals;      /* of a merge: indexes of the steps whose edge was taken, in the order of time; nullable */
} EnlaceStepState;

/**
 * EnlaceFrame:
 *
 * One run of a region of the plan: the root, an iteration of a loop, a branch of a parallel, what follows a catch.
 */
struct _EnlaceFrame {
  EnlacePlan       *plan;         /* borrowed */
  EnlacePlanRegion *region;       /* borrowed */
  EnlaceFrame      *parent;       /* borrowed; NULL: the root */
  guint64           number;       /* among those of its owner */
  char             *path;         /* "3", "3.1"; NULL: not inside anything that counts */
  EnlaceValue      *item;         /* nullable */
  EnlaceValue      *index;        /* nullable */
  EnlaceValue      *steps_value;  /* `steps`, made anew after a step ended */
  EnlaceValue      *failure;      /* it has failed: why, as `steps.ID.error` */
  gsize             memory;       /* what its results hold */
  guint             n_open;       /* steps that have not ended */
  guint             n_active;     /* steps whose function is under way, here and in the frames inside */
  gboolean          is_cut;       /* no further step begins */
  EnlaceStepState   steps[];      /* those of the region */
};

EnlaceFrame     *enlace_frame_new          (EnlacePlan        *plan,
                                            EnlaceFrame       *parent,
                                            guint              region,
                                            guint64            number);
void             enlace_frame_free         (EnlaceFrame       *self);
/* The state of a step of the plan that is in this frame's region. */
static inline EnlaceStepState *
enlace_frame_get_state (EnlaceFrame *self,
                        guint        step)
{
  return &self->steps[self->plan->steps[step].local];
}

/* Steps begin or end to be under way. */
void             enlace_frame_add_active   (EnlaceFrame       *self,
                                            int                n);
/* Forgets what was made of `steps`, here and inside. */
void             enlace_frame_touch        (EnlaceFrame       *self);
/* `steps` as its expressions see it (borrowed). */
EnlaceValue     *enlace_frame_get_steps    (EnlaceFrame       *self);
/* The nearest frame that has an item, NULL: none. */
EnlaceFrame     *enlace_frame_find_loop    (EnlaceFrame       *self);
/* The output of the last step that ran, in the order of the plan; null where none has one. */
EnlaceValue     *enlace_frame_dup_last_output (EnlaceFrame    *self);
/* Nothing more happens in it: all is ended, or it is cut and nothing is under way. */
gboolean         enlace_frame_is_over      (const EnlaceFrame *self);
/* Values that are in it count no more. */
void             enlace_frame_clear_values (EnlaceFrame       *self);

EnlaceBlock     *enlace_block_new          (EnlaceValue       *items,
                                            guint64            n_frames,
                                            guint              concurrency);
void             enlace_block_free         (EnlaceBlock       *self);
EnlaceFrame     *enlace_block_find_frame   (EnlaceBlock       *self,
                                            guint64            number);
void             enlace_block_set_result   (EnlaceBlock       *self,
                                            guint64            number,
                                            EnlaceValue       *result);

typedef void (*EnlaceFrameFunc) (EnlaceFrame     *frame,
                                 guint            step,
                                 EnlaceStepState *state,
                                 gpointer         data);
/* When a step does something by time: its wait ends, or what is inside it has taken its time; ENLACE_NEVER: it does not. */
gint64           enlace_frame_get_wake     (EnlaceFrame       *self,
                                            guint              step);
/* Every step of the frame and of those inside it. */
void             enlace_frame_foreach      (EnlaceFrame       *self,
                                            EnlaceFrameFunc    func,
                                            gpointer           data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceFrame, enlace_frame_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceBlock, enlace_block_free)

G_END_DECLS
