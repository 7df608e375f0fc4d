/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Finds, among names that are offered one after the other, the one that a wrong name most likely meant. */
typedef struct {
  const char *wanted;   /* borrowed */
  const char *best;     /* borrowed; NULL: none is near */
  guint       distance;
} EnlaceNearest;

void enlace_nearest_init  (EnlaceNearest *self,
                           const char    *wanted);
void enlace_nearest_offer (EnlaceNearest *self,
                           const char    *name);

G_END_DECLS
