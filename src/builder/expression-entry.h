/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "common/workflow/step-type.h"
#include "src/builder/sample.h"

G_BEGIN_DECLS

/**
 * EnlaceExpressionEntry:
 *
 * An entry for text that may hold `{{ expressions }}`. Under it stands the value that they have with the data of the last run, or what
 * is wrong with them.
 *
 * Signals: "changed" (): by the person, not by enlace_expression_entry_set_text(); "entered" (): it got the keyboard focus;
 * "left" (): the focus went elsewhere.
 */
#define ENLACE_TYPE_EXPRESSION_ENTRY (enlace_expression_entry_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceExpressionEntry, enlace_expression_entry, ENLACE, EXPRESSION_ENTRY, GtkWidget)

/* @kind: how the text is read, see form-value.h. @is_long: several lines. @label: for screen readers. */
GtkWidget  *enlace_expression_entry_new             (EnlaceSample          *sample,
                                                     EnlaceParameterKind    kind,
                                                     gboolean               is_long,
                                                     const char            *label);
const char *enlace_expression_entry_get_text        (EnlaceExpressionEntry *self);
void        enlace_expression_entry_set_text        (EnlaceExpressionEntry *self,
                                                     const char            *text);
void        enlace_expression_entry_set_placeholder (EnlaceExpressionEntry *self,
                                                     const char            *text);
/* What the check found; NULL: nothing. */
void        enlace_expression_entry_set_problem     (EnlaceExpressionEntry *self,
                                                     const char            *detail);
/* Puts a path where the cursor is: as `{{ path }}`, or bare where the cursor stands inside braces or the entry holds a bare expression. */
void        enlace_expression_entry_insert_path     (EnlaceExpressionEntry *self,
                                                     const char            *path);
/* The text is an expression without braces (a row of a condition). */
void        enlace_expression_entry_set_bare        (EnlaceExpressionEntry *self,
                                                     gboolean               is_bare);
void        enlace_expression_entry_focus           (EnlaceExpressionEntry *self);

/* One line of at most `length` characters that says a value; transfer full. */
char       *enlace_value_describe                   (EnlaceValue           *value,
                                                     guint                  length);

G_END_DECLS
