/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "src/builder/graph-item.h"

G_BEGIN_DECLS

#define ENLACE_NOTE_MIN_WIDTH  120
#define ENLACE_NOTE_MIN_HEIGHT 64

/**
 * EnlaceGraphNote:
 *
 * A note on the canvas.
 */
#define ENLACE_TYPE_GRAPH_NOTE (enlace_graph_note_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceGraphNote, enlace_graph_note, ENLACE, GRAPH_NOTE, EnlaceGraphItem)

double      enlace_graph_note_get_x      (EnlaceGraphNote *self);
double      enlace_graph_note_get_y      (EnlaceGraphNote *self);
double      enlace_graph_note_get_width  (EnlaceGraphNote *self);
double      enlace_graph_note_get_height (EnlaceGraphNote *self);
const char *enlace_graph_note_get_text   (EnlaceGraphNote *self); /* never NULL */

G_END_DECLS
