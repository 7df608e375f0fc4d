/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <yyjson.h>

G_BEGIN_DECLS

/* The shared vectors of `name` below http-vectors/, or NULL, with the test skipped, where they are not installed. */
yyjson_doc *enlace_test_load_vectors (const char *name);

G_END_DECLS
