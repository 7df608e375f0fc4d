/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "src/builder/graph-item.h"

G_BEGIN_DECLS

#define ENLACE_GROUP_MIN_WIDTH  160
#define ENLACE_GROUP_MIN_HEIGHT 96
#define ENLACE_GROUP_TITLE      32    /* what the title takes at the top */

/**
 * EnlaceGraphGroup:
 *
 * A titled frame around steps and notes. What stands in it (its middle is inside) moves and is copied with it; the document says only
 * where the frame is.
 */
#define ENLACE_TYPE_GRAPH_GROUP (enlace_graph_group_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceGraphGroup, enlace_graph_group, ENLACE, GRAPH_GROUP, EnlaceGraphItem)

double             enlace_graph_group_get_x      (EnlaceGraphGroup *self);
double             enlace_graph_group_get_y      (EnlaceGraphGroup *self);
double             enlace_graph_group_get_width  (EnlaceGraphGroup *self);
double             enlace_graph_group_get_height (EnlaceGraphGroup *self);
const char        *enlace_graph_group_get_title  (EnlaceGraphGroup *self); /* never NULL */
/* One of enlace_graph_group_colors(); "" for any other. */
const char        *enlace_graph_group_get_color  (EnlaceGraphGroup *self);
/* The names that "color" may have, NULL-terminated; they are style classes too. */
const char *const *enlace_graph_group_colors     (void);
/* The translated word for one of them. */
const char        *enlace_graph_group_color_title (const char      *color);

G_END_DECLS
