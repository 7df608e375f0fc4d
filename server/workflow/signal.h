/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/workflow/run.h"

G_BEGIN_DECLS

/* What waiting steps are told: by a resume address, a decision, or the end of a run that they wait for. */

/* In the run's fiber: reads what came since the last time. */
void       enlace_signal_receive  (EnlaceRun         *run);
/* What the end of a run (of the row its ids are used) tells the step that waits for it, sealed for that; output and message are nullable. */
GBytes    *enlace_signal_seal_end (EnlaceEngine      *engine,
                                   const EnlaceExecutionRow *row,
                                   EnlaceStatus       status,
                                   EnlaceValue       *output,
                                   const char        *message);
/* What a step is told, sealed for the table of signals. */
GBytes    *enlace_signal_seal     (EnlaceEngine      *engine,
                                   const EnlaceUuid  *organisation_id,
                                   const EnlaceUuid  *execution_id,
                                   const char        *key,
                                   EnlaceValue       *payload);
/* In the transaction that ends it. `told` NULL: nothing. */
gboolean   enlace_signal_tell_parent (EnlaceWriter      *writer,
                                      const EnlaceUuid  *parent_id,
                                      const char        *parent_key,
                                      GBytes            *told,
                                      GError           **error);
/* A change that removes the signal that the step of this context has taken. */
EnlaceStepChange *enlace_signal_new_removal (const EnlaceUuid *execution_id,
                                             const char       *key);
/* A change of a step that goes on by its time: it is told nothing from then on. It conflicts with what it was told meanwhile. */
EnlaceStepChange *enlace_signal_new_closing (const EnlaceUuid *execution_id,
                                             const char       *key);
/* Signals for a run are in the store: it goes on with them. From any thread. */
void       enlace_engine_poke     (EnlaceEngine      *engine,
                                   const EnlaceUuid  *execution_id);

G_END_DECLS
