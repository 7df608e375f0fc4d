/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include <math.h>
#include <string.h>

#include "common/expression/evaluation.h"
#include "common/expression/instant.h"

static gboolean
passes_range (EnlaceEvaluation *self,
              EnlaceOperator    op,
              const char       *type)
{
  return enlace_evaluation_fail (self, "“%s” passes the range of %s", enlace_operator_symbol (op), type);
}

static gboolean
by_zero (EnlaceEvaluation *self,
         EnlaceOperator    op)
{
  return enlace_evaluation_fail (self, op == ENLACE_OPERATOR_MODULO ? "modulus by zero" : "division by zero");
}

static gboolean
compute_int (EnlaceEvaluation *self,
             EnlaceOperator    op,
             gint64            a,
             gint64            b,
             EnlaceOperand    *out)
{
  gint64 result = 0;
  gboolean overflow = FALSE;

  if (b == 0 && (op == ENLACE_OPERATOR_DIVIDE || op == ENLACE_OPERATOR_MODULO))
    return by_zero (self, op);
  if (op == ENLACE_OPERATOR_ADD)
    overflow = __builtin_add_overflow (a, b, &result);
  else if (op == ENLACE_OPERATOR_SUBTRACT)
    overflow = __builtin_sub_overflow (a, b, &result);
  else if (op == ENLACE_OPERATOR_MULTIPLY)
    overflow = __builtin_mul_overflow (a, b, &result);
  else if (a == G_MININT64 && b == -1)
    overflow = TRUE;
  else
    result = op == ENLACE_OPERATOR_DIVIDE ? a / b : a % b;
  if (overflow)
    return passes_range (self, op, "int");
  enlace_operand_set_int (out, result);
  return TRUE;
}

static gboolean
compute_uint (EnlaceEvaluation *self,
              EnlaceOperator    op,
              guint64           a,
              guint64           b,
              EnlaceOperand    *out)
{
  guint64 result = 0;
  gboolean overflow = FALSE;

  if (b == 0 && (op == ENLACE_OPERATOR_DIVIDE || op == ENLACE_OPERATOR_MODULO))
    return by_zero (self, op);
  if (op == ENLACE_OPERATOR_ADD)
    overflow = __builtin_add_overflow (a, b, &result);
  else if (op == ENLACE_OPERATOR_SUBTRACT)
    overflow = __builtin_sub_overflow (a, b, &result);
  else if (op == ENLACE_OPERATOR_MULTIPLY)
    overflow = __builtin_mul_overflow (a, b, &result);
  else
    result = op == ENLACE_OPERATOR_DIVIDE ? a / b : a % b;
  if (overflow)
    return passes_range (self, op, "uint");
  enlace_operand_set_uint (out, result);
  return TRUE;
}

static void
compute_double (EnlaceOperator  op,
                double          a,
                double          b,
                EnlaceOperand  *out)
{
  double result = op == ENLACE_OPERATOR_ADD ? a + b
                  : op == ENLACE_OPERATOR_SUBTRACT ? a - b
                  : op == ENLACE_OPERATOR_MULTIPLY ? a * b : a / b;

  enlace_operand_set_double (out, result);
}

/* The text or bytes of both, one behind the other. The copy is charged before it is made. */
static gboolean G_GNUC_NO_INLINE
concatenate_text (EnlaceEvaluation    *self,
                  const EnlaceOperand *left,
                  const EnlaceOperand *right,
                  EnlaceOperand       *out)
{
  gboolean bytes = left->kind == ENLACE_KIND_BYTES;
  gsize n_left, n_right;
  const char *a = bytes ? enlace_value_get_bytes (left->value, &n_left) : enlace_value_get_string_len (left->value, &n_left);
  const char *b = bytes ? enlace_value_get_bytes (right->value, &n_right) : enlace_value_get_string_len (right->value, &n_right);
  char *joined;

  if (!enlace_evaluation_charge_bytes (self, n_left + n_right))
    return FALSE;
  joined = g_malloc (n_left + n_right + 1);
  memcpy (joined, a, n_left);
  memcpy (joined + n_left, b, n_right);
  joined[n_left + n_right] = '\0';
  enlace_operand_take (out, bytes ? enlace_value_new_bytes (joined, n_left + n_right)
                                  : enlace_value_new_string_len (joined, n_left + n_right));
  g_free (joined);
  return TRUE;
}

static gboolean G_GNUC_NO_INLINE
concatenate_lists (EnlaceEvaluation    *self,
                   const EnlaceOperand *left,
                   const EnlaceOperand *right,
                   EnlaceOperand       *out)
{
  g_autoptr(EnlaceListBuilder) builder = NULL;
  const EnlaceOperand *sides[] = { left, right };

  if (!enlace_evaluation_charge_value (self, left->value) || !enlace_evaluation_charge_value (self, right->value))
    return FALSE;
  builder = enlace_list_builder_new ();
  for (gsize side = 0; side < 2; side++)
    for (gsize i = 0; i < enlace_value_get_length (sides[side]->value); i++)
      enlace_list_builder_add (builder, enlace_value_get_element (sides[side]->value, i));
  enlace_operand_take (out, enlace_list_builder_end (builder));
  return TRUE;
}

static gboolean
is_real (const EnlaceOperand *operand)
{
  return operand->kind == ENLACE_KIND_INT || operand->kind == ENLACE_KIND_DOUBLE;
}

static double
to_double (const EnlaceOperand *operand)
{
  return operand->kind == ENLACE_KIND_INT ? (double) operand->integer : operand->number;
}

/* Arithmetic on what are not two numbers of one kind. */
static gboolean G_GNUC_NO_INLINE
compute_other (EnlaceEvaluation    *self,
               EnlaceOperator       op,
               const EnlaceOperand *left,
               const EnlaceOperand *right,
               EnlaceOperand       *out)
{
  EnlaceOperand pair[2] = { *left, *right };

  if (op == ENLACE_OPERATOR_ADD && left->kind == right->kind)
    {
      if (left->kind == ENLACE_KIND_STRING || left->kind == ENLACE_KIND_BYTES)
        return concatenate_text (self, left, right, out);
      if (left->kind == ENLACE_KIND_LIST)
        return concatenate_lists (self, left, right, out);
    }
  if ((op == ENLACE_OPERATOR_ADD || op == ENLACE_OPERATOR_SUBTRACT) && enlace_instant_takes (op, left, right))
    return enlace_instant_compute (self, op, left, right, out);
  return enlace_evaluation_no_overload (self, enlace_operator_symbol (op), pair, 2);
}

static gboolean
compute (EnlaceEvaluation    *self,
         EnlaceOperator       op,
         const EnlaceOperand *left,
         const EnlaceOperand *right,
         EnlaceOperand       *out)
{
  if (left->kind == ENLACE_KIND_INT && right->kind == ENLACE_KIND_INT)
    return compute_int (self, op, left->integer, right->integer, out);
  if (left->kind == ENLACE_KIND_UINT && right->kind == ENLACE_KIND_UINT)
    return compute_uint (self, op, left->natural, right->natural, out);
  if (op != ENLACE_OPERATOR_MODULO && is_real (left) && is_real (right))
    {
      compute_double (op, to_double (left), to_double (right), out);
      return TRUE;
    }
  return compute_other (self, op, left, right, out);
}

static int
order_of_int_and_double (gint64 a,
                         double b)
{
  if (isnan (b))
    return 2;
  if (b >= 0x1p63)
    return -1;
  if (b < -0x1p63)
    return 1;
  if (a != (gint64) b)
    return a < (gint64) b ? -1 : 1;
  return trunc (b) == b ? 0 : b > 0 ? -1 : 1;
}

static int
order_of_uint_and_double (guint64 a,
                          double  b)
{
  if (isnan (b))
    return 2;
  if (b >= 0x1p64)
    return -1;
  if (b < 0)
    return 1;
  if (a != (guint64) b)
    return a < (guint64) b ? -1 : 1;
  return trunc (b) == b ? 0 : -1;
}

#define ORDER(a, b) ((a) < (b) ? -1 : (a) > (b) ? 1 : 0)

static int
order_of_numbers (const EnlaceOperand *left,
                  const EnlaceOperand *right)
{
  int order;

  if (left->kind > right->kind)
    {
      order = order_of_numbers (right, left);
      return order == 2 ? 2 : -order;
    }
  if (left->kind == ENLACE_KIND_INT && right->kind == ENLACE_KIND_INT)
    return ORDER (left->integer, right->integer);
  if (left->kind == ENLACE_KIND_INT && right->kind == ENLACE_KIND_UINT)
    return left->integer < 0 ? -1 : ORDER ((guint64) left->integer, right->natural);
  if (left->kind == ENLACE_KIND_INT)
    return order_of_int_and_double (left->integer, right->number);
  if (left->kind == ENLACE_KIND_UINT && right->kind == ENLACE_KIND_UINT)
    return ORDER (left->natural, right->natural);
  if (left->kind == ENLACE_KIND_UINT)
    return order_of_uint_and_double (left->natural, right->number);
  if (isnan (left->number) || isnan (right->number))
    return 2;
  return ORDER (left->number, right->number);
}

static gboolean
is_number (const EnlaceOperand *operand)
{
  return operand->kind >= ENLACE_KIND_INT && operand->kind <= ENLACE_KIND_DOUBLE;
}

static int
order_of_text (const EnlaceOperand *left,
               const EnlaceOperand *right)
{
  gboolean bytes = left->kind == ENLACE_KIND_BYTES;
  gsize n_left, n_right;
  const char *a = bytes ? enlace_value_get_bytes (left->value, &n_left) : enlace_value_get_string_len (left->value, &n_left);
  const char *b = bytes ? enlace_value_get_bytes (right->value, &n_right) : enlace_value_get_string_len (right->value, &n_right);
  int order = memcmp (a, b, MIN (n_left, n_right));

  /* The order of UTF-8 is that of the code points. */
  return order != 0 ? ORDER (order, 0) : ORDER (n_left, n_right);
}

gboolean
enlace_operand_compare (const EnlaceOperand *left,
                        const EnlaceOperand *right,
                        int                 *order)
{
  if (is_number (left) && is_number (right))
    {
      *order = order_of_numbers (left, right);
      return TRUE;
    }
  if (left->kind != right->kind)
    return FALSE;
  if (left->kind == ENLACE_KIND_STRING || left->kind == ENLACE_KIND_BYTES)
    *order = order_of_text (left, right);
  else if (left->kind == ENLACE_KIND_BOOL)
    *order = ORDER (left->boolean, right->boolean);
  else if (left->kind == ENLACE_KIND_TIMESTAMP || left->kind == ENLACE_KIND_DURATION)
    *order = enlace_instant_order (left, right);
  else
    return FALSE;
  return TRUE;
}

static gsize
text_length (const EnlaceOperand *operand)
{
  gsize length = 0;

  if (operand->kind == ENLACE_KIND_STRING)
    enlace_value_get_string_len (operand->value, &length);
  else if (operand->kind == ENLACE_KIND_BYTES)
    enlace_value_get_bytes (operand->value, &length);
  return length;
}

static gboolean
compare (EnlaceEvaluation    *self,
         EnlaceOperator       op,
         const EnlaceOperand *left,
         const EnlaceOperand *right,
         EnlaceOperand       *out)
{
  EnlaceOperand pair[2] = { *left, *right };
  int order;
  gboolean result;

  if (!enlace_evaluation_charge_bytes (self, MIN (text_length (left), text_length (right))))
    return FALSE;
  if (!enlace_operand_compare (left, right, &order))
    return enlace_evaluation_no_overload (self, enlace_operator_symbol (op), pair, 2);
  if (order == 2)
    result = FALSE;
  else if (op == ENLACE_OPERATOR_LESS)
    result = order < 0;
  else if (op == ENLACE_OPERATOR_LESS_EQUAL)
    result = order <= 0;
  else if (op == ENLACE_OPERATOR_GREATER)
    result = order > 0;
  else
    result = order >= 0;
  enlace_operand_set_bool (out, result);
  return TRUE;
}

/* Both are values of one kind that is no scalar. */
static gboolean
equal_values (EnlaceEvaluation *self,
              EnlaceValue      *left,
              EnlaceValue      *right,
              gboolean         *equal)
{
  EnlaceKind kind = enlace_value_get_kind (left);

  *equal = FALSE;
  if (kind == ENLACE_KIND_LIST || kind == ENLACE_KIND_MAP)
    {
      if (enlace_value_get_length (left) != enlace_value_get_length (right))
        return TRUE;
      if (!enlace_evaluation_charge_value (self, left))
        return FALSE;
    }
  else if (kind == ENLACE_KIND_OPTIONAL && !enlace_evaluation_charge_value (self, left))
    return FALSE;
  *equal = enlace_value_equal (left, right);
  return TRUE;
}

gboolean
enlace_evaluate_equal (EnlaceEvaluation    *self,
                       const EnlaceOperand *left,
                       const EnlaceOperand *right,
                       gboolean            *equal)
{
  gsize length;

  *equal = FALSE;
  if (is_number (left) && is_number (right))
    *equal = order_of_numbers (left, right) == 0;
  else if (left->kind != right->kind)
    return TRUE;
  else if (left->kind == ENLACE_KIND_NULL)
    *equal = TRUE;
  else if (left->kind == ENLACE_KIND_BOOL)
    *equal = left->boolean == right->boolean;
  else if (left->kind == ENLACE_KIND_STRING || left->kind == ENLACE_KIND_BYTES)
    {
      length = text_length (left);
      if (length != text_length (right))
        return TRUE;
      if (!enlace_evaluation_charge_bytes (self, length))
        return FALSE;
      *equal = enlace_value_equal (left->value, right->value);
    }
  else
    return equal_values (self, left->value, right->value, equal);
  return TRUE;
}

static gboolean
in_list (EnlaceEvaluation    *self,
         const EnlaceOperand *left,
         EnlaceValue         *list,
         gboolean            *found)
{
  gsize n = enlace_value_get_length (list);

  for (gsize i = 0; i < n; i++)
    {
      EnlaceOperand element;

      enlace_operand_borrow (&element, enlace_value_get_element (list, i));
      if (!enlace_evaluation_charge (self, 1) || !enlace_evaluate_equal (self, left, &element, found))
        return FALSE;
      if (*found)
        break;
    }
  return TRUE;
}

static gboolean
compute_in (EnlaceEvaluation    *self,
            const EnlaceOperand *left,
            const EnlaceOperand *right,
            EnlaceOperand       *out)
{
  EnlaceOperand pair[2] = { *left, *right };
  gboolean found = FALSE;

  if (right->kind == ENLACE_KIND_LIST)
    {
      if (!in_list (self, left, right->value, &found))
        return FALSE;
    }
  else if (right->kind == ENLACE_KIND_MAP && enlace_operand_is_key (left))
    {
      g_autoptr(EnlaceValue) key = NULL;

      pair[0].owned = FALSE;
      key = enlace_operand_box (&pair[0]);
      found = enlace_value_lookup (right->value, key) != NULL;
    }
  else if (right->kind != ENLACE_KIND_MAP)
    return enlace_evaluation_no_overload (self, "in", pair, 2);
  enlace_operand_set_bool (out, found);
  return TRUE;
}

gboolean
enlace_evaluate_operator (EnlaceEvaluation    *self,
                          EnlaceOperator       op,
                          const EnlaceOperand *left,
                          const EnlaceOperand *right,
                          EnlaceOperand       *out)
{
  gboolean equal;

  if (op <= ENLACE_OPERATOR_MODULO)
    return compute (self, op, left, right, out);
  if (op == ENLACE_OPERATOR_IN)
    return compute_in (self, left, right, out);
  if (op != ENLACE_OPERATOR_EQUAL && op != ENLACE_OPERATOR_NOT_EQUAL)
    return compare (self, op, left, right, out);
  if (!enlace_evaluate_equal (self, left, right, &equal))
    return FALSE;
  enlace_operand_set_bool (out, equal == (op == ENLACE_OPERATOR_EQUAL));
  return TRUE;
}

/* Walks over the parts with a stack of its own, and stops when the cost is used up: a value whose parts are shared may be
 * far larger than the memory it takes. */
static gboolean
charge_parts (EnlaceEvaluation *self,
              GPtrArray        *waiting)
{
  while (waiting->len > 0)
    {
      EnlaceValue *value = g_ptr_array_steal_index_fast (waiting, waiting->len - 1);
      EnlaceKind kind = enlace_value_get_kind (value);
      gsize n = enlace_value_get_length (value);
      gsize length = 0;

      if (kind == ENLACE_KIND_STRING)
        enlace_value_get_string_len (value, &length);
      else if (kind == ENLACE_KIND_BYTES)
        enlace_value_get_bytes (value, &length);
      if (!enlace_evaluation_charge (self, 1 + n + length / ENLACE_COST_BYTES))
        return FALSE;
      if (kind == ENLACE_KIND_OPTIONAL && enlace_value_get_optional (value) != NULL)
        g_ptr_array_add (waiting, enlace_value_get_optional (value));
      for (gsize i = 0; i < n; i++)
        {
          if (kind == ENLACE_KIND_MAP)
            g_ptr_array_add (waiting, enlace_value_get_key (value, i));
          g_ptr_array_add (waiting, kind == ENLACE_KIND_MAP ? enlace_value_get_member_value (value, i)
                                                            : enlace_value_get_element (value, i));
        }
    }
  return TRUE;
}

gboolean
enlace_evaluation_charge_value (EnlaceEvaluation *self,
                                EnlaceValue      *value)
{
  EnlaceKind kind = enlace_value_get_kind (value);
  g_autoptr(GPtrArray) waiting = NULL;
  gsize length = 0;

  if (kind == ENLACE_KIND_STRING)
    enlace_value_get_string_len (value, &length);
  if (kind != ENLACE_KIND_LIST && kind != ENLACE_KIND_MAP && kind != ENLACE_KIND_OPTIONAL && kind != ENLACE_KIND_BYTES)
    return enlace_evaluation_charge (self, length / ENLACE_COST_BYTES);
  waiting = g_ptr_array_new ();
  g_ptr_array_add (waiting, value);
  return charge_parts (self, waiting);
}
