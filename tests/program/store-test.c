/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A store that is damaged, newer, held or read-only when the server starts: it says so, exits, and changes nothing. */

#define G_LOG_DOMAIN "enlace-test"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/prctl.h>
#include <linux/capability.h>
#include <unistd.h>

#include "server/command.h"
#include "server/store/store.h"
#include "tests/support/server.h"

#define PATIENCE_SECONDS 10

/* Starts a server that is expected not to come up; gives its exit status and what it said. */
static int
run (const char             *data_dir,
     GSpawnChildSetupFunc    setup,
     char                  **errors)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr(GSubprocess) process = NULL;
  g_autofree char *output = NULL;

  if (setup != NULL)
    g_subprocess_launcher_set_child_setup (launcher, setup, NULL, NULL);
  process = g_subprocess_launcher_spawn (launcher, &error, "timeout", G_STRINGIFY (PATIENCE_SECONDS), g_getenv ("ENLACED"), "--data-dir", data_dir,
                                         "--listen", "127.0.0.1:0", NULL);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &output, errors, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (output, ==, "");
  g_assert_true (g_subprocess_get_if_exited (process));
  g_test_message ("%s", *errors);

  return g_subprocess_get_exit_status (process);
}

/* A store in which a workflow was published and ran. */
static char *
make_store (void)
{
  static const char document[] =
    "{\"schema\":1,\"nodes\":[{\"id\":\"hook\",\"type\":\"trigger.webhook\",\"name\":\"Hook\",\"position\":[0,0],\"parameters\":{}},"
    "{\"id\":\"map\",\"type\":\"data.map\",\"name\":\"Map\",\"position\":[240,0],\"parameters\":{\"fields\":[{\"path\":\"a\",\"value\":\"{{ 1 }}\"}]}}],"
    "\"edges\":[{\"from\":\"hook\",\"to\":\"map\"}],\"notes\":[]}";
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *address = NULL, *id = test_server_publish (server, "Store", document, &address);
  g_autoptr(TestReply) accepted = test_server_expect (server, 202, "POST", address, "{}");
  char *data_dir;

  g_assert_cmpint (test_server_stop (server), ==, 0);
  data_dir = server->data_dir;
  server->data_dir = g_build_filename (data_dir, "none", NULL);

  return data_dir;
}

static char *
hash_of (const char *data_dir)
{
  g_autofree char *path = g_build_filename (data_dir, "enlace.db", NULL);
  g_autofree char *bytes = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, (guchar *) bytes, length);
}

/* Writes over a part of the database file. */
static void
overwrite (const char *data_dir,
           long        place,
           gsize       length)
{
  g_autofree char *path = g_build_filename (data_dir, "enlace.db", NULL);
  g_autofree char *bytes = g_strnfill (length, '!');
  FILE *file = fopen (path, "r+");

  g_assert_nonnull (file);
  g_assert_cmpint (fseek (file, place, SEEK_SET), ==, 0);
  g_assert_cmpuint (fwrite (bytes, 1, length, file), ==, length);
  fclose (file);
}

static void
check_refused (const char *data_dir,
               const char *word)
{
  g_autofree char *before = hash_of (data_dir), *errors = NULL, *after = NULL;
  int status = run (data_dir, NULL, &errors);

  after = hash_of (data_dir);
  g_assert_cmpint (status, ==, ENLACE_EXIT_FAILED);
  if (strstr (errors, word) == NULL)
    g_error ("“%s” is not said: %s", word, errors);
  g_assert_cmpstr (before, ==, after);
}

static gint64
schema_of (const char *data_dir)
{
  g_autofree char *path = g_build_filename (data_dir, "enlace.db", NULL);
  sqlite3_stmt *query;
  gint64 schema;
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READONLY, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (db, "PRAGMA user_version", -1, &query, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (query), ==, SQLITE_ROW);
  schema = sqlite3_column_int64 (query, 0);
  sqlite3_finalize (query);
  sqlite3_close (db);

  return schema;
}

/* A store as the first version made it: its form, and the proof of its master key. */
static void
age (const char *data_dir)
{
  g_autofree char *path = g_build_filename (data_dir, "enlace.db", NULL);
  g_autofree char *old_path = g_build_filename (data_dir, "old.db", NULL);
  g_autoptr(GBytes) sql = NULL;
  g_autofree char *copy = g_strdup_printf ("ATTACH '%s' AS new; DELETE FROM meta; INSERT INTO meta SELECT * FROM new.meta;"
                                           "INSERT INTO organisations SELECT * FROM new.organisations; DETACH new;"
                                           "PRAGMA application_id = 1162759235; PRAGMA user_version = 1", path);
  sqlite3 *db;

  g_assert_true (enlace_store_exists (data_dir));
  sql = g_resources_lookup_data ("/com/alkitu/Enlace/store/migrations/0001-initial.sql", G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  g_assert_nonnull (sql);
  g_assert_cmpint (sqlite3_open (old_path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, g_bytes_get_data (sql, NULL), NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, copy, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
  g_assert_cmpint (g_rename (old_path, path), ==, 0);
}

/* A key that is wrong, or absent, does not bring an older store to this version's form; the right one does. */
static void
test_older_without_key (void)
{
  g_autofree char *data_dir = make_store ();
  g_autofree char *master = g_build_filename (data_dir, "master.key", NULL);
  g_autofree char *right = NULL, *wrong = NULL;
  g_autoptr(TestServer) server = NULL;
  gsize length;

  age (data_dir);
  g_assert_cmpint (schema_of (data_dir), ==, 1);
  g_assert_true (g_file_get_contents (master, &right, &length, NULL));
  wrong = g_memdup2 (right, length);
  wrong[0] ^= 1;

  g_assert_true (g_file_set_contents_full (master, wrong, length, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
  check_refused (data_dir, "master key");
  g_assert_cmpint (schema_of (data_dir), ==, 1);

  g_assert_cmpint (g_unlink (master), ==, 0);
  check_refused (data_dir, "master key");
  g_assert_cmpint (schema_of (data_dir), ==, 1);

  g_assert_true (g_file_set_contents_full (master, right, length, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
  server = test_server_new_in (data_dir, NULL);
  g_assert_cmpint (test_server_stop (server), ==, 0);
  g_assert_cmpint (schema_of (data_dir), >, 1);
}

static void
test_no_database (void)
{
  g_autofree char *data_dir = make_store ();

  overwrite (data_dir, 0, 100);
  check_refused (data_dir, "damaged");
  test_remove_tree (data_dir);
}

static void
test_truncated (void)
{
  g_autofree char *data_dir = make_store ();
  g_autofree char *path = g_build_filename (data_dir, "enlace.db", NULL);

  g_assert_cmpint (truncate (path, 0), ==, 0);
  check_refused (data_dir, "damaged");
  test_remove_tree (data_dir);
}

/* Killed at any moment, init has made a store or none; nothing in between is in the way of the next. */
static void
test_killed_init (void)
{
  guint n_made = 0, n_cut = 0;

  for (guint i = 0; i < 25; i++)
    {
      g_autoptr(GError) error = NULL;
      g_autofree char *data_dir = g_dir_make_tmp ("enlace-test-XXXXXX", NULL);
      g_autoptr(GSubprocess) process = NULL;
      g_autoptr(TestServer) server = NULL;

      process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error, g_getenv ("ENLACED"), "init", "--data-dir", data_dir, "--admin-email", "a@example.org", NULL);
      g_assert_no_error (error);
      g_usleep (g_test_rand_int_range (1, 60) * 1000);
      g_subprocess_force_exit (process);
      g_assert_true (g_subprocess_wait (process, NULL, NULL));

      /* Makes the store where there is none. */
      server = test_server_new_in (data_dir, NULL);
      n_made += server->key == NULL;
      n_cut += server->key != NULL;
      g_assert_cmpint (test_server_stop (server), ==, 0);
    }
  g_test_message ("%u were done, %u cut off", n_made, n_cut);
}

/* The page of the schema: everything is read through it. */
static void
test_damaged_schema (void)
{
  g_autofree char *data_dir = make_store ();

  overwrite (data_dir, 100, 3900);
  check_refused (data_dir, "damaged");
  test_remove_tree (data_dir);
}

/* Damage that is not met at the start is found by `enlaced check`. */
static void
test_damaged_page (void)
{
  g_autofree char *data_dir = make_store ();
  g_autofree char *errors = NULL, *path = g_build_filename (data_dir, "enlace.db", NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(GSubprocess) process = NULL;
  GStatBuf status;

  g_assert_cmpint (g_stat (path, &status), ==, 0);
  overwrite (data_dir, (long) status.st_size / 4096 / 2 * 4096, 4096);
  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error, g_getenv ("ENLACED"), "check", "--data-dir", data_dir, NULL);
  g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, &errors, &error);
  g_assert_no_error (error);
  g_test_message ("%s", errors);
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, ENLACE_EXIT_FAILED);
  g_assert_cmpuint (strlen (errors), >, 20);
  test_remove_tree (data_dir);
}

static void
set_user_version (const char *data_dir,
                  int         version)
{
  g_autofree char *path = g_build_filename (data_dir, "enlace.db", NULL);
  g_autofree char *sql = g_strdup_printf ("PRAGMA user_version = %d", version);
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
}

static void
test_newer (void)
{
  g_autofree char *data_dir = make_store ();

  set_user_version (data_dir, 9000);
  check_refused (data_dir, "newer");
  test_remove_tree (data_dir);
}

/* Another program's database is not made ours, nor given another journal. */
static void
test_foreign (void)
{
  g_autofree char *data_dir = make_store ();
  g_autofree char *path = g_build_filename (data_dir, "enlace.db", NULL);
  sqlite3 *db;

  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "CREATE TABLE meta (name TEXT, value TEXT)", NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
  check_refused (data_dir, "not a store");
  test_remove_tree (data_dir);
}

/* Another program's transaction on the file, not a server's lock: it is said, soon, and the next start succeeds. */
static void
test_locked (void)
{
  g_autofree char *data_dir = make_store ();
  g_autofree char *path = g_build_filename (data_dir, "enlace.db", NULL), *errors = NULL;
  g_autoptr(TestServer) server = NULL;
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE", NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (run (data_dir, NULL, &errors), ==, ENLACE_EXIT_FAILED);
  g_assert_nonnull (strstr (errors, "locked"));
  sqlite3_exec (db, "ROLLBACK", NULL, NULL, NULL);
  sqlite3_close (db);

  server = test_server_new_in (data_dir, NULL);
  g_assert_cmpint (test_server_stop (server), ==, 0);
}

/* Root may write whatever the modes say, unless it gives that up. */
static void
give_up_override_cb (gpointer data)
{
  prctl (PR_CAPBSET_DROP, CAP_DAC_OVERRIDE);
}

static void
set_modes (const char *data_dir,
           int         file_mode,
           int         dir_mode)
{
  g_autofree char *path = g_build_filename (data_dir, "enlace.db", NULL);

  g_assert_cmpint (g_chmod (path, file_mode), ==, 0);
  g_assert_cmpint (g_chmod (data_dir, dir_mode), ==, 0);
}

static void
test_read_only (void)
{
  static const struct { int file, dir; } modes[] = { { 0400, 0700 }, { 0600, 0500 }, { 0400, 0500 } };
  g_autofree char *data_dir = make_store ();
  g_autofree char *lock = g_build_filename (data_dir, "lock", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_autofree char *before = hash_of (data_dir), *errors = NULL, *after = NULL;
      int status;

      set_modes (data_dir, modes[i].file, modes[i].dir);
      status = run (data_dir, give_up_override_cb, &errors);
      set_modes (data_dir, 0600, 0700);
      after = hash_of (data_dir);
      g_assert_cmpint (status, ==, ENLACE_EXIT_FAILED);
      g_assert_true (strstr (errors, "read-only") != NULL || strstr (errors, "cannot be written") != NULL);
      g_assert_cmpstr (before, ==, after);
    }

  /* The file with the lock too. */
  {
    g_autofree char *errors = NULL;

    g_assert_cmpint (g_chmod (lock, 0400), ==, 0);
    g_assert_cmpint (run (data_dir, give_up_override_cb, &errors), ==, ENLACE_EXIT_FAILED);
    g_assert_nonnull (strstr (errors, "cannot be written"));
  }
  test_remove_tree (data_dir);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store-at-start/is-no-database", test_no_database);
  g_test_add_func ("/store-at-start/is-empty", test_truncated);
  g_test_add_func ("/store-at-start/has-a-damaged-schema", test_damaged_schema);
  g_test_add_func ("/store-at-start/has-a-damaged-page", test_damaged_page);
  g_test_add_func ("/store-at-start/was-made-by-an-init-that-was-killed", test_killed_init);
  g_test_add_func ("/store-at-start/is-newer", test_newer);
  g_test_add_func ("/store-at-start/is-older-and-keeps-its-form-without-its-key", test_older_without_key);
  g_test_add_func ("/store-at-start/is-another-programs", test_foreign);
  g_test_add_func ("/store-at-start/is-locked-by-another-program", test_locked);
  g_test_add_func ("/store-at-start/is-read-only", test_read_only);

  return g_test_run ();
}
