/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include <string.h>

#include "common/expression/calendar.h"
#include "common/expression/function.h"

#define DAY (24 * 60 * 60)

/* Reading the rules of a zone from the system's database. */
#define ZONE_COST       64
#define MAX_ZONE_LENGTH 64

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
void
enlace_date_split (gint64      seconds,
                   EnlaceDate *date)
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

/* The same calendar the other way; `year` counts from March too. */
gint64
enlace_date_get_days (gint64 year,
                      guint  month,
                      guint  day)
{
  gint64 shifted = month < 2 ? year - 1 : year;
  gint64 era = floor_divide (shifted, 400);
  gint64 year_of_era = shifted - era * 400;
  gint64 of_year = (153 * (month < 2 ? month + 10 : month - 2) + 2) / 5 + day;

  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year - 719468;
}

guint
enlace_date_get_month_length (gint64 year,
                              guint  month)
{
  static const guint8 lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

  return month == 1 && is_leap (year) ? 29 : lengths[month];
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

gboolean
enlace_zone_open (EnlaceEvaluation    *evaluation,
                  const EnlaceOperand *argument,
                  EnlaceZone          *self)
{
  gsize length;
  const char *name = enlace_operand_get_string (argument, &length);

  if (length <= MAX_ZONE_LENGTH && parse_offset (name, &self->offset))
    return TRUE;
  if (!enlace_evaluation_charge (evaluation, ZONE_COST))
    return FALSE;
  if (length <= MAX_ZONE_LENGTH && is_zone_name (name))
    self->zone = g_time_zone_new_identifier (name);
  if (self->zone == NULL)
    return enlace_evaluation_fail (evaluation, "there is no such time zone");
  return TRUE;
}

void
enlace_zone_clear (EnlaceZone *self)
{
  g_clear_pointer (&self->zone, g_time_zone_unref);
}

gint
enlace_zone_get_offset (const EnlaceZone *self,
                        gint64            seconds)
{
  if (self->zone == NULL)
    return self->offset;
  return g_time_zone_get_offset (self->zone, g_time_zone_find_interval (self->zone, G_TIME_TYPE_UNIVERSAL, seconds));
}

gint64
enlace_zone_get_instant (const EnlaceZone *self,
                         gint64            local)
{
  gint before = enlace_zone_get_offset (self, local - DAY), after = enlace_zone_get_offset (self, local + DAY);

  if (enlace_zone_get_offset (self, local - before) == before)
    return local - before;
  if (enlace_zone_get_offset (self, local - after) == after)
    return local - after;
  return local - before;
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
date_part (const EnlaceDate *date,
           const char       *name,
           guint32           nanoseconds)
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
  g_auto(EnlaceZone) zone = { 0 };
  EnlaceDate date;

  if (arguments[0].kind != ENLACE_KIND_TIMESTAMP || (node->n == 2 && arguments[1].kind != ENLACE_KIND_STRING))
    return enlace_evaluation_no_overload (evaluation, node->call.name, arguments, node->n);
  seconds = enlace_value_get_seconds (arguments[0].value);
  if (node->n == 2 && !enlace_zone_open (evaluation, &arguments[1], &zone))
    return FALSE;
  enlace_date_split (seconds + enlace_zone_get_offset (&zone, seconds), &date);
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
