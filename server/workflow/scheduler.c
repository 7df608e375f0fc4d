/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/engine-private.h"
#include "server/workflow/gate.h"
#include "server/workflow/load.h"
#include "server/workflow/signal.h"

guint
enlace_uuid_hash_cb (gconstpointer uuid)
{
  guint hash;

  /* The last bytes are random. */
  memcpy (&hash, ((const EnlaceUuid *) uuid)->bytes + 12, sizeof hash);
  return hash;
}

gboolean
enlace_uuid_equal_cb (gconstpointer a,
                      gconstpointer b)
{
  return enlace_uuid_equal (a, b);
}

static EnlaceUuid *
copy_id (const EnlaceUuid *id)
{
  return g_memdup2 (id, sizeof *id);
}

void
enlace_waiter_time_out (EnlaceWaiter *waiter)
{
  EnlaceOutcome outcome = {
    .kind = ENLACE_OUTCOME_TIMEOUT,
    .event_id = waiter->event_id,
    .execution_id = waiter->execution_id,
    .execution_status = ENLACE_STATUS_RUNNING,
  };

  enlace_waiter_answer (waiter, &outcome);
}

void
enlace_scheduler_push (EnlaceEngine     *self,
                       const EnlaceUuid *id,
                       EnlacePriority    priority)
{
  g_array_append_vals (self->queues[priority].ids, id, 1);
}

/* With the lock held: the first id of the queues, the most urgent one first. */
static gboolean
pop (EnlaceEngine *self,
     EnlaceUuid   *id)
{
  for (guint i = 0; i < ENLACE_N_PRIORITIES; i++)
    {
      EnlaceRunQueue *queue = &self->queues[i];

      if (queue->head == queue->ids->len)
        continue;

      *id = g_array_index (queue->ids, EnlaceUuid, queue->head++);
      if (queue->head == queue->ids->len || (queue->head > 1024 && queue->head * 2 > queue->ids->len))
        {
          g_array_remove_range (queue->ids, 0, queue->head);
          queue->head = 0;
        }
      return TRUE;
    }

  return FALSE;
}

/* With the lock held: the next run that waits in the store for a place, made active. */
static EnlaceRun *
take_queued (EnlaceEngine *self)
{
  EnlaceUuid id;

  while (!self->is_stopping && pop (self, &id))
    {
      g_autofree EnlaceUuid *key = NULL;
      EnlaceRun *run;

      if (g_hash_table_contains (self->active, &id) || enlace_gate_holds (self, &id))
        continue;

      run = enlace_run_new (self, &id);
      run->interrupted = dex_promise_new ();
      run->poke = dex_promise_new ();
      g_hash_table_insert (self->active, copy_id (&id), enlace_run_ref (run));
      if (g_hash_table_steal_extended (self->waiters, &id, (gpointer *) &key, (gpointer *) &run->waiter))
        run->deadline = run->waiter->deadline;
      return run;
    }

  return NULL;
}

/* With the lock held. */
static GSList *
take_orders (EnlaceEngine     *self,
             const EnlaceUuid *id)
{
  g_autofree EnlaceUuid *key = NULL;
  GSList *orders = NULL;

  g_hash_table_steal_extended (self->orders, id, (gpointer *) &key, (gpointer *) &orders);
  return g_slist_reverse (orders);
}

static void
carry_out (EnlaceEngine *self,
           GSList       *orders,
           gboolean      is_cancelled)
{
  while (orders != NULL)
    {
      enlace_order_carry_out (self, orders->data, is_cancelled);
      orders = g_slist_delete_link (orders, orders);
    }
}

/* A run left memory. Who waited for its end is told, who waits for its answer is kept until it goes on. */
static EnlaceRun *
leave (EnlaceEngine *self,
       EnlaceRun    *run)
{
  EnlaceRun *next;
  EnlaceWaiter *waiter = enlace_run_take_waiter (run);
  GSList *orders;
  gint64 wake_at;
  EnlaceStatus status = enlace_run_get_status (run, &wake_at);
  gboolean is_cancelled = run->journal.is_inserted && run->journal.status == ENLACE_STATUS_CANCELLED;

  g_mutex_lock (&self->lock);
  g_hash_table_remove (self->active, &run->id);
  /* What came while it was on its way out. */
  if (g_atomic_int_get (&run->is_poked) && !enlace_status_is_final (status))
    enlace_scheduler_push (self, &run->id, ENLACE_PRIORITY_NORMAL);
  orders = take_orders (self, &run->id);
  if (waiter != NULL && !self->is_stopping)
    {
      g_hash_table_insert (self->waiters, copy_id (&run->id), g_steal_pointer (&waiter));
      g_cond_broadcast (&self->changed);
    }
  next = take_queued (self);
  if (next == NULL)
    {
      self->n_fibers--;
      self->n_idle++;
    }
  g_mutex_unlock (&self->lock);

  if (waiter != NULL)
    enlace_waiter_time_out (waiter);
  if (enlace_run_get_interrupt (run) == ENLACE_INTERRUPT_NONE && status == ENLACE_STATUS_WAITING && wake_at != 0)
    enlace_scheduler_wake_at (self, wake_at);

  carry_out (self, orders, is_cancelled);

  return next;
}

/* Waits to be called with another run. NULL: the fiber has to end, since there are enough or the server ends. */
static EnlaceRun *
await_run (EnlaceEngine *self)
{
  EnlaceIdleFiber idle = { 0 };

  g_mutex_lock (&self->lock);
  if (self->idle->len < ENLACE_ENGINE_MAX_IDLE && !self->is_stopping)
    {
      idle.called = dex_promise_new ();
      g_ptr_array_add (self->idle, &idle);
    }
  g_mutex_unlock (&self->lock);

  if (idle.called != NULL)
    dex_await (dex_ref (DEX_FUTURE (idle.called)), NULL);
  dex_clear (&idle.called);

  /* The engine may be gone after this, where it gives no run. */
  g_mutex_lock (&self->lock);
  self->n_idle--;
  if (self->is_stopping)
    g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);

  return idle.run;
}

static DexFuture *
run_fiber (gpointer data)
{
  EnlaceRun *run = data;
  EnlaceEngine *self = run->engine;

  while (run != NULL)
    {
      EnlaceRun *next;

      if (run->plan != NULL || enlace_run_load (run))
        enlace_run_drive (run);
      next = leave (self, run);
      enlace_run_unref (run);
      run = next != NULL ? next : await_run (self);
    }

  return dex_future_new_true ();
}

/* Gives the run, which has a place, to a fiber that is idle, or to a new one. */
static void
spawn (EnlaceEngine *self,
       EnlaceRun    *run)
{
  DexPromise *called = NULL;

  g_mutex_lock (&self->lock);
  if (self->idle->len > 0)
    {
      EnlaceIdleFiber *idle = g_ptr_array_remove_index_fast (self->idle, self->idle->len - 1);

      idle->run = run;
      called = dex_ref (idle->called);
    }
  g_mutex_unlock (&self->lock);

  if (called == NULL)
    dex_unref (dex_scheduler_spawn (dex_thread_pool_scheduler_get_default (), ENLACE_ENGINE_STACK_SIZE, run_fiber, run, NULL));
  else
    {
      dex_promise_resolve_boolean (called, TRUE);
      dex_unref (called);
    }
}

void
enlace_scheduler_dismiss_idle (EnlaceEngine *self)
{
  for (guint i = 0; i < self->idle->len; i++)
    dex_promise_resolve_boolean (((EnlaceIdleFiber *) self->idle->pdata[i])->called, TRUE);
  g_ptr_array_set_size (self->idle, 0);
}

gboolean
enlace_scheduler_admit (EnlaceEngine *self,
                        EnlaceRun    *run)
{
  gboolean has_place;

  run->interrupted = dex_promise_new ();
  run->poke = dex_promise_new ();

  g_mutex_lock (&self->lock);
  has_place = self->n_fibers < self->max_runs && !self->is_stopping;
  if (has_place)
    {
      self->n_fibers++;
      g_hash_table_insert (self->active, copy_id (&run->id), enlace_run_ref (run));
      if (run->deadline != 0 && !self->is_ticking)
        g_cond_broadcast (&self->changed);
    }
  g_mutex_unlock (&self->lock);

  if (has_place)
    spawn (self, run);
  else
    {
      dex_clear (&run->interrupted);
      dex_clear (&run->poke);
    }

  return has_place;
}

void
enlace_scheduler_start_queued (EnlaceEngine *self)
{
  for (;;)
    {
      EnlaceRun *run = NULL;

      g_mutex_lock (&self->lock);
      if (self->is_begun && self->n_fibers < self->max_runs)
        run = take_queued (self);
      if (run != NULL)
        self->n_fibers++;
      g_mutex_unlock (&self->lock);

      if (run == NULL)
        return;
      spawn (self, run);
    }
}

void
enlace_scheduler_enqueue (EnlaceEngine     *self,
                          const EnlaceUuid *id,
                          EnlacePriority    priority,
                          EnlaceWaiter     *waiter)
{
  g_mutex_lock (&self->lock);
  enlace_scheduler_push (self, id, priority);
  if (waiter != NULL)
    g_hash_table_insert (self->waiters, copy_id (id), waiter);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);

  enlace_scheduler_start_queued (self);
}

void
enlace_scheduler_end_commit (EnlaceEngine *self)
{
  g_mutex_lock (&self->lock);
  if (--self->n_committing == 0 && self->is_stopping)
    g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

void
enlace_scheduler_begin_commit (EnlaceEngine *self)
{
  g_mutex_lock (&self->lock);
  self->n_committing++;
  g_mutex_unlock (&self->lock);
}

void
enlace_scheduler_wake_at (EnlaceEngine *self,
                          gint64        wake_at)
{
  g_mutex_lock (&self->lock);
  if (self->next_due == 0 || wake_at < self->next_due)
    {
      self->next_due = wake_at;
      g_cond_broadcast (&self->changed);
    }
  g_mutex_unlock (&self->lock);
}

gboolean
enlace_scheduler_reserve (EnlaceEngine *self,
                          EnlaceOrder  *order)
{
  EnlaceRun *run = NULL;
  gboolean is_active;

  g_mutex_lock (&self->lock);
  is_active = g_hash_table_lookup_extended (self->active, &order->id, NULL, (gpointer *) &run);
  if (is_active)
    g_hash_table_insert (self->orders, copy_id (&order->id), g_slist_prepend (g_slist_reverse (take_orders (self, &order->id)), order));
  else
    g_hash_table_insert (self->active, copy_id (&order->id), NULL);
  if (run != NULL && !order->is_resolution)
    enlace_run_interrupt (run, ENLACE_INTERRUPT_CANCEL);
  g_mutex_unlock (&self->lock);

  return !is_active;
}

void
enlace_scheduler_release (EnlaceEngine     *self,
                          const EnlaceUuid *id,
                          gboolean          is_ready)
{
  GSList *orders;

  g_mutex_lock (&self->lock);
  g_hash_table_remove (self->active, id);
  orders = take_orders (self, id);
  if (is_ready)
    enlace_scheduler_push (self, id, ENLACE_PRIORITY_NORMAL);
  g_mutex_unlock (&self->lock);

  carry_out (self, orders, FALSE);
  enlace_scheduler_start_queued (self);
}

void
enlace_engine_poke (EnlaceEngine     *engine,
                    const EnlaceUuid *execution_id)
{
  EnlaceRun *run = NULL;

  g_mutex_lock (&engine->lock);
  if (!g_hash_table_lookup_extended (engine->active, execution_id, NULL, (gpointer *) &run) || run == NULL)
    enlace_scheduler_push (engine, execution_id, ENLACE_PRIORITY_HIGH);
  else if (!g_atomic_int_exchange (&run->is_poked, TRUE) && run->poke != NULL)
    dex_promise_resolve_boolean (run->poke, TRUE);
  g_mutex_unlock (&engine->lock);

  enlace_scheduler_start_queued (engine);
}

EnlaceWaiter *
enlace_scheduler_take_waiter (EnlaceEngine     *self,
                              const EnlaceUuid *id)
{
  EnlaceWaiter *waiter = NULL;
  g_autofree EnlaceUuid *key = NULL;

  g_mutex_lock (&self->lock);
  g_hash_table_steal_extended (self->waiters, id, (gpointer *) &key, (gpointer *) &waiter);
  g_mutex_unlock (&self->lock);

  return waiter;
}

guint
enlace_scheduler_count_queued (EnlaceEngine *self)
{
  guint n_queued = 0;

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < ENLACE_N_PRIORITIES; i++)
    n_queued += self->queues[i].ids->len - self->queues[i].head;
  g_mutex_unlock (&self->lock);

  return n_queued;
}
