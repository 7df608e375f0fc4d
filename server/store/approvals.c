/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-store"

#include "server/store/approvals.h"

#include "server/store/reader.h"
#include "server/store/writer.h"

/* ?1 is the time. What is pending is so only while its run has not ended (statuses from 4 on) and its time is not over. */
#define STATUS \
  "CASE WHEN a.status <> 0 THEN a.status WHEN e.status >= 4 THEN 4 WHEN a.deadline > 0 AND a.deadline <= ?1 THEN 3 ELSE 0 END"

#define SELECT \
  "SELECT a.id, a.organisation_id, a.workflow_id, e.id, a.key, a.request, a.allow_link, " STATUS ", a.deadline, a.decision, a.created_at," \
  " a.decided_at, a.change FROM approvals a JOIN executions e ON e.seq = a.execution "

static const char insert_sql[] =
  "INSERT INTO approvals (id, organisation_id, workflow_id, execution, key, request, allow_link, status, deadline, decision, created_at, decided_at, change)"
  " SELECT ?1, ?2, ?3, seq, ?5, ?6, ?7, 0, ?8, NULL, ?9, 0, ?10 FROM executions WHERE id = ?4";

static const char decide_sql[] =
  "UPDATE approvals SET status = ?3, decision = ?4, decided_at = ?5, change = ?6"
  " WHERE execution = (SELECT seq FROM executions WHERE id = ?1 AND status < 4) AND key = ?2 AND status = 0 AND (deadline = 0 OR deadline > ?5)";

static const char expire_sql[] =
  "UPDATE approvals SET status = 3, decided_at = ?3, change = ?4 WHERE execution = (SELECT seq FROM executions WHERE id = ?1) AND key = ?2 AND status = 0";

static const char get_sql[] = SELECT "WHERE a.id = ?2 AND a.organisation_id = ?3";

static const char find_sql[] = SELECT "WHERE e.id = ?2 AND a.key = ?3";

static const char list_sql[] =
  SELECT "WHERE a.organisation_id = ?2 AND a.id < ifnull(?3, x'ffffffffffffffffffffffffffffffffff') AND (?4 IS NULL OR a.workflow_id = ?4)"
  " AND (?5 IS NULL OR e.id = ?5) AND (?6 < 0 OR ?6 = " STATUS ") ORDER BY a.id DESC LIMIT ?7";

static const char *const names[] = { "pending", "approved", "rejected", "expired", "cancelled" };

const char *
enlace_approval_status_get_name (EnlaceApprovalStatus status)
{
  g_return_val_if_fail (status < G_N_ELEMENTS (names), "pending");

  return names[status];
}

int
enlace_approval_status_from_name (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_strcmp0 (names[i], name) == 0)
      return (int) i;

  return -1;
}

gboolean
enlace_approvals_insert (EnlaceWriter       *writer,
                         EnlaceApprovalRow  *row,
                         GError            **error)
{
  row->change = enlace_writer_next_change (writer);
  if (!enlace_connection_run (writer->connection, insert_sql, error, "uuuusbniii", &row->id, &row->organisation_id, &row->workflow_id,
                              &row->execution_id, row->key, row->request, row->allow_link, row->deadline, row->created_at, row->change))
    return FALSE;
  if (enlace_connection_get_changes (writer->connection) == 1)
    return TRUE;

  g_set_error_literal (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_NOT_FOUND, "The run of the approval is not there");
  return FALSE;
}

/* Why it could not be decided. */
static gboolean
fail_closed (EnlaceWriter      *writer,
             const EnlaceUuid  *execution_id,
             const char        *key,
             gint64             now,
             GError           **error)
{
  g_autoptr(EnlaceApprovalRow) row = enlace_approvals_find_for_change (writer, execution_id, key, now, error);

  if (row == NULL)
    return FALSE;

  switch (row->status)
    {
    case ENLACE_APPROVAL_EXPIRED:
      g_set_error_literal (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_CONFLICT, "The time to decide is over");
      break;
    case ENLACE_APPROVAL_CANCELLED:
      g_set_error_literal (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_CONFLICT, "The run has ended, so there is nothing to decide any more");
      break;
    case ENLACE_APPROVAL_PENDING:
    case ENLACE_APPROVAL_APPROVED:
    case ENLACE_APPROVAL_REJECTED:
    default:
      g_set_error (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_CONFLICT, "This was decided already: %s", enlace_approval_status_get_name (row->status));
      break;
    }

  return FALSE;
}

gboolean
enlace_approvals_decide (EnlaceWriter          *writer,
                         const EnlaceUuid      *execution_id,
                         const char            *key,
                         EnlaceApprovalStatus   status,
                         GBytes                *decision,
                         gint64                 now,
                         GError               **error)
{
  g_return_val_if_fail (status == ENLACE_APPROVAL_APPROVED || status == ENLACE_APPROVAL_REJECTED, FALSE);

  if (!enlace_connection_run (writer->connection, decide_sql, error, "usnbii", execution_id, key, (int) status, decision, now,
                              enlace_writer_next_change (writer)))
    return FALSE;

  return enlace_connection_get_changes (writer->connection) == 1 || fail_closed (writer, execution_id, key, now, error);
}

gboolean
enlace_approvals_expire (EnlaceWriter      *writer,
                         const EnlaceUuid  *execution_id,
                         const char        *key,
                         gint64             now,
                         GError           **error)
{
  if (!enlace_connection_run (writer->connection, expire_sql, error, "usii", execution_id, key, now, enlace_writer_next_change (writer)))
    return FALSE;

  return enlace_connection_get_changes (writer->connection) == 1 || fail_closed (writer, execution_id, key, now, error);
}

static gpointer
read_row (sqlite3_stmt *query)
{
  EnlaceApprovalRow *row = g_new0 (EnlaceApprovalRow, 1);

  enlace_connection_read (query, "uuuusbn" "nibiii", &row->id, &row->organisation_id, &row->workflow_id, &row->execution_id, &row->key, &row->request,
                          &row->allow_link, (int *) &row->status, &row->deadline, &row->decision, &row->created_at, &row->decided_at, &row->change);

  return row;
}

EnlaceApprovalRow *
enlace_approvals_get (EnlaceReader      *reader,
                      const EnlaceUuid  *organisation_id,
                      const EnlaceUuid  *id,
                      gint64             now,
                      GError           **error)
{
  EnlaceConnection *connection = enlace_reader_get_connection (reader, error);

  if (connection == NULL)
    return NULL;

  return enlace_connection_get_row (connection, enlace_connection_query (connection, get_sql, error, "iuu", now, id, organisation_id), read_row,
                                    "There is no such approval", error);
}

static EnlaceApprovalRow *
find (EnlaceConnection  *connection,
      const EnlaceUuid  *execution_id,
      const char        *key,
      gint64             now,
      GError           **error)
{
  return enlace_connection_get_row (connection, enlace_connection_query (connection, find_sql, error, "ius", now, execution_id, key), read_row,
                                    "There is no such approval", error);
}

EnlaceApprovalRow *
enlace_approvals_find (EnlaceReader      *reader,
                       const EnlaceUuid  *execution_id,
                       const char        *key,
                       gint64             now,
                       GError           **error)
{
  EnlaceConnection *connection = enlace_reader_get_connection (reader, error);

  return connection != NULL ? find (connection, execution_id, key, now, error) : NULL;
}

EnlaceApprovalRow *
enlace_approvals_find_for_change (EnlaceWriter      *writer,
                                  const EnlaceUuid  *execution_id,
                                  const char        *key,
                                  gint64             now,
                                  GError           **error)
{
  return find (writer->connection, execution_id, key, now, error);
}

GPtrArray *
enlace_approvals_list (EnlaceReader                *reader,
                       const EnlaceUuid            *organisation_id,
                       const EnlaceApprovalFilter  *filter,
                       GError                     **error)
{
  EnlaceConnection *connection = enlace_reader_get_connection (reader, error);

  if (connection == NULL)
    return NULL;

  return enlace_connection_list_rows (connection,
                                      enlace_connection_query (connection, list_sql, error, "iuuuuni", filter->now, organisation_id, filter->before,
                                                               filter->workflow_id, filter->execution_id, filter->status, (gint64) filter->limit),
                                      read_row, (GDestroyNotify) enlace_approval_row_free, error);
}

void
enlace_approval_row_free (EnlaceApprovalRow *row)
{
  g_free (row->key);
  g_clear_pointer (&row->request, g_bytes_unref);
  g_clear_pointer (&row->decision, g_bytes_unref);
  g_free (row);
}
