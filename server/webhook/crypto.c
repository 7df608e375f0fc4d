/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-webhook"

#include "server/webhook/crypto.h"

#include <string.h>

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <sodium.h>

#include "server/webhook/signature.h"

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

/* One rule */

static GBytes *
read_key (const EnlaceSignatureRule *rule,
          const char                *secret)
{
  GBytes *key;

  switch (rule->key)
    {
    case ENLACE_SIGNATURE_KEY_HEX:
      return enlace_crypto_read_hex (secret);
    case ENLACE_SIGNATURE_KEY_BASE64:
      return enlace_crypto_read_base64 (secret, TRUE);
    case ENLACE_SIGNATURE_KEY_WHSEC:
      if (g_str_has_prefix (secret, "whsec_"))
        secret += strlen ("whsec_");
      key = enlace_crypto_read_base64 (secret, TRUE);
      return key != NULL ? key : enlace_crypto_read_base64 (secret, FALSE);
    case ENLACE_SIGNATURE_KEY_WHPK:
      return g_str_has_prefix (secret, "whpk_") ? enlace_crypto_read_base64 (secret + strlen ("whpk_"), TRUE) : NULL;
    case ENLACE_SIGNATURE_KEY_TEXT:
    default:
      return g_bytes_new (secret, strlen (secret));
    }
}

static GBytes *
compute (const EnlaceSignatureRule *rule,
         GBytes                    *key,
         gconstpointer              data,
         gsize                      length)
{
  static const GChecksumType types[] = {
    [ENLACE_SIGNATURE_HMAC_SHA1] = G_CHECKSUM_SHA1,
    [ENLACE_SIGNATURE_HMAC_SHA256] = G_CHECKSUM_SHA256,
    [ENLACE_SIGNATURE_HMAC_SHA512] = G_CHECKSUM_SHA512,
  };
  guint8 hash[crypto_hash_sha256_BYTES];

  if (rule->algorithm != ENLACE_SIGNATURE_SHA256)
    return enlace_crypto_hmac (types[rule->algorithm], g_bytes_get_data (key, NULL), g_bytes_get_size (key), data, length);

  crypto_hash_sha256 (hash, data, length);

  return g_bytes_new (hash, sizeof hash);
}

gboolean
enlace_signature_rule_matches (const EnlaceSignatureRule *rule,
                               const char                *secret,
                               gconstpointer              signed_bytes,
                               gsize                      length,
                               const char                *signature)
{
  g_autoptr(GBytes) key = NULL, given = NULL, computed = NULL;

  if (*secret == '\0')
    return FALSE;
  if (rule->algorithm == ENLACE_SIGNATURE_TOKEN)
    return enlace_crypto_equal_text (secret, signature);

  given = rule->encoding == ENLACE_SIGNATURE_HEX ? enlace_crypto_read_hex (signature) : enlace_crypto_read_base64 (signature, TRUE);
  if (given == NULL || g_bytes_get_size (given) == 0 || (key = read_key (rule, secret)) == NULL || g_bytes_get_size (key) == 0)
    return FALSE;

  if (rule->algorithm == ENLACE_SIGNATURE_ED25519)
    return enlace_crypto_check_ed25519 (key, signed_bytes, length, given);
  if (rule->algorithm == ENLACE_SIGNATURE_ECDSA_P256)
    return enlace_crypto_check_ecdsa (key, signed_bytes, length, given);
  computed = compute (rule, key, signed_bytes, length);

  return enlace_crypto_equal (computed, given);
}

/* Forms */

static int
compare_text (gconstpointer a,
              gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

static char *
decode_part (const char *text,
             gsize       length)
{
  g_autoptr(GString) out = g_string_sized_new (length);

  for (gsize i = 0; i < length; i++)
    if (text[i] == '+')
      g_string_append_c (out, ' ');
    else if (text[i] == '%' && i + 2 < length && g_ascii_isxdigit (text[i + 1]) && g_ascii_isxdigit (text[i + 2]))
      {
        g_string_append_c (out, (char) (g_ascii_xdigit_value (text[i + 1]) << 4 | g_ascii_xdigit_value (text[i + 2])));
        i += 2;
      }
    else
      g_string_append_c (out, text[i]);

  return g_string_free_and_steal (g_steal_pointer (&out));
}

char *
enlace_signature_join_form (const char *form,
                            gsize       length)
{
  g_autoptr(GPtrArray) pairs = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GString) out = g_string_new (NULL);
  const char *end = form + length;

  for (const char *at = form; at < end;)
    {
      const char *stop = memchr (at, '&', end - at);
      const char *part_end = stop != NULL ? stop : end;
      const char *equals = memchr (at, '=', part_end - at);
      g_autofree char *name = decode_part (at, (equals != NULL ? equals : part_end) - at);
      g_autofree char *value = equals != NULL ? decode_part (equals + 1, part_end - equals - 1) : g_strdup ("");

      /* A byte that no text has keeps `ab`+`c` apart from `a`+`bc` while they are sorted. */
      if (part_end > at)
        g_ptr_array_add (pairs, g_strconcat (name, "\x01", value, NULL));
      at = part_end + 1;
    }

  g_ptr_array_sort (pairs, compare_text);
  for (guint i = 0; i < pairs->len; i++)
    {
      const char *pair = g_ptr_array_index (pairs, i);
      const char *value = strchr (pair, '\x01');

      if (i > 0 && strcmp (pair, g_ptr_array_index (pairs, i - 1)) == 0)
        continue;
      g_string_append_len (out, pair, value - pair);
      g_string_append (out, value + 1);
    }

  return g_string_free_and_steal (g_steal_pointer (&out));
}
