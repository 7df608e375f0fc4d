/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * EnlaceClock:
 *
 * The time that runs go by: the wall clock's, but never going back. Where that was set forward it follows at once; where it was set back it goes
 * on, at half the speed, until the wall clock has caught up: so a wait lasts at most twice as long as it was to, and what a run has seen happens in order.
 */
typedef struct {
  GMutex mutex;
  gint64 offset;       /* from the monotonic clock; atomic */
  gint64 looked_at;    /* by the monotonic clock; atomic */
} EnlaceClock;

void   enlace_clock_init  (EnlaceClock *self);
void   enlace_clock_clear (EnlaceClock *self);
/* Microseconds since 1970. On any thread. */
gint64 enlace_clock_get   (EnlaceClock *self);

G_END_DECLS
