/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/workflow/run.h"
#include "server/workflow/steps/step.h"

G_BEGIN_DECLS

/* The interpreter's side of a step's context. */
struct _EnlaceStepContext {
  EnlaceScope         scope;
  EnlaceRun          *run;
  EnlacePlanStep     *step;
  EnlaceStepState    *state;
  gint64              started_at;
  guint64             cost;             /* left for its expressions */
  EnlaceValue        *now;
  const char         *port;
  EnlaceValue        *input;
  EnlacePendingReply *reply;
  gboolean            ends_run;
  EnlaceValue        *details;
  gboolean            is_retryable;
  gboolean            is_in_doubt;
  gint64              retry_after_ms;
};

/* For the next attempt of a step; `cost` is what its expressions may use. */
void enlace_step_context_init  (EnlaceStepContext *self,
                                EnlaceRun         *run,
                                guint              index,
                                guint64            cost);
void enlace_step_context_clear (EnlaceStepContext *self);

G_END_DECLS
