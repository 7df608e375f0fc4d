/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

#include "tests/server/jail/fixture.h"

/* The processes behind the calls. */

/* The processes of a jail that this test started: children of this process by that name. */
static GArray *
list_processes (void)
{
  GArray *pids = g_array_new (FALSE, FALSE, sizeof (int));
  g_autofree char *path = g_strdup_printf ("/proc/self/task");
  g_autoptr(GDir) tasks = g_dir_open (path, 0, NULL);
  const char *task;

  while ((task = g_dir_read_name (tasks)) != NULL)
    {
      g_autofree char *children = g_build_filename (path, task, "children", NULL);
      g_autofree char *text = NULL;
      g_auto(GStrv) words = NULL;

      if (!g_file_get_contents (children, &text, NULL, NULL))
        continue;
      words = g_strsplit (g_strstrip (text), " ", -1);
      for (guint i = 0; words[i] != NULL; i++)
        {
          int pid = atoi (words[i]);

          if (pid > 0)
            g_array_append_val (pids, pid);
        }
    }

  return pids;
}

static char *
read_status (int         pid,
             const char *field)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/status", pid);
  g_autofree char *text = NULL;
  g_auto(GStrv) lines = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], field))
      return g_strstrip (g_strdup (lines[i] + strlen (field)));

  g_assert_not_reached ();
}

static void
check_status (int         pid,
              const char *field,
              const char *expected)
{
  g_autofree char *value = read_status (pid, field);

  g_assert_cmpstr (value, ==, expected);
}

/* What the system says of a process that runs code. */
static void
test_process (void)
{
  g_autoptr(EnlaceJail) jail = enlace_jail_new (fixture_get_program (), 1);
  g_autoptr(GArray) pids = NULL;
  g_autofree char *path = NULL;
  g_autoptr(GDir) descriptors = NULL;
  g_autofree char *environment = NULL;
  const char *name;
  gsize length;
  int pid;

  g_assert_cmpuint (enlace_jail_count (jail), ==, 0);
  fixture_check (jail, "return 1", "null", "1");
  g_assert_cmpuint (enlace_jail_count (jail), ==, 1);

  pids = list_processes ();
  g_assert_cmpuint (pids->len, ==, 1);
  pid = g_array_index (pids, int, 0);
  check_status (pid, "Name:", "enlace-jail");
  check_status (pid, "Seccomp:", "2");
  check_status (pid, "NoNewPrivs:", "1");
  check_status (pid, "CapEff:", "0000000000000000");
  check_status (pid, "CapPrm:", "0000000000000000");

  path = g_strdup_printf ("/proc/%d/fd", pid);
  descriptors = g_dir_open (path, 0, NULL);
  if (descriptors != NULL)
    {
      g_assert_cmpstr (g_dir_read_name (descriptors), ==, "0");
      name = g_dir_read_name (descriptors);
      g_assert_null (name);
      g_free (path);
      path = g_strdup_printf ("/proc/%d/environ", pid);
      g_assert_true (g_file_get_contents (path, &environment, &length, NULL));
      g_assert_cmpuint (length, ==, 0);
    }
}

static void
test_reuse (void)
{
  g_autoptr(EnlaceJail) jail = enlace_jail_new (fixture_get_program (), 1);
  g_autoptr(GArray) before = NULL;
  g_autoptr(GArray) after = NULL;
  g_autoptr(GArray) other = NULL;
  g_autoptr(EnlaceJailResult) result = NULL;

  fixture_check (jail, "return 1", "null", "1");
  before = list_processes ();
  fixture_check (jail, "return 2", "null", "2");
  fixture_check_end (jail, "throw new Error('x')", ENLACE_JAIL_THROWN, "Error: x");
  after = list_processes ();
  g_assert_cmpint (g_array_index (before, int, 0), ==, g_array_index (after, int, 0));

  /* Another organisation never gets it. */
  result = fixture_wait (fixture_begin (jail, 2, "return 3", "null", 1000), NULL);
  g_assert_cmpstr (result->text, ==, "3");
  other = list_processes ();
  g_assert_cmpuint (other->len, ==, 1);
  g_assert_cmpint (g_array_index (before, int, 0), !=, g_array_index (other, int, 0));
}

static void
test_replacement (void)
{
  g_autoptr(EnlaceJail) jail = enlace_jail_new (fixture_get_program (), 1);
  g_autoptr(GArray) before = NULL;
  g_autoptr(GArray) after = NULL;

  fixture_check (jail, "return 1", "null", "1");
  before = list_processes ();
  for (guint i = 1; i < 1000; i++)
    fixture_check (jail, "return 1", "null", "1");
  fixture_check (jail, "return 1", "null", "1");
  after = list_processes ();
  g_assert_cmpuint (after->len, ==, 1);
  g_assert_cmpint (g_array_index (before, int, 0), !=, g_array_index (after, int, 0));
}

/* More calls than processes, of several organisations: each gets its own answer. */
static void
test_crowd (void)
{
  g_autoptr(EnlaceJail) jail = enlace_jail_new (fixture_get_program (), 2);
  DexFuture *futures[200];

  for (guint i = 0; i < G_N_ELEMENTS (futures); i++)
    {
      g_autofree char *input = g_strdup_printf ("%u", i);

      futures[i] = fixture_begin (jail, (guint8) (1 + i % 3), "return input * 2", input, 5000);
    }

  for (guint i = 0; i < G_N_ELEMENTS (futures); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(EnlaceJailResult) result = fixture_wait (futures[i], &error);
      g_autofree char *expected = g_strdup_printf ("%u", i * 2);

      g_assert_no_error (error);
      g_assert_cmpstr (result->text, ==, expected);
      g_assert_cmpuint (enlace_jail_count (jail), <=, 2);
    }
}

static void
test_large (void)
{
  g_autoptr(EnlaceJail) jail = enlace_jail_new (fixture_get_program (), 1);
  g_autofree char *text = g_strnfill (7 * 1024 * 1024, 'x');
  g_autofree char *input = g_strdup_printf ("\"%s\"", text);
  g_autofree char *too_large = g_strdup_printf ("[%s,%s]", input, input);
  g_autofree char *code = g_strnfill (2 * 1024 * 1024, ';');
  g_autoptr(EnlaceJailResult) result = fixture_call (jail, "return input", input);
  g_autoptr(GError) error = NULL;

  g_assert_cmpint (result->outcome, ==, ENLACE_JAIL_OUTPUT);
  g_assert_cmpstr (result->text, ==, input);

  g_assert_null (fixture_wait (fixture_begin (jail, 1, "return 1", too_large, 1000), &error));
  g_assert_error (error, ENLACE_JAIL_ERROR, ENLACE_JAIL_ERROR_INPUT);
  g_clear_error (&error);
  g_assert_null (fixture_wait (fixture_begin (jail, 1, code, "1", 1000), &error));
  g_assert_error (error, ENLACE_JAIL_ERROR, ENLACE_JAIL_ERROR_INPUT);
}

/* Nobody waits any more: the process is gone at once, and the next call does not wait for the loop. */
static void
test_cancel (void)
{
  g_autoptr(EnlaceJail) jail = enlace_jail_new (fixture_get_program (), 1);
  g_autoptr(GArray) before = NULL;
  DexFuture *future;
  gint64 begin;

  fixture_check (jail, "return 1", "null", "1");
  before = list_processes ();
  future = dex_future_first (fixture_begin (jail, 1, "while (true);", "null", 5000), dex_timeout_new_msec (100), NULL);
  g_assert_null (fixture_wait (future, NULL));

  begin = g_get_monotonic_time ();
  fixture_check (jail, "return 2", "null", "2");
  g_assert_cmpint (g_get_monotonic_time () - begin, <, G_USEC_PER_SEC);
  g_assert_cmpint (kill (g_array_index (before, int, 0), 0), ==, -1);
}

static void
test_close (void)
{
  EnlaceJail *jail = enlace_jail_new (fixture_get_program (), 2);
  DexFuture *busy = fixture_begin (jail, 1, "while (true);", "null", 5000);
  DexFuture *waiting[4];
  g_autoptr(GError) error = NULL;
  g_autoptr(GArray) pids = NULL;
  gint64 begin;

  for (guint i = 0; i < G_N_ELEMENTS (waiting); i++)
    waiting[i] = fixture_begin (jail, 2, "while (true);", "null", 5000);
  while (enlace_jail_count (jail) < 2)
    g_thread_yield ();

  begin = g_get_monotonic_time ();
  enlace_jail_free (jail);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, G_USEC_PER_SEC);
  g_assert_null (fixture_wait (busy, &error));
  g_assert_error (error, ENLACE_JAIL_ERROR, ENLACE_JAIL_ERROR_STOPPED);
  for (guint i = 0; i < G_N_ELEMENTS (waiting); i++)
    g_assert_null (fixture_wait (waiting[i], NULL));
  pids = list_processes ();
  g_assert_cmpuint (pids->len, ==, 0);
}

/* Returns once a process that was idle has begun to compute. */
static void
await_running (int pid)
{
  while (TRUE)
    {
      g_autofree char *state = read_status (pid, "State:");

      if (*state == 'R')
        return;
      g_thread_yield ();
    }
}

/* A process that something else killed while it ran, and one while it was idle. */
static void
test_lost (void)
{
  g_autoptr(EnlaceJail) jail = enlace_jail_new (fixture_get_program (), 1);
  g_autoptr(GError) error = NULL;
  g_autoptr(GArray) pids = NULL;
  g_autoptr(GArray) idle = NULL;
  DexFuture *future;

  fixture_check (jail, "return 1", "null", "1");
  pids = list_processes ();
  future = fixture_begin (jail, 1, "while (true);", "null", 5000);
  await_running (g_array_index (pids, int, 0));
  g_test_expect_message ("enlace-jail", G_LOG_LEVEL_WARNING, "*signal 9*");
  kill (g_array_index (pids, int, 0), SIGKILL);
  g_assert_null (fixture_wait (future, &error));
  g_assert_error (error, ENLACE_JAIL_ERROR, ENLACE_JAIL_ERROR_LOST);
  fixture_check (jail, "return 2", "null", "2");
  g_test_assert_expected_messages ();

  idle = list_processes ();
  g_test_expect_message ("enlace-jail", G_LOG_LEVEL_WARNING, "*signal 9*");
  kill (g_array_index (idle, int, 0), SIGKILL);
  while (enlace_jail_count (jail) > 0)
    g_thread_yield ();
  fixture_check (jail, "return 3", "null", "3");
  g_test_assert_expected_messages ();
}

/* One that does not even look at its clock is killed from outside. */
static void
test_stuck (void)
{
  g_autoptr(EnlaceJail) jail = enlace_jail_new (fixture_get_program (), 1);
  g_autoptr(EnlaceJailResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(GArray) pids = NULL;

  fixture_check (jail, "return 1", "null", "1");
  pids = list_processes ();
  kill (g_array_index (pids, int, 0), SIGSTOP);
  result = fixture_wait (fixture_begin (jail, 1, "return 2", "null", 200), &error);
  g_assert_no_error (error);
  g_assert_cmpint (result->outcome, ==, ENLACE_JAIL_TIME);
  g_assert_cmpstr (result->text, ==, "The code ran for longer than 200 ms");
  g_assert_cmpint (kill (g_array_index (pids, int, 0), 0), ==, -1);
  fixture_check (jail, "return 3", "null", "3");
}

static void
check_start_error (const char *program,
                   const char *message)
{
  g_autoptr(EnlaceJail) jail = enlace_jail_new (program, 2);
  g_autoptr(GError) error = NULL;

  g_test_expect_message ("enlace-jail", G_LOG_LEVEL_WARNING, message);
  g_assert_null (fixture_wait (fixture_begin (jail, 1, "return 1", "null", 1000), &error));
  g_assert_error (error, ENLACE_JAIL_ERROR, ENLACE_JAIL_ERROR_START);
  g_assert_true (g_pattern_match_simple (message, error->message));
  g_test_assert_expected_messages ();
}

static void
test_no_program (void)
{
  check_start_error ("/nonexistent/enlace-jail", "*cannot be started*");
  check_start_error ("/bin/false", "*status 1*");
}

/* On a machine without seccomp the code does not run, and the person reads why. */
static void
test_no_filter (void)
{
  scmp_filter_ctx filter;

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
      g_test_trap_assert_passed ();
      return;
    }

  filter = seccomp_init (SCMP_ACT_ALLOW);
  g_assert_cmpint (seccomp_rule_add (filter, SCMP_ACT_ERRNO (EINVAL), SCMP_SYS (seccomp), 1, SCMP_A0 (SCMP_CMP_EQ, 1)), ==, 0);
  g_assert_cmpint (seccomp_rule_add (filter, SCMP_ACT_ERRNO (EINVAL), SCMP_SYS (prctl), 1, SCMP_A0 (SCMP_CMP_EQ, PR_SET_SECCOMP)), ==, 0);
  g_assert_cmpint (seccomp_load (filter), ==, 0);
  seccomp_release (filter);
  check_start_error (fixture_get_program (), "*refuses to work*seccomp*");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();

  g_test_add_func ("/jail/pool/locks-its-processes-up", test_process);
  g_test_add_func ("/jail/pool/keeps-a-process-for-its-organisation", test_reuse);
  g_test_add_func ("/jail/pool/replaces-a-process-after-a-thousand-calls", test_replacement);
  g_test_add_func ("/jail/pool/serves-a-crowd", test_crowd);
  g_test_add_func ("/jail/pool/passes-large-values-and-refuses-larger-ones", test_large);
  g_test_add_func ("/jail/pool/kills-what-nobody-waits-for", test_cancel);
  g_test_add_func ("/jail/pool/kills-everything-when-closed", test_close);
  g_test_add_func ("/jail/pool/survives-a-lost-process", test_lost);
  g_test_add_func ("/jail/pool/kills-what-is-stuck", test_stuck);
  g_test_add_func ("/jail/pool/says-that-the-program-does-not-start", test_no_program);
  g_test_add_func ("/jail/pool/runs-nothing-without-the-filter", test_no_filter);

  return g_test_run ();
}
