/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/api/request.h"

G_BEGIN_DECLS

typedef enum {
  ENLACE_ROUTE_IF_MATCH   = 1 << 0,   /* wants If-Match: 428 without */
  ENLACE_ROUTE_RAW_BODY   = 1 << 1,   /* the body is not JSON of ours: any type, not parsed */
  ENLACE_ROUTE_ANY_METHOD = 1 << 2,   /* the handler decides on the verb (hooks) */
  ENLACE_ROUTE_ANY_HOST   = 1 << 3,   /* answers whatever Host says (/healthz, /readyz) */
  ENLACE_ROUTE_REST       = 1 << 4,   /* the last parameter takes all that follows, slashes included */
  ENLACE_ROUTE_LOCAL      = 1 << 5,   /* a request from this machine needs no key (/metrics) */
} EnlaceRouteFlags;

#define ENLACE_PERMISSION_NONE "none"             /* no key at all */
#define ENLACE_PERMISSION_ANY  "any"              /* any valid key */

/* A row of the table of routes. A route without a permission does not start (a test walks all tables). */
typedef struct {
  const char       *method;
  const char       *path;        /* "/api/integrations/workflows/:id" */
  const char       *permission;  /* a scope of security/permissions.c, or one of the two above */
  void            (*handle) (EnlaceRequest *request);
  EnlaceRouteFlags  flags;
  const char       *summary;     /* for OpenAPI: one line */
  const char       *body;        /* name of the request's schema in server/api/schemas, nullable: the route reads no JSON body */
  const char       *reply;       /* name of the reply's schema, nullable */
  guint             status;      /* of success; 0: 200 */
  guint             other_status;/* another one of success, with the same reply; 0: none */
  /* Nullable: loads what the path names, before the body is looked at, so that refusals come in their order (404, then 413/415, then 428/412, then 400).
   * Keeps it by enlace_request_set_object(). *`revision` (set to -1 before): what If-Match is compared with, 412 on a miss; -1: it is not. */
  gboolean        (*find) (EnlaceRequest *request, gint64 *revision, GError **error);
  const char       *query;       /* nullable, for OpenAPI: "limit:integer cursor status", type string unless named */
  const char       *media_type;  /* of the reply; NULL: application/json */
} EnlaceRoute;

typedef struct {
  const char        *tag;        /* for OpenAPI: "workflows" */
  const EnlaceRoute *routes;
  guint              n_routes;
} EnlaceRouteTable;

/* "/a/:id/b" → the name of its nth parameter, with its length; NULL: it has fewer. */
const char *enlace_route_get_param_name (const EnlaceRoute *self,
                                         guint              index,
                                         gsize             *length);

/* Every resource's table (routes.c lists them). */
const EnlaceRouteTable *const *enlace_route_tables (guint *n_tables);

G_END_DECLS
