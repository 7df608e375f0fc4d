/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "src/builder/canvas-private.h"

/* The cells of the grids that find what is where, in canvas units. */
#define NODE_CELL 640
#define EDGE_CELL 640

static void
canvas_node_free (gpointer data)
{
  CanvasNode *node = data;

  g_clear_pointer (&node->title, gsk_render_node_unref);
  g_clear_pointer (&node->picture, enlace_picture_free);
  g_clear_pointer (&node->far_picture, enlace_picture_free);
  g_ptr_array_unref (node->edges);
  g_object_unref (node->node);
  g_free (node);
}

static void
canvas_edge_free (gpointer data)
{
  CanvasEdge *edge = data;

  g_clear_pointer (&edge->path, gsk_path_unref);
  g_clear_pointer (&edge->arrow, gsk_path_unref);
  g_object_unref (edge->edge);
  g_free (edge);
}

static void
canvas_note_free (gpointer data)
{
  CanvasNote *note = data;

  g_clear_pointer (&note->widget, gtk_widget_unparent);
  g_object_unref (note->note);
  g_free (note);
}

void
_enlace_canvas_items_init (EnlaceCanvas *self)
{
  self->nodes = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, canvas_node_free);
  self->edges = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, canvas_edge_free);
  self->notes = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, canvas_note_free);
  self->groups = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, _enlace_canvas_group_free);
  self->bodies = g_ptr_array_new_with_free_func (_enlace_canvas_body_free);
  self->node_index = enlace_spatial_index_new (NODE_CELL);
  self->edge_index = enlace_spatial_index_new (EDGE_CELL);
  self->visible_nodes = g_ptr_array_new ();
  self->visible_edges = g_ptr_array_new ();
  self->carded = g_ptr_array_new ();
  self->idle_cards = g_ptr_array_new ();
}

static void
damage_node (EnlaceCanvas *self,
             CanvasNode   *node)
{
  graphene_rect_t bounds = canvas_node_bounds (self, node);

  if (self->tiles != NULL)
    _enlace_canvas_tiles_damage (self->tiles, &bounds);
}

static void
damage_edge (EnlaceCanvas *self,
             CanvasEdge   *edge)
{
  if (self->tiles != NULL)
    _enlace_canvas_tiles_damage (self->tiles, &edge->spatial.bounds);
}

static void
edge_route (EnlaceCanvas *self,
            CanvasEdge   *edge)
{
  if (edge->spatial.indexed)
    damage_edge (self, edge);
  enlace_spatial_index_remove (self->edge_index, &edge->spatial);
  _enlace_canvas_edge_route (self, edge);
  enlace_spatial_index_add (self->edge_index, &edge->spatial);
  damage_edge (self, edge);
}

void
_enlace_canvas_place_node (EnlaceCanvas *self,
                           CanvasNode   *node,
                           double        x,
                           double        y)
{
  self->extents_valid = FALSE;
  if (node->spatial.indexed)
    damage_node (self, node);
  enlace_spatial_index_remove (self->node_index, &node->spatial);
  node->x = (float) x;
  node->y = (float) y;
  node->height = (float) enlace_graph_get_node_height (self->graph, node->node);
  node->spatial.bounds = canvas_node_bounds (self, node);
  /* What hangs over the card: ports at its sides, the mark below. */
  graphene_rect_inset (&node->spatial.bounds, -16, -16);
  enlace_spatial_index_add (self->node_index, &node->spatial);
  damage_node (self, node);

  for (guint i = 0; i < node->edges->len; i++)
    edge_route (self, g_ptr_array_index (node->edges, i));
}

void
_enlace_canvas_place_note (EnlaceCanvas *self,
                           CanvasNote   *note,
                           double        x,
                           double        y,
                           double        width,
                           double        height)
{
  self->extents_valid = FALSE;
  if (self->tiles != NULL)
    _enlace_canvas_tiles_damage (self->tiles, &note->bounds);
  note->bounds = GRAPHENE_RECT_INIT ((float) x, (float) y, (float) width, (float) height);
  if (self->tiles != NULL)
    _enlace_canvas_tiles_damage (self->tiles, &note->bounds);
}

static void
add_node (EnlaceCanvas    *self,
          EnlaceGraphNode *item)
{
  CanvasNode *node = g_new0 (CanvasNode, 1);

  node->node = g_object_ref (item);
  node->edges = g_ptr_array_new ();
  g_hash_table_insert (self->nodes, (char *) canvas_node_id (node), node);
  _enlace_canvas_place_node (self, node, enlace_graph_node_get_x (item), enlace_graph_node_get_y (item));
}

static void
add_edge (EnlaceCanvas    *self,
          EnlaceGraphEdge *item)
{
  CanvasEdge *edge = g_new0 (CanvasEdge, 1);

  edge->edge = g_object_ref (item);
  edge->from = g_hash_table_lookup (self->nodes, enlace_graph_edge_get_from (item));
  edge->to = g_hash_table_lookup (self->nodes, enlace_graph_edge_get_to (item));
  g_assert (edge->from != NULL && edge->to != NULL);
  g_ptr_array_add (edge->from->edges, edge);
  g_ptr_array_add (edge->to->edges, edge);
  g_hash_table_insert (self->edges, (char *) enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (item)), edge);
  edge_route (self, edge);
}

static void
note_edited_cb (EnlaceNoteCard *card,
                const char     *text,
                EnlaceCanvas   *self)
{
  EnlaceGraphItem *item = ENLACE_GRAPH_ITEM (enlace_note_card_get_note (card));

  enlace_graph_set_note_text (self->graph, enlace_graph_item_get_id (item), text);
}

static void
add_note (EnlaceCanvas    *self,
          EnlaceGraphNote *item)
{
  CanvasNote *note = g_new0 (CanvasNote, 1);

  note->note = g_object_ref (item);
  note->widget = enlace_note_card_new (item);
  g_signal_connect_object (note->widget, "edited", G_CALLBACK (note_edited_cb), self, 0);
  gtk_widget_set_parent (note->widget, GTK_WIDGET (self));
  g_hash_table_insert (self->notes, (char *) enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (item)), note);
  _enlace_canvas_place_note (self, note, enlace_graph_note_get_x (item), enlace_graph_note_get_y (item),
                             enlace_graph_note_get_width (item), enlace_graph_note_get_height (item));
}

/* No pointer of the canvas may outlive what it points to. */
static void
forget (EnlaceCanvas *self,
        gpointer      item)
{
  g_ptr_array_remove_fast (self->visible_nodes, item);
  g_ptr_array_remove_fast (self->visible_edges, item);
  if (self->hover.node == item || self->hover.edge == item || self->hover.note == item || self->hover.group == item)
    self->hover = (Hit) { HIT_NOTHING };
  if (self->pressed.node == item || self->pressed.edge == item || self->pressed.note == item ||
      self->pressed.group == item)
    self->pressed = (Hit) { HIT_NOTHING };
  if (self->ghost_edge == item)
    self->ghost_edge = NULL;
  if (self->connect_from == item)
    _enlace_canvas_connect_end (self, FALSE);
  else if (self->connect_target == item)
    _enlace_canvas_connect_aim (self, NULL);
}

static void
remove_node (EnlaceCanvas *self,
             CanvasNode   *node)
{
  if (node->lifted)
    _enlace_canvas_cancel_drag (self);
  self->extents_valid = FALSE;
  forget (self, node);
  damage_node (self, node);
  _enlace_canvas_card_drop (self, node);
  enlace_spatial_index_remove (self->node_index, &node->spatial);
  g_hash_table_remove (self->nodes, canvas_node_id (node));
}

static void
remove_edge (EnlaceCanvas *self,
             CanvasEdge   *edge)
{
  forget (self, edge);
  damage_edge (self, edge);
  enlace_spatial_index_remove (self->edge_index, &edge->spatial);
  g_ptr_array_remove (edge->from->edges, edge);
  g_ptr_array_remove (edge->to->edges, edge);
  g_hash_table_remove (self->edges, enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (edge->edge)));
}

static void
remove_note (EnlaceCanvas *self,
             CanvasNote   *note)
{
  if (note->lifted)
    _enlace_canvas_cancel_drag (self);
  self->extents_valid = FALSE;
  forget (self, note);
  if (self->tiles != NULL)
    _enlace_canvas_tiles_damage (self->tiles, &note->bounds);
  g_hash_table_remove (self->notes, enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (note->note)));
}

static void
remove_group (EnlaceCanvas *self,
              CanvasGroup  *group)
{
  if (group->lifted)
    _enlace_canvas_cancel_drag (self);
  self->extents_valid = FALSE;
  forget (self, group);
  g_hash_table_remove (self->groups, enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (group->group)));
}

void
_enlace_canvas_items_clear (EnlaceCanvas *self)
{
  self->extents_valid = FALSE;
  _enlace_canvas_cancel_drag (self);
  _enlace_canvas_connect_end (self, FALSE);
  while (self->carded->len > 0)
    _enlace_canvas_card_drop (self, g_ptr_array_index (self->carded, self->carded->len - 1));
  g_ptr_array_set_size (self->visible_nodes, 0);
  g_ptr_array_set_size (self->visible_edges, 0);
  self->hover = self->pressed = (Hit) { HIT_NOTHING };
  self->ghost_edge = NULL;
  enlace_spatial_index_clear (self->node_index);
  enlace_spatial_index_clear (self->edge_index);
  g_hash_table_remove_all (self->edges);
  g_hash_table_remove_all (self->nodes);
  g_hash_table_remove_all (self->notes);
  g_hash_table_remove_all (self->groups);
  _enlace_canvas_bodies_invalidate (self);
  g_hash_table_remove_all (self->selection);
  if (self->tiles != NULL)
    _enlace_canvas_tiles_clear (self->tiles);
}

static void
add_item (EnlaceCanvas    *self,
          EnlaceGraphItem *item)
{
  if (ENLACE_IS_GRAPH_NODE (item))
    add_node (self, ENLACE_GRAPH_NODE (item));
  else if (ENLACE_IS_GRAPH_EDGE (item))
    add_edge (self, ENLACE_GRAPH_EDGE (item));
  else if (ENLACE_IS_GRAPH_NOTE (item))
    add_note (self, ENLACE_GRAPH_NOTE (item));
  else
    _enlace_canvas_add_group (self, ENLACE_GRAPH_GROUP (item));
}

void
_enlace_canvas_items_load (EnlaceCanvas *self)
{
  GListModel *lists[] = {
    enlace_graph_get_nodes (self->graph),
    enlace_graph_get_edges (self->graph),
    enlace_graph_get_notes (self->graph),
    enlace_graph_get_groups (self->graph),
  };

  _enlace_canvas_items_clear (self);
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    for (guint j = 0; j < g_list_model_get_n_items (lists[i]); j++)
      {
        g_autoptr(EnlaceGraphItem) item = g_list_model_get_item (lists[i], j);

        add_item (self, item);
      }
}

static void
change_node (EnlaceCanvas      *self,
             CanvasNode        *node,
             EnlaceGraphChange  change)
{
  g_clear_pointer (&node->title, gsk_render_node_unref);
  g_clear_pointer (&node->far_picture, enlace_picture_free);
  if (change == ENLACE_GRAPH_CHANGED && !node->lifted)
    _enlace_canvas_place_node (self, node, enlace_graph_node_get_x (node->node), enlace_graph_node_get_y (node->node));
  else
    damage_node (self, node);
  _enlace_canvas_card_refresh (self, node);
}

static void
change_note (EnlaceCanvas *self,
             CanvasNote   *note)
{
  EnlaceGraphNote *item = note->note;

  _enlace_canvas_place_note (self, note, enlace_graph_note_get_x (item), enlace_graph_note_get_y (item),
                             enlace_graph_note_get_width (item), enlace_graph_note_get_height (item));
  enlace_note_card_update (ENLACE_NOTE_CARD (note->widget));
}

static void
change_item (EnlaceCanvas      *self,
             EnlaceGraphItem   *item,
             EnlaceGraphChange  change)
{
  const char *id = enlace_graph_item_get_id (item);

  if (ENLACE_IS_GRAPH_NODE (item))
    change_node (self, g_hash_table_lookup (self->nodes, id), change);
  else if (ENLACE_IS_GRAPH_NOTE (item))
    change_note (self, g_hash_table_lookup (self->notes, id));
  else if (ENLACE_IS_GRAPH_GROUP (item))
    _enlace_canvas_change_group (self, g_hash_table_lookup (self->groups, id));
  else
    damage_edge (self, g_hash_table_lookup (self->edges, id));
}

static void
remove_item (EnlaceCanvas    *self,
             EnlaceGraphItem *item)
{
  const char *id = enlace_graph_item_get_id (item);

  _enlace_canvas_select (self, id, FALSE);
  if (ENLACE_IS_GRAPH_NODE (item))
    remove_node (self, g_hash_table_lookup (self->nodes, id));
  else if (ENLACE_IS_GRAPH_NOTE (item))
    remove_note (self, g_hash_table_lookup (self->notes, id));
  else if (ENLACE_IS_GRAPH_GROUP (item))
    remove_group (self, g_hash_table_lookup (self->groups, id));
  else
    remove_edge (self, g_hash_table_lookup (self->edges, id));
}

void
_enlace_canvas_item_changed (EnlaceCanvas      *self,
                             EnlaceGraphItem   *item,
                             EnlaceGraphChange  change)
{
  if (change != ENLACE_GRAPH_STATE)
    {
      _enlace_canvas_glide_end (self);
      _enlace_canvas_bodies_invalidate (self);
    }
  switch (change)
    {
    case ENLACE_GRAPH_ADDED:
      add_item (self, item);
      break;
    case ENLACE_GRAPH_REMOVED:
      remove_item (self, item);
      break;
    case ENLACE_GRAPH_CHANGED:
    case ENLACE_GRAPH_STATE:
      change_item (self, item, change);
      break;
    default:
      g_assert_not_reached ();
    }

  _enlace_canvas_queue_view (self);
}

static void
extend (EnlaceCanvas          *self,
        const graphene_rect_t *bounds)
{
  if (self->extents_valid)
    graphene_rect_union (&self->extents, bounds, &self->extents);
  else
    self->extents = *bounds;
  self->extents_valid = TRUE;
}

gboolean
_enlace_canvas_get_extents (EnlaceCanvas    *self,
                            graphene_rect_t *extents)
{
  if (!self->extents_valid)
    {
      GHashTableIter iter;
      gpointer value;

      g_hash_table_iter_init (&iter, self->nodes);
      while (g_hash_table_iter_next (&iter, NULL, &value))
        {
          graphene_rect_t bounds = canvas_node_bounds (self, value);

          extend (self, &bounds);
        }
      g_hash_table_iter_init (&iter, self->notes);
      while (g_hash_table_iter_next (&iter, NULL, &value))
        extend (self, &((CanvasNote *) value)->bounds);
      g_hash_table_iter_init (&iter, self->groups);
      while (g_hash_table_iter_next (&iter, NULL, &value))
        extend (self, &((CanvasGroup *) value)->bounds);
    }

  *extents = self->extents;

  return self->extents_valid;
}
