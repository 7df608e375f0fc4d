/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include <string.h>

#include "common/expression/function.h"

/* Digests (FIPS 180-4; RFC 1321), HMAC (RFC 2104), base 16 and the URL-safe base 64 (RFC 4648). */

#define MAX_DIGEST 64

/* The digest that the last part of the name of a function means. */
static GChecksumType
checksum_type (const EnlaceNode *node)
{
  static const struct {
    const char    *name;
    GChecksumType  type;
  } types[] = {
    { "md5", G_CHECKSUM_MD5 }, { "sha1", G_CHECKSUM_SHA1 }, { "sha256", G_CHECKSUM_SHA256 },
    { "sha384", G_CHECKSUM_SHA384 }, { "sha512", G_CHECKSUM_SHA512 },
  };
  const char *name = strchr (node->call.name, '.') + 1;

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_str_equal (types[i].name, name))
      return types[i].type;
  g_assert_not_reached ();
}

static gboolean
call_hash (EnlaceEvaluation    *evaluation,
           const EnlaceNode    *node,
           const EnlaceOperand *arguments,
           EnlaceOperand       *out)
{
  g_autoptr(GChecksum) checksum = g_checksum_new (checksum_type (node));
  guint8 digest[MAX_DIGEST];
  gsize length, size = sizeof digest;
  const char *data;

  if (!enlace_call_accept (evaluation, node, arguments, "x"))
    return FALSE;
  data = enlace_operand_get_data (arguments, &length);
  g_checksum_update (checksum, (const guchar *) data, length);
  g_checksum_get_digest (checksum, digest, &size);
  enlace_operand_take (out, enlace_value_new_bytes (digest, size));
  return TRUE;
}

static gboolean
call_hmac (EnlaceEvaluation    *evaluation,
           const EnlaceNode    *node,
           const EnlaceOperand *arguments,
           EnlaceOperand       *out)
{
  g_autoptr(GHmac) hmac = NULL;
  guint8 digest[MAX_DIGEST];
  gsize length, size = sizeof digest;
  const char *data;

  if (!enlace_call_accept (evaluation, node, arguments, "xx"))
    return FALSE;
  data = enlace_operand_get_data (&arguments[0], &length);
  hmac = g_hmac_new (checksum_type (node), (const guchar *) data, length);
  data = enlace_operand_get_data (&arguments[1], &length);
  g_hmac_update (hmac, (const guchar *) data, length);
  g_hmac_get_digest (hmac, digest, &size);
  enlace_operand_take (out, enlace_value_new_bytes (digest, size));
  return TRUE;
}

static gboolean
call_hex_encode (EnlaceEvaluation    *evaluation,
                 const EnlaceNode    *node,
                 const EnlaceOperand *arguments,
                 EnlaceOperand       *out)
{
  static const char digits[] = "0123456789abcdef";
  g_autofree char *text = NULL;
  const char *data;
  gsize length;

  if (!enlace_call_accept (evaluation, node, arguments, "x"))
    return FALSE;
  data = enlace_operand_get_data (arguments, &length);
  if (!enlace_evaluation_charge_bytes (evaluation, 2 * length))
    return FALSE;
  text = g_malloc (2 * length + 1);
  for (gsize i = 0; i < length; i++)
    {
      text[2 * i] = digits[(guchar) data[i] >> 4];
      text[2 * i + 1] = digits[(guchar) data[i] & 15];
    }
  enlace_operand_take (out, enlace_value_new_string_len (text, 2 * length));
  return TRUE;
}

static gboolean
call_hex_decode (EnlaceEvaluation    *evaluation,
                 const EnlaceNode    *node,
                 const EnlaceOperand *arguments,
                 EnlaceOperand       *out)
{
  g_autofree guint8 *bytes = NULL;
  const char *text;
  gsize length;

  if (!enlace_call_accept (evaluation, node, arguments, "s"))
    return FALSE;
  text = enlace_operand_get_string (arguments, &length);
  if (length % 2 != 0)
    return enlace_evaluation_fail (evaluation, "the text is no base 16: it has an odd number of digits");
  bytes = g_malloc (length / 2 + 1);
  for (gsize i = 0; i < length; i += 2)
    {
      if (!g_ascii_isxdigit (text[i]) || !g_ascii_isxdigit (text[i + 1]))
        return enlace_evaluation_fail (evaluation, "the text is no base 16");
      bytes[i / 2] = g_ascii_xdigit_value (text[i]) << 4 | g_ascii_xdigit_value (text[i + 1]);
    }
  enlace_operand_take (out, enlace_value_new_bytes (bytes, length / 2));
  return TRUE;
}

static gboolean
call_base64url_encode (EnlaceEvaluation    *evaluation,
                       const EnlaceNode    *node,
                       const EnlaceOperand *arguments,
                       EnlaceOperand       *out)
{
  g_autofree char *text = NULL;
  const char *data;
  gsize length, n;

  if (!enlace_call_accept (evaluation, node, arguments, "x"))
    return FALSE;
  data = enlace_operand_get_data (arguments, &length);
  if (!enlace_evaluation_charge_bytes (evaluation, 2 * length))
    return FALSE;
  text = g_base64_encode ((const guchar *) data, length);
  for (n = 0; text[n] != '\0' && text[n] != '='; n++)
    text[n] = text[n] == '+' ? '-' : text[n] == '/' ? '_' : text[n];
  enlace_operand_take (out, enlace_value_new_string_len (text, n));
  return TRUE;
}

static gboolean
call_base64url_decode (EnlaceEvaluation    *evaluation,
                       const EnlaceNode    *node,
                       const EnlaceOperand *arguments,
                       EnlaceOperand       *out)
{
  g_autofree char *padded = NULL;
  const char *text;
  gsize length, n;

  if (!enlace_call_accept (evaluation, node, arguments, "s"))
    return FALSE;
  text = enlace_operand_get_string (arguments, &length);
  for (n = length; n > 0 && length - n < 2 && text[n - 1] == '='; n--)
    ;
  padded = g_malloc (n + 4);
  for (gsize i = 0; i < n; i++)
    {
      if (!g_ascii_isalnum (text[i]) && text[i] != '-' && text[i] != '_')
        return enlace_evaluation_fail (evaluation, "the text is no URL-safe base64");
      padded[i] = text[i] == '-' ? '+' : text[i] == '_' ? '/' : text[i];
    }
  if (n % 4 == 1 || (n < length && length % 4 != 0))
    return enlace_evaluation_fail (evaluation, "the text is no URL-safe base64");
  strcpy (padded + n, n % 4 == 2 ? "==" : n % 4 == 3 ? "=" : "");
  if (n > 0)
    g_base64_decode_inplace (padded, &n);
  enlace_operand_take (out, enlace_value_new_bytes (padded, n));
  return TRUE;
}

#define HASH(digest, words, result) \
  { "hash." digest, ENLACE_CALL_GLOBAL, 1, 1, FALSE, call_hash, NULL, \
    { "hash." digest, "hash." digest "(data: string|bytes): bytes", words, "hex.encode(hash." digest "('abc'))", "\"" result "\"" } }
#define HMAC(digest, words, result) \
  { "hmac." digest, ENLACE_CALL_GLOBAL, 2, 2, FALSE, call_hmac, NULL, \
    { "hmac." digest, "hmac." digest "(key: string|bytes, data: string|bytes): bytes", words, \
      "hex.encode(hmac." digest "('Jefe', 'what do ya want for nothing?'))", "\"" result "\"" } }

static const EnlaceFunction functions[] = {
  HASH ("md5", "The MD5 digest, for services that still ask for it: it protects nothing.", "900150983cd24fb0d6963f7d28e17f72"),
  HASH ("sha1", "The SHA-1 digest, for services that still ask for it: it protects nothing.", "a9993e364706816aba3e25717850c26c9cd0d89d"),
  HASH ("sha256", "The SHA-256 digest of a text (as UTF-8) or of bytes.", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
  HASH ("sha384", "The SHA-384 digest.",
        "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"),
  HASH ("sha512", "The SHA-512 digest.",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"),
  HMAC ("md5", "The HMAC with MD5.", "750c783e6ab0b503eaa86e310a5db738"),
  HMAC ("sha1", "The HMAC with SHA-1.", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
  HMAC ("sha256", "The HMAC with SHA-256 under a key.", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
  HMAC ("sha384", "The HMAC with SHA-384.",
        "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649"),
  HMAC ("sha512", "The HMAC with SHA-512.",
        "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"),
  { "hex.decode", ENLACE_CALL_GLOBAL, 1, 1, FALSE, call_hex_decode, NULL,
    { "hex.decode", "hex.decode(text: string): bytes", "The bytes that pairs of base-16 digits say, in either case.", "string(hex.decode('48C3b3'))", "\"Hó\"" } },
  { "hex.encode", ENLACE_CALL_GLOBAL, 1, 1, FALSE, call_hex_encode, NULL,
    { "hex.encode", "hex.encode(data: string|bytes): string", "Bytes, or a text as UTF-8, in lower-case base-16 digits.", "hex.encode('Hó')", "\"48c3b3\"" } },
  { "base64url.decode", ENLACE_CALL_GLOBAL, 1, 1, FALSE, call_base64url_decode, NULL,
    { "base64url.decode", "base64url.decode(text: string): bytes", "The bytes of URL-safe base 64, padded or not.",
      "hex.encode(base64url.decode('-_8'))", "\"fbff\"" } },
  { "base64url.encode", ENLACE_CALL_GLOBAL, 1, 1, FALSE, call_base64url_encode, NULL,
    { "base64url.encode", "base64url.encode(data: string|bytes): string", "URL-safe base 64 without padding, as JSON Web Tokens use it.",
      "base64url.encode(b'\\xfb\\xff')", "\"-_8\"" } },
};

const EnlaceFunctionLibrary enlace_digest_library = { functions, G_N_ELEMENTS (functions), "Encodings" };
