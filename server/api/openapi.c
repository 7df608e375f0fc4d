/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-api"

#include "config.h"

#include <string.h>

#include "server/api/openapi.h"

#include "common/value/json.h"
#include "enlace-api-resources.h"

#define SCHEMAS "/com/alkitu/Enlace/api/schemas/"

static const char *const any_methods[] = { "get", "post", "put", "patch", "delete", NULL };

/* Small pieces */

static EnlaceValue *
new_map (const char *first,
         ...)
{
  g_autoptr(EnlaceMapBuilder) map = enlace_map_builder_new ();
  va_list more;

  va_start (more, first);
  for (const char *name = first; name != NULL; name = va_arg (more, const char *))
    enlace_map_builder_take (map, name, va_arg (more, EnlaceValue *));
  va_end (more);

  return enlace_map_builder_end (map);
}

static EnlaceValue *
text (const char *value)
{
  return enlace_value_new_string (value);
}

static EnlaceValue *
new_list (EnlaceValue *first,
          ...)
{
  g_autoptr(EnlaceListBuilder) list = enlace_list_builder_new ();
  va_list more;

  va_start (more, first);
  for (EnlaceValue *value = first; value != NULL; value = va_arg (more, EnlaceValue *))
    enlace_list_builder_take (list, value);
  va_end (more);

  return enlace_list_builder_end (list);
}

static EnlaceValue *
new_ref (const char *kind,
         const char *name)
{
  return new_map ("$ref", enlace_value_new_string_printf ("#/components/%s/%s", kind, name), NULL);
}

static EnlaceValue *
new_parameter (const char  *in,
               const char  *name,
               gboolean     is_required,
               EnlaceValue *schema)
{
  return new_map ("name", text (name), "in", text (in), "required", enlace_value_new_bool (is_required), "schema", schema, NULL);
}

static EnlaceValue *
new_type (const char *type,
          const char *format)
{
  if (format == NULL)
    return new_map ("type", text (type), NULL);

  return new_map ("type", text (type), "format", text (format), NULL);
}

/* Parameters */

static void
add_path_parameters (EnlaceListBuilder *list,
                     const EnlaceRoute *route)
{
  const char *name;
  gsize length;

  for (guint i = 0; (name = enlace_route_get_param_name (route, i, &length)) != NULL; i++)
    {
      g_autofree char *copy = g_strndup (name, length);

      enlace_list_builder_take (list, new_parameter ("path", copy, TRUE,
                                                     new_type ("string", g_str_equal (copy, "id") ? "uuid" : NULL)));
    }
}

/* "limit:integer cursor" */
static void
add_query_parameters (EnlaceListBuilder *list,
                      const EnlaceRoute *route)
{
  g_auto(GStrv) parts = g_strsplit (route->query != NULL ? route->query : "", " ", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      g_auto(GStrv) pair = g_strsplit (parts[i], ":", 2);

      if (pair[0] != NULL && pair[0][0] != '\0')
        enlace_list_builder_take (list, new_parameter ("query", pair[0], FALSE, new_type (pair[1] != NULL ? pair[1] : "string", NULL)));
    }
}

static gboolean
is_open (const EnlaceRoute *route)
{
  return g_str_equal (route->permission, ENLACE_PERMISSION_NONE);
}

static EnlaceValue *
write_parameters (const EnlaceRoute *route)
{
  g_autoptr(EnlaceListBuilder) list = enlace_list_builder_new ();

  add_path_parameters (list, route);
  add_query_parameters (list, route);
  if (route->flags & ENLACE_ROUTE_IF_MATCH)
    enlace_list_builder_take (list, new_parameter ("header", "If-Match", TRUE, new_type ("string", NULL)));
  if (g_str_equal (route->method, "POST") && !is_open (route) && g_str_has_prefix (route->path, "/api/"))
    enlace_list_builder_take (list, new_parameter ("header", "Idempotency-Key", FALSE,
                                                   new_map ("type", text ("string"), "minLength", enlace_value_new_int (1),
                                                            "maxLength", enlace_value_new_int (255), NULL)));
  if (g_str_has_suffix (route->path, "/feed"))
    enlace_list_builder_take (list, new_parameter ("header", "Last-Event-ID", FALSE, new_type ("string", NULL)));

  return enlace_list_builder_end (list);
}

/* Bodies */

static EnlaceValue *
write_body (const EnlaceRoute *route)
{
  if (route->flags & ENLACE_ROUTE_RAW_BODY)
    return new_map ("content", new_map ("*/*", new_map (NULL), NULL), NULL);

  return new_map ("content", new_map ("application/json", new_map ("schema", new_ref ("schemas", route->body), NULL), NULL), NULL);
}

static EnlaceValue *
write_success (const EnlaceRoute *route)
{
  const char *media_type = route->media_type != NULL ? route->media_type : "application/json";
  EnlaceValue *content;

  if (route->reply == NULL && route->media_type == NULL)
    return new_map ("description", text (route->summary != NULL ? route->summary : "Done."), NULL);

  if (route->reply != NULL)
    content = new_map ("schema", new_ref ("schemas", route->reply), NULL);
  else
    content = new_map ("schema", new_type ("string", NULL), NULL);

  return new_map ("description", text (route->summary != NULL ? route->summary : "Done."), "content",
                  new_map (media_type, content, NULL), NULL);
}

static EnlaceValue *
write_responses (const EnlaceRoute *route)
{
  g_autofree char *status = g_strdup_printf ("%u", route->status != 0 ? route->status : 200);
  g_autofree char *other = g_strdup_printf ("%u", route->other_status);

  /* What a workflow answers is its own affair. */
  if (route->flags & ENLACE_ROUTE_ANY_METHOD)
    return new_map (status, write_success (route), "default",
                    new_map ("description", text ("What the workflow answers, or a problem."),
                             "content", new_map ("*/*", new_map (NULL), NULL), NULL), NULL);

  if (route->other_status != 0)
    return new_map (status, write_success (route), other, write_success (route), "default", new_ref ("responses", "problem"), NULL);

  return new_map (status, write_success (route), "default", new_ref ("responses", "problem"), NULL);
}

static EnlaceValue *
write_security (const EnlaceRoute *route)
{
  EnlaceValue *bearer;

  if (is_open (route))
    return new_list (NULL);

  bearer = new_map ("bearer", new_list (NULL), NULL);
  if (route->flags & ENLACE_ROUTE_LOCAL)
    return new_list (bearer, new_map (NULL), NULL);

  return new_list (bearer, NULL);
}

/* Paths */

/* "/api/integrations/things/:id" → "/api/integrations/things/{id}" */
static char *
write_template (const char *path)
{
  g_auto(GStrv) segments = g_strsplit (path, "/", -1);
  g_autoptr(GString) template = g_string_new (NULL);

  for (guint i = 1; segments[i] != NULL; i++)
    if (segments[i][0] == ':')
      g_string_append_printf (template, "/{%s}", segments[i] + 1);
    else
      g_string_append_printf (template, "/%s", segments[i]);

  return g_string_free_and_steal (g_steal_pointer (&template));
}

/* "get-things-id": unique, since method and path are. */
static char *
write_operation_id (const char *method,
                    const char *path)
{
  g_auto(GStrv) segments = g_strsplit (path, "/", -1);
  GString *id = g_string_new (method);

  for (guint i = 1; segments[i] != NULL; i++)
    if (!g_str_equal (segments[i], "integrations") && segments[i][0] != '\0')
      g_string_append_printf (id, "-%s", segments[i][0] == ':' ? segments[i] + 1 : segments[i]);

  return g_string_free_and_steal (id);
}

static EnlaceValue *
write_operation (const EnlaceRoute *route,
                 const char        *tag,
                 const char        *method)
{
  g_autoptr(EnlaceMapBuilder) map = enlace_map_builder_new ();

  enlace_map_builder_take_string (map, "operationId", write_operation_id (method, route->path));
  enlace_map_builder_take (map, "tags", new_list (text (tag), NULL));
  if (route->summary != NULL)
    enlace_map_builder_add_string (map, "summary", route->summary);
  if (!is_open (route))
    enlace_map_builder_add_string (map, "x-permission", route->permission);
  enlace_map_builder_take (map, "security", write_security (route));
  enlace_map_builder_take (map, "parameters", write_parameters (route));
  if (route->body != NULL || ((route->flags & ENLACE_ROUTE_RAW_BODY) && !g_str_equal (method, "get")))
    enlace_map_builder_take (map, "requestBody", write_body (route));
  enlace_map_builder_take (map, "responses", write_responses (route));

  return enlace_map_builder_end (map);
}

static void
add_operations (EnlaceMapBuilder  *item,
                const EnlaceRoute *route,
                const char        *tag)
{
  g_autofree char *method = g_ascii_strdown (route->method, -1);

  if (!(route->flags & ENLACE_ROUTE_ANY_METHOD))
    {
      enlace_map_builder_take (item, method, write_operation (route, tag, method));
      return;
    }

  for (guint i = 0; any_methods[i] != NULL; i++)
    enlace_map_builder_take (item, any_methods[i], write_operation (route, tag, any_methods[i]));
}

static EnlaceValue *
write_item (const EnlaceRouteTable *const *tables,
            guint                          n_tables,
            const char                    *path)
{
  g_autoptr(EnlaceMapBuilder) item = enlace_map_builder_new ();

  for (guint i = 0; i < n_tables; i++)
    for (guint j = 0; j < tables[i]->n_routes; j++)
      if (g_str_equal (tables[i]->routes[j].path, path))
        add_operations (item, &tables[i]->routes[j], tables[i]->tag);

  return enlace_map_builder_end (item);
}

static EnlaceValue *
write_paths (const EnlaceRouteTable *const *tables,
             guint                          n_tables)
{
  g_autoptr(EnlaceMapBuilder) paths = enlace_map_builder_new ();
  g_autoptr(GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < n_tables; i++)
    for (guint j = 0; j < tables[i]->n_routes; j++)
      {
        const char *path = tables[i]->routes[j].path;
        g_autofree char *template = write_template (path);

        if (g_hash_table_add (known, (gpointer) path))
          enlace_map_builder_take (paths, template, write_item (tables, n_tables, path));
      }

  return enlace_map_builder_end (paths);
}

/* Components */

GBytes *
enlace_openapi_get_schema (const char *name)
{
  g_autofree char *path = g_strconcat (SCHEMAS, name, ".json", NULL);

  return g_resource_lookup_data (enlace_api_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
}

static EnlaceValue *
read_schemas (void)
{
  g_autoptr(EnlaceMapBuilder) map = enlace_map_builder_new ();
  g_auto(GStrv) files = g_resource_enumerate_children (enlace_api_get_resource (), SCHEMAS, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  for (guint i = 0; files != NULL && files[i] != NULL; i++)
    {
      g_autofree char *name = g_strndup (files[i], strlen (files[i]) - strlen (".json"));
      g_autoptr(GBytes) bytes = enlace_openapi_get_schema (name);
      g_autoptr(GError) error = NULL;
      EnlaceValue *schema = enlace_json_parse (g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), &error);

      if (schema != NULL)
        enlace_map_builder_take (map, name, schema);
      else
        g_critical ("The schema %s is not JSON: %s", name, error->message);
    }

  return enlace_map_builder_end (map);
}

static EnlaceValue *
write_components (void)
{
  EnlaceValue *bearer = new_map ("type", text ("http"), "scheme", text ("bearer"), "description",
                                 text ("An API key, enl_ and 36 characters."), NULL);
  EnlaceValue *problem = new_map ("description", text ("The request was refused or failed."), "content",
                                  new_map ("application/problem+json", new_map ("schema", new_ref ("schemas", "problem"), NULL), NULL), NULL);

  return new_map ("securitySchemes", new_map ("bearer", bearer, NULL),
                  "responses", new_map ("problem", problem, NULL),
                  "schemas", read_schemas (), NULL);
}

static EnlaceValue *
write_info (void)
{
  return new_map ("title", text ("Enlace"), "version", text (ENLACE_VERSION), "description",
                  text ("Connects services: workflows, their runs and what they reach. Lists take limit and cursor; a PUT or DELETE names the "
                        "ETag of what it changes in If-Match; errors are problems (RFC 9457)."), NULL);
}

GBytes *
enlace_openapi_write (const EnlaceRouteTable *const *tables,
                      guint                          n_tables)
{
  g_autoptr(EnlaceValue) document = NULL;
  g_autoptr(GError) error = NULL;
  gsize length;
  char *json;

  document = new_map ("openapi", text ("3.1.0"), "info", write_info (), "paths", write_paths (tables, n_tables),
                      "components", write_components (), NULL);
  json = enlace_json_format (document, ENLACE_JSON_COMPACT, &length, &error);
  g_assert (json != NULL);

  return g_bytes_new_take (json, length);
}
