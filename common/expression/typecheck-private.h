/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/expression/ast.h"
#include "common/expression/program.h"
#include "common/expression/typecheck.h"

G_BEGIN_DECLS

/* One pass over an expression. Functions give a new reference; after a finding nothing is known, so that one mistake is told once. */
typedef struct {
  EnlaceExpression *expression;
  const EnlaceTypeScope *scope;
  EnlaceFindingFunc func;
  gpointer data;
  GHashTable *asked;              /* texts of the paths in has(): where one is read, it is known that it may be absent */
  guint n_absorbing;              /* && and || around: a failure there need not be one of the whole */
  EnlaceType *locals[2 * ENLACE_AST_MAX_HEIGHT + 2];  /* by slot; borrowed from whoever binds them */
} EnlaceInference;

EnlaceType *enlace_infer_node  (EnlaceInference  *self,
                                const EnlaceNode *node);
EnlaceType *enlace_infer_name  (EnlaceInference  *self,
                                const EnlaceNode *node);
EnlaceType *enlace_infer_path  (EnlaceInference  *self,
                                const EnlaceNode *node);
EnlaceType *enlace_infer_has   (EnlaceInference  *self,
                                const EnlaceNode *node);
EnlaceType *enlace_infer_call  (EnlaceInference  *self,
                                const EnlaceNode *node);
EnlaceType *enlace_infer_chain (EnlaceInference  *self,
                                const EnlaceNode *node);
/* Tells; gives a type of which nothing is known. */
EnlaceType *enlace_infer_fail  (EnlaceInference  *self,
                                guint             start,
                                guint             end,
                                const char       *format,
                                ...) G_GNUC_PRINTF (4, 5);
void        enlace_infer_warn  (EnlaceInference  *self,
                                guint             start,
                                guint             end,
                                const char       *format,
                                ...) G_GNUC_PRINTF (4, 5);
/* Whether a value of the type may be of one of the kinds. */
gboolean    enlace_type_may_be (const EnlaceType *type,
                                guint             kinds);

G_END_DECLS
