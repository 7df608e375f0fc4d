/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include <string.h>

#include "common/expression/function.h"
#include "common/expression/lexer.h"
#include "common/expression/regex.h"

/* The pass over the tree that gives every name its meaning. */
typedef struct {
  EnlaceExpression *expression;
  GPtrArray        *names;     /* free ones, by slot */
  GHashTable       *slots;     /* free name → slot + 1 */
  const char       *locals[2 * ENLACE_AST_MAX_HEIGHT];  /* innermost last */
  guint             n_locals;
  GError           *error;     /* the first */
} Checker;

static void check_node (EnlaceNode *node,
                        gpointer    data);

static void
fail (Checker          *self,
      const EnlaceNode *node,
      const char       *detail)
{
  EnlaceLexer lexer = { self->expression->text, self->expression->length, 0 };

  if (self->error != NULL)
    return;
  enlace_lexer_set_error (&lexer, node->start, &self->error, "%s", detail);
  self->error->code = ENLACE_EXPRESSION_ERROR_CHECK;
}

static void
check_name (Checker    *self,
            EnlaceNode *node)
{
  guint slot;

  for (guint i = self->n_locals; !node->name.root && i > 0; i--)
    if (g_str_equal (self->locals[i - 1], node->name.text))
      {
        node->type = ENLACE_NODE_LOCAL;
        node->local = i - 1;
        return;
      }
  slot = GPOINTER_TO_UINT (g_hash_table_lookup (self->slots, node->name.text));
  if (slot == 0)
    {
      g_ptr_array_add (self->names, (gpointer) node->name.text);
      slot = self->names->len;
      g_hash_table_insert (self->slots, (gpointer) node->name.text, GUINT_TO_POINTER (slot));
    }
  node->name.slot = slot - 1;
}

static gboolean
is_local (Checker    *self,
          const char *name)
{
  for (guint i = 0; i < self->n_locals; i++)
    if (g_str_equal (self->locals[i], name))
      return TRUE;
  return FALSE;
}

/* The text of a path that is names alone, "a.b.c", while its base is free; else NULL. */
static char *
qualified_name (Checker          *self,
                const EnlaceNode *node)
{
  const EnlaceNode *base = node->type == ENLACE_NODE_PATH ? node->path.base : node;
  GString *name;

  if (base->type != ENLACE_NODE_NAME || is_local (self, base->name.text))
    return NULL;
  if (node->type != ENLACE_NODE_PATH)
    return g_strdup (base->name.text);
  for (guint i = 0; i < node->n; i++)
    if (node->path.segments[i].index != NULL || node->path.segments[i].optional)
      return NULL;
  if (node->n > 4)
    return NULL;
  name = g_string_new (base->name.text);
  for (guint i = 0; i < node->n; i++)
    g_string_append_printf (name, ".%s", node->path.segments[i].name);
  return g_string_free (name, FALSE);
}

static gboolean
is_well_known_type (const char *name)
{
  return g_str_equal (name, "google.protobuf.Timestamp") || g_str_equal (name, "google.protobuf.Duration");
}

static void
check_path (Checker    *self,
            EnlaceNode *node)
{
  g_autofree char *name = qualified_name (self, node);

  if (name != NULL && is_well_known_type (name))
    {
      node->type = ENLACE_NODE_CONSTANT;
      node->constant = enlace_arena_take_value (self->expression->arena, enlace_value_new_type (name));
      return;
    }
  enlace_node_foreach (node, check_node, self);
}

/* `math.abs(x)` is a function with a namespace, not a call on `math`. */
static gboolean
resolve_namespace (Checker    *self,
                   EnlaceNode *node)
{
  g_autofree char *space = node->call.member ? qualified_name (self, node->call.arguments[0]) : NULL;
  g_autofree char *name = space != NULL ? g_strconcat (space, ".", node->call.name, NULL) : NULL;
  gboolean other_arity;

  if (name == NULL)
    return FALSE;
  node->call.function = enlace_function_find (name, ENLACE_CALL_GLOBAL, node->n - 1, &other_arity);
  if (node->call.function == NULL)
    return FALSE;
  node->call.name = node->call.function->name;
  node->call.member = FALSE;
  node->call.arguments++;
  node->n--;
  return TRUE;
}

/* The name as it was meant: with its namespace where there is such a one. */
static char *
called_name (Checker          *self,
             const EnlaceNode *node)
{
  g_autofree char *space = node->call.member ? qualified_name (self, node->call.arguments[0]) : NULL;

  if (space != NULL && enlace_function_is_namespace (space))
    return g_strconcat (space, ".", node->call.name, NULL);
  return g_strdup (node->call.name);
}

static void
fail_function (Checker          *self,
               const EnlaceNode *node,
               gboolean          other_arity)
{
  guint n = node->n - (node->call.member ? 1 : 0);
  g_autofree char *name = called_name (self, node);
  const char *nearest = enlace_function_nearest (name);
  gboolean namespaced = !g_str_equal (name, node->call.name);
  g_autofree char *detail = NULL;

  if (other_arity || (namespaced && nearest != NULL && g_str_equal (nearest, name)))
    detail = g_strdup_printf ("“%s” does not take %u argument%s", name, n, n == 1 ? "" : "s");
  else if (nearest != NULL && g_str_equal (nearest, name))
    detail = g_strdup_printf (node->call.member ? "“%s” is called as %s(…), not on a value"
                                                : "“%s” is called on a value: x.%s(…)", nearest, nearest);
  else if (nearest != NULL)
    detail = g_strdup_printf ("there is no function “%s”; did you mean %s?", name, nearest);
  else
    detail = g_strdup_printf ("there is no function “%s”", name);
  fail (self, node, detail);
}

/* A constant pattern is compiled once, and a bad one is found before anything runs. */
static void
check_pattern (Checker    *self,
               EnlaceNode *node)
{
  EnlaceNode *pattern;
  g_autofree char *problem = NULL, *detail = NULL;
  const char *text;
  gsize length;

  if (!g_str_equal (node->call.name, "matches") && !g_str_has_prefix (node->call.name, "regex."))
    return;
  pattern = node->call.arguments[1];
  if (pattern->type != ENLACE_NODE_CONSTANT || enlace_value_get_kind (pattern->constant) != ENLACE_KIND_STRING)
    return;
  text = enlace_value_get_string_len (pattern->constant, &length);
  node->call.regex = enlace_regex_new (text, length, &problem);
  if (node->call.regex != NULL)
    {
      enlace_arena_take (self->expression->arena, node->call.regex, (GDestroyNotify) enlace_regex_free);
      return;
    }
  if (self->expression->flags & ENLACE_COMPILE_UNCHECKED)
    return;
  detail = g_strdup_printf ("bad regular expression: %s", problem);
  fail (self, pattern, detail);
}

static void
check_call (Checker    *self,
            EnlaceNode *node)
{
  gboolean other_arity = FALSE;

  if (!resolve_namespace (self, node))
    node->call.function = enlace_function_find (node->call.name, node->call.member ? ENLACE_CALL_MEMBER : ENLACE_CALL_GLOBAL,
                                                node->n, &other_arity);
  if (node->call.function == NULL && !(self->expression->flags & ENLACE_COMPILE_UNCHECKED))
    fail_function (self, node, other_arity);
  else
    enlace_node_foreach (node, check_node, self);
  if (node->call.function != NULL && self->error == NULL)
    check_pattern (self, node);
}

static void
check_binding (Checker    *self,
               EnlaceNode *node)
{
  check_node (node->comprehension.range, self);
  node->comprehension.slot = self->n_locals;
  self->locals[self->n_locals++] = node->comprehension.variable;
  if (node->comprehension.second != NULL)
    self->locals[self->n_locals++] = node->comprehension.second;
  self->expression->n_locals = MAX (self->expression->n_locals, self->n_locals);
  if (node->comprehension.condition != NULL)
    check_node (node->comprehension.condition, self);
  if (node->comprehension.result != NULL)
    check_node (node->comprehension.result, self);
  self->n_locals -= node->comprehension.second != NULL ? 2 : 1;
}

static gboolean
all_constant (EnlaceNode **nodes,
              gsize        n)
{
  for (gsize i = 0; i < n; i++)
    if (nodes[i]->type != ENLACE_NODE_CONSTANT)
      return FALSE;
  return TRUE;
}

/* A list or map of constants is built once. A map that cannot be built is left to fail when it is evaluated. */
static void
fold (Checker    *self,
      EnlaceNode *node)
{
  g_autoptr(EnlaceListBuilder) list = NULL;
  g_autoptr(EnlaceMapBuilder) map = NULL;
  EnlaceNode **items = node->list.items;

  if (node->list.optional != NULL || !all_constant (items, node->type == ENLACE_NODE_LIST ? node->n : (gsize) node->n * 2))
    return;
  if (node->type == ENLACE_NODE_LIST)
    {
      list = enlace_list_builder_new ();
      for (guint i = 0; i < node->n; i++)
        enlace_list_builder_add (list, items[i]->constant);
      node->constant = enlace_arena_take_value (self->expression->arena, enlace_list_builder_end (list));
    }
  else
    {
      map = enlace_map_builder_new ();
      for (guint i = 0; i < node->n; i++)
        {
          EnlaceKind kind = enlace_value_get_kind (items[2 * i]->constant);

          if (kind != ENLACE_KIND_BOOL && kind != ENLACE_KIND_INT && kind != ENLACE_KIND_UINT && kind != ENLACE_KIND_STRING)
            return;
          if (!enlace_map_builder_insert (map, items[2 * i]->constant, items[2 * i + 1]->constant))
            return;
        }
      node->constant = enlace_arena_take_value (self->expression->arena, enlace_map_builder_end (map));
    }
  node->type = ENLACE_NODE_CONSTANT;
}

static void
check_node (EnlaceNode *node,
            gpointer    data)
{
  Checker *self = data;

  if (self->error != NULL)
    return;
  if (node->type == ENLACE_NODE_NAME)
    check_name (self, node);
  else if (node->type == ENLACE_NODE_PATH)
    check_path (self, node);
  else if (node->type == ENLACE_NODE_CALL)
    check_call (self, node);
  else if (node->type == ENLACE_NODE_COMPREHENSION || node->type == ENLACE_NODE_BIND)
    check_binding (self, node);
  else
    enlace_node_foreach (node, check_node, self);
  if (self->error == NULL && (node->type == ENLACE_NODE_LIST || node->type == ENLACE_NODE_MAP))
    fold (self, node);
}

gboolean
enlace_expression_check (EnlaceExpression  *self,
                         GError           **error)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new ();
  g_autoptr(GHashTable) slots = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree Checker *checker = g_new0 (Checker, 1);

  checker->expression = self;
  checker->names = names;
  checker->slots = slots;
  check_node (self->root, checker);
  if (checker->error != NULL)
    {
      g_propagate_error (error, checker->error);
      return FALSE;
    }
  self->n_names = names->len;
  self->names = enlace_arena_copy (self->arena, names->pdata, names->len * sizeof (gpointer));
  return TRUE;
}
