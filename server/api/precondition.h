/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What an If-Match field says (RFC 9110, 13.1.1) of resources whose ETag is `"REVISION"`. */
typedef struct {
  gboolean is_any;          /* `*` */
  guint    n_revisions;     /* strong tags of the form that we give; others never match */
  gint64   revisions[16];
} EnlacePrecondition;

/* FALSE: the field is malformed, or has more than 16 tags. A weak tag is read and never matches. */
gboolean enlace_precondition_parse (EnlacePrecondition *self,
                                    const char         *field);
gboolean enlace_precondition_holds (EnlacePrecondition *self,
                                    gint64              revision);

G_END_DECLS
