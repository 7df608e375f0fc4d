/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-api"

#include "server/api/execute.h"

#include <string.h>

#include "common/schema/schema.h"
#include "common/value/json.h"
#include "server/api/execution-resource.h"
#include "server/api/fields.h"
#include "server/api/workflow-resource.h"
#include "server/workflow/engine.h"

#define MAX_WAIT_SECONDS 30

typedef struct {
  EnlaceValue *data;           /* borrowed, nullable */
  gint64       version;        /* 0: the live one, else the newest */
  gboolean     is_draft;
  gboolean     is_test;
  gint64       wait_seconds;
  const char  *until;          /* borrowed, nullable: the step that it ends after */
} Wish;

static void
take_version (EnlaceFields *fields,
              Wish         *wish,
              gint64        newest)
{
  const char *text = enlace_value_get_member_string (fields->body, "version", NULL);

  if (g_strcmp0 (text, "draft") == 0)
    {
      enlace_fields_ignore (fields, (const char *const[]) { "version", NULL });
      wish->is_draft = wish->is_test = TRUE;
    }
  else
    enlace_fields_take_int (fields, "version", 1, newest, &wish->version);
}

static void
take_until (EnlaceFields *fields,
            Wish         *wish)
{
  EnlaceValue *value = NULL;

  if (enlace_fields_take_value (fields, "until", ENLACE_KIND_STRING, &value) && value != NULL)
    {
      wish->until = enlace_value_get_string (value);
      wish->is_test = TRUE;
    }
}

static EnlaceValue *
make_options (const char *until)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  enlace_map_builder_add_string (builder, "until", until);
  return enlace_map_builder_end (builder);
}

static gboolean
read_wish (EnlaceRequest     *request,
           EnlaceWorkflowRow *row,
           Wish              *wish)
{
  EnlaceFields fields;
  gboolean is_test = FALSE;

  enlace_fields_init (&fields, request);
  enlace_fields_take_value (&fields, "data", ENLACE_KIND_NULL, &wish->data);
  enlace_fields_take_bool (&fields, "test", &is_test);
  enlace_fields_take_int (&fields, "wait_seconds", 0, MAX_WAIT_SECONDS, &wish->wait_seconds);
  take_version (&fields, wish, row->version);
  take_until (&fields, wish);
  wish->is_test |= is_test;
  if (wish->data != NULL && strcmp (row->trigger_type, "manual") != 0 && !enlace_value_is_null (wish->data) &&
      enlace_value_get_kind (wish->data) != ENLACE_KIND_MAP)
    enlace_fields_add_error (&fields, "/data", "This must be an object: what the workflow sees as `trigger`");

  return enlace_fields_finish (&fields, request);
}

static void
add_members (EnlaceMapBuilder *builder,
             EnlaceValue      *map)
{
  for (gsize i = 0; map != NULL && i < enlace_value_get_length (map); i++)
    enlace_map_builder_add (builder, enlace_value_get_string (enlace_value_get_key (map, i)), enlace_value_get_member_value (map, i));
}

/* What the workflow of a webhook sees when nobody sent a request. */
static EnlaceValue *
fill_webhook (EnlaceValue *data)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(EnlaceMapBuilder) empty = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) nothing = enlace_map_builder_end (empty);
  EnlaceValue *body = data != NULL ? enlace_value_get_member (data, "body") : NULL;
  g_autofree char *raw = NULL;
  gsize length = 0;

  if (body != NULL && !enlace_value_is_null (body))
    raw = enlace_json_format (body, ENLACE_JSON_COMPACT, &length, NULL);

  enlace_map_builder_add_string (builder, "method", "POST");
  enlace_map_builder_add_string (builder, "path", "");
  enlace_map_builder_add (builder, "query", nothing);
  enlace_map_builder_add (builder, "query_all", nothing);
  enlace_map_builder_add (builder, "headers", nothing);
  enlace_map_builder_add_null (builder, "body");
  enlace_map_builder_take (builder, "body_raw", enlace_value_new_bytes (raw != NULL ? raw : "", length));

  add_members (builder, data);

  return enlace_map_builder_end (builder);
}

static void
add_now (EnlaceMapBuilder *builder,
         const char       *name)
{
  enlace_map_builder_take (builder, name, enlace_value_new_timestamp (g_get_real_time () / G_USEC_PER_SEC, 0));
}

/* What the workflow of another trigger sees when it did not begin it. */
static EnlaceValue *
fill_own (EnlacePlan  *plan,
          const char  *type,
          EnlaceValue *data)
{
  EnlaceValue *parameters = enlace_plan_get_trigger_parameters (plan);
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new (), empty = enlace_map_builder_new ();

  if (strcmp (type, "schedule") == 0)
    {
      const char *zone = enlace_value_get_member_string (parameters, "timezone", "");

      add_now (builder, "scheduled_at");
      enlace_map_builder_add_string (builder, "timezone", *zone != '\0' ? zone : "UTC");
    }
  else if (strcmp (type, "event") == 0)
    {
      enlace_map_builder_add_string (builder, "event", enlace_value_get_member_string (parameters, "event", NULL));
      add_now (builder, "occurred_at");
      enlace_map_builder_add_int (builder, "depth", 1);
      enlace_map_builder_take (builder, "data", enlace_map_builder_end (empty));
    }
  add_members (builder, data);

  return enlace_map_builder_end (builder);
}

EnlaceValue *
enlace_execute_fill_trigger (EnlacePlan  *plan,
                             EnlaceValue *data)
{
  const char *type = enlace_plan_get_trigger_type (plan);
  g_autoptr(EnlaceMapBuilder) builder = NULL;

  if (data != NULL && enlace_value_is_null (data))
    data = NULL;
  if (strcmp (type, "webhook") == 0)
    return fill_webhook (data);
  if (strcmp (type, "manual") != 0 && (data == NULL || enlace_value_get_kind (data) == ENLACE_KIND_MAP))
    return fill_own (plan, type, data);

  builder = enlace_map_builder_new ();
  if (data != NULL)
    enlace_map_builder_add (builder, "data", data);
  else
    enlace_map_builder_add_null (builder, "data");

  return enlace_map_builder_end (builder);
}

static EnlacePlan *
make_plan (EnlaceRequest      *request,
           EnlaceWorkflowRow  *row,
           Wish               *wish,
           GError            **error)
{
  EnlaceEngine *engine = enlace_request_get_services (request)->engine;
  g_autoptr(EnlaceDocument) draft = NULL;
  gint64 version = wish->version;

  if (wish->is_draft && (draft = enlace_workflow_load_draft (request, row, error)) == NULL)
    return NULL;

  if (draft == NULL && version == 0)
    version = row->is_active ? row->published_version : row->version;

  return enlace_engine_get_plan (engine, &row->organisation_id, &row->id, draft != NULL ? 0 : version, draft, error);
}

static void
add_fault (EnlaceListBuilder       *errors,
           const EnlaceSchemaFault *fault)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  enlace_map_builder_take_string (builder, "pointer", g_strconcat ("/data", fault->pointer, NULL));
  enlace_map_builder_add_string (builder, "detail", fault->detail);
  enlace_list_builder_take (errors, enlace_map_builder_end (builder));
}

/* Whether the data fits the form of a manual start. FALSE: it does not, and the request was answered. */
static gboolean
fits_form (EnlaceRequest *request,
           EnlacePlan    *plan,
           EnlaceValue   *data)
{
  EnlaceValue *form = enlace_value_get_member (enlace_plan_get_trigger_parameters (plan), "schema");
  g_autoptr(EnlaceSchema) schema = NULL;
  g_autoptr(EnlaceValue) nothing = enlace_value_new_null ();
  g_autoptr(GPtrArray) faults = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_schema_fault_free);
  g_autoptr(EnlaceListBuilder) errors = enlace_list_builder_new ();
  g_autoptr(GError) error = NULL;

  if (strcmp (enlace_plan_get_trigger_type (plan), "manual") != 0 || form == NULL || enlace_value_is_null (form))
    return TRUE;
  if ((schema = enlace_schema_new (form, &error)) == NULL)
    {
      enlace_request_fail (request, g_error_new (ENLACE_API_ERROR, 422, "The form of the workflow cannot be read: %s", error->message));
      return FALSE;
    }
  if (enlace_schema_validate (schema, data != NULL ? data : nothing, faults))
    return TRUE;

  for (guint i = 0; i < faults->len; i++)
    add_fault (errors, faults->pdata[i]);
  enlace_request_fail_body (request, enlace_list_builder_end (errors));

  return FALSE;
}

static void
outcome_cb (const EnlaceOutcome *outcome,
            gpointer             data)
{
  EnlaceRequest *request = data;

  if (outcome->kind == ENLACE_OUTCOME_REFUSED)
    return enlace_request_fail (request, g_error_copy (outcome->error));

  enlace_execution_reply_later (request, outcome->kind == ENLACE_OUTCOME_FINISHED ? 200 : 202, &outcome->execution_id);
}

void
enlace_workflows_execute (EnlaceRequest *request)
{
  EnlaceWorkflowRow *row = enlace_request_get_object (request);
  const char *key = enlace_request_get_idempotency_key (request);
  g_autofree char *event_key = key != NULL ? g_strconcat ("execute:", key, NULL) : NULL;
  g_autoptr(EnlaceValue) trigger = NULL;
  g_autoptr(EnlaceValue) options = NULL;
  g_autoptr(EnlacePlan) plan = NULL;
  g_autoptr(GError) error = NULL;
  EnlaceStart start = { .event_key = event_key };
  Wish wish = { 0 };

  if (!read_wish (request, row, &wish))
    return;
  if ((plan = make_plan (request, row, &wish, &error)) == NULL)
    return enlace_request_fail (request, g_steal_pointer (&error));

  if (wish.until != NULL && enlace_document_find_node (enlace_plan_get_document (plan), wish.until) == NULL)
    return enlace_request_fail (request, g_error_new (ENLACE_API_ERROR, 400, "There is no step “%s”", wish.until));

  if (!fits_form (request, plan, wish.data))
    return;

  options = wish.until != NULL ? make_options (wish.until) : NULL;
  start.options = options;
  trigger = enlace_execute_fill_trigger (plan, wish.data);
  start.plan = plan;
  start.trigger = trigger;
  start.is_test = wish.is_test;
  start.wait = wish.wait_seconds > 0 ? ENLACE_WAIT_FINISHED : ENLACE_WAIT_DURABLE;
  start.wait_ms = wish.wait_seconds * 1000;
  enlace_request_hold (request);
  enlace_engine_start (enlace_request_get_services (request)->engine, &start, outcome_cb, request);
}
