/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/api/request-private.h"
#include "server/api/route.h"

G_BEGIN_DECLS

/**
 * EnlaceRouter:
 *
 * The tables of routes as a tree of segments. Immutable once made: any thread may ask it.
 */
typedef struct _EnlaceRouter EnlaceRouter;

typedef enum {
  ENLACE_ROUTER_FOUND,
  ENLACE_ROUTER_NO_PATH,
  ENLACE_ROUTER_NO_METHOD,
} EnlaceRouterResult;

typedef struct {
  const EnlaceRoute *route;     /* of FOUND */
  const char        *allow;     /* the methods of the path, for `Allow`; of NO_METHOD */
  gboolean           any_host;  /* a route of the path answers whatever Host says */
  guint              n_values;  /* what stands for its parameters */
  const char        *values[ENLACE_REQUEST_MAX_PARAMS];
  guint              rest;      /* the first segment of the last one with ENLACE_ROUTE_REST */
} EnlaceRouterMatch;

#define ENLACE_ROUTER_ERROR (enlace_router_error_quark ())
GQuark             enlace_router_error_quark (void);

/* Refuses a route without a permission, with one that nobody knows, without a handler, or given twice. The tables are borrowed. */
EnlaceRouter      *enlace_router_new   (const EnlaceRouteTable *const *tables,
                                        guint                          n_tables,
                                        GError                       **error);
void               enlace_router_free  (EnlaceRouter                  *self);

/* HEAD finds the route of GET. Literal segments go before parameters, parameters before a rest. */
EnlaceRouterResult enlace_router_match (EnlaceRouter                  *self,
                                        const char                    *method,
                                        EnlaceTarget                  *target,
                                        EnlaceRouterMatch             *match);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceRouter, enlace_router_free)

G_END_DECLS
