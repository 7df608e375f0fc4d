/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <libdex.h>

#include "fixture.h"

/* Runs with code of their own, in the real jail. */

typedef struct {
  Fixture     base;
  EnlaceJail *jail;
} CodeFixture;

static void
set_up (CodeFixture   *self,
        gconstpointer  data)
{
  g_assert_nonnull (g_getenv ("ENLACE_JAIL"));
  self->jail = enlace_jail_new (g_getenv ("ENLACE_JAIL"), 2);
  fixture_set_up (&self->base, data);
  enlace_engine_set_jail (self->base.engine, self->jail);
  fixture_begin (&self->base);
}

static void
tear_down (CodeFixture   *self,
           gconstpointer  data)
{
  fixture_tear_down (&self->base, data);
  enlace_jail_free (self->jail);
}

/* trigger → code.javascript "code" → flow.respond with what it gave; `parameters` and `members` are JSON members of its parameters and its node. */
static EnlacePlan *
publish_code (CodeFixture *self,
              const char  *code,
              const char  *parameters,
              const char  *members)
{
  g_autoptr(EnlaceValue) value = enlace_value_new_string (code);
  g_autofree char *quoted = format (value);
  g_autofree char *text = g_strdup_printf ("hook trigger.webhook\n"
                                           "code code.javascript {\"code\":%s%s} | %s\n"
                                           "reply flow.respond {\"body\":\"{{ steps.code.output }}\"}\n"
                                           "hook > code\ncode > reply",
                                           quoted, parameters, members);
  g_autofree char *document = make_document (text);

  return fixture_publish (&self->base, "token", document);
}

static void
run_code (CodeFixture *self,
          const char  *code,
          const char  *parameters,
          const char  *trigger,
          Answer      *answer)
{
  g_autoptr(EnlacePlan) plan = publish_code (self, code, parameters, "\"on_error\":\"stop\"");

  answer_init (answer);
  fixture_start (&self->base, plan, trigger, NULL, ENLACE_WAIT_RESPONSE, answer);
  answer_wait (answer);
}

static void
check_output (CodeFixture *self,
              const char  *code,
              const char  *parameters,
              const char  *trigger,
              const char  *expected)
{
  Answer answer;

  run_code (self, code, parameters, trigger, &answer);
  g_assert_cmpint (answer.kind, ==, ENLACE_OUTCOME_RESPONDED);
  g_assert_cmpstr (answer.body, ==, expected);
  answer_clear (&answer);
}

static void
check_error (CodeFixture *self,
             const char  *code,
             const char  *parameters,
             const char  *expected_code,
             const char  *expected_message,
             gint64       expected_line)
{
  g_autoptr(EnlaceValue) steps = NULL;
  EnlaceValue *error;
  Answer answer;

  run_code (self, code, parameters, "{}", &answer);
  g_assert_cmpint (answer.kind, ==, ENLACE_OUTCOME_FINISHED);
  g_assert_cmpint (answer.execution_status, ==, ENLACE_STATUS_FAILED);
  steps = fixture_read_steps (&self->base, &answer.execution_id);
  error = enlace_value_get_member (find_step (steps, "code"), "error");
  g_assert_cmpstr (enlace_value_get_member_string (error, "code", NULL), ==, expected_code);
  g_assert_cmpstr (enlace_value_get_member_string (error, "message", NULL), ==, expected_message);
  g_assert_cmpint (enlace_value_get_member_int (error, "line", 0), ==, expected_line);
  answer_clear (&answer);
}

static void
test_output (CodeFixture   *self,
             gconstpointer  data)
{
  check_output (self, "return { sum: input.items.reduce((a, b) => a + b, 0), big: input.big }", ",\"input\":\"{{ trigger.body }}\"",
                "{\"body\":{\"items\":[1,2,3],\"big\":9007199254740993}}", "{\"sum\":6,\"big\":9007199254740993}");
  check_output (self, "return await Promise.resolve(typeof input)", "", "{}", "object");
}

static void
test_braces (CodeFixture   *self,
             gconstpointer  data)
{
  check_output (self, "const t = '{{ trigger.body }}', u = '\\\\{{ {{{ }}'; { { } } return t + u + `${{ a: 1 }.a}`", "", "{\"body\":7}",
                "{{ trigger.body }}\\{{ {{{ }}1");
}

static void
test_errors (CodeFixture   *self,
             gconstpointer  data)
{
  check_error (self, "const x = 1\nthrow new TypeError('no ' + x)", "", "javascript", "TypeError: no 1", 2);
  check_error (self, "return NaN", "", "javascript", "TypeError: output is NaN, which JSON cannot say", 0);
  check_error (self, "while (true);", ",\"timeout_ms\":200", "time_limit", "The code ran for longer than 200 ms", 0);
  check_error (self, "return 'x'.repeat(2 ** 29).length", "", "memory_limit", "The code needs more than 64 MiB of memory", 0);
  check_error (self, "return 'x'.repeat(9000000)", "", "output_limit", "The output is larger than 8 MiB", 0);
}

/* What it was given and what the console said stand in the record of the step. */
static void
test_record (CodeFixture   *self,
             gconstpointer  data)
{
  g_autoptr(EnlaceValue) steps = NULL;
  g_autofree char *input = NULL;
  Answer answer;

  run_code (self, "console.log('got', input); console.warn('so'); return 1", ",\"input\":{\"a\":\"{{ trigger.body }}\"}", "{\"body\":5}", &answer);
  steps = fixture_read_steps (&self->base, &answer.execution_id);
  input = format (enlace_value_get_member (find_step (steps, "code"), "input"));
  g_assert_cmpstr (input, ==,
                   "{\"input\":{\"a\":5},\"logs\":[{\"level\":\"info\",\"text\":\"got {\\\"a\\\":5}\"},{\"level\":\"warning\",\"text\":\"so\"}]}");
  answer_clear (&answer);
}

/* The time is the step's, and random numbers are the run's own. */
static void
test_determinism (CodeFixture   *self,
                  gconstpointer  data)
{
  g_autofree char *document = make_document ("hook trigger.webhook\n"
                                             "one code.javascript {\"code\":\"return [Date.now(), Math.random(), Math.random()]\"}\n"
                                             "two code.javascript {\"code\":\"return [Date.now(), Math.random(), Math.random()]\"}\n"
                                             "reply flow.respond {\"body\":\"{{ [steps.one.output[1] != steps.two.output[1], "
                                             "steps.one.output[1] != steps.one.output[2], "
                                             "steps.one.output[0] <= steps.two.output[0], int(now) * 1000 + 1000 > steps.one.output[0]] }}\"}\n"
                                             "hook > one\none > two\ntwo > reply");
  g_autoptr(EnlacePlan) plan = fixture_publish (&self->base, "token", document);
  Answer answer;

  answer_init (&answer);
  fixture_start (&self->base, plan, "{}", NULL, ENLACE_WAIT_RESPONSE, &answer);
  answer_wait (&answer);
  g_assert_cmpstr (answer.body, ==, "[true,true,true,true]");
  answer_clear (&answer);
}

static void
test_loop (CodeFixture   *self,
           gconstpointer  data)
{
  g_autofree char *document = make_document ("hook trigger.webhook\n"
                                             "each flow.loop {\"items\":\"{{ trigger.body }}\",\"concurrency\":4,\"result\":\"{{ steps.double.output }}\"}\n"
                                             "double code.javascript {\"input\":\"{{ item }}\",\"code\":\"return input * 2\"}\n"
                                             "reply flow.respond {\"body\":\"{{ steps.each.output }}\"}\n"
                                             "hook > each\neach > double item\neach > reply done");
  g_autoptr(EnlacePlan) plan = fixture_publish (&self->base, "token", document);
  Answer answer;

  answer_init (&answer);
  fixture_start (&self->base, plan, "{\"body\":[1,2,3,4,5,6,7,8,9,10]}", NULL, ENLACE_WAIT_RESPONSE, &answer);
  answer_wait (&answer);
  g_assert_cmpstr (answer.body, ==, "[2,4,6,8,10,12,14,16,18,20]");
  answer_clear (&answer);
}

static void
done_cb (const GError *error,
         gpointer      data)
{
  g_assert_no_error (error);
  g_atomic_int_set ((int *) data, TRUE);
}

/* One of the two places in the jail is free. */
static void
check_place (CodeFixture *self)
{
  g_autoptr(EnlaceValue) input = enlace_value_new_null ();
  EnlaceJailCall call = { .organisation_id = self->base.organisation_id, .code = "return 1", .input = input, .timeout_ms = 1000 };
  g_autoptr(DexFuture) future = enlace_jail_call (self->jail, &call);

  while (dex_future_is_pending (future))
    g_thread_yield ();
  g_assert_true (dex_future_is_resolved (future));
}

/* Code that runs is killed with its run. */
static void
test_cancel (CodeFixture   *self,
             gconstpointer  data)
{
  g_autoptr(EnlacePlan) plan = publish_code (self, "while (true);", "", "\"on_error\":\"stop\"");
  Answer answer, other;
  int is_done = FALSE;
  gint64 began_at;

  answer_init (&answer);
  answer_init (&other);
  fixture_start (&self->base, plan, "{}", NULL, ENLACE_WAIT_RESPONSE, &answer);
  while (enlace_jail_count (self->jail) == 0)
    g_thread_yield ();
  /* The run is in the store once something waits. */
  fixture_start (&self->base, plan, "{}", "key", ENLACE_WAIT_DURABLE, &other);
  answer_wait (&other);

  began_at = g_get_monotonic_time ();
  enlace_engine_cancel (self->base.engine, &self->base.organisation_id, &other.execution_id, done_cb, &is_done);
  while (!g_atomic_int_get (&is_done))
    g_thread_yield ();
  check_place (self);
  g_assert_cmpint (g_get_monotonic_time () - began_at, <, G_USEC_PER_SEC);
  fixture_wait_status (&self->base, &other.execution_id, ENLACE_STATUS_CANCELLED);

  answer_wait (&answer);
  g_assert_cmpint (answer.execution_status, ==, ENLACE_STATUS_FAILED);
  answer_clear (&answer);
  answer_clear (&other);
}

static void
test_no_jail (CodeFixture   *self,
              gconstpointer  data)
{
  enlace_engine_set_jail (self->base.engine, NULL);
  check_error (self, "return 1", "", "jail", "This server has no enlace-jail: JavaScript cannot run", 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();

#define TEST(path, func) g_test_add ("/workflow/javascript/" path, CodeFixture, NULL, set_up, func, tear_down)
  TEST ("gives-its-output", test_output);
  TEST ("is-no-template", test_braces);
  TEST ("fails-by-the-name-of-what-happened", test_errors);
  TEST ("records-its-input-and-console", test_record);
  TEST ("repeats-itself", test_determinism);
  TEST ("runs-in-a-loop", test_loop);
  TEST ("is-killed-with-its-run", test_cancel);
  TEST ("fails-without-a-jail", test_no_jail);
#undef TEST

  return g_test_run ();
}
