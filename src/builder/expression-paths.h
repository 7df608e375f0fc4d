/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/value/value.h"

G_BEGIN_DECLS

/* What stands at the beginning of a path in an expression: `steps.order.output` has the root "steps" and the members "order", "output"; members
 * beyond the second are not told. Returns what the root and `*n_used` members are to be replaced by (transfer full), or NULL: nothing. */
typedef char *(*EnlacePathFunc) (const char *root,
                                 const char *first,   /* nullable */
                                 const char *second,  /* nullable */
                                 guint      *n_used,
                                 gpointer    user_data);

/* A value with the paths inside of its {{ }} templates replaced. Names behind a dot, in string literals and outside of templates stand as they
 * are. `bare`: a text without {{ }} is an expression too. Transfer full. */
EnlaceValue *enlace_expression_paths_replace (EnlaceValue    *value,
                                              gboolean        bare,
                                              EnlacePathFunc  func,
                                              gpointer        user_data);

G_END_DECLS
