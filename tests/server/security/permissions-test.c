/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include <glib.h>

#include "server/security/permissions.h"

static EnlacePermissions *
parse (const char *json)
{
  g_autoptr(GError) error = NULL;
  EnlacePermissions *permissions = enlace_permissions_parse (json, &error);

  g_assert_no_error (error);

  return permissions;
}

static void
test_table (void)
{
  const char *const *scopes = enlace_permissions_list ();

  for (guint i = 0; scopes[i] != NULL; i++)
    {
      g_assert_true (enlace_permission_is_known (scopes[i]));
      if (i > 0)
        g_assert_cmpstr (scopes[i - 1], <, scopes[i]);
    }

  g_assert_false (enlace_permission_is_known ("workflows:destroy"));
  g_assert_false (enlace_permission_is_known (""));
  g_assert_false (enlace_permission_is_known ("*"));
}

static void
test_allow (void)
{
  g_autoptr(EnlacePermissions) one = parse ("[\"workflows:read\"]");
  g_autoptr(EnlacePermissions) resource = parse (" [ \"workflows:*\" , \"feed:read\" ] ");
  g_autoptr(EnlacePermissions) all = parse ("[\"*\"]");
  g_autoptr(EnlacePermissions) none = parse ("[]");

  g_assert_true (enlace_permissions_allow (one, "workflows:read"));
  g_assert_false (enlace_permissions_allow (one, "workflows:write"));
  g_assert_false (enlace_permissions_allow (one, "executions:read"));

  g_assert_true (enlace_permissions_allow (resource, "workflows:publish"));
  g_assert_true (enlace_permissions_allow (resource, "feed:read"));
  g_assert_false (enlace_permissions_allow (resource, "executions:read"));

  g_assert_true (enlace_permissions_allow (all, "members:write"));
  g_assert_false (enlace_permissions_allow (all, "members:destroy"));
  g_assert_false (enlace_permissions_allow (none, "workflows:read"));
}

static void
test_refused_lists (void)
{
  static const char *const refused[] = { "", "{}", "\"*\"", "[1]", "[\"workflows:destroy\"]", "[\"work:*\"]", "[\"*\"", "[\"workflows\"]", "[\":*\"]" };

  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_null (enlace_permissions_parse (refused[i], &error));
      g_assert_nonnull (error);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/security/permissions/are-a-sorted-table", test_table);
  g_test_add_func ("/security/permissions/allow-what-they-say", test_allow);
  g_test_add_func ("/security/permissions/refuse-what-is-unknown", test_refused_lists);

  return g_test_run ();
}
