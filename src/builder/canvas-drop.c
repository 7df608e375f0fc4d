/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include <math.h>
#include <string.h>

#include <glib/gi18n.h>

#include "common/value/json.h"
#include "src/builder/canvas-private.h"

#define EDGE_REACH 28.0           /* screen pixels: a card that is let go near an edge goes into it */

static gboolean
parse_step (const char   *text,
            char        **type,
            EnlaceValue **members)
{
  const char *space;

  if (text == NULL || !g_str_has_prefix (text, ENLACE_STEP_DRAG_PREFIX))
    return FALSE;

  text += strlen (ENLACE_STEP_DRAG_PREFIX);
  space = strchr (text, ' ');
  *type = space != NULL ? g_strndup (text, (gsize) (space - text)) : g_strdup (text);
  *members = space != NULL ? enlace_json_parse (space + 1, -1, NULL) : NULL;
  if (*members != NULL && enlace_value_get_kind (*members) != ENLACE_KIND_MAP)
    g_clear_pointer (members, enlace_value_unref);

  return **type != '\0';
}

static double
to_grid (double value)
{
  return round (value / CANVAS_GRID) * CANVAS_GRID;
}

static void
hold_ghost (EnlaceCanvas *self,
            double        x,
            double        y)
{
  double canvas_x;
  double canvas_y;

  enlace_canvas_widget_to_canvas (self, x, y, &canvas_x, &canvas_y);
  self->ghost_x = to_grid (canvas_x - CANVAS_CARD_WIDTH / 2.0);
  self->ghost_y = to_grid (canvas_y - self->card_height / 2);
  self->ghost_edge = _enlace_canvas_pick_edge (self, canvas_x, canvas_y, EDGE_REACH / self->zoom);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
let_go_of_ghost (EnlaceCanvas *self)
{
  g_clear_pointer (&self->ghost_type, g_free);
  self->ghost_edge = NULL;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* What is dragged may say what it is before it is let go (inside one program it does). */
static gboolean
learn_type (EnlaceCanvas  *self,
            GtkDropTarget *target)
{
  const GValue *value = gtk_drop_target_get_value (target);
  g_autoptr(EnlaceValue) members = NULL;

  if (self->ghost_type != NULL)
    return TRUE;
  if (value == NULL)
    return FALSE;

  return parse_step (g_value_get_string (value), &self->ghost_type, &members);
}

static GdkDragAction
drop_motion_cb (GtkDropTarget *target,
                double         x,
                double         y,
                EnlaceCanvas  *self)
{
  if (!self->editable)
    return 0;

  self->pointer_x = x;
  self->pointer_y = y;
  if (learn_type (self, target))
    hold_ghost (self, x, y);

  return GDK_ACTION_COPY;
}

static void
drop_leave_cb (GtkDropTarget *target,
               EnlaceCanvas  *self)
{
  let_go_of_ghost (self);
}

static gboolean
drop_cb (GtkDropTarget *target,
         const GValue  *value,
         double         x,
         double         y,
         EnlaceCanvas  *self)
{
  g_autofree char *type = NULL;
  g_autoptr(EnlaceValue) members = NULL;
  EnlaceGraphEdge *edge;

  if (!self->editable || !parse_step (g_value_get_string (value), &type, &members))
    {
      let_go_of_ghost (self);
      return FALSE;
    }

  hold_ghost (self, x, y);
  edge = self->ghost_edge != NULL ? self->ghost_edge->edge : NULL;
  let_go_of_ghost (self);

  return enlace_canvas_add_step_at (self, type, members, self->ghost_x, self->ghost_y, NULL, NULL, edge) != NULL;
}

void
_enlace_canvas_drop_init (EnlaceCanvas *self)
{
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_STRING, GDK_ACTION_COPY);

  gtk_drop_target_set_preload (target, TRUE);
  g_signal_connect_object (target, "enter", G_CALLBACK (drop_motion_cb), self, 0);
  g_signal_connect_object (target, "motion", G_CALLBACK (drop_motion_cb), self, 0);
  g_signal_connect_object (target, "leave", G_CALLBACK (drop_leave_cb), self, 0);
  g_signal_connect_object (target, "drop", G_CALLBACK (drop_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

void
_enlace_canvas_draw_ghost (EnlaceCanvas *self,
                           GtkSnapshot  *snapshot)
{
  const EnlaceStepInfo *info;
  g_autoptr(GskRenderNode) text = NULL;
  graphene_rect_t bounds;
  GskRoundedRect outline;
  const GdkRGBA *accent = &self->colors[SWATCH_ACCENT];

  if (self->ghost_type == NULL)
    return;

  info = enlace_step_info_find (self->ghost_type);
  bounds = GRAPHENE_RECT_INIT ((float) self->ghost_x, (float) self->ghost_y, CANVAS_CARD_WIDTH, (float) self->card_height);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) self->pan_x, (float) self->pan_y));
  gtk_snapshot_scale (snapshot, (float) self->zoom, (float) self->zoom);
  gsk_rounded_rect_init_from_rect (&outline, &bounds, 12);
  gtk_snapshot_push_opacity (snapshot, 0.75);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_color (snapshot, &self->colors[SWATCH_CARD], &bounds);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_append_border (snapshot, &outline, (float[4]) { 2, 2, 2, 2 }, (GdkRGBA[4]) { *accent, *accent, *accent, *accent });
  text = _enlace_canvas_text_node (self, info != NULL ? _(info->title) : self->ghost_type, 11, CANVAS_CARD_WIDTH - 24, 1,
                                   SWATCH_CARD_TEXT);
  if (text != NULL)
    {
      graphene_rect_t size;

      gsk_render_node_get_bounds (text, &size);
      gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (bounds.origin.x + 16, bounds.origin.y - size.origin.y +
                                                              (bounds.size.height - size.size.height) / 2));
      gtk_snapshot_append_node (snapshot, text);
    }
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_restore (snapshot);
}
