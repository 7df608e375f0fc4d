/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include <glib/gi18n.h>

#include "common/workflow/document.h"
#include "src/builder/graph-private.h"

#define DEFAULT_CARD_WIDTH  208
#define DEFAULT_CARD_HEIGHT 64

enum {
  PROP_0,
  PROP_REVISION,
  N_PROPS
};

enum {
  CHANGED,
  LOADED,
  ITEM_CHANGED,
  N_SIGNALS
};

static const char *const members[] = { "nodes", "edges", "notes", "groups" };

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_QUARK (enlace-graph-error-quark, enlace_graph_error)
G_DEFINE_FINAL_TYPE (EnlaceGraph, enlace_graph, G_TYPE_OBJECT)

static GType
table_type (EnlaceGraphTable table)
{
  switch (table)
    {
    case ENLACE_GRAPH_NODES:
      return ENLACE_TYPE_GRAPH_NODE;
    case ENLACE_GRAPH_EDGES:
      return ENLACE_TYPE_GRAPH_EDGE;
    case ENLACE_GRAPH_NOTES:
      return ENLACE_TYPE_GRAPH_NOTE;
    case ENLACE_GRAPH_GROUPS:
      return ENLACE_TYPE_GRAPH_GROUP;
    case ENLACE_GRAPH_N_TABLES:
    default:
      g_assert_not_reached ();
    }
}

static void
link_edge (GHashTable      *ends,
           const char      *node,
           EnlaceGraphEdge *edge)
{
  GPtrArray *edges = g_hash_table_lookup (ends, node);

  if (edges == NULL)
    {
      edges = g_ptr_array_new ();
      g_hash_table_insert (ends, g_strdup (node), edges);
    }
  g_ptr_array_add (edges, edge);
}

static void
unlink_edge (GHashTable      *ends,
             const char      *node,
             EnlaceGraphEdge *edge)
{
  GPtrArray *edges = g_hash_table_lookup (ends, node);

  g_assert (edges != NULL);
  g_ptr_array_remove (edges, edge);
  if (edges->len == 0)
    g_hash_table_remove (ends, node);
}

static void
index_item (EnlaceGraph      *self,
            EnlaceGraphTable  table,
            EnlaceGraphItem  *item)
{
  g_hash_table_insert (self->ids[table], (char *) enlace_graph_item_get_id (item), item);
  if (table == ENLACE_GRAPH_EDGES)
    {
      EnlaceGraphEdge *edge = ENLACE_GRAPH_EDGE (item);
      EnlaceGraphNode *from = enlace_graph_find_node (self, enlace_graph_edge_get_from (edge));

      link_edge (self->outgoing, enlace_graph_edge_get_from (edge), edge);
      link_edge (self->incoming, enlace_graph_edge_get_to (edge), edge);
      if (from != NULL)
        _enlace_graph_node_note_port (from, enlace_graph_edge_get_port (edge));
    }
}

static void
unindex_item (EnlaceGraph      *self,
              EnlaceGraphTable  table,
              EnlaceGraphItem  *item)
{
  g_hash_table_remove (self->ids[table], enlace_graph_item_get_id (item));
  if (table == ENLACE_GRAPH_EDGES)
    {
      EnlaceGraphEdge *edge = ENLACE_GRAPH_EDGE (item);

      unlink_edge (self->outgoing, enlace_graph_edge_get_from (edge), edge);
      unlink_edge (self->incoming, enlace_graph_edge_get_to (edge), edge);
    }
}

static void
emit_item_changed (EnlaceGraph       *self,
                   EnlaceGraphItem   *item,
                   EnlaceGraphChange  change)
{
  g_signal_emit (self, signals[ITEM_CHANGED], 0, item, change);
}

static char *
dup_item_id (EnlaceGraphTable  table,
             EnlaceValue      *value)
{
  if (table == ENLACE_GRAPH_EDGES)
    return _enlace_graph_edge_key (enlace_value_get_member_string (value, "from", ""),
                                   enlace_value_get_member_string (value, "port", NULL),
                                   enlace_value_get_member_string (value, "to", ""));

  return g_strdup (enlace_value_get_member_string (value, "id", ""));
}

static EnlaceGraphItem *
read_item (EnlaceGraph      *self,
           EnlaceGraphTable  table,
           EnlaceValue      *value,
           gsize             index)
{
  g_autofree char *id = dup_item_id (table, value);
  EnlaceGraphItem *item = _enlace_graph_item_new (table_type (table), id, value);

  if (table == ENLACE_GRAPH_NODES)
    _enlace_graph_node_set_fallback (ENLACE_GRAPH_NODE (item), 80 + (double) index * (self->card_width + 56), 120);

  return item;
}

static void
add_item (EnlaceGraph      *self,
          EnlaceGraphTable  table,
          guint             index,
          EnlaceValue      *value)
{
  guint length = g_list_model_get_n_items (G_LIST_MODEL (self->items[table]));
  g_autoptr(EnlaceGraphItem) item = read_item (self, table, value, MIN (index, length));

  g_list_store_insert (self->items[table], MIN (index, length), item);
  index_item (self, table, item);
  emit_item_changed (self, item, ENLACE_GRAPH_ADDED);
}

static void
remove_item (EnlaceGraph      *self,
             EnlaceGraphTable  table,
             EnlaceGraphItem  *item,
             guint             index)
{
  g_autoptr(EnlaceGraphItem) kept = g_object_ref (item);

  unindex_item (self, table, item);
  g_list_store_remove (self->items[table], index);
  emit_item_changed (self, item, ENLACE_GRAPH_REMOVED);
}

/* The one place where items come, change and go, done, undone or redone. */
static void
apply_cb (const EnlaceOperation *operation,
          gpointer               user_data)
{
  EnlaceGraph *self = user_data;
  EnlaceGraphItem *item = NULL;

  if (operation->table == ENLACE_GRAPH_REST)
    {
      enlace_value_ref (operation->after);
      enlace_value_unref (self->document);
      self->document = operation->after;
      return;
    }

  item = _enlace_graph_find (self, operation->table, operation->id);
  if (operation->before == NULL)
    {
      g_assert (item == NULL);
      add_item (self, operation->table, operation->index, operation->after);
    }
  else if (operation->after == NULL)
    {
      g_assert (item != NULL);
      remove_item (self, operation->table, item, operation->index);
    }
  else
    {
      g_assert (item != NULL);
      _enlace_graph_item_set_value (item, operation->after);
      emit_item_changed (self, item, ENLACE_GRAPH_CHANGED);
    }
}

static void
emit_changed (EnlaceGraph *self)
{
  self->revision++;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REVISION]);
  g_signal_emit (self, signals[CHANGED], 0);
}

static gboolean
check_document (EnlaceValue  *document,
                GError      **error)
{
  g_autoptr(GPtrArray) refusals = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_problem_free);
  g_autoptr(EnlaceDocument) read = enlace_document_read (document, refusals);

  if (read != NULL)
    return TRUE;

  if (refusals->len > 0)
    {
      EnlaceProblem *first = g_ptr_array_index (refusals, 0);

      g_set_error (error, ENLACE_GRAPH_ERROR, ENLACE_GRAPH_ERROR_INVALID, "%s", first->detail);
    }
  else
    g_set_error_literal (error, ENLACE_GRAPH_ERROR, ENLACE_GRAPH_ERROR_INVALID, _("This is not a workflow."));

  return FALSE;
}

static void
read_table (EnlaceGraph      *self,
            EnlaceGraphTable  table)
{
  EnlaceValue *list = enlace_value_get_member (self->document, members[table]);
  g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (gsize i = 0; list != NULL && i < enlace_value_get_length (list); i++)
    g_ptr_array_add (items, read_item (self, table, enlace_value_get_element (list, i), i));

  g_hash_table_remove_all (self->ids[table]);
  g_list_store_splice (self->items[table], 0, g_list_model_get_n_items (G_LIST_MODEL (self->items[table])),
                       items->pdata, items->len);
  for (guint i = 0; i < items->len; i++)
    index_item (self, table, g_ptr_array_index (items, i));
}

static void
enlace_graph_finalize (GObject *object)
{
  EnlaceGraph *self = ENLACE_GRAPH (object);

  for (guint i = 0; i < ENLACE_GRAPH_N_TABLES; i++)
    {
      g_clear_pointer (&self->ids[i], g_hash_table_unref);
      g_clear_object (&self->items[i]);
    }
  g_clear_pointer (&self->outgoing, g_hash_table_unref);
  g_clear_pointer (&self->incoming, g_hash_table_unref);
  g_clear_pointer (&self->document, enlace_value_unref);
  g_clear_object (&self->history);

  G_OBJECT_CLASS (enlace_graph_parent_class)->finalize (object);
}

static void
enlace_graph_get_property (GObject    *object,
                           guint       prop_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  EnlaceGraph *self = ENLACE_GRAPH (object);

  switch (prop_id)
    {
    case PROP_REVISION:
      g_value_set_uint64 (value, self->revision);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enlace_graph_class_init (EnlaceGraphClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = enlace_graph_finalize;
  object_class->get_property = enlace_graph_get_property;

  properties[PROP_REVISION] =
    g_param_spec_uint64 ("revision", NULL, NULL, 0, G_MAXUINT64, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[CHANGED] =
    g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[LOADED] =
    g_signal_new ("loaded", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ITEM_CHANGED] =
    g_signal_new ("item-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 2, ENLACE_TYPE_GRAPH_ITEM, G_TYPE_INT);
}

static void
enlace_graph_init (EnlaceGraph *self)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  enlace_map_builder_add_int (builder, "schema", 1);
  self->document = enlace_map_builder_end (builder);
  self->history = enlace_history_new (apply_cb, self);
  for (guint i = 0; i < ENLACE_GRAPH_N_TABLES; i++)
    {
      self->items[i] = g_list_store_new (table_type (i));
      self->ids[i] = g_hash_table_new (g_str_hash, g_str_equal);
    }
  self->outgoing = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  self->incoming = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  self->card_width = DEFAULT_CARD_WIDTH;
  self->card_height = DEFAULT_CARD_HEIGHT;
}

void
_enlace_graph_put (EnlaceGraph      *self,
                   EnlaceGraphTable  table,
                   const char       *id,
                   guint             index,
                   EnlaceValue      *value)
{
  EnlaceGraphItem *item = _enlace_graph_find (self, table, id);
  EnlaceOperation operation = { .table = table, .id = (char *) id, .index = index, .after = value };
  g_autoptr(EnlaceValue) before = NULL;
  g_autofree char *kept_id = NULL;

  g_return_if_fail (enlace_history_is_open (self->history));

  if (item == NULL && value == NULL)
    return;

  if (item != NULL)
    {
      before = enlace_value_ref (enlace_graph_item_get_value (item));
      operation.before = before;
      operation.id = kept_id = g_strdup (id);
      if (before == value)
        return;
      if (value == NULL && !g_list_store_find (self->items[table], item, &operation.index))
        g_assert_not_reached ();
    }
  else
    operation.index = MIN (index, g_list_model_get_n_items (G_LIST_MODEL (self->items[table])));

  apply_cb (&operation, self);
  enlace_history_record (self->history, &operation);
}

EnlaceGraphItem *
_enlace_graph_find (EnlaceGraph      *self,
                    EnlaceGraphTable  table,
                    const char       *id)
{
  return id != NULL ? g_hash_table_lookup (self->ids[table], id) : NULL;
}

gboolean
_enlace_graph_read_point (EnlaceValue *value,
                          const char  *member,
                          double      *x,
                          double      *y)
{
  EnlaceValue *point = enlace_value_get_member (value, member);

  if (point == NULL || enlace_value_get_kind (point) != ENLACE_KIND_LIST || enlace_value_get_length (point) != 2)
    return FALSE;

  *x = enlace_value_get_double (enlace_value_get_element (point, 0));
  *y = enlace_value_get_double (enlace_value_get_element (point, 1));

  return TRUE;
}

EnlaceGraph *
enlace_graph_new (void)
{
  return g_object_new (ENLACE_TYPE_GRAPH, NULL);
}

gboolean
enlace_graph_load (EnlaceGraph  *self,
                   EnlaceValue  *document,
                   GError      **error)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH (self), FALSE);
  g_return_val_if_fail (document != NULL, FALSE);
  g_return_val_if_fail (!enlace_history_is_open (self->history), FALSE);

  if (!check_document (document, error))
    return FALSE;

  enlace_value_ref (document);
  g_clear_pointer (&self->document, enlace_value_unref);
  self->document = document;
  g_hash_table_remove_all (self->outgoing);
  g_hash_table_remove_all (self->incoming);
  for (guint i = 0; i < ENLACE_GRAPH_N_TABLES; i++)
    read_table (self, i);
  enlace_history_clear (self->history);

  g_signal_emit (self, signals[LOADED], 0);
  emit_changed (self);

  return TRUE;
}

EnlaceValue *
enlace_graph_to_value (EnlaceGraph *self)
{
  g_autoptr(EnlaceValue) document = NULL;

  g_return_val_if_fail (ENLACE_IS_GRAPH (self), NULL);

  document = enlace_value_ref (self->document);
  for (guint i = 0; i < ENLACE_GRAPH_N_TABLES; i++)
    {
      GListModel *items = G_LIST_MODEL (self->items[i]);
      guint length = g_list_model_get_n_items (items);
      g_autoptr(EnlaceListBuilder) builder = enlace_list_builder_new ();
      g_autoptr(EnlaceValue) list = NULL;
      g_autoptr(EnlaceValue) whole = NULL;

      /* Notes and groups may be absent: reading and writing back adds nothing. */
      if (i >= ENLACE_GRAPH_NOTES && length == 0 && enlace_value_get_member (document, members[i]) == NULL)
        continue;

      for (guint j = 0; j < length; j++)
        {
          g_autoptr(EnlaceGraphItem) item = g_list_model_get_item (items, j);

          enlace_list_builder_add (builder, enlace_graph_item_get_value (item));
        }
      list = enlace_list_builder_end (builder);
      whole = enlace_value_with_member (document, members[i], list);
      enlace_value_unref (document);
      document = g_steal_pointer (&whole);
    }

  return g_steal_pointer (&document);
}

/* What of a document no table holds. */
static EnlaceValue *
dup_rest (EnlaceValue *document)
{
  EnlaceValue *rest = enlace_value_ref (document);

  for (guint i = 0; i < ENLACE_GRAPH_N_TABLES; i++)
    {
      EnlaceValue *without = enlace_value_with_member (rest, members[i], NULL);

      enlace_value_unref (rest);
      rest = without;
    }

  return rest;
}

static void
put_rest (EnlaceGraph *self,
          EnlaceValue *document)
{
  g_autoptr(EnlaceValue) before = dup_rest (self->document);
  g_autoptr(EnlaceValue) after = dup_rest (document);
  EnlaceOperation operation = { .table = ENLACE_GRAPH_REST, .id = (char *) "", .before = self->document, .after = document };

  if (enlace_value_equal (before, after))
    return;

  enlace_history_record (self->history, &operation);
  apply_cb (&operation, self);
}

static void
remove_absent (EnlaceGraph      *self,
               EnlaceGraphTable  table,
               EnlaceValue      *list)
{
  g_autoptr(GHashTable) kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GListModel *items = G_LIST_MODEL (self->items[table]);

  for (gsize i = 0; list != NULL && i < enlace_value_get_length (list); i++)
    g_hash_table_add (kept, dup_item_id (table, enlace_value_get_element (list, i)));

  for (guint i = g_list_model_get_n_items (items); i > 0; i--)
    {
      g_autoptr(EnlaceGraphItem) item = g_list_model_get_item (items, i - 1);

      if (!g_hash_table_contains (kept, enlace_graph_item_get_id (item)))
        _enlace_graph_put (self, table, enlace_graph_item_get_id (item), i - 1, NULL);
    }
}

/* Those that are there stay the same objects, and are changed where they differ. */
static void
put_all (EnlaceGraph      *self,
         EnlaceGraphTable  table,
         EnlaceValue      *list)
{
  for (gsize i = 0; list != NULL && i < enlace_value_get_length (list); i++)
    {
      EnlaceValue *value = enlace_value_get_element (list, i);
      g_autofree char *id = dup_item_id (table, value);
      EnlaceGraphItem *item = _enlace_graph_find (self, table, id);

      if (item == NULL || !enlace_value_equal (enlace_graph_item_get_value (item), value))
        _enlace_graph_put (self, table, id, (guint) i, value);
    }
}

gboolean
enlace_graph_replace (EnlaceGraph  *self,
                      EnlaceValue  *document,
                      const char   *label,
                      GError      **error)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH (self), FALSE);
  g_return_val_if_fail (document != NULL && label != NULL, FALSE);

  if (!check_document (document, error))
    return FALSE;

  enlace_graph_begin (self, label);
  remove_absent (self, ENLACE_GRAPH_EDGES, enlace_value_get_member (document, members[ENLACE_GRAPH_EDGES]));
  remove_absent (self, ENLACE_GRAPH_GROUPS, enlace_value_get_member (document, members[ENLACE_GRAPH_GROUPS]));
  remove_absent (self, ENLACE_GRAPH_NOTES, enlace_value_get_member (document, members[ENLACE_GRAPH_NOTES]));
  remove_absent (self, ENLACE_GRAPH_NODES, enlace_value_get_member (document, members[ENLACE_GRAPH_NODES]));
  for (guint i = 0; i < ENLACE_GRAPH_N_TABLES; i++)
    put_all (self, i, enlace_value_get_member (document, members[i]));
  put_rest (self, document);
  enlace_graph_end (self);

  return TRUE;
}

guint64
enlace_graph_get_revision (EnlaceGraph *self)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH (self), 0);

  return self->revision;
}

EnlaceHistory *
enlace_graph_get_history (EnlaceGraph *self)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH (self), NULL);

  return self->history;
}

gboolean
enlace_graph_undo (EnlaceGraph *self)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH (self), FALSE);

  if (!enlace_history_undo (self->history))
    return FALSE;
  emit_changed (self);

  return TRUE;
}

gboolean
enlace_graph_redo (EnlaceGraph *self)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH (self), FALSE);

  if (!enlace_history_redo (self->history))
    return FALSE;
  emit_changed (self);

  return TRUE;
}

void
enlace_graph_begin (EnlaceGraph *self,
                    const char  *label)
{
  g_return_if_fail (ENLACE_IS_GRAPH (self));

  enlace_history_begin (self->history, label);
}

void
enlace_graph_end (EnlaceGraph *self)
{
  g_return_if_fail (ENLACE_IS_GRAPH (self));

  if (enlace_history_end (self->history))
    emit_changed (self);
}

void
enlace_graph_cancel (EnlaceGraph *self)
{
  g_return_if_fail (ENLACE_IS_GRAPH (self));

  enlace_history_cancel (self->history);
}

GListModel *
enlace_graph_get_nodes (EnlaceGraph *self)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH (self), NULL);

  return G_LIST_MODEL (self->items[ENLACE_GRAPH_NODES]);
}

GListModel *
enlace_graph_get_edges (EnlaceGraph *self)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH (self), NULL);

  return G_LIST_MODEL (self->items[ENLACE_GRAPH_EDGES]);
}

GListModel *
enlace_graph_get_notes (EnlaceGraph *self)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH (self), NULL);

  return G_LIST_MODEL (self->items[ENLACE_GRAPH_NOTES]);
}

GListModel *
enlace_graph_get_groups (EnlaceGraph *self)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH (self), NULL);

  return G_LIST_MODEL (self->items[ENLACE_GRAPH_GROUPS]);
}

EnlaceGraphNode *
enlace_graph_find_node (EnlaceGraph *self,
                        const char  *id)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH (self), NULL);

  return (EnlaceGraphNode *) _enlace_graph_find (self, ENLACE_GRAPH_NODES, id);
}

EnlaceGraphEdge *
enlace_graph_find_edge (EnlaceGraph *self,
                        const char  *from,
                        const char  *port,
                        const char  *to)
{
  g_autofree char *key = NULL;

  g_return_val_if_fail (ENLACE_IS_GRAPH (self), NULL);
  g_return_val_if_fail (from != NULL && to != NULL, NULL);

  key = _enlace_graph_edge_key (from, port, to);

  return (EnlaceGraphEdge *) _enlace_graph_find (self, ENLACE_GRAPH_EDGES, key);
}

EnlaceGraphNote *
enlace_graph_find_note (EnlaceGraph *self,
                        const char  *id)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH (self), NULL);

  return (EnlaceGraphNote *) _enlace_graph_find (self, ENLACE_GRAPH_NOTES, id);
}

EnlaceGraphGroup *
enlace_graph_find_group (EnlaceGraph *self,
                         const char  *id)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH (self), NULL);

  return (EnlaceGraphGroup *) _enlace_graph_find (self, ENLACE_GRAPH_GROUPS, id);
}

/* A copy, so that edges may be removed while it is walked. */
static GPtrArray *
list_edges (GHashTable *ends,
            const char *id)
{
  GPtrArray *edges = g_hash_table_lookup (ends, id);

  return edges != NULL ? g_ptr_array_copy (edges, NULL, NULL) : g_ptr_array_new ();
}

GPtrArray *
enlace_graph_list_edges_from (EnlaceGraph *self,
                              const char  *id)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH (self), NULL);

  return list_edges (self->outgoing, id);
}

GPtrArray *
enlace_graph_list_edges_to (EnlaceGraph *self,
                            const char  *id)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH (self), NULL);

  return list_edges (self->incoming, id);
}
