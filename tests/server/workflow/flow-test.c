/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <libdex.h>

#include "fixture.h"
#include "receiver.h"
#include "server/workflow/replay.h"

/* Loops, branches, joins, ways with errors and waits, nested and over restarts. */

typedef struct {
  Fixture   base;
  Receiver *receiver;
  gint64    shift;          /* of the clock */
} FlowFixture;

static gint64
get_shifted_time (gpointer data)
{
  return g_get_real_time () + __atomic_load_n ((gint64 *) data, __ATOMIC_SEQ_CST);
}

static void
set_up (FlowFixture   *self,
        gconstpointer  data)
{
  self->base.hooks.get_time = get_shifted_time;
  self->base.hooks.data = &self->shift;
  fixture_set_up (&self->base, data);
  self->receiver = receiver_new ();
  fixture_begin (&self->base);
}

static void
tear_down (FlowFixture   *self,
           gconstpointer  data)
{
  fixture_tear_down (&self->base, data);
  receiver_free (self->receiver);
}

static void
restart (FlowFixture *self)
{
  fixture_close (&self->base);
  fixture_open (&self->base);
  fixture_begin (&self->base);
}

/* Runs a workflow and gives the body of its reply; where there is none, the name of the outcome's status. */
static char *
run (FlowFixture *self,
     const char  *lines,
     const char  *trigger,
     EnlaceUuid  *id)
{
  g_autofree char *document = make_document (lines);
  g_autofree char *token = g_strdup_printf ("token%u", g_random_int ());
  g_autoptr(EnlacePlan) plan = fixture_publish (&self->base, token, document);
  char *body;
  Answer answer;

  answer_init (&answer);
  fixture_start (&self->base, plan, trigger, NULL, ENLACE_WAIT_RESPONSE, &answer);
  answer_wait (&answer);
  body = answer.kind == ENLACE_OUTCOME_RESPONDED ? g_strdup (answer.body) : g_strdup (enlace_status_get_name (answer.execution_status));
  if (id != NULL)
    *id = answer.execution_id;
  answer_clear (&answer);

  return body;
}

static void
check (FlowFixture *self,
       const char  *lines,
       const char  *trigger,
       const char  *expected)
{
  g_autofree char *body = run (self, lines, trigger, NULL);

  g_assert_cmpstr (body, ==, expected);
}

static void
check_failure (FlowFixture *self,
               const char  *lines,
               const char  *trigger,
               const char  *message)
{
  g_autoptr(EnlaceExecutionRow) row = NULL;
  g_autofree char *status = NULL;
  EnlaceUuid id;

  status = run (self, lines, trigger, &id);
  g_assert_cmpstr (status, ==, "failed");
  row = fixture_read (&self->base, &id);
  fixture_check_message (&self->base, row, message);
}

#define LOOP(parameters) \
  "hook trigger.webhook\n" \
  "each flow.loop " parameters "\n" \
  "twice data.map {\"fields\":[{\"path\":\"n\",\"value\":\"{{ item * 2 }}\"},{\"path\":\"i\",\"value\":\"{{ index }}\"}]}\n" \
  "reply flow.respond {\"body\":\"{{ steps.each.output }}\"}\n" \
  "hook > each\neach > twice item\neach > reply done\n"

static void
test_loop (FlowFixture   *self,
           gconstpointer  data)
{
  check (self, LOOP ("{\"items\":\"{{ trigger.body }}\"}"), "{\"body\":[1,2,3]}", "[{\"n\":2,\"i\":0},{\"n\":4,\"i\":1},{\"n\":6,\"i\":2}]");
  check (self, LOOP ("{\"items\":\"{{ trigger.body }}\"}"), "{\"body\":[]}", "[]");
  check (self, LOOP ("{\"items\":\"{{ trigger.body }}\",\"result\":\"{{ steps.twice.output.n + index }}\"}"), "{\"body\":[1,2,3]}", "[2,5,8]");
  check (self, LOOP ("{\"items\":\"{{ trigger.body }}\",\"concurrency\":3,\"result\":\"{{ steps.twice.output.n }}\"}"), "{\"body\":[5,6,7]}", "[10,12,14]");
  check (self, LOOP ("{\"items\":\"{{ trigger.body }}\",\"while\":\"{{ item < 3 }}\",\"result\":\"{{ item }}\"}"), "{\"body\":[1,2,3,1]}", "[1,2]");
  check_failure (self, LOOP ("{\"items\":\"{{ trigger.body }}\"}"), "{\"body\":{\"a\":1}}", "each: “items” must be a list, but is an object");
  check_failure (self, LOOP ("{\"items\":\"{{ trigger.body }}\"}"), "{\"body\":[1,\"a\",3]}",
                 "each: Iteration 1, twice: fields: “*” has no form that takes string and int");
}

/* A loop without a list goes on with what its last iteration gave. */
static void
test_while (FlowFixture   *self,
            gconstpointer  data)
{
#define WHILE(limit) \
  "hook trigger.webhook\n" \
  "each flow.loop {\"while\":\"{{ index == 0 || steps.step.output.n < trigger.body }}\"" limit "}\n" \
  "step data.map {\"fields\":[{\"path\":\"n\",\"value\":\"{{ index * 10 }}\"}]}\n" \
  "reply flow.respond {\"body\":\"{{ steps.each.output.map(x, x.n) }}\"}\n" \
  "hook > each\neach > step item\neach > reply done\n"

  check (self, WHILE (""), "{\"body\":25}", "[0,10,20,30]");
  check_failure (self, WHILE (",\"limit\":3"), "{\"body\":25}", "each: The loop has not ended after 3 iterations");
}

static void
test_continue_on_error (FlowFixture   *self,
                        gconstpointer  data)
{
  check (self,
         "hook trigger.webhook\n"
         "each flow.loop {\"items\":\"{{ trigger.body }}\",\"continue_on_error\":true}\n"
         "divide data.map {\"fields\":[{\"path\":\"n\",\"value\":\"{{ 12 / int(item) }}\"}]}\n"
         "reply flow.respond {\"body\":\"{{ steps.each.output.map(x, has(x.error) ? x.error.code + ' ' + string(x.error.iteration) : string(x.n)) }}\"}\n"
         "hook > each\neach > divide item\neach > reply done\n",
         "{\"body\":[1,0,3]}", "[\"12\",\"expression 1\",\"4\"]");
}

/* Loops and branches inside one another; inside, what is outside is seen. */
static void
test_nested (FlowFixture   *self,
             gconstpointer  data)
{
  check (self,
         "hook trigger.webhook\n"
         "base data.map {\"fields\":[{\"path\":\"add\",\"value\":100}]}\n"
         "outer flow.loop {\"items\":\"{{ trigger.body }}\"}\n"
         "inner flow.loop {\"items\":\"{{ item }}\",\"result\":\"{{ steps.sum.output.v }}\"}\n"
         "sum data.map {\"fields\":[{\"path\":\"v\",\"value\":\"{{ item + index + steps.base.output.add }}\"}]}\n"
         "both flow.parallel {\"branches\":[\"a\",\"b\"]}\n"
         "left data.map {\"fields\":[{\"path\":\"l\",\"value\":\"{{ index }}\"}]}\n"
         "right data.map {\"fields\":[{\"path\":\"r\",\"value\":\"{{ steps.inner.output.size() }}\"}]}\n"
         "reply flow.respond {\"body\":\"{{ steps.outer.output }}\"}\n"
         "hook > base\nbase > outer\nouter > inner item\ninner > sum item\ninner > both done\nboth > left a\nboth > right b\nouter > reply done\n",
         "{\"body\":[[1,2],[],[3]]}",
         "[{\"a\":{\"l\":0},\"b\":{\"r\":2}},{\"a\":{\"l\":1},\"b\":{\"r\":0}},{\"a\":{\"l\":2},\"b\":{\"r\":1}}]");
}

static void
test_switch (FlowFixture   *self,
             gconstpointer  data)
{
#define SWITCH \
  "hook trigger.webhook\n" \
  "which flow.switch {\"cases\":[{\"port\":\"big\",\"condition\":\"{{ trigger.body > 100 }}\"},{\"port\":\"even\",\"condition\":\"{{ trigger.body % 2 == 0 }}\"}]}\n" \
  "big flow.respond {\"body\":\"big\"}\neven flow.respond {\"body\":\"even\"}\nother flow.respond {\"body\":\"{{ steps.which.output['case'] }}\"}\n" \
  "hook > which\nwhich > big big\nwhich > even even\nwhich > other default\n"

  check (self, SWITCH, "{\"body\":102}", "big");
  check (self, SWITCH, "{\"body\":4}", "even");
  check (self, SWITCH, "{\"body\":3}", "default");
}

static void
test_merge (FlowFixture   *self,
            gconstpointer  data)
{
#define MERGE(mode) \
  "hook trigger.webhook\n" \
  "a data.map {\"fields\":[{\"path\":\"n\",\"value\":1}]}\n" \
  "c flow.if {\"condition\":\"{{ trigger.body }}\"}\n" \
  "b data.map {\"fields\":[{\"path\":\"n\",\"value\":2}]}\n" \
  "join flow.merge " mode "\n" \
  "reply flow.respond {\"body\":\"{{ [steps.join.output.first, string(steps.join.output.outputs.size())] }}\"}\n" \
  "hook > a\nhook > c\nc > b true\na > join\nb > join\njoin > reply\n"

  check (self, MERGE ("{}"), "{\"body\":true}", "[\"a\",\"2\"]");
  check (self, MERGE ("{}"), "{\"body\":false}", "[\"a\",\"1\"]");
  check (self, MERGE ("{\"mode\":\"any\"}"), "{\"body\":false}", "[\"a\",\"1\"]");
  check (self, MERGE ("{\"mode\":\"n\",\"count\":2}"), "{\"body\":true}", "[\"a\",\"2\"]");
  check_failure (self, MERGE ("{\"mode\":\"n\",\"count\":2}"), "{\"body\":false}", "join: 1 branches have come here, and 2 are needed");
}

/* The first branch wins; what has not begun on the other is left out. */
static void
test_first (FlowFixture   *self,
            gconstpointer  data)
{
  g_autofree char *slow = receiver_dup_url (self->receiver, "/ok");
  g_autofree char *lines = g_strdup_printf ("hook trigger.webhook\n"
                                            "fast data.map {\"fields\":[{\"path\":\"n\",\"value\":1}]}\n"
                                            "wait flow.wait {\"duration\":\"1h\"}\n"
                                            "never http.request {\"url\":\"%s\"}\n"
                                            "join flow.merge {\"mode\":\"first\"}\n"
                                            "reply flow.respond {\"body\":\"{{ steps.join.output.value }}\"}\n"
                                            "hook > wait\nwait > never\nhook > fast\nfast > join\nnever > join\njoin > reply\n", slow);
  g_autofree char *body = NULL;
  EnlaceUuid id;

  body = run (self, lines, "{}", &id);
  g_assert_cmpstr (body, ==, "{\"n\":1}");
  fixture_wait_status (&self->base, &id, ENLACE_STATUS_COMPLETED);
}

#define BROKEN "broken data.map {\"fields\":[{\"path\":\"n\",\"value\":\"{{ 1 / trigger.body }}\"}]}"

static void
test_on_error (FlowFixture   *self,
               gconstpointer  data)
{
  check (self,
         "hook trigger.webhook\n" BROKEN " | \"on_error\":\"continue\",\"on_error_value\":{\"n\":\"{{ steps.broken.error.code }}\"}\n"
         "reply flow.respond {\"body\":\"{{ steps.broken.output.n }}\"}\n"
         "hook > broken\nbroken > reply\n",
         "{\"body\":0}", "expression");
#define BRANCH \
  "hook trigger.webhook\n" BROKEN " | \"on_error\":\"branch\"\n" \
  "good flow.respond {\"body\":\"good\"}\n" \
  "bad flow.respond {\"body\":\"{{ steps.broken.error.message }}\"}\n" \
  "hook > broken\nbroken > good\nbroken > bad error\n"

  check (self, BRANCH, "{\"body\":0}", "fields: division by zero");
  check (self, BRANCH, "{\"body\":1}", "good");
}

static void
test_catch (FlowFixture   *self,
            gconstpointer  data)
{
#define CATCH(more) \
  "hook trigger.webhook\n" BROKEN "\n" \
  "caught flow.catch\n" \
  "tell flow.respond {\"status\":500,\"body\":\"{{ steps.caught.output.step + ': ' + steps.caught.output.code }}\"}\n" more \
  "hook > broken\ncaught > tell\n"
  g_autofree char *body = NULL;
  EnlaceUuid id;

  body = run (self, CATCH (""), "{\"body\":0}", &id);
  g_assert_cmpstr (body, ==, "broken: expression");
  fixture_wait_status (&self->base, &id, ENLACE_STATUS_FAILED);
  g_clear_pointer (&body, g_free);

  body = run (self, CATCH ("well flow.stop {\"outcome\":\"success\"}\ntell > well\n"), "{\"body\":0}", &id);
  g_assert_cmpstr (body, ==, "broken: expression");
  fixture_wait_status (&self->base, &id, ENLACE_STATUS_COMPLETED);
}

static void
test_parallel_failure (FlowFixture   *self,
                       gconstpointer  data)
{
  check (self,
         "hook trigger.webhook\n"
         "both flow.parallel {\"branches\":[\"x\",\"y\"],\"fail_fast\":false} | \"on_error\":\"branch\"\n" BROKEN "\n"
         "fine data.map {\"fields\":[{\"path\":\"n\",\"value\":1}]}\n"
         "reply flow.respond {\"body\":\"{{ steps.both.error.branch + ' ' + steps.both.error.step }}\"}\n"
         "hook > both\nboth > broken x\nboth > fine y\nboth > reply error\n",
         "{\"body\":0}", "x broken");
}

/* Iterations that act outside, several at a time, are each sent once. */
static void
test_effects (FlowFixture   *self,
              gconstpointer  data)
{
  g_autofree char *url = receiver_dup_url (self->receiver, "/ok");
  g_autofree char *lines = g_strdup_printf ("hook trigger.webhook\n"
                                            "each flow.loop {\"items\":\"{{ trigger.body }}\",\"concurrency\":5,\"result\":\"{{ [item, steps.call.output.status] }}\"}\n"
                                            "call http.request {\"url\":\"%s\"}\n"
                                            "reply flow.respond {\"body\":\"{{ steps.each.output.size() }}\"}\n"
                                            "hook > each\neach > call item\neach > reply done\n", url);

  check (self, lines, "{\"body\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20]}", "20");
  g_assert_cmpuint (receiver_count (self->receiver), ==, 20);
}

/* Returns once the run waits in its nth iteration. */
static void
wait_for_pauses (FlowFixture      *self,
                 const EnlaceUuid *id,
                 guint             n)
{
  gint64 deadline = g_get_monotonic_time () + 15 * G_USEC_PER_SEC;
  guint n_pauses = 0;

  while (n_pauses < n && g_get_monotonic_time () < deadline)
    {
      g_autoptr(EnlaceValue) steps = fixture_read_steps (&self->base, id);

      n_pauses = 0;
      for (gsize i = 0; i < enlace_value_get_length (steps); i++)
        n_pauses += strcmp (enlace_value_get_member_string (enlace_value_get_element (steps, i), "node", ""), "pause") == 0;
      g_usleep (1000);
    }
  g_assert_cmpuint (n_pauses, ==, n);
  fixture_wait_status (&self->base, id, ENLACE_STATUS_WAITING);
}

/* A wait in each of two iterations survives a restart, and the loop goes on where it was. */
static void
test_wait_in_loop (FlowFixture   *self,
                   gconstpointer  data)
{
  g_autofree char *document = make_document ("hook trigger.webhook\n"
                                             "each flow.loop {\"items\":\"{{ trigger.body }}\",\"result\":\"{{ string(item) + string(steps.pause.output.resumed) }}\"}\n"
                                             "pause flow.wait {\"duration\":\"1h\"}\n"
                                             "reply data.map {\"fields\":[{\"path\":\"all\",\"value\":\"{{ steps.each.output }}\"}]}\n"
                                             "hook > each\neach > pause item\neach > reply done\n");
  g_autoptr(EnlacePlan) plan = fixture_publish (&self->base, "token", document);
  g_autoptr(EnlaceValue) steps = NULL;
  g_autofree char *text = NULL;
  Answer answer;

  answer_init (&answer);
  fixture_start (&self->base, plan, "{\"body\":[7,8]}", NULL, ENLACE_WAIT_DURABLE, &answer);
  answer_wait (&answer);
  fixture_wait_status (&self->base, &answer.execution_id, ENLACE_STATUS_WAITING);

  for (guint i = 0; i < 2; i++)
    {
      restart (self);
      wait_for_pauses (self, &answer.execution_id, i + 1);
      __atomic_add_fetch (&self->shift, G_GINT64_CONSTANT (3601) * G_USEC_PER_SEC, __ATOMIC_SEQ_CST);
      restart (self);
    }

  fixture_wait_status (&self->base, &answer.execution_id, ENLACE_STATUS_COMPLETED);
  steps = fixture_read_steps (&self->base, &answer.execution_id);
  text = format (enlace_value_get_member (find_step (steps, "reply"), "output"));
  g_assert_cmpstr (text, ==, "{\"all\":[\"7false\",\"8false\"]}");
  answer_clear (&answer);
}

typedef struct {
  GMutex  lock;
  GCond   changed;
  gboolean is_done;
  GError *error;
} Told;

static void
told_cb (const GError *error,
         gpointer      data)
{
  Told *told = data;

  g_mutex_lock (&told->lock);
  told->is_done = TRUE;
  told->error = error != NULL ? g_error_copy (error) : NULL;
  g_cond_broadcast (&told->changed);
  g_mutex_unlock (&told->lock);
}

static GError *
tell (FlowFixture      *self,
      const EnlaceUuid *id,
      const char       *key,
      const char       *payload)
{
  g_autoptr(EnlaceValue) value = parse (payload);
  Told told = { 0 };

  enlace_engine_signal (self->base.engine, &self->base.organisation_id, id, key, value, NULL, told_cb, &told);
  g_mutex_lock (&told.lock);
  while (!told.is_done)
    g_cond_wait (&told.changed, &told.lock);
  g_mutex_unlock (&told.lock);

  return told.error;
}

#define RESUMED \
  "hook trigger.webhook\n" \
  "one flow.wait {\"resume\":true}\ntwo flow.wait {\"resume\":true,\"duration\":\"1h\"}\n" \
  "end data.map {\"fields\":[{\"path\":\"one\",\"value\":\"{{ steps.one.output.data }}\"},{\"path\":\"two\",\"value\":\"{{ steps.two.output.data.n }}\"}]}\n" \
  "hook > one\none > two\ntwo > end\n"

/* A signal wakes a run that waits; one that comes before its step waits is kept; each step is told once. */
static void
test_signal (FlowFixture   *self,
             gconstpointer  data)
{
  g_autofree char *document = make_document (RESUMED);
  g_autoptr(EnlacePlan) plan = fixture_publish (&self->base, "token", document);
  g_autoptr(GError) twice = NULL;
  g_autoptr(EnlaceValue) steps = NULL;
  g_autofree char *text = NULL;
  Answer answer;

  answer_init (&answer);
  fixture_start (&self->base, plan, "{}", NULL, ENLACE_WAIT_DURABLE, &answer);
  answer_wait (&answer);
  fixture_wait_status (&self->base, &answer.execution_id, ENLACE_STATUS_WAITING);

  g_assert_no_error (tell (self, &answer.execution_id, "two", "{\"n\":2}"));
  twice = tell (self, &answer.execution_id, "two", "{\"n\":3}");
  g_assert_error (twice, ENLACE_ENGINE_ERROR, ENLACE_ENGINE_ERROR_STATE);
  restart (self);
  fixture_wait_status (&self->base, &answer.execution_id, ENLACE_STATUS_WAITING);
  g_assert_no_error (tell (self, &answer.execution_id, "one", "\"first\""));

  fixture_wait_status (&self->base, &answer.execution_id, ENLACE_STATUS_COMPLETED);
  steps = fixture_read_steps (&self->base, &answer.execution_id);
  text = format (enlace_value_get_member (find_step (steps, "end"), "output"));
  g_assert_cmpstr (text, ==, "{\"one\":\"first\",\"two\":2}");
  g_clear_error (&twice);
  twice = tell (self, &answer.execution_id, "two", "{}");
  g_assert_error (twice, ENLACE_ENGINE_ERROR, ENLACE_ENGINE_ERROR_STATE);
  answer_clear (&answer);
}

#define GATED(policy) \
  "hook trigger.webhook\npause flow.wait {\"resume\":true}\nend data.map {\"fields\":[{\"path\":\"a\",\"value\":1}]}\nhook > pause\npause > end\n" \
  "settings {\"concurrency\":{\"key\":\"{{ trigger.body.who }}\",\"policy\":\"" policy "\"}}"

static void
start_three (FlowFixture *self,
             const char  *lines,
             Answer       answers[3])
{
  g_autofree char *document = make_document (lines);
  g_autofree char *token = g_strdup_printf ("token%u", g_random_int ());
  g_autoptr(EnlacePlan) plan = fixture_publish (&self->base, token, document);

  for (guint i = 0; i < 3; i++)
    {
      answer_init (&answers[i]);
      fixture_start (&self->base, plan, i < 2 ? "{\"body\":{\"who\":\"a\"}}" : "{\"body\":{\"who\":\"b\"}}", NULL, ENLACE_WAIT_DURABLE, &answers[i]);
      answer_wait (&answers[i]);
    }
}

/* Of runs with one key only one is under way; the next has its turn when that has ended, also after a restart. */
static void
test_gate_queue (FlowFixture   *self,
                 gconstpointer  data)
{
  Answer answers[3];

  start_three (self, GATED ("queue"), answers);
  fixture_wait_status (&self->base, &answers[0].execution_id, ENLACE_STATUS_WAITING);
  fixture_wait_status (&self->base, &answers[2].execution_id, ENLACE_STATUS_WAITING);
  fixture_wait_status (&self->base, &answers[1].execution_id, ENLACE_STATUS_QUEUED);
  restart (self);
  fixture_wait_status (&self->base, &answers[1].execution_id, ENLACE_STATUS_QUEUED);
  g_assert_no_error (tell (self, &answers[0].execution_id, "pause", "1"));
  fixture_wait_status (&self->base, &answers[0].execution_id, ENLACE_STATUS_COMPLETED);
  fixture_wait_status (&self->base, &answers[1].execution_id, ENLACE_STATUS_WAITING);
  g_assert_no_error (tell (self, &answers[1].execution_id, "pause", "1"));
  fixture_wait_status (&self->base, &answers[1].execution_id, ENLACE_STATUS_COMPLETED);
}

static void
test_gate_others (FlowFixture   *self,
                  gconstpointer  data)
{
  Answer answers[3];

  start_three (self, GATED ("refuse"), answers);
  fixture_wait_status (&self->base, &answers[0].execution_id, ENLACE_STATUS_WAITING);
  fixture_wait_status (&self->base, &answers[1].execution_id, ENLACE_STATUS_CANCELLED);

  start_three (self, GATED ("cancel_oldest"), answers);
  fixture_wait_status (&self->base, &answers[0].execution_id, ENLACE_STATUS_CANCELLED);
  fixture_wait_status (&self->base, &answers[1].execution_id, ENLACE_STATUS_WAITING);
  fixture_wait_status (&self->base, &answers[2].execution_id, ENLACE_STATUS_WAITING);
}

/* A workflow runs another and goes on with what that answers; a failure of that is the step's. */
static void
test_workflow (FlowFixture   *self,
               gconstpointer  data)
{
  g_autofree char *inner = make_document ("start trigger.manual\n"
                                          "pause flow.wait {\"duration\":\"1ms\"}\n"
                                          "answer flow.respond {\"body\":\"{{ 100 / trigger.data }}\"}\n"
                                          "start > pause\npause > answer\n");
  g_autoptr(EnlacePlan) plan = fixture_publish (&self->base, "inner", inner);
  char id[ENLACE_UUID_TEXT_SIZE];
  g_autofree char *lines = NULL;

  enlace_uuid_format (enlace_plan_get_workflow_id (plan), id);
  lines = g_strdup_printf ("hook trigger.webhook\n"
                           "each flow.loop {\"items\":\"{{ trigger.body }}\",\"concurrency\":4,\"continue_on_error\":true,"
                           "\"result\":\"{{ steps.sub.output.output }}\"}\n"
                           "sub flow.workflow {\"workflow\":\"%s\",\"input\":\"{{ item }}\"}\n"
                           "reply flow.respond {\"body\":\"{{ steps.each.output.map(x, type(x) == int ? string(x) : x.error.code) }}\"}\n"
                           "hook > each\neach > sub item\neach > reply done\n", id);

  check (self, lines, "{\"body\":[1,2,0,4,5]}", "[\"100\",\"50\",\"workflow_failed\",\"25\",\"20\"]");
}

/* A workflow that runs itself ends at the limit of depth. */
static void
test_depth (FlowFixture   *self,
            gconstpointer  data)
{
  g_autoptr(EnlacePlan) plan = NULL;
  g_autoptr(EnlaceExecutionRow) row = NULL;
  char id[ENLACE_UUID_TEXT_SIZE];
  g_autofree char *lines = NULL;
  g_autofree char *document = NULL;
  g_autofree char *message = NULL;
  EnlaceUuid workflow_id;
  Answer answer;

  enlace_uuid_generate (&workflow_id);
  enlace_uuid_format (&workflow_id, id);
  lines = g_strdup_printf ("start trigger.manual\nsub flow.workflow {\"workflow\":\"%s\"}\nstart > sub\n", id);
  document = make_document (lines);
  plan = fixture_publish_as (&self->base, &workflow_id, "itself", document);

  answer_init (&answer);
  fixture_start (&self->base, plan, "{}", NULL, ENLACE_WAIT_FINISHED, &answer);
  answer_wait (&answer);
  row = fixture_read (&self->base, &answer.execution_id);
  g_assert_cmpint (row->status, ==, ENLACE_STATUS_FAILED);
  message = fixture_read_message (&self->base, row);
  g_assert_nonnull (strstr (message, "More than 16 workflows run one another"));
  answer_clear (&answer);
}

static void
replay (FlowFixture        *self,
        const EnlaceUuid   *id,
        EnlaceReplay       *how,
        Answer             *answer)
{
  EnlaceReader *reader = enlace_store_acquire_reader (self->base.store);
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceExecutionRow) row = enlace_executions_get (reader, NULL, id, &error);
  g_autoptr(GPtrArray) journal = enlace_executions_get_journal (reader, id, &error);

  enlace_store_release_reader (self->base.store, reader);
  g_assert_no_error (error);
  how->wait = ENLACE_WAIT_FINISHED;
  how->wait_ms = 15000;
  answer_init (answer);
  enlace_engine_replay (self->base.engine, row, journal, how, answer_func, answer, &error);
  g_assert_no_error (error);
  answer_wait (answer);
}

static char *
read_output (FlowFixture      *self,
             const EnlaceUuid *id,
             const char       *node)
{
  g_autoptr(EnlaceValue) steps = fixture_read_steps (&self->base, id);
  EnlaceValue *step = find_step (steps, node);

  return step != NULL && enlace_value_get_member (step, "output") != NULL ? format (enlace_value_get_member (step, "output")) : NULL;
}

#define REPLAYED \
  "hook trigger.webhook\n" \
  "call http.request {\"url\":\"%s\"}\n" \
  "each flow.loop {\"items\":\"{{ trigger.body }}\",\"result\":\"{{ steps.half.output.n }}\"}\n" \
  "look http.request {\"url\":\"%s\"}\n" \
  "half data.map {\"fields\":[{\"path\":\"n\",\"value\":\"{{ 100 / int(item) }}\"}]}\n" \
  "end data.map {\"fields\":[{\"path\":\"all\",\"value\":\"{{ steps.each.output }}\"},{\"path\":\"status\",\"value\":\"{{ steps.call.output.status }}\"}]}\n" \
  "hook > call\ncall > each\neach > look item\nlook > half\neach > end done\n"

/* A run that failed inside a loop goes on from the step that failed, with corrected data; what was sent is not sent again. */
static void
test_replay (FlowFixture   *self,
             gconstpointer  data)
{
  g_autofree char *url = receiver_dup_url (self->receiver, "/ok");
  g_autofree char *lines = g_strdup_printf (REPLAYED, url, url);
  g_autofree char *document = make_document (lines);
  g_autoptr(EnlacePlan) plan = fixture_publish (&self->base, "token", document);
  g_autoptr(EnlaceValue) outputs = parse ("{\"half\":{\"n\":-1}}");
  g_autofree char *from_failed = NULL, *whole = NULL, *only = NULL, *until = NULL;
  EnlaceReplay how = { .plan = plan, .from = "half", .path = "1", .outputs = outputs };
  Answer first, second, third, fourth, fifth;

  answer_init (&first);
  fixture_start (&self->base, plan, "{\"body\":[1,0,5]}", NULL, ENLACE_WAIT_FINISHED, &first);
  answer_wait (&first);
  g_assert_cmpint (first.execution_status, ==, ENLACE_STATUS_FAILED);
  g_assert_cmpuint (receiver_count (self->receiver), ==, 3);

  replay (self, &first.execution_id, &how, &second);
  g_assert_cmpint (second.execution_status, ==, ENLACE_STATUS_COMPLETED);
  from_failed = read_output (self, &second.execution_id, "end");
  g_assert_cmpstr (from_failed, ==, "{\"all\":[100,-1,20],\"status\":200}");
  g_assert_cmpuint (receiver_count (self->receiver), ==, 4);

  how = (EnlaceReplay) { .plan = plan, .trigger = parse ("{\"id\":\"x\",\"body\":[4]}") };
  replay (self, &first.execution_id, &how, &third);
  g_assert_cmpint (third.execution_status, ==, ENLACE_STATUS_COMPLETED);
  whole = read_output (self, &third.execution_id, "end");
  g_assert_cmpstr (whole, ==, "{\"all\":[25],\"status\":200}");
  g_assert_cmpuint (receiver_count (self->receiver), ==, 6);
  enlace_value_unref (how.trigger);

  how = (EnlaceReplay) { .plan = plan, .only = "end", .is_test = TRUE };
  replay (self, &third.execution_id, &how, &fourth);
  only = read_output (self, &fourth.execution_id, "end");
  g_assert_cmpstr (only, ==, whole);
  g_assert_cmpuint (receiver_count (self->receiver), ==, 6);

  how = (EnlaceReplay) { .plan = plan, .until = "call", .is_test = TRUE };
  replay (self, &third.execution_id, &how, &fifth);
  until = read_output (self, &fifth.execution_id, "each");
  g_assert_null (until);
  g_assert_cmpuint (receiver_count (self->receiver), ==, 7);
  answer_clear (&first);
  answer_clear (&second);
  answer_clear (&third);
  answer_clear (&fourth);
  answer_clear (&fifth);
}

/* A wait and a body that take more than the step's time fail it. */
static void
test_timeout (FlowFixture   *self,
              gconstpointer  data)
{
#define TIMED(node, more) \
  "hook trigger.webhook\n" node " | \"on_error\":\"branch\",\"timeout_ms\":20\n" more \
  "late flow.respond {\"body\":\"{{ steps.slow.error.code }}\"}\nhook > slow\nslow > late error\n"

  check (self, TIMED ("slow flow.wait {\"duration\":\"1h\"}", ""), "{}", "timeout");
  check (self, TIMED ("slow flow.parallel {\"branches\":[\"a\"]}", "pause flow.wait {\"duration\":\"1h\"}\nslow > pause a\n"), "{}", "timeout");
}

#define ADD(path, function) g_test_add (path, FlowFixture, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();

  ADD ("/workflow/flow/a-loop-gives-the-results-of-its-iterations", test_loop);
  ADD ("/workflow/flow/a-loop-without-a-list-ends-by-its-condition", test_while);
  ADD ("/workflow/flow/a-loop-goes-on-over-errors", test_continue_on_error);
  ADD ("/workflow/flow/loops-and-branches-nest", test_nested);
  ADD ("/workflow/flow/a-switch-takes-the-first-case-that-holds", test_switch);
  ADD ("/workflow/flow/a-merge-joins-all-any-or-so-many", test_merge);
  ADD ("/workflow/flow/the-first-branch-wins", test_first);
  ADD ("/workflow/flow/errors-go-on-or-branch", test_on_error);
  ADD ("/workflow/flow/a-catch-begins-when-a-run-fails", test_catch);
  ADD ("/workflow/flow/a-branch-that-fails-fails-its-parallel", test_parallel_failure);
  ADD ("/workflow/flow/iterations-act-at-the-same-time", test_effects);
  ADD ("/workflow/flow/a-wait-in-a-loop-survives-restarts", test_wait_in_loop);
  ADD ("/workflow/flow/a-signal-wakes-a-step-once", test_signal);
  ADD ("/workflow/flow/a-workflow-runs-another", test_workflow);
  ADD ("/workflow/flow/a-workflow-that-runs-itself-ends", test_depth);
  ADD ("/workflow/flow/a-replay-keeps-what-was-done", test_replay);
  ADD ("/workflow/flow/a-step-has-its-time", test_timeout);
  ADD ("/workflow/flow/runs-with-one-key-wait-for-one-another", test_gate_queue);
  ADD ("/workflow/flow/runs-with-one-key-are-refused-or-end-the-oldest", test_gate_others);

  return g_test_run ();
}
