/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/formats/format.h"

G_BEGIN_DECLS

/**
 * enlace_text_decode:
 * @encoding: a name that iconv knows, or "auto": by the byte order mark, else UTF-8
 * @length: (out): the bytes of the result
 *
 * Text of another encoding as UTF-8. A byte order mark is no part of the text.
 *
 * Returns: (transfer full): the text, with a NUL behind it; NULL with INPUT where the bytes are no such text
 */
char *enlace_text_decode (const char         *encoding,
                          gconstpointer       data,
                          gsize               size,
                          gsize              *length,
                          GError            **error);
/* A copy with a NUL behind it, of text that may hold U+0000. */
char *enlace_text_copy   (const char         *text,
                          gsize               length);

G_END_DECLS
