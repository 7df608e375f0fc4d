/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/workflow/run.h"
#include "server/workflow/steps/step.h"

G_BEGIN_DECLS

/* The interpreter's side of a step's context. */
struct _EnlaceStepContext {
  EnlaceScope         scope;
  EnlaceRun          *run;
  EnlaceFrame        *frame;            /* whose steps and item its expressions see */
  EnlacePlanStep     *step;
  EnlaceStepState    *state;
  gint64              started_at;
  guint64             cost;             /* left for its expressions */
  EnlaceValue        *now;
  EnlaceValue        *execution;        /* where it has addresses, which are the frame's; NULL: not asked for yet */
  const char         *port;
  EnlaceValue        *input;
  EnlaceValue        *item;             /* borrowed; of a parameter that is evaluated for each item; NULL: that of the loop */
  EnlaceValue        *index;
  EnlacePendingReply *reply;
  gboolean            ends_run;
  EnlaceValue        *wait;             /* what it is to wait with */
  gint64              wake_at;
  EnlaceValue        *block_input;      /* what its body is to go through */
  GPtrArray          *changes;          /* EnlaceStepChange */
  gboolean            is_written;       /* its result is in the journal already */
  EnlaceValue        *details;
  gboolean            is_retryable;
  gboolean            is_in_doubt;
  gint64              retry_after_ms;
};

/* For the next attempt of a step; `cost` is what its expressions may use. */
void enlace_step_context_init        (EnlaceStepContext *self,
                                      EnlaceRun         *run,
                                      EnlaceFrame       *frame,
                                      guint              index,
                                      guint64            cost);
/* For the parameters of a loop in `parent` that are evaluated in `frame`, one of its iterations. */
void enlace_step_context_init_inside (EnlaceStepContext *self,
                                      EnlaceRun         *run,
                                      EnlaceFrame       *parent,
                                      guint              index,
                                      EnlaceFrame       *frame,
                                      guint64            cost);
void enlace_step_context_clear       (EnlaceStepContext *self);

G_END_DECLS
