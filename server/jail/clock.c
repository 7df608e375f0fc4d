/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "server/jail/clock.h"

#include <string.h>
#include <sys/time.h>
#include <time.h>

static int64_t shown;

void
enlace_jail_clock_set (int64_t microseconds)
{
  shown = microseconds;
}

int64_t
enlace_jail_clock_monotonic (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (int64_t) now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int
gettimeofday (struct timeval *restrict time,
              void *restrict           zone)
{
  int64_t fraction = shown % 1000000;

  if (fraction < 0)
    fraction += 1000000;
  time->tv_sec = (time_t) ((shown - fraction) / 1000000);
  time->tv_usec = (suseconds_t) fraction;
  if (zone != NULL)
    memset (zone, 0, sizeof (struct timezone));

  return 0;
}
