/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-schedule"

#include <string.h>

#include "common/schedule/schedule-private.h"

/* Vixie's cron takes a greater change of the clock for a correction of it. */
#define MAX_SHIFT (3 * 60 * 60)

#define MAX_ZONE_LENGTH 64

/* 1 January of the years 0001 and 10000: what can be written as RFC 3339. */
#define FIRST_TICK (-G_GINT64_CONSTANT (62135596800))
#define END_TICK G_GINT64_CONSTANT (253402300800)

/* A name of the time zone database, and nothing that could lead out of its folder. */
static gboolean
is_zone_name (const char *text)
{
  if (!g_ascii_isalpha (*text) || strstr (text, "..") != NULL || strlen (text) > MAX_ZONE_LENGTH)
    return FALSE;
  for (; *text != '\0'; text++)
    if (!g_ascii_isalnum (*text) && strchr ("_+-/", *text) == NULL)
      return FALSE;
  return TRUE;
}

EnlaceSchedule *
enlace_schedule_new (const char  *zone,
                     GError     **error)
{
  const char *name = zone != NULL && *zone != '\0' ? zone : "UTC";
  GTimeZone *found = is_zone_name (name) ? g_time_zone_new_identifier (name) : NULL;
  EnlaceSchedule *self;

  if (found == NULL)
    {
      g_set_error (error, ENLACE_SCHEDULE_ERROR, ENLACE_SCHEDULE_ERROR_ZONE, "There is no time zone “%.64s”; a name such as Europe/Madrid is expected", name);
      return NULL;
    }

  self = g_new0 (EnlaceSchedule, 1);
  self->ref_count = 1;
  self->zone = found;
  self->zone_name = g_strdup (name);
  self->from = FIRST_TICK;
  self->until = END_TICK - 1;

  return self;
}

EnlaceSchedule *
enlace_schedule_new_cron (const char  *text,
                          const char  *zone,
                          GError     **error)
{
  g_autoptr(EnlaceSchedule) self = enlace_schedule_new (zone, error);

  if (self == NULL || (self->cron = enlace_cron_parse (text, error)) == NULL)
    return NULL;

  return g_steal_pointer (&self);
}

EnlaceSchedule *
enlace_schedule_ref (EnlaceSchedule *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void
enlace_schedule_unref (EnlaceSchedule *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;

  g_clear_pointer (&self->cron, enlace_cron_free);
  g_clear_pointer (&self->zone, g_time_zone_unref);
  g_clear_pointer (&self->zone_name, g_free);
  g_free (self);
}

const char *
enlace_schedule_get_zone (const EnlaceSchedule *self)
{
  return self->zone_name;
}

static int
find_interval (const EnlaceSchedule *self,
               gint64                instant)
{
  return g_time_zone_find_interval (self->zone, G_TIME_TYPE_UNIVERSAL, instant);
}

static gint64
get_offset (const EnlaceSchedule *self,
            gint64                instant)
{
  return g_time_zone_get_offset (self->zone, find_interval (self, instant));
}

/* The first instant after `low`, `high` at the latest, that is in another interval of the zone than `low`. */
static gint64
find_change (const EnlaceSchedule *self,
             gint64                low,
             gint64                high)
{
  int interval = find_interval (self, low);

  while (high - low > 1)
    {
      gint64 middle = low + (high - low) / 2;

      if (find_interval (self, middle) == interval)
        low = middle;
      else
        high = middle;
    }

  return high;
}

/* What the clock showed last before it was set back, when that is less than three hours ago: it is not shown a second time. */
static gint64
pass_repeated (const EnlaceSchedule *self,
               gint64                instant,
               gint64                wall)
{
  gint64 before = instant - MAX_SHIFT, change, shift;

  if (find_interval (self, before) == find_interval (self, instant))
    return wall;

  change = find_change (self, before, instant);
  while (find_interval (self, change) != find_interval (self, instant))
    change = find_change (self, change, instant);
  shift = get_offset (self, change - 1) - get_offset (self, instant);

  return shift > 0 && shift <= MAX_SHIFT ? MAX (wall, change + get_offset (self, change - 1) - 1) : wall;
}

/* Goes through the intervals of the zone: within one, the clock and real time run alike. */
static gboolean
get_next_cron (const EnlaceSchedule *self,
               gint64                after,
               gint64               *tick)
{
  gboolean follows_real_time = enlace_cron_has_every_hour (self->cron);
  gint64 instant = after, offset = get_offset (self, instant), wall = instant + offset;

  for (;;)
    {
      gint64 next, change, shift;

      if (!follows_real_time)
        wall = pass_repeated (self, instant, wall);
      if (!enlace_cron_next_wall (self->cron, wall, &next) || next - offset > self->until + MAX_SHIFT)
        return FALSE;

      *tick = next - offset;
      if (find_interval (self, *tick) == find_interval (self, instant))
        return *tick <= self->until;

      change = find_change (self, instant, *tick);
      shift = get_offset (self, change) - offset;
      if (!follows_real_time && shift > 0 && shift <= MAX_SHIFT && next < change + offset + shift)
        {
          *tick = change;
          return *tick <= self->until;
        }

      instant = change;
      offset += shift;
      wall = instant + offset - 1;
    }
}

static gboolean
get_next_interval (const EnlaceSchedule *self,
                   gint64                after,
                   gint64               *tick)
{
  gint64 period = self->every * enlace_schedule_units[self->unit].seconds;
  gint64 since = after - self->anchor;
  gint64 n_passed = since / period - (since % period < 0 ? 1 : 0);

  *tick = self->anchor + (n_passed + 1) * period;
  return *tick <= self->until;
}

gboolean
enlace_schedule_get_next (const EnlaceSchedule *self,
                          gint64                after,
                          gint64               *tick)
{
  gint64 from = MAX (after, self->from - 1);

  if (from >= self->until)
    return FALSE;

  return self->cron != NULL ? get_next_cron (self, from, tick) : get_next_interval (self, from, tick);
}

/* What comes next never goes back as time goes on, so the last tick before a time is found by halving. */
gboolean
enlace_schedule_get_previous (const EnlaceSchedule *self,
                              gint64                before,
                              gint64                bound,
                              gint64               *tick)
{
  gint64 low, high = before, step = 1, next;

  for (low = before - 1; !enlace_schedule_get_next (self, low, &next) || next >= before; low -= step, step *= 2)
    {
      if (low < bound)
        return FALSE;
      high = low;
    }

  while (high - low > 1)
    {
      gint64 middle = low + (high - low) / 2;

      if (enlace_schedule_get_next (self, middle, &next) && next < before)
        low = middle;
      else
        high = middle;
    }

  enlace_schedule_get_next (self, low, tick);
  return *tick >= bound;
}
