/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Out of one store and into another: what comes out of that is, to the byte, what went in. */

#define G_LOG_DOMAIN "enlace-test"

#include <glib/gstdio.h>
#include <string.h>

#include "common/value/json.h"
#include "server/command.h"
#include "tests/support/server.h"

#define WORKFLOWS "/api/integrations/workflows"
#define VARIABLES "/api/integrations/variables"

static int
run (char       **errors,
     const char  *command,
     const char  *data_dir,
     const char  *file)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;
  g_autoptr(GSubprocess) process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_PIPE, &error, g_getenv ("ENLACED"),
                                                     command, "--data-dir", data_dir, file, NULL);

  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, &text, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  g_test_message ("%s: %s", command, text);
  if (errors != NULL)
    *errors = g_steal_pointer (&text);

  return g_subprocess_get_exit_status (process);
}

static char *
load (const char *path)
{
  g_autoptr(GError) error = NULL;
  char *text;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);

  return text;
}

static void
make (TestServer *server,
      const char *path,
      const char *json)
{
  g_autofree char *body = g_strdelimit (g_strdup (json), "'", '"');
  g_autoptr(TestReply) reply = test_server_expect (server, 201, "POST", path, body);
}

/* Workflows that run one another, around in a circle as well, two of one name, and variables of all kinds. */
static void
fill (TestServer *server)
{
  g_autoptr(TestReply) sub = test_server_expect (server, 201, "POST", WORKFLOWS, "{\"name\":\"Tell sales\",\"tags\":[\"b\",\"a\"]}");
  const char *id = test_reply_get (sub, "id");
  g_autofree char *caller = g_strdup_printf (
    "{'name':'Order paid','description':'What happens when\\nan order is paid','steps':{'edges':[{'to':'tell','from':'hook'}],'own':{'z':1,'a':2.50},'schema':1,"
    "'nodes':[{'id':'hook','type':'trigger.webhook','name':'Hook','position':[0,0]},{'parameters':{'workflow':'%s','input':{'b':1,'a':'{{ trigger.body }}'}},"
    "'id':'tell','type':'flow.workflow','pinned':{'n':12345678901234567890123}},"
    "{'id':'post','type':'action','connector':'slack','integration':'%s','parameters':{}}]}}", id, id);
  g_autofree char *twin = g_strdup_printf ("{'name':'Order paid','steps':{'schema':1,'nodes':[{'id':'w','type':'flow.workflow','parameters':{'workflow':'%s'}}]}}", id);
  g_autofree char *own = g_strdup_printf ("{'name':'limit','type':'number','value':10,'test_value':-0.5,'description':'Orders','workflow_id':'%s'}", id);

  make (server, WORKFLOWS, caller);
  make (server, WORKFLOWS, twin);
  make (server, WORKFLOWS, "{'name':'日本'}");
  make (server, VARIABLES, own);
  make (server, VARIABLES, "{'name':'shop','type':'json','value':{'z':[1,null],'a':'x'}}");
  make (server, VARIABLES, "{'name':'base','type':'string','value':'https://example.org','test_value':'http://localhost'}");
}

/* A store that is at rest. `key` (nullable out): its administrator's. */
static char *
make_empty (char **key)
{
  char *data_dir = g_dir_make_tmp ("enlace-transfer-XXXXXX", NULL);
  g_autofree char *output = NULL;
  g_autoptr(GSubprocess) process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL, g_getenv ("ENLACED"), "init", "--data-dir", data_dir,
                                                     "--admin-email", "ada@example.org", NULL);

  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, &output, NULL, NULL));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, ENLACE_EXIT_DONE);
  if (key != NULL)
    *key = g_strdup (g_strstrip (output));

  return data_dir;
}

/* The workflows have new ids, which their references follow, and addresses; none is live. Takes the store away. */
static void
check_imported (const char *data_dir,
                const char *key)
{
  g_autoptr(TestServer) server = test_server_new_in (data_dir, NULL);
  g_autoptr(TestReply) list = NULL, variables = NULL;
  EnlaceValue *items;
  const char *reference = NULL, *sales = NULL;

  server->key = g_strdup (key);
  list = test_server_expect (server, 200, "GET", WORKFLOWS, NULL);
  variables = test_server_expect (server, 200, "GET", VARIABLES, NULL);
  items = enlace_value_get_member (list->body, "items");
  g_assert_cmpuint (enlace_value_get_length (items), ==, 4);
  for (gsize i = 0; i < 4; i++)
    {
      EnlaceValue *item = enlace_value_get_element (items, i);

      g_assert_false (enlace_value_get_member_bool (item, "is_active", TRUE));
      g_assert_true (enlace_value_is_null (enlace_value_get_member (item, "published_version")));
      if (strcmp (enlace_value_get_member_string (item, "name", ""), "Tell sales") == 0)
        sales = enlace_value_get_member_string (item, "id", NULL);
      else if (strcmp (enlace_value_get_member_string (item, "trigger_type", ""), "webhook") == 0)
        {
          reference = enlace_value_get_string (enlace_json_pointer_get (item, "/steps/nodes/1/parameters/workflow"));
          g_assert_nonnull (strstr (enlace_value_get_string (enlace_json_pointer_get (item, "/trigger_config/url")), "/hooks/"));
        }
    }
  g_assert_nonnull (sales);
  g_assert_cmpstr (reference, ==, sales);
  g_assert_cmpuint (enlace_value_get_length (enlace_value_get_member (variables->body, "items")), ==, 3);
  g_assert_cmpint (test_server_stop (server), ==, 0);
}

static void
test_round_trip (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *folder = g_dir_make_tmp ("enlace-bundles-XXXXXX", NULL);
  g_autofree char *first = g_build_filename (folder, "first.json", NULL), *second = g_build_filename (folder, "second.json", NULL);
  g_autofree char *third = g_build_filename (folder, "third.json", NULL), *parts = g_build_filename (folder, "parts/", NULL);
  g_autofree char *key = NULL, *other = make_empty (&key), *last = make_empty (NULL);
  g_autofree char *text = NULL, *again = NULL, *from_parts = NULL, *twin = NULL;

  fill (server);
  g_assert_cmpint (run (NULL, "export", server->data_dir, first), ==, ENLACE_EXIT_DONE);
  g_assert_cmpint (run (NULL, "export", server->data_dir, parts), ==, ENLACE_EXIT_DONE);
  text = load (first);
  g_assert_nonnull (strstr (text, "\"workflow\": \"bundle:tell-sales\""));
  g_assert_nonnull (strstr (text, "\"connector\": \"slack\""));
  g_assert_nonnull (strstr (text, "12345678901234567890123"));
  g_assert_null (strstr (text, "integration"));
  g_assert_false (g_regex_match_simple ("[0-9a-f]{8}-[0-9a-f]{4}-7", text, 0, 0));
  twin = g_build_filename (parts, "order-paid-2.enlace.json", NULL);
  g_assert_true (g_file_test (twin, G_FILE_TEST_IS_REGULAR));

  /* A running server holds its store. */
  g_assert_cmpint (run (NULL, "import", server->data_dir, first), ==, ENLACE_EXIT_HELD);

  g_assert_cmpint (run (NULL, "import", other, first), ==, ENLACE_EXIT_DONE);
  g_assert_cmpint (run (NULL, "export", other, second), ==, ENLACE_EXIT_DONE);
  again = load (second);
  g_assert_cmpstr (text, ==, again);

  g_assert_cmpint (run (NULL, "import", last, parts), ==, ENLACE_EXIT_DONE);
  g_assert_cmpint (run (NULL, "export", last, third), ==, ENLACE_EXIT_DONE);
  from_parts = load (third);
  g_assert_cmpstr (text, ==, from_parts);
  check_imported (other, key);

  test_remove_tree (folder);
  test_remove_tree (last);
}

/* A folder follows the store: what is gone from it goes, what is no bundle stays. */
static void
test_folder (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *folder = g_dir_make_tmp ("enlace-bundles-XXXXXX", NULL);
  g_autofree char *gone = g_build_filename (folder, "gone.enlace.json", NULL), *other = g_build_filename (folder, "other.enlace.json", NULL);
  g_autofree char *kept = g_build_filename (folder, "kept.enlace.json", NULL), *errors = NULL;
  GStatBuf status;

  make (server, WORKFLOWS, "{'name':'Kept'}");
  g_assert_true (g_file_set_contents (gone, "{\"enlace_bundle\":1,\"workflows\":[]}", -1, NULL));
  g_assert_true (g_file_set_contents (other, "{\"notes\":[]}", -1, NULL));
  g_assert_cmpint (run (NULL, "export", server->data_dir, folder), ==, ENLACE_EXIT_DONE);
  g_assert_false (g_file_test (gone, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (other, G_FILE_TEST_EXISTS));
  g_assert_cmpint (g_stat (kept, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);

  /* Of which one is no bundle, none is imported. */
  g_assert_cmpint (test_server_stop (server), ==, 0);
  g_assert_cmpint (run (&errors, "import", server->data_dir, folder), ==, ENLACE_EXIT_FAILED);
  g_assert_nonnull (strstr (errors, "no bundle"));
  test_remove_tree (folder);
}

static void
test_refused (void)
{
  static const struct { const char *text; const char *word; } cases[] = {
    { "{\"enlace_bundle\":9,\"workflows\":[]}", "newer version" },
    { "{\"enlace_bundle\":1,\"workflows\":[{\"key\":\"a\"", "damaged" },
    { "{\"enlace_bundle\":1,\"workflows\":[{\"key\":\"a\",\"name\":\"A\",\"steps\":{\"schema\":1,\"nodes\":[]}},"
      "{\"key\":\"b\",\"name\":\"B\",\"steps\":{\"schema\":1,\"nodes\":[{\"id\":\"in\"}]}}]}", "/workflows/1/steps/nodes/0" },
    /* The last thing of it to be written does not fit: nothing of it stays. */
    { "{\"enlace_bundle\":1,\"variables\":[{\"name\":\"new\",\"type\":\"json\",\"value\":1},{\"name\":\"shop\",\"type\":\"string\",\"value\":\"other\"}],"
      "\"workflows\":[{\"key\":\"a\",\"name\":\"A\",\"steps\":{\"schema\":1,\"nodes\":[]}}]}", "shop" },
  };
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *folder = g_dir_make_tmp ("enlace-bundles-XXXXXX", NULL);
  g_autofree char *before = g_build_filename (folder, "before.json", NULL), *after = g_build_filename (folder, "after.json", NULL);
  g_autofree char *file = g_build_filename (folder, "bad.json", NULL), *text = NULL, *none = g_build_filename (folder, "none.json", NULL);

  make (server, VARIABLES, "{'name':'shop','type':'string','value':'mine'}");
  make (server, WORKFLOWS, "{'name':'Mine'}");
  g_assert_cmpint (test_server_stop (server), ==, 0);
  g_assert_cmpint (run (NULL, "export", server->data_dir, before), ==, ENLACE_EXIT_DONE);
  text = load (before);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *errors = NULL, *now = NULL;

      g_assert_true (g_file_set_contents (file, cases[i].text, -1, NULL));
      g_assert_cmpint (run (&errors, "import", server->data_dir, file), ==, ENLACE_EXIT_FAILED);
      g_assert_nonnull (strstr (errors, cases[i].word));
      g_assert_cmpint (run (NULL, "export", server->data_dir, after), ==, ENLACE_EXIT_DONE);
      now = load (after);
      g_assert_cmpstr (text, ==, now);
    }

  g_assert_cmpint (run (NULL, "import", server->data_dir, none), ==, ENLACE_EXIT_FAILED);
  test_remove_tree (folder);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/transfer/gives-the-same-text-in-another-store", test_round_trip);
  g_test_add_func ("/transfer/keeps-a-folder-in-step", test_folder);
  g_test_add_func ("/transfer/refuses-a-bad-bundle-and-changes-nothing", test_refused);

  return g_test_run ();
}
