/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-store"

#include "server/store/signals.h"

#include "server/store/reader.h"
#include "server/store/writer.h"

static const char find_sql[] =
  "SELECT count(*) FROM executions WHERE id = ?1 AND status < 4";

static const char add_sql[] =
  "INSERT INTO signals (execution, key, received_at, payload) SELECT seq, ?2, ?3, ?4 FROM executions WHERE id = ?1"
  " ON CONFLICT DO NOTHING";

/* What is left of it says that the step is not to be told again. */
static const char take_sql[] =
  "UPDATE signals SET payload = x'' WHERE execution = (SELECT seq FROM executions WHERE id = ?1) AND key = ?2";

static const char close_sql[] =
  "INSERT INTO signals (execution, key, received_at, payload) SELECT seq, ?2, ?3, x'' FROM executions WHERE id = ?1"
  " ON CONFLICT DO UPDATE SET payload = x'' WHERE payload = x''";

static const char list_sql[] =
  "SELECT key, payload FROM signals WHERE execution = (SELECT seq FROM executions WHERE id = ?1) AND payload <> x''";

static const char find_owner_sql[] =
  "SELECT organisation_id FROM executions WHERE id = ?1";

static const char list_waiting_sql[] =
  "SELECT DISTINCT e.id FROM signals s JOIN executions e ON e.seq = s.execution WHERE e.status = 2 AND s.payload <> x''";

static gboolean
is_open (EnlaceWriter      *writer,
         const EnlaceUuid  *execution_id,
         GError           **error)
{
  sqlite3_stmt *query = enlace_connection_query (writer->connection, find_sql, error, "u", execution_id);
  gint64 n_open = 0;

  if (query == NULL || !enlace_connection_next (writer->connection, query, error))
    return FALSE;

  enlace_connection_read (query, "i", &n_open);
  enlace_connection_end (query);
  if (n_open == 0)
    g_set_error_literal (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_NOT_FOUND, "The execution has ended, or is not there");

  return n_open > 0;
}

gboolean
enlace_signals_add (EnlaceWriter      *writer,
                    const EnlaceUuid  *execution_id,
                    const char        *key,
                    GBytes            *payload,
                    GError           **error)
{
  if (!is_open (writer, execution_id, error)
      || !enlace_connection_run (writer->connection, add_sql, error, "usib", execution_id, key, writer->time, payload))
    return FALSE;

  if (enlace_connection_get_changes (writer->connection) == 1)
    return TRUE;

  g_set_error_literal (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_CONFLICT, "The step was told already");
  return FALSE;
}

gboolean
enlace_signals_take (EnlaceWriter      *writer,
                     const EnlaceUuid  *execution_id,
                     const char        *key,
                     GError           **error)
{
  return enlace_connection_run (writer->connection, take_sql, error, "us", execution_id, key);
}

gboolean
enlace_signals_close (EnlaceWriter      *writer,
                      const EnlaceUuid  *execution_id,
                      const char        *key,
                      GError           **error)
{
  if (!enlace_connection_run (writer->connection, close_sql, error, "usi", execution_id, key, writer->time))
    return FALSE;
  if (enlace_connection_get_changes (writer->connection) == 1)
    return TRUE;

  g_set_error_literal (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_CONFLICT, "The step was told meanwhile");
  return FALSE;
}

static void
free_row (gpointer data)
{
  EnlaceSignalRow *row = data;

  g_free (row->key);
  g_clear_pointer (&row->payload, g_bytes_unref);
  g_free (row);
}

static gpointer
read_row (sqlite3_stmt *query)
{
  EnlaceSignalRow *row = g_new0 (EnlaceSignalRow, 1);

  enlace_connection_read (query, "sb", &row->key, &row->payload);
  return row;
}

GPtrArray *
enlace_signals_list (EnlaceReader      *reader,
                     const EnlaceUuid  *execution_id,
                     GError           **error)
{
  EnlaceConnection *connection = enlace_reader_get_connection (reader, error);

  if (connection == NULL)
    return NULL;

  return enlace_connection_list_rows (connection, enlace_connection_query (connection, list_sql, error, "u", execution_id), read_row, free_row, error);
}

static gpointer
read_id (sqlite3_stmt *query)
{
  EnlaceUuid *id = g_new (EnlaceUuid, 1);

  enlace_connection_read (query, "u", id);
  return id;
}

gboolean
enlace_signals_find_owner (EnlaceReader      *reader,
                           const EnlaceUuid  *execution_id,
                           EnlaceUuid        *organisation_id,
                           GError           **error)
{
  EnlaceConnection *connection = enlace_reader_get_connection (reader, error);
  g_autofree EnlaceUuid *found = NULL;

  if (connection == NULL)
    return FALSE;

  found = enlace_connection_get_row (connection, enlace_connection_query (connection, find_owner_sql, error, "u", execution_id), read_id,
                                     "There is no such execution", error);
  if (found != NULL)
    *organisation_id = *found;

  return found != NULL;
}

GArray *
enlace_signals_list_waiting (EnlaceReader  *reader,
                             GError       **error)
{
  EnlaceConnection *connection = enlace_reader_get_connection (reader, error);
  g_autoptr(GArray) ids = g_array_new (FALSE, FALSE, sizeof (EnlaceUuid));
  g_autoptr(GError) failure = NULL;
  sqlite3_stmt *query;
  EnlaceUuid id;

  if (connection == NULL || (query = enlace_connection_query (connection, list_waiting_sql, error, "")) == NULL)
    return NULL;

  while (enlace_connection_next (connection, query, &failure))
    {
      enlace_connection_read (query, "u", &id);
      g_array_append_val (ids, id);
    }

  if (failure == NULL)
    return g_steal_pointer (&ids);

  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}
