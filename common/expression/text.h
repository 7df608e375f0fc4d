/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/expression/evaluation.h"

G_BEGIN_DECLS

gsize    enlace_text_count  (const char           *text,
                             gsize                 length);  /* code points */
/* The `%` format of CEL's string extension; `values` is a list. */
gboolean enlace_text_format (EnlaceEvaluation     *evaluation,
                             const EnlaceOperand  *format,
                             EnlaceValue          *values,
                             EnlaceOperand        *out);

G_END_DECLS
