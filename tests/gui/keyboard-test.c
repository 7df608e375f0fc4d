/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The workflow of the first story, built with the keyboard alone. */

#define G_LOG_DOMAIN "enlace-test"

#include "tests/gui/push.h"

#define MAX_TABS 40
/* How long a Tab may take. Too short, and the next one goes past what is looked for, which fails the test. */
#define TAB_USEC (80 * 1000)

static gboolean
has_focus (TestApp    *app,
           const char *name)
{
  g_autoptr(GPtrArray) all = test_tree_list (test_app_get_root (app), ATSPI_ROLE_INVALID, name);

  for (guint i = 0; i < all->len; i++)
    if (test_tree_has_state (g_ptr_array_index (all, i), ATSPI_STATE_FOCUSED))
      return TRUE;

  return FALSE;
}

/* Goes on by Tab until the focus is at an object of this name. */
static void
tab_to (TestApp    *app,
        const char *name)
{
  for (guint n = 0; n < MAX_TABS; n++)
    {
      test_app_key (app, "Tab");
      g_usleep (TAB_USEC);
      if (has_focus (app, name))
        return;
    }

  test_app_fail (app, "Tab does not lead to %s", name);
}

/* Finds a step in the palette and adds it behind the one that is selected. */
static void
add_step (TestApp    *app,
          const char *step,
          const char *card)
{
  test_app_key (app, "Control+f");
  test_app_wait_focus (app, "Search steps");
  test_app_key (app, "Control+a");
  test_app_type (app, step);
  test_app_key (app, "Return");
  g_object_unref (test_app_wait (app, ATSPI_ROLE_BUTTON, card));
}

/* Goes into the inspector of the card that has the focus. */
static void
open_card (TestApp    *app,
           const char *field)
{
  test_app_key (app, "Return");
  tab_to (app, field);
}

static void
build (TestApp *app)
{
  add_step (app, "Webhook", "Webhook*");
  add_step (app, "Condition", "Condition*");
  open_card (app, "Edit as an Expression");
  test_app_key (app, "space");
  tab_to (app, "Condition");
  test_app_type (app, TEST_PUSH_CONDITION);

  add_step (app, "Map", "Map Fields*");
  open_card (app, "Add Field");
  test_app_key (app, "Return");
  test_app_wait_focus (app, "Path of the Field");
  test_app_type (app, "repository");
  tab_to (app, "Value of the Field");
  test_app_type (app, "{{ trigger.body.repository.full_name }}");

  add_step (app, "HTTP", "HTTP Request*");
  open_card (app, "Address");
  test_app_type (app, "http://127.0.0.1:9/pushes");
  tab_to (app, "Body");
  test_app_type (app, "{{ steps.map.output }}");

  add_step (app, "Reply", "Reply*");
}

/* What a screen reader says of the result: each card what it does and where it leads, none with a problem. */
static void
read_back (TestApp *app)
{
  static const struct { const char *name, *does; } cards[] = {
    { "Webhook*", "When a request arrives*" },
    { "Condition*", TEST_PUSH_CONDITION "*" },
    { "Map Fields*", "1 field*" },
    { "HTTP Request*", "GET to 127.0.0.1:9*" },
    { "Reply*", "Reply with 200*" },
  };

  /* Only what is in sight is there. */
  test_app_key (app, "Control+9");
  g_object_unref (test_app_wait (app, ATSPI_ROLE_BUTTON, "No Problems"));
  for (gsize i = 0; i < G_N_ELEMENTS (cards); i++)
    {
      g_autoptr(AtspiAccessible) card = test_app_wait (app, ATSPI_ROLE_BUTTON, cards[i].name);
      g_autofree char *description = test_tree_dup_description (card);

      if (!g_pattern_match_simple (cards[i].does, description))
        test_app_fail (app, "%s: %s", cards[i].name, description);
    }
}

static void
test_keyboard (void)
{
  g_autoptr(TestSession) session = test_session_new (TEST_SESSION_PLAIN);
  g_autoptr(TestApp) app = NULL;

  if (session == NULL)
    return g_test_skip ("Needs Xvfb, D-Bus, AT-SPI and gnome-keyring");

  app = test_app_new (session);
  g_object_unref (test_app_wait (app, ATSPI_ROLE_BUTTON, "Build a Workflow"));
  test_app_key (app, "Control+n");
  g_object_unref (test_app_wait (app, ATSPI_ROLE_BUTTON, "Add a Trigger"));
  build (app);
  read_back (app);

  test_app_key (app, "Control+Shift+p");
  g_object_unref (test_app_wait (app, ATSPI_ROLE_DIALOG, "Publish*"));
  tab_to (app, "Publish");
  test_app_key (app, "Return");
  g_object_unref (test_app_wait (app, ATSPI_ROLE_LABEL, "http://127.0.0.1:*/hooks/*"));
  test_app_key (app, "Escape");
  test_app_wait_gone (app, ATSPI_ROLE_DIALOG, "Publish*");
  test_app_quit (app);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/keyboard/builds-and-publishes", test_keyboard);

  return g_test_run ();
}
