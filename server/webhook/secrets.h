/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/security/vault.h"
#include "server/store/store.h"

G_BEGIN_DECLS

/* What the requests of a trigger are checked with. */
#define ENLACE_SECRET_SIGNATURE    "signature"
/* The word by which a sender asks whether the address is ours (Meta's hub.verify_token). */
#define ENLACE_SECRET_VERIFY_TOKEN "verify_token"

/**
 * EnlaceHookSecrets:
 *
 * The secrets of workflows, opened: kept in memory once they were used, wiped when they change. Thread-safe.
 */
typedef struct _EnlaceHookSecrets EnlaceHookSecrets;

/* Borrows both. */
EnlaceHookSecrets *enlace_hook_secrets_new     (EnlaceStore        *store,
                                                EnlaceVault        *vault);
void               enlace_hook_secrets_free    (EnlaceHookSecrets  *self);
/* Texts that are good now, the present one first; empty: none was set. NULL with an error of the store or the vault. */
GPtrArray         *enlace_hook_secrets_get     (EnlaceHookSecrets  *self,
                                                const EnlaceUuid   *organisation_id,
                                                const EnlaceUuid   *workflow_id,
                                                const char         *name,
                                                GError            **error);
/* After a commit that set or removed one. */
void               enlace_hook_secrets_changed (EnlaceHookSecrets  *self);
/* The sealed form, for the store. */
GBytes            *enlace_hook_secrets_seal    (EnlaceVault        *vault,
                                                const EnlaceUuid   *organisation_id,
                                                const EnlaceUuid   *workflow_id,
                                                const char         *name,
                                                const char         *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceHookSecrets, enlace_hook_secrets_free)

G_END_DECLS
