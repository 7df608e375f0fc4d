/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/value/value.h"

G_BEGIN_DECLS

/* The order of values, as data.sort and data.aggregate have it: numbers among themselves whatever their kind, texts by code point, bytes, bools
 * (false first), times, lengths of time. Values of different families have no order. */
gboolean enlace_order_is_comparable (EnlaceValue *value);
gboolean enlace_order_is_alike      (EnlaceValue *a,
                                     EnlaceValue *b);
/* Less than, equal to or greater than 0. Both must be alike. Not-a-number comes after all numbers. */
int      enlace_order_compare       (EnlaceValue *a,
                                     EnlaceValue *b);

G_END_DECLS
