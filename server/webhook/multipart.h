/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/value/value.h"

G_BEGIN_DECLS

gboolean     enlace_multipart_is_form (const char  *content_type);

/**
 * enlace_multipart_read:
 * @content_type: `multipart/form-data; boundary=…`
 * @body: the bytes
 *
 * A form with files (RFC 7578) as a map: a field as text, a file as `{ filename, content_type, data }` with `data` as bytes. A name that
 * comes again makes a list. A field that is no UTF-8 is bytes.
 *
 * Returns: (transfer full): the map; NULL with ENLACE_INBOUND_ERROR_BODY where it is malformed or has too many parts
 */
EnlaceValue *enlace_multipart_read    (const char  *content_type,
                                       GBytes      *body,
                                       GError     **error);

G_END_DECLS
