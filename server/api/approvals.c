/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-api"

#include "server/api/approvals.h"

#include <string.h>

#include "server/api/fields.h"
#include "server/api/resource.h"
#include "server/store/organisations.h"
#include "server/workflow/approval.h"

#define MAX_COMMENT 2000

/* The resource */

/* "NODE/3.1" → the step, and where it is in loops. */
static void
add_place (EnlaceMapBuilder *builder,
           const char       *key)
{
  const char *slash = strchr (key, '/');
  g_autofree char *step = slash != NULL ? g_strndup (key, slash - key) : g_strdup (key);
  g_auto(GStrv) numbers = slash != NULL ? g_strsplit (slash + 1, ".", -1) : NULL;
  g_autoptr(EnlaceListBuilder) path = enlace_list_builder_new ();

  for (guint i = 0; numbers != NULL && numbers[i] != NULL; i++)
    enlace_list_builder_take (path, enlace_value_new_int (g_ascii_strtoll (numbers[i], NULL, 10)));
  enlace_map_builder_add_string (builder, "step", step);
  enlace_map_builder_take (builder, "path", enlace_list_builder_end (path));
}

static void
add_request (EnlaceMapBuilder *builder,
             EnlaceValue      *request)
{
  enlace_map_builder_add_string (builder, "title", enlace_value_get_member_string (request, "title", ""));
  enlace_map_builder_add_string (builder, "text", enlace_value_get_member_string (request, "text", ""));
  enlace_map_builder_add (builder, "approvers", enlace_value_get_member (request, "approvers"));
}

static EnlaceValue *
to_value (const EnlaceServices     *services,
          const EnlaceApprovalRow  *row,
          GError                  **error)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) request = enlace_approval_read_request (services->vault, row, error);
  g_autoptr(EnlaceValue) decision = request != NULL ? enlace_approval_read_decision (services->vault, row, error) : NULL;

  if (decision == NULL)
    return NULL;

  enlace_resource_add_id (builder, "id", &row->id);
  enlace_resource_add_id (builder, "organization_id", &row->organisation_id);
  enlace_resource_add_id (builder, "workflow_id", &row->workflow_id);
  enlace_resource_add_id (builder, "execution_id", &row->execution_id);
  add_place (builder, row->key);
  add_request (builder, request);
  enlace_map_builder_add_bool (builder, "allow_link", row->allow_link);
  enlace_map_builder_add_string (builder, "status", enlace_approval_status_get_name (row->status));
  enlace_resource_add_time (builder, "deadline", row->deadline);
  enlace_map_builder_add (builder, "decided_by", enlace_value_get_member (decision, "by"));
  enlace_map_builder_add (builder, "comment", enlace_value_get_member (decision, "comment"));
  enlace_resource_add_time (builder, "created_at", row->created_at);
  enlace_resource_add_time (builder, "decided_at", row->decided_at);

  return enlace_map_builder_end (builder);
}

EnlaceValue *
enlace_approval_render (const EnlaceServices  *services,
                        EnlaceReader          *reader,
                        const EnlaceUuid      *organisation_id,
                        const EnlaceUuid      *id,
                        gint64                *revision,
                        GError               **error)
{
  g_autoptr(GError) failure = NULL;
  g_autoptr(EnlaceApprovalRow) row = enlace_approvals_get (reader, organisation_id, id, enlace_approval_get_now (services->engine), &failure);

  if (row == NULL)
    {
      if (!g_error_matches (failure, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_NOT_FOUND))
        g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }

  *revision = row->change;

  return to_value (services, row, error);
}

static EnlaceReply *
new_reply (const EnlaceServices    *services,
           const EnlaceApprovalRow *row)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) body = to_value (services, row, &error);

  return body != NULL ? enlace_reply_new_json (200, body) : enlace_reply_new_error (error);
}

/* Reading */

static gboolean
find (EnlaceRequest  *request,
      gint64         *revision,
      GError        **error)
{
  const EnlaceServices *services = enlace_request_get_services (request);
  EnlaceReader *reader = enlace_store_acquire_reader (services->store);
  EnlaceApprovalRow *row = enlace_approvals_get (reader, enlace_request_get_organisation (request), enlace_request_get_id (request),
                                                 enlace_approval_get_now (services->engine), error);

  enlace_store_release_reader (services->store, reader);
  if (row == NULL)
    return FALSE;

  enlace_request_set_object (request, row, (GDestroyNotify) enlace_approval_row_free);

  return TRUE;
}

static void
get (EnlaceRequest *request)
{
  enlace_request_reply (request, new_reply (enlace_request_get_services (request), enlace_request_get_object (request)));
}

static EnlaceReply *
list_page (const EnlaceServices  *services,
           const EnlaceUuid      *organisation_id,
           EnlaceApprovalFilter  *filter,
           GError               **error)
{
  g_autoptr(EnlaceListBuilder) items = enlace_list_builder_new ();
  guint limit = filter->limit++;  /* one more tells whether there is a next page */
  EnlaceReader *reader = enlace_store_acquire_reader (services->store);
  g_autoptr(GPtrArray) rows = enlace_approvals_list (reader, organisation_id, filter, error);

  enlace_store_release_reader (services->store, reader);
  if (rows == NULL)
    return NULL;

  for (guint i = 0; i < MIN (rows->len, limit); i++)
    {
      EnlaceValue *value = to_value (services, g_ptr_array_index (rows, i), error);

      if (value == NULL)
        return NULL;
      enlace_list_builder_take (items, value);
    }

  return enlace_resource_reply_page (items, rows->len > limit ? &((EnlaceApprovalRow *) g_ptr_array_index (rows, limit - 1))->id : NULL);
}

/* FALSE: it is no id. */
static gboolean
read_id (EnlaceRequest     *request,
         const char        *name,
         EnlaceUuid        *id,
         const EnlaceUuid **place)
{
  const char *text = enlace_request_get_query (request, name);

  if (text == NULL)
    return TRUE;

  *place = id;
  return enlace_uuid_parse (text, id);
}

static void
list (EnlaceRequest *request)
{
  const EnlaceServices *services = enlace_request_get_services (request);
  const char *status = enlace_request_get_query (request, "status");
  EnlaceApprovalFilter filter = { .status = -1, .now = enlace_approval_get_now (services->engine) };
  g_autoptr(GError) error = NULL;
  EnlaceUuid before, workflow_id, execution_id;
  EnlaceReply *reply;
  gboolean has_before;

  if (!enlace_request_get_page (request, &filter.limit, &before, &has_before))
    return;

  filter.before = has_before ? &before : NULL;
  if (!read_id (request, "workflow_id", &workflow_id, &filter.workflow_id) || !read_id (request, "execution_id", &execution_id, &filter.execution_id))
    return enlace_request_fail (request, g_error_new (ENLACE_API_ERROR, 400, "workflow_id and execution_id are ids"));
  if (status != NULL && (filter.status = enlace_approval_status_from_name (status)) < 0)
    return enlace_request_fail (request, g_error_new (ENLACE_API_ERROR, 400, "status is pending, approved, rejected, expired or cancelled"));

  reply = list_page (services, enlace_request_get_organisation (request), &filter, &error);
  if (reply == NULL)
    return enlace_request_fail (request, g_steal_pointer (&error));

  enlace_request_reply (request, reply);
}

/* Deciding */

typedef struct {
  EnlaceApiChange    base;
  EnlaceRequest     *request;
  EnlaceDecision    *decision;
  EnlaceApprovalRow *row;         /* as it is after that */
} Change;

static gboolean
apply_cb (EnlaceApiChange  *base,
          EnlaceWriter     *writer,
          GError          **error)
{
  Change *self = (Change *) base;
  EnlaceEngine *engine = enlace_request_get_services (self->request)->engine;

  if (!enlace_decision_apply (self->decision, engine, writer, error))
    return FALSE;

  self->row = enlace_approvals_find_for_change (writer, &self->decision->execution_id, self->decision->key, enlace_approval_get_now (engine), error);

  return self->row != NULL;
}

static EnlaceReply *
reply_cb (EnlaceApiChange *base)
{
  Change *self = (Change *) base;

  return new_reply (enlace_request_get_services (self->request), self->row);
}

static void
committed_cb (EnlaceApiChange *base)
{
  Change *self = (Change *) base;

  enlace_decision_committed (self->decision, enlace_request_get_services (self->request)->engine);
}

static void
change_free (EnlaceApiChange *base)
{
  Change *self = (Change *) base;

  enlace_decision_free (self->decision);
  g_clear_pointer (&self->row, enlace_approval_row_free);
  g_free (self);
}

/* The mail address of the caller. */
static char *
dup_caller (EnlaceRequest  *request,
            GError        **error)
{
  const EnlaceServices *services = enlace_request_get_services (request);
  EnlaceReader *reader = enlace_store_acquire_reader (services->store);
  char *email = enlace_members_get_email (reader, enlace_request_get_organisation (request), enlace_request_get_member (request), error);

  enlace_store_release_reader (services->store, reader);

  return email;
}

static void
decide (EnlaceRequest *request)
{
  g_autofree char *decision = NULL;
  g_autofree char *comment = NULL;
  g_autofree char *by = NULL;
  g_autoptr(GError) error = NULL;
  EnlaceFields fields;
  Change *change;

  enlace_fields_init (&fields, request);
  enlace_fields_require (&fields, "decision");
  if (enlace_fields_take_text (&fields, "decision", 1, 16, &decision) && strcmp (decision, "approved") != 0 && strcmp (decision, "rejected") != 0)
    enlace_fields_add_error (&fields, "/decision", "This must be approved or rejected");
  enlace_fields_take_text (&fields, "comment", 0, MAX_COMMENT, &comment);
  if (!enlace_fields_finish (&fields, request))
    return;

  by = dup_caller (request, &error);
  if (error != NULL)
    return enlace_request_fail (request, g_steal_pointer (&error));

  change = g_new0 (Change, 1);
  change->base.apply = apply_cb;
  change->base.reply = reply_cb;
  change->base.committed = committed_cb;
  change->base.free = change_free;
  change->request = request;
  change->decision = enlace_decision_new (enlace_request_get_object (request), (EnlaceApprovalStatus) enlace_approval_status_from_name (decision), by,
                                          comment != NULL && *comment != '\0' ? comment : NULL);
  enlace_request_reply_after (request, &change->base);
}

static const EnlaceRoute routes[] = {
  { "GET", "/api/integrations/approvals", "approvals:read", list, .summary = "List what people are asked to decide, newest first", .reply = "approval-list",
    .query = "limit:integer cursor status workflow_id execution_id" },
  { "GET", "/api/integrations/approvals/:id", "approvals:read", get, .summary = "Read an approval", .reply = "approval", .find = find },
  { "POST", "/api/integrations/approvals/:id", "approvals:write", decide, .summary = "Approve or reject", .body = "approval-decision", .reply = "approval",
    .find = find },
};

const EnlaceRouteTable enlace_approval_routes = { "approvals", routes, G_N_ELEMENTS (routes) };
