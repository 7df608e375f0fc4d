/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "src/client/client.h"
#include "src/widgets/page.h"

G_BEGIN_DECLS

/**
 * EnlaceExecutionPage:
 *
 * One run: how it stands, what started it, and what each step got, gave and took; live while it goes on.
 *
 * Actions: execution.cancel, execution.copy-id, execution.open-workflow, execution.resolve (ss node, path),
 * execution.replay, execution.replay-data, execution.replay-from (ss node, path), execution.open-builder.
 */
#define ENLACE_TYPE_EXECUTION_PAGE (enlace_execution_page_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceExecutionPage, enlace_execution_page, ENLACE, EXECUTION_PAGE, EnlacePage)

GtkWidget *enlace_execution_page_new (EnlaceClient *client,
                                      const char   *id);

G_END_DECLS
