/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/workflow/step-type.h"
#include "src/builder/graph-item.h"

G_BEGIN_DECLS

/**
 * EnlaceRunState:
 * @ENLACE_RUN_STATE_NONE: no run is shown
 * @ENLACE_RUN_STATE_RUNNING: under way
 * @ENLACE_RUN_STATE_COMPLETED: has done its work
 * @ENLACE_RUN_STATE_FAILED: ended with an error
 * @ENLACE_RUN_STATE_SKIPPED: stood on a branch that was not taken
 * @ENLACE_RUN_STATE_WAITING: waits for a time, a person or another try
 * @ENLACE_RUN_STATE_UNKNOWN: may or may not have acted; a person decides
 */
typedef enum {
  ENLACE_RUN_STATE_NONE,
  ENLACE_RUN_STATE_RUNNING,
  ENLACE_RUN_STATE_COMPLETED,
  ENLACE_RUN_STATE_FAILED,
  ENLACE_RUN_STATE_SKIPPED,
  ENLACE_RUN_STATE_WAITING,
  ENLACE_RUN_STATE_UNKNOWN,
} EnlaceRunState;

#define ENLACE_TYPE_RUN_STATE (enlace_run_state_get_type ())
GType          enlace_run_state_get_type  (void);
/* "completed" and the like, as in a step of an execution; NONE for what is not known here. */
EnlaceRunState enlace_run_state_from_text (const char     *text);
/* The translated word, and the symbolic icon that goes with it; NULL for NONE. */
const char    *enlace_run_state_get_title (EnlaceRunState  state);
const char    *enlace_run_state_get_icon_name (EnlaceRunState state);

/**
 * EnlaceGraphNode:
 *
 * A step of the workflow.
 *
 * Properties (read-only): "id", "step-type", "name", "x", "y", "summary", "icon-name", "n-problems", "run-state", "item-count".
 */
#define ENLACE_TYPE_GRAPH_NODE (enlace_graph_node_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceGraphNode, enlace_graph_node, ENLACE, GRAPH_NODE, EnlaceGraphItem)

const char           *enlace_graph_node_get_step_type  (EnlaceGraphNode *self);
/* The person's name for it, or the title of its type when it has none. */
const char           *enlace_graph_node_get_name       (EnlaceGraphNode *self);
double                enlace_graph_node_get_x          (EnlaceGraphNode *self);
double                enlace_graph_node_get_y          (EnlaceGraphNode *self);
/* Borrowed; an empty map when absent. */
EnlaceValue          *enlace_graph_node_get_parameters (EnlaceGraphNode *self);
/* NULL for a type that is not built, or unknown. */
const EnlaceStepInfo *enlace_graph_node_get_info       (EnlaceGraphNode *self);
/* The translated title of its type ("Condition"); the type itself when it is not known. */
const char           *enlace_graph_node_get_kind_title (EnlaceGraphNode *self);
/* One line that says what the step does. */
const char           *enlace_graph_node_get_summary    (EnlaceGraphNode *self);
const char           *enlace_graph_node_get_icon_name  (EnlaceGraphNode *self);
/* Outgoing ports in their order, NULL-terminated, borrowed. Empty for a step that ends the run. */
const char *const    *enlace_graph_node_get_ports      (EnlaceGraphNode *self);
gboolean              enlace_graph_node_has_port       (EnlaceGraphNode *self,
                                                        const char      *port);
/* FALSE for triggers and flow.catch, where a run begins. */
gboolean              enlace_graph_node_has_input      (EnlaceGraphNode *self);
/* What test runs take for its output in the place of running it; borrowed, NULL: nothing. */
EnlaceValue          *enlace_graph_node_get_pinned     (EnlaceGraphNode *self);
/* Whether it can have one: what begins a run, and what chooses between ways, is always run. */
gboolean              enlace_graph_node_can_pin        (EnlaceGraphNode *self);
/* What is wrong with it, in sentences; NULL-terminated, borrowed. */
const char *const    *enlace_graph_node_get_problems   (EnlaceGraphNode *self);
guint                 enlace_graph_node_get_n_problems (EnlaceGraphNode *self);
EnlaceRunState        enlace_graph_node_get_run_state  (EnlaceGraphNode *self);
/* How many items its output held in the run that is shown; -1: not known. */
gint64                enlace_graph_node_get_item_count (EnlaceGraphNode *self);

G_END_DECLS
