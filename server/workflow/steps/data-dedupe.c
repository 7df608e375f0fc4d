/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/steps/steps.h"

#include <string.h>

/* The items of a list by their keys: equal ones once. */
typedef struct {
  GPtrArray  *keys;         /* EnlaceValue, in the order of the items that are kept */
  GArray     *items;        /* gsize: their numbers in the list */
  GHashTable *places;       /* key, borrowed → its place in both + 1 */
} Distinct;

static void
clear_distinct (Distinct *self)
{
  g_ptr_array_unref (self->keys);
  g_array_unref (self->items);
  g_hash_table_unref (self->places);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Distinct, clear_distinct)

static void
add_key (Distinct    *self,
         EnlaceValue *key,
         gsize        index,
         gboolean     keeps_last)
{
  gsize place = GPOINTER_TO_SIZE (g_hash_table_lookup (self->places, key));

  if (place > 0 && keeps_last)
    g_array_index (self->items, gsize, place - 1) = index;
  if (place > 0)
    return;

  g_ptr_array_add (self->keys, enlace_value_ref (key));
  g_array_append_val (self->items, index);
  g_hash_table_insert (self->places, key, GSIZE_TO_POINTER (self->keys->len));
}

static gboolean
find_distinct (EnlaceStepContext  *context,
               EnlaceValue        *items,
               gboolean            keeps_last,
               Distinct           *self,
               GError            **error)
{
  gboolean has_key = enlace_step_context_has (context, "key");

  for (gsize i = 0; i < enlace_value_get_length (items); i++)
    {
      EnlaceValue *item = enlace_value_get_element (items, i);
      g_autoptr(EnlaceValue) key = has_key ? enlace_step_context_get_for (context, "key", item, i, error) : enlace_value_ref (item);

      if (key == NULL || !enlace_step_context_charge (context, 2, error))
        return FALSE;
      add_key (self, key, i, keeps_last);
    }

  return TRUE;
}

static int
compare_places (gconstpointer a,
                gconstpointer b)
{
  gsize one = *(const gsize *) a, other = *(const gsize *) b;

  return (one > other) - (one < other);
}

static EnlaceValue *
collect (EnlaceValue *items,
         GArray      *kept)
{
  g_autoptr(EnlaceListBuilder) builder = enlace_list_builder_new ();

  g_array_sort (kept, compare_places);
  for (guint i = 0; i < kept->len; i++)
    enlace_list_builder_add (builder, enlace_value_get_element (items, g_array_index (kept, gsize, i)));

  return enlace_list_builder_end (builder);
}

static EnlaceValue *
data_dedupe_run (EnlaceStepContext  *context,
                 GError            **error)
{
  g_auto(Distinct) self = {
    g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_value_unref),
    g_array_new (FALSE, FALSE, sizeof (gsize)),
    g_hash_table_new ((GHashFunc) enlace_value_hash, (GEqualFunc) enlace_value_equal),
  };
  g_autoptr(EnlaceValue) items = enlace_step_context_get_list (context, "items", error);
  g_autofree char *keep = items != NULL ? enlace_step_context_dup_text (context, "keep", error) : NULL;

  if (keep == NULL || !find_distinct (context, items, strcmp (keep, "last") == 0, &self, error))
    return NULL;

  return collect (items, self.items);
}

const EnlaceStepType enlace_step_data_dedupe = {
  .name = "data.dedupe",
  .run = data_dedupe_run,
};
