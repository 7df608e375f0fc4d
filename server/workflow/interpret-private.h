/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/workflow/run.h"
#include "server/workflow/steps/context.h"

G_BEGIN_DECLS

/* Runs what is ready in a frame and only computes, as far as it goes. FALSE: it has to be left for now: the rest needs more than may be spent on this
 * thread, or others should have their turn. */
gboolean enlace_run_scan_frame    (EnlaceRun         *self,
                                   EnlaceFrame       *frame);
/* Runs a step once. FALSE: it needs more than may be spent on this thread, and nothing was done. */
gboolean enlace_run_do_step       (EnlaceRun         *self,
                                   EnlaceFrame       *frame,
                                   guint              index);
/* Whether a step acts outside or waits, so that it cannot run on the thread that received the event. */
gboolean enlace_run_needs_fiber   (EnlaceRun         *self,
                                   guint              index);
/* Writes down what came of a step. Takes nothing; `error` is set where `output` is NULL. */
void     enlace_run_settle        (EnlaceRun         *self,
                                   EnlaceStepContext *context,
                                   EnlaceValue       *output,
                                   GError           **error);
/* Expression cost that may be used now. FALSE: not even a step can be paid on this thread. */
gboolean enlace_run_grant_cost    (EnlaceRun         *self,
                                   guint64           *cost);
void     enlace_run_charge_cost   (EnlaceRun         *self,
                                   guint64            granted,
                                   guint64            left);
/* Nothing is to be begun any more, or others should have their turn. */
gboolean enlace_run_should_pause  (EnlaceRun         *self);

/* block.c */
/* Drives the body of a loop or a parallel. FALSE: as enlace_run_scan_frame(). */
gboolean enlace_block_advance     (EnlaceRun         *self,
                                   EnlaceFrame       *frame,
                                   guint              index);
/* Begins a frame of a block. */
EnlaceFrame *enlace_block_begin_frame (EnlaceFrame   *parent,
                                       guint          index,
                                       guint64        number);
/* Takes a frame that is over out of its block, with its result (nullable) or its failure. */
void     enlace_block_end_frame   (EnlaceRun         *self,
                                   EnlaceFrame       *parent,
                                   guint              index,
                                   EnlaceFrame       *frame,
                                   EnlaceValue       *result,
                                   EnlaceValue       *failure);
/* The body of a step begins, with what the step's function said. */
void     enlace_block_open        (EnlaceFrame       *frame,
                                   guint              index,
                                   EnlaceValue       *input);

G_END_DECLS
