/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/value/value.h"

G_BEGIN_DECLS

/* A value with each `steps.OLD` and `steps["OLD"]` inside its {{ }} templates turned into `steps.NEW`. Text outside templates and
 * string literals in them stand as they are. `ids`: old id → new id. Transfer full. */
EnlaceValue *enlace_references_rename (EnlaceValue *value,
                                       GHashTable  *ids);

G_END_DECLS
