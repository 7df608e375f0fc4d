/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <graphene.h>

#include <glib.h>

G_BEGIN_DECLS

/* What lies where: rectangles in a grid of cells, found by an area in time that grows with what is there, not with all there is. */
typedef struct _EnlaceSpatialIndex EnlaceSpatialIndex;

/* The first member of what is put into an index. Its place is changed by taking it out and putting it back. */
typedef struct {
  graphene_rect_t bounds;
  guint           stamp;          /* the index's own */
  guint           indexed : 1;    /* the index's own */
} EnlaceSpatialItem;

EnlaceSpatialIndex *enlace_spatial_index_new    (float                  cell_size);
void                enlace_spatial_index_free   (EnlaceSpatialIndex    *self);
void                enlace_spatial_index_add    (EnlaceSpatialIndex    *self,
                                                 EnlaceSpatialItem     *item);
void                enlace_spatial_index_remove (EnlaceSpatialIndex    *self,
                                                 EnlaceSpatialItem     *item);
void                enlace_spatial_index_clear  (EnlaceSpatialIndex    *self);
/* Appends each item whose bounds meet the area, once. */
void                enlace_spatial_index_query  (EnlaceSpatialIndex    *self,
                                                 const graphene_rect_t *area,
                                                 GPtrArray             *found);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceSpatialIndex, enlace_spatial_index_free)

G_END_DECLS
