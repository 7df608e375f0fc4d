/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Something that was painted once and is shown at other places and sizes. GSK's cairo renderer copies a texture each time that it
 * is scaled, so there pictures are composed by cairo itself; all other renderers get textures. */
typedef struct _EnlacePicture EnlacePicture;

/* `content` nullable: an empty picture. `area`: of the content; `scale`: pixels of the picture to a unit of it. */
EnlacePicture *enlace_picture_new        (GskRenderNode         *content,
                                          const graphene_rect_t *area,
                                          double                 scale);
void           enlace_picture_free       (EnlacePicture         *self);

/* Pictures that are shown together. */
typedef struct {
  GtkSnapshot *snapshot;
  cairo_t     *cr;                /* NULL: the renderer takes textures */
} EnlacePictureBatch;

/* `bounds`: where they lie, in the widget's coordinates. */
void           enlace_picture_batch_begin (EnlacePictureBatch    *batch,
                                           GtkWidget             *widget,
                                           GtkSnapshot           *snapshot,
                                           const graphene_rect_t *bounds);
void           enlace_picture_batch_end   (EnlacePictureBatch    *batch);
void           enlace_picture_draw        (EnlacePicture         *self,
                                           EnlacePictureBatch    *batch,
                                           const graphene_rect_t *bounds);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlacePicture, enlace_picture_free)

G_END_DECLS
