/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflows"

#include "config.h"

#include "src/workflows/transfer.h"

#include <glib/gi18n.h>
#include <string.h>

#include "common/value/json.h"

G_DEFINE_QUARK (enlace-transfer-error-quark, enlace_transfer_error)

static EnlaceValue *
without_integrations (EnlaceValue *document)
{
  g_autoptr(EnlaceListBuilder) kept = enlace_list_builder_new ();
  g_autoptr(EnlaceValue) list = NULL;
  EnlaceValue *nodes = enlace_value_get_member (document, "nodes");

  if (nodes == NULL || enlace_value_get_kind (nodes) != ENLACE_KIND_LIST)
    return enlace_value_ref (document);

  for (gsize i = 0; i < enlace_value_get_length (nodes); i++)
    {
      EnlaceValue *node = enlace_value_get_element (nodes, i);

      if (enlace_value_get_member (node, "integration") != NULL)
        enlace_list_builder_take (kept, enlace_value_with_member (node, "integration", NULL));
      else
        enlace_list_builder_add (kept, node);
    }
  list = enlace_list_builder_end (kept);

  return enlace_value_with_member (document, "nodes", list);
}

EnlaceValue *
enlace_transfer_export (EnlaceWorkflow *workflow)
{
  g_autoptr(EnlaceMapBuilder) file = enlace_map_builder_new ();

  g_return_val_if_fail (ENLACE_IS_WORKFLOW (workflow), NULL);
  g_return_val_if_fail (enlace_workflow_get_document (workflow) != NULL, NULL);

  enlace_map_builder_add_string (file, "name", enlace_workflow_get_name (workflow));
  if (enlace_workflow_get_description (workflow) != NULL)
    enlace_map_builder_add_string (file, "description", enlace_workflow_get_description (workflow));
  enlace_map_builder_take (file, "steps", without_integrations (enlace_workflow_get_document (workflow)));

  return enlace_map_builder_end (file);
}

static char *
name_of_file (const char *file_name)
{
  const char *end = strrchr (file_name, '.');

  return end != NULL && end != file_name ? g_strndup (file_name, end - file_name) : g_strdup (file_name);
}

gboolean
enlace_transfer_import (GBytes       *bytes,
                        const char   *file_name,
                        char        **name,
                        char        **description,
                        EnlaceValue **document,
                        GError      **error)
{
  g_autoptr(GError) failure = NULL;
  g_autoptr(EnlaceValue) value = NULL;
  EnlaceValue *steps;
  const char *given;

  value = enlace_json_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &failure);
  steps = value != NULL ? enlace_value_get_member (value, "steps") : NULL;
  if (value != NULL && steps == NULL && enlace_value_get_member (value, "nodes") != NULL)
    steps = value;
  if (steps == NULL || enlace_value_get_kind (steps) != ENLACE_KIND_MAP || enlace_value_get_member (steps, "nodes") == NULL)
    {
      g_set_error (error, ENLACE_TRANSFER_ERROR, ENLACE_TRANSFER_ERROR_NO_WORKFLOW,
                   _("“%s” holds no workflow that was exported from Enlace."), file_name);
      return FALSE;
    }

  given = enlace_value_get_member_string (value, "name", NULL);
  *name = given != NULL && *given != '\0' ? g_strdup (given) : name_of_file (file_name);
  *description = g_strdup (enlace_value_get_member_string (value, "description", NULL));
  *document = enlace_value_ref (steps);

  return TRUE;
}

DexFuture *
enlace_transfer_save (EnlaceWorkflow *workflow,
                      GFile          *file)
{
  g_autoptr(EnlaceValue) value = enlace_transfer_export (workflow);
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) bytes = NULL;
  gsize length;
  char *text = enlace_json_format (value, ENLACE_JSON_PRETTY, &length, &error);

  if (text == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));

  bytes = g_bytes_new_take (text, length);

  return dex_file_replace_contents_bytes (file, bytes, NULL, FALSE, G_FILE_CREATE_REPLACE_DESTINATION);
}

typedef struct {
  EnlaceClient *client;
  char         *name;
} Import;

static void
import_free (gpointer data)
{
  Import *import = data;

  g_object_unref (import->client);
  g_free (import->name);
  g_free (import);
}

static DexFuture *
read_cb (DexFuture *future,
         gpointer   user_data)
{
  Import *import = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) document = NULL;
  g_autofree char *name = NULL;
  g_autofree char *description = NULL;

  if (!enlace_transfer_import (g_value_get_boxed (dex_future_get_value (future, NULL)), import->name, &name, &description,
                               &document, &error))
    return dex_future_new_for_error (g_steal_pointer (&error));

  return enlace_client_create_workflow (import->client, name, description, document);
}

DexFuture *
enlace_transfer_load (EnlaceClient *client,
                      GFile        *file)
{
  Import *import;

  g_return_val_if_fail (ENLACE_IS_CLIENT (client), NULL);
  g_return_val_if_fail (G_IS_FILE (file), NULL);

  import = g_new0 (Import, 1);
  import->client = g_object_ref (client);
  import->name = g_file_get_basename (file);

  return dex_future_then (dex_file_load_contents_bytes (file), read_cb, import, import_free);
}
