/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Sends the program's messages to standard error, a line each: as text (`2026-11-25T10:00:00.000Z warning store: …`) or as JSON ({"time", "level", "room",
 * "message"}). Control characters are escaped, so that nobody can forge a line; API keys, bearer tokens and passwords in addresses are blotted out. */
void  enlace_log_start   (gboolean    is_json);
/* As lines will be written, without the line end: for tests. Caller frees. */
char *enlace_log_format  (gboolean        is_json,
                          gint64          usec,
                          GLogLevelFlags  level,
                          const char     *domain,
                          const char     *message);

G_END_DECLS
