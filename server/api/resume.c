/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-api"

#include "server/api/resume.h"

#include "server/api/resource.h"
#include "server/webhook/multipart.h"
#include "server/workflow/capability.h"
#include "server/workflow/message.h"

static void
free_target (gpointer data)
{
  enlace_capability_target_clear (data);
  g_free (data);
}

/* A token that is none is refused before the body is read. */
static gboolean
find (EnlaceRequest  *request,
      gint64         *revision,
      GError        **error)
{
  EnlaceCapabilityTarget target;

  if (!enlace_capability_read (enlace_request_get_services (request)->engine, ENLACE_CAPABILITY_RESUME, enlace_request_get_param (request, "token"), &target,
                               error))
    return FALSE;

  enlace_request_set_object (request, g_memdup2 (&target, sizeof target), free_target);

  return TRUE;
}

static EnlaceValue *
read_body (EnlaceRequest  *request,
           GError        **error)
{
  const char *type = enlace_request_get_header (request, "content-type");
  GBytes *body = enlace_request_get_raw_body (request);
  g_autoptr(GBytes) empty = g_bytes_new (NULL, 0);
  g_autoptr(GError) reason = NULL;
  EnlaceValue *value;

  if (body == NULL)
    body = empty;
  if (enlace_multipart_is_form (type))
    return enlace_multipart_read (type, body, error);
  if ((value = enlace_message_read_body (type, body, &reason)) == NULL)
    g_set_error_literal (error, ENLACE_API_ERROR, 400, reason->message);

  return value;
}

static void
told_cb (const GError *error,
         gpointer      data)
{
  EnlaceRequest *request = data;
  EnlaceCapabilityTarget *target = enlace_request_get_object (request);
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) body = NULL;

  if (error != NULL)
    {
      enlace_request_reply (request, enlace_reply_new_error (error));
      return;
    }

  enlace_resource_add_id (builder, "execution_id", &target->execution_id);
  body = enlace_map_builder_end (builder);
  enlace_request_reply (request, enlace_reply_new_json (202, body));
}

static void
resume (EnlaceRequest *request)
{
  EnlaceCapabilityTarget *target = enlace_request_get_object (request);
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) payload = read_body (request, &error);

  if (payload == NULL)
    return enlace_request_fail (request, g_steal_pointer (&error));

  enlace_request_hold (request);
  enlace_engine_signal (enlace_request_get_services (request)->engine, &target->organisation_id, &target->execution_id, target->key, payload, NULL, told_cb,
                        request);
}

static const EnlaceRoute routes[] = {
  { "POST", "/resume/:token", ENLACE_PERMISSION_NONE, resume, ENLACE_ROUTE_RAW_BODY, "Tells a waiting step to go on, with the body.", .reply = "resumed",
    .status = 202, .find = find },
};

const EnlaceRouteTable enlace_resume_routes = { "hooks", routes, G_N_ELEMENTS (routes) };
