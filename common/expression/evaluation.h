/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/expression/operand.h"
#include "common/expression/program.h"

G_BEGIN_DECLS

/* Bytes that are copied or compared for one unit of cost. */
#define ENLACE_COST_BYTES 16

/* Why the evaluation failed. A missing path is put into words only when it leaves the evaluation, since `||` may still
 * absorb it. */
typedef struct {
  gboolean               set;
  EnlaceExpressionError  code;
  char                  *message;     /* NULL for a path */
  const EnlaceNode      *node;        /* of a path: the node, its segment, what had no such member, the index */
  guint                  segment;
  EnlaceValue           *container;
  EnlaceValue           *key;
} EnlaceFailure;

typedef struct {
  EnlaceExpression   *expression;
  const EnlaceScope  *scope;          /* nullable */
  EnlaceValue       **names;          /* values of free names found so far */
  EnlaceOperand      *locals;
  guint64             cost;           /* what is left */
  EnlaceFailure       failure;
} EnlaceEvaluation;

/* TRUE with a result in `out`, which the caller clears; FALSE with a failure. */
gboolean     enlace_evaluate              (EnlaceEvaluation     *self,
                                           const EnlaceNode     *node,
                                           EnlaceOperand        *out);
gboolean     enlace_evaluate_path         (EnlaceEvaluation     *self,
                                           const EnlaceNode     *node,
                                           EnlaceOperand        *out);
gboolean     enlace_evaluate_name         (EnlaceEvaluation     *self,
                                           const EnlaceNode     *node,
                                           EnlaceOperand        *out);
gboolean     enlace_evaluate_has          (EnlaceEvaluation     *self,
                                           const EnlaceNode     *node,
                                           EnlaceOperand        *out);
gboolean     enlace_evaluate_comprehension (EnlaceEvaluation    *self,
                                            const EnlaceNode    *node,
                                            EnlaceOperand       *out);
/* Computes `left op right`; clears neither. */
gboolean     enlace_evaluate_operator     (EnlaceEvaluation     *self,
                                           EnlaceOperator        op,
                                           const EnlaceOperand  *left,
                                           const EnlaceOperand  *right,
                                           EnlaceOperand        *out);
gboolean     enlace_evaluate_equal        (EnlaceEvaluation     *self,
                                           const EnlaceOperand  *left,
                                           const EnlaceOperand  *right,
                                           gboolean             *equal);
/* -1, 0, 1; 2 when NaN takes part. FALSE when the kinds have no order between them. */
gboolean     enlace_operand_compare       (const EnlaceOperand  *left,
                                           const EnlaceOperand  *right,
                                           int                  *order);

/* Always FALSE, with a failure. */
gboolean     enlace_evaluation_fail       (EnlaceEvaluation     *self,
                                           const char           *format,
                                           ...) G_GNUC_PRINTF (2, 3);
gboolean     enlace_evaluation_fail_cost  (EnlaceEvaluation     *self);
gboolean     enlace_evaluation_fail_path  (EnlaceEvaluation     *self,
                                           const EnlaceNode     *node,
                                           guint                 segment,
                                           const EnlaceOperand  *container,
                                           const EnlaceOperand  *key);   /* nullable */
gboolean     enlace_evaluation_no_overload (EnlaceEvaluation    *self,
                                            const char          *name,
                                            const EnlaceOperand *arguments,
                                            gsize                n);
void         enlace_failure_clear         (EnlaceFailure        *self);
/* Puts the failure into words. */
void         enlace_evaluation_set_error  (EnlaceEvaluation     *self,
                                           GError              **error);

/* Charges for a whole value, shared parts each time: what it would take to write it down. */
gboolean     enlace_evaluation_charge_value (EnlaceEvaluation   *self,
                                             EnlaceValue        *value);

static inline gboolean
enlace_evaluation_charge (EnlaceEvaluation *self,
                          guint64           units)
{
  if (G_UNLIKELY (self->cost < units))
    return enlace_evaluation_fail_cost (self);
  self->cost -= units;
  return TRUE;
}

static inline gboolean
enlace_evaluation_charge_bytes (EnlaceEvaluation *self,
                                gsize             bytes)
{
  return enlace_evaluation_charge (self, bytes / ENLACE_COST_BYTES);
}

G_END_DECLS
