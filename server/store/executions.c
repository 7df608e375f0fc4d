/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-store"

#include <string.h>

#include "server/store/executions.h"
#include "server/store/reader.h"
#include "server/store/workflows.h"
#include "server/store/writer.h"

#define SMALL_COLUMNS \
  "id, organisation_id, workflow_id, version, event_id, status, is_test, started_at, completed_at, duration_ms, error_message," \
  " retry_count, wake_at, epoch, ifnull(changed, seq), parent_key, parent_id, source_id, priority, gate"
#define SMALL_FORMAT "uuuiu" "nniii" "biiii"
enum { COLUMN_PARENT_KEY = 15, COLUMN_PARENT_ID, COLUMN_SOURCE_ID, COLUMN_PRIORITY, COLUMN_GATE, N_SMALL_COLUMNS };
G_STATIC_ASSERT (sizeof SMALL_FORMAT - 1 == COLUMN_PARENT_KEY);

/* From here on a status is final; the partial indexes of the schema say the same. */
G_STATIC_ASSERT (ENLACE_STATUS_COMPLETED == 4);

static const char *const status_names[] = {
  [ENLACE_STATUS_QUEUED] = "queued",
  [ENLACE_STATUS_RUNNING] = "running",
  [ENLACE_STATUS_WAITING] = "waiting",
  [ENLACE_STATUS_UNKNOWN] = "unknown",
  [ENLACE_STATUS_COMPLETED] = "completed",
  [ENLACE_STATUS_FAILED] = "failed",
  [ENLACE_STATUS_CANCELLED] = "cancelled",
};

static const char insert_sql[] =
  "INSERT INTO executions (seq, id, organisation_id, workflow_id, version, event_id, status, is_test, started_at, completed_at,"
  " duration_ms, error_message, retry_count, wake_at, epoch, trigger_data, record, document, parent_id, parent_key,"
  " source_id, priority, gate)"
  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)";

static const char insert_event_sql[] =
  "INSERT INTO event_keys (workflow_id, event_key, event_id, execution_id, seen_at) VALUES (?1, ?2, ?3, ?4, ?5)"
  " ON CONFLICT DO NOTHING";

static const char find_event_sql[] =
  "SELECT event_id, execution_id FROM event_keys WHERE workflow_id = ?1 AND event_key = ?2";

static const char expire_events_sql[] =
  "DELETE FROM event_keys WHERE seen_at < ?1";

static const char update_sql[] =
  "UPDATE executions SET status = ?3, completed_at = ?4, duration_ms = ?5, error_message = ?6, retry_count = ?7, wake_at = ?8,"
  " record = ifnull(?9, record), changed = ?10 WHERE id = ?1 AND epoch = ?2 AND status < 4";

static const char append_sql[] =
  "INSERT INTO journal (execution, entry) SELECT seq, ?2 FROM executions WHERE id = ?1";

static const char clear_journal_sql[] =
  "DELETE FROM journal WHERE execution = (SELECT seq FROM executions WHERE id = ?1)";

static const char take_sql[] =
  "UPDATE executions SET epoch = ?2, changed = ?3 WHERE id = ?1 AND status < 4";

static const char get_sql[] =
  "SELECT " SMALL_COLUMNS ", trigger_data, record, document FROM executions WHERE id = ?1 AND (?2 IS NULL OR organisation_id = ?2)";

static const char get_journal_sql[] =
  "SELECT entry FROM journal WHERE execution = (SELECT seq FROM executions WHERE id = ?1) ORDER BY number";

/* The row of the id where a page ends, or, if that is gone, the next older one. */
#define BEFORE \
  " seq < CASE WHEN ?2 IS NULL THEN 9223372036854775807 ELSE ifnull((SELECT seq FROM executions WHERE id = ?2)," \
  " ifnull((SELECT seq + 1 FROM executions WHERE id < ?2 ORDER BY id DESC LIMIT 1), 0)) END"
#define FILTER \
  " AND (?3 < 0 OR status = ?3) AND (?4 < 0 OR is_test = ?4) AND (?5 = 0 OR started_at >= ?5) AND (?6 = 0 OR started_at < ?6)"

static const char list_sql[] =
  "SELECT " SMALL_COLUMNS " FROM executions WHERE organisation_id = ?1 AND" BEFORE FILTER " ORDER BY seq DESC LIMIT ?7";

static const char list_of_workflow_sql[] =
  "SELECT " SMALL_COLUMNS " FROM executions WHERE workflow_id = ?8 AND organisation_id = ?1 AND" BEFORE FILTER " ORDER BY seq DESC LIMIT ?7";

/* The planner would rather walk the whole table in its order than sort the few unfinished rows. */
static const char list_orphans_sql[] =
  "SELECT id FROM executions INDEXED BY executions_unfinished WHERE status < 4 AND epoch < ?1 ORDER BY seq LIMIT ?2";

static const char list_due_sql[] =
  "SELECT id, wake_at FROM executions WHERE wake_at > 0 AND wake_at <= ?1 AND status < 4 AND status = 2 ORDER BY wake_at LIMIT ?2";

static const char next_due_sql[] =
  "SELECT wake_at FROM executions WHERE wake_at > ?1 AND wake_at > 0 AND status < 4 AND status = 2 ORDER BY wake_at LIMIT 1";

static const char list_gated_sql[] =
  "SELECT " SMALL_COLUMNS " FROM executions WHERE gate IS NOT NULL AND status < 4 ORDER BY seq";

static const char list_children_sql[] =
  "SELECT id FROM executions WHERE parent_id = ?1 AND parent_key IS NOT NULL AND status < 4";

static const char count_open_sql[] =
  "SELECT count(*) FROM executions INDEXED BY executions_unfinished WHERE workflow_id = ?1 AND status < 4";

const char *
enlace_status_get_name (EnlaceStatus status)
{
  g_return_val_if_fail (status < G_N_ELEMENTS (status_names), NULL);

  return status_names[status];
}

gboolean
enlace_status_from_name (const char   *name,
                         EnlaceStatus *status)
{
  for (gsize i = 0; i < G_N_ELEMENTS (status_names); i++)
    if (strcmp (name, status_names[i]) == 0)
      {
        *status = i;
        return TRUE;
      }

  return FALSE;
}

gboolean
enlace_status_is_final (EnlaceStatus status)
{
  return status >= ENLACE_STATUS_COMPLETED;
}

static void
count_if_final (EnlaceWriter             *writer,
                const EnlaceExecutionRow *row)
{
  if (!row->is_test && enlace_status_is_final (row->status))
    enlace_workflows_count (writer, &row->workflow_id, status_names[row->status]);
}

static gboolean
find_event (EnlaceConnection  *connection,
            const EnlaceUuid  *workflow_id,
            const char        *event_key,
            EnlaceUuid        *event_id,
            EnlaceUuid        *execution_id,
            GError           **error)
{
  sqlite3_stmt *query = enlace_connection_query (connection, find_event_sql, error, "us", workflow_id, event_key);

  if (query == NULL || !enlace_connection_next (connection, query, error))
    return FALSE;

  enlace_connection_read (query, "uu", event_id, execution_id);
  enlace_connection_end (query);

  return TRUE;
}

/* FALSE for an event that was seen before: the row gets the ids of the first. */
static gboolean
claim_event (EnlaceWriter        *writer,
             EnlaceExecutionRow  *row,
             const char          *event_key,
             GError             **error)
{
  g_autoptr(GError) failure = NULL;

  if (!enlace_connection_run (writer->connection, insert_event_sql, error, "usuui",
                              &row->workflow_id, event_key, &row->event_id, &row->id, writer->time))
    return FALSE;

  if (enlace_connection_get_changes (writer->connection) == 1)
    return TRUE;

  if (find_event (writer->connection, &row->workflow_id, event_key, &row->event_id, &row->id, &failure))
    failure = g_error_new_literal (ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_CONFLICT, "The event was received before");

  g_propagate_error (error, g_steal_pointer (&failure));

  return FALSE;
}

gboolean
enlace_executions_insert (EnlaceWriter        *writer,
                          EnlaceExecutionRow  *row,
                          const char          *event_key,
                          GError             **error)
{
  gint64 change;

  if (event_key != NULL && !claim_event (writer, row, event_key, error))
    return FALSE;

  change = enlace_writer_next_change (writer);

  if (!enlace_connection_run (writer->connection, insert_sql, error, "iuuuiu" "nniii" "biii" "bbb" "usunb",
                              change, &row->id, &row->organisation_id, &row->workflow_id, row->version, &row->event_id,
                              (int) row->status, row->is_test, row->started_at, row->completed_at, row->duration_ms,
                              row->error_message, row->retry_count, row->wake_at, row->epoch,
                              row->trigger_data, row->record, row->document,
                              row->has_parent ? &row->parent_id : NULL, row->parent_key, row->has_source ? &row->source_id : NULL,
                              row->priority, row->gate))
    return FALSE;

  row->change = change;
  count_if_final (writer, row);

  return TRUE;
}

static gboolean
write_journal (EnlaceWriter              *writer,
               const EnlaceExecutionRow  *row,
               GBytes                    *append,
               GError                   **error)
{
  if (row->record != NULL && !enlace_connection_run (writer->connection, clear_journal_sql, error, "u", &row->id))
    return FALSE;

  return append == NULL || enlace_connection_run (writer->connection, append_sql, error, "ub", &row->id, append);
}

gboolean
enlace_executions_update (EnlaceWriter        *writer,
                          EnlaceExecutionRow  *row,
                          GBytes              *append,
                          GError             **error)
{
  gint64 change = enlace_writer_next_change (writer);

  if (!enlace_connection_run (writer->connection, update_sql, error, "uiniibiibi",
                              &row->id, row->epoch, (int) row->status, row->completed_at, row->duration_ms, row->error_message,
                              row->retry_count, row->wake_at, row->record, change))
    return FALSE;

  if (enlace_connection_get_changes (writer->connection) != 1)
    {
      g_set_error_literal (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_LEASE, "The execution is over, or another holder runs it");
      return FALSE;
    }

  if (!write_journal (writer, row, append, error))
    return FALSE;

  row->change = change;
  count_if_final (writer, row);

  return TRUE;
}

gboolean
enlace_executions_take (EnlaceWriter      *writer,
                        const EnlaceUuid  *id,
                        gint64             epoch,
                        GError           **error)
{
  if (!enlace_connection_run (writer->connection, take_sql, error, "uii", id, epoch, enlace_writer_next_change (writer)))
    return FALSE;

  if (enlace_connection_get_changes (writer->connection) == 1)
    return TRUE;

  g_set_error_literal (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_LEASE, "The execution is over, or is not there");

  return FALSE;
}

gboolean
enlace_executions_expire_events (EnlaceWriter  *writer,
                                 gint64         before,
                                 GError       **error)
{
  return enlace_connection_run (writer->connection, expire_events_sql, error, "i", before);
}

static gboolean
read_nullable_id (sqlite3_stmt *query,
                  int           column,
                  EnlaceUuid   *id)
{
  if (sqlite3_column_bytes (query, column) != sizeof *id)
    return FALSE;

  memcpy (id, sqlite3_column_blob (query, column), sizeof *id);
  return TRUE;
}

static EnlaceExecutionRow *
read_small (sqlite3_stmt *query)
{
  EnlaceExecutionRow *row = g_new0 (EnlaceExecutionRow, 1);

  enlace_connection_read (query, SMALL_FORMAT,
                          &row->id, &row->organisation_id, &row->workflow_id, &row->version, &row->event_id,
                          (int *) &row->status, &row->is_test, &row->started_at, &row->completed_at, &row->duration_ms,
                          &row->error_message, &row->retry_count, &row->wake_at, &row->epoch, &row->change);
  row->parent_key = g_strdup ((const char *) sqlite3_column_text (query, COLUMN_PARENT_KEY));
  row->has_parent = read_nullable_id (query, COLUMN_PARENT_ID, &row->parent_id);
  row->has_source = read_nullable_id (query, COLUMN_SOURCE_ID, &row->source_id);
  row->priority = sqlite3_column_int (query, COLUMN_PRIORITY);
  row->gate = enlace_connection_get_bytes (query, COLUMN_GATE);

  return row;
}

static gpointer
read_listed (sqlite3_stmt *query)
{
  return read_small (query);
}

static gpointer
read_whole (sqlite3_stmt *query)
{
  EnlaceExecutionRow *row = read_small (query);

  row->trigger_data = enlace_connection_get_bytes (query, N_SMALL_COLUMNS);
  row->record = enlace_connection_get_bytes (query, N_SMALL_COLUMNS + 1);
  row->document = enlace_connection_get_bytes (query, N_SMALL_COLUMNS + 2);

  return row;
}

EnlaceExecutionRow *
enlace_executions_get (EnlaceReader      *reader,
                       const EnlaceUuid  *organisation_id,
                       const EnlaceUuid  *id,
                       GError           **error)
{
  EnlaceConnection *connection = enlace_reader_get_connection (reader, error);

  if (connection == NULL)
    return NULL;

  return enlace_connection_get_row (connection, enlace_connection_query (connection, get_sql, error, "uu", id, organisation_id),
                                    read_whole, "There is no such execution", error);
}

static gpointer
read_entry (sqlite3_stmt *query)
{
  return enlace_connection_get_bytes (query, 0);
}

GPtrArray *
enlace_executions_get_journal (EnlaceReader      *reader,
                               const EnlaceUuid  *id,
                               GError           **error)
{
  EnlaceConnection *connection = enlace_reader_get_connection (reader, error);

  if (connection == NULL)
    return NULL;

  return enlace_connection_list_rows (connection, enlace_connection_query (connection, get_journal_sql, error, "u", id),
                                      read_entry, (GDestroyNotify) g_bytes_unref, error);
}

gboolean
enlace_executions_find_event (EnlaceReader      *reader,
                              const EnlaceUuid  *workflow_id,
                              const char        *event_key,
                              EnlaceUuid        *event_id,
                              EnlaceUuid        *execution_id,
                              GError           **error)
{
  EnlaceConnection *connection = enlace_reader_get_connection (reader, error);

  return connection != NULL && find_event (connection, workflow_id, event_key, event_id, execution_id, error);
}

GPtrArray *
enlace_executions_list (EnlaceReader                 *reader,
                        const EnlaceUuid             *organisation_id,
                        const EnlaceExecutionFilter  *filter,
                        GError                      **error)
{
  EnlaceConnection *connection = enlace_reader_get_connection (reader, error);
  sqlite3_stmt *query;

  if (connection == NULL)
    return NULL;

  if (filter->workflow_id != NULL)
    query = enlace_connection_query (connection, list_of_workflow_sql, error, "uunniiiu", organisation_id, filter->before, filter->status,
                                     filter->is_test, filter->from, filter->to, (gint64) filter->limit, filter->workflow_id);
  else
    query = enlace_connection_query (connection, list_sql, error, "uunniii", organisation_id, filter->before, filter->status,
                                     filter->is_test, filter->from, filter->to, (gint64) filter->limit);

  return enlace_connection_list_rows (connection, query, read_listed, (GDestroyNotify) enlace_execution_row_free, error);
}

/* The ids that a query gives; NULL: it failed. */
static GArray *
list_ids (EnlaceConnection  *connection,
          sqlite3_stmt      *query,
          GError           **error)
{
  g_autoptr(GArray) ids = g_array_new (FALSE, FALSE, sizeof (EnlaceUuid));
  g_autoptr(GError) failure = NULL;
  EnlaceUuid id;

  if (query == NULL)
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

GArray *
enlace_executions_list_orphans (EnlaceReader  *reader,
                                gint64         epoch,
                                guint          limit,
                                GError       **error)
{
  EnlaceConnection *connection = enlace_reader_get_connection (reader, error);

  if (connection == NULL)
    return NULL;

  return list_ids (connection, enlace_connection_query (connection, list_orphans_sql, error, "ii", epoch, (gint64) limit), error);
}

GArray *
enlace_executions_list_children (EnlaceReader      *reader,
                                 const EnlaceUuid  *parent_id,
                                 GError           **error)
{
  EnlaceConnection *connection = enlace_reader_get_connection (reader, error);

  if (connection == NULL)
    return NULL;

  return list_ids (connection, enlace_connection_query (connection, list_children_sql, error, "u", parent_id), error);
}

/* When the first run after those of a list is due. */
static gboolean
find_next_due (EnlaceConnection  *connection,
               gint64             until,
               gint64            *next,
               GError           **error)
{
  g_autoptr(GError) failure = NULL;
  sqlite3_stmt *query = enlace_connection_query (connection, next_due_sql, error, "i", until);

  *next = 0;

  if (query == NULL)
    return FALSE;

  if (enlace_connection_next (connection, query, &failure))
    {
      enlace_connection_read (query, "i", next);
      enlace_connection_end (query);
    }

  if (failure == NULL)
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&failure));

  return FALSE;
}

/* The rows in excess of `limit` say when the next is due. */
GArray *
enlace_executions_list_due (EnlaceReader  *reader,
                            gint64         until,
                            guint          limit,
                            gint64        *next,
                            GError       **error)
{
  EnlaceConnection *connection = enlace_reader_get_connection (reader, error);
  g_autoptr(GArray) ids = g_array_new (FALSE, FALSE, sizeof (EnlaceUuid));
  g_autoptr(GError) failure = NULL;
  gint64 wake_at, first_left = 0;
  sqlite3_stmt *query;
  EnlaceUuid id;

  if (connection == NULL ||
      (query = enlace_connection_query (connection, list_due_sql, error, "ii", until, (gint64) limit + 1)) == NULL)
    return NULL;

  while (enlace_connection_next (connection, query, &failure))
    {
      enlace_connection_read (query, "ui", &id, &wake_at);
      if (ids->len < limit)
        g_array_append_val (ids, id);
      else
        first_left = wake_at;
    }

  if (next != NULL && failure == NULL)
    {
      *next = first_left;
      if (first_left == 0)
        find_next_due (connection, until, next, &failure);
    }

  if (failure == NULL)
    return g_steal_pointer (&ids);

  g_propagate_error (error, g_steal_pointer (&failure));

  return NULL;
}

void
enlace_execution_row_free (EnlaceExecutionRow *row)
{
  g_clear_pointer (&row->error_message, g_bytes_unref);
  g_clear_pointer (&row->trigger_data, g_bytes_unref);
  g_clear_pointer (&row->record, g_bytes_unref);
  g_clear_pointer (&row->document, g_bytes_unref);
  g_clear_pointer (&row->gate, g_bytes_unref);
  g_free (row->parent_key);
  g_free (row);
}

gboolean
enlace_executions_count_open (EnlaceReader      *reader,
                              const EnlaceUuid  *workflow_id,
                              gint64            *count,
                              GError           **error)
{
  EnlaceConnection *connection = enlace_reader_get_connection (reader, error);
  g_autoptr(GError) failure = NULL;
  sqlite3_stmt *query;

  if (connection == NULL || (query = enlace_connection_query (connection, count_open_sql, error, "u", workflow_id)) == NULL)
    return FALSE;

  if (enlace_connection_next (connection, query, &failure))
    {
      enlace_connection_read (query, "i", count);
      enlace_connection_end (query);
      return TRUE;
    }

  g_propagate_error (error, g_steal_pointer (&failure));

  return FALSE;
}

GPtrArray *
enlace_executions_list_gated (EnlaceReader  *reader,
                              GError       **error)
{
  EnlaceConnection *connection = enlace_reader_get_connection (reader, error);

  if (connection == NULL)
    return NULL;

  return enlace_connection_list_rows (connection, enlace_connection_query (connection, list_gated_sql, error, ""), read_listed,
                                      (GDestroyNotify) enlace_execution_row_free, error);
}
