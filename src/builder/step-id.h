/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The readable word that ids of this type begin with ("request" for http.request); a valid id by itself. Transfer full. */
char     *enlace_step_id_base     (const char *type,
                                   const char *connector); /* of an action, nullable */
/* [A-Za-z_][A-Za-z0-9_]{0,63}, and no keyword of the expression language. */
gboolean  enlace_step_id_is_valid (const char *id);

G_END_DECLS
