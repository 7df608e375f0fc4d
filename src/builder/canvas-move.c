/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include <math.h>

#include <glib/gi18n.h>

#include "src/builder/canvas-private.h"

#define SNAP_REACH 6.0            /* screen pixels */

static void
lift (EnlaceCanvas *self,
      gboolean      lifted)
{
  gboolean first = TRUE;

  for (guint i = 0; self->lifted[i] != NULL; i++)
    {
      CanvasNode *node = g_hash_table_lookup (self->nodes, self->lifted[i]);
      CanvasNote *note = g_hash_table_lookup (self->notes, self->lifted[i]);
      CanvasGroup *group = g_hash_table_lookup (self->groups, self->lifted[i]);
      graphene_rect_t bounds;

      if (node != NULL)
        {
          node->lifted = lifted;
          bounds = canvas_node_bounds (self, node);
        }
      else if (note != NULL)
        {
          note->lifted = lifted;
          bounds = note->bounds;
        }
      else if (group != NULL)
        {
          group->lifted = lifted;
          bounds = group->bounds;
        }
      else
        continue;

      if (first)
        self->drag_box = bounds;
      else
        graphene_rect_union (&self->drag_box, &bounds, &self->drag_box);
      first = FALSE;
    }
}

/* Puts what is lifted `drag_dx`, `drag_dy` away from where the document has it. */
static void
place_lifted (EnlaceCanvas *self)
{
  for (guint i = 0; self->lifted[i] != NULL; i++)
    {
      CanvasNode *node = g_hash_table_lookup (self->nodes, self->lifted[i]);
      CanvasNote *note = g_hash_table_lookup (self->notes, self->lifted[i]);
      CanvasGroup *group = g_hash_table_lookup (self->groups, self->lifted[i]);

      if (node != NULL)
        _enlace_canvas_place_node (self, node, enlace_graph_node_get_x (node->node) + self->drag_dx,
                                   enlace_graph_node_get_y (node->node) + self->drag_dy);
      else if (note != NULL)
        _enlace_canvas_place_note (self, note, enlace_graph_note_get_x (note->note) + self->drag_dx,
                                   enlace_graph_note_get_y (note->note) + self->drag_dy,
                                   note->bounds.size.width, note->bounds.size.height);
      else if (group != NULL)
        _enlace_canvas_place_group (self, group, enlace_graph_group_get_x (group->group) + self->drag_dx,
                                    enlace_graph_group_get_y (group->group) + self->drag_dy,
                                    group->bounds.size.width, group->bounds.size.height);
    }
  _enlace_canvas_queue_view (self);
}

void
_enlace_canvas_move_begin (EnlaceCanvas *self)
{
  g_auto(GStrv) ids = _enlace_canvas_list_selected (self, FALSE);

  _enlace_canvas_glide_end (self);
  g_strfreev (self->lifted);
  self->lifted = enlace_graph_expand_groups (self->graph, (const char *const *) ids);
  self->drag = DRAG_MOVE;
  self->drag_dx = self->drag_dy = 0;
  self->guide_x = self->guide_y = NAN;
  lift (self, TRUE);
  /* Painted without them from now on. */
  place_lifted (self);
}

/* Of the three lines of one box and the three of another, the pair that lies nearest, when it is nearer than `best`. */
static void
try_lines (double  moving,
           double  moving_size,
           double  fixed,
           double  fixed_size,
           double *best,
           double *shift,
           float  *guide)
{
  for (guint i = 0; i < 3; i++)
    for (guint j = 0; j < 3; j++)
      {
        double line = fixed + fixed_size * j / 2;
        double distance = line - (moving + moving_size * i / 2);

        if (fabs (distance) < fabs (*best))
          {
            *best = distance;
            *shift = distance;
            *guide = (float) line;
          }
      }
}

static void
snap_to_others (EnlaceCanvas *self,
                double       *dx,
                double       *dy)
{
  double best_x = SNAP_REACH / self->zoom;
  double best_y = best_x;
  double shift_x = 0;
  double shift_y = 0;
  double x = self->drag_box.origin.x + *dx;
  double y = self->drag_box.origin.y + *dy;

  for (guint i = 0; i < self->visible_nodes->len; i++)
    {
      CanvasNode *node = g_ptr_array_index (self->visible_nodes, i);

      if (node->lifted)
        continue;
      try_lines (x, self->drag_box.size.width, node->x, CANVAS_CARD_WIDTH, &best_x, &shift_x, &self->guide_x);
      try_lines (y, self->drag_box.size.height, node->y, node->height, &best_y, &shift_y, &self->guide_y);
    }

  *dx += shift_x;
  *dy += shift_y;
}

static double
to_grid (double value)
{
  return round (value / CANVAS_GRID) * CANVAS_GRID;
}

void
_enlace_canvas_move_update (EnlaceCanvas *self,
                            double        dx,
                            double        dy,
                            gboolean      snap)
{
  self->guide_x = self->guide_y = NAN;
  if (snap)
    snap_to_others (self, &dx, &dy);
  if (snap && isnan (self->guide_x))
    dx = to_grid (self->drag_box.origin.x + dx) - self->drag_box.origin.x;
  if (snap && isnan (self->guide_y))
    dy = to_grid (self->drag_box.origin.y + dy) - self->drag_box.origin.y;

  self->drag_dx = round (dx);
  self->drag_dy = round (dy);
  place_lifted (self);
  _enlace_canvas_aim_lifted (self);
}

void
_enlace_canvas_move_end (EnlaceCanvas *self,
                         gboolean      keep)
{
  double dx = self->drag_dx;
  double dy = self->drag_dy;

  self->drag = DRAG_NONE;
  self->drag_dx = self->drag_dy = 0;
  place_lifted (self);
  lift (self, FALSE);
  /* Once more, now that they rest: painted with all others again. */
  place_lifted (self);
  if (keep)
    {
      gboolean inserts = self->ghost_edge != NULL;

      if (inserts)
        enlace_graph_begin (self->graph, _("Insert Step"));
      enlace_graph_move (self->graph, (const char *const *) self->lifted, dx, dy);
      if (inserts)
        {
          _enlace_canvas_insert_lifted (self);
          enlace_graph_end (self->graph);
        }
    }
  self->ghost_edge = NULL;
  g_clear_pointer (&self->lifted, g_strfreev);
}
