/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "src/builder/graph.h"

G_BEGIN_DECLS

/**
 * EnlaceTextView:
 *
 * A graph's document as text that can be edited. A change of the graph changes the text where it differs, so that the cursor stays. What is typed is
 * applied to the graph as one change when the typing rests, if it is a workflow; until it is one, the line that is wrong is marked, what is wrong
 * stands below, and the graph stays as it was.
 *
 * Properties (read-only): "problem", what is wrong with the text (nullable).
 */
#define ENLACE_TYPE_TEXT_VIEW (enlace_text_view_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceTextView, enlace_text_view, ENLACE, TEXT_VIEW, AdwBin)

GtkWidget     *enlace_text_view_new         (EnlaceGraph    *graph);
GtkTextBuffer *enlace_text_view_get_buffer  (EnlaceTextView *self); /* borrowed */
/* Borrowed; NULL: the text is the graph's. */
const char    *enlace_text_view_get_problem (EnlaceTextView *self);
/* The line that is marked, from 0; -1: none. */
int            enlace_text_view_get_problem_line (EnlaceTextView *self);
/* Applies what was typed at once. FALSE: it is no workflow. */
gboolean       enlace_text_view_commit      (EnlaceTextView *self);
/* Drops what was typed: the text becomes the graph's. */
void           enlace_text_view_revert      (EnlaceTextView *self);

G_END_DECLS
