/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "tests/server/http/fixture.h"

#define THINGS "/api/integrations/things"
#define THING THINGS "/" THING_ID

static ClientReply *
post (Fixture    *fixture,
      const char *target,
      const char *key,
      const char *body)
{
  g_autofree char *fields = g_strdup_printf ("%sContent-Type: application/json\r\nIdempotency-Key: %s\r\n", fixture->bearer, key);

  return client_request (fixture->port, "POST", target, fields, body);
}

static void
assert_replayed (ClientReply *reply,
                 const char  *expected)
{
  g_autofree char *replayed = client_reply_field (reply, "Idempotency-Replayed");

  g_assert_cmpstr (replayed, ==, expected);
}

static void
test_replay (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr(ClientReply) first = post (fixture, THINGS, "one", "{\"a\":1}");
  g_autoptr(ClientReply) second = post (fixture, THINGS, "one", "{\"a\":1}");
  g_autoptr(ClientReply) other_key = post (fixture, THINGS, "two", "{\"a\":1}");
  g_autofree char *etag = client_reply_field (second, "ETag");
  g_autofree char *type = client_reply_field (second, "Content-Type");

  g_assert_cmpuint (first->status, ==, 201);
  assert_replayed (first, NULL);
  g_assert_cmpuint (second->status, ==, 201);
  assert_replayed (second, "true");
  g_assert_cmpstr (second->body->str, ==, first->body->str);
  g_assert_cmpstr (etag, ==, "\"1\"");
  g_assert_cmpstr (type, ==, "application/json");
  assert_replayed (other_key, NULL);
  g_assert_cmpuint (fixture_count_made (), ==, 2);
}

static void
test_body (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr(ClientReply) first = post (fixture, THINGS, "one", "{\"a\":1}");
  g_autoptr(ClientReply) other = post (fixture, THINGS, "one", "{\"a\":2}");

  g_assert_cmpuint (first->status, ==, 201);
  g_assert_cmpuint (other->status, ==, 422);
  g_assert_cmpuint (fixture_count_made (), ==, 1);
}

static void
test_scope (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *fields = g_strdup_printf ("%sContent-Type: application/json\r\nIdempotency-Key: one\r\nIf-Match: *\r\n", fixture->bearer);
  g_autoptr(ClientReply) first = post (fixture, THINGS, "one", "{}");
  g_autoptr(ClientReply) elsewhere = post (fixture, THING "/fail", "one", "{}");
  g_autoptr(ClientReply) put = client_request (fixture->port, "PUT", THING, fields, "{}");

  g_assert_cmpuint (first->status, ==, 201);
  g_assert_cmpuint (elsewhere->status, ==, 409);
  assert_replayed (elsewhere, NULL);
  g_assert_nonnull (strstr (elsewhere->body->str, "The name is taken."));
  g_assert_cmpuint (put->status, ==, 200);
  assert_replayed (put, NULL);
}

/* What was refused may be tried again. */
static void
test_failure (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr(ClientReply) first = post (fixture, THING "/fail", "one", "{}");
  g_autoptr(ClientReply) second = post (fixture, THING "/fail", "one", "{\"a\":2}");

  g_assert_cmpuint (first->status, ==, 409);
  g_assert_cmpuint (second->status, ==, 409);
  g_assert_nonnull (strstr (second->body->str, "The name is taken."));
}

static void
test_secret (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr(ClientReply) first = post (fixture, THINGS, "one", "{\"secret\":true}");
  g_autoptr(ClientReply) second = post (fixture, THINGS, "one", "{\"secret\":true}");

  g_assert_cmpstr (first->body->str, ==, "{\"n\":1,\"secret\":\"hush\"}");
  g_assert_cmpstr (second->body->str, ==, "{\"n\":1,\"replayed\":true}");
}

static void
test_keys (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *longest = g_strnfill (255, 'k');
  g_autofree char *too_long = g_strnfill (256, 'k');
  g_autoptr(ClientReply) good = post (fixture, THINGS, longest, "{}");
  g_autoptr(ClientReply) bad = post (fixture, THINGS, too_long, "{}");
  g_autoptr(ClientReply) latin = post (fixture, THINGS, "\xf1", "{}");
  g_autoptr(ClientReply) empty = post (fixture, THINGS, "", "{}");
  g_autoptr(ClientReply) two = post (fixture, THINGS, "a\r\nIdempotency-Key: b", "{}");

  g_assert_cmpuint (good->status, ==, 201);
  g_assert_cmpuint (bad->status, ==, 400);
  g_assert_cmpuint (latin->status, ==, 400);
  g_assert_cmpuint (empty->status, ==, 400);
  g_assert_cmpuint (two->status, ==, 400);
}

/* Eight clients with one key at the same time: one makes the thing, the others are told to wait or get its reply. */
static gpointer
race (gpointer data)
{
  Fixture *fixture = data;
  g_autoptr(ClientReply) reply = post (fixture, THINGS, "race", "{}");

  return GUINT_TO_POINTER (reply->status);
}

static void
test_race (Fixture       *fixture,
           gconstpointer  data)
{
  GThread *threads[8];
  guint made = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("race", race, fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      guint status = GPOINTER_TO_UINT (g_thread_join (threads[i]));

      g_assert_true (status == 201 || status == 409);
      made += status == 201;
    }
  g_assert_cmpuint (made, >=, 1);
  g_assert_cmpuint (fixture_count_made (), ==, 1);
}

#define TEST(path, func) g_test_add ("/http/idempotency/" path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  TEST ("replays-the-first-reply", test_replay);
  TEST ("refuses-another-body", test_body);
  TEST ("keeps-addresses-apart", test_scope);
  TEST ("keeps-no-failure", test_failure);
  TEST ("replays-without-secrets", test_secret);
  TEST ("takes-printable-keys", test_keys);
  TEST ("does-it-once-in-a-race", test_race);

  return g_test_run ();
}
