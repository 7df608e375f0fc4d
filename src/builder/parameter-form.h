/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "src/builder/graph.h"
#include "src/builder/sample.h"

G_BEGIN_DECLS

/**
 * EnlaceParameterForm:
 *
 * The form of a step, made from its type: each parameter, and what happens when the step fails. What is typed becomes one change of
 * the graph at a pause, or when the entry is left.
 */
#define ENLACE_TYPE_PARAMETER_FORM (enlace_parameter_form_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceParameterForm, enlace_parameter_form, ENLACE, PARAMETER_FORM, GtkWidget)

GtkWidget *enlace_parameter_form_new          (EnlaceGraph         *graph,
                                               EnlaceSample        *sample);
/* NULL: none. What was typed for the one before is kept. */
void       enlace_parameter_form_set_node     (EnlaceParameterForm *self,
                                               EnlaceGraphNode     *node);
/* Takes over at once what is typed. */
void       enlace_parameter_form_commit       (EnlaceParameterForm *self);
/* All problems of the document (element-type EnlaceProblem); nullable. */
void       enlace_parameter_form_set_problems (EnlaceParameterForm *self,
                                               GPtrArray           *problems);
/* Into the entry that had the focus last, else the first. FALSE: there is no entry. */
gboolean   enlace_parameter_form_insert_path  (EnlaceParameterForm *self,
                                               const char          *path);

G_END_DECLS
