/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-store"

#include "server/store/feed.h"
#include "server/store/reader.h"
#include "server/store/writer.h"

/* Each branch walks one index in the order of its changes, so that the merge stops at the limit: rows as they were inserted, rows
 * that were changed since, workflows, what was deleted. The numbers are those of EnlaceFeedKind. */
static const char list_sql[] =
  "SELECT seq, 1, 0, id FROM executions WHERE organisation_id = ?1 AND seq > ?2 AND changed IS NULL"
  " UNION ALL "
  "SELECT changed, 1, 0, id FROM executions WHERE organisation_id = ?1 AND changed > ?2"
  " UNION ALL "
  "SELECT change, 0, 0, id FROM workflows WHERE organisation_id = ?1 AND change > ?2"
  " UNION ALL "
  "SELECT change, 3, 0, id FROM variables WHERE organisation_id = ?1 AND change > ?2"
  " UNION ALL "
  "SELECT change, 4, 0, id FROM approvals WHERE organisation_id = ?1 AND change > ?2"
  " UNION ALL "
  "SELECT change, 2, kind, id FROM tombstones WHERE organisation_id = ?1 AND change > ?2"
  " ORDER BY 1 LIMIT ?3";

static const char bounds_sql[] =
  "SELECT (SELECT value FROM meta WHERE name = 'feed_floor'), (SELECT value FROM meta WHERE name = 'change_limit')";

static const char raise_floor_sql[] =
  "UPDATE meta SET value = max(value, ifnull((SELECT max(change) FROM tombstones WHERE deleted_at < ?1), 0)) WHERE name = 'feed_floor'";

static const char expire_sql[] = "DELETE FROM tombstones WHERE deleted_at < ?1";

G_STATIC_ASSERT (ENLACE_FEED_WORKFLOW == 0 && ENLACE_FEED_EXECUTION == 1 && ENLACE_FEED_DELETED == 2 && ENLACE_FEED_VARIABLE == 3 &&
                 ENLACE_FEED_APPROVAL == 4);

/* A number that was never given is as bad as one that is too old: it is another store's. */
static gboolean
find_gap (EnlaceConnection  *connection,
          gint64             after,
          gboolean          *is_gap,
          GError           **error)
{
  sqlite3_stmt *query = enlace_connection_query (connection, bounds_sql, error, "");
  gint64 lowest, highest;

  if (query == NULL || !enlace_connection_next (connection, query, error))
    return FALSE;

  enlace_connection_read (query, "ii", &lowest, &highest);
  enlace_connection_end (query);
  *is_gap = after < lowest || after > highest;

  return TRUE;
}

GArray *
enlace_feed_list (EnlaceReader      *reader,
                  const EnlaceUuid  *organisation_id,
                  gint64             after,
                  guint              limit,
                  gboolean          *is_gap,
                  GError           **error)
{
  EnlaceConnection *connection = enlace_reader_get_connection (reader, error);
  g_autoptr(GArray) entries = g_array_new (FALSE, TRUE, sizeof (EnlaceFeedEntry));
  g_autoptr(GError) failure = NULL;
  EnlaceFeedEntry entry;
  sqlite3_stmt *query;

  if (connection == NULL || !find_gap (connection, after, is_gap, error) ||
      (query = enlace_connection_query (connection, list_sql, error, "uii", organisation_id, after, (gint64) limit)) == NULL)
    return NULL;

  while (enlace_connection_next (connection, query, &failure))
    {
      enlace_connection_read (query, "innu", &entry.change, (int *) &entry.kind, (int *) &entry.deleted_kind, &entry.id);
      g_array_append_val (entries, entry);
    }

  if (failure == NULL)
    return g_steal_pointer (&entries);

  g_propagate_error (error, g_steal_pointer (&failure));

  return NULL;
}

gboolean
enlace_feed_expire (EnlaceWriter  *writer,
                    gint64         before,
                    GError       **error)
{
  return enlace_connection_run (writer->connection, raise_floor_sql, error, "i", before) &&
         enlace_connection_run (writer->connection, expire_sql, error, "i", before);
}
