/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-api"

#include "server/api/variables.h"

#include <string.h>

#include "common/expression/expression.h"
#include "server/api/fields.h"
#include "server/api/resource.h"
#include "server/store/variables.h"
#include "server/workflow/sealed.h"

#define MAX_NAME 64
#define MAX_DESCRIPTION 1000
/* Of one value in memory: variables are read as a whole by each run that uses one. */
#define MAX_VALUE_SIZE (64 * 1024)

static const char *const types[] = { "string", "number", "bool", "json", NULL };

static const char *const read_only[] = { "id", "organization_id", "created_by", "created_at", "updated_at", NULL };

/* The resource */

static gboolean
add_value (const EnlaceServices     *services,
           const EnlaceVariableRow  *row,
           EnlaceMapBuilder         *builder,
           const char               *field,
           GBytes                   *sealed,
           GError                  **error)
{
  EnlaceValue *value = sealed == NULL ? enlace_value_new_null ()
                                      : enlace_sealed_value_read (services->vault, &row->organisation_id, "variables", &row->id, field, sealed, error);

  if (value != NULL)
    enlace_map_builder_take (builder, field, value);

  return value != NULL;
}

static EnlaceValue *
to_value (const EnlaceServices     *services,
          const EnlaceVariableRow  *row,
          GError                  **error)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  enlace_resource_add_id (builder, "id", &row->id);
  enlace_resource_add_id (builder, "organization_id", &row->organisation_id);
  if (row->has_workflow)
    enlace_resource_add_id (builder, "workflow_id", &row->workflow_id);
  else
    enlace_map_builder_add_null (builder, "workflow_id");
  enlace_map_builder_add_string (builder, "name", row->name);
  enlace_map_builder_add_string (builder, "type", row->type);
  enlace_map_builder_add_string (builder, "description", row->description);
  if (!add_value (services, row, builder, "value", row->value, error) ||
      !add_value (services, row, builder, "test_value", row->test_value, error))
    return NULL;
  enlace_resource_add_id (builder, "created_by", &row->created_by);
  enlace_resource_add_time (builder, "created_at", row->created_at);
  enlace_resource_add_time (builder, "updated_at", row->updated_at);

  return enlace_map_builder_end (builder);
}

EnlaceValue *
enlace_variable_render (const EnlaceServices  *services,
                        EnlaceReader          *reader,
                        const EnlaceUuid      *organisation_id,
                        const EnlaceUuid      *id,
                        gint64                *revision,
                        GError               **error)
{
  g_autoptr(GError) failure = NULL;
  g_autoptr(EnlaceVariableRow) row = enlace_variables_get (reader, organisation_id, id, &failure);

  if (row == NULL)
    {
      if (!g_error_matches (failure, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_NOT_FOUND))
        g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }

  *revision = row->revision;

  return to_value (services, row, error);
}

static EnlaceReply *
new_reply (const EnlaceServices    *services,
           guint                    status,
           const EnlaceVariableRow *row)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) body = to_value (services, row, &error);
  EnlaceReply *reply;

  if (body == NULL)
    return enlace_reply_new_error (error);

  reply = enlace_reply_new_json (status, body);
  enlace_reply_set_etag (reply, row->revision);
  if (status == 201)
    {
      g_autofree char *location = g_strconcat ("/api/integrations/variables/", enlace_value_get_member_string (body, "id", ""), NULL);

      enlace_reply_add_header (reply, "Location", location);
    }

  return reply;
}

/* Reading */

static gboolean
find (EnlaceRequest  *request,
      gint64         *revision,
      GError        **error)
{
  const EnlaceServices *services = enlace_request_get_services (request);
  EnlaceReader *reader = enlace_store_acquire_reader (services->store);
  EnlaceVariableRow *row = enlace_variables_get (reader, enlace_request_get_organisation (request), enlace_request_get_id (request), error);

  enlace_store_release_reader (services->store, reader);
  if (row == NULL)
    return FALSE;

  *revision = row->revision;
  enlace_request_set_object (request, row, (GDestroyNotify) enlace_variable_row_free);

  return TRUE;
}

static void
get (EnlaceRequest *request)
{
  enlace_request_reply (request, new_reply (enlace_request_get_services (request), 200, enlace_request_get_object (request)));
}

static EnlaceReply *
list_page (const EnlaceServices  *services,
           const EnlaceUuid      *organisation_id,
           EnlaceVariableFilter  *filter,
           GError               **error)
{
  g_autoptr(EnlaceListBuilder) items = enlace_list_builder_new ();
  guint limit = filter->limit++;  /* one more tells whether there is a next page */
  EnlaceReader *reader = enlace_store_acquire_reader (services->store);
  g_autoptr(GPtrArray) rows = enlace_variables_list (reader, organisation_id, filter, error);

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

  return enlace_resource_reply_page (items, rows->len > limit ? &((EnlaceVariableRow *) g_ptr_array_index (rows, limit - 1))->id : NULL);
}

static void
list (EnlaceRequest *request)
{
  const char *workflow = enlace_request_get_query (request, "workflow_id");
  EnlaceVariableFilter filter = { .name = enlace_request_get_query (request, "name"), .type = enlace_request_get_query (request, "type") };
  g_autoptr(GError) error = NULL;
  EnlaceUuid before, workflow_id;
  EnlaceReply *reply;
  gboolean has_before;

  if (!enlace_request_get_page (request, &filter.limit, &before, &has_before))
    return;

  filter.before = has_before ? &before : NULL;
  if (workflow != NULL && strcmp (workflow, "null") == 0)
    filter.only_organisation = TRUE;
  else if (workflow != NULL && !enlace_uuid_parse (workflow, &workflow_id))
    return enlace_request_fail (request, g_error_new (ENLACE_API_ERROR, 400, "workflow_id is an id, or null for what is no workflow's"));
  else if (workflow != NULL)
    filter.workflow_id = &workflow_id;

  reply = list_page (enlace_request_get_services (request), enlace_request_get_organisation (request), &filter, &error);
  if (reply == NULL)
    return enlace_request_fail (request, g_steal_pointer (&error));

  enlace_request_reply (request, reply);
}

/* Making and changing */

typedef struct {
  EnlaceApiChange    base;
  EnlaceRequest     *request;
  EnlaceVariableRow *row;          /* as it is after the change */
  gboolean           is_new;
  gboolean           has_name, has_description;
  char              *name;
  char              *type;         /* NULL: as it is */
  char              *description;
  EnlaceValue       *value;        /* NULL: as it is */
  EnlaceValue       *test_value;   /* NULL: as it is; null: none */
} Change;

static void
change_free (EnlaceApiChange *base)
{
  Change *self = (Change *) base;

  g_clear_pointer (&self->row, enlace_variable_row_free);
  g_clear_pointer (&self->value, enlace_value_unref);
  g_clear_pointer (&self->test_value, enlace_value_unref);
  g_free (self->name);
  g_free (self->type);
  g_free (self->description);
  g_free (self);
}

static gboolean
fits (const char  *type,
      EnlaceValue *value)
{
  EnlaceKind kind = enlace_value_get_kind (value);

  if (strcmp (type, "string") == 0)
    return kind == ENLACE_KIND_STRING;
  if (strcmp (type, "bool") == 0)
    return kind == ENLACE_KIND_BOOL;
  if (strcmp (type, "number") == 0)
    return kind == ENLACE_KIND_INT || kind == ENLACE_KIND_UINT || kind == ENLACE_KIND_DOUBLE;

  return TRUE;
}

/* One of the two values after the change, which must be of its type. */
static gboolean
take_field (Change       *self,
            const char   *field,
            EnlaceValue  *value,
            GBytes      **sealed,
            GError      **error)
{
  EnlaceVault *vault = enlace_request_get_services (self->request)->vault;
  EnlaceVariableRow *row = self->row;
  g_autoptr(EnlaceValue) stored = NULL;

  if (value != NULL)
    {
      g_clear_pointer (sealed, g_bytes_unref);
      if (sealed == &row->value || !enlace_value_is_null (value))
        *sealed = enlace_sealed_value_write (vault, &row->organisation_id, "variables", &row->id, field, value);
    }
  if (*sealed == NULL)
    return TRUE;
  if ((stored = enlace_sealed_value_read (vault, &row->organisation_id, "variables", &row->id, field, *sealed, error)) == NULL)
    return FALSE;
  if (fits (row->type, stored))
    return TRUE;

  g_set_error (error, ENLACE_API_ERROR, 409, "The %s of “%s” is no %s", strcmp (field, "value") == 0 ? "value" : "test value", row->name, row->type);

  return FALSE;
}

static gboolean
fill_row (Change  *self,
          GError **error)
{
  EnlaceVariableRow *row = self->row;

  if (self->has_name)
    g_set_str (&row->name, self->name);
  if (self->type != NULL)
    g_set_str (&row->type, self->type);
  if (self->has_description)
    g_set_str (&row->description, self->description);

  return take_field (self, "value", self->value, &row->value, error) &&
         take_field (self, "test_value", self->test_value, &row->test_value, error);
}

static gboolean
apply_cb (EnlaceApiChange  *base,
          EnlaceWriter     *writer,
          GError          **error)
{
  Change *self = (Change *) base;

  if (!self->is_new &&
      (self->row = enlace_variables_get_for_change (writer, enlace_request_get_organisation (self->request),
                                                    enlace_request_get_id (self->request), error)) == NULL)
    return FALSE;
  if (!fill_row (self, error))
    return FALSE;

  self->row->updated_at = enlace_writer_get_time (writer);
  if (!self->is_new)
    return enlace_variables_update (writer, self->row, enlace_request_get_revision (self->request), error);

  self->row->created_at = self->row->updated_at;

  return enlace_variables_insert (writer, self->row, error);
}

static EnlaceReply *
reply_cb (EnlaceApiChange *base)
{
  Change *self = (Change *) base;

  return new_reply (enlace_request_get_services (self->request), self->is_new ? 201 : 200, self->row);
}

static void
committed_cb (EnlaceApiChange *base)
{
  EnlaceRequest *request = ((Change *) base)->request;

  enlace_variables_changed (enlace_engine_get_variables (enlace_request_get_services (request)->engine), enlace_request_get_organisation (request));
}

static void
take_name (EnlaceFields *fields,
           Change       *change)
{
  change->has_name = enlace_fields_take_text (fields, "name", 1, MAX_NAME, &change->name);
  if (!change->has_name)
    return;

  if (!g_regex_match_simple ("\\A[A-Za-z_][A-Za-z0-9_]*\\z", change->name, 0, 0))
    enlace_fields_add_error (fields, "/name", "A name begins with a letter or _, and letters, digits and _ follow");
  else if (enlace_expression_is_keyword (change->name))
    enlace_fields_add_error (fields, "/name", "“%s” is a word of the expression language", change->name);
}

static void
take_type (EnlaceFields *fields,
           Change       *change)
{
  if (enlace_fields_take_text (fields, "type", 1, MAX_NAME, &change->type) && !g_strv_contains (types, change->type))
    enlace_fields_add_error (fields, "/type", "This must be string, number, bool or json");
}

/* `type` NULL: it is not known, since it is wrong. */
static EnlaceValue *
take_value (EnlaceFields *fields,
            const char   *name,
            const char   *type,
            gboolean      is_optional)
{
  g_autofree char *pointer = g_strconcat ("/", name, NULL);
  EnlaceValue *value = NULL;

  if (!enlace_fields_take_value (fields, name, ENLACE_KIND_NULL, &value))
    return NULL;

  if (enlace_value_get_size (value) > MAX_VALUE_SIZE)
    enlace_fields_add_error (fields, pointer, "A value has at most %d KiB", MAX_VALUE_SIZE / 1024);
  else if (type != NULL && !(is_optional && enlace_value_is_null (value)) && !fits (type, value))
    enlace_fields_add_error (fields, pointer, "This must be a %s, as the type says", type);

  return enlace_value_ref (value);
}

static Change *
change_new (EnlaceRequest *request)
{
  Change *self = g_new0 (Change, 1);

  self->base.apply = apply_cb;
  self->base.reply = reply_cb;
  self->base.committed = committed_cb;
  self->base.free = change_free;
  self->request = request;

  return self;
}

/* What both verbs take; `type`: the present one. */
static void
take_members (EnlaceFields *fields,
              Change       *change,
              const char   *type)
{
  take_name (fields, change);
  take_type (fields, change);
  change->has_description = enlace_fields_take_text (fields, "description", 0, MAX_DESCRIPTION, &change->description);
  if (change->type != NULL)
    type = g_strv_contains (types, change->type) ? change->type : NULL;
  change->value = take_value (fields, "value", type, FALSE);
  change->test_value = take_value (fields, "test_value", type, TRUE);
  enlace_fields_ignore (fields, read_only);
}

static void
take_workflow (EnlaceFields      *fields,
               EnlaceVariableRow *row)
{
  EnlaceValue *value = NULL;

  if (!enlace_fields_take_value (fields, "workflow_id", ENLACE_KIND_NULL, &value) || enlace_value_is_null (value))
    return;

  row->has_workflow = enlace_value_get_string (value) != NULL && enlace_uuid_parse (enlace_value_get_string (value), &row->workflow_id);
  if (!row->has_workflow)
    enlace_fields_add_error (fields, "/workflow_id", "This must be an id, or null");
}

static void
create (EnlaceRequest *request)
{
  Change *change = change_new (request);
  EnlaceFields fields;

  change->is_new = TRUE;
  change->row = g_new0 (EnlaceVariableRow, 1);
  enlace_uuid_generate (&change->row->id);
  change->row->organisation_id = *enlace_request_get_organisation (request);
  change->row->created_by = *enlace_request_get_member (request);

  enlace_fields_init (&fields, request);
  enlace_fields_require (&fields, "name");
  enlace_fields_require (&fields, "type");
  enlace_fields_require (&fields, "value");
  take_workflow (&fields, change->row);
  take_members (&fields, change, NULL);
  if (!enlace_fields_finish (&fields, request))
    return change_free (&change->base);

  enlace_request_reply_after (request, &change->base);
}

static void
change (EnlaceRequest *request)
{
  static const char *const fixed[] = { "workflow_id", NULL };
  Change *change = change_new (request);
  EnlaceFields fields;

  enlace_fields_init (&fields, request);
  enlace_fields_ignore (&fields, fixed);
  take_members (&fields, change, ((EnlaceVariableRow *) enlace_request_get_object (request))->type);
  if (!enlace_fields_finish (&fields, request))
    return change_free (&change->base);

  enlace_request_reply_after (request, &change->base);
}

/* Removing */

static gboolean
delete_apply_cb (EnlaceApiChange  *base,
                 EnlaceWriter     *writer,
                 GError          **error)
{
  EnlaceRequest *request = ((Change *) base)->request;

  return enlace_variables_delete (writer, enlace_request_get_organisation (request), enlace_request_get_id (request),
                                  enlace_request_get_revision (request), error);
}

static EnlaceReply *
delete_reply_cb (EnlaceApiChange *base)
{
  return enlace_reply_new (204);
}

static void
delete (EnlaceRequest *request)
{
  Change *change = change_new (request);

  change->base.apply = delete_apply_cb;
  change->base.reply = delete_reply_cb;
  enlace_request_reply_after (request, &change->base);
}

static const EnlaceRoute routes[] = {
  { "GET", "/api/integrations/variables", "variables:read", list, .summary = "List the variables, newest first", .reply = "variable-list",
    .query = "limit:integer cursor workflow_id name type" },
  { "POST", "/api/integrations/variables", "variables:write", create, .summary = "Make a variable", .body = "variable-create", .reply = "variable",
    .status = 201 },
  { "GET", "/api/integrations/variables/:id", "variables:read", get, .summary = "Read a variable", .reply = "variable", .find = find },
  { "PUT", "/api/integrations/variables/:id", "variables:write", change, ENLACE_ROUTE_IF_MATCH, "Change a variable",
    .body = "variable-change", .reply = "variable", .find = find },
  { "DELETE", "/api/integrations/variables/:id", "variables:write", delete, ENLACE_ROUTE_IF_MATCH, "Remove a variable", .status = 204,
    .find = find },
};

const EnlaceRouteTable enlace_variable_routes = { "variables", routes, G_N_ELEMENTS (routes) };
