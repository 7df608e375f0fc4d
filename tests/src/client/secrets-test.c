/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include "src/client/secrets.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#include "tests/src/support/wait.h"

static char *
make_folder (void)
{
  g_autoptr(GError) error = NULL;
  char *path = g_dir_make_tmp ("enlace-secrets-XXXXXX", &error);

  g_assert_no_error (error);

  return path;
}

static void
remove_folder (char *path) /* taken */
{
  g_autofree char *file = g_build_filename (path, ENLACE_SECRETS_FILE_NAME, NULL);

  g_unlink (file);
  g_assert_cmpint (g_rmdir (path), ==, 0);
  g_free (path);
}

static void
check_round_trip (EnlaceSecretsPlace  place,
                  const char         *folder)
{
  g_autofree char *before = test_wait_string (enlace_secrets_lookup (place, folder, ENLACE_SECRET_API_KEY));
  g_autofree char *key = NULL;
  g_autofree char *master = NULL;

  g_assert_null (before);
  test_wait (enlace_secrets_store (place, folder, folder, ENLACE_SECRET_API_KEY, "enl_first"));
  test_wait (enlace_secrets_store (place, folder, folder, ENLACE_SECRET_MASTER_KEY, "bWFzdGVy"));
  test_wait (enlace_secrets_store (place, folder, folder, ENLACE_SECRET_API_KEY, "enl_second"));

  key = test_wait_string (enlace_secrets_lookup (place, folder, ENLACE_SECRET_API_KEY));
  master = test_wait_string (enlace_secrets_lookup (place, folder, ENLACE_SECRET_MASTER_KEY));
  g_assert_cmpstr (key, ==, "enl_second");
  g_assert_cmpstr (master, ==, "bWFzdGVy");
}

static void
test_file_is_for_this_user_alone (void)
{
  char *folder = make_folder ();
  g_autofree char *file = g_build_filename (folder, ENLACE_SECRETS_FILE_NAME, NULL);
  GStatBuf status;

  check_round_trip (ENLACE_SECRETS_FILE, folder);
  g_assert_cmpint (g_stat (file, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 07777, ==, 0600);

  remove_folder (folder);
}

static void
test_file_that_is_no_file_is_an_error (void)
{
  char *folder = make_folder ();
  g_autofree char *file = g_build_filename (folder, ENLACE_SECRETS_FILE_NAME, NULL);
  g_autofree char *message = NULL;
  g_autofree char *again = NULL;
  g_autofree char *kept = NULL;

  g_assert_true (g_file_set_contents (file, "not a key file", -1, NULL));
  message = test_wait_error (enlace_secrets_lookup (ENLACE_SECRETS_FILE, folder, ENLACE_SECRET_API_KEY), ENLACE_SECRETS_ERROR,
                             ENLACE_SECRETS_ERROR_FAILED);
  g_assert_nonnull (strstr (message, file));

  /* It is not written over either. */
  again = test_wait_error (enlace_secrets_store (ENLACE_SECRETS_FILE, folder, folder, ENLACE_SECRET_API_KEY, "x"), ENLACE_SECRETS_ERROR,
                           ENLACE_SECRETS_ERROR_FAILED);
  g_assert_true (g_file_get_contents (file, &kept, NULL, NULL));
  g_assert_cmpstr (kept, ==, "not a key file");

  remove_folder (folder);
}

static void
check_no_keyring (void)
{
  g_autofree char *lookup = NULL;
  g_autofree char *store = NULL;

  lookup = test_wait_error (enlace_secrets_lookup (ENLACE_SECRETS_KEYRING, "/nowhere", ENLACE_SECRET_API_KEY), ENLACE_SECRETS_ERROR,
                            ENLACE_SECRETS_ERROR_NO_KEYRING);
  store = test_wait_error (enlace_secrets_store (ENLACE_SECRETS_KEYRING, "/nowhere", "/nowhere", ENLACE_SECRET_API_KEY, "x"),
                           ENLACE_SECRETS_ERROR, ENLACE_SECRETS_ERROR_NO_KEYRING);
}

static void
test_says_that_there_is_no_bus (void)
{
  if (g_test_subprocess ())
    {
      g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus", TRUE);
      check_no_keyring ();
      return;
    }

  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

/* A bus that knows no service, so that none is started either. */
static GSubprocess *
start_empty_bus (const char  *folder,
                 char       **address)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *path = g_build_filename (folder, "bus.conf", NULL);
  g_autofree char *argument = g_strconcat ("--config-file=", path, NULL);
  g_autofree char *text = NULL;
  g_autoptr(GDataInputStream) lines = NULL;
  GSubprocess *bus;

  text = g_strdup_printf ("<busconfig><type>session</type><listen>unix:dir=%s</listen><policy context=\"default\">"
                          "<allow send_destination=\"*\" eavesdrop=\"true\"/><allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>", folder);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  bus = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "dbus-daemon", argument, "--nofork", "--nosyslog", "--print-address", NULL);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (bus));
  *address = g_data_input_stream_read_line (lines, NULL, NULL, &error);
  g_assert_no_error (error);
  g_unlink (path);

  return bus;
}

static void
test_says_that_there_is_no_keyring (void)
{
  g_autoptr(GSubprocess) bus = NULL;
  g_auto(GStrv) environment = NULL;
  g_autofree char *address = NULL;
  char *folder;

  if (g_test_subprocess ())
    {
      check_no_keyring ();
      return;
    }

  folder = make_folder ();
  bus = start_empty_bus (folder, &address);
  environment = g_environ_setenv (g_get_environ (), "DBUS_SESSION_BUS_ADDRESS", address, TRUE);
  g_test_trap_subprocess_with_envp (NULL, (const char *const *) environment, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
  g_subprocess_send_signal (bus, SIGTERM);
  g_subprocess_wait (bus, NULL, NULL);
  remove_folder (folder);
}

static void
test_keyring_keeps_secrets (void)
{
  char *folder;

  if (g_getenv ("ENLACE_TEST_KEYRING") == NULL)
    {
      g_test_skip ("not in a session with a keyring of its own");
      return;
    }

  folder = make_folder ();
  check_round_trip (ENLACE_SECRETS_KEYRING, folder);
  remove_folder (folder);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();

  g_test_add_func ("/client/secrets/keyring-keeps-secrets", test_keyring_keeps_secrets);
  g_test_add_func ("/client/secrets/file-is-for-this-user-alone", test_file_is_for_this_user_alone);
  g_test_add_func ("/client/secrets/file-that-is-no-file-is-an-error", test_file_that_is_no_file_is_an_error);
  g_test_add_func ("/client/secrets/says-that-there-is-no-bus", test_says_that_there_is_no_bus);
  g_test_add_func ("/client/secrets/says-that-there-is-no-keyring", test_says_that_there_is_no_keyring);

  return g_test_run ();
}
