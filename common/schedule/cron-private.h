/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/schedule/cron.h"

G_BEGIN_DECLS

/* The fields as sets of bits: bit n stands for the value n. */
struct _EnlaceCron {
  guint64  seconds;
  guint64  minutes;
  guint32  hours;
  guint32  days;              /* of the month, bits 1 to 31 */
  guint32  days_from_last;    /* bit 0 is the last of the month */
  guint32  working_days;      /* nW: bits 1 to 31 */
  guint16  months;            /* bits 1 to 12 */
  guint8   weekdays;          /* bits 0 (Sunday) to 6 */
  guint8   last_weekdays;
  guint8   nth_weekdays[7];   /* of each day of the week: bits 1 to 5 */
  gboolean has_last_working_day;
  gboolean has_any_day;       /* the field is `*` or `?` */
  gboolean has_any_weekday;
  gboolean has_every_hour;
  gboolean has_seconds;       /* six fields */
};

G_END_DECLS
