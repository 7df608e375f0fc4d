/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/workflow/bundle.h"
#include "server/security/vault.h"
#include "server/store/store.h"

G_BEGIN_DECLS

/* Workflows and variables out of a store into a bundle, and back into another. Neither keys, secrets, runs nor people travel. */

/**
 * enlace_transfer_export:
 * @workflow_id: (nullable): one workflow alone; NULL: the organisation whole
 * @with_called: with one workflow, also those that it runs, and those that these run
 *
 * Reads the newest version of each workflow, and the variables: one workflow comes without the organisation's. The reader sees one state of the store
 * all along, also beside a server that writes.
 *
 * Returns: (transfer full): the bundle, sealed; NULL with an error of the store or the vault
 */
EnlaceBundle *enlace_transfer_export      (EnlaceReader      *reader,
                                           EnlaceVault       *vault,
                                           const EnlaceUuid  *organisation_id,
                                           const EnlaceUuid  *workflow_id,
                                           gboolean           with_called,
                                           GError           **error);

/* A workflow that an import has made. */
typedef struct {
  EnlaceUuid   id;
  char        *key;
  char        *name;
  EnlaceValue *document;      /* as it is stored */
} EnlaceImported;

/**
 * EnlaceImport:
 *
 * A bundle on its way into an organisation: each workflow gets a new id and a new address, begins with version 1, is not live, and refers to the new
 * ids of the others.
 */
typedef struct {
  EnlaceVault  *vault;             /* borrowed */
  EnlaceUuid    organisation_id;
  EnlaceUuid    member_id;         /* who is said to have made them */
  EnlaceBundle *bundle;
  GPtrArray    *workflows;         /* of EnlaceImported, in the order of the bundle */
  GPtrArray    *variables;         /* of EnlaceBundleVariable, borrowed: those of the organisation that it lacks */
} EnlaceImport;

/* Takes the bundle. ENLACE_STORE_ERROR_CONFLICT: the organisation has a variable of the same name with another type or value. */
EnlaceImport *enlace_import_new           (EnlaceReader      *reader,
                                           EnlaceVault       *vault,
                                           const EnlaceUuid  *organisation_id,
                                           const EnlaceUuid  *member_id,
                                           EnlaceBundle      *bundle,
                                           GError           **error);
void          enlace_import_free          (EnlaceImport      *self);
/* Writes all of it in the transaction of @writer; an error leaves it to the caller to undo what was written. */
gboolean      enlace_import_apply         (EnlaceImport      *self,
                                           EnlaceWriter      *writer,
                                           GError           **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceImport, enlace_import_free)

G_END_DECLS
