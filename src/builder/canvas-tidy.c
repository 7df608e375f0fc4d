/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include <glib/gi18n.h>

#include "src/builder/canvas-private.h"
#include "src/builder/tidy.h"

#define GLIDE_MS  350
#define MAX_GLIDE 800             /* more steps than this jump to their places */

/* Where the steps were, while they glide to where the document has them: id (owned) → Place. */
typedef struct {
  float x;
  float y;
} Place;

static void
glide_cb (double        value,
          EnlaceCanvas *self)
{
  GHashTableIter iter;
  gpointer key;
  gpointer from;

  if (self->glide_from == NULL)
    return;

  g_hash_table_iter_init (&iter, self->glide_from);
  while (g_hash_table_iter_next (&iter, &key, &from))
    {
      CanvasNode *node = g_hash_table_lookup (self->nodes, key);
      const Place *place = from;
      double x;
      double y;

      if (node == NULL || node->lifted)
        continue;
      x = enlace_graph_node_get_x (node->node);
      y = enlace_graph_node_get_y (node->node);
      _enlace_canvas_place_node (self, node, place->x + (x - place->x) * value, place->y + (y - place->y) * value);
    }
  _enlace_canvas_queue_view (self);
}

static void
done_cb (EnlaceCanvas *self)
{
  g_clear_pointer (&self->glide_from, g_hash_table_unref);
  _enlace_minimap_invalidate (self->minimap);
}

static GHashTable *
keep_places (EnlaceCanvas *self)
{
  GHashTable *places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->nodes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      CanvasNode *node = value;
      Place place = { node->x, node->y };

      g_hash_table_insert (places, g_strdup (canvas_node_id (node)), g_memdup2 (&place, sizeof place));
    }

  return places;
}

/* Ends a glide at once: all is where the document says. */
void
_enlace_canvas_glide_end (EnlaceCanvas *self)
{
  if (self->glide_from != NULL)
    adw_animation_skip (self->glide);
}

static void
glide (EnlaceCanvas *self,
       GHashTable   *from)
{
  self->glide_from = from;
  /* It follows the desktop's wish for no animations by itself. */
  adw_animation_reset (self->glide);
  adw_animation_play (self->glide);
}

void
_enlace_canvas_tidy_init (EnlaceCanvas *self)
{
  AdwAnimationTarget *target = adw_callback_animation_target_new ((AdwAnimationTargetFunc) glide_cb, self, NULL);

  self->glide = adw_timed_animation_new (GTK_WIDGET (self), 0, 1, GLIDE_MS, target);
  g_signal_connect_object (self->glide, "done", G_CALLBACK (done_cb), self, G_CONNECT_SWAPPED);
}

void
_enlace_canvas_tidy_action (GtkWidget  *widget,
                            const char *name,
                            GVariant   *parameter)
{
  EnlaceCanvas *self = ENLACE_CANVAS (widget);
  g_auto(GStrv) ids = _enlace_canvas_list_selected (self, FALSE);
  g_autoptr(GHashTable) places = NULL;
  gboolean all = ids[0] == NULL;

  _enlace_canvas_glide_end (self);
  if (g_hash_table_size (self->nodes) <= MAX_GLIDE)
    places = keep_places (self);
  if (!enlace_graph_tidy (self->graph, (const char *const *) ids))
    {
      _enlace_canvas_announce (self, _("It is tidy already"));
      return;
    }

  _enlace_canvas_announce (self, _("Tidied up"));
  if (places != NULL && gtk_widget_get_mapped (widget))
    glide (self, g_steal_pointer (&places));
  if (all)
    enlace_canvas_zoom_to_fit (self);
}
