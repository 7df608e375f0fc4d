/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/schedule/cron-private.h"
#include "common/schedule/schedule.h"

G_BEGIN_DECLS

struct _EnlaceSchedule {
  int         ref_count;
  EnlaceCron *cron;       /* NULL: an interval */
  gint64      every;      /* of `unit` */
  guint       unit;       /* of enlace_schedule_units */
  gint64      anchor;     /* a tick of the interval, seconds since 1970 */
  GTimeZone  *zone;
  char       *zone_name;
  gint64      from;       /* the first second and the last one in which a tick may be */
  gint64      until;
};

typedef struct {
  const char *name;
  gint64      seconds;
} EnlaceScheduleUnit;

#define ENLACE_SCHEDULE_N_UNITS 5
extern const EnlaceScheduleUnit enlace_schedule_units[ENLACE_SCHEDULE_N_UNITS];

/* A schedule without a cron expression or an interval yet. */
EnlaceSchedule *enlace_schedule_new (const char  *zone,
                                     GError     **error);

G_END_DECLS
