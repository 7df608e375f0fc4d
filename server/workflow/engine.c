/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/engine-private.h"

#include "server/workflow/events.h"
#include "server/workflow/gate.h"
#include "server/workflow/journal.h"

G_DEFINE_QUARK (enlace-engine-error-quark, enlace_engine_error)

static void
release_run_cb (gpointer data)
{
  if (data != NULL)
    enlace_run_unref (data);
}

EnlaceEngine *
enlace_engine_new (EnlaceStore    *store,
                   EnlaceVault    *vault,
                   EnlaceOutbound *outbound)
{
  EnlaceEngine *self = g_new0 (EnlaceEngine, 1);

  self->store = store;
  self->vault = vault;
  self->outbound = outbound;
  self->variables = enlace_variables_new (store, vault);
  self->epoch = enlace_store_get_epoch (store);
  self->max_runs = ENLACE_ENGINE_MAX_RUNS;
  self->memory_budget = ENLACE_RUN_MEMORY_BUDGET;
  enlace_clock_init (&self->clock);

  enlace_plans_init (self);
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->active = g_hash_table_new_full (enlace_uuid_hash_cb, enlace_uuid_equal_cb, g_free, release_run_cb);
  self->waiters = g_hash_table_new_full (enlace_uuid_hash_cb, enlace_uuid_equal_cb, g_free, NULL);
  self->orders = g_hash_table_new_full (enlace_uuid_hash_cb, enlace_uuid_equal_cb, g_free, NULL);
  self->idle = g_ptr_array_new ();
  for (guint i = 0; i < ENLACE_N_PRIORITIES; i++)
    self->queues[i].ids = g_array_new (FALSE, FALSE, sizeof (EnlaceUuid));
  enlace_gates_init (self);
  self->schedules = enlace_schedules_new (self);
  self->events = enlace_events_new ();
  self->postponed = g_array_new (FALSE, FALSE, sizeof (EnlaceUuid));

  return self;
}

void
enlace_engine_free (EnlaceEngine *self)
{
  if (!g_atomic_int_get (&self->is_stopping))
    enlace_engine_stop (self, 0);

  g_clear_pointer (&self->schedules, enlace_schedules_free);
  g_clear_pointer (&self->events, enlace_events_free);
  g_clear_pointer (&self->active, g_hash_table_unref);
  g_clear_pointer (&self->waiters, g_hash_table_unref);
  g_clear_pointer (&self->orders, g_hash_table_unref);
  g_clear_pointer (&self->idle, g_ptr_array_unref);
  for (guint i = 0; i < ENLACE_N_PRIORITIES; i++)
    g_clear_pointer (&self->queues[i].ids, g_array_unref);
  enlace_gates_clear (self);
  g_clear_pointer (&self->postponed, g_array_unref);
  enlace_plans_clear (self);
  g_clear_pointer (&self->variables, enlace_variables_free);
  enlace_clock_clear (&self->clock);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);
  g_free (self->public_url);
  g_free (self);
}

EnlaceVariables *
enlace_engine_get_variables (EnlaceEngine *self)
{
  return self->variables;
}

void
enlace_engine_set_jail (EnlaceEngine *self,
                        EnlaceJail   *jail)
{
  self->jail = jail;
}

void
enlace_engine_set_mailer (EnlaceEngine *self,
                          EnlaceMailer *mailer)
{
  self->mailer = mailer;
}

void
enlace_engine_set_public_url (EnlaceEngine *self,
                              const char   *url)
{
  g_set_str (&self->public_url, url);
}

gboolean
enlace_engine_begin (EnlaceEngine  *self,
                     GError       **error)
{
  return enlace_plans_load (self, error) && enlace_gates_load (self, error) && enlace_scheduler_begin (self, error)
         && enlace_schedules_begin (self->schedules, error);
}

void
enlace_engine_stop (EnlaceEngine *self,
                    guint         milliseconds)
{
  enlace_schedules_stop (self->schedules);
  enlace_scheduler_stop (self, milliseconds);
}

gint64
enlace_engine_get_time (EnlaceEngine *self)
{
  return self->hooks.get_time != NULL ? self->hooks.get_time (self->hooks.data) : enlace_clock_get (&self->clock);
}

const char *const enlace_fail_points[] = { "commit", "committed", "effect", "acted", NULL };

void
enlace_engine_pass_point (EnlaceEngine *self,
                          const char   *name)
{
  g_return_if_fail (g_strv_contains (enlace_fail_points, name));

  if (self->hooks.fail_point != NULL)
    self->hooks.fail_point (name, self->hooks.data);
}

void
enlace_engine_set_hooks (EnlaceEngine            *self,
                         const EnlaceEngineHooks *hooks)
{
  self->hooks = *hooks;
}

static void
refuse (const EnlaceStart *start,
        EnlaceOutcomeFunc  func,
        gpointer           data,
        const GError      *error)
{
  EnlaceOutcome outcome = { .kind = ENLACE_OUTCOME_REFUSED, .error = error };

  func (&outcome, data);
}

static gboolean
takes_runs (EnlaceEngine  *self,
            GError       **error)
{
  if (!g_atomic_int_get (&self->is_stopping))
    return enlace_store_is_ready (self->store, error);

  g_set_error_literal (error, ENLACE_ENGINE_ERROR, ENLACE_ENGINE_ERROR_STOPPING, "The server is stopping and takes no new runs");
  return FALSE;
}

/* What expressions see as `trigger`: the event with its id and the time when it came, where it does not bring its own. */
static EnlaceValue *
complete_trigger (EnlaceValue      *trigger,
                  const EnlaceUuid *event_id,
                  gint64            received_at)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  char id[ENLACE_UUID_TEXT_SIZE];

  enlace_uuid_format (event_id, id);
  enlace_map_builder_add_string (builder, "id", id);
  for (gsize i = 0; i < enlace_value_get_length (trigger); i++)
    enlace_map_builder_add (builder, enlace_value_get_string (enlace_value_get_key (trigger, i)), enlace_value_get_member_value (trigger, i));
  if (enlace_value_get_member (trigger, "received_at") == NULL)
    enlace_map_builder_take (builder, "received_at",
                             enlace_value_new_timestamp (received_at / G_USEC_PER_SEC, (guint32) (received_at % G_USEC_PER_SEC) * 1000));

  return enlace_map_builder_end (builder);
}

static void
attach_waiter (EnlaceRun         *run,
               const EnlaceStart *start,
               EnlaceOutcomeFunc  func,
               gpointer           data)
{
  EnlaceWaiter *waiter = g_new (EnlaceWaiter, 1);

  *waiter = (EnlaceWaiter) {
    .func = func,
    .data = data,
    .wait = start->wait,
    .event_id = run->event_id,
    .execution_id = run->id,
  };
  if (start->wait == ENLACE_WAIT_FINISHED || (start->wait == ENLACE_WAIT_RESPONSE && start->plan->has_respond))
    waiter->deadline = g_get_monotonic_time () + start->wait_ms * G_TIME_SPAN_MILLISECOND;

  run->waiter = waiter;
  run->deadline = waiter->deadline;
}

static void
add_options (EnlaceRun   *run,
             EnlaceValue *options)
{
  EnlaceEntry entry = {
    .kind = ENLACE_ENTRY_OPTIONS,
    .node = "",
    .now = run->started_at,
    .started_at = run->started_at,
    .output = options,
  };

  run->options = enlace_value_ref (options);
  enlace_run_apply_options (run);
  enlace_journal_add (run, &entry);
}

EnlaceRun *
enlace_engine_make_run (EnlaceEngine      *self,
                        const EnlaceStart *start)
{
  g_autoptr(EnlaceValue) trigger = NULL;
  EnlaceRun *run;
  EnlaceUuid id;

  enlace_uuid_generate (&id);
  run = enlace_run_new (self, &id);
  enlace_uuid_generate (&run->event_id);
  run->event_key = g_strdup (start->event_key);
  run->is_test = start->is_test;
  run->started_at = enlace_run_get_time (run);
  trigger = complete_trigger (start->trigger, &run->event_id, run->started_at);
  enlace_run_prepare (run, start->plan, trigger);
  if (start->options != NULL && enlace_value_get_length (start->options) > 0)
    add_options (run, start->options);
  if (start->source != NULL)
    {
      run->has_source = TRUE;
      run->source_id = start->source->id;
    }

  return run;
}

/* FALSE: the run is not to begin now, and was written down. */
static gboolean
pass_gate (EnlaceRun *run)
{
  g_autoptr(GError) error = NULL;

  if (run->plan->gate_key == NULL)
    return TRUE;

  run->gate = enlace_gate_compute (run, &error);
  if (run->gate == NULL)
    {
      g_autofree char *message = g_strdup_printf ("The concurrency key: %s", error->message);

      enlace_run_fail (run, message);
      run->is_over = TRUE;
      enlace_journal_write_final (run);
      return FALSE;
    }

  switch (enlace_gate_enter (run->engine, run))
    {
    case ENLACE_GATE_CLOSED:
      enlace_journal_write_queued (run);
      return FALSE;
    case ENLACE_GATE_REFUSED:
      g_clear_pointer (&run->gate, g_bytes_unref);
      enlace_run_set_message (run, "Not run: as many runs with this concurrency key as may be are under way");
      enlace_run_interrupt (run, ENLACE_INTERRUPT_CANCEL);
      enlace_journal_write_final (run);
      return FALSE;
    case ENLACE_GATE_OPEN:
    default:
      return TRUE;
    }
}

void
enlace_engine_start (EnlaceEngine      *self,
                     const EnlaceStart *start,
                     EnlaceOutcomeFunc  func,
                     gpointer           data)
{
  g_autoptr(GError) error = NULL;
  EnlaceRun *run;

  if (!takes_runs (self, &error))
    {
      refuse (start, func, data, error);
      return;
    }

  run = enlace_engine_make_run (self, start);
  attach_waiter (run, start, func, data);
  __atomic_add_fetch (&self->n_started, 1, __ATOMIC_RELAXED);

  if (!pass_gate (run))
    return;

  if (enlace_run_advance_inline (run))
    enlace_journal_write_final (run);
  else if (!enlace_scheduler_admit (self, run))
    enlace_journal_write_queued (run);
}

void
enlace_engine_start_prepared (EnlaceEngine      *self,
                              EnlaceRun         *run,
                              const EnlaceStart *start,
                              EnlaceOutcomeFunc  func,
                              gpointer           data)
{
  g_autoptr(GError) error = NULL;

  if (!takes_runs (self, &error))
    {
      refuse (start, func, data, error);
      enlace_run_unref (run);
      return;
    }

  attach_waiter (run, start, func, data);
  __atomic_add_fetch (&self->n_started, 1, __ATOMIC_RELAXED);
  enlace_journal_write_queued (run);
}

/* Runs that are begun from inside, on their way through the writer. */
typedef struct {
  EnlaceChange     change;
  EnlaceEngine    *engine;
  GPtrArray       *commits;     /* EnlaceQueuedRow */
  EnlaceExtraFunc  extra;
  void           (*func) (guint n_begun, const GError *error, gpointer data);
  gpointer         data;
} Acceptance;

static gboolean
acceptance_apply (EnlaceChange  *change,
                  EnlaceWriter  *writer,
                  GError       **error)
{
  Acceptance *self = (Acceptance *) change;

  for (guint i = 0; i < self->commits->len; i++)
    if (!enlace_queued_row_insert (self->commits->pdata[i], writer, error))
      return FALSE;

  return self->extra == NULL || self->extra (writer, self->data, error);
}

static void
acceptance_done (EnlaceChange *change,
                 const GError *error)
{
  Acceptance *self = (Acceptance *) change;
  EnlaceEngine *engine = self->engine;
  guint n_begun = 0;

  for (guint i = 0; i < self->commits->len; i++)
    n_begun += enlace_queued_row_done (self->commits->pdata[i], error);
  self->func (n_begun, error, self->data);

  g_ptr_array_unref (self->commits);
  g_free (self);
  enlace_scheduler_end_commit (engine);
}

/* A key that cannot be computed lets the run through: what is wrong shows when it runs. */
static EnlaceRun *
make_gated_run (EnlaceEngine      *self,
                const EnlaceStart *start)
{
  EnlaceRun *run = enlace_engine_make_run (self, start);
  g_autoptr(GError) error = NULL;

  run->gate = enlace_gate_compute (run, &error);
  if (error != NULL)
    g_info ("The concurrency key of a run: %s", error->message);

  return run;
}

void
enlace_engine_accept (EnlaceEngine       *self,
                      const EnlaceStart  *starts,
                      guint               n_starts,
                      EnlaceExtraFunc     extra,
                      void              (*func) (guint n_begun, const GError *error, gpointer data),
                      gpointer            data)
{
  g_autoptr(GError) error = NULL;
  Acceptance *acceptance;

  if (!takes_runs (self, &error))
    {
      func (0, error, data);
      return;
    }

  acceptance = g_new0 (Acceptance, 1);
  acceptance->change.apply = acceptance_apply;
  acceptance->change.done = acceptance_done;
  acceptance->engine = self;
  acceptance->commits = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_queued_row_free);
  acceptance->extra = extra;
  acceptance->func = func;
  acceptance->data = data;
  for (guint i = 0; i < n_starts; i++)
    {
      __atomic_add_fetch (&self->n_started, 1, __ATOMIC_RELAXED);
      g_ptr_array_add (acceptance->commits, enlace_queued_row_new (make_gated_run (self, &starts[i])));
    }

  enlace_scheduler_begin_commit (self);
  enlace_store_submit (self->store, &acceptance->change);
}

void
enlace_engine_get_figures (EnlaceEngine        *self,
                           EnlaceEngineFigures *figures)
{
  *figures = (EnlaceEngineFigures) {
    .waiting_fibers = (guint) g_atomic_int_get (&self->n_sending),
    .queued = enlace_scheduler_count_queued (self),
    .live_workflows = enlace_plans_count (self),
    .started = __atomic_load_n (&self->n_started, __ATOMIC_RELAXED),
    .completed = __atomic_load_n (&self->n_completed, __ATOMIC_RELAXED),
    .failed = __atomic_load_n (&self->n_failed, __ATOMIC_RELAXED),
  };

  g_mutex_lock (&self->lock);
  figures->running = self->n_fibers;
  g_mutex_unlock (&self->lock);
}
