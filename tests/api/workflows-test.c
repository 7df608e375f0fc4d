/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include <string.h>

#include "common/value/json.h"
#include "tests/support/server.h"

#define WORKFLOWS "/api/integrations/workflows"

static const char reply_document[] =
  "{\"schema\":1,\"nodes\":[{\"id\":\"hook\",\"type\":\"trigger.webhook\",\"name\":\"Hook\",\"position\":[0,0],\"parameters\":{}},"
  "{\"id\":\"reply\",\"type\":\"flow.respond\",\"name\":\"Reply\",\"position\":[240,0],\"parameters\":{\"status\":200,\"body\":{\"version\":%d}}}],"
  "\"edges\":[{\"from\":\"hook\",\"to\":\"reply\"}],\"notes\":[],\"x-kept\":{\"by\":\"others\"}}";

static char *
document_of (int version)
{
  g_autofree char *text = g_strdup (reply_document);
  char *place = strstr (text, "%d");

  *place = '\0';

  return g_strdup_printf ("%s%d%s", text, version, place + 2);
}

static TestReply *
create (TestServer *server,
        const char *name,
        const char *document)
{
  g_autofree char *body = g_strdup_printf ("{\"name\":\"%s\",\"steps\":%s}", name, document);

  return test_server_expect (server, 201, "POST", WORKFLOWS, body);
}

static char *
path_of (TestReply  *workflow,
         const char *more)
{
  return g_strconcat (WORKFLOWS "/", test_reply_get (workflow, "id"), more, NULL);
}

static TestReply *
put (TestServer *server,
     const char *path,
     const char *etag,
     const char *body)
{
  g_autofree char *header = etag != NULL ? g_strconcat ("If-Match: ", etag, NULL) : NULL;
  const char *const headers[] = { header, NULL };

  return test_server_call (server, "PUT", path, body, headers);
}

/* The pointer of the nth entry of a problem's errors. */
static const char *
error_pointer (TestReply *reply,
               guint      index)
{
  EnlaceValue *errors = enlace_value_get_member (reply->body, "errors");

  g_assert_cmpuint (enlace_value_get_length (errors), >, index);

  return enlace_value_get_member_string (enlace_value_get_element (errors, index), "pointer", NULL);
}

static void
test_life (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *one = document_of (1), *two = document_of (2);
  g_autofree char *second = g_strdup_printf ("{\"name\":\"Renamed\",\"steps\":%s}", two);
  g_autoptr(TestReply) created = create (server, "Life", one);
  g_autofree char *path = path_of (created, NULL);
  g_autoptr(TestReply) read = NULL, changed = NULL, again = NULL, removed = NULL, gone = NULL;

  g_assert_cmpint (enlace_value_get_member_int (created->body, "version", 0), ==, 1);
  g_assert_true (enlace_value_is_null (enlace_value_get_member (created->body, "published_version")));
  g_assert_false (enlace_value_get_member_bool (created->body, "is_active", TRUE));
  g_assert_nonnull (created->etag);
  g_assert_nonnull (strstr (created->headers, path));

  read = test_server_expect (server, 200, "GET", path, NULL);
  g_assert_cmpstr (read->etag, ==, created->etag);
  g_assert_cmpstr (read->text, ==, created->text);
  g_assert_cmpstr (enlace_value_get_member_string (enlace_json_pointer_get (read->body, "/steps/x-kept"), "by", NULL), ==, "others");

  changed = put (server, path, read->etag, second);
  g_assert_cmpuint (changed->status, ==, 200);
  g_assert_cmpint (enlace_value_get_member_int (changed->body, "version", 0), ==, 2);
  g_assert_cmpstr (test_reply_get (changed, "name"), ==, "Renamed");
  g_assert_cmpstr (changed->etag, !=, read->etag);

  /* The whole resource sent back changes nothing but the revision. */
  again = put (server, path, changed->etag, changed->text);
  g_assert_cmpuint (again->status, ==, 200);
  g_assert_cmpstr (test_reply_get (again, "name"), ==, "Renamed");

  removed = test_server_expect (server, 204, "DELETE", path, NULL);
  gone = test_server_expect (server, 404, "GET", path, NULL);
}

static void
test_revisions (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *one = document_of (1);
  g_autoptr(TestReply) created = create (server, "Revisions", one);
  g_autofree char *path = path_of (created, NULL);
  g_autoptr(TestReply) without = put (server, path, NULL, "{\"name\":\"A\"}");
  g_autoptr(TestReply) first = put (server, path, created->etag, "{\"name\":\"B\"}");
  g_autoptr(TestReply) lost = put (server, path, created->etag, "{\"name\":\"C\"}");
  g_autoptr(TestReply) any = put (server, path, "*", "{\"description\":\"D\"}");

  g_assert_cmpuint (without->status, ==, 428);
  g_assert_cmpuint (first->status, ==, 200);
  g_assert_cmpuint (lost->status, ==, 412);
  g_assert_cmpuint (any->status, ==, 200);
  g_assert_cmpstr (test_reply_get (any, "name"), ==, "B");
  g_assert_cmpstr (test_reply_get (any, "description"), ==, "D");
}

typedef struct {
  TestServer *server;
  const char *path;
  const char *etag;
  int         number;
  guint       status;
} Racer;

static gpointer
race (gpointer data)
{
  Racer *racer = data;
  g_autofree char *body = g_strdup_printf ("{\"name\":\"Racer %d\"}", racer->number);
  g_autoptr(TestReply) reply = put (racer->server, racer->path, racer->etag, body);

  racer->status = reply->status;

  return NULL;
}

static void
test_race (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *one = document_of (1);
  g_autoptr(TestReply) created = create (server, "Race", one);
  g_autofree char *path = path_of (created, NULL);
  Racer racers[8];
  GThread *threads[8];
  guint n_won = 0;

  for (int i = 0; i < 8; i++)
    {
      racers[i] = (Racer) { server, path, created->etag, i, 0 };
      threads[i] = g_thread_new ("racer", race, &racers[i]);
    }
  for (int i = 0; i < 8; i++)
    {
      g_thread_join (threads[i]);
      g_assert_true (racers[i].status == 200 || racers[i].status == 412);
      n_won += racers[i].status == 200;
    }
  g_assert_cmpuint (n_won, ==, 1);
}

/* Bodies that are refused, and where the first thing that is wrong lies. */
static void
test_refusals (void)
{
  static const struct { guint status; const char *body, *pointer; } cases[] = {
    { 400, "{}", "/name" },
    { 400, "{\"name\":\" \"}", "/name" },
    { 400, "{\"name\":7}", "/name" },
    { 400, "{\"name\":\"x\",\"nme\":\"y\"}", "/nme" },
    { 400, "{\"name\":\"x\",\"tags\":[1]}", "/tags/0" },
    { 400, "{\"name\":\"x\",\"is_active\":true}", "/is_active" },
    { 400, "{\"name\":\"x\",\"steps\":[]}", "/steps" },
    { 400, "{\"name\":\"x\",\"steps\":{\"schema\":1,\"nodes\":[{\"id\":\"a\",\"type\":\"data.map\"},{\"id\":\"a\",\"type\":\"data.map\"}],\"edges\":[]}}", "/steps/nodes/1/id" },
    { 400, "{\"name\":\"x\",\"steps\":{\"schema\":1,\"nodes\":[{\"id\":\"a\",\"type\":\"data.map\"}],\"edges\":[{\"from\":\"a\",\"to\":\"b\"}]}}", "/steps/edges/0/to" },
    { 400, "{\"name\":", NULL },
    { 400, "{\"name\":\"x\",\"name\":\"y\"}", NULL },
    { 400, "[]", NULL },
  };
  g_autoptr(TestServer) server = test_server_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(TestReply) reply = test_server_expect (server, cases[i].status, "POST", WORKFLOWS, cases[i].body);

      g_assert_nonnull (strstr (reply->headers, "application/problem+json"));
      g_assert_cmpint (enlace_value_get_member_int (reply->body, "status", 0), ==, cases[i].status);
      if (cases[i].pointer != NULL)
        g_assert_cmpstr (error_pointer (reply, 0), ==, cases[i].pointer);
    }
}

static void
test_publishing (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *one = document_of (1), *two = document_of (2), *url = NULL;
  g_autofree char *second = g_strdup_printf ("{\"steps\":%s}", two);
  g_autoptr(TestReply) created = create (server, "Publishing", one);
  g_autofree char *path = path_of (created, NULL);
  g_autoptr(TestReply) live = NULL, answer = NULL, saved = NULL, still = NULL, newer = NULL, newer_answer = NULL;
  g_autoptr(TestReply) off = NULL, unknown = NULL, back = NULL, back_answer = NULL, beyond = NULL;

  live = test_server_expect (server, 200, "PUT", path, "{\"is_active\":true}");
  g_assert_cmpint (enlace_value_get_member_int (live->body, "published_version", 0), ==, 1);
  url = g_strdup (enlace_value_get_member_string (enlace_value_get_member (live->body, "trigger_config"), "url", NULL));
  g_assert_true (g_str_has_prefix (url, server->address));
  answer = test_server_expect (server, 200, "POST", url, "{}");
  g_assert_cmpstr (answer->text, ==, "{\"version\":1}");

  /* A newer version is not live by being saved, and the address stays. */
  saved = test_server_expect (server, 200, "PUT", path, second);
  g_assert_cmpint (enlace_value_get_member_int (saved->body, "published_version", 0), ==, 1);
  still = test_server_expect (server, 200, "POST", url, "{}");
  g_assert_cmpstr (still->text, ==, "{\"version\":1}");

  newer = test_server_expect (server, 200, "PUT", path, "{\"is_active\":true,\"published_version\":2}");
  g_assert_cmpstr (enlace_value_get_member_string (enlace_value_get_member (newer->body, "trigger_config"), "url", NULL), ==, url);
  newer_answer = test_server_expect (server, 200, "POST", url, "{}");
  g_assert_cmpstr (newer_answer->text, ==, "{\"version\":2}");

  off = test_server_expect (server, 200, "PUT", path, "{\"is_active\":false}");
  g_assert_cmpint (enlace_value_get_member_int (off->body, "published_version", 0), ==, 2);
  unknown = test_server_expect (server, 404, "POST", url, "{}");

  back = test_server_expect (server, 200, "PUT", path, "{\"is_active\":true}");
  g_assert_cmpint (enlace_value_get_member_int (back->body, "published_version", 0), ==, 2);
  back_answer = test_server_expect (server, 200, "POST", url, "{}");
  beyond = test_server_expect (server, 400, "PUT", path, "{\"is_active\":true,\"published_version\":9}");
  g_assert_cmpstr (error_pointer (beyond, 0), ==, "/published_version");
}

static void
test_problems_refuse_publishing (void)
{
  static const char document[] =
    "{\"schema\":1,\"nodes\":[{\"id\":\"hook\",\"type\":\"trigger.webhook\",\"name\":\"Hook\",\"position\":[0,0],\"parameters\":{}},"
    "{\"id\":\"choose\",\"type\":\"flow.if\",\"name\":\"Choose\",\"position\":[240,0],\"parameters\":{\"condition\":\"{{ steps.mapp.output.x > 1 }}\"}},"
    "{\"id\":\"later\",\"type\":\"flow.wait\",\"name\":\"Later\",\"position\":[480,0],\"parameters\":{}}],"
    "\"edges\":[{\"from\":\"hook\",\"to\":\"choose\"},{\"from\":\"choose\",\"port\":\"true\",\"to\":\"later\"}],\"notes\":[]}";
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autoptr(TestReply) created = create (server, "Problems", document);
  g_autofree char *path = path_of (created, NULL);
  g_autoptr(TestReply) refused = test_server_expect (server, 422, "PUT", path, "{\"is_active\":true}");
  g_autoptr(TestReply) read = test_server_expect (server, 200, "GET", path, NULL);
  EnlaceValue *problems = enlace_value_get_member (created->body, "problems");
  EnlaceValue *errors = enlace_value_get_member (refused->body, "errors");

  g_assert_cmpuint (enlace_value_get_length (problems), >=, 2);
  g_assert_true (enlace_value_equal (problems, errors));
  g_assert_false (enlace_value_get_member_bool (read->body, "is_active", TRUE));
  for (gsize i = 0; i < enlace_value_get_length (errors); i++)
    {
      const char *pointer = enlace_value_get_member_string (enlace_value_get_element (errors, i), "pointer", NULL);

      g_assert_true (g_str_has_prefix (pointer, "/steps"));
      g_assert_nonnull (enlace_json_pointer_get (read->body, pointer));
    }
}

static void
test_drafts (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *one = document_of (1), *two = document_of (2);
  g_autofree char *body = g_strdup_printf ("{\"base_version\":1,\"steps\":%s}", two);
  g_autoptr(TestReply) created = create (server, "Drafts", one);
  g_autofree char *path = path_of (created, NULL), *draft = path_of (created, "/draft");
  g_autoptr(TestReply) none = test_server_expect (server, 404, "GET", draft, NULL);
  g_autoptr(TestReply) saved = test_server_call (server, "PUT", draft, body, NULL);
  g_autoptr(TestReply) read = test_server_expect (server, 200, "GET", draft, NULL);
  g_autoptr(TestReply) workflow = test_server_expect (server, 200, "GET", path, NULL);
  g_autoptr(TestReply) dropped = test_server_call (server, "DELETE", draft, NULL, NULL);
  g_autoptr(TestReply) gone = test_server_expect (server, 404, "GET", draft, NULL);

  g_assert_cmpuint (saved->status, ==, 200);
  g_assert_cmpint (enlace_value_get_member_int (read->body, "base_version", 0), ==, 1);
  g_assert_cmpint (enlace_value_get_int (enlace_json_pointer_get (read->body, "/steps/nodes/1/parameters/body/version")), ==, 2);
  g_assert_cmpint (enlace_value_get_member_int (workflow->body, "version", 0), ==, 1);
  g_assert_cmpint (enlace_value_get_int (enlace_json_pointer_get (workflow->body, "/steps/nodes/1/parameters/body/version")), ==, 1);
  g_assert_cmpuint (dropped->status, ==, 204);
}

static TestReply *
name_version (TestServer *server,
              const char *path,
              const char *etag,
              const char *body)
{
  g_autofree char *header = g_strconcat ("If-Match: ", etag, NULL);
  const char *const headers[] = { header, NULL };

  return test_server_call (server, "PUT", path, body, etag != NULL ? headers : (const char *const[]) { NULL });
}

static void
test_named_versions (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *one = document_of (1);
  g_autoptr(TestReply) created = create (server, "Named", one);
  g_autofree char *path = path_of (created, NULL), *versions = path_of (created, "/versions"), *first = path_of (created, "/versions/1");
  g_autofree char *absent = path_of (created, "/versions/9"), *odd = path_of (created, "/versions/x");
  g_autoptr(TestReply) bare = test_server_expect (server, 200, "GET", first, NULL);
  g_autoptr(TestReply) unmatched = name_version (server, first, NULL, "{\"name\":\"Launch\"}");
  g_autoptr(TestReply) named = name_version (server, first, bare->etag, "{\"name\":\"Launch\",\"comment\":\"As it went live\",\"version\":7}");
  g_autoptr(TestReply) late = name_version (server, first, bare->etag, "{\"name\":\"Other\"}");
  g_autoptr(TestReply) unknown = name_version (server, first, "*", "{\"title\":\"x\"}");
  g_autoptr(TestReply) missing = name_version (server, absent, "*", "{\"name\":\"x\"}");
  g_autoptr(TestReply) no_number = name_version (server, odd, "*", "{\"name\":\"x\"}");
  g_autoptr(TestReply) read = test_server_expect (server, 200, "GET", first, NULL);
  g_autoptr(TestReply) list = test_server_expect (server, 200, "GET", versions, NULL);
  g_autoptr(TestReply) workflow = test_server_expect (server, 200, "GET", path, NULL);
  g_autoptr(TestReply) cleared = NULL;

  g_assert_true (enlace_value_is_null (enlace_value_get_member (bare->body, "name")));
  g_assert_true (enlace_value_is_null (enlace_value_get_member (bare->body, "comment")));
  g_assert_cmpuint (unmatched->status, ==, 428);
  g_assert_cmpuint (named->status, ==, 200);
  g_assert_cmpstr (test_reply_get (named, "name"), ==, "Launch");
  g_assert_cmpint (enlace_value_get_member_int (named->body, "version", 0), ==, 1);
  g_assert_cmpstr (test_reply_get (named, "created_at"), ==, test_reply_get (bare, "created_at"));
  g_assert_cmpstr (test_reply_get (named, "created_by"), ==, test_reply_get (bare, "created_by"));
  g_assert_cmpuint (late->status, ==, 412);
  g_assert_cmpuint (unknown->status, ==, 400);
  g_assert_cmpuint (missing->status, ==, 404);
  g_assert_cmpuint (no_number->status, ==, 404);

  /* The document, and the workflow's own revision, are as they were. */
  g_assert_cmpstr (read->etag, ==, named->etag);
  g_assert_true (enlace_value_equal (enlace_value_get_member (read->body, "steps"), enlace_value_get_member (bare->body, "steps")));
  g_assert_cmpstr (enlace_value_get_string (enlace_json_pointer_get (list->body, "/items/0/comment")), ==, "As it went live");
  g_assert_cmpstr (workflow->etag, ==, created->etag);

  cleared = name_version (server, first, read->etag, "{\"comment\":null}");
  g_assert_true (enlace_value_is_null (enlace_value_get_member (cleared->body, "comment")));
  g_assert_cmpstr (test_reply_get (cleared, "name"), ==, "Launch");
}

static void
test_versions (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *one = document_of (1);
  g_autoptr(TestReply) created = create (server, "Versions", one);
  g_autofree char *path = path_of (created, NULL), *versions = path_of (created, "/versions"), *first_page = path_of (created, "/versions?limit=2");
  g_autofree char *old = path_of (created, "/versions/1"), *absent = path_of (created, "/versions/99"), *odd = path_of (created, "/versions/x");
  g_autofree char *rollback = path_of (created, "/rollback"), *preview = path_of (created, "/publish-preview"), *next = NULL;
  g_autofree char *compare = path_of (created, "/versions/compare?from=1&to=4"), *unnamed_path = path_of (created, "/versions/compare");
  g_autofree char *undrafted_path = path_of (created, "/versions/compare?from=1&to=draft");
  g_autoptr(TestReply) page = NULL, rest = NULL, read = NULL, missing = NULL, none = NULL, rolled = NULL, preview_reply = NULL;
  g_autoptr(TestReply) compared = NULL, unnamed = NULL, undrafted = NULL;
  EnlaceValue *items;

  for (int i = 2; i <= 4; i++)
    {
      g_autofree char *document = document_of (i);
      g_autofree char *body = g_strdup_printf ("{\"steps\":%s}", document);
      g_autoptr(TestReply) saved = test_server_expect (server, 200, "PUT", path, body);

      g_assert_cmpint (enlace_value_get_member_int (saved->body, "version", 0), ==, i);
    }

  page = test_server_expect (server, 200, "GET", first_page, NULL);
  items = enlace_value_get_member (page->body, "items");
  g_assert_cmpuint (enlace_value_get_length (items), ==, 2);
  g_assert_cmpint (enlace_value_get_member_int (enlace_value_get_element (items, 0), "version", 0), ==, 4);
  next = g_strconcat (first_page, "&cursor=", test_reply_get (page, "next_cursor"), NULL);
  rest = test_server_expect (server, 200, "GET", next, NULL);
  items = enlace_value_get_member (rest->body, "items");
  g_assert_cmpint (enlace_value_get_member_int (enlace_value_get_element (items, 1), "version", 0), ==, 1);
  g_assert_true (enlace_value_is_null (enlace_value_get_member (rest->body, "next_cursor")));

  read = test_server_expect (server, 200, "GET", old, NULL);
  g_assert_cmpint (enlace_value_get_int (enlace_json_pointer_get (read->body, "/steps/nodes/1/parameters/body/version")), ==, 1);
  missing = test_server_expect (server, 404, "GET", absent, NULL);
  none = test_server_expect (server, 404, "GET", odd, NULL);

  compared = test_server_expect (server, 200, "GET", compare, NULL);
  g_assert_cmpuint (enlace_value_get_length (enlace_value_get_member (compared->body, "changes")), ==, 1);
  g_assert_cmpstr (enlace_value_get_string (enlace_json_pointer_get (compared->body, "/changes/0/kind")), ==, "step_changed");
  g_assert_true (g_str_has_suffix (enlace_value_get_string (enlace_json_pointer_get (compared->body, "/changes/0/pointer")), "/parameters/body/version"));
  g_assert_cmpint (enlace_value_get_int (enlace_json_pointer_get (compared->body, "/changes/0/before")), ==, 1);
  g_assert_cmpint (enlace_value_get_int (enlace_json_pointer_get (compared->body, "/changes/0/after")), ==, 4);
  unnamed = test_server_expect (server, 400, "GET", unnamed_path, NULL);
  undrafted = test_server_expect (server, 404, "GET", undrafted_path, NULL);

  rolled = test_server_expect (server, 200, "POST", rollback, "{\"version\":1}");
  g_assert_cmpint (enlace_value_get_member_int (rolled->body, "version", 0), ==, 5);
  g_assert_cmpint (enlace_value_get_int (enlace_json_pointer_get (rolled->body, "/steps/nodes/1/parameters/body/version")), ==, 1);

  preview_reply = test_server_expect (server, 200, "POST", preview, "{}");
  g_assert_true (enlace_value_is_null (enlace_value_get_member (preview_reply->body, "live_version")));
  g_assert_cmpuint (enlace_value_get_length (enlace_json_pointer_get (preview_reply->body, "/differences/added")), ==, 2);
  g_assert_cmpuint (enlace_value_get_length (enlace_value_get_member (preview_reply->body, "changes")), >=, 2);
}

/* A warning is told with the others, and lets a workflow go live; what is known of the variables is checked there. */
#define WARNED(expression)                                                                                                         \
    "{\"schema\":1,\"nodes\":[{\"id\":\"hook\",\"type\":\"trigger.webhook\"},{\"id\":\"send\",\"type\":\"http.request\",\"parameters\":" \
    "{\"url\":\"https://example.com\",\"body\":{\"half\":\"{{ trigger.body.amount / 2 }}\"}}},{\"id\":\"reply\",\"type\":\"flow.respond\"," \
    "\"parameters\":{\"body\":\"{{ " expression " }}\"}}],\"edges\":[{\"from\":\"hook\",\"to\":\"send\"},{\"from\":\"send\",\"to\":\"reply\"}]}"

static void
test_warnings_let_publish (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autoptr(TestReply) created = create (server, "Warned", WARNED ("steps.send.output.status"));
  g_autoptr(TestReply) other = create (server, "Refused", WARNED ("vars.nothing"));
  g_autofree char *path = path_of (created, NULL), *preview = path_of (created, "/publish-preview"), *other_path = path_of (other, NULL);
  g_autoptr(TestReply) shown = test_server_expect (server, 200, "POST", preview, "{}");
  g_autoptr(TestReply) published = test_server_expect (server, 200, "PUT", path, "{\"is_active\":true}");
  g_autoptr(TestReply) refused = test_server_expect (server, 422, "PUT", other_path, "{\"is_active\":true}");
  EnlaceValue *errors = enlace_value_get_member (refused->body, "errors");

  g_assert_cmpuint (enlace_value_get_length (enlace_value_get_member (created->body, "problems")), ==, 1);
  g_assert_cmpstr (enlace_value_get_string (enlace_json_pointer_get (created->body, "/problems/0/severity")), ==, "warning");
  g_assert_cmpstr (enlace_value_get_string (enlace_json_pointer_get (created->body, "/problems/0/pointer")), ==,
                   "/steps/nodes/1/parameters/body/half");
  g_assert_cmpint (enlace_value_get_int (enlace_json_pointer_get (shown->body, "/estimate/calls_min")), ==, 1);
  g_assert_cmpint (enlace_value_get_int (enlace_json_pointer_get (shown->body, "/estimate/calls_max")), ==, 1);
  g_assert_true (enlace_value_get_bool (enlace_value_get_member (published->body, "is_active")));
  g_assert_cmpuint (enlace_value_get_length (errors), ==, 1);
  g_assert_cmpstr (enlace_value_get_member_string (enlace_value_get_element (errors, 0), "severity", ""), ==, "problem");
}

static void
test_preview_against_live (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *one = document_of (1), *two = document_of (2);
  g_autofree char *second = g_strdup_printf ("{\"steps\":%s}", two);
  g_autoptr(TestReply) created = create (server, "Preview", one);
  g_autofree char *path = path_of (created, NULL), *preview = path_of (created, "/publish-preview");
  g_autoptr(TestReply) live = test_server_expect (server, 200, "PUT", path, "{\"is_active\":true}");
  g_autoptr(TestReply) saved = test_server_expect (server, 200, "PUT", path, second);
  g_autoptr(TestReply) reply = test_server_expect (server, 200, "POST", preview, "{}");
  EnlaceValue *changed = enlace_json_pointer_get (reply->body, "/differences/changed");

  g_assert_cmpint (enlace_value_get_member_int (reply->body, "live_version", 0), ==, 1);
  g_assert_cmpint (enlace_value_get_member_int (reply->body, "version", 0), ==, 2);
  g_assert_cmpuint (enlace_value_get_length (changed), ==, 1);
  g_assert_cmpstr (enlace_value_get_member_string (enlace_value_get_element (changed, 0), "id", NULL), ==, "reply");
  g_assert_cmpuint (enlace_value_get_length (enlace_json_pointer_get (reply->body, "/differences/added")), ==, 0);
}

static void
test_list (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *one = document_of (1);
  g_autoptr(TestReply) searched = NULL, filtered = NULL, bad = NULL;
  g_autofree char *cursor = NULL;
  guint n_seen = 0;

  for (int i = 0; i < 7; i++)
    {
      g_autofree char *name = g_strdup_printf ("Ciudad %d", i);
      g_autoptr(TestReply) created = create (server, name, one);
    }

  do
    {
      g_autofree char *path = g_strdup_printf (WORKFLOWS "?limit=3%s%s", cursor ? "&cursor=" : "", cursor ? cursor : "");
      g_autoptr(TestReply) page = test_server_expect (server, 200, "GET", path, NULL);
      EnlaceValue *items = enlace_value_get_member (page->body, "items");

      for (gsize i = 0; i < enlace_value_get_length (items); i++, n_seen++)
        {
          g_autofree char *name = g_strdup_printf ("Ciudad %u", 6 - n_seen);

          g_assert_cmpstr (enlace_value_get_member_string (enlace_value_get_element (items, i), "name", NULL), ==, name);
        }
      g_set_str (&cursor, enlace_value_get_member_string (page->body, "next_cursor", NULL));
    }
  while (cursor != NULL);
  g_assert_cmpuint (n_seen, ==, 7);

  searched = test_server_expect (server, 200, "GET", WORKFLOWS "?search=ciudad%204", NULL);
  g_assert_cmpuint (enlace_value_get_length (enlace_value_get_member (searched->body, "items")), ==, 1);
  filtered = test_server_expect (server, 200, "GET", WORKFLOWS "?is_active=true", NULL);
  g_assert_cmpuint (enlace_value_get_length (enlace_value_get_member (filtered->body, "items")), ==, 0);
  bad = test_server_expect (server, 400, "GET", WORKFLOWS "?limit=201", NULL);
}

static void
test_bulk (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *one = document_of (1);
  g_autoptr(TestReply) first = create (server, "First", one);
  g_autoptr(TestReply) empty = test_server_expect (server, 201, "POST", WORKFLOWS, "{\"name\":\"Empty\"}");
  g_autofree char *body = g_strdup_printf ("{\"ids\":[\"%s\",\"%s\",\"01890a5d-ac96-774b-bcce-b302099a8057\"],\"is_active\":true}",
                                           test_reply_get (first, "id"), test_reply_get (empty, "id"));
  g_autoptr(TestReply) reply = test_server_expect (server, 200, "POST", WORKFLOWS "/bulk", body);
  g_autoptr(TestReply) bad = test_server_expect (server, 400, "POST", WORKFLOWS "/bulk", "{\"ids\":[\"x\"],\"is_active\":true}");
  EnlaceValue *updated = enlace_value_get_member (reply->body, "updated");
  EnlaceValue *failed = enlace_value_get_member (reply->body, "failed");

  g_assert_cmpuint (enlace_value_get_length (updated), ==, 1);
  g_assert_cmpstr (enlace_value_get_string (enlace_value_get_element (updated, 0)), ==, test_reply_get (first, "id"));
  g_assert_cmpuint (enlace_value_get_length (failed), ==, 2);
  g_assert_cmpint (enlace_value_get_member_int (enlace_value_get_element (failed, 0), "status", 0), ==, 422);
  g_assert_cmpint (enlace_value_get_member_int (enlace_value_get_element (failed, 1), "status", 0), ==, 404);
  g_assert_cmpstr (error_pointer (bad, 0), ==, "/ids/0");
}

static void
test_idempotency (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  const char *const headers[] = { "Idempotency-Key: once-1", NULL };
  g_autoptr(TestReply) first = test_server_call (server, "POST", WORKFLOWS, "{\"name\":\"Once\"}", headers);
  g_autoptr(TestReply) again = test_server_call (server, "POST", WORKFLOWS, "{\"name\":\"Once\"}", headers);
  g_autoptr(TestReply) other = test_server_call (server, "POST", WORKFLOWS, "{\"name\":\"Other\"}", headers);
  g_autoptr(TestReply) list = NULL, after = NULL;

  g_assert_cmpuint (first->status, ==, 201);
  g_assert_cmpuint (again->status, ==, 201);
  g_assert_cmpstr (again->text, ==, first->text);
  g_assert_cmpuint (other->status, ==, 422);

  /* The reply is kept with the change: a server that was killed knows it. */
  test_server_kill (server);
  test_server_start (server);
  after = test_server_call (server, "POST", WORKFLOWS, "{\"name\":\"Once\"}", headers);
  g_assert_cmpuint (after->status, ==, 201);
  g_assert_cmpstr (after->text, ==, first->text);
  list = test_server_expect (server, 200, "GET", WORKFLOWS, NULL);
  g_assert_cmpuint (enlace_value_get_length (enlace_value_get_member (list->body, "items")), ==, 1);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/api/workflows/are-made-changed-and-removed", test_life);
  g_test_add_func ("/api/workflows/have-revisions", test_revisions);
  g_test_add_func ("/api/workflows/one-of-two-edits-with-one-etag-wins", test_race);
  g_test_add_func ("/api/workflows/refuse-what-is-wrong-with-pointers", test_refusals);
  g_test_add_func ("/api/workflows/go-live-and-off", test_publishing);
  g_test_add_func ("/api/workflows/with-problems-do-not-go-live", test_problems_refuse_publishing);
  g_test_add_func ("/api/workflows/have-drafts", test_drafts);
  g_test_add_func ("/api/workflows/have-versions", test_versions);
  g_test_add_func ("/api/workflows/have-versions-with-names", test_named_versions);
  g_test_add_func ("/api/workflows/warn-without-refusing", test_warnings_let_publish);
  g_test_add_func ("/api/workflows/show-what-publishing-changes", test_preview_against_live);
  g_test_add_func ("/api/workflows/are-listed-in-pages", test_list);
  g_test_add_func ("/api/workflows/change-in-bulk", test_bulk);
  g_test_add_func ("/api/workflows/are-made-once-under-an-idempotency-key", test_idempotency);

  return g_test_run ();
}
