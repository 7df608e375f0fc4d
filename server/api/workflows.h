/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/api/route.h"

G_BEGIN_DECLS

extern const EnlaceRouteTable enlace_workflow_routes;

G_END_DECLS
