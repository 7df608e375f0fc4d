/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/workflow/plan-private.h"

G_BEGIN_DECLS

/* What becomes of a step's error. */

/* For the run's row, where it is sealed: which step failed, and why. */
char        *enlace_failure_describe    (const EnlacePlanStep    *step,
                                         const char              *message);
/* What expressions and people see: { code, message } and what the step added (`details`, nullable). */
EnlaceValue *enlace_failure_to_value    (const GError            *error,
                                         EnlaceValue             *details);
/* When the next attempt is due, by full jitter: any time between now and the exponential bound, but not before what the other end asked for. */
gint64       enlace_failure_choose_wake (const EnlaceRetryPolicy *retry,
                                         guint                    attempt,
                                         gint64                   retry_after_ms,
                                         gint64                   now);

G_END_DECLS
