/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Asks the C library to keep the memory of a frame for the next one. Where frames are drawn by the processor each needs some megabytes of
 * surfaces, which would go back to the system and come again, cleared page by page, sixty times a second: a fifth of the work of a frame of the
 * canvas (builder-canvas-benchmark). Call it once, before any window. Does nothing with other C libraries than glibc. */
void enlace_frame_memory_keep (void);

G_END_DECLS
