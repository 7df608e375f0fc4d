/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A workflow's inbound address, and the product's first story: a push to GitHub is told to another system. */

#define G_LOG_DOMAIN "enlace-test"

#include <string.h>

#include "common/value/json.h"
#include "tests/support/receiver.h"
#include "tests/support/server.h"

static const char push_document[] =
  "{\"schema\":1,\"nodes\":["
  "{\"id\":\"push\",\"type\":\"trigger.webhook\",\"name\":\"A push\",\"position\":[0,0],\"parameters\":{}},"
  "{\"id\":\"main\",\"type\":\"flow.if\",\"name\":\"Default branch?\",\"position\":[240,0],\"parameters\":{\"condition\":"
  "\"{{ trigger.body.ref == 'refs/heads/' + trigger.body.repository.default_branch }}\"}},"
  "{\"id\":\"shape\",\"type\":\"data.map\",\"name\":\"Shape\",\"position\":[480,0],\"parameters\":{\"fields\":["
  "{\"path\":\"repository.name\",\"value\":\"{{ trigger.body.repository.full_name }}\"},"
  "{\"path\":\"repository.branch\",\"value\":\"{{ trigger.body.repository.default_branch }}\"},"
  "{\"path\":\"commits\",\"value\":\"{{ size(trigger.body.commits) }}\"},"
  "{\"path\":\"event\",\"value\":\"{{ trigger.headers['x-github-event'] }}\"}]}},"
  "{\"id\":\"tell\",\"type\":\"http.request\",\"name\":\"Tell\",\"position\":[720,0],\"parameters\":{\"method\":\"POST\","
  "\"url\":\"http://127.0.0.1:%u/pushes\",\"body\":\"{{ steps.shape.output }}\",\"repeat\":\"always\"}},"
  "{\"id\":\"told\",\"type\":\"flow.respond\",\"name\":\"Told\",\"position\":[960,0],\"parameters\":{\"status\":201,\"headers\":{\"x-told\":\"yes\"},"
  "\"body\":{\"told\":\"{{ steps.tell.output.body }}\",\"repository\":\"{{ steps.shape.output.repository.name }}\"}}},"
  "{\"id\":\"ignored\",\"type\":\"flow.respond\",\"name\":\"Ignored\",\"position\":[480,160],\"parameters\":{\"status\":200,\"body\":\"not the default branch: {{ trigger.body.ref }}\"}}],"
  "\"edges\":[{\"from\":\"push\",\"to\":\"main\"},{\"from\":\"main\",\"port\":\"true\",\"to\":\"shape\"},{\"from\":\"shape\",\"to\":\"tell\"},"
  "{\"from\":\"tell\",\"to\":\"told\"},{\"from\":\"main\",\"port\":\"false\",\"to\":\"ignored\"}],\"notes\":[]}";

static const char *const options[] = { "--allow-address", "127.0.0.0/8", NULL };

/* Our own push, in the members that the workflow reads. */
static const char own_push[] =
  "{\"ref\":\"refs/heads/trunk\",\"commits\":[{\"id\":\"a\"},{\"id\":\"b\"}],\"repository\":{\"full_name\":\"ada/engine\",\"default_branch\":\"trunk\"}}";
static const char own_tag[] =
  "{\"ref\":\"refs/tags/v1\",\"commits\":[],\"repository\":{\"full_name\":\"ada/engine\",\"default_branch\":\"trunk\"}}";

static const char *const push_headers[] = { "X-GitHub-Event: push", NULL };

static void
check_told (TestServer *server,
            const char *address,
            const char *body,
            const char *repository)
{
  g_autoptr(TestReply) reply = test_server_call (server, "POST", address, body, push_headers);

  g_assert_cmpuint (reply->status, ==, 201);
  g_assert_nonnull (strstr (reply->headers, "x-told: yes"));
  g_assert_true (enlace_value_get_bool (enlace_json_pointer_get (reply->body, "/told/received")));
  g_assert_cmpstr (test_reply_get (reply, "repository"), ==, repository);
}

static void
check_ignored (TestServer *server,
               const char *address,
               const char *body,
               const char *text)
{
  g_autoptr(TestReply) reply = test_server_call (server, "POST", address, body, push_headers);

  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_nonnull (strstr (reply->headers, "text/plain; charset=utf-8"));
  g_assert_cmpstr (reply->text, ==, text);
}

static void
test_push (void)
{
  g_autoptr(TestReceiver) receiver = test_receiver_new ();
  g_autoptr(TestServer) server = test_server_new (options);
  g_autofree char *document = g_strdup_printf (push_document, test_receiver_get_port (receiver));
  g_autofree char *address = NULL, *id = test_server_publish (server, "Push", document, &address);
  g_autoptr(GPtrArray) received = NULL;
  g_autoptr(EnlaceValue) told = NULL;

  check_told (server, address, own_push, "ada/engine");
  check_ignored (server, address, own_tag, "not the default branch: refs/tags/v1");

  received = test_receiver_list (receiver);
  g_assert_cmpuint (received->len, ==, 1);
  told = enlace_json_parse (((TestReceived *) g_ptr_array_index (received, 0))->body, -1, NULL);
  g_assert_cmpstr (enlace_value_get_string (enlace_json_pointer_get (told, "/repository/branch")), ==, "trunk");
  g_assert_cmpint (enlace_value_get_member_int (told, "commits", 0), ==, 2);
  g_assert_cmpstr (enlace_value_get_member_string (told, "event", NULL), ==, "push");
}

/* The body of a file of webhook payloads as JSON text. */
static char *
load_payload (const char *name)
{
  g_autofree char *path = test_data_path (name);
  g_autofree char *text = NULL;
  g_autoptr(EnlaceValue) file = NULL;
  gsize length;

  if (path == NULL)
    return NULL;

  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  file = enlace_json_parse (text, length, NULL);

  return enlace_json_format (enlace_value_get_member (file, "body"), ENLACE_JSON_COMPACT, NULL, NULL);
}

static void
test_real_push (void)
{
  g_autofree char *push = load_payload ("webhook-payloads/github/push-2.json");
  g_autofree char *tag = load_payload ("webhook-payloads/github/push.json");
  g_autoptr(TestReceiver) receiver = NULL;
  g_autoptr(TestServer) server = NULL;
  g_autofree char *document = NULL, *address = NULL, *id = NULL, *text = NULL;
  g_autoptr(EnlaceValue) pushed = NULL, tagged = NULL;

  if (push == NULL || tag == NULL)
    return g_test_skip ("the webhook payloads are not here");

  receiver = test_receiver_new ();
  server = test_server_new (options);
  document = g_strdup_printf (push_document, test_receiver_get_port (receiver));
  id = test_server_publish (server, "Push", document, &address);
  pushed = enlace_json_parse (push, -1, NULL);
  tagged = enlace_json_parse (tag, -1, NULL);
  text = g_strconcat ("not the default branch: ", enlace_value_get_member_string (tagged, "ref", NULL), NULL);

  check_told (server, address, push, enlace_value_get_string (enlace_json_pointer_get (pushed, "/repository/full_name")));
  check_ignored (server, address, tag, text);
  g_assert_cmpuint (test_receiver_get_count (receiver), ==, 1);
}

/* A workflow that answers with what it saw of the request. */
static const char mirror_document[] =
  "{\"schema\":1,\"nodes\":[{\"id\":\"hook\",\"type\":\"trigger.webhook\",\"name\":\"Hook\",\"position\":[0,0],\"parameters\":{\"methods\":[\"POST\",\"PUT\",\"GET\"]}},"
  "{\"id\":\"reply\",\"type\":\"flow.respond\",\"name\":\"Reply\",\"position\":[240,0],\"parameters\":{\"status\":200,\"body\":\"{{ trigger }}\"}}],"
  "\"edges\":[{\"from\":\"hook\",\"to\":\"reply\"}],\"notes\":[]}";

static void
test_mirror (void)
{
  const char *const form[] = { "Content-Type: application/x-www-form-urlencoded", "X-Twice: a", "X-Twice: b", NULL };
  const char *const text[] = { "Content-Type: text/plain", NULL };
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *address = NULL, *id = test_server_publish (server, "Mirror", mirror_document, &address);
  g_autofree char *deep = g_strconcat (address, "/a%20b/c?x=1&x=2&y=%C3%A9", NULL);
  g_autoptr(TestReply) json = test_server_call (server, "POST", deep, "{\"n\":1.0,\"big\":12345678901234567890}", NULL);
  g_autoptr(TestReply) malformed = test_server_call (server, "POST", address, "{\"n\":}", NULL);
  g_autoptr(TestReply) doubled = test_server_call (server, "POST", address, "{\"n\":1,\"n\":2}", NULL);
  g_autoptr(TestReply) bare = test_server_call (server, "GET", address, NULL, NULL);
  g_autoptr(TestReply) verb = test_server_call (server, "DELETE", address, NULL, NULL);

  g_assert_cmpuint (json->status, ==, 200);
  g_assert_cmpstr (test_reply_get (json, "method"), ==, "POST");
  g_assert_cmpstr (test_reply_get (json, "path"), ==, "a b/c");
  g_assert_cmpstr (enlace_value_get_string (enlace_json_pointer_get (json->body, "/query/x")), ==, "2");
  g_assert_cmpstr (enlace_value_get_string (enlace_json_pointer_get (json->body, "/query/y")), ==, "é");
  g_assert_cmpuint (enlace_value_get_length (enlace_json_pointer_get (json->body, "/query_all/x")), ==, 2);
  g_assert_nonnull (strstr (json->text, "\"body\":{\"n\":1.0,\"big\":12345678901234567890}"));
  g_assert_cmpuint (malformed->status, ==, 400);
  g_assert_cmpuint (doubled->status, ==, 400);
  g_assert_cmpuint (bare->status, ==, 200);
  g_assert_true (enlace_value_is_null (enlace_value_get_member (bare->body, "body")));
  g_assert_cmpuint (verb->status, ==, 405);
  g_assert_nonnull (strstr (verb->headers, "Allow: "));

  {
    g_autoptr(TestReply) fields = test_server_call (server, "PUT", address, "a=1&b=x+y%21", form);
    g_autoptr(TestReply) plain = test_server_call (server, "POST", address, "hello", text);

    g_assert_cmpstr (enlace_value_get_string (enlace_json_pointer_get (fields->body, "/body/b")), ==, "x y!");
    g_assert_cmpstr (enlace_value_get_string (enlace_json_pointer_get (fields->body, "/headers/x-twice")), ==, "a, b");
    g_assert_cmpstr (enlace_value_get_string (enlace_json_pointer_get (plain->body, "/body")), ==, "hello");
    g_assert_cmpstr (enlace_value_get_string (enlace_json_pointer_get (plain->body, "/body_raw")), ==, "aGVsbG8=");
  }
}

static const char quiet_document[] =
  "{\"schema\":1,\"nodes\":[{\"id\":\"hook\",\"type\":\"trigger.webhook\",\"name\":\"Hook\",\"position\":[0,0],\"parameters\":{}},"
  "{\"id\":\"map\",\"type\":\"data.map\",\"name\":\"Map\",\"position\":[240,0],\"parameters\":{\"fields\":[{\"path\":\"a\",\"value\":\"{{ trigger.body.a }}\"}]}}],"
  "\"edges\":[{\"from\":\"hook\",\"to\":\"map\"}],\"notes\":[]}";

static void
test_accepted (void)
{
  const char *const named[] = { "webhook-id: evt_1", NULL };
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *address = NULL, *id = test_server_publish (server, "Quiet", quiet_document, &address);
  g_autoptr(TestReply) first = test_server_call (server, "POST", address, "{\"a\":1}", named);
  g_autoptr(TestReply) duplicate = test_server_call (server, "POST", address, "{\"a\":2}", named);
  g_autoptr(TestReply) equal = test_server_call (server, "POST", address, "{\"a\":1}", NULL);
  g_autofree char *path = g_strconcat ("/api/integrations/workflows/", id, "/executions", NULL);
  g_autoptr(TestReply) list = test_server_expect (server, 200, "GET", path, NULL);

  g_assert_cmpuint (first->status, ==, 202);
  g_assert_cmpuint (duplicate->status, ==, 202);
  g_assert_cmpstr (duplicate->text, ==, first->text);
  g_assert_cmpuint (equal->status, ==, 202);
  g_assert_cmpstr (test_reply_get (equal, "execution_id"), !=, test_reply_get (first, "execution_id"));
  g_assert_cmpuint (enlace_value_get_length (enlace_value_get_member (list->body, "items")), ==, 2);
}

static const char failing_document[] =
  "{\"schema\":1,\"nodes\":[{\"id\":\"hook\",\"type\":\"trigger.webhook\",\"name\":\"Hook\",\"position\":[0,0],\"parameters\":{}},"
  "{\"id\":\"choose\",\"type\":\"flow.if\",\"name\":\"Choose\",\"position\":[240,0],\"parameters\":{\"condition\":\"{{ trigger.body.go }}\"}},"
  "{\"id\":\"reply\",\"type\":\"flow.respond\",\"name\":\"Reply\",\"position\":[480,0],\"parameters\":{\"status\":200,\"body\":true}}],"
  "\"edges\":[{\"from\":\"hook\",\"to\":\"choose\"},{\"from\":\"choose\",\"port\":\"true\",\"to\":\"reply\"}],\"notes\":[]}";

static void
test_without_reply (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *address = NULL, *id = test_server_publish (server, "Failing", failing_document, &address);
  g_autoptr(TestReply) replied = test_server_call (server, "POST", address, "{\"go\":true}", NULL);
  g_autoptr(TestReply) ended = test_server_call (server, "POST", address, "{\"go\":false}", NULL);
  g_autoptr(TestReply) failed = test_server_call (server, "POST", address, "{\"gone\":true}", NULL);
  g_autofree char *path = g_strconcat ("/api/integrations/executions/", test_reply_get (failed, "execution_id"), NULL);
  g_autoptr(TestReply) execution = test_server_expect (server, 200, "GET", path, NULL);

  g_assert_cmpuint (replied->status, ==, 200);
  g_assert_cmpstr (replied->text, ==, "true");
  g_assert_cmpuint (ended->status, ==, 204);
  g_assert_cmpuint (failed->status, ==, 500);
  g_assert_nonnull (strstr (failed->headers, "application/problem+json"));
  g_assert_cmpstr (test_reply_get (execution, "status"), ==, "failed");
  g_assert_nonnull (strstr (test_reply_get (execution, "error_message"), "trigger.body.go"));
}

static void
test_unknown_token (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autoptr(TestReply) unknown = test_server_call (server, "POST", "/hooks/nobodyknowsthis", "{}", NULL);
  g_autoptr(TestReply) none = test_server_call (server, "POST", "/hooks/", "{}", NULL);
  g_autoptr(TestReply) bare = test_server_call (server, "POST", "/hooks", "{}", NULL);

  g_assert_cmpuint (unknown->status, ==, 404);
  g_assert_cmpuint (none->status, ==, 404);
  g_assert_cmpuint (bare->status, ==, 404);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/api/hooks/tell-another-system-about-a-push", test_push);
  g_test_add_func ("/api/hooks/take-real-pushes", test_real_push);
  g_test_add_func ("/api/hooks/read-requests", test_mirror);
  g_test_add_func ("/api/hooks/accept-events-once", test_accepted);
  g_test_add_func ("/api/hooks/answer-where-the-workflow-does-not", test_without_reply);
  g_test_add_func ("/api/hooks/refuse-unknown-tokens", test_unknown_token);

  return g_test_run ();
}
