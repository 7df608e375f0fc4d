/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/store/store.h"

G_BEGIN_DECLS

#define ENLACE_DATA_HASH_SIZE 32

/* What workflows keep beyond a run: values by key, and keys that were seen. Keys come as hashes, values and the text of keys sealed by the caller. */

typedef struct {
  guint8      key_hash[ENLACE_DATA_HASH_SIZE];
  EnlaceUuid  organisation_id;
  gboolean    has_workflow;     /* else it is the whole organisation's */
  EnlaceUuid  workflow_id;
  gboolean    is_test;
  GBytes     *key;              /* sealed */
  GBytes     *value;            /* sealed */
  gint64      expires_at;       /* 0: never */
  gint64      created_at;
  gint64      updated_at;
  gint64      revision;
} EnlaceDataRow;

typedef struct {
  const EnlaceUuid *organisation_id;
  const EnlaceUuid *workflow_id;  /* NULL: the whole organisation's */
  gboolean          is_test;
  const guint8     *after;        /* the last hash of the page before; NULL: the first page */
  gint64            now;          /* what has expired by then is left out */
  guint             limit;
} EnlaceDataFilter;

/* NULL without an error: the key is not there, or has expired by `now`. */
EnlaceDataRow *enlace_data_get     (EnlaceReader            *reader,
                                    const guint8             key_hash[ENLACE_DATA_HASH_SIZE],
                                    gint64                   now,
                                    GError                 **error);
/* In the order of the hashes (element-type EnlaceDataRow). */
GPtrArray     *enlace_data_list    (EnlaceReader            *reader,
                                    const EnlaceDataFilter  *filter,
                                    GError                 **error);
/* Writes a key, whatever was there (`expected_revision` -1), or only where that revision is there (0: none, or it has expired): else CONFLICT. */
gboolean       enlace_data_put     (EnlaceWriter            *writer,
                                    const EnlaceDataRow     *row,
                                    gint64                   expected_revision,
                                    GError                 **error);
/* CONFLICT: that revision is not there any more. */
gboolean       enlace_data_remove  (EnlaceWriter            *writer,
                                    const guint8             key_hash[ENLACE_DATA_HASH_SIZE],
                                    gint64                   expected_revision,
                                    GError                 **error);

/* Whether a key was seen and is remembered at `now`. */
gboolean       enlace_data_is_seen (EnlaceReader            *reader,
                                    const guint8             key_hash[ENLACE_DATA_HASH_SIZE],
                                    gint64                   now,
                                    gboolean                *is_seen,
                                    GError                 **error);
/* Remembers a key until `expires_at`. CONFLICT: it is remembered already. */
gboolean       enlace_data_see     (EnlaceWriter            *writer,
                                    const guint8             key_hash[ENLACE_DATA_HASH_SIZE],
                                    const EnlaceUuid        *organisation_id,
                                    const EnlaceUuid        *workflow_id,
                                    gint64                   expires_at,
                                    gint64                   now,
                                    GError                 **error);
/* Removes what has expired before. */
gboolean       enlace_data_expire  (EnlaceWriter            *writer,
                                    gint64                   before,
                                    GError                 **error);

void           enlace_data_row_free (EnlaceDataRow          *row);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceDataRow, enlace_data_row_free)

G_END_DECLS
