/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/api/route.h"

G_BEGIN_DECLS

/* GET …/workflows/:id/schedule: when a schedule fires next, and did last. */
extern const EnlaceRouteTable enlace_schedule_routes;

G_END_DECLS
