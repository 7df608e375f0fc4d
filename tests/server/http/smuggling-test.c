/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "tests/server/http/fixture.h"

/* What two servers in a row might read differently (RFC 9112, 11.2): refused, and the connection is not used again, so that what follows is
 * never taken for a request. */

#define NEXT "GET /later HTTP/1.1\r\nHost: localhost\r\n\r\n"

static const struct { const char *name; const char *text; } tricks[] = {
  { "length and encoding", "POST /echo/t HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
  { "encoding and length", "POST /echo/t HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" },
  { "two lengths", "POST /echo/t HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nContent-Length: 44\r\n\r\n" },
  { "two equal lengths", "POST /echo/t HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n" },
  { "a list of lengths", "POST /echo/t HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0, 44\r\n\r\n" },
  { "a signed length", "POST /echo/t HTTP/1.1\r\nHost: localhost\r\nContent-Length: +0\r\n\r\n" },
  { "a negative length", "POST /echo/t HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n" },
  { "an empty length", "POST /echo/t HTTP/1.1\r\nHost: localhost\r\nContent-Length:\r\n\r\n" },
  { "an endless length", "POST /echo/t HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999999\r\n\r\n" },
  { "another encoding", "POST /echo/t HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" },
  { "encodings in a row", "POST /echo/t HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" },
  { "two encodings", "POST /echo/t HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" },
  { "a space before the colon", "POST /echo/t HTTP/1.1\r\nHost: localhost\r\nContent-Length : 0\r\n\r\n" },
  { "a folded line", "POST /echo/t HTTP/1.1\r\nHost: localhost\r\nX: a\r\n Content-Length: 0\r\n\r\n" },
  { "a line without a colon", "POST /echo/t HTTP/1.1\r\nHost: localhost\r\nNonsense\r\n\r\n" },
  { "bare line feeds", "GET /later HTTP/1.1\nHost: localhost\n\n" },
  { "a bare line feed", "GET /later HTTP/1.1\r\nHost: localhost\nX: y\r\n\r\n" },
  { "a bare carriage return", "GET /later HTTP/1.1\r\nHost: localhost\r\nX: a\rb\r\n\r\n" },
  { "two hosts", "GET /later HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n" },
  { "no host", "GET /later HTTP/1.1\r\n\r\n" },
  { "a space in the target", "GET /later x HTTP/1.1\r\nHost: localhost\r\n\r\n" },
  { "an unknown version", "GET /later HTTP/2.0\r\nHost: localhost\r\n\r\n" },
  { "no version", "GET /later\r\n\r\n" },
  { "a bad chunk", "POST /echo/t HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n\r\n" },
  { "a chunk longer than any", "POST /echo/t HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n\r\n" },
  { "a chunk without an end", "POST /echo/t HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxyz\r\n0\r\n\r\n" },
};

static void
test_trick (Fixture       *fixture,
            gconstpointer  data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (tricks); i++)
    {
      g_autoptr(Client) client = client_new (fixture->port);
      g_autoptr(ClientReply) reply = NULL;
      g_autofree char *text = g_strconcat (tricks[i].text, NEXT, NULL);

      g_test_message ("%s", tricks[i].name);
      client_send (client, text);
      reply = client_read (client);
      /* A refusal, or the connection is closed without one. */
      g_assert_true (reply->status == 0 || (reply->status >= 400 && reply->status < 500) || reply->status == 505);
    }
}

/* What is refused by its length is not read on as another request. */
static void
test_closes (Fixture       *fixture,
             gconstpointer  data)
{
  for (gsize i = 0; i < 8; i++)
    {
      g_autoptr(Client) client = client_new (fixture->port);
      g_autoptr(ClientReply) reply = NULL;
      g_autoptr(ClientReply) next = NULL;
      g_autofree char *text = g_strconcat (tricks[i].text, NEXT, NULL);

      g_test_message ("%s", tricks[i].name);
      client_send (client, text);
      reply = client_read (client);
      g_assert_cmpuint (reply->status, ==, 400);
      next = client_read (client);
      g_assert_cmpuint (next->status, ==, 0);
    }
}

static void
test_nul (Fixture       *fixture,
          gconstpointer  data)
{
  static const char target[] = "GET /later\0x HTTP/1.1\r\nHost: localhost\r\n\r\n";
  static const char value[] = "GET /later HTTP/1.1\r\nHost: localhost\0.evil.example\r\n\r\n";
  g_autoptr(Client) first = client_new (fixture->port);
  g_autoptr(Client) second = client_new (fixture->port);
  g_autoptr(ClientReply) first_reply = NULL;
  g_autoptr(ClientReply) second_reply = NULL;

  client_send_bytes (first, target, sizeof target - 1);
  client_send_bytes (second, value, sizeof value - 1);
  first_reply = client_read (first);
  second_reply = client_read (second);
  g_assert_true (first_reply->status == 0 || first_reply->status == 400);
  g_assert_true (second_reply->status == 0 || second_reply->status == 400);
}

static void
test_large_heads (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autofree char *long_value = g_strnfill (64 * 1024, 'x');
  g_autofree char *long_field = g_strdup_printf ("X: %s\r\n", long_value);
  g_autofree char *long_target = g_strdup_printf ("/%s", long_value);
  g_autoptr(GString) many = g_string_new (NULL);
  g_autoptr(GString) some = g_string_new (NULL);
  g_autoptr(ClientReply) reply = NULL;

  for (gsize i = 0; i < 10000; i++)
    g_string_append_printf (many, "X-%" G_GSIZE_FORMAT ": y\r\n", i);
  for (gsize i = 0; i < 101; i++)
    g_string_append_printf (some, "X-%" G_GSIZE_FORMAT ": y\r\n", i);

  for (gsize i = 0; i < 3; i++)
    {
      g_autoptr(Client) client = client_new (fixture->port);
      g_autoptr(ClientReply) large = NULL;
      g_autofree char *text = g_strdup_printf ("GET %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n", i == 0 ? long_target : "/later",
                                               i == 1 ? long_field : i == 2 ? many->str : "");

      /* The server may close while this is still being sent. */
      if (client_try_send (client, text, strlen (text)))
        {
          large = client_read (client);
          g_assert_true (large->status == 0 || large->status == 414 || large->status == 431);
        }
    }

  reply = client_request (fixture->port, "GET", "/later", some->str, NULL);
  g_assert_cmpuint (reply->status, ==, 431);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/http/smuggling/is-refused", Fixture, NULL, fixture_set_up, test_trick, fixture_tear_down);
  g_test_add ("/http/smuggling/closes-the-connection", Fixture, NULL, fixture_set_up, test_closes, fixture_tear_down);
  g_test_add ("/http/smuggling/refuses-nul", Fixture, NULL, fixture_set_up, test_nul, fixture_tear_down);
  g_test_add ("/http/smuggling/bounds-the-head", Fixture, NULL, fixture_set_up, test_large_heads, fixture_tear_down);

  return g_test_run ();
}
