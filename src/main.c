/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace"

#include "config.h"

#include <glib/gi18n.h>
#include <libdex.h>
#include <locale.h>

#include "src/application.h"
#include "src/builder/frame-memory.h"
#include "src/paths.h"

int
main (int   argc,
      char *argv[])
{
  g_autoptr(EnlaceApplication) application = NULL;
  g_autofree char *locale_dir = enlace_paths_get_locale_dir ();

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, locale_dir);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  enlace_frame_memory_keep ();
  dex_init ();
  application = enlace_application_new ();

  return g_application_run (G_APPLICATION (application), argc, argv);
}
