/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A disk without space: events are refused with 503, nothing that was accepted is lost, and the server goes on when there is space again. */

#define G_LOG_DOMAIN "enlace-test"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "tests/support/load.h"
#include "tests/support/runs.h"
#include "tests/support/shim.h"

#define N_SENDERS 6
#define N_FILLINGS 2

static const char document[] =
  "{\"schema\":1,\"nodes\":["
  "{\"id\":\"hook\",\"type\":\"trigger.webhook\",\"name\":\"Order\",\"position\":[0,0],\"parameters\":{}},"
  "{\"id\":\"tell\",\"type\":\"http.request\",\"name\":\"Tell\",\"position\":[480,0],\"parameters\":{\"method\":\"POST\","
  "\"url\":\"http://127.0.0.1:%u/orders\",\"body\":\"{{ trigger.body }}\",\"repeat\":\"always\"},"
  "\"retry\":{\"max_attempts\":10,\"initial_ms\":50,\"factor\":2,\"max_ms\":1000}}],"
  "\"edges\":[{\"from\":\"hook\",\"to\":\"tell\"}],\"notes\":[]}";

static const char *const options[] = { "--allow-address", "127.0.0.0/8", NULL };

/* Waits until the load has had this many more replies of a kind. */
static void
await_more (TestLoad  *load,
            guint    (*count) (TestLoad *),
            guint      n_more)
{
  guint goal = count (load) + n_more;
  gint64 deadline = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  while (count (load) < goal)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_usleep (5000);
    }
}

/* Every write fails, in the middle of whatever is under way. */
static void
test_writes_fail (void)
{
  g_autoptr(TestShim) shim = test_shim_new ();
  g_autoptr(TestReceiver) receiver = test_receiver_new ();
  g_autoptr(TestServer) server = test_server_new (options);
  g_autofree char *text = g_strdup_printf (document, test_receiver_get_port (receiver));
  g_autofree char *address = NULL, *id = test_server_publish (server, "Disk", text, &address);
  g_autoptr(TestLoad) load = test_load_start (server, address, N_SENDERS);
  const char *pid = g_subprocess_get_identifier (server->process);
  g_autofree char *first = g_strdup (pid);

  for (guint i = 0; i < N_FILLINGS; i++)
    {
      await_more (load, test_load_get_accepted, 30);
      test_shim_set_disk_full (shim, TRUE);
      await_more (load, test_load_get_refused, N_SENDERS);
      {
        g_autoptr(TestReply) ready = test_server_call (server, "GET", "/readyz", NULL, NULL);
        g_autoptr(TestReply) alive = test_server_expect (server, 200, "GET", "/healthz", NULL);
        g_autoptr(TestReply) read = test_server_expect (server, 200, "GET", "/api/integrations/workflows", NULL);
        g_autoptr(TestReply) change = test_server_call (server, "POST", "/api/integrations/workflows", "{\"name\":\"No space\"}", NULL);

        g_assert_cmpuint (change->status, ==, 503);
        g_assert_nonnull (strstr (change->headers, "application/problem+json"));
        g_assert_true (ready->status == 503 || ready->status == 200);
      }
      test_shim_set_disk_full (shim, FALSE);
    }
  await_more (load, test_load_get_accepted, 30);
  test_load_stop (load);
  g_test_message ("%u accepted, %u refused", test_load_get_accepted (load), test_load_get_refused (load));

  /* It is the same process that goes on. */
  g_assert_cmpstr (g_subprocess_get_identifier (server->process), ==, first);
  test_runs_settle (server, 20);
  test_load_check (load, receiver, "tell");
  g_assert_cmpint (test_server_stop (server), ==, 0);
}

/* Stopped, or killed, while there is no space: what was accepted is there at the next start. */
static void
test_ends_without_space (void)
{
  g_autoptr(TestShim) shim = test_shim_new ();
  g_autoptr(TestReceiver) receiver = test_receiver_new ();
  g_autoptr(TestServer) server = test_server_new (options);
  g_autofree char *text = g_strdup_printf (document, test_receiver_get_port (receiver));
  g_autofree char *address = NULL, *id = test_server_publish (server, "Disk", text, &address);
  g_autoptr(TestLoad) load = test_load_start (server, address, N_SENDERS);

  for (guint i = 0; i < 2; i++)
    {
      gint64 began;

      await_more (load, test_load_get_accepted, 30);
      test_shim_set_disk_full (shim, TRUE);
      await_more (load, test_load_get_refused, N_SENDERS);
      began = g_get_monotonic_time ();
      if (i == 0)
        test_server_kill (server);
      else
        g_assert_cmpint (test_server_stop (server), ==, 0);
      g_assert_cmpint (g_get_monotonic_time () - began, <, 10 * G_USEC_PER_SEC);
      test_shim_set_disk_full (shim, FALSE);
      test_server_start (server);
    }
  await_more (load, test_load_get_accepted, 10);
  test_load_stop (load);
  test_runs_settle (server, 20);
  test_load_check (load, receiver, "tell");
}

/* A store is made whole or not at all. */
static void
test_init_without_space (void)
{
  g_autoptr(TestShim) shim = test_shim_new ();
  g_autoptr(GError) error = NULL;
  g_autofree char *data_dir = g_dir_make_tmp ("enlace-test-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (data_dir, "enlace.db", NULL), *output = NULL, *errors = NULL;
  g_autoptr(GSubprocess) process = NULL;
  g_autoptr(TestServer) server = NULL;

  test_shim_set_disk_full (shim, TRUE);
  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE, &error, g_getenv ("ENLACED"), "init",
                              "--data-dir", data_dir, "--admin-email", "a@example.org", NULL);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &output, &errors, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 1);
  g_assert_cmpstr (output, ==, "");
  g_assert_nonnull (strstr (errors, "full"));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));

  test_shim_set_disk_full (shim, FALSE);
  server = test_server_new_in (data_dir, NULL);
  g_assert_nonnull (server->key);
}

static void
fill (const char *directory)
{
  g_autofree char *path = g_build_filename (directory, "filler", NULL);
  g_autofree char *zeros = g_malloc0 (64 * 1024);
  int fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

  g_assert_cmpint (fd, >=, 0);
  while (write (fd, zeros, 64 * 1024) > 0)
    continue;
  g_assert_cmpint (errno, ==, ENOSPC);
  g_close (fd, NULL);
}

/* A real file system that is really full; only where the test may mount one. */
static void
test_full_file_system (void)
{
  g_autofree char *directory = g_dir_make_tmp ("enlace-disk-XXXXXX", NULL);
  g_autofree char *filler = g_build_filename (directory, "filler", NULL);
  g_autoptr(TestReceiver) receiver = NULL;
  TestServer *server;
  TestLoad *load;
  g_autofree char *data_dir = NULL, *text = NULL, *address = NULL, *id = NULL;

  if (mount ("none", directory, "tmpfs", 0, "size=160m,mode=0700") != 0)
    {
      g_rmdir (directory);
      return g_test_skip ("no file system may be mounted here");
    }

  receiver = test_receiver_new ();
  data_dir = g_build_filename (directory, "data", NULL);
  server = test_server_new_in (data_dir, options);
  text = g_strdup_printf (document, test_receiver_get_port (receiver));
  id = test_server_publish (server, "Disk", text, &address);
  load = test_load_start (server, address, N_SENDERS);

  await_more (load, test_load_get_accepted, 50);
  fill (directory);
  await_more (load, test_load_get_refused, 2 * N_SENDERS);
  {
    g_autoptr(TestReply) ready = test_server_expect (server, 503, "GET", "/readyz", NULL);
  }
  g_unlink (filler);
  await_more (load, test_load_get_accepted, 50);
  test_load_stop (load);
  test_runs_settle (server, 20);
  test_load_check (load, receiver, "tell");
  g_assert_cmpint (test_server_stop (server), ==, 0);

  test_load_free (load);
  test_server_free (server);
  g_assert_cmpint (umount (directory), ==, 0);
  g_rmdir (directory);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/disk/fails-writes-for-a-while", test_writes_fail);
  g_test_add_func ("/disk/is-full-when-the-server-ends", test_ends_without_space);
  g_test_add_func ("/disk/is-full-when-a-store-is-made", test_init_without_space);
  g_test_add_func ("/disk/is-really-full", test_full_file_system);

  return g_test_run ();
}
