/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/expression/evaluation.h"

G_BEGIN_DECLS

/* Dates of the proleptic Gregorian calendar, and the time zones that they are read in. */

typedef struct {
  gint64  year;
  guint   month;        /* from 0 */
  guint   day;          /* of the month, from 0 */
  guint   day_of_year;  /* from 0 */
  guint   day_of_week;  /* Sunday is 0 */
  gint64  second;       /* of the day */
} EnlaceDate;

/* Zeroed, it is UTC. */
typedef struct {
  GTimeZone *zone;      /* NULL: always `offset` seconds ahead of UTC */
  gint       offset;
} EnlaceZone;

/* From seconds since 1970-01-01T00:00:00, in whatever zone they are meant. */
void     enlace_date_split            (gint64               seconds,
                                       EnlaceDate          *date);
/* Days from 1970-01-01 to a date; `month` (0 to 11) and `day` count from 0. */
gint64   enlace_date_get_days         (gint64               year,
                                       guint                month,
                                       guint                day);
guint    enlace_date_get_month_length (gint64               year,
                                       guint                month);
/* By an IANA name or an offset such as `+05:30`. FALSE with a failure. */
gboolean enlace_zone_open             (EnlaceEvaluation    *evaluation,
                                       const EnlaceOperand *argument,
                                       EnlaceZone          *self);
void     enlace_zone_clear            (EnlaceZone          *self);
/* Seconds that it is ahead of UTC at an instant. */
gint     enlace_zone_get_offset       (const EnlaceZone    *self,
                                       gint64               seconds);
/* When the clocks of the zone show `local`: the first time of two; one that they skip is moved on by what they skip. */
gint64   enlace_zone_get_instant      (const EnlaceZone    *self,
                                       gint64               local);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (EnlaceZone, enlace_zone_clear)

G_END_DECLS
