/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/schedule/cron.h"
#include "common/value/value.h"

G_BEGIN_DECLS

/**
 * EnlaceSchedule:
 *
 * When something is to happen again and again: a cron expression in a time zone, or an interval. Its times are *ticks*, seconds since 1970.
 * Immutable, reference-counted, safe to share between threads.
 *
 * When the clocks of the zone are changed by up to three hours, fixed hours fire once: a time that is skipped at the first instant after the
 * gap, a time that comes twice at its first occurrence. Wildcard hours and intervals follow real time. A greater change (a date that a country
 * left out) is a change of the calendar: what it skips does not happen. As in Vixie's cron(8).
 */
typedef struct _EnlaceSchedule EnlaceSchedule;

/**
 * enlace_schedule_new_cron:
 * @text: a cron expression, see [struct@EnlaceCron]
 * @zone: an IANA name; %NULL: UTC
 * @error: set to an [error@ScheduleError]
 *
 * Returns: (transfer full) (nullable): the schedule
 */
EnlaceSchedule *enlace_schedule_new_cron     (const char            *text,
                                              const char            *zone,
                                              GError               **error);
/**
 * enlace_schedule_read:
 * @parameters: the parameters of a trigger.schedule: `cron`, or `every` with `unit` (seconds, minutes, hours, days, weeks); `timezone`;
 *   `from` and `until` (RFC 3339, both inclusive)
 * @error: set to an [error@ScheduleError]
 *
 * An interval is counted from `from`, or from Monday, 1 January 2024, midnight in its zone.
 *
 * Returns: (transfer full) (nullable): the schedule
 */
EnlaceSchedule *enlace_schedule_read         (EnlaceValue           *parameters,
                                              GError               **error);
EnlaceSchedule *enlace_schedule_ref          (EnlaceSchedule        *self);
void            enlace_schedule_unref        (EnlaceSchedule        *self);

/* The first tick after a time; FALSE: there is none any more. */
gboolean        enlace_schedule_get_next     (const EnlaceSchedule  *self,
                                              gint64                 after,
                                              gint64                *tick);
/* The last tick before a time, and not before `bound`; FALSE: there is none. */
gboolean        enlace_schedule_get_previous (const EnlaceSchedule  *self,
                                              gint64                 before,
                                              gint64                 bound,
                                              gint64                *tick);
/* The IANA name. */
const char     *enlace_schedule_get_zone     (const EnlaceSchedule  *self);

/* Gives the text of a language for a text of ours; gettext() is one. */
typedef const char *(*EnlaceTranslateFunc) (const char *text);

/**
 * enlace_schedule_describe:
 * @translate: (nullable): how the texts are translated; %NULL: they stay English
 *
 * Returns: (transfer full): a sentence for people, such as “Monday, Friday at 09:00 (Europe/Madrid)”
 */
char           *enlace_schedule_describe     (const EnlaceSchedule  *self,
                                              EnlaceTranslateFunc    translate);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceSchedule, enlace_schedule_unref)

G_END_DECLS
