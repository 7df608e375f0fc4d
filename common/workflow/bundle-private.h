/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/workflow/bundle.h"

G_BEGIN_DECLS

/* Says that a file is a bundle, and of which form. */
#define ENLACE_BUNDLE_MARKER "enlace_bundle"

void enlace_bundle_sort (EnlaceBundle *self);

G_END_DECLS
