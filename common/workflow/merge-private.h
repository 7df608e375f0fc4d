/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/workflow/merge.h"

G_BEGIN_DECLS

typedef struct {
  GHashTable *choices;            /* borrowed, nullable */
  GPtrArray  *conflicts;          /* borrowed */
  EnlaceValue *base;              /* borrowed, as the next two: the documents */
  EnlaceValue *mine;
  EnlaceValue *theirs;
} EnlaceMerge;

/* Records a conflict, and gives the side that the document gets: never NONE. */
EnlaceSide   enlace_merge_decide (EnlaceMerge        *self,
                                  EnlaceConflictKind  kind,
                                  const char         *pointer,
                                  EnlaceValue        *base,
                                  EnlaceValue        *mine,
                                  EnlaceValue        *theirs);
/* One value in three writings, each nullable: absent. NULL: it is absent. */
EnlaceValue *enlace_merge_value  (EnlaceMerge        *self,
                                  const char         *pointer,
                                  EnlaceValue        *base,
                                  EnlaceValue        *mine,
                                  EnlaceValue        *theirs);
/* Merges the edges, and makes a graph of the merged nodes and them: a step that an edge was led to may come back to `nodes`. */
void         enlace_merge_graph  (EnlaceMerge        *self,
                                  EnlaceValue       **nodes,
                                  EnlaceValue       **edges);

G_END_DECLS
