/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "src/builder/graph.h"
#include "src/builder/sample.h"
#include "src/client/client.h"

G_BEGIN_DECLS

/**
 * EnlaceRun:
 *
 * A run that is shown on the canvas, while it goes on and after: what became of each step, which way was taken and with how many
 * items. It follows the live feed.
 *
 * Properties (read-only): "execution".
 * Signals: "changed" (): something about the run is another; "failed" (GError *error): it cannot be read.
 */
#define ENLACE_TYPE_RUN (enlace_run_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceRun, enlace_run, ENLACE, RUN, GObject)

EnlaceRun       *enlace_run_new           (EnlaceClient    *client,
                                           EnlaceGraph     *graph,
                                           EnlaceSample    *sample);
/* NULL: none, and the cards are as they were. The sample keeps the data of the run before. */
void             enlace_run_set_execution (EnlaceRun       *self,
                                           EnlaceExecution *execution);
EnlaceExecution *enlace_run_get_execution (EnlaceRun       *self); /* borrowed, nullable */
/* Only reads the data of a run into the sample; nothing of it is shown. */
void             enlace_run_read_sample   (EnlaceRun       *self,
                                           const char      *execution_id);
gboolean         enlace_run_is_under_way  (EnlaceRun       *self);
/* The first step that failed; borrowed, nullable. */
EnlaceStepRecord *enlace_run_get_failure  (EnlaceRun       *self);

G_END_DECLS
