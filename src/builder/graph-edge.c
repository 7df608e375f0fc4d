/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "src/builder/graph-edge.h"
#include "src/builder/graph-private.h"

struct _EnlaceGraphEdge
{
  EnlaceGraphItem parent_instance;

  const char     *from;           /* borrowed from the value */
  const char     *port;
  const char     *to;
  gint64          item_count;
  guint           taken : 1;
};

G_DEFINE_FINAL_TYPE (EnlaceGraphEdge, enlace_graph_edge, ENLACE_TYPE_GRAPH_ITEM)

static void
enlace_graph_edge_value_changed (EnlaceGraphItem *item,
                                 EnlaceValue     *value)
{
  EnlaceGraphEdge *self = ENLACE_GRAPH_EDGE (item);

  self->from = enlace_value_get_member_string (value, "from", "");
  self->port = enlace_value_get_member_string (value, "port", "out");
  self->to = enlace_value_get_member_string (value, "to", "");
}

static void
enlace_graph_edge_class_init (EnlaceGraphEdgeClass *klass)
{
  ENLACE_GRAPH_ITEM_CLASS (klass)->value_changed = enlace_graph_edge_value_changed;
}

static void
enlace_graph_edge_init (EnlaceGraphEdge *self)
{
  self->item_count = -1;
}

char *
_enlace_graph_edge_key (const char *from,
                        const char *port,
                        const char *to)
{
  return g_strdup_printf ("%s:%s:%s", from, port != NULL ? port : "out", to);
}

gboolean
_enlace_graph_edge_set_run (EnlaceGraphEdge *self,
                            gboolean         taken,
                            gint64           item_count)
{
  taken = !!taken;
  if (self->taken == (guint) taken && self->item_count == item_count)
    return FALSE;

  self->taken = taken;
  self->item_count = item_count;

  return TRUE;
}

const char *
enlace_graph_edge_get_from (EnlaceGraphEdge *self)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH_EDGE (self), NULL);

  return self->from;
}

const char *
enlace_graph_edge_get_port (EnlaceGraphEdge *self)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH_EDGE (self), NULL);

  return self->port;
}

const char *
enlace_graph_edge_get_to (EnlaceGraphEdge *self)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH_EDGE (self), NULL);

  return self->to;
}

gboolean
enlace_graph_edge_get_taken (EnlaceGraphEdge *self)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH_EDGE (self), FALSE);

  return self->taken;
}

gint64
enlace_graph_edge_get_item_count (EnlaceGraphEdge *self)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH_EDGE (self), -1);

  return self->item_count;
}
