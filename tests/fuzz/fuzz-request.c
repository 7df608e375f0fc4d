/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <stdint.h>
#include <string.h>

#include <glib.h>

#include "server/api/idempotency.h"
#include "server/api/precondition.h"
#include "server/api/request-private.h"
#include "server/api/target.h"
#include "server/http/host.h"
#include "server/http/router.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* What the door parses of a request by itself. The input: the target, then a header field a line, the first being Host, the second If-Match. */

static void
answer (EnlaceRequest *request)
{
}

static const EnlaceRoute routes[] = {
  { "GET", "/a", ENLACE_PERMISSION_NONE, answer },
  { "GET", "/a/:id", ENLACE_PERMISSION_NONE, answer },
  { "GET", "/a/:id/b/:name", ENLACE_PERMISSION_NONE, answer },
  { "GET", "/a/bulk/:rest", ENLACE_PERMISSION_NONE, answer, ENLACE_ROUTE_REST },
};

static void
check_target (const char *text)
{
  static const EnlaceRouteTable table = { "fuzz", routes, G_N_ELEMENTS (routes) };
  static const EnlaceRouteTable *const tables[] = { &table };
  static EnlaceRouter *router;
  EnlaceTarget target;
  EnlaceRouterMatch match;
  const char *problem;

  if (router == NULL)
    router = enlace_router_new (tables, 1, NULL);
  if (enlace_target_parse (&target, text, &problem))
    {
      g_autofree char *rest = enlace_target_dup_rest (&target, 0);
      g_autoptr(EnlaceValue) last = enlace_query_to_map (target.query, FALSE);
      g_autoptr(EnlaceValue) all = enlace_query_to_map (target.query, TRUE);

      g_assert_true (target.is_too_long || g_utf8_validate (rest, -1, NULL));
      g_assert_cmpuint (enlace_value_get_length (last), ==, enlace_value_get_length (all));
      if (enlace_router_match (router, "GET", &target, &match) == ENLACE_ROUTER_FOUND)
        for (guint i = 0; i < match.n_values; i++)
          g_assert_cmpstr (match.values[i], !=, "..");
    }
  enlace_target_clear (&target);
}

static void
check_fields (char **lines)
{
  g_autoptr(EnlaceRequest) request = enlace_request_new (NULL);
  EnlaceValue *map;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *colon = strchr (lines[i], ':');

      if (colon == NULL || colon == lines[i])
        continue;
      *colon = '\0';
      enlace_request_take_header (request, lines[i], (gsize) (colon - lines[i]), colon + 1, strlen (colon + 1));
    }
  map = enlace_request_get_headers (request);
  for (gsize i = 0; i < enlace_value_get_length (map); i++)
    g_assert_true (g_utf8_validate (enlace_value_get_string (enlace_value_get_member_value (map, i)), -1, NULL));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_auto(GStrv) lines = g_strsplit (text, "\n", 200);
  EnlacePrecondition precondition;

  if (lines[0] == NULL)
    return 0;
  check_target (lines[0]);
  if (lines[1] != NULL)
    {
      g_autofree char *host = NULL;
      guint16 port;

      if (enlace_host_parse (lines[1], &host, &port))
        g_assert_cmpstr (host, !=, "");
      if (lines[2] != NULL && enlace_precondition_parse (&precondition, lines[2]))
        g_assert_cmpuint (precondition.n_revisions, <=, G_N_ELEMENTS (precondition.revisions));
      enlace_idempotency_is_key (lines[1]);
      check_fields (lines + 1);
    }

  return 0;
}
