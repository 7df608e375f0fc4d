/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "tests/server/http/fixture.h"

#include "common/value/json.h"
#include "server/api/openapi.h"
#include "server/api/routes.h"

/* The real tables behind a real door. */

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  guint n_tables;
  const EnlaceRouteTable *const *tables = enlace_route_tables (&n_tables);

  fixture_set_up_with (fixture, NULL, tables, n_tables, enlace_route_renderers ());
}

static EnlaceValue *
parse (GString *text)
{
  g_autoptr(GError) error = NULL;
  EnlaceValue *value = enlace_json_parse (text->str, (gssize) text->len, &error);

  g_assert_no_error (error);

  return value;
}

static void
test_health (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr(ClientReply) health = client_ask (fixture->port, "GET /healthz HTTP/1.1\r\nHost: probe\r\n\r\n");
  g_autoptr(ClientReply) ready = client_ask (fixture->port, "GET /readyz HTTP/1.1\r\nHost: probe\r\n\r\n");
  g_autoptr(ClientReply) stopping = NULL;
  g_autoptr(ClientReply) alive = NULL;
  g_autoptr(EnlaceValue) problem = NULL;

  g_assert_cmpstr (health->body->str, ==, "{\"status\":\"ok\"}");
  g_assert_cmpstr (ready->body->str, ==, "{\"status\":\"ready\"}");

  enlace_api_state_stop (fixture->state);
  stopping = client_ask (fixture->port, "GET /readyz HTTP/1.1\r\nHost: probe\r\n\r\n");
  alive = client_ask (fixture->port, "GET /healthz HTTP/1.1\r\nHost: probe\r\n\r\n");
  g_assert_cmpuint (stopping->status, ==, 503);
  problem = parse (stopping->body);
  g_assert_cmpstr (enlace_value_get_string (enlace_value_get_element (enlace_value_get_member (problem, "reasons"), 0)), ==, "stopping");
  g_assert_cmpuint (alive->status, ==, 200);
}

static void
test_metrics (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr(ClientReply) before = client_request (fixture->port, "GET", "/nothing", NULL, NULL);
  g_autoptr(ClientReply) reply = client_request (fixture->port, "GET", "/metrics", NULL, NULL);
  g_autofree char *type = client_reply_field (reply, "Content-Type");
  g_auto(GStrv) lines = g_strsplit (reply->body->str, "\n", -1);
  guint n = g_strv_length (lines);

  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_cmpstr (type, ==, "application/openmetrics-text; version=1.0.0; charset=utf-8");
  g_assert_cmpstr (lines[n - 2], ==, "# EOF");
  g_assert_cmpstr (lines[n - 1], ==, "");
  g_assert_true (g_strv_contains ((const char *const *) lines, "enlace_http_requests_total{class=\"system\",status=\"4xx\"} 1"));
  g_assert_true (g_strv_contains ((const char *const *) lines, "enlace_http_request_seconds_count{class=\"system\"} 1"));

  /* A sample is a name, labels and a number; each family is declared before its samples. */
  for (guint i = 0; i < n - 2; i++)
    g_assert_true (g_str_has_prefix (lines[i], "# TYPE ") || g_str_has_prefix (lines[i], "# HELP ") || g_str_has_prefix (lines[i], "# UNIT ")
                   || g_regex_match_simple ("^[a-z_]+(\\{[a-z]+=\"[^\"]*\"(,[a-z]+=\"[^\"]*\")*\\})? -?[0-9]+(\\.[0-9]+)?(e[+-]?[0-9]+)?$",
                                            lines[i], 0, 0));
}

static void
test_documents (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr(ClientReply) document = client_request (fixture->port, "GET", "/api/openapi.json", NULL, NULL);
  g_autoptr(ClientReply) page = client_request (fixture->port, "GET", "/docs", NULL, NULL);
  g_autoptr(EnlaceValue) value = parse (document->body);
  g_autofree char *policy = client_reply_field (page, "Content-Security-Policy");

  g_assert_cmpstr (enlace_value_get_member_string (value, "openapi", NULL), ==, "3.1.0");
  g_assert_true (g_str_has_prefix (policy, "default-src 'none'; style-src 'sha256-"));
  g_assert_nonnull (strstr (page->body->str, "/api/integrations/workflows/{id}"));
  g_assert_null (strstr (page->body->str, "<script"));
  g_assert_null (strstr (page->body->str, " src="));
}

static void
test_feed (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr(Client) client = client_new (fixture->port);
  g_autoptr(ClientReply) made = NULL;
  g_autoptr(ClientReply) bad = NULL;
  g_autoptr(ClientReply) forbidden = NULL;
  g_autofree char *reader = fixture_bearer (fixture->reader);
  g_autofree char *bad_id = g_strconcat (fixture->bearer, "Last-Event-ID: x\r\n", NULL);
  g_autofree char *json = g_strconcat (fixture->bearer, "Content-Type: application/json\r\n", NULL);
  g_autofree char *ask = g_strdup_printf ("GET /api/integrations/feed HTTP/1.1\r\nHost: localhost\r\n%s\r\n", fixture->bearer);
  g_autofree char *head = NULL;
  g_autofree char *greeting = NULL;
  g_autofree char *event = NULL;
  g_autofree char *rest = NULL;

  client_send (client, ask);
  head = client_read_until (client, "\r\n\r\n");
  g_assert_nonnull (strstr (head, "HTTP/1.1 200"));
  g_assert_nonnull (strstr (head, "Content-Type: text/event-stream\r\n"));
  greeting = client_read_until (client, "\n\n");
  made = client_request (fixture->port, "POST", "/api/integrations/workflows", json, "{\"name\":\"From the feed\"}");
  g_assert_cmpuint (made->status, ==, 201);
  event = client_read_until (client, "From the feed");
  g_assert_nonnull (strstr (event, "event: workflow\ndata: {"));

  bad = client_request (fixture->port, "GET", "/api/integrations/feed", bad_id, NULL);
  g_assert_cmpuint (bad->status, ==, 400);
  forbidden = client_request (fixture->port, "GET", "/api/integrations/feed", reader, NULL);
  g_assert_cmpuint (forbidden->status, ==, 403);

  enlace_api_state_stop (fixture->state);
  rest = client_read_until (client, "\r\n0\r\n\r\n");
}

/* The document over all tables */

static void
check_refs (EnlaceValue *root,
            EnlaceValue *value)
{
  const char *ref = enlace_value_get_kind (value) == ENLACE_KIND_MAP ? enlace_value_get_member_string (value, "$ref", NULL) : NULL;

  if (ref != NULL)
    {
      g_test_message ("%s", ref);
      g_assert_true (g_str_has_prefix (ref, "#"));
      g_assert_nonnull (enlace_json_pointer_get (root, ref + 1));
    }
  for (gsize i = 0; i < enlace_value_get_length (value); i++)
    if (enlace_value_get_kind (value) == ENLACE_KIND_MAP)
      check_refs (root, enlace_value_get_member_value (value, i));
    else
      check_refs (root, enlace_value_get_element (value, i));
}

static EnlaceValue *
get_operation (EnlaceValue       *document,
               const EnlaceRoute *route)
{
  g_autoptr(GRegex) parameter = g_regex_new ("/:([a-z_]+)", 0, 0, NULL);
  g_autofree char *path = g_regex_replace (parameter, route->path, -1, 0, "/{\\1}", 0, NULL);
  g_autofree char *method = g_ascii_strdown (route->method, -1);

  return enlace_value_get_member (enlace_value_get_member (enlace_value_get_member (document, "paths"), path), method);
}

static void
check_security (EnlaceValue       *operation,
                const EnlaceRoute *route)
{
  g_autofree char *security = enlace_json_format (enlace_value_get_member (operation, "security"), 0, NULL, NULL);

  if (g_str_equal (route->path, "/metrics"))
    g_assert_cmpstr (security, ==, "[{\"bearer\":[]},{}]");
  else if (g_str_equal (route->permission, ENLACE_PERMISSION_NONE))
    g_assert_cmpstr (security, ==, "[]");
  else
    g_assert_cmpstr (security, ==, "[{\"bearer\":[]}]");
}

static void
test_tables (void)
{
  guint n_tables;
  const EnlaceRouteTable *const *tables = enlace_route_tables (&n_tables);
  g_autoptr(GBytes) text = enlace_openapi_write (tables, n_tables);
  g_autoptr(EnlaceValue) document = enlace_json_parse (g_bytes_get_data (text, NULL), (gssize) g_bytes_get_size (text), NULL);
  g_autoptr(GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);

  g_assert_nonnull (document);
  check_refs (document, document);
  for (guint i = 0; i < n_tables; i++)
    for (guint j = 0; j < tables[i]->n_routes; j++)
      {
        const EnlaceRoute *route = &tables[i]->routes[j];
        EnlaceValue *operation = get_operation (document, route);

        g_test_message ("%s %s", route->method, route->path);
        g_assert_nonnull (operation);
        g_assert_true (g_hash_table_add (ids, (gpointer) enlace_value_get_member_string (operation, "operationId", NULL)));
        g_assert_nonnull (route->summary);
        check_security (operation, route);

        /* The management API is behind a key, and changes name their revision. */
        if (g_str_has_prefix (route->path, "/api/integrations/"))
          g_assert_cmpstr (route->permission, !=, ENLACE_PERMISSION_NONE);
        g_assert_true ((route->reply != NULL) == (route->status != 204) || route->media_type != NULL);
      }
}

static void
test_wrong_tables (void)
{
  static const EnlaceRoute wrong[] = {
    { "GET", "/a", NULL, NULL },
    { "GET", "/a", "workflows:read", NULL },
    { "GET", "/a", "nobody:knows", (void (*) (EnlaceRequest *)) enlace_request_hold },
    { "GET", "/a", NULL, (void (*) (EnlaceRequest *)) enlace_request_hold },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      EnlaceDoorOptions options = ENLACE_DOOR_OPTIONS_INIT;
      const EnlaceRouteTable table = { "wrong", &wrong[i], 1 };
      const EnlaceRouteTable *const tables[] = { &table };
      EnlaceServices services = { 0 };
      g_autoptr(GError) error = NULL;

      options.listen = "127.0.0.1:0";
      g_assert_null (enlace_door_new (&options, &services, tables, 1, &error));
      g_assert_nonnull (error);
    }
}

static void
test_addresses (void)
{
  static const char *const wrong[] = { "", "7200", "localhost:7200", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:70000", "::1:7200", "[::1]", "[127.0.0.1:1" };
  static const char *const right[] = { "127.0.0.1:0", "[::1]:0", "0.0.0.0:0" };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong) + G_N_ELEMENTS (right); i++)
    {
      gboolean is_right = i >= G_N_ELEMENTS (wrong);
      EnlaceDoorOptions options = ENLACE_DOOR_OPTIONS_INIT;
      EnlaceServices services = { 0 };
      g_autoptr(GError) error = NULL;
      g_autoptr(EnlaceDoor) door = NULL;

      options.listen = is_right ? right[i - G_N_ELEMENTS (wrong)] : wrong[i];
      door = enlace_door_new (&options, &services, NULL, 0, &error);
      g_test_message ("%s", options.listen);
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED) || (is_right && door == NULL && options.listen[0] == '['))
        continue;   /* no IPv6 on this machine */
      g_assert_true ((door != NULL) == is_right);
      if (door != NULL)
        g_assert_cmpuint (enlace_door_get_port (door), !=, 0);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/http/system/health", Fixture, NULL, set_up, test_health, fixture_tear_down);
  g_test_add ("/http/system/metrics", Fixture, NULL, set_up, test_metrics, fixture_tear_down);
  g_test_add ("/http/system/documents", Fixture, NULL, set_up, test_documents, fixture_tear_down);
  g_test_add ("/http/system/feed", Fixture, NULL, set_up, test_feed, fixture_tear_down);
  g_test_add_func ("/http/system/every-route-is-described", test_tables);
  g_test_add_func ("/http/system/refuses-wrong-tables", test_wrong_tables);
  g_test_add_func ("/http/system/refuses-wrong-addresses", test_addresses);

  return g_test_run ();
}
