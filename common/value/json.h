/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/value/value.h"

G_BEGIN_DECLS

#define ENLACE_JSON_MAX_DEPTH 512

/**
 * EnlaceJsonError:
 * @ENLACE_JSON_ERROR_SYNTAX: not JSON (RFC 8259), or not UTF-8
 * @ENLACE_JSON_ERROR_DUPLICATE: an object with the same member twice
 * @ENLACE_JSON_ERROR_DEPTH: nested deeper than ENLACE_JSON_MAX_DEPTH
 * @ENLACE_JSON_ERROR_VALUE: a value that JSON cannot say (NaN, infinity)
 */
typedef enum {
  ENLACE_JSON_ERROR_SYNTAX,
  ENLACE_JSON_ERROR_DUPLICATE,
  ENLACE_JSON_ERROR_DEPTH,
  ENLACE_JSON_ERROR_VALUE,
} EnlaceJsonError;

#define ENLACE_JSON_ERROR (enlace_json_error_quark ())
GQuark       enlace_json_error_quark    (void);

/* Strict RFC 8259 text → value. `length` -1: NUL-terminated. Messages name the byte offset or the member. */
EnlaceValue *enlace_json_parse          (const char         *text,
                                         gssize              length,
                                         GError            **error);

typedef enum {
  ENLACE_JSON_COMPACT = 0,
  ENLACE_JSON_PRETTY = 1 << 0,   /* two spaces, a member a line */
  ENLACE_JSON_SORTED = 1 << 1,   /* members by name, so that equal values give equal text */
} EnlaceJsonFlags;

/* Value → JSON text: bytes as base64, timestamps as RFC 3339, durations as `3.5s`, other keys as text, optional.none()
 * dropped from maps and lists (null at the top). NaN and infinities are an error. */
char        *enlace_json_format         (const EnlaceValue  *value,
                                         EnlaceJsonFlags     flags,
                                         gsize              *length,
                                         GError            **error);
gboolean     enlace_json_append         (GString            *out,
                                         const EnlaceValue  *value,
                                         EnlaceJsonFlags     flags,
                                         GError            **error);

/* JSON Pointers (RFC 6901). */
EnlaceValue *enlace_json_pointer_get    (const EnlaceValue  *root,
                                         const char         *pointer); /* borrowed; NULL: not there */
void         enlace_json_pointer_append (GString            *pointer,
                                         const char         *token);   /* appends "/" and the escaped token */

G_END_DECLS
