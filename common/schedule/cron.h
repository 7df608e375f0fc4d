/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * EnlaceScheduleError:
 * @ENLACE_SCHEDULE_ERROR_SYNTAX: not a cron expression, or a parameter that is none; the message says where
 * @ENLACE_SCHEDULE_ERROR_NEVER: it can be read, but there is no time at which it would fire
 * @ENLACE_SCHEDULE_ERROR_ZONE: no such time zone
 */
typedef enum {
  ENLACE_SCHEDULE_ERROR_SYNTAX,
  ENLACE_SCHEDULE_ERROR_NEVER,
  ENLACE_SCHEDULE_ERROR_ZONE,
} EnlaceScheduleError;

#define ENLACE_SCHEDULE_ERROR (enlace_schedule_error_quark ())
GQuark enlace_schedule_error_quark (void);

/**
 * EnlaceCron:
 *
 * A cron expression: what the hands of a clock and the calendar show when it fires. It knows of no time zone.
 *
 * Five fields (minute, hour, day of the month, month, day of the week), or six with seconds first. A field is a list of `*`, values, ranges
 * `a-b` and steps (`a-b/n`, a star with `/n`) or `a/n` (from a to the greatest); months and days of the week also by their English names, short or in full.
 * `?` stands for `*` in the two day fields. Day of the month: `L` (the last), `L-n`, `nW` (the working day nearest to n, within the month),
 * `LW`. Day of the week, 0 to 7 with Sunday as 0 and 7: `n#k` (the k-th of the month), `nL` (the last of the month). When both day fields are
 * restricted (neither is `*` or `?`) a day has to match one of them.
 * Nicknames: `@yearly`, `@annually`, `@monthly`, `@weekly`, `@daily`, `@midnight`, `@hourly`.
 *
 * Immutable after parsing.
 */
typedef struct _EnlaceCron EnlaceCron;

/**
 * enlace_cron_parse:
 * @text: the expression
 * @error: set to an [error@ScheduleError]
 *
 * Returns: (transfer full) (nullable): the expression; one that can never fire (30 February) is an error
 */
EnlaceCron *enlace_cron_parse          (const char        *text,
                                        GError           **error);
void        enlace_cron_free           (EnlaceCron        *self);

/* TRUE: its hours are a wildcard (`*`, or a step over `*`), so that it follows real time when the clocks are changed. */
gboolean    enlace_cron_has_every_hour (const EnlaceCron  *self);

/**
 * enlace_cron_next_wall:
 * @wall: what the clock shows, as seconds since 1970-01-01T00:00:00 on the same clock
 * @next: (out): the first later one that matches
 *
 * Returns: %FALSE when there is none within 48 years
 */
gboolean    enlace_cron_next_wall      (const EnlaceCron  *self,
                                        gint64             wall,
                                        gint64            *next);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceCron, enlace_cron_free)

G_END_DECLS
