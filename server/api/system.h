/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/api/route.h"

G_BEGIN_DECLS

/* /healthz, /readyz, /metrics, /api/openapi.json and /docs. */
extern const EnlaceRouteTable enlace_system_routes;

G_END_DECLS
