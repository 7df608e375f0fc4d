/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include "src/client/server-process.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "src/client/client.h"
#include "tests/src/support/wait.h"

typedef struct {
  char                *folder;
  char                *data_dir;
  EnlaceServerProcess *server;
} Fixture;

static const char *
program (void)
{
  const char *path = g_getenv ("ENLACED");

  g_assert_nonnull (path);
  return path;
}

static EnlaceServerProcess *
new_server (Fixture *fixture)
{
  EnlaceServerProcess *server = enlace_server_process_new (program (), fixture->data_dir);

  g_object_set (server, "place", ENLACE_SECRETS_FILE, NULL);

  return server;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr(GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("enlace-server-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->data_dir = g_build_filename (fixture->folder, "enlace", NULL);
  fixture->server = new_server (fixture);
}

static void
remove_tree (const char *path)
{
  g_autoptr(GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_unlink (child) != 0)
        remove_tree (child);
    }
  g_rmdir (path);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  test_wait (enlace_server_process_stop (fixture->server));
  test_run_pending ();
  g_assert_finalize_object (fixture->server);
  remove_tree (fixture->folder);
  g_free (fixture->data_dir);
  g_free (fixture->folder);
}

static gboolean
is_ready (gpointer data)
{
  EnlaceServerState state = enlace_server_process_get_state (((Fixture *) data)->server);

  g_assert_cmpint (state, !=, ENLACE_SERVER_FAILED);

  return state == ENLACE_SERVER_READY;
}

static gboolean
is_failed (gpointer data)
{
  return enlace_server_process_get_state (((Fixture *) data)->server) == ENLACE_SERVER_FAILED;
}

static guint
get_port (Fixture *fixture)
{
  guint port;

  g_object_get (fixture->server, "port", &port, NULL);

  return port;
}

static void
start (Fixture *fixture)
{
  enlace_server_process_start (fixture->server);
  test_wait_until (is_ready, fixture);
}

/* The server takes the key. */
static void
assert_serves (Fixture *fixture)
{
  EnlaceClient *client = enlace_client_new ();
  g_autoptr(EnlaceClientReply) reply = NULL;

  enlace_client_connect (client, enlace_server_process_get_address (fixture->server), enlace_server_process_get_key (fixture->server));
  reply = test_wait_boxed (enlace_client_call (client, "GET", "workflows", NULL, NULL));
  g_assert_cmpuint (enlace_client_reply_get_status (reply), ==, 200);
  enlace_client_disconnect (client);
  test_run_pending ();
  g_object_unref (client);
}

static void
record_cb (EnlaceServerProcess *server,
           GParamSpec          *pspec,
           GString             *states)
{
  g_autoptr(GEnumClass) klass = g_type_class_ref (ENLACE_TYPE_SERVER_STATE);

  g_string_append_printf (states, "%s ", g_enum_get_value (klass, enlace_server_process_get_state (server))->value_nick);
}

static void
test_makes_a_store_at_the_first_start (Fixture       *fixture,
                                       gconstpointer  data)
{
  g_autoptr(GString) states = g_string_new (NULL);
  g_autofree char *beside = g_strconcat (fixture->data_dir, ".new", NULL);
  g_autofree char *master_key = g_build_filename (fixture->data_dir, "master.key", NULL);

  g_signal_connect (fixture->server, "notify::state", G_CALLBACK (record_cb), states);
  start (fixture);
  assert_serves (fixture);
  g_assert_cmpstr (states->str, ==, "unlocking preparing starting ready ");
  g_assert_false (g_file_test (beside, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (master_key, G_FILE_TEST_EXISTS));

  test_wait (enlace_server_process_stop (fixture->server));
  g_assert_cmpstr (states->str, ==, "unlocking preparing starting ready stopping stopped ");
}

static void
test_keeps_its_port_and_key (Fixture       *fixture,
                             gconstpointer  data)
{
  g_autofree char *address = NULL;
  g_autofree char *key = NULL;
  guint port;

  start (fixture);
  address = g_strdup (enlace_server_process_get_address (fixture->server));
  key = g_strdup (enlace_server_process_get_key (fixture->server));
  port = get_port (fixture);
  g_assert_cmpuint (port, >, 0);
  test_wait (enlace_server_process_stop (fixture->server));
  test_run_pending ();
  g_assert_finalize_object (fixture->server);

  fixture->server = new_server (fixture);
  g_object_set (fixture->server, "port", port, NULL);
  start (fixture);
  g_assert_cmpstr (enlace_server_process_get_address (fixture->server), ==, address);
  g_assert_cmpstr (enlace_server_process_get_key (fixture->server), ==, key);
  assert_serves (fixture);
}

static void
moved_cb (EnlaceServerProcess *server,
          guint               *count)
{
  (*count)++;
}

static void
test_says_when_its_port_is_taken (Fixture       *fixture,
                                  gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GSocketListener) other = g_socket_listener_new ();
  guint port = g_socket_listener_add_any_inet_port (other, NULL, &error);
  guint count = 0;

  g_assert_no_error (error);
  g_object_set (fixture->server, "port", port, NULL);
  g_signal_connect (fixture->server, "moved", G_CALLBACK (moved_cb), &count);
  start (fixture);
  g_assert_cmpuint (get_port (fixture), !=, port);
  g_assert_cmpuint (count, ==, 1);
  assert_serves (fixture);
}

static gboolean
is_restarting (gpointer data)
{
  return enlace_server_process_get_state (((Fixture *) data)->server) == ENLACE_SERVER_RESTARTING;
}

static void
test_comes_back_after_a_crash (Fixture       *fixture,
                               gconstpointer  data)
{
  guint count = 0;
  guint port;
  GPid pid;

  start (fixture);
  g_signal_connect (fixture->server, "moved", G_CALLBACK (moved_cb), &count);
  port = get_port (fixture);
  for (int i = 0; i < 2; i++)
    {
      pid = enlace_server_process_get_pid (fixture->server);
      g_assert_cmpint (pid, >, 0);
      g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
      test_wait_until (is_restarting, fixture);
      g_assert_null (enlace_server_process_get_address (fixture->server));
      test_wait_until (is_ready, fixture);
      g_assert_cmpint (enlace_server_process_get_pid (fixture->server), !=, pid);
    }

  g_assert_cmpuint (get_port (fixture), ==, port);
  g_assert_cmpuint (count, ==, 0);
  assert_serves (fixture);
}

static void
test_waits_for_who_holds_the_store (Fixture       *fixture,
                                    gconstpointer  data)
{
  g_autofree char *lock = g_build_filename (fixture->data_dir, "lock", NULL);
  int fd;

  start (fixture);
  test_wait (enlace_server_process_stop (fixture->server));

  /* Held for good: it says so. */
  fd = g_open (lock, O_RDWR | O_CLOEXEC, 0);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (flock (fd, LOCK_EX | LOCK_NB), ==, 0);
  enlace_server_process_start (fixture->server);
  test_wait_until (is_failed, fixture);
  g_assert_error (enlace_server_process_get_failure (fixture->server), ENLACE_SERVER_ERROR, ENLACE_SERVER_ERROR_HELD);

  /* Held a moment longer by one that ends: it waits. */
  enlace_server_process_start (fixture->server);
  test_wait_until (is_restarting, fixture);
  close (fd);
  test_wait_until (is_ready, fixture);
  g_assert_null (enlace_server_process_get_failure (fixture->server));
}

static void
test_misses_keys_that_are_gone (Fixture       *fixture,
                                gconstpointer  data)
{
  g_autofree char *keys = g_build_filename (fixture->data_dir, ENLACE_SECRETS_FILE_NAME, NULL);
  g_autofree char *away = g_build_filename (fixture->folder, "away", NULL);

  start (fixture);
  test_wait (enlace_server_process_stop (fixture->server));
  g_assert_cmpint (g_rename (keys, away), ==, 0);
  enlace_server_process_start (fixture->server);
  test_wait_until (is_failed, fixture);
  g_assert_error (enlace_server_process_get_failure (fixture->server), ENLACE_SERVER_ERROR, ENLACE_SERVER_ERROR_KEYS_MISSING);

  g_assert_cmpint (g_rename (away, keys), ==, 0);
  start (fixture);
  assert_serves (fixture);
}

static void
test_says_that_a_key_is_wrong (Fixture       *fixture,
                               gconstpointer  data)
{
  g_autofree guint8 *wrong = g_malloc0 (32);
  g_autofree char *encoded = g_base64_encode (wrong, 32);

  start (fixture);
  test_wait (enlace_server_process_stop (fixture->server));
  test_wait (enlace_secrets_store (ENLACE_SECRETS_FILE, fixture->data_dir, fixture->data_dir, ENLACE_SECRET_MASTER_KEY, encoded));
  enlace_server_process_start (fixture->server);
  test_wait_until (is_failed, fixture);
  g_assert_error (enlace_server_process_get_failure (fixture->server), ENLACE_SERVER_ERROR, ENLACE_SERVER_ERROR_ENDED);
  g_assert_nonnull (strstr (enlace_server_process_get_failure (fixture->server)->message, "key"));
}

static void
test_says_that_the_program_is_missing (Fixture       *fixture,
                                       gconstpointer  data)
{
  g_assert_finalize_object (fixture->server);
  fixture->server = enlace_server_process_new ("/nowhere/enlaced", fixture->data_dir);
  g_object_set (fixture->server, "place", ENLACE_SECRETS_FILE, NULL);
  enlace_server_process_start (fixture->server);
  test_wait_until (is_failed, fixture);
  g_assert_error (enlace_server_process_get_failure (fixture->server), ENLACE_SERVER_ERROR, ENLACE_SERVER_ERROR_PROGRAM);
}

static void
test_begins_anew_after_a_cut_off_start (Fixture       *fixture,
                                        gconstpointer  data)
{
  g_autofree char *beside = g_strconcat (fixture->data_dir, ".new", NULL);
  g_autofree char *keys = g_build_filename (beside, ENLACE_SECRETS_FILE_NAME, NULL);
  g_autofree char *database = g_build_filename (beside, "enlace.db", NULL);

  g_assert_cmpint (g_mkdir (beside, 0700), ==, 0);
  g_assert_true (g_file_set_contents (keys, "[keys]\nmaster-key=AAAA\n", -1, NULL));
  g_assert_true (g_file_set_contents (database, "half", -1, NULL));
  start (fixture);
  assert_serves (fixture);
  g_assert_false (g_file_test (beside, G_FILE_TEST_EXISTS));
}

static gboolean
holds (GPid        pid,
       const char *file,
       const char *secret)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/%s", (int) pid, file);
  g_autofree char *contents = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
  g_assert_cmpuint (length, >, 0);

  return memmem (contents, length, secret, strlen (secret)) != NULL;
}

static void
test_shows_no_secret (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autofree char *master_key = NULL;
  const char *key;
  GPid pid;

  start (fixture);
  pid = enlace_server_process_get_pid (fixture->server);
  key = enlace_server_process_get_key (fixture->server);
  master_key = test_wait_string (enlace_secrets_lookup (ENLACE_SECRETS_FILE, fixture->data_dir, ENLACE_SECRET_MASTER_KEY));
  g_assert_true (holds (pid, "cmdline", fixture->data_dir));
  g_assert_false (holds (pid, "cmdline", key));
  g_assert_false (holds (pid, "cmdline", master_key));
  g_assert_false (holds (pid, "environ", key));
  g_assert_false (holds (pid, "environ", master_key));
}

static void
test_stops_in_every_state (Fixture       *fixture,
                           gconstpointer  data)
{
  /* Before it has begun, in the midst of making the store, and twice at once. */
  test_wait (enlace_server_process_stop (fixture->server));
  enlace_server_process_start (fixture->server);
  test_wait (enlace_server_process_stop (fixture->server));
  g_assert_cmpint (enlace_server_process_get_state (fixture->server), ==, ENLACE_SERVER_STOPPED);

  start (fixture);
  test_wait (dex_future_all (enlace_server_process_stop (fixture->server), enlace_server_process_stop (fixture->server), NULL));
  g_assert_cmpint (enlace_server_process_get_state (fixture->server), ==, ENLACE_SERVER_STOPPED);
  g_assert_cmpint (enlace_server_process_get_pid (fixture->server), ==, 0);
}

/* What the test below kills: serves, says the server's process, and waits. */
G_NORETURN static void
be_a_parent (const char *data_dir)
{
  Fixture fixture = { NULL, (char *) data_dir, NULL };

  dex_init ();
  fixture.server = new_server (&fixture);
  start (&fixture);
  g_print ("%d\n", (int) enlace_server_process_get_pid (fixture.server));
  for (;;)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_ends_with_its_parent (Fixture       *fixture,
                           gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GSubprocess) parent = NULL;
  g_autoptr(GDataInputStream) lines = NULL;
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *line = NULL;
  g_autofree char *lock = g_build_filename (fixture->data_dir, "lock", NULL);
  int fd;

  parent = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, self, "--parent", fixture->data_dir, NULL);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (parent));
  line = g_data_input_stream_read_line (lines, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (kill (atoi (line), 0), ==, 0);

  g_subprocess_force_exit (parent);
  g_subprocess_wait (parent, NULL, &error);
  g_assert_no_error (error);

  /* The lock is free when the server has ended; waiting for it is waiting for that. */
  fd = g_open (lock, O_RDWR | O_CLOEXEC, 0);
  g_assert_cmpint (fd, >=, 0);
  alarm (30);
  g_assert_cmpint (flock (fd, LOCK_EX), ==, 0);
  alarm (0);
  close (fd);
}

static void
test_lives_with_the_keyring (Fixture       *fixture,
                             gconstpointer  data)
{
  g_autofree char *file = g_build_filename (fixture->data_dir, ENLACE_SECRETS_FILE_NAME, NULL);
  g_autofree char *key = NULL;

  if (g_getenv ("ENLACE_TEST_KEYRING") == NULL)
    {
      g_test_skip ("not in a session with a keyring of its own");
      return;
    }

  g_object_set (fixture->server, "place", ENLACE_SECRETS_KEYRING, NULL);
  start (fixture);
  key = g_strdup (enlace_server_process_get_key (fixture->server));
  g_assert_false (g_file_test (file, G_FILE_TEST_EXISTS));
  test_wait (enlace_server_process_stop (fixture->server));
  start (fixture);
  g_assert_cmpstr (enlace_server_process_get_key (fixture->server), ==, key);
  assert_serves (fixture);
}

#define ADD(path, function) g_test_add ("/client/server-process/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  if (argc == 3 && g_str_equal (argv[1], "--parent"))
    be_a_parent (argv[2]);

  g_test_init (&argc, &argv, NULL);
  dex_init ();

  ADD ("makes-a-store-at-the-first-start", test_makes_a_store_at_the_first_start);
  ADD ("keeps-its-port-and-key", test_keeps_its_port_and_key);
  ADD ("says-when-its-port-is-taken", test_says_when_its_port_is_taken);
  ADD ("comes-back-after-a-crash", test_comes_back_after_a_crash);
  ADD ("waits-for-who-holds-the-store", test_waits_for_who_holds_the_store);
  ADD ("misses-keys-that-are-gone", test_misses_keys_that_are_gone);
  ADD ("says-that-a-key-is-wrong", test_says_that_a_key_is_wrong);
  ADD ("says-that-the-program-is-missing", test_says_that_the_program_is_missing);
  ADD ("begins-anew-after-a-cut-off-start", test_begins_anew_after_a_cut_off_start);
  ADD ("shows-no-secret", test_shows_no_secret);
  ADD ("stops-in-every-state", test_stops_in_every_state);
  ADD ("ends-with-its-parent", test_ends_with_its_parent);
  ADD ("lives-with-the-keyring", test_lives_with_the_keyring);

  return g_test_run ();
}
