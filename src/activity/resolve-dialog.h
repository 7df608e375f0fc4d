/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>
#include <libdex.h>

#include "src/client/value-type.h"

G_BEGIN_DECLS

/* What a person says of a step that may have been cut off. */
typedef struct {
  gboolean     done;
  EnlaceValue *output;    /* nullable */
} EnlaceResolution;

#define ENLACE_TYPE_RESOLUTION (enlace_resolution_get_type ())
GType      enlace_resolution_get_type (void);

/* Asks. Resolves to an EnlaceResolution, or to NULL when it was dismissed. */
DexFuture *enlace_resolve_dialog_ask  (GtkWidget  *parent,
                                       const char *step_name);

G_END_DECLS
