/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/value/value.h"
#include "server/security/vault.h"

G_BEGIN_DECLS

/* The sealed columns of workflows, in one place, so that who writes them and who reads them agree: a document is the packed form of its
 * JSON value, bound to the workflow and "document" (the version's number is only given in the transaction that writes it); a draft to the workflow
 * and "draft/MEMBER"; a token is its text. */

GBytes      *enlace_sealed_document_write (EnlaceVault       *vault,
                                           const EnlaceUuid  *organisation_id,
                                           const EnlaceUuid  *workflow_id,
                                           EnlaceValue       *document);
EnlaceValue *enlace_sealed_document_read  (EnlaceVault       *vault,
                                           const EnlaceUuid  *organisation_id,
                                           const EnlaceUuid  *workflow_id,
                                           GBytes            *sealed,
                                           GError           **error);
GBytes      *enlace_sealed_draft_write    (EnlaceVault       *vault,
                                           const EnlaceUuid  *organisation_id,
                                           const EnlaceUuid  *workflow_id,
                                           const EnlaceUuid  *member_id,
                                           EnlaceValue       *document);
EnlaceValue *enlace_sealed_draft_read     (EnlaceVault       *vault,
                                           const EnlaceUuid  *organisation_id,
                                           const EnlaceUuid  *workflow_id,
                                           const EnlaceUuid  *member_id,
                                           GBytes            *sealed,
                                           GError           **error);
GBytes      *enlace_sealed_token_write    (EnlaceVault       *vault,
                                           const EnlaceUuid  *organisation_id,
                                           const EnlaceUuid  *workflow_id,
                                           const char        *token);
char        *enlace_sealed_token_read     (EnlaceVault       *vault,
                                           const EnlaceUuid  *organisation_id,
                                           const EnlaceUuid  *workflow_id,
                                           GBytes            *sealed,
                                           GError           **error);

/* Why a run failed, in words: it names fields and what came back, so it is payload. */
GBytes      *enlace_sealed_message_write  (EnlaceVault       *vault,
                                           const EnlaceUuid  *organisation_id,
                                           const EnlaceUuid  *execution_id,
                                           const char        *message);
char        *enlace_sealed_message_read   (EnlaceVault       *vault,
                                           const EnlaceUuid  *organisation_id,
                                           const EnlaceUuid  *execution_id,
                                           GBytes            *sealed,
                                           GError           **error);

/* Any value of a run's row: fields "trigger_data", "document". */
GBytes      *enlace_sealed_value_write    (EnlaceVault       *vault,
                                           const EnlaceUuid  *organisation_id,
                                           const char        *table,
                                           const EnlaceUuid  *row,
                                           const char        *field,
                                           EnlaceValue       *value);
EnlaceValue *enlace_sealed_value_read     (EnlaceVault       *vault,
                                           const EnlaceUuid  *organisation_id,
                                           const char        *table,
                                           const EnlaceUuid  *row,
                                           const char        *field,
                                           GBytes            *sealed,
                                           GError           **error);

G_END_DECLS
