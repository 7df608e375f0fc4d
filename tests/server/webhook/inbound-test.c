/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <libdex.h>

#include "server/webhook/inbound.h"
#include "tests/server/workflow/fixture.h"
#include "tests/server/workflow/receiver.h"

#define REPLY_TRIGGER(parameters) \
  "hook trigger.webhook " parameters "\nreply flow.respond {\"body\":\"{{ trigger }}\"}\nhook > reply"

typedef struct {
  Fixture        base;
  EnlaceInbound *inbound;
} HookFixture;

typedef struct {
  const char *method;
  const char *path;
  const char *query;
  const char *query_all;
  const char *headers;
  const char *body;
  gssize      length;       /* -1: up to the NUL */
  const char *address;
} Request;

static gboolean
receive (Fixture        *fixture,
         const Request  *given,
         Answer         *answer,
         GError        **error)
{
  g_autoptr(EnlaceValue) query = parse (given->query != NULL ? given->query : "{}");
  g_autoptr(EnlaceValue) query_all = parse (given->query_all != NULL ? given->query_all : "{}");
  g_autoptr(EnlaceValue) headers = parse (given->headers != NULL ? given->headers : "{\"content-type\":\"application/json\"}");
  g_autoptr(GBytes) body = g_bytes_new (given->body, given->length < 0 ? strlen (given->body) : (gsize) given->length);
  EnlaceInboundRequest request = {
    .token = "token",
    .method = given->method != NULL ? given->method : "POST",
    .path = given->path != NULL ? given->path : "",
    .address = given->address,
    .query = query,
    .query_all = query_all,
    .headers = headers,
    .body = body,
  };

  answer_init (answer);
  return enlace_inbound_receive (((HookFixture *) fixture)->inbound, &request, answer_func, answer, error);
}

/* The trigger that a request gave, as its workflow replied with it. */
static EnlaceValue *
receive_trigger (Fixture       *fixture,
                 const Request *request)
{
  g_autoptr(GError) error = NULL;
  EnlaceValue *trigger;
  Answer answer;

  receive (fixture, request, &answer, &error);
  g_assert_no_error (error);
  answer_wait (&answer);
  g_assert_cmpint (answer.kind, ==, ENLACE_OUTCOME_RESPONDED);
  trigger = parse (answer.body);
  answer_clear (&answer);
  return trigger;
}

static void
test_trigger (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *document = make_document (REPLY_TRIGGER ("{\"methods\":[\"POST\",\"GET\"]}"));
  g_autoptr(EnlacePlan) plan = fixture_publish (fixture, "token", document);
  Request request = { "POST", "a/b c", "{\"q\":\"2\"}", "{\"q\":[\"1\",\"2\"]}", "{\"content-type\":\"application/json\",\"x-a\":\"1, 2\"}",
                      "{\"id\":1,\"big\":12345678901234567890}", -1 };
  g_autoptr(EnlaceValue) trigger = receive_trigger (fixture, &request);
  g_autofree char *body = format (enlace_value_get_member (trigger, "body"));
  g_autofree char *query_all = format (enlace_value_get_member (trigger, "query_all"));
  EnlaceUuid id;

  g_assert_cmpstr (enlace_value_get_member_string (trigger, "method", NULL), ==, "POST");
  g_assert_cmpstr (enlace_value_get_member_string (trigger, "path", NULL), ==, "a/b c");
  g_assert_cmpstr (enlace_value_get_member_string (enlace_value_get_member (trigger, "query"), "q", NULL), ==, "2");
  g_assert_cmpstr (query_all, ==, "{\"q\":[\"1\",\"2\"]}");
  g_assert_cmpstr (enlace_value_get_member_string (enlace_value_get_member (trigger, "headers"), "x-a", NULL), ==, "1, 2");
  g_assert_cmpstr (body, ==, "{\"id\":1,\"big\":12345678901234567890}");
  g_assert_cmpstr (enlace_value_get_member_string (trigger, "body_raw", NULL), ==, "eyJpZCI6MSwiYmlnIjoxMjM0NTY3ODkwMTIzNDU2Nzg5MH0=");
  g_assert_true (enlace_uuid_parse (enlace_value_get_member_string (trigger, "id", ""), &id));
  g_assert_nonnull (enlace_value_get_member_string (trigger, "received_at", NULL));
}

static void
test_bodies (Fixture       *fixture,
             gconstpointer  data)
{
  static const struct { const char *type; const char *body; gssize length; const char *value; } cases[] = {
    { "application/json", "[1, 2.50, \"a\"]", -1, "[1,2.5,\"a\"]" },
    { "application/JSON; charset=utf-8", "{\"a\":null}", -1, "{\"a\":null}" },
    { "application/cloudevents+json", "{\"a\":1}", -1, "{\"a\":1}" },
    { "application/json", "", -1, "null" },
    { "application/x-www-form-urlencoded", "a=1&b=x+y%21&a=2&c", -1, "{\"a\":\"2\",\"b\":\"x y!\",\"c\":\"\"}" },
    { "text/plain", "hello", -1, "\"hello\"" },
    { "text/xml; charset=utf-8", "<a/>", -1, "\"<a/>\"" },
    { "text/plain", "\xff\xfe", -1, "null" },
    { "application/octet-stream", "\0\1\2", 3, "null" },
    { "image/png", "x", -1, "null" },
  };
  g_autofree char *document = make_document (REPLY_TRIGGER ("{}"));
  g_autoptr(EnlacePlan) plan = fixture_publish (fixture, "token", document);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *headers = g_strdup_printf ("{\"content-type\":\"%s\"}", cases[i].type);
      Request request = { .headers = headers, .body = cases[i].body, .length = cases[i].length };
      g_autoptr(EnlaceValue) trigger = receive_trigger (fixture, &request);
      g_autofree char *value = format (enlace_value_get_member (trigger, "body"));

      g_assert_cmpstr (value, ==, cases[i].value);
    }
}

static void
test_refusals (Fixture       *fixture,
               gconstpointer  data)
{
  g_autofree char *document = make_document (REPLY_TRIGGER ("{\"methods\":[\"POST\",\"PUT\"]}"));
  g_autoptr(EnlacePlan) plan = fixture_publish (fixture, "token", document);
  g_autoptr(GString) deep = g_string_new (NULL);
  const char *bodies[] = { "{\"a\":", "{\"a\":1,\"a\":2}", "\"\xff\"", NULL, "NaN" };
  g_auto(GStrv) methods = enlace_inbound_get_methods (((HookFixture *) fixture)->inbound, "token");
  g_auto(GStrv) none = enlace_inbound_get_methods (((HookFixture *) fixture)->inbound, "nothing");
  const char *const expected[] = { "POST", "PUT", NULL };
  EnlaceInboundRequest unknown = { .token = "nothing", .method = "POST", .path = "" };
  g_autoptr(GError) error = NULL;
  Request get = { .method = "GET", .body = "", .length = -1 };
  Answer answer;

  g_assert_cmpstrv (methods, expected);
  g_assert_null (none);
  for (guint i = 0; i < 10000; i++)
    g_string_append_c (deep, '[');
  bodies[3] = deep->str;

  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      Request request = { .body = bodies[i], .length = -1 };

      g_assert_false (receive (fixture, &request, &answer, &error));
      g_assert_error (error, ENLACE_INBOUND_ERROR, ENLACE_INBOUND_ERROR_BODY);
      g_clear_error (&error);
      answer_clear (&answer);
    }

  g_assert_false (receive (fixture, &get, &answer, &error));
  g_assert_error (error, ENLACE_INBOUND_ERROR, ENLACE_INBOUND_ERROR_METHOD);
  g_clear_error (&error);
  g_assert_false (enlace_inbound_receive (((HookFixture *) fixture)->inbound, &unknown, answer_func, &answer, &error));
  g_assert_error (error, ENLACE_INBOUND_ERROR, ENLACE_INBOUND_ERROR_NOT_FOUND);
  answer_clear (&answer);
  g_assert_cmpuint (fixture_count_runs (fixture), ==, 0);
}

/* The same id is the same event, by whichever header; an equal body is not. */
static void
test_duplicates (Fixture       *fixture,
                 gconstpointer  data)
{
  static const struct { const char *headers; gboolean is_duplicate; } cases[] = {
    { "{\"content-type\":\"application/json\"}", FALSE },
    { "{\"content-type\":\"application/json\"}", FALSE },
    { "{\"content-type\":\"application/json\",\"webhook-id\":\"e1\"}", FALSE },
    { "{\"content-type\":\"application/json\",\"webhook-id\":\"e1\"}", TRUE },
    { "{\"content-type\":\"application/json\",\"idempotency-key\":\"e1\"}", TRUE },
    { "{\"content-type\":\"application/json\",\"idempotency-key\":\"e2\"}", FALSE },
    { "{\"content-type\":\"application/json\",\"x-delivery\":\"d1\",\"webhook-id\":\"e2\"}", FALSE },
    { "{\"content-type\":\"application/json\",\"x-delivery\":\"d1\",\"webhook-id\":\"e3\"}", TRUE },
  };
  g_autofree char *document = make_document (REPLY_TRIGGER ("{\"event_id_header\":\"X-Delivery\"}"));
  g_autoptr(EnlacePlan) plan = fixture_publish (fixture, "token", document);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Request request = { .headers = cases[i].headers, .body = "{}", .length = -1 };
      g_autoptr(GError) error = NULL;
      Answer answer;

      receive (fixture, &request, &answer, &error);
      g_assert_no_error (error);
      answer_wait (&answer);
      g_assert_cmpint (answer.kind, ==, cases[i].is_duplicate ? ENLACE_OUTCOME_DUPLICATE : ENLACE_OUTCOME_RESPONDED);
      answer_clear (&answer);
    }
}

/* A workflow that was taken off takes no more events. */
static void
test_taken_off (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *document = make_document (REPLY_TRIGGER ("{}"));
  g_autoptr(EnlacePlan) plan = fixture_publish (fixture, "token", document);
  EnlaceWorkflowRow row = { .id = *enlace_plan_get_workflow_id (plan), .is_active = FALSE, .published_version = 1 };
  Request request = { .body = "{}", .length = -1 };
  g_autoptr(GError) error = NULL;
  Answer answer;

  enlace_engine_workflow_changed (fixture->engine, &row.id, &row);
  g_assert_false (receive (fixture, &request, &answer, &error));
  g_assert_error (error, ENLACE_INBOUND_ERROR, ENLACE_INBOUND_ERROR_NOT_FOUND);
  answer_clear (&answer);
}

/* The body of a recorded request. */
static char *
read_payload (const char *name)
{
  const char *directory = g_getenv ("ENLACE_TEST_DATA");
  g_autofree char *path = directory != NULL ? g_build_filename (directory, "webhook-payloads", name, NULL) : NULL;
  g_autofree char *text = NULL;
  g_autoptr(EnlaceValue) recorded = NULL;
  EnlaceValue *body;

  if (path == NULL || !g_file_get_contents (path, &text, NULL, NULL))
    return NULL;

  recorded = parse (text);
  body = enlace_value_get_member (recorded, "body");
  return enlace_value_get_kind (body) == ENLACE_KIND_STRING ? g_strdup (enlace_value_get_string (body)) : format (body);
}

/* When GitHub pushes to the default branch, tell another system: a branch goes one way, a tag the other. */
static void
test_github_push (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autofree char *branch = read_payload ("github/push-2.json");
  g_autofree char *tag = read_payload ("github/push.json");
  const char *bodies[] = { branch, tag };
  g_autofree char *url = NULL;
  g_autofree char *text = NULL;
  g_autofree char *document = NULL;
  g_autoptr(EnlacePlan) plan = NULL;
  Receiver *receiver;

  if (branch == NULL || tag == NULL)
    {
      g_test_skip ("the payloads are not here");
      return;
    }

  receiver = receiver_new ();
  url = receiver_dup_url (receiver, "/ok");
  text = g_strdup_printf (
    "hook trigger.webhook\n"
    "main flow.if {\"condition\":\"{{ trigger.body.ref == 'refs/heads/' + trigger.body.repository.default_branch }}\"}\n"
    "map data.map {\"fields\":[{\"path\":\"repository\",\"value\":\"{{ trigger.body.repository.full_name }}\"},"
    "{\"path\":\"by\",\"value\":\"{{ trigger.body.pusher.name }}\"}]}\n"
    "tell http.request {\"method\":\"POST\",\"url\":\"%s\",\"body\":\"{{ steps.map.output }}\"}\n"
    "told flow.respond {\"status\":201,\"body\":\"{{ steps.tell.output.body }}\"}\n"
    "other flow.respond {\"body\":\"not the default branch\"}\n"
    "hook > main\nmain > map true\nmap > tell\ntell > told\nmain > other false", url);
  document = make_document (text);
  plan = fixture_publish (fixture, "token", document);
  fixture_begin (fixture);

  for (guint i = 0; i < 2; i++)
    {
      Request request = { .body = bodies[i], .length = -1 };
      g_autoptr(GError) error = NULL;
      Answer answer;

      receive (fixture, &request, &answer, &error);
      g_assert_no_error (error);
      answer_wait (&answer);
      g_assert_cmpint (answer.kind, ==, ENLACE_OUTCOME_RESPONDED);
      g_assert_cmpuint (answer.status, ==, i == 0 ? 201 : 200);
      g_assert_cmpstr (answer.body, ==, i == 0 ? "{\"received\":true}" : "not the default branch");
      answer_clear (&answer);
    }
  g_assert_cmpuint (receiver_count (receiver), ==, 1);
  g_assert_nonnull (strstr (receiver_get (receiver, 0)->body, "\"repository\":"));

  fixture_close (fixture);
  receiver_free (receiver);
}

/* What the path says is among what expressions see; another path is not there. */
static void
test_path (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *document = make_document (REPLY_TRIGGER ("{\"path\":\"/orders/{id}\"}"));
  g_autoptr(EnlacePlan) plan = fixture_publish (fixture, "token", document);
  Request request = { .path = "orders/17", .body = "{}", .length = -1 }, other = { .path = "orders", .body = "{}", .length = -1 };
  g_autoptr(EnlaceValue) trigger = receive_trigger (fixture, &request);
  g_autoptr(GError) error = NULL;
  Answer answer;

  g_assert_cmpstr (enlace_value_get_member_string (enlace_value_get_member (trigger, "params"), "id", NULL), ==, "17");
  g_assert_false (receive (fixture, &other, &answer, &error));
  g_assert_error (error, ENLACE_INBOUND_ERROR, ENLACE_INBOUND_ERROR_NOT_FOUND);
  answer_clear (&answer);
}

static void
test_event_id (Fixture       *fixture,
               gconstpointer  data)
{
  static const struct { const char *body; EnlaceOutcomeKind kind; } cases[] = {
    { "{\"id\":1}", ENLACE_OUTCOME_RESPONDED },
    { "{\"id\":1,\"n\":2}", ENLACE_OUTCOME_DUPLICATE },
    { "{\"id\":\"1\"}", ENLACE_OUTCOME_DUPLICATE },
    { "{\"id\":2}", ENLACE_OUTCOME_RESPONDED },
    { "{\"id\":null}", ENLACE_OUTCOME_RESPONDED },
    { "{\"id\":null}", ENLACE_OUTCOME_RESPONDED },
  };
  static const char *const without[] = { "{}", "{\"id\":[1]}" };
  g_autofree char *document = make_document (REPLY_TRIGGER ("{\"event_id\":\"{{ trigger.body.id }}\"}"));
  g_autoptr(EnlacePlan) plan = fixture_publish (fixture, "token", document);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Request request = { .body = cases[i].body, .length = -1 };
      g_autoptr(GError) error = NULL;
      Answer answer;

      receive (fixture, &request, &answer, &error);
      g_assert_no_error (error);
      answer_wait (&answer);
      g_assert_cmpint (answer.kind, ==, cases[i].kind);
      answer_clear (&answer);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (without); i++)
    {
      Request request = { .body = without[i], .length = -1 };
      g_autoptr(GError) error = NULL;
      Answer answer;

      g_assert_false (receive (fixture, &request, &answer, &error));
      g_assert_error (error, ENLACE_INBOUND_ERROR, ENLACE_INBOUND_ERROR_EVENT_ID);
      answer_clear (&answer);
    }
}

/* An expression that gives an optional value takes events without an id. */
static void
test_optional_event_id (Fixture       *fixture,
                        gconstpointer  data)
{
  static const struct { const char *body; EnlaceOutcomeKind kind; } cases[] = {
    { "{\"id\":\"x\"}", ENLACE_OUTCOME_RESPONDED },
    { "{\"id\":\"x\"}", ENLACE_OUTCOME_DUPLICATE },
    { "{}", ENLACE_OUTCOME_RESPONDED },
    { "{}", ENLACE_OUTCOME_RESPONDED },
  };
  g_autofree char *document = make_document (REPLY_TRIGGER ("{\"event_id\":\"{{ trigger.body.?id }}\"}"));
  g_autoptr(EnlacePlan) plan = fixture_publish (fixture, "token", document);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Request request = { .body = cases[i].body, .length = -1 };
      g_autoptr(GError) error = NULL;
      Answer answer;

      receive (fixture, &request, &answer, &error);
      g_assert_no_error (error);
      answer_wait (&answer);
      g_assert_cmpint (answer.kind, ==, cases[i].kind);
      answer_clear (&answer);
    }
}

/* The reply at once: what the trigger says, or the ids. */
static void
test_respond_now (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autofree char *own = make_document (REPLY_TRIGGER ("{\"respond\":\"now\",\"status\":201,\"body\":{\"got\":\"{{ trigger.body.n }}\"}}"));
  g_autofree char *usual = make_document (REPLY_TRIGGER ("{\"respond\":\"now\"}"));
  g_autoptr(EnlacePlan) first = fixture_publish (fixture, "token", own);
  Request request = { .body = "{\"n\":7}", .length = -1 };
  g_autoptr(EnlacePlan) second = NULL;
  g_autoptr(GError) error = NULL;
  Answer answer;

  receive (fixture, &request, &answer, &error);
  g_assert_no_error (error);
  answer_wait (&answer);
  g_assert_cmpint (answer.kind, ==, ENLACE_OUTCOME_RESPONDED);
  g_assert_cmpuint (answer.status, ==, 201);
  g_assert_cmpstr (answer.body, ==, "{\"got\":7}");
  g_assert_cmpstr (answer.content_type, ==, "application/json");
  fixture_wait_status (fixture, &answer.execution_id, ENLACE_STATUS_COMPLETED);
  answer_clear (&answer);

  {
    EnlaceWorkflowRow row = { .id = *enlace_plan_get_workflow_id (first), .is_active = FALSE, .published_version = 1 };

    enlace_engine_workflow_changed (fixture->engine, &row.id, &row);
  }
  second = fixture_publish (fixture, "token", usual);
  receive (fixture, &request, &answer, &error);
  g_assert_no_error (error);
  answer_wait (&answer);
  g_assert_cmpint (answer.kind, ==, ENLACE_OUTCOME_ACCEPTED);
  answer_clear (&answer);
}

static void
test_addresses (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *document = make_document (REPLY_TRIGGER ("{\"allow_addresses\":[\"192.0.2.0/24\"]}"));
  g_autoptr(EnlacePlan) plan = fixture_publish (fixture, "token", document);
  Request near = { .body = "{}", .length = -1, .address = "192.0.2.9" }, far = { .body = "{}", .length = -1, .address = "198.51.100.1" };
  g_autoptr(EnlaceValue) trigger = receive_trigger (fixture, &near);
  EnlaceInboundFigures figures;
  g_autoptr(GError) error = NULL;
  Answer answer;

  g_assert_false (receive (fixture, &far, &answer, &error));
  g_assert_error (error, ENLACE_INBOUND_ERROR, ENLACE_INBOUND_ERROR_ADDRESS);
  enlace_inbound_get_figures (((HookFixture *) fixture)->inbound, &figures);
  g_assert_cmpuint (figures.foreign_addresses, ==, 1);
  answer_clear (&answer);
}

/* A trigger that wants a signature takes nothing before a secret is set. */
static void
test_no_secret (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *document = make_document (REPLY_TRIGGER ("{\"signature\":{\"scheme\":\"github\"}}"));
  g_autoptr(EnlacePlan) plan = fixture_publish (fixture, "token", document);
  Request request = { .body = "{}", .length = -1 };
  EnlaceInboundFigures figures;
  g_autoptr(GError) error = NULL;
  Answer answer;

  g_assert_false (receive (fixture, &request, &answer, &error));
  g_assert_error (error, ENLACE_INBOUND_ERROR, ENLACE_INBOUND_ERROR_SIGNATURE);
  enlace_inbound_get_figures (((HookFixture *) fixture)->inbound, &figures);
  g_assert_cmpuint (figures.unsigned_events, ==, 1);
  g_assert_cmpuint (fixture_count_runs (fixture), ==, 0);
  answer_clear (&answer);
}

static void
set_up (HookFixture   *self,
        gconstpointer  data)
{
  fixture_set_up (&self->base, data);
  self->inbound = enlace_inbound_new (self->base.engine, self->base.store, self->base.vault);
}

static void
tear_down (HookFixture   *self,
           gconstpointer  data)
{
  enlace_inbound_free (self->inbound);
  fixture_tear_down (&self->base, data);
}

/* The tests see the fixture that it begins with. */
#define TEST(path, func) \
  g_test_add ("/webhook/inbound/" path, HookFixture, NULL, set_up, (void (*) (HookFixture *, gconstpointer)) (GCallback) func, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();

  TEST ("gives-the-request-as-trigger", test_trigger);
  TEST ("reads-bodies-by-their-type", test_bodies);
  TEST ("refuses-bad-bodies-and-verbs", test_refusals);
  TEST ("knows-an-event-by-its-id", test_duplicates);
  TEST ("takes-nothing-for-a-workflow-taken-off", test_taken_off);
  TEST ("takes-apart-the-path", test_path);
  TEST ("computes-the-id-of-an-event", test_event_id);
  TEST ("takes-events-without-an-id-where-it-is-optional", test_optional_event_id);
  TEST ("replies-at-once", test_respond_now);
  TEST ("takes-only-allowed-addresses", test_addresses);
  TEST ("wants-a-secret-for-signatures", test_no_secret);
  TEST ("tells-another-system-of-a-push", test_github_push);

  return g_test_run ();
}
