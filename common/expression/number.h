/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define ENLACE_DOUBLE_TEXT_SIZE 40

/* The shortest decimal text that reads back as the same double; an exponent only from 1e21 on and below 1e-4; NaN,
 * +Infinity and -Infinity by name. Returns `text`. */
const char *enlace_double_format (double value,
                                  char   text[ENLACE_DOUBLE_TEXT_SIZE]);
/* Rounds to decimal digits (negative: before the point) as a person rounds the number's shortest text: halves go away
 * from zero, and 2.675 to two digits is 2.68 although the double lies below. */
double      enlace_double_round  (double value,
                                  int    digits);

G_END_DECLS
