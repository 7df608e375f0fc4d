/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/clock.h"

/* What two readings one after the other may differ by without any clock having been set. */
#define TOLERANCE_USEC (10 * 1000)

void
enlace_clock_init (EnlaceClock *self)
{
  g_mutex_init (&self->mutex);
  self->looked_at = g_get_monotonic_time ();
  self->offset = g_get_real_time () - self->looked_at;
}

void
enlace_clock_clear (EnlaceClock *self)
{
  g_mutex_clear (&self->mutex);
}

/* Takes a new offset over: at once when it is larger, else by half of the time that has gone by. */
static gint64
follow (EnlaceClock *self,
        gint64       offset,
        gint64       monotonic)
{
  gint64 passed, own;

  g_mutex_lock (&self->mutex);
  passed = MAX (monotonic - __atomic_load_n (&self->looked_at, __ATOMIC_RELAXED), 0);
  own = __atomic_load_n (&self->offset, __ATOMIC_RELAXED);
  own = MAX (offset, own - passed / 2);
  __atomic_store_n (&self->offset, own, __ATOMIC_RELAXED);
  __atomic_store_n (&self->looked_at, monotonic, __ATOMIC_RELAXED);
  g_mutex_unlock (&self->mutex);

  return own;
}

gint64
enlace_clock_get (EnlaceClock *self)
{
  gint64 monotonic = g_get_monotonic_time ();
  gint64 offset = g_get_real_time () - monotonic;
  gint64 own = __atomic_load_n (&self->offset, __ATOMIC_RELAXED);

  if (ABS (offset - own) > TOLERANCE_USEC)
    return monotonic + follow (self, offset, monotonic);

  __atomic_store_n (&self->looked_at, monotonic, __ATOMIC_RELAXED);

  return monotonic + own;
}
