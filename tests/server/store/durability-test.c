/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include <gio/gio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/server/store/faulty-disk.h"
#include "tests/server/store/fixture.h"

#define N_CYCLES  6
#define N_THREADS 8

/* -- A full disk -- */

typedef struct {
  EnlaceChange        parent;
  EnlaceExecutionRow *row;
  GAsyncQueue        *answers;     /* the error's code + 1, or -1 */
} Insertion;

static gboolean
insertion_apply (EnlaceChange  *change,
                 EnlaceWriter  *writer,
                 GError       **error)
{
  return enlace_executions_insert (writer, ((Insertion *) change)->row, NULL, error);
}

static void
insertion_done (EnlaceChange *change,
                const GError *error)
{
  Insertion *self = (Insertion *) change;

  g_assert_true (error == NULL || error->domain == ENLACE_STORE_ERROR);
  g_async_queue_push (self->answers, GINT_TO_POINTER (error != NULL ? error->code + 1 : -1));
  enlace_execution_row_free (self->row);
  g_free (self);
}

static void
submit_insertion (Fixture     *fixture,
                  GAsyncQueue *answers)
{
  Insertion *insertion = g_new0 (Insertion, 1);

  insertion->parent = (EnlaceChange) { .apply = insertion_apply, .done = insertion_done, .is_single_statement = TRUE };
  insertion->row = make_execution (fixture, ENLACE_STATUS_COMPLETED);
  insertion->answers = answers;
  enlace_store_submit (fixture->store, &insertion->parent);
}

static void
test_full (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr(GAsyncQueue) answers = g_async_queue_new ();
  g_autoptr(EnlaceExecutionRow) row = make_execution (fixture, ENLACE_STATUS_COMPLETED);
  g_autoptr(GError) error = NULL;

  g_assert_true (enlace_store_is_ready (fixture->store, &error));
  g_assert_no_error (error);

  g_test_expect_message ("enlace-store", G_LOG_LEVEL_WARNING, "*not committed*disk is full*");
  faulty_disk_set_state (FAULTY_DISK_IS_FULL);
  submit_insertion (fixture, answers);
  g_assert_cmpint (GPOINTER_TO_INT (g_async_queue_pop (answers)), ==, ENLACE_STORE_ERROR_FULL + 1);
  g_test_assert_expected_messages ();
  g_assert_false (enlace_store_is_ready (fixture->store, &error));
  g_assert_error (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_UNAVAILABLE);

  /* Nothing of it was kept, and the store goes on when there is room again. */
  faulty_disk_set_state (FAULTY_DISK_WORKS);
  g_assert_cmpint (fixture_count (fixture, "SELECT count(*) FROM executions"), ==, 0);
  fixture_insert_execution (fixture, row);
  g_assert_true (enlace_store_is_ready (fixture->store, NULL));
  g_assert_cmpint (fixture_count (fixture, "SELECT count(*) FROM executions"), ==, 1);
  g_assert_cmpint (fixture_count (fixture, "SELECT execution_count FROM workflows"), ==, 1);
}

/* -- A disk that fails -- */

static void
lose_disk (void)
{
  Fixture fixture;
  g_autoptr(GAsyncQueue) answers = g_async_queue_new ();

  fixture_set_up (&fixture, NULL);
  g_log_set_always_fatal (G_LOG_FATAL_MASK);
  faulty_disk_set_state (FAULTY_DISK_CANNOT_SYNC);
  submit_insertion (&fixture, answers);
  g_print ("answered %d\n", GPOINTER_TO_INT (g_async_queue_pop (answers)));
  remove_data_dir (fixture.data_dir);

  /* The process ends under us. */
  for (;;)
    pause ();
}

static void
test_lost (void)
{
  g_autofree char *answered = g_strdup_printf ("*answered %d*", ENLACE_STORE_ERROR_UNAVAILABLE + 1);

  if (g_test_subprocess ())
    {
      lose_disk ();
      return;
    }

  g_test_trap_subprocess (NULL, 10 * G_USEC_PER_SEC, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stdout (answered);
  g_test_trap_assert_stderr ("*the server ends*");
}

/* -- kill -9 -- */

static gpointer
acknowledge_thread (gpointer data)
{
  Fixture *fixture = data;

  for (;;)
    {
      g_autoptr(EnlaceExecutionRow) row = make_execution (fixture, ENLACE_STATUS_COMPLETED);
      char line[ENLACE_UUID_TEXT_SIZE];

      fixture_insert_execution (fixture, row);
      enlace_uuid_format (&row->id, line);
      line[sizeof line - 1] = '\n';
      if (write (STDOUT_FILENO, line, sizeof line) != sizeof line)
        return NULL;
    }
}

static int
run_writer (char *data_dir)
{
  Fixture fixture = { .data_dir = data_dir };
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) workflows = NULL;
  GThread *threads[N_THREADS];
  EnlaceReader *reader;

  fixture.store = enlace_store_open (data_dir, 0, &error);
  g_assert_no_error (error);

  reader = enlace_store_acquire_reader (fixture.store);
  {
    g_autoptr(GPtrArray) organisations = enlace_organisations_list (reader, &error);
    EnlaceWorkflowFilter filter = { .is_active = -1, .limit = 1 };

    g_assert_no_error (error);
    fixture.organisation_id = ((EnlaceOrganisationRow *) g_ptr_array_index (organisations, 0))->id;
    workflows = enlace_workflows_list (reader, &fixture.organisation_id, &filter, &error);
    g_assert_no_error (error);
    fixture.workflow_id = ((EnlaceWorkflowRow *) g_ptr_array_index (workflows, 0))->id;
  }
  enlace_store_release_reader (fixture.store, reader);

  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("acknowledge", acknowledge_thread, &fixture);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);

  return EXIT_FAILURE;
}

/* Reads acknowledged ids until there are `n`, kills the writer, and reads what it had acknowledged until then. */
static void
kill_writer (Fixture   *fixture,
             guint      n,
             GPtrArray *acknowledged)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GSubprocess) writer = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "/proc/self/exe", "--writer", fixture->data_dir, NULL);
  GInputStream *output;
  char line[ENLACE_UUID_TEXT_SIZE];
  gsize length;

  g_assert_no_error (error);
  output = g_subprocess_get_stdout_pipe (writer);

  for (guint i = 0; g_input_stream_read_all (output, line, sizeof line, &length, NULL, &error) && length == sizeof line; i++)
    {
      g_ptr_array_add (acknowledged, g_strndup (line, sizeof line - 1));
      if (i == n)
        g_subprocess_force_exit (writer);
    }

  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait (writer, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_signaled (writer));
  g_assert_cmpint (g_subprocess_get_term_sig (writer), ==, SIGKILL);
}

static void
test_killed (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr(GPtrArray) acknowledged = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) defects = NULL;

  g_clear_pointer (&fixture->store, enlace_store_close);
  for (guint i = 0; i < N_CYCLES; i++)
    kill_writer (fixture, (guint) g_test_rand_int_range (1, 800), acknowledged);

  fixture->store = enlace_store_open (fixture->data_dir, 0, &error);
  g_assert_no_error (error);

  for (guint i = 0; i < acknowledged->len; i++)
    {
      g_autoptr(EnlaceExecutionRow) row = NULL;
      EnlaceUuid id;

      g_assert_true (enlace_uuid_parse (g_ptr_array_index (acknowledged, i), &id));
      row = fixture_get_execution (fixture, &id);
      g_assert_cmpint (row->status, ==, ENLACE_STATUS_COMPLETED);
    }

  g_assert_cmpint (fixture_count (fixture, "SELECT count(*) FROM executions"), ==,
                   fixture_count (fixture, "SELECT execution_count FROM workflows"));
  defects = enlace_store_verify (fixture->store, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (defects->len, ==, 0);
  g_test_message ("%u acknowledged runs over %d kills", acknowledged->len, N_CYCLES);
}

int
main (int   argc,
      char *argv[])
{
  if (argc == 3 && strcmp (argv[1], "--writer") == 0)
    return run_writer (argv[2]);

  g_test_init (&argc, &argv, NULL);
  faulty_disk_install ();

  g_test_add ("/store/durability/a-full-disk-fails-the-group-and-no-more", Fixture, NULL, fixture_set_up, test_full, fixture_tear_down);
  g_test_add_func ("/store/durability/a-failed-fsync-answers-all-and-ends-the-process", test_lost);
  g_test_add ("/store/durability/kill-loses-nothing-acknowledged", Fixture, NULL, fixture_set_up, test_killed, fixture_tear_down);

  return g_test_run ();
}
