/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The command line, by running the program. */

#define G_LOG_DOMAIN "enlace-test"

#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <string.h>

#include "server/command.h"
#include "tests/support/server.h"

/* Runs enlaced with arguments; gives its exit status, and what it printed. */
static int
run (char              **output,
     char              **errors,
     const char *const  *arguments)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr(GSubprocess) process = NULL;
  g_auto(GStrv) argv = NULL;
  g_autofree char *out = NULL, *err = NULL;

  g_strv_builder_add (builder, g_getenv ("ENLACED"));
  g_strv_builder_addv (builder, (const char **) arguments);
  argv = g_strv_builder_end (builder);
  process = g_subprocess_newv ((const char *const *) argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &out, &err, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  if (output != NULL)
    *output = g_steal_pointer (&out);
  if (errors != NULL)
    *errors = g_steal_pointer (&err);

  return g_subprocess_get_exit_status (process);
}

#define RUN(output, errors, ...) run (output, errors, (const char *[]) { __VA_ARGS__, NULL })

static char *
hash_of (const char *dir,
         const char *name)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);
  g_autofree char *bytes = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, (guchar *) bytes, length);
}

static void
test_usage (void)
{
  g_autofree char *errors = NULL;

  g_assert_cmpint (RUN (NULL, &errors, "--no-such-option"), ==, ENLACE_EXIT_USAGE);
  g_assert_nonnull (strstr (errors, "no-such-option"));
  g_assert_cmpint (RUN (NULL, NULL, "dance"), ==, ENLACE_EXIT_USAGE);
  g_assert_cmpint (RUN (NULL, NULL, "init", "--data-dir", "/nonexistent"), ==, ENLACE_EXIT_USAGE);
  g_assert_cmpint (RUN (NULL, NULL, "init", "--admin-email", "nobody"), ==, ENLACE_EXIT_USAGE);
  g_assert_cmpint (RUN (NULL, NULL, "version", "more"), ==, ENLACE_EXIT_USAGE);
  g_assert_cmpint (RUN (NULL, NULL, "--tier", "gold"), ==, ENLACE_EXIT_USAGE);
  g_assert_cmpint (RUN (NULL, NULL, "--allow-address", "127.0.0.1/64"), ==, ENLACE_EXIT_USAGE);
  g_assert_cmpint (RUN (NULL, NULL, "--listen", "nowhere"), ==, ENLACE_EXIT_USAGE);
  g_assert_cmpint (RUN (NULL, NULL, "eval"), ==, ENLACE_EXIT_USAGE);
}

static void
test_version (void)
{
  g_autofree char *output = NULL, *help = NULL;

  g_assert_cmpint (RUN (&output, NULL, "version"), ==, ENLACE_EXIT_DONE);
  g_assert_true (g_str_has_prefix (output, "enlaced "));
  g_assert_cmpint (RUN (&help, NULL, "--help"), ==, ENLACE_EXIT_DONE);
  g_assert_nonnull (strstr (help, "--allow-address"));
}

static void
test_missing_commands_say_so (void)
{
  g_autofree char *errors = NULL;

  g_assert_cmpint (RUN (NULL, &errors, "backup", "x"), ==, ENLACE_EXIT_FAILED);
  g_assert_nonnull (strstr (errors, "not available"));
}

static void
test_eval (void)
{
  g_autofree char *output = NULL, *typed = NULL, *errors = NULL, *scope = NULL;
  int fd = g_file_open_tmp ("enlace-scope-XXXXXX", &scope, NULL);

  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (scope, "{\"trigger\":{\"body\":{\"amount\":129.5,\"lines\":[1,2]}}}", -1, NULL));

  g_assert_cmpint (RUN (&output, NULL, "eval", "1 + 2 * 3"), ==, ENLACE_EXIT_DONE);
  g_assert_cmpstr (output, ==, "7\n");
  g_assert_cmpint (RUN (&typed, NULL, "eval", "--scope", scope, "{'total': trigger.body.amount * 2, 'n': size(trigger.body.lines)}"), ==, ENLACE_EXIT_DONE);
  g_assert_cmpstr (typed, ==, "{\"total\":259.0,\"n\":2}\n");
  g_assert_cmpint (RUN (NULL, &errors, "eval", "--scope", scope, "trigger.body.amout"), ==, ENLACE_EXIT_FAILED);
  g_assert_nonnull (strstr (errors, "trigger.body.amout"));
  g_assert_nonnull (strstr (errors, "amount"));
  g_assert_cmpint (RUN (NULL, NULL, "eval", "1 +"), ==, ENLACE_EXIT_FAILED);
  g_assert_cmpint (RUN (NULL, NULL, "eval", "1 / 0"), ==, ENLACE_EXIT_FAILED);
  g_unlink (scope);
}

static void
test_eval_cases (void)
{
  static const char cases[] =
    "{\"name\":\"own\",\"tests\":[{\"section\":\"a\",\"name\":\"right\",\"expr\":\"x + 1\",\"bindings\":{\"x\":{\"type\":\"int\",\"value\":\"1\"}},"
    "\"value\":{\"type\":\"int\",\"value\":\"2\"}},{\"section\":\"a\",\"name\":\"fails\",\"expr\":\"1 / 0\",\"error\":[\"divide\"]},"
    "{\"section\":\"a\",\"name\":\"wrong\",\"expr\":\"1 + 1\",\"value\":{\"type\":\"int\",\"value\":\"3\"}}]}";
  g_autofree char *path = NULL, *output = NULL;
  int fd = g_file_open_tmp ("enlace-cases-XXXXXX", &path, NULL);

  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (path, cases, -1, NULL));
  g_assert_cmpint (RUN (&output, NULL, "eval", "--cases", path), ==, ENLACE_EXIT_FAILED);
  g_assert_true (g_str_has_suffix (output, "\n2 passed, 1 failed\n"));
  g_assert_nonnull (strstr (output, "wrong"));
  g_unlink (path);
}

static void
test_init_once (void)
{
  g_autofree char *dir = g_dir_make_tmp ("enlace-init-XXXXXX", NULL);
  g_autofree char *key = NULL, *second = NULL, *errors = NULL, *before = NULL, *after = NULL, *master = NULL;
  GStatBuf status;

  g_assert_cmpint (RUN (&key, NULL, "init", "--data-dir", dir, "--admin-email", "admin@example.org"), ==, ENLACE_EXIT_DONE);
  g_assert_true (g_regex_match_simple ("^enl_[0-9A-Za-z]{36}\n$", key, 0, 0));
  master = g_build_filename (dir, "master.key", NULL);
  g_assert_cmpint (g_stat (master, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);

  before = hash_of (dir, "enlace.db");
  g_assert_cmpint (RUN (&second, &errors, "init", "--data-dir", dir, "--admin-email", "admin@example.org"), ==, ENLACE_EXIT_FAILED);
  after = hash_of (dir, "enlace.db");
  g_assert_cmpstr (second, ==, "");
  g_assert_cmpstr (before, ==, after);
  g_assert_cmpint (RUN (NULL, NULL, "check", "--data-dir", dir), ==, ENLACE_EXIT_DONE);
  g_assert_cmpint (RUN (NULL, NULL, "migrate", "--data-dir", dir), ==, ENLACE_EXIT_DONE);
  test_remove_tree (dir);
}

static void
test_no_store (void)
{
  g_autofree char *dir = g_dir_make_tmp ("enlace-none-XXXXXX", NULL);
  g_autofree char *errors = NULL;

  g_assert_cmpint (RUN (NULL, &errors, "--data-dir", dir, "--listen", "127.0.0.1:0"), ==, ENLACE_EXIT_FAILED);
  g_assert_nonnull (strstr (errors, "init"));
  g_assert_cmpint (RUN (NULL, NULL, "check", "--data-dir", dir), ==, ENLACE_EXIT_FAILED);
  test_remove_tree (dir);
}

static void
test_wrong_master_key (void)
{
  g_autofree char *dir = g_dir_make_tmp ("enlace-key-XXXXXX", NULL);
  g_autofree char *master = g_build_filename (dir, "master.key", NULL);
  g_autofree char *errors = NULL, *before = NULL, *after = NULL, *right = NULL;
  gsize length;

  g_assert_cmpint (RUN (NULL, NULL, "init", "--data-dir", dir, "--admin-email", "admin@example.org"), ==, ENLACE_EXIT_DONE);
  g_assert_true (g_file_get_contents (master, &right, &length, NULL));
  right[length / 2] ^= 1;
  g_assert_true (g_file_set_contents_full (master, right, length, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
  before = hash_of (dir, "enlace.db");
  g_assert_cmpint (RUN (NULL, &errors, "--data-dir", dir, "--listen", "127.0.0.1:0"), ==, ENLACE_EXIT_FAILED);
  after = hash_of (dir, "enlace.db");
  g_assert_nonnull (strstr (errors, "master key"));
  g_assert_cmpstr (before, ==, after);
  test_remove_tree (dir);
}

static void
test_held (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *errors = NULL;
  g_autofree char *pid = g_strdup (g_subprocess_get_identifier (server->process));

  g_assert_cmpint (RUN (NULL, &errors, "--data-dir", server->data_dir, "--listen", "127.0.0.1:0"), ==, ENLACE_EXIT_HELD);
  g_assert_nonnull (strstr (errors, pid));
  g_assert_cmpint (RUN (NULL, NULL, "migrate", "--data-dir", server->data_dir), ==, ENLACE_EXIT_HELD);
  g_assert_cmpint (RUN (NULL, NULL, "check", "--data-dir", server->data_dir), ==, ENLACE_EXIT_DONE);
  g_assert_cmpint (test_server_stop (server), ==, ENLACE_EXIT_DONE);
}

static void
test_address_in_use (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *dir = g_dir_make_tmp ("enlace-port-XXXXXX", NULL);
  g_autofree char *listen = g_strdup_printf ("127.0.0.1:%u", server->port);
  g_autofree char *errors = NULL;

  g_assert_cmpint (RUN (NULL, NULL, "init", "--data-dir", dir, "--admin-email", "admin@example.org"), ==, ENLACE_EXIT_DONE);
  g_assert_cmpint (RUN (NULL, &errors, "--data-dir", dir, "--listen", listen), ==, ENLACE_EXIT_FAILED);
  g_assert_nonnull (strstr (errors, listen));
  test_remove_tree (dir);
}

/* The desktop's own server ends with the desktop. */
static void
test_parent_ends (void)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *dir = g_dir_make_tmp ("enlace-parent-XXXXXX", NULL);
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr(GSubprocess) process = NULL;
  int ends[2];

  g_assert_cmpint (RUN (NULL, NULL, "init", "--data-dir", dir, "--admin-email", "admin@example.org"), ==, ENLACE_EXIT_DONE);
  g_assert_true (g_unix_open_pipe (ends, O_CLOEXEC, &error));
  g_subprocess_launcher_take_fd (launcher, ends[0], 7);
  process = g_subprocess_launcher_spawn (launcher, &error, g_getenv ("ENLACED"), "--data-dir", dir, "--listen", "127.0.0.1:0", "--parent-fd", "7", NULL);
  g_assert_no_error (error);
  g_close (ends[1], NULL);
  g_assert_true (g_subprocess_wait (process, NULL, &error));
  g_assert_true (g_subprocess_get_successful (process));
  test_remove_tree (dir);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/command/says-what-is-wrong-with-its-arguments", test_usage);
  g_test_add_func ("/command/prints-its-version", test_version);
  g_test_add_func ("/command/says-what-is-not-available", test_missing_commands_say_so);
  g_test_add_func ("/command/evaluates-an-expression", test_eval);
  g_test_add_func ("/command/runs-a-file-of-cases", test_eval_cases);
  g_test_add_func ("/command/makes-a-store-once", test_init_once);
  g_test_add_func ("/command/wants-a-store", test_no_store);
  g_test_add_func ("/command/refuses-a-wrong-master-key-and-changes-nothing", test_wrong_master_key);
  g_test_add_func ("/command/exits-3-when-the-store-is-held", test_held);
  g_test_add_func ("/command/says-when-the-address-is-taken", test_address_in_use);
  g_test_add_func ("/command/ends-with-its-parent", test_parent_ends);

  return g_test_run ();
}
