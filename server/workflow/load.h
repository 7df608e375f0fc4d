/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/workflow/run.h"

G_BEGIN_DECLS

/* Reads a run of which only the id is known from the store and brings it to where its record says that it was. A run that cannot go on (its workflow
 * cannot be compiled, its record is damaged) is made to fail with the reason. FALSE: there is nothing to do for it now. */
gboolean enlace_run_load (EnlaceRun *self);

G_END_DECLS
