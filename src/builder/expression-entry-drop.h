/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "src/builder/expression-entry.h"

G_BEGIN_DECLS

/* A path that is dragged, "trigger.body.amount". It is no text, so that what takes a dropped text, such as the canvas, leaves it alone. */
#define ENLACE_TYPE_DRAGGED_PATH (enlace_dragged_path_get_type ())
typedef struct {
  char *path;
} EnlaceDraggedPath;

GType               enlace_dragged_path_get_type         (void);
GdkContentProvider *enlace_dragged_path_provide          (const char            *path);

/* `target`: the entry's GtkText or GtkTextView. What is dropped on it comes in where the pointer is. */
void                enlace_expression_entry_accept_paths (EnlaceExpressionEntry *self,
                                                          GtkWidget             *target);

G_END_DECLS
