/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-command"

#include "server/bundle-file.h"

#include <errno.h>
#include <glib/gstdio.h>

#include "common/value/json.h"
#include "common/workflow/document.h"

/* No key of a workflow has an underscore, so no workflow's file has this name. */
#define VARIABLES "_variables" ENLACE_BUNDLE_SUFFIX

G_DEFINE_QUARK (enlace-bundle-file-error-quark, enlace_bundle_file_error)

static EnlaceValue *
load_value (const char  *path,
            GError     **error)
{
  g_autofree char *text = NULL;
  EnlaceValue *value;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, error))
    return NULL;
  if ((value = enlace_json_parse (text, length, error)) == NULL)
    g_prefix_error (error, "%s is damaged: ", path);

  return value;
}

/* Sorted names of the bundles of a folder. */
static GPtrArray *
list_folder (const char  *path,
             GError     **error)
{
  g_autoptr(GDir) folder = g_dir_open (path, 0, error);
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  if (folder == NULL)
    return NULL;

  while ((name = g_dir_read_name (folder)) != NULL)
    if (g_str_has_suffix (name, ENLACE_BUNDLE_SUFFIX) && name[0] != '.')
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort_values (names, (GCompareFunc) g_strcmp0);

  return g_steal_pointer (&names);
}

static gboolean
save_value (EnlaceValue  *value,
            const char   *path,
            GError      **error)
{
  g_autofree char *text = enlace_bundle_format (value, error);

  return text != NULL && g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, error);
}

static gboolean
save_part (EnlaceBundle          *bundle,
           EnlaceBundleWorkflow  *workflow,
           const char            *folder,
           GHashTable            *written,
           GError               **error)
{
  g_autofree char *name = workflow != NULL ? g_strconcat (workflow->key, ENLACE_BUNDLE_SUFFIX, NULL) : g_strdup (VARIABLES);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr(EnlaceValue) value = enlace_bundle_part_to_value (bundle, workflow);

  if (!save_value (value, path, error))
    return FALSE;

  g_hash_table_add (written, g_steal_pointer (&name));

  return TRUE;
}

/* What an earlier export left of workflows that are gone, and nothing else: a file that cannot be read as a bundle stays. */
static gboolean
remove_others (const char  *folder,
               GHashTable  *written,
               GError     **error)
{
  g_autoptr(GPtrArray) names = list_folder (folder, error);

  for (guint i = 0; names != NULL && i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autoptr(EnlaceValue) value = g_hash_table_contains (written, name) ? NULL : load_value (path, NULL);

      if (value == NULL || !enlace_bundle_is_one (value) || g_unlink (path) == 0)
        continue;
      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), "%s cannot be removed: %s", path, g_strerror (errno));
      return FALSE;
    }

  return names != NULL;
}

static gboolean
save_folder (EnlaceBundle  *bundle,
             const char    *path,
             GError       **error)
{
  g_autoptr(GHashTable) written = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (g_mkdir_with_parents (path, 0700) != 0)
    {
      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), "The folder %s cannot be made: %s", path, g_strerror (errno));
      return FALSE;
    }

  for (guint i = 0; i < bundle->workflows->len; i++)
    if (!save_part (bundle, g_ptr_array_index (bundle->workflows, i), path, written, error))
      return FALSE;
  if (bundle->variables->len > 0 && !save_part (bundle, NULL, path, written, error))
    return FALSE;

  return remove_others (path, written, error);
}

gboolean
enlace_bundle_save (EnlaceBundle  *bundle,
                    const char    *path,
                    GError       **error)
{
  g_autoptr(EnlaceValue) value = NULL;

  if (g_str_has_suffix (path, G_DIR_SEPARATOR_S) || g_file_test (path, G_FILE_TEST_IS_DIR))
    return save_folder (bundle, path, error);

  value = enlace_bundle_to_value (bundle);

  return save_value (value, path, error);
}

static void
refuse (const char  *path,
        GPtrArray   *problems,
        GError     **error)
{
  g_autoptr(GString) text = g_string_new (NULL);

  for (guint i = 0; i < problems->len; i++)
    {
      const EnlaceProblem *problem = g_ptr_array_index (problems, i);

      g_string_append_printf (text, "%s%s%s: %s", i > 0 ? "\n" : "", path, problem->pointer, problem->detail);
    }
  g_set_error_literal (error, ENLACE_BUNDLE_FILE_ERROR, ENLACE_BUNDLE_FILE_ERROR_REFUSED, text->str);
}

static EnlaceBundle *
load_file (const char  *path,
           GError     **error)
{
  g_autoptr(EnlaceValue) value = load_value (path, error);
  g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_problem_free);
  EnlaceBundle *bundle;

  if (value == NULL)
    return NULL;
  if ((bundle = enlace_bundle_read (value, problems)) == NULL)
    refuse (path, problems, error);

  return bundle;
}

static gboolean
join_file (EnlaceBundle  *bundle,
           const char    *path,
           GError       **error)
{
  g_autoptr(EnlaceBundle) part = load_file (path, error);
  g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_problem_free);

  if (part == NULL)
    return FALSE;
  if (enlace_bundle_join (bundle, part, problems))
    return TRUE;

  refuse (path, problems, error);

  return FALSE;
}

static EnlaceBundle *
load_folder (const char  *path,
             GError     **error)
{
  g_autoptr(GPtrArray) names = list_folder (path, error);
  g_autoptr(EnlaceBundle) bundle = enlace_bundle_new ();

  if (names == NULL)
    return NULL;
  if (names->len == 0)
    {
      g_set_error (error, ENLACE_BUNDLE_FILE_ERROR, ENLACE_BUNDLE_FILE_ERROR_UNREADABLE, "There is no file *%s in %s", ENLACE_BUNDLE_SUFFIX, path);
      return NULL;
    }

  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *file = g_build_filename (path, g_ptr_array_index (names, i), NULL);

      if (!join_file (bundle, file, error))
        return NULL;
    }

  return g_steal_pointer (&bundle);
}

EnlaceBundle *
enlace_bundle_load (const char  *path,
                    GError     **error)
{
  return g_file_test (path, G_FILE_TEST_IS_DIR) ? load_folder (path, error) : load_file (path, error);
}
