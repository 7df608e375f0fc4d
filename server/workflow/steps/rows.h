/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/workflow/steps/step.h"

G_BEGIN_DECLS

/* A parameter that is a list of rows, of which one column is evaluated for each item: that column's value of row I becomes the parameter `NAME/I`,
 * so that each can be evaluated alone. What is left of the rows stays in `NAME`. */
EnlaceValue *enlace_step_shape_rows (EnlaceValue  *parameters,
                                     const char   *name,
                                     const char   *column);
/* The name of such a parameter (a new text). */
char        *enlace_step_name_row   (const char   *name,
                                     gsize         index);

G_END_DECLS
