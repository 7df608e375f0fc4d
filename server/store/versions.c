/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-store"

#include "server/store/reader.h"
#include "server/store/workflows.h"
#include "server/store/writer.h"

#define COLUMNS "workflow_id, version, name, comment, created_by, created_at, revision"

static const char insert_sql[] =
  "INSERT INTO versions (workflow_id, version, name, comment, created_by, created_at, document) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

static const char get_sql[] =
  "SELECT " COLUMNS ", document FROM versions WHERE workflow_id = ?1 AND version = ?2";

static const char get_name_sql[] =
  "SELECT " COLUMNS ", NULL FROM versions WHERE workflow_id = ?1 AND version = ?2";

static const char rename_sql[] =
  "UPDATE versions SET name = ?3, comment = ?4, revision = ?5 WHERE workflow_id = ?1 AND version = ?2";

static const char touch_workflow_sql[] = "UPDATE workflows SET change = ?2 WHERE id = ?1";

static const char list_sql[] =
  "SELECT " COLUMNS ", NULL FROM versions"
  " WHERE workflow_id = ?1 AND version < ?2 ORDER BY version DESC LIMIT ?3";

static const char put_draft_sql[] =
  "INSERT INTO drafts (workflow_id, member_id, base_version, updated_at, document) VALUES (?1, ?2, ?3, ?4, ?5)"
  " ON CONFLICT (workflow_id, member_id) DO UPDATE SET base_version = excluded.base_version, updated_at = excluded.updated_at,"
  " document = excluded.document";

static const char delete_draft_sql[] = "DELETE FROM drafts WHERE workflow_id = ?1 AND member_id = ?2";

static const char get_draft_sql[] =
  "SELECT workflow_id, member_id, base_version, updated_at, document FROM drafts WHERE workflow_id = ?1 AND member_id = ?2";

gboolean
enlace_versions_insert (EnlaceWriter            *writer,
                        const EnlaceVersionRow  *row,
                        GError                 **error)
{
  return enlace_connection_run (writer->connection, insert_sql, error, "uissuib",
                                &row->workflow_id, row->version, row->name, row->comment, &row->created_by, row->created_at, row->document);
}

static gpointer
read_version (sqlite3_stmt *query)
{
  EnlaceVersionRow *row = g_new0 (EnlaceVersionRow, 1);

  enlace_connection_read (query, "uissuiib", &row->workflow_id, &row->version, &row->name, &row->comment, &row->created_by, &row->created_at,
                          &row->revision, &row->document);

  return row;
}

EnlaceVersionRow *
enlace_versions_get (EnlaceReader      *reader,
                     const EnlaceUuid  *workflow_id,
                     gint64             version,
                     GError           **error)
{
  EnlaceConnection *connection = enlace_reader_get_connection (reader, error);

  if (connection == NULL)
    return NULL;

  return enlace_connection_get_row (connection, enlace_connection_query (connection, get_sql, error, "ui", workflow_id, version),
                                    read_version, "The workflow has no such version", error);
}

GPtrArray *
enlace_versions_list (EnlaceReader      *reader,
                      const EnlaceUuid  *workflow_id,
                      gint64             before,
                      guint              limit,
                      GError           **error)
{
  EnlaceConnection *connection = enlace_reader_get_connection (reader, error);

  if (connection == NULL)
    return NULL;

  return enlace_connection_list_rows (connection,
                                      enlace_connection_query (connection, list_sql, error, "uii", workflow_id,
                                                               before > 0 ? before : G_MAXINT64, (gint64) limit),
                                      read_version, (GDestroyNotify) enlace_version_row_free, error);
}

EnlaceVersionRow *
enlace_versions_get_for_change (EnlaceWriter      *writer,
                                const EnlaceUuid  *workflow_id,
                                gint64             version,
                                GError           **error)
{
  return enlace_connection_get_row (writer->connection,
                                    enlace_connection_query (writer->connection, get_name_sql, error, "ui", workflow_id, version),
                                    read_version, "The workflow has no such version", error);
}

gboolean
enlace_versions_rename (EnlaceWriter      *writer,
                        EnlaceVersionRow  *row,
                        gint64             expected_revision,
                        GError           **error)
{
  if (expected_revision >= 0 && expected_revision != row->revision)
    {
      g_set_error_literal (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_REVISION, "The version was named in the meantime");
      return FALSE;
    }

  /* Who looks at the workflow's history hears of it as a change of the workflow. */
  if (!enlace_connection_run (writer->connection, rename_sql, error, "uissi", &row->workflow_id, row->version, row->name, row->comment,
                              row->revision + 1) ||
      !enlace_connection_run (writer->connection, touch_workflow_sql, error, "ui", &row->workflow_id, enlace_writer_next_change (writer)))
    return FALSE;

  row->revision++;

  return TRUE;
}

gboolean
enlace_drafts_put (EnlaceWriter          *writer,
                   const EnlaceDraftRow  *row,
                   GError               **error)
{
  return enlace_connection_run (writer->connection, put_draft_sql, error, "uuiib",
                                &row->workflow_id, &row->member_id, row->base_version, row->updated_at, row->document);
}

gboolean
enlace_drafts_delete (EnlaceWriter      *writer,
                      const EnlaceUuid  *workflow_id,
                      const EnlaceUuid  *member_id,
                      GError           **error)
{
  if (!enlace_connection_run (writer->connection, delete_draft_sql, error, "uu", workflow_id, member_id))
    return FALSE;

  if (enlace_connection_get_changes (writer->connection) == 1)
    return TRUE;

  g_set_error_literal (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_NOT_FOUND, "There is no draft");

  return FALSE;
}

static gpointer
read_draft (sqlite3_stmt *query)
{
  EnlaceDraftRow *row = g_new0 (EnlaceDraftRow, 1);

  enlace_connection_read (query, "uuiib", &row->workflow_id, &row->member_id, &row->base_version, &row->updated_at, &row->document);

  return row;
}

EnlaceDraftRow *
enlace_drafts_get (EnlaceReader      *reader,
                   const EnlaceUuid  *workflow_id,
                   const EnlaceUuid  *member_id,
                   GError           **error)
{
  EnlaceConnection *connection = enlace_reader_get_connection (reader, error);

  if (connection == NULL)
    return NULL;

  return enlace_connection_get_row (connection,
                                    enlace_connection_query (connection, get_draft_sql, error, "uu", workflow_id, member_id),
                                    read_draft, "There is no draft", error);
}

void
enlace_version_row_free (EnlaceVersionRow *row)
{
  g_free (row->name);
  g_free (row->comment);
  g_clear_pointer (&row->document, g_bytes_unref);
  g_free (row);
}

void
enlace_draft_row_free (EnlaceDraftRow *row)
{
  g_clear_pointer (&row->document, g_bytes_unref);
  g_free (row);
}
