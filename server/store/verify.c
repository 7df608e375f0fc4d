/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-store"

#include "server/store/reader.h"

#define MAX_STRUCTURE_DEFECTS 100

typedef struct {
  const char *count_sql;
  const char *sentence;     /* after the count */
} EnlaceInvariant;

static const EnlaceInvariant invariants[] = {
  { "SELECT count(*) FROM members WHERE organisation_id NOT IN (SELECT id FROM organisations)", "members belong to no organisation" },
  { "SELECT count(*) FROM api_keys WHERE member_id NOT IN (SELECT id FROM members)", "API keys belong to no member" },
  { "SELECT count(*) FROM workflows WHERE organisation_id NOT IN (SELECT id FROM organisations)", "workflows belong to no organisation" },
  { "SELECT count(*) FROM workflows w WHERE NOT EXISTS (SELECT 1 FROM versions v WHERE v.workflow_id = w.id AND v.version = w.version)",
    "workflows lack their newest version" },
  { "SELECT count(*) FROM workflows w WHERE published_version > 0 AND"
    " NOT EXISTS (SELECT 1 FROM versions v WHERE v.workflow_id = w.id AND v.version = w.published_version)",
    "workflows lack their published version" },
  { "SELECT count(*) FROM workflows WHERE is_active AND published_version = 0", "workflows are active and were never published" },
  { "SELECT count(*) FROM executions WHERE workflow_id NOT IN (SELECT id FROM workflows)", "executions belong to no workflow" },
  { "SELECT count(*) FROM executions e JOIN workflows w ON w.id = e.workflow_id WHERE e.organisation_id <> w.organisation_id",
    "executions belong to another organisation than their workflow" },
  { "SELECT count(*) FROM executions WHERE status NOT BETWEEN 0 AND 6", "executions have no known status" },
  { "SELECT count(*) FROM executions WHERE changed IS NOT NULL AND changed <= seq", "executions were changed before they were made" },
  { "SELECT count(*) FROM executions WHERE max(seq, ifnull(changed, 0)) >= (SELECT value FROM meta WHERE name = 'change_limit')",
    "executions have a change number that was never given" },
  { "SELECT count(*) FROM variables v JOIN workflows w ON w.id = v.workflow_id WHERE v.organisation_id <> w.organisation_id",
    "variables belong to another organisation than their workflow" },
  { "SELECT count(*) FROM variables WHERE change >= (SELECT value FROM meta WHERE name = 'change_limit')",
    "variables have a change number that was never given" },
  { "SELECT count(*) FROM approvals a JOIN executions e ON e.seq = a.execution WHERE a.workflow_id <> e.workflow_id OR a.organisation_id <> e.organisation_id",
    "approvals belong to another workflow than their run" },
  { "SELECT count(*) FROM approvals WHERE status NOT BETWEEN 0 AND 3", "approvals have no known status" },
  { "SELECT count(*) FROM approvals WHERE change >= (SELECT value FROM meta WHERE name = 'change_limit')",
    "approvals have a change number that was never given" },
  { "SELECT count(*) FROM workflow_secrets WHERE workflow_id NOT IN (SELECT id FROM workflows)", "secrets belong to no workflow" },
  { "SELECT count(*) FROM journal WHERE execution NOT IN (SELECT seq FROM executions)", "journal entries belong to no execution" },
};

static gpointer
read_text (sqlite3_stmt *query)
{
  char *text;

  enlace_connection_read (query, "s", &text);

  return text;
}

static gboolean
check_invariants (EnlaceConnection  *connection,
                  GPtrArray         *defects,
                  GError           **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (invariants); i++)
    {
      gint64 n = 0;

      if (!enlace_connection_get_integer (connection, invariants[i].count_sql, &n, error))
        return FALSE;
      if (n > 0)
        g_ptr_array_add (defects, g_strdup_printf ("%" G_GINT64_FORMAT " %s", n, invariants[i].sentence));
    }

  return TRUE;
}

static GPtrArray *
verify (EnlaceConnection  *connection,
        GError           **error)
{
  g_autoptr(GPtrArray) lines = NULL;
  g_autoptr(GPtrArray) defects = g_ptr_array_new_with_free_func (g_free);

  lines = enlace_connection_list_rows (connection,
                                       enlace_connection_query (connection, "PRAGMA integrity_check(" G_STRINGIFY (MAX_STRUCTURE_DEFECTS) ")",
                                                                error, ""),
                                       read_text, g_free, error);
  if (lines == NULL)
    return NULL;

  for (guint i = 0; i < lines->len; i++)
    if (g_strcmp0 (g_ptr_array_index (lines, i), "ok") != 0)
      g_ptr_array_add (defects, g_strdup_printf ("The file is damaged: %s", (const char *) g_ptr_array_index (lines, i)));

  if (defects->len == 0 && !check_invariants (connection, defects, error))
    return NULL;

  return g_steal_pointer (&defects);
}

GPtrArray *
enlace_store_verify (EnlaceStore  *self,
                     GError      **error)
{
  EnlaceReader *reader = enlace_store_acquire_reader (self);
  EnlaceConnection *connection = enlace_reader_get_connection (reader, error);
  GPtrArray *defects = NULL;

  if (connection != NULL)
    {
      gint64 timeout = connection->timeout;

      connection->timeout = 0;
      defects = verify (connection, error);
      connection->timeout = timeout;
    }

  enlace_store_release_reader (self, reader);

  return defects;
}
