/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/steps/steps.h"

#include <string.h>

#include "server/workflow/steps/accumulator.h"
#include "server/workflow/steps/rows.h"

#define ROWS "fields"
#define GROUP "group"

typedef struct {
  char                   *parameter;  /* the name of its value; NULL: it has none */
  const char             *name;       /* borrowed from the rows */
  EnlaceAccumulatorKind   kind;
} Field;

typedef struct {
  EnlaceValue       *key;
  EnlaceAccumulator *accumulators;    /* one a field */
  guint              n_accumulators;
} Group;

static void
clear_field (gpointer data)
{
  g_free (((Field *) data)->parameter);
}

static void
free_group (gpointer data)
{
  Group *self = data;

  for (guint i = 0; i < self->n_accumulators; i++)
    enlace_accumulator_clear (&self->accumulators[i]);
  g_free (self->accumulators);
  enlace_value_unref (self->key);
  g_free (self);
}

static gboolean
check_row (EnlaceValue  *row,
           GHashTable   *names,
           GError      **error)
{
  const char *name = enlace_value_get_member_string (row, "name", "");
  const char *operation = enlace_value_get_member_string (row, "operation", "");

  if (strcmp (name, GROUP) == 0 || !g_hash_table_add (names, (gpointer) name))
    g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER, "The name “%s” of a field is taken", name);
  else if (enlace_value_get_member (row, "value") == NULL && strcmp (operation, "count") != 0)
    g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER, "The field “%s” has no value", name);
  else
    return TRUE;

  return FALSE;
}

static EnlaceValue *
data_aggregate_shape (EnlaceValue  *parameters,
                      GError      **error)
{
  EnlaceValue *rows = enlace_value_get_member (parameters, ROWS);
  g_autoptr(GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  for (gsize i = 0; rows != NULL && i < enlace_value_get_length (rows); i++)
    if (!check_row (enlace_value_get_element (rows, i), names, error))
      return NULL;

  return enlace_step_shape_rows (parameters, ROWS, "value");
}

static gboolean
read_fields (EnlaceStepContext  *context,
             EnlaceValue        *rows,
             GArray             *fields,
             GError            **error)
{
  for (gsize i = 0; i < enlace_value_get_length (rows); i++)
    {
      EnlaceValue *row = enlace_value_get_element (rows, i);
      g_autofree char *parameter = enlace_step_name_row (ROWS, i);
      Field field = { .name = enlace_value_get_member_string (row, "name", "") };

      if (!enlace_accumulator_find_kind (enlace_value_get_member_string (row, "operation", ""), &field.kind))
        {
          g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER, "The field “%s” has no operation", field.name);
          return FALSE;
        }
      if (enlace_step_context_has (context, parameter))
        field.parameter = g_steal_pointer (&parameter);
      g_array_append_val (fields, field);
    }

  return TRUE;
}

static Group *
get_group (GHashTable  *by_key,
           GPtrArray   *groups,
           GArray      *fields,
           EnlaceValue *key)
{
  Group *group = g_hash_table_lookup (by_key, key);

  if (group != NULL)
    return group;

  group = g_new0 (Group, 1);
  group->key = enlace_value_ref (key);
  group->n_accumulators = fields->len;
  group->accumulators = g_new0 (EnlaceAccumulator, fields->len);
  for (guint i = 0; i < fields->len; i++)
    enlace_accumulator_init (&group->accumulators[i], g_array_index (fields, Field, i).kind);
  g_hash_table_insert (by_key, group->key, group);
  g_ptr_array_add (groups, group);

  return group;
}

static gboolean
add_item (EnlaceStepContext  *context,
          Group              *group,
          GArray             *fields,
          EnlaceValue        *item,
          gsize               index,
          GError            **error)
{
  for (guint i = 0; i < fields->len; i++)
    {
      const Field *field = &g_array_index (fields, Field, i);
      g_autoptr(EnlaceValue) value = field->parameter != NULL ? enlace_step_context_get_for (context, field->parameter, item, index, error)
                                                              : enlace_value_new_bool (TRUE);

      if (value == NULL)
        return FALSE;
      if (!enlace_accumulator_add (&group->accumulators[i], value, error))
        {
          g_prefix_error (error, "The field “%s”, item %" G_GSIZE_FORMAT ": ", field->name, index);
          return FALSE;
        }
    }

  return TRUE;
}

static EnlaceValue *
end_group (Group    *group,
           GArray   *fields,
           gboolean  is_grouped)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  if (is_grouped)
    enlace_map_builder_add (builder, GROUP, group->key);
  for (guint i = 0; i < fields->len; i++)
    enlace_map_builder_take (builder, g_array_index (fields, Field, i).name, enlace_accumulator_end (&group->accumulators[i]));

  return enlace_map_builder_end (builder);
}

static gboolean
add_items (EnlaceStepContext  *context,
           EnlaceValue        *items,
           GArray             *fields,
           GPtrArray          *groups,
           gboolean            is_grouped,
           GError            **error)
{
  g_autoptr(GHashTable) by_key = g_hash_table_new ((GHashFunc) enlace_value_hash, (GEqualFunc) enlace_value_equal);
  g_autoptr(EnlaceValue) all = enlace_value_new_null ();

  if (!is_grouped)
    get_group (by_key, groups, fields, all);
  for (gsize i = 0; i < enlace_value_get_length (items); i++)
    {
      EnlaceValue *item = enlace_value_get_element (items, i);
      g_autoptr(EnlaceValue) key = is_grouped ? enlace_step_context_get_for (context, "group_by", item, i, error) : enlace_value_ref (all);

      if (key == NULL || !enlace_step_context_charge (context, 1 + fields->len, error)
          || !add_item (context, get_group (by_key, groups, fields, key), fields, item, i, error))
        return FALSE;
    }

  return TRUE;
}

static EnlaceValue *
data_aggregate_run (EnlaceStepContext  *context,
                    GError            **error)
{
  g_autoptr(EnlaceValue) items = enlace_step_context_get_list (context, "items", error);
  g_autoptr(EnlaceValue) rows = items != NULL ? enlace_step_context_get_list (context, ROWS, error) : NULL;
  g_autoptr(GArray) fields = g_array_new (FALSE, FALSE, sizeof (Field));
  g_autoptr(GPtrArray) groups = g_ptr_array_new_with_free_func (free_group);
  g_autoptr(EnlaceListBuilder) list = enlace_list_builder_new ();
  gboolean is_grouped = enlace_step_context_has (context, "group_by");

  g_array_set_clear_func (fields, clear_field);
  if (rows == NULL || !read_fields (context, rows, fields, error) || !add_items (context, items, fields, groups, is_grouped, error))
    return NULL;
  if (!is_grouped)
    return end_group (groups->pdata[0], fields, FALSE);

  for (guint i = 0; i < groups->len; i++)
    enlace_list_builder_take (list, end_group (groups->pdata[i], fields, TRUE));
  return enlace_list_builder_end (list);
}

const EnlaceStepType enlace_step_data_aggregate = {
  .name = "data.aggregate",
  .shape = data_aggregate_shape,
  .run = data_aggregate_run,
};
