/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/value/value.h"

G_BEGIN_DECLS

typedef enum {
  ENLACE_CHANGE_STEP_ADDED,
  ENLACE_CHANGE_STEP_REMOVED,
  ENLACE_CHANGE_STEP_RENAMED,
  ENLACE_CHANGE_STEP_MOVED,       /* layout alone */
  ENLACE_CHANGE_STEP_CHANGED,     /* a parameter, retry, on_error or another member */
  ENLACE_CHANGE_EDGE_ADDED,
  ENLACE_CHANGE_EDGE_REMOVED,
  ENLACE_CHANGE_EDGE_CHANGED,
  ENLACE_CHANGE_NOTE,             /* notes and groups: they do nothing */
  ENLACE_CHANGE_SETTINGS,
  ENLACE_CHANGE_DOCUMENT,         /* another member of the document */
} EnlaceChangeKind;

/**
 * EnlaceDifference:
 *
 * One thing that differs between two documents. `pointer` is a JSON Pointer from the document's root in which a row that goes by a name (a step by its
 * id) stands with that name in place of its index.
 */
typedef struct {
  EnlaceChangeKind kind;
  char            *node;          /* id of the step; nullable */
  char            *name;          /* what people call the step; nullable */
  char            *pointer;
  EnlaceValue     *before;        /* nullable: absent */
  EnlaceValue     *after;         /* nullable: absent */
} EnlaceDifference;

void         enlace_difference_free          (EnlaceDifference       *self);
/* "step_added", "step_removed", "step_renamed", "step_moved", "step_changed", "edge_added", "edge_removed", "edge_changed", "note", "settings",
 * "document". */
const char  *enlace_change_kind_to_string    (EnlaceChangeKind        kind);
/* One sentence, to be freed. */
char        *enlace_difference_describe      (const EnlaceDifference *self);
/* [ { "kind", "node", "name", "pointer", "before", "after", "text" } … ]; an absent value is an absent member. */
EnlaceValue *enlace_differences_to_value     (GPtrArray              *differences);

/**
 * enlace_document_diff:
 * @before: a readable document
 * @after: another
 *
 * Compares by step and field: steps in the order of @after, the removed ones behind those that preceded them, then edges, then all else. The order
 * of members, of steps and of edges is no difference; that of other rows is one.
 *
 * Returns: (transfer full) (element-type EnlaceDifference): what differs; empty where nothing does
 */
GPtrArray   *enlace_document_diff            (EnlaceValue            *before,
                                              EnlaceValue            *after);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceDifference, enlace_difference_free)

G_END_DECLS
