/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The workflow of the first story, built with the keyboard alone. */

#define G_LOG_DOMAIN "enlace-test"

#include "tests/gui/push.h"

#define MAX_TABS 40

/* Goes on by Tab until the focus is at an object of this name. */
static void
tab_to (TestApp    *app,
        const char *name)
{
  for (guint n = 0; n < MAX_TABS; n++)
    {
      g_autofree char *focused = test_app_move_focus (app, "Tab");

      if (g_pattern_match_simple (name, focused))
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
  test_app_key (app, "Control+Shift+f");
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

/* Opens a list of choices and takes the second. */
static void
choose_second (TestApp    *app,
               const char *name)
{
  g_autoptr(AtspiAccessible) field = NULL;

  tab_to (app, name);
  field = test_app_wait (app, ATSPI_ROLE_COMBO_BOX, name);
  test_app_key (app, "space");
  g_object_unref (test_app_wait_in (app, field, ATSPI_ROLE_LIST_ITEM, NULL));
  test_app_key (app, "Down");
  test_app_key (app, "Return");
  test_app_wait_focus (app, name);
}

/* Steps are connected as they are added; the other way out of the condition is led to the reply by hand. */
static void
connect_otherwise (TestApp *app)
{
  static const char *const back[] = { "HTTP Request*", "Map Fields*", "Condition*" };
  static const char *const forth[] = { "Map Fields*", "HTTP Request*", "Reply*" };

  test_app_wait_focus (app, "Reply*");
  for (gsize i = 0; i < G_N_ELEMENTS (back); i++)
    {
      test_app_key (app, "Left");
      test_app_wait_focus (app, back[i]);
    }
  test_app_key (app, "c");
  for (gsize i = 0; i < G_N_ELEMENTS (forth); i++)
    {
      test_app_key (app, "Right");
      test_app_wait_focus (app, forth[i]);
    }
  test_app_key (app, "Return");
  test_app_wait_focus (app, "Condition*");
}

static void
build (TestApp *app,
       guint    port)
{
  g_autofree char *address = g_strdup_printf ("http://127.0.0.1:%u/pushes", port);

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
  test_app_key (app, "Return");
  choose_second (app, "Method");
  tab_to (app, "Address");
  test_app_type (app, address);
  tab_to (app, "Body");
  test_app_type (app, "{{ steps.map.output }}");
  choose_second (app, "Send Again After an Interruption");

  add_step (app, "Reply", "Reply*");
  connect_otherwise (app);
}

/* What a screen reader says of the result: each card what it does and where it leads, none with a problem. */
static void
read_back (TestApp *app)
{
  static const struct { const char *name, *does; } cards[] = {
    { "Webhook*", "When a request arrives*" },
    { "Condition*", TEST_PUSH_CONDITION "*" },
    { "Map Fields*", "1 field*" },
    { "HTTP Request*", "POST to 127.0.0.1:*" },
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

/* Gives the address. */
static char *
publish (TestApp *app)
{
  g_autoptr(AtspiAccessible) label = NULL;
  char *address;

  test_app_key (app, "Control+Shift+p");
  g_object_unref (test_app_wait (app, ATSPI_ROLE_DIALOG, "Publish*"));
  tab_to (app, "Publish");
  test_app_key (app, "Return");
  label = test_app_wait (app, ATSPI_ROLE_LABEL, "http://127.0.0.1:*/hooks/*");
  address = test_tree_dup_name (label);
  test_app_key (app, "Escape");
  test_app_wait_gone (app, ATSPI_ROLE_DIALOG, "Publish*");

  return address;
}

/* The push of a tag goes the way that was led by hand: nobody is told, and the caller has its reply. */
static void
send_tag (TestApp      *app,
          TestReceiver *receiver,
          const char   *address)
{
  guint n_before = test_receiver_get_count (receiver);

  g_assert_cmpuint (test_push_post (address, TEST_PUSH_TAG), ==, 200);
  g_object_unref (test_app_wait (app, ATSPI_ROLE_BUTTON, "Map Fields, Skipped*"));
  g_object_unref (test_app_wait (app, ATSPI_ROLE_BUTTON, "HTTP Request, Skipped*"));
  g_object_unref (test_app_wait (app, ATSPI_ROLE_BUTTON, "Reply, Completed*"));
  g_assert_cmpuint (test_receiver_get_count (receiver), ==, n_before);
}

static void
test_keyboard (void)
{
  g_autoptr(TestSession) session = test_session_new (TEST_SESSION_PLAIN);
  g_autoptr(TestReceiver) receiver = NULL;
  g_autoptr(TestApp) app = NULL;
  g_autofree char *address = NULL;

  if (session == NULL)
    return g_test_skip ("Needs Xvfb, D-Bus, AT-SPI and gnome-keyring");

  receiver = test_receiver_new ();
  app = test_app_new (session);
  g_object_unref (test_app_wait (app, ATSPI_ROLE_BUTTON, "Build a Workflow"));
  test_app_key (app, "Control+n");
  g_object_unref (test_app_wait (app, ATSPI_ROLE_BUTTON, "Add a Trigger"));
  build (app, test_receiver_get_port (receiver));
  read_back (app);
  address = publish (app);
  test_push_send (app, receiver, address);
  send_tag (app, receiver, address);
  test_app_quit (app);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/keyboard/builds-publishes-and-runs", test_keyboard);

  return g_test_run ();
}
