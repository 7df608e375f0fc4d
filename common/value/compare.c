/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-value"

#include <math.h>
#include <string.h>
#include <sys/random.h>

#include "common/value/value-private.h"

/* Containers below this depth count into a hash by their length alone, which bounds its cost and its stack. */
#define HASH_DEPTH 8
#define PAIRS_INLINE 32

typedef struct {
  const EnlaceValue *a;
  const EnlaceValue *b;
} Pair;

/* A stack of pairs that are still to be compared; the first ones need no allocation. */
typedef struct {
  Pair *pairs;
  gsize length;
  gsize capacity;
  Pair first[PAIRS_INLINE];
} PairStack;

static void
pair_stack_reserve (PairStack *self,
                    gsize      n)
{
  if (self->length + n <= self->capacity)
    return;

  self->capacity = MAX (2 * self->capacity, self->length + n);

  if (self->pairs == self->first)
    {
      self->pairs = g_new (Pair, self->capacity);
      memcpy (self->pairs, self->first, self->length * sizeof (Pair));
    }
  else
    {
      self->pairs = g_renew (Pair, self->pairs, self->capacity);
    }
}

/* Exact, which comparing as doubles would not be above 2^53. */
static gboolean
int_equals_double (gint64 i,
                   double d)
{
  return d >= -0x1p63 && d < 0x1p63 && (gint64) d == i && (double) (gint64) d == d;
}

static gboolean
uint_equals_double (guint64 u,
                    double  d)
{
  return d >= 0 && d < 0x1p64 && (guint64) d == u && (double) (guint64) d == d;
}

gboolean
enlace_number_equal (const EnlaceValue *a,
                     const EnlaceValue *b)
{
  EnlaceScalar *x = ENLACE_SCALAR (a);
  EnlaceScalar *y = ENLACE_SCALAR (b);

  if (a->kind > b->kind)
    return enlace_number_equal (b, a);

  if (a->kind == ENLACE_KIND_INT && b->kind == ENLACE_KIND_INT)
    return x->i == y->i;
  if (a->kind == ENLACE_KIND_INT && b->kind == ENLACE_KIND_UINT)
    return x->i >= 0 && (guint64) x->i == y->u;
  if (a->kind == ENLACE_KIND_INT)
    return int_equals_double (x->i, y->d);
  if (a->kind == ENLACE_KIND_UINT && b->kind == ENLACE_KIND_UINT)
    return x->u == y->u;
  if (a->kind == ENLACE_KIND_UINT)
    return uint_equals_double (x->u, y->d);

  return x->d == y->d;
}

/* These put the parts on the stack, the first on top. */
static gboolean
compare_lists (PairStack        *stack,
               const EnlaceList *a,
               const EnlaceList *b)
{
  if (a->length != b->length)
    return FALSE;

  pair_stack_reserve (stack, a->length);
  for (gsize i = a->length; i > 0; i--)
    stack->pairs[stack->length++] = (Pair) { a->elements[i - 1], b->elements[i - 1] };

  return TRUE;
}

static gboolean
compare_maps (PairStack       *stack,
              const EnlaceMap *a,
              const EnlaceMap *b)
{
  if (a->length != b->length)
    return FALSE;

  pair_stack_reserve (stack, a->length);
  for (gsize i = a->length; i > 0; i--)
    {
      gssize position = enlace_map_find (b, a->entries[i - 1].key);

      if (position < 0)
        return FALSE;

      stack->pairs[stack->length++] = (Pair) { a->entries[i - 1].value, b->entries[position].value };
    }

  return TRUE;
}

static gboolean
compare_optionals (PairStack            *stack,
                   const EnlaceOptional *a,
                   const EnlaceOptional *b)
{
  if (a->value == NULL || b->value == NULL)
    return a->value == b->value;

  pair_stack_reserve (stack, 1);
  stack->pairs[stack->length++] = (Pair) { a->value, b->value };

  return TRUE;
}

/* TRUE when the two may be equal; what decides between them then lies on the stack. */
static gboolean
compare_shallow (PairStack         *stack,
                 const EnlaceValue *a,
                 const EnlaceValue *b)
{
  if (enlace_kind_is_number (a->kind) && enlace_kind_is_number (b->kind))
    return enlace_number_equal (a, b);

  if (a->kind != b->kind)
    return FALSE;

  switch ((EnlaceKind) a->kind)
    {
    case ENLACE_KIND_NULL:
      return TRUE;

    case ENLACE_KIND_BOOL:
      return ENLACE_SCALAR (a)->b == ENLACE_SCALAR (b)->b;

    case ENLACE_KIND_STRING:
    case ENLACE_KIND_BYTES:
    case ENLACE_KIND_TYPE:
      return a == b || (ENLACE_TEXT (a)->length == ENLACE_TEXT (b)->length &&
                        memcmp (ENLACE_TEXT (a)->data, ENLACE_TEXT (b)->data, ENLACE_TEXT (a)->length) == 0);

    case ENLACE_KIND_TIMESTAMP:
    case ENLACE_KIND_DURATION:
      return ENLACE_INSTANT (a)->seconds == ENLACE_INSTANT (b)->seconds &&
             ENLACE_INSTANT (a)->nanoseconds == ENLACE_INSTANT (b)->nanoseconds;

    case ENLACE_KIND_LIST:
      return compare_lists (stack, ENLACE_LIST (a), ENLACE_LIST (b));

    case ENLACE_KIND_MAP:
      return compare_maps (stack, ENLACE_MAP (a), ENLACE_MAP (b));

    case ENLACE_KIND_OPTIONAL:
      return compare_optionals (stack, ENLACE_OPTIONAL (a), ENLACE_OPTIONAL (b));

    case ENLACE_KIND_INT:
    case ENLACE_KIND_UINT:
    case ENLACE_KIND_DOUBLE:
    default:
      g_assert_not_reached ();
    }
}

gboolean
enlace_value_equal (const EnlaceValue *a,
                    const EnlaceValue *b)
{
  PairStack stack;
  gboolean equal;

  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  stack.pairs = stack.first;
  stack.length = 0;
  stack.capacity = PAIRS_INLINE;

  equal = compare_shallow (&stack, a, b);
  while (equal && stack.length > 0)
    {
      Pair pair = stack.pairs[--stack.length];

      equal = compare_shallow (&stack, pair.a, pair.b);
    }

  if (stack.pairs != stack.first)
    g_free (stack.pairs);

  return equal;
}

static inline guint64
rotate (guint64 x,
        int     bits)
{
  return (x << bits) | (x >> (64 - bits));
}

static inline void
sip_round (guint64 v[4])
{
  v[0] += v[1];
  v[2] += v[3];
  v[1] = rotate (v[1], 13) ^ v[0];
  v[3] = rotate (v[3], 16) ^ v[2];
  v[0] = rotate (v[0], 32);
  v[2] += v[1];
  v[0] += v[3];
  v[1] = rotate (v[1], 17) ^ v[2];
  v[3] = rotate (v[3], 21) ^ v[0];
  v[2] = rotate (v[2], 32);
}

/* Names come from strangers: with a key that they do not know they cannot choose names that collide. */
static const guint64 *
hash_key (void)
{
  static guint64 key[2];
  static gsize ready;

  if (g_once_init_enter (&ready))
    {
      if (getrandom (key, sizeof key, 0) != sizeof key)
        g_error ("The system has no random bytes");
      g_once_init_leave (&ready, 1);
    }

  return key;
}

/* SipHash-1-3 (Aumasson and Bernstein), never 0. */
guint32
enlace_hash_text (const char *data,
                  gsize       length)
{
  const guint64 *key = hash_key ();
  guint64 v[4] = { key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d,
                   key[0] ^ 0x6c7967656e657261, key[1] ^ 0x7465646279746573 };
  guint64 word = 0;
  gsize at = 0;
  guint32 hash;

  for (; at + 8 <= length; at += 8)
    {
      memcpy (&word, data + at, 8);
      v[3] ^= word;
      sip_round (v);
      v[0] ^= word;
    }

  word = 0;
  memcpy (&word, data + at, length - at);
  word ^= (guint64) length << 56;
  v[3] ^= word;
  sip_round (v);
  v[0] ^= word;

  v[2] ^= 0xff;
  sip_round (v);
  sip_round (v);
  sip_round (v);
  hash = (guint32) (v[0] ^ v[1] ^ v[2] ^ v[3]);

  return hash != 0 ? hash : 1;
}

/* Several threads may compute it at once: they store the same number. */
guint32
enlace_text_get_hash (EnlaceText *self)
{
  guint32 hash = __atomic_load_n (&self->base.hash, __ATOMIC_RELAXED);

  if (hash != 0)
    return hash;

  hash = enlace_hash_text (self->data, self->length);
  if (!(self->base.flags & ENLACE_VALUE_STATIC))
    __atomic_store_n (&self->base.hash, hash, __ATOMIC_RELAXED);

  return hash;
}

static guint32
mix (guint64 bits)
{
  bits ^= bits >> 32;
  bits *= 0xd6e8feb86659fd93;
  bits ^= bits >> 32;
  bits *= 0xd6e8feb86659fd93;

  return (guint32) (bits ^ (bits >> 32));
}

/* Numbers that are equal across kinds have one hash: a whole double hashes as the integer does. */
guint32
enlace_number_hash (const EnlaceValue *number)
{
  double d;
  guint64 bits;

  if (number->kind != ENLACE_KIND_DOUBLE)
    return mix (ENLACE_SCALAR (number)->u);

  d = ENLACE_SCALAR (number)->d;
  if (d >= -0x1p63 && d < 0x1p63 && trunc (d) == d)
    return mix ((guint64) (gint64) d);
  if (d >= 0 && d < 0x1p64 && trunc (d) == d)
    return mix ((guint64) d);

  memcpy (&bits, &d, sizeof bits);

  return isnan (d) ? 1 : mix (bits);
}

static guint32
hash_to_depth (const EnlaceValue *self,
               guint              depth)
{
  guint32 hash;

  switch ((EnlaceKind) self->kind)
    {
    case ENLACE_KIND_BOOL:
      return ENLACE_SCALAR (self)->b ? 0x5bd1e995 : 0x1b873593;

    case ENLACE_KIND_INT:
    case ENLACE_KIND_UINT:
    case ENLACE_KIND_DOUBLE:
      return enlace_number_hash (self);

    case ENLACE_KIND_STRING:
    case ENLACE_KIND_BYTES:
    case ENLACE_KIND_TYPE:
      return enlace_text_get_hash (ENLACE_TEXT (self)) + self->kind;

    case ENLACE_KIND_LIST:
      hash = mix (ENLACE_LIST (self)->length + 0x100);
      for (gsize i = 0; depth > 0 && i < ENLACE_LIST (self)->length; i++)
        hash = hash * 31 + hash_to_depth (ENLACE_LIST (self)->elements[i], depth - 1);
      return hash;

    case ENLACE_KIND_MAP:
      /* A sum, since maps are equal in any order. */
      hash = mix (ENLACE_MAP (self)->length + 0x200);
      for (gsize i = 0; depth > 0 && i < ENLACE_MAP (self)->length; i++)
        hash += mix (((guint64) hash_to_depth (ENLACE_MAP (self)->entries[i].key, 0) << 32) |
                     hash_to_depth (ENLACE_MAP (self)->entries[i].value, depth - 1));
      return hash;

    case ENLACE_KIND_TIMESTAMP:
    case ENLACE_KIND_DURATION:
      return mix ((guint64) ENLACE_INSTANT (self)->seconds * 31 + ENLACE_INSTANT (self)->nanoseconds) + self->kind;

    case ENLACE_KIND_OPTIONAL:
      if (ENLACE_OPTIONAL (self)->value == NULL || depth == 0)
        return self->kind;
      return hash_to_depth (ENLACE_OPTIONAL (self)->value, depth - 1) + self->kind;

    case ENLACE_KIND_NULL:
    default:
      return 0x9e3779b9;
    }
}

/**
 * enlace_value_hash:
 * @self: a value
 *
 * A hash that equal values share (see [func@enlace_value_equal]). It differs from process to process.
 */
guint
enlace_value_hash (const EnlaceValue *self)
{
  g_return_val_if_fail (self != NULL, 0);

  if (self->kind == ENLACE_KIND_STRING)
    return enlace_text_get_hash (ENLACE_TEXT (self));

  return hash_to_depth (self, HASH_DEPTH);
}
