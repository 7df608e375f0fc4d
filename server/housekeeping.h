/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/store/store.h"

G_BEGIN_DECLS

/**
 * EnlaceHousekeeping:
 *
 * Once an hour removes what was kept for a time that is over: replies for Idempotency-Key (24 hours), the ids of events (7 days) and what the
 * feed remembers of removed resources (7 days). Runs on the main context of the thread that makes it.
 */
typedef struct _EnlaceHousekeeping EnlaceHousekeeping;

EnlaceHousekeeping *enlace_housekeeping_new  (EnlaceStore        *store);
void                enlace_housekeeping_free (EnlaceHousekeeping *self);
/* What it does each time, as of `now` (microseconds since 1970). Does not wait. */
void                enlace_housekeeping_run  (EnlaceStore        *store,
                                              gint64              now);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceHousekeeping, enlace_housekeeping_free)

G_END_DECLS
