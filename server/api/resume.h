/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/api/route.h"

G_BEGIN_DECLS

/* /resume/TOKEN: the addresses of steps that wait to be told something. */
extern const EnlaceRouteTable enlace_resume_routes;

G_END_DECLS
