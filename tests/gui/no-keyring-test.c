/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A session without a keyring: the application says so, and what can be done. */

#define G_LOG_DOMAIN "enlace-test"

#include <glib/gstdio.h>

#include "tests/gui/app.h"

static void
test_no_keyring (void)
{
  g_autoptr(TestSession) session = test_session_new (TEST_SESSION_NO_KEYRING);
  g_autofree char *keys = NULL;
  GStatBuf status;
  TestApp *app;

  if (session == NULL)
    return g_test_skip ("Needs Xvfb, D-Bus and AT-SPI");

  app = test_app_new (session);
  g_object_unref (test_app_wait (app, ATSPI_ROLE_LABEL, "No Keyring"));
  g_object_unref (test_app_wait (app, ATSPI_ROLE_LABEL, "*Install GNOME Keyring or KWallet*"));
  g_assert_cmpint (test_app_get_server (app), ==, 0);
  test_app_check_names (app, "the page about the keyring");

  /* Nothing has changed, so trying again ends where it began. */
  test_app_press (app, ATSPI_ROLE_BUTTON, "Try Again");
  g_object_unref (test_app_wait (app, ATSPI_ROLE_LABEL, "No Keyring"));
  test_app_press (app, ATSPI_ROLE_BUTTON, "Keep the Keys in a File");
  g_object_unref (test_app_wait (app, ATSPI_ROLE_BUTTON, "Try an Example"));
  g_assert_cmpint (test_app_get_server (app), !=, 0);
  keys = g_build_filename (test_session_get_data (session), "enlace", "desktop.keys", NULL);
  g_assert_cmpint (g_stat (keys, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  test_app_quit (app);
  test_app_free (app);

  /* It is not asked again. */
  app = test_app_new (session);
  g_object_unref (test_app_wait (app, ATSPI_ROLE_BUTTON, "Try an Example"));
  test_app_quit (app);
  test_app_free (app);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/no-keyring/is-said-and-a-file-takes-its-place", test_no_keyring);

  return g_test_run ();
}
