/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "src/builder/graph.h"

G_BEGIN_DECLS

/**
 * enlace_graph_tidy:
 * @self: a graph
 * @ids: (nullable): the steps to lay out, ids of other things are passed over; %NULL or no step among them: all
 *
 * Lays steps out from left to right, the body of a loop and each branch of a parallel together, as one change. The top left corner stays where it
 * was. Groups follow what stood in them; where all is laid out, notes follow the step next to them.
 *
 * Returns: whether anything moved
 */
gboolean enlace_graph_tidy (EnlaceGraph       *self,
                            const char *const *ids);

/* Round a body, and above it for its name: what the canvas draws and the layout leaves room for. */
#define ENLACE_BODY_PADDING 24
#define ENLACE_BODY_TITLE   24

G_END_DECLS
