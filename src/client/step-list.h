/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "src/client/step-record.h"

G_BEGIN_DECLS

/**
 * EnlaceStepList:
 *
 * The steps of a run as they were when they were read: a GListModel of EnlaceStepRecord that does not change.
 */
#define ENLACE_TYPE_STEP_LIST (enlace_step_list_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceStepList, enlace_step_list, ENLACE, STEP_LIST, GObject)

/* @records: (transfer full) (element-type EnlaceStepRecord). @has_more: the run has more steps than were read. */
EnlaceStepList *enlace_step_list_new          (GPtrArray      *records,
                                               gboolean        has_more);
gboolean        enlace_step_list_get_has_more (EnlaceStepList *self);

G_END_DECLS
