/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include <glib/gi18n.h>

#include "src/builder/canvas-private.h"

#define CORNER_REACH 14.0         /* screen pixels */
#define BORDER_REACH 6.0

static void
edited_cb (EnlaceGroupCard *card,
           const char      *title,
           EnlaceCanvas    *self)
{
  EnlaceGraphItem *item = ENLACE_GRAPH_ITEM (enlace_group_card_get_group (card));

  enlace_graph_set_group_title (self->graph, enlace_graph_item_get_id (item), title);
}

static void
place (EnlaceCanvas *self,
       CanvasGroup  *group)
{
  EnlaceGraphGroup *item = group->group;

  _enlace_canvas_place_group (self, group, enlace_graph_group_get_x (item), enlace_graph_group_get_y (item),
                              enlace_graph_group_get_width (item), enlace_graph_group_get_height (item));
}

static guint
count_content (EnlaceCanvas *self,
               CanvasGroup  *group)
{
  const char *ids[] = { enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (group->group)), NULL };
  g_auto(GStrv) all = enlace_graph_expand_groups (self->graph, ids);

  return g_strv_length (all) - 1;
}

void
_enlace_canvas_add_group (EnlaceCanvas     *self,
                          EnlaceGraphGroup *item)
{
  CanvasGroup *group = g_new0 (CanvasGroup, 1);

  group->group = g_object_ref (item);
  group->widget = enlace_group_card_new (item);
  g_signal_connect_object (group->widget, "edited", G_CALLBACK (edited_cb), self, 0);
  gtk_widget_set_parent (group->widget, GTK_WIDGET (self));
  g_hash_table_insert (self->groups, (char *) enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (item)), group);
  place (self, group);
}

void
_enlace_canvas_change_group (EnlaceCanvas *self,
                             CanvasGroup  *group)
{
  if (!group->lifted)
    place (self, group);
  enlace_group_card_update (ENLACE_GROUP_CARD (group->widget), count_content (self, group));
}

void
_enlace_canvas_group_free (gpointer data)
{
  CanvasGroup *group = data;

  g_clear_pointer (&group->widget, gtk_widget_unparent);
  g_object_unref (group->group);
  g_free (group);
}

void
_enlace_canvas_place_group (EnlaceCanvas *self,
                            CanvasGroup  *group,
                            double        x,
                            double        y,
                            double        width,
                            double        height)
{
  self->extents_valid = FALSE;
  group->bounds = GRAPHENE_RECT_INIT ((float) x, (float) y, (float) width, (float) height);
}

/* Of several that lie on each other the smallest. Inside of the frame one is on the canvas. */
gboolean
_enlace_canvas_pick_group (EnlaceCanvas *self,
                           double        x,
                           double        y,
                           Hit          *hit)
{
  GHashTableIter iter;
  gpointer value;
  float best = G_MAXFLOAT;

  g_hash_table_iter_init (&iter, self->groups);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      CanvasGroup *group = value;
      graphene_rect_t inside = group->bounds;
      double corner = CORNER_REACH / self->zoom;
      float border = (float) (BORDER_REACH / self->zoom);
      float area = group->bounds.size.width * group->bounds.size.height;
      double right = group->bounds.origin.x + group->bounds.size.width;
      double bottom = group->bounds.origin.y + group->bounds.size.height;
      graphene_point_t point = GRAPHENE_POINT_INIT ((float) x, (float) y);

      inside.origin.y += ENLACE_GROUP_TITLE;
      inside.size.height -= ENLACE_GROUP_TITLE;
      graphene_rect_inset (&inside, border, border);
      if (area >= best || !graphene_rect_contains_point (&group->bounds, &point))
        continue;
      if (self->editable && right - x < corner && bottom - y < corner)
        *hit = (Hit) { .kind = HIT_GROUP_CORNER, .group = group };
      else if (!graphene_rect_contains_point (&inside, &point))
        *hit = (Hit) { .kind = HIT_GROUP, .group = group };
      else
        continue;
      best = area;
    }

  return best < G_MAXFLOAT;
}

/* The wider ones first, so that what stands in another is seen. */
static int
compare_sizes (gconstpointer a,
               gconstpointer b)
{
  const CanvasGroup *first = *(CanvasGroup *const *) a;
  const CanvasGroup *second = *(CanvasGroup *const *) b;
  float first_size = first->bounds.size.width * first->bounds.size.height;
  float second_size = second->bounds.size.width * second->bounds.size.height;

  return first_size > second_size ? -1 : first_size < second_size;
}

void
_enlace_canvas_draw_groups (EnlaceCanvas *self,
                            GtkSnapshot  *snapshot)
{
  g_autoptr(GPtrArray) groups = g_hash_table_get_values_as_ptr_array (self->groups);

  g_ptr_array_sort (groups, compare_sizes);
  for (guint i = 0; i < groups->len; i++)
    gtk_widget_snapshot_child (GTK_WIDGET (self), ((CanvasGroup *) g_ptr_array_index (groups, i))->widget, snapshot);
}

/* The selected group, where it is the only thing that is selected; NULL else. */
CanvasGroup *
_enlace_canvas_get_selected_group (EnlaceCanvas *self)
{
  g_auto(GStrv) ids = _enlace_canvas_list_selected (self, TRUE);

  return g_strv_length (ids) == 1 ? g_hash_table_lookup (self->groups, ids[0]) : NULL;
}

void
_enlace_canvas_group_action (GtkWidget  *widget,
                             const char *name,
                             GVariant   *parameter)
{
  EnlaceCanvas *self = ENLACE_CANVAS (widget);
  g_auto(GStrv) ids = _enlace_canvas_list_selected (self, FALSE);
  EnlaceGraphGroup *item = enlace_graph_add_group (self->graph, (const char *const *) ids, _("Group"));
  CanvasGroup *group;

  if (item == NULL)
    return;

  group = g_hash_table_lookup (self->groups, enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (item)));
  _enlace_canvas_change_group (self, group);
  _enlace_canvas_select_only (self, enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (item)));
  _enlace_canvas_announce (self, _("Grouped"));
  enlace_group_card_begin_edit (ENLACE_GROUP_CARD (group->widget));
}

void
_enlace_canvas_rename_group_action (GtkWidget  *widget,
                                    const char *name,
                                    GVariant   *parameter)
{
  CanvasGroup *group = _enlace_canvas_get_selected_group (ENLACE_CANVAS (widget));

  if (group != NULL)
    enlace_group_card_begin_edit (ENLACE_GROUP_CARD (group->widget));
}

void
_enlace_canvas_color_group_action (GtkWidget  *widget,
                                   const char *name,
                                   GVariant   *parameter)
{
  EnlaceCanvas *self = ENLACE_CANVAS (widget);
  CanvasGroup *group = _enlace_canvas_get_selected_group (self);

  if (group != NULL && self->editable)
    enlace_graph_set_group_color (self->graph, enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (group->group)),
                                  g_variant_get_string (parameter, NULL));
}
