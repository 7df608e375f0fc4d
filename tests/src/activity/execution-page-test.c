/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include <locale.h>

#include "data/resources.h"
#include "src/activity/execution-page-private.h"
#include "src/activity/step-row.h"
#include "src/activity/turns-row.h"
#include "tests/src/support/wait.h"
#include "tests/support/server.h"

/* The third of five iterations fails. */
#define WORKFLOW \
  "{\"name\":\"Each\",\"steps\":{\"schema\":1,\"nodes\":[" \
  "{\"id\":\"go\",\"type\":\"trigger.manual\",\"name\":\"Start\",\"position\":[80,160],\"parameters\":{}}," \
  "{\"id\":\"each\",\"type\":\"flow.loop\",\"name\":\"Each order\",\"position\":[380,160],\"parameters\":{\"items\":\"{{ [4, 2, 0, 1, 5] }}\",\"continue_on_error\":true}}," \
  "{\"id\":\"part\",\"type\":\"data.map\",\"name\":\"Share\",\"position\":[680,80],\"parameters\":{\"fields\":[{\"path\":\"n\",\"value\":\"{{ 20 / item }}\"}]}}]," \
  "\"edges\":[{\"from\":\"go\",\"to\":\"each\"},{\"from\":\"each\",\"port\":\"item\",\"to\":\"part\"}]}}"

static gboolean
is_online (gpointer data)
{
  return enlace_client_get_online (data);
}

static gboolean
shows_steps (gpointer data)
{
  return ENLACE_EXECUTION_PAGE (data)->rows->len > 0;
}

static gboolean
is_named (gpointer data)
{
  EnlaceExecutionPage *page = data;

  return page->workflow != NULL && shows_steps (page);
}

static void
test_a_loop_is_one_line (void)
{
  TestServer *server;
  g_autoptr(TestReply) made = NULL;
  g_autoptr(TestReply) run = NULL;
  g_autofree char *path = NULL;
  g_autoptr(EnlaceClient) client = NULL;
  EnlaceExecutionPage *page;
  GtkWidget *window;
  GtkWidget *view;
  GtkWidget *row;
  guint n_loops = 0;

  if (g_getenv ("ENLACED") == NULL)
    {
      g_test_skip ("The server is not built");
      return;
    }

  server = test_server_new (NULL);
  made = test_server_expect (server, 201, "POST", "/api/integrations/workflows", WORKFLOW);
  path = g_strdup_printf ("/api/integrations/workflows/%s/execute", test_reply_get (made, "id"));
  run = test_server_expect (server, 200, "POST", path, "{\"wait_seconds\":10}");
  client = enlace_client_new ();
  enlace_client_connect (client, server->address, server->key);
  test_wait_until (is_online, client);

  page = ENLACE_EXECUTION_PAGE (enlace_execution_page_new (client, test_reply_get (run, "id")));
  window = adw_window_new ();
  view = adw_navigation_view_new ();
  adw_navigation_view_add (ADW_NAVIGATION_VIEW (view), ADW_NAVIGATION_PAGE (page));
  adw_window_set_content (ADW_WINDOW (window), view);
  gtk_window_set_default_size (GTK_WINDOW (window), 900, 760);
  gtk_window_present (GTK_WINDOW (window));
  test_wait_until (is_named, page);

  for (guint i = 0; i < page->rows->len; i++)
    if (ENLACE_IS_TURNS_ROW (g_ptr_array_index (page->rows, i)))
      {
        g_assert_cmpstr (enlace_turns_row_get_owner (g_ptr_array_index (page->rows, i)), ==, "each");
        n_loops++;
      }
  g_assert_cmpuint (n_loops, ==, 1);
  g_assert_cmpuint (page->rows->len, ==, 3);

  /* It opens where it failed. */
  row = enlace_step_rows_open (page->rows, "part");
  g_assert_nonnull (row);
  g_assert_cmpstr (enlace_step_record_get_path (enlace_step_row_get_record (ENLACE_STEP_ROW (row))), ==, "2");
  g_assert_cmpstr (enlace_step_record_get_status (enlace_step_row_get_record (ENLACE_STEP_ROW (row))), ==, "failed");

  g_object_add_weak_pointer (G_OBJECT (page), (gpointer *) &page);
  gtk_window_destroy (GTK_WINDOW (window));
  test_run_pending ();
  g_assert_null (page);
  enlace_client_disconnect (client);
  test_run_pending ();
  test_server_free (server);
}

int
main (int    argc,
      char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP There is no display\n");
      return 77;
    }
  dex_init ();
  adw_init ();
  enlace_register_resource ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);

  g_test_add_func ("/activity/execution-page/a-loop-is-one-line", test_a_loop_is_one_line);

  return g_test_run ();
}
