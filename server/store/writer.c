/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-store"

#include <unistd.h>

#include "server/store/counts.h"
#include "server/store/writer.h"

#define GROUP_MAX      1024
#define CHANGE_BLOCK   65536
#define LAST_WORDS_US  (200 * 1000)
#define REFUSE_FOR_US  G_USEC_PER_SEC

typedef struct {
  guint      id;
  void     (*func) (gint64 latest_change, gpointer data);
  gpointer   data;
} EnlaceObserver;

static const char set_epoch_sql[] = "UPDATE meta SET value = ?1 WHERE name = 'epoch'";
static const char set_limit_sql[] = "UPDATE meta SET value = ?1 WHERE name = 'change_limit'";
static const char begin_sql[] = "BEGIN IMMEDIATE";
static const char commit_sql[] = "COMMIT";
static const char rollback_sql[] = "ROLLBACK";
static const char savepoint_sql[] = "SAVEPOINT change";
static const char release_sql[] = "RELEASE change";
static const char rollback_to_sql[] = "ROLLBACK TO change";

static gboolean
run (EnlaceWriter  *self,
     const char    *sql,
     GError       **error)
{
  return enlace_connection_run (self->connection, sql, error, "");
}

/* A failed statement may have ended the transaction: then nothing of the group is there any more. */
static gboolean
is_in_transaction (EnlaceWriter *self)
{
  return !sqlite3_get_autocommit (self->connection->db);
}

gint64
enlace_writer_next_change (EnlaceWriter *self)
{
  return ++self->change;
}

gint64
enlace_writer_get_time (EnlaceWriter *self)
{
  return self->time;
}

/* The lease epoch is written with the first group, so that opening alone changes nothing. */
static gboolean
begin (EnlaceWriter  *self,
       GError       **error)
{
  self->time = g_get_real_time ();

  if (!run (self, begin_sql, error))
    return FALSE;

  if (self->is_epoch_stored)
    return TRUE;

  return enlace_connection_run (self->connection, set_epoch_sql, error, "i", self->epoch);
}

static void
apply (EnlaceWriter *self,
       EnlaceChange *change)
{
  guint n_counts = self->counts->len;
  gboolean is_guarded = !change->is_single_statement;
  gboolean is_done;

  is_done = (!is_guarded || run (self, savepoint_sql, &change->error)) && change->apply (change, self, &change->error);
  g_assert (is_done == (change->error == NULL));

  if (!is_done)
    g_array_set_size (self->counts, n_counts);

  if (!is_guarded || !is_in_transaction (self))
    return;

  if (!is_done)
    run (self, rollback_to_sql, NULL);
  run (self, release_sql, NULL);
}

/* Numbers are reserved in blocks, so that they rise over restarts without a row that each commit writes. */
static gboolean
reserve_changes (EnlaceWriter  *self,
                 GError       **error)
{
  if (self->change < self->change_limit)
    return TRUE;

  return enlace_connection_run (self->connection, set_limit_sql, error, "i", self->change + CHANGE_BLOCK);
}

static gboolean
apply_all (EnlaceWriter  *self,
           EnlaceChange  *group,
           GError       **error)
{
  for (EnlaceChange *change = group; change != NULL; change = change->next)
    {
      apply (self, change);

      if (!is_in_transaction (self))
        {
          g_propagate_error (error, g_steal_pointer (&change->error));
          return FALSE;
        }
    }

  return TRUE;
}

static gboolean
commit (EnlaceWriter  *self,
        EnlaceChange  *group,
        GError       **error)
{
  gboolean is_committed = begin (self, error) &&
                          apply_all (self, group, error) &&
                          enlace_counts_flush (self, error) &&
                          reserve_changes (self, error) &&
                          run (self, commit_sql, error);

  g_array_set_size (self->counts, 0);

  if (!is_committed && is_in_transaction (self))
    run (self, rollback_sql, NULL);

  if (is_committed)
    {
      self->is_epoch_stored = TRUE;
      if (self->change >= self->change_limit)
        self->change_limit = self->change + CHANGE_BLOCK;
    }

  return is_committed;
}

static void
answer (EnlaceWriter  *self,
        EnlaceChange  *group,
        const GError  *error)
{
  while (group != NULL)
    {
      EnlaceChange *change = group;
      g_autoptr(GError) own = g_steal_pointer (&change->error);

      group = change->next;
      change->next = NULL;

      atomic_fetch_sub (&self->queued, 1);
      if (error != NULL || own != NULL)
        atomic_fetch_add (&self->n_failed, 1);
      else
        atomic_fetch_add (&self->n_changes, 1);

      change->done (change, error != NULL ? error : own);
    }
}

static void
tell_observers (EnlaceWriter *self)
{
  if (self->change == atomic_load (&self->latest_change))
    return;

  atomic_store (&self->latest_change, self->change);

  g_mutex_lock (&self->observers_mutex);
  for (guint i = 0; i < self->observers->len; i++)
    {
      const EnlaceObserver *observer = g_ptr_array_index (self->observers, i);

      observer->func (self->change, observer->data);
    }
  g_mutex_unlock (&self->observers_mutex);
}

/* The queue is a stack that submitters push to; what it holds is put behind `pending` in the order of submission. */
static void
drain_queue (EnlaceWriter *self)
{
  EnlaceChange *newest = atomic_exchange (&self->queue, NULL);
  EnlaceChange *last = newest;
  EnlaceChange *first = NULL;

  if (newest == NULL)
    return;

  while (newest != NULL)
    {
      EnlaceChange *change = newest;

      newest = change->next;
      change->next = first;
      first = change;
    }

  *self->pending_tail = first;
  self->pending_tail = &last->next;
}

static EnlaceChange *
cut_group (EnlaceWriter *self)
{
  EnlaceChange *group = self->pending;
  EnlaceChange *last = group;

  for (guint n = 1; n < GROUP_MAX && last->next != NULL; n++)
    last = last->next;

  self->pending = g_steal_pointer (&last->next);
  if (self->pending == NULL)
    self->pending_tail = &self->pending;

  return group;
}

/* NULL: closing, and nothing waits. */
static EnlaceChange *
take_group (EnlaceWriter *self)
{
  gboolean is_closing = FALSE;

  drain_queue (self);

  if (self->pending == NULL)
    {
      g_mutex_lock (&self->mutex);
      while (atomic_load (&self->queue) == NULL && !self->is_closing)
        g_cond_wait (&self->wake, &self->mutex);
      is_closing = self->is_closing;
      g_mutex_unlock (&self->mutex);

      drain_queue (self);
    }

  if (self->pending == NULL)
    {
      g_assert (is_closing);
      return NULL;
    }

  return cut_group (self);
}

/* After a failed fsync nobody knows what the disk holds, and asking again may lie: the journal is read anew by the next process. */
static void
end_process (EnlaceWriter *self)
{
  g_autoptr(GError) error = g_error_new_literal (ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_UNAVAILABLE, "The disk of the store failed");

  g_critical ("The disk of the store failed: the server ends. What was acknowledged is durable");
  drain_queue (self);
  answer (self, g_steal_pointer (&self->pending), error);
  g_usleep (LAST_WORDS_US);
  _exit (EXIT_FAILURE);
}

static void
process_group (EnlaceWriter *self,
               EnlaceChange *group)
{
  g_autoptr(GError) error = NULL;
  gboolean is_committed = commit (self, group, &error);

  if (is_committed)
    {
      atomic_fetch_add (&self->n_groups, 1);
      atomic_store (&self->refuse_until, 0);
      tell_observers (self);
    }
  else
    {
      g_warning ("A group of changes was not committed: %s", error->message);
      atomic_store (&self->refuse_until, g_get_monotonic_time () + REFUSE_FOR_US);
    }

  answer (self, group, error);
}

static gpointer
writer_thread (gpointer data)
{
  EnlaceWriter *self = data;
  EnlaceChange *group;

  while ((group = take_group (self)) != NULL)
    {
      process_group (self, group);
      enlace_checkpoint_if_due (self, self->pending == NULL && atomic_load (&self->queue) == NULL);

      if (self->connection->has_io_error)
        end_process (self);
    }

  return NULL;
}

void
enlace_writer_submit (EnlaceWriter *self,
                      EnlaceChange *change)
{
  EnlaceChange *newest = atomic_load (&self->queue);

  change->error = NULL;
  atomic_fetch_add (&self->queued, 1);

  do
    change->next = newest;
  while (!atomic_compare_exchange_weak (&self->queue, &newest, change));

  /* Only who found it empty may have to wake the writer; the mutex keeps the signal from falling between its look and its sleep. */
  if (newest == NULL)
    {
      g_mutex_lock (&self->mutex);
      g_cond_signal (&self->wake);
      g_mutex_unlock (&self->mutex);
    }
}

guint
enlace_writer_add_observer (EnlaceWriter  *self,
                            void         (*func) (gint64, gpointer),
                            gpointer       data)
{
  EnlaceObserver *observer = g_new0 (EnlaceObserver, 1);
  guint id;

  observer->func = func;
  observer->data = data;

  g_mutex_lock (&self->observers_mutex);
  id = observer->id = ++self->last_observer;
  g_ptr_array_add (self->observers, observer);
  g_mutex_unlock (&self->observers_mutex);

  return id;
}

void
enlace_writer_remove_observer (EnlaceWriter *self,
                               guint         id)
{
  g_mutex_lock (&self->observers_mutex);
  for (guint i = 0; i < self->observers->len; i++)
    {
      const EnlaceObserver *observer = g_ptr_array_index (self->observers, i);

      if (observer->id == id)
        {
          g_ptr_array_remove_index (self->observers, i);
          break;
        }
    }
  g_mutex_unlock (&self->observers_mutex);
}

EnlaceWriter *
enlace_writer_new (EnlaceConnection  *connection,
                   GError           **error)
{
  g_autoptr(EnlaceWriter) self = g_new0 (EnlaceWriter, 1);
  gint64 epoch;

  self->connection = connection;
  self->counts = enlace_counts_new ();
  self->observers = g_ptr_array_new_with_free_func (g_free);
  self->pending_tail = &self->pending;
  g_mutex_init (&self->mutex);
  g_mutex_init (&self->observers_mutex);
  g_cond_init (&self->wake);

  if (!enlace_connection_get_integer (connection, "SELECT value FROM meta WHERE name = 'epoch'", &epoch, error) ||
      !enlace_connection_get_integer (connection, "SELECT value FROM meta WHERE name = 'change_limit'", &self->change_limit, error))
    {
      g_prefix_error (error, "The store has lost its own records: ");
      return NULL;
    }

  self->epoch = epoch + 1;
  self->change = self->change_limit;
  atomic_store (&self->latest_change, self->change);
  enlace_checkpoint_watch (self);

  return g_steal_pointer (&self);
}

void
enlace_writer_start (EnlaceWriter *self)
{
  self->thread = g_thread_new ("store-writer", writer_thread, self);
}

void
enlace_writer_free (EnlaceWriter *self)
{
  if (self->thread != NULL)
    {
      g_mutex_lock (&self->mutex);
      self->is_closing = TRUE;
      g_cond_signal (&self->wake);
      g_mutex_unlock (&self->mutex);
      g_thread_join (self->thread);
      enlace_checkpoint_all (self);
    }

  enlace_connection_close (self->connection);
  g_array_unref (self->counts);
  g_ptr_array_unref (self->observers);
  g_mutex_clear (&self->mutex);
  g_mutex_clear (&self->observers_mutex);
  g_cond_clear (&self->wake);
  g_free (self);
}
