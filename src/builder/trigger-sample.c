/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include "src/builder/trigger-sample.h"

#include "common/expression/template.h"

typedef struct {
  const char *root;
  GPtrArray  *paths;   /* GStrv below trigger.ROOT */
} Collection;

static gboolean
is_path (const char *const *segments,
         const char        *root)
{
  return segments[0] != NULL && g_str_equal (segments[0], "trigger") && segments[1] != NULL && g_str_equal (segments[1], root) &&
         segments[2] != NULL;
}

static void
path_cb (const char *const *segments,
         gpointer           data)
{
  Collection *collection = data;

  if (is_path (segments, collection->root))
    g_ptr_array_add (collection->paths, g_strdupv ((char **) segments + 2));
}

static void
expression_cb (EnlaceExpression *expression,
               const char       *pointer,
               gpointer          data)
{
  enlace_expression_foreach_path (expression, path_cb, data);
}

static GPtrArray *
collect_paths (EnlaceValue *document,
               const char  *root)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  Collection collection = { root, paths };
  EnlaceValue *nodes = enlace_value_get_member (document, "nodes");

  for (gsize i = 0; nodes != NULL && i < enlace_value_get_length (nodes); i++)
    {
      EnlaceValue *parameters = enlace_value_get_member (enlace_value_get_element (nodes, i), "parameters");
      g_autoptr(EnlaceTemplate) template = parameters != NULL ? enlace_template_compile (parameters, NULL, NULL) : NULL;

      if (template != NULL)
        enlace_template_foreach_expression (template, expression_cb, &collection);
    }

  return paths;
}

static gboolean
has_path (EnlaceValue       *value,
          const char *const *path)
{
  for (guint i = 0; value != NULL && path[i] != NULL; i++)
    value = enlace_value_get_kind (value) == ENLACE_KIND_MAP ? enlace_value_get_member (value, path[i]) : NULL;

  return value != NULL;
}

/* A copy of a map with an empty text at the path; what is there already stays. */
static EnlaceValue *
with_path (EnlaceValue       *map,
           const char *const *path)
{
  EnlaceValue *member = enlace_value_get_member (map, path[0]);
  g_autoptr(EnlaceValue) empty = NULL;
  g_autoptr(EnlaceValue) inner = NULL;

  if (path[1] == NULL)
    {
      empty = enlace_value_new_string ("");
      return member != NULL ? enlace_value_ref (map) : enlace_value_with_member (map, path[0], empty);
    }

  if (member == NULL || enlace_value_get_kind (member) != ENLACE_KIND_MAP)
    {
      g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

      empty = enlace_map_builder_end (builder);
      member = empty;
    }
  inner = with_path (member, path + 1);

  return enlace_value_with_member (map, path[0], inner);
}

EnlaceValue *
enlace_trigger_sample_new (EnlaceValue *document,
                           const char  *root,
                           EnlaceValue *known)
{
  g_autoptr(GPtrArray) paths = NULL;
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) value = enlace_map_builder_end (builder);
  gboolean fits = known != NULL;

  g_return_val_if_fail (document != NULL && root != NULL, NULL);

  paths = collect_paths (document, root);
  for (guint i = 0; i < paths->len; i++)
    {
      EnlaceValue *next = with_path (value, g_ptr_array_index (paths, i));

      enlace_value_unref (value);
      value = next;
      fits = fits && has_path (known, g_ptr_array_index (paths, i));
    }

  return fits && paths->len > 0 ? enlace_value_ref (known) : g_steal_pointer (&value);
}
