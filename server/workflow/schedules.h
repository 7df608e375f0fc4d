/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/workflow/engine.h"

G_BEGIN_DECLS

/**
 * EnlaceSchedules:
 *
 * The triggers of live workflows that begin runs by themselves, schedules and polls, in the order of the times at which they are due. One thread
 * sleeps until the next one. Where a trigger stands is kept in the store, and moves in the transaction that writes the runs it begins.
 */
typedef struct _EnlaceSchedules EnlaceSchedules;

EnlaceSchedules *enlace_schedules_new    (EnlaceEngine      *engine);
/* Reads where they stand, and starts the thread. */
gboolean         enlace_schedules_begin  (EnlaceSchedules   *self,
                                          GError           **error);
/* No more of them becomes due. Blocks until the thread has ended. */
void             enlace_schedules_stop   (EnlaceSchedules   *self);
/* After all commits and requests of theirs are over. */
void             enlace_schedules_free   (EnlaceSchedules   *self);
/* The live plan of a workflow is this one now. Plans with other triggers are left alone. */
void             enlace_schedules_put    (EnlaceSchedules   *self,
                                          EnlacePlan        *plan);
/* The workflow is not live any more. */
void             enlace_schedules_remove (EnlaceSchedules   *self,
                                          const EnlaceUuid  *workflow_id);
/* The clock may have been set. */
void             enlace_schedules_wake   (EnlaceSchedules   *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceSchedules, enlace_schedules_free)

G_END_DECLS
