/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include "common/expression/parser.h"

/* The macros over lists and maps: `range.name(variable, …)`. */
typedef struct {
  const char          *name;
  EnlaceComprehension  kind;
  guint                n_variables;
  gboolean             has_condition;
  gboolean             has_result;
} Macro;

static const Macro macros[] = {
  { "all", ENLACE_COMPREHENSION_ALL, 1, TRUE, FALSE },
  { "all", ENLACE_COMPREHENSION_ALL, 2, TRUE, FALSE },
  { "exists", ENLACE_COMPREHENSION_EXISTS, 1, TRUE, FALSE },
  { "exists", ENLACE_COMPREHENSION_EXISTS, 2, TRUE, FALSE },
  { "exists_one", ENLACE_COMPREHENSION_EXISTS_ONE, 1, TRUE, FALSE },
  { "existsOne", ENLACE_COMPREHENSION_EXISTS_ONE, 1, TRUE, FALSE },
  { "existsOne", ENLACE_COMPREHENSION_EXISTS_ONE, 2, TRUE, FALSE },
  { "filter", ENLACE_COMPREHENSION_FILTER, 1, TRUE, FALSE },
  { "map", ENLACE_COMPREHENSION_MAP, 1, FALSE, TRUE },
  { "map", ENLACE_COMPREHENSION_MAP, 1, TRUE, TRUE },
  { "countBy", ENLACE_COMPREHENSION_COUNT_BY, 1, FALSE, TRUE },
  { "groupBy", ENLACE_COMPREHENSION_GROUP_BY, 1, FALSE, TRUE },
  { "keyBy", ENLACE_COMPREHENSION_KEY_BY, 1, FALSE, TRUE },
  { "sortBy", ENLACE_COMPREHENSION_SORT_BY, 1, FALSE, TRUE },
  { "transformList", ENLACE_COMPREHENSION_TRANSFORM_LIST, 2, FALSE, TRUE },
  { "transformList", ENLACE_COMPREHENSION_TRANSFORM_LIST, 2, TRUE, TRUE },
  { "transformMap", ENLACE_COMPREHENSION_TRANSFORM_MAP, 2, FALSE, TRUE },
  { "transformMap", ENLACE_COMPREHENSION_TRANSFORM_MAP, 2, TRUE, TRUE },
  { "transformMapEntry", ENLACE_COMPREHENSION_TRANSFORM_MAP_ENTRY, 2, FALSE, TRUE },
  { "transformMapEntry", ENLACE_COMPREHENSION_TRANSFORM_MAP_ENTRY, 2, TRUE, TRUE },
};

/* The arguments that it takes, the receiver among them. */
static guint
count_arguments (const Macro *macro)
{
  return 1 + macro->n_variables + (macro->has_condition ? 1 : 0) + (macro->has_result ? 1 : 0);
}

static const char *
variable_name (EnlaceParser *parser,
               EnlaceNode   *call,
               EnlaceNode   *variable)
{
  if (variable->type == ENLACE_NODE_NAME && !variable->name.root)
    return variable->name.text;
  enlace_parser_fail (parser, variable->start, "a simple name was expected here, for the variable of “%s”", call->call.name);
  return NULL;
}

static EnlaceNode *
new_binding (EnlaceParser   *parser,
             EnlaceNodeType  type,
             EnlaceNode     *call,
             EnlaceNode     *variable)
{
  const char *name = variable_name (parser, call, variable);
  EnlaceNode *node;

  if (name == NULL)
    return NULL;
  node = enlace_node_new (parser->arena, type, call->start, call->end);
  node->comprehension.variable = name;
  node->height = call->height;
  return node;
}

static EnlaceNode *
expand_comprehension (EnlaceParser *parser,
                      EnlaceNode   *call,
                      const Macro  *macro)
{
  EnlaceNode **arguments = call->call.arguments;
  EnlaceNode *node = new_binding (parser, ENLACE_NODE_COMPREHENSION, call, arguments[1]);

  if (node == NULL)
    return NULL;
  node->op = macro->kind;
  node->comprehension.range = arguments[0];
  if (macro->n_variables == 2
      && (node->comprehension.second = variable_name (parser, call, arguments[2])) == NULL)
    return NULL;
  if (macro->has_condition)
    node->comprehension.condition = arguments[macro->n_variables + 1];
  if (macro->has_result)
    node->comprehension.result = arguments[call->n - 1];
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

/* sum(x, expression) is map(x, expression).sum(), and so the others. */
static EnlaceNode *
expand_fold (EnlaceParser *parser,
             EnlaceNode   *call)
{
  static const Macro map = { "map", ENLACE_COMPREHENSION_MAP, 1, FALSE, TRUE };
  EnlaceNode *list = expand_comprehension (parser, call, &map);

  if (list == NULL)
    return NULL;
  call->call.arguments[0] = list;
  call->n = 1;
  enlace_node_adopt (call, list);
  return call;
}

static gboolean
is_fold (EnlaceNode *call)
{
  static const char *const names[] = { "sum", "avg", "min", "max" };

  for (gsize i = 0; call->n == 3 && i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (call->call.name, names[i]))
      return call->call.arguments[1]->type == ENLACE_NODE_NAME;
  return FALSE;
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
  if (is_fold (call))
    {
      *expansion = expand_fold (parser, call);
      return TRUE;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (macros); i++)
    if (call->n == count_arguments (&macros[i]) && g_str_equal (name, macros[i].name))
      {
        *expansion = expand_comprehension (parser, call, &macros[i]);
        return TRUE;
      }
  return FALSE;
}
