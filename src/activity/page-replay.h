/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "src/client/client.h"
#include "src/widgets/page.h"

G_BEGIN_DECLS

/* Counts the failed runs of a workflow, asks whether all are to be run again, and does so. */
void enlace_replay_failed (EnlacePage   *page,
                           EnlaceClient *client,
                           const char   *workflow_id);

G_END_DECLS
