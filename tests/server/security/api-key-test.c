/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include <glib.h>
#include <string.h>

#include "server/security/api-key.h"

/* The checksums were computed by another implementation of zlib's CRC-32 (Python's). */
static void
test_known_keys (void)
{
  static const char *const known[] = {
    "enl_0000000000000000000000000000002C8GjS",
    "enl_0123456789ABCDEFGHIJabcdefghij4Us3aw",
    "enl_7wdpuNWRQsjnS4euyCeJxrUR7pZANt00k7nU",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    g_assert_true (enlace_api_key_is_valid (known[i]));
}

static void
test_generated (void)
{
  g_autoptr(GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < 1000; i++)
    {
      char *key = enlace_api_key_generate ();

      g_assert_cmpuint (strlen (key), ==, ENLACE_API_KEY_LENGTH);
      g_assert_true (g_str_has_prefix (key, "enl_"));
      g_assert_true (enlace_api_key_is_valid (key));
      g_assert_true (g_hash_table_add (seen, key));
    }
}

/* Any one changed character is noticed: a CRC of 32 bits misses none. */
static void
test_typing_errors (void)
{
  g_autofree char *key = enlace_api_key_generate ();

  for (gsize i = 0; i < ENLACE_API_KEY_LENGTH; i++)
    {
      g_autofree char *wrong = g_strdup (key);

      wrong[i] = wrong[i] == 'a' ? 'b' : 'a';
      g_assert_false (enlace_api_key_is_valid (wrong));
    }
}

static void
test_forms (void)
{
  g_autofree char *key = enlace_api_key_generate ();
  g_autofree char *longer = g_strconcat (key, "0", NULL);
  g_autofree char *shorter = g_strndup (key, ENLACE_API_KEY_LENGTH - 1);

  g_assert_false (enlace_api_key_is_valid (""));
  g_assert_false (enlace_api_key_is_valid ("enl_"));
  g_assert_false (enlace_api_key_is_valid (longer));
  g_assert_false (enlace_api_key_is_valid (shorter));
  g_assert_false (enlace_api_key_is_valid ("ghp_0123456789abcdefghijABCDEFGHIJ123456"));
}

static void
test_hash (void)
{
  static const guint8 expected[32] = {
    0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23,
    0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad,
  };
  guint8 hash[32];

  enlace_api_key_hash ("abc", hash);
  g_assert_cmpmem (hash, sizeof hash, expected, sizeof expected);
}

static void
test_token (void)
{
  g_autofree char *token = enlace_token_generate (22);
  g_autofree char *other = enlace_token_generate (22);

  g_assert_cmpuint (strlen (token), ==, 22);
  for (const char *c = token; *c != '\0'; c++)
    g_assert_true (g_ascii_isalnum (*c));
  g_assert_cmpstr (token, !=, other);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/security/api-key/agrees-with-known-checksums", test_known_keys);
  g_test_add_func ("/security/api-key/is-valid-and-new-each-time", test_generated);
  g_test_add_func ("/security/api-key/notices-typing-errors", test_typing_errors);
  g_test_add_func ("/security/api-key/has-one-form", test_forms);
  g_test_add_func ("/security/api-key/is-kept-as-sha-256", test_hash);
  g_test_add_func ("/security/token/has-its-length", test_token);

  return g_test_run ();
}
