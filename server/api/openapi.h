/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/api/route.h"

G_BEGIN_DECLS

/* The OpenAPI 3.1 document of the tables, as JSON: every route, and every schema of server/api/schemas. */
GBytes *enlace_openapi_write      (const EnlaceRouteTable *const *tables,
                                   guint                          n_tables);
/* A schema's text by the name that routes give; NULL: there is none. */
GBytes *enlace_openapi_get_schema (const char                    *name);
/* The document as a page for people, of nothing outside itself. */
GBytes *enlace_openapi_write_page (GBytes                        *document);
/* The Content-Security-Policy of that page. Caller frees. */
char   *enlace_openapi_get_policy (void);

G_END_DECLS
