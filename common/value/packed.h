/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/value/value.h"

G_BEGIN_DECLS

/* The packed form: every kind of value, exactly, as compact bytes. It is what the journal and sealed columns hold.
 * The first byte is the version of the form. Reading refuses anything malformed, in bounded memory and stack. */
void         enlace_packed_append (GByteArray         *out,
                                   const EnlaceValue  *value);
GBytes      *enlace_packed_write  (const EnlaceValue  *value);
EnlaceValue *enlace_packed_read   (gconstpointer       data,
                                   gsize               length,
                                   GError            **error); /* G_IO_ERROR_INVALID_DATA is not used: ENLACE_JSON_ERROR_SYNTAX */

G_END_DECLS
