/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Where things are: beside the program in the build folder, or where they were installed. */

/* The program enlaced. */
char            *enlace_paths_get_server      (void);
/* The folder of the translations. */
char            *enlace_paths_get_locale_dir  (void);
/* The folder of the server's data: $XDG_DATA_HOME/enlace. */
char            *enlace_paths_get_data_dir    (void);
/* The application's settings; aborts only where the schema is nowhere: a broken installation. */
GSettings       *enlace_paths_new_settings    (void);

G_END_DECLS
