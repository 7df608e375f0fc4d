/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <libdex.h>

#include "fixture.h"
#include "receiver.h"
#include "tests/server/store/faulty-disk.h"

/* What one process leaves and the next one finds; disks that fail under a run. */

typedef struct {
  Fixture   base;
  Receiver *receiver;
  gint64    shift;          /* of the clock */
} RecoveryFixture;

static gint64
get_shifted_time (gpointer data)
{
  return g_get_real_time () + __atomic_load_n ((gint64 *) data, __ATOMIC_SEQ_CST);
}

static void
set_up (RecoveryFixture *self,
        gconstpointer    data)
{
  self->base.hooks.get_time = get_shifted_time;
  self->base.hooks.data = &self->shift;
  fixture_set_up (&self->base, data);
  self->receiver = receiver_new ();
  fixture_begin (&self->base);
}

static void
tear_down (RecoveryFixture *self,
           gconstpointer    data)
{
  faulty_disk_set_state (FAULTY_DISK_WORKS);
  fixture_tear_down (&self->base, data);
  receiver_free (self->receiver);
}

static void
restart (RecoveryFixture *self)
{
  fixture_close (&self->base);
  fixture_open (&self->base);
  fixture_begin (&self->base);
}

static EnlacePlan *
publish_call (RecoveryFixture *self,
              const char      *path,
              const char      *more)
{
  g_autofree char *url = receiver_dup_url (self->receiver, path);
  g_autofree char *text = g_strdup_printf ("hook trigger.webhook\n"
                                           "call http.request {\"url\":\"%s\"} | \"retry\":{\"max_attempts\":3,\"initial_ms\":1}\n"
                                           "reply flow.respond {\"body\":\"{{ steps.call.output.body }}\"}\n"
                                           "hook > call\ncall > reply%s", url, more);
  g_autofree char *document = make_document (text);

  return fixture_publish (&self->base, "token", document);
}

/* Runs that never got a place are begun by the next process. */
static void
test_queued (RecoveryFixture *self,
             gconstpointer    data)
{
  enum { N_RUNS = 8 };
  g_autoptr(EnlacePlan) plan = publish_call (self, "/hang", "");
  Answer answers[N_RUNS];

  self->base.engine->max_runs = 2;
  for (guint i = 0; i < N_RUNS; i++)
    {
      answer_init (&answers[i]);
      fixture_start (&self->base, plan, "{}", NULL, ENLACE_WAIT_DURABLE, &answers[i]);
    }
  for (guint i = 0; i < N_RUNS; i++)
    {
      answer_wait (&answers[i]);
      g_assert_cmpint (answers[i].kind, ==, ENLACE_OUTCOME_ACCEPTED);
    }
  receiver_wait_for (self->receiver, 2);

  fixture_close (&self->base);
  receiver_release (self->receiver);
  fixture_open (&self->base);
  fixture_begin (&self->base);
  for (guint i = 0; i < N_RUNS; i++)
    {
      fixture_wait_status (&self->base, &answers[i].execution_id, ENLACE_STATUS_COMPLETED);
      answer_clear (&answers[i]);
    }
}

/* A run that waits an hour for its next attempt goes on an hour later, in another process. */
static void
test_waiting (RecoveryFixture *self,
              gconstpointer    data)
{
  g_autoptr(EnlacePlan) plan = publish_call (self, "/busy/3600", "");
  Answer answer;

  answer_init (&answer);
  fixture_start (&self->base, plan, "{}", NULL, ENLACE_WAIT_DURABLE, &answer);
  answer_wait (&answer);
  fixture_wait_status (&self->base, &answer.execution_id, ENLACE_STATUS_WAITING);

  restart (self);
  fixture_wait_status (&self->base, &answer.execution_id, ENLACE_STATUS_WAITING);
  g_assert_cmpuint (receiver_count (self->receiver), ==, 1);
  __atomic_store_n (&self->shift, G_GINT64_CONSTANT (3601) * G_USEC_PER_SEC, __ATOMIC_SEQ_CST);
  fixture_wait_status (&self->base, &answer.execution_id, ENLACE_STATUS_COMPLETED);
  g_assert_cmpuint (receiver_count (self->receiver), ==, 2);
  g_assert_cmpstr (receiver_get (self->receiver, 0)->key, ==, receiver_get (self->receiver, 1)->key);
  answer_clear (&answer);
}

/* The clock was set back by a day while nothing ran: what waited then does not wait for the day to pass again. */
static void
test_clock_set_back (RecoveryFixture *self,
                     gconstpointer    data)
{
  g_autoptr(EnlacePlan) plan = publish_call (self, "/busy/3600", "");
  Answer answer;

  answer_init (&answer);
  fixture_start (&self->base, plan, "{}", NULL, ENLACE_WAIT_DURABLE, &answer);
  answer_wait (&answer);
  fixture_wait_status (&self->base, &answer.execution_id, ENLACE_STATUS_WAITING);

  __atomic_store_n (&self->shift, G_GINT64_CONSTANT (-86400) * G_USEC_PER_SEC, __ATOMIC_SEQ_CST);
  restart (self);
  fixture_wait_status (&self->base, &answer.execution_id, ENLACE_STATUS_COMPLETED);
  g_assert_cmpuint (receiver_count (self->receiver), ==, 2);
  answer_clear (&answer);
}

static gpointer
stop_thread (gpointer data)
{
  enlace_engine_stop (data, 10000);
  return NULL;
}

/* A server that stops lets a request end, writes its result, and leaves the next step to the next start. */
static void
test_parked (RecoveryFixture *self,
             gconstpointer    data)
{
  g_autofree char *url = receiver_dup_url (self->receiver, "");
  g_autofree char *text = g_strdup_printf ("hook trigger.webhook\none http.request {\"url\":\"%s/hang\"}\ntwo http.request {\"url\":\"%s/ok\"}\n"
                                           "hook > one\none > two", url, url);
  g_autofree char *document = make_document (text);
  g_autoptr(EnlacePlan) plan = fixture_publish (&self->base, "token", document);
  GThread *thread;
  Answer answer;

  answer_init (&answer);
  fixture_start (&self->base, plan, "{}", NULL, ENLACE_WAIT_DURABLE, &answer);
  answer_wait (&answer);
  receiver_wait_for (self->receiver, 1);
  thread = g_thread_new ("stop", stop_thread, self->base.engine);
  while (!g_atomic_int_get (&self->base.engine->is_stopping))
    g_thread_yield ();
  receiver_release (self->receiver);
  g_thread_join (thread);
  fixture_wait_status (&self->base, &answer.execution_id, ENLACE_STATUS_QUEUED);
  g_assert_cmpuint (receiver_count (self->receiver), ==, 1);

  restart (self);
  fixture_wait_status (&self->base, &answer.execution_id, ENLACE_STATUS_COMPLETED);
  g_assert_cmpuint (receiver_count (self->receiver), ==, 2);
  answer_clear (&answer);
}

/* What was replied and done before the end is not done again after it. */
static void
test_results_stay (RecoveryFixture *self,
                   gconstpointer    data)
{
  g_autofree char *url = receiver_dup_url (self->receiver, "");
  g_autofree char *text = g_strdup_printf ("hook trigger.webhook\none http.request {\"url\":\"%s/ok\"}\nreply flow.respond\n"
                                           "two http.request {\"url\":\"%s/hang\"}\nthree http.request {\"url\":\"%s/ok/last\"}\n"
                                           "hook > one\none > reply\nreply > two\ntwo > three", url, url, url);
  g_autofree char *document = make_document (text);
  g_autoptr(EnlacePlan) plan = fixture_publish (&self->base, "token", document);
  Answer answer;

  answer_init (&answer);
  fixture_start (&self->base, plan, "{}", NULL, ENLACE_WAIT_RESPONSE, &answer);
  answer_wait (&answer);
  receiver_wait_for (self->receiver, 2);

  fixture_close (&self->base);
  receiver_release (self->receiver);
  fixture_open (&self->base);
  fixture_begin (&self->base);
  fixture_wait_status (&self->base, &answer.execution_id, ENLACE_STATUS_COMPLETED);
  g_assert_cmpuint (receiver_count (self->receiver), ==, 4);
  g_assert_cmpstr (receiver_get (self->receiver, 0)->path, ==, "/ok");
  g_assert_cmpstr (receiver_get (self->receiver, 1)->path, ==, "/hang");
  g_assert_cmpstr (receiver_get (self->receiver, 2)->path, ==, "/hang");
  g_assert_cmpstr (receiver_get (self->receiver, 3)->path, ==, "/ok/last");
  answer_clear (&answer);
}

static gboolean
damage_record (EnlaceWriter  *writer,
               gpointer       data,
               GError       **error)
{
  EnlaceExecutionRow *row = data;
  g_autoptr(GBytes) nonsense = g_bytes_new_static ("nonsense", 8);
  g_autoptr(GBytes) before = row->record;

  row->record = g_bytes_ref (nonsense);
  return enlace_executions_update (writer, row, NULL, error);
}

/* A run whose record cannot be read fails alone, and says so. */
static void
test_damaged_record (RecoveryFixture *self,
                     gconstpointer    data)
{
  g_autoptr(EnlacePlan) plan = publish_call (self, "/busy/3600", "");
  g_autoptr(EnlaceExecutionRow) row = NULL;
  g_autoptr(EnlaceExecutionRow) after = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *message = NULL;
  Answer answer;

  answer_init (&answer);
  fixture_start (&self->base, plan, "{}", NULL, ENLACE_WAIT_DURABLE, &answer);
  answer_wait (&answer);
  fixture_wait_status (&self->base, &answer.execution_id, ENLACE_STATUS_WAITING);
  row = fixture_read (&self->base, &answer.execution_id);
  enlace_store_submit_and_wait (self->base.store, damage_record, row, &error);
  g_assert_no_error (error);

  __atomic_store_n (&self->shift, G_GINT64_CONSTANT (3601) * G_USEC_PER_SEC, __ATOMIC_SEQ_CST);
  fixture_wait_status (&self->base, &answer.execution_id, ENLACE_STATUS_FAILED);
  after = fixture_read (&self->base, &answer.execution_id);
  message = fixture_read_message (&self->base, after);
  g_assert_true (g_str_has_prefix (message, "The run cannot go on: "));
  g_assert_cmpuint (receiver_count (self->receiver), ==, 1);
  answer_clear (&answer);
}

/* Many at once with one key: one is run, and acts once. */
static void
test_duplicates_at_once (RecoveryFixture *self,
                         gconstpointer    data)
{
  enum { N_EVENTS = 30 };
  g_autoptr(EnlacePlan) plan = publish_call (self, "/ok", "");
  Answer answers[N_EVENTS];
  guint n_first = 0;
  EnlaceUuid id = { 0 };

  for (guint i = 0; i < N_EVENTS; i++)
    {
      answer_init (&answers[i]);
      fixture_start (&self->base, plan, "{}", "key", ENLACE_WAIT_RESPONSE, &answers[i]);
    }
  for (guint i = 0; i < N_EVENTS; i++)
    {
      answer_wait (&answers[i]);
      g_assert_true (answers[i].kind == ENLACE_OUTCOME_RESPONDED || answers[i].kind == ENLACE_OUTCOME_DUPLICATE);
      n_first += answers[i].kind == ENLACE_OUTCOME_RESPONDED;
      if (i == 0)
        id = answers[i].execution_id;
      g_assert_true (enlace_uuid_equal (&id, &answers[i].execution_id));
      answer_clear (&answers[i]);
    }
  g_assert_cmpuint (n_first, ==, 1);
  g_assert_cmpuint (receiver_count (self->receiver), ==, 1);
}

/* The disk is full when an event comes: it is not accepted, and nothing is sent. */
static void
test_full_at_first (RecoveryFixture *self,
                    gconstpointer    data)
{
  g_autoptr(EnlacePlan) plan = publish_call (self, "/ok", "");
  Answer answer;

  faulty_disk_set_state (FAULTY_DISK_IS_FULL);
  answer_init (&answer);
  fixture_start (&self->base, plan, "{}", NULL, ENLACE_WAIT_RESPONSE, &answer);
  answer_wait (&answer);
  g_assert_cmpint (answer.kind, ==, ENLACE_OUTCOME_REFUSED);
  g_assert_nonnull (answer.error);
  g_assert_cmpuint (receiver_count (self->receiver), ==, 0);
  faulty_disk_set_state (FAULTY_DISK_WORKS);
  g_assert_cmpuint (fixture_count_runs (&self->base), ==, 0);
  answer_clear (&answer);
}

/* It is full when the result is to be written: the run waits for space and loses nothing. */
static void
test_full_later (RecoveryFixture *self,
                 gconstpointer    data)
{
  g_autoptr(EnlacePlan) plan = publish_call (self, "/hang", "");
  Answer answer;
  EnlaceStoreFigures figures;

  answer_init (&answer);
  fixture_start (&self->base, plan, "{}", NULL, ENLACE_WAIT_RESPONSE, &answer);
  receiver_wait_for (self->receiver, 1);
  faulty_disk_set_state (FAULTY_DISK_IS_FULL);
  receiver_release (self->receiver);
  do
    {
      g_usleep (1000);
      enlace_store_get_figures (self->base.store, &figures);
    }
  while (figures.failed == 0);
  faulty_disk_set_state (FAULTY_DISK_WORKS);

  answer_wait (&answer);
  g_assert_cmpint (answer.kind, ==, ENLACE_OUTCOME_RESPONDED);
  g_assert_cmpstr (answer.body, ==, "{\"received\":true}");
  g_assert_cmpuint (receiver_count (self->receiver), ==, 1);
  fixture_wait_status (&self->base, &answer.execution_id, ENLACE_STATUS_COMPLETED);
  answer_clear (&answer);
}

#define TEST(path, func) g_test_add ("/workflow/recovery/" path, RecoveryFixture, NULL, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  faulty_disk_install ();
  /* Warnings of a disk that fails are what is wanted here. */
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);

  TEST ("begins-what-was-queued", test_queued);
  TEST ("wakes-what-waits", test_waiting);
  TEST ("forgets-waits-of-a-later-clock", test_clock_set_back);
  TEST ("parks-what-is-not-begun", test_parked);
  TEST ("keeps-results", test_results_stay);
  TEST ("fails-a-run-with-a-damaged-record", test_damaged_record);
  TEST ("runs-one-of-many-with-a-key", test_duplicates_at_once);
  TEST ("accepts-nothing-on-a-full-disk", test_full_at_first);
  TEST ("waits-for-space-in-the-middle", test_full_later);

  return g_test_run ();
}
