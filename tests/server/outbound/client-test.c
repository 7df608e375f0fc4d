/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include <string.h>

#include "tests/server/outbound/exchange.h"
#include "tests/server/outbound/hostile-server.h"

typedef struct {
  HostileServer *server;
  EnlaceOutbound *outbound;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->server = hostile_server_new ();
  fixture->outbound = exchange_client ("127.0.0.0/8");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  enlace_outbound_free (fixture->outbound);
  hostile_server_free (fixture->server);
}

static EnlaceOutboundRequest *
request_for (Fixture *fixture, const char *method, const char *path)
{
  g_autofree char *url = hostile_server_dup_url (fixture->server, path);

  return exchange_request (method, url);
}

static void
set_body (EnlaceOutboundRequest *request, const char *text)
{
  g_autoptr(GBytes) body = g_bytes_new (text, strlen (text));

  enlace_outbound_request_set_body (request, body);
}

static void
assert_body (EnlaceOutboundReply *reply, const char *expected)
{
  GBytes *body = enlace_outbound_reply_get_body (reply);

  g_assert_cmpmem (g_bytes_get_data (body, NULL), g_bytes_get_size (body), expected, strlen (expected));
}

static void
test_post (Fixture *fixture, gconstpointer data)
{
  g_autoptr(EnlaceOutboundRequest) request = request_for (fixture, "POST", "/echo?q=1");
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceOutboundReply) reply = NULL;
  g_autofree char *sent = NULL;

  set_body (request, "{\"a\":1}");
  g_assert_true (enlace_outbound_request_add_header (request, "Content-Type", "application/json", &error));
  g_assert_true (enlace_outbound_request_add_header (request, "X-Empty", " ", &error));
  g_assert_true (enlace_outbound_request_add_header (request, "Idempotency-Key", "  run.n1.0 ", &error));

  reply = exchange_run (fixture->outbound, request, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (enlace_outbound_reply_get_status (reply), ==, 200);
  g_assert_cmpstr (enlace_outbound_reply_get_header (reply, "Content-Type"), ==, "text/plain");
  g_assert_cmpint (enlace_outbound_reply_get_duration (reply), >, 0);
  g_assert_cmpuint (enlace_outbound_reply_get_bytes (reply), >, 7);
  g_assert_true (g_str_has_suffix (enlace_outbound_reply_get_url (reply), "/echo?q=1"));
  assert_body (reply, "{\"a\":1}");

  sent = hostile_server_wait_request (fixture->server, "/echo");
  g_assert_true (g_str_has_prefix (sent, "POST /echo?q=1 HTTP/1.1\r\n"));
  g_assert_nonnull (strstr (sent, "\r\nContent-Type: application/json\r\n"));
  g_assert_nonnull (strstr (sent, "\r\nContent-Length: 7\r\n"));
  g_assert_nonnull (strstr (sent, "\r\nIdempotency-Key: run.n1.0\r\n"));
  g_assert_nonnull (strstr (sent, "\r\nX-Empty:"));
  g_assert_nonnull (strstr (sent, "\r\nUser-Agent: Enlace/"));
  g_assert_null (strstr (sent, "Expect"));
}

/* Each method alone, and one after another through the same easy handle. */
static void
test_methods (Fixture *fixture, gconstpointer data)
{
  const struct {
    const char *method, *body, *length;
  } cases[] = {
    { "POST", "x=1", "Content-Length: 3" }, { "GET", NULL, NULL },      { "PUT", "put", "Content-Length: 3" },
    { "HEAD", NULL, NULL },                 { "DELETE", NULL, NULL },   { "DELETE", "why", "Content-Length: 3" },
    { "POST", NULL, "Content-Length: 0" },  { "PATCH", "p", "Content-Length: 1" }, { "OPTIONS", NULL, NULL },
    { "GET", "query", "Content-Length: 5" }, { "PURGE", NULL, NULL },   { "PUT", "", "Content-Length: 0" },
    { "GET", NULL, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/echo?case=%zu.", i);
      g_autofree char *line = g_strdup_printf ("%s %s HTTP/1.1\r\n", cases[i].method, path);
      g_autoptr(EnlaceOutboundRequest) request = request_for (fixture, cases[i].method, path);
      g_autoptr(GError) error = NULL;
      g_autoptr(EnlaceOutboundReply) reply = NULL;
      g_autofree char *sent = NULL;

      if (cases[i].body != NULL)
        set_body (request, cases[i].body);
      reply = exchange_run (fixture->outbound, request, &error);
      g_assert_no_error (error);
      assert_body (reply, cases[i].body != NULL ? cases[i].body : "");

      sent = hostile_server_wait_request (fixture->server, path);
      g_assert_true (g_str_has_prefix (sent, line));
      g_assert_null (strstr (sent, "Content-Type"));
      if (cases[i].length == NULL)
        g_assert_null (strstr (sent, "Content-Length"));
      else
        g_assert_nonnull (strstr (sent, cases[i].length));
    }

  g_assert_cmpuint (hostile_server_get_n_connections (fixture->server), ==, 1);
}

static void
collect_cb (const char *name, const char *value, gpointer data)
{
  g_string_append_printf (data, "%s=%s;", name, value);
}

static void
test_headers (Fixture *fixture, gconstpointer data)
{
  g_autoptr(EnlaceOutboundRequest) request = request_for (fixture, "GET", "/headers");
  g_autoptr(EnlaceOutboundReply) reply = exchange_run (fixture->outbound, request, NULL);
  g_autoptr(GString) all = g_string_new (NULL);
  g_autofree char *joined = enlace_outbound_reply_dup_header (reply, "SET-Cookie");

  g_assert_cmpuint (enlace_outbound_reply_get_status (reply), ==, 299);
  g_assert_cmpuint (enlace_outbound_reply_get_n_headers (reply), ==, 5);
  g_assert_cmpstr (enlace_outbound_reply_get_header_name (reply, 2), ==, "vary");
  g_assert_cmpstr (enlace_outbound_reply_get_header_at (reply, 2), ==, "accept");
  g_assert_cmpstr (joined, ==, "a=1, b=2");
  g_assert_null (enlace_outbound_reply_get_header (reply, "location"));
  enlace_outbound_reply_foreach_header (reply, collect_cb, all);
  g_assert_cmpstr (all->str, ==, "set-cookie=a=1, b=2;x-empty=;vary=accept;content-length=0;");
}

static void
test_trailer (Fixture *fixture, gconstpointer data)
{
  g_autoptr(EnlaceOutboundRequest) request = request_for (fixture, "GET", "/trailer");
  g_autoptr(EnlaceOutboundReply) reply = exchange_run (fixture->outbound, request, NULL);

  g_assert_cmpuint (enlace_outbound_reply_get_status (reply), ==, 200);
  g_assert_cmpstr (enlace_outbound_reply_get_header (reply, "x-real"), ==, "yes");
  g_assert_null (enlace_outbound_reply_get_header (reply, "x-early"));
  g_assert_null (enlace_outbound_reply_get_header (reply, "x-late"));
  assert_body (reply, "ok");
}

static void
test_bad_headers (void)
{
  const struct {
    const char *name, *value;
  } cases[] = {
    { "", "x" },           { "A B", "x" },        { "A:", "x" },          { "A\r\nB", "x" },       { "X-A", "a\r\nB: c" },
    { "X-A", "a\nb" },     { "X-A", "a\001" },    { "X-A", "\177" },      { "Host", "evil" },      { "content-length", "3" },
    { "Transfer-Encoding", "chunked" }, { "CONNECTION", "close" }, { "Proxy-Authorization", "x" }, { "\303\261", "x" },
    { "Upgrade", "h2c" },  { "TE", "trailers" },  { "Expect", "100-continue" },
  };
  const char * const methods[] = { "", "GE T", "GET\r\n", "CONNECT", "TRACE", "\303\261", "G:T" };
  g_autoptr(EnlaceUrl) url = enlace_url_parse ("http://example.com/", NULL);
  g_autoptr(EnlaceOutboundRequest) request = enlace_outbound_request_new ("GET", url, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GError) error = NULL;

      if (enlace_outbound_request_add_header (request, cases[i].name, cases[i].value, &error))
        g_error ("%s: %s: accepted", cases[i].name, cases[i].value);
      g_assert_error (error, ENLACE_OUTBOUND_ERROR, ENLACE_OUTBOUND_ERROR_BAD_REQUEST);
      g_assert_false (enlace_outbound_error_may_have_left (error));
    }
  for (gsize i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_null (enlace_outbound_request_new (methods[i], url, &error));
      g_assert_error (error, ENLACE_OUTBOUND_ERROR, ENLACE_OUTBOUND_ERROR_BAD_REQUEST);
    }
}

/* 1,000 requests, 64 at a time: each gets its own reply, over few connections. */
typedef struct {
  GMutex lock;
  GCond changed;
  guint n_in_flight, n_done, n_wrong;
} Crowd;

typedef struct {
  Crowd *crowd;
  char *text;
} Member;

static void
member_cb (EnlaceOutboundReply *reply, GError *error, gpointer data)
{
  Member *member = data;
  Crowd *crowd = member->crowd;
  GBytes *body = reply != NULL ? enlace_outbound_reply_get_body (reply) : NULL;

  g_mutex_lock (&crowd->lock);
  crowd->n_in_flight--;
  crowd->n_done++;
  if (body == NULL || g_bytes_get_size (body) != strlen (member->text) ||
      memcmp (g_bytes_get_data (body, NULL), member->text, strlen (member->text)) != 0)
    crowd->n_wrong++;
  g_cond_signal (&crowd->changed);
  g_mutex_unlock (&crowd->lock);

  g_clear_pointer (&reply, enlace_outbound_reply_unref);
  g_clear_error (&error);
  g_free (member->text);
  g_free (member);
}

static void
test_crowd (Fixture *fixture, gconstpointer data)
{
  Crowd crowd = { 0 };

  g_mutex_init (&crowd.lock);
  g_cond_init (&crowd.changed);
  for (guint i = 0; i < 1000; i++)
    {
      g_autoptr(EnlaceOutboundRequest) request = request_for (fixture, "POST", "/echo");
      Member *member = g_new0 (Member, 1);

      member->crowd = &crowd;
      member->text = g_strdup_printf ("request %u", i);
      set_body (request, member->text);
      g_mutex_lock (&crowd.lock);
      while (crowd.n_in_flight == 64)
        g_cond_wait (&crowd.changed, &crowd.lock);
      crowd.n_in_flight++;
      g_mutex_unlock (&crowd.lock);
      enlace_outbound_send_async (fixture->outbound, request, NULL, member_cb, member);
    }

  g_mutex_lock (&crowd.lock);
  while (crowd.n_done < 1000)
    g_cond_wait (&crowd.changed, &crowd.lock);
  g_mutex_unlock (&crowd.lock);
  g_assert_cmpuint (crowd.n_wrong, ==, 0);
  g_assert_cmpuint (hostile_server_get_n_connections (fixture->server), <=, 64);
  g_assert_cmpuint (hostile_server_count_requests (fixture->server, "/echo"), ==, 1000);
  g_mutex_clear (&crowd.lock);
  g_cond_clear (&crowd.changed);
}

/* Awaited in a fiber, as steps do. */
static DexFuture *
fiber (gpointer data)
{
  Fixture *fixture = data;
  g_autoptr(EnlaceOutboundRequest) request = request_for (fixture, "POST", "/echo");
  g_autoptr(EnlaceOutboundRequest) lost = request_for (fixture, "POST", "/nothing");
  g_autoptr(EnlaceOutboundReply) reply = NULL;
  g_autoptr(GError) error = NULL;

  set_body (request, "from a fiber");
  reply = dex_await_boxed (enlace_outbound_send (fixture->outbound, request), &error);
  g_assert_no_error (error);
  assert_body (reply, "from a fiber");

  g_assert_null (dex_await_boxed (enlace_outbound_send (fixture->outbound, lost), &error));
  g_assert_error (error, ENLACE_OUTBOUND_ERROR, ENLACE_OUTBOUND_ERROR_LOST);
  g_assert_true (enlace_outbound_error_may_have_left (error));

  return dex_future_new_true ();
}

static void
test_fiber (Fixture *fixture, gconstpointer data)
{
  g_autoptr(DexFuture) future = dex_scheduler_spawn (NULL, 0, fiber, fixture, NULL);

  while (dex_future_is_pending (future))
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (dex_future_is_resolved (future));
}

/* Waiting for the first of two futures discards the other: its request ends, as the server sees. */
static DexFuture *
fiber_that_gives_up (gpointer data)
{
  Fixture *fixture = data;
  g_autoptr(EnlaceOutboundRequest) request = request_for (fixture, "GET", "/hang");
  g_autoptr(GError) error = NULL;

  g_assert_false (dex_await (dex_future_first (enlace_outbound_send (fixture->outbound, request),
                                               dex_timeout_new_msec (50), NULL), &error));
  g_assert_error (error, DEX_ERROR, DEX_ERROR_TIMED_OUT);

  return dex_future_new_true ();
}

static void
test_discard (Fixture *fixture, gconstpointer data)
{
  g_autoptr(DexFuture) future = dex_scheduler_spawn (NULL, 0, fiber_that_gives_up, fixture, NULL);
  gint64 started = g_get_monotonic_time ();

  while (dex_future_is_pending (future))
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (dex_future_is_resolved (future));
  g_assert_cmpint (g_get_monotonic_time () - started, <, 5 * G_USEC_PER_SEC);
}

/* The environment says where to find a proxy; nobody asks it. */
static void
test_proxy (Fixture *fixture, gconstpointer data)
{
  g_autoptr(HostileServer) proxy = hostile_server_new ();
  g_autofree char *address = hostile_server_dup_url (proxy, "");
  g_autoptr(EnlaceOutboundRequest) request = request_for (fixture, "GET", "/echo");
  g_autoptr(EnlaceOutboundReply) reply = NULL;
  g_autoptr(GError) error = NULL;

  g_setenv ("http_proxy", address, TRUE);
  g_setenv ("ALL_PROXY", address, TRUE);
  reply = exchange_run (fixture->outbound, request, &error);
  g_unsetenv ("http_proxy");
  g_unsetenv ("ALL_PROXY");
  g_assert_no_error (error);
  g_assert_cmpuint (hostile_server_get_n_connections (proxy), ==, 0);
  g_assert_cmpuint (hostile_server_get_n_connections (fixture->server), ==, 1);
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
  dex_init ();

  add_test ("/outbound/client/sends-and-receives", test_post);
  add_test ("/outbound/client/sends-every-method-over-one-connection", test_methods);
  add_test ("/outbound/client/joins-repeated-headers", test_headers);
  add_test ("/outbound/client/leaves-interim-replies-and-trailers-out", test_trailer);
  g_test_add_func ("/outbound/client/refuses-headers-that-change-the-message", test_bad_headers);
  add_test ("/outbound/client/keeps-a-crowd-of-requests-apart", test_crowd);
  add_test ("/outbound/client/answers-a-fiber", test_fiber);
  add_test ("/outbound/client/cancels-what-nobody-waits-for", test_discard);
  add_test ("/outbound/client/ignores-proxies-of-the-environment", test_proxy);

  return g_test_run ();
}
