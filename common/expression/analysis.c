/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include "common/expression/function.h"

/* What is known of an expression without evaluating it: the paths that it reads, and a bound of its cost. */

typedef struct {
  EnlaceExpressionPathFunc  func;
  gpointer                  data;
} PathVisit;

/* A constant index as a segment of text. */
static char *
index_text (const EnlaceNode *index)
{
  EnlaceKind kind;

  if (index->type != ENLACE_NODE_CONSTANT)
    return NULL;
  kind = enlace_value_get_kind (index->constant);
  if (kind == ENLACE_KIND_STRING)
    return g_strdup (enlace_value_get_string (index->constant));
  if (kind == ENLACE_KIND_INT)
    return g_strdup_printf ("%" G_GINT64_FORMAT, enlace_value_get_int (index->constant));
  return NULL;
}

static void
visit_path (PathVisit        *visit,
            const EnlaceNode *base,
            const EnlaceNode *path)
{
  g_autoptr(GPtrArray) segments = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (segments, g_strdup (base->name.text));
  for (guint i = 0; path != NULL && i < path->n; i++)
    {
      const EnlaceSegment *segment = &path->path.segments[i];
      char *text = segment->index != NULL ? index_text (segment->index) : g_strdup (segment->name);

      if (text == NULL)
        break;
      g_ptr_array_add (segments, text);
    }
  g_ptr_array_add (segments, NULL);
  visit->func ((const char *const *) segments->pdata, visit->data);
}

static void
visit_node (EnlaceNode *node,
            gpointer    data)
{
  PathVisit *visit = data;

  if (node->type == ENLACE_NODE_NAME)
    visit_path (visit, node, NULL);
  else if (node->type != ENLACE_NODE_PATH || node->path.base->type != ENLACE_NODE_NAME)
    enlace_node_foreach (node, visit_node, data);
  else
    {
      visit_path (visit, node->path.base, node);
      for (guint i = 0; i < node->n; i++)
        if (node->path.segments[i].index != NULL)
          visit_node (node->path.segments[i].index, data);
    }
}

void
enlace_expression_foreach_path (EnlaceExpression         *self,
                                EnlaceExpressionPathFunc  func,
                                gpointer                  data)
{
  PathVisit visit = { func, data };

  visit_node (self->root, &visit);
}

static guint64
add (guint64 a,
     guint64 b)
{
  return a > G_MAXUINT64 - b ? G_MAXUINT64 : a + b;
}

/* A scalar's kind when it is known before the evaluation; -1: it depends on data. */
static int
constant_kind (const EnlaceNode *node)
{
  return node->type == ENLACE_NODE_CONSTANT ? (int) enlace_value_get_kind (node->constant) : -1;
}

static gboolean
is_number (int kind)
{
  return kind == ENLACE_KIND_INT || kind == ENLACE_KIND_UINT || kind == ENLACE_KIND_DOUBLE;
}

static gboolean
has_parts (int kind)
{
  return kind == ENLACE_KIND_LIST || kind == ENLACE_KIND_MAP;
}

/* Looking for data in a list or map that is constant. Each comparison is bounded by the element, unless it has parts. */
static guint64
membership_cost (const EnlaceNode *range)
{
  if (constant_kind (range) == ENLACE_KIND_MAP)
    return 0;
  if (constant_kind (range) != ENLACE_KIND_LIST)
    return G_MAXUINT64;
  for (gsize i = 0; i < enlace_value_get_length (range->constant); i++)
    if (has_parts (enlace_value_get_kind (enlace_value_get_element (range->constant, i))))
      return G_MAXUINT64;
  return enlace_value_get_size (range->constant);
}

/* Equality and order of texts look no further than the shorter side; a list or map is charged by the other side's size
 * where it is as long, which an empty one bounds. */
static guint64
comparison_cost (const EnlaceNode *constant)
{
  int kind = constant_kind (constant);

  if (kind == -1 || (has_parts (kind) && enlace_value_get_length (constant->constant) > 0))
    return G_MAXUINT64;
  return enlace_value_get_size (constant->constant) / ENLACE_COST_BYTES + 1;
}

/* What one operator costs besides its operands. + copies both sides unless one is a number. */
static guint64
operator_cost (EnlaceOperator    op,
               const EnlaceNode *left,
               const EnlaceNode *right)
{
  if (op >= ENLACE_OPERATOR_SUBTRACT && op <= ENLACE_OPERATOR_MODULO)
    return 0;
  if (op == ENLACE_OPERATOR_IN)
    return membership_cost (right);
  if (is_number (constant_kind (left)) || is_number (constant_kind (right)))
    return 0;
  if (op == ENLACE_OPERATOR_ADD)
    return G_MAXUINT64;
  return MIN (comparison_cost (left), comparison_cost (right));
}

static guint64 estimate (const EnlaceNode *node);

static void
add_child (EnlaceNode *child,
           gpointer    data)
{
  guint64 *total = data;

  *total = add (*total, estimate (child));
}

static guint64
estimate_chain (const EnlaceNode *node)
{
  guint64 total = 0;

  for (guint i = 1; i < node->n; i++)
    total = add (total, operator_cost (node->chain.operators[i], node->chain.operands[i - 1], node->chain.operands[i]));
  return total;
}

static guint64
estimate (const EnlaceNode *node)
{
  guint64 total = 1;

  if (node->type == ENLACE_NODE_COMPREHENSION
      || (node->type == ENLACE_NODE_CALL && (node->call.function == NULL || !node->call.function->constant_cost)))
    return G_MAXUINT64;
  /* Parts of lists and maps are charged whole; those that are no constants may be of any size. */
  if ((node->type == ENLACE_NODE_LIST || node->type == ENLACE_NODE_MAP) && node->n > 0)
    return G_MAXUINT64;
  if (node->type == ENLACE_NODE_PATH)
    total += node->n;
  if (node->type == ENLACE_NODE_CHAIN)
    total = add (total, estimate_chain (node));
  enlace_node_foreach ((EnlaceNode *) node, add_child, &total);
  return total;
}

guint64
enlace_expression_estimate_cost (EnlaceExpression *self)
{
  return estimate (self->root);
}
