/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <libdex.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"
#include "receiver.h"

/* A process is killed at each point of a run; the next one finishes what was accepted. The process is this program, begun with "--child". */

static const char *program;

typedef struct {
  const char *point;
  int         n_left;       /* passes until it is killed */
} Killer;

static void
kill_at (const char *name,
         gpointer    data)
{
  Killer *killer = data;

  if (strcmp (name, killer->point) == 0 && g_atomic_int_dec_and_test (&killer->n_left))
    kill (getpid (), SIGKILL);
}

/* DIRECTORY TOKEN POINT PASS: starts one run and is killed in it, or says "ended". */
static int
run_child (char *argv[])
{
  Killer killer = { argv[2], atoi (argv[3]) };
  Fixture fixture = { .directory = argv[0], .hooks = { .fail_point = kill_at, .data = &killer } };
  g_autoptr(EnlacePlan) plan = NULL;
  Answer answer;

  memset (fixture.master_key, 7, sizeof fixture.master_key);
  fixture_open (&fixture);
  fixture_begin (&fixture);
  plan = enlace_engine_find_token (fixture.engine, argv[1]);
  g_assert_nonnull (plan);

  answer_init (&answer);
  fixture_start (&fixture, plan, "{\"body\":{\"id\":\"o1\"}}", NULL, ENLACE_WAIT_FINISHED, &answer);
  answer_wait (&answer);
  fixture_close (&fixture);
  return 0;
}

typedef struct {
  Fixture   base;
  Receiver *receiver;
} CrashFixture;

static void
set_up (CrashFixture *self,
        gconstpointer data)
{
  fixture_set_up (&self->base, data);
  self->receiver = receiver_new ();
}

static void
tear_down (CrashFixture *self,
           gconstpointer data)
{
  fixture_tear_down (&self->base, data);
  receiver_free (self->receiver);
}

/* Runs the child until it is killed. */
static void
crash (CrashFixture *self,
       const char   *point,
       guint         pass)
{
  g_autofree char *number = g_strdup_printf ("%u", pass);
  const char *argv[] = { program, "--child", self->base.directory, "token", point, number, NULL };
  g_autoptr(GError) error = NULL;
  int status;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_true (WIFSIGNALED (status));
  g_assert_cmpint (WTERMSIG (status), ==, SIGKILL);
}

static void
publish (CrashFixture *self,
         const char   *path,
         const char   *repeat)
{
  g_autofree char *url = receiver_dup_url (self->receiver, path);
  g_autofree char *text = g_strdup_printf (
    "hook trigger.webhook\n"
    "map data.map {\"fields\":[{\"path\":\"at\",\"value\":\"{{ now }}\"},{\"path\":\"id\",\"value\":\"{{ trigger.body.id }}\"}]}\n"
    "call http.request {\"method\":\"POST\",\"url\":\"%s\",\"body\":\"{{ steps.map.output }}\",\"repeat\":\"%s\"} | \"retry\":{\"max_attempts\":3,\"initial_ms\":200}\n"
    "last data.map {\"fields\":[{\"path\":\"status\",\"value\":\"{{ steps.call.output.status }}\"}]}\n"
    "hook > map\nmap > call\ncall > last", url, repeat);
  g_autofree char *document = make_document (text);
  g_autoptr(EnlacePlan) plan = fixture_publish (&self->base, "token", document);

  fixture_close (&self->base);
}

/* The one run that is in the store; FALSE: there is none. */
static gboolean
find_run (CrashFixture *self,
          EnlaceUuid   *id)
{
  EnlaceExecutionFilter filter = { .status = -1, .is_test = -1, .limit = 2 };
  EnlaceReader *reader = enlace_store_acquire_reader (self->base.store);
  g_autoptr(GPtrArray) rows = enlace_executions_list (reader, &self->base.organisation_id, &filter, NULL);

  enlace_store_release_reader (self->base.store, reader);
  g_assert_cmpuint (rows->len, <=, 1);
  if (rows->len == 1)
    *id = ((EnlaceExecutionRow *) rows->pdata[0])->id;
  return rows->len == 1;
}

static void
assert_same_request (CrashFixture *self)
{
  for (guint i = 1; i < receiver_count (self->receiver); i++)
    {
      g_assert_cmpstr (receiver_get (self->receiver, i)->key, ==, receiver_get (self->receiver, 0)->key);
      g_assert_cmpstr (receiver_get (self->receiver, i)->body, ==, receiver_get (self->receiver, 0)->body);
    }
}

/* What may be repeated is, with the same key and the same body; the rest of the run follows once. */
static void
test_repeatable (CrashFixture *self,
                 gconstpointer data)
{
  static const struct { const char *point; guint pass; gboolean is_kept; guint n_requests; } cases[] = {
    { "commit", 1, FALSE, 0 },
    { "effect", 1, TRUE, 1 },
    { "acted", 1, TRUE, 2 },
    { "commit", 2, TRUE, 2 },
  };
  const guint *index = data;
  EnlaceUuid id;

  publish (self, "/ok", "always");
  crash (self, cases[*index].point, cases[*index].pass);
  fixture_open (&self->base);
  g_assert_cmpint (find_run (self, &id), ==, cases[*index].is_kept);
  if (cases[*index].is_kept)
    {
      fixture_begin (&self->base);
      fixture_wait_status (&self->base, &id, ENLACE_STATUS_COMPLETED);
    }
  g_assert_cmpuint (receiver_count (self->receiver), ==, cases[*index].n_requests);
  assert_same_request (self);
}

/* What may not is parked for a person, whether it was sent or not. */
static void
test_not_repeatable (CrashFixture *self,
                     gconstpointer data)
{
  static const struct { const char *point; guint pass; guint n_requests; } cases[] = {
    { "effect", 1, 0 },
    { "acted", 1, 1 },
    { "commit", 2, 1 },
  };
  const guint *index = data;
  g_autoptr(EnlaceValue) steps = NULL;
  EnlaceUuid id;

  publish (self, "/ok", "never");
  crash (self, cases[*index].point, cases[*index].pass);
  fixture_open (&self->base);
  g_assert_true (find_run (self, &id));
  fixture_begin (&self->base);
  fixture_wait_status (&self->base, &id, ENLACE_STATUS_UNKNOWN);
  g_assert_cmpuint (receiver_count (self->receiver), ==, cases[*index].n_requests);
  steps = fixture_read_steps (&self->base, &id);
  g_assert_cmpstr (enlace_value_get_member_string (find_step (steps, "call"), "status", NULL), ==, "unknown");
}

/* Killed at any commit of a run that is tried again, it ends as if nothing had happened. */
static void
test_retrying (CrashFixture *self,
               gconstpointer data)
{
  const guint *pass = data;
  EnlaceUuid id;

  publish (self, "/fail/1", "always");
  crash (self, "commit", *pass);
  fixture_open (&self->base);
  g_assert_true (find_run (self, &id));
  fixture_begin (&self->base);
  fixture_wait_status (&self->base, &id, ENLACE_STATUS_COMPLETED);
  assert_same_request (self);
}

/* Everything that writes or acts, in one workflow. */
static void
publish_all (CrashFixture *self)
{
  g_autofree char *url = receiver_dup_url (self->receiver, "/ok");
  g_autofree char *inner = make_document ("start trigger.manual\npause flow.wait {\"duration\":\"1ms\"}\n"
                                          "answer flow.respond {\"body\":\"{{ trigger.data + 1 }}\"}\nstart > pause\npause > answer\n");
  g_autoptr(EnlacePlan) inner_plan = fixture_publish (&self->base, "inner", inner);
  g_autofree char *text = NULL, *document = NULL;
  g_autoptr(EnlacePlan) plan = NULL;
  char id[ENLACE_UUID_TEXT_SIZE];

  enlace_uuid_format (enlace_plan_get_workflow_id (inner_plan), id);
  text = g_strdup_printf ("hook trigger.webhook\n"
                          "each flow.loop {\"items\":[1,2],\"concurrency\":2,\"result\":\"{{ [item, steps.call.output.status, steps.sub.output.output] }}\"}\n"
                          "call http.request {\"method\":\"POST\",\"url\":\"%s\",\"body\":{\"item\":\"{{ item }}\",\"at\":\"{{ now }}\"},\"repeat\":\"always\"}\n"
                          "sub flow.workflow {\"workflow\":\"%s\",\"input\":\"{{ item * 10 }}\"}\n"
                          "keep data.store {\"operation\":\"set\",\"key\":\"k{{ item }}\",\"value\":\"{{ item }}\"}\n"
                          "end data.map {\"fields\":[{\"path\":\"all\",\"value\":\"{{ steps.each.output }}\"}]}\n"
                          "hook > each\neach > call item\ncall > sub\nsub > keep\neach > end done\n", url, id);
  document = make_document (text);
  plan = fixture_publish (&self->base, "token", document);
  g_clear_pointer (&inner_plan, enlace_plan_unref);
  g_clear_pointer (&plan, enlace_plan_unref);
  fixture_close (&self->base);
}

/* Runs the child; FALSE: it came to its end without having passed the point so often. */
static gboolean
try_crash (CrashFixture *self,
           const char   *point,
           guint         pass)
{
  g_autofree char *number = g_strdup_printf ("%u", pass);
  const char *argv[] = { program, "--child", self->base.directory, "token", point, number, NULL };
  g_autoptr(GError) error = NULL;
  int status;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_true (WIFEXITED (status) ? WEXITSTATUS (status) == 0 : WTERMSIG (status) == SIGKILL);
  return WIFSIGNALED (status);
}

static GPtrArray *
list_runs (CrashFixture *self)
{
  EnlaceExecutionFilter filter = { .status = -1, .is_test = -1, .limit = 100 };
  EnlaceReader *reader = enlace_store_acquire_reader (self->base.store);
  GPtrArray *rows = enlace_executions_list (reader, &self->base.organisation_id, &filter, NULL);

  enlace_store_release_reader (self->base.store, reader);
  return rows;
}

/* Each request has the key of its iteration, and a repeated one the same body. */
static void
check_requests (CrashFixture *self)
{
  g_autoptr(GHashTable) bodies = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < receiver_count (self->receiver); i++)
    {
      const Received *received = receiver_get (self->receiver, i);
      const char *before = g_hash_table_lookup (bodies, received->key);

      if (before != NULL)
        g_assert_cmpstr (before, ==, received->body);
      g_hash_table_insert (bodies, received->key, received->body);
    }
  g_assert_cmpuint (g_hash_table_size (bodies), ==, 2);
}

/* What was accepted ends as it would have, with each workflow run once. An event of which nothing was written is not there. */
static void
check_end (CrashFixture *self)
{
  g_autoptr(GPtrArray) rows = NULL;

  fixture_open (&self->base);
  rows = list_runs (self);
  if (rows->len > 0)
    {
      EnlaceExecutionRow *first = rows->pdata[rows->len - 1];
      g_autoptr(EnlaceValue) steps = NULL;
      g_autofree char *output = NULL;

      fixture_begin (&self->base);
      fixture_wait_status (&self->base, &first->id, ENLACE_STATUS_COMPLETED);
      steps = fixture_read_steps (&self->base, &first->id);
      output = format (enlace_value_get_member (find_step (steps, "end"), "output"));
      g_assert_cmpstr (output, ==, "{\"all\":[[1,200,11],[2,200,21]]}");
      check_requests (self);
      g_clear_pointer (&rows, g_ptr_array_unref);
      rows = list_runs (self);
      g_assert_cmpuint (rows->len, ==, 3);
    }
}

/* Every point of the list, each time that it is passed, until a run comes through without. */
static void
test_walk (void)
{
  guint n_kills = 0;

  for (guint i = 0; enlace_fail_points[i] != NULL; i++)
    for (guint pass = 1;; pass++)
      {
        CrashFixture fixture = { 0 };
        gboolean was_killed;

        set_up (&fixture, NULL);
        publish_all (&fixture);
        was_killed = try_crash (&fixture, enlace_fail_points[i], pass);
        check_end (&fixture);
        tear_down (&fixture, NULL);
        if (!was_killed)
          {
            g_test_message ("%s: passed %u times", enlace_fail_points[i], pass - 1);
            g_assert_cmpuint (pass, >, 1);
            break;
          }
        n_kills++;
      }
  g_assert_cmpuint (n_kills, >, 10);
}

int
main (int   argc,
      char *argv[])
{
  static const guint numbers[] = { 0, 1, 2, 3, 4 };

  dex_init ();
  program = argv[0];
  if (argc == 6 && strcmp (argv[1], "--child") == 0)
    return run_child (argv + 2);

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *path = g_strdup_printf ("/workflow/crash/repeats-what-may-be-repeated/%u", i);

      g_test_add (path, CrashFixture, &numbers[i], set_up, test_repeatable, tear_down);
    }
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *path = g_strdup_printf ("/workflow/crash/parks-what-may-not/%u", i);

      g_test_add (path, CrashFixture, &numbers[i], set_up, test_not_repeatable, tear_down);
    }
  for (guint i = 2; i <= 4; i++)
    {
      g_autofree char *path = g_strdup_printf ("/workflow/crash/goes-on-trying/%u", i);

      g_test_add (path, CrashFixture, &numbers[i], set_up, test_retrying, tear_down);
    }

  g_test_add_func ("/workflow/crash/killed-at-every-point-it-ends-as-it-would-have", test_walk);

  return g_test_run ();
}
