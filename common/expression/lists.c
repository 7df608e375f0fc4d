/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include "common/expression/function.h"
#include "common/expression/lists.h"

/* CEL's list extension. */

#define MAX_FLATTEN_DEPTH 64

static gboolean
accept_list (EnlaceEvaluation    *evaluation,
             const EnlaceNode    *node,
             const EnlaceOperand *arguments)
{
  for (guint i = 0; i < node->n; i++)
    if (arguments[i].kind != (i == 0 ? ENLACE_KIND_LIST : ENLACE_KIND_INT))
      return enlace_evaluation_no_overload (evaluation, node->call.name, arguments, node->n);
  return enlace_evaluation_charge (evaluation, enlace_value_get_length (arguments[0].value));
}

gboolean
enlace_list_reverse (EnlaceEvaluation    *evaluation,
                     const EnlaceOperand *list,
                     EnlaceOperand       *out)
{
  g_autoptr(EnlaceListBuilder) builder = enlace_list_builder_new ();
  gsize n = enlace_value_get_length (list->value);

  if (!enlace_evaluation_charge (evaluation, n))
    return FALSE;
  for (gsize i = n; i > 0; i--)
    enlace_list_builder_add (builder, enlace_value_get_element (list->value, i - 1));
  enlace_operand_take (out, enlace_list_builder_end (builder));
  return TRUE;
}

/* An element in the set of those that were seen. */
typedef struct {
  EnlaceValue      *value;        /* borrowed */
  EnlaceEvaluation *evaluation;
} Seen;

static guint
hash_seen (gconstpointer data)
{
  const Seen *seen = data;

  return enlace_value_hash (seen->value);
}

/* Values may be made whose hashes collide: each comparison is charged. When the cost is used up they all count as equal,
 * which ends the search soon. */
static gboolean
equal_seen (gconstpointer a,
            gconstpointer b)
{
  const Seen *left = a, *right = b;

  if (left->evaluation->failure.set || !enlace_evaluation_charge_value (left->evaluation, left->value))
    return TRUE;
  return enlace_value_equal (left->value, right->value);
}

/* The first of each set of equal elements. */
static gboolean
call_distinct (EnlaceEvaluation    *evaluation,
               const EnlaceNode    *node,
               const EnlaceOperand *arguments,
               EnlaceOperand       *out)
{
  g_autoptr(GHashTable) set = NULL;
  g_autoptr(EnlaceListBuilder) builder = NULL;
  g_autofree Seen *seen = NULL;
  gsize n;

  /* Hashing looks at all of an element. */
  if (!accept_list (evaluation, node, arguments) || !enlace_evaluation_charge_value (evaluation, arguments->value))
    return FALSE;
  n = enlace_value_get_length (arguments->value);
  set = g_hash_table_new (hash_seen, equal_seen);
  builder = enlace_list_builder_new ();
  seen = g_new (Seen, n);
  for (gsize i = 0; i < n && !evaluation->failure.set; i++)
    {
      seen[i] = (Seen) { enlace_value_get_element (arguments->value, i), evaluation };
      if (g_hash_table_add (set, &seen[i]))
        enlace_list_builder_add (builder, seen[i].value);
    }
  if (evaluation->failure.set)
    return FALSE;
  enlace_operand_take (out, enlace_list_builder_end (builder));
  return TRUE;
}

static gboolean
flatten (EnlaceEvaluation  *evaluation,
         EnlaceListBuilder *builder,
         EnlaceValue       *list,
         gint64             depth)
{
  if (!enlace_evaluation_charge (evaluation, 1 + enlace_value_get_length (list)))
    return FALSE;
  for (gsize i = 0; i < enlace_value_get_length (list); i++)
    {
      EnlaceValue *element = enlace_value_get_element (list, i);

      if (depth == 0 || enlace_value_get_kind (element) != ENLACE_KIND_LIST)
        enlace_list_builder_add (builder, element);
      else if (!flatten (evaluation, builder, element, depth - 1))
        return FALSE;
    }
  return TRUE;
}

static gboolean
call_flatten (EnlaceEvaluation    *evaluation,
              const EnlaceNode    *node,
              const EnlaceOperand *arguments,
              EnlaceOperand       *out)
{
  g_autoptr(EnlaceListBuilder) builder = enlace_list_builder_new ();
  gint64 depth = 1;

  if (!accept_list (evaluation, node, arguments))
    return FALSE;
  if (node->n == 2)
    depth = arguments[1].integer;
  if (depth < 0 || depth > MAX_FLATTEN_DEPTH)
    return enlace_evaluation_fail (evaluation, "“flatten” takes a depth from 0 to %d", MAX_FLATTEN_DEPTH);
  if (!flatten (evaluation, builder, arguments[0].value, depth))
    return FALSE;
  enlace_operand_take (out, enlace_list_builder_end (builder));
  return TRUE;
}

static gboolean
call_slice (EnlaceEvaluation    *evaluation,
            const EnlaceNode    *node,
            const EnlaceOperand *arguments,
            EnlaceOperand       *out)
{
  g_autoptr(EnlaceListBuilder) builder = enlace_list_builder_new ();
  gint64 start, end;

  if (!accept_list (evaluation, node, arguments))
    return FALSE;
  start = arguments[1].integer;
  end = arguments[2].integer;
  if (start < 0 || end < start || end > (gint64) enlace_value_get_length (arguments[0].value))
    return enlace_evaluation_fail (evaluation, "the list has no elements from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, start, end);
  for (gint64 i = start; i < end; i++)
    enlace_list_builder_add (builder, enlace_value_get_element (arguments[0].value, i));
  enlace_operand_take (out, enlace_list_builder_end (builder));
  return TRUE;
}

/* `first` and `last` are optionals: a list may be empty. */
static gboolean
call_end (EnlaceEvaluation    *evaluation,
          const EnlaceNode    *node,
          const EnlaceOperand *arguments,
          EnlaceOperand       *out)
{
  gsize n;

  if (arguments->kind != ENLACE_KIND_LIST)
    return enlace_evaluation_no_overload (evaluation, node->call.name, arguments, 1);
  n = enlace_value_get_length (arguments->value);
  enlace_operand_take (out, enlace_value_new_optional (n == 0 ? NULL : enlace_value_get_element (arguments->value,
                              g_str_equal (node->call.name, "first") ? 0 : n - 1)));
  return TRUE;
}

static gboolean
call_range (EnlaceEvaluation    *evaluation,
            const EnlaceNode    *node,
            const EnlaceOperand *arguments,
            EnlaceOperand       *out)
{
  g_autoptr(EnlaceListBuilder) builder = NULL;

  if (arguments->kind != ENLACE_KIND_INT)
    return enlace_evaluation_no_overload (evaluation, node->call.name, arguments, 1);
  if (!enlace_evaluation_charge (evaluation, 2 * (guint64) MAX (arguments->integer, 0)))
    return FALSE;
  builder = enlace_list_builder_new ();
  for (gint64 i = 0; i < arguments->integer; i++)
    enlace_list_builder_take (builder, enlace_value_new_int (i));
  enlace_operand_take (out, enlace_list_builder_end (builder));
  return TRUE;
}

typedef struct {
  EnlaceOperand  key;       /* borrows */
  EnlaceValue   *element;   /* borrowed */
} Entry;

static int
compare_entries (gconstpointer a,
                 gconstpointer b)
{
  const Entry *left = a, *right = b;
  int order = 0;

  enlace_operand_compare (&left->key, &right->key, &order);
  return order == 2 ? 0 : order;
}

/* Whether all keys have an order between them. */
static gboolean
check_keys (EnlaceEvaluation *evaluation,
            GArray           *entries)
{
  for (guint i = 0; i < entries->len; i++)
    {
      EnlaceOperand pair[2] = { g_array_index (entries, Entry, 0).key, g_array_index (entries, Entry, i).key };
      int order;

      if (!enlace_operand_compare (&pair[0], &pair[1], &order))
        return enlace_evaluation_no_overload (evaluation, "<", pair, 2);
    }
  return TRUE;
}

gboolean
enlace_list_sort_by (EnlaceEvaluation *evaluation,
                     EnlaceValue      *list,
                     EnlaceValue      *keys,
                     EnlaceOperand    *out)
{
  g_autoptr(GArray) entries = NULL;
  g_autoptr(EnlaceListBuilder) builder = NULL;
  gsize n = enlace_value_get_length (list);

  /* Each element is compared about as often as the length can be halved. */
  for (gsize left = n; left > 0; left /= 2)
    if (!enlace_evaluation_charge_value (evaluation, keys))
      return FALSE;
  entries = g_array_sized_new (FALSE, FALSE, sizeof (Entry), n);
  for (gsize i = 0; i < n; i++)
    {
      Entry entry = { .element = enlace_value_get_element (list, i) };

      enlace_operand_borrow (&entry.key, enlace_value_get_element (keys, i));
      g_array_append_val (entries, entry);
    }
  if (!check_keys (evaluation, entries))
    return FALSE;
  g_array_sort (entries, compare_entries);
  builder = enlace_list_builder_new ();
  for (guint i = 0; i < entries->len; i++)
    enlace_list_builder_add (builder, g_array_index (entries, Entry, i).element);
  enlace_operand_take (out, enlace_list_builder_end (builder));
  return TRUE;
}

static gboolean
call_sort (EnlaceEvaluation    *evaluation,
           const EnlaceNode    *node,
           const EnlaceOperand *arguments,
           EnlaceOperand       *out)
{
  return accept_list (evaluation, node, arguments)
         && enlace_list_sort_by (evaluation, arguments[0].value, arguments[0].value, out);
}

static const EnlaceFunction functions[] = {
  { "distinct", ENLACE_CALL_MEMBER, 1, 1, FALSE, call_distinct },
  { "first", ENLACE_CALL_MEMBER, 1, 1, TRUE, call_end },
  { "flatten", ENLACE_CALL_MEMBER, 1, 2, FALSE, call_flatten },
  { "last", ENLACE_CALL_MEMBER, 1, 1, TRUE, call_end },
  { "lists.range", ENLACE_CALL_GLOBAL, 1, 1, FALSE, call_range },
  { "slice", ENLACE_CALL_MEMBER, 3, 3, FALSE, call_slice },
  { "sort", ENLACE_CALL_MEMBER, 1, 1, FALSE, call_sort },
};

const EnlaceFunctionLibrary enlace_list_library = { functions, G_N_ELEMENTS (functions) };
