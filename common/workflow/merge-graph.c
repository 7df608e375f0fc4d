/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <string.h>

#include "common/value/json.h"
#include "common/workflow/diff-keys.h"
#include "common/workflow/merge-private.h"

/* The nodes by id and the edges by key of one document, borrowed from it. */
typedef struct {
  EnlaceValue *edge_list;         /* nullable */
  GHashTable *nodes;
  GHashTable *edges;
} Side;

typedef struct {
  EnlaceMerge *merge;
  Side base;
  Side mine;
  Side theirs;
  GHashTable *kept;               /* id → node, borrowed: the steps of the result */
} Graph;

static void
side_init (Side        *self,
           EnlaceValue *document)
{
  self->edge_list = enlace_value_get_member (document, "edges");
  self->nodes = enlace_rows_index (enlace_value_get_member (document, "nodes"), "id");
  self->edges = enlace_rows_index (self->edge_list, "");
}

static void
side_clear (Side *self)
{
  g_hash_table_unref (self->nodes);
  g_hash_table_unref (self->edges);
}

static const char *
get_end (EnlaceValue *edge,
         const char  *end)
{
  return enlace_value_get_member_string (edge, end, "");
}

static gboolean
was_decided (Graph      *self,
             const char *pointer)
{
  GPtrArray *conflicts = self->merge->conflicts;

  for (guint i = 0; i < conflicts->len; i++)
    {
      if (strcmp (((EnlaceConflict *) conflicts->pdata[i])->pointer, pointer) == 0)
        return TRUE;
    }

  return FALSE;
}

/* A step that one side connected anew and the other deleted: whether it comes back is for a person to say. */
static void
reconsider_node (Graph             *self,
                 const char        *id,
                 Side              *side,
                 EnlaceListBuilder *restored)
{
  g_autoptr(GString) pointer = g_string_new ("/nodes");
  EnlaceValue *node = g_hash_table_lookup (side->nodes, id);
  gboolean is_mine = side == &self->mine;
  EnlaceSide winner;

  enlace_json_pointer_append (pointer, id);
  if (g_hash_table_contains (self->kept, id) || was_decided (self, pointer->str))
    return;

  winner = enlace_merge_decide (self->merge, ENLACE_CONFLICT_DANGLING, pointer->str, g_hash_table_lookup (self->base.nodes, id),
                                is_mine ? node : NULL, is_mine ? NULL : node);
  if (winner != (is_mine ? ENLACE_SIDE_MINE : ENLACE_SIDE_THEIRS))
    return;

  enlace_list_builder_add (restored, node);
  g_hash_table_insert (self->kept, g_strdup (id), node);
}

static void
reconsider_nodes (Graph             *self,
                  Side              *side,
                  EnlaceListBuilder *restored)
{
  for (gsize i = 0; side->edge_list != NULL && i < enlace_value_get_length (side->edge_list); i++)
    {
      EnlaceValue *edge = enlace_value_get_element (side->edge_list, i);
      g_autofree char *key = enlace_rows_dup_key (edge, "");

      if (g_hash_table_contains (self->base.edges, key))
        continue;

      reconsider_node (self, get_end (edge, "from"), side, restored);
      reconsider_node (self, get_end (edge, "to"), side, restored);
    }
}

/* Whether a side lost the edge for no other reason than that it deleted a step which was then kept. */
static gboolean
comes_back (Graph       *self,
            EnlaceValue *edge,
            Side        *side)
{
  return g_hash_table_contains (self->base.nodes, get_end (edge, "from")) && g_hash_table_contains (self->base.nodes, get_end (edge, "to")) &&
         (!g_hash_table_contains (side->nodes, get_end (edge, "from")) || !g_hash_table_contains (side->nodes, get_end (edge, "to")));
}

/* The merged edge; NULL: there is none. */
static EnlaceValue *
merge_edge (Graph      *self,
            const char *key)
{
  EnlaceValue *mine = g_hash_table_lookup (self->mine.edges, key);
  EnlaceValue *theirs = g_hash_table_lookup (self->theirs.edges, key);
  EnlaceValue *any = mine != NULL ? mine : theirs;
  g_autoptr(GString) pointer = g_string_new ("/edges");

  if (!g_hash_table_contains (self->kept, get_end (any, "from")) || !g_hash_table_contains (self->kept, get_end (any, "to")))
    return NULL;
  if ((mine == NULL && comes_back (self, any, &self->mine)) || (theirs == NULL && comes_back (self, any, &self->theirs)))
    return enlace_value_ref (any);

  enlace_json_pointer_append (pointer, key);

  return enlace_merge_value (self->merge, pointer->str, g_hash_table_lookup (self->base.edges, key), mine, theirs);
}

static GPtrArray *
merge_edges (Graph *self)
{
  g_autoptr(GPtrArray) order = enlace_rows_order (self->mine.edge_list, self->theirs.edge_list, "");
  GPtrArray *edges = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_value_unref);

  for (guint i = 0; i < order->len; i++)
    {
      EnlaceValue *edge = merge_edge (self, order->pdata[i]);

      if (edge != NULL)
        g_ptr_array_add (edges, edge);
    }

  return edges;
}

/* Whether a way leads from `from` to `to`. `next`: id → ids (element-type utf8, borrowed). */
static gboolean
leads_to (GHashTable *next,
          const char *from,
          const char *to)
{
  g_autoptr(GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr(GPtrArray) stack = g_ptr_array_new ();

  g_ptr_array_add (stack, (gpointer) from);
  while (stack->len > 0)
    {
      const char *at = g_ptr_array_steal_index (stack, stack->len - 1);
      GPtrArray *followers = g_hash_table_lookup (next, at);

      if (strcmp (at, to) == 0)
        return TRUE;
      if (!g_hash_table_add (seen, (gpointer) at))
        continue;
      for (guint i = 0; followers != NULL && i < followers->len; i++)
        g_ptr_array_add (stack, followers->pdata[i]);
    }

  return FALSE;
}

static void
connect_ends (GHashTable  *next,
              EnlaceValue *edge)
{
  GPtrArray *followers = g_hash_table_lookup (next, get_end (edge, "from"));

  if (followers == NULL)
    {
      followers = g_ptr_array_new ();
      g_hash_table_insert (next, (gpointer) get_end (edge, "from"), followers);
    }
  g_ptr_array_add (followers, (gpointer) get_end (edge, "to"));
}

/* The edges that would close a cycle when those of `side` stand (element-type EnlaceValue, borrowed). */
static GPtrArray *
find_closing (GPtrArray *edges,
              Side      *side)
{
  g_autoptr(GHashTable) next = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) g_ptr_array_unref);
  g_autoptr(GPtrArray) others = g_ptr_array_new ();
  GPtrArray *closing = g_ptr_array_new ();

  for (guint i = 0; i < edges->len; i++)
    {
      g_autofree char *key = enlace_rows_dup_key (edges->pdata[i], "");

      if (g_hash_table_contains (side->edges, key))
        connect_ends (next, edges->pdata[i]);
      else
        g_ptr_array_add (others, edges->pdata[i]);
    }

  for (guint i = 0; i < others->len; i++)
    {
      if (leads_to (next, get_end (others->pdata[i], "to"), get_end (others->pdata[i], "from")))
        g_ptr_array_add (closing, others->pdata[i]);
      else
        connect_ends (next, others->pdata[i]);
    }

  return closing;
}

static EnlaceValue *
list_edges (GPtrArray *edges)
{
  g_autoptr(EnlaceListBuilder) builder = enlace_list_builder_new ();

  for (guint i = 0; i < edges->len; i++)
    enlace_list_builder_add (builder, edges->pdata[i]);

  return enlace_list_builder_end (builder);
}

/* One decision for all cycles: whose edges stand, and the other's that would close one are left out. */
static void
break_cycles (Graph     *self,
              GPtrArray *edges)
{
  g_autoptr(GPtrArray) of_theirs = find_closing (edges, &self->mine);
  g_autoptr(GPtrArray) of_mine = NULL;
  g_autoptr(EnlaceValue) mine = NULL;
  g_autoptr(EnlaceValue) theirs = NULL;
  GPtrArray *dropped;
  EnlaceSide winner;

  if (of_theirs->len == 0)
    return;

  of_mine = find_closing (edges, &self->theirs);
  mine = list_edges (of_mine);
  theirs = list_edges (of_theirs);
  winner = enlace_merge_decide (self->merge, ENLACE_CONFLICT_CYCLE, "/edges", NULL, mine, theirs);
  dropped = winner == ENLACE_SIDE_MINE ? of_theirs : of_mine;
  for (guint i = 0; i < dropped->len; i++)
    g_ptr_array_remove (edges, dropped->pdata[i]);
}

void
enlace_merge_graph (EnlaceMerge  *merge,
                    EnlaceValue **nodes,
                    EnlaceValue **edges)
{
  Graph self = { .merge = merge };
  g_autoptr(EnlaceListBuilder) all = enlace_list_builder_new ();
  g_autoptr(GPtrArray) merged = NULL;

  side_init (&self.base, merge->base);
  side_init (&self.mine, merge->mine);
  side_init (&self.theirs, merge->theirs);
  self.kept = enlace_rows_index (*nodes, "id");
  for (gsize i = 0; i < enlace_value_get_length (*nodes); i++)
    enlace_list_builder_add (all, enlace_value_get_element (*nodes, i));

  reconsider_nodes (&self, &self.mine, all);
  reconsider_nodes (&self, &self.theirs, all);
  merged = merge_edges (&self);
  break_cycles (&self, merged);
  *edges = list_edges (merged);

  enlace_value_unref (*nodes);
  *nodes = enlace_list_builder_end (all);
  side_clear (&self.base);
  side_clear (&self.mine);
  side_clear (&self.theirs);
  g_hash_table_unref (self.kept);
}
