/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "src/client/step-record.h"

G_BEGIN_DECLS

/* One step of a run; open, it shows what it got and gave. */
#define ENLACE_TYPE_STEP_ROW (enlace_step_row_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceStepRow, enlace_step_row, ENLACE, STEP_ROW, AdwExpanderRow)

GtkWidget        *enlace_step_row_new        (void);
/* @name: what the workflow calls the step. */
void              enlace_step_row_set_record (EnlaceStepRow    *self,
                                              EnlaceStepRecord *record,
                                              const char       *name);
EnlaceStepRecord *enlace_step_row_get_record (EnlaceStepRow    *self);

G_END_DECLS
