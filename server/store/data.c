/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-store"

#include "server/store/data.h"

#include "server/store/reader.h"
#include "server/store/writer.h"

#define COLUMNS \
  "key_hash, organisation_id, workflow_id IS NOT NULL, ifnull(workflow_id, zeroblob(16)), is_test, key, value, expires_at, created_at," \
  " updated_at, revision"

static const char get_sql[] =
  "SELECT " COLUMNS " FROM data_values WHERE key_hash = ?1 AND (expires_at = 0 OR expires_at > ?2)";

static const char list_sql[] =
  "SELECT " COLUMNS " FROM data_values WHERE organisation_id = ?1 AND ifnull(workflow_id, x'') = ifnull(?2, x'') AND is_test = ?3"
  " AND key_hash > ifnull(?4, x'') AND (expires_at = 0 OR expires_at > ?5) ORDER BY key_hash LIMIT ?6";

static const char find_revision_sql[] = "SELECT revision, expires_at, created_at FROM data_values WHERE key_hash = ?1";

static const char put_sql[] =
  "INSERT INTO data_values (key_hash, organisation_id, workflow_id, is_test, key, value, expires_at, created_at, updated_at, revision)"
  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
  " ON CONFLICT (key_hash) DO UPDATE SET key = excluded.key, value = excluded.value, expires_at = excluded.expires_at,"
  " created_at = excluded.created_at, updated_at = excluded.updated_at, revision = excluded.revision";

static const char remove_sql[] = "DELETE FROM data_values WHERE key_hash = ?1 AND revision = ?2";

static const char is_seen_sql[] = "SELECT count(*) FROM seen_keys WHERE key_hash = ?1 AND expires_at > ?2";

static const char see_sql[] =
  "INSERT INTO seen_keys (key_hash, organisation_id, workflow_id, expires_at) VALUES (?1, ?2, ?3, ?4)"
  " ON CONFLICT (key_hash) DO UPDATE SET expires_at = excluded.expires_at WHERE seen_keys.expires_at <= ?5";

static const char expire_values_sql[] = "DELETE FROM data_values WHERE expires_at > 0 AND expires_at <= ?1";

static const char expire_seen_sql[] = "DELETE FROM seen_keys WHERE expires_at <= ?1";

static gpointer
read_row (sqlite3_stmt *query)
{
  EnlaceDataRow *row = g_new0 (EnlaceDataRow, 1);

  enlace_connection_read (query, "hununbb" "iiii", row->key_hash, &row->organisation_id, &row->has_workflow, &row->workflow_id, &row->is_test,
                          &row->key, &row->value, &row->expires_at, &row->created_at, &row->updated_at, &row->revision);

  return row;
}

EnlaceDataRow *
enlace_data_get (EnlaceReader  *reader,
                 const guint8   key_hash[ENLACE_DATA_HASH_SIZE],
                 gint64         now,
                 GError       **error)
{
  EnlaceConnection *connection = enlace_reader_get_connection (reader, error);

  if (connection == NULL)
    return NULL;

  return enlace_connection_get_row (connection, enlace_connection_query (connection, get_sql, error, "hi", key_hash, now), read_row, NULL, error);
}

GPtrArray *
enlace_data_list (EnlaceReader            *reader,
                  const EnlaceDataFilter  *filter,
                  GError                 **error)
{
  EnlaceConnection *connection = enlace_reader_get_connection (reader, error);
  g_autoptr(GBytes) after = filter->after != NULL ? g_bytes_new (filter->after, ENLACE_DATA_HASH_SIZE) : NULL;
  sqlite3_stmt *query;

  if (connection == NULL)
    return NULL;

  query = enlace_connection_query (connection, list_sql, error, "uunbii", filter->organisation_id, filter->workflow_id, filter->is_test, after,
                                   filter->now, (gint64) filter->limit);
  return enlace_connection_list_rows (connection, query, read_row, (GDestroyNotify) enlace_data_row_free, error);
}

/* What is in the place of a row: all 0 where nothing is. */
typedef struct {
  gint64 revision;
  gint64 expires_at;
  gint64 created_at;
} Present;

static gboolean
find_present (EnlaceWriter  *writer,
              const guint8   key_hash[ENLACE_DATA_HASH_SIZE],
              Present       *present,
              GError       **error)
{
  g_autoptr(GError) failure = NULL;
  sqlite3_stmt *query = enlace_connection_query (writer->connection, find_revision_sql, &failure, "h", key_hash);

  *present = (Present) { 0 };
  if (query != NULL && enlace_connection_next (writer->connection, query, &failure))
    {
      enlace_connection_read (query, "iii", &present->revision, &present->expires_at, &present->created_at);
      enlace_connection_end (query);
    }
  if (failure == NULL)
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
fail_conflict (GError **error)
{
  g_set_error_literal (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_CONFLICT, "The key was changed in the meantime");
  return FALSE;
}

gboolean
enlace_data_put (EnlaceWriter         *writer,
                 const EnlaceDataRow  *row,
                 gint64                expected_revision,
                 GError              **error)
{
  Present present;
  gboolean is_alive;
  gint64 revision;

  if (!find_present (writer, row->key_hash, &present, error))
    return FALSE;

  is_alive = present.revision != 0 && (present.expires_at == 0 || present.expires_at > row->updated_at);
  if (expected_revision >= 0 && expected_revision != (is_alive ? present.revision : 0))
    return fail_conflict (error);

  /* By the clock, so that a key that was removed does not begin with a revision that somebody has read before. */
  revision = MAX (enlace_writer_get_time (writer), present.revision + 1);
  return enlace_connection_run (writer->connection, put_sql, error, "huunbb" "iiii", row->key_hash, &row->organisation_id,
                                row->has_workflow ? &row->workflow_id : NULL, row->is_test, row->key, row->value, row->expires_at,
                                is_alive ? present.created_at : row->created_at, row->updated_at, revision);
}

gboolean
enlace_data_remove (EnlaceWriter  *writer,
                    const guint8   key_hash[ENLACE_DATA_HASH_SIZE],
                    gint64         expected_revision,
                    GError       **error)
{
  if (!enlace_connection_run (writer->connection, remove_sql, error, "hi", key_hash, expected_revision))
    return FALSE;

  return enlace_connection_get_changes (writer->connection) == 1 || fail_conflict (error);
}

gboolean
enlace_data_is_seen (EnlaceReader  *reader,
                     const guint8   key_hash[ENLACE_DATA_HASH_SIZE],
                     gint64         now,
                     gboolean      *is_seen,
                     GError       **error)
{
  EnlaceConnection *connection = enlace_reader_get_connection (reader, error);
  sqlite3_stmt *query;
  gint64 n = 0;

  if (connection == NULL || (query = enlace_connection_query (connection, is_seen_sql, error, "hi", key_hash, now)) == NULL
      || !enlace_connection_next (connection, query, error))
    return FALSE;

  enlace_connection_read (query, "i", &n);
  enlace_connection_end (query);
  *is_seen = n > 0;

  return TRUE;
}

gboolean
enlace_data_see (EnlaceWriter      *writer,
                 const guint8       key_hash[ENLACE_DATA_HASH_SIZE],
                 const EnlaceUuid  *organisation_id,
                 const EnlaceUuid  *workflow_id,
                 gint64             expires_at,
                 gint64             now,
                 GError           **error)
{
  if (!enlace_connection_run (writer->connection, see_sql, error, "huuii", key_hash, organisation_id, workflow_id, expires_at, now))
    return FALSE;

  return enlace_connection_get_changes (writer->connection) == 1 || fail_conflict (error);
}

gboolean
enlace_data_expire (EnlaceWriter  *writer,
                    gint64         before,
                    GError       **error)
{
  return enlace_connection_run (writer->connection, expire_values_sql, error, "i", before)
         && enlace_connection_run (writer->connection, expire_seen_sql, error, "i", before);
}

void
enlace_data_row_free (EnlaceDataRow *row)
{
  g_clear_pointer (&row->key, g_bytes_unref);
  g_clear_pointer (&row->value, g_bytes_unref);
  g_free (row);
}
