/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/api/route.h"

G_BEGIN_DECLS

/* POST …/workflows/bulk { ids, is_active }: each workflow by itself; what could not be changed is listed with its reason. */
void enlace_workflows_bulk (EnlaceRequest *request);

G_END_DECLS
