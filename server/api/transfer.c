/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-api"

#include "server/api/transfer.h"

#include <string.h>

#include "common/workflow/document.h"
#include "server/api/resource.h"
#include "server/api/workflow-resource.h"
#include "server/workflow/engine.h"
#include "server/workflow/transfer.h"
#include "server/workflow/variables.h"

/* Export */

static gboolean
has_variables (EnlaceBundle *bundle)
{
  gboolean found = bundle->variables->len > 0;

  for (guint i = 0; !found && i < bundle->workflows->len; i++)
    found = ((EnlaceBundleWorkflow *) g_ptr_array_index (bundle->workflows, i))->variables->len > 0;

  return found;
}

/* "true" or "false"; FALSE: something else, and it was answered. */
static gboolean
take_switch (EnlaceRequest *request,
             const char    *name,
             gboolean      *value)
{
  const char *text = enlace_request_get_query (request, name);

  *value = g_strcmp0 (text, "true") == 0;
  if (text == NULL || *value || strcmp (text, "false") == 0)
    return TRUE;

  enlace_request_fail (request, g_error_new (ENLACE_API_ERROR, 400, "“%s” must be true or false", name));

  return FALSE;
}

static void
reply_bundle (EnlaceRequest *request,
              EnlaceBundle  *bundle)
{
  EnlaceBundleWorkflow *first = g_ptr_array_index (bundle->workflows, 0);
  g_autoptr(EnlaceValue) value = enlace_bundle_to_value (bundle);
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) bytes = NULL;
  g_autofree char *disposition = g_strdup_printf ("attachment; filename=\"%s" ENLACE_BUNDLE_SUFFIX "\"", first->key);
  char *text = enlace_bundle_format (value, &error);
  EnlaceReply *reply;

  if (text == NULL)
    return enlace_request_fail (request, g_steal_pointer (&error));

  bytes = g_bytes_new_take (text, strlen (text));
  reply = enlace_reply_new_bytes (200, "application/json", bytes);
  enlace_reply_add_header (reply, "Content-Disposition", disposition);
  enlace_request_reply (request, reply);
}

static void
export_workflow (EnlaceRequest *request)
{
  const EnlaceServices *services = enlace_request_get_services (request);
  g_autoptr(EnlaceBundle) bundle = NULL;
  g_autoptr(GError) error = NULL;
  gboolean with_called;
  EnlaceReader *reader;

  if (!take_switch (request, "sub_workflows", &with_called))
    return;

  reader = enlace_store_acquire_reader (services->store);
  bundle = enlace_transfer_export (reader, services->vault, enlace_request_get_organisation (request), enlace_request_get_id (request), with_called,
                                   &error);
  enlace_store_release_reader (services->store, reader);
  if (bundle == NULL)
    return enlace_request_fail (request, g_steal_pointer (&error));
  if (has_variables (bundle) && !enlace_request_may (request, "variables:read"))
    return enlace_request_fail (request, g_error_new (ENLACE_API_ERROR, 403, "The workflow has variables: to export it wants variables:read"));

  reply_bundle (request, bundle);
}

/* Import */

typedef struct {
  EnlaceApiChange  base;
  EnlaceRequest   *request;
  EnlaceImport    *import;
} Change;

static gboolean
apply_cb (EnlaceApiChange  *change,
          EnlaceWriter     *writer,
          GError          **error)
{
  return enlace_import_apply (((Change *) change)->import, writer, error);
}

static EnlaceValue *
imported_to_value (const EnlaceImported *imported)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(GPtrArray) refusals = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_problem_free);
  g_autoptr(EnlaceDocument) document = enlace_document_read (imported->document, refusals);

  enlace_resource_add_id (builder, "id", &imported->id);
  enlace_map_builder_add_string (builder, "key", imported->key);
  enlace_map_builder_add_string (builder, "name", imported->name);
  enlace_map_builder_take (builder, "problems", enlace_workflow_check (document));

  return enlace_map_builder_end (builder);
}

static EnlaceReply *
reply_cb (EnlaceApiChange *change)
{
  EnlaceImport *import = ((Change *) change)->import;
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(EnlaceListBuilder) workflows = enlace_list_builder_new ();
  g_autoptr(EnlaceValue) body = NULL;

  for (guint i = 0; i < import->workflows->len; i++)
    enlace_list_builder_take (workflows, imported_to_value (g_ptr_array_index (import->workflows, i)));
  enlace_map_builder_take (builder, "workflows", enlace_list_builder_end (workflows));
  enlace_map_builder_add_int (builder, "variables", import->variables->len);
  body = enlace_map_builder_end (builder);

  return enlace_reply_new_json (201, body);
}

static void
committed_cb (EnlaceApiChange *change)
{
  EnlaceRequest *request = ((Change *) change)->request;

  enlace_variables_changed (enlace_engine_get_variables (enlace_request_get_services (request)->engine), enlace_request_get_organisation (request));
}

static void
change_free (EnlaceApiChange *change)
{
  Change *self = (Change *) change;

  enlace_import_free (self->import);
  g_free (self);
}

/* NULL: it was answered. */
static EnlaceBundle *
take_bundle (EnlaceRequest *request)
{
  g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_problem_free);
  g_autoptr(EnlaceBundle) bundle = enlace_bundle_read (enlace_request_get_body (request), problems);
  g_autoptr(EnlaceListBuilder) errors = enlace_list_builder_new ();
  g_autoptr(EnlaceValue) list = NULL;

  if (bundle != NULL && (!has_variables (bundle) || enlace_request_may (request, "variables:write")))
    return g_steal_pointer (&bundle);

  if (bundle != NULL)
    {
      enlace_request_fail (request, g_error_new (ENLACE_API_ERROR, 403, "The bundle has variables: to import it wants variables:write"));
      return NULL;
    }

  for (guint i = 0; i < problems->len; i++)
    {
      const EnlaceProblem *problem = g_ptr_array_index (problems, i);
      g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

      enlace_map_builder_add_string (builder, "pointer", problem->pointer);
      enlace_map_builder_add_string (builder, "detail", problem->detail);
      enlace_list_builder_take (errors, enlace_map_builder_end (builder));
    }
  list = enlace_list_builder_end (errors);
  enlace_request_fail_body (request, g_steal_pointer (&list));

  return NULL;
}

static void
import_workflows (EnlaceRequest *request)
{
  const EnlaceServices *services = enlace_request_get_services (request);
  g_autoptr(EnlaceImport) import = NULL;
  g_autoptr(GError) error = NULL;
  EnlaceBundle *bundle = take_bundle (request);
  EnlaceReader *reader;
  Change *change;

  if (bundle == NULL)
    return;

  reader = enlace_store_acquire_reader (services->store);
  import = enlace_import_new (reader, services->vault, enlace_request_get_organisation (request), enlace_request_get_member (request), bundle, &error);
  enlace_store_release_reader (services->store, reader);
  if (import == NULL)
    return enlace_request_fail (request, g_steal_pointer (&error));

  change = g_new0 (Change, 1);
  change->base.apply = apply_cb;
  change->base.reply = reply_cb;
  change->base.committed = committed_cb;
  change->base.free = change_free;
  change->request = request;
  change->import = g_steal_pointer (&import);
  enlace_request_reply_after (request, &change->base);
}

static const EnlaceRoute routes[] = {
  { "GET", "/api/integrations/workflows/:id/export", "workflows:read", export_workflow,
    .summary = "The newest version of a workflow as a bundle, without credentials", .reply = "bundle", .find = enlace_workflow_find,
    .query = "sub_workflows:boolean" },
  { "POST", "/api/integrations/workflows/import", "workflows:write", import_workflows, .summary = "Make workflows of a bundle, all of them or none",
    .body = "bundle", .reply = "import-result", .status = 201 },
};

const EnlaceRouteTable enlace_transfer_routes = { "bundles", routes, G_N_ELEMENTS (routes) };
