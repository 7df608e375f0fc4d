/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include "common/expression/ast.h"

EnlaceNode *
enlace_node_new (EnlaceArena    *arena,
                 EnlaceNodeType  type,
                 gsize           start,
                 gsize           end)
{
  EnlaceNode *self = enlace_arena_alloc (arena, sizeof (EnlaceNode));

  self->type = type;
  self->height = 1;
  self->start = start;
  self->end = end;
  return self;
}

void
enlace_node_adopt (EnlaceNode *self,
                   EnlaceNode *child)
{
  if (child != NULL)
    self->height = MAX (self->height, child->height + 1);
}

static void
visit (EnlaceNode  *child,
       void       (*func) (EnlaceNode *, gpointer),
       gpointer     data)
{
  if (child != NULL)
    func (child, data);
}

static void
visit_all (EnlaceNode **children,
           gsize        n,
           void       (*func) (EnlaceNode *, gpointer),
           gpointer     data)
{
  for (gsize i = 0; i < n; i++)
    func (children[i], data);
}

void
enlace_node_foreach (EnlaceNode  *self,
                     void       (*func) (EnlaceNode *, gpointer),
                     gpointer     data)
{
  switch ((EnlaceNodeType) self->type)
    {
    case ENLACE_NODE_CONSTANT:
    case ENLACE_NODE_NAME:
    case ENLACE_NODE_LOCAL:
      break;

    case ENLACE_NODE_PATH:
      func (self->path.base, data);
      for (guint i = 0; i < self->n; i++)
        visit (self->path.segments[i].index, func, data);
      break;

    case ENLACE_NODE_HAS:
    case ENLACE_NODE_NOT:
    case ENLACE_NODE_NEGATE:
      func (self->operand, data);
      break;

    case ENLACE_NODE_CHAIN:
    case ENLACE_NODE_AND:
    case ENLACE_NODE_OR:
    case ENLACE_NODE_CONDITIONAL:
      visit_all (self->chain.operands, self->n, func, data);
      break;

    case ENLACE_NODE_LIST:
      visit_all (self->list.items, self->n, func, data);
      break;

    case ENLACE_NODE_MAP:
      visit_all (self->list.items, (gsize) self->n * 2, func, data);
      break;

    case ENLACE_NODE_CALL:
      visit_all (self->call.arguments, self->n, func, data);
      break;

    case ENLACE_NODE_COMPREHENSION:
    case ENLACE_NODE_BIND:
      func (self->comprehension.range, data);
      visit (self->comprehension.condition, func, data);
      visit (self->comprehension.result, func, data);
      break;

    default:
      g_assert_not_reached ();
    }
}

const char *
enlace_operator_symbol (EnlaceOperator self)
{
  static const char *const symbols[] = {
    "", "+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "in", "&&", "||",
  };

  return symbols[self];
}
