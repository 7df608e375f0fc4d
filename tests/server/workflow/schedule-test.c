/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>
#include <time.h>

#include "common/value/time.h"
#include "fixture.h"
#include "server/store/schedules.h"

/* Runs that begin by time: the clock is the test's own. */

typedef struct {
  Fixture base;
  gint64  now;          /* microseconds; atomic */
} ScheduleFixture;

static gint64
get_time (gpointer data)
{
  return __atomic_load_n ((gint64 *) data, __ATOMIC_SEQ_CST);
}

static gint64
read_time (const char *text)
{
  gint64 seconds;
  guint32 nanoseconds;

  g_assert_true (enlace_time_parse (text, &seconds, &nanoseconds));

  return seconds * G_USEC_PER_SEC;
}

static void
set_time (ScheduleFixture *self,
          const char      *text)
{
  __atomic_store_n (&self->now, read_time (text), __ATOMIC_SEQ_CST);
  if (self->base.engine != NULL)
    enlace_schedules_wake (self->base.engine->schedules);
}

static void
set_up (ScheduleFixture *self,
        gconstpointer    data)
{
  self->base.hooks.get_time = get_time;
  self->base.hooks.data = &self->now;
  set_time (self, "2026-01-01T00:00:30Z");
  fixture_set_up (&self->base, data);
  fixture_begin (&self->base);
}

static void
tear_down (ScheduleFixture *self,
           gconstpointer    data)
{
  fixture_tear_down (&self->base, data);
}

static void
restart_at (ScheduleFixture *self,
            const char      *text)
{
  fixture_close (&self->base);
  self->base.engine = NULL;
  set_time (self, text);
  fixture_open (&self->base);
  fixture_begin (&self->base);
}

static EnlacePlan *
publish (ScheduleFixture *self,
         const char      *parameters,
         const char      *rest)
{
  g_autofree char *text = g_strdup_printf ("tick trigger.schedule %s\n%s", parameters, rest);
  g_autofree char *document = make_document (text);

  return fixture_publish (&self->base, "token", document);
}

static GPtrArray *
list_runs (ScheduleFixture *self)
{
  EnlaceExecutionFilter filter = { .status = -1, .is_test = -1, .limit = 5000 };
  EnlaceReader *reader = enlace_store_acquire_reader (self->base.store);
  g_autoptr(GError) error = NULL;
  GPtrArray *rows = enlace_executions_list (reader, &self->base.organisation_id, &filter, &error);

  enlace_store_release_reader (self->base.store, reader);
  g_assert_no_error (error);

  return rows;
}

/* How far the schedule of the one workflow has come; seconds. */
static gint64
read_settled (ScheduleFixture *self)
{
  EnlaceReader *reader = enlace_store_acquire_reader (self->base.store);
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) rows = enlace_schedules_list (reader, &error);

  enlace_store_release_reader (self->base.store, reader);
  g_assert_no_error (error);

  return rows->len == 1 ? ((EnlaceTriggerRow *) rows->pdata[0])->settled : 0;
}

static void
wait_settled (ScheduleFixture *self,
              const char      *text)
{
  gint64 deadline = g_get_monotonic_time () + 15 * G_TIME_SPAN_SECOND;

  while (read_settled (self) != read_time (text) / G_USEC_PER_SEC)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_usleep (2000);
    }
}

static int
compare_text (gconstpointer a,
              gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The ticks that were run for, in order, as one text. */
static char *
dup_ticks (ScheduleFixture *self)
{
  g_autoptr(GPtrArray) rows = list_runs (self), texts = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < rows->len; i++)
    {
      g_autoptr(EnlaceExecutionRow) row = fixture_read (&self->base, &((EnlaceExecutionRow *) rows->pdata[i])->id);
      g_autoptr(GError) error = NULL;
      g_autoptr(EnlaceValue) trigger = enlace_engine_read_trigger (self->base.engine, row, &error);
      EnlaceValue *at;

      g_assert_no_error (error);
      at = enlace_value_get_member (trigger, "scheduled_at");
      g_assert_nonnull (at);
      g_ptr_array_add (texts, enlace_value_get_string (at) != NULL ? g_strdup (enlace_value_get_string (at))
                                                                   : enlace_time_format (enlace_value_get_seconds (at), 0));
    }
  g_ptr_array_sort (texts, compare_text);
  g_ptr_array_add (texts, NULL);

  return g_strjoinv (" ", (char **) texts->pdata);
}

static void
check_ticks (ScheduleFixture *self,
             const char      *expected)
{
  g_autofree char *ticks = dup_ticks (self);

  g_assert_cmpstr (ticks, ==, expected);
}

static void
test_ticks (ScheduleFixture *self,
            gconstpointer    data)
{
  g_autoptr(EnlacePlan) plan = publish (self, "{\"cron\":\"* * * * *\",\"timezone\":\"Europe/Madrid\"}", "");
  g_autoptr(GPtrArray) rows = NULL;
  g_autoptr(EnlaceExecutionRow) row = NULL;
  g_autoptr(EnlaceValue) trigger = NULL;

  wait_settled (self, "2026-01-01T00:00:30Z");
  check_ticks (self, "");
  set_time (self, "2026-01-01T00:01:00Z");
  wait_settled (self, "2026-01-01T00:01:00Z");
  set_time (self, "2026-01-01T00:02:59Z");
  wait_settled (self, "2026-01-01T00:02:00Z");
  check_ticks (self, "2026-01-01T00:01:00Z 2026-01-01T00:02:00Z");

  rows = list_runs (self);
  row = fixture_read (&self->base, &((EnlaceExecutionRow *) rows->pdata[0])->id);
  trigger = enlace_engine_read_trigger (self->base.engine, row, NULL);
  g_assert_cmpstr (enlace_value_get_member_string (trigger, "timezone", NULL), ==, "Europe/Madrid");
  g_assert_nonnull (enlace_value_get_member_string (trigger, "id", NULL));
  g_assert_nonnull (enlace_value_get_member (trigger, "received_at"));
  fixture_wait_status (&self->base, &row->id, ENLACE_STATUS_COMPLETED);
}

static const struct { const char *missed, *ticks; } missed_cases[] = {
  { "skip", "2026-01-01T00:01:00Z" },
  { "once", "2026-01-01T00:01:00Z 2026-01-01T00:05:00Z" },
  { "all", "2026-01-01T00:01:00Z 2026-01-01T00:02:00Z 2026-01-01T00:03:00Z 2026-01-01T00:04:00Z 2026-01-01T00:05:00Z" },
};

static void
test_missed (ScheduleFixture *self,
             gconstpointer    data)
{
  guint index = GPOINTER_TO_UINT (data);
  g_autofree char *parameters = g_strdup_printf ("{\"cron\":\"* * * * *\",\"missed\":\"%s\"}", missed_cases[index].missed);
  g_autoptr(EnlacePlan) plan = publish (self, parameters, "");

  set_time (self, "2026-01-01T00:01:00Z");
  wait_settled (self, "2026-01-01T00:01:00Z");
  restart_at (self, "2026-01-01T00:05:30Z");
  wait_settled (self, "2026-01-01T00:05:00Z");
  check_ticks (self, missed_cases[index].ticks);

  /* A second start finds nothing more to do. */
  restart_at (self, "2026-01-01T00:05:40Z");
  set_time (self, "2026-01-01T00:06:00Z");
  wait_settled (self, "2026-01-01T00:06:00Z");
  g_assert_cmpuint (fixture_count_runs (&self->base), ==, (strlen (missed_cases[index].ticks) + 1) / 21 + 1);
}

/* Of a month of minutes, the newest thousand. */
static void
test_bounded (ScheduleFixture *self,
              gconstpointer    data)
{
  g_autoptr(EnlacePlan) plan = publish (self, "{\"every\":1,\"missed\":\"all\"}", "");

  wait_settled (self, "2026-01-01T00:00:30Z");
  restart_at (self, "2026-01-31T00:00:30Z");
  wait_settled (self, "2026-01-31T00:00:00Z");
  g_assert_cmpuint (fixture_count_runs (&self->base), ==, 1000);
}

/* The clock is set forward by an hour, and back: no tick is run for twice. */
static void
test_clock_set (ScheduleFixture *self,
                gconstpointer    data)
{
  g_autoptr(EnlacePlan) plan = publish (self, "{\"cron\":\"*/30 * * * *\",\"missed\":\"all\"}", "");

  set_time (self, "2026-01-01T01:00:10Z");
  wait_settled (self, "2026-01-01T01:00:00Z");
  check_ticks (self, "2026-01-01T00:30:00Z 2026-01-01T01:00:00Z");
  restart_at (self, "2026-01-01T00:20:00Z");
  set_time (self, "2026-01-01T00:30:10Z");
  set_time (self, "2026-01-01T01:00:10Z");
  set_time (self, "2026-01-01T01:30:00Z");
  wait_settled (self, "2026-01-01T01:30:00Z");
  check_ticks (self, "2026-01-01T00:30:00Z 2026-01-01T01:00:00Z 2026-01-01T01:30:00Z");
}

static void
test_overlap_skip (ScheduleFixture *self,
                   gconstpointer    data)
{
  g_autoptr(EnlacePlan) plan = publish (self, "{\"cron\":\"* * * * *\",\"overlap\":\"skip\"}", "wait flow.wait {\"duration\":\"90s\"}\ntick > wait");

  set_time (self, "2026-01-01T00:01:00Z");
  wait_settled (self, "2026-01-01T00:01:00Z");
  set_time (self, "2026-01-01T00:02:00Z");
  wait_settled (self, "2026-01-01T00:02:00Z");
  check_ticks (self, "2026-01-01T00:01:00Z");
}

/* Of the runs of three ticks one is under way; each of the others begins when the one before has ended. */
static void
test_overlap_queue (ScheduleFixture *self,
                    gconstpointer    data)
{
  g_autoptr(EnlacePlan) plan = publish (self, "{\"cron\":\"* * * * *\",\"overlap\":\"queue\",\"missed\":\"all\"}",
                                        "wait flow.wait {\"resume\":true}\ntick > wait");
  g_autoptr(GPtrArray) rows = NULL;
  guint n_queued = 0, n_under_way = 0;

  set_time (self, "2026-01-01T00:03:00Z");
  wait_settled (self, "2026-01-01T00:03:00Z");
  rows = list_runs (self);
  g_assert_cmpuint (rows->len, ==, 3);
  for (guint i = 0; i < rows->len; i++)
    {
      EnlaceStatus status = ((EnlaceExecutionRow *) rows->pdata[i])->status;

      n_queued += status == ENLACE_STATUS_QUEUED;
      n_under_way += status == ENLACE_STATUS_RUNNING || status == ENLACE_STATUS_WAITING;
    }
  g_assert_cmpuint (n_queued, >=, 2);
  g_assert_cmpuint (n_under_way, <=, 1);
}

/* What is taken off does not run; when it is put back, nothing of the time between is made up for. */
static void
test_taken_off (ScheduleFixture *self,
                gconstpointer    data)
{
  g_autoptr(EnlacePlan) plan = publish (self, "{\"cron\":\"* * * * *\",\"missed\":\"all\"}", "");
  EnlaceReader *reader = enlace_store_acquire_reader (self->base.store);
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceWorkflowRow) row = enlace_workflows_get (reader, &self->base.organisation_id, enlace_plan_get_workflow_id (plan), &error);

  enlace_store_release_reader (self->base.store, reader);
  g_assert_no_error (error);

  wait_settled (self, "2026-01-01T00:00:30Z");
  row->is_active = FALSE;
  enlace_engine_workflow_changed (self->base.engine, &row->id, row);
  wait_settled (self, "1970-01-01T00:00:00Z");
  set_time (self, "2026-01-01T00:05:30Z");
  row->is_active = TRUE;
  enlace_engine_workflow_changed (self->base.engine, &row->id, row);
  wait_settled (self, "2026-01-01T00:05:30Z");
  check_ticks (self, "");
  set_time (self, "2026-01-01T00:06:00Z");
  wait_settled (self, "2026-01-01T00:06:00Z");
  check_ticks (self, "2026-01-01T00:06:00Z");
}

/* What was submitted before it is written after it. */
static gboolean
nothing_cb (EnlaceWriter  *writer,
            gpointer       data,
            GError       **error)
{
  return TRUE;
}

static gint64
get_cpu_time (void)
{
  struct timespec time;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

/* Ten thousand of them, none of which is due, cost next to nothing. */
static void
test_idle (ScheduleFixture *self,
           gconstpointer    data)
{
  g_autofree char *text = make_document ("tick trigger.schedule {\"cron\":\"0 9 * * mon-fri\",\"timezone\":\"Europe/Madrid\"}");
  g_autoptr(EnlaceValue) value = parse (text);
  g_autoptr(GPtrArray) refusals = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_problem_free);
  g_autoptr(EnlaceDocument) document = enlace_document_read (value, refusals);
  g_autoptr(GError) error = NULL;
  gint64 cpu_time;

  for (guint i = 0; i < 10000; i++)
    {
      g_autoptr(EnlacePlan) plan = NULL;
      EnlaceUuid id;

      enlace_uuid_generate (&id);
      plan = enlace_plan_new (&self->base.organisation_id, &id, 1, document, &error);
      g_assert_no_error (error);
      enlace_schedules_put (self->base.engine->schedules, plan);
    }
  g_assert_true (enlace_store_submit_and_wait (self->base.store, nothing_cb, NULL, &error));

  cpu_time = get_cpu_time ();
  g_usleep (3 * G_USEC_PER_SEC);
  cpu_time = get_cpu_time () - cpu_time;
  g_test_message ("%" G_GINT64_FORMAT " µs of processor time in 3 seconds", cpu_time);
  g_assert_cmpint (cpu_time, <, 3 * G_USEC_PER_SEC / 100);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/workflow/schedule/runs-at-its-ticks", ScheduleFixture, NULL, set_up, test_ticks, tear_down);
  for (guint i = 0; i < G_N_ELEMENTS (missed_cases); i++)
    {
      g_autofree char *path = g_strconcat ("/workflow/schedule/missed-ticks/", missed_cases[i].missed, NULL);

      g_test_add (path, ScheduleFixture, GUINT_TO_POINTER (i), set_up, test_missed, tear_down);
    }
  g_test_add ("/workflow/schedule/missed-ticks/are-bounded", ScheduleFixture, NULL, set_up, test_bounded, tear_down);
  g_test_add ("/workflow/schedule/bears-clocks-that-are-set", ScheduleFixture, NULL, set_up, test_clock_set, tear_down);
  g_test_add ("/workflow/schedule/skips-while-a-run-is-under-way", ScheduleFixture, NULL, set_up, test_overlap_skip, tear_down);
  g_test_add ("/workflow/schedule/queues-behind-a-run", ScheduleFixture, NULL, set_up, test_overlap_queue, tear_down);
  g_test_add ("/workflow/schedule/makes-up-for-nothing-when-put-back", ScheduleFixture, NULL, set_up, test_taken_off, tear_down);

  g_test_add ("/workflow/schedule/costs-nothing-at-idle", ScheduleFixture, NULL, set_up, test_idle, tear_down);

  return g_test_run ();
}
