/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/formats/format.h"

G_BEGIN_DECLS

/* JSON lines: a JSON value a line; empty lines are none. */
EnlaceValue *enlace_json_lines_read  (const char         *text,
                                      gsize               length,
                                      EnlaceFormatGuard  *guard,
                                      GError            **error);
char        *enlace_json_lines_write (EnlaceValue        *list,
                                      gsize              *length,
                                      EnlaceFormatGuard  *guard,
                                      GError            **error);

/* Query strings (application/x-www-form-urlencoded): a record of name → text, or a list of text where a name is there more than once. */
EnlaceValue *enlace_query_read       (const char         *text,
                                      gsize               length,
                                      EnlaceFormatGuard  *guard,
                                      GError            **error);
/* A record of text, numbers, bools, null (left out) and lists of them. */
char        *enlace_query_write      (EnlaceValue        *record,
                                      gsize              *length,
                                      EnlaceFormatGuard  *guard,
                                      GError            **error);

/* Base64, of either alphabet, with padding or without, spaces and line ends left out. Returns bytes. */
EnlaceValue *enlace_base64_read      (const char         *text,
                                      gsize               length,
                                      GError            **error);
/* With the alphabet for addresses there is no padding. */
char        *enlace_base64_write     (gconstpointer       data,
                                      gsize               size,
                                      gboolean            is_url);

G_END_DECLS
