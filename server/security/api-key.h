/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* API keys: `enl_` + 30 characters of 0-9A-Za-z + CRC-32 (zlib) of these 30 in base62, zero-padded to 6. */
#define ENLACE_API_KEY_LENGTH 40
#define ENLACE_API_KEY_PREFIX_LENGTH 12   /* what is kept readable: `enl_` and 8 characters */

char    *enlace_api_key_generate  (void);
gboolean enlace_api_key_is_valid  (const char *key);      /* form and checksum */
void     enlace_api_key_hash      (const char *key,
                                   guint8      hash[32]); /* SHA-256 */
/* A random token of `length` characters of 0-9A-Za-z (5.95 bits each). */
char    *enlace_token_generate    (gsize       length);

G_END_DECLS
