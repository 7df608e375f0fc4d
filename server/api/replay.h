/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/api/route.h"

G_BEGIN_DECLS

/* POST …/executions/:id/replay */
void enlace_executions_replay      (EnlaceRequest *request);
/* POST …/executions/replay */
void enlace_executions_replay_many (EnlaceRequest *request);

G_END_DECLS
