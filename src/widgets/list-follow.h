/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Who looks at the beginning of a list sees what is put there; who looks farther down sees what was there stay. Call it after the
 * view has its model, in a scrolled window. */
void enlace_list_follow_beginning (GtkListView *view);

G_END_DECLS
