/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include <signal.h>

#include "tests/gui/app.h"

static gboolean
runs_no_more (TestApp  *app,
              gpointer  data)
{
  return kill (GPOINTER_TO_INT (data), 0) < 0;
}

static gboolean
has_server (TestApp  *app,
            gpointer  data)
{
  GPid pid = test_app_get_server (app);

  return pid != 0 && pid != GPOINTER_TO_INT (data);
}

static void
first_start (void)
{
  g_autoptr(TestSession) session = test_session_new (TEST_SESSION_PLAIN);
  g_autoptr(TestApp) app = NULL;
  g_autoptr(AtspiAccessible) page = NULL;
  g_autofree char *tree = NULL;

  if (session == NULL)
    return;

  app = test_app_new (session);
  page = test_app_wait (app, ATSPI_ROLE_INVALID, "Connect What You Use");
  tree = test_tree_describe (test_app_get_root (app));
  g_printerr ("%s\n", tree);
  test_app_quit (app);
  test_app_wait_until (app, runs_no_more, GINT_TO_POINTER (0), "");
  test_app_wait_until (app, has_server, GINT_TO_POINTER (0), "");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/life/first-start", first_start);

  return g_test_run ();
}
