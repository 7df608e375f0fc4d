/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include <math.h>

#include <glib/gi18n.h>

#include "src/builder/graph-private.h"

#define GAP 56

/* Every step behind `id` that stands left of `x` + a gap goes right with all that follows it. */
static void
make_room (EnlaceGraph *self,
           const char  *id,
           double       dx)
{
  g_autoptr(GPtrArray) ids = g_ptr_array_new ();
  g_autoptr(GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  g_hash_table_add (seen, (char *) id);
  g_ptr_array_add (ids, (char *) id);
  for (guint i = 0; i < ids->len; i++)
    {
      g_autoptr(GPtrArray) edges = enlace_graph_list_edges_from (self, g_ptr_array_index (ids, i));

      for (guint j = 0; j < edges->len; j++)
        {
          const char *to = enlace_graph_edge_get_to (g_ptr_array_index (edges, j));
          EnlaceGraphNode *node = enlace_graph_find_node (self, to);

          if (node != NULL && g_hash_table_add (seen, (char *) to))
            g_ptr_array_add (ids, (char *) enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (node)));
        }
    }
  g_ptr_array_add (ids, NULL);
  enlace_graph_move (self, (const char *const *) ids->pdata, dx, 0);
}

/* The port by which a run goes on behind a step that was put between two others. */
static const char *
main_port (EnlaceGraphNode *node)
{
  return enlace_graph_node_has_port (node, "done") ? "done" : enlace_graph_node_get_ports (node)[0];
}

static gboolean
fits_in_edge (const char  *type,
              GError     **error)
{
  const EnlaceStepInfo *info = enlace_step_info_find (type);
  gboolean starts = g_str_has_prefix (type, "trigger.") || g_str_equal (type, "flow.catch");
  gboolean ends = info != NULL && (info->ports == NULL || info->ports[0] == NULL);

  if (starts)
    g_set_error_literal (error, ENLACE_GRAPH_ERROR, ENLACE_GRAPH_ERROR_NO_INPUT,
                         _("A run begins at this step, so nothing can lead into it."));
  else if (ends)
    g_set_error_literal (error, ENLACE_GRAPH_ERROR, ENLACE_GRAPH_ERROR_PORT,
                         _("A run ends at this step, so nothing can follow it."));

  return !starts && !ends;
}

EnlaceGraphNode *
enlace_graph_insert_node (EnlaceGraph      *self,
                          EnlaceGraphEdge  *edge,
                          const char       *type,
                          EnlaceValue      *members,
                          GError          **error)
{
  EnlaceGraphNode *from;
  EnlaceGraphNode *to;
  EnlaceGraphNode *node;
  g_autofree char *to_id = NULL;
  g_autofree char *port = NULL;
  const char *id;
  double room;

  g_return_val_if_fail (ENLACE_IS_GRAPH (self), NULL);
  g_return_val_if_fail (ENLACE_IS_GRAPH_EDGE (edge), NULL);

  if (!fits_in_edge (type, error))
    return NULL;

  from = enlace_graph_find_node (self, enlace_graph_edge_get_from (edge));
  to = enlace_graph_find_node (self, enlace_graph_edge_get_to (edge));
  to_id = g_strdup (enlace_graph_edge_get_to (edge));
  port = g_strdup (enlace_graph_edge_get_port (edge));
  g_return_val_if_fail (from != NULL && to != NULL, NULL);

  enlace_graph_begin (self, _("Insert Step"));
  room = enlace_graph_node_get_x (from) + 2 * (self->card_width + GAP) - enlace_graph_node_get_x (to);
  if (room > 0 && enlace_graph_node_get_x (to) > enlace_graph_node_get_x (from))
    make_room (self, to_id, ceil (room / 8) * 8);
  node = enlace_graph_add_node (self, type,
                                round ((enlace_graph_node_get_x (from) + enlace_graph_node_get_x (to)) / 16) * 8,
                                round ((enlace_graph_node_get_y (from) + enlace_graph_node_get_y (to)) / 16) * 8, members);
  id = enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (node));
  enlace_graph_disconnect (self, edge);
  enlace_graph_connect (self, enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (from)), port, id, NULL);
  enlace_graph_connect (self, id, main_port (node), to_id, NULL);
  enlace_graph_end (self);

  return node;
}

gboolean
enlace_graph_insert_existing (EnlaceGraph      *self,
                              EnlaceGraphEdge  *edge,
                              const char       *id,
                              GError          **error)
{
  EnlaceGraphNode *node;
  g_autofree char *from = NULL;
  g_autofree char *port = NULL;
  g_autofree char *to = NULL;
  g_autofree char *own = NULL;

  g_return_val_if_fail (ENLACE_IS_GRAPH (self), FALSE);
  g_return_val_if_fail (ENLACE_IS_GRAPH_EDGE (edge), FALSE);

  node = enlace_graph_find_node (self, id);
  g_return_val_if_fail (node != NULL, FALSE);

  if (!fits_in_edge (enlace_graph_node_get_step_type (node), error))
    return FALSE;
  if (g_hash_table_contains (self->outgoing, id) || g_hash_table_contains (self->incoming, id))
    {
      g_set_error (error, ENLACE_GRAPH_ERROR, ENLACE_GRAPH_ERROR_DUPLICATE,
                   _("“%s” is connected already, so it cannot go into this connection."), enlace_graph_node_get_name (node));
      return FALSE;
    }

  from = g_strdup (enlace_graph_edge_get_from (edge));
  port = g_strdup (enlace_graph_edge_get_port (edge));
  to = g_strdup (enlace_graph_edge_get_to (edge));
  own = g_strdup (id);
  enlace_graph_begin (self, _("Insert Step"));
  enlace_graph_disconnect (self, edge);
  enlace_graph_connect (self, from, port, own, NULL);
  enlace_graph_connect (self, own, main_port (node), to, NULL);
  enlace_graph_end (self);

  return TRUE;
}

EnlaceGraphNode *
enlace_graph_append_node (EnlaceGraph  *self,
                          const char   *from,
                          const char   *port,
                          const char   *type,
                          double        x,
                          double        y,
                          EnlaceValue  *members,
                          GError      **error)
{
  EnlaceGraphNode *node;
  g_autofree char *from_id = g_strdup (from);

  g_return_val_if_fail (ENLACE_IS_GRAPH (self), NULL);

  enlace_graph_begin (self, _("Add Step"));
  node = enlace_graph_add_node (self, type, x, y, members);
  if (enlace_graph_connect (self, from_id, port, enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (node)), error) == NULL)
    {
      const char *ids[] = { enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (node)), NULL };

      enlace_graph_remove_nodes (self, ids);
      node = NULL;
    }
  enlace_graph_end (self);

  return node;
}
