/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "src/client/value-type.h"

G_BEGIN_DECLS

/**
 * EnlaceStepRecord:
 *
 * What one step of a run got, gave and took. Immutable: a later look at the run gives new records.
 */
#define ENLACE_TYPE_STEP_RECORD (enlace_step_record_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceStepRecord, enlace_step_record, ENLACE, STEP_RECORD, GObject)

EnlaceStepRecord *enlace_step_record_new             (EnlaceValue      *value);
const char       *enlace_step_record_get_node        (EnlaceStepRecord *self);
gint64            enlace_step_record_get_attempt     (EnlaceStepRecord *self);
/* Where it is in loops and branches: which iteration of each, or which branch, the outermost first, from 0, with dots between: "2.0". ""
 * outside of them. A step is told apart by its node and this. */
const char       *enlace_step_record_get_path        (EnlaceStepRecord *self);
/* How many numbers the path has, and one of them. */
guint             enlace_step_record_get_depth       (EnlaceStepRecord *self);
gint64            enlace_step_record_get_number      (EnlaceStepRecord *self,
                                                      guint             depth);
/* Of the same node at the same place; maybe another attempt. */
gboolean          enlace_step_record_is_same_step    (EnlaceStepRecord *self,
                                                      EnlaceStepRecord *other);
/* The path as the list that it is; borrowed, NULL outside of loops and branches. */
EnlaceValue      *enlace_step_record_get_place       (EnlaceStepRecord *self);
/* The path as people count: "3.1". */
const char       *enlace_step_record_get_iteration   (EnlaceStepRecord *self);
/* "running", "waiting", "completed", "failed", "skipped", "unknown", "cancelled". */
const char       *enlace_step_record_get_status      (EnlaceStepRecord *self);
const char       *enlace_step_record_get_started_at  (EnlaceStepRecord *self);
gint64            enlace_step_record_get_duration_ms (EnlaceStepRecord *self); /* -1: not known */
/* Borrowed; NULL: none. */
EnlaceValue      *enlace_step_record_get_input       (EnlaceStepRecord *self);
EnlaceValue      *enlace_step_record_get_output      (EnlaceStepRecord *self);
EnlaceValue      *enlace_step_record_get_error       (EnlaceStepRecord *self);
/* The error in words; nullable. */
const char       *enlace_step_record_get_error_message (EnlaceStepRecord *self);

G_END_DECLS
