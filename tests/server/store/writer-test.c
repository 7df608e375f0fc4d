/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include "tests/server/store/fixture.h"

#define N_THREADS    8
#define N_EACH       250

typedef struct _Batch Batch;

typedef struct {
  EnlaceChange        parent;
  Batch              *batch;
  EnlaceExecutionRow *row;
  gboolean            fails;       /* after it has written */
} Insertion;

/* What was answered, and a way to wait for all of it. */
struct _Batch {
  GMutex  mutex;
  GCond   cond;
  guint   n_left;
  guint   n_durable;
  guint   n_failed;
  int     code;           /* of the last failure */
};

static void
batch_init (Batch *batch,
            guint  n)
{
  *batch = (Batch) { .n_left = n };
  g_mutex_init (&batch->mutex);
  g_cond_init (&batch->cond);
}

static void
batch_wait (Batch *batch)
{
  g_mutex_lock (&batch->mutex);
  while (batch->n_left > 0)
    g_cond_wait (&batch->cond, &batch->mutex);
  g_mutex_unlock (&batch->mutex);
}

static gboolean
insertion_apply (EnlaceChange  *change,
                 EnlaceWriter  *writer,
                 GError       **error)
{
  Insertion *self = (Insertion *) change;

  if (!enlace_executions_insert (writer, self->row, NULL, error))
    return FALSE;

  if (!self->fails)
    return TRUE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "This change fails");

  return FALSE;
}

static void
insertion_done (EnlaceChange *change,
                const GError *error)
{
  Insertion *self = (Insertion *) change;
  Batch *batch = self->batch;

  enlace_execution_row_free (self->row);
  g_free (self);

  g_mutex_lock (&batch->mutex);
  if (error == NULL)
    batch->n_durable++;
  else
    {
      batch->n_failed++;
      batch->code = error->code;
    }
  if (--batch->n_left == 0)
    g_cond_signal (&batch->cond);
  g_mutex_unlock (&batch->mutex);
}

static void
submit_insertion (Fixture      *fixture,
                  Batch        *batch,
                  EnlaceStatus  status,
                  gboolean      fails)
{
  Insertion *insertion = g_new0 (Insertion, 1);

  insertion->parent.apply = insertion_apply;
  insertion->parent.done = insertion_done;
  insertion->parent.is_single_statement = !fails;
  insertion->batch = batch;
  insertion->row = make_execution (fixture, status);
  insertion->fails = fails;

  enlace_store_submit (fixture->store, &insertion->parent);
}

/* Holds the writer in a change until it is let go, so that what is submitted meanwhile becomes one group. */
typedef struct {
  GMutex   mutex;
  GCond    cond;
  gboolean is_inside;
  gboolean may_go;
} Gate;

static gboolean
gate_apply (EnlaceWriter  *writer,
            gpointer       data,
            GError       **error)
{
  Gate *gate = data;

  g_mutex_lock (&gate->mutex);
  gate->is_inside = TRUE;
  g_cond_broadcast (&gate->cond);
  while (!gate->may_go)
    g_cond_wait (&gate->cond, &gate->mutex);
  g_mutex_unlock (&gate->mutex);

  return TRUE;
}

typedef struct {
  Fixture *fixture;
  Gate    *gate;
} GateHolder;

static gpointer
gate_thread (gpointer data)
{
  GateHolder *holder = data;

  enlace_store_submit_and_wait (holder->fixture->store, gate_apply, holder->gate, NULL);

  return NULL;
}

static GThread *
close_gate (GateHolder *holder)
{
  Gate *gate = holder->gate;
  GThread *thread;

  g_mutex_init (&gate->mutex);
  g_cond_init (&gate->cond);
  thread = g_thread_new ("gate", gate_thread, holder);

  g_mutex_lock (&gate->mutex);
  while (!gate->is_inside)
    g_cond_wait (&gate->cond, &gate->mutex);
  g_mutex_unlock (&gate->mutex);

  return thread;
}

static void
open_gate (Gate    *gate,
           GThread *thread)
{
  g_mutex_lock (&gate->mutex);
  gate->may_go = TRUE;
  g_cond_broadcast (&gate->cond);
  g_mutex_unlock (&gate->mutex);
  g_thread_join (thread);
  g_mutex_clear (&gate->mutex);
  g_cond_clear (&gate->cond);
}

typedef struct {
  Fixture *fixture;
  Batch   *batch;
} Producer;

static gpointer
producer_thread (gpointer data)
{
  Producer *producer = data;

  for (guint i = 0; i < N_EACH; i++)
    submit_insertion (producer->fixture, producer->batch, ENLACE_STATUS_COMPLETED, FALSE);

  return NULL;
}

static void
test_groups (Fixture       *fixture,
             gconstpointer  data)
{
  GThread *threads[N_THREADS];
  EnlaceStoreFigures before, after;
  Batch batch;
  Producer producer = { fixture, &batch };
  g_autoptr(EnlaceWorkflowRow) workflow = NULL;

  batch_init (&batch, N_THREADS * N_EACH);
  enlace_store_get_figures (fixture->store, &before);

  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("producer", producer_thread, &producer);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  batch_wait (&batch);

  enlace_store_get_figures (fixture->store, &after);
  g_assert_cmpuint (batch.n_durable, ==, N_THREADS * N_EACH);
  g_assert_cmpuint (after.changes - before.changes, ==, N_THREADS * N_EACH);
  g_assert_cmpuint (after.groups - before.groups, <, N_THREADS * N_EACH / 2);
  g_assert_cmpuint (after.queued, ==, 0);

  fixture_reopen (fixture);
  g_assert_cmpint (fixture_count (fixture, "SELECT count(*) FROM executions"), ==, N_THREADS * N_EACH);
  workflow = fixture_get_workflow (fixture, &fixture->workflow_id);
  g_assert_cmpint (workflow->execution_count, ==, N_THREADS * N_EACH);
  g_assert_cmpint (workflow->success_count, ==, N_THREADS * N_EACH);
  g_assert_cmpstr (workflow->last_status, ==, "completed");
}

static void
test_fails_alone (Fixture       *fixture,
                  gconstpointer  data)
{
  Gate gate = { 0 };
  GateHolder holder = { fixture, &gate };
  GThread *thread = close_gate (&holder);
  EnlaceStoreFigures before, after;
  g_autoptr(EnlaceWorkflowRow) workflow = NULL;
  Batch batch;

  enlace_store_get_figures (fixture->store, &before);
  batch_init (&batch, 7);
  for (guint i = 0; i < 7; i++)
    submit_insertion (fixture, &batch, ENLACE_STATUS_FAILED, i == 3);
  open_gate (&gate, thread);
  batch_wait (&batch);

  enlace_store_get_figures (fixture->store, &after);
  g_assert_cmpuint (after.groups - before.groups, ==, 2);
  g_assert_cmpuint (batch.n_durable, ==, 6);
  g_assert_cmpuint (batch.n_failed, ==, 1);
  g_assert_cmpint (batch.code, ==, G_IO_ERROR_FAILED);
  g_assert_cmpint (fixture_count (fixture, "SELECT count(*) FROM executions"), ==, 6);

  /* What it had counted went with it. */
  workflow = fixture_get_workflow (fixture, &fixture->workflow_id);
  g_assert_cmpint (workflow->execution_count, ==, 6);
  g_assert_cmpint (workflow->error_count, ==, 6);
}

static void
test_caps_a_group (Fixture       *fixture,
                   gconstpointer  data)
{
  Gate gate = { 0 };
  GateHolder holder = { fixture, &gate };
  GThread *thread = close_gate (&holder);
  EnlaceStoreFigures before, after;
  Batch batch;

  enlace_store_get_figures (fixture->store, &before);
  batch_init (&batch, 2500);
  for (guint i = 0; i < 2500; i++)
    submit_insertion (fixture, &batch, ENLACE_STATUS_QUEUED, FALSE);
  open_gate (&gate, thread);
  batch_wait (&batch);

  enlace_store_get_figures (fixture->store, &after);
  g_assert_cmpuint (batch.n_durable, ==, 2500);
  g_assert_cmpuint (after.groups - before.groups, ==, 1 + 3);
}

static void
test_keeps_the_order (Fixture       *fixture,
                      gconstpointer  data)
{
  Gate gate = { 0 };
  GateHolder holder = { fixture, &gate };
  GThread *thread = close_gate (&holder);
  Batch batch;

  batch_init (&batch, 300);
  for (guint i = 0; i < 300; i++)
    submit_insertion (fixture, &batch, ENLACE_STATUS_QUEUED, FALSE);
  open_gate (&gate, thread);
  batch_wait (&batch);

  /* The ids were made in the order of submission, the numbers in that of application. */
  g_assert_cmpint (fixture_count (fixture, "SELECT count(*) FROM executions a JOIN executions b ON b.seq = a.seq + 1 WHERE a.id < b.id"), ==, 299);
}

static gboolean
apply_nothing (EnlaceWriter  *writer,
               gpointer       data,
               GError       **error)
{
  *(gint64 *) data = enlace_writer_next_change (writer);

  return TRUE;
}

static void
test_numbers_rise (Fixture       *fixture,
                   gconstpointer  data)
{
  gint64 first, second, third;
  gint64 epoch = enlace_store_get_epoch (fixture->store);

  fixture_apply (fixture, apply_nothing, &first);
  g_assert_cmpint (enlace_store_get_latest_change (fixture->store), ==, first);
  fixture_apply (fixture, apply_nothing, &second);
  g_assert_cmpint (second, ==, first + 1);

  fixture_reopen (fixture);
  g_assert_cmpint (enlace_store_get_epoch (fixture->store), ==, epoch + 1);
  g_assert_cmpint (enlace_store_get_latest_change (fixture->store), >=, second);
  fixture_apply (fixture, apply_nothing, &third);
  g_assert_cmpint (third, >, second);
}

static void
observe (gint64   latest_change,
         gpointer data)
{
  *(gint64 *) data = latest_change;
}

static void
test_observers (Fixture       *fixture,
                gconstpointer  data)
{
  gint64 seen = 0, number;
  guint id = enlace_store_add_observer (fixture->store, observe, &seen);

  /* An observer is told before the change is answered. */
  fixture_apply (fixture, apply_nothing, &number);
  g_assert_cmpint (seen, ==, number);

  enlace_store_remove_observer (fixture->store, id);
  fixture_apply (fixture, apply_nothing, &number);
  g_assert_cmpint (seen, <, number);
}

static void
test_close_commits (Fixture       *fixture,
                    gconstpointer  data)
{
  Batch batch;

  batch_init (&batch, 100);
  for (guint i = 0; i < 100; i++)
    submit_insertion (fixture, &batch, ENLACE_STATUS_QUEUED, FALSE);
  fixture_reopen (fixture);

  g_assert_cmpuint (batch.n_durable, ==, 100);
  g_assert_cmpint (fixture_count (fixture, "SELECT count(*) FROM executions"), ==, 100);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/store/writer/commits-many-changes-in-few-groups", Fixture, NULL, fixture_set_up, test_groups, fixture_tear_down);
  g_test_add ("/store/writer/lets-a-bad-change-fail-alone", Fixture, NULL, fixture_set_up, test_fails_alone, fixture_tear_down);
  g_test_add ("/store/writer/caps-a-group", Fixture, NULL, fixture_set_up, test_caps_a_group, fixture_tear_down);
  g_test_add ("/store/writer/keeps-the-order-of-submission", Fixture, NULL, fixture_set_up, test_keeps_the_order, fixture_tear_down);
  g_test_add ("/store/writer/gives-rising-numbers-over-restarts", Fixture, NULL, fixture_set_up, test_numbers_rise, fixture_tear_down);
  g_test_add ("/store/writer/tells-observers-before-it-answers", Fixture, NULL, fixture_set_up, test_observers, fixture_tear_down);
  g_test_add ("/store/writer/commits-what-waits-when-closed", Fixture, NULL, fixture_set_up, test_close_commits, fixture_tear_down);

  return g_test_run ();
}
