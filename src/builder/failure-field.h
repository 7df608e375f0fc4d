/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "common/value/value.h"

G_BEGIN_DECLS

/**
 * EnlaceFailureField:
 *
 * What becomes of the run when a step has failed for good: a step's "on_error" and "on_error_value".
 *
 * Signals: "changed" ().
 */
#define ENLACE_TYPE_FAILURE_FIELD (enlace_failure_field_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceFailureField, enlace_failure_field, ENLACE, FAILURE_FIELD, AdwPreferencesGroup)

GtkWidget   *enlace_failure_field_new       (void);
/* The step. */
void         enlace_failure_field_set_node  (EnlaceFailureField *self,
                                             EnlaceValue        *node);
/* "on_error"; NULL: it stops. Transfer full. */
EnlaceValue *enlace_failure_field_get_way   (EnlaceFailureField *self);
/* "on_error_value"; NULL: none, or it is not JSON yet, which `is_unclear` says. Transfer full. */
EnlaceValue *enlace_failure_field_get_value (EnlaceFailureField *self,
                                             gboolean           *is_unclear);

G_END_DECLS
