/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-store"

#include "server/store/secrets.h"

#include "server/store/reader.h"
#include "server/store/writer.h"

static const char find_workflow_sql[] = "SELECT 1 FROM workflows WHERE id = ?1 AND organisation_id = ?2";

static const char forget_sql[] = "DELETE FROM workflow_secrets WHERE workflow_id = ?1 AND name = ?2 AND slot = 1";

static const char put_aside_sql[] =
  "UPDATE workflow_secrets SET slot = 1, expires_at = ?3 WHERE workflow_id = ?1 AND name = ?2 AND slot = 0";

static const char insert_sql[] =
  "INSERT OR REPLACE INTO workflow_secrets (workflow_id, name, slot, value, set_by, set_at, expires_at) VALUES (?1, ?2, 0, ?3, ?4, ?5, 0)";

static const char delete_sql[] = "DELETE FROM workflow_secrets WHERE workflow_id = ?1 AND name = ?2";

static const char list_sql[] =
  "SELECT workflow_id, name, slot, value, set_by, set_at, expires_at FROM workflow_secrets"
  " WHERE workflow_id = ?1 AND (?2 IS NULL OR name = ?2) ORDER BY name, slot";

static gboolean
check_workflow (EnlaceWriter      *writer,
                const EnlaceUuid  *organisation_id,
                const EnlaceUuid  *workflow_id,
                GError           **error)
{
  g_autoptr(GError) failure = NULL;
  sqlite3_stmt *query = enlace_connection_query (writer->connection, find_workflow_sql, &failure, "uu", workflow_id, organisation_id);

  if (query != NULL && enlace_connection_next (writer->connection, query, &failure))
    {
      enlace_connection_end (query);
      return TRUE;
    }

  if (failure == NULL)
    failure = g_error_new_literal (ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_NOT_FOUND, "There is no such workflow");
  g_propagate_error (error, g_steal_pointer (&failure));

  return FALSE;
}

gboolean
enlace_secrets_set (EnlaceWriter           *writer,
                    const EnlaceUuid       *organisation_id,
                    const EnlaceSecretRow  *row,
                    gint64                  overlap_until,
                    GError                **error)
{
  EnlaceConnection *connection = writer->connection;

  return check_workflow (writer, organisation_id, &row->workflow_id, error) &&
         enlace_connection_run (connection, forget_sql, error, "us", &row->workflow_id, row->name) &&
         (overlap_until == 0 ||
          enlace_connection_run (connection, put_aside_sql, error, "usi", &row->workflow_id, row->name, overlap_until)) &&
         enlace_connection_run (connection, insert_sql, error, "usbui", &row->workflow_id, row->name, row->value, &row->set_by, row->set_at);
}

gboolean
enlace_secrets_delete (EnlaceWriter      *writer,
                       const EnlaceUuid  *organisation_id,
                       const EnlaceUuid  *workflow_id,
                       const char        *name,
                       GError           **error)
{
  if (!check_workflow (writer, organisation_id, workflow_id, error) ||
      !enlace_connection_run (writer->connection, delete_sql, error, "us", workflow_id, name))
    return FALSE;

  if (enlace_connection_get_changes (writer->connection) > 0)
    return TRUE;

  g_set_error_literal (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_NOT_FOUND, "The workflow has no such secret");

  return FALSE;
}

static gpointer
read_secret (sqlite3_stmt *query)
{
  EnlaceSecretRow *row = g_new0 (EnlaceSecretRow, 1);

  enlace_connection_read (query, "usnbuii", &row->workflow_id, &row->name, (int *) &row->slot, &row->value, &row->set_by, &row->set_at,
                          &row->expires_at);

  return row;
}

GPtrArray *
enlace_secrets_list (EnlaceReader      *reader,
                     const EnlaceUuid  *workflow_id,
                     const char        *name,
                     GError           **error)
{
  EnlaceConnection *connection = enlace_reader_get_connection (reader, error);

  if (connection == NULL)
    return NULL;

  return enlace_connection_list_rows (connection, enlace_connection_query (connection, list_sql, error, "us", workflow_id, name),
                                      read_secret, (GDestroyNotify) enlace_secret_row_free, error);
}

void
enlace_secret_row_free (EnlaceSecretRow *row)
{
  g_free (row->name);
  g_clear_pointer (&row->value, g_bytes_unref);
  g_free (row);
}
