/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/formats/format.h"

G_BEGIN_DECLS

/* XML 1.0 and JSON. The root is the one member of a record. An element is a record of its attributes (`@name`), its own text (`#text`) and its child
 * elements by name, a list where a name is there more than once; an element with text alone is that text, one with nothing is "". Prefixes stay in the
 * names, and the declarations of namespaces are attributes. Comments and instructions are left out. */

/**
 * enlace_xml_read:
 * @encoding: (nullable): overrides what the document says of itself; NULL: as it says
 * @lists: (nullable): names of elements that are lists even where there is one
 *
 * Nothing outside of the text is read, and a document that declares entities is refused: they may grow without bounds.
 *
 * Returns: (transfer full): the record; NULL with INPUT and the line
 */
EnlaceValue *enlace_xml_read  (const char         *text,
                               gsize               length,
                               const char         *encoding,
                               EnlaceValue        *lists,
                               EnlaceFormatGuard  *guard,
                               GError            **error);
/* A record with one member as an XML document; NULL with VALUE. */
char        *enlace_xml_write (EnlaceValue        *root,
                               gboolean            is_pretty,
                               gsize              *length,
                               EnlaceFormatGuard  *guard,
                               GError            **error);

G_END_DECLS
