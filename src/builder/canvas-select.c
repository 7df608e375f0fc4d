/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include <math.h>

#include "src/builder/canvas-private.h"

#define EDGE_REACH   7.0          /* screen pixels */
#define CORNER_REACH 14.0
#define PLUS_REACH   12.0
#define MIN_PORT_ZOOM 0.3         /* farther out ports are too close to each other to be told apart */

static double
distance_to (const graphene_point_t *point,
             double                  x,
             double                  y)
{
  return hypot (point->x - x, point->y - y);
}

static gboolean
pick_port (EnlaceCanvas *self,
           CanvasNode   *node,
           double        x,
           double        y,
           double       *best,
           Hit          *hit)
{
  const char *const *ports = enlace_graph_node_get_ports (node->node);
  graphene_point_t point;
  gboolean found = FALSE;

  for (guint i = 0; ports[i] != NULL; i++)
    {
      double distance;

      _enlace_canvas_output_point (self, node, i, &point);
      distance = distance_to (&point, x, y);
      if (distance <= *best)
        {
          *hit = (Hit) { .kind = HIT_OUTPUT, .node = node, .port = i };
          *best = distance;
          found = TRUE;
        }
    }
  if (enlace_graph_node_has_input (node->node))
    {
      double distance;

      _enlace_canvas_input_point (self, node, &point);
      distance = distance_to (&point, x, y);
      if (distance <= *best)
        {
          *hit = (Hit) { .kind = HIT_INPUT, .node = node };
          *best = distance;
          found = TRUE;
        }
    }

  return found;
}

static gboolean
pick_node (EnlaceCanvas *self,
           double        x,
           double        y,
           Hit          *hit)
{
  g_autoptr(GPtrArray) found = g_ptr_array_new ();
  double reach = CANVAS_PORT_REACH / self->zoom;
  graphene_rect_t area = GRAPHENE_RECT_INIT ((float) (x - reach), (float) (y - reach), (float) (2 * reach), (float) (2 * reach));
  graphene_point_t point = GRAPHENE_POINT_INIT ((float) x, (float) y);

  enlace_spatial_index_query (self->node_index, &area, found);
  if (self->editable && self->zoom >= MIN_PORT_ZOOM)
    {
      gboolean on_port = FALSE;

      for (guint i = 0; i < found->len; i++)
        on_port |= pick_port (self, g_ptr_array_index (found, i), x, y, &reach, hit);
      if (on_port)
        return TRUE;
    }
  for (guint i = found->len; i > 0; i--)
    {
      CanvasNode *node = g_ptr_array_index (found, i - 1);
      graphene_rect_t bounds = canvas_node_bounds (self, node);

      if (graphene_rect_contains_point (&bounds, &point))
        {
          *hit = (Hit) { .kind = HIT_NODE, .node = node };
          return TRUE;
        }
    }

  return FALSE;
}

static gboolean
pick_note (EnlaceCanvas *self,
           double        x,
           double        y,
           Hit          *hit)
{
  graphene_point_t point = GRAPHENE_POINT_INIT ((float) x, (float) y);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->notes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      CanvasNote *note = value;
      double reach = CORNER_REACH / self->zoom;
      double right = note->bounds.origin.x + note->bounds.size.width;
      double bottom = note->bounds.origin.y + note->bounds.size.height;

      if (!graphene_rect_contains_point (&note->bounds, &point))
        continue;
      *hit = (Hit) { .kind = HIT_NOTE, .note = note };
      if (self->editable && right - x < reach && bottom - y < reach)
        hit->kind = HIT_NOTE_CORNER;
      return TRUE;
    }

  return FALSE;
}

Hit
_enlace_canvas_pick (EnlaceCanvas *self,
                     double        widget_x,
                     double        widget_y)
{
  Hit hit = { HIT_NOTHING };
  double x;
  double y;

  enlace_canvas_widget_to_canvas (self, widget_x, widget_y, &x, &y);
  if (pick_node (self, x, y, &hit))
    return hit;

  hit.edge = _enlace_canvas_pick_edge (self, x, y, PLUS_REACH / self->zoom);
  if (hit.edge != NULL && _enlace_canvas_shows_plus (self, hit.edge) && distance_to (&hit.edge->middle, x, y) < PLUS_REACH / self->zoom)
    {
      hit.kind = HIT_EDGE_PLUS;
      return hit;
    }
  hit.edge = _enlace_canvas_pick_edge (self, x, y, EDGE_REACH / self->zoom);
  if (hit.edge != NULL)
    hit.kind = HIT_EDGE;
  else if (!pick_note (self, x, y, &hit))
    _enlace_canvas_pick_group (self, x, y, &hit);

  return hit;
}

gboolean
_enlace_canvas_is_selected (EnlaceCanvas *self,
                            const char   *id)
{
  return id != NULL && g_hash_table_contains (self->selection, id);
}

static void
show_selected (EnlaceCanvas *self,
               const char   *id,
               gboolean      selected)
{
  CanvasNode *node = g_hash_table_lookup (self->nodes, id);
  CanvasNote *note = g_hash_table_lookup (self->notes, id);
  CanvasEdge *edge = g_hash_table_lookup (self->edges, id);
  CanvasGroup *group = g_hash_table_lookup (self->groups, id);

  if (node != NULL)
    {
      node->selected = selected;
      g_clear_pointer (&node->picture, enlace_picture_free);
      if (node->card != NULL)
        enlace_card_set_selected (ENLACE_CARD (node->card), selected);
    }
  else if (note != NULL)
    {
      note->selected = selected;
      enlace_note_card_set_selected (ENLACE_NOTE_CARD (note->widget), selected);
    }
  else if (group != NULL)
    {
      group->selected = selected;
      enlace_group_card_set_selected (ENLACE_GROUP_CARD (group->widget), selected);
    }
  else if (edge != NULL)
    {
      edge->selected = selected;
      /* A tile holds it in its resting colour or in none. */
      if (self->tiles != NULL)
        _enlace_canvas_tiles_damage (self->tiles, &edge->spatial.bounds);
    }
}

void
_enlace_canvas_select (EnlaceCanvas *self,
                       const char   *id,
                       gboolean      selected)
{
  gboolean known = g_hash_table_contains (self->nodes, id) || g_hash_table_contains (self->notes, id) ||
                   g_hash_table_contains (self->edges, id) || g_hash_table_contains (self->groups, id);
  gboolean changed;

  if (selected && !known)
    return;

  changed = selected ? g_hash_table_add (self->selection, g_strdup (id)) : g_hash_table_remove (self->selection, id);
  if (!changed)
    return;

  show_selected (self, id, selected);
  _enlace_canvas_selection_changed (self);
}

void
_enlace_canvas_select_only (EnlaceCanvas *self,
                            const char   *id)
{
  GHashTableIter iter;
  gpointer key;

  if (id != NULL && g_hash_table_size (self->selection) == 1 && g_hash_table_contains (self->selection, id))
    return;

  _enlace_canvas_selection_freeze (self);
  g_hash_table_iter_init (&iter, self->selection);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      show_selected (self, key, FALSE);
      g_hash_table_iter_remove (&iter);
      _enlace_canvas_selection_changed (self);
    }
  if (id != NULL)
    _enlace_canvas_select (self, id, TRUE);
  _enlace_canvas_selection_thaw (self);
}

static void
select_table (EnlaceCanvas *self,
              GHashTable   *table)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, table);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (g_hash_table_add (self->selection, g_strdup (key)))
      show_selected (self, key, TRUE);
}

void
_enlace_canvas_select_all (EnlaceCanvas *self)
{
  select_table (self, self->nodes);
  select_table (self, self->notes);
  select_table (self, self->groups);
  _enlace_canvas_selection_changed (self);
}

GStrv
_enlace_canvas_list_selected (EnlaceCanvas *self,
                              gboolean      with_edges)
{
  g_autoptr(GPtrArray) ids = g_ptr_array_new_null_terminated (8, g_free, TRUE);
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->selection);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (with_edges || !g_hash_table_contains (self->edges, key))
      g_ptr_array_add (ids, g_strdup (key));

  return (GStrv) g_ptr_array_steal (ids, NULL);
}

void
_enlace_canvas_select_in (EnlaceCanvas          *self,
                          const graphene_rect_t *area)
{
  g_autoptr(GHashTable) wanted = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr(GPtrArray) found = g_ptr_array_new ();
  g_auto(GStrv) selected = _enlace_canvas_list_selected (self, TRUE);
  GHashTableIter iter;
  gpointer key;
  gpointer value;

  enlace_spatial_index_query (self->node_index, area, found);
  for (guint i = 0; i < found->len; i++)
    {
      graphene_rect_t bounds = canvas_node_bounds (self, g_ptr_array_index (found, i));

      if (graphene_rect_intersection (&bounds, area, NULL))
        g_hash_table_add (wanted, (char *) canvas_node_id (g_ptr_array_index (found, i)));
    }
  g_hash_table_iter_init (&iter, self->notes);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (graphene_rect_contains_rect (area, &((CanvasNote *) value)->bounds))
      g_hash_table_add (wanted, key);
  g_hash_table_iter_init (&iter, self->groups);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (graphene_rect_contains_rect (area, &((CanvasGroup *) value)->bounds))
      g_hash_table_add (wanted, key);
  if (self->rubber_kept != NULL)
    {
      g_hash_table_iter_init (&iter, self->rubber_kept);
      while (g_hash_table_iter_next (&iter, &key, NULL))
        g_hash_table_add (wanted, key);
    }

  _enlace_canvas_selection_freeze (self);
  for (guint i = 0; selected[i] != NULL; i++)
    if (!g_hash_table_contains (wanted, selected[i]))
      _enlace_canvas_select (self, selected[i], FALSE);
  g_hash_table_iter_init (&iter, wanted);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    _enlace_canvas_select (self, key, TRUE);
  _enlace_canvas_selection_thaw (self);
}

void
enlace_canvas_set_marks (EnlaceCanvas      *self,
                         const char *const *ids)
{
  g_autoptr(GHashTable) wanted = NULL;
  GHashTableIter iter;
  gpointer key;
  gpointer value;

  g_return_if_fail (ENLACE_IS_CANVAS (self));

  wanted = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; ids != NULL && ids[i] != NULL; i++)
    g_hash_table_add (wanted, (char *) ids[i]);
  g_hash_table_iter_init (&iter, self->nodes);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      CanvasNode *node = value;

      node->marked = g_hash_table_contains (wanted, key);
      g_clear_pointer (&node->picture, enlace_picture_free);
      if (node->card != NULL)
        enlace_card_set_marked (ENLACE_CARD (node->card), node->marked);
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
