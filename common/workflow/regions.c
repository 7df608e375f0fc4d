/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <string.h>

#include "common/workflow/regions.h"

#include "common/workflow/document-private.h"

gboolean
enlace_node_port_has_region (const EnlaceDocumentNode *node,
                             const char               *port)
{
  if (strcmp (node->type, "flow.loop") == 0)
    return strcmp (port, "item") == 0;

  return strcmp (node->type, "flow.parallel") == 0 && strcmp (port, "done") != 0 && strcmp (port, "error") != 0;
}

int
enlace_regions_find (const EnlaceRegions *self,
                     guint                node,
                     const char          *port)
{
  for (guint i = 1; i < self->n_regions; i++)
    if (self->regions[i].owner == (int) node && g_strcmp0 (self->regions[i].port, port) == 0)
      return (int) i;

  return -1;
}

gboolean
enlace_regions_is_within (const EnlaceRegions *self,
                          guint                region,
                          guint                other)
{
  for (int at = (int) region; at >= 0; at = self->regions[at].parent)
    if (at == (int) other)
      return TRUE;

  return FALSE;
}

static guint
add_region (EnlaceRegions *self,
            GArray        *regions,
            guint          owner,
            const char    *port)
{
  EnlaceRegion region = { .owner = (int) owner, .port = port, .parent = (int) self->of_node[owner] };

  region.depth = g_array_index (regions, EnlaceRegion, region.parent).depth + 1;
  g_array_append_val (regions, region);
  self->regions = (EnlaceRegion *) (gpointer) regions->data;
  self->n_regions = regions->len;

  return regions->len - 1;
}

/* The region in which an edge ends if it keeps to the rules. */
static guint
get_edge_region (EnlaceRegions            *self,
                 GArray                   *regions,
                 EnlaceDocument           *document,
                 const EnlaceDocumentEdge *edge)
{
  int region;

  if (!enlace_node_port_has_region (&document->nodes[edge->from], edge->port))
    return self->of_node[edge->from];

  region = enlace_regions_find (self, edge->from, edge->port);
  return region >= 0 ? (guint) region : add_region (self, regions, edge->from, edge->port);
}

static const char *
get_name (const EnlaceDocumentNode *node)
{
  return node->name != NULL && node->name[0] != '\0' ? node->name : node->id;
}

/* An edge enters a step that belongs to another region than the edge. */
static void
add_crossing (EnlaceRegions            *self,
              EnlaceDocument           *document,
              const EnlaceDocumentEdge *edge,
              guint                     region,
              GPtrArray                *problems)
{
  g_autofree char *pointer = g_strdup_printf ("/edges/%u", edge->index);
  const EnlaceDocumentNode *from = &document->nodes[edge->from];
  guint inner = self->regions[region].depth > 0 ? region : self->of_node[edge->to];
  const EnlaceDocumentNode *owner = &document->nodes[self->regions[inner].owner];

  enlace_problems_take (problems, enlace_problem_new (pointer, from->id, "This edge crosses the border of “%s”: what begins there ends there, and its “%s” goes on",
                                                      get_name (owner), strcmp (owner->type, "flow.catch") == 0 ? "error" : "done"));
}

static void
place_node (EnlaceRegions  *self,
            GArray         *regions,
            EnlaceDocument *document,
            guint           node,
            GPtrArray      *problems)
{
  guint first = document->first_in[node], end = document->first_in[node + 1];

  for (guint i = first; i < end; i++)
    {
      const EnlaceDocumentEdge *edge = &document->edges[document->incoming[i]];
      guint region = get_edge_region (self, regions, document, edge);

      if (i == first)
        self->of_node[node] = region;
      else if (self->of_node[node] != region && problems != NULL)
        add_crossing (self, document, edge, region, problems);
    }

  if (first == end && strcmp (document->nodes[node].type, "flow.catch") == 0)
    self->of_node[node] = add_region (self, regions, node, NULL);
}

static void
check_depth (EnlaceRegions  *self,
             EnlaceDocument *document,
             GPtrArray      *problems)
{
  for (guint i = 0; i < self->n_regions; i++)
    if (self->regions[i].depth == ENLACE_REGIONS_MAX_DEPTH + 1)
      {
        const EnlaceDocumentNode *owner = &document->nodes[self->regions[i].owner];
        g_autofree char *pointer = g_strdup_printf ("/nodes/%u", owner->index);

        enlace_problems_take (problems, enlace_problem_new (pointer, owner->id, "At most %d loops and branches stand inside one another",
                                                            ENLACE_REGIONS_MAX_DEPTH));
      }
}

EnlaceRegions *
enlace_regions_new (EnlaceDocument *document,
                    GPtrArray      *problems)
{
  EnlaceRegions *self = g_new0 (EnlaceRegions, 1);
  g_autoptr(GArray) regions = g_array_new (FALSE, TRUE, sizeof (EnlaceRegion));
  EnlaceRegion root = { .owner = -1, .parent = -1 };

  g_array_append_val (regions, root);
  self->regions = (EnlaceRegion *) (gpointer) regions->data;
  self->n_regions = 1;
  self->of_node = g_new0 (guint, document->n_nodes + 1);

  for (guint at = 0; at < document->n_nodes; at++)
    place_node (self, regions, document, document->order[at], problems);

  self->n_regions = regions->len;
  self->regions = (EnlaceRegion *) (gpointer) g_array_free (g_steal_pointer (&regions), FALSE);
  if (problems != NULL)
    check_depth (self, document, problems);

  return self;
}

void
enlace_regions_free (EnlaceRegions *self)
{
  g_free (self->regions);
  g_free (self->of_node);
  g_free (self);
}
