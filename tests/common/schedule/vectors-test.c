/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "common/schedule/schedule.h"
#include "common/value/json.h"
#include "common/value/time.h"

/* The vectors of other libraries (folder http-vectors/cron of the shared data), and where ours has to differ. */

typedef struct {
  const char *expression;
  const char *from;
  const char *tick;     /* what it is by our rule, in place of the first that differs; NULL: the expression is refused */
  const char *reason;
} Departure;

#define GAP "a fixed time inside the gap fires at the first instant after it"
#define OVERLAP "a fixed time inside the overlap fires at its first occurrence alone"

static const Departure departures[] = {
  { "30 1 * * *", "2026-03-27T12:00:00+00:00", "2026-03-29T03:00:00+02:00", GAP },
  { "30 2 * * *", "2026-03-28T12:00:00+00:00", "2026-03-29T03:00:00+02:00", GAP },
  { "30 59 2 * * *", "2026-03-07T07:00:00-05:00", "2026-03-08T03:00:00-04:00", GAP },
  { "0 30 2 * * *", "2025-03-09T01:00:00-05:00", "2025-03-09T03:00:00-04:00", GAP },
  { "0 30 1 * * *", "2025-03-30T00:00:00+00:00", "2025-03-30T02:00:00+01:00", GAP },
  { "0 30 2 11 Mar ?", "2012-03-11T00:00:00-05:00", "2012-03-11T03:00:00-04:00", GAP },
  { "0 0 2 * * ?", "2012-03-11T00:00:00-05:00", "2012-03-11T03:00:00-04:00", GAP },
  { "0 30 1 04 Nov ?", "2012-11-04T01:45:00-04:00", "2013-11-04T01:30:00-05:00", OVERLAP },
  { "0 0 1 * * ?", "2012-11-04T01:00:00-04:00", "2012-11-05T01:00:00-05:00", OVERLAP },
};

static EnlaceValue *
read_file (const char *name)
{
  const char *data = g_getenv ("ENLACE_TEST_DATA");
  g_autofree char *path = g_build_filename (data != NULL ? data : "../shared", "http-vectors", "cron", name, NULL);
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;
  EnlaceValue *value;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return NULL;

  value = enlace_json_parse (text, -1, &error);
  g_assert_no_error (error);

  return value;
}

static gint64
read_time (const char *text)
{
  gint64 seconds;
  guint32 nanoseconds;

  g_assert_true (enlace_time_parse (text, &seconds, &nanoseconds));

  return seconds;
}

static const Departure *
find_departure (const char *expression,
                const char *from)
{
  for (guint i = 0; i < G_N_ELEMENTS (departures); i++)
    if (strcmp (departures[i].expression, expression) == 0 && strcmp (departures[i].from, from) == 0)
      return &departures[i];

  return NULL;
}

/* TRUE: the vector was met, but for the departure that is listed for it. */
static void
check_ticks (EnlaceSchedule *schedule,
             EnlaceValue    *vector,
             gboolean       *used)
{
  const char *expression = enlace_value_get_member_string (vector, "expr", NULL);
  const char *from = enlace_value_get_member_string (vector, "from", NULL);
  EnlaceValue *expected = enlace_value_get_member (vector, "next");
  const Departure *departure = find_departure (expression, from);
  gint64 tick = read_time (from);

  for (gsize i = 0; i < enlace_value_get_length (expected); i++)
    {
      gint64 wanted = read_time (enlace_value_get_string (enlace_value_get_element (expected, i))), before = tick, previous;

      g_assert_true (enlace_schedule_get_next (schedule, before, &tick));
      if (tick != wanted && departure != NULL)
        {
          g_assert_cmpint (tick, ==, read_time (departure->tick));
          used[departure - departures] = TRUE;
          g_test_message ("%s after %s: %s", expression, from, departure->reason);
        }
      else if (tick != wanted)
        {
          g_autofree char *got = enlace_time_format (tick, 0);

          g_error ("%s after %s: tick %u is %s", expression, from, (guint) i, got);
        }
      g_assert_true (enlace_schedule_get_previous (schedule, tick + 1, before + 1, &previous));
      g_assert_cmpint (previous, ==, tick);
      g_assert_false (enlace_schedule_get_previous (schedule, tick, before + 1, &previous));
    }
}

static void
check_vector (EnlaceValue *vector,
              gboolean    *used)
{
  const char *expression = enlace_value_get_member_string (vector, "expr", NULL);
  EnlaceValue *expected = enlace_value_get_member (vector, "next");
  const char *is_not = enlace_value_get_member_string (vector, "next_is_not", NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceSchedule) schedule = enlace_schedule_new_cron (expression, enlace_value_get_member_string (vector, "tz", NULL), &error);
  gint64 tick;

  /* We have no field for years. */
  if (g_str_has_prefix (enlace_value_get_member_string (vector, "dialect", ""), "seven"))
    {
      g_assert_error (error, ENLACE_SCHEDULE_ERROR, ENLACE_SCHEDULE_ERROR_SYNTAX);
      return;
    }
  if (expected != NULL && enlace_value_get_length (expected) == 0)
    {
      g_assert_error (error, ENLACE_SCHEDULE_ERROR, ENLACE_SCHEDULE_ERROR_NEVER);
      return;
    }
  g_assert_no_error (error);

  if (is_not == NULL)
    check_ticks (schedule, vector, used);
  else if (enlace_schedule_get_next (schedule, read_time (enlace_value_get_member_string (vector, "from", NULL)), &tick))
    g_assert_cmpint (tick, !=, read_time (is_not));
}

static void
test_vectors (void)
{
  static const char *const names[] = { "cron-parser.json", "croner.json", "croniter.json", "gorhill.json", "robfig.json" };
  gboolean used[G_N_ELEMENTS (departures)] = { FALSE };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr(EnlaceValue) file = read_file (names[i]);
      EnlaceValue *vectors;

      if (file == NULL)
        {
          g_test_skip ("The shared test data is not there; set ENLACE_TEST_DATA");
          return;
        }
      vectors = enlace_value_get_member (file, "vectors");
      g_assert_cmpuint (enlace_value_get_length (vectors), >, 0);
      for (gsize j = 0; j < enlace_value_get_length (vectors); j++)
        check_vector (enlace_value_get_element (vectors, j), used);
    }

  for (guint i = 0; i < G_N_ELEMENTS (departures); i++)
    g_assert_true (used[i]);
}

static void
test_invalid (void)
{
  g_autoptr(EnlaceValue) file = read_file ("invalid.json");
  EnlaceValue *vectors = enlace_value_get_member (file, "vectors");

  if (file == NULL)
    {
      g_test_skip ("The shared test data is not there; set ENLACE_TEST_DATA");
      return;
    }

  for (gsize i = 0; i < enlace_value_get_length (vectors); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_null (enlace_cron_parse (enlace_value_get_member_string (enlace_value_get_element (vectors, i), "expr", NULL), &error));
      g_assert_error (error, ENLACE_SCHEDULE_ERROR, ENLACE_SCHEDULE_ERROR_SYNTAX);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schedule/vectors/meets-those-of-other-libraries", test_vectors);
  g_test_add_func ("/schedule/vectors/refuses-what-is-invalid", test_invalid);

  return g_test_run ();
}
