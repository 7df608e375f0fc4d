/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "src/builder/extract.h"

#include <string.h>

#include <glib/gi18n.h>

#include "common/workflow/document.h"
#include "common/workflow/regions.h"
#include "src/builder/expression-paths.h"
#include "src/builder/graph-private.h"

struct _EnlaceExtraction {
  EnlaceGraph *graph;             /* owned */
  GHashTable  *piece;             /* ids of the steps, owned */
  GPtrArray   *nodes;             /* of EnlaceGraphNode, owned, in document order */
  GHashTable  *inputs;            /* expression ("steps.a.output") → name in the input, both owned */
  GPtrArray   *input_order;       /* the expressions, borrowed from the table */
  GHashTable  *results;           /* ids of steps of the piece that are read behind it, owned */
  GHashTable  *inner;             /* ids of steps whose `item` is of a loop in the piece, owned */
  EnlaceValue *document;          /* owned */
  char        *entry;
  char        *exit;              /* nullable: nothing follows */
  char        *exit_port;
  const char  *bad;               /* what cannot be handed over; NULL: all can */
  guint64      revision;
};

static gboolean
refuse (GError     **error,
        const char  *text)
{
  g_set_error_literal (error, ENLACE_GRAPH_ERROR, ENLACE_GRAPH_ERROR_INVALID, text);

  return FALSE;
}

static gboolean
is_inside (EnlaceExtraction *self,
           const char       *id)
{
  return g_hash_table_contains (self->piece, id);
}

static gboolean
collect (EnlaceExtraction   *self,
         const char *const  *ids,
         GError            **error)
{
  GListModel *nodes = enlace_graph_get_nodes (self->graph);

  for (guint i = 0; ids[i] != NULL; i++)
    if (enlace_graph_find_node (self->graph, ids[i]) != NULL)
      g_hash_table_add (self->piece, g_strdup (ids[i]));
  for (guint i = 0; i < g_list_model_get_n_items (nodes); i++)
    {
      g_autoptr(EnlaceGraphNode) node = g_list_model_get_item (nodes, i);

      if (!is_inside (self, enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (node))))
        continue;
      if (!enlace_graph_node_has_input (node))
        return refuse (error, _("A run begins at one of the selected steps, so they cannot become a workflow that another one runs."));
      if (g_str_equal (enlace_graph_node_get_step_type (node), "flow.respond"))
        return refuse (error, _("One of the selected steps answers the caller of this workflow, which another workflow cannot do."));
      g_ptr_array_add (self->nodes, g_steal_pointer (&node));
    }

  return self->nodes->len > 0 ? TRUE : refuse (error, _("Select the steps that are to become a workflow."));
}

static gboolean
is_connected (EnlaceExtraction *self)
{
  g_autoptr(GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr(GPtrArray) queue = g_ptr_array_new ();

  g_ptr_array_add (queue, (char *) enlace_graph_item_get_id (g_ptr_array_index (self->nodes, 0)));
  g_hash_table_add (seen, g_ptr_array_index (queue, 0));
  for (guint i = 0; i < queue->len; i++)
    {
      const char *id = g_ptr_array_index (queue, i);
      g_autoptr(GPtrArray) from = enlace_graph_list_edges_from (self->graph, id);
      g_autoptr(GPtrArray) to = enlace_graph_list_edges_to (self->graph, id);

      g_ptr_array_extend (from, to, NULL, NULL);
      for (guint j = 0; j < from->len; j++)
        {
          EnlaceGraphEdge *edge = g_ptr_array_index (from, j);
          const char *other = g_str_equal (enlace_graph_edge_get_from (edge), id) ? enlace_graph_edge_get_to (edge) : enlace_graph_edge_get_from (edge);

          if (is_inside (self, other) && g_hash_table_add (seen, (char *) other))
            g_ptr_array_add (queue, (char *) other);
        }
    }

  return queue->len == self->nodes->len;
}

/* Whether a run may go another way inside of the piece and never come to the step. */
static gboolean
is_conditional (EnlaceExtraction *self,
                const char       *id)
{
  for (guint i = 0; i < self->nodes->len; i++)
    {
      EnlaceGraphNode *node = g_ptr_array_index (self->nodes, i);
      const char *own = enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (node));
      const char *const *ports = enlace_graph_node_get_ports (node);

      if (ports[0] == NULL && !g_str_equal (own, id))
        return TRUE;
      if (ports[0] != NULL && ports[1] != NULL && !enlace_graph_node_has_port (node, "done") && !g_str_equal (own, id) &&
          enlace_graph_reaches (self->graph, own, id))
        return TRUE;
    }

  return FALSE;
}

static gboolean
find_ends (EnlaceExtraction  *self,
           GError           **error)
{
  for (guint i = 0; i < self->nodes->len; i++)
    {
      EnlaceGraphNode *node = g_ptr_array_index (self->nodes, i);
      const char *id = enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (node));
      g_autoptr(GPtrArray) from = enlace_graph_list_edges_from (self->graph, id);
      g_autoptr(GPtrArray) to = enlace_graph_list_edges_to (self->graph, id);
      gboolean enters = to->len == 0;

      for (guint j = 0; j < to->len; j++)
        enters |= !is_inside (self, enlace_graph_edge_get_from (g_ptr_array_index (to, j)));
      if (enters && self->entry != NULL)
        return refuse (error, _("More than one of the selected steps can be come to from outside; a workflow has one beginning."));
      if (enters)
        self->entry = g_strdup (id);
      for (guint j = 0; j < from->len; j++)
        {
          EnlaceGraphEdge *edge = g_ptr_array_index (from, j);
          const char *port = enlace_graph_edge_get_port (edge);

          if (is_inside (self, enlace_graph_edge_get_to (edge)))
            continue;
          if (!g_str_equal (port, "out") && !g_str_equal (port, "done"))
            return refuse (error, _("A branch leads out of the selected steps; select what follows the branch too."));
          if (self->exit != NULL && (!g_str_equal (self->exit, id) || !g_str_equal (self->exit_port, port)))
            return refuse (error, _("The run goes on from more than one of the selected steps; a workflow has one end."));
          g_set_str (&self->exit, id);
          g_set_str (&self->exit_port, port);
        }
    }
  if (self->exit != NULL && is_conditional (self, self->exit))
    return refuse (error, _("What follows the selected steps runs only on one of their branches, which another workflow cannot say."));

  return TRUE;
}

/* Steps whose nearest loop is in the piece: their `item` is its. A body is taken as a whole or not at all. */
static gboolean
find_scopes (EnlaceExtraction  *self,
             GError           **error)
{
  g_autoptr(EnlaceValue) value = enlace_graph_to_value (self->graph);
  g_autoptr(GPtrArray) refusals = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_problem_free);
  g_autoptr(EnlaceDocument) document = enlace_document_read (value, refusals);
  g_autoptr(EnlaceRegions) regions = document != NULL ? enlace_regions_new (document, NULL) : NULL;

  for (guint i = 0; regions != NULL && i < enlace_document_get_n_nodes (document); i++)
    {
      const EnlaceDocumentNode *node = enlace_document_get_node (document, i);
      int at = (int) regions->of_node[i];

      for (; at > 0; at = regions->regions[at].parent)
        {
          const EnlaceDocumentNode *owner = enlace_document_get_node (document, (guint) regions->regions[at].owner);

          if (regions->regions[at].port == NULL)
            continue;
          if (is_inside (self, owner->id) && !is_inside (self, node->id))
            return refuse (error, _("The body of a loop or a branch is selected in part; select all of it."));
          if (g_str_equal (owner->type, "flow.loop"))
            {
              if (is_inside (self, owner->id))
                g_hash_table_add (self->inner, g_strdup (node->id));
              break;
            }
        }
    }

  return TRUE;
}

static const char *
input_name (EnlaceExtraction *self,
            const char       *expression,
            const char       *base)
{
  const char *known = g_hash_table_lookup (self->inputs, expression);
  g_autofree char *name = g_strdup (base);
  char *key;

  if (known != NULL)
    return known;

  for (guint i = 2;; i++)
    {
      gboolean taken = FALSE;

      for (guint j = 0; j < self->input_order->len; j++)
        taken |= g_strcmp0 (g_hash_table_lookup (self->inputs, g_ptr_array_index (self->input_order, j)), name) == 0;
      if (!taken)
        break;
      g_free (name);
      name = g_strdup_printf ("%s_%u", base, i);
    }
  key = g_strdup (expression);
  g_ptr_array_add (self->input_order, key);
  g_hash_table_insert (self->inputs, key, g_steal_pointer (&name));

  return g_hash_table_lookup (self->inputs, expression);
}

typedef struct {
  EnlaceExtraction *extraction;
  gboolean          own_item;     /* `item` and `index` are the piece's own */
  const char       *node;         /* the new step, for what follows the piece */
} Rewrite;

/* In the piece: what is outside of it comes from trigger.data. */
static char *
rewrite_inside_cb (const char *root,
                   const char *first,
                   const char *second,
                   guint      *n_used,
                   gpointer    user_data)
{
  Rewrite *rewrite = user_data;
  EnlaceExtraction *self = rewrite->extraction;
  g_autofree char *expression = NULL;
  g_autofree char *base = NULL;

  if (g_str_equal (root, "steps"))
    {
      if (first != NULL && is_inside (self, first))
        return NULL;
      if (first == NULL || second == NULL)
        {
          self->bad = N_("One of the selected steps reads another step as a whole, which cannot be handed over.");
          return NULL;
        }
      *n_used = 2;
      expression = g_strdup_printf ("steps.%s.%s", first, second);
      base = g_str_equal (second, "output") ? g_strdup (first) : g_strdup_printf ("%s_%s", first, second);
    }
  else if (g_str_equal (root, "trigger"))
    {
      if (g_strcmp0 (first, "body_raw") == 0)
        {
          self->bad = N_("One of the selected steps reads the bytes of the request, which cannot be handed to another workflow.");
          return NULL;
        }
      *n_used = first != NULL ? 1 : 0;
      expression = first != NULL ? g_strdup_printf ("trigger.%s", first) : g_strdup ("trigger");
      base = g_strdup (first != NULL ? first : "trigger");
    }
  else if (g_str_equal (root, "workflow") || g_str_equal (root, "execution") ||
           (!rewrite->own_item && (g_str_equal (root, "item") || g_str_equal (root, "index"))))
    {
      expression = g_strdup (root);
      base = g_strdup (root);
    }
  else
    return NULL;

  return g_strdup_printf ("trigger.data.%s", input_name (self, expression, base));
}

/* Behind it: what the piece gave comes from the step that runs it. */
static char *
rewrite_behind_cb (const char *root,
                   const char *first,
                   const char *second,
                   guint      *n_used,
                   gpointer    user_data)
{
  Rewrite *rewrite = user_data;
  EnlaceExtraction *self = rewrite->extraction;

  if (!g_str_equal (root, "steps") || first == NULL || !is_inside (self, first))
    return NULL;
  if (g_strcmp0 (second, "output") != 0)
    {
      self->bad = N_("A step that follows reads more than the output of a selected step, which cannot be handed over.");
      return NULL;
    }
  g_hash_table_add (self->results, g_strdup (first));
  *n_used = 2;

  return g_strdup_printf ("steps.%s.output.output.%s", rewrite->node, first);
}

static const EnlaceParameter *
find_parameter (EnlaceGraphNode *node,
                const char      *name)
{
  const EnlaceStepInfo *info = enlace_graph_node_get_info (node);

  for (guint i = 0; info != NULL && i < info->n_parameters; i++)
    if (g_str_equal (info->parameters[i].name, name))
      return &info->parameters[i];

  return NULL;
}

/* The node with its expressions rewritten, parameter by parameter: some have an `item` of their own, some are no templates. */
static EnlaceValue *
rewrite_node (EnlaceGraphNode *node,
              EnlacePathFunc   func,
              Rewrite         *rewrite)
{
  EnlaceValue *value = enlace_graph_item_get_value (ENLACE_GRAPH_ITEM (node));
  EnlaceValue *parameters = enlace_graph_node_get_parameters (node);
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) changed = NULL;
  g_autoptr(EnlaceValue) on_error = NULL;
  g_autoptr(EnlaceValue) whole = NULL;
  gboolean own_item = rewrite->own_item;

  for (gsize i = 0; i < enlace_value_get_length (parameters); i++)
    {
      const char *name = enlace_value_get_string (enlace_value_get_key (parameters, i));
      const EnlaceParameter *parameter = find_parameter (node, name);
      EnlaceValue *old = enlace_value_get_member_value (parameters, i);
      g_autoptr(EnlaceValue) new = NULL;

      rewrite->own_item = own_item || (parameter != NULL && parameter->per_item);
      if (parameter != NULL && parameter->kind == ENLACE_PARAMETER_CODE)
        new = enlace_value_ref (old);
      else
        new = enlace_expression_paths_replace (old, parameter != NULL && parameter->kind == ENLACE_PARAMETER_CONDITION, func, rewrite);
      enlace_map_builder_add (builder, name, new);
    }
  rewrite->own_item = own_item;
  changed = enlace_map_builder_end (builder);
  whole = enlace_value_get_length (parameters) > 0 ? enlace_value_with_member (value, "parameters", changed) : enlace_value_ref (value);
  if (enlace_value_get_member (value, "on_error_value") == NULL)
    return g_steal_pointer (&whole);

  on_error = enlace_expression_paths_replace (enlace_value_get_member (value, "on_error_value"), FALSE, func, rewrite);

  return enlace_value_with_member (whole, "on_error_value", on_error);
}

static void
add_edge (EnlaceListBuilder *edges,
          const char        *from,
          const char        *port,
          const char        *to)
{
  g_autoptr(EnlaceMapBuilder) edge = enlace_map_builder_new ();

  enlace_map_builder_add_string (edge, "from", from);
  if (!g_str_equal (port, "out"))
    enlace_map_builder_add_string (edge, "port", port);
  enlace_map_builder_add_string (edge, "to", to);
  enlace_list_builder_take (edges, enlace_map_builder_end (edge));
}

static EnlaceValue *
make_step (const char  *id,
           const char  *type,
           const char  *name,
           double       x,
           double       y,
           EnlaceValue *parameters)
{
  g_autoptr(EnlaceMapBuilder) node = enlace_map_builder_new ();

  enlace_map_builder_add_string (node, "id", id);
  enlace_map_builder_add_string (node, "type", type);
  enlace_map_builder_add_string (node, "name", name);
  enlace_map_builder_take (node, "position", _enlace_graph_point (x, y));
  enlace_map_builder_add (node, "parameters", parameters);

  return enlace_map_builder_end (node);
}

static char *
free_id (EnlaceExtraction *self,
         const char       *base)
{
  char *id = g_strdup (base);

  for (guint i = 2; is_inside (self, id); i++)
    {
      g_free (id);
      id = g_strdup_printf ("%s_%u", base, i);
    }

  return id;
}

/* What is read behind the piece is the body of its reply. */
static void
add_reply (EnlaceExtraction  *self,
           EnlaceListBuilder *nodes,
           EnlaceListBuilder *edges)
{
  g_autofree char *id = free_id (self, "reply");
  g_autoptr(EnlaceMapBuilder) body = enlace_map_builder_new ();
  g_autoptr(EnlaceMapBuilder) parameters = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) value = NULL;
  double right = 0;
  double y = 0;

  if (g_hash_table_size (self->results) == 0)
    return;

  for (guint i = 0; i < self->nodes->len; i++)
    {
      EnlaceGraphNode *node = g_ptr_array_index (self->nodes, i);
      const char *own = enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (node));
      const char *const *ports = enlace_graph_node_get_ports (node);
      gboolean is_scope = enlace_graph_node_has_port (node, "done");

      right = MAX (right, enlace_graph_node_get_x (node) + 280);
      y = enlace_graph_node_get_y (node);
      if (!g_hash_table_contains (self->results, own))
        continue;
      enlace_map_builder_take_string (body, own, g_strdup_printf ("{{ steps.%s.output }}", own));
      for (guint j = 0; ports[j] != NULL; j++)
        if (is_scope ? g_str_equal (ports[j], "done") : !g_str_equal (ports[j], "error"))
          add_edge (edges, own, ports[j], id);
    }
  enlace_map_builder_take (parameters, "body", enlace_map_builder_end (body));
  value = enlace_map_builder_end (parameters);
  enlace_list_builder_take (nodes, make_step (id, "flow.respond", _("Result"), right, y, value));
}

static void
make_document (EnlaceExtraction *self)
{
  g_autoptr(EnlaceMapBuilder) document = enlace_map_builder_new ();
  g_autoptr(EnlaceMapBuilder) none = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) empty = enlace_map_builder_end (none);
  g_autoptr(EnlaceListBuilder) nodes = enlace_list_builder_new ();
  g_autoptr(EnlaceListBuilder) edges = enlace_list_builder_new ();
  g_autofree char *start = free_id (self, "start");
  EnlaceGraphNode *entry = enlace_graph_find_node (self->graph, self->entry);
  GListModel *all = enlace_graph_get_edges (self->graph);

  enlace_list_builder_take (nodes, make_step (start, "trigger.manual", _("Manual Start"), enlace_graph_node_get_x (entry) - 280,
                                              enlace_graph_node_get_y (entry), empty));
  add_edge (edges, start, "out", self->entry);
  for (guint i = 0; i < self->nodes->len; i++)
    {
      EnlaceGraphNode *node = g_ptr_array_index (self->nodes, i);
      Rewrite rewrite = { .extraction = self };

      rewrite.own_item = g_hash_table_contains (self->inner, enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (node)));
      enlace_list_builder_take (nodes, rewrite_node (node, rewrite_inside_cb, &rewrite));
    }
  for (guint i = 0; i < g_list_model_get_n_items (all); i++)
    {
      g_autoptr(EnlaceGraphEdge) edge = g_list_model_get_item (all, i);

      if (is_inside (self, enlace_graph_edge_get_from (edge)) && is_inside (self, enlace_graph_edge_get_to (edge)))
        enlace_list_builder_add (edges, enlace_graph_item_get_value (ENLACE_GRAPH_ITEM (edge)));
    }
  add_reply (self, nodes, edges);
  enlace_map_builder_add_int (document, "schema", 1);
  enlace_map_builder_take (document, "nodes", enlace_list_builder_end (nodes));
  enlace_map_builder_take (document, "edges", enlace_list_builder_end (edges));
  self->document = enlace_map_builder_end (document);
}

/* Writes what follows the piece anew; without `node` it is only found out what is read there. */
static void
rewrite_behind (EnlaceExtraction *self,
                const char       *node)
{
  GListModel *all = enlace_graph_get_nodes (self->graph);

  for (guint i = 0; i < g_list_model_get_n_items (all); i++)
    {
      g_autoptr(EnlaceGraphNode) other = g_list_model_get_item (all, i);
      const char *id = enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (other));
      Rewrite rewrite = { .extraction = self, .node = node != NULL ? node : "" };
      g_autoptr(EnlaceValue) value = NULL;

      if (is_inside (self, id))
        continue;
      value = rewrite_node (other, rewrite_behind_cb, &rewrite);
      if (node != NULL && !enlace_value_equal (value, enlace_graph_item_get_value (ENLACE_GRAPH_ITEM (other))))
        _enlace_graph_put (self->graph, ENLACE_GRAPH_NODES, id, 0, value);
    }
}

static gboolean
check_results (EnlaceExtraction  *self,
               GError           **error)
{
  GHashTableIter iter;
  gpointer id;

  rewrite_behind (self, NULL);
  g_hash_table_iter_init (&iter, self->results);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (is_conditional (self, id))
      return refuse (error, _("A step that follows reads the output of a selected step that does not run on every branch."));

  return self->bad == NULL ? TRUE : refuse (error, _(self->bad));
}

EnlaceExtraction *
enlace_extraction_new (EnlaceGraph        *graph,
                       const char *const  *ids,
                       GError            **error)
{
  g_autoptr(EnlaceExtraction) self = NULL;

  g_return_val_if_fail (ENLACE_IS_GRAPH (graph), NULL);
  g_return_val_if_fail (ids != NULL, NULL);

  self = g_new0 (EnlaceExtraction, 1);
  self->graph = g_object_ref (graph);
  self->revision = enlace_graph_get_revision (graph);
  self->piece = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->nodes = g_ptr_array_new_with_free_func (g_object_unref);
  self->inputs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->input_order = g_ptr_array_new ();
  self->results = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->inner = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (!collect (self, ids, error))
    return NULL;
  if (!is_connected (self))
    {
      refuse (error, _("The selected steps are not connected with each other."));
      return NULL;
    }
  if (!find_ends (self, error) || !find_scopes (self, error) || !check_results (self, error))
    return NULL;
  make_document (self);
  if (self->bad != NULL)
    {
      refuse (error, _(self->bad));
      return NULL;
    }

  return g_steal_pointer (&self);
}

void
enlace_extraction_free (EnlaceExtraction *self)
{
  g_ptr_array_unref (self->nodes);
  g_ptr_array_unref (self->input_order);
  g_hash_table_unref (self->piece);
  g_hash_table_unref (self->inputs);
  g_hash_table_unref (self->results);
  g_hash_table_unref (self->inner);
  g_clear_pointer (&self->document, enlace_value_unref);
  g_free (self->entry);
  g_free (self->exit);
  g_free (self->exit_port);
  g_object_unref (self->graph);
  g_free (self);
}

EnlaceValue *
enlace_extraction_get_document (EnlaceExtraction *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->document;
}

static EnlaceValue *
make_members (EnlaceExtraction *self,
              const char       *workflow_id,
              const char       *name)
{
  g_autoptr(EnlaceMapBuilder) members = enlace_map_builder_new ();
  g_autoptr(EnlaceMapBuilder) parameters = enlace_map_builder_new ();
  g_autoptr(EnlaceMapBuilder) input = enlace_map_builder_new ();

  for (guint i = 0; i < self->input_order->len; i++)
    {
      const char *expression = g_ptr_array_index (self->input_order, i);

      enlace_map_builder_take_string (input, g_hash_table_lookup (self->inputs, expression), g_strdup_printf ("{{ %s }}", expression));
    }
  enlace_map_builder_add_string (parameters, "workflow", workflow_id);
  enlace_map_builder_take (parameters, "input", enlace_map_builder_end (input));
  enlace_map_builder_add_string (members, "name", name);
  enlace_map_builder_take (members, "parameters", enlace_map_builder_end (parameters));

  return enlace_map_builder_end (members);
}

/* Edges into the piece and out of it, now to and from the new step. */
static void
connect_around (EnlaceExtraction *self,
                const char       *node)
{
  g_autoptr(GPtrArray) to = enlace_graph_list_edges_to (self->graph, self->entry);
  g_autoptr(GPtrArray) from = self->exit != NULL ? enlace_graph_list_edges_from (self->graph, self->exit) : g_ptr_array_new ();

  for (guint i = 0; i < to->len; i++)
    if (!is_inside (self, enlace_graph_edge_get_from (g_ptr_array_index (to, i))))
      _enlace_graph_change_edge (self->graph, g_ptr_array_index (to, i), "to", node);
  for (guint i = 0; i < from->len; i++)
    {
      EnlaceGraphEdge *edge = g_ptr_array_index (from, i);

      if (!is_inside (self, enlace_graph_edge_get_to (edge)))
        enlace_graph_connect (self->graph, node, NULL, enlace_graph_edge_get_to (edge), NULL);
    }
}

gboolean
enlace_extraction_apply (EnlaceExtraction *self,
                         const char       *workflow_id,
                         const char       *name)
{
  g_autoptr(EnlaceValue) members = NULL;
  g_auto(GStrv) ids = NULL;
  EnlaceGraphNode *entry;
  EnlaceGraphNode *node;
  g_autofree char *id = NULL;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (workflow_id != NULL && name != NULL, FALSE);

  if (enlace_graph_get_revision (self->graph) != self->revision)
    return FALSE;

  members = make_members (self, workflow_id, name);
  entry = enlace_graph_find_node (self->graph, self->entry);
  ids = g_new0 (char *, self->nodes->len + 1);
  for (guint i = 0; i < self->nodes->len; i++)
    ids[i] = g_strdup (enlace_graph_item_get_id (g_ptr_array_index (self->nodes, i)));

  enlace_graph_begin (self->graph, _("Extract Into a Workflow"));
  node = enlace_graph_add_node (self->graph, "flow.workflow", enlace_graph_node_get_x (entry), enlace_graph_node_get_y (entry), members);
  id = g_strdup (enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (node)));
  connect_around (self, id);
  rewrite_behind (self, id);
  enlace_graph_remove (self->graph, (const char *const *) ids);
  enlace_graph_end (self->graph);

  return TRUE;
}
