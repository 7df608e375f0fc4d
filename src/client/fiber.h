/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libdex.h>

G_BEGIN_DECLS

/**
 * enlace_fiber_spawn:
 * @func: what runs on the main thread, as a fiber
 * @data: (transfer full): for @func
 * @destroy: (nullable): frees @data once @func has come to its end
 *
 * To drop what comes back drops the result alone: the fiber runs to its end. One that should end earlier looks for itself whether it is
 * still wanted.
 *
 * Returns: (transfer full): what @func comes to
 */
DexFuture *enlace_fiber_spawn (DexFiberFunc   func,
                               gpointer       data,
                               GDestroyNotify destroy);

G_END_DECLS
