/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include "common/expression/function.h"
#include "common/expression/records.h"

/* Maps as records: parts of them, several as one, paths into them. */

#define MAX_MERGE_DEPTH 64

/* Whether a list holds an equal element; what is looked at is charged. */
static gboolean
contains (EnlaceEvaluation *evaluation,
          EnlaceValue      *list,
          EnlaceValue      *wanted,
          gboolean         *found)
{
  EnlaceOperand left, right;

  enlace_operand_borrow (&left, wanted);
  *found = FALSE;
  for (gsize i = 0; i < enlace_value_get_length (list) && !*found; i++)
    {
      enlace_operand_borrow (&right, enlace_value_get_element (list, i));
      if (!enlace_evaluation_charge (evaluation, 1) || !enlace_evaluate_equal (evaluation, &left, &right, found))
        return FALSE;
    }
  return TRUE;
}

static EnlaceValue *
select_members (EnlaceEvaluation *evaluation,
                EnlaceValue      *map,
                EnlaceValue      *names,
                gboolean          keep)
{
  g_autoptr(EnlaceMapBuilder) result = enlace_map_builder_new ();

  for (gsize i = 0; i < enlace_value_get_length (map); i++)
    {
      EnlaceValue *key = enlace_value_get_key (map, i);
      gboolean found;

      if (!enlace_evaluation_charge (evaluation, 1) || !contains (evaluation, names, key, &found))
        return NULL;
      if (found == keep)
        enlace_map_builder_insert (result, key, enlace_value_get_member_value (map, i));
    }
  return enlace_map_builder_end (result);
}

/* pick and omit, of a map or of each map in a list. */
static gboolean
call_select (EnlaceEvaluation    *evaluation,
             const EnlaceNode    *node,
             const EnlaceOperand *arguments,
             EnlaceOperand       *out)
{
  gboolean keep = g_str_equal (node->call.name, "pick");
  g_autoptr(EnlaceListBuilder) list = NULL;
  EnlaceValue *result;

  if (arguments[0].kind == ENLACE_KIND_MAP)
    {
      if (!enlace_call_accept (evaluation, node, arguments, "ml"))
        return FALSE;
      result = select_members (evaluation, arguments[0].value, arguments[1].value, keep);
      if (result != NULL)
        enlace_operand_take (out, result);
      return result != NULL;
    }
  if (!enlace_call_accept (evaluation, node, arguments, "ll"))
    return FALSE;
  list = enlace_list_builder_new ();
  for (gsize i = 0; i < enlace_value_get_length (arguments[0].value); i++)
    {
      EnlaceValue *map = enlace_value_get_element (arguments[0].value, i);

      if (enlace_value_get_kind (map) != ENLACE_KIND_MAP)
        return enlace_evaluation_fail (evaluation, "“%s” takes maps, but element %" G_GSIZE_FORMAT " is of type %s",
                                       node->call.name, i, enlace_kind_type_name (enlace_value_get_kind (map)));
      if ((result = select_members (evaluation, map, arguments[1].value, keep)) == NULL)
        return FALSE;
      enlace_list_builder_take (list, result);
    }
  enlace_operand_take (out, enlace_list_builder_end (list));
  return TRUE;
}

/* All of the members are copied, and charged. */
static EnlaceValue *
merge (EnlaceEvaluation *evaluation,
       EnlaceValue      *a,
       EnlaceValue      *b,
       guint             depth)
{
  g_autoptr(EnlaceMapBuilder) result = enlace_map_builder_new ();

  if (!enlace_evaluation_charge (evaluation, 1 + 2 * (enlace_value_get_length (a) + enlace_value_get_length (b))))
    return NULL;
  for (gsize i = 0; i < enlace_value_get_length (a); i++)
    {
      EnlaceValue *key = enlace_value_get_key (a, i), *value = enlace_value_get_member_value (a, i);
      EnlaceValue *other = enlace_value_lookup (b, key);
      g_autoptr(EnlaceValue) both = NULL;

      if (depth > 0 && other != NULL && enlace_value_get_kind (value) == ENLACE_KIND_MAP
          && enlace_value_get_kind (other) == ENLACE_KIND_MAP)
        {
          if ((both = merge (evaluation, value, other, depth - 1)) == NULL)
            return NULL;
          other = both;
        }
      enlace_map_builder_insert (result, key, other != NULL ? other : value);
    }
  for (gsize i = 0; i < enlace_value_get_length (b); i++)
    enlace_map_builder_insert (result, enlace_value_get_key (b, i), enlace_value_get_member_value (b, i));
  return enlace_map_builder_end (result);
}

static gboolean
merge_list (EnlaceEvaluation *evaluation,
            EnlaceValue      *list,
            EnlaceOperand    *out)
{
  g_autoptr(EnlaceMapBuilder) empty = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) result = enlace_map_builder_end (empty);

  for (gsize i = 0; i < enlace_value_get_length (list); i++)
    {
      EnlaceValue *map = enlace_value_get_element (list, i), *next;

      if (enlace_value_get_kind (map) != ENLACE_KIND_MAP)
        return enlace_evaluation_fail (evaluation, "“merge” takes maps, but element %" G_GSIZE_FORMAT " is of type %s",
                                       i, enlace_kind_type_name (enlace_value_get_kind (map)));
      if ((next = merge (evaluation, result, map, 0)) == NULL)
        return FALSE;
      enlace_value_unref (result);
      result = next;
    }
  enlace_operand_take (out, g_steal_pointer (&result));
  return TRUE;
}

static gboolean
call_merge (EnlaceEvaluation    *evaluation,
            const EnlaceNode    *node,
            const EnlaceOperand *arguments,
            EnlaceOperand       *out)
{
  EnlaceValue *result;
  gboolean deep;

  if (node->n == 1)
    return enlace_call_accept (evaluation, node, arguments, "l") && merge_list (evaluation, arguments[0].value, out);
  if (!enlace_call_accept (evaluation, node, arguments, "mmo"))
    return FALSE;
  deep = node->n == 3 && arguments[2].boolean;
  /* Expressions could build maps of any depth. */
  result = merge (evaluation, arguments[0].value, arguments[1].value, deep ? MAX_MERGE_DEPTH : 0);
  if (result == NULL)
    return FALSE;
  enlace_operand_take (out, result);
  return TRUE;
}

static gboolean
call_get (EnlaceEvaluation    *evaluation,
          const EnlaceNode    *node,
          const EnlaceOperand *arguments,
          EnlaceOperand       *out)
{
  EnlaceValue *found;

  if (!enlace_call_accept (evaluation, node, arguments, arguments->kind == ENLACE_KIND_LIST ? "ls." : "ms.")
      || !enlace_records_follow (evaluation, arguments[0].value, enlace_value_get_string (arguments[1].value), &found))
    return FALSE;
  if (found != NULL)
    enlace_operand_borrow (out, found);
  else if (node->n == 3)
    {
      *out = arguments[2];
      out->owned = FALSE;
    }
  else
    return enlace_evaluation_fail (evaluation, "“%s” does not exist", enlace_value_get_string (arguments[1].value));
  return TRUE;
}

/* keys, values, entries. */
static gboolean
call_list (EnlaceEvaluation    *evaluation,
           const EnlaceNode    *node,
           const EnlaceOperand *arguments,
           EnlaceOperand       *out)
{
  g_autoptr(EnlaceListBuilder) list = NULL;
  EnlaceValue *map = arguments->value;

  if (!enlace_call_accept (evaluation, node, arguments, "m")
      || !enlace_evaluation_charge (evaluation, 4 * enlace_value_get_length (map)))
    return FALSE;
  list = enlace_list_builder_new ();
  for (gsize i = 0; i < enlace_value_get_length (map); i++)
    {
      EnlaceValue *key = enlace_value_get_key (map, i), *value = enlace_value_get_member_value (map, i);

      if (g_str_equal (node->call.name, "entries"))
        {
          g_autoptr(EnlaceMapBuilder) entry = enlace_map_builder_new ();

          enlace_map_builder_add (entry, "key", key);
          enlace_map_builder_add (entry, "value", value);
          enlace_list_builder_take (list, enlace_map_builder_end (entry));
        }
      else
        enlace_list_builder_add (list, g_str_equal (node->call.name, "keys") ? key : value);
    }
  enlace_operand_take (out, enlace_list_builder_end (list));
  return TRUE;
}

/* An entry is a map with `key` and `value`, or a list of the two. */
static gboolean
read_entry (EnlaceValue  *entry,
            EnlaceValue **key,
            EnlaceValue **value)
{
  if (enlace_value_get_kind (entry) == ENLACE_KIND_LIST && enlace_value_get_length (entry) == 2)
    {
      *key = enlace_value_get_element (entry, 0);
      *value = enlace_value_get_element (entry, 1);
      return TRUE;
    }
  *key = enlace_value_get_member (entry, "key");
  *value = enlace_value_get_member (entry, "value");
  return *key != NULL && *value != NULL;
}

static gboolean
call_from_entries (EnlaceEvaluation    *evaluation,
                   const EnlaceNode    *node,
                   const EnlaceOperand *arguments,
                   EnlaceOperand       *out)
{
  g_autoptr(EnlaceMapBuilder) map = enlace_map_builder_new ();

  if (!enlace_call_accept (evaluation, node, arguments, "l")
      || !enlace_evaluation_charge (evaluation, 4 * enlace_value_get_length (arguments->value)))
    return FALSE;
  for (gsize i = 0; i < enlace_value_get_length (arguments->value); i++)
    {
      EnlaceValue *key, *value;
      EnlaceOperand operand;

      if (!read_entry (enlace_value_get_element (arguments->value, i), &key, &value))
        return enlace_evaluation_fail (evaluation, "element %" G_GSIZE_FORMAT " is no entry: {'key': …, 'value': …} or a list of two", i);
      enlace_operand_borrow (&operand, key);
      if (!enlace_operand_is_key (&operand) || operand.kind == ENLACE_KIND_DOUBLE)
        return enlace_evaluation_fail (evaluation, "the key of a map is a bool, int, uint or string, not %s", enlace_operand_type_name (&operand));
      if (!enlace_map_builder_insert (map, key, value))
        return enlace_evaluation_fail (evaluation, "a map has the same key twice");
    }
  enlace_operand_take (out, enlace_map_builder_end (map));
  return TRUE;
}

/* Whether all, or any, elements of the first list are in the second. */
static gboolean
test_elements (EnlaceEvaluation *evaluation,
               EnlaceValue      *list,
               EnlaceValue      *in,
               gboolean          all,
               gboolean         *result)
{
  *result = all;
  for (gsize i = 0; i < enlace_value_get_length (list) && *result == all; i++)
    if (!contains (evaluation, in, enlace_value_get_element (list, i), result))
      return FALSE;
  return TRUE;
}

static gboolean
call_set (EnlaceEvaluation    *evaluation,
          const EnlaceNode    *node,
          const EnlaceOperand *arguments,
          EnlaceOperand       *out)
{
  gboolean intersects = g_str_equal (node->call.name, "sets.intersects");
  gboolean result;

  if (!enlace_call_accept (evaluation, node, arguments, "ll")
      || !test_elements (evaluation, arguments[1].value, arguments[0].value, !intersects, &result))
    return FALSE;
  if (result && g_str_equal (node->call.name, "sets.equivalent")
      && !test_elements (evaluation, arguments[0].value, arguments[1].value, TRUE, &result))
    return FALSE;
  enlace_operand_set_bool (out, result);
  return TRUE;
}

#define MEMBER(name, min, max, call) name, ENLACE_CALL_MEMBER, min, max, FALSE, call, NULL
#define GLOBAL(name, min, max, call) name, ENLACE_CALL_GLOBAL, min, max, FALSE, call, NULL

static const EnlaceFunction functions[] = {
  { MEMBER ("pick", 2, 2, call_select),
    { "pick", "map|list.pick(names: list): map|list", "Only the members of these names; of a list of maps, in each of them.",
      "{'id': 1, 'name': 'Ana', 'age': 30}.pick(['id', 'name'])", "{\"id\":1,\"name\":\"Ana\"}" } },
  { MEMBER ("omit", 2, 2, call_select),
    { "omit", "map|list.omit(names: list): map|list", "All but the members of these names; of a list of maps, in each of them.",
      "[{'id': 1, 'secret': 'x'}].omit(['secret'])", "[{\"id\":1}]" } },
  { MEMBER ("merge", 2, 3, call_merge),
    { "merge", "map.merge(other: map, deep?: bool): map",
      "The members of both; the other's where both have one. With `true`, maps that both have are merged in the same way, up to 64 levels down.",
      "{'a': {'x': 1}, 'b': 1}.merge({'a': {'y': 2}}, true)", "{\"a\":{\"x\":1,\"y\":2},\"b\":1}" } },
  { MEMBER ("merge", 1, 1, call_merge),
    { "merge", "list.merge(): map", "The members of all maps of a list; later ones win.", "[{'a': 1}, {'a': 2, 'b': 3}].merge()", "{\"a\":2,\"b\":3}" } },
  { MEMBER ("get", 2, 3, call_get),
    { "get", "map|list.get(path: string, fallback?: any): any",
      "What is at the end of a path, `a.b[0][\"c-d\"]`; where it leads nowhere the fallback, and without one an error.",
      "{'lines': [{'sku': 'A1'}]}.get('lines[0].sku', 'none')", "\"A1\"" } },
  { MEMBER ("keys", 1, 1, call_list), { "keys", "map.keys(): list", "The keys of a map, in its order.", "{'a': 1, 'b': 2}.keys()", "[\"a\",\"b\"]" } },
  { MEMBER ("values", 1, 1, call_list), { "values", "map.values(): list", "The values of a map, in its order.", "{'a': 1, 'b': 2}.values()", "[1,2]" } },
  { MEMBER ("entries", 1, 1, call_list),
    { "entries", "map.entries(): list", "A map with `key` and `value` for each member.", "{'a': 1}.entries()", "[{\"key\":\"a\",\"value\":1}]" } },
  { MEMBER ("fromEntries", 1, 1, call_from_entries),
    { "fromEntries", "list.fromEntries(): map", "The map with these entries, each a map with `key` and `value` or a list of the two.",
      "['a', 'b'].zip([1, 2]).fromEntries()", "{\"a\":1,\"b\":2}" } },
  { GLOBAL ("sets.contains", 2, 2, call_set),
    { "sets.contains", "sets.contains(list: list, other: list): bool", "Whether all elements of the other list are in the first.", "sets.contains([1, 2, 3], [3, 1])", "true" } },
  { GLOBAL ("sets.equivalent", 2, 2, call_set),
    { "sets.equivalent", "sets.equivalent(list: list, other: list): bool", "Whether each list has all elements of the other.", "sets.equivalent([1, 2], [2, 1, 1])", "true" } },
  { GLOBAL ("sets.intersects", 2, 2, call_set),
    { "sets.intersects", "sets.intersects(list: list, other: list): bool", "Whether the lists have an element in common.", "sets.intersects(['a', 'b'], ['c'])", "false" } },
};

const EnlaceFunctionLibrary enlace_map_library = { functions, G_N_ELEMENTS (functions), "Lists and maps" };
