/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A condition as rows that a person reads: "trigger.body.amount" "is greater than" "100", all or any of which must hold. */

typedef enum {
  ENLACE_COMPARISON_EQUAL,
  ENLACE_COMPARISON_NOT_EQUAL,
  ENLACE_COMPARISON_GREATER,
  ENLACE_COMPARISON_GREATER_EQUAL,
  ENLACE_COMPARISON_LESS,
  ENLACE_COMPARISON_LESS_EQUAL,
  ENLACE_COMPARISON_CONTAINS,
  ENLACE_COMPARISON_STARTS_WITH,
  ENLACE_COMPARISON_ENDS_WITH,
  ENLACE_COMPARISON_EXISTS,
  ENLACE_COMPARISON_NOT_EXISTS,
  ENLACE_COMPARISON_TRUE,
  ENLACE_N_COMPARISONS
} EnlaceComparison;

typedef struct {
  char             *left;        /* an expression */
  EnlaceComparison  comparison;
  char             *right;       /* as a person types it, see enlace_condition_literal(); "" where none is needed */
} EnlaceConditionRow;

EnlaceConditionRow *enlace_condition_row_new     (const char         *left,
                                                  EnlaceComparison    comparison,
                                                  const char         *right);
void                enlace_condition_row_free    (EnlaceConditionRow *row);
/* Translated: "is greater than". */
const char         *enlace_comparison_get_title  (EnlaceComparison    comparison);
gboolean            enlace_comparison_needs_right (EnlaceComparison   comparison);

/* The rows of a condition's text, "{{ … }}" (element-type EnlaceConditionRow, transfer full). NULL: it is more than rows can say.
 * An empty text gives no rows. `is_any`: whether one of them is enough. */
GPtrArray          *enlace_condition_parse       (const char         *text,
                                                  gboolean           *is_any);
/* "" for no rows, else the text with its braces. Rows without anything on the left are passed over. Transfer full. */
char               *enlace_condition_format      (GPtrArray          *rows,
                                                  gboolean            is_any);

/* What a person types on the right, as an expression: numbers, true, false, null, texts in quotes and what begins with a name that
 * is in scope stand as they are, other words are a text. Transfer full. */
char               *enlace_condition_literal     (const char         *typed);

G_END_DECLS
