/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "common/workflow/step-type.h"

G_BEGIN_DECLS

/**
 * EnlacePaletteFilter:
 * @ENLACE_PALETTE_ALL: everything
 * @ENLACE_PALETTE_FOLLOWING: what can stand behind a port
 * @ENLACE_PALETTE_BETWEEN: what can stand in the middle of an edge
 * @ENLACE_PALETTE_TRIGGERS: where a run begins
 */
typedef enum {
  ENLACE_PALETTE_ALL,
  ENLACE_PALETTE_FOLLOWING,
  ENLACE_PALETTE_BETWEEN,
  ENLACE_PALETTE_TRIGGERS,
} EnlacePaletteFilter;

/**
 * EnlacePalette:
 *
 * The steps that there are, by category, with a search. A row is dragged to the canvas, or activated.
 *
 * Signals: "chosen" (char *type).
 */
#define ENLACE_TYPE_PALETTE (enlace_palette_get_type ())
G_DECLARE_FINAL_TYPE (EnlacePalette, enlace_palette, ENLACE, PALETTE, GtkWidget)

GtkWidget  *enlace_palette_new          (void);
void        enlace_palette_set_filter   (EnlacePalette        *self,
                                         EnlacePaletteFilter   filter);
/* Empties the search and puts the cursor into it. */
void        enlace_palette_start_search (EnlacePalette        *self);

/* Whether a step type is shown. */
gboolean    enlace_palette_offers       (const EnlaceStepInfo *info,
                                         EnlacePaletteFilter   filter,
                                         const char           *search);
/* Translated: "Triggers". */
const char *enlace_category_get_title   (const char           *category);

G_END_DECLS
