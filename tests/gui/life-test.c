/* SPDX-License-Identifier: GPL-3.0-or-later */

/* First start, the example, starts and ends of the application and of its server, however they come about. */

#define G_LOG_DOMAIN "enlace-test"

#include <signal.h>
#include <stdlib.h>

#include "tests/gui/app.h"

#define EXAMPLE "Tell Another System About a Push"
#define AWAY "The server is away. It is being started again…"
#define START_LIMIT G_USEC_PER_SEC

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
  return test_app_get_server (app) != 0;
}

static void
open_example (TestApp *app)
{
  test_app_press (app, ATSPI_ROLE_BUTTON, "Try an Example");
  g_object_unref (test_app_wait (app, ATSPI_ROLE_BUTTON, "*Default branch?*"));
}

/* From the first click to the first green run. */
static void
run_example (TestApp *app)
{
  open_example (app);
  test_app_key (app, "Control+r");
  g_object_unref (test_app_wait (app, ATSPI_ROLE_DIALOG, "Test With Data"));
  test_app_wait_focus (app, "Data");
  test_app_key (app, "Control+Return");
  g_object_unref (test_app_wait (app, ATSPI_ROLE_BUTTON, "*A push arrives, Completed*"));
  g_object_unref (test_app_wait (app, ATSPI_ROLE_BUTTON, "*Tell the other system, Completed*"));
  g_object_unref (test_app_wait (app, ATSPI_ROLE_BUTTON, "*Nothing to tell, Skipped*"));
}

static gboolean
has_two_like_it (TestApp  *app,
                 gpointer  data)
{
  g_autoptr(GPtrArray) cards = test_tree_list (test_app_get_root (app), ATSPI_ROLE_BUTTON, "*Nothing to tell*");

  return cards->len == 2;
}

/* Every change can be taken back, by keyboard. */
static void
undo_and_redo (TestApp *app)
{
  test_app_press (app, ATSPI_ROLE_BUTTON, "*Nothing to tell*");
  test_app_key (app, "Delete");
  test_app_wait_gone (app, ATSPI_ROLE_BUTTON, "*Nothing to tell*");
  test_app_key (app, "Control+z");
  g_object_unref (test_app_wait (app, ATSPI_ROLE_BUTTON, "*Nothing to tell*"));
  test_app_key (app, "Control+Shift+z");
  test_app_wait_gone (app, ATSPI_ROLE_BUTTON, "*Nothing to tell*");
  test_app_key (app, "Control+z");
  test_app_press (app, ATSPI_ROLE_BUTTON, "*Nothing to tell*");
  test_app_key (app, "Control+c");
  test_app_key (app, "Control+v");
  test_app_wait_until (app, has_two_like_it, NULL, "the card and its copy");
  g_object_unref (test_app_wait (app, ATSPI_ROLE_LABEL, "Draft saved"));
}

static void
test_example (gconstpointer data)
{
  TestSession *session = (TestSession *) data;
  g_autoptr(TestApp) app = NULL;

  if (session == NULL)
    return g_test_skip ("Needs Xvfb, D-Bus, AT-SPI and gnome-keyring");

  test_session_new_home (session);
  app = test_app_new (session);
  run_example (app);
  undo_and_redo (app);
  test_app_quit (app);
}

/* The draft and the store outlive a SIGKILL of the application; its server does not. */
static void
test_killed (gconstpointer data)
{
  TestSession *session = (TestSession *) data;
  TestApp *app;
  GPid server;

  if (session == NULL)
    return g_test_skip ("Needs Xvfb, D-Bus, AT-SPI and gnome-keyring");

  test_session_new_home (session);
  app = test_app_new (session);
  open_example (app);
  test_app_press (app, ATSPI_ROLE_BUTTON, "*Nothing to tell*");
  test_app_key (app, "Delete");
  g_object_unref (test_app_wait (app, ATSPI_ROLE_LABEL, "Draft saved"));
  server = test_app_get_server (app);
  g_assert_cmpint (server, !=, 0);
  test_app_kill (app);
  test_app_wait_until (app, runs_no_more, GINT_TO_POINTER (server), "the end of the server");
  test_app_free (app);

  app = test_app_new (session);
  test_app_press (app, ATSPI_ROLE_LIST_ITEM, EXAMPLE);
  g_object_unref (test_app_wait (app, ATSPI_ROLE_BUTTON, "*Tell the other system*"));
  g_assert_false (test_app_has (app, ATSPI_ROLE_BUTTON, "*Nothing to tell*"));
  test_app_quit (app);
  test_app_free (app);
}

static void
kill_server (TestApp *app)
{
  GPid server = test_app_get_server (app);

  g_assert_cmpint (server, !=, 0);
  g_assert_cmpint (kill (server, SIGKILL), ==, 0);
  test_app_wait_until (app, runs_no_more, GINT_TO_POINTER (server), "the end of the server");
}

static void
test_server_killed (gconstpointer data)
{
  TestSession *session = (TestSession *) data;
  g_autoptr(TestApp) app = NULL;

  if (session == NULL)
    return g_test_skip ("Needs Xvfb, D-Bus, AT-SPI and gnome-keyring");

  test_session_new_home (session);
  app = test_app_new (session);
  g_object_unref (test_app_wait (app, ATSPI_ROLE_BUTTON, "Try an Example"));

  /* At first it is back before one could read that it is away; the second and the third time it waits longer. */
  for (guint i = 0; i < 2; i++)
    {
      kill_server (app);
      g_object_unref (test_app_wait (app, ATSPI_ROLE_LABEL, "Running"));
      test_app_wait_until (app, has_server, NULL, "another server");
    }
  kill_server (app);
  g_object_unref (test_app_wait (app, ATSPI_ROLE_LABEL, AWAY));
  g_object_unref (test_app_wait (app, ATSPI_ROLE_LABEL, "Running"));
  test_app_wait_gone (app, ATSPI_ROLE_LABEL, AWAY);
  run_example (app);
  test_app_quit (app);
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  gint64 first = *(const gint64 *) a;
  gint64 second = *(const gint64 *) b;

  return (first > second) - (first < second);
}

/* Starts it and waits until its server serves and the first page is there. */
static TestApp *
start (TestSession *session)
{
  TestApp *app = test_app_new (session);

  g_object_unref (test_app_wait (app, ATSPI_ROLE_BUTTON, "Try an Example"));

  return app;
}

/* Others use the processors: what a start takes says nothing then. */
static gboolean
is_overloaded (void)
{
  double load;

  return getloadavg (&load, 1) == 1 && load > 2.0 * g_get_num_processors ();
}

/* From a warm start: what is read from the disk is in memory, and the store is there. */
static void
test_start (gconstpointer data)
{
  TestSession *session = (TestSession *) data;
  gint64 shown[3];
  gint64 ready[3];
  TestApp *app;

  if (session == NULL)
    return g_test_skip ("Needs Xvfb, D-Bus, AT-SPI and gnome-keyring");

  test_session_new_home (session);
  test_app_quit (app = start (session));
  test_app_free (app);
  for (gsize i = 0; i < G_N_ELEMENTS (shown); i++)
    {
      app = start (session);
      shown[i] = test_app_get_shown_after (app);
      ready[i] = test_app_get_age (app);
      test_app_quit (app);
      test_app_free (app);
    }

  qsort (shown, G_N_ELEMENTS (shown), sizeof shown[0], compare);
  qsort (ready, G_N_ELEMENTS (ready), sizeof ready[0], compare);
  g_test_message ("window shown after %.0f ms, server and page ready after %.0f ms (medians of 3)",
                  shown[1] / 1000.0, ready[1] / 1000.0);
  if (is_overloaded ())
    g_test_skip ("The machine is overloaded: its processors are wanted by more than there are");
  else
    g_assert_cmpint (ready[1], <, START_LIMIT);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr(TestSession) session = NULL;

  g_test_init (&argc, &argv, NULL);
  session = test_session_new (TEST_SESSION_PLAIN);
  g_test_add_data_func ("/gui/life/first-start-to-first-green-run", session, test_example);
  g_test_add_data_func ("/gui/life/a-killed-application-takes-its-server-along-and-loses-nothing", session, test_killed);
  g_test_add_data_func ("/gui/life/a-killed-server-is-started-again", session, test_server_killed);
  g_test_add_data_func ("/gui/life/the-window-is-there-within-a-second", session, test_start);

  return g_test_run ();
}
