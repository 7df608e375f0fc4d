/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "src/builder/graph.h"

G_BEGIN_DECLS

/**
 * EnlaceExtraction:
 *
 * A piece of a workflow, ready to become a workflow of its own: its document begins with a manual trigger, and what the piece read from outside
 * is read from `trigger.data` there.
 */
typedef struct _EnlaceExtraction EnlaceExtraction;

/* Changes nothing. NULL with a sentence in `error` where these steps cannot stand alone: they are not one connected piece with one entry, they
 * go on by more than one way or by one branch alone, or what they read cannot be handed over. */
EnlaceExtraction *enlace_extraction_new          (EnlaceGraph       *graph,
                                                  const char *const *ids,
                                                  GError           **error);
void              enlace_extraction_free         (EnlaceExtraction  *self);
/* The new workflow's document; borrowed. */
EnlaceValue      *enlace_extraction_get_document (EnlaceExtraction  *self);
/* Puts one step that runs the workflow `workflow_id` (a UUID, called `name`) in the place of the piece, as one change. The graph must not have
 * changed in between (FALSE then). */
gboolean          enlace_extraction_apply        (EnlaceExtraction  *self,
                                                  const char        *workflow_id,
                                                  const char        *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceExtraction, enlace_extraction_free)

G_END_DECLS
