/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/schedule-private.h"

#include <string.h>

#include "server/store/schedules.h"

/* The longest sleep while there is something to wait for: a clock may be set meanwhile. Milliseconds. */
#define LONGEST_SLEEP_MS 1000

struct _EnlaceSchedules {
  EnlaceEngine *engine;       /* borrowed */
  GMutex        lock;         /* of all below, and of the members of each EnlaceTimed */
  GCond         changed;
  GHashTable   *timed;        /* EnlaceUuid → EnlaceTimed */
  GSequence    *order;        /* EnlaceTimed, borrowed: by when they are due */
  gboolean      is_begun;
  gboolean      is_stopping;
  GThread      *thread;
  DexPromise   *end;          /* rejected when no more of them is to become due */
};

EnlaceTimed *
enlace_timed_ref (EnlaceTimed *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
enlace_timed_unref (EnlaceTimed *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_clear_pointer (&self->successor, enlace_timed_unref);
  g_clear_pointer (&self->plan, enlace_plan_unref);
  g_clear_pointer (&self->schedule, enlace_schedule_unref);
  g_clear_pointer (&self->poll, enlace_poll_free);
  g_free (self);
}

EnlaceEngine *
enlace_timed_get_engine (EnlaceTimed *self)
{
  return self->schedules->engine;
}

DexFuture *
enlace_timed_dup_end (EnlaceTimed *self)
{
  return dex_ref (DEX_FUTURE (self->schedules->end));
}

gboolean
enlace_timed_is_ended (EnlaceTimed *self)
{
  return !dex_future_is_pending (DEX_FUTURE (self->schedules->end));
}

static gint64
get_now (EnlaceSchedules *self)
{
  return enlace_engine_get_time (self->engine) / G_USEC_PER_SEC;
}

static int
compare_due (gconstpointer a,
             gconstpointer b,
             gpointer      data)
{
  const EnlaceTimed *one = a, *other = b;

  return (one->due > other->due) - (one->due < other->due);
}

/* With the lock held. */
static void
take_out (EnlaceTimed *timed)
{
  if (timed->place != NULL)
    g_sequence_remove (timed->place);
  timed->place = NULL;
}

/* With the lock held: puts it into the order, if there is another time for it. */
static void
put_in (EnlaceTimed *timed,
        gint64       due)
{
  EnlaceSchedules *self = timed->schedules;
  gint64 tick;

  if (due == 0 && timed->schedule != NULL && enlace_schedule_get_next (timed->schedule, timed->settled, &tick))
    due = tick * G_USEC_PER_SEC;
  if (due == 0 || timed->is_removed || !self->is_begun)
    return;

  timed->due = due;
  timed->place = g_sequence_insert_sorted (self->order, timed, compare_due, NULL);
  g_cond_broadcast (&self->changed);
}

EnlaceSchedules *
enlace_schedules_new (EnlaceEngine *engine)
{
  EnlaceSchedules *self = g_new0 (EnlaceSchedules, 1);

  self->engine = engine;
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->timed = g_hash_table_new_full (enlace_uuid_hash_cb, enlace_uuid_equal_cb, NULL, (GDestroyNotify) enlace_timed_unref);
  self->order = g_sequence_new (NULL);
  self->end = dex_promise_new ();

  return self;
}

void
enlace_schedules_free (EnlaceSchedules *self)
{
  enlace_schedules_stop (self);

  g_clear_pointer (&self->order, g_sequence_free);
  dex_clear (&self->end);
  g_clear_pointer (&self->timed, g_hash_table_unref);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* A change of one row: it begins, or it ends. */
typedef struct {
  EnlaceChange  change;
  EnlaceEngine *engine;
  EnlaceUuid    workflow_id;
  gint64        settled;
  gboolean      is_end;
} Turn;

static gboolean
turn_apply (EnlaceChange  *change,
            EnlaceWriter  *writer,
            GError       **error)
{
  Turn *self = (Turn *) change;

  return self->is_end ? enlace_schedules_close (writer, &self->workflow_id, error)
                      : enlace_schedules_open (writer, &self->workflow_id, self->settled, error);
}

static void
turn_done (EnlaceChange *change,
           const GError *error)
{
  Turn *self = (Turn *) change;
  EnlaceEngine *engine = self->engine;

  if (error != NULL)
    g_warning ("Where a trigger stands could not be written: %s", error->message);
  g_free (self);
  enlace_scheduler_end_commit (engine);
}

static void
submit_turn (EnlaceSchedules  *self,
             const EnlaceUuid *workflow_id,
             gint64            settled,
             gboolean          is_end)
{
  Turn *turn = g_new0 (Turn, 1);

  turn->change.apply = turn_apply;
  turn->change.done = turn_done;
  turn->engine = self->engine;
  turn->workflow_id = *workflow_id;
  turn->settled = settled;
  turn->is_end = is_end;
  enlace_scheduler_begin_commit (self->engine);
  enlace_store_submit (self->engine->store, &turn->change);
}

/* NULL: the plan is not begun by time, or its trigger cannot be read here, which is a failed run. */
static EnlaceTimed *
timed_new (EnlaceSchedules *self,
           EnlacePlan      *plan)
{
  const char *type = enlace_plan_get_trigger_type (plan);
  g_autoptr(EnlaceSchedule) schedule = NULL;
  EnlacePoll *poll = NULL;
  g_autoptr(GError) error = NULL;
  EnlaceTimed *timed;

  if (strcmp (type, "schedule") == 0)
    schedule = enlace_schedule_read (plan->trigger_parameters, &error);
  else if (strcmp (type, "poll") == 0)
    poll = enlace_poll_new (plan, &error);
  else
    return NULL;

  if (error != NULL)
    {
      enlace_trigger_record_failure (self->engine, plan, NULL, error->message);
      return NULL;
    }

  timed = g_new0 (EnlaceTimed, 1);
  g_atomic_ref_count_init (&timed->ref_count);
  timed->schedules = self;
  timed->plan = enlace_plan_ref (plan);
  timed->schedule = g_steal_pointer (&schedule);
  timed->poll = poll;

  return timed;
}

/* With the lock held: what came before goes on in the new one, so that neither a tick nor a cursor is lost. */
static void
succeed (EnlaceTimed *timed,
         EnlaceTimed *earlier)
{
  gboolean is_same = enlace_value_equal (timed->plan->trigger_parameters, earlier->plan->trigger_parameters);

  if (is_same || earlier->is_busy)
    timed->settled = earlier->settled;
  else if (earlier->place != NULL)
    timed->settled = MIN (timed->settled, earlier->due / G_USEC_PER_SEC - 1);
  timed->begun = earlier->begun;
  if (timed->poll != NULL && earlier->poll != NULL)
    enlace_poll_inherit (timed->poll, earlier->poll);

  take_out (earlier);
  earlier->is_removed = TRUE;
  if (earlier->is_busy)
    earlier->successor = enlace_timed_ref (timed);
}

/* With the lock held. */
static void
begin_timed (EnlaceTimed *timed)
{
  submit_turn (timed->schedules, &timed->plan->workflow_id, timed->settled, FALSE);
  put_in (timed, timed->poll != NULL ? enlace_engine_get_time (timed->schedules->engine) : 0);
}

void
enlace_schedules_put (EnlaceSchedules *self,
                      EnlacePlan      *plan)
{
  EnlaceTimed *timed = timed_new (self, plan), *earlier;

  if (timed == NULL)
    {
      enlace_schedules_remove (self, &plan->workflow_id);
      return;
    }

  timed->settled = timed->begun = get_now (self);
  g_mutex_lock (&self->lock);
  earlier = g_hash_table_lookup (self->timed, &plan->workflow_id);
  if (earlier != NULL)
    succeed (timed, earlier);
  if (self->is_begun && (earlier == NULL || !earlier->is_busy))
    begin_timed (timed);
  g_hash_table_replace (self->timed, &timed->plan->workflow_id, timed);
  g_mutex_unlock (&self->lock);
}

void
enlace_schedules_remove (EnlaceSchedules  *self,
                         const EnlaceUuid *workflow_id)
{
  EnlaceTimed *timed;

  g_mutex_lock (&self->lock);
  timed = g_hash_table_lookup (self->timed, workflow_id);
  if (timed != NULL)
    {
      take_out (timed);
      timed->is_removed = TRUE;
      submit_turn (self, workflow_id, 0, TRUE);
      g_hash_table_remove (self->timed, workflow_id);
    }
  g_mutex_unlock (&self->lock);
}

void
enlace_timed_finish (EnlaceTimed *self,
                     gint64       settled,
                     gint64       due)
{
  EnlaceSchedules *schedules = self->schedules;

  g_mutex_lock (&schedules->lock);
  self->is_busy = FALSE;
  self->settled = MAX (self->settled, settled);
  if (self->successor != NULL)
    {
      self->successor->settled = MAX (self->successor->settled, self->settled);
      if (self->successor->poll != NULL && self->poll != NULL)
        enlace_poll_inherit (self->successor->poll, self->poll);
      if (!self->successor->is_removed)
        begin_timed (self->successor);
      g_clear_pointer (&self->successor, enlace_timed_unref);
    }
  else
    put_in (self, due);
  g_mutex_unlock (&schedules->lock);
}

/* With the lock held: the next one that is due is busy now; NULL: none is. */
static EnlaceTimed *
take_due (EnlaceSchedules *self,
          gint64           now)
{
  GSequenceIter *first = g_sequence_get_begin_iter (self->order);
  EnlaceTimed *timed = !g_sequence_iter_is_end (first) ? g_sequence_get (first) : NULL;

  if (timed == NULL || timed->due > now)
    return NULL;

  take_out (timed);
  timed->is_busy = TRUE;

  return enlace_timed_ref (timed);
}

/* With the lock held: until something may be due, or is said. */
static void
sleep_until_due (EnlaceSchedules *self,
                 gint64           now)
{
  GSequenceIter *first = g_sequence_get_begin_iter (self->order);
  gint64 sleep_ms;

  if (g_sequence_iter_is_end (first))
    {
      g_cond_wait (&self->changed, &self->lock);
      return;
    }

  sleep_ms = MIN ((((EnlaceTimed *) g_sequence_get (first))->due - now) / 1000 + 1, LONGEST_SLEEP_MS);
  g_cond_wait_until (&self->changed, &self->lock, g_get_monotonic_time () + sleep_ms * G_TIME_SPAN_MILLISECOND);
}

static gpointer
schedules_thread (gpointer data)
{
  EnlaceSchedules *self = data;

  g_mutex_lock (&self->lock);
  while (!self->is_stopping)
    {
      gint64 now = enlace_engine_get_time (self->engine);
      g_autoptr(EnlaceTimed) timed = take_due (self, now);

      if (timed == NULL)
        {
          sleep_until_due (self, now);
          continue;
        }

      g_mutex_unlock (&self->lock);
      if (timed->schedule != NULL)
        enlace_schedule_fire (timed, now / G_USEC_PER_SEC);
      else
        enlace_poll_fire (timed, now / G_USEC_PER_SEC);
      g_mutex_lock (&self->lock);
    }
  g_mutex_unlock (&self->lock);

  return NULL;
}

static gboolean
sweep_cb (EnlaceWriter  *writer,
          gpointer       data,
          GError       **error)
{
  return enlace_schedules_sweep (writer, error);
}

static GPtrArray *
read_rows (EnlaceSchedules  *self,
           GError          **error)
{
  EnlaceReader *reader = enlace_store_acquire_reader (self->engine->store);
  GPtrArray *rows = enlace_schedules_list (reader, error);

  enlace_store_release_reader (self->engine->store, reader);
  return rows;
}

/* With the lock held. */
static void
restore (EnlaceSchedules *self,
         GPtrArray       *rows)
{
  GHashTableIter iter;
  EnlaceTimed *timed;

  for (guint i = 0; i < rows->len; i++)
    {
      const EnlaceTriggerRow *row = rows->pdata[i];

      timed = g_hash_table_lookup (self->timed, &row->workflow_id);
      if (timed == NULL)
        continue;
      timed->settled = row->settled;
      if (timed->poll != NULL)
        enlace_poll_restore (timed->poll, self->engine, timed->plan, row->cursor, row->failures);
      put_in (timed, timed->poll != NULL ? MAX (row->settled + enlace_poll_get_period (timed->poll), 1) * G_USEC_PER_SEC : 0);
    }

  g_hash_table_iter_init (&iter, self->timed);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &timed))
    {
      timed->begun = get_now (self);
      if (timed->place == NULL && timed->settled == 0)
        {
          timed->settled = timed->begun;
          begin_timed (timed);
        }
    }
}

gboolean
enlace_schedules_begin (EnlaceSchedules  *self,
                        GError          **error)
{
  g_autoptr(GPtrArray) rows = NULL;
  GHashTableIter iter;
  EnlaceTimed *timed;

  if (!enlace_store_submit_and_wait (self->engine->store, sweep_cb, NULL, error) || (rows = read_rows (self, error)) == NULL)
    return FALSE;

  g_mutex_lock (&self->lock);
  g_hash_table_iter_init (&iter, self->timed);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &timed))
    timed->settled = 0;
  self->is_begun = TRUE;
  restore (self, rows);
  g_mutex_unlock (&self->lock);

  self->thread = g_thread_new ("schedules", schedules_thread, self);
  return TRUE;
}

void
enlace_schedules_stop (EnlaceSchedules *self)
{
  g_mutex_lock (&self->lock);
  if (!self->is_stopping)
    dex_promise_reject (self->end, g_error_new_literal (ENLACE_ENGINE_ERROR, ENLACE_ENGINE_ERROR_STOPPING, "The server is stopping"));
  self->is_stopping = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);

  if (self->thread != NULL)
    g_thread_join (g_steal_pointer (&self->thread));
}

void
enlace_schedules_wake (EnlaceSchedules *self)
{
  g_mutex_lock (&self->lock);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}
