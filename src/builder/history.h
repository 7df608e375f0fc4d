/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "common/value/value.h"

G_BEGIN_DECLS

#define ENLACE_HISTORY_DEPTH 500

typedef enum {
  ENLACE_GRAPH_NODES,
  ENLACE_GRAPH_EDGES,
  ENLACE_GRAPH_NOTES,
  ENLACE_GRAPH_GROUPS,
  ENLACE_GRAPH_N_TABLES,
  ENLACE_GRAPH_REST = ENLACE_GRAPH_N_TABLES,   /* the document's members that no table holds: one item, always there */
} EnlaceGraphTable;

/* One replaced item: absent before (an addition), absent after (a removal) or neither (a change). Its inverse is the same with
 * both values exchanged. It names the item by id, never by pointer. */
typedef struct {
  EnlaceGraphTable  table;
  char             *id;
  guint             index;        /* where it stands or stood; of additions and removals */
  EnlaceValue      *before;       /* nullable */
  EnlaceValue      *after;        /* nullable */
} EnlaceOperation;

typedef void (*EnlaceHistoryApply) (const EnlaceOperation *operation,
                                    gpointer               user_data);

/**
 * EnlaceHistory:
 *
 * What was done to a document, in transactions that are undone and redone as a whole. A change is recorded inside a transaction
 * or not at all: to record one outside is a programmer's error.
 *
 * Properties (read-only): "can-undo", "can-redo", "undo-label", "redo-label".
 */
#define ENLACE_TYPE_HISTORY (enlace_history_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceHistory, enlace_history, ENLACE, HISTORY, GObject)

/* `apply` is called with each operation of what is undone or redone; `user_data` must outlive the history. */
EnlaceHistory *enlace_history_new             (EnlaceHistoryApply     apply,
                                               gpointer               user_data);
/* Transactions nest: only the outermost makes an entry, under its own label (translated, "Move 3 Steps"). */
void           enlace_history_begin           (EnlaceHistory         *self,
                                               const char            *label);
/* TRUE when this ended the outermost transaction and it changed something. */
gboolean       enlace_history_end             (EnlaceHistory         *self);
/* Takes back all that the open transaction did, and closes it at every depth. */
void           enlace_history_cancel          (EnlaceHistory         *self);
gboolean       enlace_history_is_open         (EnlaceHistory         *self);
/* Copies the operation. Two changes of one item in a transaction become one. */
void           enlace_history_record          (EnlaceHistory         *self,
                                               const EnlaceOperation *operation);
gboolean       enlace_history_undo            (EnlaceHistory         *self); /* FALSE: nothing to undo */
gboolean       enlace_history_redo            (EnlaceHistory         *self);
void           enlace_history_clear           (EnlaceHistory         *self);
gboolean       enlace_history_can_undo        (EnlaceHistory         *self);
gboolean       enlace_history_can_redo        (EnlaceHistory         *self);
const char    *enlace_history_get_undo_label  (EnlaceHistory         *self); /* NULL: nothing */
const char    *enlace_history_get_redo_label  (EnlaceHistory         *self);

G_END_DECLS
