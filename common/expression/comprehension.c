/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include "common/expression/evaluation.h"
#include "common/expression/lists.h"
#include "common/expression/records.h"

/* One comprehension while it runs. */
typedef struct {
  EnlaceEvaluation    *evaluation;
  const EnlaceNode    *node;
  const EnlaceOperand *range;
  EnlaceListBuilder   *list;        /* what is collected: one of these, or nothing */
  EnlaceMapBuilder    *map;
  EnlaceFailure        failure;     /* all and exists: the first, unless something decides */
  guint                n_found;     /* exists_one */
} Loop;

static const char *
macro_name (const EnlaceNode *node)
{
  static const char *const names[] = {
    "all", "exists", "exists_one", "map", "filter", "transformList", "transformMap", "transformMapEntry", "sortBy",
    "groupBy", "keyBy", "countBy",
  };

  return names[node->op];
}

static EnlaceOperand *
first_local (Loop *loop)
{
  return &loop->evaluation->locals[loop->node->comprehension.slot];
}

/* One variable is the element of a list or the key of a map; two are index and element, or key and member. */
static void
set_locals (Loop  *loop,
            gsize  index)
{
  EnlaceOperand *local = first_local (loop);
  EnlaceValue *range = loop->range->value;
  gboolean is_map = loop->range->kind == ENLACE_KIND_MAP;
  EnlaceValue *value = is_map ? enlace_value_get_member_value (range, index) : enlace_value_get_element (range, index);

  if (is_map)
    enlace_operand_borrow (local, enlace_value_get_key (range, index));
  else if (loop->node->comprehension.second != NULL)
    enlace_operand_set_int (local, index);
  else
    enlace_operand_borrow (local, value);
  if (loop->node->comprehension.second != NULL)
    enlace_operand_borrow (local + 1, value);
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

/* A result that goes into a list or map may be written down there in full, so that it is charged in full; what filter keeps
 * was in its range already. */
static EnlaceValue *
take_result (Loop          *loop,
             EnlaceOperand *result)
{
  if (result->value != NULL && !enlace_evaluation_charge_value (loop->evaluation, result->value))
    {
      enlace_operand_clear (result);
      return NULL;
    }
  return enlace_operand_box (result);
}

static gboolean
insert (Loop        *loop,
        EnlaceValue *key,
        EnlaceValue *value)
{
  return enlace_map_builder_insert (loop->map, key, value)
         || enlace_evaluation_fail (loop->evaluation, "“%s” gives the same key twice", macro_name (loop->node));
}

/* transformMapEntry: the result is a map, whose entries are added. */
static gboolean
insert_all (Loop        *loop,
            EnlaceValue *entries)
{
  if (enlace_value_get_kind (entries) != ENLACE_KIND_MAP)
    return enlace_evaluation_fail (loop->evaluation, "“transformMapEntry” gives a map, not %s",
                                   enlace_kind_type_name (enlace_value_get_kind (entries)));
  for (gsize i = 0; i < enlace_value_get_length (entries); i++)
    if (!insert (loop, enlace_value_get_key (entries, i), enlace_value_get_member_value (entries, i)))
      return FALSE;
  return TRUE;
}

static gboolean
add_result (Loop          *loop,
            EnlaceOperand *result)
{
  g_autoptr(EnlaceValue) value = take_result (loop, result);
  g_autoptr(EnlaceValue) key = NULL;
  EnlaceOperand local;

  if (value == NULL)
    return FALSE;
  if (loop->list != NULL)
    {
      enlace_list_builder_add (loop->list, value);
      return TRUE;
    }
  if (loop->node->op == ENLACE_COMPREHENSION_TRANSFORM_MAP_ENTRY)
    return insert_all (loop, value);
  local = *first_local (loop);
  key = enlace_operand_box (&local);
  return insert (loop, key, value);
}

/* exists_one, filter and all that have a result: FALSE with a failure. */
static gboolean
step_collect (Loop *loop)
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
      result = *first_local (loop);
      enlace_list_builder_take (loop->list, enlace_operand_box (&result));
      return TRUE;
    }
  return enlace_evaluate (loop->evaluation, loop->node->comprehension.result, &result) && add_result (loop, &result);
}

static gboolean
run_search (Loop          *loop,
            gsize          n,
            EnlaceOperand *out)
{
  gboolean decisive = loop->node->op == ENLACE_COMPREHENSION_EXISTS;
  gboolean decided = FALSE, more = TRUE;

  for (gsize i = 0; i < n && more; i++)
    {
      set_locals (loop, i);
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

/* Those that want a key of each element and then look at the list as a whole. */
static gboolean
is_by_key (const EnlaceNode *node)
{
  return node->op >= ENLACE_COMPREHENSION_SORT_BY && node->op <= ENLACE_COMPREHENSION_COUNT_BY;
}

static gboolean
arrange_by_results (Loop          *loop,
                    EnlaceOperand *out)
{
  g_autoptr(EnlaceValue) keys = enlace_list_builder_end (loop->list);

  if (loop->node->op == ENLACE_COMPREHENSION_GROUP_BY)
    return enlace_records_group (loop->evaluation, loop->range->value, keys, ENLACE_GROUP_LISTS, out);
  if (loop->node->op == ENLACE_COMPREHENSION_KEY_BY)
    return enlace_records_group (loop->evaluation, loop->range->value, keys, ENLACE_GROUP_LAST, out);
  if (loop->node->op == ENLACE_COMPREHENSION_COUNT_BY)
    return enlace_records_group (loop->evaluation, loop->range->value, keys, ENLACE_GROUP_COUNT, out);
  return enlace_list_sort_by (loop->evaluation, loop->range->value, keys, out);
}

static gboolean
run_collect (Loop          *loop,
             gsize          n,
             EnlaceOperand *out)
{
  for (gsize i = 0; i < n; i++)
    {
      set_locals (loop, i);
      if (!step_collect (loop))
        return FALSE;
    }
  if (is_by_key (loop->node))
    return arrange_by_results (loop, out);
  if (loop->list != NULL)
    enlace_operand_take (out, enlace_list_builder_end (loop->list));
  else if (loop->map != NULL)
    enlace_operand_take (out, enlace_map_builder_end (loop->map));
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
  Loop loop = { .evaluation = self, .node = node, .range = range };
  gsize n = enlace_value_get_length (range->value);
  gboolean ok;

  if (node->op == ENLACE_COMPREHENSION_ALL || node->op == ENLACE_COMPREHENSION_EXISTS)
    return run_search (&loop, n, out);
  if (node->op == ENLACE_COMPREHENSION_TRANSFORM_MAP || node->op == ENLACE_COMPREHENSION_TRANSFORM_MAP_ENTRY)
    loop.map = enlace_map_builder_new ();
  else if (node->op != ENLACE_COMPREHENSION_EXISTS_ONE)
    loop.list = enlace_list_builder_new ();
  ok = run_collect (&loop, n, out);
  g_clear_pointer (&loop.list, enlace_list_builder_free);
  g_clear_pointer (&loop.map, enlace_map_builder_free);
  return ok;
}

/* A map has no order that could be changed. */
static gboolean
accepts (const EnlaceNode    *node,
         const EnlaceOperand *range)
{
  return range->kind == ENLACE_KIND_LIST || (range->kind == ENLACE_KIND_MAP && !is_by_key (node));
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
  if (accepts (node, &range))
    ok = run (self, node, &range, out);
  else
    ok = enlace_evaluation_fail (self, "“%s” goes over %s, not %s", macro_name (node),
                                 is_by_key (node) ? "a list" : "a list or a map",
                                 enlace_operand_type_name (&range));
  enlace_operand_clear (&range);
  return ok;
}
