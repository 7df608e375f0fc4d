/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-security"

#include <gio/gio.h>
#include <string.h>

#include "common/value/json.h"
#include "server/security/permissions.h"

/* Sorted: it is searched by halves. */
static const char *const scopes[] = {
  "alerts:read",
  "alerts:write",
  "api-keys:read",
  "api-keys:write",
  "approvals:read",
  "approvals:write",
  "audit:read",
  "branding:read",
  "branding:write",
  "executions:read",
  "executions:write",
  "feed:read",
  "health:read",
  "integrations:read",
  "integrations:write",
  "licence:read",
  "licence:write",
  "members:read",
  "members:write",
  "metrics:read",
  "oauth:write",
  "organisations:read",
  "organisations:write",
  "providers:read",
  "providers:write",
  "roles:read",
  "roles:write",
  "sessions:read",
  "sessions:write",
  "usage:read",
  "variables:read",
  "variables:write",
  "webhooks:read",
  "webhooks:write",
  "workflows:execute",
  "workflows:publish",
  "workflows:read",
  "workflows:write",
  NULL
};

struct _EnlacePermissions {
  guint64 allowed;     /* a bit for each entry of the table */
};

G_STATIC_ASSERT (G_N_ELEMENTS (scopes) - 1 <= 64);

const char *const *
enlace_permissions_list (void)
{
  return scopes;
}

static int
find_scope (const char *scope)
{
  int low = 0;
  int high = G_N_ELEMENTS (scopes) - 2;

  while (low <= high)
    {
      int middle = (low + high) / 2;
      int order = strcmp (scope, scopes[middle]);

      if (order == 0)
        return middle;
      if (order < 0)
        high = middle - 1;
      else
        low = middle + 1;
    }

  return -1;
}

gboolean
enlace_permission_is_known (const char *scope)
{
  return find_scope (scope) >= 0;
}

/* "*", "workflows:*" or one scope; 0: unknown. */
static guint64
expand (const char *text)
{
  gsize length = strlen (text);
  guint64 mask = 0;

  if (strcmp (text, "*") == 0)
    return G_MAXUINT64;

  if (length > 2 && g_str_has_suffix (text, ":*"))
    for (guint i = 0; scopes[i] != NULL; i++)
      if (strncmp (scopes[i], text, length - 1) == 0)
        mask |= G_GUINT64_CONSTANT (1) << i;

  if (mask == 0 && enlace_permission_is_known (text))
    mask = G_GUINT64_CONSTANT (1) << find_scope (text);

  return mask;
}

static gboolean
add_all (EnlacePermissions  *self,
         const EnlaceValue  *list,
         GError            **error)
{
  if (enlace_value_get_kind (list) != ENLACE_KIND_LIST)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "Permissions are a list of texts");
      return FALSE;
    }

  for (gsize i = 0; i < enlace_value_get_length (list); i++)
    {
      const EnlaceValue *element = enlace_value_get_element (list, i);
      const char *text = enlace_value_get_kind (element) == ENLACE_KIND_STRING ? enlace_value_get_string (element) : NULL;
      guint64 mask = text != NULL ? expand (text) : 0;

      if (mask == 0)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "There is no permission “%s”", text != NULL ? text : "");
          return FALSE;
        }

      self->allowed |= mask;
    }

  return TRUE;
}

EnlacePermissions *
enlace_permissions_parse (const char  *json,
                          GError     **error)
{
  g_autoptr(EnlacePermissions) self = g_new0 (EnlacePermissions, 1);
  g_autoptr(EnlaceValue) list = enlace_json_parse (json, -1, error);

  if (list == NULL || !add_all (self, list, error))
    return NULL;

  return g_steal_pointer (&self);
}

gboolean
enlace_permissions_allow (EnlacePermissions *self,
                          const char        *scope)
{
  int index = find_scope (scope);

  return index >= 0 && (self->allowed & (G_GUINT64_CONSTANT (1) << index)) != 0;
}

void
enlace_permissions_free (EnlacePermissions *self)
{
  g_free (self);
}
