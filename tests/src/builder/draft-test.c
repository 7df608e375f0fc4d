/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include <locale.h>

#include <glib/gstdio.h>

#include "common/value/json.h"
#include "src/builder/draft-file.h"
#include "src/builder/draft.h"
#include "src/builder/publish-dialog.h"
#include "src/builder/run.h"
#include "tests/src/support/wait.h"
#include "tests/support/server.h"

#define WORKFLOW \
  "{\"name\":\"Orders\",\"steps\":{\"schema\":1,\"nodes\":[" \
  "{\"id\":\"hook\",\"type\":\"trigger.webhook\",\"name\":\"Order\",\"position\":[80,160],\"parameters\":{}}," \
  "{\"id\":\"big\",\"type\":\"flow.if\",\"name\":\"Big?\",\"position\":[380,160],\"parameters\":{\"condition\":\"{{ trigger.body.amount > 100 }}\"}}," \
  "{\"id\":\"yes\",\"type\":\"flow.respond\",\"name\":\"Yes\",\"position\":[680,80],\"parameters\":{\"body\":\"{{ trigger.body.amount }}\"}}," \
  "{\"id\":\"no\",\"type\":\"flow.respond\",\"name\":\"No\",\"position\":[680,280],\"parameters\":{\"status\":404}}]," \
  "\"edges\":[{\"from\":\"hook\",\"to\":\"big\"},{\"from\":\"big\",\"port\":\"true\",\"to\":\"yes\"},{\"from\":\"big\",\"port\":\"false\",\"to\":\"no\"}]}}"

typedef struct {
  TestServer   *server;
  EnlaceClient *client;
  EnlaceGraph  *graph;
  EnlaceDraft  *draft;
  char         *folder;
  char         *id;
  guint         n_saves;
} Fixture;

static void
state_cb (Fixture *fixture)
{
  if (enlace_draft_get_state (fixture->draft) == ENLACE_DRAFT_SAVING)
    fixture->n_saves++;
}

static void
open_draft (Fixture *fixture)
{
  fixture->graph = enlace_graph_new ();
  fixture->draft = enlace_draft_new (fixture->client, fixture->id, fixture->graph, fixture->folder);
  test_wait (enlace_draft_load (fixture->draft));
  fixture->n_saves = 0;
  g_signal_connect_swapped (fixture->draft, "notify::state", G_CALLBACK (state_cb), fixture);
}

static void
close_draft (Fixture *fixture)
{
  g_signal_handlers_disconnect_by_data (fixture->draft, fixture);
  g_clear_object (&fixture->draft);
  g_clear_object (&fixture->graph);
}

static gboolean
is_online (gpointer data)
{
  return enlace_client_get_online (data);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr(TestReply) reply = NULL;

  if (g_getenv ("ENLACED") == NULL)
    {
      g_test_skip ("The server is not built");
      return;
    }

  fixture->server = test_server_new (NULL);
  reply = test_server_expect (fixture->server, 201, "POST", "/api/integrations/workflows", WORKFLOW);
  fixture->id = g_strdup (test_reply_get (reply, "id"));
  fixture->folder = g_dir_make_tmp ("enlace-draft-XXXXXX", NULL);
  fixture->client = enlace_client_new ();
  enlace_client_connect (fixture->client, fixture->server->address, fixture->server->key);
  test_wait_until (is_online, fixture->client);
  open_draft (fixture);
}

static gboolean
is_idle (gpointer data)
{
  return enlace_draft_get_state (data) != ENLACE_DRAFT_SAVING;
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  if (fixture->server == NULL)
    return;

  if (fixture->draft != NULL)
    {
      test_wait_until (is_idle, fixture->draft);
      close_draft (fixture);
    }
  enlace_client_disconnect (fixture->client);
  test_run_pending ();
  g_assert_finalize_object (fixture->client);
  test_server_free (fixture->server);
  test_remove_tree (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->id);
}

static gboolean
is_saved (gpointer data)
{
  return enlace_draft_get_state (data) == ENLACE_DRAFT_SAVED;
}

static gboolean
is_offline (gpointer data)
{
  return enlace_draft_get_state (data) == ENLACE_DRAFT_OFFLINE;
}

static gboolean
is_conflict (gpointer data)
{
  return enlace_draft_get_conflict (data);
}

static gboolean
has_copy (Fixture *fixture)
{
  g_autofree char *name = g_strconcat (fixture->id, ".json", NULL);
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static gboolean
copy_is_there (gpointer data)
{
  return has_copy (data);
}

/* The name of a step in the draft that the server has; NULL: there is no draft. */
static char *
name_in_draft (Fixture    *fixture,
               const char *pointer)
{
  g_autofree char *path = g_strdup_printf ("/api/integrations/workflows/%s/draft", fixture->id);
  g_autoptr(TestReply) reply = test_server_call (fixture->server, "GET", path, NULL, NULL);

  return reply->status == 200 ? g_strdup (enlace_value_get_string (enlace_json_pointer_get (reply->body, pointer))) : NULL;
}

static void
test_saves_once_for_many_changes (Fixture       *fixture,
                                  gconstpointer  data)
{
  g_autofree char *name = NULL;

  if (fixture->server == NULL)
    return;

  g_assert_cmpint (enlace_draft_get_state (fixture->draft), ==, ENLACE_DRAFT_CLEAN);
  g_assert_false (enlace_draft_get_has_changes (fixture->draft));
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *text = g_strdup_printf ("Name %u", i);

      enlace_graph_rename_node (fixture->graph, "big", text);
    }
  g_assert_cmpint (enlace_draft_get_state (fixture->draft), ==, ENLACE_DRAFT_CHANGED);
  test_wait_until (copy_is_there, fixture);
  g_assert_cmpuint (fixture->n_saves, ==, 0);

  test_wait_until (is_saved, fixture->draft);
  g_assert_cmpuint (fixture->n_saves, ==, 1);
  g_assert_false (has_copy (fixture));
  g_assert_true (enlace_draft_get_has_changes (fixture->draft));
  g_assert_cmpint (enlace_workflow_get_version (enlace_draft_get_workflow (fixture->draft)), ==, 1);
  name = name_in_draft (fixture, "/steps/nodes/1/name");
  g_assert_cmpstr (name, ==, "Name 19");
}

static void
test_opens_what_was_left (Fixture       *fixture,
                          gconstpointer  data)
{
  if (fixture->server == NULL)
    return;

  enlace_graph_rename_node (fixture->graph, "big", "Later");
  test_wait_until (is_saved, fixture->draft);
  close_draft (fixture);

  open_draft (fixture);
  g_assert_cmpstr (enlace_graph_node_get_name (enlace_graph_find_node (fixture->graph, "big")), ==, "Later");
  g_assert_true (enlace_draft_get_has_changes (fixture->draft));

  test_wait (enlace_draft_discard (fixture->draft));
  g_assert_cmpstr (enlace_graph_node_get_name (enlace_graph_find_node (fixture->graph, "big")), ==, "Big?");
  g_assert_false (enlace_draft_get_has_changes (fixture->draft));
  g_assert_null (name_in_draft (fixture, "/steps/nodes/1/name"));
}

static void
test_survives_a_crash (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autoptr(EnlaceValue) document = NULL;
  g_autofree char *name = NULL;

  if (fixture->server == NULL)
    return;

  /* What a program that was killed leaves behind: the copy alone. */
  enlace_graph_rename_node (fixture->graph, "big", "Just typed");
  document = enlace_graph_to_value (fixture->graph);
  test_wait (enlace_draft_discard (fixture->draft));
  close_draft (fixture);
  g_assert_true (enlace_draft_file_write (fixture->folder, fixture->id, document, 1, NULL));

  open_draft (fixture);
  g_assert_cmpstr (enlace_graph_node_get_name (enlace_graph_find_node (fixture->graph, "big")), ==, "Just typed");
  test_wait_until (is_saved, fixture->draft);
  g_assert_false (has_copy (fixture));
  name = name_in_draft (fixture, "/steps/nodes/1/name");
  g_assert_cmpstr (name, ==, "Just typed");
}

static void
test_waits_for_a_server_that_is_away (Fixture       *fixture,
                                      gconstpointer  data)
{
  g_autofree char *name = NULL;

  if (fixture->server == NULL)
    return;

  test_server_kill (fixture->server);
  enlace_graph_rename_node (fixture->graph, "big", "Offline");
  test_wait_until (is_offline, fixture->draft);
  g_assert_true (has_copy (fixture));
  g_assert_nonnull (enlace_draft_get_error (fixture->draft));

  test_server_start (fixture->server);
  test_wait_until (is_saved, fixture->draft);
  g_assert_false (has_copy (fixture));
  name = name_in_draft (fixture, "/steps/nodes/1/name");
  g_assert_cmpstr (name, ==, "Offline");
}

static void
put_version (Fixture    *fixture,
             const char *body)
{
  const char *const headers[] = { "If-Match: *", NULL };
  g_autofree char *path = g_strconcat ("/api/integrations/workflows/", fixture->id, NULL);
  g_autoptr(TestReply) reply = test_server_call (fixture->server, "PUT", path, body, headers);

  g_assert_cmpuint (reply->status, ==, 200);
}

static gboolean
has_other (gpointer data)
{
  return enlace_graph_find_node (data, "other") != NULL;
}

static void
test_says_that_somebody_else_made_a_version (Fixture       *fixture,
                                             gconstpointer  data)
{
  const char *body = "{\"steps\":{\"schema\":1,\"nodes\":[{\"id\":\"other\",\"type\":\"trigger.manual\",\"name\":\"x\",\"position\":[0,0],"
                     "\"parameters\":{}}],\"edges\":[]}}";
  g_autoptr(EnlaceWorkflow) workflow = NULL;
  g_autofree char *message = NULL;

  if (fixture->server == NULL)
    return;

  /* Without changes of one's own, the new version is shown. */
  put_version (fixture, body);
  test_wait_until (has_other, fixture->graph);
  g_assert_false (enlace_draft_get_conflict (fixture->draft));

  enlace_graph_rename_node (fixture->graph, "other", "Mine");
  test_wait_until (is_saved, fixture->draft);
  put_version (fixture, body);
  test_wait_until (is_conflict, fixture->draft);
  message = test_wait_error (enlace_draft_save_version (fixture->draft), ENLACE_CLIENT_ERROR, ENLACE_CLIENT_ERROR_CHANGED);
  g_assert_nonnull (message);

  enlace_draft_keep (fixture->draft);
  test_wait_until (is_idle, fixture->draft);
  test_wait (enlace_draft_flush (fixture->draft));
  workflow = test_wait_object (enlace_draft_save_version (fixture->draft));
  g_assert_cmpint (enlace_workflow_get_version (workflow), ==, 4);
  g_assert_false (enlace_draft_get_conflict (fixture->draft));
  g_assert_cmpint (enlace_draft_get_state (fixture->draft), ==, ENLACE_DRAFT_CLEAN);
}

static EnlaceValue *
wait_for_preview (Fixture *fixture)
{
  g_autoptr(EnlaceClientReply) reply = test_wait_boxed (enlace_publish_preview (fixture->client, fixture->draft));
  EnlaceValue *value = enlace_client_reply_get_value (reply, NULL);

  g_assert_nonnull (value);

  return enlace_value_ref (value);
}

static void
test_publishes (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr(EnlaceWorkflow) workflow = NULL;
  g_autoptr(EnlaceWorkflow) again = NULL;
  g_autoptr(EnlaceValue) preview = NULL;
  g_autoptr(EnlaceValue) second = NULL;
  g_autofree char *draft = NULL;

  if (fixture->server == NULL)
    return;

  preview = wait_for_preview (fixture);
  g_assert_cmpuint (enlace_value_get_length (enlace_json_pointer_get (preview, "/differences/added")), ==, 4);
  workflow = test_wait_object (enlace_publish (fixture->client, fixture->draft));
  g_assert_true (enlace_workflow_get_is_active (workflow));
  g_assert_cmpint (enlace_workflow_get_published_version (workflow), ==, 1);
  g_assert_nonnull (enlace_workflow_get_address (workflow));

  /* What is only a draft yet is said, and becomes the next version. */
  enlace_graph_rename_node (fixture->graph, "yes", "Aye");
  second = wait_for_preview (fixture);
  g_assert_cmpstr (enlace_value_get_string (enlace_json_pointer_get (second, "/differences/changed/0/id")), ==, "yes");
  again = test_wait_object (enlace_publish (fixture->client, fixture->draft));
  g_assert_cmpint (enlace_workflow_get_published_version (again), ==, 2);
  g_assert_cmpint (enlace_draft_get_state (fixture->draft), ==, ENLACE_DRAFT_CLEAN);
  draft = name_in_draft (fixture, "/steps/nodes/1/name");
  g_assert_cmpstr (draft, ==, NULL);
}

static gboolean
is_saving (gpointer data)
{
  return enlace_draft_get_state (data) == ENLACE_DRAFT_SAVING;
}

static void
test_publishes_while_a_draft_is_on_its_way (Fixture       *fixture,
                                            gconstpointer  data)
{
  g_autofree char *path = NULL;

  if (fixture->server == NULL)
    return;

  path = g_strdup_printf ("/api/integrations/workflows/%s/draft", fixture->id);
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *name = g_strdup_printf ("Name %u", i);
      g_autoptr(EnlaceWorkflow) workflow = NULL;
      g_autoptr(TestReply) reply = NULL;

      enlace_graph_rename_node (fixture->graph, "big", name);
      test_wait_until (is_saving, fixture->draft);
      workflow = test_wait_object (enlace_publish (fixture->client, fixture->draft));
      g_assert_cmpint (enlace_workflow_get_published_version (workflow), ==, i + 2);

      /* The draft did not come after the version that was made of it. */
      g_assert_cmpint (enlace_draft_get_state (fixture->draft), ==, ENLACE_DRAFT_CLEAN);
      reply = test_server_call (fixture->server, "GET", path, NULL, NULL);
      g_assert_cmpuint (reply->status, ==, 404);
    }
}

static void
test_refuses_to_publish_problems (Fixture       *fixture,
                                  gconstpointer  data)
{
  g_autoptr(EnlaceValue) preview = NULL;
  g_autofree char *message = NULL;

  if (fixture->server == NULL)
    return;

  enlace_graph_set_parameter (fixture->graph, "big", "condition", NULL);
  preview = wait_for_preview (fixture);
  g_assert_cmpstr (enlace_value_get_string (enlace_json_pointer_get (preview, "/problems/0/node")), ==, "big");
  message = test_wait_error (enlace_publish (fixture->client, fixture->draft), ENLACE_CLIENT_ERROR, ENLACE_CLIENT_ERROR_INVALID);
  g_assert_nonnull (message);
}

static gboolean
has_completed (gpointer data)
{
  EnlaceGraph *graph = data;

  return enlace_graph_node_get_run_state (enlace_graph_find_node (graph, "yes")) == ENLACE_RUN_STATE_COMPLETED;
}

static void
test_shows_a_run (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr(EnlaceSample) sample = enlace_sample_new ();
  g_autoptr(EnlaceRun) run = NULL;
  g_autoptr(EnlaceExecution) execution = NULL;
  g_autoptr(EnlaceValue) trigger = NULL;
  g_autoptr(EnlaceValue) template = enlace_value_new_string ("{{ trigger.body.amount + 1 }}");
  g_autoptr(EnlaceValue) wrong = enlace_value_new_string ("{{ trigger.body.amont }}");
  g_autoptr(EnlaceValue) condition = enlace_value_new_string ("{{ trigger.body.amount > 10 }}");
  g_autoptr(EnlaceValue) result = NULL;
  g_autoptr(GError) error = NULL;

  if (fixture->server == NULL)
    return;

  enlace_graph_set_parameter (fixture->graph, "big", "condition", condition);
  test_wait (enlace_draft_flush (fixture->draft));
  trigger = enlace_json_parse ("{\"body\":{\"amount\":50}}", -1, NULL);
  execution = test_wait_object (enlace_client_execute (fixture->client, fixture->id, trigger, -1, TRUE, NULL, 0));
  g_assert_true (enlace_execution_get_is_test (execution));

  run = enlace_run_new (fixture->client, fixture->graph, sample);
  enlace_run_set_execution (run, execution);
  test_wait_until (has_completed, fixture->graph);
  g_assert_cmpint (enlace_graph_node_get_run_state (enlace_graph_find_node (fixture->graph, "no")), ==, ENLACE_RUN_STATE_SKIPPED);
  g_assert_true (enlace_graph_edge_get_taken (enlace_graph_find_edge (fixture->graph, "big", "true", "yes")));
  g_assert_false (enlace_graph_edge_get_taken (enlace_graph_find_edge (fixture->graph, "big", "false", "no")));
  g_assert_null (enlace_run_get_failure (run));

  g_assert_true (enlace_sample_has_run (sample));
  result = enlace_sample_evaluate (sample, template, &error);
  g_assert_no_error (error);
  g_assert_cmpint (enlace_value_get_int (result), ==, 51);
  g_assert_null (enlace_sample_evaluate (sample, wrong, &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, "amount"));

  enlace_run_set_execution (run, NULL);
  g_assert_false (has_completed (fixture->graph));
}

int
main (int    argc,
      char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  dex_init ();

#define add(path, func) g_test_add ("/builder/" path, Fixture, NULL, set_up, func, tear_down)
  add ("draft/saves-once-for-many-changes", test_saves_once_for_many_changes);
  add ("draft/opens-what-was-left", test_opens_what_was_left);
  add ("draft/survives-a-crash", test_survives_a_crash);
  add ("draft/waits-for-a-server-that-is-away", test_waits_for_a_server_that_is_away);
  add ("draft/says-that-somebody-else-made-a-version", test_says_that_somebody_else_made_a_version);
  add ("publish/puts-the-draft-live", test_publishes);
  add ("publish/waits-for-a-draft-that-is-on-its-way", test_publishes_while_a_draft_is_on_its_way);
  add ("publish/refuses-problems", test_refuses_to_publish_problems);
  add ("run/shows-what-became-of-each-step", test_shows_a_run);
#undef add

  return g_test_run ();
}
