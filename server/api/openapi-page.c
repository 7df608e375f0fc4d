/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-api"

#include <string.h>

#include "server/api/openapi.h"

#include "common/value/json.h"
#include "enlace-api-resources.h"

#define STYLE "/com/alkitu/Enlace/api/docs.css"

static void
append_escaped (GString    *page,
                const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text != NULL ? text : "", -1);

  g_string_append (page, escaped);
}

/* "#/components/schemas/NAME" → NAME, in the map of a body or a reply; NULL: it has none. */
static const char *
get_schema_name (EnlaceValue *body)
{
  EnlaceValue *content = enlace_value_get_member (body, "content");
  EnlaceValue *first = content != NULL && enlace_value_get_length (content) > 0 ? enlace_value_get_member_value (content, 0) : NULL;
  EnlaceValue *schema = first != NULL ? enlace_value_get_member (first, "schema") : NULL;
  const char *ref = schema != NULL ? enlace_value_get_member_string (schema, "$ref", NULL) : NULL;

  return ref != NULL ? strrchr (ref, '/') + 1 : NULL;
}

static void
append_schema_link (GString    *page,
                    const char *label,
                    const char *name)
{
  if (name == NULL)
    return;

  g_string_append_printf (page, "<p>%s: <a href=\"#schema-", label);
  append_escaped (page, name);
  g_string_append (page, "\"><code>");
  append_escaped (page, name);
  g_string_append (page, "</code></a></p>\n");
}

static void
append_parameters (GString     *page,
                   EnlaceValue *parameters)
{
  gsize n = parameters != NULL ? enlace_value_get_length (parameters) : 0;

  if (n == 0)
    return;

  g_string_append (page, "<table><tr><th>Parameter</th><th>in</th><th>type</th></tr>\n");
  for (gsize i = 0; i < n; i++)
    {
      EnlaceValue *parameter = enlace_value_get_element (parameters, i);
      EnlaceValue *schema = enlace_value_get_member (parameter, "schema");

      g_string_append (page, "<tr><td><code>");
      append_escaped (page, enlace_value_get_member_string (parameter, "name", ""));
      g_string_append (page, "</code></td><td>");
      append_escaped (page, enlace_value_get_member_string (parameter, "in", ""));
      g_string_append (page, "</td><td>");
      append_escaped (page, enlace_value_get_member_string (schema, "type", ""));
      g_string_append (page, "</td></tr>\n");
    }
  g_string_append (page, "</table>\n");
}

static void
append_replies (GString     *page,
                EnlaceValue *responses)
{
  for (gsize i = 0; i < enlace_value_get_length (responses); i++)
    {
      const char *status = enlace_value_get_string (enlace_value_get_key (responses, i));
      g_autofree char *label = NULL;

      if (g_str_equal (status, "default"))
        continue;
      label = g_strdup_printf ("Answers %s", status);
      append_schema_link (page, label, get_schema_name (enlace_value_get_member_value (responses, i)));
    }
}

static void
append_operation (GString     *page,
                  const char  *path,
                  const char  *method,
                  EnlaceValue *operation)
{
  g_autofree char *verb = g_ascii_strup (method, -1);
  const char *permission = enlace_value_get_member_string (operation, "x-permission", NULL);
  EnlaceValue *body = enlace_value_get_member (operation, "requestBody");

  g_string_append_printf (page, "<details><summary><span class=\"method\">%s</span> <code>", verb);
  append_escaped (page, path);
  g_string_append (page, "</code> ");
  append_escaped (page, enlace_value_get_member_string (operation, "summary", ""));
  g_string_append (page, "</summary>\n<p>");
  if (permission != NULL)
    {
      g_string_append (page, "Permission: <code>");
      append_escaped (page, permission);
      g_string_append (page, "</code>");
    }
  else
    g_string_append (page, "Needs no key.");
  g_string_append (page, "</p>\n");
  append_parameters (page, enlace_value_get_member (operation, "parameters"));
  append_schema_link (page, "Takes", body != NULL ? get_schema_name (body) : NULL);
  append_replies (page, enlace_value_get_member (operation, "responses"));
  g_string_append (page, "</details>\n");
}

static const char *
get_tag (EnlaceValue *operation)
{
  EnlaceValue *tags = enlace_value_get_member (operation, "tags");

  return enlace_value_get_string (enlace_value_get_element (tags, 0));
}

/* Operations come by tag, since the tables do. */
static void
append_paths (GString     *page,
              EnlaceValue *paths)
{
  const char *last = NULL;

  for (gsize i = 0; i < enlace_value_get_length (paths); i++)
    {
      const char *path = enlace_value_get_string (enlace_value_get_key (paths, i));
      EnlaceValue *item = enlace_value_get_member_value (paths, i);

      for (gsize j = 0; j < enlace_value_get_length (item); j++)
        {
          EnlaceValue *operation = enlace_value_get_member_value (item, j);
          const char *tag = get_tag (operation);

          if (g_strcmp0 (tag, last) != 0)
            {
              g_string_append (page, "<h2>");
              append_escaped (page, tag);
              g_string_append (page, "</h2>\n");
            }
          last = tag;
          append_operation (page, path, enlace_value_get_string (enlace_value_get_key (item, j)), operation);
        }
    }
}

static void
append_schemas (GString     *page,
                EnlaceValue *schemas)
{
  g_string_append (page, "<h2>Schemas</h2>\n");
  for (gsize i = 0; i < enlace_value_get_length (schemas); i++)
    {
      const char *name = enlace_value_get_string (enlace_value_get_key (schemas, i));
      g_autofree char *json = enlace_json_format (enlace_value_get_member_value (schemas, i), ENLACE_JSON_PRETTY, NULL, NULL);

      g_string_append (page, "<details id=\"schema-");
      append_escaped (page, name);
      g_string_append (page, "\"><summary><code>");
      append_escaped (page, name);
      g_string_append (page, "</code></summary><pre>");
      append_escaped (page, json);
      g_string_append (page, "</pre></details>\n");
    }
}

static GBytes *
get_style (void)
{
  GBytes *style = g_resource_lookup_data (enlace_api_get_resource (), STYLE, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  g_assert (style != NULL);

  return style;
}

GBytes *
enlace_openapi_write_page (GBytes *document)
{
  g_autoptr(EnlaceValue) value = enlace_json_parse (g_bytes_get_data (document, NULL), (gssize) g_bytes_get_size (document), NULL);
  g_autoptr(GBytes) style = get_style ();
  GString *page = g_string_new ("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Enlace API</title>"
                                "<meta name=\"viewport\" content=\"width=device-width\"><style>");

  g_string_append_len (page, g_bytes_get_data (style, NULL), (gssize) g_bytes_get_size (style));
  g_string_append (page, "</style></head>\n<body><h1>Enlace API</h1>\n<p>");
  append_escaped (page, enlace_value_get_member_string (enlace_value_get_member (value, "info"), "description", ""));
  g_string_append (page, "</p>\n<p>For programs: <a href=\"/api/openapi.json\">openapi.json</a></p>\n");
  append_paths (page, enlace_value_get_member (value, "paths"));
  append_schemas (page, enlace_value_get_member (enlace_value_get_member (value, "components"), "schemas"));
  g_string_append (page, "</body></html>\n");

  return g_string_free_to_bytes (page);
}

char *
enlace_openapi_get_policy (void)
{
  g_autoptr(GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr(GBytes) style = get_style ();
  g_autofree char *hash = NULL;
  guint8 digest[32];
  gsize size = sizeof digest;

  g_checksum_update (checksum, g_bytes_get_data (style, NULL), (gssize) g_bytes_get_size (style));
  g_checksum_get_digest (checksum, digest, &size);
  hash = g_base64_encode (digest, size);

  return g_strdup_printf ("default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'", hash);
}
