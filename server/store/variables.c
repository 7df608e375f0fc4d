/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-store"

#include "server/store/variables.h"

#include "server/store/feed.h"
#include "server/store/reader.h"
#include "server/store/writer.h"

/* Variables of one workflow, and of an organisation besides; a table of data belongs elsewhere. */
#define MAX_VARIABLES 500

#define COLUMNS \
  "id, organisation_id, workflow_id IS NOT NULL, ifnull(workflow_id, zeroblob(16)), name, type, description, value, test_value," \
  " created_by, created_at, updated_at, revision, change"

static const char insert_sql[] =
  "INSERT INTO variables (id, organisation_id, workflow_id, name, type, description, value, test_value, created_by, created_at, updated_at,"
  " revision, change) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";

static const char update_sql[] =
  "UPDATE variables SET name = ?2, type = ?3, description = ?4, value = ?5, test_value = ?6, updated_at = ?7, revision = ?8, change = ?9"
  " WHERE id = ?1";

static const char delete_sql[] = "DELETE FROM variables WHERE id = ?1";

static const char insert_tombstone_sql[] =
  "INSERT INTO tombstones (change, organisation_id, kind, id, deleted_at) VALUES (?1, ?2, ?3, ?4, ?5)";

static const char find_workflow_sql[] = "SELECT 1 FROM workflows WHERE id = ?1 AND organisation_id = ?2";

static const char find_revision_sql[] = "SELECT revision FROM variables WHERE id = ?1 AND organisation_id = ?2";

static const char get_sql[] = "SELECT " COLUMNS " FROM variables WHERE id = ?1 AND organisation_id = ?2";

static const char find_name_sql[] =
  "SELECT count(*) FROM variables WHERE organisation_id = ?1 AND ifnull(workflow_id, x'') = ifnull(?2, x'') AND name = ?3 AND id <> ?4";

static const char list_sql[] =
  "SELECT " COLUMNS " FROM variables WHERE organisation_id = ?1 AND id < ifnull(?2, x'ffffffffffffffffffffffffffffffffff')"
  " AND (?3 IS NULL OR workflow_id = ?3) AND (NOT ?4 OR workflow_id IS NULL) AND (?5 IS NULL OR name = ?5) AND (?6 IS NULL OR type = ?6)"
  " ORDER BY id DESC LIMIT ?7";

static const char list_scope_sql[] =
  "SELECT " COLUMNS " FROM variables WHERE organisation_id = ?1 AND ifnull(workflow_id, x'') IN (x'', ifnull(?2, x''))"
  " ORDER BY workflow_id IS NOT NULL, name";

static const char count_sql[] =
  "SELECT count(*) FROM variables WHERE organisation_id = ?1 AND ifnull(workflow_id, x'') = ifnull(?2, x'')";

static const EnlaceUuid *
get_workflow (const EnlaceVariableRow *row)
{
  return row->has_workflow ? &row->workflow_id : NULL;
}

/* One number of one row. FALSE without an error: there is no row. */
static gboolean
read_number (EnlaceWriter  *writer,
             sqlite3_stmt  *query,
             gint64        *number,
             GError       **error)
{
  if (query == NULL || !enlace_connection_next (writer->connection, query, error))
    return FALSE;

  enlace_connection_read (query, "i", number);
  enlace_connection_end (query);

  return TRUE;
}

/* The name is free among its neighbours, who are named in the error if it is not. */
static gboolean
check_name (EnlaceWriter             *writer,
            const EnlaceVariableRow  *row,
            GError                  **error)
{
  gint64 n_others = 0;
  sqlite3_stmt *query = enlace_connection_query (writer->connection, find_name_sql, error, "uusu",
                                                 &row->organisation_id, get_workflow (row), row->name, &row->id);

  if (!read_number (writer, query, &n_others, error))
    return FALSE;
  if (n_others == 0)
    return TRUE;

  g_set_error (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_CONFLICT, "There is a variable “%s” already", row->name);

  return FALSE;
}

static gboolean
check_count (EnlaceWriter             *writer,
             const EnlaceVariableRow  *row,
             GError                  **error)
{
  gint64 n = 0;

  if (!read_number (writer, enlace_connection_query (writer->connection, count_sql, error, "uu", &row->organisation_id, get_workflow (row)), &n, error))
    return FALSE;
  if (n < MAX_VARIABLES)
    return TRUE;

  g_set_error (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_CONFLICT, "There are %d variables already, which is all there can be", MAX_VARIABLES);

  return FALSE;
}

static gboolean
check_workflow (EnlaceWriter             *writer,
                const EnlaceVariableRow  *row,
                GError                  **error)
{
  g_autoptr(GError) failure = NULL;
  gint64 one;

  if (!row->has_workflow ||
      read_number (writer, enlace_connection_query (writer->connection, find_workflow_sql, &failure, "uu", &row->workflow_id, &row->organisation_id),
                   &one, &failure))
    return TRUE;

  if (failure == NULL)
    failure = g_error_new_literal (ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_NOT_FOUND, "There is no such workflow");
  g_propagate_error (error, g_steal_pointer (&failure));

  return FALSE;
}

gboolean
enlace_variables_insert (EnlaceWriter       *writer,
                         EnlaceVariableRow  *row,
                         GError            **error)
{
  gint64 change = enlace_writer_next_change (writer);

  if (!check_workflow (writer, row, error) || !check_name (writer, row, error) || !check_count (writer, row, error) ||
      !enlace_connection_run (writer->connection, insert_sql, error, "uuusss" "bbuii" "ii",
                              &row->id, &row->organisation_id, get_workflow (row), row->name, row->type, row->description,
                              row->value, row->test_value, &row->created_by, row->created_at, row->updated_at, (gint64) 1, change))
    return FALSE;

  row->revision = 1;
  row->change = change;

  return TRUE;
}

static gboolean
check_revision (EnlaceWriter      *writer,
                const EnlaceUuid  *organisation_id,
                const EnlaceUuid  *id,
                gint64             expected,
                gint64            *revision,
                GError           **error)
{
  g_autoptr(GError) failure = NULL;
  sqlite3_stmt *query = enlace_connection_query (writer->connection, find_revision_sql, &failure, "uu", id, organisation_id);

  if (!read_number (writer, query, revision, &failure))
    {
      if (failure == NULL)
        failure = g_error_new_literal (ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_NOT_FOUND, "There is no such variable");
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (expected < 0 || expected == *revision)
    return TRUE;

  g_set_error_literal (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_REVISION, "The variable was changed in the meantime");

  return FALSE;
}

gboolean
enlace_variables_update (EnlaceWriter       *writer,
                         EnlaceVariableRow  *row,
                         gint64              expected_revision,
                         GError            **error)
{
  gint64 change = enlace_writer_next_change (writer);
  gint64 revision;

  if (!check_revision (writer, &row->organisation_id, &row->id, expected_revision, &revision, error) || !check_name (writer, row, error) ||
      !enlace_connection_run (writer->connection, update_sql, error, "usssbb" "iii",
                              &row->id, row->name, row->type, row->description, row->value, row->test_value,
                              row->updated_at, revision + 1, change))
    return FALSE;

  row->revision = revision + 1;
  row->change = change;

  return TRUE;
}

gboolean
enlace_variables_delete (EnlaceWriter      *writer,
                         const EnlaceUuid  *organisation_id,
                         const EnlaceUuid  *id,
                         gint64             expected_revision,
                         GError           **error)
{
  gint64 revision;

  return check_revision (writer, organisation_id, id, expected_revision, &revision, error) &&
         enlace_connection_run (writer->connection, delete_sql, error, "u", id) &&
         enlace_connection_run (writer->connection, insert_tombstone_sql, error, "iunui",
                                enlace_writer_next_change (writer), organisation_id, (int) ENLACE_FEED_VARIABLE, id, writer->time);
}

static gpointer
read_variable (sqlite3_stmt *query)
{
  EnlaceVariableRow *row = g_new0 (EnlaceVariableRow, 1);

  enlace_connection_read (query, "uunusss" "bbuii" "ii",
                          &row->id, &row->organisation_id, &row->has_workflow, &row->workflow_id, &row->name, &row->type, &row->description,
                          &row->value, &row->test_value, &row->created_by, &row->created_at, &row->updated_at, &row->revision, &row->change);

  return row;
}

EnlaceVariableRow *
enlace_variables_get (EnlaceReader      *reader,
                      const EnlaceUuid  *organisation_id,
                      const EnlaceUuid  *id,
                      GError           **error)
{
  EnlaceConnection *connection = enlace_reader_get_connection (reader, error);

  if (connection == NULL)
    return NULL;

  return enlace_connection_get_row (connection, enlace_connection_query (connection, get_sql, error, "uu", id, organisation_id),
                                    read_variable, "There is no such variable", error);
}

EnlaceVariableRow *
enlace_variables_get_for_change (EnlaceWriter      *writer,
                                 const EnlaceUuid  *organisation_id,
                                 const EnlaceUuid  *id,
                                 GError           **error)
{
  return enlace_connection_get_row (writer->connection, enlace_connection_query (writer->connection, get_sql, error, "uu", id, organisation_id),
                                    read_variable, "There is no such variable", error);
}

GPtrArray *
enlace_variables_list (EnlaceReader                *reader,
                       const EnlaceUuid            *organisation_id,
                       const EnlaceVariableFilter  *filter,
                       GError                     **error)
{
  EnlaceConnection *connection = enlace_reader_get_connection (reader, error);

  if (connection == NULL)
    return NULL;

  return enlace_connection_list_rows (connection,
                                      enlace_connection_query (connection, list_sql, error, "uuunssi", organisation_id, filter->before,
                                                               filter->workflow_id, filter->only_organisation, filter->name, filter->type,
                                                               (gint64) filter->limit),
                                      read_variable, (GDestroyNotify) enlace_variable_row_free, error);
}

GPtrArray *
enlace_variables_list_scope (EnlaceReader      *reader,
                             const EnlaceUuid  *organisation_id,
                             const EnlaceUuid  *workflow_id,
                             GError           **error)
{
  EnlaceConnection *connection = enlace_reader_get_connection (reader, error);

  if (connection == NULL)
    return NULL;

  return enlace_connection_list_rows (connection,
                                      enlace_connection_query (connection, list_scope_sql, error, "uu", organisation_id, workflow_id),
                                      read_variable, (GDestroyNotify) enlace_variable_row_free, error);
}

void
enlace_variable_row_free (EnlaceVariableRow *row)
{
  g_free (row->name);
  g_free (row->type);
  g_free (row->description);
  g_clear_pointer (&row->value, g_bytes_unref);
  g_clear_pointer (&row->test_value, g_bytes_unref);
  g_free (row);
}
