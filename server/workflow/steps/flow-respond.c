/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/message.h"
#include "server/workflow/steps/steps.h"

/* Headers as the caller is sent them; `content-type` is taken out, since it says how the body is declared. */
static EnlaceValue *
read_headers (EnlaceValue  *headers,
              char        **content_type,
              GError      **error)
{
  g_autoptr(EnlaceMapBuilder) builder = NULL;

  if (enlace_value_is_null (headers))
    return enlace_value_new_null ();
  if (enlace_value_get_kind (headers) != ENLACE_KIND_MAP)
    {
      g_set_error_literal (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER, "“headers” must be an object");
      return NULL;
    }

  builder = enlace_map_builder_new ();
  for (gsize i = 0; i < enlace_value_get_length (headers); i++)
    {
      const char *name = enlace_value_get_string (enlace_value_get_key (headers, i));
      g_autofree char *value = name != NULL ? enlace_message_dup_header (name, enlace_value_get_member_value (headers, i), error) : NULL;

      if (value == NULL)
        return NULL;
      if (g_ascii_strcasecmp (name, "content-type") == 0)
        g_set_str (content_type, value);
      else
        enlace_map_builder_take_string (builder, name, g_steal_pointer (&value));
    }

  return enlace_map_builder_end (builder);
}

static EnlaceValue *
make_input (gint64       status,
            EnlaceValue *headers,
            EnlaceValue *body)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  enlace_map_builder_add_int (builder, "status", status);
  if (!enlace_value_is_null (headers))
    enlace_map_builder_add (builder, "headers", headers);
  enlace_map_builder_add (builder, "body", body);
  return enlace_map_builder_end (builder);
}

static EnlaceValue *
flow_respond_run (EnlaceStepContext  *context,
                  GError            **error)
{
  g_autoptr(EnlaceValue) given_headers = NULL;
  g_autoptr(EnlaceValue) headers = NULL;
  g_autoptr(EnlaceValue) body = NULL;
  g_autoptr(EnlaceValue) input = NULL;
  g_autoptr(GBytes) bytes = NULL;
  g_autofree char *declared_type = NULL;
  const char *content_type;
  gint64 status;

  if (!enlace_step_context_get_number (context, "status", 200, 599, 200, &status, error)
      || (given_headers = enlace_step_context_get (context, "headers", error)) == NULL
      || (body = enlace_step_context_get (context, "body", error)) == NULL
      || (headers = read_headers (given_headers, &declared_type, error)) == NULL
      || !enlace_message_write_body (body, &bytes, &content_type, error))
    return NULL;

  input = make_input (status, given_headers, body);
  enlace_step_context_set_input (context, input);
  enlace_step_context_reply (context, (guint) status, enlace_value_is_null (headers) ? NULL : headers,
                             declared_type != NULL ? declared_type : content_type, bytes);
  return enlace_value_new_null ();
}

const EnlaceStepType enlace_step_flow_respond = {
  .name = "flow.respond",
  .run = flow_respond_run,
};
