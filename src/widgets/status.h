/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The statuses of runs and steps, as icon, colour and word: never by colour alone. */

/* "Completed" for "completed"; the name itself where it is not known. */
const char *enlace_status_get_title (const char *name);
/* Makes an image show it, with a tooltip and an accessible name. */
void        enlace_status_show      (GtkImage   *image,
                                     const char *name);

G_END_DECLS
