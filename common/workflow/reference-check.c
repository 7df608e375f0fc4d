/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <string.h>

#include "common/workflow/check-private.h"

/* For one step that others read: which steps come after it, and which of them run only if it has run. That is a question of
 * the ways that a run may take; a step that goes on by one of several ports takes one of them, any other step all its edges. */
typedef struct {
  EnlaceCheck *check;
  guint target;
  guint stamp;                    /* marks of the target at hand; those of earlier ones are stale */
  guint *after;                   /* by node: an edge or several lead to it from the target */
  guint *certain;                 /* by node: when it runs, the target runs */
  guint *certain_edge;            /* by edge: when it is taken, the target runs */
  gboolean looked_back;           /* the marks of nodes before the target are there */
} Flow;

static gboolean
has_one_port (const EnlaceDocumentNode *node,
              const char               *port)
{
  const EnlaceStepInfo *info = enlace_step_info_find (node->type);

  /* What follows a loop or branches follows them for certain; what is inside is read inside. */
  if (strcmp (node->type, "flow.loop") == 0 || strcmp (node->type, "flow.parallel") == 0)
    return strcmp (port, "done") == 0;

  /* Of a step type that is not built we know nothing but that `out` is where it goes on. */
  return info != NULL && info->dup_ports == NULL && info->ports[0] != NULL && info->ports[1] == NULL && !enlace_node_has_error_port (node);
}

/* An edge shares its fate with the others that leave by the same port. */
static void
mark_port (Flow                     *self,
           const EnlaceDocumentEdge *edge)
{
  EnlaceDocument *document = self->check->document;

  for (guint i = document->first_out[edge->from]; i < document->first_out[edge->from + 1]; i++)
    {
      guint other = document->outgoing[i];

      if (strcmp (document->edges[other].port, edge->port) == 0)
        self->certain_edge[other] = self->stamp;
    }
}

/* Whether every port leads to the target for certain, so that it does not matter which is taken. */
static gboolean
all_ports_certain (Flow  *self,
                   guint  node)
{
  EnlaceDocument *document = self->check->document;
  const EnlaceStepInfo *info = enlace_step_info_find (document->nodes[node].type);
  g_auto(GStrv) ports = info != NULL ? enlace_step_info_dup_ports (info, document->nodes[node].value) : NULL;

  if (ports == NULL || ports[0] == NULL)
    return FALSE;

  for (gsize port = 0; ports[port] != NULL; port++)
    {
      gboolean certain = FALSE;

      for (guint i = document->first_out[node]; i < document->first_out[node + 1]; i++)
        certain |= self->certain_edge[document->outgoing[i]] == self->stamp &&
                   strcmp (document->edges[document->outgoing[i]].port, ports[port]) == 0;

      if (!certain)
        return FALSE;
    }

  return TRUE;
}

/* An edge from a step that never runs is never taken. */
static gboolean
is_reachable (const EnlaceCheck *check,
              guint              node)
{
  return check->reachable == NULL || check->reachable[node];
}

/* A step runs when one of its edges is taken: it is certain when whichever that is comes from where the target runs too. */
static void
mark_if_certain (Flow  *self,
                 guint  node)
{
  EnlaceDocument *document = self->check->document;

  if (document->first_in[node] == document->first_in[node + 1])
    return;

  for (guint i = document->first_in[node]; i < document->first_in[node + 1]; i++)
    {
      guint from = document->edges[document->incoming[i]].from;

      if (is_reachable (self->check, from) && self->certain[from] != self->stamp &&
          self->certain_edge[document->incoming[i]] != self->stamp)
        return;
    }

  self->certain[node] = self->stamp;
}

/* Marks the steps from which a run cannot but come to the target, and the edges that lead to them. */
static void
mark_ancestors (Flow *self)
{
  EnlaceDocument *document = self->check->document;
  g_autoptr(GArray) waiting = g_array_new (FALSE, FALSE, sizeof (guint));

  g_array_append_val (waiting, self->target);

  while (waiting->len > 0)
    {
      guint node = g_array_index (waiting, guint, waiting->len - 1);

      g_array_set_size (waiting, waiting->len - 1);

      for (guint i = document->first_in[node]; i < document->first_in[node + 1]; i++)
        {
          const EnlaceDocumentEdge *edge = &document->edges[document->incoming[i]];

          /* Another edge of the same port has been here. */
          if (self->certain_edge[document->incoming[i]] == self->stamp)
            continue;

          mark_port (self, edge);
          if (self->certain[edge->from] == self->stamp ||
              !(has_one_port (&document->nodes[edge->from], edge->port) || all_ports_certain (self, edge->from)))
            continue;

          self->certain[edge->from] = self->stamp;
          g_array_append_val (waiting, edge->from);
        }
    }
}

/* The marks of all that stands before the target in the order. Most readers do not need them. */
static void
look_back (Flow *self)
{
  EnlaceDocument *document = self->check->document;

  self->looked_back = TRUE;
  mark_ancestors (self);

  for (guint at = 0; at < document->position[self->target]; at++)
    mark_if_certain (self, document->order[at]);
}

static void
mark_node (Flow  *self,
           guint  node)
{
  EnlaceDocument *document = self->check->document;

  for (guint i = document->first_in[node]; i < document->first_in[node + 1]; i++)
    {
      guint from = document->edges[document->incoming[i]].from;

      if (from == self->target || self->after[from] == self->stamp)
        self->after[node] = self->stamp;
      else if (!self->looked_back && document->position[from] < document->position[self->target])
        look_back (self);
    }

  mark_if_certain (self, node);
}

static void
report (Flow                  *self,
        const EnlaceReference *reference)
{
  EnlaceCheck *check = self->check;
  const char *id = check->document->nodes[reference->target].id;

  check->node = &check->document->nodes[reference->reader];

  if (self->after[reference->reader] != self->stamp)
    enlace_check_add (check, reference->pointer, "The step “%s” does not run before this one", id);
  else if (self->certain[reference->reader] != self->stamp && !reference->guarded)
    enlace_check_add (check, reference->pointer,
                      "The step “%s” is skipped on some ways to this one; ask has(steps.%s) before reading it", id, id);

  check->node = NULL;
}

/* An expression that reads a step twice is told once. */
static gboolean
is_same_place (const EnlaceReference *a,
               const EnlaceReference *b)
{
  return a->reader == b->reader && strcmp (a->pointer, b->pointer) == 0;
}

/* All references to one step: from its place in the order to that of its last reader. */
static void
check_target (Flow                  *self,
              const EnlaceReference *references,
              gsize                  n_references)
{
  EnlaceDocument *document = self->check->document;
  guint last = 0;

  self->target = references[0].target;
  self->stamp++;
  self->looked_back = FALSE;
  self->certain[self->target] = self->stamp;

  for (gsize i = 0; i < n_references; i++)
    last = MAX (last, document->position[references[i].reader]);
  for (guint at = document->position[self->target] + 1; at <= last; at++)
    mark_node (self, document->order[at]);

  for (gsize i = 0; i < n_references; i++)
    if (is_reachable (self->check, references[i].reader) && (i == 0 || !is_same_place (&references[i - 1], &references[i])))
      report (self, &references[i]);
}

/* By the step that is read, then as they were found. */
static int
compare_references (gconstpointer a,
                    gconstpointer b)
{
  const EnlaceReference *x = a;
  const EnlaceReference *y = b;

  if (x->target != y->target)
    return x->target < y->target ? -1 : 1;

  return x->reader < y->reader ? -1 : x->reader > y->reader;
}

void
enlace_check_references (EnlaceCheck *self)
{
  guint n_nodes = MAX (self->document->n_nodes, 1);
  g_autofree guint *after = g_new0 (guint, n_nodes);
  g_autofree guint *certain = g_new0 (guint, n_nodes);
  g_autofree guint *certain_edge = g_new0 (guint, MAX (self->document->n_edges, 1));
  Flow flow = { .check = self, .after = after, .certain = certain, .certain_edge = certain_edge };
  const EnlaceReference *references;
  guint end;

  g_array_sort (self->references, compare_references);
  references = (const EnlaceReference *) (gpointer) self->references->data;

  for (guint from = 0; from < self->references->len; from = end)
    {
      for (end = from + 1; end < self->references->len && references[end].target == references[from].target; end++)
        ;

      check_target (&flow, references + from, end - from);
    }
}
