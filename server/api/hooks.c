/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-api"

#include <string.h>

#include "server/api/hooks.h"

#include "server/webhook/inbound.h"

/* What has become of an event, as a reply (CONTRACT 4) */

static EnlaceReply *
new_accepted (const EnlaceOutcome *outcome)
{
  char event[ENLACE_UUID_TEXT_SIZE], execution[ENLACE_UUID_TEXT_SIZE], text[128];
  g_autoptr(GBytes) body = NULL;

  enlace_uuid_format (&outcome->event_id, event);
  enlace_uuid_format (&outcome->execution_id, execution);
  g_snprintf (text, sizeof text, "{\"id\":\"%s\",\"execution_id\":\"%s\"}", event, execution);
  body = g_bytes_new (text, strlen (text));

  return enlace_reply_new_bytes (202, "application/json", body);
}

static EnlaceReply *
new_responded (const EnlaceOutcome *outcome)
{
  EnlaceReply *reply = enlace_reply_new_bytes (outcome->status, outcome->content_type, outcome->body);

  for (gsize i = 0; outcome->headers != NULL && i < enlace_value_get_length (outcome->headers); i++)
    {
      const char *name = enlace_value_get_string (enlace_value_get_key (outcome->headers, i));
      const char *value = enlace_value_get_string (enlace_value_get_member_value (outcome->headers, i));

      if (name != NULL && value != NULL && !enlace_reply_try_header (reply, name, value))
        g_message ("The header field %s of a workflow's reply was not sent: it is none that a workflow may set", name);
    }

  return reply;
}

static EnlaceReply *
new_failed (const EnlaceOutcome *outcome,
            guint                status,
            const char          *detail)
{
  g_autoptr(EnlaceMapBuilder) map = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) more = NULL;
  char execution[ENLACE_UUID_TEXT_SIZE];

  enlace_uuid_format (&outcome->execution_id, execution);
  enlace_map_builder_add_string (map, "execution_id", execution);
  more = enlace_map_builder_end (map);

  return enlace_reply_new_problem (status, NULL, detail, NULL, more);
}

static EnlaceReply *
new_refused (const EnlaceOutcome *outcome)
{
  EnlaceReply *reply;

  /* The workflow was removed between the look at its address and the commit. */
  if (g_error_matches (outcome->error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_NOT_FOUND))
    return enlace_reply_new_problem (404, NULL, "There is no live workflow at this address.", NULL, NULL);

  if (outcome->error != NULL && outcome->error->domain == ENLACE_STORE_ERROR)
    g_warning ("An event was not accepted: %s", outcome->error->message);
  reply = enlace_reply_new_problem (503, NULL, "The event was not accepted and nothing of it was kept. Send it again shortly.", NULL, NULL);
  enlace_reply_add_header (reply, "Retry-After", "2");

  return reply;
}

static EnlaceReply *
new_reply (const EnlaceOutcome *outcome)
{
  switch (outcome->kind)
    {
    case ENLACE_OUTCOME_RESPONDED:
      return new_responded (outcome);
    case ENLACE_OUTCOME_FINISHED:
      if (outcome->execution_status == ENLACE_STATUS_COMPLETED)
        return enlace_reply_new (204);
      return new_failed (outcome, 500, "The workflow failed before it replied.");
    case ENLACE_OUTCOME_TIMEOUT:
      return new_failed (outcome, 504, "The workflow has not replied within 30 seconds. It goes on.");
    case ENLACE_OUTCOME_REFUSED:
      return new_refused (outcome);
    case ENLACE_OUTCOME_ACCEPTED:
    case ENLACE_OUTCOME_DUPLICATE:
    default:
      return new_accepted (outcome);
    }
}

static void
outcome_cb (const EnlaceOutcome *outcome,
            gpointer             data)
{
  enlace_request_reply (data, new_reply (outcome));
}

/* Requests */

/* An address that nobody has is refused before its body is read. */
static gboolean
find (EnlaceRequest  *request,
      gint64         *revision,
      GError        **error)
{
  if (enlace_inbound_has_token (enlace_request_get_services (request)->inbound, enlace_request_get_param (request, "token")))
    return TRUE;

  g_set_error_literal (error, ENLACE_INBOUND_ERROR, ENLACE_INBOUND_ERROR_NOT_FOUND, "no such token");

  return FALSE;
}

static void
refuse (EnlaceRequest *request,
        EnlaceInbound *inbound,
        const char    *token,
        const GError  *error)
{
  EnlaceReply *reply = enlace_reply_new_error (error);

  if (g_error_matches (error, ENLACE_INBOUND_ERROR, ENLACE_INBOUND_ERROR_METHOD))
    {
      g_auto(GStrv) methods = enlace_inbound_get_methods (inbound, token);
      g_autofree char *allow = methods != NULL ? g_strjoinv (", ", methods) : NULL;

      if (allow == NULL || !enlace_reply_try_header (reply, "Allow", allow))
        g_debug ("The methods of an inbound address are not known");
    }
  enlace_request_reply (request, reply);
}

static void
receive (EnlaceRequest *request)
{
  const EnlaceServices *services = enlace_request_get_services (request);
  const char *path = enlace_request_get_param (request, "path");
  g_autofree char *url = g_strconcat (services->public_url, enlace_request_get_raw_target (request), NULL);
  g_autofree char *address = enlace_request_dup_address (request);
  const EnlaceInboundRequest arrival = {
    .token = enlace_request_get_param (request, "token"),
    .method = enlace_request_get_method (request),
    .path = path != NULL ? path : "",
    .url = url,
    .address = address,
    .query = enlace_request_get_query_map (request, FALSE),
    .query_all = enlace_request_get_query_map (request, TRUE),
    .headers = enlace_request_get_headers (request),
    .body = enlace_request_get_raw_body (request),
  };
  g_autoptr(GError) error = NULL;

  enlace_request_hold (request);
  if (!enlace_inbound_receive (services->inbound, &arrival, outcome_cb, request, &error))
    refuse (request, services->inbound, arrival.token, error);
}

#define FLAGS (ENLACE_ROUTE_RAW_BODY | ENLACE_ROUTE_ANY_METHOD)

static const EnlaceRoute routes[] = {
  { "POST", "/hooks/:token", ENLACE_PERMISSION_NONE, receive, FLAGS, "Sends an event to a workflow.",
    .reply = "accepted", .status = 202, .find = find },
  { "POST", "/hooks/:token/:path", ENLACE_PERMISSION_NONE, receive, FLAGS | ENLACE_ROUTE_REST, "Sends an event to a workflow, which sees the path.",
    .reply = "accepted", .status = 202, .find = find },
};

const EnlaceRouteTable enlace_hook_routes = { "hooks", routes, G_N_ELEMENTS (routes) };
