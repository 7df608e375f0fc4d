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
  const char       *body;        /* name of the request's schema in data/openapi, nullable */
  const char       *reply;       /* name of the reply's schema, nullable */
  guint             status;      /* of success; 0: 200 */
} EnlaceRoute;

typedef struct {
  const char        *tag;        /* for OpenAPI: "workflows" */
  const EnlaceRoute *routes;
  guint              n_routes;
} EnlaceRouteTable;

/* Every resource's table (routes.c lists them). */
const EnlaceRouteTable *const *enlace_route_tables (guint *n_tables);

G_END_DECLS
