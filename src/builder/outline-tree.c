/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include <glib/gi18n.h>

#include "common/workflow/document.h"
#include "src/builder/outline-tree.h"

struct _EnlaceOutlineItem
{
  GObject          parent_instance;

  EnlaceGraphNode *node;          /* owned, nullable */
  char            *text;
  GListStore      *children;      /* owned, nullable */
};

G_DEFINE_FINAL_TYPE (EnlaceOutlineItem, enlace_outline_item, G_TYPE_OBJECT)

static void
enlace_outline_item_finalize (GObject *object)
{
  EnlaceOutlineItem *self = ENLACE_OUTLINE_ITEM (object);

  g_clear_object (&self->node);
  g_clear_object (&self->children);
  g_free (self->text);

  G_OBJECT_CLASS (enlace_outline_item_parent_class)->finalize (object);
}

static void
enlace_outline_item_class_init (EnlaceOutlineItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enlace_outline_item_finalize;
}

static void
enlace_outline_item_init (EnlaceOutlineItem *self)
{
}

EnlaceGraphNode *
enlace_outline_item_get_node (EnlaceOutlineItem *self)
{
  g_return_val_if_fail (ENLACE_IS_OUTLINE_ITEM (self), NULL);

  return self->node;
}

const char *
enlace_outline_item_get_text (EnlaceOutlineItem *self)
{
  g_return_val_if_fail (ENLACE_IS_OUTLINE_ITEM (self), NULL);

  return self->text;
}

GListModel *
enlace_outline_item_get_children (EnlaceOutlineItem *self)
{
  g_return_val_if_fail (ENLACE_IS_OUTLINE_ITEM (self), NULL);

  return (GListModel *) self->children;
}

static const struct {
  const char *type;
  const char *port;
  const char *text;
} ways[] = {
  { "flow.if", "true", N_("If it holds") },
  { "flow.if", "false", N_("If it does not hold") },
  { "flow.loop", "item", N_("For each item") },
  { "flow.switch", "default", N_("In all other cases") },
  { NULL, "error", N_("If it fails") },
};

static char *
describe_way (const char *type,
              const char *port)
{
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    if (g_str_equal (ways[i].port, port) && (ways[i].type == NULL || g_str_equal (ways[i].type, type)))
      return g_strdup (_(ways[i].text));

  /* Translators: %s is the name of a case or a branch of the workflow. */
  return g_strdup_printf (g_str_equal (type, "flow.switch") ? _("In case of %s") : _("On the way “%s”"), port);
}

static void
append_child (EnlaceOutlineItem *parent,
              EnlaceOutlineItem *child)
{
  if (parent->children == NULL)
    parent->children = g_list_store_new (ENLACE_TYPE_OUTLINE_ITEM);
  g_list_store_append (parent->children, child);
}

/* A way that leads from a step, or the whole workflow. */
typedef struct {
  EnlaceOutlineItem *item;        /* owned; NULL: the whole */
  int                parent;      /* -1: the whole */
  guint              depth;
} Way;

typedef struct {
  EnlaceGraph       *graph;
  EnlaceDocument    *document;
  GListStore        *roots;
  GArray            *ways;        /* of Way; the whole first */
  GHashTable        *known;       /* "NODE:port" → its way */
  guint             *way_of;      /* by the index of a node */
  EnlaceOutlineItem **items;      /* by the index of a node */
} Tree;

static guint
find_common (Tree *tree,
             guint a,
             guint b)
{
  while (a != b)
    {
      const Way *first = &g_array_index (tree->ways, Way, a);
      const Way *second = &g_array_index (tree->ways, Way, b);

      if (first->depth >= second->depth)
        a = (guint) first->parent;
      else
        b = (guint) second->parent;
    }

  return a;
}

static gboolean
parts (EnlaceGraphNode *node,
       const char      *port)
{
  const char *const *ports = enlace_graph_node_get_ports (node);
  guint n = g_strv_length ((char **) ports);

  /* What a loop or a step that can fail goes on with is no way of its own. */
  return n > 1 && !g_str_equal (port, "done") && !g_str_equal (port, "out");
}

static guint
way_of_edge (Tree                     *tree,
             const EnlaceDocumentEdge *edge)
{
  EnlaceOutlineItem *from = tree->items[edge->from];
  const char *type = enlace_graph_node_get_step_type (from->node);
  g_autofree char *key = NULL;
  gpointer known;
  Way way = { NULL };

  if (!parts (from->node, edge->port))
    return tree->way_of[edge->from];

  key = g_strdup_printf ("%u:%s", edge->from, edge->port);
  if (g_hash_table_lookup_extended (tree->known, key, NULL, &known))
    return GPOINTER_TO_UINT (known);

  way.item = g_object_new (ENLACE_TYPE_OUTLINE_ITEM, NULL);
  way.item->text = describe_way (type, edge->port);
  way.parent = (int) tree->way_of[edge->from];
  way.depth = g_array_index (tree->ways, Way, way.parent).depth + 1;
  g_array_append_val (tree->ways, way);
  append_child (from, way.item);
  g_hash_table_insert (tree->known, g_steal_pointer (&key), GUINT_TO_POINTER (tree->ways->len - 1));

  return tree->ways->len - 1;
}

/* Of each node the way that all its incoming edges share; the order makes sure that theirs are known. */
static void
place_node (Tree  *tree,
            guint  index,
            GArray *incoming)
{
  const EnlaceDocumentNode *node = enlace_document_get_node (tree->document, index);
  EnlaceOutlineItem *item = g_object_new (ENLACE_TYPE_OUTLINE_ITEM, NULL);
  EnlaceOutlineItem *parent;
  guint way = 0;

  for (guint i = 0; i < incoming->len; i++)
    {
      guint other = way_of_edge (tree, enlace_document_get_edge (tree->document, g_array_index (incoming, guint, i)));

      way = i == 0 ? other : find_common (tree, way, other);
    }
  item->node = g_object_ref (enlace_graph_find_node (tree->graph, node->id));
  item->text = g_strdup (enlace_graph_node_get_name (item->node));
  tree->items[index] = item;
  tree->way_of[index] = way;
  parent = g_array_index (tree->ways, Way, way).item;
  if (parent != NULL)
    append_child (parent, item);
  else
    g_list_store_append (tree->roots, item);
}

static void
place_all (Tree *tree)
{
  guint n = enlace_document_get_n_nodes (tree->document);
  const guint *order = enlace_document_get_order (tree->document);
  g_autoptr(GPtrArray) incoming = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (incoming, g_array_new (FALSE, FALSE, sizeof (guint)));
  for (guint i = 0; i < enlace_document_get_n_edges (tree->document); i++)
    g_array_append_val ((GArray *) g_ptr_array_index (incoming, enlace_document_get_edge (tree->document, i)->to), i);
  for (guint i = 0; i < n; i++)
    place_node (tree, order[i], g_ptr_array_index (incoming, order[i]));
}

GListModel *
enlace_outline_tree_new (EnlaceGraph *graph)
{
  g_autoptr(GPtrArray) refusals = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_problem_free);
  g_autoptr(EnlaceValue) value = NULL;
  g_autoptr(EnlaceDocument) document = NULL;
  Tree tree = { .graph = graph };
  Way whole = { NULL, -1, 0 };

  g_return_val_if_fail (ENLACE_IS_GRAPH (graph), NULL);

  tree.roots = g_list_store_new (ENLACE_TYPE_OUTLINE_ITEM);
  value = enlace_graph_to_value (graph);
  document = enlace_document_read (value, refusals);
  if (document == NULL)
    return G_LIST_MODEL (tree.roots);

  tree.document = document;
  tree.ways = g_array_new (FALSE, TRUE, sizeof (Way));
  tree.known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  tree.way_of = g_new0 (guint, enlace_document_get_n_nodes (document) + 1);
  tree.items = g_new0 (EnlaceOutlineItem *, enlace_document_get_n_nodes (document) + 1);
  g_array_append_val (tree.ways, whole);
  place_all (&tree);

  for (guint i = 0; i < tree.ways->len; i++)
    g_clear_object (&g_array_index (tree.ways, Way, i).item);
  for (guint i = 0; i < enlace_document_get_n_nodes (document); i++)
    g_clear_object (&tree.items[i]);
  g_array_unref (tree.ways);
  g_hash_table_unref (tree.known);
  g_free (tree.way_of);
  g_free (tree.items);

  return G_LIST_MODEL (tree.roots);
}
