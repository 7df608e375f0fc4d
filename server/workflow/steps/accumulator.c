/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/steps/accumulator.h"

#include <math.h>
#include <string.h>

#include "server/workflow/steps/order.h"

static const char *const names[] = {
  [ENLACE_ACCUMULATOR_SUM] = "sum",
  [ENLACE_ACCUMULATOR_AVG] = "avg",
  [ENLACE_ACCUMULATOR_MIN] = "min",
  [ENLACE_ACCUMULATOR_MAX] = "max",
  [ENLACE_ACCUMULATOR_COUNT] = "count",
  [ENLACE_ACCUMULATOR_FIRST] = "first",
  [ENLACE_ACCUMULATOR_LAST] = "last",
  [ENLACE_ACCUMULATOR_LIST] = "list",
  [ENLACE_ACCUMULATOR_DISTINCT] = "distinct",
};

gboolean
enlace_accumulator_find_kind (const char            *name,
                              EnlaceAccumulatorKind *kind)
{
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (names[i], name) == 0)
      {
        *kind = i;
        return TRUE;
      }

  return FALSE;
}

void
enlace_accumulator_init (EnlaceAccumulator     *self,
                         EnlaceAccumulatorKind  kind)
{
  *self = (EnlaceAccumulator) { .kind = kind };
  if (kind == ENLACE_ACCUMULATOR_LIST || kind == ENLACE_ACCUMULATOR_DISTINCT)
    self->list = enlace_list_builder_new ();
  if (kind == ENLACE_ACCUMULATOR_DISTINCT)
    self->seen = g_hash_table_new_full ((GHashFunc) enlace_value_hash, (GEqualFunc) enlace_value_equal, (GDestroyNotify) enlace_value_unref, NULL);
}

void
enlace_accumulator_clear (EnlaceAccumulator *self)
{
  g_clear_pointer (&self->value, enlace_value_unref);
  g_clear_pointer (&self->list, enlace_list_builder_free);
  g_clear_pointer (&self->seen, g_hash_table_unref);
}

/* Neumaier's sum: what a large sum would lose of a small summand is kept beside it. */
static void
add_real (EnlaceAccumulator *self,
          double             number)
{
  double sum = self->real + number;

  if (isfinite (sum))
    self->rest += fabs (self->real) >= fabs (number) ? (self->real - sum) + number : (number - sum) + self->real;
  self->real = sum;
  self->has_real = TRUE;
}

static gboolean
add_number (EnlaceAccumulator  *self,
            EnlaceValue        *value,
            GError            **error)
{
  EnlaceKind kind = enlace_value_get_kind (value);

  if (kind == ENLACE_KIND_INT)
    self->whole += enlace_value_get_int (value);
  else if (kind == ENLACE_KIND_UINT)
    self->whole += enlace_value_get_uint (value);
  else if (kind == ENLACE_KIND_DOUBLE)
    add_real (self, enlace_value_get_double (value));
  else
    {
      g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER, "%s is no number", enlace_step_describe_kind (value));
      return FALSE;
    }

  return TRUE;
}

static void
hold (EnlaceAccumulator *self,
      EnlaceValue       *value)
{
  g_clear_pointer (&self->value, enlace_value_unref);
  self->value = enlace_value_ref (value);
}

static gboolean
choose (EnlaceAccumulator  *self,
        EnlaceValue        *value,
        GError            **error)
{
  int order;

  if (!enlace_order_is_comparable (value) || (self->value != NULL && !enlace_order_is_alike (self->value, value)))
    {
      g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER, "%s cannot be compared with the others", enlace_step_describe_kind (value));
      return FALSE;
    }

  order = self->value != NULL ? enlace_order_compare (value, self->value) : 0;
  if (self->value == NULL || (self->kind == ENLACE_ACCUMULATOR_MIN ? order < 0 : order > 0))
    hold (self, value);
  return TRUE;
}

gboolean
enlace_accumulator_add (EnlaceAccumulator  *self,
                        EnlaceValue        *value,
                        GError            **error)
{
  if (enlace_value_is_null (value))
    return TRUE;

  self->n++;
  switch (self->kind)
    {
    case ENLACE_ACCUMULATOR_SUM:
    case ENLACE_ACCUMULATOR_AVG:
      return add_number (self, value, error);
    case ENLACE_ACCUMULATOR_MIN:
    case ENLACE_ACCUMULATOR_MAX:
      return choose (self, value, error);
    case ENLACE_ACCUMULATOR_FIRST:
      if (self->value == NULL)
        hold (self, value);
      return TRUE;
    case ENLACE_ACCUMULATOR_LAST:
      hold (self, value);
      return TRUE;
    case ENLACE_ACCUMULATOR_LIST:
      enlace_list_builder_add (self->list, value);
      return TRUE;
    case ENLACE_ACCUMULATOR_DISTINCT:
      if (g_hash_table_add (self->seen, enlace_value_ref (value)))
        enlace_list_builder_add (self->list, value);
      return TRUE;
    case ENLACE_ACCUMULATOR_COUNT:
    default:
      return TRUE;
    }
}

static EnlaceValue *
end_sum (EnlaceAccumulator *self)
{
  if (self->has_real)
    return enlace_value_new_double ((double) self->whole + (self->real + self->rest));
  if (self->whole >= G_MININT64 && self->whole <= G_MAXINT64)
    return enlace_value_new_int ((gint64) self->whole);
  if (self->whole > 0 && self->whole <= (__int128) G_MAXUINT64)
    return enlace_value_new_uint ((guint64) self->whole);

  return enlace_value_new_double ((double) self->whole);
}

EnlaceValue *
enlace_accumulator_end (EnlaceAccumulator *self)
{
  switch (self->kind)
    {
    case ENLACE_ACCUMULATOR_SUM:
      return end_sum (self);
    case ENLACE_ACCUMULATOR_AVG:
      if (self->n == 0)
        return enlace_value_new_null ();
      return enlace_value_new_double (((double) self->whole + (self->real + self->rest)) / (double) self->n);
    case ENLACE_ACCUMULATOR_COUNT:
      return enlace_value_new_int (self->n);
    case ENLACE_ACCUMULATOR_LIST:
    case ENLACE_ACCUMULATOR_DISTINCT:
      return enlace_list_builder_end (self->list);
    case ENLACE_ACCUMULATOR_MIN:
    case ENLACE_ACCUMULATOR_MAX:
    case ENLACE_ACCUMULATOR_FIRST:
    case ENLACE_ACCUMULATOR_LAST:
    default:
      return self->value != NULL ? enlace_value_ref (self->value) : enlace_value_new_null ();
    }
}
