/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Durable executions a second: so many submitters wait for their row at any time, each puts in the next when its own is durable.
 * Arguments: SECONDS (3), SUBMITTERS (64), DIRECTORY (the system's temporary one). */

#define G_LOG_DOMAIN "enlace-benchmark"

#include <stdlib.h>
#include <string.h>

#include "tests/server/store/fixture.h"

#define BLOB_SIZE     600
#define N_WORKFLOWS   50
#define MAX_LATENCIES 4000000

typedef struct _Benchmark Benchmark;

typedef struct {
  EnlaceChange        parent;
  Benchmark          *benchmark;
  EnlaceExecutionRow  row;
  gint64              submitted_at;
} Submitter;

struct _Benchmark {
  Fixture     fixture;
  EnlaceUuid  workflows[N_WORKFLOWS];
  GBytes     *blob;
  gint64      ends_at;
  guint       n_running;
  guint64     n_done;
  guint32    *latencies;
  GMutex      mutex;
  GCond       finished;
};

static gboolean
apply (EnlaceChange  *change,
       EnlaceWriter  *writer,
       GError       **error)
{
  return enlace_executions_insert (writer, &((Submitter *) change)->row, NULL, error);
}

static void
submit_next (Submitter *self)
{
  Benchmark *benchmark = self->benchmark;

  enlace_uuid_generate (&self->row.id);
  enlace_uuid_generate (&self->row.event_id);
  self->row.workflow_id = benchmark->workflows[benchmark->n_done % N_WORKFLOWS];
  self->submitted_at = g_get_monotonic_time ();
  enlace_store_submit (benchmark->fixture.store, &self->parent);
}

static void
done (EnlaceChange *change,
      const GError *error)
{
  Submitter *self = (Submitter *) change;
  Benchmark *benchmark = self->benchmark;
  gint64 now = g_get_monotonic_time ();

  if (error != NULL)
    g_error ("%s", error->message);

  if (benchmark->n_done < MAX_LATENCIES)
    benchmark->latencies[benchmark->n_done] = now - self->submitted_at;
  benchmark->n_done++;

  if (now < benchmark->ends_at)
    {
      submit_next (self);
      return;
    }

  g_mutex_lock (&benchmark->mutex);
  if (--benchmark->n_running == 0)
    g_cond_signal (&benchmark->finished);
  g_mutex_unlock (&benchmark->mutex);
}

static int
compare_latencies (gconstpointer a,
                   gconstpointer b)
{
  guint32 x = *(const guint32 *) a, y = *(const guint32 *) b;

  return x < y ? -1 : x > y;
}

static void
start (Benchmark *benchmark,
       Submitter *submitters,
       guint      n,
       double     seconds)
{
  benchmark->n_running = n;
  benchmark->ends_at = g_get_monotonic_time () + (gint64) (seconds * G_USEC_PER_SEC);

  for (guint i = 0; i < n; i++)
    {
      submitters[i].parent = (EnlaceChange) { .apply = apply, .done = done, .is_single_statement = TRUE };
      submitters[i].benchmark = benchmark;
      submitters[i].row = (EnlaceExecutionRow) {
        .organisation_id = benchmark->fixture.organisation_id, .version = 1, .status = ENLACE_STATUS_COMPLETED,
        .started_at = g_get_real_time (), .completed_at = g_get_real_time (), .duration_ms = 1, .trigger_data = benchmark->blob,
      };
      submit_next (&submitters[i]);
    }
}

static void
report (Benchmark *benchmark,
        guint      n_submitters,
        double     seconds)
{
  EnlaceStoreFigures figures;
  guint64 n = MIN (benchmark->n_done, MAX_LATENCIES);

  enlace_store_get_figures (benchmark->fixture.store, &figures);
  qsort (benchmark->latencies, n, sizeof *benchmark->latencies, compare_latencies);
  g_print ("submitters=%u rows/s=%.0f groups/s=%.0f rows/group=%.1f p50=%.2fms p99=%.2fms max=%.1fms wal=%.1fMiB\n",
           n_submitters, benchmark->n_done / seconds, figures.groups / seconds, (double) figures.changes / figures.groups,
           benchmark->latencies[n / 2] / 1e3, benchmark->latencies[n * 99 / 100] / 1e3, benchmark->latencies[n - 1] / 1e3,
           figures.wal_bytes / 1048576.0);
}

int
main (int   argc,
      char *argv[])
{
  double seconds = argc > 1 ? g_ascii_strtod (argv[1], NULL) : 3;
  guint n_submitters = argc > 2 ? (guint) g_ascii_strtoull (argv[2], NULL, 10) : 64;
  g_autofree Submitter *submitters = g_new0 (Submitter, n_submitters);
  g_autofree char *text = g_strnfill (BLOB_SIZE, 'x');
  Benchmark benchmark = { 0 };

  if (argc > 3)
    g_setenv ("TMPDIR", argv[3], TRUE);

  benchmark.blob = g_bytes_new (text, BLOB_SIZE);
  benchmark.latencies = g_new (guint32, MAX_LATENCIES);
  fixture_set_up (&benchmark.fixture, NULL);
  for (guint i = 0; i < N_WORKFLOWS; i++)
    benchmark.workflows[i] = fixture_insert_workflow (&benchmark.fixture, "Measured");

  start (&benchmark, submitters, n_submitters, seconds);
  g_mutex_lock (&benchmark.mutex);
  while (benchmark.n_running > 0)
    g_cond_wait (&benchmark.finished, &benchmark.mutex);
  g_mutex_unlock (&benchmark.mutex);

  report (&benchmark, n_submitters, seconds);
  fixture_tear_down (&benchmark.fixture, NULL);
  g_bytes_unref (benchmark.blob);
  g_free (benchmark.latencies);

  return 0;
}
