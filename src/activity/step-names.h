/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/value/value.h"

G_BEGIN_DECLS

/**
 * EnlaceStepNames:
 *
 * What the steps of a run are called, and which loop or parallel each stands in, as the workflow says.
 */
typedef struct _EnlaceStepNames EnlaceStepNames;

EnlaceStepNames *enlace_step_names_new       (void);
void             enlace_step_names_free      (EnlaceStepNames       *self);
/* Adds what a document says; what is known of the same steps is replaced. */
void             enlace_step_names_read      (EnlaceStepNames       *self,
                                              EnlaceValue           *document);
/* The step's name, or its id where it has none or is not known. */
const char      *enlace_step_names_get       (const EnlaceStepNames *self,
                                              const char            *node);
/* The loop or parallel that the step is in, of several inside one another the one at this depth, 0 being the outermost; NULL: not known. */
const char      *enlace_step_names_get_owner (const EnlaceStepNames *self,
                                              const char            *node,
                                              guint                  depth);
/* "Iteration 3" of a loop, or the name of a branch; @number counts from 0. @owner: nullable. */
char            *enlace_step_names_dup_turn  (const EnlaceStepNames *self,
                                              const char            *owner,
                                              gint64                 number);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceStepNames, enlace_step_names_free)

G_END_DECLS
