/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/store/sqlite.h"

G_BEGIN_DECLS

/* The schema and its versions: migrations/NNNN-name.sql, compiled in; the file's user_version is the number of the last one that
 * was applied. Private to the store. */
int      enlace_schema_get_latest (void);
/* Fails with CORRUPT where the file is no store of ours, NEWER where a later version wrote it. */
gboolean enlace_schema_check      (EnlaceConnection  *connection,
                                   int               *version,
                                   GError           **error);
/* Each migration in a transaction of its own. */
gboolean enlace_schema_migrate    (EnlaceConnection  *connection,
                                   int                from,
                                   GError           **error);

G_END_DECLS
