/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/value/value.h"

G_BEGIN_DECLS

/* Checks a value against a JSON Schema as our OpenAPI document uses it: type, enum, const, required, properties, additionalProperties, items,
 * oneOf, minimum, maximum, minLength, $ref into `root`. Gives what is wrong, with where; NULL: it fits. A keyword that it does not know
 * fails the test, so that nothing goes unchecked. Caller frees. */
char *test_schema_check (EnlaceValue *root,
                         EnlaceValue *schema,
                         EnlaceValue *value);

G_END_DECLS
