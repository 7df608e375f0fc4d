/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <math.h>
#include <string.h>

#include "common/workflow/document-private.h"
#include "common/workflow/regions.h"
#include "common/workflow/step-type.h"

/* How many calls of other systems a run makes. A choice divides the document into branches, each of which holds the steps to which only its port leads;
 * so do loops and parallels, which take all of theirs. Branches form a tree, whose counts are put together from the leaves. */

#define UNLIMITED G_MAXUINT64
#define TYPICAL_ITERATIONS 10
#define MAX_CALLS (G_GUINT64_CONSTANT (1) << 53)

typedef struct {
  int owner;                      /* node; -1: the root */
  const char *port;
  guint parent;
  guint depth;
  guint64 minimum;
  guint64 maximum;
  double typical;
} Branch;

/* The branches of one step. */
typedef struct {
  guint64 minimum;
  guint64 maximum;
  double typical;
  guint n_ports;
} Sum;

typedef struct {
  EnlaceDocument *document;
  GArray *branches;               /* of Branch */
  guint *of_node;                 /* branch by node */
  guint8 *reached;                /* by node: a way leads to it from the trigger */
  guint8 *certain;                /* by node: it runs whenever its branch is taken */
} Estimation;

static Branch *
get_branch (Estimation *self,
            guint       index)
{
  return &g_array_index (self->branches, Branch, index);
}

static gboolean
is_scope (const EnlaceDocumentNode *node)
{
  return strcmp (node->type, "flow.loop") == 0 || strcmp (node->type, "flow.parallel") == 0;
}

/* Whether leaving by this port means that the others are not taken, or not in the same way. */
static gboolean
port_begins_branch (const EnlaceDocumentNode *node,
                    const char               *port)
{
  const EnlaceStepInfo *info = enlace_step_info_find (node->type);

  if (is_scope (node))
    return enlace_node_port_has_region (node, port) || (strcmp (port, "error") == 0 && enlace_node_has_error_port (node));

  return enlace_node_has_error_port (node) || info == NULL || info->ports[0] == NULL || info->ports[1] != NULL || info->dup_ports != NULL;
}

static guint
get_edge_branch (Estimation               *self,
                 const EnlaceDocumentEdge *edge)
{
  guint parent = self->of_node[edge->from];
  Branch branch = { .owner = (int) edge->from, .port = edge->port, .parent = parent };

  if (!port_begins_branch (&self->document->nodes[edge->from], edge->port))
    return parent;

  for (guint i = 1; i < self->branches->len; i++)
    if (get_branch (self, i)->owner == (int) edge->from && strcmp (get_branch (self, i)->port, edge->port) == 0)
      return i;

  branch.depth = get_branch (self, parent)->depth + 1;
  g_array_append_val (self->branches, branch);

  return self->branches->len - 1;
}

/* The innermost branch that both are in. */
static guint
meet (Estimation *self,
      guint       a,
      guint       b)
{
  while (a != b)
    {
      if (get_branch (self, a)->depth >= get_branch (self, b)->depth)
        a = get_branch (self, a)->parent;
      else
        b = get_branch (self, b)->parent;
    }

  return a;
}

/* The ports of a step whose kind of choice is known; NULL: it may go on by another, or by none. */
static char **
dup_ports (const EnlaceDocumentNode *node)
{
  const EnlaceStepInfo *info = is_scope (node) ? NULL : enlace_step_info_find (node->type);
  g_auto(GStrv) ports = info != NULL ? enlace_step_info_dup_ports (info, node->value) : NULL;

  return ports != NULL && ports[0] != NULL ? g_steal_pointer (&ports) : NULL;
}

/* Whether edges into the node come from all ports of one choice that is itself certain: one of them is then taken. `common` is the node's branch. */
static gboolean
covers_choice (Estimation *self,
               guint       node,
               guint       choice,
               guint       common)
{
  EnlaceDocument *document = self->document;
  g_auto(GStrv) ports = NULL;

  if (!self->certain[choice] || self->of_node[choice] != common || (ports = dup_ports (&document->nodes[choice])) == NULL)
    return FALSE;

  for (gsize port = 0; ports[port] != NULL; port++)
    {
      gboolean found = FALSE;

      for (guint i = document->first_in[node]; i < document->first_in[node + 1] && !found; i++)
        {
          const EnlaceDocumentEdge *edge = &document->edges[document->incoming[i]];
          const Branch *branch = get_branch (self, get_edge_branch (self, edge));

          found = branch->owner == (int) choice && strcmp (branch->port, ports[port]) == 0 &&
                  ((int) edge->from == branch->owner || self->certain[edge->from]);
        }
      if (!found)
        return FALSE;
    }

  return TRUE;
}

static gboolean
is_certain (Estimation *self,
            guint       node)
{
  EnlaceDocument *document = self->document;
  guint common = self->of_node[node];

  for (guint i = document->first_in[node]; i < document->first_in[node + 1]; i++)
    {
      const EnlaceDocumentEdge *edge = &document->edges[document->incoming[i]];
      guint branch = get_edge_branch (self, edge);

      if (!self->reached[edge->from])
        continue;
      if (branch == common && (self->certain[edge->from] || get_branch (self, branch)->owner == (int) edge->from))
        return TRUE;
      if (get_branch (self, branch)->owner >= 0 && covers_choice (self, node, (guint) get_branch (self, branch)->owner, common))
        return TRUE;
    }

  return FALSE;
}

static void
place_node (Estimation *self,
            guint       node)
{
  EnlaceDocument *document = self->document;
  int branch = -1;

  for (guint i = document->first_in[node]; i < document->first_in[node + 1]; i++)
    {
      const EnlaceDocumentEdge *edge = &document->edges[document->incoming[i]];
      guint next;

      if (!self->reached[edge->from])
        continue;
      next = get_edge_branch (self, edge);
      branch = branch < 0 ? (int) next : (int) meet (self, (guint) branch, next);
    }

  if (branch < 0)
    return;
  self->of_node[node] = (guint) branch;
  self->reached[node] = TRUE;
  self->certain[node] = is_certain (self, node);
}

static gboolean
calls_outside (const EnlaceDocumentNode *node)
{
  const EnlaceStepInfo *info = enlace_step_info_find (node->type);

  return strcmp (node->type, "action") == 0 || (info != NULL && info->flags & ENLACE_STEP_EFFECT);
}

static guint64
add (guint64 a,
     guint64 b)
{
  return a >= MAX_CALLS || b >= MAX_CALLS - a ? UNLIMITED : a + b;
}

static guint64
multiply (guint64 a,
          guint64 b)
{
  if (a == 0 || b == 0)
    return 0;

  return a >= MAX_CALLS || b >= MAX_CALLS || a > MAX_CALLS / b ? UNLIMITED : a * b;
}

/* How often the body of a loop runs. */
static void
get_iterations (const EnlaceDocumentNode *loop,
                guint64                  *minimum,
                guint64                  *maximum)
{
  EnlaceValue *items = enlace_value_get_member (loop->parameters, "items");
  EnlaceValue *limit = enlace_value_get_member (loop->parameters, "limit");
  gboolean conditional = enlace_value_get_member (loop->parameters, "while") != NULL;
  gboolean listed = items != NULL && !enlace_value_is_null (items);
  gboolean counted = listed && enlace_value_get_kind (items) == ENLACE_KIND_LIST;
  gboolean limited = !listed && limit != NULL && enlace_value_get_kind (limit) == ENLACE_KIND_INT && enlace_value_get_int (limit) > 0;

  *maximum = counted ? enlace_value_get_length (items) : limited ? (guint64) enlace_value_get_int (limit) : UNLIMITED;
  *minimum = counted && !conditional ? *maximum : 0;
}

/* Puts a branch that is complete to the others of its step. */
static void
close_branch (Estimation   *self,
              const Branch *branch,
              Sum          *sum)
{
  const EnlaceDocumentNode *owner = &self->document->nodes[branch->owner];
  guint64 least, most;

  if (strcmp (owner->type, "flow.loop") == 0 && enlace_node_port_has_region (owner, branch->port))
    {
      get_iterations (owner, &least, &most);
      sum->minimum = add (sum->minimum, multiply (branch->minimum, least));
      sum->maximum = add (sum->maximum, multiply (branch->maximum, most));
      sum->typical += branch->typical * (most == UNLIMITED ? TYPICAL_ITERATIONS : (double) MAX (least, MIN (most, TYPICAL_ITERATIONS)));
      sum->n_ports = 1;
    }
  else if (is_scope (owner))
    {
      sum->minimum = add (sum->minimum, enlace_node_port_has_region (owner, branch->port) ? branch->minimum : 0);
      sum->maximum = add (sum->maximum, branch->maximum);
      sum->typical += branch->typical;
      sum->n_ports = 1;
    }
  else
    {
      sum->minimum = sum->n_ports == 0 ? branch->minimum : MIN (sum->minimum, branch->minimum);
      sum->maximum = MAX (sum->maximum, branch->maximum);
      /* A typical run has no error. */
      if (strcmp (branch->port, "error") != 0 || !enlace_node_has_error_port (owner))
        sum->typical += branch->typical;
      sum->n_ports++;
    }
}

/* What the branches of a choice come to; a port without steps is one on which nothing is called. */
static void
add_sum (Estimation *self,
         guint       node,
         Sum        *sum)
{
  g_auto(GStrv) ports = dup_ports (&self->document->nodes[node]);
  guint n_ports = ports != NULL ? g_strv_length (ports) : sum->n_ports + 1;
  guint n_ways = n_ports - (enlace_node_has_error_port (&self->document->nodes[node]) ? 1 : 0);
  Branch *branch = get_branch (self, self->of_node[node]);

  if (!is_scope (&self->document->nodes[node]))
    {
      if (sum->n_ports < n_ports)
        sum->minimum = 0;
      sum->typical /= MAX (n_ways, 1);
    }

  branch->minimum = add (branch->minimum, self->certain[node] ? sum->minimum : 0);
  branch->maximum = add (branch->maximum, sum->maximum);
  branch->typical += sum->typical;
}

/* Branches are made after those that they are in, and a step's all at once: from the last to the first each is complete when it comes. */
static void
sum_up (Estimation *self)
{
  g_autofree Sum *sums = g_new0 (Sum, self->document->n_nodes + 1);
  EnlaceDocument *document = self->document;

  for (guint at = document->n_nodes; at > 0; at--)
    {
      guint node = document->order[at - 1];
      Branch *branch = get_branch (self, self->of_node[node]);

      if (!self->reached[node])
        continue;
      for (guint i = 1; i < self->branches->len; i++)
        if (get_branch (self, i)->owner == (int) node)
          close_branch (self, get_branch (self, i), &sums[node]);
      if (sums[node].n_ports > 0)
        add_sum (self, node, &sums[node]);
      if (!calls_outside (&document->nodes[node]))
        continue;
      branch->minimum = add (branch->minimum, self->certain[node] ? 1 : 0);
      branch->maximum = add (branch->maximum, 1);
      branch->typical += 1;
    }
}

/**
 * enlace_document_estimate_calls:
 * @self: a document
 * @estimate: (out): calls of other systems in one run that does not fail
 *
 * A run that a flow.stop ends early, or that fails, makes fewer; attempts after the first are not counted. What flow.catch leads to is left out.
 */
void
enlace_document_estimate_calls (EnlaceDocument *self,
                                EnlaceEstimate *estimate)
{
  const EnlaceDocumentNode *trigger;
  g_autoptr(GArray) branches = g_array_new (FALSE, TRUE, sizeof (Branch));
  g_autofree guint *of_node = g_new0 (guint, self->n_nodes + 1);
  g_autofree guint8 *reached = g_new0 (guint8, self->n_nodes + 1);
  g_autofree guint8 *certain = g_new0 (guint8, self->n_nodes + 1);
  Estimation estimation = { self, branches, of_node, reached, certain };
  Branch root = { .owner = -1 };

  g_return_if_fail (self != NULL && estimate != NULL);

  *estimate = (EnlaceEstimate) { 0 };
  if ((trigger = enlace_document_get_trigger (self)) == NULL)
    return;

  g_array_append_val (branches, root);
  reached[trigger - self->nodes] = certain[trigger - self->nodes] = TRUE;
  for (guint at = 0; at < self->n_nodes; at++)
    if (!reached[self->order[at]])
      place_node (&estimation, self->order[at]);
  sum_up (&estimation);

  estimate->minimum = get_branch (&estimation, 0)->minimum;
  estimate->typical = (guint64) round (get_branch (&estimation, 0)->typical);
  estimate->maximum = get_branch (&estimation, 0)->maximum >= MAX_CALLS ? -1 : (gint64) get_branch (&estimation, 0)->maximum;
}
