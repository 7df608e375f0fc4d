/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include "src/builder/draft-file.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "common/value/json.h"

static char *
get_path (const char *folder,
          const char *workflow_id)
{
  g_autofree char *name = g_strconcat (workflow_id, ".json", NULL);

  return g_build_filename (folder, name, NULL);
}

char *
enlace_draft_file_get_folder (void)
{
  return g_build_filename (g_get_user_state_dir (), "enlace", "drafts", NULL);
}

gboolean
enlace_draft_file_write (const char   *folder,
                         const char   *workflow_id,
                         EnlaceValue  *document,
                         gint64        base_version,
                         GError      **error)
{
  g_autofree char *path = get_path (folder, workflow_id);
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) value = NULL;
  g_autofree char *text = NULL;
  gsize length;

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), _("The folder “%s” cannot be made: %s"), folder,
                   g_strerror (errno));
      return FALSE;
    }

  enlace_map_builder_add_int (builder, "base_version", base_version);
  enlace_map_builder_add (builder, "steps", document);
  value = enlace_map_builder_end (builder);
  text = enlace_json_format (value, ENLACE_JSON_COMPACT, &length, error);

  return text != NULL && g_file_set_contents_full (path, text, (gssize) length, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}

EnlaceValue *
enlace_draft_file_read (const char  *folder,
                        const char  *workflow_id,
                        gint64      *base_version,
                        GError     **error)
{
  g_autofree char *path = get_path (folder, workflow_id);
  g_autoptr(GError) reason = NULL;
  g_autoptr(EnlaceValue) value = NULL;
  g_autofree char *text = NULL;
  EnlaceValue *document;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, &reason))
    {
      if (!g_error_matches (reason, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        g_propagate_error (error, g_steal_pointer (&reason));
      return NULL;
    }
  if ((value = enlace_json_parse (text, (gssize) length, error)) == NULL)
    return NULL;
  if ((document = enlace_value_get_member (value, "steps")) == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("The copy of the draft is damaged."));
      return NULL;
    }

  *base_version = enlace_value_get_member_int (value, "base_version", 1);

  return enlace_value_ref (document);
}

void
enlace_draft_file_remove (const char *folder,
                          const char *workflow_id)
{
  g_autofree char *path = get_path (folder, workflow_id);

  if (g_unlink (path) != 0 && errno != ENOENT)
    g_warning ("The copy of a draft cannot be removed: %s", g_strerror (errno));
}
