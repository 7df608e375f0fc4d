/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-value"

#include <string.h>

#include "common/value/time.h"

#define SECONDS_A_DAY 86400
/* 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z */
#define FIRST_SECOND (G_GINT64_CONSTANT (-62135596800))
#define LAST_SECOND (G_GINT64_CONSTANT (253402300799))

typedef struct {
  int year;
  int month;                      /* 1 … 12 */
  int day;                        /* 1 … 31 */
} Date;

/* In years that begin on the first of March the leap day comes last, and months follow a pattern of 153 days in five. */
static gint64
days_from_date (Date date)
{
  gint64 year = date.month > 2 ? date.year : date.year - 1;
  gint64 month = date.month > 2 ? date.month - 3 : date.month + 9;

  /* 719468 days lie between 0000-03-01 and 1970-01-01. */
  return 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + date.day - 1 - 719468;
}

/* For days of years 1 to 9999. */
static Date
date_from_days (gint64 days)
{
  gint64 day = days + 719468;
  gint64 era = day / 146097;
  gint64 day_of_era = day % 146097;
  gint64 year = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  gint64 day_of_year = day_of_era - (365 * year + year / 4 - year / 100);
  gint64 month = (5 * day_of_year + 2) / 153;
  Date date;

  date.day = day_of_year - (153 * month + 2) / 5 + 1;
  date.month = month < 10 ? month + 3 : month - 9;
  date.year = era * 400 + year + (date.month <= 2 ? 1 : 0);

  return date;
}

static int
days_in_month (int year,
               int month)
{
  static const guint8 days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
  gboolean leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

  return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

/* The fewest of 0, 3, 6 or 9 digits, with the point. */
static void
format_fraction (guint32 nanoseconds,
                 char    text[12])
{
  if (nanoseconds == 0)
    text[0] = '\0';
  else if (nanoseconds % 1000000 == 0)
    g_snprintf (text, 12, ".%03u", nanoseconds / 1000000);
  else if (nanoseconds % 1000 == 0)
    g_snprintf (text, 12, ".%06u", nanoseconds / 1000);
  else
    g_snprintf (text, 12, ".%09u", nanoseconds);
}

static char *
format_with_fraction (gint64      seconds,
                      const char *fraction)
{
  gint64 days = seconds / SECONDS_A_DAY;
  gint64 rest = seconds % SECONDS_A_DAY;
  Date date;

  if (rest < 0)
    {
      rest += SECONDS_A_DAY;
      days--;
    }

  date = date_from_days (days);

  return g_strdup_printf ("%04d-%02d-%02dT%02d:%02d:%02d%sZ", date.year, date.month, date.day, (int) (rest / 3600),
                          (int) (rest / 60 % 60), (int) (rest % 60), fraction);
}

/**
 * enlace_time_format:
 * @seconds: since 1970-01-01T00:00:00Z; what lies outside the years 1 to 9999 becomes the nearest instant inside
 * @nanoseconds: the rest, below a second
 *
 * Returns: (transfer full): the time in RFC 3339, UTC
 */
char *
enlace_time_format (gint64  seconds,
                    guint32 nanoseconds)
{
  char fraction[12];

  format_fraction (nanoseconds % 1000000000, fraction);

  return format_with_fraction (CLAMP (seconds, FIRST_SECOND, LAST_SECOND), fraction);
}

char *
enlace_time_format_usec (gint64 usec)
{
  gint64 seconds = usec / G_USEC_PER_SEC;
  gint64 rest = usec % G_USEC_PER_SEC;
  char fraction[12];

  if (rest < 0)
    {
      rest += G_USEC_PER_SEC;
      seconds--;
    }

  g_snprintf (fraction, sizeof fraction, ".%03d", (int) (rest / 1000));

  return format_with_fraction (CLAMP (seconds, FIRST_SECOND, LAST_SECOND), fraction);
}

/* Exactly `n` digits, with the number between `minimum` and `maximum`. */
static gboolean
read_number (const char **text,
             int          n,
             int          minimum,
             int          maximum,
             int         *number)
{
  *number = 0;

  for (int i = 0; i < n; i++, (*text)++)
    {
      if (!g_ascii_isdigit (**text))
        return FALSE;

      *number = *number * 10 + (**text - '0');
    }

  return *number >= minimum && *number <= maximum;
}

static gboolean
read_char (const char **text,
           const char  *allowed)
{
  if (**text == '\0' || strchr (allowed, **text) == NULL)
    return FALSE;

  (*text)++;

  return TRUE;
}

static gboolean
read_date (const char **text,
           Date        *date)
{
  return read_number (text, 4, 1, 9999, &date->year) && read_char (text, "-") &&
         read_number (text, 2, 1, 12, &date->month) && read_char (text, "-") &&
         read_number (text, 2, 1, days_in_month (date->year, date->month), &date->day);
}

static gboolean
read_clock (const char **text,
            gint64      *seconds)
{
  int hour, minute, second;

  if (!read_number (text, 2, 0, 23, &hour) || !read_char (text, ":") || !read_number (text, 2, 0, 59, &minute) ||
      !read_char (text, ":") || !read_number (text, 2, 0, 60, &second))
    return FALSE;

  *seconds = hour * 3600 + minute * 60 + second;

  return TRUE;
}

/* One to nine digits; what is finer than a nanosecond is no time that we could keep. */
static gboolean
read_fraction (const char **text,
               guint32     *nanoseconds)
{
  guint32 unit = 100000000;

  *nanoseconds = 0;
  if (**text != '.')
    return TRUE;

  (*text)++;
  if (!g_ascii_isdigit (**text))
    return FALSE;

  for (; g_ascii_isdigit (**text); (*text)++, unit /= 10)
    {
      if (unit == 0)
        return FALSE;

      *nanoseconds += (**text - '0') * unit;
    }

  return TRUE;
}

static gboolean
read_offset (const char **text,
             gint64      *seconds)
{
  int sign, hour, minute;

  *seconds = 0;
  if (read_char (text, "Zz"))
    return TRUE;

  sign = **text == '-' ? -1 : 1;
  if (!read_char (text, "+-") || !read_number (text, 2, 0, 23, &hour) || !read_char (text, ":") ||
      !read_number (text, 2, 0, 59, &minute))
    return FALSE;

  *seconds = sign * (hour * 3600 + minute * 60);

  return TRUE;
}

gboolean
enlace_time_parse (const char *text,
                   gint64     *seconds,
                   guint32    *nanoseconds)
{
  Date date;
  gint64 clock, offset;
  guint32 fraction;

  g_return_val_if_fail (text != NULL && seconds != NULL, FALSE);

  if (!read_date (&text, &date) || !read_char (&text, "Tt ") || !read_clock (&text, &clock) ||
      !read_fraction (&text, &fraction) || !read_offset (&text, &offset) || *text != '\0')
    return FALSE;

  clock += days_from_date (date) * SECONDS_A_DAY - offset;
  if (clock < FIRST_SECOND || clock > LAST_SECOND)
    return FALSE;

  *seconds = clock;
  if (nanoseconds != NULL)
    *nanoseconds = fraction;

  return TRUE;
}

char *
enlace_duration_format (gint64 seconds,
                        gint32 nanoseconds)
{
  gboolean negative = seconds < 0 || nanoseconds < 0;
  guint64 whole = seconds < 0 ? -(guint64) seconds : (guint64) seconds;
  char fraction[12];
  gsize length;

  g_snprintf (fraction, sizeof fraction, ".%09u", (guint) ABS (nanoseconds));

  for (length = strlen (fraction); length > 0 && (fraction[length - 1] == '0' || fraction[length - 1] == '.'); length--)
    {
      gboolean point = fraction[length - 1] == '.';

      fraction[length - 1] = '\0';
      if (point)
        break;
    }

  return g_strdup_printf ("%s%" G_GUINT64_FORMAT "%ss", negative ? "-" : "", whole, fraction);
}

/* The unit at `*text`, which moves behind it; 0: there is none. */
static gint64
read_unit (const char **text)
{
  static const struct {
    const char *name;
    gint64      milliseconds;
  } units[] = {
    { "ms", 1 }, { "s", 1000 }, { "m", 60 * 1000 }, { "h", 60 * 60 * 1000 }, { "d", 24 * 60 * 60 * 1000 }, { "w", 7 * 24 * 60 * 60 * 1000 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    if (g_str_has_prefix (*text, units[i].name))
      {
        *text += strlen (units[i].name);
        return units[i].milliseconds;
      }

  return 0;
}

gboolean
enlace_time_span_parse (const char *text,
                       gint64     *milliseconds)
{
  const gint64 most = G_GINT64_CONSTANT (100) * 366 * 24 * 60 * 60 * 1000;
  gint64 sum = 0;

  if (text == NULL || *text == '\0')
    return FALSE;

  while (*text != '\0')
    {
      char *end;
      guint64 number = g_ascii_isdigit (*text) ? g_ascii_strtoull (text, &end, 10) : G_MAXUINT64;
      gint64 unit;

      if (number > (guint64) most)
        return FALSE;
      text = end;
      unit = read_unit (&text);
      if (unit == 0 || (gint64) number > (most - sum) / unit)
        return FALSE;
      sum += (gint64) number * unit;
      while (*text == ' ')
        text++;
    }

  *milliseconds = sum;
  return TRUE;
}
