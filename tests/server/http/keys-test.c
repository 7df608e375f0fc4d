/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "tests/server/http/fixture.h"

#include "server/security/api-key.h"

#define ANY "/api/integrations/any"

static guint
ask (Fixture    *fixture,
     const char *fields)
{
  g_autoptr(ClientReply) reply = client_request (fixture->port, "GET", ANY, fields, NULL);

  if (reply->status == 401)
    {
      g_autofree char *challenge = client_reply_field (reply, "WWW-Authenticate");

      g_assert_cmpstr (challenge, ==, "Bearer realm=\"enlace\"");
    }

  return reply->status;
}

static guint
ask_with (Fixture    *fixture,
          const char *key)
{
  g_autofree char *bearer = fixture_bearer (key);

  return ask (fixture, bearer);
}

static void
test_forms (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *lower = g_strdup_printf ("authorization: bearer   %s\r\n", fixture->key);
  g_autofree char *basic = g_strdup_printf ("Authorization: Basic %s\r\n", fixture->key);
  g_autofree char *twice = g_strconcat (fixture->bearer, fixture->bearer, NULL);
  g_autofree char *broken = g_strdup (fixture->key);
  g_autofree char *unknown = enlace_api_key_generate ();

  broken[10] = broken[10] == 'a' ? 'b' : 'a';
  g_assert_cmpuint (ask (fixture, fixture->bearer), ==, 204);
  g_assert_cmpuint (ask (fixture, lower), ==, 204);
  g_assert_cmpuint (ask (fixture, NULL), ==, 401);
  g_assert_cmpuint (ask (fixture, "Authorization: Bearer \r\n"), ==, 401);
  g_assert_cmpuint (ask (fixture, basic), ==, 401);
  g_assert_cmpuint (ask (fixture, twice), ==, 401);
  g_assert_cmpuint (ask_with (fixture, broken), ==, 401);
  g_assert_cmpuint (ask_with (fixture, unknown), ==, 401);
}

static void
test_expiry (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *expired = fixture_add_key (fixture, "[\"*\"]", 0, g_get_real_time () - G_USEC_PER_SEC);
  g_autofree char *soon = fixture_add_key (fixture, "[\"*\"]", 0, g_get_real_time () + 300 * 1000);
  gint64 until = g_get_monotonic_time () + 5 * G_USEC_PER_SEC;

  g_assert_cmpuint (ask_with (fixture, expired), ==, 401);
  g_assert_cmpuint (ask_with (fixture, soon), ==, 204);

  /* From the cache, too. */
  while (ask_with (fixture, soon) == 204)
    g_assert_cmpint (g_get_monotonic_time (), <, until);
  g_assert_cmpuint (ask_with (fixture, soon), ==, 401);
}

static void
test_limit (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *key = fixture_add_key (fixture, "[\"*\"]", 3, 0);
  g_autofree char *bearer = fixture_bearer (key);
  g_autoptr(ClientReply) reply = NULL;
  g_autofree char *wait = NULL;
  g_autofree char *policy = NULL;
  g_autofree char *left = NULL;

  for (gsize i = 0; i < 3; i++)
    g_assert_cmpuint (ask (fixture, bearer), ==, 204);
  reply = client_request (fixture->port, "GET", ANY, bearer, NULL);
  wait = client_reply_field (reply, "Retry-After");
  policy = client_reply_field (reply, "RateLimit-Policy");
  left = client_reply_field (reply, "RateLimit");

  g_assert_cmpuint (reply->status, ==, 429);
  g_assert_cmpint (atoi (wait), >=, 1);
  g_assert_cmpint (atoi (wait), <=, 21);
  g_assert_cmpstr (policy, ==, "\"key\";q=3;w=60");
  g_assert_true (g_str_has_prefix (left, "\"key\";r=0;t="));
  g_assert_cmpuint (ask (fixture, fixture->bearer), ==, 204);
}

static gboolean
touch_nobody (EnlaceWriter  *writer,
        gpointer       data,
        GError       **error)
{
  return enlace_api_keys_touch (writer, data, 1, error);
}

static gint64
read_last_use (Fixture    *fixture,
               const char *key)
{
  EnlaceReader *reader = enlace_store_acquire_reader (fixture->store);
  g_autoptr(EnlaceApiKeyRow) row = NULL;
  guint8 hash[32];

  enlace_api_key_hash (key, hash);
  row = enlace_api_keys_find (reader, hash, NULL);
  enlace_store_release_reader (fixture->store, reader);

  return row->last_used_at;
}

static void
test_last_use (Fixture       *fixture,
               gconstpointer  data)
{
  gint64 before = g_get_real_time () - G_USEC_PER_SEC, noted;
  gint64 until = g_get_monotonic_time () + 5 * G_USEC_PER_SEC;

  g_assert_cmpint (read_last_use (fixture, fixture->key), ==, 0);
  g_assert_cmpuint (ask (fixture, fixture->bearer), ==, 204);
  while ((noted = read_last_use (fixture, fixture->key)) == 0)
    g_assert_cmpint (g_get_monotonic_time (), <, until);
  g_assert_cmpint (noted, >, before);

  /* Once a minute is enough. */
  g_assert_cmpuint (ask (fixture, fixture->bearer), ==, 204);
  g_assert_true (enlace_store_submit_and_wait (fixture->store, touch_nobody, &fixture->member_id, NULL));
  g_assert_cmpint (read_last_use (fixture, fixture->key), ==, noted);
}

static void
test_forget (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr(EnlaceCredential) credential = enlace_key_cache_find (fixture->state->keys, fixture->key, NULL);
  g_autoptr(EnlaceCredential) same = enlace_key_cache_find (fixture->state->keys, fixture->key, NULL);
  g_autoptr(EnlaceCredential) fresh = NULL;

  g_assert_true (credential == same);
  enlace_key_cache_forget (fixture->state->keys, credential->row->key_hash);
  fresh = enlace_key_cache_find (fixture->state->keys, fixture->key, NULL);
  g_assert_nonnull (fresh);
  g_assert_true (fresh != credential);
  g_assert_true (enlace_key_cache_is_valid (fixture->state->keys, credential));
}

static void
test_local (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *reader = fixture_bearer (fixture->reader);
  g_autofree char *forwarded = g_strconcat ("X-Forwarded-For: 203.0.113.7\r\n", reader, NULL);
  g_autoptr(ClientReply) local = client_request (fixture->port, "GET", "/local", NULL, NULL);
  g_autoptr(ClientReply) remote = client_request (fixture->port, "GET", "/local", "X-Forwarded-For: 203.0.113.7\r\n", NULL);
  g_autoptr(ClientReply) without = client_request (fixture->port, "GET", "/local", forwarded, NULL);

  g_assert_cmpuint (local->status, ==, 204);
  g_assert_cmpuint (remote->status, ==, 401);
  g_assert_cmpuint (without->status, ==, 403);
}

#define TEST(path, func) g_test_add ("/http/keys/" path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  TEST ("take-a-bearer-alone", test_forms);
  TEST ("expire", test_expiry);
  TEST ("have-a-limit", test_limit);
  TEST ("note-their-last-use", test_last_use);
  TEST ("are-read-anew-when-changed", test_forget);
  TEST ("are-not-asked-of-this-machine", test_local);

  return g_test_run ();
}
