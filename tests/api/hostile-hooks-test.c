/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Addresses of workflows in the hands of people who mean no good: nothing of it starts a run, and the server goes on. */

#define G_LOG_DOMAIN "enlace-test"

#include <string.h>

#include "common/value/json.h"
#include "tests/support/raw.h"
#include "tests/support/server.h"

#define SECRET "0123456789abcdef"

static char *
publish (TestServer  *server,
         const char  *parameters,
         char       **address)
{
  g_autofree char *document = g_strdup_printf (
    "{\"schema\":1,\"nodes\":[{\"id\":\"hook\",\"type\":\"trigger.webhook\",\"name\":\"Hook\",\"position\":[0,0],\"parameters\":%s},"
    "{\"id\":\"reply\",\"type\":\"flow.respond\",\"name\":\"Reply\",\"position\":[240,0],\"parameters\":{\"body\":\"ok\"}}],"
    "\"edges\":[{\"from\":\"hook\",\"to\":\"reply\"}],\"notes\":[]}", parameters);

  return test_server_publish (server, "Hostile", document, address);
}

static char *
publish_signed (TestServer *server,
                const char *scheme)
{
  g_autofree char *parameters = g_strdup_printf ("{\"signature\":{\"scheme\":\"%s\"}}", scheme);
  g_autofree char *path = NULL, *id = NULL;
  char *address = NULL;
  g_autoptr(TestReply) set = NULL;

  id = publish (server, parameters, &address);
  path = g_strdup_printf ("/api/integrations/workflows/%s/secrets/signature", id);
  set = test_server_expect (server, 204, "PUT", path, "{\"value\":\"" SECRET "\"}");

  return address;
}

static void
check_no_runs (TestServer *server)
{
  g_autoptr(TestReply) runs = test_server_expect (server, 200, "GET", "/api/integrations/executions", NULL);
  g_autoptr(TestReply) health = test_server_expect (server, 200, "GET", "/healthz", NULL);

  g_assert_cmpuint (enlace_value_get_length (enlace_value_get_member (runs->body, "items")), ==, 0);
}

static void
expect_with (TestServer *server,
             guint       status,
             const char *address,
             const char *header,
             const char *body)
{
  const char *const headers[] = { header, NULL };
  g_autoptr(TestReply) reply = test_server_call (server, "POST", address, body, headers);

  g_test_message ("%.100s", header);
  g_assert_cmpuint (reply->status, ==, status);
}

/* Whatever stands where a signature should. */
static void
test_odd_signatures (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *github = publish_signed (server, "github"), *shopify = publish_signed (server, "shopify"), *stripe = publish_signed (server, "stripe");
  g_autofree char *svix = publish_signed (server, "svix"), *discord = publish_signed (server, "discord"), *sendgrid = publish_signed (server, "sendgrid");
  g_autofree char *hex = g_compute_hmac_for_string (G_CHECKSUM_SHA256, (const guchar *) SECRET, strlen (SECRET), "{}", 2);
  g_autofree char *cut = g_strndup (hex, 63), *bare = g_strconcat ("X-Hub-Signature-256: ", hex, NULL);
  g_autofree char *short_one = g_strconcat ("X-Hub-Signature-256: sha256=", cut, NULL), *long_one = g_strconcat ("X-Hub-Signature-256: sha256=", hex, "00", NULL);
  g_autofree char *twice = g_strconcat ("X-Hub-Signature-256: sha256=", hex, ", sha256=", hex, NULL);
  g_autoptr(GString) many = g_string_new ("Stripe-Signature: t=1");
  g_autofree char *zeros = g_strnfill (128, '0'), *zero_key = g_strconcat ("X-Signature-Ed25519: ", zeros, NULL);

  for (guint i = 0; i < 200; i++)
    g_string_append (many, ",v1=00");

  expect_with (server, 401, github, bare, "{}");
  expect_with (server, 401, github, short_one, "{}");
  expect_with (server, 401, github, long_one, "{}");
  expect_with (server, 401, github, twice, "{}");
  expect_with (server, 401, github, "X-Hub-Signature-256: sha256=", "{}");
  expect_with (server, 401, github, "X-Hub-Signature-256: sha1=00", "{}");
  expect_with (server, 401, github, "X-Hub-Signature-256: sha256=\xff\xfe", "{}");
  expect_with (server, 401, shopify, "X-Shopify-Hmac-Sha256: ====", "{}");
  expect_with (server, 401, shopify, "X-Shopify-Hmac-Sha256: A", "{}");
  expect_with (server, 401, stripe, many->str, "{}");
  expect_with (server, 401, stripe, "Stripe-Signature: t=99999999999999999999,v1=00", "{}");
  expect_with (server, 401, stripe, "Stripe-Signature: t=-1,v1=00", "{}");
  expect_with (server, 401, stripe, "Stripe-Signature: ,,,,=,=,t=,v1=", "{}");
  expect_with (server, 401, svix, "svix-signature: v1,,v1 v1", "{}");
  expect_with (server, 401, discord, zero_key, "{}");
  expect_with (server, 401, sendgrid, "X-Twilio-Email-Event-Webhook-Signature: MAA=", "{}");
  check_no_runs (server);
}

/* Signatures that are read out of the body: what the body is does not matter before it is signed. */
static void
test_bodies_unsigned (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *mailgun = publish_signed (server, "mailgun"), *adyen = publish_signed (server, "adyen"), *linear = publish_signed (server, "linear");
  g_autofree char *deep = g_strnfill (100000, '[');
  const char *bodies[] = {
    "", "{", "null", "[]", "\"\xff\"", "{\"signature\":\"x\"}", "{\"signature\":{\"signature\":[],\"token\":{},\"timestamp\":1}}",
    "{\"signature\":{\"signature\":\"00\",\"token\":\"a\",\"timestamp\":\"1\"}}",
    "{\"notificationItems\":[]}", "{\"notificationItems\":{\"0\":1}}",
    "{\"notificationItems\":[{\"NotificationRequestItem\":{\"additionalData\":{\"hmacSignature\":\"AAAA\"}}}]}",
    "{\"webhookTimestamp\":9223372036854775807}", NULL
  };

  bodies[G_N_ELEMENTS (bodies) - 1] = deep;
  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      expect_with (server, 401, mailgun, "X-Nothing: 1", bodies[i]);
      expect_with (server, 401, adyen, "X-Nothing: 1", bodies[i]);
      expect_with (server, 401, linear, "Linear-Signature: 00", bodies[i]);
    }
  check_no_runs (server);
}

/* A raw request with many header fields: it is answered, whatever the answer. */
static void
test_header_flood (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *address = publish_signed (server, "github");
  const char *path = strstr (address, "/hooks/");
  g_autoptr(GString) request = g_string_new (NULL);
  g_autofree char *reply = NULL;

  g_string_append_printf (request, "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nConnection: close\r\nContent-Length: 2\r\n", path, server->port);
  for (guint i = 0; i < 100; i++)
    g_string_append (request, "X-Hub-Signature-256: sha256=00\r\n");
  g_string_append (request, "\r\n{}");
  reply = test_raw_exchange (server, request->str, request->len);
  g_assert_true (g_str_has_prefix (reply, "HTTP/1.1 4"));
  check_no_runs (server);
}

static void
test_costly_ids (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *address = NULL;
  g_autofree char *id = publish (server, "{\"event_id\":\"{{ trigger.body.map(a, trigger.body.map(b, string(a) + string(b))).size() }}\"}", &address);
  g_autoptr(GString) list = g_string_new ("[0");
  gint64 began;
  g_autoptr(TestReply) small = NULL, great = NULL;

  for (guint i = 1; i < 20000; i++)
    g_string_append_printf (list, ",%u", i);
  g_string_append_c (list, ']');
  began = g_get_monotonic_time ();
  great = test_server_expect (server, 422, "POST", address, list->str);
  g_assert_cmpint (g_get_monotonic_time () - began, <, 5 * G_USEC_PER_SEC);
  check_no_runs (server);
  small = test_server_expect (server, 200, "POST", address, "[1,2]");
}

/* Many at once for an address that takes one event. */

typedef struct {
  TestServer *server;
  const char *url;
  int         n_taken;      /* atomic */
  int         n_refused;    /* atomic */
} Race;

static gpointer
race_cb (gpointer data)
{
  Race *race = data;
  g_autoptr(TestReply) reply = test_server_call (race->server, "POST", race->url, "{}", NULL);

  g_assert_true (reply->status == 202 || reply->status == 404);
  g_atomic_int_inc (reply->status == 202 ? &race->n_taken : &race->n_refused);

  return NULL;
}

static void
test_listener_race (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *id = publish (server, "{}", NULL), *path = g_strdup_printf ("/api/integrations/workflows/%s/listen", id);
  g_autoptr(TestReply) listener = test_server_expect (server, 201, "POST", path, "{}");
  Race race = { .server = server, .url = test_reply_get (listener, "url") };
  GThread *threads[8];

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("sender", race_cb, &race);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpint (race.n_taken, ==, 1);
  g_assert_cmpint (race.n_refused, ==, 7);
}

static void
test_listener_limits (void)
{
  static const char *const wishes[] = {
    "{\"timeout_seconds\":0}", "{\"timeout_seconds\":86400}", "{\"version\":2}", "{\"version\":\"newest\"}", "{\"start\":\"yes\"}", "{\"url\":\"x\"}",
  };
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *id = publish (server, "{}", NULL), *path = g_strdup_printf ("/api/integrations/workflows/%s/listen", id);
  g_autoptr(TestReply) guessed = test_server_expect (server, 404, "POST", "/hooks/test-00000000000000000000000000000000", "{}");
  g_autoptr(TestReply) bare = test_server_expect (server, 404, "POST", "/hooks/test-", "{}"), full = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (wishes); i++)
    {
      g_autoptr(TestReply) refused = test_server_expect (server, 400, "POST", path, wishes[i]);
    }
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr(TestReply) made = test_server_expect (server, 201, "POST", path, "{}");
    }
  full = test_server_expect (server, 409, "POST", path, "{}");
}

static void
test_paths (void)
{
  static const struct { const char *more; guint status; } cases[] = {
    { "", 404 }, { "/", 404 }, { "/a", 404 }, { "/a/b", 200 }, { "/a/b/c", 404 }, { "/a/%2e%2e", 404 }, { "/a/%2f", 404 }, { "/a/%00", 400 },
    { "/a/%ff", 400 }, { "/a//b", 404 }, { "/A/b", 404 }, { "/a/%7Bx%7D", 200 }, { "/a/\xc3\xa9", 400 },
  };
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *address = NULL, *id = publish (server, "{\"path\":\"/a/{x}\"}", &address);
  const char *path = strstr (address, "/hooks/");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *request = g_strdup_printf ("POST %s%s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
                                                  path, cases[i].more, server->port);
      g_autofree char *reply = test_raw_exchange (server, request, strlen (request));
      g_autofree char *expected = g_strdup_printf ("HTTP/1.1 %u", cases[i].status);

      g_test_message ("%s: %.12s", cases[i].more, reply);
      g_assert_true (g_str_has_prefix (reply, expected));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/api/hostile/hooks/odd-signatures-are-wrong", test_odd_signatures);
  g_test_add_func ("/api/hostile/hooks/bodies-are-not-trusted-before-they-are-signed", test_bodies_unsigned);
  g_test_add_func ("/api/hostile/hooks/many-headers-are-answered", test_header_flood);
  g_test_add_func ("/api/hostile/hooks/costly-ids-are-refused", test_costly_ids);
  g_test_add_func ("/api/hostile/hooks/a-listener-takes-one-of-many", test_listener_race);
  g_test_add_func ("/api/hostile/hooks/listeners-are-bounded", test_listener_limits);
  g_test_add_func ("/api/hostile/hooks/paths-are-matched-strictly", test_paths);

  return g_test_run ();
}
