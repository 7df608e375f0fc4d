/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "common/value/value.h"

G_BEGIN_DECLS

/**
 * EnlaceJsonView:
 *
 * Shows a JSON value as a tree that one walks by keyboard. `Ctrl+C` copies the line in hand; a button copies the whole.
 */
#define ENLACE_TYPE_JSON_VIEW (enlace_json_view_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceJsonView, enlace_json_view, ENLACE, JSON_VIEW, GtkWidget)

/* @label: what it is, for the heading and for screen readers ("Input"). */
GtkWidget   *enlace_json_view_new       (const char     *label);
/* NULL: nothing to show. */
void         enlace_json_view_set_value (EnlaceJsonView *self,
                                         EnlaceValue    *value);
EnlaceValue *enlace_json_view_get_value (EnlaceJsonView *self);

G_END_DECLS
