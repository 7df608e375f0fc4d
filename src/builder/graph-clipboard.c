/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include <math.h>

#include <glib/gi18n.h>

#include "common/value/json.h"
#include "src/builder/graph-private.h"
#include "src/builder/references.h"
#include "src/builder/step-id.h"

static EnlaceValue *
collect (EnlaceGraph      *self,
         EnlaceGraphTable  table,
         GHashTable       *wanted)
{
  g_autoptr(EnlaceListBuilder) builder = enlace_list_builder_new ();
  GListModel *items = G_LIST_MODEL (self->items[table]);

  for (guint i = 0; i < g_list_model_get_n_items (items); i++)
    {
      g_autoptr(EnlaceGraphItem) item = g_list_model_get_item (items, i);
      gboolean take;

      if (ENLACE_IS_GRAPH_EDGE (item))
        take = g_hash_table_contains (wanted, enlace_graph_edge_get_from (ENLACE_GRAPH_EDGE (item))) &&
               g_hash_table_contains (wanted, enlace_graph_edge_get_to (ENLACE_GRAPH_EDGE (item)));
      else
        take = g_hash_table_contains (wanted, enlace_graph_item_get_id (item));

      if (take)
        enlace_list_builder_add (builder, enlace_graph_item_get_value (item));
    }

  return enlace_list_builder_end (builder);
}

char *
enlace_graph_copy (EnlaceGraph       *self,
                   const char *const *ids)
{
  g_autoptr(EnlaceMapBuilder) builder = NULL;
  g_autoptr(EnlaceValue) fragment = NULL;
  g_auto(GStrv) all = NULL;
  g_autoptr(EnlaceValue) groups = NULL;
  g_autoptr(GHashTable) wanted = NULL;
  g_autoptr(GError) error = NULL;
  char *text;

  g_return_val_if_fail (ENLACE_IS_GRAPH (self), NULL);
  g_return_val_if_fail (ids != NULL, NULL);

  wanted = g_hash_table_new (g_str_hash, g_str_equal);
  all = enlace_graph_expand_groups (self, ids);
  for (guint i = 0; all[i] != NULL; i++)
    g_hash_table_add (wanted, all[i]);

  builder = enlace_map_builder_new ();
  enlace_map_builder_add_int (builder, "schema", 1);
  enlace_map_builder_take (builder, "nodes", collect (self, ENLACE_GRAPH_NODES, wanted));
  enlace_map_builder_take (builder, "edges", collect (self, ENLACE_GRAPH_EDGES, wanted));
  enlace_map_builder_take (builder, "notes", collect (self, ENLACE_GRAPH_NOTES, wanted));
  groups = collect (self, ENLACE_GRAPH_GROUPS, wanted);
  if (enlace_value_get_length (groups) > 0)
    enlace_map_builder_add (builder, "groups", groups);
  fragment = enlace_map_builder_end (builder);

  text = enlace_json_format (fragment, ENLACE_JSON_PRETTY, NULL, &error);
  if (text == NULL)
    g_critical ("A document came from JSON and cannot be written: %s", error->message);

  return text;
}

typedef struct {
  EnlaceGraph *graph;
  GHashTable  *node_ids;          /* old → new, both owned */
  GHashTable  *note_ids;
  GHashTable  *group_ids;
  double       dx;
  double       dy;
  GPtrArray   *made;              /* the new ids, owned */
} Paste;

static void
paste_clear (Paste *paste)
{
  g_clear_pointer (&paste->node_ids, g_hash_table_unref);
  g_clear_pointer (&paste->note_ids, g_hash_table_unref);
  g_clear_pointer (&paste->group_ids, g_hash_table_unref);
  g_clear_pointer (&paste->made, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Paste, paste_clear)

static GHashTable *
paste_ids (Paste            *paste,
           EnlaceGraphTable  table)
{
  switch (table)
    {
    case ENLACE_GRAPH_NOTES:
      return paste->note_ids;
    case ENLACE_GRAPH_GROUPS:
      return paste->group_ids;
    case ENLACE_GRAPH_NODES:
    case ENLACE_GRAPH_EDGES:
    case ENLACE_GRAPH_N_TABLES:
    default:
      return paste->node_ids;
    }
}

/* The list of that name, when it is one of maps; NULL with an error else. An absent list is empty. */
static EnlaceValue *
get_list (EnlaceValue  *fragment,
          const char   *name,
          GError      **error)
{
  g_autoptr(EnlaceListBuilder) none = enlace_list_builder_new ();
  EnlaceValue *list = enlace_value_get_member (fragment, name);
  gboolean valid;

  if (list == NULL)
    return enlace_list_builder_end (none);

  valid = enlace_value_get_kind (list) == ENLACE_KIND_LIST;
  for (gsize i = 0; valid && i < enlace_value_get_length (list); i++)
    valid = enlace_value_get_kind (enlace_value_get_element (list, i)) == ENLACE_KIND_MAP;
  if (!valid)
    {
      g_set_error_literal (error, ENLACE_GRAPH_ERROR, ENLACE_GRAPH_ERROR_INVALID,
                           _("What was copied holds no steps of a workflow."));
      return NULL;
    }

  return enlace_value_ref (list);
}

static gboolean
choose_ids (Paste             *paste,
            EnlaceGraphTable   table,
            EnlaceValue       *list,
            GError           **error)
{
  GHashTable *ids = paste_ids (paste, table);
  g_autoptr(GHashTable) taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (gsize i = 0; i < enlace_value_get_length (list); i++)
    {
      EnlaceValue *value = enlace_value_get_element (list, i);
      const char *id = enlace_value_get_member_string (value, "id", "");
      char *new_id;

      if (!enlace_step_id_is_valid (id) || g_hash_table_contains (ids, id) ||
          (table == ENLACE_GRAPH_NODES && enlace_value_get_member_string (value, "type", NULL) == NULL))
        {
          g_set_error_literal (error, ENLACE_GRAPH_ERROR, ENLACE_GRAPH_ERROR_INVALID,
                               _("What was copied holds no steps of a workflow."));
          return FALSE;
        }
      new_id = _enlace_graph_make_id (paste->graph, table, id, taken);
      g_hash_table_add (taken, g_strdup (new_id));
      g_hash_table_insert (ids, g_strdup (id), new_id);
    }

  return TRUE;
}

static void
find_corner (EnlaceValue *list,
             double      *left,
             double      *top)
{
  for (gsize i = 0; i < enlace_value_get_length (list); i++)
    {
      double x;
      double y;

      if (!_enlace_graph_read_point (enlace_value_get_element (list, i), "position", &x, &y))
        x = y = 0;
      *left = MIN (*left, x);
      *top = MIN (*top, y);
    }
}

static void
paste_items (Paste            *paste,
             EnlaceGraphTable  table,
             EnlaceValue      *list)
{
  GHashTable *ids = paste_ids (paste, table);

  for (gsize i = 0; i < enlace_value_get_length (list); i++)
    {
      EnlaceValue *value = enlace_value_get_element (list, i);
      const char *id = g_hash_table_lookup (ids, enlace_value_get_member_string (value, "id", ""));
      g_autoptr(EnlaceValue) id_value = enlace_value_new_string (id);
      g_autoptr(EnlaceValue) position = NULL;
      g_autoptr(EnlaceValue) renamed = enlace_references_rename (value, paste->node_ids);
      g_autoptr(EnlaceValue) named = enlace_value_with_member (renamed, "id", id_value);
      g_autoptr(EnlaceValue) placed = NULL;
      double x;
      double y;

      if (!_enlace_graph_read_point (value, "position", &x, &y))
        x = y = 0;
      position = _enlace_graph_point (x + paste->dx, y + paste->dy);
      placed = enlace_value_with_member (named, "position", position);
      _enlace_graph_put (paste->graph, table, id, G_MAXUINT, placed);
      g_ptr_array_add (paste->made, g_strdup (id));
    }
}

/* Edges of a fragment that would be refused here (to nowhere, twice, in a circle) are left out. */
static void
paste_edges (Paste       *paste,
             EnlaceValue *list)
{
  for (gsize i = 0; i < enlace_value_get_length (list); i++)
    {
      EnlaceValue *value = enlace_value_get_element (list, i);
      const char *from = g_hash_table_lookup (paste->node_ids, enlace_value_get_member_string (value, "from", ""));
      const char *to = g_hash_table_lookup (paste->node_ids, enlace_value_get_member_string (value, "to", ""));
      const char *port = enlace_value_get_member_string (value, "port", "out");
      g_autoptr(EnlaceValue) from_value = NULL;
      g_autoptr(EnlaceValue) to_value = NULL;
      g_autoptr(EnlaceValue) half = NULL;
      g_autoptr(EnlaceValue) whole = NULL;
      g_autofree char *key = NULL;

      if (from == NULL || to == NULL || !enlace_graph_check_connection (paste->graph, from, port, to, NULL))
        continue;

      from_value = enlace_value_new_string (from);
      to_value = enlace_value_new_string (to);
      half = enlace_value_with_member (value, "from", from_value);
      whole = enlace_value_with_member (half, "to", to_value);
      key = _enlace_graph_edge_key (from, port, to);
      _enlace_graph_put (paste->graph, ENLACE_GRAPH_EDGES, key, G_MAXUINT, whole);
    }
}

static GStrv
paste_fragment (EnlaceGraph  *self,
                EnlaceValue  *fragment,
                const char   *label,
                double        x,
                double        y,
                GError      **error)
{
  g_auto(Paste) paste = { .graph = self };
  g_autoptr(EnlaceValue) nodes = get_list (fragment, "nodes", error);
  g_autoptr(EnlaceValue) edges = nodes != NULL ? get_list (fragment, "edges", error) : NULL;
  g_autoptr(EnlaceValue) notes = edges != NULL ? get_list (fragment, "notes", error) : NULL;
  g_autoptr(EnlaceValue) groups = notes != NULL ? get_list (fragment, "groups", error) : NULL;
  double left = G_MAXDOUBLE;
  double top = G_MAXDOUBLE;

  if (groups == NULL)
    return NULL;

  paste.node_ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  paste.note_ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  paste.group_ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  paste.made = g_ptr_array_new_null_terminated (8, g_free, TRUE);
  if (!choose_ids (&paste, ENLACE_GRAPH_NODES, nodes, error) || !choose_ids (&paste, ENLACE_GRAPH_NOTES, notes, error) ||
      !choose_ids (&paste, ENLACE_GRAPH_GROUPS, groups, error))
    return NULL;
  find_corner (nodes, &left, &top);
  find_corner (notes, &left, &top);
  find_corner (groups, &left, &top);
  paste.dx = round ((x - left) / 8) * 8;
  paste.dy = round ((y - top) / 8) * 8;

  enlace_graph_begin (self, label);
  paste_items (&paste, ENLACE_GRAPH_NODES, nodes);
  paste_items (&paste, ENLACE_GRAPH_NOTES, notes);
  paste_items (&paste, ENLACE_GRAPH_GROUPS, groups);
  paste_edges (&paste, edges);
  enlace_graph_end (self);

  return (GStrv) g_ptr_array_steal (paste.made, NULL);
}

GStrv
enlace_graph_paste (EnlaceGraph  *self,
                    const char   *text,
                    double        x,
                    double        y,
                    GError      **error)
{
  g_autoptr(EnlaceValue) fragment = NULL;
  gboolean is_fragment;

  g_return_val_if_fail (ENLACE_IS_GRAPH (self), NULL);
  g_return_val_if_fail (text != NULL, NULL);

  fragment = enlace_json_parse (text, -1, NULL);
  is_fragment = fragment != NULL && enlace_value_get_kind (fragment) == ENLACE_KIND_MAP &&
                (enlace_value_get_member (fragment, "nodes") != NULL || enlace_value_get_member (fragment, "notes") != NULL ||
                 enlace_value_get_member (fragment, "groups") != NULL);
  if (!is_fragment)
    {
      g_set_error_literal (error, ENLACE_GRAPH_ERROR, ENLACE_GRAPH_ERROR_INVALID,
                           _("What was copied holds no steps of a workflow."));
      return NULL;
    }

  return paste_fragment (self, fragment, _("Paste"), x, y, error);
}

GStrv
enlace_graph_duplicate (EnlaceGraph       *self,
                        const char *const *ids,
                        double             dx,
                        double             dy)
{
  g_autofree char *text = NULL;
  g_autoptr(EnlaceValue) fragment = NULL;
  double left = G_MAXDOUBLE;
  double top = G_MAXDOUBLE;

  g_return_val_if_fail (ENLACE_IS_GRAPH (self), NULL);
  g_return_val_if_fail (ids != NULL, NULL);

  for (guint i = 0; ids[i] != NULL; i++)
    {
      double x;
      double y;
      double width;
      double height;

      if (!enlace_graph_get_bounds (self, ids[i], &x, &y, &width, &height))
        continue;
      left = MIN (left, x);
      top = MIN (top, y);
    }
  if (left == G_MAXDOUBLE)
    return g_new0 (char *, 1);

  text = enlace_graph_copy (self, ids);
  fragment = text != NULL ? enlace_json_parse (text, -1, NULL) : NULL;
  g_return_val_if_fail (fragment != NULL, NULL);

  return paste_fragment (self, fragment, _("Duplicate"), left + dx, top + dy, NULL);
}
