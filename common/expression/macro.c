/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include "common/expression/parser.h"

/* The macros over lists and maps: `range.name(variable, …)`. */
static const struct {
  const char          *name;
  guint                n_arguments; /* without the receiver */
  EnlaceComprehension  kind;
} comprehensions[] = {
  { "all", 2, ENLACE_COMPREHENSION_ALL },
  { "exists", 2, ENLACE_COMPREHENSION_EXISTS },
  { "exists_one", 2, ENLACE_COMPREHENSION_EXISTS_ONE },
  { "existsOne", 2, ENLACE_COMPREHENSION_EXISTS_ONE },
  { "filter", 2, ENLACE_COMPREHENSION_FILTER },
  { "map", 2, ENLACE_COMPREHENSION_MAP },
  { "map", 3, ENLACE_COMPREHENSION_MAP },
};

static EnlaceNode *
new_binding (EnlaceParser   *parser,
             EnlaceNodeType  type,
             EnlaceNode     *call,
             EnlaceNode     *variable)
{
  EnlaceNode *node;

  if (variable->type != ENLACE_NODE_NAME || variable->name.root)
    return enlace_parser_fail (parser, variable->start, "a simple name was expected here, for the variable of “%s”",
                               call->call.name);
  node = enlace_node_new (parser->arena, type, call->start, call->end);
  node->comprehension.variable = variable->name.text;
  node->height = call->height;
  return node;
}

static EnlaceNode *
expand_comprehension (EnlaceParser        *parser,
                      EnlaceNode          *call,
                      EnlaceComprehension  kind)
{
  EnlaceNode **arguments = call->call.arguments;
  EnlaceNode *node = new_binding (parser, ENLACE_NODE_COMPREHENSION, call, arguments[1]);

  if (node == NULL)
    return NULL;
  node->op = kind;
  node->comprehension.range = arguments[0];
  if (kind != ENLACE_COMPREHENSION_MAP)
    node->comprehension.condition = arguments[2];
  else
    {
      node->comprehension.condition = call->n == 4 ? arguments[2] : NULL;
      node->comprehension.result = arguments[call->n - 1];
    }
  return node;
}

static EnlaceNode *
expand_has (EnlaceParser *parser,
            EnlaceNode   *call)
{
  EnlaceNode *path = call->call.arguments[0];
  EnlaceNode *node;

  if (path->type != ENLACE_NODE_PATH || path->path.segments[path->n - 1].index != NULL)
    return enlace_parser_fail (parser, path->start, "has() wants a member: has(a.b)");
  node = enlace_node_new (parser->arena, ENLACE_NODE_HAS, call->start, call->end);
  node->operand = path;
  node->height = call->height;
  return node;
}

/* cel.bind(name, value, expression) */
static EnlaceNode *
expand_bind (EnlaceParser *parser,
             EnlaceNode   *call)
{
  EnlaceNode *node = new_binding (parser, ENLACE_NODE_BIND, call, call->call.arguments[1]);

  if (node == NULL)
    return NULL;
  node->comprehension.range = call->call.arguments[2];
  node->comprehension.result = call->call.arguments[3];
  return node;
}

/* optional.optMap(name, expression), optional.optFlatMap(name, expression) */
static EnlaceNode *
expand_optional (EnlaceParser  *parser,
                 EnlaceNode    *call,
                 EnlaceBinding  kind)
{
  EnlaceNode *node = new_binding (parser, ENLACE_NODE_BIND, call, call->call.arguments[1]);

  if (node == NULL)
    return NULL;
  node->op = kind;
  node->comprehension.range = call->call.arguments[0];
  node->comprehension.result = call->call.arguments[2];
  return node;
}

static gboolean
is_bind (EnlaceNode *call)
{
  EnlaceNode *target = call->call.arguments[0];

  return call->n == 4 && g_str_equal (call->call.name, "bind")
         && target->type == ENLACE_NODE_NAME && g_str_equal (target->name.text, "cel");
}

gboolean
enlace_macro_expand (EnlaceParser  *parser,
                     EnlaceNode    *call,
                     EnlaceNode   **expansion)
{
  const char *name = call->call.name;

  if (parser->no_macros)
    return FALSE;
  if (!call->call.member)
    {
      if (call->n != 1 || !g_str_equal (name, "has"))
        return FALSE;
      *expansion = expand_has (parser, call);
      return TRUE;
    }
  if (is_bind (call))
    {
      *expansion = expand_bind (parser, call);
      return TRUE;
    }
  if (call->n == 3 && (g_str_equal (name, "optMap") || g_str_equal (name, "optFlatMap")))
    {
      *expansion = expand_optional (parser, call, g_str_equal (name, "optMap") ? ENLACE_BINDING_MAP : ENLACE_BINDING_FLAT_MAP);
      return TRUE;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (comprehensions); i++)
    if (call->n == comprehensions[i].n_arguments + 1 && g_str_equal (name, comprehensions[i].name))
      {
        *expansion = expand_comprehension (parser, call, comprehensions[i].kind);
        return TRUE;
      }
  return FALSE;
}
