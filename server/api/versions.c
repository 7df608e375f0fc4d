/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-api"

#include "server/api/versions.h"

#include "common/workflow/diff.h"
#include "server/api/fields.h"
#include "server/api/resource.h"
#include "server/api/workflow-change.h"
#include "server/api/workflow-preview.h"
#include "server/api/workflow-resource.h"
#include "server/workflow/sealed.h"

/* Versions */

#define MAX_NAME 255
#define MAX_COMMENT 10000

static EnlaceMapBuilder *
version_builder (const EnlaceVersionRow *row)
{
  EnlaceMapBuilder *builder = enlace_map_builder_new ();

  enlace_resource_add_id (builder, "workflow_id", &row->workflow_id);
  enlace_map_builder_add_int (builder, "version", row->version);
  enlace_map_builder_add_string (builder, "name", row->name);
  enlace_map_builder_add_string (builder, "comment", row->comment);
  enlace_resource_add_id (builder, "created_by", &row->created_by);
  enlace_resource_add_time (builder, "created_at", row->created_at);

  return builder;
}

/* A positive number of text; 0: it is none. */
static gint64
read_number (const char *text)
{
  guint64 number;

  return g_ascii_string_to_unsigned (text, 10, 1, G_MAXINT64, &number, NULL) ? (gint64) number : 0;
}

static void
list_versions (EnlaceRequest *request)
{
  const EnlaceServices *services = enlace_request_get_services (request);
  const char *cursor = enlace_request_get_query (request, "cursor");
  const char *limit_text = enlace_request_get_query (request, "limit");
  gint64 before = cursor != NULL ? read_number (cursor) : 0;
  gint64 limit = limit_text != NULL ? read_number (limit_text) : 50;
  g_autoptr(EnlaceListBuilder) items = enlace_list_builder_new ();
  g_autoptr(GPtrArray) rows = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *next = NULL;
  EnlaceReader *reader;

  if ((cursor != NULL && before == 0) || limit < 1 || limit > 200)
    return enlace_request_fail (request, g_error_new (ENLACE_API_ERROR, 400, "“limit” must be from 1 to 200, “cursor” one that a list gave"));

  reader = enlace_store_acquire_reader (services->store);
  rows = enlace_versions_list (reader, enlace_request_get_id (request), before, limit + 1, &error);
  enlace_store_release_reader (services->store, reader);
  if (rows == NULL)
    return enlace_request_fail (request, g_steal_pointer (&error));

  for (guint i = 0; i < MIN (rows->len, limit); i++)
    {
      EnlaceVersionRow *row = g_ptr_array_index (rows, i);
      g_autoptr(EnlaceMapBuilder) builder = version_builder (row);

      enlace_list_builder_take (items, enlace_map_builder_end (builder));
      if (i + 1 == limit && rows->len > limit)
        next = g_strdup_printf ("%" G_GINT64_FORMAT, row->version);
    }

  enlace_request_reply (request, enlace_resource_reply_list (items, next));
}

static void
get_version (EnlaceRequest *request)
{
  const EnlaceServices *services = enlace_request_get_services (request);
  EnlaceWorkflowRow *workflow = enlace_request_get_object (request);
  gint64 number = read_number (enlace_request_get_param (request, "version"));
  g_autoptr(EnlaceVersionRow) row = NULL;
  g_autoptr(EnlaceMapBuilder) builder = NULL;
  g_autoptr(EnlaceDocument) document = NULL;
  g_autoptr(EnlaceValue) body = NULL;
  g_autoptr(GError) error = NULL;
  EnlaceReader *reader;
  EnlaceReply *reply;

  if (number == 0)
    return enlace_request_fail (request, g_error_new (ENLACE_API_ERROR, 404, "There is no such version"));

  reader = enlace_store_acquire_reader (services->store);
  if ((row = enlace_versions_get (reader, &workflow->id, number, &error)) != NULL)
    document = enlace_workflow_load_document (services, reader, workflow, number, &error);
  enlace_store_release_reader (services->store, reader);
  if (document == NULL)
    return enlace_request_fail (request, g_steal_pointer (&error));

  builder = version_builder (row);
  enlace_map_builder_add (builder, "steps", enlace_document_get_value (document));
  enlace_map_builder_take (builder, "problems", enlace_workflow_check (document));
  body = enlace_map_builder_end (builder);
  reply = enlace_reply_new_json (200, body);
  enlace_reply_set_etag (reply, row->revision);
  enlace_request_reply (request, reply);
}

/* Naming */

typedef struct {
  EnlaceApiChange   base;
  EnlaceRequest    *request;
  gint64            number;
  gboolean          has_name, has_comment;
  char             *name;
  char             *comment;
  EnlaceVersionRow *row;         /* as it is after the change */
} Naming;

static gboolean
find_version (EnlaceRequest  *request,
              gint64         *revision,
              GError        **error)
{
  const EnlaceServices *services = enlace_request_get_services (request);
  gint64 number = read_number (enlace_request_get_param (request, "version"));
  g_autoptr(EnlaceVersionRow) row = NULL;
  EnlaceReader *reader;

  if (!enlace_workflow_find (request, revision, error))
    return FALSE;
  if (number == 0)
    {
      g_set_error_literal (error, ENLACE_API_ERROR, 404, "There is no such version");
      return FALSE;
    }

  reader = enlace_store_acquire_reader (services->store);
  row = enlace_versions_get (reader, enlace_request_get_id (request), number, error);
  enlace_store_release_reader (services->store, reader);
  if (row != NULL)
    *revision = row->revision;

  return row != NULL;
}

static gboolean
naming_apply_cb (EnlaceApiChange  *change,
                 EnlaceWriter     *writer,
                 GError          **error)
{
  Naming *self = (Naming *) change;

  if ((self->row = enlace_versions_get_for_change (writer, enlace_request_get_id (self->request), self->number, error)) == NULL)
    return FALSE;

  if (self->has_name)
    g_set_str (&self->row->name, self->name);
  if (self->has_comment)
    g_set_str (&self->row->comment, self->comment);

  return enlace_versions_rename (writer, self->row, enlace_request_get_revision (self->request), error);
}

static EnlaceReply *
naming_reply_cb (EnlaceApiChange *change)
{
  Naming *self = (Naming *) change;
  g_autoptr(EnlaceMapBuilder) builder = version_builder (self->row);
  g_autoptr(EnlaceValue) body = enlace_map_builder_end (builder);
  EnlaceReply *reply = enlace_reply_new_json (200, body);

  enlace_reply_set_etag (reply, self->row->revision);

  return reply;
}

static void
naming_free (EnlaceApiChange *change)
{
  Naming *self = (Naming *) change;

  g_clear_pointer (&self->row, enlace_version_row_free);
  g_free (self->name);
  g_free (self->comment);
  g_free (self);
}

static void
name_version (EnlaceRequest *request)
{
  static const char *const read_only[] = { "workflow_id", "version", "created_by", "created_at", "steps", "problems", NULL };
  Naming *naming = g_new0 (Naming, 1);
  EnlaceFields fields;

  naming->base.apply = naming_apply_cb;
  naming->base.reply = naming_reply_cb;
  naming->base.free = naming_free;
  naming->request = request;
  naming->number = read_number (enlace_request_get_param (request, "version"));

  enlace_fields_init (&fields, request);
  naming->has_name = enlace_fields_take_text (&fields, "name", 0, MAX_NAME, &naming->name);
  if (naming->name != NULL && *naming->name == '\0')
    g_clear_pointer (&naming->name, g_free);
  naming->has_comment = enlace_fields_take_text (&fields, "comment", 0, MAX_COMMENT, &naming->comment);
  enlace_fields_ignore (&fields, read_only);
  if (!enlace_fields_finish (&fields, request))
    return naming_free (&naming->base);

  enlace_request_reply_after (request, &naming->base);
}

/* The document that a query member names: a version's number or "draft". NULL: there is none. */
static EnlaceDocument *
load_named (EnlaceRequest  *request,
            const char     *member,
            const char     *fallback,
            GError        **error)
{
  const EnlaceServices *services = enlace_request_get_services (request);
  EnlaceWorkflowRow *workflow = enlace_request_get_object (request);
  const char *named = enlace_request_get_query (request, member);
  const char *text = named != NULL ? named : fallback;
  gint64 number = text != NULL ? read_number (text) : 0;
  EnlaceDocument *document;
  EnlaceReader *reader;

  if (g_strcmp0 (text, "draft") == 0)
    return enlace_workflow_load_draft (request, workflow, error);
  if (number == 0)
    {
      g_set_error (error, ENLACE_API_ERROR, 400, "“%s” must be the number of a version, or “draft”", member);
      return NULL;
    }

  reader = enlace_store_acquire_reader (services->store);
  document = enlace_workflow_load_document (services, reader, workflow, number, error);
  enlace_store_release_reader (services->store, reader);

  return document;
}

static void
compare_versions (EnlaceRequest *request)
{
  EnlaceWorkflowRow *workflow = enlace_request_get_object (request);
  g_autofree char *newest = g_strdup_printf ("%" G_GINT64_FORMAT, workflow->version);
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(EnlaceDocument) before = NULL;
  g_autoptr(EnlaceDocument) after = NULL;
  g_autoptr(GPtrArray) differences = NULL;
  g_autoptr(EnlaceValue) body = NULL;
  g_autoptr(GError) error = NULL;

  if ((before = load_named (request, "from", NULL, &error)) == NULL || (after = load_named (request, "to", newest, &error)) == NULL)
    return enlace_request_fail (request, g_steal_pointer (&error));

  differences = enlace_document_diff (enlace_document_get_value (before), enlace_document_get_value (after));
  enlace_map_builder_take (builder, "changes", enlace_differences_to_value (differences));
  body = enlace_map_builder_end (builder);
  enlace_request_reply (request, enlace_reply_new_json (200, body));
}

/* Rolling back makes the old document the newest version; nothing is lost and nothing goes live by it. */
static void
roll_back (EnlaceRequest *request)
{
  const EnlaceServices *services = enlace_request_get_services (request);
  EnlaceWorkflowRow *row = enlace_request_get_object (request);
  g_autoptr(EnlaceWorkflowChange) edit = enlace_workflow_change_new (request, &row->id);
  g_autoptr(GError) error = NULL;
  EnlaceReader *reader;
  EnlaceFields fields;
  gint64 version = 0;

  enlace_fields_init (&fields, request);
  enlace_fields_require (&fields, "version");
  enlace_fields_take_int (&fields, "version", 1, row->version, &version);
  if (!enlace_fields_finish (&fields, request))
    return;

  reader = enlace_store_acquire_reader (services->store);
  edit->document = enlace_workflow_load_document (services, reader, row, version, &error);
  enlace_store_release_reader (services->store, reader);
  if (edit->document == NULL)
    return enlace_request_fail (request, g_steal_pointer (&error));

  enlace_workflow_change_submit (g_steal_pointer (&edit));
}

/* Drafts */

typedef struct {
  EnlaceApiChange  base;
  EnlaceRequest   *request;
  EnlaceDraftRow  *row;         /* NULL: it is dropped */
  EnlaceDocument  *document;
} DraftChange;

static EnlaceValue *
draft_to_value (const EnlaceDraftRow *row,
                EnlaceDocument       *document)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  enlace_resource_add_id (builder, "workflow_id", &row->workflow_id);
  enlace_map_builder_add_int (builder, "base_version", row->base_version);
  enlace_map_builder_add (builder, "steps", enlace_document_get_value (document));
  enlace_map_builder_take (builder, "problems", enlace_workflow_check (document));
  enlace_resource_add_time (builder, "updated_at", row->updated_at);

  return enlace_map_builder_end (builder);
}

static void
get_draft (EnlaceRequest *request)
{
  const EnlaceServices *services = enlace_request_get_services (request);
  EnlaceWorkflowRow *workflow = enlace_request_get_object (request);
  const EnlaceUuid *member = enlace_request_get_member (request);
  EnlaceReader *reader = enlace_store_acquire_reader (services->store);
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceDraftRow) row = enlace_drafts_get (reader, &workflow->id, member, &error);
  g_autoptr(EnlaceListBuilder) refusals = enlace_list_builder_new ();
  g_autoptr(EnlaceDocument) document = NULL;
  g_autoptr(EnlaceValue) steps = NULL;
  g_autoptr(EnlaceValue) body = NULL;

  enlace_store_release_reader (services->store, reader);
  if (row == NULL ||
      (steps = enlace_sealed_draft_read (services->vault, &workflow->organisation_id, &workflow->id, member, row->document, &error)) == NULL)
    return enlace_request_fail (request, g_steal_pointer (&error));
  if ((document = enlace_workflow_read_steps (steps, refusals)) == NULL)
    return enlace_request_fail (request, g_error_new (ENLACE_API_ERROR, 500, "The stored draft cannot be read"));

  body = draft_to_value (row, document);
  enlace_request_reply (request, enlace_reply_new_json (200, body));
}

static gboolean
draft_apply_cb (EnlaceApiChange  *change,
                EnlaceWriter     *writer,
                GError          **error)
{
  DraftChange *self = (DraftChange *) change;

  if (self->row == NULL)
    return enlace_drafts_delete (writer, enlace_request_get_id (self->request), enlace_request_get_member (self->request), error);

  self->row->updated_at = enlace_writer_get_time (writer);

  return enlace_drafts_put (writer, self->row, error);
}

static EnlaceReply *
draft_reply_cb (EnlaceApiChange *change)
{
  DraftChange *self = (DraftChange *) change;
  g_autoptr(EnlaceValue) body = NULL;

  if (self->row == NULL)
    return enlace_reply_new (204);

  body = draft_to_value (self->row, self->document);

  return enlace_reply_new_json (200, body);
}

static void
draft_change_free (EnlaceApiChange *change)
{
  DraftChange *self = (DraftChange *) change;

  g_clear_pointer (&self->row, enlace_draft_row_free);
  g_clear_pointer (&self->document, enlace_document_unref);
  g_free (self);
}

static DraftChange *
draft_change_new (EnlaceRequest *request)
{
  DraftChange *self = g_new0 (DraftChange, 1);

  self->base.apply = draft_apply_cb;
  self->base.reply = draft_reply_cb;
  self->base.free = draft_change_free;
  self->request = request;

  return self;
}

static void
put_draft (EnlaceRequest *request)
{
  static const char *const read_only[] = { "workflow_id", "problems", "updated_at", NULL };
  const EnlaceServices *services = enlace_request_get_services (request);
  EnlaceWorkflowRow *workflow = enlace_request_get_object (request);
  g_autoptr(EnlaceDocument) document = NULL;
  gint64 base_version = workflow->version;
  EnlaceValue *steps = NULL;
  DraftChange *change;
  EnlaceFields fields;

  enlace_fields_init (&fields, request);
  enlace_fields_require (&fields, "steps");
  if (enlace_fields_take_value (&fields, "steps", ENLACE_KIND_MAP, &steps))
    document = enlace_workflow_read_steps (steps, fields.errors);
  enlace_fields_take_int (&fields, "base_version", 1, workflow->version, &base_version);
  enlace_fields_ignore (&fields, read_only);
  if (!enlace_fields_finish (&fields, request))
    return;

  change = draft_change_new (request);
  change->document = g_steal_pointer (&document);
  change->row = g_new0 (EnlaceDraftRow, 1);
  change->row->workflow_id = workflow->id;
  change->row->member_id = *enlace_request_get_member (request);
  change->row->base_version = base_version;
  change->row->document = enlace_sealed_draft_write (services->vault, &workflow->organisation_id, &workflow->id, &change->row->member_id,
                                                     enlace_document_get_value (change->document));
  enlace_request_reply_after (request, &change->base);
}

static void
delete_draft (EnlaceRequest *request)
{
  enlace_request_reply_after (request, &draft_change_new (request)->base);
}

static const EnlaceRoute routes[] = {
  { "GET", "/api/integrations/workflows/:id/draft", "workflows:read", get_draft, .summary = "Read one's draft of a workflow", .reply = "draft",
    .find = enlace_workflow_find },
  { "PUT", "/api/integrations/workflows/:id/draft", "workflows:write", put_draft, .summary = "Save one's draft of a workflow", .body = "draft-change",
    .reply = "draft", .find = enlace_workflow_find },
  { "DELETE", "/api/integrations/workflows/:id/draft", "workflows:write", delete_draft, .summary = "Drop one's draft of a workflow", .status = 204,
    .find = enlace_workflow_find },
  { "GET", "/api/integrations/workflows/:id/versions", "workflows:read", list_versions, .summary = "List the versions of a workflow, newest first",
    .reply = "version-list", .find = enlace_workflow_find, .query = "limit:integer cursor" },
  { "GET", "/api/integrations/workflows/:id/versions/compare", "workflows:read", compare_versions,
    .summary = "Compare two versions, or one with one's draft, by step and field", .reply = "version-comparison", .find = enlace_workflow_find,
    .query = "from to" },
  { "GET", "/api/integrations/workflows/:id/versions/:version", "workflows:read", get_version, .summary = "Read a version with its document",
    .reply = "version", .find = enlace_workflow_find },
  { "PUT", "/api/integrations/workflows/:id/versions/:version", "workflows:write", name_version, ENLACE_ROUTE_IF_MATCH,
    "Name a version, or say something of it; its document stays", .body = "version-change", .reply = "version-summary", .find = find_version },
  { "POST", "/api/integrations/workflows/:id/rollback", "workflows:write", roll_back, .summary = "Make an earlier version the newest", .body = "rollback",
    .reply = "workflow", .find = enlace_workflow_find },
  { "POST", "/api/integrations/workflows/:id/publish-preview", "workflows:read", enlace_workflow_preview_publish,
    .summary = "What putting a version live would change", .body = "publish-preview", .reply = "publish-preview-result", .find = enlace_workflow_find },
};

const EnlaceRouteTable enlace_version_routes = { "versions", routes, G_N_ELEMENTS (routes) };
