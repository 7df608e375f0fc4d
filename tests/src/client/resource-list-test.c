/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include "src/client/resource-list.h"
#include "tests/src/support/double.h"
#include "tests/src/support/wait.h"

typedef struct {
  TestDouble         *server;
  EnlaceClient       *client;
  EnlaceResourceList *list;
} Fixture;

static gboolean
is_online (gpointer data)
{
  Fixture *fixture = data;

  return enlace_client_get_online (fixture->client);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->server = test_double_new ();
  fixture->client = enlace_client_new ();
  enlace_client_connect (fixture->client, fixture->server->address, TEST_KEY);
  fixture->list = enlace_resource_list_new (fixture->client, ENLACE_TYPE_EXECUTION);
  test_wait_until (is_online, fixture);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  test_double_assert_done (fixture->server);
  g_assert_finalize_object (fixture->list);
  enlace_client_disconnect (fixture->client);
  test_run_pending ();
  g_assert_finalize_object (fixture->client);
  test_double_free (fixture->server);
}

static gboolean
is_loaded (gpointer data)
{
  EnlaceListState state = enlace_resource_list_get_state (((Fixture *) data)->list);

  return state == ENLACE_LIST_READY || state == ENLACE_LIST_FAILED;
}

static void
assert_ids (Fixture    *fixture,
            const char *expected)
{
  g_autoptr(GString) ids = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (fixture->list)); i++)
    {
      g_autoptr(EnlaceResource) resource = g_list_model_get_item (G_LIST_MODEL (fixture->list), i);

      g_string_append_printf (ids, "%s%s", i > 0 ? " " : "", enlace_resource_get_id (resource));
    }
  g_assert_cmpstr (ids->str, ==, expected);
}

static const TestExchange first_page = {
  "GET", "executions?limit=50", NULL, NULL, 200, NULL,
  "{\"items\":[{\"id\":\"e9\",\"status\":\"running\"},{\"id\":\"e7\",\"status\":\"completed\"}],\"next_cursor\":\"a&b\"}"
};
static const TestExchange second_page = {
  "GET", "executions?limit=50&cursor=a%26b", NULL, NULL, 200, NULL,
  "{\"items\":[{\"id\":\"e5\",\"status\":\"failed\"}],\"next_cursor\":null}"
};

static void
load (Fixture *fixture)
{
  test_double_expect (fixture->server, &first_page);
  g_assert_cmpint (enlace_resource_list_get_state (fixture->list), ==, ENLACE_LIST_IDLE);
  enlace_resource_list_reload (fixture->list);
  g_assert_cmpint (enlace_resource_list_get_state (fixture->list), ==, ENLACE_LIST_LOADING);
  test_wait_until (is_loaded, fixture);
}

static void
test_reads_pages_on_demand (Fixture       *fixture,
                            gconstpointer  data)
{
  load (fixture);
  assert_ids (fixture, "e9 e7");
  g_assert_true (enlace_resource_list_get_has_more (fixture->list));

  test_double_expect (fixture->server, &second_page);
  enlace_resource_list_load_more (fixture->list);
  enlace_resource_list_load_more (fixture->list);
  test_wait_until (is_loaded, fixture);
  assert_ids (fixture, "e9 e7 e5");
  g_assert_false (enlace_resource_list_get_has_more (fixture->list));
  enlace_resource_list_load_more (fixture->list);
}

static gboolean
has_three (gpointer data)
{
  return g_list_model_get_n_items (G_LIST_MODEL (((Fixture *) data)->list)) == 3;
}

static gboolean
has_two (gpointer data)
{
  return g_list_model_get_n_items (G_LIST_MODEL (((Fixture *) data)->list)) == 2;
}

static void
test_follows_the_feed (Fixture       *fixture,
                       gconstpointer  data)
{
  load (fixture);

  /* Newest first; what belongs to a page that was not read waits for it; what is not of this kind does not come in. */
  test_double_push (fixture->server,
                    "event: execution\nid: 1\ndata: {\"id\":\"e1\",\"status\":\"failed\"}\n\n"
                    "event: workflow\nid: 2\ndata: {\"id\":\"w1\"}\n\n"
                    "event: execution\nid: 3\ndata: {\"id\":\"e8\",\"status\":\"running\"}\n\n");
  test_wait_until (has_three, fixture);
  assert_ids (fixture, "e9 e8 e7");

  test_double_push (fixture->server, "event: deleted\nid: 4\ndata: {\"kind\":\"execution\",\"id\":\"e9\"}\n\n");
  test_wait_until (has_two, fixture);
  assert_ids (fixture, "e8 e7");
}

static gboolean
is_running (EnlaceResource *resource,
            gpointer        user_data)
{
  return enlace_execution_get_status (ENLACE_EXECUTION (resource)) == ENLACE_EXECUTION_RUNNING;
}

static gboolean
has_one (gpointer data)
{
  return g_list_model_get_n_items (G_LIST_MODEL (((Fixture *) data)->list)) == 1;
}

static void
test_drops_what_no_longer_belongs (Fixture       *fixture,
                                   gconstpointer  data)
{
  static const TestExchange running = {
    "GET", "executions?limit=50&status=running", NULL, NULL, 200, NULL,
    "{\"items\":[{\"id\":\"e9\",\"status\":\"running\"},{\"id\":\"e4\",\"status\":\"running\"}],\"next_cursor\":null}"
  };

  test_double_expect (fixture->server, &running);
  enlace_resource_list_set_filter (fixture->list, "status=running", is_running, NULL, NULL);
  g_assert_cmpint (enlace_resource_list_get_state (fixture->list), ==, ENLACE_LIST_IDLE);
  enlace_resource_list_reload (fixture->list);
  test_wait_until (is_loaded, fixture);
  assert_ids (fixture, "e9 e4");

  test_double_push (fixture->server,
                    "event: execution\nid: 1\ndata: {\"id\":\"e5\",\"status\":\"failed\"}\n\n"
                    "event: execution\nid: 2\ndata: {\"id\":\"e9\",\"status\":\"completed\"}\n\n");
  test_wait_until (has_one, fixture);
  assert_ids (fixture, "e4");
}

static void
count_cb (GListModel *model,
          guint       position,
          guint       removed,
          guint       added,
          guint      *count)
{
  (*count)++;
}

static gboolean
is_loading (gpointer data)
{
  return enlace_resource_list_get_state (((Fixture *) data)->list) == ENLACE_LIST_LOADING;
}

static void
test_reads_anew_after_a_reset (Fixture       *fixture,
                               gconstpointer  data)
{
  guint count = 0;

  load (fixture);
  g_signal_connect (fixture->list, "items-changed", G_CALLBACK (count_cb), &count);

  test_double_expect (fixture->server, &first_page);
  test_double_push (fixture->server, "event: reset\ndata: {}\n\n");
  test_wait_until (is_loading, fixture);
  assert_ids (fixture, "e9 e7");
  test_wait_until (is_loaded, fixture);
  assert_ids (fixture, "e9 e7");
  /* Nothing was different: what is shown does not jump. */
  g_assert_cmpuint (count, ==, 0);
}

static void
adopt (Fixture    *fixture,
       const char *text)
{
  g_autoptr(JsonNode) node = json_from_string (text, NULL);
  g_autoptr(EnlaceResource) resource = enlace_client_adopt (fixture->client, ENLACE_TYPE_EXECUTION, json_node_get_object (node));

  g_assert_nonnull (resource);
}

static void
test_news_are_newer_than_the_page (Fixture       *fixture,
                                   gconstpointer  data)
{
  test_double_expect (fixture->server, &first_page);
  enlace_resource_list_reload (fixture->list);
  /* While the page is on its way: one comes, and one of the page's goes. */
  adopt (fixture, "{\"id\":\"ea\",\"status\":\"queued\"}");
  enlace_client_forget (fixture->client, "execution", "e7");
  test_wait_until (is_loaded, fixture);
  assert_ids (fixture, "ea e9");
}

static void
test_lets_go_of_a_flood (Fixture       *fixture,
                         gconstpointer  data)
{
  load (fixture);

  for (guint i = 0; i < 1998; i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"id\":\"f%04u\",\"status\":\"completed\"}", i);

      adopt (fixture, text);
    }
  g_assert_cmpint (enlace_resource_list_get_state (fixture->list), ==, ENLACE_LIST_READY);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, 2000);

  test_double_expect (fixture->server, &first_page);
  adopt (fixture, "{\"id\":\"f9999\",\"status\":\"completed\"}");
  test_wait_until (is_loaded, fixture);
  assert_ids (fixture, "e9 e7");
}

static void
test_says_why_it_failed (Fixture       *fixture,
                         gconstpointer  data)
{
  static const TestExchange refusal = {
    "GET", "executions?limit=50", NULL, NULL, 503, NULL, "{\"status\":503,\"detail\":\"The store is busy.\"}"
  };

  test_double_expect (fixture->server, &refusal);
  enlace_resource_list_reload (fixture->list);
  test_wait_until (is_loaded, fixture);
  g_assert_cmpint (enlace_resource_list_get_state (fixture->list), ==, ENLACE_LIST_FAILED);
  g_assert_error (enlace_resource_list_get_error (fixture->list), ENLACE_CLIENT_ERROR, ENLACE_CLIENT_ERROR_SERVER);
  g_assert_cmpstr (enlace_resource_list_get_error (fixture->list)->message, ==, "The store is busy.");

  test_double_expect (fixture->server, &first_page);
  enlace_resource_list_reload (fixture->list);
  test_wait_until (is_loaded, fixture);
  g_assert_cmpint (enlace_resource_list_get_state (fixture->list), ==, ENLACE_LIST_READY);
  assert_ids (fixture, "e9 e7");
}

#define ADD(path, function) g_test_add ("/client/resource-list/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();

  ADD ("reads-pages-on-demand", test_reads_pages_on_demand);
  ADD ("follows-the-feed", test_follows_the_feed);
  ADD ("drops-what-no-longer-belongs", test_drops_what_no_longer_belongs);
  ADD ("reads-anew-after-a-reset", test_reads_anew_after_a_reset);
  ADD ("news-are-newer-than-the-page", test_news_are_newer_than_the_page);
  ADD ("lets-go-of-a-flood", test_lets_go_of_a_flood);
  ADD ("says-why-it-failed", test_says_why_it_failed);

  return g_test_run ();
}
