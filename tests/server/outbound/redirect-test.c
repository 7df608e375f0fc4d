/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include <string.h>

#include "tests/server/outbound/exchange.h"
#include "tests/server/outbound/hostile-server.h"

typedef struct {
  HostileServer *server;
  HostileServer *other;
  EnlaceOutbound *outbound;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->server = hostile_server_new ();
  fixture->other = hostile_server_new ();
  fixture->outbound = exchange_client ("127.0.0.0/8");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  enlace_outbound_free (fixture->outbound);
  hostile_server_free (fixture->server);
  hostile_server_free (fixture->other);
}

/* A request that the server answers with `status` and `location`. */
static EnlaceOutboundRequest *
redirected (Fixture *fixture, const char *method, guint status, const char *location)
{
  g_autofree char *path = g_strdup_printf ("/redirect?%u+%s", status, location);
  g_autofree char *url = hostile_server_dup_url (fixture->server, path);

  return exchange_request (method, url);
}

static void
assert_fails (Fixture *fixture, EnlaceOutboundRequest *request, EnlaceOutboundError code)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceOutboundReply) reply = exchange_run (fixture->outbound, request, &error);

  g_assert_null (reply);
  g_test_message ("%s", error->message);
  g_assert_error (error, ENLACE_OUTBOUND_ERROR, (int) code);
  g_assert_true (enlace_outbound_error_may_have_left (error));
}

static void
test_relative (Fixture *fixture, gconstpointer data)
{
  g_autoptr(EnlaceOutboundRequest) request = redirected (fixture, "GET", 302, "/redirect?301+echo?there");
  g_autofree char *expected = hostile_server_dup_url (fixture->server, "/echo?there");
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceOutboundReply) reply = exchange_run (fixture->outbound, request, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (enlace_outbound_reply_get_status (reply), ==, 200);
  g_assert_cmpstr (enlace_outbound_reply_get_url (reply), ==, expected);
  g_assert_null (enlace_outbound_reply_get_header (reply, "location"));
}

/* What a status makes of a method and its body (RFC 9110, 15.4). */
static void
test_methods (Fixture *fixture, gconstpointer data)
{
  const struct {
    guint status;
    const char *method, *then;
    gboolean keeps_body;
  } cases[] = {
    { 301, "POST", "GET", FALSE },    { 302, "POST", "GET", FALSE },   { 303, "POST", "GET", FALSE },
    { 307, "POST", "POST", TRUE },    { 308, "POST", "POST", TRUE },   { 301, "PUT", "PUT", TRUE },
    { 302, "DELETE", "DELETE", TRUE }, { 303, "PUT", "GET", FALSE },   { 303, "HEAD", "HEAD", FALSE },
    { 301, "HEAD", "HEAD", FALSE },   { 308, "PATCH", "PATCH", TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/echo?case=%zu.", i);
      g_autofree char *line = g_strdup_printf ("%s %s HTTP/1.1\r\n", cases[i].then, path);
      g_autoptr(EnlaceOutboundRequest) request = redirected (fixture, cases[i].method, cases[i].status, path);
      g_autoptr(GBytes) body = g_bytes_new_static ("the body", 8);
      g_autoptr(EnlaceOutboundReply) reply = NULL;
      g_autoptr(GError) error = NULL;
      g_autofree char *sent = NULL;

      if (!g_str_equal (cases[i].method, "HEAD"))
        enlace_outbound_request_set_body (request, body);
      g_assert_true (enlace_outbound_request_add_header (request, "Content-Type", "text/x-test", NULL));
      reply = exchange_run (fixture->outbound, request, &error);
      g_assert_no_error (error);

      sent = hostile_server_wait_request (fixture->server, path);
      g_assert_true (g_str_has_prefix (sent, line));
      g_assert_true (g_str_has_suffix (sent, "\r\n\r\nthe body") == cases[i].keeps_body);
      if (cases[i].keeps_body)
        g_assert_nonnull (strstr (sent, "text/x-test"));
      else if (!g_str_equal (cases[i].method, "HEAD"))
        g_assert_null (strstr (sent, "text/x-test"));
    }
}

static void
test_loop (Fixture *fixture, gconstpointer data)
{
  g_autofree char *url = hostile_server_dup_url (fixture->server, "/loop");
  g_autoptr(EnlaceOutboundRequest) request = exchange_request ("GET", url);

  assert_fails (fixture, request, ENLACE_OUTBOUND_ERROR_TOO_MANY_REDIRECTS);
  g_assert_cmpuint (hostile_server_count_requests (fixture->server, "/loop"), ==, 6);
}

static void
test_not_followed (Fixture *fixture, gconstpointer data)
{
  g_autoptr(EnlaceOutboundRequest) request = redirected (fixture, "GET", 302, "/echo");
  g_autoptr(EnlaceOutboundRequest) empty = redirected (fixture, "GET", 302, "");
  g_autoptr(EnlaceOutboundReply) reply = NULL;
  g_autoptr(EnlaceOutboundReply) empty_reply = NULL;

  enlace_outbound_request_set_max_redirects (request, 0);
  reply = exchange_run (fixture->outbound, request, NULL);
  g_assert_cmpuint (enlace_outbound_reply_get_status (reply), ==, 302);
  g_assert_cmpstr (enlace_outbound_reply_get_header (reply, "location"), ==, "/echo");

  empty_reply = exchange_run (fixture->outbound, empty, NULL);
  g_assert_cmpuint (enlace_outbound_reply_get_status (empty_reply), ==, 302);
}

/* Every hop is looked at as the first one was. Refused addresses are refused without a connection: the test would
 * otherwise run into its time-out. */
static void
test_refused (Fixture *fixture, gconstpointer data)
{
  const struct {
    const char *location;
    EnlaceOutboundError code;
  } cases[] = {
    { "http://10.0.0.1/", ENLACE_OUTBOUND_ERROR_REFUSED_ADDRESS },
    { "//10.0.0.1/x", ENLACE_OUTBOUND_ERROR_REFUSED_ADDRESS },
    { "http://167772161/", ENLACE_OUTBOUND_ERROR_REFUSED_ADDRESS },
    { "http://[::1]/", ENLACE_OUTBOUND_ERROR_REFUSED_ADDRESS },
    { "http://[::ffff:10.0.0.1]/", ENLACE_OUTBOUND_ERROR_REFUSED_ADDRESS },
    { "http://169.254.169.254/latest/meta-data/", ENLACE_OUTBOUND_ERROR_REFUSED_ADDRESS },
    { "http://metadata.google.internal/", ENLACE_OUTBOUND_ERROR_REFUSED_ADDRESS },
    { "file:///etc/passwd", ENLACE_OUTBOUND_ERROR_BAD_URL },
    { "gopher://127.0.0.1:6379/_INFO", ENLACE_OUTBOUND_ERROR_BAD_URL },
    { "http://user:pass@127.0.0.1/", ENLACE_OUTBOUND_ERROR_BAD_URL },
    { "http://", ENLACE_OUTBOUND_ERROR_BAD_URL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(EnlaceOutboundRequest) request = redirected (fixture, "POST", 307, cases[i].location);

      enlace_outbound_request_set_timeout (request, 5000);
      assert_fails (fixture, request, cases[i].code);
    }
}

/* Credentials of any name stay with their origin, and do not come back on the way back. */
static void
test_credentials (Fixture *fixture, gconstpointer data)
{
  const char * const secrets[] = { "Authorization", "Cookie", "X-Api-Key", "PRIVATE-TOKEN" };
  g_autofree char *back = hostile_server_dup_url (fixture->server, "/echo?back");
  g_autofree char *back_path = g_strdup_printf ("/redirect?307+%s", back);
  g_autofree char *away = hostile_server_dup_url (fixture->other, back_path);
  g_autoptr(EnlaceOutboundRequest) request = redirected (fixture, "POST", 307, away);
  g_autoptr(GBytes) body = g_bytes_new_static ("{}", 2);
  g_autoptr(EnlaceOutboundReply) reply = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *first = NULL, *second = NULL, *third = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (secrets); i++)
    g_assert_true (enlace_outbound_request_add_header (request, secrets[i], "s3cret", NULL));
  g_assert_true (enlace_outbound_request_add_header (request, "Content-Type", "application/json", NULL));
  enlace_outbound_request_set_body (request, body);
  reply = exchange_run (fixture->outbound, request, &error);
  g_assert_no_error (error);

  first = hostile_server_wait_request (fixture->server, "/redirect");
  second = hostile_server_wait_request (fixture->other, "/redirect");
  third = hostile_server_wait_request (fixture->server, "/echo?back");
  g_assert_nonnull (strstr (first, "s3cret"));
  g_assert_null (strstr (second, "s3cret"));
  g_assert_null (strstr (third, "s3cret"));
  for (gsize i = 0; i < G_N_ELEMENTS (secrets); i++)
    {
      g_assert_nonnull (strstr (first, secrets[i]));
      g_assert_null (strstr (second, secrets[i]));
    }
  g_assert_nonnull (strstr (second, "Content-Type: application/json"));
}

static void
test_same_origin (Fixture *fixture, gconstpointer data)
{
  g_autoptr(EnlaceOutboundRequest) request = redirected (fixture, "GET", 302, "/echo?same");
  g_autoptr(EnlaceOutboundReply) reply = NULL;
  g_autofree char *sent = NULL;

  g_assert_true (enlace_outbound_request_add_header (request, "Authorization", "Bearer s3cret", NULL));
  reply = exchange_run (fixture->outbound, request, NULL);
  sent = hostile_server_wait_request (fixture->server, "/echo?same");
  g_assert_nonnull (strstr (sent, "Authorization: Bearer s3cret"));
}

/* The time given is for all hops together. */
static void
test_time (Fixture *fixture, gconstpointer data)
{
  g_autoptr(EnlaceOutboundRequest) request = redirected (fixture, "GET", 302, "/redirect?302+/hang");
  gint64 started = g_get_monotonic_time ();

  enlace_outbound_request_set_timeout (request, 400);
  assert_fails (fixture, request, ENLACE_OUTBOUND_ERROR_TIMEOUT);
  g_assert_cmpint (g_get_monotonic_time () - started, <, 3 * G_USEC_PER_SEC);
}

static void
add_test (const char *path, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add_test ("/outbound/redirect/follows-relative-ones", test_relative);
  add_test ("/outbound/redirect/changes-the-method-as-the-standard-says", test_methods);
  add_test ("/outbound/redirect/ends-a-loop", test_loop);
  add_test ("/outbound/redirect/hands-over-what-is-not-followed", test_not_followed);
  add_test ("/outbound/redirect/asks-the-guard-at-every-hop", test_refused);
  add_test ("/outbound/redirect/leaves-credentials-behind", test_credentials);
  add_test ("/outbound/redirect/keeps-credentials-at-one-origin", test_same_origin);
  add_test ("/outbound/redirect/spends-one-time-out-on-all-hops", test_time);

  return g_test_run ();
}
