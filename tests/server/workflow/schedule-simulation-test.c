/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "common/schedule/schedule.h"
#include "common/value/json.h"
#include "fixture.h"
#include "receiver.h"
#include "server/store/schedules.h"

/* A month of schedules, waits and retries on a clock of the test's own, over restarts and clocks that are set: afterwards every tick has been run for,
 * once. The seed is printed; G_TEST_OPTIONS or --seed repeats it. */

#define DAY (24 * 60 * 60)
/* 1 March 2026: the clocks are changed in America on the 8th, in Europe on the 29th. */
#define START G_GINT64_CONSTANT (1772323200)
#define MAX_RUNS 20000

static const char *const schedules[] = {
  "\"cron\":\"30 2 * * *\",\"timezone\":\"America/New_York\"",
  "\"cron\":\"30 1,2 * * *\",\"timezone\":\"Europe/Madrid\"",
  "\"cron\":\"15 * * * *\",\"timezone\":\"Australia/Lord_Howe\"",
  "\"cron\":\"0 9 * * mon-fri\",\"timezone\":\"Europe/London\"",
  "\"every\":7,\"unit\":\"hours\"",
  "\"every\":90,\"unit\":\"minutes\"",
};

#define N_SCHEDULES G_N_ELEMENTS (schedules)

typedef struct {
  Fixture         base;
  Receiver       *receiver;
  gint64          now;            /* microseconds; atomic */
  gint64          latest;         /* seconds: the latest that the clock has shown */
  EnlaceUuid      ids[N_SCHEDULES];
  EnlaceSchedule *schedules[N_SCHEDULES];
} Simulation;

static gint64
get_time (gpointer data)
{
  return __atomic_load_n ((gint64 *) data, __ATOMIC_SEQ_CST);
}

static void
wake (Simulation *self)
{
  enlace_schedules_wake (self->base.engine->schedules);
  g_mutex_lock (&self->base.engine->lock);
  g_cond_broadcast (&self->base.engine->changed);
  g_mutex_unlock (&self->base.engine->lock);
}

static void
set_time (Simulation *self,
          gint64      seconds)
{
  __atomic_store_n (&self->now, seconds * G_USEC_PER_SEC, __ATOMIC_SEQ_CST);
  self->latest = MAX (self->latest, seconds);
}

static void
publish (Simulation *self,
         guint       index)
{
  g_autofree char *url = receiver_dup_url (self->receiver, index % 2 == 0 ? "/fail/60" : "/ok");
  g_autofree char *parameters = g_strdup_printf ("{%s,\"missed\":\"all\"}", schedules[index]);
  g_autofree char *text = g_strdup_printf ("tick trigger.schedule %s\nwait flow.wait {\"duration\":\"%um\"}\n"
                                           "call http.request {\"url\":\"%s\"} | \"retry\":{\"max_attempts\":4,\"initial_ms\":600000,\"factor\":2,\"max_ms\":7200000}\n"
                                           "tick > wait\nwait > call", parameters, 10 + 50 * index, url);
  g_autofree char *document = make_document (text);
  g_autofree char *token = g_strdup_printf ("token-%u", index);
  g_autoptr(EnlaceValue) value = parse (parameters);
  g_autoptr(EnlacePlan) plan = NULL;

  self->schedules[index] = enlace_schedule_read (value, NULL);
  g_assert_nonnull (self->schedules[index]);
  plan = fixture_publish (&self->base, token, document);
  self->ids[index] = *enlace_plan_get_workflow_id (plan);
}

static gint64
find_last (Simulation *self,
           guint       index)
{
  gint64 tick;

  return enlace_schedule_get_previous (self->schedules[index], self->latest + 1, START + 1, &tick) ? tick : START;
}

static gboolean
is_settled (Simulation *self)
{
  EnlaceReader *reader = enlace_store_acquire_reader (self->base.store);
  gboolean is_done = TRUE;

  for (guint i = 0; is_done && i < N_SCHEDULES; i++)
    {
      g_autoptr(EnlaceTriggerRow) row = enlace_schedules_get (reader, &self->ids[i], NULL);

      is_done = row != NULL && row->settled >= find_last (self, i);
    }
  enlace_store_release_reader (self->base.store, reader);

  return is_done;
}

static void
wait_settled (Simulation *self)
{
  gint64 deadline = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;

  for (wake (self); !is_settled (self); g_usleep (1000))
    g_assert_cmpint (g_get_monotonic_time (), <, deadline);
}

static void
restart (Simulation *self,
         gint64      seconds)
{
  fixture_close (&self->base);
  set_time (self, seconds);
  fixture_open (&self->base);
  fixture_begin (&self->base);
}

static GPtrArray *
list_runs (Simulation *self)
{
  EnlaceExecutionFilter filter = { .status = -1, .is_test = -1, .limit = MAX_RUNS };
  EnlaceReader *reader = enlace_store_acquire_reader (self->base.store);
  GPtrArray *rows = enlace_executions_list (reader, &self->base.organisation_id, &filter, NULL);

  enlace_store_release_reader (self->base.store, reader);
  g_assert_nonnull (rows);

  return rows;
}

static guint
count_open (Simulation *self)
{
  g_autoptr(GPtrArray) rows = list_runs (self);
  guint n_open = 0;

  for (guint i = 0; i < rows->len; i++)
    n_open += !enlace_status_is_final (((EnlaceExecutionRow *) rows->pdata[i])->status);

  return n_open;
}

/* Ticks of one workflow that were run for (gint64). */
static GHashTable *
collect_ticks (Simulation *self,
               GPtrArray  *rows,
               guint       index)
{
  GHashTable *ticks = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  for (guint i = 0; i < rows->len; i++)
    {
      const EnlaceExecutionRow *listed = rows->pdata[i];
      g_autoptr(EnlaceExecutionRow) row = NULL;
      g_autoptr(EnlaceValue) trigger = NULL;
      gint64 tick;

      if (!enlace_uuid_equal (&listed->workflow_id, &self->ids[index]))
        continue;
      row = fixture_read (&self->base, &listed->id);
      trigger = enlace_engine_read_trigger (self->base.engine, row, NULL);
      tick = enlace_value_get_seconds (enlace_value_get_member (trigger, "scheduled_at"));
      g_assert_cmpint (tick, >, 0);
      g_assert_true (g_hash_table_add (ticks, g_memdup2 (&tick, sizeof tick)));
    }

  return ticks;
}

static void
check_ticks (Simulation *self)
{
  g_autoptr(GPtrArray) rows = list_runs (self);

  for (guint i = 0; i < N_SCHEDULES; i++)
    {
      g_autoptr(GHashTable) ticks = collect_ticks (self, rows, i);
      guint n_expected = 0;

      for (gint64 tick = START; enlace_schedule_get_next (self->schedules[i], tick, &tick) && tick <= self->latest; n_expected++)
        g_assert_true (g_hash_table_contains (ticks, &tick));
      g_assert_cmpuint (g_hash_table_size (ticks), ==, n_expected);
      g_test_message ("{%s}: %u ticks", schedules[i], n_expected);
    }
}

/* One move of the clock: forward by up to six hours, now and then by a day, with a restart, or back by up to two hours over a restart. */
static void
advance (Simulation *self)
{
  gint64 now = self->now / G_USEC_PER_SEC;
  gint64 step = 60 + g_test_rand_int_range (0, 6 * 60 * 60);

  switch (g_test_rand_int_range (0, 20))
    {
    case 0:
      restart (self, now + step);
      break;
    case 1:
      restart (self, now - g_test_rand_int_range (0, 2 * 60 * 60));
      break;
    case 2:
      set_time (self, now + DAY);
      break;
    default:
      set_time (self, now + step);
      break;
    }
  wait_settled (self);
}

static void
test_month (void)
{
  Simulation self = { 0 };
  gint64 deadline;

  self.now = START * G_USEC_PER_SEC;
  self.latest = START;
  self.base.hooks.get_time = get_time;
  self.base.hooks.data = &self.now;
  self.receiver = receiver_new ();
  fixture_set_up (&self.base, NULL);
  fixture_begin (&self.base);
  for (guint i = 0; i < N_SCHEDULES; i++)
    publish (&self, i);

  while (self.latest < START + 30 * DAY)
    advance (&self);

  /* What waits goes on until all has ended. */
  for (guint i = 0; i < N_SCHEDULES; i++)
    enlace_schedules_remove (self.base.engine->schedules, &self.ids[i]);
  check_ticks (&self);
  deadline = g_get_monotonic_time () + 60 * G_TIME_SPAN_SECOND;
  while (count_open (&self) > 0)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      __atomic_add_fetch (&self.now, 600 * G_USEC_PER_SEC, __ATOMIC_SEQ_CST);
      wake (&self);
      g_usleep (20 * 1000);
    }

  for (guint i = 0; i < N_SCHEDULES; i++)
    enlace_schedule_unref (self.schedules[i]);
  fixture_tear_down (&self.base, NULL);
  receiver_free (self.receiver);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/workflow/schedule/simulation/runs-for-every-tick-of-a-month-once", test_month);

  return g_test_run ();
}
