/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-api"

#include "server/api/schedule.h"

#include "common/schedule/schedule.h"
#include "server/api/resource.h"
#include "server/api/workflow-resource.h"
#include "server/store/schedules.h"

#define N_NEXT 5

static EnlaceValue *
list_next (EnlaceSchedule *schedule,
           gint64          after)
{
  g_autoptr(EnlaceListBuilder) times = enlace_list_builder_new ();

  for (guint i = 0; i < N_NEXT && enlace_schedule_get_next (schedule, after, &after); i++)
    enlace_list_builder_take (times, enlace_value_new_timestamp (after, 0));

  return enlace_list_builder_end (times);
}

/* What the live version fires by, or the newest where none is live: then it has no row. */
static EnlaceValue *
make_body (EnlaceWorkflowRow *workflow,
           EnlaceSchedule    *schedule,
           EnlaceTriggerRow  *row)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  gint64 now = g_get_real_time () / G_USEC_PER_SEC, last;

  enlace_map_builder_add_bool (builder, "is_active", workflow->is_active);
  enlace_map_builder_take_string (builder, "description", enlace_schedule_describe (schedule, NULL));
  enlace_map_builder_add_string (builder, "timezone", enlace_schedule_get_zone (schedule));
  enlace_map_builder_take (builder, "next", list_next (schedule, row != NULL ? MAX (now, row->settled) : now));
  if (row != NULL && enlace_schedule_get_previous (schedule, row->settled + 1, 0, &last))
    enlace_map_builder_take (builder, "last", enlace_value_new_timestamp (last, 0));
  else
    enlace_map_builder_add_null (builder, "last");

  return enlace_map_builder_end (builder);
}

static void
get (EnlaceRequest *request)
{
  const EnlaceServices *services = enlace_request_get_services (request);
  EnlaceWorkflowRow *workflow = enlace_request_get_object (request);
  EnlaceReader *reader = enlace_store_acquire_reader (services->store);
  g_autoptr(EnlaceDocument) document = NULL;
  g_autoptr(EnlaceSchedule) schedule = NULL;
  g_autoptr(EnlaceTriggerRow) row = NULL;
  g_autoptr(EnlaceValue) body = NULL;
  g_autoptr(GError) error = NULL;
  const EnlaceDocumentNode *trigger;

  document = enlace_workflow_load_document (services, reader, workflow, workflow->is_active ? workflow->published_version : workflow->version, &error);
  if (document != NULL)
    row = enlace_schedules_get (reader, &workflow->id, &error);
  enlace_store_release_reader (services->store, reader);
  if (error != NULL)
    return enlace_request_fail (request, g_steal_pointer (&error));

  trigger = enlace_document_get_trigger (document);
  if (trigger == NULL || g_strcmp0 (trigger->type, "trigger.schedule") != 0)
    return enlace_request_fail (request, g_error_new (ENLACE_API_ERROR, 404, "The workflow has no schedule"));
  if ((schedule = enlace_schedule_read (trigger->parameters, &error)) == NULL)
    return enlace_request_fail (request, g_error_new (ENLACE_API_ERROR, 422, "The schedule cannot be read: %s", error->message));

  body = make_body (workflow, schedule, row);
  enlace_request_reply (request, enlace_reply_new_json (200, body));
}

static const EnlaceRoute routes[] = {
  { "GET", "/api/integrations/workflows/:id/schedule", "workflows:read", get, .summary = "When a schedule fires next, and did last",
    .reply = "workflow-schedule", .find = enlace_workflow_find },
};

const EnlaceRouteTable enlace_schedule_routes = { "schedules", routes, G_N_ELEMENTS (routes) };
