/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/workflow/steps/step.h"

G_BEGIN_DECLS

typedef enum {
  ENLACE_ACCUMULATOR_SUM,
  ENLACE_ACCUMULATOR_AVG,
  ENLACE_ACCUMULATOR_MIN,
  ENLACE_ACCUMULATOR_MAX,
  ENLACE_ACCUMULATOR_COUNT,
  ENLACE_ACCUMULATOR_FIRST,
  ENLACE_ACCUMULATOR_LAST,
  ENLACE_ACCUMULATOR_LIST,
  ENLACE_ACCUMULATOR_DISTINCT,
} EnlaceAccumulatorKind;

/* What data.aggregate knows of one field of one group while it goes through the items. */
typedef struct {
  EnlaceAccumulatorKind  kind;
  gint64                 n;
  __int128               whole;         /* the sum of the integers: it cannot overflow */
  double                 real, rest;    /* the sum of the doubles, and what its rounding lost */
  gboolean               has_real;
  EnlaceValue           *value;         /* nullable */
  EnlaceListBuilder     *list;
  GHashTable            *seen;          /* EnlaceValue */
} EnlaceAccumulator;

gboolean     enlace_accumulator_find_kind (const char             *name,
                                           EnlaceAccumulatorKind  *kind);
void         enlace_accumulator_init      (EnlaceAccumulator      *self,
                                           EnlaceAccumulatorKind   kind);
void         enlace_accumulator_clear     (EnlaceAccumulator      *self);
/* null does not count. FALSE with PARAMETER: the value cannot be summed up or compared with the others. */
gboolean     enlace_accumulator_add       (EnlaceAccumulator      *self,
                                           EnlaceValue            *value,
                                           GError                **error);
/* What it came to: null for an average, a first … of nothing. */
EnlaceValue *enlace_accumulator_end       (EnlaceAccumulator      *self);

G_END_DECLS
