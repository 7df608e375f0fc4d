/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "common/workflow/document-private.h"

/* More steps of a cycle than this are not named. */
#define MAX_NAMED 12

/* Sorts the edges by one of their ends. `first` has a place more than there are nodes. */
static void
group_edges (EnlaceDocument  *self,
             gboolean         by_source,
             guint          **first_out,
             guint          **edges_out)
{
  guint *first = g_new0 (guint, self->n_nodes + 1);
  guint *edges = g_new (guint, MAX (self->n_edges, 1));
  g_autofree guint *filled = g_new0 (guint, MAX (self->n_nodes, 1));

  for (guint i = 0; i < self->n_edges; i++)
    first[(by_source ? self->edges[i].from : self->edges[i].to) + 1]++;
  for (guint i = 0; i < self->n_nodes; i++)
    first[i + 1] += first[i];

  for (guint i = 0; i < self->n_edges; i++)
    {
      guint node = by_source ? self->edges[i].from : self->edges[i].to;

      edges[first[node] + filled[node]++] = i;
    }

  *first_out = first;
  *edges_out = edges;
}

/* Takes nodes away of which all predecessors are gone, again and again. `level` becomes the longest way to a node.
 * Returns how many could be taken; `waiting` stays above 0 for the others. */
static guint
peel (EnlaceDocument *self,
      guint          *level,
      guint          *waiting)
{
  g_autofree guint *queue = g_new (guint, MAX (self->n_nodes, 1));
  guint n_queued = 0;
  guint at;

  for (guint i = 0; i < self->n_nodes; i++)
    {
      waiting[i] = self->first_in[i + 1] - self->first_in[i];
      if (waiting[i] == 0)
        queue[n_queued++] = i;
    }

  for (at = 0; at < n_queued; at++)
    for (guint i = self->first_out[queue[at]]; i < self->first_out[queue[at] + 1]; i++)
      {
        guint to = self->edges[self->outgoing[i]].to;

        level[to] = MAX (level[to], level[queue[at]] + 1);
        if (--waiting[to] == 0)
          queue[n_queued++] = to;
      }

  return n_queued;
}

/* By level, and within one as in the document. */
static void
order_by_level (EnlaceDocument *self,
                const guint    *level)
{
  g_autofree guint *first = g_new0 (guint, self->n_nodes + 2);

  for (guint i = 0; i < self->n_nodes; i++)
    first[level[i] + 1]++;
  for (guint i = 0; i < self->n_nodes; i++)
    first[i + 1] += first[i];

  for (guint i = 0; i < self->n_nodes; i++)
    {
      self->position[i] = first[level[i]]++;
      self->order[self->position[i]] = i;
    }
}

/* An edge into `node` from another node that could not be taken away: there always is one. */
static guint
find_blocked_edge (EnlaceDocument *self,
                   const guint    *waiting,
                   guint           node)
{
  for (guint i = self->first_in[node]; i < self->first_in[node + 1]; i++)
    if (waiting[self->edges[self->incoming[i]].from] > 0)
      return self->incoming[i];

  g_assert_not_reached ();
}

static char *
name_cycle (EnlaceDocument *self,
            GArray         *edges)
{
  GString *text = g_string_new (NULL);
  guint shown = MIN (edges->len, MAX_NAMED);

  /* The edges were found backwards. */
  for (guint i = 0; i < shown; i++)
    {
      const EnlaceDocumentEdge *edge = &self->edges[g_array_index (edges, guint, edges->len - 1 - i)];

      g_string_append_printf (text, "%s → ", self->nodes[edge->from].id);
    }

  if (shown < edges->len)
    g_string_append_printf (text, "… (%u more) → ", edges->len - shown);
  g_string_append (text, self->nodes[self->edges[g_array_index (edges, guint, edges->len - 1)].from].id);

  return g_string_free_and_steal (text);
}

/* Walks backwards among the nodes that are left until one comes up again; from there on the walk is a cycle. */
static void
refuse_cycle (EnlaceDocument *self,
              const guint    *waiting,
              GPtrArray      *refusals)
{
  g_autofree guint *seen = g_new0 (guint, self->n_nodes);
  g_autoptr(GArray) edges = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autofree char *pointer = NULL;
  g_autofree char *names = NULL;
  guint node = 0;

  while (waiting[node] == 0)
    node++;

  while (seen[node] == 0)
    {
      guint edge = find_blocked_edge (self, waiting, node);

      g_array_append_val (edges, edge);
      seen[node] = edges->len;
      node = self->edges[edge].from;
    }

  g_array_remove_range (edges, 0, seen[node] - 1);
  names = name_cycle (self, edges);
  pointer = g_strdup_printf ("/edges/%u", self->edges[g_array_index (edges, guint, 0)].index);
  enlace_problems_take (refusals, enlace_problem_new (pointer, self->nodes[node].id,
                                                      "The edges lead around in a circle: %s", names));
}

gboolean
enlace_document_sort (EnlaceDocument *self,
                      GPtrArray      *refusals)
{
  g_autofree guint *level = g_new0 (guint, MAX (self->n_nodes, 1));
  g_autofree guint *waiting = g_new0 (guint, MAX (self->n_nodes, 1));

  group_edges (self, TRUE, &self->first_out, &self->outgoing);
  group_edges (self, FALSE, &self->first_in, &self->incoming);

  if (peel (self, level, waiting) < self->n_nodes)
    {
      refuse_cycle (self, waiting, refusals);
      return FALSE;
    }

  self->order = g_new (guint, MAX (self->n_nodes, 1));
  self->position = g_new (guint, MAX (self->n_nodes, 1));
  order_by_level (self, level);

  return TRUE;
}
