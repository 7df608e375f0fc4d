/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include <string.h>

#include "common/expression/dates.h"
#include "common/expression/function.h"
#include "common/expression/instant.h"

/* Dates in time zones: written and read by patterns, moved and compared by calendar units. */

#define DAY         (24 * 60 * 60)
#define NANOSECONDS G_GINT64_CONSTANT (1000000000)

/* No count of units reaches further than the years 1 to 9999. */
#define MAX_UNITS   G_GINT64_CONSTANT (1000000000000000)

typedef struct {
  const char *name;         /* also with an s */
  gint64      months;       /* one of the three */
  gint64      days;
  gint64      nanoseconds;
} Unit;

static const Unit units[] = {
  { "year", 12, 0, 0 },
  { "quarter", 3, 0, 0 },
  { "month", 1, 0, 0 },
  { "week", 0, 7, 0 },
  { "day", 0, 1, 0 },
  { "hour", 0, 0, 3600 * NANOSECONDS },
  { "minute", 0, 0, 60 * NANOSECONDS },
  { "second", 0, 0, NANOSECONDS },
  { "millisecond", 0, 0, 1000000 },
};

static const Unit *
find_unit (EnlaceEvaluation    *evaluation,
           const EnlaceOperand *argument)
{
  const char *name = enlace_value_get_string (argument->value);

  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    if (g_str_has_prefix (name, units[i].name))
      {
        const char *rest = name + strlen (units[i].name);

        if (*rest == '\0' || g_str_equal (rest, "s"))
          return &units[i];
      }
  enlace_evaluation_fail (evaluation, "a unit is year, quarter, month, week, day, hour, minute, second or millisecond");
  return NULL;
}

/* The zone that an argument names; UTC where it is left out. */
static gboolean
open_zone (EnlaceEvaluation    *evaluation,
           const EnlaceNode    *node,
           const EnlaceOperand *arguments,
           guint                index,
           EnlaceZone          *zone)
{
  return index >= node->n || enlace_zone_open (evaluation, &arguments[index], zone);
}

static void
split_local (const EnlaceZone *zone,
             gint64            seconds,
             EnlaceDate       *date)
{
  enlace_date_split (seconds + enlace_zone_get_offset (zone, seconds), date);
}

static gint64
local_second (gint64 year,
              gint64 month,
              gint64 day,
              gint64 second)
{
  return enlace_date_get_days (year, month, day) * DAY + second;
}

gboolean
enlace_date_format (EnlaceEvaluation    *evaluation,
                    const EnlaceNode    *node,
                    const EnlaceOperand *arguments,
                    EnlaceOperand       *out)
{
  g_autoptr(GString) result = g_string_new (NULL);
  g_auto(EnlaceZone) zone = { 0 };
  EnlaceMoment moment;
  gint64 seconds;
  const char *pattern;
  gsize length;

  if (!enlace_call_accept (evaluation, node, arguments, "tss") || !open_zone (evaluation, node, arguments, 2, &zone))
    return FALSE;
  pattern = enlace_operand_get_string (&arguments[1], &length);
  seconds = enlace_value_get_seconds (arguments[0].value);
  moment.offset = enlace_zone_get_offset (&zone, seconds);
  moment.nanoseconds = enlace_value_get_nanoseconds (arguments[0].value);
  moment.zone = node->n == 3 ? enlace_value_get_string (arguments[2].value) : "UTC";
  enlace_date_split (seconds + moment.offset, &moment.date);
  return enlace_date_pattern_write (evaluation, pattern, length, &moment, result) && enlace_call_set_text (out, result);
}

/* RFC 3339 as the clocks of the zone show it. */
static gboolean
call_in_zone (EnlaceEvaluation    *evaluation,
              const EnlaceNode    *node,
              const EnlaceOperand *arguments,
              EnlaceOperand       *out)
{
  static const char pattern[] = "yyyy-MM-dd'T'HH:mm:ssXXX", exact[] = "yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSSXXX";
  g_autoptr(GString) result = g_string_new (NULL);
  g_auto(EnlaceZone) zone = { 0 };
  EnlaceMoment moment = { 0 };
  gint64 seconds;

  if (!enlace_call_accept (evaluation, node, arguments, "ts") || !open_zone (evaluation, node, arguments, 1, &zone))
    return FALSE;
  seconds = enlace_value_get_seconds (arguments[0].value);
  moment.offset = enlace_zone_get_offset (&zone, seconds);
  moment.nanoseconds = enlace_value_get_nanoseconds (arguments[0].value);
  enlace_date_split (seconds + moment.offset, &moment.date);
  return enlace_date_pattern_write (evaluation, moment.nanoseconds != 0 ? exact : pattern,
                                    moment.nanoseconds != 0 ? strlen (exact) : strlen (pattern), &moment, result)
         && enlace_call_set_text (out, result);
}

static gboolean
call_parse (EnlaceEvaluation    *evaluation,
            const EnlaceNode    *node,
            const EnlaceOperand *arguments,
            EnlaceOperand       *out)
{
  g_auto(EnlaceZone) zone = { 0 };
  EnlaceMoment moment = { 0 };
  gboolean has_offset;
  gint64 local;

  if (!enlace_call_accept (evaluation, node, arguments, "sss") || !open_zone (evaluation, node, arguments, 2, &zone)
      || !enlace_date_pattern_read (evaluation, enlace_value_get_string (arguments[1].value),
                                    enlace_value_get_string (arguments[0].value), &moment, &has_offset))
    return FALSE;
  local = local_second (moment.date.year, moment.date.month, moment.date.day, moment.date.second);
  return enlace_instant_set (evaluation, has_offset ? local - moment.offset : enlace_zone_get_instant (&zone, local),
                             moment.nanoseconds, out);
}

/* date.of(year, month, day, zone): the begin of a day. */
static gboolean
call_of (EnlaceEvaluation    *evaluation,
         const EnlaceNode    *node,
         const EnlaceOperand *arguments,
         EnlaceOperand       *out)
{
  g_auto(EnlaceZone) zone = { 0 };
  gint64 year, month, day;

  if (!enlace_call_accept (evaluation, node, arguments, "iiis") || !open_zone (evaluation, node, arguments, 3, &zone))
    return FALSE;
  year = arguments[0].integer;
  month = arguments[1].integer;
  day = arguments[2].integer;
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > enlace_date_get_month_length (year, month - 1))
    return enlace_evaluation_fail (evaluation, "there is no such day");
  return enlace_instant_set (evaluation, enlace_zone_get_instant (&zone, local_second (year, month - 1, day - 1, 0)), 0, out);
}

/* The begin of the unit that an instant lies in (or, with `n` 1, of the next), as seconds. */
static gint64
begin_of (const Unit       *unit,
          const EnlaceZone *zone,
          gint64            seconds,
          gint64            n)
{
  gint64 length = unit->nanoseconds / NANOSECONDS, month;
  EnlaceDate date;

  split_local (zone, seconds, &date);
  /* What is shorter than a day has its length, whatever the clocks do. */
  if (length > 0)
    return seconds - date.second % length + n * length;
  if (unit->days > 0)
    {
      gint64 days = enlace_date_get_days (date.year, date.month, date.day);

      if (unit->days == 7)
        days -= (date.day_of_week + 6) % 7;
      return enlace_zone_get_instant (zone, (days + n * unit->days) * DAY);
    }
  month = date.month - date.month % unit->months + n * unit->months;
  return enlace_zone_get_instant (zone, local_second (date.year + month / 12, month % 12, 0, 0));
}

static gboolean
call_bound (EnlaceEvaluation    *evaluation,
            const EnlaceNode    *node,
            const EnlaceOperand *arguments,
            EnlaceOperand       *out)
{
  g_auto(EnlaceZone) zone = { 0 };
  const Unit *unit;
  gint64 seconds;

  if (!enlace_call_accept (evaluation, node, arguments, "tss") || (unit = find_unit (evaluation, &arguments[1])) == NULL
      || !open_zone (evaluation, node, arguments, 2, &zone))
    return FALSE;
  if (unit->nanoseconds > 0 && unit->nanoseconds < NANOSECONDS)
    return enlace_evaluation_fail (evaluation, "“%s” takes units from a second on", node->call.name);
  seconds = enlace_value_get_seconds (arguments[0].value);
  if (g_str_equal (node->call.name, "startOf"))
    return enlace_instant_set (evaluation, begin_of (unit, &zone, seconds, 0), 0, out);
  return enlace_instant_set (evaluation, begin_of (unit, &zone, seconds, 1) - 1, NANOSECONDS - 1, out);
}

/* Months later on the same day, or on the last day of a month that is shorter. */
static gboolean
add_months (EnlaceEvaluation *evaluation,
            const EnlaceZone *zone,
            EnlaceValue      *time,
            gint64            n,
            EnlaceOperand    *out)
{
  gint64 total, year, month;
  EnlaceDate date;

  split_local (zone, enlace_value_get_seconds (time), &date);
  total = date.year * 12 + date.month + n;
  year = total / 12;
  month = total % 12;
  if (total < 0 || year < 1 || year > 9999)
    return enlace_evaluation_fail (evaluation, "a timestamp lies in the years 1 to 9999");
  date.day = MIN (date.day, enlace_date_get_month_length (year, month) - 1);
  return enlace_instant_set (evaluation, enlace_zone_get_instant (zone, local_second (year, month, date.day, date.second)),
                             enlace_value_get_nanoseconds (time), out);
}

static gboolean
call_add (EnlaceEvaluation    *evaluation,
          const EnlaceNode    *node,
          const EnlaceOperand *arguments,
          EnlaceOperand       *out)
{
  g_auto(EnlaceZone) zone = { 0 };
  g_autoptr(EnlaceValue) duration = NULL;
  EnlaceOperand length;
  const Unit *unit;
  gint64 seconds, n;

  if (!enlace_call_accept (evaluation, node, arguments, "tiss") || (unit = find_unit (evaluation, &arguments[2])) == NULL
      || !open_zone (evaluation, node, arguments, 3, &zone))
    return FALSE;
  n = arguments[1].integer;
  if (n > MAX_UNITS || n < -MAX_UNITS)
    return enlace_evaluation_fail (evaluation, "a timestamp lies in the years 1 to 9999");
  if (unit->months > 0)
    return add_months (evaluation, &zone, arguments[0].value, n * unit->months, out);
  if (unit->days > 0)
    {
      seconds = enlace_value_get_seconds (arguments[0].value);
      seconds += enlace_zone_get_offset (&zone, seconds);
      if (ABS (n) > 4000000)
        return enlace_evaluation_fail (evaluation, "a timestamp lies in the years 1 to 9999");
      return enlace_instant_set (evaluation, enlace_zone_get_instant (&zone, seconds + n * unit->days * DAY),
                                 enlace_value_get_nanoseconds (arguments[0].value), out);
    }
  duration = enlace_value_new_duration ((__int128) n * unit->nanoseconds / NANOSECONDS, (__int128) n * unit->nanoseconds % NANOSECONDS);
  enlace_operand_borrow (&length, duration);
  return enlace_instant_compute (evaluation, ENLACE_OPERATOR_ADD, &arguments[0], &length, out);
}

static __int128
local_nanoseconds (const EnlaceZone *zone,
                   EnlaceValue      *time)
{
  gint64 seconds = enlace_value_get_seconds (time);

  return (__int128) (seconds + enlace_zone_get_offset (zone, seconds)) * NANOSECONDS + enlace_value_get_nanoseconds (time);
}

/* Whole months from `b` to `a`: one is whole when the day and the time of the day have come. */
static gint64
count_months (__int128 a,
              __int128 b)
{
  EnlaceDate to, from;
  gint64 months;
  __int128 rest;

  if (a < b)
    return -count_months (b, a);
  enlace_date_split (a / NANOSECONDS - (a % NANOSECONDS < 0 ? 1 : 0), &to);
  enlace_date_split (b / NANOSECONDS - (b % NANOSECONDS < 0 ? 1 : 0), &from);
  months = (to.year - from.year) * 12 + (gint64) to.month - (gint64) from.month;
  rest = ((__int128) to.day * DAY + to.second) * NANOSECONDS + (a % NANOSECONDS + NANOSECONDS) % NANOSECONDS;
  rest -= ((__int128) from.day * DAY + from.second) * NANOSECONDS + (b % NANOSECONDS + NANOSECONDS) % NANOSECONDS;
  return rest < 0 ? months - 1 : months;
}

static gboolean
call_diff (EnlaceEvaluation    *evaluation,
           const EnlaceNode    *node,
           const EnlaceOperand *arguments,
           EnlaceOperand       *out)
{
  g_auto(EnlaceZone) zone = { 0 };
  const EnlaceZone utc = { 0 };
  const Unit *unit;
  __int128 a, b;

  if (!enlace_call_accept (evaluation, node, arguments, "ttss") || (unit = find_unit (evaluation, &arguments[2])) == NULL
      || !open_zone (evaluation, node, arguments, 3, &zone))
    return FALSE;
  a = local_nanoseconds (unit->nanoseconds > 0 ? &utc : &zone, arguments[0].value);
  b = local_nanoseconds (unit->nanoseconds > 0 ? &utc : &zone, arguments[1].value);
  if (unit->months > 0)
    enlace_operand_set_int (out, count_months (a, b) / unit->months);
  else
    enlace_operand_set_int (out, (a - b) / (unit->nanoseconds > 0 ? (__int128) unit->nanoseconds
                                                                  : (__int128) unit->days * DAY * NANOSECONDS));
  return TRUE;
}

static gboolean
call_part (EnlaceEvaluation    *evaluation,
           const EnlaceNode    *node,
           const EnlaceOperand *arguments,
           EnlaceOperand       *out)
{
  g_auto(EnlaceZone) zone = { 0 };
  EnlaceDate date;
  gint64 year, part;

  if (!enlace_call_accept (evaluation, node, arguments, "ts") || !open_zone (evaluation, node, arguments, 1, &zone))
    return FALSE;
  split_local (&zone, enlace_value_get_seconds (arguments[0].value), &date);
  part = enlace_date_get_iso_week (&date, &year);
  if (g_str_equal (node->call.name, "getIsoYear"))
    part = year;
  else if (g_str_equal (node->call.name, "getIsoDayOfWeek"))
    part = (date.day_of_week + 6) % 7 + 1;
  else if (g_str_equal (node->call.name, "getQuarter"))
    part = date.month / 3 + 1;
  enlace_operand_set_int (out, part);
  return TRUE;
}

#define MEMBER(name, min, max, call) name, ENLACE_CALL_MEMBER, min, max, FALSE, call, NULL
#define GLOBAL(name, min, max, call) name, ENLACE_CALL_GLOBAL, min, max, FALSE, call, NULL

static const EnlaceFunction functions[] = {
  { MEMBER ("format", 3, 3, enlace_date_format),
    { "format", "timestamp.format(pattern: string, zone?: string): string",
      "A time as text, in UTC or in a zone (an IANA name or `+05:30`). The pattern has the letters of Unicode's dates: `yyyy` `yy` year, `M` `MM` `MMM` `MMMM` month, "
      "`d` `dd` day, `D` day of the year, `E` `EEEE` weekday, `e` its number from Monday, `Q` quarter, `YYYY` and `ww` ISO year and week, `H` `HH` hour, "
      "`h` with `a` of twelve hours, `m` `mm` minute, `s` `ss` second, `SSS` fraction, `XXX` `xx` `Z` offset, `VV` zone; plain letters stand in single quotes. Names are English.",
      "timestamp('2026-03-01T22:30:00Z').format('EEE d MMM yyyy, HH:mm', 'Europe/Madrid')", "\"Sun 1 Mar 2026, 23:30\"" } },
  { MEMBER ("inZone", 2, 2, call_in_zone),
    { "inZone", "timestamp.inZone(zone: string): string", "RFC 3339 text with the offset of a zone.",
      "timestamp('2026-07-01T12:00:00Z').inZone('America/Lima')", "\"2026-07-01T07:00:00-05:00\"" } },
  { GLOBAL ("date.parse", 2, 3, call_parse),
    { "date.parse", "date.parse(text: string, pattern: string, zone?: string): timestamp",
      "The time that a text of this pattern says; in UTC or in the zone, unless the text has an offset. A day alone is its begin.",
      "date.parse('01/03/2026 09:05', 'dd/MM/yyyy HH:mm', 'Europe/Madrid')", "\"2026-03-01T08:05:00Z\"" } },
  { GLOBAL ("date.of", 3, 4, call_of),
    { "date.of", "date.of(year: int, month: int, day: int, zone?: string): timestamp", "The begin of a day, in UTC or in a zone. Months count from 1.",
      "date.of(2026, 3, 1, 'America/Lima')", "\"2026-03-01T05:00:00Z\"" } },
  { MEMBER ("startOf", 2, 3, call_bound),
    { "startOf", "timestamp.startOf(unit: string, zone?: string): timestamp",
      "The begin of the year, quarter, month, week (from Monday), day, hour, minute or second that it lies in, in UTC or in a zone.",
      "timestamp('2026-03-18T10:00:00Z').startOf('week')", "\"2026-03-16T00:00:00Z\"" } },
  { MEMBER ("endOf", 2, 3, call_bound),
    { "endOf", "timestamp.endOf(unit: string, zone?: string): timestamp", "The last nanosecond of the unit that it lies in.",
      "timestamp('2028-02-10T10:00:00Z').endOf('month')", "\"2028-02-29T23:59:59.999999999Z\"" } },
  { MEMBER ("add", 3, 4, call_add),
    { "add", "timestamp.add(count: int, unit: string, zone?: string): timestamp",
      "So many units later, or earlier when negative. Days and longer units keep the time of the day in the zone; a month that is too short gives its last day.",
      "timestamp('2026-01-31T12:00:00Z').add(1, 'month')", "\"2026-02-28T12:00:00Z\"" } },
  { MEMBER ("diff", 3, 4, call_diff),
    { "diff", "timestamp.diff(other: timestamp, unit: string, zone?: string): int", "The whole units from the other time to this one; negative when this one is earlier.",
      "timestamp('2026-03-01T00:00:00Z').diff(timestamp('2026-01-15T00:00:00Z'), 'months')", "1" } },
  { MEMBER ("getIsoWeek", 1, 2, call_part),
    { "getIsoWeek", "timestamp.getIsoWeek(zone?: string): int", "The week of ISO 8601, 1 to 53.", "timestamp('2027-01-01T00:00:00Z').getIsoWeek()", "53" } },
  { MEMBER ("getIsoYear", 1, 2, call_part),
    { "getIsoYear", "timestamp.getIsoYear(zone?: string): int", "The year that the ISO week belongs to.", "timestamp('2027-01-01T00:00:00Z').getIsoYear()", "2026" } },
  { MEMBER ("getIsoDayOfWeek", 1, 2, call_part),
    { "getIsoDayOfWeek", "timestamp.getIsoDayOfWeek(zone?: string): int", "The weekday from 1, Monday, to 7, Sunday.", "timestamp('2026-03-01T00:00:00Z').getIsoDayOfWeek()", "7" } },
  { MEMBER ("getQuarter", 1, 2, call_part),
    { "getQuarter", "timestamp.getQuarter(zone?: string): int", "The quarter of the year, 1 to 4.", "timestamp('2026-05-01T00:00:00Z').getQuarter()", "2" } },
};

const EnlaceFunctionLibrary enlace_date_library = { functions, G_N_ELEMENTS (functions), "Dates and times" };
