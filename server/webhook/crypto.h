/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Bytes of a text; NULL: it is malformed. Base64 is the standard alphabet; with `is_padded` its `=` must be there. */
GBytes  *enlace_crypto_read_hex     (const char    *text);
GBytes  *enlace_crypto_read_base64  (const char    *text,
                                     gboolean       is_padded);
GBytes  *enlace_crypto_hmac         (GChecksumType  type,
                                     gconstpointer  key,
                                     gsize          key_length,
                                     gconstpointer  data,
                                     gsize          length);
/* In a time that depends on the lengths alone. */
gboolean enlace_crypto_equal        (GBytes        *a,
                                     GBytes        *b);
gboolean enlace_crypto_equal_text   (const char    *a,
                                     const char    *b);
/* `key`: 32 bytes; `signature`: 64. */
gboolean enlace_crypto_check_ed25519 (GBytes       *key,
                                     gconstpointer  data,
                                     gsize          length,
                                     GBytes        *signature);
/* `key`: SubjectPublicKeyInfo on the curve P-256; `signature`: DER. */
gboolean enlace_crypto_check_ecdsa  (GBytes        *key,
                                     gconstpointer  data,
                                     gsize          length,
                                     GBytes        *signature);

G_END_DECLS
