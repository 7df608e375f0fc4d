/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/security/vault.h"

G_BEGIN_DECLS

/**
 * enlace_store_initialise:
 * @admin_email: the address of the owner
 * @master_key: what the organisation's new data key is wrapped with
 * @api_key: (out): the owner's API key with all permissions and no limit; it is nowhere else. The caller wipes and frees it.
 *
 * Makes the store with one organisation and its owner, whole or not at all.
 *
 * Fails with ENLACE_STORE_ERROR_EXISTS, and changes nothing, where there is a store.
 */
gboolean   enlace_store_initialise (const char    *data_dir,
                                    const char    *admin_email,
                                    const guint8   master_key[ENLACE_MASTER_KEY_SIZE],
                                    char         **api_key,
                                    GError       **error);

/**
 * enlace_store_check:
 * @master_key: (nullable): without it what is sealed is not looked at
 *
 * Looks for damage, beside a running server too: the structure of the file, what its rows promise, the canary and the data keys.
 *
 * Returns: (element-type utf8): a sentence a defect; empty: sound. NULL and @error when the store cannot be looked at.
 */
GPtrArray *enlace_store_check      (const char    *data_dir,
                                    const guint8  *master_key,
                                    GError       **error);

G_END_DECLS
