/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <quickjs/quickjs.h>

#include "server/jail/buffer.h"

/**
 * enlace_jail_write_json:
 *
 * Value → JSON text as JSON.stringify() has it, `toJSON()` heeded, except that nothing is lost in silence: a BigInt keeps its digits, while NaN,
 * infinities, functions, symbols, text with half a character, Map, Set and whatever refers to itself are an exception that names the place.
 * Members that are undefined are left out; elsewhere it is null.
 *
 * Returns: false with an exception, or without one where the buffer is full
 */
bool enlace_jail_write_json (JSContext        *context,
                             JSValueConst      value,
                             EnlaceJailBuffer *out);

/* The same for people to read: everything has some form, and text alone stands without quotes. */
bool enlace_jail_write_text (JSContext        *context,
                             JSValueConst      value,
                             EnlaceJailBuffer *out);
