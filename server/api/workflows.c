/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-api"

#include "server/api/workflows.h"

#include <string.h>

#include "common/value/json.h"
#include "server/api/execute.h"
#include "server/api/executions.h"
#include "server/api/fields.h"
#include "server/api/resource.h"
#include "server/api/workflow-bulk.h"
#include "server/api/workflow-change.h"
#include "server/api/workflow-resource.h"
#include "server/security/api-key.h"
#include "server/workflow/sealed.h"

#define MAX_NAME 255
#define MAX_DESCRIPTION 10000
#define MAX_TAGS 50
#define MAX_BULK 200
#define TOKEN_LENGTH 32
/* A page of a list ends early once its documents have this size, so that a page of great workflows stays a page. */
#define MAX_PAGE_BYTES (4 * 1024 * 1024)

static const char *const read_only[] = {
  "id", "organization_id", "trigger_type", "trigger_config", "conditions", "problems", "version", "execution_count", "success_count", "error_count",
  "last_execution_at", "last_status", "created_by", "created_at", "updated_at", NULL
};

static const char empty_document[] = "{\"schema\":1,\"nodes\":[],\"edges\":[],\"notes\":[]}";

static void
take_tags (EnlaceFields  *fields,
           gboolean      *has_tags,
           char         **tags)
{
  EnlaceValue *list = NULL;

  if (!enlace_fields_take_value (fields, "tags", ENLACE_KIND_LIST, &list))
    return;

  if (enlace_value_get_length (list) > MAX_TAGS)
    return enlace_fields_add_error (fields, "/tags", "A workflow has at most %d tags", MAX_TAGS);

  for (gsize i = 0; i < enlace_value_get_length (list); i++)
    {
      const char *tag = enlace_value_get_string (enlace_value_get_element (list, i));
      g_autofree char *pointer = g_strdup_printf ("/tags/%" G_GSIZE_FORMAT, i);

      if (tag == NULL || *tag == '\0' || strlen (tag) > MAX_NAME)
        return enlace_fields_add_error (fields, pointer, "A tag is a short text");
    }

  *has_tags = TRUE;
  *tags = enlace_json_format (list, ENLACE_JSON_COMPACT, NULL, NULL);
}

static EnlaceDocument *
take_steps (EnlaceFields *fields)
{
  EnlaceValue *steps = NULL;

  if (!enlace_fields_take_value (fields, "steps", ENLACE_KIND_MAP, &steps))
    return NULL;

  return enlace_workflow_read_steps (steps, fields->errors);
}

/* List */

typedef struct {
  EnlaceListBuilder *items;
  gsize              size;
  guint              n_rows;
} Page;

static gboolean
add_to_page (Page                     *page,
             const EnlaceServices     *services,
             EnlaceReader             *reader,
             const EnlaceWorkflowRow  *row,
             GError                  **error)
{
  g_autoptr(EnlaceDocument) document = enlace_workflow_load_document (services, reader, row, row->version, error);
  EnlaceValue *value;

  if (document == NULL || (value = enlace_workflow_to_value (services, row, document, error)) == NULL)
    return FALSE;

  page->size += enlace_value_get_size (value);
  page->n_rows++;
  enlace_list_builder_take (page->items, value);

  return TRUE;
}

static EnlaceReply *
list_page (const EnlaceServices        *services,
           EnlaceReader                *reader,
           const EnlaceUuid            *organisation_id,
           EnlaceWorkflowFilter        *filter,
           GError                     **error)
{
  g_autoptr(EnlaceListBuilder) items = enlace_list_builder_new ();
  g_autoptr(GPtrArray) rows = NULL;
  Page page = { .items = items };
  guint limit = filter->limit;
  EnlaceWorkflowRow *last;

  filter->limit = limit + 1;  /* one more tells whether there is a next page */
  if ((rows = enlace_workflows_list (reader, organisation_id, filter, error)) == NULL)
    return NULL;

  while (page.n_rows < MIN (rows->len, limit) && page.size < MAX_PAGE_BYTES)
    if (!add_to_page (&page, services, reader, g_ptr_array_index (rows, page.n_rows), error))
      return NULL;

  last = page.n_rows < rows->len ? g_ptr_array_index (rows, page.n_rows - 1) : NULL;

  return enlace_resource_reply_page (items, last != NULL ? &last->id : NULL);
}

static void
list (EnlaceRequest *request)
{
  const EnlaceServices *services = enlace_request_get_services (request);
  g_autoptr(GError) error = NULL;
  EnlaceWorkflowFilter filter = { .is_active = -1 };
  const char *active = enlace_request_get_query (request, "is_active");
  EnlaceUuid before;
  EnlaceReader *reader;
  EnlaceReply *reply;
  gboolean has_before;

  if (!enlace_request_get_page (request, &filter.limit, &before, &has_before))
    return;

  filter.before = has_before ? &before : NULL;
  filter.search = enlace_request_get_query (request, "search");
  filter.name = enlace_request_get_query (request, "name");
  filter.trigger_type = enlace_request_get_query (request, "trigger_type");
  if (active != NULL)
    filter.is_active = strcmp (active, "true") == 0;

  reader = enlace_store_acquire_reader (services->store);
  reply = list_page (services, reader, enlace_request_get_organisation (request), &filter, &error);
  enlace_store_release_reader (services->store, reader);
  if (reply == NULL)
    return enlace_request_fail (request, g_steal_pointer (&error));

  enlace_request_reply (request, reply);
}

/* Get */

static void
get (EnlaceRequest *request)
{
  const EnlaceServices *services = enlace_request_get_services (request);
  EnlaceWorkflowRow *row = enlace_request_get_object (request);
  EnlaceReader *reader = enlace_store_acquire_reader (services->store);
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceDocument) document = enlace_workflow_load_document (services, reader, row, row->version, &error);
  g_autoptr(EnlaceValue) body = NULL;
  EnlaceReply *reply;

  enlace_store_release_reader (services->store, reader);
  if (document == NULL || (body = enlace_workflow_to_value (services, row, document, &error)) == NULL)
    return enlace_request_fail (request, g_steal_pointer (&error));

  reply = enlace_reply_new_json (200, body);
  enlace_reply_set_etag (reply, row->revision);
  enlace_request_reply (request, reply);
}

/* Create */

typedef struct {
  EnlaceApiChange    base;
  EnlaceRequest     *request;
  EnlaceWorkflowRow *row;
  EnlaceVersionRow  *version;
  EnlaceDocument    *document;
} Creation;

static gboolean
create_apply_cb (EnlaceApiChange  *change,
                 EnlaceWriter     *writer,
                 GError          **error)
{
  Creation *self = (Creation *) change;

  self->row->created_at = self->row->updated_at = self->version->created_at = enlace_writer_get_time (writer);

  return enlace_workflows_insert (writer, self->row, self->version, error);
}

static EnlaceReply *
create_reply_cb (EnlaceApiChange *change)
{
  Creation *self = (Creation *) change;
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) body = enlace_workflow_to_value (enlace_request_get_services (self->request), self->row, self->document, &error);
  g_autofree char *location = NULL;
  EnlaceReply *reply;

  if (body == NULL)
    return enlace_reply_new_error (error);

  location = g_strconcat ("/api/integrations/workflows/", enlace_value_get_member_string (body, "id", ""), NULL);
  reply = enlace_reply_new_json (201, body);
  enlace_reply_set_etag (reply, self->row->revision);
  enlace_reply_add_header (reply, "Location", location);

  return reply;
}

static void
creation_free (EnlaceApiChange *change)
{
  Creation *self = (Creation *) change;

  enlace_workflow_row_free (self->row);
  enlace_version_row_free (self->version);
  g_clear_pointer (&self->document, enlace_document_unref);
  g_free (self);
}

/* The row and its version 1; takes the texts. */
static Creation *
creation_new (EnlaceRequest  *request,
              char           *name,
              char           *description,
              char           *tags,
              EnlaceDocument *document)
{
  const EnlaceServices *services = enlace_request_get_services (request);
  Creation *self = g_new0 (Creation, 1);
  EnlaceWorkflowRow *row = self->row = g_new0 (EnlaceWorkflowRow, 1);
  g_autofree char *token = enlace_token_generate (TOKEN_LENGTH);

  self->base.apply = create_apply_cb;
  self->base.reply = create_reply_cb;
  self->base.free = creation_free;
  self->request = request;
  self->document = enlace_document_ref (document);

  enlace_uuid_generate (&row->id);
  row->organisation_id = *enlace_request_get_organisation (request);
  row->name = name;
  row->description = description;
  row->tags = tags != NULL ? tags : g_strdup ("[]");
  row->trigger_type = g_strdup (enlace_document_get_trigger_type (document));
  row->version = 1;
  row->created_by = *enlace_request_get_member (request);
  row->token = enlace_sealed_token_write (services->vault, &row->organisation_id, &row->id, token);

  self->version = g_new0 (EnlaceVersionRow, 1);
  self->version->workflow_id = row->id;
  self->version->version = 1;
  self->version->created_by = row->created_by;
  self->version->document = enlace_sealed_document_write (services->vault, &row->organisation_id, &row->id, enlace_document_get_value (document));

  return self;
}

static EnlaceDocument *
empty_steps (EnlaceFields *fields)
{
  g_autoptr(EnlaceValue) value = enlace_json_parse (empty_document, -1, NULL);

  return enlace_workflow_read_steps (value, fields->errors);
}

static void
create (EnlaceRequest *request)
{
  EnlaceFields fields;
  g_autoptr(EnlaceDocument) document = NULL;
  g_autofree char *name = NULL;
  g_autofree char *description = NULL;
  g_autofree char *tags = NULL;
  EnlaceValue *published = NULL;
  gboolean has_tags, is_active = FALSE;

  enlace_fields_init (&fields, request);
  enlace_fields_require (&fields, "name");
  enlace_fields_take_text (&fields, "name", 1, MAX_NAME, &name);
  enlace_fields_take_text (&fields, "description", 0, MAX_DESCRIPTION, &description);
  take_tags (&fields, &has_tags, &tags);
  document = enlace_fields_has (&fields, "steps") ? take_steps (&fields) : empty_steps (&fields);
  if (enlace_fields_take_bool (&fields, "is_active", &is_active) && is_active)
    enlace_fields_add_error (&fields, "/is_active", "A workflow is put live by a PUT after it was made");
  enlace_fields_take_value (&fields, "published_version", ENLACE_KIND_NULL, &published);
  if (published != NULL && !enlace_value_is_null (published))
    enlace_fields_add_error (&fields, "/published_version", "A workflow is put live by a PUT after it was made");
  enlace_fields_ignore (&fields, read_only);
  if (!enlace_fields_finish (&fields, request))
    return;

  enlace_request_reply_after (request, &creation_new (request, g_steal_pointer (&name), g_steal_pointer (&description),
                                                      g_steal_pointer (&tags), document)->base);
}

/* Change */

/* The version that the request puts live: set in `change`. FALSE: refused, and answered. */
static gboolean
choose_version (EnlaceRequest        *request,
                EnlaceWorkflowChange *change,
                EnlaceWorkflowRow    *row,
                gint64                wanted)
{
  const EnlaceServices *services = enlace_request_get_services (request);
  gint64 version = wanted > 0 ? wanted : row->published_version;
  g_autoptr(EnlaceDocument) document = NULL;
  g_autoptr(EnlaceValue) vars = NULL;
  g_autoptr(GError) error = NULL;
  char id[ENLACE_UUID_TEXT_SIZE];
  EnlaceCheckEnvironment environment;
  EnlaceReply *refusal;

  if (version == 0 && change->document != NULL)
    {
      change->publish = -1;
      document = enlace_document_ref (change->document);
    }
  else
    {
      EnlaceReader *reader = enlace_store_acquire_reader (services->store);

      change->publish = version > 0 ? version : row->version;
      document = enlace_workflow_load_document (services, reader, row, change->publish, &error);
      enlace_store_release_reader (services->store, reader);
    }

  if (document == NULL || !enlace_workflow_get_environment (services, row, &vars, id, &environment, &error))
    refusal = enlace_reply_new_error (error);
  else
    refusal = enlace_workflow_refuse_publish (document, &environment);
  if (refusal != NULL)
    enlace_request_reply (request, refusal);

  return refusal == NULL;
}

static gint64
take_published_version (EnlaceFields      *fields,
                        EnlaceWorkflowRow *row)
{
  EnlaceValue *value = enlace_value_get_member (fields->body, "published_version");
  gint64 version = 0;

  /* null is what a workflow that was never live shows; sent back it changes nothing. */
  if (value != NULL && enlace_value_is_null (value) && row->published_version == 0)
    enlace_fields_ignore (fields, (const char *const[]) { "published_version", NULL });
  else
    enlace_fields_take_int (fields, "published_version", 1, row->version, &version);

  return version;
}

/* FALSE: it was answered. */
static gboolean
read_change (EnlaceRequest        *request,
             EnlaceWorkflowChange *change,
             EnlaceWorkflowRow    *row)
{
  EnlaceFields fields;
  gint64 version;

  enlace_fields_init (&fields, request);
  change->has_name = enlace_fields_take_text (&fields, "name", 1, MAX_NAME, &change->name);
  change->has_description = enlace_fields_take_text (&fields, "description", 0, MAX_DESCRIPTION, &change->description);
  take_tags (&fields, &change->has_tags, &change->tags);
  change->document = take_steps (&fields);
  change->has_is_active = enlace_fields_take_bool (&fields, "is_active", &change->is_active);
  version = take_published_version (&fields, row);
  enlace_fields_ignore (&fields, read_only);
  if (!enlace_fields_finish (&fields, request))
    return FALSE;

  if ((change->has_is_active && change->is_active) || version > 0)
    return choose_version (request, change, row, version);

  return TRUE;
}

static gboolean
names_publishing (EnlaceRequest *request)
{
  EnlaceValue *body = enlace_request_get_body (request);

  return enlace_value_get_member (body, "is_active") != NULL || enlace_value_get_member (body, "published_version") != NULL;
}

static gboolean
load_newest (EnlaceRequest         *request,
             EnlaceWorkflowChange  *change,
             EnlaceWorkflowRow     *row,
             GError               **error)
{
  const EnlaceServices *services = enlace_request_get_services (request);
  EnlaceReader *reader;

  if (change->document != NULL)
    return TRUE;

  reader = enlace_store_acquire_reader (services->store);
  change->newest = enlace_workflow_load_document (services, reader, row, row->version, error);
  enlace_store_release_reader (services->store, reader);

  return change->newest != NULL;
}

static void
change (EnlaceRequest *request)
{
  EnlaceWorkflowRow *row = enlace_request_get_object (request);
  g_autoptr(EnlaceWorkflowChange) edit = enlace_workflow_change_new (request, &row->id);
  g_autoptr(GError) error = NULL;

  if (names_publishing (request) && !enlace_request_may (request, "workflows:publish"))
    return enlace_request_fail (request, g_error_new (ENLACE_API_ERROR, 403, "Putting a workflow live, or taking it off, wants workflows:publish"));

  edit->revision = enlace_request_get_revision (request);
  if (!read_change (request, edit, row))
    return;
  if (!load_newest (request, edit, row, &error))
    return enlace_request_fail (request, g_steal_pointer (&error));

  enlace_workflow_change_submit (g_steal_pointer (&edit));
}

/* Delete */

typedef struct {
  EnlaceApiChange  base;
  EnlaceRequest   *request;
} Deletion;

static gboolean
delete_apply_cb (EnlaceApiChange  *change,
                 EnlaceWriter     *writer,
                 GError          **error)
{
  EnlaceRequest *request = ((Deletion *) change)->request;

  return enlace_workflows_delete (writer, enlace_request_get_organisation (request), enlace_request_get_id (request),
                                  enlace_request_get_revision (request), error);
}

static EnlaceReply *
delete_reply_cb (EnlaceApiChange *change)
{
  return enlace_reply_new (204);
}

static void
delete_committed_cb (EnlaceApiChange *change)
{
  EnlaceRequest *request = ((Deletion *) change)->request;

  enlace_engine_workflow_changed (enlace_request_get_services (request)->engine, enlace_request_get_id (request), NULL);
}

static void
deletion_free (EnlaceApiChange *change)
{
  g_free (change);
}

static void
delete (EnlaceRequest *request)
{
  Deletion *deletion = g_new0 (Deletion, 1);

  deletion->base.apply = delete_apply_cb;
  deletion->base.reply = delete_reply_cb;
  deletion->base.committed = delete_committed_cb;
  deletion->base.free = deletion_free;
  deletion->request = request;
  enlace_request_reply_after (request, &deletion->base);
}

static const EnlaceRoute routes[] = {
  { "GET", "/api/integrations/workflows", "workflows:read", list, .summary = "List the workflows, newest first", .reply = "workflow-list",
    .query = "limit:integer cursor search name trigger_type is_active:boolean" },
  { "POST", "/api/integrations/workflows", "workflows:write", create, .summary = "Make a workflow", .body = "workflow-create", .reply = "workflow",
    .status = 201 },
  { "GET", "/api/integrations/workflows/:id", "workflows:read", get, .summary = "Read a workflow", .reply = "workflow", .find = enlace_workflow_find },
  { "PUT", "/api/integrations/workflows/:id", "workflows:write", change, ENLACE_ROUTE_IF_MATCH, "Change a workflow, put it live, or take it off",
    .body = "workflow-change", .reply = "workflow", .find = enlace_workflow_find },
  { "DELETE", "/api/integrations/workflows/:id", "workflows:write", delete, ENLACE_ROUTE_IF_MATCH, "Remove a workflow with its versions and executions",
    .find = enlace_workflow_find, .status = 204 },
  { "POST", "/api/integrations/workflows/bulk", "workflows:publish", enlace_workflows_bulk, .summary = "Put many workflows live, or take them off",
    .body = "workflow-bulk", .reply = "workflow-bulk-result" },
  { "POST", "/api/integrations/workflows/:id/execute", "workflows:execute", enlace_workflows_execute, .summary = "Run a workflow now", .body = "execute",
    .reply = "execution", .find = enlace_workflow_find, .status = 202, .other_status = 200 },
  { "GET", "/api/integrations/workflows/:id/executions", "executions:read", enlace_executions_list_of_workflow,
    .summary = "List the executions of a workflow, newest first", .reply = "execution-list", .find = enlace_workflow_find,
    .query = "limit:integer cursor status is_test:boolean from to" },
};

const EnlaceRouteTable enlace_workflow_routes = { "workflows", routes, G_N_ELEMENTS (routes) };
