/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "src/builder/canvas.h"

G_BEGIN_DECLS

/**
 * EnlaceOutline:
 *
 * The workflow as a list in words, beside the canvas: steps in the order in which they run, below the ways that lead to them, with what is
 * wrong with them. The selection is that of the canvas, and what can be done to a step there can be done from here.
 *
 * Actions: outline.open, add-step, connect, duplicate, delete, extract, move-left, move-right, move-up, move-down.
 */
#define ENLACE_TYPE_OUTLINE (enlace_outline_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceOutline, enlace_outline, ENLACE, OUTLINE, GtkWidget)

/* Borrowed until the outline is disposed of. */
void enlace_outline_set_canvas (EnlaceOutline *self,
                                EnlaceCanvas  *canvas);
/* Gives the focus to the line of the selected step, or to the first. */
void enlace_outline_focus      (EnlaceOutline *self);

G_END_DECLS
