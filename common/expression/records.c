/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include <string.h>

#include "common/expression/function.h"
#include "common/expression/records.h"

/* Lists of records: sums, groups, and lists side by side. */

/* A member by the next step of a path, which is moved behind it. FALSE when the text is no path. */
static gboolean
follow_step (EnlaceValue **value,
             const char  **at,
             gboolean      first)
{
  const char *end, *name = *at;
  g_autofree char *copy = NULL;
  gboolean digits = TRUE;

  if (*name == '[')
    {
      if (name[1] == '"' || name[1] == '\'')
        {
          const char closing[] = { name[1], ']', '\0' };

          if ((end = strstr (name + 2, closing)) == NULL)
            return FALSE;
          copy = g_strndup (name + 2, end - name - 2);
          *at = end + 2;
          *value = enlace_value_get_member (*value, copy);
          return TRUE;
        }
      if ((end = strchr (name, ']')) == NULL || end == name + 1 || end - name > 10)
        return FALSE;
      for (const char *digit = name + 1; digit < end; digit++)
        digits = digits && g_ascii_isdigit (*digit);
      *at = end + 1;
      *value = enlace_value_get_kind (*value) == ENLACE_KIND_LIST
               ? enlace_value_get_element (*value, g_ascii_strtoull (name + 1, NULL, 10)) : NULL;
      return digits;
    }
  if (!first && *name++ != '.')
    return FALSE;
  end = name + strcspn (name, ".[");
  copy = g_strndup (name, end - name);
  *at = end;
  *value = enlace_value_get_member (*value, copy);
  return end > name;
}

gboolean
enlace_records_follow (EnlaceEvaluation  *evaluation,
                       EnlaceValue       *root,
                       const char        *path,
                       EnlaceValue      **found)
{
  const char *at = path;

  *found = NULL;
  if (!enlace_evaluation_charge (evaluation, 1 + strlen (path) / 4))
    return FALSE;
  for (EnlaceValue *value = root; value != NULL; )
    {
      if (*at == '\0' && at != path)
        {
          *found = value;
          return TRUE;
        }
      if (!follow_step (&value, &at, at == path))
        return enlace_evaluation_fail (evaluation, "“%s” is no path (as in a.b[0].c)", path);
    }
  return TRUE;
}

/* What a path leads to in each element; all of them must have it. */
static EnlaceValue *
column (EnlaceEvaluation    *evaluation,
        EnlaceValue         *list,
        const EnlaceOperand *path)
{
  g_autoptr(EnlaceListBuilder) values = enlace_list_builder_new ();
  const char *text = enlace_value_get_string (path->value);

  for (gsize i = 0; i < enlace_value_get_length (list); i++)
    {
      EnlaceValue *found;

      if (!enlace_records_follow (evaluation, enlace_value_get_element (list, i), text, &found))
        return NULL;
      if (found == NULL)
        {
          enlace_evaluation_fail (evaluation, "element %" G_GSIZE_FORMAT " of the list has no “%s”", i, text);
          return NULL;
        }
      enlace_list_builder_add (values, found);
    }
  return enlace_list_builder_end (values);
}

/* The list that a call is about: the one that it is called on, or one of what a path leads to in its elements. */
static EnlaceValue *
dup_subject (EnlaceEvaluation    *evaluation,
             const EnlaceNode    *node,
             const EnlaceOperand *arguments)
{
  if (!enlace_call_accept (evaluation, node, arguments, "ls")
      || !enlace_evaluation_charge (evaluation, enlace_value_get_length (arguments[0].value)))
    return NULL;
  if (node->n == 2)
    return column (evaluation, arguments[0].value, &arguments[1]);
  return enlace_value_ref (arguments[0].value);
}

static gboolean
is_addable (EnlaceKind kind)
{
  return kind == ENLACE_KIND_INT || kind == ENLACE_KIND_UINT || kind == ENLACE_KIND_DOUBLE || kind == ENLACE_KIND_DURATION;
}

static gboolean
sum (EnlaceEvaluation *evaluation,
     const EnlaceNode *node,
     EnlaceValue      *list,
     EnlaceOperand    *out)
{
  enlace_operand_set_int (out, 0);
  for (gsize i = 0; i < enlace_value_get_length (list); i++)
    {
      EnlaceOperand element, total = *out;
      gboolean ok;

      enlace_operand_borrow (&element, enlace_value_get_element (list, i));
      if (!is_addable (element.kind))
        {
          enlace_operand_clear (&total);
          return enlace_evaluation_fail (evaluation, "“%s” adds numbers or durations, but element %" G_GSIZE_FORMAT " is of type %s",
                                         node->call.name, i, enlace_operand_type_name (&element));
        }
      ok = TRUE;
      if (i == 0)
        *out = element;
      else
        ok = enlace_evaluate_operator (evaluation, ENLACE_OPERATOR_ADD, &total, &element, out);
      enlace_operand_clear (&total);
      if (!ok)
        return FALSE;
    }
  enlace_operand_own (out);
  return TRUE;
}

static gboolean
call_sum (EnlaceEvaluation    *evaluation,
          const EnlaceNode    *node,
          const EnlaceOperand *arguments,
          EnlaceOperand       *out)
{
  g_autoptr(EnlaceValue) list = dup_subject (evaluation, node, arguments);

  return list != NULL && sum (evaluation, node, list, out);
}

static gboolean
call_avg (EnlaceEvaluation    *evaluation,
          const EnlaceNode    *node,
          const EnlaceOperand *arguments,
          EnlaceOperand       *out)
{
  g_autoptr(EnlaceValue) list = dup_subject (evaluation, node, arguments);
  double total = 0;
  gsize n;

  if (list == NULL)
    return FALSE;
  if ((n = enlace_value_get_length (list)) == 0)
    return enlace_evaluation_fail (evaluation, "“avg” of an empty list");
  for (gsize i = 0; i < n; i++)
    {
      EnlaceOperand element;

      enlace_operand_borrow (&element, enlace_value_get_element (list, i));
      if (!is_addable (element.kind) || element.kind == ENLACE_KIND_DURATION)
        return enlace_evaluation_fail (evaluation, "“avg” takes numbers, but element %" G_GSIZE_FORMAT " is of type %s",
                                       i, enlace_operand_type_name (&element));
      total += enlace_value_get_double (element.value);
    }
  enlace_operand_set_double (out, total / n);
  return TRUE;
}

static gboolean
call_extreme (EnlaceEvaluation    *evaluation,
              const EnlaceNode    *node,
              const EnlaceOperand *arguments,
              EnlaceOperand       *out)
{
  g_autoptr(EnlaceValue) list = dup_subject (evaluation, node, arguments);
  int wanted = g_str_equal (node->call.name, "max") ? 1 : -1;

  if (list == NULL || !enlace_evaluation_charge_value (evaluation, list))
    return FALSE;
  if (enlace_value_get_length (list) == 0)
    return enlace_evaluation_fail (evaluation, "“%s” of an empty list", node->call.name);
  enlace_operand_borrow (out, enlace_value_get_element (list, 0));
  for (gsize i = 0; i < enlace_value_get_length (list); i++)
    {
      EnlaceOperand pair[2] = { *out };
      int order;

      enlace_operand_borrow (&pair[1], enlace_value_get_element (list, i));
      if (!enlace_operand_compare (&pair[1], &pair[0], &order))
        return enlace_evaluation_no_overload (evaluation, "<", pair, 2);
      if (order == wanted)
        *out = pair[1];
    }
  enlace_operand_own (out);
  return TRUE;
}

/* The positions of the elements of each key, by key, in the order of their first. Equal keys of several kinds of number are one. */
typedef struct {
  EnlaceValue *key;         /* borrowed */
  GArray      *positions;   /* of gsize */
} Bucket;

static void
bucket_clear (gpointer data)
{
  Bucket *bucket = data;

  g_array_unref (bucket->positions);
}

static gboolean
is_key (EnlaceKind kind)
{
  return kind == ENLACE_KIND_BOOL || kind == ENLACE_KIND_INT || kind == ENLACE_KIND_UINT || kind == ENLACE_KIND_STRING;
}

static gboolean
equal_keys (gconstpointer a,
            gconstpointer b)
{
  return enlace_value_equal (a, b);
}

static guint
hash_key (gconstpointer key)
{
  return enlace_value_hash (key);
}

static gboolean
fill_buckets (EnlaceEvaluation *evaluation,
              EnlaceValue      *keys,
              GArray           *buckets)
{
  g_autoptr(GHashTable) numbers = g_hash_table_new (hash_key, equal_keys);

  for (gsize i = 0; i < enlace_value_get_length (keys); i++)
    {
      EnlaceValue *key = enlace_value_get_element (keys, i);
      gsize number;

      if (!is_key (enlace_value_get_kind (key)))
        return enlace_evaluation_fail (evaluation, "the key of a map is a bool, int, uint or string, not %s",
                                       enlace_kind_type_name (enlace_value_get_kind (key)));
      number = GPOINTER_TO_SIZE (g_hash_table_lookup (numbers, key));
      if (number == 0)
        {
          Bucket bucket = { key, g_array_new (FALSE, FALSE, sizeof (gsize)) };

          g_array_append_val (buckets, bucket);
          number = buckets->len;
          g_hash_table_insert (numbers, key, GSIZE_TO_POINTER (number));
        }
      g_array_append_val (g_array_index (buckets, Bucket, number - 1).positions, i);
    }
  return TRUE;
}

static EnlaceValue *
bucket_value (const Bucket *bucket,
              EnlaceValue  *list,
              EnlaceGroup   group)
{
  g_autoptr(EnlaceListBuilder) elements = NULL;
  const GArray *positions = bucket->positions;

  if (group == ENLACE_GROUP_COUNT)
    return enlace_value_new_int (positions->len);
  if (group == ENLACE_GROUP_LAST)
    return enlace_value_ref (enlace_value_get_element (list, g_array_index (positions, gsize, positions->len - 1)));
  elements = enlace_list_builder_new ();
  for (guint i = 0; i < positions->len; i++)
    enlace_list_builder_add (elements, enlace_value_get_element (list, g_array_index (positions, gsize, i)));
  return enlace_list_builder_end (elements);
}

gboolean
enlace_records_group (EnlaceEvaluation *evaluation,
                      EnlaceValue      *list,
                      EnlaceValue      *keys,
                      EnlaceGroup       group,
                      EnlaceOperand    *out)
{
  g_autoptr(GArray) buckets = g_array_new (FALSE, FALSE, sizeof (Bucket));
  g_autoptr(EnlaceMapBuilder) map = enlace_map_builder_new ();

  g_array_set_clear_func (buckets, bucket_clear);
  if (!enlace_evaluation_charge (evaluation, 4 * enlace_value_get_length (list))
      || !enlace_evaluation_charge_value (evaluation, keys) || !fill_buckets (evaluation, keys, buckets))
    return FALSE;
  for (guint i = 0; i < buckets->len; i++)
    {
      const Bucket *bucket = &g_array_index (buckets, Bucket, i);
      g_autoptr(EnlaceValue) value = bucket_value (bucket, list, group);

      enlace_map_builder_insert (map, bucket->key, value);
    }
  enlace_operand_take (out, enlace_map_builder_end (map));
  return TRUE;
}

static gboolean
call_group (EnlaceEvaluation    *evaluation,
            const EnlaceNode    *node,
            const EnlaceOperand *arguments,
            EnlaceOperand       *out)
{
  g_autoptr(EnlaceValue) keys = dup_subject (evaluation, node, arguments);
  EnlaceGroup group = g_str_equal (node->call.name, "groupBy") ? ENLACE_GROUP_LISTS
                      : g_str_equal (node->call.name, "keyBy") ? ENLACE_GROUP_LAST : ENLACE_GROUP_COUNT;

  return keys != NULL && enlace_records_group (evaluation, arguments[0].value, keys, group, out);
}

static gboolean
call_zip (EnlaceEvaluation    *evaluation,
          const EnlaceNode    *node,
          const EnlaceOperand *arguments,
          EnlaceOperand       *out)
{
  g_autoptr(EnlaceListBuilder) pairs = enlace_list_builder_new ();
  g_autoptr(EnlaceValue) result = NULL;
  gsize n;

  if (!enlace_call_accept (evaluation, node, arguments, "ll"))
    return FALSE;
  n = MIN (enlace_value_get_length (arguments[0].value), enlace_value_get_length (arguments[1].value));
  if (!enlace_evaluation_charge (evaluation, 4 * n))
    return FALSE;
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr(EnlaceListBuilder) pair = enlace_list_builder_new ();

      enlace_list_builder_add (pair, enlace_value_get_element (arguments[0].value, i));
      enlace_list_builder_add (pair, enlace_value_get_element (arguments[1].value, i));
      enlace_list_builder_take (pairs, enlace_list_builder_end (pair));
    }
  result = enlace_list_builder_end (pairs);
  /* Both lists may be one, whose parts are then in it twice. */
  if (!enlace_evaluation_charge_value (evaluation, result))
    return FALSE;
  enlace_operand_take (out, g_steal_pointer (&result));
  return TRUE;
}

static gboolean
call_chunk (EnlaceEvaluation    *evaluation,
            const EnlaceNode    *node,
            const EnlaceOperand *arguments,
            EnlaceOperand       *out)
{
  g_autoptr(EnlaceListBuilder) chunks = NULL, chunk = NULL;
  gsize n;

  if (!enlace_call_accept (evaluation, node, arguments, "li"))
    return FALSE;
  n = enlace_value_get_length (arguments[0].value);
  if (arguments[1].integer < 1)
    return enlace_evaluation_fail (evaluation, "“chunk” takes a size of at least 1");
  if (!enlace_evaluation_charge (evaluation, 4 * n))
    return FALSE;
  chunks = enlace_list_builder_new ();
  chunk = enlace_list_builder_new ();
  for (gsize i = 0; i < n; i++)
    {
      enlace_list_builder_add (chunk, enlace_value_get_element (arguments[0].value, i));
      if ((gint64) enlace_list_builder_get_length (chunk) == arguments[1].integer || i + 1 == n)
        enlace_list_builder_take (chunks, enlace_list_builder_end (chunk));
    }
  enlace_operand_take (out, enlace_list_builder_end (chunks));
  return TRUE;
}

#define MEMBER(name, min, max, call) name, ENLACE_CALL_MEMBER, min, max, FALSE, call, NULL

static const EnlaceFunction functions[] = {
  { MEMBER ("sum", 1, 2, call_sum),
    { "sum", "list.sum(path?: string): number|duration",
      "The sum of numbers or durations; of an empty list 0. With a path, of what it leads to in each element; also written `sum(x, x.amount)`.",
      "[{'amount': 2}, {'amount': 3.5}].sum('amount')", "5.5" } },
  { MEMBER ("avg", 1, 2, call_avg),
    { "avg", "list.avg(path?: string): double",
      "The arithmetic mean of numbers, with a path or as `avg(x, x.amount)`. An empty list has none, which is an error.",
      "[1, 2, 6].avg()", "3.0" } },
  { MEMBER ("min", 1, 2, call_extreme),
    { "min", "list.min(path?: string): any",
      "The least element; with a path or as `min(x, x.amount)` the least of what that gives. An empty list is an error.",
      "[{'n': 4}, {'n': 2}].min('n')", "2" } },
  { MEMBER ("max", 1, 2, call_extreme),
    { "max", "list.max(path?: string): any", "The greatest element, as `min` finds the least.", "['a', 'c', 'b'].max()", "\"c\"" } },
  { MEMBER ("groupBy", 2, 2, call_group),
    { "groupBy", "list.groupBy(path: string): map",
      "The elements in lists by what the path leads to, which is a bool, int, uint or string; also written `groupBy(x, x.country)`.",
      "[{'c': 'PE', 'n': 1}, {'c': 'ES', 'n': 2}, {'c': 'PE', 'n': 3}].groupBy('c').PE.sum('n')", "4" } },
  { MEMBER ("keyBy", 2, 2, call_group),
    { "keyBy", "list.keyBy(path: string): map",
      "The elements by what the path leads to, the last one of equal keys; also written `keyBy(x, x.id)`.",
      "[{'id': 'a', 'n': 1}, {'id': 'b', 'n': 2}].keyBy('id').b.n", "2" } },
  { MEMBER ("countBy", 2, 2, call_group),
    { "countBy", "list.countBy(path: string): map", "How many elements there are of each key; also written `countBy(x, x.country)`.",
      "[{'c': 'PE'}, {'c': 'ES'}, {'c': 'PE'}].countBy('c')", "{\"PE\":2,\"ES\":1}" } },
  { MEMBER ("zip", 2, 2, call_zip),
    { "zip", "list.zip(other: list): list", "Pairs of the elements at the same positions, as many as the shorter list has.",
      "['a', 'b'].zip([1, 2, 3])", "[[\"a\",1],[\"b\",2]]" } },
  { MEMBER ("chunk", 2, 2, call_chunk),
    { "chunk", "list.chunk(size: int): list", "The elements in lists of that many; the last may be shorter.",
      "[1, 2, 3, 4, 5].chunk(2)", "[[1,2],[3,4],[5]]" } },
};

const EnlaceFunctionLibrary enlace_record_library = { functions, G_N_ELEMENTS (functions), "Lists and maps" };
