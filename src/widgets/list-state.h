/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* What a page with a list shows: the name of a child of its stack. "loading" while nothing is known, "error", "empty" (there is
 * nothing), "nothing" (there is, but not what is searched for), "list". @n_all: without what is searched for. */
const char *enlace_list_state_choose  (gboolean       is_known,
                                       const GError  *error,
                                       guint          n_all,
                                       guint          n_shown);
/* Says in the status page why there is no list. @offline_domain and @offline_code: the error that means that the server is away. */
void        enlace_list_state_explain (AdwStatusPage *page,
                                       const GError  *error,
                                       GQuark         offline_domain,
                                       int            offline_code);

G_END_DECLS
