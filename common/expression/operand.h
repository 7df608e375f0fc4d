/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/value/value.h"

G_BEGIN_DECLS

/**
 * EnlaceOperand:
 *
 * A value during an evaluation. Scalars are computed unboxed; `value` is set when it came from a value, which then is
 * given back as it is. A borrowed value is kept alive by the scope, the expression or the range of a comprehension.
 */
typedef struct {
  EnlaceValue *value;
  union {
    gboolean boolean;
    gint64   integer;
    guint64  natural;
    double   number;
  };
  guint8       kind;    /* EnlaceKind */
  guint8       owned;
} EnlaceOperand;

static inline void
enlace_operand_clear (EnlaceOperand *self)
{
  if (self->owned)
    {
      self->owned = FALSE;
      enlace_value_unref (self->value);
    }
}

static inline void
enlace_operand_set_null (EnlaceOperand *self)
{
  *self = (EnlaceOperand) { .kind = ENLACE_KIND_NULL };
}

static inline void
enlace_operand_set_bool (EnlaceOperand *self,
                         gboolean       value)
{
  *self = (EnlaceOperand) { .kind = ENLACE_KIND_BOOL, .boolean = value };
}

static inline void
enlace_operand_set_int (EnlaceOperand *self,
                        gint64         value)
{
  *self = (EnlaceOperand) { .kind = ENLACE_KIND_INT, .integer = value };
}

static inline void
enlace_operand_set_uint (EnlaceOperand *self,
                         guint64        value)
{
  *self = (EnlaceOperand) { .kind = ENLACE_KIND_UINT, .natural = value };
}

static inline void
enlace_operand_set_double (EnlaceOperand *self,
                           double         value)
{
  *self = (EnlaceOperand) { .kind = ENLACE_KIND_DOUBLE, .number = value };
}

/* Whether a map may have such a key; a double finds the integer that it equals. Other kinds are not even looked for. */
static inline gboolean
enlace_operand_is_key (const EnlaceOperand *self)
{
  return (self->kind >= ENLACE_KIND_BOOL && self->kind <= ENLACE_KIND_DOUBLE) || self->kind == ENLACE_KIND_STRING;
}

void         enlace_operand_borrow    (EnlaceOperand       *self,
                                       EnlaceValue         *value);
void         enlace_operand_take      (EnlaceOperand       *self,
                                       EnlaceValue         *value);
/* Replaces the operand by a part of its value. */
void         enlace_operand_descend   (EnlaceOperand       *self,
                                       EnlaceValue         *part);
/* Makes a borrowed value an owned one. */
void         enlace_operand_own       (EnlaceOperand       *self);
/* The value of the operand, which is cleared. Never NULL. */
EnlaceValue *enlace_operand_box       (EnlaceOperand       *self);
const char  *enlace_operand_type_name (const EnlaceOperand *self);
const char  *enlace_kind_type_name    (EnlaceKind           kind);

G_END_DECLS
