/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/steps/rows.h"

char *
enlace_step_name_row (const char *name,
                      gsize       index)
{
  return g_strdup_printf ("%s/%" G_GSIZE_FORMAT, name, index);
}

EnlaceValue *
enlace_step_shape_rows (EnlaceValue *parameters,
                        const char  *name,
                        const char  *column)
{
  g_autoptr(EnlaceListBuilder) rest = enlace_list_builder_new ();
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  EnlaceValue *rows = enlace_value_get_member (parameters, name);

  for (gsize i = 0; i < enlace_value_get_length (parameters); i++)
    {
      EnlaceValue *key = enlace_value_get_key (parameters, i);

      if (g_strcmp0 (enlace_value_get_string (key), name) != 0)
        enlace_map_builder_insert (builder, key, enlace_value_get_member_value (parameters, i));
    }

  for (gsize i = 0; rows != NULL && i < enlace_value_get_length (rows); i++)
    {
      EnlaceValue *row = enlace_value_get_element (rows, i);
      EnlaceValue *value = enlace_value_get_member (row, column);
      g_autofree char *own = enlace_step_name_row (name, i);

      if (value != NULL)
        enlace_map_builder_add (builder, own, value);
      enlace_list_builder_take (rest, enlace_value_with_member (row, column, NULL));
    }
  enlace_map_builder_take (builder, name, enlace_list_builder_end (rest));

  return enlace_map_builder_end (builder);
}
