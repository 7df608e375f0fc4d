/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/api/route.h"

G_BEGIN_DECLS

extern const EnlaceRouteTable enlace_execution_routes;

/* GET …/workflows/:id/executions */
void enlace_executions_list_of_workflow (EnlaceRequest *request);

G_END_DECLS
