/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/api/route.h"
#include "server/workflow/plan.h"

G_BEGIN_DECLS

/* What a workflow sees as `trigger`, with absent members filled (transfer full); `data` is nullable. */
EnlaceValue *enlace_execute_fill_trigger (EnlacePlan    *plan,
                                          EnlaceValue   *data);
/* POST …/workflows/:id/execute */
void         enlace_workflows_execute    (EnlaceRequest *request);

G_END_DECLS
