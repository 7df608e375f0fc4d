/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "src/client/client.h"

G_BEGIN_DECLS

/**
 * EnlaceRunDrawing:
 *
 * A workflow as it ran, to look at: what became of each step and which way was taken, live.
 *
 * Signals: "activated" (char *node): a step was chosen, by Enter or a double click.
 */
#define ENLACE_TYPE_RUN_DRAWING (enlace_run_drawing_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceRunDrawing, enlace_run_drawing, ENLACE, RUN_DRAWING, AdwBin)

/* @document: of the version that ran. FALSE where it is no graph (another program wrote it): there is nothing to draw then. */
gboolean enlace_run_drawing_show (EnlaceRunDrawing *self,
                                  EnlaceClient     *client,
                                  EnlaceExecution  *execution,
                                  EnlaceValue      *document);

G_END_DECLS
