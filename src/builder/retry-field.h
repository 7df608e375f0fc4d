/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "common/value/value.h"

G_BEGIN_DECLS

/**
 * EnlaceRetryField:
 *
 * What happens when a step fails, in words and as a form.
 *
 * Signals: "changed" ().
 */
#define ENLACE_TYPE_RETRY_FIELD (enlace_retry_field_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceRetryField, enlace_retry_field, ENLACE, RETRY_FIELD, AdwPreferencesGroup)

GtkWidget   *enlace_retry_field_new       (void);
/* The step's "retry" member; nullable. */
void         enlace_retry_field_set_value (EnlaceRetryField *self,
                                           EnlaceValue      *value);
/* NULL: no further tries. Transfer full. */
EnlaceValue *enlace_retry_field_get_value (EnlaceRetryField *self);

G_END_DECLS
