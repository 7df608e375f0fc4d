/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-webhook"

#include "server/webhook/crypto.h"

#include <string.h>

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <sodium.h>

GBytes *
enlace_crypto_read_hex (const char *text)
{
  gsize length = strlen (text), n_bytes;
  g_autofree guint8 *bytes = g_malloc (length / 2 + 1);
  const char *end;

  if (length % 2 != 0 || sodium_hex2bin (bytes, length / 2 + 1, text, length, NULL, &n_bytes, &end) != 0 || *end != '\0')
    return NULL;

  return g_bytes_new_take (g_steal_pointer (&bytes), n_bytes);
}

GBytes *
enlace_crypto_read_base64 (const char *text,
                           gboolean    is_padded)
{
  gsize length = strlen (text), n_bytes;
  g_autofree guint8 *bytes = g_malloc (length + 1);
  const char *end;

  if (sodium_base642bin (bytes, length + 1, text, length, NULL, &n_bytes, &end,
                         is_padded ? sodium_base64_VARIANT_ORIGINAL : sodium_base64_VARIANT_ORIGINAL_NO_PADDING) != 0 || *end != '\0')
    return NULL;

  return g_bytes_new_take (g_steal_pointer (&bytes), n_bytes);
}

GBytes *
enlace_crypto_hmac (GChecksumType  type,
                    gconstpointer  key,
                    gsize          key_length,
                    gconstpointer  data,
                    gsize          length)
{
  g_autoptr(GHmac) hmac = g_hmac_new (type, key, key_length);
  gsize size = (gsize) g_checksum_type_get_length (type);
  guint8 *digest = g_malloc (size);

  g_hmac_update (hmac, data, (gssize) length);
  g_hmac_get_digest (hmac, digest, &size);

  return g_bytes_new_take (digest, size);
}

gboolean
enlace_crypto_equal (GBytes *a,
                     GBytes *b)
{
  gsize length = g_bytes_get_size (a);

  return length == g_bytes_get_size (b) && sodium_memcmp (g_bytes_get_data (a, NULL), g_bytes_get_data (b, NULL), length) == 0;
}

gboolean
enlace_crypto_equal_text (const char *a,
                          const char *b)
{
  gsize length = strlen (a);

  return length == strlen (b) && sodium_memcmp (a, b, length) == 0;
}

gboolean
enlace_crypto_check_ed25519 (GBytes        *key,
                             gconstpointer  data,
                             gsize          length,
                             GBytes        *signature)
{
  return g_bytes_get_size (key) == crypto_sign_PUBLICKEYBYTES && g_bytes_get_size (signature) == crypto_sign_BYTES &&
         crypto_sign_verify_detached (g_bytes_get_data (signature, NULL), data, length, g_bytes_get_data (key, NULL)) == 0;
}

static gnutls_datum_t
new_datum (gconstpointer data,
           gsize         length)
{
  return (gnutls_datum_t) { .data = (unsigned char *) data, .size = (unsigned int) length };
}

gboolean
enlace_crypto_check_ecdsa (GBytes        *key,
                           gconstpointer  data,
                           gsize          length,
                           GBytes        *signature)
{
  gnutls_datum_t key_datum = new_datum (g_bytes_get_data (key, NULL), g_bytes_get_size (key));
  gnutls_datum_t signature_datum = new_datum (g_bytes_get_data (signature, NULL), g_bytes_get_size (signature));
  gnutls_datum_t text = new_datum (data, length);
  gnutls_ecc_curve_t curve;
  gnutls_pubkey_t pubkey;
  gboolean is_right;

  if (length > G_MAXUINT || gnutls_pubkey_init (&pubkey) < 0)
    return FALSE;

  is_right = gnutls_pubkey_import (pubkey, &key_datum, GNUTLS_X509_FMT_DER) >= 0 &&
             gnutls_pubkey_export_ecc_raw2 (pubkey, &curve, NULL, NULL, 0) >= 0 && curve == GNUTLS_ECC_CURVE_SECP256R1 &&
             gnutls_pubkey_verify_data2 (pubkey, GNUTLS_SIGN_ECDSA_SHA256, 0, &text, &signature_datum) >= 0;
  gnutls_pubkey_deinit (pubkey);

  return is_right;
}
