/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/value/value.h"

G_BEGIN_DECLS

/* Documents to begin with; transfer full. */

/* Nothing in it. */
EnlaceValue *enlace_example_new_empty (void);
/* What "Try an Example" makes: it needs no service. Names are in the person's language. */
EnlaceValue *enlace_example_new_push  (void);

G_END_DECLS
