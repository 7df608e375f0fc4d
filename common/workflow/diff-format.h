/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/value/value.h"

G_BEGIN_DECLS

/**
 * enlace_document_format:
 * @document: a workflow document, or any other value
 * @error: return location for a value that has no JSON text (%ENLACE_JSON_ERROR)
 *
 * Writes a document as people and version control read it: a member a line, those of the document, its steps and edges in an order that does not
 * depend on who wrote it, others by name behind them. Reading the text gives an equal document. Members inside of parameters keep their order, since
 * a step may send them in it.
 *
 * Returns: (transfer full) (nullable): the text, with a line break at its end
 */
char *enlace_document_format (EnlaceValue  *document,
                              GError      **error);

/* The document with its members, and those of its rows, in the order of enlace_document_format(). */
EnlaceValue *enlace_document_arrange (EnlaceValue *document);

G_END_DECLS
