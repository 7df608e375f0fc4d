/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/api/route.h"

G_BEGIN_DECLS

/* What a workflow whose trigger is of that type sees as `trigger`, with absent members filled (transfer full); `data` is nullable. */
EnlaceValue *enlace_execute_fill_trigger (const char  *type,
                                          EnlaceValue *data);
/* POST …/workflows/:id/execute */
void         enlace_workflows_execute    (EnlaceRequest *request);

G_END_DECLS
