/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <quickjs/quickjs.h>

/**
 * enlace_jail_read_json:
 * @big_int: the function `BigInt` of a context in which nothing has run
 *
 * JSON text → value. Whole numbers beyond ±(2⁵³ − 1) are BigInts, so that none loses a digit; members are own properties whatever their name, so that
 * `__proto__` is one as well.
 *
 * Returns: the value, or an exception
 */
JSValue enlace_jail_read_json (JSContext   *context,
                               JSValueConst big_int,
                               const char  *text,
                               size_t       length);
