/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/workflow/frame.h"

G_BEGIN_DECLS

/* What becomes of a step's error. */

/* For the run's row, where it is sealed: which step failed, and why. */
char        *enlace_failure_describe    (const EnlacePlanStep    *step,
                                         const char              *message);
/* What expressions and people see: { code, message } and what the step added (`details`, nullable). */
EnlaceValue *enlace_failure_to_value    (const GError            *error,
                                         EnlaceValue             *details);
/* The error of a step as that of the frame it was in: with the step's id, and its name before the message. */
EnlaceValue *enlace_failure_in_step     (const EnlacePlanStep    *step,
                                         EnlaceValue             *error);
/* The error of a frame as that of the loop or parallel around it: with the iteration's number or the branch's name. */
EnlaceValue *enlace_failure_in_frame    (EnlaceFrame             *frame,
                                         gboolean                 is_loop,
                                         EnlaceValue             *error);
/* The same as a GError and the members beside code and message, to fail a step with. */
void         enlace_failure_restore     (EnlaceValue             *failure,
                                         EnlaceValue            **details,
                                         GError                 **error);
/* When the next attempt is due, by full jitter: any time between now and the exponential bound, but not before what the other end asked for. */
gint64       enlace_failure_choose_wake (const EnlaceRetryPolicy *retry,
                                         guint                    attempt,
                                         gint64                   retry_after_ms,
                                         gint64                   now);

G_END_DECLS
