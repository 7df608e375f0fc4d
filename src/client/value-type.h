/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>

#include "common/value/value.h"

G_BEGIN_DECLS

/* EnlaceValue as a boxed type, so that it can be a property. */
#define ENLACE_TYPE_VALUE (enlace_value_get_type ())
GType enlace_value_get_type (void);

G_END_DECLS
