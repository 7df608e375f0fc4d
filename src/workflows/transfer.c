/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflows"

#include "config.h"

#include "src/workflows/transfer.h"

#include <glib/gi18n.h>
#include <string.h>

#include "common/value/json.h"
#include "common/workflow/bundle.h"
#include "common/workflow/document.h"

G_DEFINE_QUARK (enlace-transfer-error-quark, enlace_transfer_error)

static char *
name_of_file (const char *file_name)
{
  const char *end = g_str_has_suffix (file_name, ENLACE_BUNDLE_SUFFIX) ? file_name + strlen (file_name) - strlen (ENLACE_BUNDLE_SUFFIX)
                                                                       : strrchr (file_name, '.');

  return end != NULL && end != file_name ? g_strndup (file_name, end - file_name) : g_strdup (file_name);
}

static EnlaceValue *
refuse (const char  *file_name,
        GError     **error)
{
  g_set_error (error, ENLACE_TRANSFER_ERROR, ENLACE_TRANSFER_ERROR_NO_WORKFLOW,
               _("“%s” holds no workflow that was exported from Enlace."), file_name);

  return NULL;
}

static EnlaceValue *
refuse_bundle (const char  *file_name,
               GError     **error)
{
  g_set_error (error, ENLACE_TRANSFER_ERROR, ENLACE_TRANSFER_ERROR_BAD_BUNDLE,
               _("“%s” is damaged, or was exported from a newer version of Enlace."), file_name);

  return NULL;
}

/* A document alone, or with its name beside it, as a bundle. */
static EnlaceValue *
wrap (EnlaceValue *value,
      EnlaceValue *steps,
      const char  *file_name)
{
  g_autoptr(EnlaceBundle) bundle = enlace_bundle_new ();
  g_autoptr(EnlaceListBuilder) builder = enlace_list_builder_new ();
  g_autoptr(EnlaceValue) no_tags = enlace_list_builder_end (builder);
  g_autofree char *fallback = name_of_file (file_name);
  const char *given = enlace_value_get_member_string (value, "name", "");

  enlace_bundle_add_workflow (bundle, NULL, *given != '\0' ? given : fallback, enlace_value_get_member_string (value, "description", NULL), no_tags, steps);
  enlace_bundle_seal (bundle);

  return enlace_bundle_to_value (bundle);
}

EnlaceValue *
enlace_transfer_read (GBytes      *bytes,
                      const char  *file_name,
                      GError     **error)
{
  g_autoptr(EnlaceValue) value = enlace_json_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), NULL);
  g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_problem_free);
  g_autoptr(EnlaceBundle) bundle = NULL;
  EnlaceValue *steps;

  if (value == NULL || enlace_value_get_kind (value) != ENLACE_KIND_MAP)
    return refuse (file_name, error);

  if (enlace_bundle_is_one (value))
    {
      if ((bundle = enlace_bundle_read (value, problems)) == NULL)
        return refuse_bundle (file_name, error);

      return bundle->workflows->len > 0 ? g_steal_pointer (&value) : refuse (file_name, error);
    }

  steps = enlace_value_get_member (value, "steps");
  if (steps == NULL && enlace_value_get_member (value, "nodes") != NULL)
    steps = value;
  if (steps == NULL || enlace_value_get_kind (steps) != ENLACE_KIND_MAP || enlace_value_get_member (steps, "nodes") == NULL)
    return refuse (file_name, error);

  return wrap (value, steps, file_name);
}

static DexFuture *
write_cb (DexFuture *future,
          gpointer   user_data)
{
  EnlaceClientReply *reply = g_value_get_object (dex_future_get_value (future, NULL));
  g_autoptr(GError) error = NULL;
  EnlaceValue *value = enlace_client_reply_get_value (reply, &error);
  char *text = value != NULL ? enlace_bundle_format (value, &error) : NULL;
  g_autoptr(GBytes) bytes = NULL;

  if (text == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));

  bytes = g_bytes_new_take (text, strlen (text));

  return dex_file_replace_contents_bytes (user_data, bytes, NULL, FALSE, G_FILE_CREATE_REPLACE_DESTINATION | G_FILE_CREATE_PRIVATE);
}

DexFuture *
enlace_transfer_save (EnlaceClient   *client,
                      EnlaceWorkflow *workflow,
                      GFile          *file)
{
  g_autofree char *path = NULL;

  g_return_val_if_fail (ENLACE_IS_CLIENT (client), NULL);
  g_return_val_if_fail (ENLACE_IS_WORKFLOW (workflow), NULL);
  g_return_val_if_fail (G_IS_FILE (file), NULL);

  path = g_strconcat ("workflows/", enlace_resource_get_id (ENLACE_RESOURCE (workflow)), "/export", NULL);

  return dex_future_then (enlace_client_call (client, "GET", path, NULL, NULL), write_cb, g_object_ref (file), g_object_unref);
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
  g_autoptr(EnlaceValue) bundle = enlace_transfer_read (g_value_get_boxed (dex_future_get_value (future, NULL)), import->name, &error);

  if (bundle == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));

  return enlace_client_call (import->client, "POST", "workflows/import", bundle, NULL);
}

/* Of several the first is shown; the list hears of all of them. */
static DexFuture *
made_cb (DexFuture *future,
         gpointer   user_data)
{
  EnlaceClientReply *reply = g_value_get_object (dex_future_get_value (future, NULL));
  g_autoptr(GError) error = NULL;
  EnlaceValue *value = enlace_client_reply_get_value (reply, &error);

  if (value == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));

  return enlace_client_load_workflow (user_data, enlace_value_get_string (enlace_json_pointer_get (value, "/workflows/0/id")));
}

DexFuture *
enlace_transfer_load (EnlaceClient *client,
                      GFile        *file)
{
  DexFuture *made;
  Import *import;

  g_return_val_if_fail (ENLACE_IS_CLIENT (client), NULL);
  g_return_val_if_fail (G_IS_FILE (file), NULL);

  import = g_new0 (Import, 1);
  import->client = g_object_ref (client);
  import->name = g_file_get_basename (file);
  made = dex_future_then (dex_file_load_contents_bytes (file), read_cb, import, import_free);

  return dex_future_then (made, made_cb, g_object_ref (client), g_object_unref);
}
