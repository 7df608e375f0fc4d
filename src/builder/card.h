/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "src/builder/graph-node.h"

G_BEGIN_DECLS

/**
 * EnlaceCard:
 *
 * A step on the canvas: icon, name, a line that says what it does, and a mark below for problems and the state of a run. It only
 * shows; the canvas handles the pointer and keys. One card shows one step after the other as they come into view.
 */
#define ENLACE_TYPE_CARD (enlace_card_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceCard, enlace_card, ENLACE, CARD, GtkWidget)

GtkWidget       *enlace_card_new          (void);
/* NULL: shows nothing and holds nothing. */
void             enlace_card_set_node     (EnlaceCard      *self,
                                           EnlaceGraphNode *node);
EnlaceGraphNode *enlace_card_get_node     (EnlaceCard      *self);
/* Shows what the node says now. For a screen reader, both nullable: `position`, "1 of 5", and `next`, "Leads to Reply". */
void             enlace_card_update       (EnlaceCard      *self,
                                           const char      *position,
                                           const char      *next);
void             enlace_card_set_selected (EnlaceCard      *self,
                                           gboolean         selected);
/* What a screen reader says: "Condition Big order?, 2 problems"; transfer full. */
char            *enlace_card_dup_label    (EnlaceGraphNode *node,
                                           const char      *position);

/* Whether it is among what was searched for. */
void             enlace_card_set_marked   (EnlaceCard      *self,
                                           gboolean         marked);

G_END_DECLS
