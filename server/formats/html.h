/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/formats/csv.h"

G_BEGIN_DECLS

typedef enum {
  ENLACE_HTML_ELEMENTS,   /* { name, attributes, text } */
  ENLACE_HTML_TEXT,
  ENLACE_HTML_MARKUP,
  ENLACE_HTML_TABLES,     /* lists of records, or of lists without a header */
} EnlaceHtmlTake;

/**
 * enlace_html_read:
 * @text: UTF-8
 * @select: a CSS selector, or an XPath expression where it begins with “/” or “(”
 * @header, @columns: (nullable): as in CSV, for tables
 *
 * HTML as browsers would roughly read it; there is no such thing as malformed HTML. Nothing outside of the text is read.
 *
 * Returns: (transfer full): a list, one entry a selected element; or what else the XPath expression gives: a text, a double, a bool.
 *   NULL with OPTION (the selector), INPUT
 */
EnlaceValue *enlace_html_read      (const char         *text,
                                    gsize               length,
                                    const char         *select,
                                    EnlaceHtmlTake      take,
                                    EnlaceCsvHeader     header,
                                    EnlaceValue        *columns,
                                    EnlaceFormatGuard  *guard,
                                    GError            **error);
/* A CSS selector as XPath: names, `*`, #id, .class, [attribute], with = ~= |= ^= $= *=, :first-child, :last-child, :nth-child(N), the combinators and
 * commas. NULL with OPTION. */
char        *enlace_selector_to_xpath (const char       *selector,
                                       GError          **error);

G_END_DECLS
