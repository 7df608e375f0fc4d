/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include "common/expression/function.h"

/* Whether an expression asks for members before it reads them. */

typedef struct {
  const char *name;
  gboolean    found;
} GuardVisit;

static gboolean
is_name (const EnlaceNode *node,
         const char       *name)
{
  return node->type == ENLACE_NODE_NAME && g_str_equal (node->name.text, name);
}

/* `has(name.x)`, but not `has(name.x.y)`, which fails without x. */
static gboolean
is_has (const EnlaceNode *node,
        const char       *name)
{
  const EnlaceNode *path = node->operand;

  return path->type == ENLACE_NODE_PATH && path->n == 1 && is_name (path->path.base, name);
}

static gboolean
is_membership (const EnlaceNode *node,
               const char       *name)
{
  for (guint i = 1; i < node->n; i++)
    if (node->chain.operators[i] == ENLACE_OPERATOR_IN && is_name (node->chain.operands[i], name))
      return TRUE;
  return FALSE;
}

static void
visit_guard (EnlaceNode *node,
             gpointer    data)
{
  GuardVisit *visit = data;

  if (node->type == ENLACE_NODE_HAS)
    visit->found |= is_has (node, visit->name);
  else if (node->type == ENLACE_NODE_CHAIN)
    visit->found |= is_membership (node, visit->name);
  else if (node->type == ENLACE_NODE_PATH && is_name (node->path.base, visit->name))
    visit->found |= node->n > 0 && node->path.segments[0].optional;
  enlace_node_foreach (node, visit_guard, data);
}

/**
 * enlace_expression_tests_members:
 * @self: an expression
 * @name: a free name
 *
 * Returns: whether it asks somewhere if a member of @name is there: `has(name.x)`, `name.?x`, `name[?x]` or `x in name`
 */
gboolean
enlace_expression_tests_members (EnlaceExpression *self,
                                 const char       *name)
{
  GuardVisit visit = { name, FALSE };

  visit_guard (self->root, &visit);
  return visit.found;
}
