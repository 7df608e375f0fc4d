/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "src/builder/frame-memory.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

#define MIB (1024 * 1024)

void
enlace_frame_memory_keep (void)
{
#ifdef __GLIBC__
  mallopt (M_MMAP_THRESHOLD, 32 * MIB);
  mallopt (M_TRIM_THRESHOLD, 64 * MIB);
  mallopt (M_TOP_PAD, 16 * MIB);
#endif
}
