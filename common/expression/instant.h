/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/expression/evaluation.h"

G_BEGIN_DECLS

/* Timestamps and durations: arithmetic, order, and durations from text. */

/* Whether + or - has a form for these two. */
gboolean enlace_instant_takes   (EnlaceOperator        op,
                                 const EnlaceOperand  *left,
                                 const EnlaceOperand  *right);
gboolean enlace_instant_compute (EnlaceEvaluation     *evaluation,
                                 EnlaceOperator        op,
                                 const EnlaceOperand  *left,
                                 const EnlaceOperand  *right,
                                 EnlaceOperand        *out);
int      enlace_instant_order   (const EnlaceOperand  *left,
                                 const EnlaceOperand  *right);
/* A timestamp of the years 1 to 9999; else a failure. */
gboolean enlace_instant_set     (EnlaceEvaluation     *evaluation,
                                 gint64                seconds,
                                 guint32               nanoseconds,
                                 EnlaceOperand        *out);
/* A duration of at most 2⁶³ - 1 nanoseconds; else a failure. */
gboolean enlace_duration_set    (EnlaceEvaluation     *evaluation,
                                 __int128              nanoseconds,
                                 EnlaceOperand        *out);
/* Signed numbers with units: `1h30m`, `-1.5s`, `10ms`, `3us`, `7ns`. */
gboolean enlace_duration_parse  (const char           *text,
                                 __int128             *nanoseconds);

G_END_DECLS
