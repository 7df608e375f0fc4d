/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-schedule"

#include <string.h>

#include "common/schedule/schedule-private.h"
#include "common/value/time.h"

/* Monday, 1 January 2024, midnight, as the clock shows it. */
#define ANCHOR G_GINT64_CONSTANT (1704067200)

/* Of every unit: ten years of weeks at the most. */
#define MAX_EVERY 100000
#define MAX_PERIOD (G_GINT64_CONSTANT (10) * 366 * 24 * 60 * 60)

const EnlaceScheduleUnit enlace_schedule_units[ENLACE_SCHEDULE_N_UNITS] = {
  { "seconds", 1 },
  { "minutes", 60 },
  { "hours", 60 * 60 },
  { "days", 24 * 60 * 60 },
  { "weeks", 7 * 24 * 60 * 60 },
};

static gboolean
fail (GError     **error,
      const char  *problem)
{
  g_set_error_literal (error, ENLACE_SCHEDULE_ERROR, ENLACE_SCHEDULE_ERROR_SYNTAX, problem);
  return FALSE;
}

static gboolean
read_time (EnlaceValue  *parameters,
           const char   *name,
           gint64       *seconds,
           guint32      *nanoseconds,
           GError      **error)
{
  EnlaceValue *value = enlace_value_get_member (parameters, name);
  const char *text = value != NULL ? enlace_value_get_string (value) : NULL;

  if (value == NULL || enlace_value_is_null (value) || (text != NULL && *text == '\0'))
    return TRUE;
  if (text != NULL && enlace_time_parse (text, seconds, nanoseconds))
    return TRUE;

  g_set_error (error, ENLACE_SCHEDULE_ERROR, ENLACE_SCHEDULE_ERROR_SYNTAX, "“%s” is a time such as 2030-01-31T09:00:00Z", name);
  return FALSE;
}

static gboolean
read_bounds (EnlaceSchedule  *self,
             EnlaceValue     *parameters,
             GError         **error)
{
  guint32 nanoseconds = 0, ignored;

  if (!read_time (parameters, "from", &self->from, &nanoseconds, error) || !read_time (parameters, "until", &self->until, &ignored, error))
    return FALSE;
  if (nanoseconds > 0)
    self->from++;

  return self->until >= self->from || fail (error, "“until” is before “from”");
}

static gboolean
read_interval (EnlaceSchedule  *self,
               EnlaceValue     *parameters,
               gboolean         has_from,
               GError         **error)
{
  const char *unit = enlace_value_get_member_string (parameters, "unit", "minutes");

  while (self->unit < ENLACE_SCHEDULE_N_UNITS && strcmp (enlace_schedule_units[self->unit].name, unit) != 0)
    self->unit++;
  if (self->unit == ENLACE_SCHEDULE_N_UNITS)
    return fail (error, "“unit” is one of seconds, minutes, hours, days and weeks");

  self->every = enlace_value_get_member_int (parameters, "every", 0);
  if (self->every < 1 || self->every > MAX_EVERY || self->every * enlace_schedule_units[self->unit].seconds > MAX_PERIOD)
    return fail (error, "“every” is a whole number from 1 on, and the interval at most ten years");

  self->anchor = has_from ? self->from
                          : ANCHOR - g_time_zone_get_offset (self->zone, g_time_zone_find_interval (self->zone, G_TIME_TYPE_STANDARD, ANCHOR));
  return TRUE;
}

static gboolean
is_given (EnlaceValue *parameters,
          const char  *name)
{
  EnlaceValue *value = enlace_value_get_member (parameters, name);

  return value != NULL && !enlace_value_is_null (value);
}

EnlaceSchedule *
enlace_schedule_read (EnlaceValue  *parameters,
                      GError      **error)
{
  g_autoptr(EnlaceSchedule) self = enlace_schedule_new (enlace_value_get_member_string (parameters, "timezone", NULL), error);
  gint64 from = self != NULL ? self->from : 0, tick;

  if (self == NULL || !read_bounds (self, parameters, error))
    return NULL;

  if (is_given (parameters, "cron") == is_given (parameters, "every"))
    return fail (error, "A schedule has either “cron” or “every”"), NULL;

  if (is_given (parameters, "every"))
    {
      if (!read_interval (self, parameters, self->from != from, error))
        return NULL;
    }
  else if ((self->cron = enlace_cron_parse (enlace_value_get_member_string (parameters, "cron", ""), error)) == NULL)
    return NULL;

  if (enlace_schedule_get_next (self, self->from - 1, &tick))
    return g_steal_pointer (&self);

  g_set_error_literal (error, ENLACE_SCHEDULE_ERROR, ENLACE_SCHEDULE_ERROR_NEVER, "It never fires: no time between “from” and “until” matches");
  return NULL;
}
