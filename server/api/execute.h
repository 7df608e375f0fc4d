/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/api/route.h"

G_BEGIN_DECLS

/* POST …/workflows/:id/execute */
void enlace_workflows_execute (EnlaceRequest *request);

G_END_DECLS
