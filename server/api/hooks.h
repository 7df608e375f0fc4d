/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/api/route.h"

G_BEGIN_DECLS

/* /hooks/TOKEN: the inbound addresses of workflows. */
extern const EnlaceRouteTable enlace_hook_routes;

G_END_DECLS
