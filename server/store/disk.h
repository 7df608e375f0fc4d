/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/store/store.h"

G_BEGIN_DECLS

/* The disk under the store. Private to the store. */
gboolean enlace_disk_has_space      (const char  *data_dir,
                                     GError     **error);   /* FULL below 3 % or 64 MiB; an unknown size passes */
/* Makes a directory entry durable. */
gboolean enlace_disk_sync_directory (const char  *directory,
                                     GError     **error);

G_END_DECLS
