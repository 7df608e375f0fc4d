/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-store"

#include "server/store/schedules.h"

#include "server/store/reader.h"
#include "server/store/writer.h"

static const char open_sql[] =
  "INSERT INTO trigger_states (workflow_id, settled) SELECT id, ?2 FROM workflows WHERE id = ?1"
  " ON CONFLICT (workflow_id) DO UPDATE SET settled = max(settled, excluded.settled)";

static const char settle_sql[] =
  "UPDATE trigger_states SET settled = ?2 WHERE workflow_id = ?1 AND settled < ?2";

static const char note_poll_sql[] =
  "UPDATE trigger_states SET settled = max(settled, ?2), failures = ?3, cursor = ifnull(?4, cursor) WHERE workflow_id = ?1";

static const char close_sql[] =
  "DELETE FROM trigger_states WHERE workflow_id = ?1";

static const char sweep_sql[] =
  "DELETE FROM trigger_states WHERE workflow_id NOT IN (SELECT id FROM workflows WHERE is_active = 1)";

static const char list_sql[] =
  "SELECT workflow_id, settled, cursor, failures FROM trigger_states";

static const char get_sql[] =
  "SELECT workflow_id, settled, cursor, failures FROM trigger_states WHERE workflow_id = ?1";

gboolean
enlace_schedules_open (EnlaceWriter      *writer,
                       const EnlaceUuid  *workflow_id,
                       gint64             settled,
                       GError           **error)
{
  return enlace_connection_run (writer->connection, open_sql, error, "ui", workflow_id, settled);
}

static gboolean
check_changed (EnlaceWriter  *writer,
               GError       **error)
{
  if (enlace_connection_get_changes (writer->connection) == 1)
    return TRUE;

  g_set_error_literal (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_CONFLICT, "The trigger has gone on already, or is not live any more");
  return FALSE;
}

gboolean
enlace_schedules_settle (EnlaceWriter      *writer,
                         const EnlaceUuid  *workflow_id,
                         gint64             settled,
                         GError           **error)
{
  return enlace_connection_run (writer->connection, settle_sql, error, "ui", workflow_id, settled) && check_changed (writer, error);
}

gboolean
enlace_schedules_note_poll (EnlaceWriter      *writer,
                            const EnlaceUuid  *workflow_id,
                            gint64             settled,
                            gint64             failures,
                            GBytes            *cursor,
                            GError           **error)
{
  return enlace_connection_run (writer->connection, note_poll_sql, error, "uiib", workflow_id, settled, failures, cursor)
         && check_changed (writer, error);
}

gboolean
enlace_schedules_close (EnlaceWriter      *writer,
                        const EnlaceUuid  *workflow_id,
                        GError           **error)
{
  return enlace_connection_run (writer->connection, close_sql, error, "u", workflow_id);
}

gboolean
enlace_schedules_sweep (EnlaceWriter  *writer,
                        GError       **error)
{
  return enlace_connection_run (writer->connection, sweep_sql, error, "");
}

void
enlace_trigger_row_free (EnlaceTriggerRow *row)
{
  g_clear_pointer (&row->cursor, g_bytes_unref);
  g_free (row);
}

static void
free_row (gpointer data)
{
  enlace_trigger_row_free (data);
}

static gpointer
read_row (sqlite3_stmt *query)
{
  EnlaceTriggerRow *row = g_new0 (EnlaceTriggerRow, 1);

  enlace_connection_read (query, "uibi", &row->workflow_id, &row->settled, &row->cursor, &row->failures);
  return row;
}

GPtrArray *
enlace_schedules_list (EnlaceReader  *reader,
                       GError       **error)
{
  EnlaceConnection *connection = enlace_reader_get_connection (reader, error);

  if (connection == NULL)
    return NULL;

  return enlace_connection_list_rows (connection, enlace_connection_query (connection, list_sql, error, ""), read_row, free_row, error);
}

EnlaceTriggerRow *
enlace_schedules_get (EnlaceReader      *reader,
                      const EnlaceUuid  *workflow_id,
                      GError           **error)
{
  EnlaceConnection *connection = enlace_reader_get_connection (reader, error);

  if (connection == NULL)
    return NULL;

  return enlace_connection_get_row (connection, enlace_connection_query (connection, get_sql, error, "u", workflow_id), read_row, NULL, error);
}
