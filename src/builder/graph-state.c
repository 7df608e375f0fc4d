/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "common/workflow/document.h"
#include "src/builder/graph-private.h"

static void
emit_state (EnlaceGraph     *self,
            EnlaceGraphItem *item)
{
  g_signal_emit_by_name (self, "item-changed", item, ENLACE_GRAPH_STATE);
}

guint
enlace_graph_set_problems (EnlaceGraph *self,
                           GPtrArray   *problems)
{
  g_autoptr(GHashTable) by_node = NULL;
  GListModel *nodes;
  guint n_others = 0;

  g_return_val_if_fail (ENLACE_IS_GRAPH (self), 0);

  by_node = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) g_ptr_array_unref);
  for (guint i = 0; problems != NULL && i < problems->len; i++)
    {
      const EnlaceProblem *problem = g_ptr_array_index (problems, i);
      GPtrArray *details;

      if (problem->node == NULL || enlace_graph_find_node (self, problem->node) == NULL)
        {
          n_others++;
          continue;
        }
      details = g_hash_table_lookup (by_node, problem->node);
      if (details == NULL)
        g_hash_table_insert (by_node, problem->node, details = g_ptr_array_new ());
      g_ptr_array_add (details, problem->detail);
    }

  nodes = enlace_graph_get_nodes (self);
  for (guint i = 0; i < g_list_model_get_n_items (nodes); i++)
    {
      g_autoptr(EnlaceGraphNode) node = g_list_model_get_item (nodes, i);
      EnlaceGraphItem *item = ENLACE_GRAPH_ITEM (node);

      if (_enlace_graph_node_set_problems (node, g_hash_table_lookup (by_node, enlace_graph_item_get_id (item))))
        emit_state (self, item);
    }

  return n_others;
}

void
enlace_graph_set_run_state (EnlaceGraph    *self,
                            const char     *id,
                            EnlaceRunState  state,
                            gint64          item_count)
{
  EnlaceGraphNode *node;

  g_return_if_fail (ENLACE_IS_GRAPH (self));

  node = enlace_graph_find_node (self, id);
  if (node != NULL && _enlace_graph_node_set_run (node, state, item_count))
    emit_state (self, ENLACE_GRAPH_ITEM (node));
}

void
enlace_graph_set_edge_run (EnlaceGraph     *self,
                           EnlaceGraphEdge *edge,
                           gboolean         taken,
                           gint64           item_count)
{
  g_return_if_fail (ENLACE_IS_GRAPH (self));
  g_return_if_fail (ENLACE_IS_GRAPH_EDGE (edge));

  if (_enlace_graph_edge_set_run (edge, taken, item_count))
    emit_state (self, ENLACE_GRAPH_ITEM (edge));
}

void
enlace_graph_clear_run (EnlaceGraph *self)
{
  GListModel *nodes;
  GListModel *edges;

  g_return_if_fail (ENLACE_IS_GRAPH (self));

  nodes = enlace_graph_get_nodes (self);
  for (guint i = 0; i < g_list_model_get_n_items (nodes); i++)
    {
      g_autoptr(EnlaceGraphNode) node = g_list_model_get_item (nodes, i);

      if (_enlace_graph_node_set_run (node, ENLACE_RUN_STATE_NONE, -1))
        emit_state (self, ENLACE_GRAPH_ITEM (node));
    }

  edges = enlace_graph_get_edges (self);
  for (guint i = 0; i < g_list_model_get_n_items (edges); i++)
    {
      g_autoptr(EnlaceGraphEdge) edge = g_list_model_get_item (edges, i);

      enlace_graph_set_edge_run (self, edge, FALSE, -1);
    }
}
