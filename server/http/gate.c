/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-http"

#include <string.h>

#include "server/http/gate.h"

#include "common/value/json.h"
#include "server/api/state.h"

static EnlaceReply *
refuse (guint       status,
        const char *detail)
{
  return enlace_reply_new_problem (status, NULL, detail, NULL, NULL);
}

/* 400 and 431: what is no proper request, whatever it asks for */

static EnlaceReply *
check_form (EnlaceRequest *request,
            const char    *target_problem)
{
  guint n_hosts, n_lengths, n_encodings;
  const char *host = enlace_request_find_header (request, "Host", &n_hosts);
  const char *length = enlace_request_find_header (request, "Content-Length", &n_lengths);

  enlace_request_find_header (request, "Transfer-Encoding", &n_encodings);

  if (request->n_headers > ENLACE_MAX_HEADERS)
    return refuse (431, "The request has more than 100 header fields.");
  if (target_problem != NULL)
    return refuse (400, target_problem);
  if (n_hosts > 1)
    return refuse (400, "The request has more than one Host field.");
  if (n_lengths > 1 || n_encodings > 1 || n_lengths + n_encodings > 1)
    return refuse (400, "The request says its length more than once.");
  if (length != NULL && (*length == '\0' || strspn (length, "0123456789") != strlen (length)))
    return refuse (400, "Content-Length is not a number.");
  if (request->target.authority != NULL && (host == NULL || g_ascii_strcasecmp (request->target.authority, host) != 0))
    return refuse (400, "Host is not the host of the address that is asked for.");

  return NULL;
}

/* 421, 404, 405 */

static EnlaceReply *
find_route (EnlaceGate        *self,
            EnlaceRequest     *request,
            EnlaceRouterMatch *match)
{
  EnlaceRouterResult result = enlace_router_match (self->router, request->method, &request->target, match);
  guint count;
  EnlaceReply *reply;

  if (!match->any_host && !enlace_host_list_has (self->hosts, enlace_request_find_header (request, "Host", &count)))
    return refuse (421, "The server does not go by this Host. Its configuration can name it as public-url.");

  if (result == ENLACE_ROUTER_NO_PATH)
    return refuse (404, "There is nothing at this address.");
  if (result == ENLACE_ROUTER_NO_METHOD)
    {
      reply = refuse (405, "This address does not take this method.");
      enlace_reply_add_header (reply, "Allow", match->allow);
      return reply;
    }
  request->route = match->route;

  return NULL;
}

/* 401, 429, 403 */

static EnlaceReply *
refuse_key (const char *detail)
{
  EnlaceReply *reply = refuse (401, detail);

  enlace_reply_add_header (reply, "WWW-Authenticate", "Bearer realm=\"enlace\"");

  return reply;
}

static const char *
get_bearer (EnlaceRequest *request)
{
  guint count;
  const char *field = enlace_request_find_header (request, "Authorization", &count);

  if (field == NULL || count > 1 || g_ascii_strncasecmp (field, "Bearer ", 7) != 0)
    return NULL;
  field += 7;

  return field + strspn (field, " ");
}

static EnlaceReply *
check_allowance (EnlaceGate    *self,
                 EnlaceRequest *request)
{
  EnlaceAllowance allowance;
  EnlaceReply *reply;
  char text[64];

  if (enlace_key_cache_spend (self->services->state->keys, request->credential, &allowance))
    return NULL;

  reply = refuse (429, "The key has used up its requests of this minute.");
  g_snprintf (text, sizeof text, "%u", allowance.wait_seconds);
  enlace_reply_add_header (reply, "Retry-After", text);
  g_snprintf (text, sizeof text, "\"key\";q=%" G_GINT64_FORMAT ";w=60", allowance.limit);
  enlace_reply_add_header (reply, "RateLimit-Policy", text);
  g_snprintf (text, sizeof text, "\"key\";r=%" G_GINT64_FORMAT ";t=%u", allowance.remaining, allowance.reset_seconds);
  enlace_reply_add_header (reply, "RateLimit", text);

  return reply;
}

static EnlaceReply *
check_key (EnlaceGate    *self,
           EnlaceRequest *request)
{
  const EnlaceRoute *route = request->route;
  g_autoptr(GError) error = NULL;
  const char *key;
  EnlaceReply *reply;

  if (g_str_equal (route->permission, ENLACE_PERMISSION_NONE) || ((route->flags & ENLACE_ROUTE_LOCAL) && request->is_local))
    return NULL;

  key = get_bearer (request);
  if (key == NULL)
    return refuse_key ("The request needs an API key: Authorization: Bearer KEY.");
  request->credential = enlace_key_cache_find (self->services->state->keys, key, &error);
  if (error != NULL)
    return enlace_reply_new_error (error);
  if (request->credential == NULL)
    return refuse_key ("The API key is not valid.");

  reply = check_allowance (self, request);
  if (reply == NULL && !g_str_equal (route->permission, ENLACE_PERMISSION_ANY) && !enlace_request_may (request, route->permission))
    {
      g_autofree char *detail = g_strdup_printf ("The API key lacks the permission %s.", route->permission);

      return refuse (403, detail);
    }

  return reply;
}

/* 404 of parameters and of what they name */

static EnlaceReply *
take_params (EnlaceRequest     *request,
             EnlaceRouterMatch *match)
{
  const char *name;
  gsize length;

  request->n_params = match->n_values;
  memcpy (request->params, match->values, match->n_values * sizeof *match->values);
  if ((request->route->flags & ENLACE_ROUTE_REST) && request->n_params < ENLACE_REQUEST_MAX_PARAMS)
    {
      request->rest = enlace_target_dup_rest (&request->target, match->rest);
      request->params[request->n_params++] = request->rest;
    }

  for (guint i = 0; (name = enlace_route_get_param_name (request->route, i, &length)) != NULL; i++)
    if (length == 2 && strncmp (name, "id", 2) == 0 && !enlace_uuid_parse (request->params[i], &request->id))
      return refuse (404, "There is no such resource.");

  return NULL;
}

static EnlaceReply *
find_object (EnlaceRequest *request,
             gint64        *revision)
{
  g_autoptr(GError) error = NULL;

  *revision = -1;
  if (request->route->find == NULL || request->route->find (request, revision, &error))
    return NULL;

  return enlace_reply_new_error (error);
}

/* 413 and 415 */

EnlaceReply *
enlace_gate_refuse_size (EnlaceGate *self)
{
  g_autofree char *detail = g_strdup_printf ("The body is larger than %" G_GSIZE_FORMAT " bytes.", self->max_body);

  return refuse (413, detail);
}

static gboolean
is_json_type (const char *type)
{
  gsize length = strcspn (type, "; \t");

  if (length == strlen ("application/json") && g_ascii_strncasecmp (type, "application/json", length) == 0)
    return TRUE;

  return length > 17 && g_ascii_strncasecmp (type, "application/", 12) == 0 && g_ascii_strncasecmp (type + length - 5, "+json", 5) == 0;
}

static EnlaceReply *
check_body_head (EnlaceGate    *self,
                 EnlaceRequest *request)
{
  guint count;
  const char *length = enlace_request_find_header (request, "Content-Length", &count);
  const char *type = enlace_request_find_header (request, "Content-Type", &count);

  if (length != NULL)
    {
      guint64 bytes;

      if (!g_ascii_string_to_unsigned (length, 10, 0, self->max_body, &bytes, NULL))
        return enlace_gate_refuse_size (self);
    }
  if (request->route->body != NULL && !(request->route->flags & ENLACE_ROUTE_RAW_BODY) && type != NULL
      && (count > 1 || !is_json_type (type)))
    return refuse (415, "The body must be JSON: Content-Type: application/json.");

  return NULL;
}

/* 428 and 412 */

static EnlaceReply *
check_revision (EnlaceRequest *request,
                gint64         revision)
{
  guint count;
  const char *field = enlace_request_find_header (request, "If-Match", &count);

  if (!(request->route->flags & ENLACE_ROUTE_IF_MATCH))
    return NULL;
  if (field == NULL)
    return refuse (428, "The change needs the ETag of what it changes: If-Match: \"…\", or * for whatever is there.");
  if (count > 1 || !enlace_precondition_parse (&request->precondition, field))
    return refuse (400, "If-Match is malformed.");

  if (revision >= 0 && !enlace_precondition_holds (&request->precondition, revision))
    return refuse (412, "The resource was changed meanwhile. Read it again, then repeat the change.");
  if (!request->precondition.is_any && request->precondition.n_revisions == 0)
    return refuse (412, "If-Match names no revision of this resource.");
  if (!request->precondition.is_any)
    request->revision = revision >= 0 ? revision : request->precondition.revisions[0];

  return NULL;
}

EnlaceReply *
enlace_gate_check_head (EnlaceGate    *self,
                        EnlaceRequest *request,
                        const char    *target_problem,
                        gboolean      *is_broken)
{
  EnlaceRouterMatch match;
  EnlaceReply *reply = check_form (request, target_problem);
  gint64 revision;

  *is_broken = reply != NULL;
  if (reply != NULL
      || (reply = find_route (self, request, &match)) != NULL
      || (reply = check_key (self, request)) != NULL
      || (reply = take_params (request, &match)) != NULL
      || (reply = find_object (request, &revision)) != NULL
      || (reply = check_body_head (self, request)) != NULL
      || (reply = check_revision (request, revision)) != NULL)
    return reply;

  return NULL;
}

/* 400 of the body, and replays */

static EnlaceReply *
parse_body (EnlaceRequest *request)
{
  g_autoptr(GError) error = NULL;
  gsize length = 0;
  const char *text = NULL;

  if (request->route->body == NULL || (request->route->flags & ENLACE_ROUTE_RAW_BODY))
    return NULL;

  if (request->raw_body != NULL)
    text = g_bytes_get_data (request->raw_body, &length);
  request->body = enlace_json_parse (length > 0 ? text : "{}", length > 0 ? (gssize) length : 2, &error);
  if (request->body == NULL)
    {
      g_autofree char *detail = g_strdup_printf ("The body is not JSON: %s", error->message);

      return refuse (400, detail);
    }
  if (enlace_value_get_kind (request->body) != ENLACE_KIND_MAP)
    return refuse (400, "The body must be a JSON object.");

  return NULL;
}

static EnlaceReply *
check_replay (EnlaceGate    *self,
              EnlaceRequest *request)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *path = NULL;
  g_autofree char *scope = NULL;
  EnlaceReply *replay = NULL;
  guint count;
  const char *key = enlace_request_find_header (request, "Idempotency-Key", &count);

  if (key == NULL || request->credential == NULL || !g_str_equal (request->method, "POST")
      || !g_str_has_prefix (request->route->path, "/api/"))
    return NULL;
  if (count > 1 || !enlace_idempotency_is_key (key))
    return refuse (400, "Idempotency-Key must be 1 to 255 printable ASCII characters.");

  path = enlace_target_dup_rest (&request->target, 0);
  scope = g_strconcat (request->method, " /", path, NULL);
  request->call = enlace_idempotency_begin (self->services->state->idempotency, &request->credential->row->organisation_id,
                                            scope, key, request->raw_body, &replay, &error);

  return error != NULL ? enlace_reply_new_error (error) : replay;
}

EnlaceReply *
enlace_gate_check_body (EnlaceGate    *self,
                        EnlaceRequest *request)
{
  EnlaceReply *reply = parse_body (request);

  return reply != NULL ? reply : check_replay (self, request);
}
