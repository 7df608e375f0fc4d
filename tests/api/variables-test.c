/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include <string.h>

#include "common/value/json.h"
#include "tests/support/raw.h"
#include "tests/support/schema.h"
#include "tests/support/server.h"

#define VARIABLES "/api/integrations/variables"
#define NOBODY "019b0000-0000-7000-8000-000000000001"

static char *
path_of (TestReply *variable)
{
  return g_strconcat (VARIABLES "/", test_reply_get (variable, "id"), NULL);
}

static TestReply *
call_with_tag (TestServer *server,
               const char *method,
               const char *path,
               const char *etag,
               const char *body)
{
  g_autofree char *header = g_strconcat ("If-Match: ", etag, NULL);
  const char *const headers[] = { header, NULL };

  return test_server_call (server, method, path, body, headers);
}

static void
assert_json (TestReply  *reply,
             const char *pointer,
             const char *expected)
{
  g_autofree char *text = enlace_json_format (enlace_json_pointer_get (reply->body, pointer), ENLACE_JSON_COMPACT, NULL, NULL);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_life (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autoptr(TestReply) created = test_server_expect (server, 201, "POST", VARIABLES,
                                                     "{\"name\":\"limit\",\"type\":\"number\",\"value\":12345678901234567,\"description\":\"Orders\"}");
  g_autofree char *path = path_of (created);
  g_autoptr(TestReply) read = test_server_expect (server, 200, "GET", path, NULL);
  g_autoptr(TestReply) bare = test_server_call (server, "PUT", path, "{\"value\":2}", NULL);
  g_autoptr(TestReply) changed = call_with_tag (server, "PUT", path, read->etag, "{\"value\":2,\"test_value\":-0.5}");
  g_autoptr(TestReply) lost = call_with_tag (server, "PUT", path, read->etag, "{\"value\":3}");
  g_autoptr(TestReply) untested = call_with_tag (server, "PUT", path, changed->etag, "{\"test_value\":null}");
  g_autoptr(TestReply) other_type = call_with_tag (server, "PUT", path, "*", "{\"type\":\"string\"}");
  g_autoptr(TestReply) both = call_with_tag (server, "PUT", path, "*", "{\"type\":\"json\",\"value\":{\"a\":[1,null]}}");
  g_autoptr(TestReply) removed = NULL, gone = NULL;

  assert_json (read, "/value", "12345678901234567");
  assert_json (read, "/test_value", "null");
  assert_json (read, "/workflow_id", "null");
  g_assert_cmpuint (bare->status, ==, 428);
  g_assert_cmpuint (changed->status, ==, 200);
  assert_json (changed, "/value", "2");
  assert_json (changed, "/test_value", "-0.5");
  g_assert_cmpstr (test_reply_get (changed, "description"), ==, "Orders");
  g_assert_cmpuint (lost->status, ==, 412);
  assert_json (untested, "/test_value", "null");
  /* The value that is there is no text. */
  g_assert_cmpuint (other_type->status, ==, 409);
  assert_json (both, "/value", "{\"a\":[1,null]}");

  test_server_kill (server);
  test_server_start (server);
  removed = call_with_tag (server, "DELETE", path, both->etag, NULL);
  g_assert_cmpuint (removed->status, ==, 204);
  gone = test_server_expect (server, 404, "GET", path, NULL);
}

static void
test_refusals (void)
{
  static const struct { const char *body; const char *pointer; } cases[] = {
    { "{\"type\":\"number\",\"value\":1}", "/name" },
    { "{\"name\":\"2a\",\"type\":\"number\",\"value\":1}", "/name" },
    { "{\"name\":\"a\\n\",\"type\":\"number\",\"value\":1}", "/name" },
    { "{\"name\":\"in\",\"type\":\"number\",\"value\":1}", "/name" },
    { "{\"name\":\"a\",\"type\":\"secret\",\"value\":\"x\"}", "/type" },
    { "{\"name\":\"a\",\"type\":\"number\",\"value\":\"1\"}", "/value" },
    { "{\"name\":\"a\",\"type\":\"bool\",\"value\":0}", "/value" },
    { "{\"name\":\"a\",\"type\":\"string\",\"value\":null}", "/value" },
    { "{\"name\":\"a\",\"type\":\"number\",\"value\":1,\"test_value\":true}", "/test_value" },
    { "{\"name\":\"a\",\"type\":\"number\"}", "/value" },
    { "{\"name\":\"a\",\"type\":\"number\",\"value\":1,\"workflow_id\":\"x\"}", "/workflow_id" },
    { "{\"name\":\"a\",\"type\":\"number\",\"value\":1,\"scope\":\"x\"}", "/scope" },
  };
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *blank = g_strnfill (70000, 'x');
  g_autofree char *long_body = g_strdup_printf ("{\"name\":\"a\",\"type\":\"string\",\"value\":\"%s\"}", blank);
  g_autoptr(TestReply) too_long = test_server_expect (server, 400, "POST", VARIABLES, long_body);
  g_autoptr(TestReply) no_workflow = test_server_expect (server, 404, "POST", VARIABLES,
                                                         "{\"name\":\"a\",\"type\":\"number\",\"value\":1,\"workflow_id\":\"" NOBODY "\"}");
  g_autoptr(TestReply) bad_filter = test_server_expect (server, 400, "GET", VARIABLES "?workflow_id=x", NULL);
  g_autoptr(TestReply) list = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(TestReply) reply = test_server_call (server, "POST", VARIABLES, cases[i].body, NULL);

      g_test_message ("%s", cases[i].body);
      g_assert_cmpuint (reply->status, ==, 400);
      g_assert_cmpstr (enlace_value_get_string (enlace_json_pointer_get (reply->body, "/errors/0/pointer")), ==, cases[i].pointer);
    }

  list = test_server_expect (server, 200, "GET", VARIABLES, NULL);
  assert_json (list, "/items", "[]");
}

static void
test_names (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autoptr(TestReply) workflow = test_server_expect (server, 201, "POST", "/api/integrations/workflows", "{\"name\":\"W\"}");
  const char *id = test_reply_get (workflow, "id");
  g_autofree char *own = g_strdup_printf ("{\"name\":\"a\",\"type\":\"number\",\"value\":2,\"workflow_id\":\"%s\"}", id);
  g_autofree char *filter = g_strconcat (VARIABLES "?workflow_id=", id, NULL);
  g_autofree char *workflow_path = g_strconcat ("/api/integrations/workflows/", id, NULL);
  g_autoptr(TestReply) one = test_server_expect (server, 201, "POST", VARIABLES, "{\"name\":\"a\",\"type\":\"number\",\"value\":1}");
  g_autoptr(TestReply) two = test_server_expect (server, 409, "POST", VARIABLES, "{\"name\":\"a\",\"type\":\"bool\",\"value\":true}");
  g_autoptr(TestReply) of_workflow = test_server_expect (server, 201, "POST", VARIABLES, own);
  g_autoptr(TestReply) twice = test_server_expect (server, 409, "POST", VARIABLES, own);
  g_autoptr(TestReply) third = test_server_expect (server, 201, "POST", VARIABLES, "{\"name\":\"b\",\"type\":\"bool\",\"value\":true}");
  g_autofree char *third_path = path_of (third), *own_path = path_of (of_workflow);
  g_autoptr(TestReply) renamed = call_with_tag (server, "PUT", third_path, "*", "{\"name\":\"a\"}");
  g_autoptr(TestReply) all = test_server_expect (server, 200, "GET", VARIABLES, NULL);
  g_autoptr(TestReply) first_page = test_server_expect (server, 200, "GET", VARIABLES "?limit=2", NULL);
  g_autofree char *second = g_strconcat (VARIABLES "?limit=2&cursor=", test_reply_get (first_page, "next_cursor"), NULL);
  g_autoptr(TestReply) second_page = test_server_expect (server, 200, "GET", second, NULL);
  g_autoptr(TestReply) filtered = test_server_expect (server, 200, "GET", filter, NULL);
  g_autoptr(TestReply) shared = test_server_expect (server, 200, "GET", VARIABLES "?workflow_id=null&name=a", NULL);
  g_autoptr(TestReply) removed = NULL, gone = NULL;

  g_assert_cmpuint (renamed->status, ==, 409);
  g_assert_cmpuint (enlace_value_get_length (enlace_value_get_member (all->body, "items")), ==, 3);
  g_assert_cmpuint (enlace_value_get_length (enlace_value_get_member (first_page->body, "items")), ==, 2);
  g_assert_cmpuint (enlace_value_get_length (enlace_value_get_member (second_page->body, "items")), ==, 1);
  assert_json (second_page, "/next_cursor", "null");
  assert_json (filtered, "/items/0/value", "2");
  g_assert_cmpuint (enlace_value_get_length (enlace_value_get_member (filtered->body, "items")), ==, 1);
  assert_json (shared, "/items/0/value", "1");
  g_assert_cmpuint (enlace_value_get_length (enlace_value_get_member (shared->body, "items")), ==, 1);

  /* What belongs to a workflow goes with it. */
  removed = call_with_tag (server, "DELETE", workflow_path, "*", NULL);
  g_assert_cmpuint (removed->status, ==, 204);
  gone = test_server_expect (server, 404, "GET", own_path, NULL);
}

/* Reads lines of the feed up to the data of an event of this name. */
static EnlaceValue *
await_event (GDataInputStream *lines,
             const char       *name)
{
  g_autofree char *wanted = g_strconcat ("event: ", name, NULL);
  gboolean is_near = FALSE;

  while (TRUE)
    {
      g_autofree char *line = g_data_input_stream_read_line (lines, NULL, NULL, NULL);

      g_assert_nonnull (line);
      if (is_near && g_str_has_prefix (line, "data: "))
        return enlace_json_parse (line + 6, -1, NULL);
      if (g_str_has_prefix (line, "event: "))
        is_near = strcmp (line, wanted) == 0;
    }
}

static void
test_feed (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autoptr(GSocketConnection) connection = test_raw_connect (server);
  g_autoptr(GDataInputStream) lines = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  g_autofree char *request = g_strdup_printf ("GET /api/integrations/feed HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nAuthorization: Bearer %s\r\n"
                                              "Last-Event-ID: 0\r\n\r\n", server->port, server->key);
  g_autoptr(TestReply) created = test_server_expect (server, 201, "POST", VARIABLES, "{\"name\":\"a\",\"type\":\"json\",\"value\":null}");
  g_autofree char *path = path_of (created);
  g_autoptr(EnlaceValue) made = NULL, deleted = NULL;
  g_autoptr(TestReply) removed = NULL;

  g_data_input_stream_set_newline_type (lines, G_DATA_STREAM_NEWLINE_TYPE_ANY);
  test_raw_send (connection, request, strlen (request));
  made = await_event (lines, "variable");
  g_assert_true (enlace_value_equal (made, created->body));
  removed = call_with_tag (server, "DELETE", path, "*", NULL);
  g_assert_cmpuint (removed->status, ==, 204);
  deleted = await_event (lines, "deleted");
  g_assert_cmpstr (enlace_value_get_member_string (deleted, "kind", NULL), ==, "variable");
  g_assert_cmpstr (enlace_value_get_member_string (deleted, "id", NULL), ==, test_reply_get (created, "id"));
}

/* What runs see: the values of now, test values in a test run. */
static void
test_runs (void)
{
  static const char document[] =
    "{\"schema\":1,\"nodes\":[{\"id\":\"hook\",\"type\":\"trigger.webhook\",\"name\":\"Hook\",\"position\":[0,0],\"parameters\":{}},"
    "{\"id\":\"reply\",\"type\":\"flow.respond\",\"name\":\"Reply\",\"position\":[240,0],\"parameters\":{\"body\":{\"limit\":\"{{ vars.limit + 1 }}\"}}}],"
    "\"edges\":[{\"from\":\"hook\",\"to\":\"reply\"}],\"notes\":[]}";
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autoptr(TestReply) created = test_server_expect (server, 201, "POST", VARIABLES, "{\"name\":\"limit\",\"type\":\"number\",\"value\":1,\"test_value\":50}");
  g_autofree char *path = path_of (created), *address = NULL, *id = test_server_publish (server, "Limits", document, &address);
  g_autofree char *listen = g_strdup_printf ("/api/integrations/workflows/%s/listen", id);
  g_autofree char *own = g_strdup_printf ("{\"name\":\"limit\",\"type\":\"number\",\"value\":7,\"workflow_id\":\"%s\"}", id);
  g_autoptr(TestReply) live = test_server_expect (server, 200, "POST", address, "{}");
  g_autoptr(TestReply) listener = test_server_expect (server, 201, "POST", listen, "{\"start\":true}");
  g_autoptr(TestReply) tested = test_server_expect (server, 200, "POST", test_reply_get (listener, "url"), "{}");
  g_autoptr(TestReply) changed = call_with_tag (server, "PUT", path, "*", "{\"value\":2}");
  g_autoptr(TestReply) later = test_server_expect (server, 200, "POST", address, "{}");
  g_autoptr(TestReply) hidden = test_server_expect (server, 201, "POST", VARIABLES, own), of_workflow = test_server_expect (server, 200, "POST", address, "{}");

  assert_json (live, "/limit", "2");
  assert_json (tested, "/limit", "51");
  assert_json (later, "/limit", "3");
  assert_json (of_workflow, "/limit", "8");
}

static void
test_schemas (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autoptr(TestReply) openapi = test_server_expect (server, 200, "GET", "/api/openapi.json", NULL);
  g_autoptr(TestReply) created = test_server_expect (server, 201, "POST", VARIABLES, "{\"name\":\"a\",\"type\":\"bool\",\"value\":false}");
  g_autoptr(TestReply) list = test_server_expect (server, 200, "GET", VARIABLES, NULL);
  g_autofree char *one = test_schema_check (openapi->body, enlace_json_pointer_get (openapi->body, "/components/schemas/variable"), created->body);
  g_autofree char *many = test_schema_check (openapi->body, enlace_json_pointer_get (openapi->body, "/components/schemas/variable-list"), list->body);

  g_assert_cmpstr (one, ==, NULL);
  g_assert_cmpstr (many, ==, NULL);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/api/variables/are-made-changed-and-removed", test_life);
  g_test_add_func ("/api/variables/refuse-what-is-wrong-with-pointers", test_refusals);
  g_test_add_func ("/api/variables/have-one-name-in-one-place", test_names);
  g_test_add_func ("/api/variables/are-in-the-feed", test_feed);
  g_test_add_func ("/api/variables/are-seen-by-runs", test_runs);
  g_test_add_func ("/api/variables/fit-their-schemas", test_schemas);

  return g_test_run ();
}
