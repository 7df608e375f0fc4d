/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Bodies and requests that no decent client sends: each gets one clear error at the right place, and the server goes on. */

#define G_LOG_DOMAIN "enlace-test"

#include <string.h>

#include "common/value/json.h"
#include "tests/support/raw.h"
#include "tests/support/runs.h"

#define WORKFLOWS "/api/integrations/workflows"
#define DEEP 10000
#define HUGE_BYTES (1024 * 1024 + 1)

static const char hook_document[] =
  "{\"schema\":1,\"nodes\":[{\"id\":\"hook\",\"type\":\"trigger.webhook\",\"name\":\"Hook\",\"position\":[0,0],\"parameters\":{}},"
  "{\"id\":\"map\",\"type\":\"data.map\",\"name\":\"Map\",\"position\":[240,0],\"parameters\":{\"fields\":[{\"path\":\"a\",\"value\":\"{{ 1 }}\"}]}}],"
  "\"edges\":[{\"from\":\"hook\",\"to\":\"map\"}],\"notes\":[]}";

static char *
repeat (const char *text,
        guint       count)
{
  GString *string = g_string_new (NULL);

  for (guint i = 0; i < count; i++)
    g_string_append (string, text);

  return g_string_free_and_steal (string);
}

/* A reply that says what is wrong to a person, and nothing of the inside. */
static void
check_problem (TestReply  *reply,
               const char *where)
{
  const char *detail;

  g_assert_nonnull (strstr (reply->headers, "application/problem+json"));
  g_assert_cmpint (enlace_value_get_member_int (reply->body, "status", 0), ==, reply->status);
  detail = test_reply_get (reply, "detail");
  if (strlen (detail) < 10 || strstr (reply->text, "sqlite") != NULL || strstr (reply->text, "SELECT") != NULL || strstr (reply->text, ".c:") != NULL)
    g_error ("%s: a bad detail: %s", where, reply->text);
}

/* What is no JSON, or none that we take. */
static GPtrArray *
bad_bodies (void)
{
  static const char *const texts[] = {
    "{", "{\"a\":", "{\"a\":}", "{a:1}", "{'a':1}", "{\"a\":1,}", "{\"a\":1}{", "{\"a\":01}", "{\"a\":nul}", "{\"a\":NaN}", "{\"a\":1e}", "/* */ {}",
    "{\"a\":\"\\x\"}", "{\"a\":\"\\ud800\"}", "{\"a\":\"tab\there\"}",
    "{\"a\":\"\xff\xfe\"}", "{\"a\":\"\xc0\xaf\"}", "{\"a\":\"\xed\xa0\x80\"}", "{\"\xf5\":1}", "\xef\xbb\xbf{\"a\":\xff}",
    "{\"a\":1,\"a\":1}", "{\"b\":{\"a\":1,\"c\":2,\"a\":3}}", "{\"a\":1,\"\\u0061\":2}",
  };
  GPtrArray *bodies = g_ptr_array_new_with_free_func (g_free);

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_ptr_array_add (bodies, g_strdup (texts[i]));

  {
    g_autofree char *lists = repeat ("[", DEEP), *closed = repeat ("]", DEEP), *maps = repeat ("{\"a\":", DEEP), *ends = repeat ("}", DEEP);

    g_ptr_array_add (bodies, g_strconcat ("{\"a\":", lists, closed, "}", NULL));
    g_ptr_array_add (bodies, g_strconcat (maps, "1", ends, NULL));
    g_ptr_array_add (bodies, g_strconcat (maps, NULL));
  }

  return bodies;
}

static void
check_refused (TestServer *server,
               guint       status,
               const char *method,
               const char *path,
               const char *body)
{
  g_autoptr(TestReply) reply = test_server_expect (server, status, method, path, body);

  check_problem (reply, path);
}

static void
test_management (void)
{
  static const struct { const char *method, *more; } routes[] = {
    { "POST", NULL }, { "PUT", "" }, { "PUT", "/draft" }, { "POST", "/execute" }, { "POST", "/rollback" }, { "POST", "/publish-preview" },
  };
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *id = test_server_publish (server, "Kept", hook_document, NULL);
  g_autofree char *path = g_strconcat (WORKFLOWS "/", id, NULL);
  g_autoptr(TestReply) before = test_server_expect (server, 200, "GET", path, NULL);
  g_autoptr(TestReply) after = NULL, list = NULL;
  g_autoptr(GPtrArray) bodies = bad_bodies ();
  g_autofree char *zeros = repeat ("0123456789abcdef", HUGE_BYTES / 16 + 1);
  g_autofree char *huge = g_strconcat ("{\"name\":\"", zeros, "\"}", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (routes); i++)
    {
      g_autofree char *target = routes[i].more != NULL ? g_strconcat (path, routes[i].more, NULL) : g_strdup (WORKFLOWS);

      for (guint j = 0; j < bodies->len; j++)
        check_refused (server, 400, routes[i].method, target, g_ptr_array_index (bodies, j));
      check_refused (server, 413, routes[i].method, target, huge);
    }

  after = test_server_expect (server, 200, "GET", path, NULL);
  list = test_server_expect (server, 200, "GET", WORKFLOWS, NULL);
  g_assert_cmpstr (before->text, ==, after->text);
  g_assert_cmpuint (enlace_value_get_length (enlace_value_get_member (list->body, "items")), ==, 1);
  g_assert_cmpuint (test_runs_count (server, "completed"), ==, 0);
}

static void
test_hooks (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *address = NULL, *id = test_server_publish (server, "Hook", hook_document, &address);
  g_autoptr(GPtrArray) bodies = bad_bodies ();
  g_autofree char *zeros = repeat ("0123456789abcdef", HUGE_BYTES / 16 + 1);
  g_autofree char *huge = g_strconcat ("\"", zeros, "\"", NULL);
  g_autofree char *open = repeat ("[", 512), *close = repeat ("]", 512);
  g_autofree char *deepest = g_strconcat (open, close, NULL), *too_deep = g_strconcat ("[", deepest, "]", NULL);
  g_autoptr(TestReply) taken = NULL;
  g_autoptr(GHashTable) runs = NULL;

  for (guint j = 0; j < bodies->len; j++)
    check_refused (server, 400, "POST", address, g_ptr_array_index (bodies, j));
  check_refused (server, 413, "POST", address, huge);
  check_refused (server, 400, "POST", address, too_deep);
  taken = test_server_expect (server, 202, "POST", address, deepest);

  runs = test_runs_list (server);
  g_assert_cmpuint (g_hash_table_size (runs), ==, 1);
  g_assert_cmpstr (g_hash_table_lookup (runs, test_reply_get (taken, "execution_id")), ==, "completed");
}

/* Sends a body of so many chunks of 16 KiB, without a length of its own. */
static char *
send_chunks (TestServer *server,
             const char *address,
             guint       n_chunks)
{
  g_autofree char *kilobytes = g_strnfill (16 * 1024, 'x');
  g_autofree char *chunk = g_strconcat ("4000\r\n", kilobytes, "\r\n", NULL);
  g_autofree char *chunks = repeat (chunk, n_chunks);
  g_autofree char *head = g_strdup_printf ("POST %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n"
                                           "Connection: close\r\n\r\n", strstr (address, "/hooks/"), server->port);
  g_autofree char *request = g_strconcat (head, chunks, "0\r\n\r\n", NULL);

  return test_raw_exchange (server, request, strlen (request));
}

/* It is measured while it comes: a little too much is refused, and who does not stop is cut off. */
static void
test_huge_chunks (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *address = NULL, *id = test_server_publish (server, "Hook", hook_document, &address);
  g_autofree char *most = send_chunks (server, address, 64);
  g_autofree char *too_much = send_chunks (server, address, 65);
  g_autofree char *far_too_much = send_chunks (server, address, 640);

  g_assert_true (g_str_has_prefix (most, "HTTP/1.1 202 "));
  g_assert_true (g_str_has_prefix (too_much, "HTTP/1.1 413 "));
  g_assert_true (*far_too_much == '\0' || g_str_has_prefix (far_too_much, "HTTP/1.1 413 "));
  g_assert_cmpuint (test_runs_count (server, "completed"), ==, 1);
}

/* Requests that two servers in a row would read differently. What is smuggled in them is not a request here: there is one reply, and no event. */
static void
test_smuggling (void)
{
  static const char *const heads[] = {
    "Content-Length: 2\r\nContent-Length: 40\r\n", "Content-Length: 2\r\nContent-Length: 2\r\n", "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "Content-Length: 2, 2\r\n", "Content-Length: +2\r\n", "Content-Length: -1\r\n",
    "Content-Length: 0x2\r\n", "Content-Length : 2\r\n", "Host: elsewhere\r\nContent-Length: 2\r\n", "Transfer-Encoding: xchunked\r\n",
  };
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *address = NULL, *id = test_server_publish (server, "Hook", hook_document, &address);
  const char *path = strstr (address, "/hooks/");

  for (gsize i = 0; i < G_N_ELEMENTS (heads); i++)
    {
      g_autofree char *request = g_strdup_printf ("POST %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nContent-Type: application/json\r\n%s\r\n{}"
                                                  "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nContent-Length: 0\r\n\r\n",
                                                  path, server->port, heads[i], path, server->port);
      g_autofree char *reply = test_raw_exchange (server, request, strlen (request));

      if (!g_str_has_prefix (reply, "HTTP/1.1 4") || test_raw_count (reply, "HTTP/1.1 ") != 1)
        g_error ("%s: %s", heads[i], reply);
    }
  g_assert_cmpuint (test_runs_count (server, "completed"), ==, 0);
}

/* A field that may be there once is not taken when it is there twice, whichever of the two would do. */
static void
test_repeated_key (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  const char *const twice[] = { "Authorization: Bearer enl_other", NULL };
  g_autoptr(TestReply) reply = test_server_call (server, "GET", WORKFLOWS, NULL, twice);

  g_assert_cmpuint (reply->status, ==, 401);
}

/* Graphs that are none are not saved; what is wrong in a graph is saved, and refused at publishing; both point at the place. */
static void
test_documents (void)
{
#define NODE(id, type, parameters) "{\"id\":\"" id "\",\"type\":\"" type "\",\"name\":\"N\",\"position\":[0,0],\"parameters\":" parameters "}"
#define HOOK NODE ("hook", "trigger.webhook", "{}")
#define MAP NODE ("map", "data.map", "{\"fields\":[]}")
  static const struct { guint status; const char *nodes, *edges, *pointer; } cases[] = {
    { 400, HOOK "," NODE ("hook", "data.map", "{\"fields\":[]}"), "", "/steps/nodes/1/id" },
    { 400, HOOK "," NODE ("in", "data.map", "{\"fields\":[]}"), "", "/steps/nodes/1/id" },
    { 400, HOOK, "{\"from\":\"hook\",\"to\":\"nobody\"}", "/steps/edges/0/to" },
    { 400, HOOK, "{\"from\":\"nobody\",\"to\":\"hook\"}", "/steps/edges/0/from" },
    { 400, HOOK "," MAP "," NODE ("b", "data.map", "{\"fields\":[]}"),
      "{\"from\":\"hook\",\"to\":\"map\"},{\"from\":\"map\",\"to\":\"b\"},{\"from\":\"b\",\"to\":\"map\"}", "/steps/edges" },
    { 422, HOOK "," NODE ("x", "data.teleport", "{}"), "{\"from\":\"hook\",\"to\":\"x\"}", "/steps/nodes/1/type" },
    { 422, HOOK "," NODE ("x", "flow.if", "{}"), "{\"from\":\"hook\",\"to\":\"x\"}", "/steps/nodes/1/parameters" },
    { 422, HOOK "," NODE ("x", "http.request", "{\"method\":\"GET\"}"), "{\"from\":\"hook\",\"to\":\"x\"}", "/steps/nodes/1/parameters" },
    { 422, HOOK "," NODE ("x", "flow.if", "{\"condition\":\"{{ 1 + }}\"}"), "{\"from\":\"hook\",\"to\":\"x\"}", "/steps/nodes/1/parameters/condition" },
    { 422, MAP, "", "/steps" },
  };
  g_autoptr(TestServer) server = test_server_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *body = g_strdup_printf ("{\"name\":\"Bad\",\"steps\":{\"schema\":1,\"nodes\":[%s],\"edges\":[%s],\"notes\":[]}}",
                                               cases[i].nodes, cases[i].edges);
      g_autoptr(TestReply) reply = test_server_expect (server, cases[i].status == 400 ? 400 : 201, "POST", WORKFLOWS, body);
      EnlaceValue *errors;
      gboolean is_found = FALSE;

      if (cases[i].status != 400)
        {
          g_autofree char *path = g_strconcat (WORKFLOWS "/", test_reply_get (reply, "id"), NULL);

          test_reply_free (reply);
          reply = test_server_expect (server, cases[i].status, "PUT", path, "{\"is_active\":true}");
        }
      errors = enlace_value_get_member (reply->body, "errors");
      for (gsize j = 0; j < enlace_value_get_length (errors); j++)
        is_found |= g_str_has_prefix (enlace_value_get_member_string (enlace_value_get_element (errors, j), "pointer", ""), cases[i].pointer);
      if (!is_found)
        g_error ("%s: nothing points at it: %s", cases[i].pointer, reply->text);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hostile/input/is-refused-by-the-management-api", test_management);
  g_test_add_func ("/hostile/input/is-refused-by-hooks", test_hooks);
  g_test_add_func ("/hostile/input/is-cut-off-when-it-is-huge", test_huge_chunks);
  g_test_add_func ("/hostile/input/smuggles-no-request", test_smuggling);
  g_test_add_func ("/hostile/input/has-one-key", test_repeated_key);
  g_test_add_func ("/hostile/input/is-no-graph", test_documents);

  return g_test_run ();
}
