/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/value/value.h"

G_BEGIN_DECLS

typedef enum {
  ENLACE_SIDE_NONE,               /* not decided; the document holds mine */
  ENLACE_SIDE_MINE,
  ENLACE_SIDE_THEIRS,
} EnlaceSide;

typedef enum {
  ENLACE_CONFLICT_EDIT_EDIT,      /* both changed it, differently */
  ENLACE_CONFLICT_ADD_ADD,        /* both added it, differently */
  ENLACE_CONFLICT_EDIT_DELETE,    /* mine changed it, theirs deleted it */
  ENLACE_CONFLICT_DELETE_EDIT,    /* mine deleted it, theirs changed it */
  ENLACE_CONFLICT_DANGLING,       /* one added an edge of a step that the other deleted */
  ENLACE_CONFLICT_CYCLE,          /* the edges of both together go round */
} EnlaceConflictKind;

/**
 * EnlaceConflict:
 *
 * Something that two people changed in ways that do not go together. `pointer` is unique in a merge and stays the same when it is repeated: a JSON
 * Pointer from the document's root in which a row that goes by a name (a step by its id) stands with that name in place of its index.
 */
typedef struct {
  EnlaceConflictKind kind;
  char              *node;        /* id of the step; nullable */
  char              *pointer;
  EnlaceValue       *base;        /* nullable, as the next two: absent there */
  EnlaceValue       *mine;
  EnlaceValue       *theirs;
  EnlaceSide         choice;
} EnlaceConflict;

void         enlace_conflict_free            (EnlaceConflict     *self);
/* "edit-edit", "add-add", "edit-delete", "delete-edit", "dangling-edge" or "cycle". */
const char  *enlace_conflict_kind_to_string  (EnlaceConflictKind  kind);
/* [ { "kind", "node", "pointer", "base", "mine", "theirs", "choice" } … ]; an absent value is an absent member. */
EnlaceValue *enlace_conflicts_to_value       (GPtrArray          *conflicts);

/**
 * enlace_document_merge:
 * @base: the document that both began with
 * @mine: one of those made of it
 * @theirs: the other
 * @choices: (nullable): pointer of a conflict → `GINT_TO_POINTER` of an #EnlaceSide; what is not in it is not decided
 * @conflicts: (element-type EnlaceConflict): takes the conflicts, decided ones included, in a stable order
 *
 * Merges two changed documents by step and field. All three must be readable (enlace_document_read()), and the result is: an edge never leads to a
 * step that is not there, and no edges go round. Where both moved the same card it stays where mine has it, without a conflict.
 *
 * Returns: (transfer full): the merged document
 */
EnlaceValue *enlace_document_merge           (EnlaceValue        *base,
                                              EnlaceValue        *mine,
                                              EnlaceValue        *theirs,
                                              GHashTable         *choices,
                                              GPtrArray          *conflicts);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceConflict, enlace_conflict_free)

G_END_DECLS
