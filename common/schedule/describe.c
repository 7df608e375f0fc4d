/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-schedule"

#include <glib/gi18n.h>

#include "common/schedule/schedule-private.h"

static const char *const weekday_titles[] = {
  N_("Sunday"), N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"),
};

static const char *const month_titles[] = {
  N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June"),
  N_("July"), N_("August"), N_("September"), N_("October"), N_("November"), N_("December"),
};

/* In the order of enlace_schedule_units: one, and several. */
static const char *const unit_titles[][2] = {
  { N_("Every second"), N_("Every %d seconds") },
  { N_("Every minute"), N_("Every %d minutes") },
  { N_("Every hour"), N_("Every %d hours") },
  { N_("Every day"), N_("Every %d days") },
  { N_("Every week"), N_("Every %d weeks") },
};

#define ALL(n) ((G_GUINT64_CONSTANT (1) << (n)) - 1)
#define MAX_TIMES 6

static const char *
keep_cb (const char *text)
{
  return text;
}

static guint
count (guint64 set)
{
  return (guint) __builtin_popcountll (set);
}

/* What stands between the members of a set that are evenly spaced and fill the range; 0: they are not. */
static guint
find_step (guint64 set,
           guint   n_values)
{
  guint n = count (set), step = n > 0 ? n_values / n : 0;
  guint64 expected = 0;

  if (n < 2 || n_values % n != 0)
    return 0;
  for (guint i = 0; i < n_values; i += step)
    expected |= G_GUINT64_CONSTANT (1) << i;

  return set == expected ? step : 0;
}

static void
append_unit (GString             *out,
             guint               unit,
             gint64              number,
             EnlaceTranslateFunc translate)
{
  if (number == 1)
    g_string_append (out, translate (unit_titles[unit][0]));
  else
    {
      g_auto(GStrv) parts = g_strsplit (translate (unit_titles[unit][1]), "%d", 2);

      g_string_append_printf (out, "%s%" G_GINT64_FORMAT "%s", parts[0], number, parts[0] != NULL && parts[1] != NULL ? parts[1] : "");
    }
}

static void
append_separator (GString *out,
                  gsize    start)
{
  if (out->len > start)
    g_string_append (out, ", ");
}

static void
append_numbers (GString *out,
                guint64  set)
{
  gsize start = out->len;

  for (guint i = 0; i < 64; i++)
    if ((set & (G_GUINT64_CONSTANT (1) << i)) != 0)
      {
        append_separator (out, start);
        g_string_append_printf (out, "%u", i);
      }
}

static void
append_titles (GString             *out,
               guint32              set,
               const char *const   *titles,
               guint                n_titles,
               EnlaceTranslateFunc  translate)
{
  gsize start = out->len;

  for (guint i = 0; i < n_titles; i++)
    if ((set & (1u << i)) != 0)
      {
        append_separator (out, start);
        g_string_append (out, translate (titles[i]));
      }
}

static void
append_clock_times (GString          *out,
                    const EnlaceCron *cron)
{
  gsize start = out->len;

  for (guint second = 0; second < 24 * 60 * 60; second++)
    if ((cron->hours & (1u << (second / 3600))) != 0 && (cron->minutes & (G_GUINT64_CONSTANT (1) << (second / 60 % 60))) != 0
        && (cron->seconds & (G_GUINT64_CONSTANT (1) << (second % 60))) != 0)
      {
        append_separator (out, start);
        g_string_append_printf (out, "%02u:%02u", second / 3600, second / 60 % 60);
        if (second % 60 != 0)
          g_string_append_printf (out, ":%02u", second % 60);
      }
}

/* “at 09:00, 17:00”, or each field for itself where these were too many. */
static void
append_time (GString             *out,
             const EnlaceCron    *cron,
             EnlaceTranslateFunc  translate)
{
  guint n_times = count (cron->hours) * count (cron->minutes) * count (cron->seconds);

  if (n_times <= MAX_TIMES)
    {
      g_string_append_printf (out, " %s ", translate (N_("at")));
      append_clock_times (out, cron);
      return;
    }

  if (count (cron->seconds) > 1 || (cron->seconds & 1) == 0)
    {
      g_string_append_printf (out, ", %s ", translate (N_("seconds")));
      append_numbers (out, cron->seconds);
    }
  if (cron->minutes != ALL (60))
    {
      g_string_append_printf (out, ", %s ", translate (N_("minutes")));
      append_numbers (out, cron->minutes);
    }
  else
    g_string_append_printf (out, ", %s", translate (N_("every minute")));
  if (cron->hours != ALL (24))
    {
      g_string_append_printf (out, ", %s ", translate (N_("hours")));
      append_numbers (out, cron->hours);
    }
}

static gboolean
has_plain_days (const EnlaceCron *cron)
{
  return (cron->days >> 1) == ALL (31) && cron->weekdays == ALL (7) && (cron->months >> 1) == ALL (12);
}

/* “Every 15 minutes”: the whole day through and evenly. FALSE: it is not so. */
static gboolean
append_even (GString             *out,
             const EnlaceCron    *cron,
             EnlaceTranslateFunc  translate)
{
  guint minute_step = find_step (cron->minutes, 60), hour_step = find_step (cron->hours, 24), second_step = find_step (cron->seconds, 60);

  if (!has_plain_days (cron))
    return FALSE;

  if (second_step > 0 && cron->minutes == ALL (60) && cron->hours == ALL (24))
    append_unit (out, 0, second_step, translate);
  else if (cron->seconds == 1 && minute_step > 0 && cron->hours == ALL (24))
    append_unit (out, 1, minute_step, translate);
  else if (cron->seconds == 1 && cron->minutes == 1 && hour_step > 0)
    append_unit (out, 2, hour_step, translate);
  else
    return FALSE;

  return TRUE;
}

static void
append_days_of_month (GString             *out,
                      const EnlaceCron    *cron,
                      EnlaceTranslateFunc  translate)
{
  if (cron->days != 0)
    {
      g_string_append_printf (out, "%s ", translate (N_("day")));
      append_numbers (out, cron->days);
    }
  if (cron->has_last_working_day)
    {
      append_separator (out, 0);
      g_string_append (out, translate (N_("the last working day")));
    }
  for (guint i = 0; i < 32; i++)
    {
      if ((cron->days_from_last & (1u << i)) != 0)
        {
          append_separator (out, 0);
          g_string_append (out, translate (N_("the last day")));
          if (i > 0)
            g_string_append_printf (out, " − %u", i);
        }
      if ((cron->working_days & (1u << i)) != 0)
        {
          append_separator (out, 0);
          g_string_append_printf (out, "%s %u", translate (N_("the working day nearest to day")), i);
        }
    }
}

static void
append_weekdays (GString             *out,
                 const EnlaceCron    *cron,
                 EnlaceTranslateFunc  translate)
{
  gsize start = out->len;

  append_titles (out, cron->weekdays, weekday_titles, 7, translate);
  for (guint day = 0; day < 7; day++)
    {
      if ((cron->last_weekdays & (1u << day)) != 0)
        {
          append_separator (out, start);
          g_string_append_printf (out, "%s (%s)", translate (weekday_titles[day]), translate (N_("the last of the month")));
        }
      for (guint i = 1; i <= 5; i++)
        if ((cron->nth_weekdays[day] & (1u << i)) != 0)
          {
            append_separator (out, start);
            g_string_append_printf (out, "%s (%u)", translate (weekday_titles[day]), i);
          }
    }
}

static void
append_days (GString             *out,
             const EnlaceCron    *cron,
             EnlaceTranslateFunc  translate)
{
  gboolean has_all_days = (cron->days >> 1) == ALL (31), has_all_weekdays = cron->weekdays == ALL (7);

  if (has_all_days && has_all_weekdays)
    g_string_append (out, translate (N_("Every day")));
  if (!has_all_days)
    append_days_of_month (out, cron, translate);
  if (!has_all_days && !has_all_weekdays)
    g_string_append_printf (out, " %s ", translate (N_("or")));
  if (!has_all_weekdays)
    append_weekdays (out, cron, translate);

  if ((cron->months >> 1) != ALL (12))
    {
      g_string_append (out, ", ");
      append_titles (out, cron->months >> 1, month_titles, 12, translate);
    }
}

char *
enlace_schedule_describe (const EnlaceSchedule *self,
                          EnlaceTranslateFunc   translate)
{
  GString *out = g_string_new (NULL);

  if (translate == NULL)
    translate = keep_cb;

  if (self->cron == NULL)
    append_unit (out, self->unit, self->every, translate);
  else if (!append_even (out, self->cron, translate))
    {
      append_days (out, self->cron, translate);
      append_time (out, self->cron, translate);
    }
  g_string_append_printf (out, " (%s)", self->zone_name);

  return g_string_free (out, FALSE);
}
