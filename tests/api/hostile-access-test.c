/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every route of the OpenAPI document, called without a key, with wrong ones, and for what is not there. */

#define G_LOG_DOMAIN "enlace-test"

#include <string.h>

#include "common/value/json.h"
#include "tests/support/raw.h"
#include "tests/support/server.h"

typedef void (*Visit) (TestServer *server, const char *method, const char *path, gpointer data);

/* The document's operations that take a key, `/metrics` aside: it is open from loopback. */
static guint
visit_operations (TestServer *server,
                  Visit       visit,
                  gpointer    data)
{
  g_autoptr(TestReply) openapi = test_server_expect (server, 200, "GET", "/api/openapi.json", NULL);
  EnlaceValue *paths = enlace_value_get_member (openapi->body, "paths");
  guint n_visited = 0;

  for (gsize i = 0; i < enlace_value_get_length (paths); i++)
    {
      const char *path = enlace_value_get_string (enlace_value_get_key (paths, i));
      EnlaceValue *item = enlace_value_get_member_value (paths, i);

      for (gsize j = 0; j < enlace_value_get_length (item); j++)
        {
          EnlaceValue *operation = enlace_value_get_member_value (item, j);
          EnlaceValue *security = enlace_value_get_kind (operation) == ENLACE_KIND_MAP ? enlace_value_get_member (operation, "security") : NULL;
          g_autofree char *method = g_ascii_strup (enlace_value_get_string (enlace_value_get_key (item, j)), -1);

          if (security == NULL || enlace_value_get_length (security) != 1)
            continue;
          visit (server, method, path, data);
          n_visited++;
        }
    }

  return n_visited;
}

/* "/a/{id}/b" with each parameter replaced. */
static char *
fill_path (const char *path,
           const char *id,
           const char *other)
{
  GString *filled = g_string_new (NULL);

  while (*path != '\0')
    if (*path == '{')
      {
        g_string_append (filled, g_str_has_prefix (path, "{id}") ? id : other);
        path = strchr (path, '}') + 1;
      }
    else
      g_string_append_c (filled, *path++);

  return g_string_free_and_steal (filled);
}

static void
check_refused (TestServer *server,
               const char *method,
               const char *path,
               const char *authorization)
{
  const char *const bodies[] = { NULL, "{}", "{\"no\":" };
  g_autofree char *filled = fill_path (path, "01890a5d-ac96-774b-bcce-b302099a8057", "1");

  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autofree char *request = g_strdup_printf ("%s %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nConnection: close\r\nContent-Type: application/json\r\n%s"
                                                  "Content-Length: %zu\r\n\r\n%s",
                                                  method, filled, server->port, authorization, bodies[i] ? strlen (bodies[i]) : 0, bodies[i] ? bodies[i] : "");
      g_autofree char *reply = test_raw_exchange (server, request, strlen (request));
      const char *body = strstr (reply, "\r\n\r\n");

      if (!g_str_has_prefix (reply, "HTTP/1.1 401 ") || strcasestr (reply, "www-authenticate: bearer") == NULL || test_raw_count (reply, "HTTP/1.1 ") != 1)
        g_error ("%s %s with “%s”: %s", method, path, authorization, reply);
      g_assert_nonnull (strstr (body, "\"title\""));
      /* Not even what the route would want. */
      g_assert_null (strstr (body, "errors"));
      g_assert_null (strstr (body, server->key));
    }
}

static char *
broken_key (TestServer *server,
            gsize       place)
{
  char *key = g_strdup (server->key);

  key[place] = key[place] == 'a' ? 'b' : 'a';
  return key;
}

static void
visit_without_key (TestServer *server,
                   const char *method,
                   const char *path,
                   gpointer    data)
{
  g_autofree char *checksum = broken_key (server, strlen (server->key) - 1), *secret = broken_key (server, 10);
  g_autofree char *cut = g_strndup (server->key, strlen (server->key) - 1);
  g_autofree char *headers[] = {
    g_strdup (""),
    g_strdup ("Authorization:\r\n"),
    g_strdup ("Authorization: Bearer\r\n"),
    /* Well-formed, with the right checksum, and nobody's. */
    g_strdup ("Authorization: Bearer enl_000000000000000000000000000000000000\r\n"),
    g_strdup_printf ("Authorization: Bearer %s\r\n", checksum),
    g_strdup_printf ("Authorization: Bearer %s\r\n", secret),
    g_strdup_printf ("Authorization: Bearer %s\r\n", cut),
    g_strdup_printf ("Authorization: Bearer %s0\r\n", server->key),
    g_strdup_printf ("Authorization: Basic %s\r\n", server->key),
    g_strdup_printf ("Authorization: %s\r\n", server->key),
    g_strdup_printf ("X-Api-Key: %s\r\n", server->key),
    g_strdup_printf ("Cookie: key=%s\r\n", server->key),
  };

  for (gsize i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      check_refused (server, method, path, headers[i]);
      g_free (g_steal_pointer (&headers[i]));
    }
}

static void
test_keys (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  guint n_visited = visit_operations (server, visit_without_key, NULL);

  g_test_message ("%u operations", n_visited);
  g_assert_cmpuint (n_visited, >=, 20);
}

static void
visit_with_ids (TestServer *server,
                const char *method,
                const char *path,
                gpointer    data)
{
  static const char *const ids[] = {
    "01890a5d-ac96-774b-bcce-b302099a8057", "not-a-uuid", "00000000-0000-0000-0000-000000000000", "01890a5dac96774bbcceb302099a8057", "%2e%2e", "'%20or%201=1",
    "01890a5d-ac96-774b-bcce-b302099a805", "01890a5d-ac96-774b-bcce-b302099a8057%00",
  };
  guint *n_checked = data;

  if (strstr (path, "{id}") == NULL)
    return;

  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autofree char *filled = fill_path (path, ids[i], "1");
      const char *body = strcmp (method, "GET") == 0 || strcmp (method, "DELETE") == 0 ? NULL : "{}";
      g_autoptr(TestReply) reply = test_server_call (server, method, filled, body, NULL);

      if (reply->status != 404 && !(strstr (ids[i], "%00") != NULL && reply->status == 400))
        g_error ("%s %s: %u: %s", method, filled, reply->status, reply->text);
      g_assert_nonnull (strstr (reply->headers, "application/problem+json"));
    }
  (*n_checked)++;
}

/* An id that is not there is 404 before anything else is looked at: revision, body, and what it says. */
static void
test_ids (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  guint n_checked = 0;

  visit_operations (server, visit_with_ids, &n_checked);
  g_test_message ("%u operations", n_checked);
  g_assert_cmpuint (n_checked, >=, 12);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hostile/access/needs-the-key-on-every-route", test_keys);
  g_test_add_func ("/hostile/access/finds-nothing-by-a-wrong-id", test_ids);

  return g_test_run ();
}
