/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/engine-private.h"

/* What happens by time: replies that come too late, attempts that are due; the begin and the end of it all. */

/* How often waiters are looked at while there are any, and a due run that found no place is tried again. Milliseconds. */
#define TICK_MS 200
/* How long a run that could not be read waits for another try. */
#define RETRY_MS 1000
/* The longest sleep before something that is due: a clock may be set forward meanwhile. */
#define LONGEST_SLEEP_MS 1000
/* Runs whose lease is taken over in one transaction. */
#define TAKE_PAGE 1000

/* With the lock held: takes out the waiters whose time is over. TRUE: there are others. */
static gboolean
collect_expired (EnlaceEngine *self,
                 GPtrArray    *expired)
{
  gint64 now = g_get_monotonic_time ();
  gboolean has_more = FALSE;
  GHashTableIter iter;
  EnlaceRun *run;
  EnlaceWaiter *waiter;

  g_hash_table_iter_init (&iter, self->active);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &run))
    {
      if (run == NULL || run->deadline == 0)
        continue;
      if (run->deadline > now)
        has_more = TRUE;
      else if ((waiter = enlace_run_take_waiter (run)) != NULL)
        g_ptr_array_add (expired, waiter);
    }

  g_hash_table_iter_init (&iter, self->waiters);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &waiter))
    if (waiter->deadline != 0 && waiter->deadline <= now)
      {
        g_ptr_array_add (expired, waiter);
        g_hash_table_iter_remove (&iter);
      }
    else
      has_more |= waiter->deadline != 0;

  return has_more;
}

/* Starts the runs in the store whose time has come; when there is no place for one, or it could not be read, soon again. */
static void
start_due (EnlaceEngine *self)
{
  EnlaceReader *reader = enlace_store_acquire_reader (self->store);
  g_autoptr(GError) error = NULL;
  g_autoptr(GArray) due = NULL;
  gint64 now = enlace_engine_get_time (self), next = 0;
  gboolean is_full = FALSE;

  due = enlace_executions_list_due (reader, now, self->max_runs + 256, &next, &error);
  enlace_store_release_reader (self->store, reader);
  if (due == NULL)
    g_warning ("The runs that are due could not be read: %s", error->message);

  for (guint i = 0; due != NULL && i < due->len; i++)
    {
      const EnlaceUuid *id = &g_array_index (due, EnlaceUuid, i);
      gboolean is_known;

      g_mutex_lock (&self->lock);
      is_full = self->n_fibers >= self->max_runs;
      is_known = g_hash_table_contains (self->active, id);
      if (!is_full && !is_known)
        enlace_scheduler_push (self, id, ENLACE_PRIORITY_NORMAL);
      g_mutex_unlock (&self->lock);

      if (is_full)
        break;
      if (!is_known)
        enlace_scheduler_start_queued (self);
    }

  if (due == NULL || is_full)
    next = now + TICK_MS * 1000;
  if (next != 0)
    enlace_scheduler_wake_at (self, next);
}

void
enlace_scheduler_postpone (EnlaceEngine     *self,
                           const EnlaceUuid *id)
{
  g_mutex_lock (&self->lock);
  if (self->postponed->len == 0)
    self->retry_at = g_get_monotonic_time () + RETRY_MS * G_TIME_SPAN_MILLISECOND;
  g_array_append_vals (self->postponed, id, 1);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

/* What the scheduler has to do now. With the lock held; it is given up meanwhile. FALSE: nothing. */
static gboolean
do_what_is_due (EnlaceEngine *self)
{
  g_autoptr(GPtrArray) expired = g_ptr_array_new ();
  gboolean is_due = self->next_due != 0 && self->next_due <= enlace_engine_get_time (self);
  gboolean is_retry = self->postponed->len > 0 && self->retry_at <= g_get_monotonic_time ();

  self->is_ticking = collect_expired (self, expired);
  if (expired->len == 0 && !is_due && !is_retry)
    return FALSE;

  if (is_due)
    self->next_due = 0;
  if (is_retry)
    {
      for (guint i = 0; i < self->postponed->len; i++)
        enlace_scheduler_push (self, &g_array_index (self->postponed, EnlaceUuid, i), ENLACE_PRIORITY_NORMAL);
      g_array_set_size (self->postponed, 0);
    }
  g_mutex_unlock (&self->lock);

  for (guint i = 0; i < expired->len; i++)
    enlace_waiter_time_out (expired->pdata[i]);
  if (is_due)
    start_due (self);
  if (is_retry)
    enlace_scheduler_start_queued (self);

  g_mutex_lock (&self->lock);
  return TRUE;
}

/* With the lock held: milliseconds until there may be something to do, -1: until it is said. */
static gint64
get_sleep (EnlaceEngine *self)
{
  gint64 sleep_ms = self->is_ticking ? TICK_MS : G_MAXINT64;

  if (self->next_due != 0)
    sleep_ms = MIN (sleep_ms, MIN ((self->next_due - enlace_engine_get_time (self)) / 1000 + 1, LONGEST_SLEEP_MS));
  if (self->postponed->len > 0)
    sleep_ms = MIN (sleep_ms, RETRY_MS);

  return sleep_ms != G_MAXINT64 ? sleep_ms : -1;
}

static gpointer
scheduler_thread (gpointer data)
{
  EnlaceEngine *self = data;

  g_mutex_lock (&self->lock);
  while (!self->is_stopping)
    {
      gint64 sleep_ms;

      if (do_what_is_due (self))
        continue;

      sleep_ms = get_sleep (self);
      if (sleep_ms < 0)
        g_cond_wait (&self->changed, &self->lock);
      else
        g_cond_wait_until (&self->changed, &self->lock, g_get_monotonic_time () + sleep_ms * G_TIME_SPAN_MILLISECOND);
    }
  g_mutex_unlock (&self->lock);

  return NULL;
}

typedef struct {
  GArray *ids;
  gint64  epoch;
} Take;

static gboolean
take_apply (EnlaceWriter  *writer,
            gpointer       data,
            GError       **error)
{
  Take *take = data;

  for (guint i = 0; i < take->ids->len; i++)
    {
      g_autoptr(GError) reason = NULL;

      if (!enlace_executions_take (writer, &g_array_index (take->ids, EnlaceUuid, i), take->epoch, &reason)
          && !g_error_matches (reason, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_LEASE))
        {
          g_propagate_error (error, g_steal_pointer (&reason));
          return FALSE;
        }
    }

  return TRUE;
}

/* The runs of a holder that is gone become ours, and are looked at one after the other. */
static gboolean
take_orphans (EnlaceEngine  *self,
              GError       **error)
{
  for (;;)
    {
      EnlaceReader *reader = enlace_store_acquire_reader (self->store);
      g_autoptr(GArray) ids = enlace_executions_list_orphans (reader, self->epoch, TAKE_PAGE, error);
      Take take = { ids, self->epoch };

      enlace_store_release_reader (self->store, reader);
      if (ids == NULL)
        return FALSE;
      if (ids->len == 0)
        return TRUE;
      if (!enlace_store_submit_and_wait (self->store, take_apply, &take, error))
        return FALSE;

      g_mutex_lock (&self->lock);
      for (guint i = 0; i < ids->len; i++)
        enlace_scheduler_push (self, &g_array_index (ids, EnlaceUuid, i), ENLACE_PRIORITY_NORMAL);
      g_mutex_unlock (&self->lock);
    }
}

gboolean
enlace_scheduler_begin (EnlaceEngine  *self,
                        GError       **error)
{
  if (!take_orphans (self, error))
    return FALSE;

  g_mutex_lock (&self->lock);
  self->is_begun = TRUE;
  self->next_due = 1;
  g_mutex_unlock (&self->lock);

  self->scheduler = g_thread_new ("scheduler", scheduler_thread, self);
  enlace_scheduler_start_queued (self);
  return TRUE;
}

/* Runs that still act when the time is over are left to their journal. */
static void
abandon_active (EnlaceEngine *self)
{
  GHashTableIter iter;
  EnlaceRun *run;

  g_hash_table_iter_init (&iter, self->active);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &run))
    if (run != NULL)
      enlace_run_interrupt (run, ENLACE_INTERRUPT_ABANDON);
}

void
enlace_scheduler_stop (EnlaceEngine *self,
                       guint         milliseconds)
{
  gint64 deadline = g_get_monotonic_time () + milliseconds * G_TIME_SPAN_MILLISECOND;
  g_autoptr(GPtrArray) left = g_ptr_array_new ();
  GHashTableIter iter;
  EnlaceWaiter *waiter;

  g_mutex_lock (&self->lock);
  g_atomic_int_set (&self->is_stopping, TRUE);
  g_cond_broadcast (&self->changed);
  while ((self->n_fibers > 0 || self->n_committing > 0) && g_get_monotonic_time () < deadline)
    g_cond_wait_until (&self->changed, &self->lock, deadline);

  abandon_active (self);
  enlace_scheduler_dismiss_idle (self);
  while (self->n_fibers > 0 || self->n_idle > 0 || self->n_committing > 0)
    g_cond_wait (&self->changed, &self->lock);

  g_hash_table_iter_init (&iter, self->waiters);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &waiter))
    {
      g_ptr_array_add (left, waiter);
      g_hash_table_iter_remove (&iter);
    }
  g_mutex_unlock (&self->lock);

  for (guint i = 0; i < left->len; i++)
    enlace_waiter_time_out (left->pdata[i]);
  if (self->scheduler != NULL)
    g_thread_join (g_steal_pointer (&self->scheduler));
}
