/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-security"

#include <sodium.h>
#include <string.h>
#include <zlib.h>

#include "server/security/api-key.h"

#define PREFIX         "enl_"
#define RANDOM_LENGTH  30
#define CHECK_LENGTH   6

static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

G_STATIC_ASSERT (sizeof PREFIX - 1 + RANDOM_LENGTH + CHECK_LENGTH == ENLACE_API_KEY_LENGTH);

static void
write_check (const char *random,
             char        check[CHECK_LENGTH])
{
  guint32 sum = crc32 (0, (const Bytef *) random, RANDOM_LENGTH);

  for (int i = CHECK_LENGTH - 1; i >= 0; i--)
    {
      check[i] = digits[sum % 62];
      sum /= 62;
    }
}

char *
enlace_token_generate (gsize length)
{
  char *token = g_malloc (length + 1);

  for (gsize i = 0; i < length; i++)
    token[i] = digits[randombytes_uniform (62)];
  token[length] = '\0';

  return token;
}

char *
enlace_api_key_generate (void)
{
  g_autofree char *random = enlace_token_generate (RANDOM_LENGTH);
  char check[CHECK_LENGTH + 1] = "";
  char *key;

  write_check (random, check);
  key = g_strconcat (PREFIX, random, check, NULL);
  sodium_memzero (random, RANDOM_LENGTH);

  return key;
}

gboolean
enlace_api_key_is_valid (const char *key)
{
  const char *random = key + strlen (PREFIX);
  char check[CHECK_LENGTH];

  if (strlen (key) != ENLACE_API_KEY_LENGTH || !g_str_has_prefix (key, PREFIX))
    return FALSE;

  for (gsize i = 0; i < RANDOM_LENGTH; i++)
    if (!g_ascii_isalnum (random[i]))
      return FALSE;

  write_check (random, check);

  return memcmp (check, random + RANDOM_LENGTH, CHECK_LENGTH) == 0;
}

void
enlace_api_key_hash (const char *key,
                     guint8      hash[32])
{
  crypto_hash_sha256 (hash, (const guint8 *) key, strlen (key));
}
