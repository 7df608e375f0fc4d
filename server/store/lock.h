/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/store/store.h"

G_BEGIN_DECLS

/* The lock of a data directory: flock() on DIR/lock, which holds the process id of its holder. Private to the store. Returns the
 * descriptor, or -1: ENLACE_STORE_ERROR_HELD with the holder in the message. */
int  enlace_lock_take    (const char  *data_dir,
                          GError     **error);
void enlace_lock_release (int          fd);

G_END_DECLS
