/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <libdex.h>

#include "fixture.h"
#include "receiver.h"

/* Runs that act outside: requests to a real server, retries, doubt, cancelling, stopping. */

typedef struct {
  Fixture   base;
  Receiver *receiver;
} EffectFixture;

static void
set_up (EffectFixture *self,
        gconstpointer  data)
{
  fixture_set_up (&self->base, data);
  self->receiver = receiver_new ();
  fixture_begin (&self->base);
}

static void
tear_down (EffectFixture *self,
           gconstpointer  data)
{
  fixture_tear_down (&self->base, data);
  receiver_free (self->receiver);
}

/* trigger → http.request "call" → flow.respond with what it gave. `more` are members of the request's parameters, `members` of its node. */
static EnlacePlan *
publish_call (EffectFixture *self,
              const char    *path,
              const char    *more,
              const char    *members)
{
  g_autofree char *url = receiver_dup_url (self->receiver, path);
  g_autofree char *text = g_strdup_printf ("hook trigger.webhook\n"
                                           "call http.request {\"url\":\"%s\"%s%s} | %s\n"
                                           "reply flow.respond {\"body\":\"{{ steps.call.output.body }}\"}\n"
                                           "hook > call\ncall > reply",
                                           url, *more != '\0' ? "," : "", more, *members != '\0' ? members : "\"on_error\":\"stop\"");
  g_autofree char *document = make_document (text);

  return fixture_publish (&self->base, "token", document);
}

static char *
make_key (const EnlaceUuid *id,
          const char       *step)
{
  char text[ENLACE_UUID_TEXT_SIZE];

  enlace_uuid_format (id, text);
  return g_strdup_printf ("%s.%s.0", text, step);
}

static EnlaceValue *
get_error (EnlaceValue *steps,
           const char  *node)
{
  return enlace_value_get_member (find_step (steps, node), "error");
}

static void
test_request (EffectFixture *self,
              gconstpointer  data)
{
  g_autoptr(EnlacePlan) plan = publish_call (self, "/ok", "\"method\":\"POST\",\"query\":{\"a\":\"x y\",\"n\":[1,2]},\"headers\":{\"X-Kind\":\"paid\"},"
                                                          "\"body\":{\"id\":\"{{ trigger.body }}\"},\"repeat\":\"always\"", "");
  g_autoptr(EnlaceExecutionRow) row = NULL;
  g_autoptr(EnlaceValue) steps = NULL;
  g_autofree char *key = NULL;
  g_autofree char *input = NULL;
  const Received *received;
  Answer answer;

  g_assert_false (enlace_plan_is_pure (plan));
  answer_init (&answer);
  fixture_start (&self->base, plan, "{\"body\":\"o1\"}", NULL, ENLACE_WAIT_RESPONSE, &answer);
  answer_wait (&answer);
  g_assert_cmpint (answer.kind, ==, ENLACE_OUTCOME_RESPONDED);
  g_assert_cmpstr (answer.body, ==, "{\"received\":true}");

  g_assert_cmpuint (receiver_count (self->receiver), ==, 1);
  received = receiver_get (self->receiver, 0);
  key = make_key (&answer.execution_id, "call");
  g_assert_cmpstr (received->method, ==, "POST");
  g_assert_cmpstr (received->path, ==, "/ok?a=x%20y&n=1&n=2");
  g_assert_cmpstr (received->key, ==, key);
  g_assert_cmpstr (received->content_type, ==, "application/json");
  g_assert_cmpstr (received->body, ==, "{\"id\":\"o1\"}");

  fixture_wait_status (&self->base, &answer.execution_id, ENLACE_STATUS_COMPLETED);
  steps = fixture_read_steps (&self->base, &answer.execution_id);
  g_assert_cmpuint (enlace_value_get_length (steps), ==, 3);
  g_assert_cmpstr (enlace_value_get_member_string (find_step (steps, "call"), "status", NULL), ==, "completed");
  g_assert_cmpint (enlace_value_get_member_int (enlace_value_get_member (find_step (steps, "call"), "output"), "status", 0), ==, 200);
  g_assert_cmpstr (enlace_value_get_member_string (enlace_value_get_member (find_step (steps, "call"), "input"), "method", NULL), ==, "POST");
  answer_clear (&answer);
}

static void
test_bodies (EffectFixture *self,
             gconstpointer  data)
{
  static const struct { const char *more; const char *type; const char *sent; const char *got; } cases[] = {
    { "\"method\":\"POST\",\"body\":\"text\"", "text/plain; charset=utf-8", "text", "text" },
    { "\"method\":\"POST\",\"body\":[1,2]", "application/json", "[1,2]", "[1,2]" },
    { "\"method\":\"PUT\",\"headers\":{\"content-type\":\"application/x-www-form-urlencoded\"},\"body\":{\"a\":\"1 2\",\"b\":3}",
      "application/x-www-form-urlencoded", "a=1%202&b=3", "{\"a\":\"1 2\",\"b\":\"3\"}" },
    { "\"method\":\"PUT\",\"headers\":{\"content-type\":\"application/vnd.x+json\"},\"body\":\"{\\\"a\\\":1}\"", "application/vnd.x+json", "{\"a\":1}", "{\"a\":1}" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(EnlacePlan) plan = publish_call (self, "/echo", cases[i].more, "");
      const Received *received;
      Answer answer;

      answer_init (&answer);
      fixture_start (&self->base, plan, "{}", NULL, ENLACE_WAIT_RESPONSE, &answer);
      answer_wait (&answer);
      g_assert_cmpint (answer.kind, ==, ENLACE_OUTCOME_RESPONDED);
      received = receiver_get (self->receiver, i);
      g_assert_cmpstr (received->content_type, ==, cases[i].type);
      g_assert_cmpstr (received->body, ==, cases[i].sent);
      g_assert_cmpstr (answer.body, ==, cases[i].got);
      answer_clear (&answer);
      enlace_engine_workflow_changed (self->base.engine, enlace_plan_get_workflow_id (plan), NULL);
    }
}

/* Answers that are the step's error, and are not tried again. */
static void
test_errors (EffectFixture *self,
             gconstpointer  data)
{
  static const struct { const char *path; const char *code; int status; const char *message; } cases[] = {
    { "/status/404", "http_status", 404, "call: The other end answered with the status 404" },
    { "/bad-json", "bad_reply", 200, "call: The body is declared as JSON, but is none: No JSON at byte 5: unexpected end of data" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(EnlacePlan) plan = publish_call (self, cases[i].path, "\"method\":\"POST\"", "\"retry\":{\"max_attempts\":3,\"initial_ms\":1}");
      g_autoptr(EnlaceExecutionRow) row = NULL;
      g_autoptr(EnlaceValue) steps = NULL;
      Answer answer;

      answer_init (&answer);
      fixture_start (&self->base, plan, "{}", NULL, ENLACE_WAIT_RESPONSE, &answer);
      answer_wait (&answer);
      g_assert_cmpint (answer.kind, ==, ENLACE_OUTCOME_FINISHED);
      g_assert_cmpint (answer.execution_status, ==, ENLACE_STATUS_FAILED);
      row = fixture_read (&self->base, &answer.execution_id);
      fixture_check_message (&self->base, row, cases[i].message);
      steps = fixture_read_steps (&self->base, &answer.execution_id);
      g_assert_cmpstr (enlace_value_get_member_string (get_error (steps, "call"), "code", NULL), ==, cases[i].code);
      g_assert_cmpint (enlace_value_get_member_int (get_error (steps, "call"), "status", 0), ==, cases[i].status);
      g_assert_cmpuint (receiver_count (self->receiver), ==, i + 1);
      answer_clear (&answer);
      enlace_engine_workflow_changed (self->base.engine, enlace_plan_get_workflow_id (plan), NULL);
    }
}

static void
test_refused_address (EffectFixture *self,
                      gconstpointer  data)
{
  g_autofree char *document = make_document ("hook trigger.webhook\ncall http.request {\"url\":\"http://10.0.0.1/\"}\nhook > call");
  g_autoptr(EnlacePlan) plan = fixture_publish (&self->base, "token", document);
  g_autoptr(EnlaceValue) steps = NULL;
  Answer answer;

  answer_init (&answer);
  fixture_start (&self->base, plan, "{}", NULL, ENLACE_WAIT_FINISHED, &answer);
  answer_wait (&answer);
  g_assert_cmpint (answer.execution_status, ==, ENLACE_STATUS_FAILED);
  steps = fixture_read_steps (&self->base, &answer.execution_id);
  g_assert_cmpstr (enlace_value_get_member_string (get_error (steps, "call"), "code", NULL), ==, "address");
  answer_clear (&answer);
}

/* Each attempt is recorded, the key stays the same, and the run rests in the store between them. */
static void
test_retry (EffectFixture *self,
            gconstpointer  data)
{
  g_autoptr(EnlacePlan) plan = publish_call (self, "/fail/2", "\"method\":\"POST\",\"body\":{\"at\":\"{{ now }}\"}",
                                             "\"retry\":{\"max_attempts\":5,\"initial_ms\":20,\"factor\":2,\"max_ms\":50}");
  g_autoptr(EnlaceExecutionRow) row = NULL;
  g_autoptr(EnlaceValue) steps = NULL;
  guint n_attempts = 0;
  Answer answer;

  answer_init (&answer);
  fixture_start (&self->base, plan, "{}", NULL, ENLACE_WAIT_RESPONSE, &answer);
  answer_wait (&answer);
  g_assert_cmpint (answer.kind, ==, ENLACE_OUTCOME_RESPONDED);
  g_assert_cmpuint (receiver_count (self->receiver), ==, 3);
  for (guint i = 1; i < 3; i++)
    {
      g_assert_cmpstr (receiver_get (self->receiver, i)->key, ==, receiver_get (self->receiver, 0)->key);
      g_assert_cmpstr (receiver_get (self->receiver, i)->body, ==, receiver_get (self->receiver, 0)->body);
    }

  row = fixture_read (&self->base, &answer.execution_id);
  g_assert_cmpint (row->retry_count, ==, 2);
  steps = fixture_read_steps (&self->base, &answer.execution_id);
  for (gsize i = 0; i < enlace_value_get_length (steps); i++)
    {
      EnlaceValue *step = enlace_value_get_element (steps, i);

      if (g_strcmp0 (enlace_value_get_member_string (step, "node", NULL), "call") != 0)
        continue;
      n_attempts++;
      g_assert_cmpint (enlace_value_get_member_int (step, "attempt", 0), ==, n_attempts);
      g_assert_cmpstr (enlace_value_get_member_string (step, "status", NULL), ==, n_attempts < 3 ? "failed" : "completed");
    }
  g_assert_cmpuint (n_attempts, ==, 3);
  answer_clear (&answer);
}

static void
test_retry_exhausted (EffectFixture *self,
                      gconstpointer  data)
{
  g_autoptr(EnlacePlan) plan = publish_call (self, "/fail/9", "", "\"retry\":{\"max_attempts\":2,\"initial_ms\":5}");
  Answer answer;

  answer_init (&answer);
  fixture_start (&self->base, plan, "{}", NULL, ENLACE_WAIT_RESPONSE, &answer);
  answer_wait (&answer);
  g_assert_cmpint (answer.execution_status, ==, ENLACE_STATUS_FAILED);
  g_assert_cmpuint (receiver_count (self->receiver), ==, 2);
  answer_clear (&answer);
}

/* A date as Retry-After, and seconds beyond what is heeded. */
static void
test_retry_after (EffectFixture *self,
                  gconstpointer  data)
{
  static const struct { const char *path; gint64 least; gint64 most; } cases[] = {
    { "/later/600", 590, 601 },
    { "/busy/99999999", 3599, 3601 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(EnlacePlan) plan = publish_call (self, cases[i].path, "", "\"retry\":{\"max_attempts\":2,\"initial_ms\":1}");
      g_autoptr(EnlaceExecutionRow) row = NULL;
      gint64 now = g_get_real_time ();
      Answer answer;

      answer_init (&answer);
      fixture_start (&self->base, plan, "{}", NULL, ENLACE_WAIT_DURABLE, &answer);
      answer_wait (&answer);
      fixture_wait_status (&self->base, &answer.execution_id, ENLACE_STATUS_WAITING);
      row = fixture_read (&self->base, &answer.execution_id);
      g_assert_cmpint (row->wake_at - now, >=, cases[i].least * G_USEC_PER_SEC);
      g_assert_cmpint (row->wake_at - now, <=, (cases[i].most + 5) * G_USEC_PER_SEC);
      answer_clear (&answer);
      enlace_engine_workflow_changed (self->base.engine, enlace_plan_get_workflow_id (plan), NULL);
    }
}

typedef struct {
  GMutex   lock;
  GCond    changed;
  gboolean is_called;
  char    *error;
} Done;

static void
done_func (const GError *error,
           gpointer      data)
{
  Done *done = data;

  g_mutex_lock (&done->lock);
  done->is_called = TRUE;
  done->error = error != NULL ? g_strdup (error->message) : NULL;
  g_cond_broadcast (&done->changed);
  g_mutex_unlock (&done->lock);
}

static char *
done_wait (Done *done)
{
  g_mutex_lock (&done->lock);
  while (!done->is_called)
    g_cond_wait (&done->changed, &done->lock);
  done->is_called = FALSE;
  g_mutex_unlock (&done->lock);

  return g_steal_pointer (&done->error);
}

/* A connection lost after the request left: what may be repeated counts as an attempt, what may not waits for a person. */
static void
test_doubt (EffectFixture *self,
            gconstpointer  data)
{
  static const struct { const char *more; gboolean is_done; } cases[] = {
    { "\"method\":\"POST\"", TRUE },
    { "\"method\":\"POST\",\"repeat\":\"auto\"", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(EnlacePlan) plan = publish_call (self, "/drop", cases[i].more, "\"retry\":{\"max_attempts\":4,\"initial_ms\":1}");
      guint n_before = receiver_count (self->receiver);
      g_autoptr(EnlaceValue) output = parse ("{\"body\":\"by hand\"}");
      g_autoptr(EnlaceValue) steps = NULL;
      g_autofree char *error = NULL;
      Done done = { 0 };
      Answer answer, accepted;

      answer_init (&answer);
      answer_init (&accepted);
      fixture_start (&self->base, plan, "{}", "key", ENLACE_WAIT_RESPONSE, &answer);
      receiver_wait_for (self->receiver, n_before + 1);
      fixture_start (&self->base, plan, "{}", "key", ENLACE_WAIT_RESPONSE, &accepted);
      answer_wait (&accepted);
      g_assert_cmpint (accepted.kind, ==, ENLACE_OUTCOME_DUPLICATE);
      fixture_wait_status (&self->base, &accepted.execution_id, ENLACE_STATUS_UNKNOWN);
      steps = fixture_read_steps (&self->base, &accepted.execution_id);
      g_assert_cmpstr (enlace_value_get_member_string (find_step (steps, "call"), "status", NULL), ==, "unknown");
      g_assert_cmpuint (receiver_count (self->receiver), ==, n_before + 1);

      enlace_engine_resolve (self->base.engine, &self->base.organisation_id, &accepted.execution_id, "hook", TRUE, output, done_func, &done);
      error = done_wait (&done);
      g_assert_nonnull (error);
      g_clear_pointer (&error, g_free);

      enlace_engine_resolve (self->base.engine, &self->base.organisation_id, &accepted.execution_id, "call", cases[i].is_done, output, done_func, &done);
      error = done_wait (&done);
      g_assert_null (error);
      answer_wait (&answer);
      g_assert_cmpint (answer.kind, ==, ENLACE_OUTCOME_RESPONDED);
      g_assert_cmpstr (answer.body, ==, cases[i].is_done ? "by hand" : "{\"received\":true}");
      g_assert_cmpuint (receiver_count (self->receiver), ==, cases[i].is_done ? n_before + 1 : n_before + 2);
      if (!cases[i].is_done)
        g_assert_cmpstr (receiver_get (self->receiver, n_before + 1)->key, ==, receiver_get (self->receiver, n_before)->key);
      answer_clear (&answer);
      answer_clear (&accepted);
      enlace_engine_workflow_changed (self->base.engine, enlace_plan_get_workflow_id (plan), NULL);
    }
}

static void
test_doubt_repeatable (EffectFixture *self,
                       gconstpointer  data)
{
  g_autoptr(EnlacePlan) plan = publish_call (self, "/drop", "\"method\":\"POST\",\"repeat\":\"always\"", "\"retry\":{\"max_attempts\":4,\"initial_ms\":1}");
  Answer answer;

  answer_init (&answer);
  fixture_start (&self->base, plan, "{}", NULL, ENLACE_WAIT_RESPONSE, &answer);
  answer_wait (&answer);
  g_assert_cmpint (answer.kind, ==, ENLACE_OUTCOME_RESPONDED);
  g_assert_cmpuint (receiver_count (self->receiver), >=, 2);
  g_assert_cmpstr (receiver_get (self->receiver, 1)->key, ==, receiver_get (self->receiver, 0)->key);
  answer_clear (&answer);
}

static void
test_timeout (EffectFixture *self,
              gconstpointer  data)
{
  g_autoptr(EnlacePlan) plan = publish_call (self, "/hang", "\"timeout_ms\":100", "");
  g_autoptr(EnlaceValue) steps = NULL;
  Answer answer;

  answer_init (&answer);
  fixture_start (&self->base, plan, "{}", NULL, ENLACE_WAIT_RESPONSE, &answer);
  answer_wait (&answer);
  g_assert_cmpint (answer.execution_status, ==, ENLACE_STATUS_FAILED);
  steps = fixture_read_steps (&self->base, &answer.execution_id);
  g_assert_cmpstr (enlace_value_get_member_string (get_error (steps, "call"), "code", NULL), ==, "timeout");
  answer_clear (&answer);
}

/* The caller's time is over; the run goes on. */
static void
test_reply_timeout (EffectFixture *self,
                    gconstpointer  data)
{
  g_autoptr(EnlacePlan) plan = publish_call (self, "/hang", "", "");
  g_autoptr(EnlaceValue) trigger = parse ("{}");
  EnlaceStart start = { .plan = plan, .trigger = trigger, .wait = ENLACE_WAIT_RESPONSE, .wait_ms = 50 };
  Answer answer;

  answer_init (&answer);
  enlace_engine_start (self->base.engine, &start, answer_func, &answer);
  answer_wait (&answer);
  g_assert_cmpint (answer.kind, ==, ENLACE_OUTCOME_TIMEOUT);
  receiver_wait_for (self->receiver, 1);
  receiver_release (self->receiver);
  fixture_wait_status (&self->base, &answer.execution_id, ENLACE_STATUS_COMPLETED);
  answer_clear (&answer);
}

/* Two branches act at the same time, a third follows when both are done. */
static void
test_parallel (EffectFixture *self,
               gconstpointer  data)
{
  g_autofree char *url = receiver_dup_url (self->receiver, "");
  g_autofree char *text = g_strdup_printf ("hook trigger.webhook\n"
                                           "one http.request {\"url\":\"%s/hang/1\"}\n"
                                           "two http.request {\"url\":\"%s/hang/2\"}\n"
                                           "three http.request {\"url\":\"%s/ok\"}\n"
                                           "reply flow.respond {\"body\":\"{{ steps.three.output.status + steps.one.output.status + steps.two.output.status }}\"}\n"
                                           "hook > one\nhook > two\none > three\ntwo > three\nthree > reply", url, url, url);
  g_autofree char *document = make_document (text);
  g_autoptr(EnlacePlan) plan = fixture_publish (&self->base, "token", document);
  Answer answer;

  answer_init (&answer);
  fixture_start (&self->base, plan, "{}", NULL, ENLACE_WAIT_RESPONSE, &answer);
  receiver_wait_for (self->receiver, 2);
  receiver_release (self->receiver);
  answer_wait (&answer);
  g_assert_cmpint (answer.kind, ==, ENLACE_OUTCOME_RESPONDED);
  g_assert_cmpstr (answer.body, ==, "600");
  g_assert_cmpuint (receiver_count (self->receiver), ==, 3);
  g_assert_cmpuint (receiver_get_most_at_once (self->receiver), ==, 2);
  answer_clear (&answer);
}

/* More branches than a run may have at once: all are done in turn. */
static void
test_wide (EffectFixture *self,
           gconstpointer  data)
{
  g_autofree char *url = receiver_dup_url (self->receiver, "/hang");
  g_autoptr(GString) text = g_string_new ("hook trigger.webhook\nreply flow.respond {\"body\":1}\n");
  g_autofree char *document = NULL;
  g_autoptr(EnlacePlan) plan = NULL;
  g_autoptr(EnlaceValue) steps = NULL;
  Answer answer;

  for (guint i = 0; i < 40; i++)
    g_string_append_printf (text, "n%u http.request {\"url\":\"%s\"}\nhook > n%u\nn%u > reply\n", i, url, i, i);
  document = make_document (text->str);
  plan = fixture_publish (&self->base, "token", document);

  answer_init (&answer);
  fixture_start (&self->base, plan, "{}", NULL, ENLACE_WAIT_RESPONSE, &answer);
  receiver_wait_for (self->receiver, ENLACE_RUN_MAX_CHILDREN);
  receiver_release (self->receiver);
  answer_wait (&answer);
  g_assert_cmpint (answer.kind, ==, ENLACE_OUTCOME_RESPONDED);
  g_assert_cmpuint (receiver_count (self->receiver), ==, 40);
  g_assert_cmpuint (receiver_get_most_at_once (self->receiver), <=, ENLACE_RUN_MAX_CHILDREN);
  steps = fixture_read_steps (&self->base, &answer.execution_id);
  g_assert_cmpuint (enlace_value_get_length (steps), ==, 42);
  answer_clear (&answer);
}

/* The reply is sent while a later step still acts. */
static void
test_reply_then_act (EffectFixture *self,
                     gconstpointer  data)
{
  g_autofree char *url = receiver_dup_url (self->receiver, "/hang");
  g_autofree char *text = g_strdup_printf ("hook trigger.webhook\nreply flow.respond {\"body\":\"first\"}\ncall http.request {\"url\":\"%s\"}\n"
                                           "again flow.respond {\"body\":\"second\"}\nhook > reply\nreply > call\ncall > again", url);
  g_autofree char *document = make_document (text);
  g_autoptr(EnlacePlan) plan = fixture_publish (&self->base, "token", document);
  Answer answer;

  answer_init (&answer);
  fixture_start (&self->base, plan, "{}", NULL, ENLACE_WAIT_RESPONSE, &answer);
  answer_wait (&answer);
  g_assert_cmpstr (answer.body, ==, "first");
  receiver_wait_for (self->receiver, 1);
  receiver_release (self->receiver);
  fixture_wait_status (&self->base, &answer.execution_id, ENLACE_STATUS_COMPLETED);
  answer_clear (&answer);
}

/* A long record is continued in the journal. */
static void
test_long_record (EffectFixture *self,
                  gconstpointer  data)
{
  g_autofree char *url = receiver_dup_url (self->receiver, "/echo");
  g_autofree char *body = g_strnfill (20 * 1024, 'b');
  g_autofree char *text = g_strdup_printf (
    "hook trigger.webhook\n"
    "one http.request {\"method\":\"PUT\",\"url\":\"%s\",\"body\":\"{{ trigger.body }}\"}\n"
    "two http.request {\"method\":\"PUT\",\"url\":\"%s\",\"body\":\"{{ steps.one.output.body }}\"}\n"
    "three http.request {\"method\":\"PUT\",\"url\":\"%s\",\"body\":\"{{ steps.two.output.body }}\"}\n"
    "reply flow.respond {\"body\":\"{{ size(steps.three.output.body) }}\"}\n"
    "hook > one\none > two\ntwo > three\nthree > reply", url, url, url);
  g_autofree char *document = make_document (text);
  g_autofree char *trigger = g_strdup_printf ("{\"body\":\"%s\"}", body);
  g_autoptr(EnlacePlan) plan = fixture_publish (&self->base, "token", document);
  g_autoptr(EnlaceValue) steps = NULL;
  g_autoptr(GPtrArray) journal = NULL;
  EnlaceReader *reader;
  Answer answer;

  answer_init (&answer);
  fixture_start (&self->base, plan, trigger, NULL, ENLACE_WAIT_RESPONSE, &answer);
  answer_wait (&answer);
  g_assert_cmpstr (answer.body, ==, "20480");

  reader = enlace_store_acquire_reader (self->base.store);
  journal = enlace_executions_get_journal (reader, &answer.execution_id, NULL);
  enlace_store_release_reader (self->base.store, reader);
  g_assert_cmpuint (journal->len, >, 0);
  steps = fixture_read_steps (&self->base, &answer.execution_id);
  g_assert_cmpuint (enlace_value_get_length (steps), ==, 5);
  answer_clear (&answer);
}

static void
test_cancel (EffectFixture *self,
             gconstpointer  data)
{
  g_autoptr(EnlacePlan) plan = publish_call (self, "/hang", "\"method\":\"POST\"", "");
  g_autofree char *error = NULL;
  g_autoptr(EnlaceValue) steps = NULL;
  EnlaceUuid stranger;
  Done done = { 0 };
  Answer answer, other;
  gint64 began_at;

  answer_init (&answer);
  answer_init (&other);
  fixture_start (&self->base, plan, "{}", "key", ENLACE_WAIT_RESPONSE, &answer);
  receiver_wait_for (self->receiver, 1);
  fixture_start (&self->base, plan, "{}", "key", ENLACE_WAIT_RESPONSE, &other);
  answer_wait (&other);

  enlace_uuid_generate (&stranger);
  enlace_engine_cancel (self->base.engine, &stranger, &other.execution_id, done_func, &done);
  error = done_wait (&done);
  g_assert_nonnull (error);
  g_clear_pointer (&error, g_free);

  began_at = g_get_monotonic_time ();
  enlace_engine_cancel (self->base.engine, &self->base.organisation_id, &other.execution_id, done_func, &done);
  error = done_wait (&done);
  g_assert_null (error);
  g_assert_cmpint (g_get_monotonic_time () - began_at, <, G_USEC_PER_SEC);
  answer_wait (&answer);
  g_assert_cmpint (answer.kind, ==, ENLACE_OUTCOME_FINISHED);
  g_assert_cmpint (answer.execution_status, ==, ENLACE_STATUS_CANCELLED);
  steps = fixture_read_steps (&self->base, &other.execution_id);
  g_assert_cmpstr (enlace_value_get_member_string (find_step (steps, "call"), "status", NULL), ==, "cancelled");

  enlace_engine_cancel (self->base.engine, &self->base.organisation_id, &other.execution_id, done_func, &done);
  error = done_wait (&done);
  g_assert_nonnull (error);
  answer_clear (&answer);
  answer_clear (&other);
}

/* A run that waits for its next attempt is ended in the store. */
static void
test_cancel_waiting (EffectFixture *self,
                     gconstpointer  data)
{
  g_autoptr(EnlacePlan) plan = publish_call (self, "/busy/1000", "", "\"retry\":{\"max_attempts\":4,\"initial_ms\":1}");
  g_autofree char *error = NULL;
  Done done = { 0 };
  Answer answer, other;

  answer_init (&answer);
  answer_init (&other);
  fixture_start (&self->base, plan, "{}", "key", ENLACE_WAIT_FINISHED, &answer);
  receiver_wait_for (self->receiver, 1);
  fixture_start (&self->base, plan, "{}", "key", ENLACE_WAIT_FINISHED, &other);
  answer_wait (&other);
  fixture_wait_status (&self->base, &other.execution_id, ENLACE_STATUS_WAITING);
  do
    {
      g_clear_pointer (&error, g_free);
      enlace_engine_cancel (self->base.engine, &self->base.organisation_id, &other.execution_id, done_func, &done);
      error = done_wait (&done);
    }
  while (error != NULL);
  answer_wait (&answer);
  g_assert_cmpint (answer.execution_status, ==, ENLACE_STATUS_CANCELLED);
  answer_clear (&answer);
  answer_clear (&other);
}

/* More runs than places: the others rest in the store and are taken as places come free. */
static void
test_admission (EffectFixture *self,
                gconstpointer  data)
{
  enum { N_RUNS = 12 };
  g_autoptr(EnlacePlan) plan = publish_call (self, "/hang", "", "");
  EnlaceEngineFigures figures;
  Answer answers[N_RUNS];

  self->base.engine->max_runs = 3;
  for (guint i = 0; i < N_RUNS; i++)
    {
      answer_init (&answers[i]);
      fixture_start (&self->base, plan, "{}", NULL, ENLACE_WAIT_RESPONSE, &answers[i]);
    }
  receiver_wait_for (self->receiver, 3);
  do
    enlace_engine_get_figures (self->base.engine, &figures);
  while (figures.queued < N_RUNS - 3);
  g_assert_cmpuint (figures.running, ==, 3);

  receiver_release (self->receiver);
  for (guint i = 0; i < N_RUNS; i++)
    {
      answer_wait (&answers[i]);
      g_assert_cmpint (answers[i].kind, ==, ENLACE_OUTCOME_RESPONDED);
      answer_clear (&answers[i]);
    }
  g_assert_cmpuint (receiver_count (self->receiver), ==, N_RUNS);
}

/* Stopping leaves what acts to its journal, and answers who waits. */
static void
test_stop (EffectFixture *self,
           gconstpointer  data)
{
  g_autoptr(EnlacePlan) plan = publish_call (self, "/hang", "", "");
  gint64 began_at;
  Answer answer;

  answer_init (&answer);
  fixture_start (&self->base, plan, "{}", NULL, ENLACE_WAIT_RESPONSE, &answer);
  receiver_wait_for (self->receiver, 1);
  began_at = g_get_monotonic_time ();
  enlace_engine_stop (self->base.engine, 100);
  g_assert_cmpint (g_get_monotonic_time () - began_at, <, 2 * G_USEC_PER_SEC);
  answer_wait (&answer);
  g_assert_cmpint (answer.kind, ==, ENLACE_OUTCOME_TIMEOUT);
  {
    g_autoptr(EnlaceExecutionRow) row = fixture_read (&self->base, &answer.execution_id);

    g_assert_cmpint (row->status, ==, ENLACE_STATUS_RUNNING);
  }

  /* The next start sends it again under the same key. */
  fixture_close (&self->base);
  receiver_release (self->receiver);
  fixture_open (&self->base);
  fixture_begin (&self->base);
  fixture_wait_status (&self->base, &answer.execution_id, ENLACE_STATUS_COMPLETED);
  g_assert_cmpuint (receiver_count (self->receiver), ==, 2);
  g_assert_cmpstr (receiver_get (self->receiver, 0)->key, ==, receiver_get (self->receiver, 1)->key);
  answer_clear (&answer);
}

static gboolean
steal_lease (EnlaceWriter  *writer,
             gpointer       data,
             GError       **error)
{
  return enlace_executions_take (writer, data, G_MAXINT32, error);
}

/* Another holder took the run while a request was under way: nothing of it is written any more, and nothing further is done. */
static void
test_lost_lease (EffectFixture *self,
                 gconstpointer  data)
{
  g_autofree char *url = receiver_dup_url (self->receiver, "");
  g_autofree char *text = g_strdup_printf ("hook trigger.webhook\none http.request {\"url\":\"%s/hang\"}\ntwo http.request {\"url\":\"%s/ok\"}\n"
                                           "hook > one\none > two", url, url);
  g_autofree char *document = make_document (text);
  g_autoptr(EnlacePlan) plan = fixture_publish (&self->base, "token", document);
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceExecutionRow) row = NULL;
  EnlaceEngineFigures figures;
  Answer answer;

  answer_init (&answer);
  fixture_start (&self->base, plan, "{}", NULL, ENLACE_WAIT_DURABLE, &answer);
  answer_wait (&answer);
  g_assert_cmpint (answer.kind, ==, ENLACE_OUTCOME_ACCEPTED);
  receiver_wait_for (self->receiver, 1);
  enlace_store_submit_and_wait (self->base.store, steal_lease, &answer.execution_id, &error);
  g_assert_no_error (error);
  receiver_release (self->receiver);
  do
    enlace_engine_get_figures (self->base.engine, &figures);
  while (figures.running > 0);
  row = fixture_read (&self->base, &answer.execution_id);
  g_assert_cmpint (row->status, ==, ENLACE_STATUS_RUNNING);
  g_assert_cmpuint (receiver_count (self->receiver), ==, 1);
  answer_clear (&answer);
}

#define TEST(path, func) g_test_add ("/workflow/effect/" path, EffectFixture, NULL, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();

  TEST ("sends-a-request-and-replies", test_request);
  TEST ("sends-bodies-by-their-kind", test_bodies);
  TEST ("takes-other-answers-as-errors", test_errors);
  TEST ("refuses-a-closed-address", test_refused_address);
  TEST ("tries-again-under-the-same-key", test_retry);
  TEST ("fails-when-attempts-are-used-up", test_retry_exhausted);
  TEST ("heeds-retry-after", test_retry_after);
  TEST ("asks-a-person-when-in-doubt", test_doubt);
  TEST ("repeats-what-may-be-repeated", test_doubt_repeatable);
  TEST ("fails-after-its-time-out", test_timeout);
  TEST ("answers-late-callers-and-goes-on", test_reply_timeout);
  TEST ("acts-in-parallel", test_parallel);
  TEST ("acts-in-turn-beyond-its-allotment", test_wide);
  TEST ("replies-before-it-acts-on", test_reply_then_act);
  TEST ("continues-a-long-record-in-the-journal", test_long_record);
  TEST ("is-cancelled-while-it-acts", test_cancel);
  TEST ("is-cancelled-while-it-waits", test_cancel_waiting);
  TEST ("queues-beyond-its-places", test_admission);
  TEST ("stops-and-goes-on-at-the-next-start", test_stop);
  TEST ("gives-up-a-lost-lease", test_lost_lease);

  return g_test_run ();
}
