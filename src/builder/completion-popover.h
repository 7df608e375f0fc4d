/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "common/expression/completion.h"

G_BEGIN_DECLS

/**
 * EnlaceCompletionPopover:
 *
 * The list of what may be written at the cursor, with the documentation of what is selected in it, and the signature of the call that the
 * cursor is in. It never takes the keyboard focus.
 *
 * Signals: "taken" (guint index): the person clicked on an item of the completion; "selected" (): another item is selected.
 */
#define ENLACE_TYPE_COMPLETION_POPOVER (enlace_completion_popover_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceCompletionPopover, enlace_completion_popover, ENLACE, COMPLETION_POPOVER, GtkPopover)

GtkWidget        *enlace_completion_popover_new            (void);
/* `completion` (transfer full) with its items, or with the signatures alone; the first item is selected, or none. */
void              enlace_completion_popover_set_completion (EnlaceCompletionPopover *self,
                                                            EnlaceCompletion        *completion,
                                                            gboolean                 has_list,
                                                            gboolean                 is_selected);
EnlaceCompletion *enlace_completion_popover_get_completion (EnlaceCompletionPopover *self); /* nullable */
/* How many items are listed. */
guint             enlace_completion_popover_get_n_items    (EnlaceCompletionPopover *self);
/* GTK_INVALID_LIST_POSITION: none. */
guint             enlace_completion_popover_get_selected   (EnlaceCompletionPopover *self);
/* Selects the item so many lines further; beyond an end it goes on at the other one where it moves by one line. */
void              enlace_completion_popover_move           (EnlaceCompletionPopover *self,
                                                            int                      n_lines);
/* What a screen reader says of the selected item; transfer full, NULL: none is selected. */
char             *enlace_completion_popover_describe       (EnlaceCompletionPopover *self);
GtkWidget        *enlace_completion_popover_get_list       (EnlaceCompletionPopover *self);

G_END_DECLS
