/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <string.h>

#include "common/value/json.h"
#include "common/workflow/diff-keys.h"

static const char *const naming_members[] = { "id", "path", "name", "key", "field", "port", "as" };

gboolean
enlace_rows_same (EnlaceValue *a,
                  EnlaceValue *b)
{
  g_autofree char *text_a = NULL;
  g_autofree char *text_b = NULL;

  if (a == b)
    return TRUE;
  if (a == NULL || b == NULL)
    return FALSE;

  text_a = enlace_json_format (a, ENLACE_JSON_SORTED, NULL, NULL);
  text_b = enlace_json_format (b, ENLACE_JSON_SORTED, NULL, NULL);

  return text_a != NULL && g_strcmp0 (text_a, text_b) == 0;
}

char *
enlace_rows_dup_key (EnlaceValue *row,
                     const char  *member)
{
  if (member[0] != '\0')
    return g_strdup (enlace_value_get_member_string (row, member, ""));

  return g_strdup_printf ("%s:%s:%s", enlace_value_get_member_string (row, "from", ""), enlace_value_get_member_string (row, "port", "out"),
                          enlace_value_get_member_string (row, "to", ""));
}

GHashTable *
enlace_rows_index (EnlaceValue *list,
                   const char  *member)
{
  GHashTable *index = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (gsize i = 0; list != NULL && i < enlace_value_get_length (list); i++)
    {
      EnlaceValue *row = enlace_value_get_element (list, i);

      g_hash_table_insert (index, enlace_rows_dup_key (row, member), row);
    }

  return index;
}

/* Whether all rows are objects with a text of that name, no two with the same. */
static gboolean
goes_by (EnlaceValue *list,
         const char  *member)
{
  g_autoptr(GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (gsize i = 0; list != NULL && i < enlace_value_get_length (list); i++)
    {
      const char *key = enlace_value_get_member_string (enlace_value_get_element (list, i), member, NULL);

      if (key == NULL || !g_hash_table_add (seen, (gpointer) key))
        return FALSE;
    }

  return TRUE;
}

static gboolean
all_go_by (EnlaceValue *const *lists,
           guint               n,
           const char         *member)
{
  for (guint i = 0; i < n; i++)
    {
      if (!goes_by (lists[i], member))
        return FALSE;
    }

  return TRUE;
}

const char *
enlace_rows_find_key (const char         *name,
                      EnlaceValue *const *lists,
                      guint               n)
{
  for (guint i = 0; i < n; i++)
    {
      if (lists[i] != NULL && enlace_value_get_kind (lists[i]) != ENLACE_KIND_LIST)
        return NULL;
    }
  if (g_strcmp0 (name, "/edges") == 0)
    return "";

  for (guint i = 0; i < G_N_ELEMENTS (naming_members); i++)
    {
      if (all_go_by (lists, n, naming_members[i]))
        return naming_members[i];
    }

  return NULL;
}

GPtrArray *
enlace_rows_order (EnlaceValue *first,
                   EnlaceValue *second,
                   const char  *member)
{
  g_autoptr(GHashTable) known = enlace_rows_index (first, member);
  g_autoptr(GHashTable) behind = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  g_autoptr(GPtrArray) leading = g_ptr_array_new ();
  GPtrArray *order = g_ptr_array_new_with_free_func (g_free);
  GPtrArray *here = leading;

  for (gsize i = 0; second != NULL && i < enlace_value_get_length (second); i++)
    {
      g_autofree char *key = enlace_rows_dup_key (enlace_value_get_element (second, i), member);

      if (!g_hash_table_contains (known, key))
        {
          g_ptr_array_add (here, g_steal_pointer (&key));
          continue;
        }
      here = g_ptr_array_new ();
      g_hash_table_insert (behind, g_steal_pointer (&key), here);
    }

  g_ptr_array_extend_and_steal (order, g_steal_pointer (&leading));
  for (gsize i = 0; first != NULL && i < enlace_value_get_length (first); i++)
    {
      char *key = enlace_rows_dup_key (enlace_value_get_element (first, i), member);
      GPtrArray *followers = g_hash_table_lookup (behind, key);

      g_ptr_array_add (order, key);
      for (guint j = 0; followers != NULL && j < followers->len; j++)
        g_ptr_array_add (order, followers->pdata[j]);
    }

  return order;
}
