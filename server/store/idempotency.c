/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-store"

#include "server/store/idempotency.h"
#include "server/store/reader.h"
#include "server/store/writer.h"

#define KEPT_FOR (24 * 3600 * (gint64) G_USEC_PER_SEC)

/* An expired reply that is still there gives way. */
static const char insert_sql[] =
  "INSERT INTO replies (organisation_id, key, body_hash, status, created_at, reply) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
  " ON CONFLICT (organisation_id, key) DO UPDATE SET body_hash = excluded.body_hash, status = excluded.status,"
  " created_at = excluded.created_at, reply = excluded.reply WHERE replies.created_at < ?7";

static const char find_sql[] =
  "SELECT organisation_id, key, body_hash, status, created_at, reply FROM replies"
  " WHERE organisation_id = ?1 AND key = ?2 AND created_at >= ?3";

static const char expire_sql[] = "DELETE FROM replies WHERE created_at < ?1";

gboolean
enlace_idempotency_insert (EnlaceWriter                *writer,
                           const EnlaceIdempotencyRow  *row,
                           GError                     **error)
{
  if (!enlace_connection_run (writer->connection, insert_sql, error, "ushnibi",
                              &row->organisation_id, row->key, row->body_hash, (int) row->status, row->created_at, row->reply,
                              row->created_at - KEPT_FOR))
    return FALSE;

  if (enlace_connection_get_changes (writer->connection) == 1)
    return TRUE;

  g_set_error_literal (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_CONFLICT, "A request with this idempotency key was answered before");

  return FALSE;
}

static gpointer
read_row (sqlite3_stmt *query)
{
  EnlaceIdempotencyRow *row = g_new0 (EnlaceIdempotencyRow, 1);

  enlace_connection_read (query, "ushnib", &row->organisation_id, &row->key, row->body_hash, (int *) &row->status, &row->created_at, &row->reply);

  return row;
}

EnlaceIdempotencyRow *
enlace_idempotency_find (EnlaceReader      *reader,
                         const EnlaceUuid  *organisation_id,
                         const char        *key,
                         GError           **error)
{
  EnlaceConnection *connection = enlace_reader_get_connection (reader, error);

  if (connection == NULL)
    return NULL;

  return enlace_connection_get_row (connection,
                                    enlace_connection_query (connection, find_sql, error, "usi",
                                                             organisation_id, key, g_get_real_time () - KEPT_FOR),
                                    read_row, NULL, error);
}

gboolean
enlace_idempotency_expire (EnlaceWriter  *writer,
                           gint64         before,
                           GError       **error)
{
  return enlace_connection_run (writer->connection, expire_sql, error, "i", before);
}

void
enlace_idempotency_row_free (EnlaceIdempotencyRow *row)
{
  g_free (row->key);
  g_clear_pointer (&row->reply, g_bytes_unref);
  g_free (row);
}
