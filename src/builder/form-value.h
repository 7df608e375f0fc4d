/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/workflow/step-type.h"

G_BEGIN_DECLS

/* Between what a person types into an entry of a step's form and the parameter that it means. */

/* What an entry shows for a value; "" for NULL. Transfer full. */
char        *enlace_form_text_from_value (EnlaceParameterKind   kind,
                                          EnlaceValue          *value);
/* What the text means. NULL without an error: nothing, so that the parameter is absent. NULL with an error: it means nothing yet, and
 * what was there before stays. Transfer full. */
EnlaceValue *enlace_form_value_from_text (EnlaceParameterKind   kind,
                                          const char           *text,
                                          GError              **error);

/* A row of a list of fields (path ← value) or of pairs (name: value). */
typedef struct {
  char        *name;
  char        *text;
  EnlaceValue *member;   /* nullable: the row's own object in the document, so that members that are not known here are kept */
} EnlaceFormRow;

EnlaceFormRow *enlace_form_row_new       (const char           *name,
                                          const char           *text);
void           enlace_form_row_free      (EnlaceFormRow        *row);
/* Element-type EnlaceFormRow; transfer full. A value of another shape gives no rows. */
GPtrArray     *enlace_form_rows_from_value (EnlaceParameterKind kind,
                                            EnlaceValue        *value);
/* NULL: there is no row with anything in it. Of pairs with one name the last counts, and pairs without a name are left out.
 * Transfer full. */
EnlaceValue   *enlace_form_rows_to_value (EnlaceParameterKind   kind,
                                          GPtrArray            *rows);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceFormRow, enlace_form_row_free)

G_END_DECLS
