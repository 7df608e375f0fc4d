/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/api/reply.h"
#include "server/security/vault.h"
#include "server/store/store.h"

G_BEGIN_DECLS

#define ENLACE_IDEMPOTENCY_KEY_MAX 255

/**
 * EnlaceIdempotency:
 *
 * POSTs with an `Idempotency-Key`: knows those under way and finds the stored replies of those before. Thread-safe.
 */
typedef struct _EnlaceIdempotency EnlaceIdempotency;

/* One such POST under way. */
typedef struct _EnlaceIdempotentCall EnlaceIdempotentCall;

EnlaceIdempotency    *enlace_idempotency_new      (EnlaceStore           *store,
                                                   EnlaceVault           *vault);
void                  enlace_idempotency_free     (EnlaceIdempotency     *self);

/* 1 to 255 printable ASCII characters. */
gboolean              enlace_idempotency_is_key   (const char            *key);

/* `scope`: method and path. Gives a call to go on with; or NULL and in *`replay` the reply of the first; or NULL and an error (ENLACE_API_ERROR: 409 while the
 * first is under way, 422 when its body was another). */
EnlaceIdempotentCall *enlace_idempotency_begin    (EnlaceIdempotency     *self,
                                                   const EnlaceUuid      *organisation_id,
                                                   const char            *scope,
                                                   const char            *key,
                                                   GBytes                *body,
                                                   EnlaceReply          **replay,
                                                   GError               **error);
/* Stores the reply in the transaction of the change that it answers. `secret_members` (nullable): members of its body that are left out; with
 * `has_secret` they, or without a list the whole body, give way to `"replayed": true`. */
gboolean              enlace_idempotent_call_store (EnlaceIdempotentCall *self,
                                                   EnlaceWriter          *writer,
                                                   EnlaceReply           *reply,
                                                   gboolean               has_secret,
                                                   const char *const     *secret_members,
                                                   GError               **error);
const char           *enlace_idempotent_call_get_key (EnlaceIdempotentCall *self);
/* It is no longer under way. */
void                  enlace_idempotent_call_end  (EnlaceIdempotentCall  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceIdempotency, enlace_idempotency_free)

G_END_DECLS
