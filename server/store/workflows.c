/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-store"

#include <string.h>

#include "server/store/feed.h"
#include "server/store/reader.h"
#include "server/store/workflows.h"
#include "server/store/writer.h"

#define COLUMNS \
  "id, organisation_id, name, description, tags, trigger_type, version, published_version, is_active, token, execution_count," \
  " success_count, error_count, last_execution_at, last_status, created_by, created_at, updated_at, revision, change"

static const char insert_sql[] =
  "INSERT INTO workflows (id, organisation_id, name, folded_name, description, tags, trigger_type, version, published_version, is_active,"
  " token, execution_count, success_count, error_count, last_execution_at, last_status, created_by, created_at, updated_at, revision, change)"
  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 0, 0, 0, 0, NULL, ?12, ?13, ?14, ?15, ?16)";

static const char find_revision_sql[] =
  "SELECT revision, version FROM workflows WHERE id = ?1 AND organisation_id = ?2";

static const char update_sql[] =
  "UPDATE workflows SET name = ?2, folded_name = ?3, description = ?4, tags = ?5, trigger_type = ?6, version = ?7, published_version = ?8,"
  " is_active = ?9, updated_at = ?10, revision = ?11, change = ?12 WHERE id = ?1";

static const char delete_sql[] = "DELETE FROM workflows WHERE id = ?1";

static const char insert_tombstone_sql[] =
  "INSERT INTO tombstones (change, organisation_id, kind, id, deleted_at) VALUES (?1, ?2, ?3, ?4, ?5)";

static const char get_sql[] =
  "SELECT " COLUMNS " FROM workflows WHERE id = ?1 AND (?2 IS NULL OR organisation_id = ?2)";

static const char list_sql[] =
  "SELECT " COLUMNS " FROM workflows WHERE organisation_id = ?1 AND id < ifnull(?2, x'ffffffffffffffffffffffffffffffffff')"
  " AND (?3 IS NULL OR instr(folded_name, ?3) > 0) AND (?4 IS NULL OR trigger_type = ?4) AND (?5 IS NULL OR name = ?5)"
  " AND (?6 < 0 OR is_active = ?6) ORDER BY id DESC LIMIT ?7";

static const char list_active_sql[] =
  "SELECT " COLUMNS " FROM workflows WHERE is_active AND published_version > 0 ORDER BY id";

/* What a search sees of a name: without case and compatibility forms. */
static char *
fold (const char *name)
{
  g_autofree char *normal = g_utf8_normalize (name, -1, G_NORMALIZE_ALL);

  return normal != NULL ? g_utf8_casefold (normal, -1) : g_ascii_strdown (name, -1);
}

gboolean
enlace_workflows_insert (EnlaceWriter            *writer,
                         EnlaceWorkflowRow       *row,
                         const EnlaceVersionRow  *version,
                         GError                 **error)
{
  g_autofree char *folded = fold (row->name);
  gint64 revision = MAX (row->revision, 1);
  gint64 change = enlace_writer_next_change (writer);

  if (!enlace_connection_run (writer->connection, insert_sql, error, "uussss" "siinb" "uiiii",
                              &row->id, &row->organisation_id, row->name, folded, row->description, row->tags,
                              row->trigger_type, row->version, row->published_version, row->is_active, row->token,
                              &row->created_by, row->created_at, row->updated_at, revision, change) ||
      !enlace_versions_insert (writer, version, error))
    return FALSE;

  row->revision = revision;
  row->change = change;

  return TRUE;
}

/* FALSE: the row is not there, or it is not at `expected` (-1: any). */
static gboolean
check_revision (EnlaceWriter      *writer,
                const EnlaceUuid  *organisation_id,
                const EnlaceUuid  *id,
                gint64             expected,
                gint64            *revision,
                gint64            *newest,
                GError           **error)
{
  g_autoptr(GError) failure = NULL;
  sqlite3_stmt *query = enlace_connection_query (writer->connection, find_revision_sql, error, "uu", id, organisation_id);

  if (query == NULL)
    return FALSE;

  if (!enlace_connection_next (writer->connection, query, &failure))
    {
      if (failure == NULL)
        failure = g_error_new_literal (ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_NOT_FOUND, "There is no such workflow");
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }

  enlace_connection_read (query, "ii", revision, newest);
  enlace_connection_end (query);

  if (expected < 0 || expected == *revision)
    return TRUE;

  g_set_error_literal (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_REVISION, "The workflow was changed in the meantime");

  return FALSE;
}

gboolean
enlace_workflows_update (EnlaceWriter       *writer,
                         EnlaceWorkflowRow  *row,
                         EnlaceVersionRow   *version,
                         gint64              expected_revision,
                         GError            **error)
{
  g_autofree char *folded = fold (row->name);
  gint64 change = enlace_writer_next_change (writer);
  gint64 revision, newest;

  if (!check_revision (writer, &row->organisation_id, &row->id, expected_revision, &revision, &newest, error))
    return FALSE;

  if (version != NULL)
    {
      version->version = ++newest;
      if (!enlace_versions_insert (writer, version, error))
        return FALSE;
    }

  if (!enlace_connection_run (writer->connection, update_sql, error, "ussss" "siin" "iii",
                              &row->id, row->name, folded, row->description, row->tags,
                              row->trigger_type, newest, row->published_version, row->is_active,
                              row->updated_at, revision + 1, change))
    return FALSE;

  row->version = newest;
  row->revision = revision + 1;
  row->change = change;

  return TRUE;
}

gboolean
enlace_workflows_delete (EnlaceWriter      *writer,
                         const EnlaceUuid  *organisation_id,
                         const EnlaceUuid  *id,
                         gint64             expected_revision,
                         GError           **error)
{
  gint64 revision, newest;

  return check_revision (writer, organisation_id, id, expected_revision, &revision, &newest, error) &&
         enlace_connection_run (writer->connection, delete_sql, error, "u", id) &&
         enlace_connection_run (writer->connection, insert_tombstone_sql, error, "iunui",
                                enlace_writer_next_change (writer), organisation_id, (int) ENLACE_FEED_WORKFLOW, id, writer->time);
}

static gpointer
read_workflow (sqlite3_stmt *query)
{
  EnlaceWorkflowRow *row = g_new0 (EnlaceWorkflowRow, 1);

  enlace_connection_read (query, "uussss" "iinbi" "iiisu" "iiii",
                          &row->id, &row->organisation_id, &row->name, &row->description, &row->tags, &row->trigger_type,
                          &row->version, &row->published_version, &row->is_active, &row->token, &row->execution_count,
                          &row->success_count, &row->error_count, &row->last_execution_at, &row->last_status, &row->created_by,
                          &row->created_at, &row->updated_at, &row->revision, &row->change);

  return row;
}

EnlaceWorkflowRow *
enlace_workflows_get (EnlaceReader      *reader,
                      const EnlaceUuid  *organisation_id,
                      const EnlaceUuid  *id,
                      GError           **error)
{
  EnlaceConnection *connection = enlace_reader_get_connection (reader, error);

  if (connection == NULL)
    return NULL;

  return enlace_connection_get_row (connection, enlace_connection_query (connection, get_sql, error, "uu", id, organisation_id),
                                    read_workflow, "There is no such workflow", error);
}

EnlaceWorkflowRow *
enlace_workflows_get_for_change (EnlaceWriter      *writer,
                                 const EnlaceUuid  *organisation_id,
                                 const EnlaceUuid  *id,
                                 GError           **error)
{
  return enlace_connection_get_row (writer->connection, enlace_connection_query (writer->connection, get_sql, error, "uu", id, organisation_id),
                                    read_workflow, "There is no such workflow", error);
}

GPtrArray *
enlace_workflows_list (EnlaceReader                *reader,
                       const EnlaceUuid            *organisation_id,
                       const EnlaceWorkflowFilter  *filter,
                       GError                     **error)
{
  EnlaceConnection *connection = enlace_reader_get_connection (reader, error);
  g_autofree char *search = filter->search != NULL ? fold (filter->search) : NULL;

  if (connection == NULL)
    return NULL;

  return enlace_connection_list_rows (connection,
                                      enlace_connection_query (connection, list_sql, error, "uusssni",
                                                               organisation_id, filter->before, search, filter->trigger_type,
                                                               filter->name, filter->is_active, (gint64) filter->limit),
                                      read_workflow, (GDestroyNotify) enlace_workflow_row_free, error);
}

GPtrArray *
enlace_workflows_list_active (EnlaceReader  *reader,
                              GError       **error)
{
  EnlaceConnection *connection = enlace_reader_get_connection (reader, error);

  if (connection == NULL)
    return NULL;

  return enlace_connection_list_rows (connection, enlace_connection_query (connection, list_active_sql, error, ""),
                                      read_workflow, (GDestroyNotify) enlace_workflow_row_free, error);
}

void
enlace_workflow_row_free (EnlaceWorkflowRow *row)
{
  g_free (row->name);
  g_free (row->description);
  g_free (row->tags);
  g_free (row->trigger_type);
  g_clear_pointer (&row->token, g_bytes_unref);
  g_free (row->last_status);
  g_free (row);
}
