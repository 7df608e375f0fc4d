/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <stdint.h>

/* The engine asks gettimeofday() what time it is, and nothing else does here: this program has its own, which shows the time that was set. A new
 * context of the engine also takes its first random number from it. */
void    enlace_jail_clock_set       (int64_t microseconds);
/* Microseconds that pass. */
int64_t enlace_jail_clock_monotonic (void);
