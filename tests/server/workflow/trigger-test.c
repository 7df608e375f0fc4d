/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "fixture.h"
#include "receiver.h"
#include "server/store/schedules.h"
#include "server/workflow/events.h"

/* Runs that begin by what is found at an address, and by what happens inside. */

typedef struct {
  Fixture   base;
  Receiver *receiver;
  gint64    now;          /* microseconds; atomic */
} TriggerFixture;

static gint64
get_time (gpointer data)
{
  return __atomic_load_n ((gint64 *) data, __ATOMIC_SEQ_CST);
}

static void
set_up (TriggerFixture *self,
        gconstpointer   data)
{
  self->now = G_GINT64_CONSTANT (1767225600) * G_USEC_PER_SEC;
  self->base.hooks.get_time = get_time;
  self->base.hooks.data = &self->now;
  self->receiver = receiver_new ();
  fixture_set_up (&self->base, data);
  fixture_begin (&self->base);
}

static void
tear_down (TriggerFixture *self,
           gconstpointer   data)
{
  fixture_tear_down (&self->base, data);
  receiver_free (self->receiver);
}

static EnlaceTriggerRow *
read_row (TriggerFixture *self)
{
  EnlaceReader *reader = enlace_store_acquire_reader (self->base.store);
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) rows = enlace_schedules_list (reader, &error);

  enlace_store_release_reader (self->base.store, reader);
  g_assert_no_error (error);

  return rows->len == 1 ? g_ptr_array_steal_index (rows, 0) : NULL;
}

/* Until the poll that is due now has been made: it worked, or failed for the given time in a row. */
static void
wait_polled (TriggerFixture *self,
             gint64          failures)
{
  gint64 deadline = g_get_monotonic_time () + 15 * G_TIME_SPAN_SECOND;

  for (;;)
    {
      g_autoptr(EnlaceTriggerRow) row = read_row (self);

      if (row != NULL && row->settled == self->now / G_USEC_PER_SEC && row->failures == failures && (row->cursor != NULL || failures > 0))
        return;
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_usleep (2000);
    }
}

static void
pass_time (TriggerFixture *self,
           gint64          seconds)
{
  __atomic_add_fetch (&self->now, seconds * G_USEC_PER_SEC, __ATOMIC_SEQ_CST);
  enlace_schedules_wake (self->base.engine->schedules);
}

static EnlacePlan *
publish_poll (TriggerFixture *self,
              const char     *more)
{
  g_autofree char *url = receiver_dup_url (self->receiver, "/list?since={{ cursor }}");
  g_autofree char *text = g_strdup_printf ("poll trigger.poll {\"url\":\"%s\",\"every\":\"1m\",\"items\":\"{{ reply.body.items }}\","
                                           "\"key\":\"{{ item.id }}\",\"cursor\":\"{{ reply.body.next }}\"%s}", url, more);
  g_autofree char *document = make_document (text);

  return fixture_publish (&self->base, "token", document);
}

static const char *
get_last_path (TriggerFixture *self)
{
  return receiver_get (self->receiver, receiver_count (self->receiver) - 1)->path;
}

static void
test_poll (TriggerFixture *self,
           gconstpointer   data)
{
  g_autoptr(EnlacePlan) plan = NULL;

  receiver_set_list (self->receiver, "{\"items\":[{\"id\":1},{\"id\":2}],\"next\":\"a\"}");
  plan = publish_poll (self, ",\"start\":\"all\"");
  wait_polled (self, 0);
  g_assert_cmpuint (fixture_count_runs (&self->base), ==, 2);
  g_assert_true (g_str_has_suffix (get_last_path (self), "?since="));

  receiver_set_list (self->receiver, "{\"items\":[{\"id\":2},{\"id\":3},{\"id\":3}],\"next\":\"b\"}");
  pass_time (self, 60);
  wait_polled (self, 0);
  g_assert_cmpuint (fixture_count_runs (&self->base), ==, 3);
  g_assert_true (g_str_has_suffix (get_last_path (self), "?since=a"));

  /* Another process goes on from there. */
  fixture_close (&self->base);
  fixture_open (&self->base);
  fixture_begin (&self->base);
  receiver_set_list (self->receiver, "{\"items\":[{\"id\":1},{\"id\":4}],\"next\":null}");
  pass_time (self, 60);
  wait_polled (self, 0);
  g_assert_cmpuint (fixture_count_runs (&self->base), ==, 4);
  g_assert_true (g_str_has_suffix (get_last_path (self), "?since=b"));
  pass_time (self, 60);
  wait_polled (self, 0);
  g_assert_true (g_str_has_suffix (get_last_path (self), "?since=b"));
  g_assert_cmpuint (fixture_count_runs (&self->base), ==, 4);
}

static EnlaceExecutionRow *
read_newest (TriggerFixture *self)
{
  EnlaceExecutionFilter filter = { .status = -1, .is_test = -1, .limit = 1 };
  EnlaceReader *reader = enlace_store_acquire_reader (self->base.store);
  g_autoptr(GPtrArray) rows = enlace_executions_list (reader, &self->base.organisation_id, &filter, NULL);

  enlace_store_release_reader (self->base.store, reader);
  g_assert_cmpuint (rows->len, ==, 1);

  return fixture_read (&self->base, &((EnlaceExecutionRow *) rows->pdata[0])->id);
}

static EnlaceValue *
read_newest_trigger (TriggerFixture *self)
{
  g_autoptr(EnlaceExecutionRow) row = read_newest (self);
  g_autoptr(GError) error = NULL;
  EnlaceValue *trigger = enlace_engine_read_trigger (self->base.engine, row, &error);

  g_assert_no_error (error);
  return trigger;
}

static void
test_poll_from_now (TriggerFixture *self,
                    gconstpointer   data)
{
  g_autoptr(EnlacePlan) plan = NULL;
  g_autoptr(EnlaceValue) trigger = NULL;
  g_autofree char *items = NULL;

  receiver_set_list (self->receiver, "{\"items\":[{\"id\":1},{\"id\":2}]}");
  plan = publish_poll (self, ",\"batch\":true");
  /* No cursor in the reply is an error of the expression. */
  wait_polled (self, 1);
  receiver_set_list (self->receiver, "{\"items\":[{\"id\":1},{\"id\":2}],\"next\":null}");
  pass_time (self, 60);
  wait_polled (self, 0);
  g_assert_cmpuint (fixture_count_runs (&self->base), ==, 1);

  receiver_set_list (self->receiver, "{\"items\":[{\"id\":1},{\"id\":2},{\"id\":3},{\"id\":4}],\"next\":null}");
  pass_time (self, 60);
  wait_polled (self, 0);
  g_assert_cmpuint (fixture_count_runs (&self->base), ==, 2);
  trigger = read_newest_trigger (self);
  items = format (enlace_value_get_member (trigger, "items"));
  g_assert_cmpstr (items, ==, "[{\"id\":3},{\"id\":4}]");
}

/* A streak of failures is one failed run. */
static void
test_poll_failures (TriggerFixture *self,
                    gconstpointer   data)
{
  g_autoptr(EnlacePlan) plan = publish_poll (self, ",\"start\":\"all\"");
  g_autoptr(EnlaceExecutionRow) row = NULL;

  for (gint64 i = 1; i < 4; i++)
    {
      wait_polled (self, i);
      g_assert_cmpuint (fixture_count_runs (&self->base), ==, 1);
      pass_time (self, 3600 + 60);
    }
  wait_polled (self, 4);
  row = read_newest (self);
  g_assert_cmpint (row->status, ==, ENLACE_STATUS_FAILED);
  fixture_check_message (&self->base, row, "The trigger: The other end answered with the status 503");

  receiver_set_list (self->receiver, "{\"items\":[{\"id\":1}],\"next\":null}");
  pass_time (self, 3600 + 60);
  wait_polled (self, 0);
  g_assert_cmpuint (fixture_count_runs (&self->base), ==, 2);
  receiver_set_list (self->receiver, NULL);
  pass_time (self, 60);
  wait_polled (self, 1);
  g_assert_cmpuint (fixture_count_runs (&self->base), ==, 3);
}

/* A request that hangs does not keep the server from stopping. */
static void
test_poll_stops (TriggerFixture *self,
                 gconstpointer   data)
{
  g_autofree char *url = receiver_dup_url (self->receiver, "/hang");
  g_autofree char *text = g_strdup_printf ("poll trigger.poll {\"url\":\"%s\",\"items\":\"{{ [] }}\",\"key\":\"{{ item }}\"}", url);
  g_autofree char *document = make_document (text);
  g_autoptr(EnlacePlan) plan = fixture_publish (&self->base, "token", document);
  gint64 start;

  receiver_wait_for (self->receiver, 1);
  start = g_get_monotonic_time ();
  enlace_engine_stop (self->base.engine, 10000);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 5 * G_TIME_SPAN_SECOND);
}

static EnlacePlan *
publish (TriggerFixture *self,
         const char     *token,
         const char     *text)
{
  g_autofree char *document = make_document (text);

  return fixture_publish (&self->base, token, document);
}

static void
run_once (TriggerFixture *self,
          EnlacePlan     *plan)
{
  Answer answer;

  answer_init (&answer);
  fixture_start (&self->base, plan, "{}", NULL, ENLACE_WAIT_FINISHED, &answer);
  answer_wait (&answer);
  g_assert_cmpint (answer.kind, ==, ENLACE_OUTCOME_FINISHED);
  answer_clear (&answer);
}

/* Until so many runs have ended, and all that there are. */
static void
wait_ended (TriggerFixture *self,
            guint           n_wanted)
{
  gint64 deadline = g_get_monotonic_time () + 15 * G_TIME_SPAN_SECOND;
  EnlaceExecutionFilter filter = { .status = -1, .is_test = -1, .limit = 200 };

  for (;;)
    {
      EnlaceReader *reader = enlace_store_acquire_reader (self->base.store);
      g_autoptr(GPtrArray) rows = enlace_executions_list (reader, &self->base.organisation_id, &filter, NULL);
      guint n_ended = 0;

      enlace_store_release_reader (self->base.store, reader);
      for (guint i = 0; i < rows->len; i++)
        n_ended += enlace_status_is_final (((EnlaceExecutionRow *) rows->pdata[i])->status);
      if (n_ended == n_wanted && rows->len == n_wanted)
        return;
      g_assert_cmpuint (rows->len, <=, n_wanted);
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_usleep (2000);
    }
}

#define FAILING "hook trigger.webhook\nstop flow.stop {\"outcome\":\"failure\",\"message\":\"No stock\"}\nhook > stop"

static void
test_event (TriggerFixture *self,
            gconstpointer   data)
{
  g_autoptr(EnlacePlan) cause = publish (self, "cause", FAILING);
  g_autoptr(EnlacePlan) fine = publish (self, "fine", "hook trigger.webhook");
  g_autoptr(EnlacePlan) listener = publish (self, "listener", "event trigger.event {\"event\":\"workflow.failed\"}");
  g_autoptr(EnlaceValue) trigger = NULL;
  EnlaceValue *execution, *workflow;
  char id[ENLACE_UUID_TEXT_SIZE];

  run_once (self, fine);
  run_once (self, cause);
  wait_ended (self, 3);
  trigger = read_newest_trigger (self);
  g_assert_cmpstr (enlace_value_get_member_string (trigger, "event", NULL), ==, "workflow.failed");
  g_assert_cmpint (enlace_value_get_member_int (trigger, "depth", 0), ==, 1);
  execution = enlace_value_get_member (enlace_value_get_member (trigger, "data"), "execution");
  workflow = enlace_value_get_member (enlace_value_get_member (trigger, "data"), "workflow");
  g_assert_nonnull (strstr (enlace_value_get_member_string (execution, "error_message", ""), "No stock"));
  enlace_uuid_format (enlace_plan_get_workflow_id (cause), id);
  g_assert_cmpstr (enlace_value_get_member_string (workflow, "id", NULL), ==, id);
}

/* One that fails itself by it, two that begin each other: it ends. */
static void
test_event_circle (TriggerFixture *self,
                   gconstpointer   data)
{
  static const char listener[] = "event trigger.event {\"event\":\"workflow.failed\"}\nstop flow.stop {\"outcome\":\"failure\"}\nevent > stop";
  g_autoptr(EnlacePlan) cause = publish (self, "cause", FAILING);
  g_autoptr(EnlacePlan) first = publish (self, "first", listener), second = NULL;

  run_once (self, cause);
  wait_ended (self, 2);
  second = publish (self, "second", listener);
  run_once (self, cause);
  wait_ended (self, 2 + 1 + 2 * ENLACE_EVENT_MAX_DEPTH);
}

/* What happens without a run, and only for the one workflow that is meant. */
static void
test_event_emitted (TriggerFixture *self,
                    gconstpointer   data)
{
  g_autoptr(EnlacePlan) listener = publish (self, "listener", "event trigger.event {\"event\":\"integration.broke\"}");
  g_autoptr(EnlacePlan) other = publish (self, "other", "event trigger.event {\"event\":\"workflow.completed\"}");
  g_autoptr(EnlaceValue) payload = parse ("{\"integration\":{\"id\":\"1\",\"name\":\"Shop\"},\"reason\":\"The key was revoked\"}");
  g_autoptr(EnlaceValue) trigger = NULL, kept = NULL;

  enlace_events_emit (self->base.engine, &self->base.organisation_id, ENLACE_EVENT_INTEGRATION_BROKE, payload);
  /* The run of the first is completed, which the second begins by. */
  wait_ended (self, 2);
  trigger = read_newest_trigger (self);
  g_assert_cmpstr (enlace_value_get_member_string (trigger, "event", NULL), ==, "workflow.completed");
  g_assert_cmpint (enlace_value_get_member_int (trigger, "depth", 0), ==, 2);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/workflow/poll/runs-for-what-is-new", TriggerFixture, NULL, set_up, test_poll, tear_down);
  g_test_add ("/workflow/poll/begins-with-what-comes-later", TriggerFixture, NULL, set_up, test_poll_from_now, tear_down);
  g_test_add ("/workflow/poll/shows-a-streak-of-failures-once", TriggerFixture, NULL, set_up, test_poll_failures, tear_down);
  g_test_add ("/workflow/poll/does-not-keep-the-server-from-stopping", TriggerFixture, NULL, set_up, test_poll_stops, tear_down);
  g_test_add ("/workflow/event/begins-by-a-failure", TriggerFixture, NULL, set_up, test_event, tear_down);
  g_test_add ("/workflow/event/does-not-go-round-for-ever", TriggerFixture, NULL, set_up, test_event_circle, tear_down);
  g_test_add ("/workflow/event/begins-by-what-is-emitted", TriggerFixture, NULL, set_up, test_event_emitted, tear_down);

  return g_test_run ();
}
