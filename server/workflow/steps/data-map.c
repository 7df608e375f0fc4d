/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/engine.h"
#include "server/workflow/steps/steps.h"

/* Puts `value` at `path` (names joined by dots) into a map; what is not a map on the way is replaced by one. */
static EnlaceValue *
put_at_path (EnlaceValue *map,
             const char  *path,
             EnlaceValue *value)
{
  const char *dot = strchr (path, '.');
  g_autofree char *name = dot != NULL ? g_strndup (path, dot - path) : g_strdup (path);
  g_autoptr(EnlaceValue) below = NULL;
  EnlaceValue *inner;

  if (dot == NULL)
    return enlace_value_with_member (map, name, value);

  inner = enlace_value_get_member (map, name);
  if (inner != NULL && enlace_value_get_kind (inner) == ENLACE_KIND_MAP)
    below = put_at_path (inner, dot + 1, value);
  else
    {
      g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
      g_autoptr(EnlaceValue) empty = enlace_map_builder_end (builder);

      below = put_at_path (empty, dot + 1, value);
    }

  return enlace_value_with_member (map, name, below);
}

static gboolean
is_path (const char *path)
{
  gsize length = strlen (path);

  return length > 0 && length <= 1024 && path[0] != '.' && path[length - 1] != '.' && strstr (path, "..") == NULL;
}

/* The list of fields as one template that already has the form of the output: it is compiled once and evaluated in one go. */
static EnlaceValue *
data_map_shape (EnlaceValue  *parameters,
                GError      **error)
{
  EnlaceValue *fields = enlace_value_get_member (parameters, "fields");
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) output = enlace_map_builder_end (builder);

  for (gsize i = 0; fields != NULL && i < enlace_value_get_length (fields); i++)
    {
      EnlaceValue *field = enlace_value_get_element (fields, i);
      EnlaceValue *value = enlace_value_get_member (field, "value");
      const char *path = enlace_value_get_member_string (field, "path", "");
      EnlaceValue *next;

      if (!is_path (path) || value == NULL)
        {
          g_set_error (error, ENLACE_ENGINE_ERROR, ENLACE_ENGINE_ERROR_INVALID, "Field %" G_GSIZE_FORMAT " has no path or no value", i + 1);
          return NULL;
        }
      next = put_at_path (output, path, value);
      enlace_value_unref (output);
      output = next;
    }

  enlace_map_builder_add (builder, "fields", output);
  return enlace_map_builder_end (builder);
}

static EnlaceValue *
data_map_run (EnlaceStepContext  *context,
              GError            **error)
{
  return enlace_step_context_get (context, "fields", error);
}

const EnlaceStepType enlace_step_data_map = {
  .name = "data.map",
  .shape = data_map_shape,
  .run = data_map_run,
};
