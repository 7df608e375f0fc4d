/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/store/store.h"

G_BEGIN_DECLS

/* What a workflow keeps secret, by name: a value, and for a while the one before it. Values are sealed by the caller (table "workflow_secrets",
 * row the workflow, field the name) and never leave the server. */

typedef struct {
  EnlaceUuid  workflow_id;
  char       *name;             /* "signature" */
  guint       slot;             /* 0: the present one; 1: the one before */
  GBytes     *value;            /* sealed */
  EnlaceUuid  set_by;
  gint64      set_at;
  gint64      expires_at;       /* 0: never */
} EnlaceSecretRow;

/* Sets the value. One that is there becomes the one before, good until `overlap_until` (0: it is forgotten at once). NOT_FOUND: there is no such
 * workflow in the organisation. */
gboolean    enlace_secrets_set     (EnlaceWriter           *writer,
                                    const EnlaceUuid       *organisation_id,
                                    const EnlaceSecretRow  *row,
                                    gint64                  overlap_until,
                                    GError                **error);
/* NOT_FOUND where there is none of this name. */
gboolean    enlace_secrets_delete  (EnlaceWriter           *writer,
                                    const EnlaceUuid       *organisation_id,
                                    const EnlaceUuid       *workflow_id,
                                    const char             *name,
                                    GError                **error);
/* By name and slot (element-type EnlaceSecretRow); `name` nullable: all. */
GPtrArray  *enlace_secrets_list    (EnlaceReader           *reader,
                                    const EnlaceUuid       *workflow_id,
                                    const char             *name,
                                    GError                **error);
void        enlace_secret_row_free (EnlaceSecretRow        *row);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceSecretRow, enlace_secret_row_free)

G_END_DECLS
