/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "src/builder/graph.h"
#include "src/client/step-record.h"

G_BEGIN_DECLS

/**
 * EnlaceRunSteps:
 *
 * The steps of one run by their node. A step inside a loop stands for all of its iterations: it failed if one did, and counts them.
 */
typedef struct _EnlaceRunSteps EnlaceRunSteps;

EnlaceRunSteps   *enlace_run_steps_new         (GListModel           *records);
void              enlace_run_steps_free        (EnlaceRunSteps       *self);
/* The record that tells most: of the first iteration that failed, else the last one. Borrowed, nullable. */
EnlaceStepRecord *enlace_run_steps_find        (const EnlaceRunSteps *self,
                                                const char           *node);
/* What became of it; NONE where the run did not come to it. @count: how many items it gave, or in how many iterations it ran; -1: nothing. */
EnlaceRunState    enlace_run_steps_get_state   (const EnlaceRunSteps *self,
                                                const char           *node,
                                                gint64               *count);
/* Whether the run went along the edge, and with how many items or in how many iterations. */
gboolean          enlace_run_steps_took_edge   (const EnlaceRunSteps *self,
                                                EnlaceGraphNode      *from,
                                                EnlaceGraphEdge      *edge,
                                                gint64               *count);
/* The first step that failed; borrowed, nullable. */
EnlaceStepRecord *enlace_run_steps_get_failure (const EnlaceRunSteps *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceRunSteps, enlace_run_steps_free)

G_END_DECLS
