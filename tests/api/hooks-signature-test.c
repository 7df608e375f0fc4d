/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Signed events against a real server: secrets that are set and changed, questions of senders, and addresses that listen for one event. */

#define G_LOG_DOMAIN "enlace-test"

#include <string.h>

#include "common/value/json.h"
#include "tests/support/schema.h"
#include "tests/support/server.h"

#define SECRET "It's a Secret to Everybody"

static char *
document_of (const char *parameters)
{
  return g_strdup_printf (
    "{\"schema\":1,\"nodes\":[{\"id\":\"hook\",\"type\":\"trigger.webhook\",\"name\":\"Hook\",\"position\":[0,0],\"parameters\":%s},"
    "{\"id\":\"reply\",\"type\":\"flow.respond\",\"name\":\"Reply\",\"position\":[240,0],\"parameters\":{\"status\":200,\"body\":\"{{ trigger.body }}\"}}],"
    "\"edges\":[{\"from\":\"hook\",\"to\":\"reply\"}],\"notes\":[]}", parameters);
}

static char *
publish (TestServer  *server,
         const char  *parameters,
         char       **address)
{
  g_autofree char *document = document_of (parameters);

  return test_server_publish (server, "Signed", document, address);
}

static void
set_secret (TestServer *server,
            const char *workflow,
            const char *name,
            const char *value,
            guint       overlap_hours)
{
  g_autofree char *path = g_strdup_printf ("/api/integrations/workflows/%s/secrets/%s", workflow, name);
  g_autofree char *body = g_strdup_printf ("{\"value\":\"%s\",\"overlap_hours\":%u}", value, overlap_hours);
  g_autoptr(TestReply) reply = test_server_expect (server, 204, "PUT", path, body);

  g_assert_cmpstr (reply->text, ==, "");
}

/* The header of GitHub for a body; caller frees. */
static char *
sign_github (const char *secret,
             const char *body)
{
  g_autofree char *hex = g_compute_hmac_for_string (G_CHECKSUM_SHA256, (const guchar *) secret, strlen (secret), body, (gssize) strlen (body));

  return g_strconcat ("X-Hub-Signature-256: sha256=", hex, NULL);
}

static TestReply *
send_signed (TestServer *server,
             const char *address,
             const char *secret,
             const char *body,
             const char *delivery)
{
  g_autofree char *signature = sign_github (secret, body);
  g_autofree char *id = g_strconcat ("X-GitHub-Delivery: ", delivery, NULL);
  const char *const headers[] = { signature, id, NULL };

  return test_server_call (server, "POST", address, body, headers);
}

static void
expect_signed (TestServer *server,
               guint       status,
               const char *address,
               const char *secret)
{
  g_autofree char *delivery = g_uuid_string_random ();
  g_autoptr(TestReply) reply = send_signed (server, address, secret, "{\"n\":1}", delivery);

  g_assert_cmpuint (reply->status, ==, status);
}

static void
test_secrets (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *address = NULL, *id = publish (server, "{\"signature\":{\"scheme\":\"github\"}}", &address);
  g_autofree char *path = g_strconcat ("/api/integrations/workflows/", id, "/secrets", NULL);
  g_autofree char *one = g_strconcat (path, "/signature", NULL), *unknown = g_strconcat (path, "/password", NULL);
  g_autoptr(TestReply) openapi = test_server_expect (server, 200, "GET", "/api/openapi.json", NULL);
  g_autoptr(TestReply) none = test_server_expect (server, 404, "GET", one, NULL), never = test_server_expect (server, 404, "GET", unknown, NULL);
  g_autoptr(TestReply) empty = test_server_expect (server, 400, "PUT", one, "{\"value\":\"\"}");
  g_autoptr(TestReply) bare = NULL, list = NULL, changed = NULL, metrics = NULL, removed = NULL;
  g_autofree char *problem = NULL;

  expect_signed (server, 401, address, SECRET);
  set_secret (server, id, "signature", SECRET, 0);
  expect_signed (server, 200, address, SECRET);
  expect_signed (server, 401, address, "another");
  bare = test_server_expect (server, 401, "POST", address, "{}");
  g_assert_nonnull (strstr (bare->headers, "application/problem+json"));

  /* What was set is never shown. */
  list = test_server_expect (server, 200, "GET", path, NULL);
  g_assert_null (strstr (list->text, "Everybody"));
  problem = test_schema_check (openapi->body, enlace_json_pointer_get (openapi->body, "/components/schemas/hook-secret-list"), list->body);
  g_assert_cmpstr (problem, ==, NULL);
  g_assert_true (enlace_value_is_null (enlace_json_pointer_get (list->body, "/items/0/previous_until")));

  /* Both are good while a secret is changed. */
  set_secret (server, id, "signature", "second", 1);
  expect_signed (server, 200, address, SECRET);
  expect_signed (server, 200, address, "second");
  changed = test_server_expect (server, 200, "GET", one, NULL);
  g_assert_nonnull (test_reply_get (changed, "previous_until"));
  test_server_kill (server);
  test_server_start (server);
  expect_signed (server, 200, address, SECRET);
  set_secret (server, id, "signature", "third", 0);
  expect_signed (server, 401, address, SECRET);
  expect_signed (server, 401, address, "second");
  expect_signed (server, 200, address, "third");
  metrics = test_server_expect (server, 200, "GET", "/metrics", NULL);
  g_assert_nonnull (strstr (metrics->text, "enlace_events_unsigned_total 2\n"));

  removed = test_server_expect (server, 204, "DELETE", one, NULL);
  expect_signed (server, 401, address, "third");
}

/* The same delivery, sent again with its signature, is the same event. */
static void
test_replay (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *address = NULL, *id = publish (server, "{\"signature\":{\"scheme\":\"github\"},\"respond\":\"now\"}", &address);
  g_autoptr(TestReply) first = NULL, again = NULL, other = NULL;

  set_secret (server, id, "signature", SECRET, 0);
  first = send_signed (server, address, SECRET, "{}", "d1");
  again = send_signed (server, address, SECRET, "{}", "d1");
  other = send_signed (server, address, SECRET, "{}", "d2");
  g_assert_cmpuint (first->status, ==, 202);
  g_assert_cmpstr (again->text, ==, first->text);
  g_assert_cmpstr (other->text, !=, first->text);
}

static void
test_meta (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *address = NULL, *id = publish (server, "{\"signature\":{\"scheme\":\"meta\"}}", &address);
  g_autofree char *right = g_strconcat (address, "?hub.mode=subscribe&hub.verify_token=w%26d&hub.challenge=%3Cb%3E12", NULL);
  g_autofree char *wrong = g_strconcat (address, "?hub.mode=subscribe&hub.verify_token=x&hub.challenge=12", NULL);
  g_autoptr(TestReply) early = test_server_expect (server, 403, "GET", right, NULL);
  g_autoptr(TestReply) answered = NULL, refused = NULL, bare = NULL;

  set_secret (server, id, "signature", SECRET, 0);
  set_secret (server, id, "verify_token", "w&d", 0);
  answered = test_server_expect (server, 200, "GET", right, NULL);
  g_assert_cmpstr (answered->text, ==, "<b>12");
  g_assert_nonnull (strstr (answered->headers, "text/plain"));
  refused = test_server_expect (server, 403, "GET", wrong, NULL);
  bare = test_server_expect (server, 405, "GET", address, NULL);
  expect_signed (server, 200, address, SECRET);
}

static TestReply *
send_slack (TestServer *server,
            const char *address,
            const char *scheme,
            gint64      seconds,
            const char *body)
{
  g_autofree char *text = g_strdup_printf ("v0:%" G_GINT64_FORMAT ":%s", seconds, body);
  g_autofree char *hex = g_compute_hmac_for_string (G_CHECKSUM_SHA256, (const guchar *) SECRET, strlen (SECRET), text, (gssize) strlen (text));
  gboolean is_slack = strcmp (scheme, "slack") == 0;
  g_autofree char *signature = g_strdup_printf ("%s: v0=%s", is_slack ? "X-Slack-Signature" : "x-zm-signature", hex);
  g_autofree char *time = g_strdup_printf ("%s: %" G_GINT64_FORMAT, is_slack ? "X-Slack-Request-Timestamp" : "x-zm-request-timestamp", seconds);
  const char *const headers[] = { signature, time, NULL };

  return test_server_call (server, "POST", address, body, headers);
}

static void
test_challenges (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *slack = NULL, *slack_id = publish (server, "{\"signature\":{\"scheme\":\"slack\"}}", &slack);
  g_autofree char *zoom = NULL, *zoom_id = publish (server, "{\"signature\":{\"scheme\":\"zoom\",\"tolerance_s\":60}}", &zoom);
  g_autofree char *crc = NULL, *crc_id = publish (server, "{\"signature\":{\"scheme\":\"twitter\"}}", &crc);
  g_autofree char *crc_address = g_strconcat (crc, "?crc_token=abc", NULL);
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr(TestReply) verified = NULL, event = NULL, stale = NULL, zoomed = NULL, unsigned_question = NULL, zoom_stale = NULL, token = NULL;

  set_secret (server, slack_id, "signature", SECRET, 0);
  set_secret (server, zoom_id, "signature", SECRET, 0);
  set_secret (server, crc_id, "signature", SECRET, 0);

  verified = send_slack (server, slack, "slack", now, "{\"type\":\"url_verification\",\"challenge\":\"c-1\"}");
  g_assert_cmpuint (verified->status, ==, 200);
  g_assert_cmpstr (verified->text, ==, "c-1");
  event = send_slack (server, slack, "slack", now, "{\"type\":\"event_callback\",\"event_id\":\"E1\"}");
  g_assert_cmpuint (event->status, ==, 200);
  g_assert_cmpstr (test_reply_get (event, "event_id"), ==, "E1");
  stale = send_slack (server, slack, "slack", now - 400, "{\"type\":\"event_callback\"}");
  g_assert_cmpuint (stale->status, ==, 401);
  unsigned_question = test_server_expect (server, 401, "POST", slack, "{\"type\":\"url_verification\",\"challenge\":\"c-1\"}");

  zoomed = send_slack (server, zoom, "zoom", now, "{\"event\":\"endpoint.url_validation\",\"payload\":{\"plainToken\":\"p\"}}");
  g_assert_cmpstr (test_reply_get (zoomed, "plainToken"), ==, "p");
  g_assert_cmpuint (strlen (test_reply_get (zoomed, "encryptedToken")), ==, 64);
  zoom_stale = send_slack (server, zoom, "zoom", now - 100, "{}");
  g_assert_cmpuint (zoom_stale->status, ==, 401);

  token = test_server_expect (server, 200, "GET", crc_address, NULL);
  g_assert_true (g_str_has_prefix (test_reply_get (token, "response_token"), "sha256="));
}

/* Schemes that sign the address: it is the public one, as it was sent. */
static void
test_address (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *address = NULL, *id = publish (server, "{\"signature\":{\"scheme\":\"trello\"}}", &address);
  g_autofree char *deep = g_strconcat (address, "/a%20b?x=%C3%A9&y", NULL);
  g_autofree char *text = g_strconcat ("{\"n\":1}", deep, NULL);
  g_autoptr(GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA1, (const guchar *) SECRET, strlen (SECRET));
  g_autofree char *encoded = NULL, *header = NULL;
  guint8 digest[20];
  gsize length = sizeof digest;
  g_autoptr(TestReply) taken = NULL, refused = NULL;

  set_secret (server, id, "signature", SECRET, 0);
  g_hmac_update (hmac, (const guchar *) text, (gssize) strlen (text));
  g_hmac_get_digest (hmac, digest, &length);
  encoded = g_base64_encode (digest, length);
  header = g_strconcat ("X-Trello-Webhook: ", encoded, NULL);
  {
    const char *const headers[] = { header, NULL };

    taken = test_server_call (server, "POST", deep, "{\"n\":1}", headers);
    refused = test_server_call (server, "POST", address, "{\"n\":1}", headers);
  }
  g_assert_cmpuint (taken->status, ==, 200);
  g_assert_cmpuint (refused->status, ==, 401);
}

static TestReply *
listen_with (TestServer *server,
             const char *workflow,
             const char *body)
{
  g_autofree char *path = g_strdup_printf ("/api/integrations/workflows/%s/listen", workflow);

  return test_server_expect (server, 201, "POST", path, body);
}

static TestReply *
read_listener (TestServer *server,
               guint       status,
               TestReply  *listener)
{
  g_autofree char *path = g_strdup_printf ("/api/integrations/workflows/%s/listen/%s", test_reply_get (listener, "workflow_id"),
                                           test_reply_get (listener, "id"));

  return test_server_expect (server, status, "GET", path, NULL);
}

static void
test_listen (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autoptr(TestReply) openapi = test_server_expect (server, 200, "GET", "/api/openapi.json", NULL);
  g_autofree char *document = document_of ("{\"signature\":{\"scheme\":\"github\"},\"path\":\"/orders/{id}\"}");
  g_autofree char *body = g_strdup_printf ("{\"name\":\"Draft\",\"steps\":%s}", document);
  g_autoptr(TestReply) created = test_server_expect (server, 201, "POST", "/api/integrations/workflows", body);
  const char *id = test_reply_get (created, "id");
  g_autoptr(TestReply) listener = listen_with (server, id, "{}");
  g_autofree char *url = g_strconcat (test_reply_get (listener, "url"), "/orders/7", NULL), *problem = NULL;
  g_autoptr(TestReply) waiting = read_listener (server, 200, listener);
  g_autoptr(TestReply) captured = NULL, second = NULL, received = NULL, runs = NULL;

  g_assert_cmpstr (test_reply_get (waiting, "status"), ==, "waiting");
  set_secret (server, id, "signature", SECRET, 0);
  /* An event that is refused is none: the address goes on listening. */
  expect_signed (server, 401, url, "wrong");
  expect_signed (server, 404, test_reply_get (listener, "url"), SECRET);
  captured = send_signed (server, url, SECRET, "{\"n\":5}", "d");
  g_assert_cmpuint (captured->status, ==, 202);
  g_assert_cmpstr (test_reply_get (captured, "id"), ==, test_reply_get (listener, "id"));
  second = send_signed (server, url, SECRET, "{\"n\":6}", "e");
  g_assert_cmpuint (second->status, ==, 404);

  received = read_listener (server, 200, listener);
  g_assert_cmpstr (test_reply_get (received, "status"), ==, "received");
  g_assert_cmpint (enlace_value_get_int (enlace_json_pointer_get (received->body, "/event/body/n")), ==, 5);
  g_assert_cmpstr (enlace_value_get_string (enlace_json_pointer_get (received->body, "/event/params/id")), ==, "7");
  problem = test_schema_check (openapi->body, enlace_json_pointer_get (openapi->body, "/components/schemas/listener"), received->body);
  g_assert_cmpstr (problem, ==, NULL);
  runs = test_server_expect (server, 200, "GET", "/api/integrations/executions", NULL);
  g_assert_cmpuint (enlace_value_get_length (enlace_value_get_member (runs->body, "items")), ==, 0);
}

static void
test_listen_and_start (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *address = NULL, *id = publish (server, "{}", &address);
  g_autofree char *draft = document_of ("{\"methods\":[\"PUT\"]}");
  g_autofree char *steps = g_strdup_printf ("{\"steps\":%s}", draft), *path = g_strdup_printf ("/api/integrations/workflows/%s/draft", id);
  g_autofree char *listen_path = g_strdup_printf ("/api/integrations/workflows/%s/listen", id);
  g_autoptr(TestReply) no_draft = test_server_expect (server, 404, "POST", listen_path, "{\"version\":\"draft\"}");
  g_autoptr(TestReply) saved = test_server_expect (server, 200, "PUT", path, steps);
  g_autoptr(TestReply) listener = listen_with (server, id, "{\"version\":\"draft\",\"start\":true,\"timeout_seconds\":60}");
  g_autofree char *own = g_strdup_printf ("%s/%s", listen_path, test_reply_get (listener, "id"));
  g_autoptr(TestReply) refused = test_server_expect (server, 405, "POST", test_reply_get (listener, "url"), "{}");
  g_autoptr(TestReply) run = test_server_expect (server, 200, "PUT", test_reply_get (listener, "url"), "{\"n\":5}");
  g_autoptr(TestReply) received = read_listener (server, 200, listener);
  g_autofree char *execution = g_strconcat ("/api/integrations/executions/", test_reply_get (received, "execution_id"), NULL);
  g_autoptr(TestReply) read = test_server_expect (server, 200, "GET", execution, NULL);
  g_autoptr(TestReply) removed = test_server_expect (server, 204, "DELETE", own, NULL), gone = read_listener (server, 404, listener);

  g_assert_nonnull (strstr (refused->headers, "PUT"));
  g_assert_cmpint (enlace_value_get_member_int (run->body, "n", 0), ==, 5);
  g_assert_true (enlace_value_get_member_bool (read->body, "is_test", FALSE));
}

/* What cannot be used is a problem, with its place, and is not put live. */
static void
test_problems (void)
{
  static const struct { const char *parameters; const char *pointer; } cases[] = {
    { "{\"signature\":{\"scheme\":\"nobody\"}}", "/steps/nodes/0/parameters/signature" },
    { "{\"signature\":{\"scheme\":\"github\",\"secret\":\"x\"}}", "/steps/nodes/0/parameters/signature" },
    { "{\"path\":\"/{a}/{a}\"}", "/steps/nodes/0/parameters/path" },
    { "{\"allow_addresses\":[\"10.0.0.1/8\"]}", "/steps/nodes/0/parameters/allow_addresses" },
    { "{\"event_id\":\"{{ steps.reply.output }}\"}", "/steps/nodes/0/parameters/event_id" },
    { "{\"respond\":\"later\"}", "/steps/nodes/0/parameters/respond" },
  };
  g_autoptr(TestServer) server = test_server_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *document = document_of (cases[i].parameters);
      g_autofree char *body = g_strdup_printf ("{\"name\":\"Bad\",\"steps\":%s}", document);
      g_autoptr(TestReply) created = test_server_expect (server, 201, "POST", "/api/integrations/workflows", body);
      g_autofree char *path = g_strconcat ("/api/integrations/workflows/", test_reply_get (created, "id"), NULL);
      g_autoptr(TestReply) refused = test_server_expect (server, 422, "PUT", path, "{\"is_active\":true}");

      g_test_message ("%s: %s", cases[i].parameters, created->text);
      g_assert_cmpuint (enlace_value_get_length (enlace_value_get_member (created->body, "problems")), ==, 1);
      g_assert_cmpstr (enlace_value_get_string (enlace_json_pointer_get (created->body, "/problems/0/pointer")), ==, cases[i].pointer);
    }
}

static void
test_addresses (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *near = NULL, *near_id = publish (server, "{\"allow_addresses\":[\"127.0.0.0/8\"]}", &near);
  g_autofree char *far = NULL, *far_id = publish (server, "{\"allow_addresses\":[\"192.0.2.0/24\"]}", &far);
  const char *const forwarded[] = { "X-Forwarded-For: 127.0.0.1, 192.0.2.9", NULL };
  const char *const pretended[] = { "X-Forwarded-For: 192.0.2.9, 198.51.100.1", NULL };
  g_autoptr(TestReply) one = test_server_expect (server, 200, "POST", near, "{}"), two = test_server_expect (server, 403, "POST", far, "{}");
  g_autoptr(TestReply) three = test_server_call (server, "POST", far, "{}", forwarded), four = test_server_call (server, "POST", far, "{}", pretended);
  g_autoptr(TestReply) five = test_server_call (server, "POST", near, "{}", forwarded);

  g_assert_cmpuint (three->status, ==, 200);
  g_assert_cmpuint (four->status, ==, 403);
  g_assert_cmpuint (five->status, ==, 403);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/api/hooks/signature/takes-what-its-secrets-sign", test_secrets);
  g_test_add_func ("/api/hooks/signature/sent-again-is-the-same-event", test_replay);
  g_test_add_func ("/api/hooks/signature/covers-the-address", test_address);
  g_test_add_func ("/api/hooks/challenge/of-meta", test_meta);
  g_test_add_func ("/api/hooks/challenge/of-slack-zoom-and-x", test_challenges);
  g_test_add_func ("/api/hooks/listen/takes-one-event", test_listen);
  g_test_add_func ("/api/hooks/listen/starts-a-test-run", test_listen_and_start);
  g_test_add_func ("/api/hooks/refuse-what-cannot-be-used", test_problems);
  g_test_add_func ("/api/hooks/take-only-allowed-addresses", test_addresses);

  return g_test_run ();
}
