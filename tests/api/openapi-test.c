/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The OpenAPI document is complete and true: what the server answers fits what it says. */

#define G_LOG_DOMAIN "enlace-test"

#include <string.h>

#include "common/value/json.h"
#include "tests/support/schema.h"
#include "tests/support/server.h"

static const char document[] =
  "{\"schema\":1,\"nodes\":[{\"id\":\"hook\",\"type\":\"trigger.webhook\",\"name\":\"Hook\",\"position\":[0,0],\"parameters\":{}},"
  "{\"id\":\"choose\",\"type\":\"flow.if\",\"name\":\"Choose\",\"position\":[240,0],\"parameters\":{\"condition\":\"{{ trigger.body.n > 1 }}\"}}],"
  "\"edges\":[{\"from\":\"hook\",\"to\":\"choose\"}],\"notes\":[]}";

/* The schema of a reply by the document: of `status`, else the default's. */
static EnlaceValue *
find_schema (EnlaceValue *openapi,
             const char  *method,
             const char  *path,
             guint        status)
{
  g_autofree char *verb = g_ascii_strdown (method, -1);
  g_autofree char *code = g_strdup_printf ("%u", status);
  EnlaceValue *item = enlace_value_get_member (enlace_value_get_member (openapi, "paths"), path);
  EnlaceValue *operation = item != NULL ? enlace_value_get_member (item, verb) : NULL;
  EnlaceValue *responses, *response, *content;
  const char *reference;

  if (operation == NULL)
    g_error ("%s %s is not in the document", method, path);

  responses = enlace_value_get_member (operation, "responses");
  if ((response = enlace_value_get_member (responses, code)) == NULL)
    response = enlace_value_get_member (responses, "default");
  if (response == NULL)
    g_error ("%s %s says nothing about status %u", method, path, status);
  if ((reference = enlace_value_get_member_string (response, "$ref", NULL)) != NULL)
    response = enlace_json_pointer_get (openapi, reference + 1);

  content = enlace_value_get_member (response, "content");
  if (content == NULL)
    return NULL;

  return enlace_value_get_member (enlace_value_get_member_value (content, 0), "schema");
}

/* Calls, and holds the reply against the document. */
static TestReply *
call (TestServer  *server,
      EnlaceValue *openapi,
      guint        status,
      const char  *method,
      const char  *template,
      const char  *path,
      const char  *body)
{
  TestReply *reply = test_server_expect (server, status, method, path, body);
  EnlaceValue *schema = find_schema (openapi, method, template, status);
  g_autofree char *problem = NULL;

  if (schema == NULL)
    {
      g_assert_cmpstr (reply->text, ==, "");
      return reply;
    }

  g_assert_nonnull (reply->body);
  problem = test_schema_check (openapi, schema, reply->body);
  if (problem != NULL)
    g_error ("%s %s: %s\n%s", method, path, problem, reply->text);

  return reply;
}

#define CALL(...) call (server, openapi->body, __VA_ARGS__)

static void
test_replies (void)
{
  static const char workflow[] = "/api/integrations/workflows/{id}";
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autoptr(TestReply) openapi = test_server_expect (server, 200, "GET", "/api/openapi.json", NULL);
  g_autofree char *create = g_strdup_printf ("{\"name\":\"OpenAPI\",\"steps\":%s}", document);
  g_autofree char *steps = g_strdup_printf ("{\"steps\":%s}", document);
  g_autoptr(TestReply) created = CALL (201, "POST", "/api/integrations/workflows", "/api/integrations/workflows", create);
  g_autofree char *path = g_strconcat ("/api/integrations/workflows/", test_reply_get (created, "id"), NULL);
  struct { guint status; const char *method, *template, *more, *body; } calls[] = {
    { 200, "GET", "", "", NULL },
    { 200, "PUT", "", "", "{\"description\":\"text\",\"tags\":[\"a\"]}" },
    { 200, "PUT", "", "", "{\"is_active\":true}" },
    { 400, "PUT", "", "", "{\"nme\":1}" },
    { 200, "PUT", "/draft", "/draft", steps },
    { 200, "GET", "/draft", "/draft", NULL },
    { 204, "DELETE", "/draft", "/draft", NULL },
    { 404, "GET", "/draft", "/draft", NULL },
    { 200, "GET", "/versions", "/versions", NULL },
    { 200, "GET", "/versions/{version}", "/versions/1", NULL },
    { 200, "POST", "/rollback", "/rollback", "{\"version\":1}" },
    { 200, "POST", "/publish-preview", "/publish-preview", "{}" },
    { 200, "POST", "/execute", "/execute", "{\"data\":{\"body\":{\"n\":2}},\"wait_seconds\":5}" },
    { 200, "POST", "/execute", "/execute", "{\"data\":{\"body\":{}},\"wait_seconds\":5}" },
    { 202, "POST", "/execute", "/execute", "{\"data\":{\"body\":{\"n\":2}}}" },
    { 200, "GET", "/executions", "/executions", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      g_autofree char *template = g_strconcat (workflow, calls[i].template, NULL);
      g_autofree char *target = g_strconcat (path, calls[i].more, NULL);
      g_autoptr(TestReply) reply = call (server, openapi->body, calls[i].status, calls[i].method, template, target, calls[i].body);
    }

  {
    g_autofree char *ids = g_strdup_printf ("{\"ids\":[\"%s\"],\"is_active\":false}", test_reply_get (created, "id"));
    g_autoptr(TestReply) bulk = CALL (200, "POST", "/api/integrations/workflows/bulk", "/api/integrations/workflows/bulk", ids);
    g_autoptr(TestReply) list = CALL (200, "GET", "/api/integrations/workflows", "/api/integrations/workflows", NULL);
    g_autoptr(TestReply) runs = CALL (200, "GET", "/api/integrations/executions", "/api/integrations/executions", NULL);
    const char *id = enlace_value_get_string (enlace_json_pointer_get (runs->body, "/items/0/id"));
    g_autofree char *run = g_strconcat ("/api/integrations/executions/", id, NULL);
    g_autofree char *run_steps = g_strconcat (run, "/steps", NULL);
    g_autofree char *cancel = g_strconcat (run, "/cancel", NULL);
    g_autoptr(TestReply) read = CALL (200, "GET", "/api/integrations/executions/{id}", run, NULL);
    g_autoptr(TestReply) read_steps = CALL (200, "GET", "/api/integrations/executions/{id}/steps", run_steps, NULL);
    g_autoptr(TestReply) late = CALL (409, "POST", "/api/integrations/executions/{id}/cancel", cancel, "{}");
    g_autoptr(TestReply) health = CALL (200, "GET", "/healthz", "/healthz", NULL);
    g_autoptr(TestReply) ready = CALL (200, "GET", "/readyz", "/readyz", NULL);
    g_autoptr(TestReply) removed = CALL (204, "DELETE", workflow, path, NULL);
    g_autoptr(TestReply) gone = CALL (404, "GET", workflow, path, NULL);
  }
}

/* The security of each operation as the contract says it. */
static void
test_security (void)
{
  static const char *const open_paths[] = { "/healthz", "/readyz", "/api/openapi.json", "/docs", "/hooks/{token}", "/hooks/{token}/{path}",
                                            "/resume/{token}", "/approve/{token}", NULL };
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autoptr(TestReply) openapi = test_server_expect (server, 200, "GET", "/api/openapi.json", NULL);
  EnlaceValue *paths = enlace_value_get_member (openapi->body, "paths");

  g_assert_true (g_str_has_prefix (test_reply_get (openapi, "openapi"), "3.1"));
  g_assert_cmpuint (enlace_value_get_length (paths), >, 10);
  for (gsize i = 0; i < enlace_value_get_length (paths); i++)
    {
      const char *path = enlace_value_get_string (enlace_value_get_key (paths, i));
      EnlaceValue *item = enlace_value_get_member_value (paths, i);

      for (gsize j = 0; j < enlace_value_get_length (item); j++)
        {
          EnlaceValue *operation = enlace_value_get_member_value (item, j);
          EnlaceValue *security = enlace_value_get_member (operation, "security");
          guint expected = strcmp (path, "/metrics") == 0 ? 2 : g_strv_contains (open_paths, path) ? 0 : 1;

          if (enlace_value_get_kind (operation) != ENLACE_KIND_MAP || enlace_value_get_member (operation, "responses") == NULL)
            continue;
          g_assert_nonnull (security);
          g_test_message ("%s %s", enlace_value_get_string (enlace_value_get_key (item, j)), path);
          g_assert_cmpuint (enlace_value_get_length (security), ==, expected);
        }
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/api/openapi/fits-the-replies", test_replies);
  g_test_add_func ("/api/openapi/names-the-security", test_security);

  return g_test_run ();
}
