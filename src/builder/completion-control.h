/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "common/workflow/step-type.h"
#include "src/builder/sample.h"

G_BEGIN_DECLS

/**
 * EnlaceCompletionControl:
 *
 * Completes the expression at the cursor of a text widget: opens the list while a person types, reads the keys that are for it, and puts in
 * what is taken from it.
 */
#define ENLACE_TYPE_COMPLETION_CONTROL (enlace_completion_control_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceCompletionControl, enlace_completion_control, ENLACE, COMPLETION_CONTROL, GObject)

/* `owner`, which has a layout manager, contains `target`, a GtkText or a GtkTextView; neither is kept alive. `kind`: how the text is read. */
EnlaceCompletionControl *enlace_completion_control_new      (GtkWidget               *owner,
                                                             GtkWidget               *target,
                                                             EnlaceSample            *sample,
                                                             EnlaceParameterKind      kind);
/* The whole text is an expression, without braces. */
void                     enlace_completion_control_set_bare (EnlaceCompletionControl *self,
                                                             gboolean                 is_bare);
/* The person changed the text. */
void                     enlace_completion_control_typed    (EnlaceCompletionControl *self);
/* The text is another one, and not by the person. */
void                     enlace_completion_control_reset    (EnlaceCompletionControl *self);
void                     enlace_completion_control_close    (EnlaceCompletionControl *self);

G_END_DECLS
