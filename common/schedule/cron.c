/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-schedule"

#include "common/schedule/cron-private.h"

/* A 29 February on a given day of the week comes back after at most 40 years (across a year such as 2100). */
#define MAX_YEARS 48

#define DAY_SECONDS (24 * 60 * 60)

G_DEFINE_QUARK (enlace-schedule-error-quark, enlace_schedule_error)

typedef struct {
  gint64 number;      /* days since 1970-01-01 */
  gint64 year;
  guint  month;       /* 1 to 12 */
  guint  day;         /* 1 to 31 */
  guint  n_days;      /* of the month */
  guint  weekday;     /* Sunday is 0 */
} Date;

static gint64
floor_divide (gint64 a,
              gint64 b)
{
  return a / b - (a % b < 0 ? 1 : 0);
}

static guint
count_days (gint64 year,
            guint  month)
{
  static const guint8 lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

  return lengths[month - 1] + (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 1 : 0);
}

/* The proleptic Gregorian calendar, counted from the first of March of the year 0, so that a leap day ends a year. */
static void
set_date (Date   *date,
          gint64  number)
{
  gint64 shifted = number + 719468;
  gint64 era = floor_divide (shifted, 146097);
  gint64 of_era = shifted - era * 146097;
  gint64 year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  gint64 of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  guint month = (guint) ((5 * of_year + 2) / 153);

  date->number = number;
  date->day = (guint) (of_year - (153 * (gint64) month + 2) / 5) + 1;
  date->month = month < 10 ? month + 3 : month - 9;
  date->year = year_of_era + era * 400 + (date->month <= 2 ? 1 : 0);
  date->n_days = count_days (date->year, date->month);
  date->weekday = (guint) (((number + 4) % 7 + 7) % 7);
}

static void
step_days (Date  *date,
           guint  n_days)
{
  date->number += n_days;
  date->day += n_days;
  date->weekday = (date->weekday + n_days) % 7;
  if (date->day <= date->n_days)
    return;

  date->day -= date->n_days;
  date->month = date->month % 12 + 1;
  date->year += date->month == 1 ? 1 : 0;
  date->n_days = count_days (date->year, date->month);
}

static guint
get_weekday (const Date *date,
             guint       day)
{
  return (date->weekday + 35 + day - date->day) % 7;
}

/* The working day nearest to a day, within its month. */
static guint
find_working_day (const Date *date,
                  guint       day)
{
  switch (get_weekday (date, day))
    {
    case 6:
      return day > 1 ? day - 1 : day + 2;
    case 0:
      return day < date->n_days ? day + 1 : day - 2;
    default:
      return day;
    }
}

static guint
find_last_working_day (const Date *date)
{
  guint weekday = get_weekday (date, date->n_days);

  return date->n_days - (weekday == 6 ? 1 : weekday == 0 ? 2 : 0);
}

static gboolean
matches_day (const EnlaceCron *self,
             const Date       *date)
{
  if ((self->days & (1u << date->day)) != 0 || (self->days_from_last & (1u << (date->n_days - date->day))) != 0)
    return TRUE;
  if (self->has_last_working_day && date->day == find_last_working_day (date))
    return TRUE;

  for (guint day = 1; self->working_days != 0 && day <= date->n_days; day++)
    if ((self->working_days & (1u << day)) != 0 && find_working_day (date, day) == date->day)
      return TRUE;

  return FALSE;
}

static gboolean
matches_weekday (const EnlaceCron *self,
                 const Date       *date)
{
  return (self->weekdays & (1u << date->weekday)) != 0
         || (self->nth_weekdays[date->weekday] & (1u << ((date->day - 1) / 7 + 1))) != 0
         || ((self->last_weekdays & (1u << date->weekday)) != 0 && date->day + 7 > date->n_days);
}

static gboolean
matches (const EnlaceCron *self,
         const Date       *date)
{
  if (self->has_any_day || self->has_any_weekday)
    return matches_day (self, date) && matches_weekday (self, date);

  return matches_day (self, date) || matches_weekday (self, date);
}

/* The first value of the set from `from` on; 64: none. */
static guint
find_bit (guint64 set,
          guint   from)
{
  guint64 rest = from < 64 ? set & ~((G_GUINT64_CONSTANT (1) << from) - 1) : 0;

  return rest != 0 ? (guint) __builtin_ctzll (rest) : 64;
}

/* The first matching second of a day from `from` on; -1: none. */
static int
find_time (const EnlaceCron *self,
           guint             from)
{
  guint hour = from / 3600, minute = from / 60 % 60, second = from % 60, found;

  for (found = find_bit (self->hours, hour); found < 24; found = find_bit (self->hours, found + 1))
    {
      guint at_minute = found == hour ? minute : 0, at_second = found == hour ? second : 0;

      for (guint i = find_bit (self->minutes, at_minute); i < 60; i = find_bit (self->minutes, i + 1))
        {
          guint s = find_bit (self->seconds, i == at_minute ? at_second : 0);

          if (s < 60)
            return (int) (found * 3600 + i * 60 + s);
        }
    }

  return -1;
}

gboolean
enlace_cron_next_wall (const EnlaceCron *self,
                       gint64            wall,
                       gint64           *next)
{
  gint64 from = wall + 1;
  Date date;
  gint64 last_year;

  set_date (&date, floor_divide (from, DAY_SECONDS));
  last_year = date.year + MAX_YEARS;
  for (guint second = (guint) (from - date.number * DAY_SECONDS); date.year <= last_year; second = 0)
    {
      int found = -1;

      if ((self->months & (1u << date.month)) == 0)
        {
          step_days (&date, date.n_days - date.day + 1);
          continue;
        }
      if (matches (self, &date))
        found = find_time (self, second);
      if (found >= 0)
        {
          *next = date.number * DAY_SECONDS + found;
          return TRUE;
        }
      step_days (&date, 1);
    }

  return FALSE;
}

gboolean
enlace_cron_has_every_hour (const EnlaceCron *self)
{
  return self->has_every_hour;
}

void
enlace_cron_free (EnlaceCron *self)
{
  g_free (self);
}
