/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libxml/tree.h>

#include "server/formats/html.h"

G_BEGIN_DECLS

/* Before libxml2 is used on a thread: it would print what it finds wrong with an encoding. */
void         enlace_xml_prepare     (void);
/* The next node behind `node` in the order of the text, inside of `root`; NULL: none. Without `descends`, what is in `node` is left out. */
xmlNode     *enlace_html_next       (xmlNode          *root,
                                     xmlNode          *node,
                                     gboolean          descends);
/* What is to be read of it: scripts and styles left out, spaces as one. */
char        *enlace_html_dup_text   (xmlNode          *node);
EnlaceValue *enlace_html_read_table (xmlNode          *table,
                                     EnlaceCsvHeader   header,
                                     EnlaceValue      *columns);

G_END_DECLS
