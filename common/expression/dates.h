/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/expression/calendar.h"

G_BEGIN_DECLS

/* What the clocks and calendars of a zone show at an instant. */
typedef struct {
  EnlaceDate  date;
  guint32     nanoseconds;
  gint        offset;   /* seconds ahead of UTC */
  const char *zone;     /* its name, as it was given */
} EnlaceMoment;

/* Week of ISO 8601, from 1, and the year that it belongs to. */
guint    enlace_date_get_iso_week   (const EnlaceDate    *date,
                                     gint64              *year);
/* In the letters of Unicode's date patterns (UTS 35), English names. FALSE with a failure. */
gboolean enlace_date_pattern_write  (EnlaceEvaluation    *evaluation,
                                     const char          *pattern,
                                     gsize                length,
                                     const EnlaceMoment  *moment,
                                     GString             *result);
/* What the text says of a moment. `has_offset`: it says how far from UTC. FALSE with a failure. */
gboolean enlace_date_pattern_read   (EnlaceEvaluation    *evaluation,
                                     const char          *pattern,
                                     const char          *text,
                                     EnlaceMoment        *moment,
                                     gboolean            *has_offset);
/* `timestamp.format(pattern, zone)`: called from that of strings. */
gboolean enlace_date_format         (EnlaceEvaluation    *evaluation,
                                     const EnlaceNode    *node,
                                     const EnlaceOperand *arguments,
                                     EnlaceOperand       *out);

G_END_DECLS
