/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-store"

#include "server/store/counts.h"
#include "server/store/workflows.h"

typedef struct {
  EnlaceUuid  workflow_id;
  const char *last_status;   /* static */
  gint64      n_runs;
  gint64      n_completed;
  gint64      n_failed;
} EnlaceCount;

static const char add_sql[] =
  "UPDATE workflows SET execution_count = execution_count + ?2, success_count = success_count + ?3, error_count = error_count + ?4,"
  " last_execution_at = ?5, last_status = ?6, change = ?7 WHERE id = ?1";

GArray *
enlace_counts_new (void)
{
  return g_array_new (FALSE, FALSE, sizeof (EnlaceCount));
}

void
enlace_workflows_count (EnlaceWriter     *writer,
                        const EnlaceUuid *id,
                        const char       *status)
{
  EnlaceCount count = { .workflow_id = *id, .last_status = g_intern_string (status), .n_runs = 1 };

  count.n_completed = g_strcmp0 (status, "completed") == 0;
  count.n_failed = g_strcmp0 (status, "failed") == 0;
  g_array_append_val (writer->counts, count);
}

static guint
hash_uuid (gconstpointer key)
{
  const EnlaceUuid *id = key;
  guint hash = 5381;

  /* The last bytes are the random ones. */
  for (gsize i = 8; i < sizeof id->bytes; i++)
    hash = hash * 33 + id->bytes[i];

  return hash;
}

static gboolean
equal_uuid (gconstpointer a,
            gconstpointer b)
{
  return enlace_uuid_equal (a, b);
}

/* One entry a workflow: the others of the same one are added to its first. */
static GHashTable *
sum_up (GArray *counts)
{
  GHashTable *sums = g_hash_table_new (hash_uuid, equal_uuid);

  for (guint i = 0; i < counts->len; i++)
    {
      EnlaceCount *count = &g_array_index (counts, EnlaceCount, i);
      EnlaceCount *sum = g_hash_table_lookup (sums, &count->workflow_id);

      if (sum == NULL)
        {
          g_hash_table_insert (sums, &count->workflow_id, count);
          continue;
        }

      sum->n_runs += count->n_runs;
      sum->n_completed += count->n_completed;
      sum->n_failed += count->n_failed;
      sum->last_status = count->last_status;
    }

  return sums;
}

gboolean
enlace_counts_flush (EnlaceWriter  *self,
                     GError       **error)
{
  g_autoptr(GHashTable) sums = NULL;
  GHashTableIter iter;
  gpointer value;

  if (self->counts->len == 0)
    return TRUE;

  sums = sum_up (self->counts);
  g_hash_table_iter_init (&iter, sums);

  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const EnlaceCount *sum = value;

      if (!enlace_connection_run (self->connection, add_sql, error, "uiiiisi", &sum->workflow_id, sum->n_runs, sum->n_completed,
                                  sum->n_failed, self->time, sum->last_status, enlace_writer_next_change (self)))
        return FALSE;
    }

  g_array_set_size (self->counts, 0);

  return TRUE;
}
