/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "tests/server/http/fixture.h"

/* Limits of a second or two, so that the test sees them pass. */
static const EnlaceDoorOptions impatient = {
  .max_body = 1024 * 1024, .head_seconds = 1, .body_seconds = 1, .reply_seconds = 1, .idle_seconds = 3, .max_connections = 200,
  .max_connections_per_address = 0,
};

/* Sends a byte now and then until the server has had enough; returns after how long (µs), 0 when it still listens after ten seconds. */
static gint64
drip (Client     *client,
      const char *bytes)
{
  gint64 start = g_get_monotonic_time ();

  for (gsize i = 0; i < 100; i++)
    {
      if (!client_try_send (client, bytes, strlen (bytes)) || client_is_closed (client, 0))
        return g_get_monotonic_time () - start;
      g_usleep (100 * 1000);
    }

  return 0;
}

static void
assert_cut (Client     *client,
            const char *bytes)
{
  gint64 time = drip (client, bytes);

  g_assert_cmpint (time, >, 500 * 1000);
  g_assert_cmpint (time, <, 4000 * 1000);
}

static void
test_head (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr(Client) client = client_new (fixture->port);

  client_send (client, "GET /later HTTP/1.1\r\nHost: localhost\r\nX: ");
  assert_cut (client, "x");
}

static void
test_second_head (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr(Client) client = client_new (fixture->port);
  g_autoptr(ClientReply) reply = NULL;

  client_send (client, "GET /later HTTP/1.1\r\nHost: localhost\r\n\r\n");
  reply = client_read (client);
  g_assert_cmpuint (reply->status, ==, 204);
  client_send (client, "GET /later HTTP/1.1\r\nX: ");
  assert_cut (client, "x");
}

static void
test_body (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr(Client) client = client_new (fixture->port);

  client_send (client, "POST /echo/t HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n");
  assert_cut (client, "x");
}

static void
test_chunks (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr(Client) client = client_new (fixture->port);

  client_send (client, "POST /echo/t HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
  assert_cut (client, "1\r\nx\r\n");
}

static void
test_idle (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr(Client) silent = client_new (fixture->port);
  g_autoptr(Client) idle = client_new (fixture->port);
  g_autoptr(ClientReply) reply = NULL;

  client_send (idle, "GET /later HTTP/1.1\r\nHost: localhost\r\n\r\n");
  reply = client_read (idle);
  g_assert_cmpuint (reply->status, ==, 204);
  g_assert_true (client_is_closed (silent, 5));
  g_assert_true (client_is_closed (idle, 8));
}

/* A connection that waits between its requests is in no hurry; neither is one that waits for an answer. */
static void
test_patience (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr(Client) client = client_new (fixture->port);
  g_autoptr(Client) waits = client_new (fixture->port);

  client_send (waits, "GET /never HTTP/1.1\r\nHost: localhost\r\n\r\n");
  for (gsize i = 0; i < 2; i++)
    {
      g_autoptr(ClientReply) reply = NULL;

      client_send (client, "GET /later HTTP/1.1\r\nHost: localhost\r\n\r\n");
      reply = client_read (client);
      g_assert_cmpuint (reply->status, ==, 204);
      g_assert_false (client_is_closed (client, 2));
    }
  g_assert_false (client_is_closed (waits, 0));
}

static void
test_many (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr(GPtrArray) slow = g_ptr_array_new_with_free_func ((GDestroyNotify) client_free);
  g_autoptr(ClientReply) reply = NULL;

  for (gsize i = 0; i < 150; i++)
    {
      Client *client = client_new (fixture->port);

      client_send (client, "POST /echo/t HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nx");
      g_ptr_array_add (slow, client);
    }

  /* Others are served meanwhile. */
  reply = client_request (fixture->port, "GET", "/later", NULL, NULL);
  g_assert_cmpuint (reply->status, ==, 204);
  for (gsize i = 0; i < slow->len; i++)
    g_assert_true (client_is_closed (g_ptr_array_index (slow, i), 5));
}

#define TEST(path, func) g_test_add ("/http/slow/" path, Fixture, &impatient, fixture_set_up, func, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  TEST ("cuts-off-a-slow-head", test_head);
  TEST ("cuts-off-a-slow-head-after-a-request", test_second_head);
  TEST ("cuts-off-a-slow-body", test_body);
  TEST ("cuts-off-slow-chunks", test_chunks);
  TEST ("closes-what-is-idle", test_idle);
  TEST ("is-patient-between-requests", test_patience);
  TEST ("serves-others-meanwhile", test_many);

  return g_test_run ();
}
