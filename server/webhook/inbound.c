/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-webhook"

#include "server/webhook/inbound.h"

#include "server/workflow/message.h"

#define RESPONSE_WAIT_MS (30 * 1000)
#define MAX_EVENT_KEY 512

G_DEFINE_QUARK (enlace-inbound-error-quark, enlace_inbound_error)

/* Headers by which a sender tells a repeated event (Standard Webhooks; IETF draft-ietf-httpapi-idempotency-key-header). */
static const char *const event_id_headers[] = { "webhook-id", "idempotency-key" };

static gboolean
list_contains (EnlaceValue *list,
               const char  *text)
{
  for (gsize i = 0; i < enlace_value_get_length (list); i++)
    if (g_strcmp0 (enlace_value_get_string (enlace_value_get_element (list, i)), text) == 0)
      return TRUE;

  return FALSE;
}

static gboolean
takes_method (EnlacePlan *plan,
              const char *method)
{
  EnlaceValue *methods = enlace_value_get_member (enlace_plan_get_trigger_parameters (plan), "methods");

  return methods != NULL ? list_contains (methods, method) : strcmp (method, "POST") == 0;
}

/* The live plan behind the token, if it is begun by a request. */
static EnlacePlan *
find_plan (EnlaceEngine *engine,
           const char   *token)
{
  g_autoptr(EnlacePlan) plan = *token != '\0' ? enlace_engine_find_token (engine, token) : NULL;

  return plan != NULL && strcmp (enlace_plan_get_trigger_type (plan), "webhook") == 0 ? g_steal_pointer (&plan) : NULL;
}

char **
enlace_inbound_get_methods (EnlaceEngine *engine,
                            const char   *token)
{
  g_autoptr(EnlacePlan) plan = find_plan (engine, token);
  g_autoptr(GStrvBuilder) builder = NULL;
  EnlaceValue *methods;

  if (plan == NULL)
    return NULL;

  builder = g_strv_builder_new ();
  methods = enlace_value_get_member (enlace_plan_get_trigger_parameters (plan), "methods");
  if (methods == NULL)
    g_strv_builder_add (builder, "POST");
  for (gsize i = 0; methods != NULL && i < enlace_value_get_length (methods); i++)
    {
      const char *method = enlace_value_get_string (enlace_value_get_element (methods, i));

      if (method != NULL)
        g_strv_builder_add (builder, method);
    }

  return g_strv_builder_end (builder);
}

/* The id that the sender gave the event: by the header that the trigger names, else by one of those that are usual. */
static const char *
find_event_key (EnlacePlan  *plan,
                EnlaceValue *headers)
{
  const char *named = enlace_value_get_member_string (enlace_plan_get_trigger_parameters (plan), "event_id_header", "");
  const char *key = NULL;

  if (*named != '\0')
    {
      g_autofree char *name = g_ascii_strdown (named, -1);

      key = enlace_value_get_member_string (headers, name, NULL);
    }
  for (gsize i = 0; key == NULL && i < G_N_ELEMENTS (event_id_headers); i++)
    key = enlace_value_get_member_string (headers, event_id_headers[i], NULL);

  return key != NULL && *key != '\0' ? key : NULL;
}

static void
add_body_raw (EnlaceMapBuilder *builder,
              GBytes           *body)
{
  gsize length = 0;
  gconstpointer data = body != NULL ? g_bytes_get_data (body, &length) : NULL;

  enlace_map_builder_take (builder, "body_raw", enlace_value_new_bytes (data != NULL ? data : "", length));
}

static EnlaceValue *
make_trigger (const EnlaceInboundRequest  *request,
              GError                     **error)
{
  g_autoptr(EnlaceMapBuilder) builder = NULL;
  g_autoptr(GError) reason = NULL;
  EnlaceValue *body = enlace_message_read_body (enlace_value_get_member_string (request->headers, "content-type", NULL), request->body, &reason);

  if (body == NULL)
    {
      g_set_error_literal (error, ENLACE_INBOUND_ERROR, ENLACE_INBOUND_ERROR_BODY, reason->message);
      return NULL;
    }

  builder = enlace_map_builder_new ();
  enlace_map_builder_add_string (builder, "method", request->method);
  enlace_map_builder_add_string (builder, "path", request->path);
  enlace_map_builder_add (builder, "query", request->query);
  enlace_map_builder_add (builder, "query_all", request->query_all);
  enlace_map_builder_add (builder, "headers", request->headers);
  enlace_map_builder_take (builder, "body", body);
  add_body_raw (builder, request->body);

  return enlace_map_builder_end (builder);
}

gboolean
enlace_inbound_receive (EnlaceEngine                *engine,
                        const EnlaceInboundRequest  *request,
                        EnlaceOutcomeFunc            func,
                        gpointer                     data,
                        GError                     **error)
{
  g_autoptr(EnlacePlan) plan = find_plan (engine, request->token);
  g_autoptr(EnlaceValue) trigger = NULL;
  g_autofree char *long_key = NULL;
  EnlaceStart start;
  const char *event_key;

  if (plan == NULL)
    {
      g_set_error_literal (error, ENLACE_INBOUND_ERROR, ENLACE_INBOUND_ERROR_NOT_FOUND, "There is no such address");
      return FALSE;
    }
  if (!takes_method (plan, request->method))
    {
      g_set_error (error, ENLACE_INBOUND_ERROR, ENLACE_INBOUND_ERROR_METHOD, "This address does not take %s", request->method);
      return FALSE;
    }
  if ((trigger = make_trigger (request, error)) == NULL)
    return FALSE;

  event_key = find_event_key (plan, request->headers);
  if (event_key != NULL && strlen (event_key) > MAX_EVENT_KEY)
    event_key = long_key = g_compute_checksum_for_string (G_CHECKSUM_SHA256, event_key, -1);

  start = (EnlaceStart) {
    .plan = plan,
    .trigger = trigger,
    .event_key = event_key,
    .wait = ENLACE_WAIT_RESPONSE,
    .wait_ms = RESPONSE_WAIT_MS,
  };
  enlace_engine_start (engine, &start, func, data);

  return TRUE;
}
