/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include <math.h>

#include <glib/gi18n.h>

#include "src/builder/canvas-private.h"

#define WIDTH   180
#define HEIGHT  112
#define PADDING 8

/* The whole drawing, small, with the part that is in view: a picture of the cards that is painted when they change, and a frame. */
#define ENLACE_TYPE_MINIMAP (enlace_minimap_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceMinimap, enlace_minimap, ENLACE, MINIMAP, GtkWidget)

struct _EnlaceMinimap
{
  GtkWidget       parent_instance;

  EnlaceCanvas   *canvas;         /* borrowed: our parent */
  GdkTexture     *picture;        /* owned; NULL: to be painted */
  graphene_rect_t extents;        /* of the drawing, in canvas units */
  double          scale;          /* canvas units → pixels */
};

G_DEFINE_FINAL_TYPE (EnlaceMinimap, enlace_minimap, GTK_TYPE_WIDGET)

static void
paint_nodes (EnlaceMinimap *self,
             cairo_t       *cr)
{
  EnlaceCanvas *canvas = self->canvas;
  double width = MAX (2, CANVAS_CARD_WIDTH * self->scale);
  GHashTableIter iter;
  gpointer value;

  gdk_cairo_set_source_rgba (cr, &canvas->colors[SWATCH_NOTE]);
  g_hash_table_iter_init (&iter, canvas->notes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      CanvasNote *note = value;

      cairo_rectangle (cr, PADDING + (note->bounds.origin.x - self->extents.origin.x) * self->scale,
                       PADDING + (note->bounds.origin.y - self->extents.origin.y) * self->scale,
                       note->bounds.size.width * self->scale, note->bounds.size.height * self->scale);
    }
  cairo_fill (cr);

  gdk_cairo_set_source_rgba (cr, &canvas->colors[SWATCH_PORT]);
  g_hash_table_iter_init (&iter, canvas->nodes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      CanvasNode *node = value;

      cairo_rectangle (cr, floor (PADDING + (node->x - self->extents.origin.x) * self->scale),
                       floor (PADDING + (node->y - self->extents.origin.y) * self->scale), ceil (width), ceil (MAX (1.5, node->height * self->scale)));
      cairo_fill (cr);
    }
}

static void
paint (EnlaceMinimap *self)
{
  int factor = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, WIDTH * factor, HEIGHT * factor);
  int stride = cairo_image_surface_get_stride (surface);
  cairo_t *cr = cairo_create (surface);
  g_autoptr(GBytes) bytes = NULL;

  if (!_enlace_canvas_get_extents (self->canvas, &self->extents))
    self->extents = GRAPHENE_RECT_INIT (0, 0, 1, 1);
  self->scale = MIN ((WIDTH - 2.0 * PADDING) / self->extents.size.width, (HEIGHT - 2.0 * PADDING) / self->extents.size.height);
  self->scale = MIN (self->scale, 0.12);
  /* A small drawing stands in the middle. */
  self->extents.origin.x -= (float) (((WIDTH - 2.0 * PADDING) / self->scale - self->extents.size.width) / 2);
  self->extents.origin.y -= (float) (((HEIGHT - 2.0 * PADDING) / self->scale - self->extents.size.height) / 2);

  cairo_scale (cr, factor, factor);
  paint_nodes (self, cr);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  bytes = g_bytes_new_with_free_func (cairo_image_surface_get_data (surface), (gsize) stride * (gsize) (HEIGHT * factor),
                                      (GDestroyNotify) cairo_surface_destroy, surface);
  self->picture = gdk_memory_texture_new (WIDTH * factor, HEIGHT * factor, GDK_MEMORY_DEFAULT, bytes, (gsize) stride);
}

static void
enlace_minimap_snapshot (GtkWidget   *widget,
                         GtkSnapshot *snapshot)
{
  EnlaceMinimap *self = ENLACE_MINIMAP (widget);
  const GdkRGBA *accent = &self->canvas->colors[SWATCH_ACCENT];
  GdkRGBA fill = *accent;
  graphene_rect_t view;
  graphene_rect_t frame;
  GskRoundedRect outline;

  if (self->picture == NULL)
    paint (self);
  gtk_snapshot_append_texture (snapshot, self->picture, &GRAPHENE_RECT_INIT (0, 0, WIDTH, HEIGHT));

  _enlace_canvas_visible_area (self->canvas, &view);
  frame = GRAPHENE_RECT_INIT ((float) (PADDING + (view.origin.x - self->extents.origin.x) * self->scale),
                              (float) (PADDING + (view.origin.y - self->extents.origin.y) * self->scale),
                              (float) (view.size.width * self->scale), (float) (view.size.height * self->scale));
  if (!graphene_rect_intersection (&frame, &GRAPHENE_RECT_INIT (1, 1, WIDTH - 2, HEIGHT - 2), &frame))
    return;
  fill.alpha *= 0.12f;
  gsk_rounded_rect_init_from_rect (&outline, &frame, 4);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_color (snapshot, &fill, &frame);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_append_border (snapshot, &outline, (float[4]) { 1.5f, 1.5f, 1.5f, 1.5f },
                              (GdkRGBA[4]) { *accent, *accent, *accent, *accent });
}

static void
enlace_minimap_measure (GtkWidget      *widget,
                        GtkOrientation  orientation,
                        int             for_size,
                        int            *minimum,
                        int            *natural,
                        int            *minimum_baseline,
                        int            *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? WIDTH : HEIGHT;
}

static void
go_to (EnlaceMinimap *self,
       double         x,
       double         y)
{
  EnlaceCanvas *canvas = self->canvas;
  double canvas_x;
  double canvas_y;

  if (self->picture == NULL)
    return;

  canvas_x = self->extents.origin.x + (x - PADDING) / self->scale;
  canvas_y = self->extents.origin.y + (y - PADDING) / self->scale;
  _enlace_canvas_set_view (canvas, canvas->zoom, gtk_widget_get_width (GTK_WIDGET (canvas)) / 2.0 - canvas_x * canvas->zoom,
                           gtk_widget_get_height (GTK_WIDGET (canvas)) / 2.0 - canvas_y * canvas->zoom, FALSE);
}

static void
drag_begin_cb (GtkGestureDrag *gesture,
               double          x,
               double          y,
               EnlaceMinimap  *self)
{
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  go_to (self, x, y);
}

static void
drag_update_cb (GtkGestureDrag *gesture,
                double          offset_x,
                double          offset_y,
                EnlaceMinimap  *self)
{
  double x;
  double y;

  if (gtk_gesture_drag_get_start_point (gesture, &x, &y))
    go_to (self, x + offset_x, y + offset_y);
}

static void
enlace_minimap_dispose (GObject *object)
{
  EnlaceMinimap *self = ENLACE_MINIMAP (object);

  g_clear_object (&self->picture);

  G_OBJECT_CLASS (enlace_minimap_parent_class)->dispose (object);
}

static void
enlace_minimap_class_init (EnlaceMinimapClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enlace_minimap_dispose;
  widget_class->measure = enlace_minimap_measure;
  widget_class->snapshot = enlace_minimap_snapshot;

  gtk_widget_class_set_css_name (widget_class, "enlaceminimap");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
enlace_minimap_init (EnlaceMinimap *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();

  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Overview Map"), -1);
  g_signal_connect_object (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self, 0);
  g_signal_connect_object (drag, "drag-update", G_CALLBACK (drag_update_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
}

GtkWidget *
_enlace_minimap_new (EnlaceCanvas *canvas)
{
  EnlaceMinimap *self = g_object_new (ENLACE_TYPE_MINIMAP, NULL);

  self->canvas = canvas;

  return GTK_WIDGET (self);
}

void
_enlace_minimap_invalidate (GtkWidget *minimap)
{
  g_clear_object (&ENLACE_MINIMAP (minimap)->picture);
  gtk_widget_queue_draw (minimap);
}
