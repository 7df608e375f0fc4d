/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "common/schedule/schedule.h"
#include "common/value/json.h"
#include "common/value/time.h"

static gint64
read_time (const char *text)
{
  gint64 seconds;
  guint32 nanoseconds;

  g_assert_true (enlace_time_parse (text, &seconds, &nanoseconds));

  return seconds;
}

/* Parameters as JSON, with ' in place of ". */
static EnlaceSchedule *
read_schedule (const char  *text,
               GError     **error)
{
  g_autofree char *json = g_strdelimit (g_strdup (text), "'", '"');
  g_autoptr(EnlaceValue) parameters = enlace_json_parse (json, -1, NULL);

  g_assert_nonnull (parameters);
  return enlace_schedule_read (parameters, error);
}

static const struct
{
  const char *parameters;
  const char *from;
  const char *ticks;    /* UTC, separated by spaces; "-" is the end */
} cases[] = {
  { "{'cron': '*/20 2 * * *', 'timezone': 'America/New_York'}", "2025-03-08T12:00:00Z", "2025-03-09T07:00:00Z 2025-03-10T06:00:00Z 2025-03-10T06:20:00Z" },
  { "{'cron': '0 2,3 * * *', 'timezone': 'America/New_York'}", "2025-03-08T12:00:00Z", "2025-03-09T07:00:00Z 2025-03-10T06:00:00Z" },
  { "{'cron': '0 */2 * * *', 'timezone': 'America/New_York'}", "2025-03-09T04:59:00Z", "2025-03-09T05:00:00Z 2025-03-09T08:00:00Z" },
  { "{'cron': '30 * * * *', 'timezone': 'America/New_York'}", "2025-11-02T05:00:00Z", "2025-11-02T05:30:00Z 2025-11-02T06:30:00Z 2025-11-02T07:30:00Z" },
  { "{'cron': '30 1 * * *', 'timezone': 'America/New_York'}", "2025-11-02T06:10:00Z", "2025-11-03T06:30:00Z" },
  { "{'cron': '30 1-2 * * *', 'timezone': 'America/New_York'}", "2025-11-02T05:00:00Z", "2025-11-02T05:30:00Z 2025-11-02T07:30:00Z" },
  { "{'cron': '45 1 * * *', 'timezone': 'Australia/Lord_Howe'}", "2026-04-04T12:00:00Z", "2026-04-04T14:45:00Z 2026-04-05T15:15:00Z" },
  { "{'cron': '0 9 * * fri#2'}", "2026-01-01T00:00:00Z", "2026-01-09T09:00:00Z 2026-02-13T09:00:00Z" },
  { "{'cron': '0 9 * * FridayL'}", "2026-01-01T00:00:00Z", "2026-01-30T09:00:00Z 2026-02-27T09:00:00Z" },
  { "{'cron': '0 0 L-2 * *'}", "2026-02-01T00:00:00Z", "2026-02-26T00:00:00Z 2026-03-29T00:00:00Z" },
  { "{'cron': '0 0 1W * *'}", "2026-07-31T12:00:00Z", "2026-08-03T00:00:00Z 2026-09-01T00:00:00Z" },
  { "{'cron': '0 0 31W * *'}", "2026-05-01T00:00:00Z", "2026-05-29T00:00:00Z 2026-07-31T00:00:00Z" },
  { "{'cron': '0 0 13 * 5'}", "2026-02-01T00:00:00Z", "2026-02-06T00:00:00Z 2026-02-13T00:00:00Z 2026-02-20T00:00:00Z" },
  { "{'cron': '0 0 13 * ?'}", "2026-02-01T00:00:00Z", "2026-02-13T00:00:00Z 2026-03-13T00:00:00Z" },
  { "{'cron': '0 0 * * fri-sun'}", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z 2026-01-03T00:00:00Z 2026-01-04T00:00:00Z 2026-01-09T00:00:00Z" },
  { "{'cron': '0 0 29 2 *'}", "2096-03-01T00:00:00Z", "2104-02-29T00:00:00Z" },
  { "{'cron': '0 0 */28 2 1'}", "2026-12-01T00:00:00Z", "2027-02-01T00:00:00Z 2027-02-08T00:00:00Z" },
  { "{'cron': '*/7 58 23 31 december *'}", "2026-12-31T23:58:50Z", "2026-12-31T23:58:56Z 2027-12-31T23:58:00Z" },
  { "{'cron': '0 0 * * *', 'until': '2026-01-02T00:00:00Z'}", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z -" },
  { "{'cron': '0 0 * * *', 'from': '2030-01-01T00:00:00Z'}", "2026-01-01T00:00:00Z", "2030-01-01T00:00:00Z 2030-01-02T00:00:00Z" },
  { "{'every': 90, 'unit': 'minutes', 'from': '2026-01-01T00:10:00Z'}", "2025-01-01T00:00:00Z", "2026-01-01T00:10:00Z 2026-01-01T01:40:00Z" },
  { "{'every': 1, 'unit': 'days', 'timezone': 'Europe/Madrid'}", "2026-03-28T00:00:00Z", "2026-03-28T23:00:00Z 2026-03-29T23:00:00Z" },
  { "{'every': 2, 'unit': 'weeks'}", "2024-01-01T00:00:00Z", "2024-01-15T00:00:00Z 2024-01-29T00:00:00Z" },
  { "{'every': 10, 'unit': 'seconds'}", "2020-01-01T00:00:05Z", "2020-01-01T00:00:10Z 2020-01-01T00:00:20Z" },
};

static void
test_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(EnlaceSchedule) schedule = read_schedule (cases[i].parameters, &error);
      g_auto(GStrv) ticks = g_strsplit (cases[i].ticks, " ", -1);
      gint64 tick = read_time (cases[i].from);

      g_assert_no_error (error);
      for (guint j = 0; ticks[j] != NULL; j++)
        {
          gboolean has_next = enlace_schedule_get_next (schedule, tick, &tick);
          g_autofree char *text = has_next ? enlace_time_format (tick, 0) : g_strdup ("-");

          g_test_message ("%s", cases[i].parameters);
          g_assert_cmpstr (text, ==, ticks[j]);
        }
    }
}

static const struct
{
  const char *parameters;
  int         code;
  const char *part;     /* of the message */
} refused[] = {
  { "{'cron': '0 0 30 2 *'}", ENLACE_SCHEDULE_ERROR_NEVER, "never fires" },
  { "{'cron': '0 0 31 4,6 ?'}", ENLACE_SCHEDULE_ERROR_NEVER, "never fires" },
  { "{'cron': '0 0 31W 2 *'}", ENLACE_SCHEDULE_ERROR_NEVER, "never fires" },
  { "{'cron': '0 0 1 1 *', 'from': '2026-01-02T00:00:00Z', 'until': '2026-12-01T00:00:00Z'}", ENLACE_SCHEDULE_ERROR_NEVER, "never fires" },
  { "{'cron': '* * * * * * *'}", ENLACE_SCHEDULE_ERROR_SYNTAX, "has 7" },
  { "{'cron': ''}", ENLACE_SCHEDULE_ERROR_SYNTAX, "has 0" },
  { "{'cron': '0 0 0 * *'}", ENLACE_SCHEDULE_ERROR_SYNTAX, "day of the month" },
  { "{'cron': '0 24 * * *'}", ENLACE_SCHEDULE_ERROR_SYNTAX, "hour" },
  { "{'cron': '*/0 * * * *'}", ENLACE_SCHEDULE_ERROR_SYNTAX, "step" },
  { "{'cron': '? * * * *'}", ENLACE_SCHEDULE_ERROR_SYNTAX, "minute" },
  { "{'cron': '5-1 * * * *'}", ENLACE_SCHEDULE_ERROR_SYNTAX, "ends before" },
  { "{'cron': '1,,2 * * * *'}", ENLACE_SCHEDULE_ERROR_SYNTAX, "minute" },
  { "{'cron': '+1 * * * *'}", ENLACE_SCHEDULE_ERROR_SYNTAX, "minute" },
  { "{'cron': '0 0 * * 6#6'}", ENLACE_SCHEDULE_ERROR_SYNTAX, "1 to 5" },
  { "{'cron': '0 0 * * L'}", ENLACE_SCHEDULE_ERROR_SYNTAX, "5L" },
  { "{'cron': '0 0 1-5W * *'}", ENLACE_SCHEDULE_ERROR_SYNTAX, "one day" },
  { "{'cron': '0 0 * janu *'}", ENLACE_SCHEDULE_ERROR_SYNTAX, "month" },
  { "{'cron': '@reboot'}", ENLACE_SCHEDULE_ERROR_SYNTAX, "has 1" },
  { "{'cron': '0 0 * * *', 'timezone': 'Europe/Atlantis'}", ENLACE_SCHEDULE_ERROR_ZONE, "Atlantis" },
  { "{'cron': '0 0 * * *', 'timezone': '../../etc/localtime'}", ENLACE_SCHEDULE_ERROR_ZONE, "time zone" },
  { "{'cron': '0 0 * * *', 'every': 1}", ENLACE_SCHEDULE_ERROR_SYNTAX, "either" },
  { "{}", ENLACE_SCHEDULE_ERROR_SYNTAX, "either" },
  { "{'every': 0}", ENLACE_SCHEDULE_ERROR_SYNTAX, "every" },
  { "{'every': 1, 'unit': 'fortnights'}", ENLACE_SCHEDULE_ERROR_SYNTAX, "unit" },
  { "{'every': 1, 'from': 'tomorrow'}", ENLACE_SCHEDULE_ERROR_SYNTAX, "from" },
  { "{'every': 1, 'from': '2026-01-02T00:00:00Z', 'until': '2026-01-01T00:00:00Z'}", ENLACE_SCHEDULE_ERROR_SYNTAX, "before" },
};

static void
test_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr(GError) error = NULL;

      g_test_message ("%s", refused[i].parameters);
      g_assert_null (read_schedule (refused[i].parameters, &error));
      g_assert_error (error, ENLACE_SCHEDULE_ERROR, refused[i].code);
      g_assert_nonnull (strstr (error->message, refused[i].part));
    }
}

static const struct
{
  const char *parameters;
  const char *sentence;
} sentences[] = {
  { "{'every': 1, 'unit': 'hours'}", "Every hour (UTC)" },
  { "{'every': 90, 'unit': 'seconds', 'timezone': 'Europe/Madrid'}", "Every 90 seconds (Europe/Madrid)" },
  { "{'cron': '*/15 * * * *'}", "Every 15 minutes (UTC)" },
  { "{'cron': '* * * * *'}", "Every minute (UTC)" },
  { "{'cron': '0 */6 * * *'}", "Every 6 hours (UTC)" },
  { "{'cron': '0 9,17 * * *'}", "Every day at 09:00, 17:00 (UTC)" },
  { "{'cron': '30 8 * * mon,fri'}", "Monday, Friday at 08:30 (UTC)" },
  { "{'cron': '0 0 1,15 * *'}", "day 1, 15 at 00:00 (UTC)" },
  { "{'cron': '0 0 LW mar *'}", "the last working day, March at 00:00 (UTC)" },
  { "{'cron': '0 0 13 * 5L'}", "day 13 or Friday (the last of the month) at 00:00 (UTC)" },
  { "{'cron': '*/15 9-17 * * *'}", "Every day, minutes 0, 15, 30, 45, hours 9, 10, 11, 12, 13, 14, 15, 16, 17 (UTC)" },
};

static void
test_sentences (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (sentences); i++)
    {
      g_autoptr(EnlaceSchedule) schedule = read_schedule (sentences[i].parameters, NULL);
      g_autofree char *sentence = enlace_schedule_describe (schedule, NULL);

      g_assert_cmpstr (sentence, ==, sentences[i].sentence);
    }
}

/* By brute force: each second of the day around a change, in the order of real time. */
static void
test_real_time (void)
{
  g_autoptr(GTimeZone) zone = g_time_zone_new_identifier ("Europe/Madrid");
  g_autoptr(EnlaceSchedule) schedule = read_schedule ("{'cron': '5/20 * * * *', 'timezone': 'Europe/Madrid'}", NULL);
  static const char *const days[] = { "2026-03-29T00:00:00Z", "2026-10-25T00:00:00Z" };

  for (guint i = 0; i < G_N_ELEMENTS (days); i++)
    {
      gint64 start = read_time (days[i]) - 7200, tick = start;

      for (gint64 second = start + 1; second < start + 36000; second++)
        {
          gint64 wall = second + g_time_zone_get_offset (zone, g_time_zone_find_interval (zone, G_TIME_TYPE_UNIVERSAL, second));

          if (wall % 60 != 0 || (wall / 60 % 60) % 20 != 5)
            continue;
          g_assert_true (enlace_schedule_get_next (schedule, tick, &tick));
          g_assert_cmpint (tick, ==, second);
        }
    }
}

/* The way back finds what the way there found, over every change of several zones. */
static void
test_previous (void)
{
  static const char *const texts[] = {
    "{'cron': '30 2 * * *', 'timezone': 'America/New_York'}",
    "{'cron': '*/30 1-3 * * *', 'timezone': 'Europe/London'}",
    "{'cron': '15 * * * *', 'timezone': 'Australia/Lord_Howe'}",
    "{'cron': '0 0 L * *', 'timezone': 'America/Santiago'}",
    "{'every': 7, 'unit': 'hours', 'timezone': 'Asia/Tokyo'}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr(EnlaceSchedule) schedule = read_schedule (texts[i], NULL);
      gint64 bound = read_time ("2025-01-01T00:00:00Z"), tick = bound, previous;
      gboolean has_last = FALSE;
      gint64 last = 0;

      while (tick < bound + 400 * 86400)
        {
          g_assert_true (enlace_schedule_get_next (schedule, tick, &tick));
          if (has_last)
            {
              g_assert_true (enlace_schedule_get_previous (schedule, tick, bound, &previous));
              g_assert_cmpint (previous, ==, last);
            }
          last = tick;
          has_last = TRUE;
        }
    }
}

static void
test_fast (void)
{
  g_autoptr(EnlaceSchedule) schedule = read_schedule ("{'cron': '0 9 * * mon-fri', 'timezone': 'Europe/Madrid'}", NULL);
  gint64 start = g_get_monotonic_time (), tick = 0, microseconds;

  for (guint i = 0; i < 10000; i++)
    g_assert_true (enlace_schedule_get_next (schedule, tick, &tick));
  microseconds = g_get_monotonic_time () - start;

  g_test_message ("10,000 ticks in %" G_GINT64_FORMAT " µs", microseconds);
  g_assert_cmpint (microseconds, <, 2 * G_USEC_PER_SEC);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schedule/finds-the-next-ticks", test_cases);
  g_test_add_func ("/schedule/refuses-with-a-reason", test_refused);
  g_test_add_func ("/schedule/says-it-in-words", test_sentences);
  g_test_add_func ("/schedule/wildcard-hours-follow-real-time", test_real_time);
  g_test_add_func ("/schedule/goes-back-as-it-went", test_previous);
  g_test_add_func ("/schedule/is-fast", test_fast);

  return g_test_run ();
}
