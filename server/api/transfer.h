/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/api/route.h"

G_BEGIN_DECLS

/* Workflows out as bundles, and in again. */
extern const EnlaceRouteTable enlace_transfer_routes;

G_END_DECLS
