/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include <string.h>

#include "common/expression/function.h"

#define DAY (24 * 60 * 60)

/* Reading the rules of a zone from the system's database. */
#define ZONE_COST       64
#define MAX_ZONE_LENGTH 64

typedef struct {
  gint64  year;
  guint   month;        /* from 0 */
  guint   day;          /* of the month, from 0 */
  guint   day_of_year;  /* from 0 */
  guint   day_of_week;  /* Sunday is 0 */
  gint64  second;       /* of the day */
} Date;

static gint64
floor_divide (gint64 a,
              gint64 b)
{
  return a / b - (a % b < 0 ? 1 : 0);
}

static gboolean
is_leap (gint64 year)
{
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* The proleptic Gregorian calendar. Counted from the first of March of the year 0, so that the leap day is the last. */
static void
split_date (gint64  seconds,
            Date   *date)
{
  static const guint16 month_starts[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 };
  gint64 days = floor_divide (seconds, DAY);
  gint64 shifted = days + 719468;
  gint64 era = floor_divide (shifted, 146097);
  gint64 of_era = shifted - era * 146097;
  gint64 year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  gint64 of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  gint64 month = (5 * of_year + 2) / 153;

  date->day = of_year - (153 * month + 2) / 5;
  date->month = month < 10 ? month + 2 : month - 10;
  date->year = year_of_era + era * 400 + (date->month < 2 ? 1 : 0);
  date->day_of_year = month_starts[date->month] + date->day + (date->month > 1 && is_leap (date->year) ? 1 : 0);
  date->day_of_week = ((days + 4) % 7 + 7) % 7;
  date->second = seconds - days * DAY;
}

/* `+05:30`, `-02:30`, `02:00`. */
static gboolean
parse_offset (const char *text,
              gint       *offset)
{
  gint sign = *text == '-' ? -1 : 1;

  if (*text == '+' || *text == '-')
    text++;
  if (strlen (text) != 5 || text[2] != ':')
    return FALSE;
  for (guint i = 0; i < 5; i++)
    if (i != 2 && !g_ascii_isdigit (text[i]))
      return FALSE;
  *offset = sign * (((text[0] - '0') * 10 + text[1] - '0') * 3600 + ((text[3] - '0') * 10 + text[4] - '0') * 60);
  return TRUE;
}

/* A name of the time zone database, and nothing that could lead out of its folder. */
static gboolean
is_zone_name (const char *text)
{
  if (!g_ascii_isalpha (*text) || strstr (text, "..") != NULL)
    return FALSE;
  for (; *text != '\0'; text++)
    if (!g_ascii_isalnum (*text) && strchr ("_+-/", *text) == NULL)
      return FALSE;
  return TRUE;
}

/* Seconds that a zone is ahead of UTC at an instant. */
static gboolean
zone_offset (EnlaceEvaluation    *evaluation,
             const EnlaceOperand *argument,
             gint64               seconds,
             gint                *offset)
{
  gsize length;
  const char *name = enlace_operand_get_string (argument, &length);
  g_autoptr(GTimeZone) zone = NULL;

  if (length <= MAX_ZONE_LENGTH && parse_offset (name, offset))
    return TRUE;
  if (!enlace_evaluation_charge (evaluation, ZONE_COST))
    return FALSE;
  if (length <= MAX_ZONE_LENGTH && is_zone_name (name))
    zone = g_time_zone_new_identifier (name);
  if (zone == NULL)
    return enlace_evaluation_fail (evaluation, "there is no such time zone");
  *offset = g_time_zone_get_offset (zone, g_time_zone_find_interval (zone, G_TIME_TYPE_UNIVERSAL, seconds));
  return TRUE;
}

static gint64
duration_part (const EnlaceOperand *duration,
               const char          *name)
{
  gint64 seconds = enlace_value_get_seconds (duration->value);

  if (g_str_equal (name, "getHours"))
    return seconds / 3600;
  if (g_str_equal (name, "getMinutes"))
    return seconds / 60;
  if (g_str_equal (name, "getSeconds"))
    return seconds;
  return enlace_value_get_nanoseconds (duration->value) / 1000000;
}

static gint64
date_part (const Date *date,
           const char *name,
           guint32     nanoseconds)
{
  const struct {
    const char *name;
    gint64      value;
  } parts[] = {
    { "getFullYear", date->year },
    { "getMonth", date->month },
    { "getDate", date->day + 1 },
    { "getDayOfMonth", date->day },
    { "getDayOfWeek", date->day_of_week },
    { "getDayOfYear", date->day_of_year },
    { "getHours", date->second / 3600 },
    { "getMinutes", date->second / 60 % 60 },
    { "getSeconds", date->second % 60 },
    { "getMilliseconds", nanoseconds / 1000000 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    if (g_str_equal (parts[i].name, name))
      return parts[i].value;
  g_assert_not_reached ();
}

static gboolean
call_part (EnlaceEvaluation    *evaluation,
           const EnlaceNode    *node,
           const EnlaceOperand *arguments,
           EnlaceOperand       *out)
{
  gint64 seconds;
  gint offset = 0;
  Date date;

  if (arguments[0].kind != ENLACE_KIND_TIMESTAMP || (node->n == 2 && arguments[1].kind != ENLACE_KIND_STRING))
    return enlace_evaluation_no_overload (evaluation, node->call.name, arguments, node->n);
  seconds = enlace_value_get_seconds (arguments[0].value);
  if (node->n == 2 && !zone_offset (evaluation, &arguments[1], seconds, &offset))
    return FALSE;
  split_date (seconds + offset, &date);
  enlace_operand_set_int (out, date_part (&date, node->call.name, enlace_value_get_nanoseconds (arguments[0].value)));
  return TRUE;
}

/* Those that durations have as well. */
static gboolean
call_shared_part (EnlaceEvaluation    *evaluation,
                  const EnlaceNode    *node,
                  const EnlaceOperand *arguments,
                  EnlaceOperand       *out)
{
  if (arguments->kind != ENLACE_KIND_DURATION || node->n != 1)
    return call_part (evaluation, node, arguments, out);
  enlace_operand_set_int (out, duration_part (arguments, node->call.name));
  return TRUE;
}

static const EnlaceFunction functions[] = {
  { "getDate", ENLACE_CALL_MEMBER, 1, 2, FALSE, call_part },
  { "getDayOfMonth", ENLACE_CALL_MEMBER, 1, 2, FALSE, call_part },
  { "getDayOfWeek", ENLACE_CALL_MEMBER, 1, 2, FALSE, call_part },
  { "getDayOfYear", ENLACE_CALL_MEMBER, 1, 2, FALSE, call_part },
  { "getFullYear", ENLACE_CALL_MEMBER, 1, 2, FALSE, call_part },
  { "getHours", ENLACE_CALL_MEMBER, 1, 2, FALSE, call_shared_part },
  { "getMilliseconds", ENLACE_CALL_MEMBER, 1, 2, FALSE, call_shared_part },
  { "getMinutes", ENLACE_CALL_MEMBER, 1, 2, FALSE, call_shared_part },
  { "getMonth", ENLACE_CALL_MEMBER, 1, 2, FALSE, call_part },
  { "getSeconds", ENLACE_CALL_MEMBER, 1, 2, FALSE, call_shared_part },
};

const EnlaceFunctionLibrary enlace_instant_library = { functions, G_N_ELEMENTS (functions) };
