/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/api/route.h"

G_BEGIN_DECLS

/* /api/integrations/feed: what changes, as Server-Sent Events. */
extern const EnlaceRouteTable enlace_feed_routes;

G_END_DECLS
