/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "src/builder/canvas.h"

G_BEGIN_DECLS

/**
 * EnlaceFindBar:
 *
 * Finds steps in the workflow that a canvas shows: what is found is marked there, and one after the other comes into view.
 */
#define ENLACE_TYPE_FIND_BAR (enlace_find_bar_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceFindBar, enlace_find_bar, ENLACE, FIND_BAR, GtkWidget)

/* Borrowed until the bar is disposed of. */
void enlace_find_bar_set_canvas (EnlaceFindBar *self,
                                 EnlaceCanvas  *canvas);
void enlace_find_bar_open       (EnlaceFindBar *self);
void enlace_find_bar_close      (EnlaceFindBar *self);

G_END_DECLS
