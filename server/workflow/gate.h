/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/workflow/run.h"

G_BEGIN_DECLS

/* Gates: of the runs with one concurrency key of a workflow, only so many are under way at the same time, those that wait included. A gate is known by
 * a hash of workflow and key; it is there as long as a run is behind it. */

typedef enum {
  ENLACE_GATE_OPEN,       /* the run goes on */
  ENLACE_GATE_CLOSED,     /* it waits its turn: written as queued, it is started when one before it ends */
  ENLACE_GATE_REFUSED,    /* it is not run */
} EnlaceGateDecision;

/* The gate of a new run, NULL: it has none; or its key cannot be computed, with an error. */
GBytes            *enlace_gate_compute (EnlaceRun        *run,
                                        GError          **error);
/* A new run comes to its gate. With CANCEL_OLDEST the one that began first is ended. */
EnlaceGateDecision enlace_gate_enter   (EnlaceEngine     *engine,
                                        EnlaceRun        *run);
/* A run behind a gate has ended: the next one has its turn. From any thread. */
void               enlace_gate_leave   (EnlaceEngine     *engine,
                                        GBytes           *gate,
                                        const EnlaceUuid *id);
/* At the start of the engine: what is behind gates in the store. */
gboolean           enlace_gates_load   (EnlaceEngine     *engine,
                                        GError          **error);
void               enlace_gates_init   (EnlaceEngine     *engine);
void               enlace_gates_clear  (EnlaceEngine     *engine);
/* Whether a run that waits in the store waits for its gate and not for a place. */
gboolean           enlace_gate_holds   (EnlaceEngine     *engine,
                                        const EnlaceUuid *id);

G_END_DECLS
