/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "src/builder/graph-group.h"

G_BEGIN_DECLS

/**
 * EnlaceGroupCard:
 *
 * The frame of a group on the canvas: its title, which is edited in place, and its colour.
 *
 * Signal: "edited" (const char *title), when editing ended with another title.
 */
#define ENLACE_TYPE_GROUP_CARD (enlace_group_card_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceGroupCard, enlace_group_card, ENLACE, GROUP_CARD, GtkWidget)

GtkWidget        *enlace_group_card_new          (EnlaceGraphGroup *group);
EnlaceGraphGroup *enlace_group_card_get_group    (EnlaceGroupCard  *self);
/* `n_items`: how many steps and notes stand in it, for a screen reader. */
void              enlace_group_card_update       (EnlaceGroupCard  *self,
                                                  guint             n_items);
void              enlace_group_card_set_selected (EnlaceGroupCard  *self,
                                                  gboolean          selected);
void              enlace_group_card_begin_edit   (EnlaceGroupCard  *self);
void              enlace_group_card_end_edit     (EnlaceGroupCard  *self,
                                                  gboolean          keep);
gboolean          enlace_group_card_is_editing   (EnlaceGroupCard  *self);

G_END_DECLS
