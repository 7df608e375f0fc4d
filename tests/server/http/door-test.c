/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "tests/server/http/fixture.h"

#include "common/value/json.h"

static EnlaceValue *
parse (ClientReply *reply)
{
  g_autoptr(GError) error = NULL;
  EnlaceValue *value = enlace_json_parse (reply->body->str, (gssize) reply->body->len, &error);

  g_assert_no_error (error);

  return value;
}

static void
assert_problem (ClientReply *reply,
                guint        status)
{
  g_autofree char *type = client_reply_field (reply, "Content-Type");
  g_autoptr(EnlaceValue) problem = NULL;

  g_assert_cmpuint (reply->status, ==, status);
  g_assert_cmpstr (type, ==, "application/problem+json");
  problem = parse (reply);
  g_assert_cmpint (enlace_value_get_member_int (problem, "status", 0), ==, status);
  g_assert_cmpstr (enlace_value_get_member_string (problem, "type", NULL), ==, "about:blank");
  g_assert_cmpstr (enlace_value_get_member_string (problem, "title", NULL), ==, enlace_status_phrase (status));
  g_assert_nonnull (enlace_value_get_member_string (problem, "detail", NULL));
}

static void
assert_field (ClientReply *reply,
              const char  *name,
              const char  *expected)
{
  g_autofree char *value = client_reply_field (reply, name);

  g_assert_cmpstr (value, ==, expected);
}

/* One request, one status; `fields` with CRLF each. */
static void
expect (Fixture    *fixture,
        guint       status,
        const char *method,
        const char *target,
        const char *fields,
        const char *body)
{
  g_autoptr(ClientReply) reply = client_request (fixture->port, method, target, fields, body);

  g_assert_cmpuint (reply->status, ==, status);
  if (status >= 400 && !g_str_equal (method, "HEAD"))
    assert_problem (reply, status);
}

#define THINGS "/api/integrations/things"
#define THING THINGS "/" THING_ID
#define OTHER_THING THINGS "/019b0000-0000-7000-8000-000000000002"
#define JSON "Content-Type: application/json\r\n"

static void
test_order (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *bad_host = g_strdup_printf ("GET /nothing HTTP/1.1\r\nHost: evil.example\r\n%s\r\n", fixture->bearer);
  g_autofree char *reader = fixture_bearer (fixture->reader);
  g_autofree char *reader_text = g_strconcat (reader, "Content-Type: text/plain\r\n", NULL);
  g_autofree char *text = g_strconcat (fixture->bearer, "Content-Type: text/plain\r\n", NULL);
  g_autofree char *json = g_strconcat (fixture->bearer, JSON, NULL);
  g_autofree char *stale = g_strconcat (json, "If-Match: \"6\"\r\n", NULL);
  g_autofree char *fresh = g_strconcat (json, "If-Match: \"7\"\r\n", NULL);
  g_autofree char *text_stale = g_strconcat (text, "If-Match: \"6\"\r\n", NULL);
  g_autoptr(ClientReply) reply = client_ask (fixture->port, bad_host);

  /* Each request has all the faults that come after the one that is to be named. */
  assert_problem (reply, 421);
  expect (fixture, 404, "PATCH", "/nothing", NULL, "no json");
  expect (fixture, 405, "PATCH", THINGS "/nonsense", NULL, "no json");
  expect (fixture, 401, "PUT", THINGS "/nonsense", "Content-Type: text/plain\r\n", "no json");
  expect (fixture, 403, "PUT", THINGS "/nonsense", reader_text, "no json");
  expect (fixture, 404, "PUT", THINGS "/nonsense", text, "no json");
  expect (fixture, 404, "PUT", OTHER_THING, text, "no json");
  expect (fixture, 415, "PUT", THING, text_stale, "no json");
  expect (fixture, 428, "PUT", THING, json, "no json");
  expect (fixture, 412, "PUT", THING, stale, "no json");
  expect (fixture, 400, "PUT", THING, fresh, "no json");
  expect (fixture, 200, "PUT", THING, fresh, "{}");
}

static void
test_hosts (Fixture       *fixture,
            gconstpointer  data)
{
  static const struct { const char *host; guint status; } hosts[] = {
    { "localhost", 204 }, { "LOCALHOST:1", 204 }, { "127.0.0.1", 204 }, { "127.0.0.1:7200", 204 }, { "enlace.example.com", 204 },
    { "enlace.example.com:443", 204 }, { "evil.example", 421 }, { "localhost.evil.example", 421 }, { "127.0.0.2", 421 }, { "[::1]", 421 },
    { "", 421 }, { "localhost:x", 421 }, { "localhost:99999", 421 }, { "local host", 421 }, { "a@localhost", 421 }, { "127.1", 421 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      g_autofree char *text = g_strdup_printf ("GET /later HTTP/1.1\r\nHost: %s\r\n\r\n", hosts[i].host);
      g_autofree char *open = g_strdup_printf ("GET /any-host HTTP/1.1\r\nHost: %s\r\n\r\n", hosts[i].host);
      g_autoptr(ClientReply) reply = client_ask (fixture->port, text);
      g_autoptr(ClientReply) open_reply = client_ask (fixture->port, open);

      g_test_message ("%s", hosts[i].host);
      g_assert_cmpuint (reply->status, ==, hosts[i].status);
      g_assert_cmpuint (open_reply->status, ==, 204);
    }
}

static void
test_methods (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr(ClientReply) reply = client_request (fixture->port, "DELETE", THINGS, NULL, NULL);
  g_autoptr(ClientReply) options = client_request (fixture->port, "OPTIONS", THINGS, "Origin: http://evil.example\r\n", NULL);
  g_autoptr(ClientReply) head = client_request (fixture->port, "HEAD", THINGS, fixture->bearer, NULL);
  g_autoptr(ClientReply) long_method = client_request (fixture->port, "AVERYLONGMETHODTHATNOBODYKNOWS", THINGS, NULL, NULL);
  g_autofree char *length = client_reply_field (head, "Content-Length");

  assert_problem (reply, 405);
  assert_field (reply, "Allow", "GET, HEAD, POST");
  assert_problem (options, 405);
  assert_field (options, "Access-Control-Allow-Origin", NULL);
  g_assert_cmpuint (head->status, ==, 200);
  g_assert_cmpstr (length, !=, NULL);
  g_assert_cmpstr (length, !=, "0");
  g_assert_cmpuint (long_method->status, ==, 405);
}

static void
test_paths (Fixture       *fixture,
            gconstpointer  data)
{
  static const struct { const char *target; guint status; } paths[] = {
    { "/later", 204 }, { "/%6cater", 204 }, { "/later/", 404 }, { "//later", 404 }, { "/./later", 404 }, { "/a/../later", 404 },
    { "/%2e%2e/later", 404 }, { "/later%2f", 404 }, { "/later%00", 400 }, { "/later%", 400 }, { "/later%4", 400 }, { "/later%zz", 400 },
    { "/later%ff", 400 }, { "/later?x=%00", 400 }, { "/later?x=%4", 400 }, { "/later?x=%ff", 204 }, { "later", 400 }, { "*", 400 },
    { "http://localhost/later", 204 }, { "HTTP://localhost/later", 204 }, { "http://evil.example/later", 400 }, { "http:///later", 400 },
    { "ftp://localhost/later", 400 }, { "/LATER", 404 }, { "/later;x", 404 }, { "/", 404 }, { "/later#x", 400 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_test_message ("%s", paths[i].target);
      expect (fixture, paths[i].status, "GET", paths[i].target, NULL, NULL);
    }
}

static void
test_echo (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr(ClientReply) reply = client_request (fixture->port, "PATCH", "/echo/a%2Fb%20c/d/e%2ff//g/?x=1&y=a+b%2B&x=%C3%B1&z",
                                                 "X-One: 1\r\nx-one: 2\r\nX-LATIN: \xf1\r\n", "body");
  g_autoptr(EnlaceValue) value = parse (reply);
  EnlaceValue *query = enlace_value_get_member (value, "query");
  EnlaceValue *all = enlace_value_get_member (enlace_value_get_member (value, "query_all"), "x");
  EnlaceValue *headers = enlace_value_get_member (value, "headers");

  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_cmpstr (enlace_value_get_member_string (value, "method", NULL), ==, "PATCH");
  g_assert_cmpstr (enlace_value_get_member_string (value, "token", NULL), ==, "a/b c");
  g_assert_cmpstr (enlace_value_get_member_string (value, "rest", NULL), ==, "d/e/f//g/");
  g_assert_cmpstr (enlace_value_get_member_string (value, "body", NULL), ==, "body");
  g_assert_cmpstr (enlace_value_get_member_string (query, "x", NULL), ==, "ñ");
  g_assert_cmpstr (enlace_value_get_member_string (query, "y", NULL), ==, "a b+");
  g_assert_cmpstr (enlace_value_get_member_string (query, "z", NULL), ==, "");
  g_assert_cmpuint (enlace_value_get_length (all), ==, 2);
  g_assert_cmpstr (enlace_value_get_string (enlace_value_get_element (all, 0)), ==, "1");
  g_assert_cmpstr (enlace_value_get_member_string (headers, "x-one", NULL), ==, "1, 2");
  g_assert_cmpstr (enlace_value_get_member_string (headers, "x-latin", NULL), ==, "\xef\xbf\xbd");
  g_assert_cmpstr (enlace_value_get_member_string (headers, "host", NULL), ==, "localhost");
}

static void
test_body_size (Fixture       *fixture,
                gconstpointer  data)
{
  gsize limit = 1024 * 1024;
  g_autofree char *body = g_strnfill (limit + 1, 'x');
  g_autofree char *large = g_strnfill (5 * limit, 'x');
  g_autoptr(Client) larger = client_new (fixture->port);
  g_autoptr(ClientReply) larger_reply = NULL;
  g_autoptr(Client) chunked = client_new (fixture->port);
  g_autoptr(Client) waiting = client_new (fixture->port);
  g_autoptr(ClientReply) whole = NULL;
  g_autoptr(ClientReply) refused = client_request (fixture->port, "POST", "/echo/t", NULL, body);
  g_autoptr(ClientReply) chunked_reply = NULL;
  g_autoptr(ClientReply) waiting_reply = NULL;
  g_autoptr(EnlaceValue) value = NULL;

  assert_problem (refused, 413);

  client_send (chunked, "POST /echo/t HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n100001\r\n");
  client_send_bytes (chunked, body, limit + 1);
  client_send (chunked, "\r\n0\r\n\r\n");
  chunked_reply = client_read (chunked);
  assert_problem (chunked_reply, 413);

  client_send (larger, "POST /echo/t HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n500000\r\n");
  client_send_bytes (larger, large, 5 * limit);
  client_send (larger, "\r\n0\r\n\r\n");
  larger_reply = client_read (larger);
  assert_problem (larger_reply, 413);

  /* Said beforehand, and not a byte of the body is asked for. */
  client_send (waiting, "POST /echo/t HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\nExpect: 100-continue\r\n\r\n");
  waiting_reply = client_read (waiting);
  assert_problem (waiting_reply, 413);

  body[limit] = '\0';
  whole = client_request (fixture->port, "POST", "/echo/t", NULL, body);
  value = parse (whole);
  g_assert_cmpint (enlace_value_get_member_int (value, "length", 0), ==, (gint64) limit);
}

static void
test_continue (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr(Client) client = client_new (fixture->port);
  g_autofree char *interim = NULL;
  g_autoptr(ClientReply) reply = NULL;

  client_send (client, "POST /echo/t HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  interim = client_read_until (client, "\r\n\r\n");
  g_assert_true (g_str_has_prefix (interim, "HTTP/1.1 100 "));
  client_send (client, "body");
  reply = client_read (client);
  g_assert_cmpuint (reply->status, ==, 200);
}

static void
test_keep_alive (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr(Client) client = client_new (fixture->port);

  /* All at once; the answers come in order, also after a refusal whose body is thrown away, and after one from another thread. */
  client_send (client,
               "GET /later HTTP/1.1\r\nHost: localhost\r\n\r\n"
               "POST /nothing HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nGET /"
               "POST /echo/one HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
               "GET /later HTTP/1.1\r\nHost: localhost\r\n\r\n");
  for (gsize i = 0; i < 4; i++)
    {
      static const guint statuses[] = { 204, 404, 200, 204 };
      g_autoptr(ClientReply) reply = client_read (client);

      g_assert_cmpuint (reply->status, ==, statuses[i]);
    }
}

static void
test_preconditions (Fixture       *fixture,
                    gconstpointer  data)
{
  static const struct { const char *field; guint status; gint64 revision; } fields[] = {
    { "*", 200, -1 }, { "\"7\"", 200, 7 }, { "\"6\", \"7\"", 200, 7 }, { "\"6\"", 412, 0 }, { "W/\"7\"", 412, 0 }, { "\"other\"", 412, 0 },
    { "7", 400, 0 }, { "\"7", 400, 0 }, { "*, \"7\"", 400, 0 }, { "", 400, 0 }, { ",", 400, 0 }, { ",\"7\",", 200, 7 }, { "\"07\"", 412, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_autofree char *all = g_strdup_printf ("%s" JSON "If-Match: %s\r\n", fixture->bearer, fields[i].field);
      g_autoptr(ClientReply) reply = client_request (fixture->port, "PUT", THING, all, "{\"a\":1}");

      g_test_message ("%s", fields[i].field);
      g_assert_cmpuint (reply->status, ==, fields[i].status);
      if (fields[i].status == 200)
        {
          g_autoptr(EnlaceValue) value = parse (reply);

          g_assert_cmpint (enlace_value_get_member_int (value, "revision", 0), ==, fields[i].revision);
        }
    }
}

static void
test_bodies (Fixture       *fixture,
             gconstpointer  data)
{
  static const struct { const char *type; const char *body; guint status; } bodies[] = {
    { "application/json", "{}", 201 }, { "application/json; charset=utf-8", "{}", 201 }, { "application/merge-patch+json", "{}", 201 },
    { NULL, "{}", 201 }, { NULL, NULL, 201 }, { "application/json", "[]", 400 }, { "application/json", "{", 400 },
    { "application/json", "{\"a\":1,\"a\":2}", 400 }, { "application/json", "{\"a\":\"\xff\"}", 400 }, { "text/plain", "{}", 415 },
    { "application/jsonx", "{}", 415 }, { "multipart/form-data; boundary=x", "{}", 415 }, { "", "{}", 415 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autofree char *type = bodies[i].type != NULL ? g_strdup_printf ("Content-Type: %s\r\n", bodies[i].type) : g_strdup ("");
      g_autofree char *fields = g_strconcat (fixture->bearer, type, NULL);

      g_test_message ("%s %s", bodies[i].type, bodies[i].body);
      expect (fixture, bodies[i].status, "POST", THINGS, fields, bodies[i].body);
    }
}

static void
test_deep_body (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *fields = g_strconcat (fixture->bearer, JSON, NULL);
  g_autofree char *open = g_strnfill (10000, '[');
  g_autofree char *body = g_strconcat ("{\"a\":", open, NULL);

  expect (fixture, 400, "POST", THINGS, fields, body);
}

static void
test_pages (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr(ClientReply) reply = client_request (fixture->port, "GET", THINGS "?limit=7&cursor=" THING_ID, fixture->bearer, NULL);
  g_autoptr(EnlaceValue) value = parse (reply);

  g_assert_cmpint (enlace_value_get_member_int (value, "limit", 0), ==, 7);
  g_assert_true (enlace_value_get_member_bool (value, "has_cursor", FALSE));
  expect (fixture, 200, "GET", THINGS "?limit=200", fixture->bearer, NULL);
  expect (fixture, 400, "GET", THINGS "?limit=0", fixture->bearer, NULL);
  expect (fixture, 400, "GET", THINGS "?limit=201", fixture->bearer, NULL);
  expect (fixture, 400, "GET", THINGS "?limit=x", fixture->bearer, NULL);
  expect (fixture, 400, "GET", THINGS "?cursor=x", fixture->bearer, NULL);
}

static void
test_changes (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *fields = g_strconcat (fixture->bearer, JSON, NULL);
  g_autoptr(ClientReply) made = client_request (fixture->port, "POST", THINGS, fields, "{}");
  g_autoptr(ClientReply) failed = client_request (fixture->port, "POST", THING "/fail", fields, "{}");

  g_assert_cmpuint (made->status, ==, 201);
  assert_field (made, "ETag", "\"1\"");
  assert_field (made, "X-Content-Type-Options", "nosniff");
  assert_field (made, "Cache-Control", "no-store");
  assert_field (made, "Server", NULL);
  assert_problem (failed, 409);
  g_assert_nonnull (strstr (failed->body->str, "The name is taken."));
  g_assert_cmpuint (fixture_count_made (), ==, 1);
}

static const EnlaceDoorOptions with_public_url = { .public_url = "https://Enlace.example.com/base", .max_body = 1024 * 1024, .head_seconds = 10,
                                                   .body_seconds = 30, .reply_seconds = 60, .idle_seconds = 60, .max_connections = 1000 };

#define TEST(path, func) g_test_add ("/http/door/" path, Fixture, &with_public_url, fixture_set_up, func, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  TEST ("refuses-in-order", test_order);
  TEST ("goes-by-its-hosts-alone", test_hosts);
  TEST ("names-the-methods-it-takes", test_methods);
  TEST ("takes-paths-strictly", test_paths);
  TEST ("hands-over-what-was-sent", test_echo);
  TEST ("bounds-the-body", test_body_size);
  TEST ("lets-the-client-continue", test_continue);
  TEST ("keeps-connections", test_keep_alive);
  TEST ("checks-revisions", test_preconditions);
  TEST ("reads-json-bodies", test_bodies);
  TEST ("refuses-deep-bodies", test_deep_body);
  TEST ("reads-pages", test_pages);
  TEST ("answers-after-the-change", test_changes);

  return g_test_run ();
}
