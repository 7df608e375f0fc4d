/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include <math.h>
#include <string.h>

#include "common/expression/evaluation.h"

/* Names of types mean themselves unless the scope has such a name. */
static const char *const type_names[] = {
  "bool", "bytes", "double", "int", "list", "map", "null_type", "optional_type", "string", "type", "uint",
};

static EnlaceValue *
type_named (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (type_names); i++)
    if (g_str_equal (name, type_names[i]))
      return enlace_value_new_type (name);
  return NULL;
}

static EnlaceValue *
look_up (EnlaceEvaluation *self,
         const char       *name)
{
  return self->scope != NULL ? self->scope->lookup (self->scope, name) : NULL;
}

/* In the container a.b, x is a.b.x, a.x or x, whichever is there first. */
static EnlaceValue *
look_up_in_container (EnlaceEvaluation *self,
                      const char       *name,
                      gboolean          root)
{
  g_autoptr(GString) qualified = g_string_new (self->expression->container);
  EnlaceValue *value = NULL;

  while (!root && qualified->len > 0 && value == NULL)
    {
      gsize length = qualified->len;
      const char *dot;

      g_string_append_printf (qualified, ".%s", name);
      value = look_up (self, qualified->str);
      g_string_truncate (qualified, length);
      dot = strrchr (qualified->str, '.');
      g_string_truncate (qualified, dot != NULL ? dot - qualified->str : 0);
    }
  return value != NULL ? value : look_up (self, name);
}

gboolean
enlace_evaluate_name (EnlaceEvaluation *self,
                      const EnlaceNode *node,
                      EnlaceOperand    *out)
{
  EnlaceValue **slot = &self->names[node->name.slot];
  EnlaceValue *type;

  if (*slot == NULL && self->expression->flags & ENLACE_COMPILE_QUALIFIED)
    *slot = look_up_in_container (self, node->name.text, node->name.root);
  else if (*slot == NULL)
    *slot = look_up (self, node->name.text);
  if (*slot != NULL)
    {
      enlace_operand_borrow (out, *slot);
      return TRUE;
    }
  if ((type = type_named (node->name.text)) == NULL)
    return enlace_evaluation_fail_path (self, node, 0, NULL, NULL);
  enlace_operand_take (out, type);
  return TRUE;
}

/* The longest run of names at the begin of the path that is a name of the scope. */
static gboolean
evaluate_qualified_base (EnlaceEvaluation *self,
                         const EnlaceNode *node,
                         guint             n_segments,
                         EnlaceOperand    *out,
                         guint            *used)
{
  const EnlaceNode *base = node->path.base;
  guint n = 0;

  while (n < n_segments && node->path.segments[n].name != NULL && !node->path.segments[n].optional)
    n++;
  for (; n > 0; n--)
    {
      g_autoptr(GString) name = g_string_new (base->name.text);
      EnlaceValue *value;

      for (guint i = 0; i < n; i++)
        g_string_append_printf (name, ".%s", node->path.segments[i].name);
      value = look_up_in_container (self, name->str, base->name.root);
      if (value != NULL)
        {
          enlace_operand_borrow (out, value);
          *used = n;
          return TRUE;
        }
    }
  *used = 0;
  return enlace_evaluate (self, base, out);
}

static gboolean
list_index (const EnlaceOperand *key,
            gsize                length,
            gsize               *index)
{
  if (key->kind == ENLACE_KIND_INT && key->integer >= 0)
    *index = key->integer;
  else if (key->kind == ENLACE_KIND_UINT)
    *index = key->natural;
  else if (key->kind == ENLACE_KIND_DOUBLE && key->number >= 0 && key->number < 0x1p53 && trunc (key->number) == key->number)
    *index = (gsize) key->number;
  else
    return FALSE;
  return *index < length;
}

static gboolean
is_number (const EnlaceOperand *key)
{
  return key->kind == ENLACE_KIND_INT || key->kind == ENLACE_KIND_UINT || key->kind == ENLACE_KIND_DOUBLE;
}

/* The element or member, borrowed; NULL: there is none. */
static EnlaceValue *
part_at (const EnlaceOperand *container,
         EnlaceOperand       *key)
{
  g_autoptr(EnlaceValue) boxed = NULL;
  gsize index;

  if (container->kind == ENLACE_KIND_LIST)
    return list_index (key, enlace_value_get_length (container->value), &index)
           ? enlace_value_get_element (container->value, index) : NULL;
  if (container->kind != ENLACE_KIND_MAP || !enlace_operand_is_key (key))
    return NULL;
  if (key->value != NULL)
    return enlace_value_lookup (container->value, key->value);
  boxed = enlace_operand_box (key);
  return enlace_value_lookup (container->value, boxed);
}

static gboolean G_GNUC_NO_INLINE
fail_index (EnlaceEvaluation    *self,
            const EnlaceNode    *node,
            guint                segment,
            const EnlaceOperand *container,
            const EnlaceOperand *key)
{
  if (container->kind == ENLACE_KIND_LIST && !is_number (key))
    return enlace_evaluation_fail (self, "the index of a list is a whole number, not %s", enlace_operand_type_name (key));
  return enlace_evaluation_fail_path (self, node, segment, container, key);
}

/* An optional on the way makes all that follows optional. */
static gboolean G_GNUC_NO_INLINE
select_optional (EnlaceEvaluation *self,
                 const EnlaceNode *node,
                 guint             segment,
                 EnlaceOperand    *current,
                 EnlaceOperand    *key)
{
  EnlaceValue *held = current->kind == ENLACE_KIND_OPTIONAL ? enlace_value_get_optional (current->value) : NULL;
  EnlaceOperand container = *current;
  EnlaceValue *part, *result;

  container.owned = FALSE;
  if (current->kind == ENLACE_KIND_OPTIONAL && held != NULL)
    enlace_operand_borrow (&container, held);
  if (container.kind != ENLACE_KIND_MAP && container.kind != ENLACE_KIND_LIST && container.kind != ENLACE_KIND_OPTIONAL)
    return fail_index (self, node, segment, &container, key);
  if (container.kind == ENLACE_KIND_LIST && !is_number (key))
    return fail_index (self, node, segment, &container, key);
  part = part_at (&container, key);
  result = enlace_value_new_optional (part);
  enlace_operand_clear (current);
  enlace_operand_take (current, result);
  return TRUE;
}

static gboolean G_GNUC_NO_INLINE
select_index (EnlaceEvaluation *self,
              const EnlaceNode *node,
              guint             segment,
              EnlaceOperand    *current)
{
  EnlaceOperand key;
  EnlaceValue *part;
  gboolean ok = TRUE;

  if (!enlace_evaluate (self, node->path.segments[segment].index, &key))
    return FALSE;
  if (node->path.segments[segment].optional || current->kind == ENLACE_KIND_OPTIONAL)
    ok = select_optional (self, node, segment, current, &key);
  else if ((part = part_at (current, &key)) != NULL)
    enlace_operand_descend (current, part);
  else
    ok = fail_index (self, node, segment, current, &key);
  enlace_operand_clear (&key);
  return ok;
}

static gboolean
select_name (EnlaceEvaluation *self,
             const EnlaceNode *node,
             guint             segment,
             EnlaceOperand    *current)
{
  const EnlaceSegment *name = &node->path.segments[segment];
  EnlaceValue *part;
  EnlaceOperand key;

  if (G_LIKELY (current->kind == ENLACE_KIND_MAP && !name->optional))
    {
      part = enlace_value_lookup (current->value, name->key);
      if (G_UNLIKELY (part == NULL))
        return enlace_evaluation_fail_path (self, node, segment, current, NULL);
      enlace_operand_descend (current, part);
      return TRUE;
    }
  if (!name->optional && current->kind != ENLACE_KIND_OPTIONAL)
    return enlace_evaluation_fail_path (self, node, segment, current, NULL);
  enlace_operand_borrow (&key, name->key);
  return select_optional (self, node, segment, current, &key);
}

static gboolean
select_segment (EnlaceEvaluation *self,
                const EnlaceNode *node,
                guint             segment,
                EnlaceOperand    *current)
{
  return node->path.segments[segment].index != NULL ? select_index (self, node, segment, current)
                                                    : select_name (self, node, segment, current);
}

/* Goes along the first `n` segments. */
static gboolean
follow (EnlaceEvaluation *self,
        const EnlaceNode *node,
        guint             n,
        EnlaceOperand    *out)
{
  guint i = 0;
  gboolean qualified = node->path.base->type == ENLACE_NODE_NAME && self->expression->flags & ENLACE_COMPILE_QUALIFIED;

  if (!(qualified ? evaluate_qualified_base (self, node, n, out, &i) : enlace_evaluate (self, node->path.base, out)))
    return FALSE;
  for (; i < n; i++)
    if (!enlace_evaluation_charge (self, 1) || !select_segment (self, node, i, out))
      {
        enlace_operand_clear (out);
        return FALSE;
      }
  return TRUE;
}

gboolean
enlace_evaluate_path (EnlaceEvaluation *self,
                      const EnlaceNode *node,
                      EnlaceOperand    *out)
{
  return follow (self, node, node->n, out);
}

gboolean
enlace_evaluate_has (EnlaceEvaluation *self,
                     const EnlaceNode *node,
                     EnlaceOperand    *out)
{
  const EnlaceNode *path = node->operand;
  const EnlaceSegment *last = &path->path.segments[path->n - 1];
  EnlaceOperand container;
  EnlaceValue *held;
  gboolean found;

  if (!follow (self, path, path->n - 1, &container))
    return FALSE;
  held = container.value;
  if (container.kind == ENLACE_KIND_OPTIONAL)
    held = enlace_value_get_optional (container.value);
  else if (container.kind != ENLACE_KIND_MAP)
    {
      enlace_evaluation_fail_path (self, path, path->n - 1, &container, NULL);
      enlace_operand_clear (&container);
      return FALSE;
    }
  found = held != NULL && enlace_value_lookup (held, last->key) != NULL;
  enlace_operand_clear (&container);
  enlace_operand_set_bool (out, found);
  return TRUE;
}
