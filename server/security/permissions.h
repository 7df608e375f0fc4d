/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Scopes: "workflows:read", "workflows:write", "workflows:publish", "workflows:execute", "executions:read", "executions:write", "metrics:read", … The table is in
 * permissions.c; a route that names a scope which is not in it does not start. */
const char *const *enlace_permissions_list      (void);
gboolean           enlace_permission_is_known   (const char        *scope);

/* A parsed set of scopes; "*" holds all, "workflows:*" all of a resource. */
typedef struct _EnlacePermissions EnlacePermissions;
EnlacePermissions *enlace_permissions_parse     (const char        *json,
                                                 GError           **error);
gboolean           enlace_permissions_allow     (EnlacePermissions *self,
                                                 const char        *scope);
void               enlace_permissions_free      (EnlacePermissions *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlacePermissions, enlace_permissions_free)

G_END_DECLS
