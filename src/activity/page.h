/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "src/client/client.h"
#include "src/widgets/page.h"

G_BEGIN_DECLS

/**
 * EnlaceActivityPage:
 *
 * Executions as they happen, by status, workflow and id.
 *
 * Actions: activity.search, activity.clear-filters.
 */
#define ENLACE_TYPE_ACTIVITY_PAGE (enlace_activity_page_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceActivityPage, enlace_activity_page, ENLACE, ACTIVITY_PAGE, EnlacePage)

GtkWidget *enlace_activity_page_new (EnlaceClient *client);

G_END_DECLS
