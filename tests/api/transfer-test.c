/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include <string.h>

#include "common/value/json.h"
#include "tests/support/server.h"

#define WORKFLOWS "/api/integrations/workflows"
#define IMPORT WORKFLOWS "/import"
#define VARIABLES "/api/integrations/variables"

static TestReply *
make (TestServer *server,
      const char *path,
      const char *json)
{
  g_autofree char *body = g_strdelimit (g_strdup (json), "'", '"');

  return test_server_expect (server, 201, "POST", path, body);
}

static char *
export_path (TestReply  *workflow,
             const char *query)
{
  return g_strconcat (WORKFLOWS "/", test_reply_get (workflow, "id"), "/export", query, NULL);
}

static guint
count_workflows (TestServer *server)
{
  g_autoptr(TestReply) list = test_server_expect (server, 200, "GET", WORKFLOWS, NULL);

  return enlace_value_get_length (enlace_value_get_member (list->body, "items"));
}

static const char *
text_at (TestReply  *reply,
         const char *pointer)
{
  return enlace_value_get_string (enlace_json_pointer_get (reply->body, pointer));
}

/* Around in a circle: each runs the other, by an id that is known only afterwards. */
static void
test_round (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autoptr(TestReply) sub = make (server, WORKFLOWS, "{'name':'Sub'}");
  g_autofree char *body = g_strdup_printf ("{'name':'Caller','steps':{'schema':1,'nodes':[{'id':'m','type':'trigger.manual'},"
                                           "{'id':'w','type':'flow.workflow','parameters':{'workflow':'%s'}}],'edges':[{'from':'m','to':'w'}]}}",
                                           test_reply_get (sub, "id"));
  g_autoptr(TestReply) caller = make (server, WORKFLOWS, body);
  g_autofree char *back = g_strdup_printf ("{\"steps\":{\"schema\":1,\"nodes\":[{\"id\":\"w\",\"type\":\"flow.workflow\",\"parameters\":{\"workflow\":\"%s\"}}]}}",
                                           test_reply_get (caller, "id"));
  g_autofree char *sub_path = g_strconcat (WORKFLOWS "/", test_reply_get (sub, "id"), NULL);
  g_autofree char *variable = g_strdup_printf ("{'name':'own','type':'number','value':1,'workflow_id':'%s'}", test_reply_get (caller, "id"));
  g_autoptr(TestReply) saved = test_server_call (server, "PUT", sub_path, back, (const char *const[]) { "If-Match: *", NULL });
  g_autoptr(TestReply) own = make (server, VARIABLES, variable);
  g_autoptr(TestReply) shared = make (server, VARIABLES, "{'name':'all','type':'number','value':1}");
  g_autofree char *alone_path = export_path (caller, NULL), *whole_path = export_path (caller, "?sub_workflows=true");
  g_autofree char *odd_path = export_path (caller, "?sub_workflows=maybe");
  g_autoptr(TestReply) alone = test_server_expect (server, 200, "GET", alone_path, NULL);
  g_autoptr(TestReply) whole = test_server_expect (server, 200, "GET", whole_path, NULL);
  g_autoptr(TestReply) odd = test_server_expect (server, 400, "GET", odd_path, NULL);
  g_autoptr(TestReply) imported = test_server_expect (server, 201, "POST", IMPORT, whole->text);
  g_autofree char *new_path = g_strconcat (WORKFLOWS "/", text_at (imported, "/workflows/0/id"), "/export?sub_workflows=true", NULL);
  g_autoptr(TestReply) again = test_server_expect (server, 200, "GET", new_path, NULL);

  g_assert_cmpuint (saved->status, ==, 200);
  g_assert_nonnull (strstr (alone->headers, "caller.enlace.json"));
  g_assert_cmpuint (enlace_value_get_length (enlace_value_get_member (alone->body, "workflows")), ==, 1);
  g_assert_cmpstr (text_at (alone, "/workflows/0/steps/nodes/1/parameters/workflow"), ==, test_reply_get (sub, "id"));
  g_assert_cmpstr (text_at (alone, "/workflows/0/variables/0/name"), ==, "own");
  g_assert_null (enlace_json_pointer_get (alone->body, "/variables"));

  g_assert_cmpstr (text_at (whole, "/workflows/0/steps/nodes/1/parameters/workflow"), ==, "bundle:sub");
  g_assert_cmpstr (text_at (whole, "/workflows/1/steps/nodes/0/parameters/workflow"), ==, "bundle:caller");

  g_assert_cmpuint (enlace_value_get_length (enlace_value_get_member (imported->body, "workflows")), ==, 2);
  g_assert_cmpstr (text_at (imported, "/workflows/0/key"), ==, "caller");
  /* Sub has no trigger: it is made, and its problem is said. */
  g_assert_cmpuint (enlace_value_get_length (enlace_json_pointer_get (imported->body, "/workflows/1/problems")), >, 0);
  g_assert_cmpstr (again->text, ==, whole->text);
  g_assert_cmpuint (count_workflows (server), ==, 4);
}

static void
test_refused (void)
{
  static const char good[] = "{'key':'a','name':'A','steps':{'schema':1,'nodes':[]}}";
  static const struct { guint status; const char *bundle; const char *pointer; } cases[] = {
    { 400, "{}", "" },
    { 400, "{'enlace_bundle':2,'workflows':[]}", "/enlace_bundle" },
    { 400, "{'enlace_bundle':1,'workflows':[%s,{'key':'b','name':'B','steps':{'schema':1,'nodes':[{'id':'x'}]}}]}", "/workflows/1/steps/nodes/0/type" },
    { 409, "{'enlace_bundle':1,'variables':[{'name':'v','type':'number','value':2}],'workflows':[%s]}", NULL },
  };
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autoptr(TestReply) there = make (server, VARIABLES, "{'name':'v','type':'number','value':1}");
  g_autoptr(TestReply) same = make (server, IMPORT, "{'enlace_bundle':1,'variables':[{'name':'v','type':'number','value':1},"
                                                    "{'name':'w','type':'json','value':{}}],'workflows':[]}");

  g_assert_cmpint (enlace_value_get_member_int (same->body, "variables", 0), ==, 1);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto(GStrv) parts = g_strsplit (cases[i].bundle, "%s", 2);
      g_autofree char *joined = g_strjoinv (good, parts);
      g_autofree char *body = g_strdelimit (g_steal_pointer (&joined), "'", '"');
      g_autoptr(TestReply) reply = test_server_expect (server, cases[i].status, "POST", IMPORT, body);

      if (cases[i].pointer != NULL)
        g_assert_cmpstr (text_at (reply, "/errors/0/pointer"), ==, cases[i].pointer);
    }
  g_assert_cmpuint (count_workflows (server), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/api/transfer/takes-workflows-out-and-in", test_round);
  g_test_add_func ("/api/transfer/refuses-a-bundle-whole", test_refused);

  return g_test_run ();
}
