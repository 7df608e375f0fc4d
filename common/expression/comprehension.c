/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include "common/expression/evaluation.h"

/* One comprehension while it runs. */
typedef struct {
  EnlaceEvaluation  *evaluation;
  const EnlaceNode  *node;
  EnlaceListBuilder *results;     /* map and filter */
  EnlaceFailure      failure;     /* all and exists: the first, unless something decides */
  guint              n_found;     /* exists_one */
} Loop;

static const char *
macro_name (const EnlaceNode *node)
{
  static const char *const names[] = { "all", "exists", "exists_one", "map", "filter" };

  return names[node->op];
}

/* The condition for the element that the local holds. */
static gboolean
test (Loop     *loop,
      gboolean *result)
{
  EnlaceOperand operand;

  if (!enlace_evaluate (loop->evaluation, loop->node->comprehension.condition, &operand))
    return FALSE;
  *result = operand.boolean;
  if (operand.kind == ENLACE_KIND_BOOL)
    {
      enlace_operand_clear (&operand);
      return TRUE;
    }
  enlace_evaluation_fail (loop->evaluation, "the condition of “%s” is a bool, not %s", macro_name (loop->node),
                          enlace_operand_type_name (&operand));
  enlace_operand_clear (&operand);
  return FALSE;
}

/* all, exists: FALSE when nothing more can change the result. */
static gboolean
step_search (Loop     *loop,
             gboolean  decisive,
             gboolean *decided)
{
  EnlaceFailure *failure = &loop->evaluation->failure;
  gboolean found;

  if (test (loop, &found))
    {
      *decided = found == decisive;
      return !*decided;
    }
  if (failure->code == ENLACE_EXPRESSION_ERROR_COST || !loop->failure.set)
    {
      enlace_failure_clear (&loop->failure);
      loop->failure = *failure;
      *failure = (EnlaceFailure) { 0 };
    }
  else
    enlace_failure_clear (failure);
  return loop->failure.code != ENLACE_EXPRESSION_ERROR_COST;
}

static gboolean
add_result (Loop          *loop,
            EnlaceOperand *operand,
            gboolean       charge)
{
  if (charge && operand->value != NULL && !enlace_evaluation_charge_value (loop->evaluation, operand->value))
    {
      enlace_operand_clear (operand);
      return FALSE;
    }
  enlace_list_builder_take (loop->results, enlace_operand_box (operand));
  return TRUE;
}

/* exists_one, map, filter: FALSE with a failure. */
static gboolean
step_collect (Loop          *loop,
              EnlaceOperand *element)
{
  EnlaceOperand result;
  gboolean keep = TRUE;

  if (loop->node->comprehension.condition != NULL && !test (loop, &keep))
    return FALSE;
  if (!keep)
    return TRUE;
  loop->n_found++;
  if (loop->node->op == ENLACE_COMPREHENSION_EXISTS_ONE)
    return TRUE;
  if (loop->node->op == ENLACE_COMPREHENSION_FILTER)
    {
      result = *element;
      return add_result (loop, &result, FALSE);
    }
  return enlace_evaluate (loop->evaluation, loop->node->comprehension.result, &result) && add_result (loop, &result, TRUE);
}

static gboolean
run_search (Loop                *loop,
            const EnlaceOperand *range,
            gsize                n,
            EnlaceOperand       *out)
{
  EnlaceOperand *local = &loop->evaluation->locals[loop->node->comprehension.slot];
  gboolean decisive = loop->node->op == ENLACE_COMPREHENSION_EXISTS;
  gboolean decided = FALSE, more = TRUE;

  for (gsize i = 0; i < n && more; i++)
    {
      enlace_operand_borrow (local, range->kind == ENLACE_KIND_LIST ? enlace_value_get_element (range->value, i)
                                                                    : enlace_value_get_key (range->value, i));
      more = step_search (loop, decisive, &decided);
    }
  if (loop->failure.set && !decided)
    {
      loop->evaluation->failure = loop->failure;
      return FALSE;
    }
  enlace_failure_clear (&loop->failure);
  enlace_operand_set_bool (out, decided ? decisive : !decisive);
  return TRUE;
}

static gboolean
run_collect (Loop                *loop,
             const EnlaceOperand *range,
             gsize                n,
             EnlaceOperand       *out)
{
  EnlaceOperand *local = &loop->evaluation->locals[loop->node->comprehension.slot];

  for (gsize i = 0; i < n; i++)
    {
      enlace_operand_borrow (local, range->kind == ENLACE_KIND_LIST ? enlace_value_get_element (range->value, i)
                                                                    : enlace_value_get_key (range->value, i));
      if (!step_collect (loop, local))
        return FALSE;
    }
  if (loop->results != NULL)
    enlace_operand_take (out, enlace_list_builder_end (loop->results));
  else
    enlace_operand_set_bool (out, loop->n_found == 1);
  return TRUE;
}

static gboolean G_GNUC_NO_INLINE
run (EnlaceEvaluation    *self,
     const EnlaceNode    *node,
     const EnlaceOperand *range,
     EnlaceOperand       *out)
{
  Loop loop = { .evaluation = self, .node = node };
  gsize n = enlace_value_get_length (range->value);
  gboolean ok;

  if (node->op == ENLACE_COMPREHENSION_ALL || node->op == ENLACE_COMPREHENSION_EXISTS)
    return run_search (&loop, range, n, out);
  if (node->op != ENLACE_COMPREHENSION_EXISTS_ONE)
    loop.results = enlace_list_builder_new ();
  ok = run_collect (&loop, range, n, out);
  g_clear_pointer (&loop.results, enlace_list_builder_free);
  return ok;
}

gboolean
enlace_evaluate_comprehension (EnlaceEvaluation *self,
                               const EnlaceNode *node,
                               EnlaceOperand    *out)
{
  EnlaceOperand range;
  gboolean ok;

  if (!enlace_evaluate (self, node->comprehension.range, &range))
    return FALSE;
  if (range.kind == ENLACE_KIND_LIST || range.kind == ENLACE_KIND_MAP)
    ok = run (self, node, &range, out);
  else
    ok = enlace_evaluation_fail (self, "“%s” goes over a list or a map, not %s", macro_name (node),
                                 enlace_operand_type_name (&range));
  enlace_operand_clear (&range);
  return ok;
}
