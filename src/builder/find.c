/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include <string.h>

#include <glib/gi18n.h>

#include "common/workflow/step-type.h"
#include "src/builder/find.h"

static gboolean
holds (const char *text,
       const char *needle)
{
  g_autofree char *folded = text != NULL ? g_utf8_casefold (text, -1) : NULL;

  return folded != NULL && strstr (folded, needle) != NULL;
}

/* Texts and numbers; what a map calls its members counts where a person named them, so in parameters alone. */
static gboolean
value_holds (EnlaceValue *value,
             const char  *needle,
             gboolean     keys)
{
  EnlaceKind kind = enlace_value_get_kind (value);

  if (kind == ENLACE_KIND_STRING)
    return holds (enlace_value_get_string (value), needle);
  if (kind == ENLACE_KIND_INT)
    {
      g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, enlace_value_get_int (value));

      return strstr (text, needle) != NULL;
    }
  for (gsize i = 0; kind == ENLACE_KIND_LIST && i < enlace_value_get_length (value); i++)
    if (value_holds (enlace_value_get_element (value, i), needle, keys))
      return TRUE;
  for (gsize i = 0; kind == ENLACE_KIND_MAP && i < enlace_value_get_length (value); i++)
    if ((keys && value_holds (enlace_value_get_key (value, i), needle, FALSE)) ||
        value_holds (enlace_value_get_member_value (value, i), needle, keys))
      return TRUE;

  return FALSE;
}

static gboolean
node_holds (EnlaceValue *node,
            const char  *needle)
{
  const char *type = enlace_value_get_member_string (node, "type", "");
  const EnlaceStepInfo *info = enlace_step_info_find (type);

  if (info != NULL && holds (_(info->title), needle))
    return TRUE;

  for (gsize i = 0; i < enlace_value_get_length (node); i++)
    {
      const char *name = enlace_value_get_string (enlace_value_get_key (node, i));
      EnlaceValue *value = enlace_value_get_member_value (node, i);

      if (g_str_equal (name, "position") || g_str_equal (name, "pinned"))
        continue;
      if (value_holds (value, needle, g_str_equal (name, "parameters") && enlace_value_get_kind (value) == ENLACE_KIND_MAP))
        return TRUE;
    }

  return FALSE;
}

GPtrArray *
enlace_find_steps (EnlaceGraph *graph,
                   const char  *text)
{
  GPtrArray *found = g_ptr_array_new ();
  g_autofree char *needle = NULL;
  GListModel *nodes;

  g_return_val_if_fail (ENLACE_IS_GRAPH (graph), found);
  g_return_val_if_fail (text != NULL, found);

  needle = g_utf8_casefold (text, -1);
  nodes = enlace_graph_get_nodes (graph);
  for (guint i = 0; *needle != '\0' && i < g_list_model_get_n_items (nodes); i++)
    {
      g_autoptr(EnlaceGraphItem) node = g_list_model_get_item (nodes, i);

      if (node_holds (enlace_graph_item_get_value (node), needle))
        g_ptr_array_add (found, node);
    }

  return found;
}

guint
enlace_find_in_document (EnlaceValue  *document,
                         const char   *text,
                         char        **first_id)
{
  g_autofree char *needle = NULL;
  EnlaceValue *nodes;
  guint n = 0;

  g_return_val_if_fail (document != NULL, 0);
  g_return_val_if_fail (text != NULL, 0);

  if (first_id != NULL)
    *first_id = NULL;
  needle = g_utf8_casefold (text, -1);
  nodes = enlace_value_get_kind (document) == ENLACE_KIND_MAP ? enlace_value_get_member (document, "nodes") : NULL;
  if (*needle == '\0' || nodes == NULL || enlace_value_get_kind (nodes) != ENLACE_KIND_LIST)
    return 0;

  for (gsize i = 0; i < enlace_value_get_length (nodes); i++)
    {
      EnlaceValue *node = enlace_value_get_element (nodes, i);

      if (enlace_value_get_kind (node) != ENLACE_KIND_MAP || !node_holds (node, needle))
        continue;
      if (n++ == 0 && first_id != NULL)
        *first_id = g_strdup (enlace_value_get_member_string (node, "id", NULL));
    }

  return n;
}
