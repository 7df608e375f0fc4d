/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include <math.h>

#include "src/builder/picture.h"

struct _EnlacePicture
{
  cairo_surface_t *surface;
  GdkTexture      *texture;       /* of the surface's memory; made when it is asked for */
};

EnlacePicture *
enlace_picture_new (GskRenderNode         *content,
                    const graphene_rect_t *area,
                    double                 scale)
{
  EnlacePicture *self = g_new0 (EnlacePicture, 1);

  self->surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, (int) ceil (area->size.width * scale),
                                              (int) ceil (area->size.height * scale));
  if (content != NULL)
    {
      cairo_t *cr = cairo_create (self->surface);

      cairo_scale (cr, scale, scale);
      cairo_translate (cr, -area->origin.x, -area->origin.y);
      gsk_render_node_draw (content, cr);
      cairo_destroy (cr);
    }
  cairo_surface_flush (self->surface);

  return self;
}

void
enlace_picture_free (EnlacePicture *self)
{
  g_clear_object (&self->texture);
  cairo_surface_destroy (self->surface);
  g_free (self);
}

void
enlace_picture_batch_begin (EnlacePictureBatch    *batch,
                            GtkWidget             *widget,
                            GtkSnapshot           *snapshot,
                            const graphene_rect_t *bounds)
{
  GtkNative *native = gtk_widget_get_native (widget);
  GskRenderer *renderer = native != NULL ? gtk_native_get_renderer (native) : NULL;

  batch->snapshot = snapshot;
  batch->cr = renderer != NULL && GSK_IS_CAIRO_RENDERER (renderer) ? gtk_snapshot_append_cairo (snapshot, bounds) : NULL;
}

void
enlace_picture_batch_end (EnlacePictureBatch *batch)
{
  g_clear_pointer (&batch->cr, cairo_destroy);
}

static void
draw_by_cairo (EnlacePicture         *self,
               cairo_t               *cr,
               const graphene_rect_t *bounds)
{
  double scale_x = bounds->size.width / cairo_image_surface_get_width (self->surface);
  double scale_y = bounds->size.height / cairo_image_surface_get_height (self->surface);
  gboolean exact = fabs (scale_x - 1) < 1e-3 && fabs (scale_y - 1) < 1e-3;

  cairo_save (cr);
  cairo_translate (cr, bounds->origin.x, bounds->origin.y);
  cairo_scale (cr, scale_x, scale_y);
  cairo_set_source_surface (cr, self->surface, 0, 0);
  cairo_pattern_set_filter (cairo_get_source (cr), exact ? CAIRO_FILTER_NEAREST : CAIRO_FILTER_BILINEAR);
  cairo_paint (cr);
  cairo_restore (cr);
}

static GdkTexture *
get_texture (EnlacePicture *self)
{
  if (self->texture == NULL)
    {
      int height = cairo_image_surface_get_height (self->surface);
      gsize stride = (gsize) cairo_image_surface_get_stride (self->surface);
      g_autoptr(GBytes) bytes =
        g_bytes_new_with_free_func (cairo_image_surface_get_data (self->surface), stride * (gsize) height,
                                    (GDestroyNotify) cairo_surface_destroy, cairo_surface_reference (self->surface));

      self->texture = gdk_memory_texture_new (cairo_image_surface_get_width (self->surface), height, GDK_MEMORY_DEFAULT,
                                              bytes, stride);
    }

  return self->texture;
}

void
enlace_picture_draw (EnlacePicture         *self,
                     EnlacePictureBatch    *batch,
                     const graphene_rect_t *bounds)
{
  if (batch->cr != NULL)
    draw_by_cairo (self, batch->cr, bounds);
  else
    gtk_snapshot_append_scaled_texture (batch->snapshot, get_texture (self), GSK_SCALING_FILTER_LINEAR, bounds);
}
