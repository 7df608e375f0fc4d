/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/api/feed.h"
#include "server/api/route.h"

G_BEGIN_DECLS

/* How the feed shows resources, by EnlaceFeedKind (deleted ones excluded). */
const EnlaceFeedRender *enlace_route_renderers (void);

G_END_DECLS
