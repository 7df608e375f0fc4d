/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/value/value.h"

G_BEGIN_DECLS

/* What the first test of a workflow offers as data, from what its expressions read below `root` ("body" of a webhook, "data" of a
 * manual start): the known sample, when all of it is there, else an object with just these fields, empty. `known` nullable.
 * Transfer full. */
EnlaceValue *enlace_trigger_sample_new (EnlaceValue *document,
                                        const char  *root,
                                        EnlaceValue *known);

G_END_DECLS
