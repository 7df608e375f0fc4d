/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/value/value.h"

G_BEGIN_DECLS

/* One line, translated, that says what a step does, from its type and the whole node value: "POST to api.example.org", "5 fields",
 * "When a request arrives". Never empty; transfer full. */
char *enlace_summary_of_step (const char  *type,
                              EnlaceValue *node);

G_END_DECLS
