/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/api/route.h"

G_BEGIN_DECLS

/* Versions, the draft of the person who asks, rolling back, and what publishing would change. */
extern const EnlaceRouteTable enlace_version_routes;

G_END_DECLS
