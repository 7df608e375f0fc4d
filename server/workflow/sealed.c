/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/sealed.h"

#include "common/value/packed.h"

#define WORKFLOWS "workflows"
#define EXECUTIONS "executions"

GBytes *
enlace_sealed_value_write (EnlaceVault      *vault,
                           const EnlaceUuid *organisation_id,
                           const char       *table,
                           const EnlaceUuid *row,
                           const char       *field,
                           EnlaceValue      *value)
{
  g_autoptr(GByteArray) bytes = g_byte_array_sized_new (1024);

  enlace_packed_append (bytes, value);
  return enlace_vault_seal (vault, organisation_id, table, row, field, bytes->data, bytes->len);
}

EnlaceValue *
enlace_sealed_value_read (EnlaceVault       *vault,
                          const EnlaceUuid  *organisation_id,
                          const char        *table,
                          const EnlaceUuid  *row,
                          const char        *field,
                          GBytes            *sealed,
                          GError           **error)
{
  g_autoptr(GBytes) bytes = enlace_vault_unseal (vault, organisation_id, table, row, field, sealed, error);
  gconstpointer data;
  gsize length;

  if (bytes == NULL)
    return NULL;

  data = g_bytes_get_data (bytes, &length);
  return enlace_packed_read (data, length, error);
}

GBytes *
enlace_sealed_document_write (EnlaceVault      *vault,
                              const EnlaceUuid *organisation_id,
                              const EnlaceUuid *workflow_id,
                              EnlaceValue      *document)
{
  return enlace_sealed_value_write (vault, organisation_id, WORKFLOWS, workflow_id, "document", document);
}

EnlaceValue *
enlace_sealed_document_read (EnlaceVault       *vault,
                             const EnlaceUuid  *organisation_id,
                             const EnlaceUuid  *workflow_id,
                             GBytes            *sealed,
                             GError           **error)
{
  return enlace_sealed_value_read (vault, organisation_id, WORKFLOWS, workflow_id, "document", sealed, error);
}

static char *
make_draft_field (const EnlaceUuid *member_id)
{
  char text[ENLACE_UUID_TEXT_SIZE];

  enlace_uuid_format (member_id, text);
  return g_strconcat ("draft/", text, NULL);
}

GBytes *
enlace_sealed_draft_write (EnlaceVault      *vault,
                           const EnlaceUuid *organisation_id,
                           const EnlaceUuid *workflow_id,
                           const EnlaceUuid *member_id,
                           EnlaceValue      *document)
{
  g_autofree char *field = make_draft_field (member_id);

  return enlace_sealed_value_write (vault, organisation_id, WORKFLOWS, workflow_id, field, document);
}

EnlaceValue *
enlace_sealed_draft_read (EnlaceVault       *vault,
                          const EnlaceUuid  *organisation_id,
                          const EnlaceUuid  *workflow_id,
                          const EnlaceUuid  *member_id,
                          GBytes            *sealed,
                          GError           **error)
{
  g_autofree char *field = make_draft_field (member_id);

  return enlace_sealed_value_read (vault, organisation_id, WORKFLOWS, workflow_id, field, sealed, error);
}

static char *
read_text (EnlaceVault       *vault,
           const EnlaceUuid  *organisation_id,
           const char        *table,
           const EnlaceUuid  *row,
           const char        *field,
           GBytes            *sealed,
           GError           **error)
{
  g_autoptr(GBytes) bytes = enlace_vault_unseal (vault, organisation_id, table, row, field, sealed, error);
  gconstpointer data;
  gsize length;

  if (bytes == NULL)
    return NULL;

  data = g_bytes_get_data (bytes, &length);
  return g_strndup (data, length);
}

GBytes *
enlace_sealed_token_write (EnlaceVault      *vault,
                           const EnlaceUuid *organisation_id,
                           const EnlaceUuid *workflow_id,
                           const char       *token)
{
  return enlace_vault_seal (vault, organisation_id, WORKFLOWS, workflow_id, "token", token, strlen (token));
}

char *
enlace_sealed_token_read (EnlaceVault       *vault,
                          const EnlaceUuid  *organisation_id,
                          const EnlaceUuid  *workflow_id,
                          GBytes            *sealed,
                          GError           **error)
{
  return read_text (vault, organisation_id, WORKFLOWS, workflow_id, "token", sealed, error);
}

GBytes *
enlace_sealed_message_write (EnlaceVault      *vault,
                             const EnlaceUuid *organisation_id,
                             const EnlaceUuid *execution_id,
                             const char       *message)
{
  return enlace_vault_seal (vault, organisation_id, EXECUTIONS, execution_id, "error_message", message, strlen (message));
}

char *
enlace_sealed_message_read (EnlaceVault       *vault,
                            const EnlaceUuid  *organisation_id,
                            const EnlaceUuid  *execution_id,
                            GBytes            *sealed,
                            GError           **error)
{
  return read_text (vault, organisation_id, EXECUTIONS, execution_id, "error_message", sealed, error);
}
