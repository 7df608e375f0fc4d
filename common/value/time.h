/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* RFC 3339 text of a time, UTC, with as many fractional digits (0, 3, 6, 9) as it needs. Caller frees. */
char    *enlace_time_format         (gint64      seconds,
                                     guint32     nanoseconds);
/* The same for microseconds since 1970, always with milliseconds: what the API shows. */
char    *enlace_time_format_usec    (gint64      usec);
/* RFC 3339 with any offset, years 0001 to 9999, leap second as the next second. */
gboolean enlace_time_parse          (const char *text,
                                     gint64     *seconds,
                                     guint32    *nanoseconds);
/* A length of time as people write it: numbers with a unit (ms, s, m, h, d, w), such as "90s" or "1h30m". FALSE: it is none, or over 100 years. */
gboolean enlace_time_span_parse      (const char *text,
                                     gint64     *milliseconds);
/* `3.5s`, as protobuf's JSON has it. */
char    *enlace_duration_format     (gint64      seconds,
                                     gint32      nanoseconds);

G_END_DECLS
