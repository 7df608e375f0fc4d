/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace"

#include "config.h"

#include "src/paths.h"

/* A path from the program's own folder, NULL where nothing is there. */
static char *
find_beside (const char *relative)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = program != NULL ? g_path_get_dirname (program) : NULL;
  g_autofree char *joined = folder != NULL ? g_build_filename (folder, relative, NULL) : NULL;
  g_autofree char *path = joined != NULL ? g_canonicalize_filename (joined, NULL) : NULL;

  return path != NULL && g_file_test (path, G_FILE_TEST_EXISTS) ? g_steal_pointer (&path) : NULL;
}

char *
enlace_paths_get_server (void)
{
  char *path = find_beside ("../server/enlaced");

  if (path == NULL)
    path = find_beside ("enlaced");

  return path != NULL ? path : g_build_filename (ENLACE_BINDIR, "enlaced", NULL);
}

char *
enlace_paths_get_locale_dir (void)
{
  /* Only a build folder has its translations there. */
  g_autofree char *built = find_beside ("../po/es/LC_MESSAGES/enlace.mo");

  return built != NULL ? find_beside ("../po") : g_strdup (ENLACE_LOCALEDIR);
}

char *
enlace_paths_get_data_dir (void)
{
  return g_build_filename (g_get_user_data_dir (), "enlace", NULL);
}

GSettings *
enlace_paths_new_settings (void)
{
  g_autofree char *compiled = find_beside ("../data/gschemas.compiled");
  g_autofree char *folder = compiled != NULL ? g_path_get_dirname (compiled) : NULL;
  g_autoptr(GSettingsSchemaSource) source = NULL;
  g_autoptr(GSettingsSchema) schema = NULL;

  if (folder != NULL)
    source = g_settings_schema_source_new_from_directory (folder, g_settings_schema_source_get_default (), TRUE, NULL);
  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, ENLACE_APPLICATION_ID, TRUE);

  return schema != NULL ? g_settings_new_full (schema, NULL, NULL) : g_settings_new (ENLACE_APPLICATION_ID);
}
