/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/value/value.h"

G_BEGIN_DECLS

/**
 * EnlaceMessageError:
 * @ENLACE_MESSAGE_ERROR_BODY: a body that is not what its content type says
 * @ENLACE_MESSAGE_ERROR_HEADER: a header name or value that may not be sent
 * @ENLACE_MESSAGE_ERROR_VALUE: a value that cannot be sent as a body
 */
typedef enum {
  ENLACE_MESSAGE_ERROR_BODY,
  ENLACE_MESSAGE_ERROR_HEADER,
  ENLACE_MESSAGE_ERROR_VALUE,
} EnlaceMessageError;

#define ENLACE_MESSAGE_ERROR (enlace_message_error_quark ())
GQuark enlace_message_error_quark (void);

/**
 * enlace_message_read_body:
 * @content_type: (nullable): the header's value
 * @body: the bytes
 *
 * What a body says, by its content type: JSON (`application/json`, `text/json`, `…+json`) as a value, a form
 * (`application/x-www-form-urlencoded`) as a map of text, other text in UTF-8 as a string; null for an empty body and for all else.
 *
 * Returns: (transfer full): the value; NULL with `BODY` for JSON or a form that is malformed
 */
EnlaceValue *enlace_message_read_body     (const char    *content_type,
                                           GBytes        *body,
                                           GError       **error);

/**
 * enlace_message_write_body:
 * @value: what is to be sent
 * @content_type: (out) (nullable): a static string; NULL where there is no body
 *
 * A value as a body: objects, lists, numbers and bools as JSON, a string as text, bytes as they are, null as none (*`body` is NULL then).
 */
gboolean     enlace_message_write_body    (EnlaceValue   *value,
                                           GBytes       **body,
                                           const char   **content_type,
                                           GError       **error);

/* Whether a header may be given by a workflow: its form (RFC 9110), and not one of those that belong to the connection. */
gboolean     enlace_message_check_header  (const char    *name,
                                           const char    *value,
                                           GError       **error);

/* A header's value from what an expression gave: text, a number or a bool. NULL with `HEADER` for anything else. */
char        *enlace_message_dup_header    (const char    *name,
                                           EnlaceValue   *value,
                                           GError       **error);

/* `name=value&…` as a map of text; a name that comes again keeps the last. NULL with `BODY` where it is not UTF-8. */
EnlaceValue *enlace_message_read_form     (const char    *text,
                                           gsize          length,
                                           GError       **error);

G_END_DECLS
