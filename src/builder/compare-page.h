/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "src/builder/graph.h"
#include "src/client/client.h"

G_BEGIN_DECLS

/**
 * EnlaceComparePage:
 *
 * What differs between two versions of a workflow, or between one and the draft, by step and field.
 */
#define ENLACE_TYPE_COMPARE_PAGE (enlace_compare_page_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceComparePage, enlace_compare_page, ENLACE, COMPARE_PAGE, AdwNavigationPage)

/* @version: what is compared first with the newest, or with the draft where there is one (@has_draft). @graph: as the builder shows it. */
AdwNavigationPage *enlace_compare_page_new (EnlaceClient   *client,
                                            EnlaceWorkflow *workflow,
                                            EnlaceGraph    *graph,
                                            gint64          version,
                                            gboolean        has_draft);

G_END_DECLS
