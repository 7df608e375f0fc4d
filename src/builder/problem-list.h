/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "src/builder/graph.h"

G_BEGIN_DECLS

/**
 * EnlaceProblemList:
 *
 * A button that counts what is wrong with a workflow, and lists it.
 *
 * Signals: "chosen" (char *id): the step with the problem; NULL: it belongs to none.
 */
#define ENLACE_TYPE_PROBLEM_LIST (enlace_problem_list_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceProblemList, enlace_problem_list, ENLACE, PROBLEM_LIST, GtkWidget)

/* `problems`: element-type EnlaceProblem. */
void enlace_problem_list_set_problems (EnlaceProblemList *self,
                                       EnlaceGraph       *graph,
                                       GPtrArray         *problems);
void enlace_problem_list_popup        (EnlaceProblemList *self);

G_END_DECLS
