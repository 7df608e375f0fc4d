/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Words for figures. All give new text. */

/* "< 1 ms", "340 ms", "2.5 s", "3 min 5 s", "2 h 10 min". */
char *enlace_format_duration (gint64      milliseconds);
/* An RFC 3339 time as a person says it at @now: "just now", "5 minutes ago", "Yesterday at 14:03", "3 May at 09:12". NULL or
 * what is no time: "". */
char *enlace_format_time     (const char *time,
                              GDateTime  *now);
/* The same time to the second, in the person's zone, for a tooltip. */
char *enlace_format_time_exactly (const char *time);

G_END_DECLS
