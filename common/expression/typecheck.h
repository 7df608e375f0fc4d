/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/expression/expression.h"
#include "common/expression/type.h"

G_BEGIN_DECLS

/**
 * EnlaceTypeScope:
 *
 * What the free names of an expression mean. Both functions give a reference to the caller, or %NULL where they do not know.
 * `member` (nullable) is asked first about `name.member`, so that names with very many members need no type of their own.
 */
typedef struct _EnlaceTypeScope EnlaceTypeScope;
struct _EnlaceTypeScope {
  EnlaceType *(*lookup) (const EnlaceTypeScope *self,
                         const char            *name);
  EnlaceType *(*member) (const EnlaceTypeScope *self,
                         const char            *name,
                         const char            *member);
};

/**
 * EnlaceFindingLevel:
 * @ENLACE_FINDING_PROBLEM: it cannot succeed
 * @ENLACE_FINDING_WARNING: it may not mean what it says
 */
typedef enum {
  ENLACE_FINDING_PROBLEM,
  ENLACE_FINDING_WARNING,
} EnlaceFindingLevel;

/* `start` and `end` are offsets in the text of the expression. */
typedef void (*EnlaceFindingFunc) (EnlaceFindingLevel  level,
                                   const char         *detail,
                                   guint               start,
                                   guint               end,
                                   gpointer            data);

/**
 * enlace_expression_infer:
 * @self: an expression
 * @scope: (nullable): what its free names mean; without it nothing is known of them
 * @func: (nullable) (scope call): is told what is wrong, as far as the types tell
 * @data: for @func
 *
 * Returns: (transfer full): the type of the result
 */
EnlaceType *enlace_expression_infer (EnlaceExpression      *self,
                                     const EnlaceTypeScope *scope,
                                     EnlaceFindingFunc      func,
                                     gpointer               data);

G_END_DECLS
