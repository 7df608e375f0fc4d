/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "src/builder/graph-edge.h"
#include "src/builder/graph-group.h"
#include "src/builder/graph-node.h"
#include "src/builder/graph-note.h"
#include "src/builder/history.h"

G_BEGIN_DECLS

/**
 * EnlaceGraphError:
 * @ENLACE_GRAPH_ERROR_INVALID: not a workflow document, or not a part of one
 * @ENLACE_GRAPH_ERROR_ITSELF: a step cannot lead to itself
 * @ENLACE_GRAPH_ERROR_CYCLE: the edge would close a circle
 * @ENLACE_GRAPH_ERROR_DUPLICATE: there is such an edge, or such an id, already
 * @ENLACE_GRAPH_ERROR_PORT: the step has no such port
 * @ENLACE_GRAPH_ERROR_NO_INPUT: nothing can lead into a trigger
 * @ENLACE_GRAPH_ERROR_NOT_FOUND: there is no such step
 */
typedef enum {
  ENLACE_GRAPH_ERROR_INVALID,
  ENLACE_GRAPH_ERROR_ITSELF,
  ENLACE_GRAPH_ERROR_CYCLE,
  ENLACE_GRAPH_ERROR_DUPLICATE,
  ENLACE_GRAPH_ERROR_PORT,
  ENLACE_GRAPH_ERROR_NO_INPUT,
  ENLACE_GRAPH_ERROR_NOT_FOUND,
} EnlaceGraphError;

#define ENLACE_GRAPH_ERROR (enlace_graph_error_quark ())
GQuark enlace_graph_error_quark (void);

/**
 * EnlaceGraphChange:
 * @ENLACE_GRAPH_ADDED: the item has come into the graph
 * @ENLACE_GRAPH_CHANGED: its value is another
 * @ENLACE_GRAPH_REMOVED: it has left the graph
 * @ENLACE_GRAPH_STATE: what is shown about it (problems, run) is another; the document is the same
 */
typedef enum {
  ENLACE_GRAPH_ADDED,
  ENLACE_GRAPH_CHANGED,
  ENLACE_GRAPH_REMOVED,
  ENLACE_GRAPH_STATE,
} EnlaceGraphChange;

/**
 * EnlaceGraph:
 *
 * A workflow document that is being edited. Every function below that changes the document is one transaction, or a part of the
 * one that the caller has open (see [method@Graph.begin]), so that it can be undone. Members that are not known here are kept.
 *
 * Signals: "changed" (after a transaction, an undo, a redo or a load changed the document: the moment to save a draft);
 * "loaded" (the document was replaced as a whole; no "item-changed" is sent for its items);
 * "item-changed" (EnlaceGraphItem *item, EnlaceGraphChange change), at once for each item.
 *
 * Properties (read-only): "revision", a number that grows with each "changed".
 */
#define ENLACE_TYPE_GRAPH (enlace_graph_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceGraph, enlace_graph, ENLACE, GRAPH, GObject)

EnlaceGraph     *enlace_graph_new                (void);
/* Replaces the document and clears the history. On error nothing is changed. */
gboolean         enlace_graph_load               (EnlaceGraph        *self,
                                                  EnlaceValue        *document,
                                                  GError            **error);
/* The document as it is now; transfer full. */
EnlaceValue     *enlace_graph_to_value           (EnlaceGraph        *self);
/* Replaces the document as one undoable change (an edit as text, a version that was restored). */
gboolean         enlace_graph_replace            (EnlaceGraph        *self,
                                                  EnlaceValue        *document,
                                                  const char         *label,
                                                  GError            **error);
guint64          enlace_graph_get_revision       (EnlaceGraph        *self);
EnlaceHistory   *enlace_graph_get_history        (EnlaceGraph        *self);
gboolean         enlace_graph_undo               (EnlaceGraph        *self);
gboolean         enlace_graph_redo               (EnlaceGraph        *self);
void             enlace_graph_begin              (EnlaceGraph        *self,
                                                  const char         *label);
void             enlace_graph_end                (EnlaceGraph        *self);
void             enlace_graph_cancel             (EnlaceGraph        *self);

/* Lists of EnlaceGraphNode, EnlaceGraphEdge, EnlaceGraphNote, EnlaceGraphGroup in document order; borrowed. */
GListModel      *enlace_graph_get_nodes          (EnlaceGraph        *self);
GListModel      *enlace_graph_get_edges          (EnlaceGraph        *self);
GListModel      *enlace_graph_get_notes          (EnlaceGraph        *self);
GListModel      *enlace_graph_get_groups         (EnlaceGraph        *self);
/* Borrowed; NULL: there is none. */
EnlaceGraphNode *enlace_graph_find_node          (EnlaceGraph        *self,
                                                  const char         *id);
EnlaceGraphEdge *enlace_graph_find_edge          (EnlaceGraph        *self,
                                                  const char         *from,
                                                  const char         *port,
                                                  const char         *to);
EnlaceGraphNote *enlace_graph_find_note          (EnlaceGraph        *self,
                                                  const char         *id);
EnlaceGraphGroup *enlace_graph_find_group        (EnlaceGraph        *self,
                                                  const char         *id);
/* Edges out of and into a step (element-type EnlaceGraphEdge, transfer container). */
GPtrArray       *enlace_graph_list_edges_from    (EnlaceGraph        *self,
                                                  const char         *id);
GPtrArray       *enlace_graph_list_edges_to      (EnlaceGraph        *self,
                                                  const char         *id);
/* Whether `to` is reached from `from` along edges (a step reaches itself). */
gboolean         enlace_graph_reaches            (EnlaceGraph        *self,
                                                  const char         *from,
                                                  const char         *to);

/* Steps. Positions are canvas units (pixels at 100 %). */
/* `members`: a map of further members of the node (connector, parameters, …), nullable. The id is made from the type. */
EnlaceGraphNode *enlace_graph_add_node           (EnlaceGraph        *self,
                                                  const char         *type,
                                                  double              x,
                                                  double              y,
                                                  EnlaceValue        *members);
/* A new step in the middle of an edge; steps behind it make room where there is none. NULL with an error when none fits there. */
EnlaceGraphNode *enlace_graph_insert_node        (EnlaceGraph        *self,
                                                  EnlaceGraphEdge    *edge,
                                                  const char         *type,
                                                  EnlaceValue        *members,
                                                  GError            **error);
/* The same with a step that is there and has no edges yet. */
gboolean         enlace_graph_insert_existing    (EnlaceGraph        *self,
                                                  EnlaceGraphEdge    *edge,
                                                  const char         *id,
                                                  GError            **error);
/* A new step behind a port of another one, connected. */
EnlaceGraphNode *enlace_graph_append_node        (EnlaceGraph        *self,
                                                  const char         *from,
                                                  const char         *port,
                                                  const char         *type,
                                                  double              x,
                                                  double              y,
                                                  EnlaceValue        *members,
                                                  GError            **error);
/* Their edges go with them. Ids that are not there are passed over. */
void             enlace_graph_remove_nodes       (EnlaceGraph        *self,
                                                  const char *const  *ids);
/* Steps, notes and groups alike, by their ids; a group takes along what stands in it. */
void             enlace_graph_move               (EnlaceGraph        *self,
                                                  const char *const  *ids,
                                                  double              dx,
                                                  double              dy);
/* Steps, their edges, notes, groups (not what stands in them), and single edges by key, in one change. */
void             enlace_graph_remove             (EnlaceGraph        *self,
                                                  const char *const  *ids);
void             enlace_graph_rename_node        (EnlaceGraph        *self,
                                                  const char         *id,
                                                  const char         *name);
/* Changes the id and every `steps.ID` in the document that means it. */
gboolean         enlace_graph_set_node_id        (EnlaceGraph        *self,
                                                  const char         *id,
                                                  const char         *new_id,
                                                  GError            **error);
/* One member of "parameters"; value NULL removes it. */
void             enlace_graph_set_parameter      (EnlaceGraph        *self,
                                                  const char         *id,
                                                  const char         *name,
                                                  EnlaceValue        *value);
void             enlace_graph_set_parameters     (EnlaceGraph        *self,
                                                  const char         *id,
                                                  EnlaceValue        *parameters);
/* What test runs take for the step's output; NULL: they run it. */
void             enlace_graph_set_pinned         (EnlaceGraph        *self,
                                                  const char         *id,
                                                  EnlaceValue        *output);
/* Any member of a node but "id" ("retry", "on_error", "integration" …); value NULL removes it. */
void             enlace_graph_set_member         (EnlaceGraph        *self,
                                                  const char         *id,
                                                  const char         *member,
                                                  EnlaceValue        *value);

/* Edges. `port` NULL means "out". */
gboolean         enlace_graph_check_connection   (EnlaceGraph        *self,
                                                  const char         *from,
                                                  const char         *port,
                                                  const char         *to,
                                                  GError            **error);
EnlaceGraphEdge *enlace_graph_connect            (EnlaceGraph        *self,
                                                  const char         *from,
                                                  const char         *port,
                                                  const char         *to,
                                                  GError            **error);
void             enlace_graph_disconnect         (EnlaceGraph        *self,
                                                  EnlaceGraphEdge    *edge);

/* Notes. */
EnlaceGraphNote *enlace_graph_add_note           (EnlaceGraph        *self,
                                                  double              x,
                                                  double              y,
                                                  double              width,
                                                  double              height,
                                                  const char         *text);
void             enlace_graph_set_note_text      (EnlaceGraph        *self,
                                                  const char         *id,
                                                  const char         *text);
void             enlace_graph_set_note_bounds    (EnlaceGraph        *self,
                                                  const char         *id,
                                                  double              x,
                                                  double              y,
                                                  double              width,
                                                  double              height);

/* Groups. */
/* A frame round these; NULL when there is nothing to frame. */
EnlaceGraphGroup *enlace_graph_add_group         (EnlaceGraph        *self,
                                                  const char *const  *ids,
                                                  const char         *title);
void             enlace_graph_set_group_title    (EnlaceGraph        *self,
                                                  const char         *id,
                                                  const char         *title);
/* One of enlace_graph_group_colors(), or "". */
void             enlace_graph_set_group_color    (EnlaceGraph        *self,
                                                  const char         *id,
                                                  const char         *color);
void             enlace_graph_set_group_bounds   (EnlaceGraph        *self,
                                                  const char         *id,
                                                  double              x,
                                                  double              y,
                                                  double              width,
                                                  double              height);
/* The ids, and those of all that stands in the groups among them; transfer full. */
GStrv            enlace_graph_expand_groups      (EnlaceGraph        *self,
                                                  const char *const  *ids);

/* The clipboard: a document that holds only these items and the edges between them, as JSON text; transfer full. */
char            *enlace_graph_copy               (EnlaceGraph        *self,
                                                  const char *const  *ids);
/* Adds what the text holds, with ids that are free (`steps.OLD` inside follows), its top left corner at x, y. Returns the new ids of
 * steps and notes (NULL with an error when the text is no such document). */
GStrv            enlace_graph_paste              (EnlaceGraph        *self,
                                                  const char         *text,
                                                  double              x,
                                                  double              y,
                                                  GError            **error);
GStrv            enlace_graph_duplicate          (EnlaceGraph        *self,
                                                  const char *const  *ids,
                                                  double              dx,
                                                  double              dy);

typedef enum {
  ENLACE_ALIGN_LEFT,
  ENLACE_ALIGN_CENTER,
  ENLACE_ALIGN_RIGHT,
  ENLACE_ALIGN_TOP,
  ENLACE_ALIGN_MIDDLE,
  ENLACE_ALIGN_BOTTOM,
} EnlaceAlign;

/* The size of a step's card, which the canvas sets as its font asks for it. */
void             enlace_graph_set_card_size      (EnlaceGraph        *self,
                                                  double              width,
                                                  double              height);
/* The height of a step's card: that of all, or more where its ports need it. */
double           enlace_graph_get_node_height    (EnlaceGraph        *self,
                                                  EnlaceGraphNode    *node);
/* The box of a step, note or group in canvas units; FALSE: no such id. */
gboolean         enlace_graph_get_bounds         (EnlaceGraph        *self,
                                                  const char         *id,
                                                  double             *x,
                                                  double             *y,
                                                  double             *width,
                                                  double             *height);
void             enlace_graph_align              (EnlaceGraph        *self,
                                                  const char *const  *ids,
                                                  EnlaceAlign         align);
/* Equal gaps between the first and the last. */
void             enlace_graph_distribute         (EnlaceGraph        *self,
                                                  const char *const  *ids,
                                                  gboolean            vertically);

/* What is shown about the steps; no part of the document and of its history. */
/* element-type EnlaceProblem (common/workflow/document.h), borrowed. Returns how many belong to no step. */
guint            enlace_graph_set_problems       (EnlaceGraph        *self,
                                                  GPtrArray          *problems);
void             enlace_graph_set_run_state      (EnlaceGraph        *self,
                                                  const char         *id,
                                                  EnlaceRunState      state,
                                                  gint64              item_count);
void             enlace_graph_set_edge_run       (EnlaceGraph        *self,
                                                  EnlaceGraphEdge    *edge,
                                                  gboolean            taken,
                                                  gint64              item_count);
void             enlace_graph_clear_run          (EnlaceGraph        *self);

G_END_DECLS
