/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "src/builder/graph.h"
#include "src/client/client.h"

G_BEGIN_DECLS

/**
 * EnlaceDraftState:
 * @ENLACE_DRAFT_CLEAN: the document is the newest version as it is
 * @ENLACE_DRAFT_CHANGED: there is something to save, in a moment
 * @ENLACE_DRAFT_SAVING: it is on its way
 * @ENLACE_DRAFT_SAVED: the server has all of it
 * @ENLACE_DRAFT_OFFLINE: the server was not reached; it is kept on this computer and tried again
 * @ENLACE_DRAFT_REFUSED: the server does not take it; the next change is tried again
 */
typedef enum {
  ENLACE_DRAFT_CLEAN,
  ENLACE_DRAFT_CHANGED,
  ENLACE_DRAFT_SAVING,
  ENLACE_DRAFT_SAVED,
  ENLACE_DRAFT_OFFLINE,
  ENLACE_DRAFT_REFUSED,
} EnlaceDraftState;

#define ENLACE_TYPE_DRAFT_STATE (enlace_draft_state_get_type ())
GType           enlace_draft_state_get_type     (void);

/* How long after the last change a draft is saved, and the longest that continuous changes can put it off. */
#define ENLACE_DRAFT_DELAY_MS 600
#define ENLACE_DRAFT_LONGEST_DELAY_MS 3000

/**
 * EnlaceDraft:
 *
 * Keeps what is done to a graph: each change goes to the server as the person's draft a moment later, and until the server has it, a
 * copy stands in a file of this computer, so that neither a crash nor a server that is away loses anything.
 *
 * Properties (read-only): "state", "conflict" (a newer version was made by somebody than the one that the changes began with),
 * "workflow" (after it was loaded), "has-changes" (the document is not the newest version).
 */
#define ENLACE_TYPE_DRAFT (enlace_draft_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceDraft, enlace_draft, ENLACE, DRAFT, GObject)

/* @folder: where the copies are kept; NULL: none are. */
EnlaceDraft      *enlace_draft_new              (EnlaceClient   *client,
                                                 const char     *workflow_id,
                                                 EnlaceGraph    *graph,
                                                 const char     *folder);
/* Loads the workflow and what was changed since into the graph. Resolves to TRUE. */
DexFuture        *enlace_draft_load             (EnlaceDraft    *self);
/* Resolves to TRUE when the server has the document as it is now; rejects when it cannot be saved. */
DexFuture        *enlace_draft_flush            (EnlaceDraft    *self);
/* Makes the document the newest version and drops the draft. Resolves to the EnlaceWorkflow; CHANGED when somebody else made a
 * version meanwhile. Without changes it resolves at once. */
DexFuture        *enlace_draft_save_version     (EnlaceDraft    *self);
/* Drops the changes and loads the newest version. Resolves to TRUE. */
DexFuture        *enlace_draft_discard          (EnlaceDraft    *self);
/* The changes are meant on top of the newest version, whatever that changed: ends a conflict. */
void              enlace_draft_keep             (EnlaceDraft    *self);

EnlaceDraftState  enlace_draft_get_state        (EnlaceDraft    *self);
const GError     *enlace_draft_get_error        (EnlaceDraft    *self); /* of OFFLINE and REFUSED; borrowed */
gboolean          enlace_draft_get_conflict     (EnlaceDraft    *self);
gboolean          enlace_draft_get_has_changes  (EnlaceDraft    *self);
gint64            enlace_draft_get_base_version (EnlaceDraft    *self);
EnlaceWorkflow   *enlace_draft_get_workflow     (EnlaceDraft    *self); /* borrowed, nullable */

G_END_DECLS
