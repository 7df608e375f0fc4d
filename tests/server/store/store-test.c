/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/server/store/fixture.h"

#define NOBODY 65534

static char *
get_path (Fixture    *fixture,
          const char *name)
{
  return g_build_filename (fixture->data_dir, name, NULL);
}

static void
assert_open_fails (const char       *data_dir,
                   EnlaceStoreFlags  flags,
                   int               code,
                   const char       *part)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceStore) store = enlace_store_open (data_dir, flags, &error);

  g_assert_null (store);
  g_assert_error (error, ENLACE_STORE_ERROR, code);
  g_assert_nonnull (strstr (error->message, part));
}

static mode_t
get_mode (const char *path)
{
  struct stat status;

  g_assert_cmpint (stat (path, &status), ==, 0);

  return status.st_mode & 0777;
}

static void
test_create (void)
{
  g_autofree char *parent = make_data_dir ();
  g_autofree char *data_dir = g_build_filename (parent, "made", NULL);
  g_autofree char *database = g_build_filename (data_dir, "enlace.db", NULL);
  g_autofree char *log = g_build_filename (data_dir, "enlace.db-wal", NULL);
  g_autoptr(EnlaceStore) store = NULL;
  g_autoptr(GError) error = NULL;

  assert_open_fails (data_dir, 0, ENLACE_STORE_ERROR_MISSING, "enlaced init");
  g_assert_false (g_file_test (data_dir, G_FILE_TEST_EXISTS));

  store = enlace_store_open (data_dir, ENLACE_STORE_CREATE, &error);
  g_assert_no_error (error);
  g_assert_cmpint (get_mode (data_dir), ==, 0700);
  g_assert_cmpint (get_mode (database), ==, 0600);
  g_assert_true (enlace_store_exists (data_dir));
  g_clear_pointer (&store, enlace_store_close);
  g_assert_false (g_file_test (log, G_FILE_TEST_EXISTS));

  assert_open_fails (data_dir, ENLACE_STORE_CREATE, ENLACE_STORE_ERROR_EXISTS, "already");
  remove_data_dir (data_dir);
  remove_data_dir (parent);
}

static gboolean
fill_and_fail (EnlaceWriter  *writer,
               gpointer       data,
               GError       **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "It fails half-way");

  return FALSE;
}

static void
test_create_whole_or_not (void)
{
  g_autofree char *data_dir = make_data_dir ();
  g_autofree char *unfinished = g_build_filename (data_dir, "enlace.db.new", NULL);
  g_autoptr(GError) error = NULL;

  g_assert_false (enlace_store_create (data_dir, fill_and_fail, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_false (enlace_store_exists (data_dir));
  g_assert_false (g_file_test (unfinished, G_FILE_TEST_EXISTS));
  g_clear_error (&error);

  /* What an init that was killed has left is in nobody's way. */
  g_assert_true (g_file_set_contents (unfinished, "half a database", -1, NULL));
  g_assert_true (enlace_store_create (data_dir, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_false (g_file_test (unfinished, G_FILE_TEST_EXISTS));
  remove_data_dir (data_dir);
}

static void
test_held_in_process (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autofree char *pid = g_strdup_printf ("process %d", (int) getpid ());

  assert_open_fails (fixture->data_dir, 0, ENLACE_STORE_ERROR_HELD, pid);
}

/* Another process: it takes the lock as a server does, says so, and keeps it until its pipe ends. */
static void
test_held_by_another (Fixture       *fixture,
                      gconstpointer  data)
{
  int ready[2], go[2];
  g_autofree char *part = NULL;
  g_autoptr(GError) error = NULL;
  char byte;
  pid_t child;

  g_clear_pointer (&fixture->store, enlace_store_close);
  g_assert_cmpint (pipe (ready), ==, 0);
  g_assert_cmpint (pipe (go), ==, 0);

  child = fork ();
  if (child == 0)
    {
      g_autofree char *path = get_path (fixture, "lock");
      g_autofree char *text = g_strdup_printf ("%d\n", (int) getpid ());
      int fd = open (path, O_RDWR | O_CREAT, 0600);

      close (go[1]);
      if (fd < 0 || flock (fd, LOCK_EX) != 0 || write (fd, text, strlen (text)) < 0 || write (ready[1], "x", 1) != 1)
        _exit (1);
      if (read (go[0], &byte, 1) < 0)
        _exit (1);
      _exit (0);
    }

  g_assert_cmpint (read (ready[0], &byte, 1), ==, 1);
  part = g_strdup_printf ("process %d (", (int) child);
  assert_open_fails (fixture->data_dir, 0, ENLACE_STORE_ERROR_HELD, part);

  close (go[0]);
  close (go[1]);
  g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
  fixture->store = enlace_store_open (fixture->data_dir, 0, &error);
  g_assert_no_error (error);
  close (ready[0]);
  close (ready[1]);
}

static void
test_not_a_database (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autofree char *path = get_path (fixture, "enlace.db");
  g_autofree char *text = g_strnfill (8192, 'x');

  g_clear_pointer (&fixture->store, enlace_store_close);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  assert_open_fails (fixture->data_dir, 0, ENLACE_STORE_ERROR_CORRUPT, "not a database");
  assert_open_fails (fixture->data_dir, ENLACE_STORE_READ, ENLACE_STORE_ERROR_CORRUPT, "not a database");
}

static void
test_foreign_database (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autofree char *path = get_path (fixture, "enlace.db");
  sqlite3 *db;

  g_clear_pointer (&fixture->store, enlace_store_close);
  g_unlink (path);
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "CREATE TABLE other (x)", NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
  assert_open_fails (fixture->data_dir, 0, ENLACE_STORE_ERROR_CORRUPT, "not a store");
}

static void
test_empty_file (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autofree char *path = get_path (fixture, "enlace.db");

  g_clear_pointer (&fixture->store, enlace_store_close);
  g_assert_cmpint (truncate (path, 0), ==, 0);
  assert_open_fails (fixture->data_dir, 0, ENLACE_STORE_ERROR_CORRUPT, "not a store");
}

static void
test_truncated (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *path = get_path (fixture, "enlace.db");

  g_clear_pointer (&fixture->store, enlace_store_close);
  g_assert_cmpint (truncate (path, 3 * 4096), ==, 0);
  assert_open_fails (fixture->data_dir, 0, ENLACE_STORE_ERROR_CORRUPT, "damaged");
}

static void
change_file (Fixture    *fixture,
             const char *sql)
{
  g_autofree char *path = get_path (fixture, "enlace.db");
  sqlite3 *db;

  g_clear_pointer (&fixture->store, enlace_store_close);
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
}

static void
test_newer (Fixture       *fixture,
            gconstpointer  data)
{
  change_file (fixture, "PRAGMA user_version = 9999");
  assert_open_fails (fixture->data_dir, 0, ENLACE_STORE_ERROR_NEWER, "newer version");
  assert_open_fails (fixture->data_dir, ENLACE_STORE_MIGRATE, ENLACE_STORE_ERROR_NEWER, "9999");
  assert_open_fails (fixture->data_dir, ENLACE_STORE_READ, ENLACE_STORE_ERROR_NEWER, "9999");
}

/* Version 0: a store of which no migration has been applied yet. */
static void
test_older (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *path = get_path (fixture, "enlace.db");
  g_autoptr(GError) error = NULL;

  g_clear_pointer (&fixture->store, enlace_store_close);
  g_unlink (path);
  change_file (fixture, "PRAGMA application_id = 0x454e4c43; PRAGMA user_version = 0");

  assert_open_fails (fixture->data_dir, 0, ENLACE_STORE_ERROR_CONFLICT, "enlaced migrate");
  fixture->store = enlace_store_open (fixture->data_dir, ENLACE_STORE_MIGRATE, &error);
  g_assert_no_error (error);
  insert_basics (fixture);
  g_assert_cmpint (fixture_count (fixture, "SELECT count(*) FROM workflows"), ==, 1);
  fixture_reopen (fixture);
}

/* Permissions do not bind root, so the look is that of somebody else. */
static void
run_as_somebody_else (const char *data_dir)
{
  pid_t child = fork ();
  int status;

  if (child == 0)
    {
      g_autoptr(GError) error = NULL;

      if (getuid () == 0 && (setgid (NOBODY) != 0 || setuid (NOBODY) != 0))
        _exit (3);
      if (enlace_store_open (data_dir, 0, &error) != NULL)
        _exit (1);
      _exit (g_error_matches (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_READ_ONLY) ? 0 : 2);
    }

  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 0);
}

static void
test_read_only_directory (Fixture       *fixture,
                          gconstpointer  data)
{
  g_clear_pointer (&fixture->store, enlace_store_close);
  if (getuid () == 0)
    g_assert_cmpint (chown (fixture->data_dir, NOBODY, NOBODY), ==, 0);
  g_assert_cmpint (chmod (fixture->data_dir, 0500), ==, 0);
  run_as_somebody_else (fixture->data_dir);
  g_assert_cmpint (chmod (fixture->data_dir, 0700), ==, 0);
}

static void
test_read_only_file (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autofree char *path = get_path (fixture, "enlace.db");
  g_autofree char *lock = get_path (fixture, "lock");

  g_clear_pointer (&fixture->store, enlace_store_close);
  if (getuid () == 0)
    {
      g_assert_cmpint (chown (fixture->data_dir, NOBODY, NOBODY), ==, 0);
      g_assert_cmpint (chown (lock, NOBODY, NOBODY), ==, 0);
    }
  g_assert_cmpint (chmod (path, 0444), ==, 0);
  run_as_somebody_else (fixture->data_dir);
}

/* Everything of ours in /proc/self/fd that is the database: the writer has it open for writing, readers do not. */
static guint
count_writable_descriptors (Fixture *fixture)
{
  g_autofree char *database = get_path (fixture, "enlace.db");
  g_autoptr(GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *link = g_build_filename ("/proc/self/fd", name, NULL);
      g_autofree char *target = g_file_read_link (link, NULL);
      int flags = fcntl (atoi (name), F_GETFL);

      if (g_strcmp0 (target, database) == 0 && (flags & O_ACCMODE) != O_RDONLY)
        n++;
    }

  return n;
}

static void
test_one_writer (Fixture       *fixture,
                 gconstpointer  data)
{
  EnlaceReader *readers[5];

  for (guint i = 0; i < G_N_ELEMENTS (readers); i++)
    {
      g_autoptr(GPtrArray) rows = NULL;

      readers[i] = enlace_store_acquire_reader (fixture->store);
      rows = enlace_organisations_list (readers[i], NULL);
      g_assert_cmpuint (rows->len, ==, 1);
    }

  g_assert_cmpuint (count_writable_descriptors (fixture), ==, 1);

  for (guint i = 0; i < G_N_ELEMENTS (readers); i++)
    enlace_store_release_reader (fixture->store, readers[i]);
}

static void
test_settings (Fixture       *fixture,
               gconstpointer  data)
{
  g_assert_cmpint (fixture_count (fixture, "PRAGMA auto_vacuum"), ==, 2);
  g_assert_cmpint (fixture_count (fixture, "PRAGMA mmap_size"), ==, 0);
  g_assert_cmpint (fixture_count (fixture, "PRAGMA trusted_schema"), ==, 0);
  g_assert_cmpint (fixture_count (fixture, "PRAGMA wal_autocheckpoint"), ==, 0);
  g_assert_cmpint (fixture_count (fixture, "SELECT count(*) FROM pragma_journal_mode WHERE journal_mode = 'wal'"), ==, 1);
}

static void
test_beside (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceStore) beside = enlace_store_open (fixture->data_dir, ENLACE_STORE_READ, &error);
  g_autoptr(GPtrArray) defects = NULL;

  g_assert_no_error (error);
  defects = enlace_store_verify (beside, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (defects->len, ==, 0);

  g_assert_false (enlace_store_submit_and_wait (beside, fill_and_fail, NULL, &error));
  g_assert_error (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_READ_ONLY);
}

static void
test_verify (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr(EnlaceExecutionRow) execution = make_execution (fixture, ENLACE_STATUS_COMPLETED);
  g_autoptr(GPtrArray) defects = NULL;
  g_autoptr(GError) error = NULL;

  fixture_insert_execution (fixture, execution);
  change_file (fixture, "DELETE FROM versions; UPDATE executions SET workflow_id = x'00'");
  fixture->store = enlace_store_open (fixture->data_dir, 0, &error);
  g_assert_no_error (error);

  defects = enlace_store_verify (fixture->store, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (defects->len, ==, 2);
  g_assert_cmpstr (g_ptr_array_index (defects, 0), ==, "1 workflows lack their newest version");
  g_assert_cmpstr (g_ptr_array_index (defects, 1), ==, "1 executions belong to no workflow");
}

/* Opening and closing alone write nothing. */
static void
test_opening_changes_nothing (Fixture       *fixture,
                              gconstpointer  data)
{
  g_autofree char *path = get_path (fixture, "enlace.db");
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  gsize before_length, after_length;

  fixture_reopen (fixture);
  g_clear_pointer (&fixture->store, enlace_store_close);
  g_assert_true (g_file_get_contents (path, &before, &before_length, NULL));
  fixture_reopen (fixture);
  g_clear_pointer (&fixture->store, enlace_store_close);
  g_assert_true (g_file_get_contents (path, &after, &after_length, NULL));
  g_assert_cmpmem (before, before_length, after, after_length);
}

#define ADD(path, func) g_test_add ("/store/" path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/store/create/makes-a-private-directory-and-file", test_create);
  g_test_add_func ("/store/create/leaves-all-or-nothing", test_create_whole_or_not);
  ADD ("lock/is-held-once-in-a-process", test_held_in_process);
  ADD ("lock/names-the-process-that-holds-it", test_held_by_another);
  ADD ("open/refuses-what-is-no-database", test_not_a_database);
  ADD ("open/refuses-a-foreign-database", test_foreign_database);
  ADD ("open/refuses-an-empty-file", test_empty_file);
  ADD ("open/refuses-a-truncated-file", test_truncated);
  ADD ("open/refuses-a-newer-schema", test_newer);
  ADD ("open/brings-an-older-schema-up-to-date", test_older);
  ADD ("open/refuses-a-read-only-directory", test_read_only_directory);
  ADD ("open/refuses-a-read-only-file", test_read_only_file);
  ADD ("open/changes-nothing-by-itself", test_opening_changes_nothing);
  ADD ("connections/have-one-writer", test_one_writer);
  ADD ("connections/have-their-settings", test_settings);
  ADD ("read/works-beside-a-writer", test_beside);
  ADD ("verify/names-each-defect", test_verify);

  return g_test_run ();
}
