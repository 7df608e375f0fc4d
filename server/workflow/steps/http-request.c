/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <stdio.h>

#include "server/workflow/message.h"
#include "server/workflow/steps/steps.h"

#define DEFAULT_TIMEOUT_MS 30000
#define MAX_TIMEOUT_MS (300 * 1000)
/* The longest that a Retry-After is heeded. */
#define MAX_RETRY_AFTER_MS (60 * 60 * 1000)

/* What is asked for, evaluated: it becomes the intent, and an intent of an earlier attempt is sent exactly as it was. */
static EnlaceValue *
make_input (EnlaceStepContext  *context,
            GError            **error)
{
  static const char *const names[] = { "query", "headers", "body" };
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autofree char *method = enlace_step_context_dup_text (context, "method", error);
  g_autofree char *url = NULL;
  gint64 timeout_ms;

  if (method == NULL || (url = enlace_step_context_dup_text (context, "url", error)) == NULL
      || !enlace_step_context_get_number (context, "timeout_ms", 1, MAX_TIMEOUT_MS, DEFAULT_TIMEOUT_MS, &timeout_ms, error))
    return NULL;

  enlace_map_builder_add_string (builder, "method", method);
  enlace_map_builder_add_string (builder, "url", url);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr(EnlaceValue) value = enlace_step_context_get (context, names[i], error);

      if (value == NULL)
        return NULL;
      if (!enlace_value_is_null (value))
        enlace_map_builder_add (builder, names[i], value);
    }
  enlace_map_builder_add_int (builder, "timeout_ms", enlace_step_context_limit_time (context, timeout_ms));

  return enlace_map_builder_end (builder);
}

static gboolean
read_repeat (EnlaceStepContext  *context,
             const char         *method,
             gboolean           *is_repeatable,
             GError            **error)
{
  static const char *const safe[] = { "GET", "HEAD", "PUT", "DELETE", "OPTIONS", NULL };
  g_autofree char *repeat = enlace_step_context_dup_text (context, "repeat", error);

  if (repeat == NULL)
    return FALSE;

  if (strcmp (repeat, "always") == 0)
    *is_repeatable = TRUE;
  else if (strcmp (repeat, "never") == 0)
    *is_repeatable = FALSE;
  else if (strcmp (repeat, "auto") == 0)
    *is_repeatable = g_strv_contains (safe, method);
  else
    {
      g_set_error_literal (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER, "“repeat” must be “auto”, “always” or “never”");
      return FALSE;
    }

  return TRUE;
}

static gboolean
fail_parameter (GError     **error,
                const char  *format,
                const char  *detail)
{
  g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER, "%s: %s", format, detail);
  return FALSE;
}

static gboolean
append_pair (GString      *out,
             const char   *name,
             EnlaceValue  *value,
             GError      **error)
{
  g_autofree char *text = NULL;

  if (enlace_value_get_kind (value) == ENLACE_KIND_STRING)
    text = g_strdup (enlace_value_get_string (value));
  else if (enlace_value_get_kind (value) == ENLACE_KIND_LIST)
    {
      for (gsize i = 0; i < enlace_value_get_length (value); i++)
        if (!append_pair (out, name, enlace_value_get_element (value, i), error))
          return FALSE;
      return TRUE;
    }
  else if ((text = enlace_message_dup_header ("value", value, NULL)) == NULL)
    return fail_parameter (error, "A value of a form or a query must be text, a number or a list of these", name);

  if (out->len > 0)
    g_string_append_c (out, '&');
  g_string_append_uri_escaped (out, name, NULL, FALSE);
  g_string_append_c (out, '=');
  g_string_append_uri_escaped (out, text, NULL, FALSE);
  return TRUE;
}

/* A map as `name=value&…`; members that are null are left out. */
static GString *
write_pairs (EnlaceValue  *map,
             GError      **error)
{
  g_autoptr(GString) out = g_string_new (NULL);

  if (enlace_value_get_kind (map) != ENLACE_KIND_MAP)
    {
      fail_parameter (error, "An object is wanted", "query");
      return NULL;
    }

  for (gsize i = 0; i < enlace_value_get_length (map); i++)
    {
      const char *name = enlace_value_get_string (enlace_value_get_key (map, i));
      EnlaceValue *value = enlace_value_get_member_value (map, i);

      if (name != NULL && !enlace_value_is_null (value) && !append_pair (out, name, value, error))
        return NULL;
    }

  return g_steal_pointer (&out);
}

static EnlaceUrl *
make_url (EnlaceValue  *input,
          GError      **error)
{
  const char *text = enlace_value_get_member_string (input, "url", "");
  EnlaceValue *query = enlace_value_get_member (input, "query");
  g_autoptr(GString) whole = g_string_new_len (text, strcspn (text, "#"));
  g_autoptr(GError) reason = NULL;
  EnlaceUrl *url;

  if (query != NULL)
    {
      g_autoptr(GString) pairs = write_pairs (query, error);

      if (pairs == NULL)
        return NULL;
      if (pairs->len > 0)
        g_string_append_printf (whole, "%c%s", strchr (whole->str, '?') != NULL ? '&' : '?', pairs->str);
    }

  url = enlace_url_parse (whole->str, &reason);
  if (url == NULL)
    fail_parameter (error, "The address cannot be called", reason->message);

  return url;
}

/* Adds the headers; *`content_type` (out): what they say of the body, *`has_key`: that they bring their own idempotency key. */
static gboolean
add_headers (EnlaceOutboundRequest  *request,
             EnlaceValue            *headers,
             char                  **content_type,
             gboolean               *has_key,
             GError                **error)
{
  if (headers != NULL && enlace_value_get_kind (headers) != ENLACE_KIND_MAP)
    return fail_parameter (error, "An object is wanted", "headers");

  for (gsize i = 0; headers != NULL && i < enlace_value_get_length (headers); i++)
    {
      const char *name = enlace_value_get_string (enlace_value_get_key (headers, i));
      EnlaceValue *value = enlace_value_get_member_value (headers, i);
      g_autofree char *text = NULL;
      g_autoptr(GError) reason = NULL;

      if (name == NULL || enlace_value_is_null (value))
        continue;
      if ((text = enlace_message_dup_header (name, value, &reason)) == NULL
          || !enlace_outbound_request_add_header (request, name, text, &reason))
        return fail_parameter (error, "A header cannot be sent", reason->message);

      *has_key |= g_ascii_strcasecmp (name, "idempotency-key") == 0;
      if (g_ascii_strcasecmp (name, "content-type") == 0)
        g_set_str (content_type, text);
    }

  return TRUE;
}

/* The body as `flow.respond` sends one, but an object that the headers declare as a form is written as a form. */
static gboolean
set_body (EnlaceOutboundRequest  *request,
          EnlaceValue            *value,
          const char             *declared_type,
          GError                **error)
{
  g_autoptr(GBytes) body = NULL;
  g_autoptr(GError) reason = NULL;
  const char *content_type = NULL;

  if (value == NULL)
    return TRUE;

  if (declared_type != NULL && g_ascii_strncasecmp (declared_type, "application/x-www-form-urlencoded", 33) == 0
      && enlace_value_get_kind (value) == ENLACE_KIND_MAP)
    {
      GString *pairs = write_pairs (value, error);

      if (pairs == NULL)
        return FALSE;
      body = g_string_free_to_bytes (pairs);
    }
  else if (!enlace_message_write_body (value, &body, &content_type, &reason))
    return fail_parameter (error, "The body cannot be sent", reason->message);

  if (body == NULL)
    return TRUE;

  enlace_outbound_request_set_body (request, body);
  return declared_type != NULL || enlace_outbound_request_add_header (request, "Content-Type", content_type, error);
}

static EnlaceOutboundRequest *
make_request (EnlaceStepContext  *context,
              EnlaceValue        *input,
              gboolean            is_repeatable,
              GError            **error)
{
  g_autoptr(EnlaceUrl) url = make_url (input, error);
  g_autoptr(EnlaceOutboundRequest) request = NULL;
  g_autoptr(GError) reason = NULL;
  g_autofree char *content_type = NULL;
  gboolean has_key = FALSE;

  if (url == NULL)
    return NULL;

  request = enlace_outbound_request_new (enlace_value_get_member_string (input, "method", "GET"), url, &reason);
  if (request == NULL)
    {
      fail_parameter (error, "The request cannot be sent", reason->message);
      return NULL;
    }
  if (!add_headers (request, enlace_value_get_member (input, "headers"), &content_type, &has_key, error)
      || !set_body (request, enlace_value_get_member (input, "body"), content_type, error))
    return NULL;

  if (!has_key)
    {
      g_autofree char *key = enlace_step_context_dup_key (context);

      if (!enlace_outbound_request_add_header (request, "Idempotency-Key", key, error))
        return NULL;
    }
  enlace_outbound_request_set_timeout (request, (guint) enlace_value_get_member_int (input, "timeout_ms", DEFAULT_TIMEOUT_MS));
  enlace_outbound_request_set_repeatable (request, is_repeatable);

  return g_steal_pointer (&request);
}

/* An error of the client in the step's terms, with what it means for another attempt. */
static void
translate_error (EnlaceStepContext  *context,
                 const GError       *reason,
                 GError            **error)
{
  EnlaceStepError code = ENLACE_STEP_ERROR_CONNECTION;
  gboolean is_retryable = FALSE, is_lost = FALSE;

  switch (reason->domain == ENLACE_OUTBOUND_ERROR ? (EnlaceOutboundError) reason->code : ENLACE_OUTBOUND_ERROR_LOST)
    {
    case ENLACE_OUTBOUND_ERROR_REFUSED_ADDRESS:
    case ENLACE_OUTBOUND_ERROR_BAD_RANGE:
      code = ENLACE_STEP_ERROR_ADDRESS;
      break;
    case ENLACE_OUTBOUND_ERROR_BAD_URL:
    case ENLACE_OUTBOUND_ERROR_BAD_REQUEST:
      code = ENLACE_STEP_ERROR_PARAMETER;
      break;
    case ENLACE_OUTBOUND_ERROR_RESOLVE:
    case ENLACE_OUTBOUND_ERROR_CONNECT:
      is_retryable = TRUE;
      break;
    case ENLACE_OUTBOUND_ERROR_TLS:
      break;
    case ENLACE_OUTBOUND_ERROR_TIMEOUT:
      code = ENLACE_STEP_ERROR_TIMEOUT;
      is_lost = TRUE;
      break;
    case ENLACE_OUTBOUND_ERROR_TOO_LARGE:
      code = ENLACE_STEP_ERROR_TOO_LARGE;
      break;
    case ENLACE_OUTBOUND_ERROR_TOO_MANY_REDIRECTS:
    case ENLACE_OUTBOUND_ERROR_BAD_REPLY:
      code = ENLACE_STEP_ERROR_BAD_REPLY;
      break;
    case ENLACE_OUTBOUND_ERROR_LOST:
    case ENLACE_OUTBOUND_ERROR_CANCELLED:
    default:
      is_lost = TRUE;
      break;
    }

  enlace_step_context_set_failure (context, NULL, is_retryable || is_lost, 0);
  if (is_lost && enlace_outbound_error_may_have_left (reason))
    enlace_step_context_set_doubt (context);
  g_set_error_literal (error, ENLACE_STEP_ERROR, code, reason->message);
}

static void
add_header_cb (const char *name,
               const char *value,
               gpointer    user_data)
{
  enlace_map_builder_take_string (user_data, name, g_utf8_make_valid (value, -1));
}

static EnlaceValue *
make_output (EnlaceOutboundReply *reply,
             EnlaceValue         *body)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(EnlaceMapBuilder) headers = enlace_map_builder_new ();

  enlace_outbound_reply_foreach_header (reply, add_header_cb, headers);
  enlace_map_builder_add_int (builder, "status", enlace_outbound_reply_get_status (reply));
  enlace_map_builder_take (builder, "headers", enlace_map_builder_end (headers));
  enlace_map_builder_add (builder, "body", body);
  return enlace_map_builder_end (builder);
}

/* Retry-After (RFC 9110, 10.2.3): seconds, or a date in the form that senders must use. */
static gint64
read_retry_after (const char *text)
{
  static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  char month[4] = "";
  int day, year, hour, minute, second;
  gint64 wait_ms = 0;

  if (text == NULL)
    return 0;

  if (g_ascii_isdigit (*text))
    wait_ms = (gint64) MIN (g_ascii_strtoull (text, NULL, 10), MAX_RETRY_AFTER_MS / 1000) * 1000;
  else if (sscanf (text, "%*3s, %2d %3s %4d %2d:%2d:%2d GMT", &day, month, &year, &hour, &minute, &second) == 6 && strlen (month) == 3
           && strstr (months, month) != NULL)
    {
      int index = (int) (strstr (months, month) - months) / 3 + 1;
      g_autoptr(GDateTime) date = g_date_time_new_utc (year, index, day, hour, minute, second);

      if (date != NULL)
        wait_ms = g_date_time_to_unix (date) * 1000 - g_get_real_time () / 1000;
    }

  return CLAMP (wait_ms, 0, MAX_RETRY_AFTER_MS);
}

/* An answer that is no success is the step's error: what comes after it relies on a success. */
static void
fail_status (EnlaceStepContext    *context,
             EnlaceOutboundReply  *reply,
             GError              **error)
{
  guint status = enlace_outbound_reply_get_status (reply);
  gboolean is_retryable = status == 408 || status == 425 || status == 429 || status >= 500;
  g_autoptr(EnlaceValue) body = enlace_message_read_body (enlace_outbound_reply_get_header (reply, "content-type"),
                                                          enlace_outbound_reply_get_body (reply), NULL);
  g_autoptr(EnlaceValue) nothing = enlace_value_new_null ();
  g_autoptr(EnlaceValue) details = make_output (reply, body != NULL ? body : nothing);

  enlace_step_context_set_failure (context, details, is_retryable, read_retry_after (enlace_outbound_reply_get_header (reply, "retry-after")));
  g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_HTTP_STATUS, "The other end answered with the status %u", status);
}

static EnlaceValue *
read_reply (EnlaceStepContext    *context,
            EnlaceOutboundReply  *reply,
            GError              **error)
{
  guint status = enlace_outbound_reply_get_status (reply);
  g_autoptr(EnlaceValue) body = NULL;
  g_autoptr(GError) reason = NULL;

  if (status < 200 || status > 299)
    {
      fail_status (context, reply, error);
      return NULL;
    }

  body = enlace_message_read_body (enlace_outbound_reply_get_header (reply, "content-type"), enlace_outbound_reply_get_body (reply), &reason);
  if (body == NULL)
    {
      g_autoptr(EnlaceValue) nothing = enlace_value_new_null ();
      g_autoptr(EnlaceValue) details = make_output (reply, nothing);

      enlace_step_context_set_failure (context, details, FALSE, 0);
      g_set_error_literal (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_BAD_REPLY, reason->message);
      return NULL;
    }

  return make_output (reply, body);
}

static EnlaceValue *
http_request_run (EnlaceStepContext  *context,
                  GError            **error)
{
  EnlaceValue *intent = enlace_step_context_get_intent (context);
  g_autoptr(EnlaceValue) input = intent != NULL ? enlace_value_ref (intent) : make_input (context, error);
  g_autoptr(EnlaceOutboundRequest) request = NULL;
  g_autoptr(EnlaceOutboundReply) reply = NULL;
  g_autoptr(GError) reason = NULL;
  gboolean is_repeatable;

  if (input == NULL || !read_repeat (context, enlace_value_get_member_string (input, "method", ""), &is_repeatable, error))
    return NULL;

  request = make_request (context, input, is_repeatable, error);
  if (request == NULL)
    {
      enlace_step_context_set_input (context, input);
      return NULL;
    }

  if (!enlace_step_context_begin_effect (context, input, is_repeatable, error))
    return NULL;

  reply = enlace_step_context_send (context, request, &reason);
  if (reply != NULL)
    return read_reply (context, reply, error);

  if (g_error_matches (reason, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_INTERRUPTED))
    g_propagate_error (error, g_steal_pointer (&reason));
  else
    translate_error (context, reason, error);
  return NULL;
}

const EnlaceStepType enlace_step_http_request = {
  .name = "http.request",
  .run = http_request_run,
};
