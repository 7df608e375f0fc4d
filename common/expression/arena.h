/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/value/value.h"

G_BEGIN_DECLS

/* Memory of one compiled expression: many small pieces that are freed together. */
typedef struct _EnlaceArena EnlaceArena;

EnlaceArena *enlace_arena_new        (void);
void         enlace_arena_free       (EnlaceArena    *self);
gpointer     enlace_arena_alloc      (EnlaceArena    *self,
                                      gsize           size); /* zeroed */
gpointer     enlace_arena_copy       (EnlaceArena    *self,
                                      gconstpointer   data,
                                      gsize           size); /* a NUL follows the copy */
/* Hands an object over; it is destroyed with the arena. */
gpointer     enlace_arena_take       (EnlaceArena    *self,
                                      gpointer        object,
                                      GDestroyNotify  destroy);
EnlaceValue *enlace_arena_take_value (EnlaceArena    *self,
                                      EnlaceValue    *value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceArena, enlace_arena_free)

G_END_DECLS
