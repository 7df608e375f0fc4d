/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/store/store.h"

G_BEGIN_DECLS

/* Replies kept for `Idempotency-Key`: 24 hours, written in the commit of the change that they answer. */
typedef struct {
  EnlaceUuid  organisation_id;
  char       *key;               /* as sent, with the method and path before it */
  guint8      body_hash[32];     /* SHA-256 of the request's body */
  guint       status;
  GBytes     *reply;             /* sealed by the caller: headers and body */
  gint64      created_at;
} EnlaceIdempotencyRow;

/* CONFLICT when the key is there already. */
gboolean              enlace_idempotency_insert   (EnlaceWriter                *writer,
                                                   const EnlaceIdempotencyRow  *row,
                                                   GError                     **error);
EnlaceIdempotencyRow *enlace_idempotency_find     (EnlaceReader                *reader,
                                                   const EnlaceUuid            *organisation_id,
                                                   const char                  *key,
                                                   GError                     **error); /* NULL without error: not there */
gboolean              enlace_idempotency_expire   (EnlaceWriter                *writer,
                                                   gint64                       before,
                                                   GError                     **error);
void                  enlace_idempotency_row_free (EnlaceIdempotencyRow        *row);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceIdempotencyRow, enlace_idempotency_row_free)

G_END_DECLS
