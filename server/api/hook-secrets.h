/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/api/route.h"

G_BEGIN_DECLS

/* What a workflow's trigger keeps secret, and the addresses that listen for one event. */
extern const EnlaceRouteTable enlace_hook_secret_routes;
extern const EnlaceRouteTable enlace_listen_routes;

G_END_DECLS
