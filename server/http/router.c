/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-http"

#include <string.h>

#include "server/http/router.h"

#include "server/security/permissions.h"

typedef struct _Node Node;
struct _Node
{
  char *segment;        /* NULL: a parameter */
  GPtrArray *children;  /* of Node, by segment */
  Node *parameter;
  Node *rest;
  GPtrArray *routes;    /* of const EnlaceRoute, borrowed */
  char *allow;
  gboolean any_host;
};

struct _EnlaceRouter
{
  Node *root;
};

G_DEFINE_QUARK (enlace-router-error-quark, enlace_router_error)

static void
node_free (gpointer data)
{
  Node *node = data;

  if (node == NULL)
    return;

  g_free (node->segment);
  g_ptr_array_unref (node->children);
  g_ptr_array_unref (node->routes);
  node_free (node->parameter);
  node_free (node->rest);
  g_free (node->allow);
  g_free (node);
}

static Node *
node_new (const char *segment)
{
  Node *node = g_new0 (Node, 1);

  node->segment = g_strdup (segment);
  node->children = g_ptr_array_new_with_free_func (node_free);
  node->routes = g_ptr_array_new ();

  return node;
}

static Node *
find_child (Node       *node,
            const char *segment)
{
  guint low = 0, high = node->children->len;

  while (low < high)
    {
      guint middle = (low + high) / 2;
      Node *child = g_ptr_array_index (node->children, middle);
      int order = strcmp (segment, child->segment);

      if (order == 0)
        return child;
      if (order < 0)
        high = middle;
      else
        low = middle + 1;
    }

  return NULL;
}

static int
compare_nodes (gconstpointer a,
               gconstpointer b)
{
  return strcmp ((*(Node *const *) a)->segment, (*(Node *const *) b)->segment);
}

static Node *
get_child (Node       *node,
           const char *segment,
           gboolean    is_rest)
{
  Node **parameter = is_rest ? &node->rest : &node->parameter;
  Node *child;

  if (*segment == ':')
    {
      if (*parameter == NULL)
        *parameter = node_new (NULL);
      return *parameter;
    }

  child = find_child (node, segment);
  if (child == NULL)
    {
      child = node_new (segment);
      g_ptr_array_add (node->children, child);
      g_ptr_array_sort (node->children, compare_nodes);
    }

  return child;
}

static gboolean
check_route (const EnlaceRoute  *route,
             GError            **error)
{
  const char *wrong = NULL;

  if (route->method == NULL || route->path == NULL || route->path[0] != '/')
    wrong = "has no method or path";
  else if (route->handle == NULL)
    wrong = "has no handler";
  else if (route->permission == NULL)
    wrong = "has no permission";
  else if (!g_str_equal (route->permission, ENLACE_PERMISSION_NONE) && !g_str_equal (route->permission, ENLACE_PERMISSION_ANY)
           && !enlace_permission_is_known (route->permission))
    wrong = "names a permission that nobody knows";

  if (wrong != NULL)
    g_set_error (error, ENLACE_ROUTER_ERROR, 0, "The route %s %s %s", route->method, route->path, wrong);

  return wrong == NULL;
}

static gboolean
add_route (EnlaceRouter       *self,
           const EnlaceRoute  *route,
           GError            **error)
{
  g_auto(GStrv) segments = NULL;
  Node *node = self->root;

  if (!check_route (route, error))
    return FALSE;

  segments = g_strsplit (route->path + 1, "/", -1);
  for (guint i = 0; segments[i] != NULL; i++)
    node = get_child (node, segments[i], segments[i + 1] == NULL && (route->flags & ENLACE_ROUTE_REST));

  for (guint i = 0; i < node->routes->len; i++)
    if (g_str_equal (((const EnlaceRoute *) g_ptr_array_index (node->routes, i))->method, route->method))
      {
        g_set_error (error, ENLACE_ROUTER_ERROR, 0, "The route %s %s is there twice", route->method, route->path);
        return FALSE;
      }
  g_ptr_array_add (node->routes, (gpointer) route);
  node->any_host |= (route->flags & ENLACE_ROUTE_ANY_HOST) != 0;

  return TRUE;
}

static void
name_methods (Node *node)
{
  GString *allow = g_string_new (NULL);

  for (guint i = 0; i < node->routes->len; i++)
    {
      const EnlaceRoute *route = g_ptr_array_index (node->routes, i);

      g_string_append_printf (allow, "%s%s", allow->len > 0 ? ", " : "", route->method);
      if (g_str_equal (route->method, "GET"))
        g_string_append (allow, ", HEAD");
    }
  node->allow = g_string_free_and_steal (allow);

  for (guint i = 0; i < node->children->len; i++)
    name_methods (g_ptr_array_index (node->children, i));
  if (node->parameter != NULL)
    name_methods (node->parameter);
  if (node->rest != NULL)
    name_methods (node->rest);
}

EnlaceRouter *
enlace_router_new (const EnlaceRouteTable *const  *tables,
                   guint                           n_tables,
                   GError                        **error)
{
  g_autoptr(EnlaceRouter) self = g_new0 (EnlaceRouter, 1);

  self->root = node_new (NULL);
  for (guint i = 0; i < n_tables; i++)
    for (guint j = 0; j < tables[i]->n_routes; j++)
      if (!add_route (self, &tables[i]->routes[j], error))
        return NULL;
  name_methods (self->root);

  return g_steal_pointer (&self);
}

void
enlace_router_free (EnlaceRouter *self)
{
  node_free (self->root);
  g_free (self);
}

/* The node of the target from its segment `i` on. Recursion is as deep as the longest route. */
static Node *
walk (Node              *node,
      EnlaceTarget      *target,
      guint              i,
      guint              n_values,
      EnlaceRouterMatch *match)
{
  const char *segment;
  Node *child, *found = NULL;

  if (i == target->n_segments)
    {
      match->n_values = n_values;
      return node->routes->len > 0 ? node : NULL;
    }

  segment = target->segments[i];
  child = find_child (node, segment);
  if (child != NULL)
    found = walk (child, target, i + 1, n_values, match);
  if (found == NULL && node->parameter != NULL && *segment != '\0' && n_values < ENLACE_REQUEST_MAX_PARAMS)
    {
      match->values[n_values] = segment;
      found = walk (node->parameter, target, i + 1, n_values + 1, match);
    }
  if (found == NULL && node->rest != NULL)
    {
      match->n_values = n_values;
      match->rest = i;
      found = node->rest;
    }

  return found;
}

static const EnlaceRoute *
find_route (Node       *node,
            const char *method)
{
  const char *wanted = g_str_equal (method, "HEAD") ? "GET" : method;

  for (guint i = 0; i < node->routes->len; i++)
    {
      const EnlaceRoute *route = g_ptr_array_index (node->routes, i);

      if ((route->flags & ENLACE_ROUTE_ANY_METHOD) || g_str_equal (route->method, wanted))
        return route;
    }

  return NULL;
}

EnlaceRouterResult
enlace_router_match (EnlaceRouter      *self,
                     const char        *method,
                     EnlaceTarget      *target,
                     EnlaceRouterMatch *match)
{
  Node *node = NULL;

  memset (match, 0, sizeof *match);
  if (!target->has_dots && !target->is_too_long)
    node = walk (self->root, target, 0, 0, match);
  if (node == NULL)
    return ENLACE_ROUTER_NO_PATH;

  match->allow = node->allow;
  match->any_host = node->any_host;
  match->route = find_route (node, method);

  return match->route != NULL ? ENLACE_ROUTER_FOUND : ENLACE_ROUTER_NO_METHOD;
}
