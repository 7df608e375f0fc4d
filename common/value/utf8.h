/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The length in bytes of the UTF-8 sequence at `text`, of which `left` (at least 1) bytes are there; 0 when it is none:
 * cut off, overlong, a surrogate or beyond U+10FFFF (Unicode 16, table 3-7). */
guint    enlace_utf8_sequence (const char *text,
                               gsize       left);
/* Whether all of it is UTF-8. U+0000 is text like any other. */
gboolean enlace_utf8_validate (const char *text,
                               gsize       length);

G_END_DECLS
