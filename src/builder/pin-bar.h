/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "src/builder/graph.h"

G_BEGIN_DECLS

/**
 * EnlacePinBar:
 *
 * Stands above a step's output: pins it, and once it is pinned says so, lets it be edited and unpinned.
 */
#define ENLACE_TYPE_PIN_BAR (enlace_pin_bar_get_type ())
G_DECLARE_FINAL_TYPE (EnlacePinBar, enlace_pin_bar, ENLACE, PIN_BAR, AdwBin)

GtkWidget *enlace_pin_bar_new (EnlaceGraph  *graph);
/* @node: (nullable). @output: (nullable): what the step gave in the run that is shown. */
void       enlace_pin_bar_set (EnlacePinBar    *self,
                               EnlaceGraphNode *node,
                               EnlaceValue     *output);

G_END_DECLS
