/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/store/store.h"

G_BEGIN_DECLS

#define ENLACE_MASTER_KEY_SIZE 32

/**
 * EnlaceVaultError:
 * @ENLACE_VAULT_ERROR_KEY: the master key is not this store's; nothing was changed
 * @ENLACE_VAULT_ERROR_SEALED: a sealed value was altered, moved or belongs to another place
 * @ENLACE_VAULT_ERROR_MISSING: no master key was given
 */
typedef enum {
  ENLACE_VAULT_ERROR_KEY,
  ENLACE_VAULT_ERROR_SEALED,
  ENLACE_VAULT_ERROR_MISSING,
} EnlaceVaultError;

#define ENLACE_VAULT_ERROR (enlace_vault_error_quark ())
GQuark enlace_vault_error_quark (void);

/**
 * EnlaceVault:
 *
 * Seals and opens what must not be readable at rest: XChaCha20-Poly1305 (libsodium) under the organisation's data key, bound to
 * organisation, table, row and field. Sealed form: version, key id, 24-byte nonce, ciphertext with tag. Thread-safe; keys live in locked memory.
 */
typedef struct _EnlaceVault EnlaceVault;

/* Opens a store's vault: checks the canary, unwraps every organisation's data key. */
EnlaceVault *enlace_vault_open            (EnlaceStore       *store,
                                           const guint8       master_key[ENLACE_MASTER_KEY_SIZE],
                                           GError           **error);
void         enlace_vault_free            (EnlaceVault       *self);
/* Whether the key is the one that the store was sealed with, by the canary alone; any form of the store that has one will do. */
gboolean     enlace_vault_check_key       (EnlaceReader      *reader,
                                           const guint8       master_key[ENLACE_MASTER_KEY_SIZE],
                                           GError           **error);

/* For `init`: a canary and a new organisation's wrapped data key. */
GBytes      *enlace_vault_make_canary     (const guint8       master_key[ENLACE_MASTER_KEY_SIZE]);
GBytes      *enlace_vault_make_data_key   (const guint8       master_key[ENLACE_MASTER_KEY_SIZE],
                                           const EnlaceUuid  *organisation_id);

GBytes      *enlace_vault_seal            (EnlaceVault       *self,
                                           const EnlaceUuid  *organisation_id,
                                           const char        *table,
                                           const EnlaceUuid  *row,
                                           const char        *field,
                                           gconstpointer      data,
                                           gsize              length);
GBytes      *enlace_vault_unseal          (EnlaceVault       *self,
                                           const EnlaceUuid  *organisation_id,
                                           const char        *table,
                                           const EnlaceUuid  *row,
                                           const char        *field,
                                           GBytes            *sealed,
                                           GError           **error);

/* The keyed hash of what must be found again but not be read at rest: nobody without the organisation's data key can tell what it was made of, nor
 * whether two organisations have the same. `purpose` keeps the hashes of one use apart from those of another. */
#define ENLACE_VAULT_HASH_SIZE 32
void         enlace_vault_hash            (EnlaceVault       *self,
                                           const EnlaceUuid  *organisation_id,
                                           const char        *purpose,
                                           gconstpointer      data,
                                           gsize              length,
                                           guint8             hash[ENLACE_VAULT_HASH_SIZE]);

/* The master key: from `fd` (32 raw bytes; -1: none), else the systemd credential `master-key`, else DIR/master.key (mode 0600 required). With
 * `create`, a missing file is made. The key is wiped by the caller (sodium_memzero). */
gboolean     enlace_master_key_load       (const char        *data_dir,
                                           int                fd,
                                           gboolean           create,
                                           guint8             key[ENLACE_MASTER_KEY_SIZE],
                                           GError           **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceVault, enlace_vault_free)

G_END_DECLS
