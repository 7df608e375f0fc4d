/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/poll-request.h"

#include <string.h>

#include "server/workflow/engine.h"
#include "server/workflow/message.h"

#define TIMEOUT_MS 30000

static EnlaceValue *
evaluate_map (EnlaceTemplate     *template,
              const EnlaceScope  *scope,
              const char         *name,
              GError            **error)
{
  guint64 cost = ENLACE_EXPRESSION_DEFAULT_COST;
  g_autoptr(EnlaceValue) value = enlace_template_evaluate (template, scope, &cost, error);

  if (value != NULL && enlace_value_get_kind (value) != ENLACE_KIND_MAP)
    {
      g_set_error (error, ENLACE_ENGINE_ERROR, ENLACE_ENGINE_ERROR_INVALID, "“%s” is an object", name);
      return NULL;
    }

  return g_steal_pointer (&value);
}

static gboolean
append_pair (GString      *url,
             const char   *name,
             EnlaceValue  *value,
             GError      **error)
{
  g_autofree char *text = NULL;

  if (enlace_value_is_null (value))
    return TRUE;
  if (enlace_value_get_kind (value) == ENLACE_KIND_LIST)
    {
      for (gsize i = 0; i < enlace_value_get_length (value); i++)
        if (!append_pair (url, name, enlace_value_get_element (value, i), error))
          return FALSE;
      return TRUE;
    }

  text = enlace_value_get_kind (value) == ENLACE_KIND_STRING ? g_strdup (enlace_value_get_string (value)) : enlace_message_dup_header (name, value, error);
  if (text == NULL)
    return FALSE;

  g_string_append_c (url, strchr (url->str, '?') != NULL ? '&' : '?');
  g_string_append_uri_escaped (url, name, NULL, FALSE);
  g_string_append_c (url, '=');
  g_string_append_uri_escaped (url, text, NULL, FALSE);
  return TRUE;
}

/* The address with its query; what stands after `#` is not sent. */
static char *
dup_address (EnlaceTemplate     *url,
             EnlaceTemplate     *query,
             const EnlaceScope  *scope,
             GError            **error)
{
  guint64 cost = ENLACE_EXPRESSION_DEFAULT_COST;
  g_autoptr(EnlaceValue) value = enlace_template_evaluate (url, scope, &cost, error);
  g_autoptr(EnlaceValue) pairs = NULL;
  g_autoptr(GString) text = NULL;

  if (value == NULL)
    return NULL;
  if (enlace_value_get_string (value) == NULL)
    {
      g_set_error_literal (error, ENLACE_ENGINE_ERROR, ENLACE_ENGINE_ERROR_INVALID, "“url” is a text");
      return NULL;
    }

  text = g_string_new (enlace_value_get_string (value));
  g_string_truncate (text, strcspn (text->str, "#"));
  if (query != NULL && (pairs = evaluate_map (query, scope, "query", error)) == NULL)
    return NULL;
  for (gsize i = 0; pairs != NULL && i < enlace_value_get_length (pairs); i++)
    if (!append_pair (text, enlace_value_get_string (enlace_value_get_key (pairs, i)), enlace_value_get_member_value (pairs, i), error))
      return NULL;

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static gboolean
add_headers (EnlaceOutboundRequest  *request,
             EnlaceTemplate         *headers,
             const EnlaceScope      *scope,
             GError                **error)
{
  g_autoptr(EnlaceValue) map = evaluate_map (headers, scope, "headers", error);

  for (gsize i = 0; map != NULL && i < enlace_value_get_length (map); i++)
    {
      const char *name = enlace_value_get_string (enlace_value_get_key (map, i));
      g_autofree char *text = enlace_message_dup_header (name, enlace_value_get_member_value (map, i), error);

      if (text == NULL || !enlace_message_check_header (name, text, error) || !enlace_outbound_request_add_header (request, name, text, error))
        return FALSE;
    }

  return map != NULL;
}

EnlaceOutboundRequest *
enlace_poll_request_new (EnlaceTemplate     *url,
                         EnlaceTemplate     *query,
                         EnlaceTemplate     *headers,
                         const EnlaceScope  *scope,
                         GError            **error)
{
  g_autofree char *text = dup_address (url, query, scope, error);
  g_autoptr(EnlaceUrl) address = text != NULL ? enlace_url_parse (text, error) : NULL;
  g_autoptr(EnlaceOutboundRequest) request = address != NULL ? enlace_outbound_request_new ("GET", address, error) : NULL;

  if (request == NULL || (headers != NULL && !add_headers (request, headers, scope, error)))
    return NULL;

  enlace_outbound_request_set_timeout (request, TIMEOUT_MS);
  return g_steal_pointer (&request);
}

static void
add_header_cb (const char *name,
               const char *value,
               gpointer    user_data)
{
  enlace_map_builder_take_string (user_data, name, g_utf8_make_valid (value, -1));
}

EnlaceValue *
enlace_poll_reply_read (EnlaceOutboundReply  *reply,
                        GError              **error)
{
  guint status = enlace_outbound_reply_get_status (reply);
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(EnlaceMapBuilder) headers = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) body = NULL;

  if (status < 200 || status > 299)
    {
      g_set_error (error, ENLACE_ENGINE_ERROR, ENLACE_ENGINE_ERROR_INVALID, "The other end answered with the status %u", status);
      return NULL;
    }

  body = enlace_message_read_body (enlace_outbound_reply_get_header (reply, "content-type"), enlace_outbound_reply_get_body (reply), error);
  if (body == NULL)
    return NULL;

  enlace_outbound_reply_foreach_header (reply, add_header_cb, headers);
  enlace_map_builder_add_int (builder, "status", status);
  enlace_map_builder_take (builder, "headers", enlace_map_builder_end (headers));
  enlace_map_builder_add (builder, "body", body);

  return enlace_map_builder_end (builder);
}
