/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-api"

#include "server/api/executions.h"

#include <string.h>

#include "common/value/time.h"
#include "server/api/execution-resource.h"
#include "server/api/fields.h"
#include "server/api/replay.h"
#include "server/api/resource.h"
#include "server/workflow/engine.h"

/* A time of the query; FALSE: it is none, and was answered. */
static gboolean
read_time (EnlaceRequest *request,
           const char    *name,
           gint64        *usec)
{
  const char *text = enlace_request_get_query (request, name);
  gint64 seconds;
  guint32 nanoseconds;

  if (text == NULL)
    return TRUE;

  if (!enlace_time_parse (text, &seconds, &nanoseconds))
    {
      enlace_request_fail (request, g_error_new (ENLACE_API_ERROR, 400, "“%s” must be a time such as 2026-01-31T08:00:00Z", name));
      return FALSE;
    }

  *usec = seconds * G_USEC_PER_SEC + nanoseconds / 1000;

  return TRUE;
}

static gboolean
read_status (EnlaceRequest *request,
             int           *status)
{
  const char *text = enlace_request_get_query (request, "status");
  EnlaceStatus value;

  if (text == NULL)
    return TRUE;

  if (!enlace_status_from_name (text, &value))
    {
      enlace_request_fail (request, g_error_new (ENLACE_API_ERROR, 400, "“status” must be queued, running, waiting, unknown, completed, failed or cancelled"));
      return FALSE;
    }

  *status = value;

  return TRUE;
}

static EnlaceReply *
list_page (const EnlaceServices *services,
           GPtrArray            *rows,
           guint                 limit)
{
  g_autoptr(EnlaceListBuilder) items = enlace_list_builder_new ();
  EnlaceExecutionRow *last = rows->len > limit ? g_ptr_array_index (rows, limit - 1) : NULL;

  for (guint i = 0; i < MIN (rows->len, limit); i++)
    enlace_list_builder_take (items, enlace_execution_to_value (services, g_ptr_array_index (rows, i)));

  return enlace_resource_reply_page (items, last != NULL ? &last->id : NULL);
}

static void
list_executions (EnlaceRequest    *request,
                 const EnlaceUuid *workflow_id)
{
  const EnlaceServices *services = enlace_request_get_services (request);
  EnlaceExecutionFilter filter = { .workflow_id = workflow_id, .status = -1, .is_test = -1 };
  const char *is_test = enlace_request_get_query (request, "is_test");
  g_autoptr(GPtrArray) rows = NULL;
  g_autoptr(GError) error = NULL;
  EnlaceReader *reader;
  EnlaceUuid before;
  gboolean has_before;
  guint limit;

  if (!enlace_request_get_page (request, &limit, &before, &has_before) || !read_status (request, &filter.status) ||
      !read_time (request, "from", &filter.from) || !read_time (request, "to", &filter.to))
    return;

  filter.before = has_before ? &before : NULL;
  filter.limit = limit + 1;  /* one more tells whether there is a next page */
  if (is_test != NULL)
    filter.is_test = strcmp (is_test, "true") == 0;

  reader = enlace_store_acquire_reader (services->store);
  rows = enlace_executions_list (reader, enlace_request_get_organisation (request), &filter, &error);
  enlace_store_release_reader (services->store, reader);
  if (rows == NULL)
    return enlace_request_fail (request, g_steal_pointer (&error));

  enlace_request_reply (request, list_page (services, rows, limit));
}

static void
list (EnlaceRequest *request)
{
  const char *text = enlace_request_get_query (request, "workflow_id");
  EnlaceUuid workflow_id;

  if (text != NULL && !enlace_uuid_parse (text, &workflow_id))
    return enlace_request_fail (request, g_error_new (ENLACE_API_ERROR, 400, "“workflow_id” must be an id"));

  list_executions (request, text != NULL ? &workflow_id : NULL);
}

void
enlace_executions_list_of_workflow (EnlaceRequest *request)
{
  list_executions (request, enlace_request_get_id (request));
}

static void
get (EnlaceRequest *request)
{
  EnlaceExecutionRow *row = enlace_request_get_object (request);
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) body = enlace_execution_load (enlace_request_get_services (request), &row->organisation_id, &row->id, &error);

  if (body == NULL)
    return enlace_request_fail (request, g_steal_pointer (&error));

  enlace_request_reply (request, enlace_reply_new_json (200, body));
}

static void
list_steps (EnlaceRequest *request)
{
  EnlaceExecutionRow *row = enlace_request_get_object (request);
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) steps = enlace_execution_load_steps (enlace_request_get_services (request), row, &error);
  g_autoptr(EnlaceListBuilder) items = enlace_list_builder_new ();
  g_autofree char *cursor = NULL;
  guint64 first;
  guint limit;

  if (steps == NULL)
    return enlace_request_fail (request, g_steal_pointer (&error));
  if (!enlace_request_get_window (request, &limit, &first))
    return;

  for (gsize i = first; i < enlace_value_get_length (steps) && i < first + limit; i++)
    enlace_list_builder_add (items, enlace_value_get_element (steps, i));
  if (first + limit < enlace_value_get_length (steps))
    cursor = g_strdup_printf ("%" G_GUINT64_FORMAT, first + limit);

  enlace_request_reply (request, enlace_resource_reply_list (items, cursor));
}

/* After a word of a person to the engine: the execution as it is then. */
static void
told_cb (const GError *error,
         gpointer      data)
{
  EnlaceRequest *request = data;

  if (error != NULL)
    enlace_request_fail (request, g_error_copy (error));
  else
    enlace_execution_reply_later (request, 200, enlace_request_get_id (request));
}

static void
cancel (EnlaceRequest *request)
{
  enlace_request_hold (request);
  enlace_engine_cancel (enlace_request_get_services (request)->engine, enlace_request_get_organisation (request), enlace_request_get_id (request),
                        told_cb, request);
}

static void
resolve (EnlaceRequest *request)
{
  EnlaceFields fields;
  g_autofree char *outcome = NULL;
  EnlaceValue *output = NULL;

  enlace_fields_init (&fields, request);
  enlace_fields_require (&fields, "outcome");
  if (enlace_fields_take_text (&fields, "outcome", 1, 16, &outcome) && strcmp (outcome, "done") != 0 && strcmp (outcome, "not_done") != 0)
    enlace_fields_add_error (&fields, "/outcome", "This must be done or not_done");
  enlace_fields_take_value (&fields, "output", ENLACE_KIND_NULL, &output);
  if (output != NULL && g_strcmp0 (outcome, "not_done") == 0 && !enlace_value_is_null (output))
    enlace_fields_add_error (&fields, "/output", "A step that was not done has no output");
  if (!enlace_fields_finish (&fields, request))
    return;

  enlace_request_hold (request);
  enlace_engine_resolve (enlace_request_get_services (request)->engine, enlace_request_get_organisation (request), enlace_request_get_id (request),
                         enlace_request_get_param (request, "node"), strcmp (outcome, "done") == 0, output, told_cb, request);
}

static const EnlaceRoute routes[] = {
  { "GET", "/api/integrations/executions", "executions:read", list, .summary = "List the executions, newest first", .reply = "execution-list",
    .query = "limit:integer cursor workflow_id status is_test:boolean from to" },
  { "GET", "/api/integrations/executions/:id", "executions:read", get, .summary = "Read an execution with its data", .reply = "execution",
    .find = enlace_execution_find },
  { "GET", "/api/integrations/executions/:id/steps", "executions:read", list_steps, .summary = "List what each step got, gave and took",
    .query = "limit:integer cursor", .reply = "step-list", .find = enlace_execution_find },
  { "POST", "/api/integrations/executions/:id/replay", "workflows:execute", enlace_executions_replay, .summary = "Run it again, whole or from a step on",
    .body = "replay", .reply = "execution", .status = 202, .other_status = 200, .find = enlace_execution_find },
  { "POST", "/api/integrations/executions/replay", "workflows:execute", enlace_executions_replay_many,
    .summary = "Count the runs that a filter takes, or run them all again", .body = "replay-many", .reply = "replay-many-result" },
  { "POST", "/api/integrations/executions/:id/cancel", "executions:write", cancel, .summary = "End an execution now", .body = "nothing",
    .reply = "execution", .find = enlace_execution_find },
  { "POST", "/api/integrations/executions/:id/steps/:node/resolve", "executions:write", resolve, .summary = "Say whether an unknown step was done",
    .body = "resolve", .reply = "execution", .find = enlace_execution_find },
};

const EnlaceRouteTable enlace_execution_routes = { "executions", routes, G_N_ELEMENTS (routes) };
