/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "src/client/client.h"
#include "src/widgets/page.h"

G_BEGIN_DECLS

/**
 * EnlaceWorkflowsPage:
 *
 * The list of workflows: searched, switched on and off, made, copied, renamed, deleted, imported and exported.
 *
 * Actions: workflows.new, workflows.example, workflows.import, workflows.search, and with the id of a workflow workflows.open,
 * workflows.duplicate, workflows.rename, workflows.export, workflows.delete; workflows.set-active (id, on).
 */
#define ENLACE_TYPE_WORKFLOWS_PAGE (enlace_workflows_page_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceWorkflowsPage, enlace_workflows_page, ENLACE, WORKFLOWS_PAGE, EnlacePage)

GtkWidget *enlace_workflows_page_new (EnlaceClient *client);

G_END_DECLS
