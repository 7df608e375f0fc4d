/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/api/route.h"

G_BEGIN_DECLS

/* /approve/TOKEN: a small page for whoever has the link. */
extern const EnlaceRouteTable enlace_approval_page_routes;

G_END_DECLS
