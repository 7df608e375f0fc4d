/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include "common/expression/expression.h"

static EnlaceValue *
lookup (const EnlaceScope *scope,
        const char        *name)
{
  const EnlaceMapScope *self = (const EnlaceMapScope *) scope;

  return enlace_value_get_member (self->members, name);
}

static void
add_names (const EnlaceScope *scope,
           GPtrArray         *names)
{
  const EnlaceMapScope *self = (const EnlaceMapScope *) scope;

  for (gsize i = 0; i < enlace_value_get_length (self->members); i++)
    {
      const char *name = enlace_value_get_string (enlace_value_get_key (self->members, i));

      if (name != NULL)
        g_ptr_array_add (names, (gpointer) name);
    }
}

void
enlace_map_scope_init (EnlaceMapScope *self,
                       EnlaceValue    *members)
{
  self->scope.lookup = lookup;
  self->scope.names = add_names;
  self->members = members;
}
