/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Appends text so that it stands in XML or HTML, in an element or between double quotes in an attribute, as text. */
void enlace_markup_append (GString    *out,
                           const char *text,
                           gsize       length);

G_END_DECLS
