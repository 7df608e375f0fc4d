/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-api"

#include <string.h>

#include "server/api/fields.h"
#include "server/api/hook-secrets.h"
#include "server/api/resource.h"
#include "server/api/workflow-resource.h"

#define DEFAULT_SECONDS 300
#define MAX_SECONDS 3600

static EnlaceValue *
to_value (const EnlaceServices *services,
          EnlaceListener       *listener)
{
  static const char *const statuses[] = {
    [ENLACE_LISTENER_WAITING] = "waiting", [ENLACE_LISTENER_RECEIVED] = "received", [ENLACE_LISTENER_EXPIRED] = "expired"
  };
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  enlace_resource_add_id (builder, "id", &listener->id);
  enlace_resource_add_id (builder, "workflow_id", &listener->workflow_id);
  enlace_map_builder_take_string (builder, "url", g_strconcat (services->public_url, "/hooks/", listener->token, NULL));
  enlace_map_builder_add_string (builder, "status", statuses[listener->status]);
  enlace_resource_add_time (builder, "expires_at", listener->expires_at);
  enlace_resource_add_time (builder, "received_at", listener->received_at);
  if (listener->event != NULL)
    enlace_map_builder_add (builder, "event", listener->event);
  else
    enlace_map_builder_add_null (builder, "event");
  if (listener->has_execution)
    enlace_resource_add_id (builder, "execution_id", &listener->execution_id);
  else
    enlace_map_builder_add_null (builder, "execution_id");

  return enlace_map_builder_end (builder);
}

typedef struct {
  gint64   version;       /* 0: the newest */
  gboolean is_draft;
  gboolean starts;
  gint64   seconds;
} Wish;

static gboolean
read_wish (EnlaceRequest     *request,
           EnlaceWorkflowRow *row,
           Wish              *wish)
{
  EnlaceFields fields;

  enlace_fields_init (&fields, request);
  wish->is_draft = g_strcmp0 (enlace_value_get_member_string (fields.body, "version", NULL), "draft") == 0;
  if (wish->is_draft)
    enlace_fields_ignore (&fields, (const char *const[]) { "version", NULL });
  else
    enlace_fields_take_int (&fields, "version", 1, row->version, &wish->version);
  enlace_fields_take_bool (&fields, "start", &wish->starts);
  enlace_fields_take_int (&fields, "timeout_seconds", 1, MAX_SECONDS, &wish->seconds);

  return enlace_fields_finish (&fields, request);
}

static EnlaceDocument *
load_document (EnlaceRequest      *request,
               EnlaceWorkflowRow  *row,
               const Wish         *wish,
               GError            **error)
{
  const EnlaceServices *services = enlace_request_get_services (request);
  EnlaceDocument *document;
  EnlaceReader *reader;

  if (wish->is_draft)
    return enlace_workflow_load_draft (request, row, error);

  reader = enlace_store_acquire_reader (services->store);
  document = enlace_workflow_load_document (services, reader, row, wish->version > 0 ? wish->version : row->version, error);
  enlace_store_release_reader (services->store, reader);

  return document;
}

static EnlaceHookSettings *
make_settings (EnlaceDocument  *document,
               GError         **error)
{
  const EnlaceDocumentNode *node = enlace_document_get_trigger (document);
  g_autoptr(GError) reason = NULL;
  EnlaceHookSettings *settings;

  if (node == NULL || strcmp (node->type, "trigger.webhook") != 0)
    {
      g_set_error_literal (error, ENLACE_API_ERROR, 422, "The workflow does not begin with one webhook, so it has nothing to listen for");
      return NULL;
    }
  if ((settings = enlace_hook_settings_new (node->parameters, NULL, &reason)) == NULL)
    g_set_error_literal (error, ENLACE_API_ERROR, 422, reason->message);

  return settings;
}

static EnlaceListener *
make_listener (EnlaceRequest      *request,
               EnlaceWorkflowRow  *row,
               const Wish         *wish,
               GError            **error)
{
  const EnlaceServices *services = enlace_request_get_services (request);
  g_autoptr(EnlaceDocument) document = load_document (request, row, wish, error);
  g_autoptr(EnlaceHookSettings) settings = document != NULL ? make_settings (document, error) : NULL;
  g_autoptr(EnlacePlan) plan = NULL;
  EnlaceListener *listener;

  if (settings == NULL)
    return NULL;
  /* As a draft whatever it is, so that it is no run of a version. */
  if (wish->starts &&
      (plan = enlace_engine_get_plan (services->engine, &row->organisation_id, &row->id, 0, document, error)) == NULL)
    return NULL;

  listener = enlace_listeners_add (enlace_inbound_get_listeners (services->inbound), &row->organisation_id, &row->id, settings, plan, wish->seconds);
  if (listener == NULL)
    g_set_error_literal (error, ENLACE_API_ERROR, 409, "Too many addresses listen already");

  return listener;
}

static void
create (EnlaceRequest *request)
{
  const EnlaceServices *services = enlace_request_get_services (request);
  g_autoptr(EnlaceListener) listener = NULL;
  g_autoptr(EnlaceValue) body = NULL;
  g_autoptr(GError) error = NULL;
  Wish wish = { .seconds = DEFAULT_SECONDS };

  if (!read_wish (request, enlace_request_get_object (request), &wish))
    return;
  if ((listener = make_listener (request, enlace_request_get_object (request), &wish, &error)) == NULL)
    return enlace_request_fail (request, g_steal_pointer (&error));

  body = to_value (services, listener);
  enlace_request_reply (request, enlace_reply_new_json (201, body));
}

static gboolean
find (EnlaceRequest  *request,
      gint64         *revision,
      GError        **error)
{
  const char *text = enlace_request_get_param (request, "listener");
  EnlaceListener *listener = NULL;
  EnlaceUuid id;

  if (enlace_uuid_parse (text, &id))
    listener = enlace_listeners_get (enlace_inbound_get_listeners (enlace_request_get_services (request)->inbound),
                                     enlace_request_get_organisation (request), enlace_request_get_id (request), &id);
  if (listener == NULL)
    {
      g_set_error_literal (error, ENLACE_API_ERROR, 404, "There is no such address, or it has been forgotten");
      return FALSE;
    }

  enlace_request_set_object (request, listener, (GDestroyNotify) enlace_listener_free);

  return TRUE;
}

static void
get (EnlaceRequest *request)
{
  g_autoptr(EnlaceValue) body = to_value (enlace_request_get_services (request), enlace_request_get_object (request));

  enlace_request_reply (request, enlace_reply_new_json (200, body));
}

static void
delete (EnlaceRequest *request)
{
  EnlaceListener *listener = enlace_request_get_object (request);

  enlace_listeners_remove (enlace_inbound_get_listeners (enlace_request_get_services (request)->inbound), &listener->organisation_id,
                           &listener->workflow_id, &listener->id);
  enlace_request_reply (request, enlace_reply_new (204));
}

#define PATH "/api/integrations/workflows/:id/listen"

static const EnlaceRoute routes[] = {
  { "POST", PATH, "workflows:execute", create, .summary = "Make an address that listens for one event", .body = "listen", .reply = "listener",
    .find = enlace_workflow_find, .status = 201 },
  { "GET", PATH "/:listener", "workflows:execute", get, .summary = "What has come to an address that listens", .reply = "listener", .find = find },
  { "DELETE", PATH "/:listener", "workflows:execute", delete, .summary = "Listen no more", .find = find, .status = 204 },
};

const EnlaceRouteTable enlace_listen_routes = { "listeners", routes, G_N_ELEMENTS (routes) };
