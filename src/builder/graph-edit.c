/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include <math.h>

#include <glib/gi18n.h>

#include "src/builder/graph-private.h"
#include "src/builder/references.h"
#include "src/builder/step-id.h"

char *
_enlace_graph_make_id (EnlaceGraph      *self,
                       EnlaceGraphTable  table,
                       const char       *base,
                       GHashTable       *taken)
{
  g_autofree char *id = g_strdup (base);

  for (guint i = 2; _enlace_graph_find (self, table, id) != NULL || (taken != NULL && g_hash_table_contains (taken, id)); i++)
    {
      g_free (id);
      id = g_strdup_printf ("%.56s_%u", base, i);
    }

  return g_steal_pointer (&id);
}

static EnlaceValue *
number (double value)
{
  if (fabs (value) < 1e15 && value == floor (value))
    return enlace_value_new_int ((gint64) value);

  return enlace_value_new_double (value);
}

EnlaceValue *
_enlace_graph_point (double x,
                     double y)
{
  g_autoptr(EnlaceListBuilder) builder = enlace_list_builder_new ();

  enlace_list_builder_take (builder, number (x));
  enlace_list_builder_take (builder, number (y));

  return enlace_list_builder_end (builder);
}

void
_enlace_graph_set_member (EnlaceGraph      *self,
                          EnlaceGraphTable  table,
                          const char       *id,
                          const char       *member,
                          EnlaceValue      *value)
{
  EnlaceGraphItem *item = _enlace_graph_find (self, table, id);
  EnlaceValue *old;
  g_autoptr(EnlaceValue) changed = NULL;
  g_auto(GStrv) ports = NULL;

  if (item == NULL)
    return;

  old = enlace_value_get_member (enlace_graph_item_get_value (item), member);
  if (old == value || (old != NULL && value != NULL && enlace_value_equal (old, value)))
    return;

  changed = enlace_value_with_member (enlace_graph_item_get_value (item), member, value);
  if (table == ENLACE_GRAPH_NODES && !g_str_equal (member, "position"))
    ports = g_strdupv ((char **) enlace_graph_node_get_ports (ENLACE_GRAPH_NODE (item)));
  _enlace_graph_put (self, table, id, 0, changed);
  if (ports != NULL)
    _enlace_graph_follow_ports (self, id, (const char *const *) ports);
}

static gboolean
name_is_taken (EnlaceGraph *self,
               const char  *name)
{
  GListModel *nodes = enlace_graph_get_nodes (self);

  for (guint i = 0; i < g_list_model_get_n_items (nodes); i++)
    {
      g_autoptr(EnlaceGraphNode) node = g_list_model_get_item (nodes, i);

      if (g_str_equal (enlace_graph_node_get_name (node), name))
        return TRUE;
    }

  return FALSE;
}

static char *
make_name (EnlaceGraph *self,
           const char  *type)
{
  const EnlaceStepInfo *info = enlace_step_info_find (type);
  const char *title = info != NULL ? _(info->title) : type;
  g_autofree char *name = g_strdup (title);

  for (guint i = 2; name_is_taken (self, name); i++)
    {
      g_free (name);
      name = g_strdup_printf ("%s %u", title, i);
    }

  return g_steal_pointer (&name);
}

static gboolean
is_own_member (const char *name)
{
  return g_str_equal (name, "id") || g_str_equal (name, "type") || g_str_equal (name, "position");
}

static void
add_members (EnlaceMapBuilder *builder,
             EnlaceValue      *members)
{
  for (gsize i = 0; members != NULL && i < enlace_value_get_length (members); i++)
    {
      const char *name = enlace_value_get_string (enlace_value_get_key (members, i));

      if (name != NULL && !is_own_member (name))
        enlace_map_builder_add (builder, name, enlace_value_get_member_value (members, i));
    }
}

static EnlaceValue *
make_node (EnlaceGraph *self,
           const char  *id,
           const char  *type,
           double       x,
           double       y,
           EnlaceValue *members)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(EnlaceMapBuilder) none = enlace_map_builder_new ();

  enlace_map_builder_add_string (builder, "id", id);
  enlace_map_builder_add_string (builder, "type", type);
  enlace_map_builder_take_string (builder, "name", make_name (self, type));
  enlace_map_builder_take (builder, "position", _enlace_graph_point (x, y));
  enlace_map_builder_take (builder, "parameters", enlace_map_builder_end (none));
  add_members (builder, members);

  return enlace_map_builder_end (builder);
}

EnlaceGraphNode *
enlace_graph_add_node (EnlaceGraph *self,
                       const char  *type,
                       double       x,
                       double       y,
                       EnlaceValue *members)
{
  g_autofree char *base = NULL;
  g_autofree char *id = NULL;
  g_autoptr(EnlaceValue) value = NULL;

  g_return_val_if_fail (ENLACE_IS_GRAPH (self), NULL);
  g_return_val_if_fail (type != NULL, NULL);

  base = enlace_step_id_base (type, members != NULL ? enlace_value_get_member_string (members, "connector", NULL) : NULL);
  id = _enlace_graph_make_id (self, ENLACE_GRAPH_NODES, base, NULL);
  value = make_node (self, id, type, x, y, members);

  enlace_graph_begin (self, _("Add Step"));
  _enlace_graph_put (self, ENLACE_GRAPH_NODES, id, G_MAXUINT, value);
  enlace_graph_end (self);

  return enlace_graph_find_node (self, id);
}

static void
remove_edges (EnlaceGraph *self,
              GPtrArray   *edges)
{
  for (guint i = 0; i < edges->len; i++)
    {
      const char *key = enlace_graph_item_get_id (g_ptr_array_index (edges, i));
      g_autofree char *kept = g_strdup (key);

      _enlace_graph_put (self, ENLACE_GRAPH_EDGES, kept, 0, NULL);
    }
}

static void
remove_node (EnlaceGraph *self,
             const char  *id)
{
  g_autoptr(GPtrArray) from = enlace_graph_list_edges_from (self, id);
  g_autoptr(GPtrArray) to = enlace_graph_list_edges_to (self, id);

  remove_edges (self, from);
  remove_edges (self, to);
  _enlace_graph_put (self, ENLACE_GRAPH_NODES, id, 0, NULL);
}

void
enlace_graph_remove_nodes (EnlaceGraph       *self,
                           const char *const *ids)
{
  g_return_if_fail (ENLACE_IS_GRAPH (self));

  enlace_graph_remove (self, ids);
}

static const char *
removal_label (EnlaceGraph       *self,
               const char *const *ids)
{
  guint n_nodes = 0;
  guint n_notes = 0;
  guint n_groups = 0;

  for (guint i = 0; ids[i] != NULL; i++)
    if (enlace_graph_find_node (self, ids[i]) != NULL)
      n_nodes++;
    else if (enlace_graph_find_note (self, ids[i]) != NULL)
      n_notes++;
    else if (enlace_graph_find_group (self, ids[i]) != NULL)
      n_groups++;

  if (n_nodes == 0 && n_notes == 0)
    return n_groups == 0 ? _("Delete Connection") : _("Delete Group");
  if (n_nodes == 0)
    return _("Delete Note");
  return n_nodes == 1 ? _("Delete Step") : _("Delete Steps");
}

void
enlace_graph_remove (EnlaceGraph       *self,
                     const char *const *ids)
{
  g_auto(GStrv) kept = NULL;

  g_return_if_fail (ENLACE_IS_GRAPH (self));
  g_return_if_fail (ids != NULL);

  /* The caller's strings may be those of the items that go. */
  kept = g_strdupv ((char **) ids);
  enlace_graph_begin (self, removal_label (self, ids));
  for (guint i = 0; kept[i] != NULL; i++)
    {
      if (_enlace_graph_find (self, ENLACE_GRAPH_NODES, kept[i]) != NULL)
        remove_node (self, kept[i]);
      else if (_enlace_graph_find (self, ENLACE_GRAPH_NOTES, kept[i]) != NULL)
        _enlace_graph_put (self, ENLACE_GRAPH_NOTES, kept[i], 0, NULL);
      else if (_enlace_graph_find (self, ENLACE_GRAPH_GROUPS, kept[i]) != NULL)
        _enlace_graph_put (self, ENLACE_GRAPH_GROUPS, kept[i], 0, NULL);
      else
        _enlace_graph_put (self, ENLACE_GRAPH_EDGES, kept[i], 0, NULL);
    }
  enlace_graph_end (self);
}

static void
move_item (EnlaceGraph *self,
           const char  *id,
           double       dx,
           double       dy)
{
  g_autoptr(EnlaceValue) point = NULL;
  EnlaceGraphTable table = ENLACE_GRAPH_NODES;
  double x;
  double y;
  double width;
  double height;

  if (!enlace_graph_get_bounds (self, id, &x, &y, &width, &height))
    return;

  if (enlace_graph_find_node (self, id) == NULL)
    table = enlace_graph_find_note (self, id) != NULL ? ENLACE_GRAPH_NOTES : ENLACE_GRAPH_GROUPS;
  point = _enlace_graph_point (x + dx, y + dy);
  _enlace_graph_set_member (self, table, id, "position", point);
}

void
enlace_graph_move (EnlaceGraph       *self,
                   const char *const *ids,
                   double             dx,
                   double             dy)
{
  g_autofree char *label = NULL;
  g_auto(GStrv) all = NULL;
  guint n;

  g_return_if_fail (ENLACE_IS_GRAPH (self));
  g_return_if_fail (ids != NULL);

  if (dx == 0 && dy == 0)
    return;

  n = g_strv_length ((char **) ids);
  label = n == 1 ? g_strdup (_("Move")) : g_strdup_printf (g_dngettext (NULL, "Move %u Item", "Move %u Items", n), n);
  all = enlace_graph_expand_groups (self, ids);
  enlace_graph_begin (self, label);
  for (guint i = 0; all[i] != NULL; i++)
    move_item (self, all[i], dx, dy);
  enlace_graph_end (self);
}

void
enlace_graph_rename_node (EnlaceGraph *self,
                          const char  *id,
                          const char  *name)
{
  g_autoptr(EnlaceValue) value = NULL;

  g_return_if_fail (ENLACE_IS_GRAPH (self));
  g_return_if_fail (name != NULL);

  value = enlace_value_new_string (name);
  enlace_graph_begin (self, _("Rename Step"));
  _enlace_graph_set_member (self, ENLACE_GRAPH_NODES, id, "name", value);
  enlace_graph_end (self);
}

static void
rename_references (EnlaceGraph *self,
                   const char  *id,
                   const char  *new_id)
{
  GListModel *nodes = enlace_graph_get_nodes (self);
  g_autoptr(GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);

  g_hash_table_insert (ids, (char *) id, (char *) new_id);
  for (guint i = 0; i < g_list_model_get_n_items (nodes); i++)
    {
      g_autoptr(EnlaceGraphItem) item = g_list_model_get_item (nodes, i);
      EnlaceValue *value = enlace_graph_item_get_value (item);
      g_autoptr(EnlaceValue) changed = enlace_references_rename (value, ids);

      if (!enlace_value_equal (changed, value))
        _enlace_graph_put (self, ENLACE_GRAPH_NODES, enlace_graph_item_get_id (item), 0, changed);
    }
}

gboolean
enlace_graph_set_node_id (EnlaceGraph  *self,
                          const char   *id,
                          const char   *new_id,
                          GError      **error)
{
  EnlaceGraphNode *node = enlace_graph_find_node (self, id);
  g_autofree char *old_id = g_strdup (id);
  g_autoptr(EnlaceValue) text = NULL;
  g_autoptr(EnlaceValue) value = NULL;
  g_autoptr(GPtrArray) from = NULL;
  g_autoptr(GPtrArray) to = NULL;
  guint index = 0;

  g_return_val_if_fail (ENLACE_IS_GRAPH (self), FALSE);
  g_return_val_if_fail (node != NULL && new_id != NULL, FALSE);

  if (g_str_equal (id, new_id))
    return TRUE;
  if (!enlace_step_id_is_valid (new_id))
    {
      g_set_error_literal (error, ENLACE_GRAPH_ERROR, ENLACE_GRAPH_ERROR_INVALID,
                           _("Use letters, digits and underscores, and no word of the expression language."));
      return FALSE;
    }
  if (enlace_graph_find_node (self, new_id) != NULL)
    {
      g_set_error (error, ENLACE_GRAPH_ERROR, ENLACE_GRAPH_ERROR_DUPLICATE, _("There is a step “%s” already."), new_id);
      return FALSE;
    }

  enlace_graph_begin (self, _("Change Identifier"));
  rename_references (self, old_id, new_id);
  g_list_store_find (self->items[ENLACE_GRAPH_NODES], node, &index);
  text = enlace_value_new_string (new_id);
  value = enlace_value_with_member (enlace_graph_item_get_value (ENLACE_GRAPH_ITEM (node)), "id", text);
  from = enlace_graph_list_edges_from (self, old_id);
  to = enlace_graph_list_edges_to (self, old_id);
  _enlace_graph_put (self, ENLACE_GRAPH_NODES, new_id, index + 1, value);
  for (guint i = 0; i < from->len; i++)
    _enlace_graph_change_edge (self, g_ptr_array_index (from, i), "from", new_id);
  for (guint i = 0; i < to->len; i++)
    _enlace_graph_change_edge (self, g_ptr_array_index (to, i), "to", new_id);
  _enlace_graph_put (self, ENLACE_GRAPH_NODES, old_id, 0, NULL);
  enlace_graph_end (self);

  return TRUE;
}

void
enlace_graph_set_parameter (EnlaceGraph *self,
                            const char  *id,
                            const char  *name,
                            EnlaceValue *value)
{
  EnlaceGraphNode *node;
  g_autoptr(EnlaceValue) parameters = NULL;

  g_return_if_fail (ENLACE_IS_GRAPH (self));
  g_return_if_fail (name != NULL);

  node = enlace_graph_find_node (self, id);
  if (node == NULL)
    return;

  parameters = enlace_value_with_member (enlace_graph_node_get_parameters (node), name, value);
  enlace_graph_set_parameters (self, id, parameters);
}

void
enlace_graph_set_parameters (EnlaceGraph *self,
                             const char  *id,
                             EnlaceValue *parameters)
{
  g_return_if_fail (ENLACE_IS_GRAPH (self));
  g_return_if_fail (parameters != NULL);

  enlace_graph_begin (self, _("Change Settings"));
  _enlace_graph_set_member (self, ENLACE_GRAPH_NODES, id, "parameters", parameters);
  enlace_graph_end (self);
}

void
enlace_graph_set_member (EnlaceGraph *self,
                         const char  *id,
                         const char  *member,
                         EnlaceValue *value)
{
  g_return_if_fail (ENLACE_IS_GRAPH (self));
  g_return_if_fail (member != NULL && !g_str_equal (member, "id"));

  enlace_graph_begin (self, _("Change Settings"));
  _enlace_graph_set_member (self, ENLACE_GRAPH_NODES, id, member, value);
  enlace_graph_end (self);
}

void
enlace_graph_set_pinned (EnlaceGraph *self,
                         const char  *id,
                         EnlaceValue *output)
{
  g_return_if_fail (ENLACE_IS_GRAPH (self));
  g_return_if_fail (id != NULL);

  enlace_graph_begin (self, output != NULL ? _("Pin Output") : _("Unpin Output"));
  _enlace_graph_set_member (self, ENLACE_GRAPH_NODES, id, "pinned", output);
  enlace_graph_end (self);
}

EnlaceGraphNote *
enlace_graph_add_note (EnlaceGraph *self,
                       double       x,
                       double       y,
                       double       width,
                       double       height,
                       const char  *text)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) value = NULL;
  g_autofree char *id = NULL;

  g_return_val_if_fail (ENLACE_IS_GRAPH (self), NULL);

  id = _enlace_graph_make_id (self, ENLACE_GRAPH_NOTES, "note", self->ids[ENLACE_GRAPH_NODES]);
  enlace_map_builder_add_string (builder, "id", id);
  enlace_map_builder_take (builder, "position", _enlace_graph_point (x, y));
  enlace_map_builder_take (builder, "size", _enlace_graph_point (width, height));
  enlace_map_builder_add_string (builder, "text", text != NULL ? text : "");
  value = enlace_map_builder_end (builder);

  enlace_graph_begin (self, _("Add Note"));
  _enlace_graph_put (self, ENLACE_GRAPH_NOTES, id, G_MAXUINT, value);
  enlace_graph_end (self);

  return enlace_graph_find_note (self, id);
}

void
enlace_graph_set_note_text (EnlaceGraph *self,
                            const char  *id,
                            const char  *text)
{
  g_autoptr(EnlaceValue) value = NULL;

  g_return_if_fail (ENLACE_IS_GRAPH (self));
  g_return_if_fail (text != NULL);

  value = enlace_value_new_string (text);
  enlace_graph_begin (self, _("Edit Note"));
  _enlace_graph_set_member (self, ENLACE_GRAPH_NOTES, id, "text", value);
  enlace_graph_end (self);
}

void
enlace_graph_set_note_bounds (EnlaceGraph *self,
                              const char  *id,
                              double       x,
                              double       y,
                              double       width,
                              double       height)
{
  g_autoptr(EnlaceValue) position = NULL;
  g_autoptr(EnlaceValue) size = NULL;

  g_return_if_fail (ENLACE_IS_GRAPH (self));

  position = _enlace_graph_point (x, y);
  size = _enlace_graph_point (MAX (width, ENLACE_NOTE_MIN_WIDTH), MAX (height, ENLACE_NOTE_MIN_HEIGHT));
  enlace_graph_begin (self, _("Resize Note"));
  _enlace_graph_set_member (self, ENLACE_GRAPH_NOTES, id, "position", position);
  _enlace_graph_set_member (self, ENLACE_GRAPH_NOTES, id, "size", size);
  enlace_graph_end (self);
}
