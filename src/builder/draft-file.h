/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/value/value.h"

G_BEGIN_DECLS

/* The copy of a draft that the server has not yet. It is readable for its owner alone. */

/* The folder in which the application keeps them. Transfer full. */
char        *enlace_draft_file_get_folder (void);
gboolean     enlace_draft_file_write      (const char   *folder,
                                           const char   *workflow_id,
                                           EnlaceValue  *document,
                                           gint64        base_version,
                                           GError      **error);
/* NULL without an error: there is none. Transfer full. */
EnlaceValue *enlace_draft_file_read       (const char   *folder,
                                           const char   *workflow_id,
                                           gint64       *base_version,
                                           GError      **error);
void         enlace_draft_file_remove     (const char   *folder,
                                           const char   *workflow_id);

G_END_DECLS
