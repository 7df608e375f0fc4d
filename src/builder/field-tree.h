/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "common/value/value.h"

G_BEGIN_DECLS

/**
 * EnlaceFieldTree:
 *
 * The data that an expression can read, as a tree: what started the run, and what the steps before gave.
 *
 * Signals: "chosen" (char *path): the person wants this field, "trigger.body.amount".
 */
#define ENLACE_TYPE_FIELD_TREE (enlace_field_tree_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceFieldTree, enlace_field_tree, ENLACE, FIELD_TREE, GtkWidget)

GtkWidget *enlace_field_tree_new   (const char      *label);
void       enlace_field_tree_clear (EnlaceFieldTree *self);
/* A root: how it is called, its path and its value. */
void       enlace_field_tree_add   (EnlaceFieldTree *self,
                                    const char      *title,
                                    const char      *path,
                                    EnlaceValue     *value);

G_END_DECLS
