/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a screen reader would be silent about: nothing that can be focused or pressed is without a name, on no page. */

#define G_LOG_DOMAIN "enlace-test"

#include "tests/gui/app.h"

#define EXAMPLE "Tell Another System About a Push"

/* Waits for what shows that the place is there, then looks at everything in the window. */
static void
check (TestApp    *app,
       AtspiRole   role,
       const char *mark,
       const char *place)
{
  g_object_unref (test_app_wait (app, role, mark));
  test_app_check_names (app, place);
}

/* Each tab of the inspector for one step. */
static void
check_inspector (TestApp    *app,
                 const char *card)
{
  static const char *const tabs[] = { "Settings", "Input", "Output" };

  /* Only cards in sight are there. */
  test_app_press (app, ATSPI_ROLE_BUTTON, "Show Everything");
  test_app_press (app, ATSPI_ROLE_BUTTON, card);
  g_object_unref (test_app_wait (app, ATSPI_ROLE_INVALID, "Name of the Step"));
  for (gsize i = 0; i < G_N_ELEMENTS (tabs); i++)
    {
      g_autofree char *place = g_strdup_printf ("%s of %s", tabs[i], card);

      test_app_press (app, ATSPI_ROLE_INVALID, tabs[i]);
      test_app_check_names (app, place);
    }
  test_app_press (app, ATSPI_ROLE_INVALID, tabs[0]);
}

static void
check_builder (TestApp *app)
{
  test_app_press (app, ATSPI_ROLE_BUTTON, "Try an Example");
  check (app, ATSPI_ROLE_BUTTON, "*Default branch?*", "the builder");
  test_app_key (app, "Control+r");
  check (app, ATSPI_ROLE_DIALOG, "Test With Data", "the test's dialog");
  test_app_wait_focus (app, "Data");
  test_app_key (app, "Control+Return");
  check (app, ATSPI_ROLE_BUTTON, "*Tell the other system, Completed*", "the builder after a run");
  check_inspector (app, "*A push arrives*");
  check_inspector (app, "*Default branch?*");
  check_inspector (app, "*Write the message*");
  check_inspector (app, "*Tell the other system*");
  test_app_key (app, "Control+Shift+p");
  check (app, ATSPI_ROLE_DIALOG, "Publish*", "the publish dialog");
  test_app_key (app, "Escape");
  test_app_wait_gone (app, ATSPI_ROLE_DIALOG, "Publish*");
}

static void
check_pages (TestApp *app)
{
  test_app_press (app, ATSPI_ROLE_BUTTON, "Back");
  check (app, ATSPI_ROLE_LIST_ITEM, EXAMPLE, "the list of workflows");
  test_app_press (app, ATSPI_ROLE_LIST_ITEM, "Activity");
  check (app, ATSPI_ROLE_LABEL, "*Completed*", "the list of runs");
  test_app_press (app, ATSPI_ROLE_TOGGLE_BUTTON, "Filter");
  check (app, ATSPI_ROLE_BUTTON, "Show All", "the filter of runs");
  test_app_key (app, "Escape");
  test_app_wait_gone (app, ATSPI_ROLE_BUTTON, "Show All");
  test_app_press (app, ATSPI_ROLE_LIST_ITEM, EXAMPLE ": *");
  check (app, ATSPI_ROLE_LIST_ITEM, "Write the message: Completed", "a run's page");
  test_app_press (app, ATSPI_ROLE_LIST_ITEM, "Write the message: Completed");
  check (app, ATSPI_ROLE_LABEL, "Output", "a step of a run");
  test_app_key (app, "Control+comma");
  check (app, ATSPI_ROLE_DIALOG, "Preferences", "the preferences");
  test_app_key (app, "Escape");
}

static void
test_names (void)
{
  g_autoptr(TestSession) session = test_session_new (TEST_SESSION_PLAIN);
  g_autoptr(TestApp) app = NULL;

  if (session == NULL)
    return g_test_skip ("Needs Xvfb, D-Bus, AT-SPI and gnome-keyring");

  app = test_app_new (session);
  check (app, ATSPI_ROLE_BUTTON, "Try an Example", "the first page");
  check_builder (app);
  check_pages (app);
  test_app_quit (app);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/names/nothing-is-without-one", test_names);

  return g_test_run ();
}
