/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "src/client/client.h"
#include "src/widgets/page.h"

G_BEGIN_DECLS

/**
 * EnlaceBuilderPage:
 *
 * The visual builder of one workflow: palette, canvas and inspector; problems, tests, publishing, and the live runs.
 *
 * Actions (also the names of menu items and shortcuts): builder.undo, redo, palette, search, inspector, run, cancel-run, clear-run,
 * open-run, pin-run (state), publish, unpublish, address, versions, discard, problems, close.
 */
#define ENLACE_TYPE_BUILDER_PAGE (enlace_builder_page_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceBuilderPage, enlace_builder_page, ENLACE, BUILDER_PAGE, EnlacePage)

GtkWidget *enlace_builder_page_new (EnlaceClient *client,
                                    const char   *workflow_id);
const char *enlace_builder_page_get_workflow_id (EnlaceBuilderPage *self);
/* Puts what that run gave on the cards, as soon as the workflow is there. Tests of a step go on from it. */
void        enlace_builder_page_show_run        (EnlaceBuilderPage *self,
                                                 const char        *execution_id);

G_END_DECLS
