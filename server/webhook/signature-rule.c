/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-webhook"

#include "server/webhook/signature.h"

#include <string.h>

#include <sodium.h>

#include "server/webhook/crypto.h"

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
