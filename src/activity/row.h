/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "src/client/execution.h"
#include "src/client/workflow.h"

G_BEGIN_DECLS

/* An execution in the list: how it stands, of which workflow it is, when it began and how long it took. */
#define ENLACE_TYPE_EXECUTION_ROW (enlace_execution_row_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceExecutionRow, enlace_execution_row, ENLACE, EXECUTION_ROW, GtkWidget)

GtkWidget *enlace_execution_row_new           (void);
/* Both nullable: the workflow where it is not known, the execution for an empty row. */
void       enlace_execution_row_set_execution (EnlaceExecutionRow *self,
                                               EnlaceExecution    *execution,
                                               EnlaceWorkflow     *workflow);

G_END_DECLS
