/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "src/builder/graph.h"

G_BEGIN_DECLS

/* Steps whose name, type, id or any text inside of them, expressions included, holds `text`, whatever its case is. In document order
 * (element-type EnlaceGraphNode, borrowed; the container is the caller's). Nothing is found for an empty text. */
GPtrArray *enlace_find_steps       (EnlaceGraph *graph,
                                    const char  *text);
/* The same in a document that is not open: how many steps, and the id of the first (transfer full, nullable). */
guint      enlace_find_in_document (EnlaceValue *document,
                                    const char  *text,
                                    char       **first_id);

G_END_DECLS
