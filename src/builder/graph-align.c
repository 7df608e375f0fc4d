/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include <glib/gi18n.h>

#include "src/builder/graph-private.h"

#define PORT_PITCH 24

typedef struct {
  char   *id;
  double  x;
  double  y;
  double  width;
  double  height;
} Box;

void
enlace_graph_set_card_size (EnlaceGraph *self,
                            double       width,
                            double       height)
{
  g_return_if_fail (ENLACE_IS_GRAPH (self));
  g_return_if_fail (width > 0 && height > 0);

  self->card_width = width;
  self->card_height = height;
}

double
enlace_graph_get_node_height (EnlaceGraph     *self,
                              EnlaceGraphNode *node)
{
  guint n_ports;

  g_return_val_if_fail (ENLACE_IS_GRAPH (self), 0);
  g_return_val_if_fail (ENLACE_IS_GRAPH_NODE (node), 0);

  n_ports = g_strv_length ((char **) enlace_graph_node_get_ports (node));

  return MAX (self->card_height, PORT_PITCH * n_ports);
}

gboolean
enlace_graph_get_bounds (EnlaceGraph *self,
                         const char  *id,
                         double      *x,
                         double      *y,
                         double      *width,
                         double      *height)
{
  EnlaceGraphNode *node;
  EnlaceGraphNote *note;
  EnlaceGraphGroup *group;

  g_return_val_if_fail (ENLACE_IS_GRAPH (self), FALSE);

  node = enlace_graph_find_node (self, id);
  note = node == NULL ? enlace_graph_find_note (self, id) : NULL;
  group = node == NULL && note == NULL ? enlace_graph_find_group (self, id) : NULL;
  if (node != NULL)
    {
      *x = enlace_graph_node_get_x (node);
      *y = enlace_graph_node_get_y (node);
      *width = self->card_width;
      *height = enlace_graph_get_node_height (self, node);
    }
  else if (note != NULL)
    {
      *x = enlace_graph_note_get_x (note);
      *y = enlace_graph_note_get_y (note);
      *width = enlace_graph_note_get_width (note);
      *height = enlace_graph_note_get_height (note);
    }

  else if (group != NULL)
    {
      *x = enlace_graph_group_get_x (group);
      *y = enlace_graph_group_get_y (group);
      *width = enlace_graph_group_get_width (group);
      *height = enlace_graph_group_get_height (group);
    }

  return node != NULL || note != NULL || group != NULL;
}

static void
box_clear (gpointer data)
{
  g_free (((Box *) data)->id);
}

static GArray *
list_boxes (EnlaceGraph       *self,
            const char *const *ids)
{
  GArray *boxes = g_array_new (FALSE, FALSE, sizeof (Box));

  g_array_set_clear_func (boxes, box_clear);
  for (guint i = 0; ids[i] != NULL; i++)
    {
      Box box;

      if (!enlace_graph_get_bounds (self, ids[i], &box.x, &box.y, &box.width, &box.height))
        continue;
      box.id = g_strdup (ids[i]);
      g_array_append_val (boxes, box);
    }

  return boxes;
}

static void
move_box (EnlaceGraph *self,
          const Box   *box,
          double       x,
          double       y)
{
  const char *ids[] = { box->id, NULL };

  enlace_graph_move (self, ids, x - box->x, y - box->y);
}

void
enlace_graph_align (EnlaceGraph       *self,
                    const char *const *ids,
                    EnlaceAlign        align)
{
  g_autoptr(GArray) boxes = NULL;
  double left = G_MAXDOUBLE;
  double top = G_MAXDOUBLE;
  double right = -G_MAXDOUBLE;
  double bottom = -G_MAXDOUBLE;

  g_return_if_fail (ENLACE_IS_GRAPH (self));
  g_return_if_fail (ids != NULL);

  boxes = list_boxes (self, ids);
  for (guint i = 0; i < boxes->len; i++)
    {
      const Box *box = &g_array_index (boxes, Box, i);

      left = MIN (left, box->x);
      top = MIN (top, box->y);
      right = MAX (right, box->x + box->width);
      bottom = MAX (bottom, box->y + box->height);
    }

  enlace_graph_begin (self, _("Align"));
  for (guint i = 0; i < boxes->len; i++)
    {
      const Box *box = &g_array_index (boxes, Box, i);
      const double targets[][2] = {
        [ENLACE_ALIGN_LEFT] = { left, box->y },
        [ENLACE_ALIGN_CENTER] = { (left + right - box->width) / 2, box->y },
        [ENLACE_ALIGN_RIGHT] = { right - box->width, box->y },
        [ENLACE_ALIGN_TOP] = { box->x, top },
        [ENLACE_ALIGN_MIDDLE] = { box->x, (top + bottom - box->height) / 2 },
        [ENLACE_ALIGN_BOTTOM] = { box->x, bottom - box->height },
      };

      move_box (self, box, targets[align][0], targets[align][1]);
    }
  enlace_graph_end (self);
}

static int
compare_x (gconstpointer a,
           gconstpointer b)
{
  double first = ((const Box *) a)->x + ((const Box *) a)->width / 2;
  double second = ((const Box *) b)->x + ((const Box *) b)->width / 2;

  return (first > second) - (first < second);
}

static int
compare_y (gconstpointer a,
           gconstpointer b)
{
  double first = ((const Box *) a)->y + ((const Box *) a)->height / 2;
  double second = ((const Box *) b)->y + ((const Box *) b)->height / 2;

  return (first > second) - (first < second);
}

void
enlace_graph_distribute (EnlaceGraph       *self,
                         const char *const *ids,
                         gboolean           vertically)
{
  g_autoptr(GArray) boxes = NULL;
  const Box *first;
  const Box *last;
  double sum = 0;
  double gap;
  double at;

  g_return_if_fail (ENLACE_IS_GRAPH (self));
  g_return_if_fail (ids != NULL);

  boxes = list_boxes (self, ids);
  if (boxes->len < 3)
    return;

  g_array_sort (boxes, vertically ? compare_y : compare_x);
  for (guint i = 0; i < boxes->len; i++)
    sum += vertically ? g_array_index (boxes, Box, i).height : g_array_index (boxes, Box, i).width;
  first = &g_array_index (boxes, Box, 0);
  last = &g_array_index (boxes, Box, boxes->len - 1);
  gap = vertically ? last->y + last->height - first->y - sum : last->x + last->width - first->x - sum;
  gap /= boxes->len - 1;

  at = vertically ? first->y : first->x;
  enlace_graph_begin (self, _("Distribute"));
  for (guint i = 0; i < boxes->len; i++)
    {
      const Box *box = &g_array_index (boxes, Box, i);

      move_box (self, box, vertically ? box->x : at, vertically ? at : box->y);
      at += gap + (vertically ? box->height : box->width);
    }
  enlace_graph_end (self);
}
