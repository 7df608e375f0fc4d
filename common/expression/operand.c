/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include "common/expression/operand.h"

void
enlace_operand_borrow (EnlaceOperand *self,
                       EnlaceValue   *value)
{
  self->value = value;
  self->owned = FALSE;
  self->kind = enlace_value_get_kind (value);
  self->integer = 0;
  if (self->kind == ENLACE_KIND_BOOL)
    self->boolean = enlace_value_get_bool (value);
  else if (self->kind == ENLACE_KIND_INT)
    self->integer = enlace_value_get_int (value);
  else if (self->kind == ENLACE_KIND_UINT)
    self->natural = enlace_value_get_uint (value);
  else if (self->kind == ENLACE_KIND_DOUBLE)
    self->number = enlace_value_get_double (value);
}

void
enlace_operand_take (EnlaceOperand *self,
                     EnlaceValue   *value)
{
  enlace_operand_borrow (self, value);
  self->owned = TRUE;
}

void
enlace_operand_descend (EnlaceOperand *self,
                        EnlaceValue   *part)
{
  if (!self->owned)
    {
      enlace_operand_borrow (self, part);
      return;
    }
  enlace_value_ref (part);
  enlace_value_unref (self->value);
  enlace_operand_take (self, part);
}

void
enlace_operand_own (EnlaceOperand *self)
{
  if (self->value != NULL && !self->owned)
    {
      enlace_value_ref (self->value);
      self->owned = TRUE;
    }
}

EnlaceValue *
enlace_operand_box (EnlaceOperand *self)
{
  if (self->value != NULL)
    {
      enlace_operand_own (self);
      self->owned = FALSE;
      return self->value;
    }
  switch ((guint) self->kind)
    {
    case ENLACE_KIND_BOOL:
      return enlace_value_new_bool (self->boolean);
    case ENLACE_KIND_INT:
      return enlace_value_new_int (self->integer);
    case ENLACE_KIND_UINT:
      return enlace_value_new_uint (self->natural);
    case ENLACE_KIND_DOUBLE:
      return enlace_value_new_double (self->number);
    case ENLACE_KIND_NULL:
      return enlace_value_new_null ();
    default:
      g_assert_not_reached ();
    }
}

const char *
enlace_kind_type_name (EnlaceKind kind)
{
  static const char *const names[] = {
    "null_type", "bool", "int", "uint", "double", "string", "bytes", "list", "map",
    "google.protobuf.Timestamp", "google.protobuf.Duration", "type", "optional_type",
  };

  return names[kind];
}

const char *
enlace_operand_type_name (const EnlaceOperand *self)
{
  return enlace_kind_type_name (self->kind);
}
