/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "src/builder/graph-note.h"

G_BEGIN_DECLS

/**
 * EnlaceNoteCard:
 *
 * A note on the canvas: text, which is edited in place.
 *
 * Signal: "edited" (const char *text), when editing ended with another text.
 */
#define ENLACE_TYPE_NOTE_CARD (enlace_note_card_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceNoteCard, enlace_note_card, ENLACE, NOTE_CARD, GtkWidget)

GtkWidget       *enlace_note_card_new          (EnlaceGraphNote *note);
EnlaceGraphNote *enlace_note_card_get_note     (EnlaceNoteCard  *self);
void             enlace_note_card_update       (EnlaceNoteCard  *self);
void             enlace_note_card_set_selected (EnlaceNoteCard  *self,
                                                gboolean         selected);
void             enlace_note_card_begin_edit   (EnlaceNoteCard  *self);
/* Ends editing, with what was typed (`keep`) or without. */
void             enlace_note_card_end_edit     (EnlaceNoteCard  *self,
                                                gboolean         keep);
gboolean         enlace_note_card_is_editing   (EnlaceNoteCard  *self);

G_END_DECLS
