/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include <math.h>
#include <string.h>

#include "src/builder/canvas-private.h"

#define SCROLL_STEP    72.0       /* pixels of one notch of a wheel */
#define ZOOM_PER_NOTCH 1.12
#define FIT_MARGIN     48.0
#define SHOW_MARGIN    40.0
#define KEPT_IN_VIEW   64.0       /* so much of the drawing cannot be scrolled away */
#define ANIMATION_MS   220

static double
clamp_zoom (double zoom)
{
  return CLAMP (zoom, ENLACE_CANVAS_MIN_ZOOM, ENLACE_CANVAS_MAX_ZOOM);
}

static void
apply_view (EnlaceCanvas *self,
            double        zoom,
            double        pan_x,
            double        pan_y)
{
  gboolean zoomed = zoom != self->zoom;
  graphene_rect_t extents;

  if (_enlace_canvas_get_extents (self, &extents))
    {
      double width = gtk_widget_get_width (GTK_WIDGET (self));
      double height = gtk_widget_get_height (GTK_WIDGET (self));
      double right = (extents.origin.x + extents.size.width) * zoom;
      double bottom = (extents.origin.y + extents.size.height) * zoom;

      if (width > 0 && height > 0)
        {
          pan_x = CLAMP (pan_x, KEPT_IN_VIEW - right, MAX (KEPT_IN_VIEW - right, width - KEPT_IN_VIEW - extents.origin.x * zoom));
          pan_y = CLAMP (pan_y, KEPT_IN_VIEW - bottom,
                         MAX (KEPT_IN_VIEW - bottom, height - KEPT_IN_VIEW - extents.origin.y * zoom));
        }
    }

  self->zoom = zoom;
  self->pan_x = pan_x;
  self->pan_y = pan_y;
  _enlace_canvas_queue_view (self);
  if (zoomed || zoom < CANVAS_READABLE_ZOOM)
    _enlace_canvas_view_moved (self);
  if (zoomed)
    g_object_notify (G_OBJECT (self), "zoom");
}

static void
animate_cb (double        value,
            EnlaceCanvas *self)
{
  double at[3];

  /* All three in step keep the point that is zoomed at where it is. */
  for (guint i = 0; i < G_N_ELEMENTS (at); i++)
    at[i] = self->animate_from[i] + (self->animate_to[i] - self->animate_from[i]) * value;
  apply_view (self, at[0], at[1], at[2]);
}

void
_enlace_canvas_set_view (EnlaceCanvas *self,
                         double        zoom,
                         double        pan_x,
                         double        pan_y,
                         gboolean      animated)
{
  adw_animation_reset (self->animation);
  if (!animated || !gtk_widget_get_mapped (GTK_WIDGET (self)) || !adw_get_enable_animations (GTK_WIDGET (self)))
    {
      apply_view (self, zoom, pan_x, pan_y);
      return;
    }

  self->animate_to[0] = zoom;
  self->animate_to[1] = pan_x;
  self->animate_to[2] = pan_y;
  adw_animation_play (self->animation);
}

/* Where the view is, or will be when its animation is over. */
static void
get_target (EnlaceCanvas *self,
            double       *zoom,
            double       *pan_x,
            double       *pan_y)
{
  gboolean playing = adw_animation_get_state (self->animation) == ADW_ANIMATION_PLAYING;

  *zoom = playing ? self->animate_to[0] : self->zoom;
  *pan_x = playing ? self->animate_to[1] : self->pan_x;
  *pan_y = playing ? self->animate_to[2] : self->pan_y;
}

static void
animate_view (EnlaceCanvas *self,
              double        zoom,
              double        pan_x,
              double        pan_y)
{
  double from[3] = { self->zoom, self->pan_x, self->pan_y };

  adw_animation_reset (self->animation);
  memcpy (self->animate_from, from, sizeof from);
  /* Resetting shows the value of the beginning, which is an old one. */
  apply_view (self, from[0], from[1], from[2]);
  _enlace_canvas_set_view (self, zoom, pan_x, pan_y, TRUE);
}

void
_enlace_canvas_visible_area (EnlaceCanvas    *self,
                             graphene_rect_t *area)
{
  *area = GRAPHENE_RECT_INIT ((float) (-self->pan_x / self->zoom), (float) (-self->pan_y / self->zoom),
                              (float) (gtk_widget_get_width (GTK_WIDGET (self)) / self->zoom),
                              (float) (gtk_widget_get_height (GTK_WIDGET (self)) / self->zoom));
}

void
_enlace_canvas_zoom_step (EnlaceCanvas *self,
                          double        factor)
{
  double x = gtk_widget_get_width (GTK_WIDGET (self)) / 2.0;
  double y = gtk_widget_get_height (GTK_WIDGET (self)) / 2.0;
  double zoom;
  double pan_x;
  double pan_y;
  double new_zoom;

  get_target (self, &zoom, &pan_x, &pan_y);
  new_zoom = factor > 0 ? clamp_zoom (zoom * factor) : 1.0;
  animate_view (self, new_zoom, x - (x - pan_x) / zoom * new_zoom, y - (y - pan_y) / zoom * new_zoom);
}

void
_enlace_canvas_show_area (EnlaceCanvas          *self,
                          const graphene_rect_t *area,
                          double                 min_zoom)
{
  double width = gtk_widget_get_width (GTK_WIDGET (self));
  double height = gtk_widget_get_height (GTK_WIDGET (self));
  double zoom;
  double pan_x;
  double pan_y;
  double left;
  double top;

  get_target (self, &zoom, &pan_x, &pan_y);
  if (zoom < min_zoom)
    {
      /* Too far out to read: the area comes to the middle. */
      zoom = min_zoom;
      pan_x = width / 2 - (area->origin.x + area->size.width / 2) * zoom;
      pan_y = height / 2 - (area->origin.y + area->size.height / 2) * zoom;
    }

  left = area->origin.x * zoom + pan_x;
  top = area->origin.y * zoom + pan_y;
  if (left + area->size.width * zoom > width - SHOW_MARGIN)
    pan_x -= left + area->size.width * zoom - (width - SHOW_MARGIN);
  if (area->origin.x * zoom + pan_x < SHOW_MARGIN)
    pan_x = SHOW_MARGIN - area->origin.x * zoom;
  if (top + area->size.height * zoom > height - SHOW_MARGIN)
    pan_y -= top + area->size.height * zoom - (height - SHOW_MARGIN);
  if (area->origin.y * zoom + pan_y < SHOW_MARGIN)
    pan_y = SHOW_MARGIN - area->origin.y * zoom;

  if (zoom != self->zoom || pan_x != self->pan_x || pan_y != self->pan_y)
    animate_view (self, zoom, pan_x, pan_y);
}

static gboolean
scroll_cb (GtkEventControllerScroll *controller,
           double                    dx,
           double                    dy,
           EnlaceCanvas             *self)
{
  GdkModifierType state = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (controller));
  gboolean wheel = gtk_event_controller_scroll_get_unit (controller) == GDK_SCROLL_UNIT_WHEEL;

  if ((state & GDK_CONTROL_MASK) != 0)
    {
      double notches = wheel ? dy : dy / SCROLL_STEP;

      enlace_canvas_zoom_at (self, self->zoom * pow (ZOOM_PER_NOTCH, -notches), self->pointer_x, self->pointer_y);
      return GDK_EVENT_STOP;
    }

  if ((state & GDK_SHIFT_MASK) != 0 && dx == 0)
    {
      dx = dy;
      dy = 0;
    }
  enlace_canvas_scroll_by (self, wheel ? dx * SCROLL_STEP : dx, wheel ? dy * SCROLL_STEP : dy);

  return GDK_EVENT_STOP;
}

static void
pinch_begin_cb (GtkGesture       *gesture,
                GdkEventSequence *sequence,
                EnlaceCanvas     *self)
{
  self->zoom_begin = self->zoom;
  _enlace_canvas_cancel_drag (self);
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
}

static void
pinch_cb (GtkGestureZoom *gesture,
          double          scale,
          EnlaceCanvas   *self)
{
  double x;
  double y;

  if (gtk_gesture_get_bounding_box_center (GTK_GESTURE (gesture), &x, &y))
    enlace_canvas_zoom_at (self, self->zoom_begin * scale, x, y);
}

void
_enlace_canvas_zoom_init (EnlaceCanvas *self)
{
  GtkEventController *scroll = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  GtkGesture *pinch = gtk_gesture_zoom_new ();
  AdwAnimationTarget *target = adw_callback_animation_target_new ((AdwAnimationTargetFunc) animate_cb, self, NULL);

  self->zoom = 1.0;
  self->animate_from[0] = self->animate_to[0] = 1.0;
  self->animation = adw_timed_animation_new (GTK_WIDGET (self), 0, 1, ANIMATION_MS, target);

  g_signal_connect_object (scroll, "scroll", G_CALLBACK (scroll_cb), self, 0);
  gtk_event_controller_set_propagation_phase (scroll, GTK_PHASE_CAPTURE);
  gtk_widget_add_controller (GTK_WIDGET (self), scroll);
  g_signal_connect_object (pinch, "begin", G_CALLBACK (pinch_begin_cb), self, 0);
  g_signal_connect_object (pinch, "scale-changed", G_CALLBACK (pinch_cb), self, 0);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (pinch), GTK_PHASE_CAPTURE);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (pinch));
}

double
enlace_canvas_get_zoom (EnlaceCanvas *self)
{
  g_return_val_if_fail (ENLACE_IS_CANVAS (self), 1.0);

  return self->zoom;
}

void
enlace_canvas_zoom_at (EnlaceCanvas *self,
                       double        zoom,
                       double        x,
                       double        y)
{
  g_return_if_fail (ENLACE_IS_CANVAS (self));

  zoom = clamp_zoom (zoom);
  _enlace_canvas_set_view (self, zoom, x - (x - self->pan_x) / self->zoom * zoom,
                           y - (y - self->pan_y) / self->zoom * zoom, FALSE);
}

void
enlace_canvas_zoom_to_fit (EnlaceCanvas *self)
{
  double width;
  double height;
  graphene_rect_t extents;
  double zoom;

  g_return_if_fail (ENLACE_IS_CANVAS (self));

  width = gtk_widget_get_width (GTK_WIDGET (self));
  height = gtk_widget_get_height (GTK_WIDGET (self));
  if (width <= 0 || height <= 0 || !_enlace_canvas_get_extents (self, &extents))
    return;

  zoom = MIN ((width - 2 * FIT_MARGIN) / extents.size.width, (height - 2 * FIT_MARGIN) / extents.size.height);
  zoom = clamp_zoom (MIN (zoom, 1.0));
  animate_view (self, zoom, width / 2 - (extents.origin.x + extents.size.width / 2) * zoom,
                height / 2 - (extents.origin.y + extents.size.height / 2) * zoom);
}

void
enlace_canvas_scroll_by (EnlaceCanvas *self,
                         double        dx,
                         double        dy)
{
  g_return_if_fail (ENLACE_IS_CANVAS (self));

  _enlace_canvas_set_view (self, self->zoom, self->pan_x - dx, self->pan_y - dy, FALSE);
}

void
enlace_canvas_widget_to_canvas (EnlaceCanvas *self,
                                double        widget_x,
                                double        widget_y,
                                double       *x,
                                double       *y)
{
  g_return_if_fail (ENLACE_IS_CANVAS (self));

  *x = (widget_x - self->pan_x) / self->zoom;
  *y = (widget_y - self->pan_y) / self->zoom;
}

void
enlace_canvas_canvas_to_widget (EnlaceCanvas *self,
                                double        x,
                                double        y,
                                double       *widget_x,
                                double       *widget_y)
{
  g_return_if_fail (ENLACE_IS_CANVAS (self));

  *widget_x = x * self->zoom + self->pan_x;
  *widget_y = y * self->zoom + self->pan_y;
}

void
enlace_canvas_show_node (EnlaceCanvas *self,
                         const char   *id)
{
  CanvasNode *node;
  graphene_rect_t bounds;

  g_return_if_fail (ENLACE_IS_CANVAS (self));

  node = g_hash_table_lookup (self->nodes, id);
  if (node == NULL)
    return;

  bounds = canvas_node_bounds (self, node);
  _enlace_canvas_show_area (self, &bounds, 0.75);
}
