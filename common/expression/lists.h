/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/expression/evaluation.h"

G_BEGIN_DECLS

gboolean enlace_list_reverse (EnlaceEvaluation     *evaluation,
                              const EnlaceOperand  *list,
                              EnlaceOperand        *out);
/* The elements in the order of the keys, which are as many and of one kind that has an order. */
gboolean enlace_list_sort_by (EnlaceEvaluation     *evaluation,
                              EnlaceValue          *list,
                              EnlaceValue          *keys,
                              EnlaceOperand        *out);

G_END_DECLS
