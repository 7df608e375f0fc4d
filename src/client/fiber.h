/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libdex.h>

G_BEGIN_DECLS

/* Fibers of the application run on its main thread, and their signals reach widgets: they get a roomy stack. */
#define ENLACE_FIBER_STACK (1024 * 1024)

static inline DexFuture *
enlace_fiber_spawn (DexFiberFunc   func,
                    gpointer       data,
                    GDestroyNotify destroy)
{
  return dex_scheduler_spawn (dex_scheduler_get_default (), ENLACE_FIBER_STACK, func, data, destroy);
}

G_END_DECLS
