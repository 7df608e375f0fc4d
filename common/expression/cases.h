/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/value/value.h"

G_BEGIN_DECLS

/* Runs a file of conformance cases (the JSON form of the CEL project's tests: name, expr, bindings, value or error).
 * Prints a line to `report` (nullable) for each case that failed. FALSE with an error when the file cannot be read. */
gboolean enlace_expression_run_cases (EnlaceValue  *file,
                                      GString      *report,
                                      guint        *n_passed,
                                      guint        *n_failed,
                                      GError      **error);

G_END_DECLS
