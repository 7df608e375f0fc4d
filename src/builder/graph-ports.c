/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "src/builder/graph-private.h"

void
_enlace_graph_change_edge (EnlaceGraph     *self,
                           EnlaceGraphEdge *edge,
                           const char      *member,
                           const char      *text)
{
  g_autofree char *old_key = g_strdup (enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (edge)));
  g_autoptr(EnlaceValue) string = enlace_value_new_string (text);
  g_autoptr(EnlaceValue) value = enlace_value_with_member (enlace_graph_item_get_value (ENLACE_GRAPH_ITEM (edge)), member, string);
  g_autofree char *key = _enlace_graph_edge_key (enlace_value_get_member_string (value, "from", ""),
                                                 enlace_value_get_member_string (value, "port", NULL),
                                                 enlace_value_get_member_string (value, "to", ""));
  guint index = 0;

  if (!g_list_store_find (self->items[ENLACE_GRAPH_EDGES], edge, &index))
    return;

  _enlace_graph_put (self, ENLACE_GRAPH_EDGES, old_key, index, NULL);
  if (_enlace_graph_find (self, ENLACE_GRAPH_EDGES, key) == NULL)
    _enlace_graph_put (self, ENLACE_GRAPH_EDGES, key, index, value);
}

/* The texts of `some` that `others` has not, in order; the container is the caller's. */
static GPtrArray *
list_missing (const char *const *some,
              const char *const *others)
{
  GPtrArray *missing = g_ptr_array_new ();

  for (guint i = 0; some[i] != NULL; i++)
    if (!g_strv_contains (others, some[i]))
      g_ptr_array_add (missing, (char *) some[i]);

  return missing;
}

void
_enlace_graph_follow_ports (EnlaceGraph       *self,
                            const char        *id,
                            const char *const *before)
{
  EnlaceGraphNode *node = enlace_graph_find_node (self, id);
  const char *const *after = enlace_graph_node_get_ports (node);
  g_autoptr(GPtrArray) lost = NULL;
  g_autoptr(GPtrArray) gained = NULL;
  g_autoptr(GPtrArray) edges = NULL;
  gboolean renamed;

  if (enlace_graph_node_get_info (node) == NULL || g_strv_equal (before, after))
    return;

  lost = list_missing (before, after);
  gained = list_missing (after, before);
  /* As many new names as old ones that are gone: these are the same ports. Fewer ports: some are deleted. */
  renamed = lost->len == gained->len;
  edges = enlace_graph_list_edges_from (self, id);
  for (guint i = 0; i < edges->len; i++)
    {
      EnlaceGraphEdge *edge = g_ptr_array_index (edges, i);
      guint at;

      if (!g_ptr_array_find_with_equal_func (lost, enlace_graph_edge_get_port (edge), g_str_equal, &at))
        continue;
      if (renamed)
        _enlace_graph_change_edge (self, edge, "port", g_ptr_array_index (gained, at));
      else
        enlace_graph_disconnect (self, edge);
    }
}
