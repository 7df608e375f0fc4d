/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/value/value.h"
#include "server/security/vault.h"
#include "server/store/store.h"

G_BEGIN_DECLS

/**
 * EnlaceVariables:
 *
 * What expressions see as `vars`: the organisation's variables, and over them those of the workflow. Keeps what was read until
 * something of it changes. Thread-safe.
 */
typedef struct _EnlaceVariables EnlaceVariables;

/* Borrows both. */
EnlaceVariables *enlace_variables_new        (EnlaceStore       *store,
                                              EnlaceVault       *vault);
void             enlace_variables_free       (EnlaceVariables   *self);

/**
 * enlace_variables_get_scope:
 * @organisation_id: whose variables
 * @workflow_id: (nullable): of a workflow too; its own hide the organisation's of the same name
 * @is_test: a test run: test values, and the live one of a variable that has none
 *
 * The variables as the last commit left them. A point read of the store where nothing is kept yet, so it may be called on a door thread.
 *
 * Returns: (transfer full): a map of name → value, empty where there are none; NULL with an error of the store or the vault
 */
EnlaceValue     *enlace_variables_get_scope  (EnlaceVariables   *self,
                                              const EnlaceUuid  *organisation_id,
                                              const EnlaceUuid  *workflow_id,
                                              gboolean           is_test,
                                              GError           **error);

/* What may be in `vars`, as a JSON Schema: an object whose members have the types that were declared. For the static check. */
EnlaceValue     *enlace_variables_get_schema (EnlaceVariables   *self,
                                              const EnlaceUuid  *organisation_id,
                                              const EnlaceUuid  *workflow_id,
                                              GError           **error);

/* After a commit that made, changed or removed variables of an organisation. */
void             enlace_variables_changed    (EnlaceVariables   *self,
                                              const EnlaceUuid  *organisation_id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceVariables, enlace_variables_free)

G_END_DECLS
