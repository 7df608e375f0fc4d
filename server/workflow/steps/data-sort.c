/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/steps/steps.h"

#include <string.h>

#include "server/workflow/steps/order.h"
#include "server/workflow/steps/rows.h"

#define ROWS "keys"

typedef struct {
  gboolean is_descending;
  gboolean is_nulls_first;
} Direction;

typedef struct {
  EnlaceValue *item;        /* borrowed from the list */
  gsize        index;
  gsize        first_key;   /* its place among all keys */
} Entry;

/* A sort under way. */
typedef struct {
  GArray    *directions;    /* Direction, one a key */
  GPtrArray *keys;          /* EnlaceValue: those of the first item, then those of the second … */
} Sort;

static void
clear_sort (Sort *self)
{
  g_array_unref (self->directions);
  g_ptr_array_unref (self->keys);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Sort, clear_sort)

static EnlaceValue *
data_sort_shape (EnlaceValue  *parameters,
                 GError      **error)
{
  return enlace_step_shape_rows (parameters, ROWS, "value");
}

static gboolean
read_directions (EnlaceStepContext  *context,
                 GArray             *directions,
                 GError            **error)
{
  g_autoptr(EnlaceValue) rows = enlace_step_context_get_list (context, ROWS, error);

  for (gsize i = 0; rows != NULL && i < enlace_value_get_length (rows); i++)
    {
      EnlaceValue *row = enlace_value_get_element (rows, i);
      Direction direction = {
        .is_descending = strcmp (enlace_value_get_member_string (row, "direction", "ascending"), "descending") == 0,
        .is_nulls_first = strcmp (enlace_value_get_member_string (row, "nulls", "last"), "first") == 0,
      };

      g_array_append_val (directions, direction);
    }

  return rows != NULL;
}

/* One key of all items. `seen` is the first that is not null: all others must be like it. */
static gboolean
check_key (EnlaceValue  *key,
           gsize         row,
           gsize         index,
           EnlaceValue **seen,
           GError      **error)
{
  if (enlace_value_is_null (key))
    return TRUE;
  if (!enlace_order_is_comparable (key))
    g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER,
                 "Entry %" G_GSIZE_FORMAT " of “keys” gives %s for item %" G_GSIZE_FORMAT ", which has no order", row + 1,
                 enlace_step_describe_kind (key), index);
  else if (*seen != NULL && !enlace_order_is_alike (*seen, key))
    g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER,
                 "Entry %" G_GSIZE_FORMAT " of “keys” gives %s for item %" G_GSIZE_FORMAT " and %s for an earlier one: they cannot be compared", row + 1,
                 enlace_step_describe_kind (key), index, enlace_step_describe_kind (*seen));
  else
    {
      *seen = key;
      return TRUE;
    }

  return FALSE;
}

static gboolean
compute_keys (EnlaceStepContext  *context,
              Sort               *self,
              EnlaceValue        *items,
              GError            **error)
{
  guint n_keys = self->directions->len;
  g_autofree EnlaceValue **seen = g_new0 (EnlaceValue *, n_keys + 1);
  g_auto(GStrv) names = g_new0 (char *, n_keys + 1);

  for (guint i = 0; i < n_keys; i++)
    names[i] = enlace_step_name_row (ROWS, i);

  for (gsize i = 0; i < enlace_value_get_length (items); i++)
    for (guint j = 0; j < n_keys; j++)
      {
        EnlaceValue *key = enlace_step_context_get_for (context, names[j], enlace_value_get_element (items, i), i, error);

        if (key == NULL)
          return FALSE;
        g_ptr_array_add (self->keys, key);
        if (!check_key (key, j, i, &seen[j], error))
          return FALSE;
      }

  return TRUE;
}

static int
compare_keys (EnlaceValue     *a,
              EnlaceValue     *b,
              const Direction *direction)
{
  gboolean a_is_null = enlace_value_is_null (a);
  int order;

  if (a_is_null || enlace_value_is_null (b))
    {
      order = a_is_null - enlace_value_is_null (b);
      return direction->is_nulls_first ? -order : order;
    }

  order = enlace_order_compare (a, b);
  return direction->is_descending ? -order : order;
}

static int
compare_entries (gconstpointer a,
                 gconstpointer b,
                 gpointer      data)
{
  const Entry *one = a, *other = b;
  Sort *self = data;

  for (guint i = 0; i < self->directions->len; i++)
    {
      int order = compare_keys (self->keys->pdata[one->first_key + i], self->keys->pdata[other->first_key + i],
                                &g_array_index (self->directions, Direction, i));

      if (order != 0)
        return order;
    }

  return one->index < other->index ? -1 : 1;
}

static EnlaceValue *
data_sort_run (EnlaceStepContext  *context,
               GError            **error)
{
  g_auto(Sort) self = { g_array_new (FALSE, FALSE, sizeof (Direction)), g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_value_unref) };
  g_autoptr(EnlaceValue) items = enlace_step_context_get_list (context, "items", error);
  g_autoptr(EnlaceListBuilder) sorted = enlace_list_builder_new ();
  gsize n_items = items != NULL ? enlace_value_get_length (items) : 0;
  g_autofree Entry *entries = g_new (Entry, n_items + 1);

  if (items == NULL || !read_directions (context, self.directions, error) || !compute_keys (context, &self, items, error)
      || !enlace_step_context_charge (context, n_items * g_bit_storage (n_items) / 4, error))
    return NULL;

  for (gsize i = 0; i < n_items; i++)
    entries[i] = (Entry) { enlace_value_get_element (items, i), i, i * self.directions->len };
  g_qsort_with_data (entries, (int) n_items, sizeof (Entry), compare_entries, &self);
  for (gsize i = 0; i < n_items; i++)
    enlace_list_builder_add (sorted, entries[i].item);

  return enlace_list_builder_end (sorted);
}

const EnlaceStepType enlace_step_data_sort = {
  .name = "data.sort",
  .shape = data_sort_shape,
  .run = data_sort_run,
};
