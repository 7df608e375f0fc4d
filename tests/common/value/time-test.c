/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/value/time.h"

static void
test_times_are_read (void)
{
  static const struct { const char *text; gint64 seconds; guint32 nanoseconds; } times[] = {
    { "1970-01-01T00:00:00Z", 0, 0 },
    { "1969-12-31T23:59:59.999999999Z", -1, 999999999 },
    { "2023-11-14T22:13:20.5Z", 1700000000, 500000000 },
    { "2023-11-14t23:43:20+01:30", 1700000000, 0 },
    { "2023-11-14 17:13:20-05:00", 1700000000, 0 },
    { "2024-02-29T00:00:00z", 1709164800, 0 },
    { "2000-02-29T00:00:00Z", 951782400, 0 },
    { "0001-01-01T00:00:00Z", -62135596800, 0 },
    { "9999-12-31T23:59:59Z", 253402300799, 0 },
    { "2016-12-31T23:59:60Z", 1483228800, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (times); i++)
    {
      gint64 seconds = 42;
      guint32 nanoseconds = 42;

      g_assert_true (enlace_time_parse (times[i].text, &seconds, &nanoseconds));
      g_assert_cmpint (seconds, ==, times[i].seconds);
      g_assert_cmpuint (nanoseconds, ==, times[i].nanoseconds);
    }
}

static void
test_other_texts_are_refused (void)
{
  static const char *const texts[] = {
    "", "2023", "2023-11-14", "2023-11-14T22:13Z", "2023-11-14T22:13:20", "2023-11-14T22:13:20.Z", "2023-11-14T24:00:00Z",
    "2023-11-14T22:60:00Z", "2023-11-14T22:13:61Z", "2023-13-01T00:00:00Z", "2023-00-01T00:00:00Z", "2023-02-29T00:00:00Z",
    "1900-02-29T00:00:00Z", "2023-04-31T00:00:00Z", "2023-04-00T00:00:00Z", "0000-01-01T00:00:00Z", "10000-01-01T00:00:00Z",
    "2023-11-14T22:13:20Zx", "2023-11-14T22:13:20+1:00", "2023-11-14T22:13:20+24:00", "2023-11-14T22:13:20+0100",
    "2023-11-14T22:13:20.0000000001Z", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:60Z", "+023-11-14T22:13:20Z",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      gint64 seconds;
      guint32 nanoseconds;

      g_assert_false (enlace_time_parse (texts[i], &seconds, &nanoseconds));
    }
}

static void
assert_text (char       *text,
             const char *expected)
{
  g_assert_cmpstr (text, ==, expected);
  g_free (text);
}

static void
test_times_are_written (void)
{
  assert_text (enlace_time_format (0, 0), "1970-01-01T00:00:00Z");
  assert_text (enlace_time_format (-1, 1000), "1969-12-31T23:59:59.000001Z");
  assert_text (enlace_time_format (1700000000, 500000000), "2023-11-14T22:13:20.500Z");
  assert_text (enlace_time_format (1700000000, 1), "2023-11-14T22:13:20.000000001Z");
  assert_text (enlace_time_format (-62135596800, 0), "0001-01-01T00:00:00Z");
  assert_text (enlace_time_format (253402300799, 999999999), "9999-12-31T23:59:59.999999999Z");
  assert_text (enlace_time_format_usec (0), "1970-01-01T00:00:00.000Z");
  assert_text (enlace_time_format_usec (-1), "1969-12-31T23:59:59.999Z");
  assert_text (enlace_time_format_usec (1700000000123456), "2023-11-14T22:13:20.123Z");
}

/* One instant of every day from year 1 to 9999 comes back, in the order of the calendar. */
static void
test_every_day_comes_back (void)
{
  g_autofree char *last = g_strdup ("");

  for (gint64 day = -719162; day <= 2932896; day += 1)
    {
      g_autofree char *text = NULL;
      gint64 seconds;

      if (day % 97 != 0 && day % 365 > 2)
        continue;

      text = enlace_time_format (day * 86400 + 43200, 0);
      g_assert_cmpstr (last, <, text);
      g_assert_true (enlace_time_parse (text, &seconds, NULL));
      g_assert_cmpint (seconds, ==, day * 86400 + 43200);
      g_set_str (&last, text);
    }
}

static void
test_days_agree_with_glib (void)
{
  for (int i = 0; i < 20000; i++)
    {
      gint64 seconds = (gint64) (g_test_rand_double () * 315537897599) - 62135596800;
      g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc (seconds);
      g_autofree char *expected = g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ");
      g_autofree char *text = enlace_time_format (seconds, 0);

      if (g_date_time_get_year (time) >= 1000)
        g_assert_cmpstr (text, ==, expected);
    }
}

static void
test_durations_are_written (void)
{
  assert_text (enlace_duration_format (0, 0), "0s");
  assert_text (enlace_duration_format (3, 500000000), "3.5s");
  assert_text (enlace_duration_format (-3, -500000000), "-3.5s");
  assert_text (enlace_duration_format (0, -1), "-0.000000001s");
  assert_text (enlace_duration_format (100, 0), "100s");
  assert_text (enlace_duration_format (1, 100), "1.0000001s");
  assert_text (enlace_duration_format (G_MININT64, 0), "-9223372036854775808s");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/time/times-are-read", test_times_are_read);
  g_test_add_func ("/time/other-texts-are-refused", test_other_texts_are_refused);
  g_test_add_func ("/time/times-are-written", test_times_are_written);
  g_test_add_func ("/time/every-day-comes-back", test_every_day_comes_back);
  g_test_add_func ("/time/days-agree-with-glib", test_days_agree_with_glib);
  g_test_add_func ("/time/durations-are-written", test_durations_are_written);

  return g_test_run ();
}
