/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/steps/order.h"

#include <math.h>
#include <string.h>

#define COMPARE(a, b) (((a) > (b)) - ((a) < (b)))

typedef enum {
  FAMILY_NONE,
  FAMILY_NUMBER,
  FAMILY_TEXT,
  FAMILY_BYTES,
  FAMILY_BOOL,
  FAMILY_TIME,
  FAMILY_DURATION,
} Family;

static Family
get_family (EnlaceValue *value)
{
  switch ((int) enlace_value_get_kind (value))
    {
    case ENLACE_KIND_INT:
    case ENLACE_KIND_UINT:
    case ENLACE_KIND_DOUBLE:
      return FAMILY_NUMBER;
    case ENLACE_KIND_STRING:
      return FAMILY_TEXT;
    case ENLACE_KIND_BYTES:
      return FAMILY_BYTES;
    case ENLACE_KIND_BOOL:
      return FAMILY_BOOL;
    case ENLACE_KIND_TIMESTAMP:
      return FAMILY_TIME;
    case ENLACE_KIND_DURATION:
      return FAMILY_DURATION;
    default:
      return FAMILY_NONE;
    }
}

/* Wide enough for each 64-bit integer and each double, so that nothing is rounded. */
static long double
get_number (EnlaceValue *value)
{
  switch ((int) enlace_value_get_kind (value))
    {
    case ENLACE_KIND_INT:
      return enlace_value_get_int (value);
    case ENLACE_KIND_UINT:
      return enlace_value_get_uint (value);
    default:
      return enlace_value_get_double (value);
    }
}

static int
compare_numbers (EnlaceValue *a,
                 EnlaceValue *b)
{
  long double one = get_number (a), other = get_number (b);

  if (isnan (one) || isnan (other))
    return COMPARE (isnan (one) != 0, isnan (other) != 0);

  return COMPARE (one, other);
}

static int
compare_memory (const void *a,
                gsize       a_length,
                const void *b,
                gsize       b_length)
{
  int order = memcmp (a, b, MIN (a_length, b_length));

  return order != 0 ? order : COMPARE (a_length, b_length);
}

static int
compare_texts (EnlaceValue *a,
               EnlaceValue *b)
{
  gsize a_length, b_length;
  const char *one = enlace_value_get_string_len (a, &a_length);
  const char *other = enlace_value_get_string_len (b, &b_length);

  return compare_memory (one, a_length, other, b_length);
}

static int
compare_bytes (EnlaceValue *a,
               EnlaceValue *b)
{
  gsize a_length, b_length;
  gconstpointer one = enlace_value_get_bytes (a, &a_length);
  gconstpointer other = enlace_value_get_bytes (b, &b_length);

  return compare_memory (one, a_length, other, b_length);
}

static int
compare_seconds (EnlaceValue *a,
                 EnlaceValue *b)
{
  int order = COMPARE (enlace_value_get_seconds (a), enlace_value_get_seconds (b));

  return order != 0 ? order : COMPARE (enlace_value_get_nanoseconds (a), enlace_value_get_nanoseconds (b));
}

gboolean
enlace_order_is_comparable (EnlaceValue *value)
{
  return get_family (value) != FAMILY_NONE;
}

gboolean
enlace_order_is_alike (EnlaceValue *a,
                       EnlaceValue *b)
{
  return get_family (a) == get_family (b);
}

int
enlace_order_compare (EnlaceValue *a,
                      EnlaceValue *b)
{
  switch (get_family (a))
    {
    case FAMILY_NUMBER:
      return compare_numbers (a, b);
    case FAMILY_TEXT:
      return compare_texts (a, b);
    case FAMILY_BYTES:
      return compare_bytes (a, b);
    case FAMILY_BOOL:
      return enlace_value_get_bool (a) - enlace_value_get_bool (b);
    case FAMILY_TIME:
    case FAMILY_DURATION:
      return compare_seconds (a, b);
    case FAMILY_NONE:
    default:
      return 0;
    }
}
