/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * enlace_text_place_find:
 * @text: a JSON text that can be read
 * @pointer: a JSON Pointer (RFC 6901) into it
 *
 * Returns: the byte at which the value begins, or, where there is none, that of the last value on the way to it
 */
gsize enlace_text_place_find (const char *text,
                              const char *pointer);

G_END_DECLS
