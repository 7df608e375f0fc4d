/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/value/value.h"

G_BEGIN_DECLS

#define ENLACE_TARGET_MAX_SEGMENTS 32
#define ENLACE_QUERY_MAX_VALUES    1000

/**
 * EnlaceTarget:
 *
 * The target of a request (RFC 9112, 3.2), split first and decoded after, so that an encoded slash never makes a segment.
 */
typedef struct {
  char       *authority;      /* nullable: of the absolute form, "host:port" */
  char       *query;          /* nullable: after `?`, still encoded */
  guint       n_segments;
  const char *segments[ENLACE_TARGET_MAX_SEGMENTS];  /* decoded, UTF-8 without NUL */
  gboolean    has_dots;       /* a segment is `.` or `..`: no route has it */
  gboolean    is_too_long;    /* more segments than any route has */
  char       *text;           /* what the others point into */
  char       *raw;            /* path and query as they were sent */
} EnlaceTarget;

/* FALSE: `text` is no target, or badly encoded; *`problem` says what is wrong, for people. */
gboolean     enlace_target_parse       (EnlaceTarget  *self,
                                        const char    *text,
                                        const char   **problem);
void         enlace_target_clear       (EnlaceTarget  *self);
/* The segments from `first` on, joined by `/`. */
char        *enlace_target_dup_rest    (EnlaceTarget  *self,
                                        guint          first);

/* Decodes %XX in place; FALSE for bad encoding or an encoded NUL. */
gboolean     enlace_percent_decode     (char          *text);

/* A query (nullable), decoded: `+` is a space, a value that is no UTF-8 is mended by U+FFFD. With `all`, name → list of values in
 * order, else name → the last value. The query comes out of a target that was parsed. */
EnlaceValue *enlace_query_to_map       (const char    *query,
                                        gboolean       all);

G_END_DECLS
