/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "src/builder/graph-item.h"

G_BEGIN_DECLS

/**
 * EnlaceGraphEdge:
 *
 * An edge of the workflow, from a port of one step to another step.
 */
#define ENLACE_TYPE_GRAPH_EDGE (enlace_graph_edge_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceGraphEdge, enlace_graph_edge, ENLACE, GRAPH_EDGE, EnlaceGraphItem)

const char *enlace_graph_edge_get_from       (EnlaceGraphEdge *self); /* a node's id */
const char *enlace_graph_edge_get_port       (EnlaceGraphEdge *self); /* "out" when the document names none */
const char *enlace_graph_edge_get_to         (EnlaceGraphEdge *self); /* a node's id */
/* Whether the run that is shown went this way, and with how many items (-1: not known). */
gboolean    enlace_graph_edge_get_taken      (EnlaceGraphEdge *self);
gint64      enlace_graph_edge_get_item_count (EnlaceGraphEdge *self);

G_END_DECLS
