/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include "src/widgets/format.h"

static void
test_durations (void)
{
  const struct { gint64 milliseconds; const char *text; } cases[] = {
    { -5, "< 1 ms" }, { 0, "< 1 ms" }, { 1, "1 ms" }, { 999, "999 ms" }, { 1000, "1.0 s" }, { 59900, "59.9 s" },
    { 60000, "1 min 0 s" }, { 185000, "3 min 5 s" }, { 3600000, "1 h 0 min" }, { 7800000, "2 h 10 min" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = enlace_format_duration (cases[i].milliseconds);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_times (void)
{
  g_autoptr(GDateTime) now = g_date_time_new_utc (2026, 3, 2, 10, 30, 0);
  const struct { const char *time; const char *text; } cases[] = {
    { NULL, "" }, { "", "" }, { "yesterday", "" },
    { "2026-03-02T10:29:31Z", "Just now" },
    { "2026-03-02T10:30:20Z", "Just now" },       /* a clock that is a little ahead */
    { "2026-03-02T10:29:00Z", "1 minute ago" },
    { "2026-03-02T09:31:00.5Z", "58 minutes ago" },
    { "2026-03-02T09:30:00Z", "Today at 09:30" },
    { "2026-03-02T00:00:00Z", "Today at 00:00" },
    { "2026-03-01T23:59:00Z", "Yesterday at 23:59" },
    { "2026-02-28T10:00:00Z", "28 February at 10:00" },
    { "2025-12-31T10:00:00Z", "31 December 2025" },
    { "2026-03-02T12:29:00+02:00", "1 minute ago" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = enlace_format_time (cases[i].time, now);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/widgets/format/durations", test_durations);
  g_test_add_func ("/widgets/format/times", test_times);

  return g_test_run ();
}
