/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-store"

#include "server/store/writer.h"

#define PAGES_OF_MIB(mib)   ((gint64) (mib) * 1024 * 1024 / 4096)
#define PAGES_WHEN_IDLE     PAGES_OF_MIB (4)
#define PAGES_WHEN_BUSY     PAGES_OF_MIB (8)
#define PAGES_TO_TRUNCATE   PAGES_OF_MIB (64)
#define TRUNCATE_WAIT_MS    100
#define FREE_PAGES_TO_KEEP  1024
#define VACUUM_PAGES        256

static int
wal_cb (gpointer    data,
        sqlite3    *db,
        const char *name,
        int         pages)
{
  EnlaceWriter *self = data;

  if (pages < self->wal_pages)
    {
      self->checkpointed_pages = 0;
      self->truncated_at_pages = 0;
    }

  self->wal_pages = pages;
  atomic_store (&self->wal_bytes, (gint64) pages * 4120);

  return SQLITE_OK;
}

void
enlace_checkpoint_watch (EnlaceWriter *self)
{
  sqlite3_wal_hook (self->connection->db, wal_cb, self);
}

static void
checkpoint (EnlaceWriter *self,
            int           mode)
{
  g_autoptr(GError) error = NULL;
  int logged = 0, copied = 0;
  int code = sqlite3_wal_checkpoint_v2 (self->connection->db, "main", mode, &logged, &copied);

  /* Busy is no failure: a reader still looks at an older state, the next attempt goes further. */
  if (code != SQLITE_OK && code != SQLITE_BUSY && code != SQLITE_LOCKED)
    {
      enlace_connection_fail (self->connection, code, &error);
      g_warning ("The write-ahead log could not be copied back: %s", error->message);
      return;
    }

  if (copied >= 0)
    self->checkpointed_pages = copied;

  if (mode == SQLITE_CHECKPOINT_TRUNCATE && code == SQLITE_OK)
    {
      self->wal_pages = 0;
      self->checkpointed_pages = 0;
      self->truncated_at_pages = 0;
      atomic_store (&self->wal_bytes, 0);
    }
}

static void
truncate_log (EnlaceWriter *self)
{
  self->truncated_at_pages = self->wal_pages;
  sqlite3_busy_timeout (self->connection->db, TRUNCATE_WAIT_MS);
  checkpoint (self, SQLITE_CHECKPOINT_TRUNCATE);
  sqlite3_busy_timeout (self->connection->db, ENLACE_BUSY_TIMEOUT_MS);
}

/* Gives pages of deleted rows back to the disk, a slice at a time. */
static void
vacuum_slice (EnlaceWriter *self)
{
  gint64 n_free = 0;

  if (enlace_connection_get_integer (self->connection, "PRAGMA freelist_count", &n_free, NULL) && n_free > FREE_PAGES_TO_KEEP)
    enlace_connection_execute (self->connection, "PRAGMA incremental_vacuum(" G_STRINGIFY (VACUUM_PAGES) ")", NULL);
}

void
enlace_checkpoint_if_due (EnlaceWriter *self,
                          gboolean      is_idle)
{
  gint64 due = self->wal_pages - self->checkpointed_pages;

  if (self->wal_pages > PAGES_TO_TRUNCATE && self->wal_pages - self->truncated_at_pages > PAGES_WHEN_BUSY)
    {
      truncate_log (self);
      return;
    }

  if (due <= (is_idle ? PAGES_WHEN_IDLE : PAGES_WHEN_BUSY))
    return;

  if (is_idle)
    vacuum_slice (self);
  checkpoint (self, SQLITE_CHECKPOINT_PASSIVE);
}

void
enlace_checkpoint_all (EnlaceWriter *self)
{
  checkpoint (self, SQLITE_CHECKPOINT_TRUNCATE);
}
