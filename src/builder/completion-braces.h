/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/workflow/step-type.h"

G_BEGIN_DECLS

/* Whether texts of a kind may hold `{{ expressions }}`. */
gboolean enlace_completion_kind_has_braces (EnlaceParameterKind  kind);
/* Where the expression stands, in bytes of `text`, in which the cursor (a byte offset) is; it need not be closed or right. In a JSON text
 * an expression ends with its string. FALSE: the cursor is in none. */
gboolean enlace_completion_find_braces     (const char          *text,
                                            gsize                cursor,
                                            gboolean             is_json,
                                            gsize               *start,
                                            gsize               *end);

G_END_DECLS
