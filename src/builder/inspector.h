/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "src/builder/graph.h"
#include "src/builder/sample.h"

G_BEGIN_DECLS

/**
 * EnlaceInspector:
 *
 * What there is about the selected step: its name and settings, the data that it can read, and what it gave in the last run.
 *
 * Signals: "close" (): the person is done with it.
 */
#define ENLACE_TYPE_INSPECTOR (enlace_inspector_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceInspector, enlace_inspector, ENLACE, INSPECTOR, GtkWidget)

/* Once. */
void enlace_inspector_set_graph     (EnlaceInspector *self,
                                     EnlaceGraph     *graph,
                                     EnlaceSample    *sample);
/* NULL: none. */
void enlace_inspector_set_node      (EnlaceInspector *self,
                                     EnlaceGraphNode *node);
/* All problems of the document (element-type EnlaceProblem); nullable. */
void enlace_inspector_set_problems  (EnlaceInspector *self,
                                     GPtrArray       *problems);
/* Takes over at once what is typed. */
void enlace_inspector_commit        (EnlaceInspector *self);
/* Shows the settings and puts the focus there. */
void enlace_inspector_start_editing (EnlaceInspector *self);
/* Shows what the step gave in the last run. */
void enlace_inspector_show_output   (EnlaceInspector *self);

G_END_DECLS
