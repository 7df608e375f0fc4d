/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-widgets"

#include "config.h"

#include "src/widgets/format.h"

#include <glib/gi18n.h>

#define SECOND 1000
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)

char *
enlace_format_duration (gint64 milliseconds)
{
  if (milliseconds < 1)
    /* Translators: a duration of less than a millisecond */
    return g_strdup (_("< 1 ms"));
  if (milliseconds < SECOND)
    /* Translators: a duration in milliseconds */
    return g_strdup_printf (_("%d ms"), (int) milliseconds);
  if (milliseconds < MINUTE)
    /* Translators: a duration in seconds, with one decimal */
    return g_strdup_printf (_("%.1f s"), milliseconds / (double) SECOND);
  if (milliseconds < HOUR)
    /* Translators: a duration in minutes and seconds */
    return g_strdup_printf (_("%d min %d s"), (int) (milliseconds / MINUTE), (int) (milliseconds % MINUTE / SECOND));

  /* Translators: a duration in hours and minutes */
  return g_strdup_printf (_("%d h %d min"), (int) (milliseconds / HOUR), (int) (milliseconds % HOUR / MINUTE));
}

static GDateTime *
parse (const char *time)
{
  g_autoptr(GDateTime) utc = time != NULL ? g_date_time_new_from_iso8601 (time, NULL) : NULL;

  return utc != NULL ? g_date_time_to_local (utc) : NULL;
}

/* Whole days between two dates, as a calendar counts them. */
static int
days_between (GDateTime *from,
              GDateTime *to)
{
  g_autoptr(GDateTime) from_day = g_date_time_new_local (g_date_time_get_year (from), g_date_time_get_month (from),
                                                         g_date_time_get_day_of_month (from), 12, 0, 0);
  g_autoptr(GDateTime) to_day = g_date_time_new_local (g_date_time_get_year (to), g_date_time_get_month (to),
                                                       g_date_time_get_day_of_month (to), 12, 0, 0);

  return (int) ((g_date_time_difference (to_day, from_day) + 12 * G_TIME_SPAN_HOUR) / G_TIME_SPAN_DAY);
}

char *
enlace_format_time (const char *time,
                    GDateTime  *now)
{
  g_autoptr(GDateTime) then = parse (time);
  g_autoptr(GDateTime) here = NULL;
  GTimeSpan passed;
  int minutes;

  if (then == NULL)
    return g_strdup ("");

  here = g_date_time_to_local (now);
  passed = g_date_time_difference (here, then);
  minutes = (int) (passed / G_TIME_SPAN_MINUTE);
  if (passed >= -G_TIME_SPAN_MINUTE && minutes < 1)
    return g_strdup (_("Just now"));
  if (passed >= 0 && minutes < 60)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%d minute ago", "%d minutes ago", minutes), minutes);

  switch (days_between (then, here))
    {
    case 0:
      /* Translators: a time of today, as strftime() makes it */
      return g_date_time_format (then, _("Today at %H:%M"));

    case 1:
      /* Translators: a time of yesterday, as strftime() makes it */
      return g_date_time_format (then, _("Yesterday at %H:%M"));

    default:
      if (g_date_time_get_year (then) == g_date_time_get_year (here))
        /* Translators: a day of this year, as strftime() makes it */
        return g_date_time_format (then, _("%-e %B at %H:%M"));

      /* Translators: a day of another year, as strftime() makes it */
      return g_date_time_format (then, _("%-e %B %Y"));
    }
}

char *
enlace_format_time_exactly (const char *time)
{
  g_autoptr(GDateTime) then = parse (time);

  return then != NULL ? g_date_time_format (then, "%c") : g_strdup ("");
}
