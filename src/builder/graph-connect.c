/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include <glib/gi18n.h>

#include "src/builder/graph-private.h"

gboolean
enlace_graph_reaches (EnlaceGraph *self,
                      const char  *from,
                      const char  *to)
{
  g_autoptr(GHashTable) seen = NULL;
  g_autoptr(GPtrArray) queue = NULL;

  g_return_val_if_fail (ENLACE_IS_GRAPH (self), FALSE);
  g_return_val_if_fail (from != NULL && to != NULL, FALSE);

  seen = g_hash_table_new (g_str_hash, g_str_equal);
  queue = g_ptr_array_new ();
  g_hash_table_add (seen, (char *) from);
  g_ptr_array_add (queue, (char *) from);
  for (guint i = 0; i < queue->len; i++)
    {
      const char *id = g_ptr_array_index (queue, i);
      GPtrArray *edges = g_hash_table_lookup (self->outgoing, id);

      if (g_str_equal (id, to))
        return TRUE;
      for (guint j = 0; edges != NULL && j < edges->len; j++)
        {
          const char *next = enlace_graph_edge_get_to (g_ptr_array_index (edges, j));

          if (g_hash_table_add (seen, (char *) next))
            g_ptr_array_add (queue, (char *) next);
        }
    }

  return FALSE;
}

static gboolean
check_ends (EnlaceGraphNode  *from,
            EnlaceGraphNode  *to,
            const char       *port,
            GError          **error)
{
  const char *const *ports = enlace_graph_node_get_ports (from);

  if (from == to)
    g_set_error_literal (error, ENLACE_GRAPH_ERROR, ENLACE_GRAPH_ERROR_ITSELF,
                         _("A step cannot be connected to itself."));
  else if (!enlace_graph_node_has_input (to))
    g_set_error (error, ENLACE_GRAPH_ERROR, ENLACE_GRAPH_ERROR_NO_INPUT,
                 /* Translators: %s is the name of a step. */
                 _("A run begins at “%s”, so nothing can lead into it."), enlace_graph_node_get_name (to));
  else if (ports[0] == NULL)
    g_set_error (error, ENLACE_GRAPH_ERROR, ENLACE_GRAPH_ERROR_PORT,
                 _("A run ends at “%s”, so nothing can follow it."), enlace_graph_node_get_name (from));
  else if (!enlace_graph_node_has_port (from, port))
    g_set_error (error, ENLACE_GRAPH_ERROR, ENLACE_GRAPH_ERROR_PORT,
                 /* Translators: the first %s is the name of a step, the second that of a port. */
                 _("“%s” has no port “%s”."), enlace_graph_node_get_name (from), port);
  else
    return TRUE;

  return FALSE;
}

gboolean
enlace_graph_check_connection (EnlaceGraph  *self,
                               const char   *from,
                               const char   *port,
                               const char   *to,
                               GError      **error)
{
  EnlaceGraphNode *from_node;
  EnlaceGraphNode *to_node;

  g_return_val_if_fail (ENLACE_IS_GRAPH (self), FALSE);
  g_return_val_if_fail (from != NULL && to != NULL, FALSE);

  if (port == NULL)
    port = "out";
  from_node = enlace_graph_find_node (self, from);
  to_node = enlace_graph_find_node (self, to);
  if (from_node == NULL || to_node == NULL)
    {
      g_set_error (error, ENLACE_GRAPH_ERROR, ENLACE_GRAPH_ERROR_NOT_FOUND, _("There is no step “%s”."),
                   from_node == NULL ? from : to);
      return FALSE;
    }

  if (!check_ends (from_node, to_node, port, error))
    return FALSE;

  if (enlace_graph_find_edge (self, from, port, to) != NULL)
    {
      g_set_error (error, ENLACE_GRAPH_ERROR, ENLACE_GRAPH_ERROR_DUPLICATE, _("“%s” is connected to “%s” already."),
                   enlace_graph_node_get_name (from_node), enlace_graph_node_get_name (to_node));
      return FALSE;
    }
  if (enlace_graph_reaches (self, to, from))
    {
      g_set_error (error, ENLACE_GRAPH_ERROR, ENLACE_GRAPH_ERROR_CYCLE,
                   _("“%s” comes before “%s”, so this would run in a circle."),
                   enlace_graph_node_get_name (to_node), enlace_graph_node_get_name (from_node));
      return FALSE;
    }

  return TRUE;
}

EnlaceGraphEdge *
enlace_graph_connect (EnlaceGraph  *self,
                      const char   *from,
                      const char   *port,
                      const char   *to,
                      GError      **error)
{
  g_autoptr(EnlaceMapBuilder) builder = NULL;
  g_autoptr(EnlaceValue) value = NULL;
  g_autofree char *key = NULL;

  g_return_val_if_fail (ENLACE_IS_GRAPH (self), NULL);

  if (!enlace_graph_check_connection (self, from, port, to, error))
    return NULL;

  builder = enlace_map_builder_new ();
  enlace_map_builder_add_string (builder, "from", from);
  if (port != NULL && !g_str_equal (port, "out"))
    enlace_map_builder_add_string (builder, "port", port);
  enlace_map_builder_add_string (builder, "to", to);
  value = enlace_map_builder_end (builder);
  key = _enlace_graph_edge_key (from, port, to);

  enlace_graph_begin (self, _("Connect"));
  _enlace_graph_put (self, ENLACE_GRAPH_EDGES, key, G_MAXUINT, value);
  enlace_graph_end (self);

  return (EnlaceGraphEdge *) _enlace_graph_find (self, ENLACE_GRAPH_EDGES, key);
}

void
enlace_graph_disconnect (EnlaceGraph     *self,
                         EnlaceGraphEdge *edge)
{
  g_autofree char *key = NULL;

  g_return_if_fail (ENLACE_IS_GRAPH (self));
  g_return_if_fail (ENLACE_IS_GRAPH_EDGE (edge));

  key = g_strdup (enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (edge)));
  enlace_graph_begin (self, _("Delete Connection"));
  _enlace_graph_put (self, ENLACE_GRAPH_EDGES, key, 0, NULL);
  enlace_graph_end (self);
}
