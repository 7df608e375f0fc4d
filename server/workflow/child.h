/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/workflow/engine.h"
#include "server/workflow/steps/step.h"

G_BEGIN_DECLS

/* Workflows that run one another, at most. */
#define ENLACE_CHILD_MAX_DEPTH 16

/* Runs that steps begin. The row of the child is written in the commit that records the step, so that it is begun once whatever is killed when. */

/* Makes the run of a workflow and gives its change to the step. With `waits` its end is told to the step. */
gboolean enlace_child_begin      (EnlaceStepContext  *context,
                                  const EnlaceUuid   *workflow_id,
                                  EnlaceValue        *input,
                                  gboolean            waits,
                                  EnlaceUuid         *child_id,
                                  GError            **error);
/* A run was cancelled: those that it waits for are as well. From any thread. */
void     enlace_children_cancel  (EnlaceEngine       *engine,
                                  const EnlaceUuid   *organisation_id,
                                  const EnlaceUuid   *parent_id);

G_END_DECLS
