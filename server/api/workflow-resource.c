/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-api"

#include "server/api/workflow-resource.h"

#include <string.h>

#include "common/value/json.h"
#include "common/workflow/derive.h"
#include "server/api/resource.h"
#include "server/webhook/settings.h"
#include "server/workflow/sealed.h"

/* Pointers of a document are shown from the root of the resource, whose member it is. */
#define DOCUMENT_POINTER "/steps"

EnlaceDocument *
enlace_workflow_load_document (const EnlaceServices     *services,
                               EnlaceReader             *reader,
                               const EnlaceWorkflowRow  *row,
                               gint64                    version,
                               GError                  **error)
{
  g_autoptr(EnlaceVersionRow) stored = enlace_versions_get (reader, &row->id, version, error);
  g_autoptr(GPtrArray) refusals = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_problem_free);
  g_autoptr(EnlaceValue) value = NULL;
  EnlaceDocument *document;

  if (stored == NULL ||
      (value = enlace_sealed_document_read (services->vault, &row->organisation_id, &row->id, stored->document, error)) == NULL)
    return NULL;

  if ((document = enlace_document_read (value, refusals)) == NULL)
    g_set_error (error, ENLACE_API_ERROR, 500, "The stored document cannot be read");

  return document;
}

EnlaceDocument *
enlace_workflow_load_draft (EnlaceRequest            *request,
                            const EnlaceWorkflowRow  *row,
                            GError                  **error)
{
  const EnlaceServices *services = enlace_request_get_services (request);
  const EnlaceUuid *member = enlace_request_get_member (request);
  EnlaceReader *reader = enlace_store_acquire_reader (services->store);
  g_autoptr(EnlaceDraftRow) draft = enlace_drafts_get (reader, &row->id, member, error);
  g_autoptr(GPtrArray) refusals = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_problem_free);
  g_autoptr(EnlaceValue) value = NULL;
  EnlaceDocument *document;

  enlace_store_release_reader (services->store, reader);
  if (draft == NULL ||
      (value = enlace_sealed_draft_read (services->vault, &row->organisation_id, &row->id, member, draft->document, error)) == NULL)
    return NULL;

  if ((document = enlace_document_read (value, refusals)) == NULL)
    g_set_error (error, ENLACE_API_ERROR, 500, "The stored draft cannot be read");

  return document;
}

static void
add_document (EnlaceMapBuilder *builder,
              EnlaceDocument   *document,
              const char       *url)
{
  g_autoptr(EnlaceValue) config = enlace_document_derive_trigger_config (document);
  g_autoptr(EnlaceValue) address = url != NULL ? enlace_value_new_string (url) : NULL;

  enlace_map_builder_add_string (builder, "trigger_type", enlace_document_get_trigger_type (document));
  enlace_map_builder_take (builder, "trigger_config",
                           address != NULL ? enlace_value_with_member (config, "url", address) : enlace_value_ref (config));
  enlace_map_builder_add (builder, "steps", enlace_document_get_value (document));
  enlace_map_builder_take (builder, "conditions", enlace_document_derive_conditions (document));
  enlace_map_builder_take (builder, "problems", enlace_workflow_check (document));
}

static void
add_columns (EnlaceMapBuilder        *builder,
             const EnlaceWorkflowRow *row)
{
  enlace_map_builder_add_int (builder, "version", row->version);
  if (row->published_version > 0)
    enlace_map_builder_add_int (builder, "published_version", row->published_version);
  else
    enlace_map_builder_add_null (builder, "published_version");
  enlace_map_builder_add_bool (builder, "is_active", row->is_active);
  enlace_map_builder_add_int (builder, "execution_count", row->execution_count);
  enlace_map_builder_add_int (builder, "success_count", row->success_count);
  enlace_map_builder_add_int (builder, "error_count", row->error_count);
  enlace_resource_add_time (builder, "last_execution_at", row->last_execution_at);
  enlace_map_builder_add_string (builder, "last_status", row->last_status);
  enlace_resource_add_id (builder, "created_by", &row->created_by);
  enlace_resource_add_time (builder, "created_at", row->created_at);
  enlace_resource_add_time (builder, "updated_at", row->updated_at);
}

/* The full inbound address; NULL without an error for a workflow that has none. */
static char *
inbound_address (const EnlaceServices    *services,
                 const EnlaceWorkflowRow *row,
                 EnlaceDocument          *document,
                 GError                 **error)
{
  g_autofree char *token = NULL;

  if (strcmp (enlace_document_get_trigger_type (document), "webhook") != 0)
    return NULL;

  token = enlace_sealed_token_read (services->vault, &row->organisation_id, &row->id, row->token, error);

  return token != NULL ? g_strconcat (services->public_url, "/hooks/", token, NULL) : NULL;
}

EnlaceValue *
enlace_workflow_to_value (const EnlaceServices    *services,
                          const EnlaceWorkflowRow *row,
                          EnlaceDocument          *document,
                          GError                 **error)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(GError) failure = NULL;
  g_autoptr(EnlaceValue) tags = NULL;
  g_autofree char *url = inbound_address (services, row, document, &failure);

  if (failure == NULL)
    tags = enlace_json_parse (row->tags, -1, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }

  enlace_resource_add_id (builder, "id", &row->id);
  enlace_resource_add_id (builder, "organization_id", &row->organisation_id);
  enlace_map_builder_add_string (builder, "name", row->name);
  enlace_map_builder_add_string (builder, "description", row->description);
  enlace_map_builder_add (builder, "tags", tags);
  add_document (builder, document, url);
  add_columns (builder, row);

  return enlace_map_builder_end (builder);
}

EnlaceValue *
enlace_workflow_render (const EnlaceServices  *services,
                        EnlaceReader          *reader,
                        const EnlaceUuid      *organisation_id,
                        const EnlaceUuid      *id,
                        gint64                *revision,
                        GError               **error)
{
  g_autoptr(GError) failure = NULL;
  g_autoptr(EnlaceWorkflowRow) row = enlace_workflows_get (reader, organisation_id, id, &failure);
  g_autoptr(EnlaceDocument) document = NULL;

  if (row == NULL)
    {
      if (!g_error_matches (failure, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_NOT_FOUND))
        g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }

  *revision = row->revision;
  if ((document = enlace_workflow_load_document (services, reader, row, row->version, error)) == NULL)
    return NULL;

  return enlace_workflow_to_value (services, row, document, error);
}

static EnlaceValue *
problem_to_value (const EnlaceProblem *problem)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  enlace_map_builder_take_string (builder, "pointer", g_strconcat (DOCUMENT_POINTER, problem->pointer, NULL));
  if (problem->node != NULL)
    enlace_map_builder_add_string (builder, "node", problem->node);
  enlace_map_builder_add_string (builder, "detail", problem->detail);
  enlace_map_builder_add_string (builder, "severity", enlace_severity_to_string (problem->severity));

  return enlace_map_builder_end (builder);
}

/* What only the room of the webhooks can tell of a trigger's parameters. */
static void
check_trigger (EnlaceDocument *document,
               GPtrArray      *problems)
{
  const EnlaceDocumentNode *node = enlace_document_get_trigger (document);
  g_autoptr(EnlaceHookSettings) settings = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *place = NULL;
  const char *pointer = NULL;

  if (node == NULL || strcmp (node->type, "trigger.webhook") != 0)
    return;
  if ((settings = enlace_hook_settings_new (node->parameters, &pointer, &error)) != NULL)
    return;

  place = g_strdup_printf ("/nodes/%u/parameters%s", node->index, pointer);
  /* The general check has said it already where it is the form of a value. */
  for (guint i = 0; i < problems->len; i++)
    if (g_str_has_prefix (((EnlaceProblem *) g_ptr_array_index (problems, i))->pointer, place))
      return;
  g_ptr_array_add (problems, enlace_problem_new (place, node->id, "%s", error->message));
}

EnlaceValue *
enlace_workflow_check_within (EnlaceDocument               *document,
                              const EnlaceCheckEnvironment *environment)
{
  g_autoptr(GPtrArray) problems = enlace_document_check_within (document, environment);
  g_autoptr(EnlaceListBuilder) list = enlace_list_builder_new ();

  check_trigger (document, problems);

  for (guint i = 0; i < problems->len; i++)
    enlace_list_builder_take (list, problem_to_value (g_ptr_array_index (problems, i)));

  return enlace_list_builder_end (list);
}

EnlaceValue *
enlace_workflow_check (EnlaceDocument *document)
{
  return enlace_workflow_check_within (document, NULL);
}

gboolean
enlace_workflow_get_environment (const EnlaceServices     *services,
                                 const EnlaceWorkflowRow  *row,
                                 EnlaceValue             **vars,
                                 char                      id[ENLACE_UUID_TEXT_SIZE],
                                 EnlaceCheckEnvironment   *environment,
                                 GError                  **error)
{
  *vars = enlace_variables_get_schema (enlace_engine_get_variables (services->engine), &row->organisation_id, &row->id, error);
  if (*vars == NULL)
    return FALSE;

  enlace_uuid_format (&row->id, id);
  *environment = (EnlaceCheckEnvironment) { .workflow_id = id, .vars = *vars };

  return TRUE;
}

EnlaceDocument *
enlace_workflow_read_steps (EnlaceValue       *steps,
                            EnlaceListBuilder *errors)
{
  g_autoptr(GPtrArray) refusals = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_problem_free);
  EnlaceDocument *document = enlace_document_read (steps, refusals);

  for (guint i = 0; document == NULL && i < refusals->len; i++)
    enlace_list_builder_take (errors, problem_to_value (g_ptr_array_index (refusals, i)));

  return document;
}

gboolean
enlace_workflow_find (EnlaceRequest  *request,
                      gint64         *revision,
                      GError        **error)
{
  const EnlaceServices *services = enlace_request_get_services (request);
  EnlaceReader *reader = enlace_store_acquire_reader (services->store);
  EnlaceWorkflowRow *row = enlace_workflows_get (reader, enlace_request_get_organisation (request),
                                                 enlace_request_get_id (request), error);

  enlace_store_release_reader (services->store, reader);
  if (row == NULL)
    return FALSE;

  *revision = row->revision;
  enlace_request_set_object (request, row, (GDestroyNotify) enlace_workflow_row_free);

  return TRUE;
}
