/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <string.h>

#include "common/value/json.h"
#include "common/workflow/diff-format.h"

static const char *const document_order[] = { "schema", "settings", "nodes", "edges", "notes", "groups", NULL };
static const char *const row_order[] = {
  "id", "type", "name", "position", "size", "title", "color", "text", "connector", "connector_version", "integration", "parameters", "retry", "timeout_ms",
  "on_error", "on_error_value", "pinned", "from", "port", "to", NULL,
};
static const char *const lists[] = { "nodes", "edges", "notes", "groups", NULL };

/* By their bytes: a name may hold U+0000. */
static int
compare_keys (gconstpointer a,
              gconstpointer b)
{
  gsize length_a, length_b;
  const char *name_a = enlace_value_get_string_len (*(EnlaceValue *const *) a, &length_a);
  const char *name_b = enlace_value_get_string_len (*(EnlaceValue *const *) b, &length_b);
  int order = memcmp (name_a, name_b, MIN (length_a, length_b));

  return order != 0 ? order : (length_a > length_b) - (length_a < length_b);
}

static gboolean
is_in_order (EnlaceValue       *key,
             const char *const *order)
{
  gsize length;
  const char *name = enlace_value_get_string_len (key, &length);

  return strlen (name) == length && g_strv_contains (order, name);
}

/* The members in the order given, then the others by name. */
static EnlaceValue *
order_members (EnlaceValue       *map,
               const char *const *order)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(GPtrArray) others = g_ptr_array_new ();

  if (enlace_value_get_kind (map) != ENLACE_KIND_MAP)
    return enlace_value_ref (map);

  for (guint i = 0; order[i] != NULL; i++)
    {
      EnlaceValue *member = enlace_value_get_member (map, order[i]);

      if (member != NULL)
        enlace_map_builder_add (builder, order[i], member);
    }
  for (gsize i = 0; i < enlace_value_get_length (map); i++)
    {
      EnlaceValue *key = enlace_value_get_key (map, i);

      if (!is_in_order (key, order))
        g_ptr_array_add (others, key);
    }
  g_ptr_array_sort (others, compare_keys);
  for (guint i = 0; i < others->len; i++)
    enlace_map_builder_insert (builder, others->pdata[i], enlace_value_lookup (map, others->pdata[i]));

  return enlace_map_builder_end (builder);
}

static EnlaceValue *
order_rows (EnlaceValue *list)
{
  g_autoptr(EnlaceListBuilder) builder = enlace_list_builder_new ();

  if (enlace_value_get_kind (list) != ENLACE_KIND_LIST)
    return enlace_value_ref (list);
  for (gsize i = 0; i < enlace_value_get_length (list); i++)
    enlace_list_builder_take (builder, order_members (enlace_value_get_element (list, i), row_order));

  return enlace_list_builder_end (builder);
}

EnlaceValue *
enlace_document_arrange (EnlaceValue *document)
{
  EnlaceValue *ordered = order_members (document, document_order);

  for (guint i = 0; lists[i] != NULL; i++)
    {
      EnlaceValue *list = enlace_value_get_member (ordered, lists[i]);
      g_autoptr(EnlaceValue) rows = list != NULL ? order_rows (list) : NULL;
      EnlaceValue *with_rows = rows != NULL ? enlace_value_with_member (ordered, lists[i], rows) : NULL;

      if (with_rows == NULL)
        continue;
      enlace_value_unref (ordered);
      ordered = with_rows;
    }

  return ordered;
}

char *
enlace_document_format (EnlaceValue  *document,
                        GError      **error)
{
  g_autoptr(EnlaceValue) ordered = enlace_document_arrange (document);
  g_autofree char *text = NULL;

  text = enlace_json_format (ordered, ENLACE_JSON_PRETTY, NULL, error);

  return text != NULL ? g_strconcat (text, g_str_has_suffix (text, "\n") ? "" : "\n", NULL) : NULL;
}
