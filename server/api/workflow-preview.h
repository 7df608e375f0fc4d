/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/api/route.h"

G_BEGIN_DECLS

/* POST …/workflows/:id/publish-preview { version }: problems, what differs from the live version by step and edge, and how many runs are under way. */
void enlace_workflow_preview_publish (EnlaceRequest *request);

G_END_DECLS
