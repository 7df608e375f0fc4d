/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "src/client/workflow.h"

G_BEGIN_DECLS

/* A workflow in the list: its trigger, its name, how its last run went, its switch and its menu. */
#define ENLACE_TYPE_WORKFLOW_ROW (enlace_workflow_row_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceWorkflowRow, enlace_workflow_row, ENLACE, WORKFLOW_ROW, GtkWidget)

GtkWidget *enlace_workflow_row_new          (void);
void       enlace_workflow_row_set_workflow (EnlaceWorkflowRow *self,
                                             EnlaceWorkflow    *workflow); /* nullable */

G_END_DECLS
