/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include <string.h>

#include "server/store/reader.h"
#include "tests/server/store/fixture.h"

#define BLOB_SIZE (256 * 1024)
#define MIB       (1024 * 1024)

static gint64
get_wal_bytes (Fixture *fixture)
{
  EnlaceStoreFigures figures;

  enlace_store_get_figures (fixture->store, &figures);

  return figures.wal_bytes;
}

static void
insert_megabytes (Fixture *fixture,
                  guint    n)
{
  g_autofree char *text = g_strnfill (BLOB_SIZE, 'x');

  for (guint i = 0; i < n * (MIB / BLOB_SIZE); i++)
    {
      g_autoptr(EnlaceExecutionRow) row = make_execution (fixture, ENLACE_STATUS_COMPLETED);

      row->record = g_bytes_new (text, BLOB_SIZE);
      fixture_insert_execution (fixture, row);
    }
}

static void
test_bounded (Fixture       *fixture,
              gconstpointer  data)
{
  gint64 largest = 0;

  for (guint i = 0; i < 60; i++)
    {
      insert_megabytes (fixture, 1);
      largest = MAX (largest, get_wal_bytes (fixture));
    }

  g_assert_cmpint (largest, >, MIB);
  g_assert_cmpint (largest, <, 20 * MIB);
}

/* A reader that stays in an old state keeps the log from being used anew; when it goes, the log is cut. */
static void
test_pinned (Fixture       *fixture,
             gconstpointer  data)
{
  EnlaceReader *reader = enlace_store_acquire_reader (fixture->store);
  EnlaceConnection *connection = enlace_reader_get_connection (reader, NULL);
  g_autofree char *path = g_build_filename (fixture->data_dir, "enlace.db-wal", NULL);
  g_autoptr(GFile) file = g_file_new_for_path (path);
  g_autoptr(GFileInfo) info = NULL;
  g_autoptr(GError) error = NULL;
  sqlite3_stmt *query = enlace_connection_query (connection, "SELECT id FROM organisations", &error, "");

  g_assert_no_error (error);
  g_assert_true (enlace_connection_next (connection, query, &error));
  insert_megabytes (fixture, 70);
  g_assert_cmpint (get_wal_bytes (fixture), >, 64 * MIB);

  enlace_connection_end (query);
  enlace_store_release_reader (fixture->store, reader);
  insert_megabytes (fixture, 20);
  g_assert_cmpint (get_wal_bytes (fixture), <, 24 * MIB);

  info = g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_SIZE, G_FILE_QUERY_INFO_NONE, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_file_info_get_size (info), <, 24 * MIB);
}

static void
test_timeout (Fixture       *fixture,
              gconstpointer  data)
{
  static const char endless_sql[] = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n";
  EnlaceReader *reader = enlace_store_acquire_reader (fixture->store);
  EnlaceConnection *connection = enlace_reader_get_connection (reader, NULL);
  g_autoptr(GError) error = NULL;
  gint64 count;

  g_assert_cmpint (connection->timeout, ==, 5 * G_USEC_PER_SEC);
  connection->timeout = 100 * 1000;
  g_assert_false (enlace_connection_get_integer (connection, endless_sql, &count, &error));
  g_assert_error (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_UNAVAILABLE);
  g_assert_nonnull (strstr (error->message, "too long"));

  /* The connection goes on. */
  connection->timeout = 5 * G_USEC_PER_SEC;
  g_assert_true (enlace_connection_get_integer (connection, "SELECT count(*) FROM organisations", &count, NULL));
  g_assert_cmpint (count, ==, 1);
  enlace_store_release_reader (fixture->store, reader);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/store/checkpoint/keeps-the-log-short", Fixture, NULL, fixture_set_up, test_bounded, fixture_tear_down);
  g_test_add ("/store/checkpoint/cuts-a-log-that-a-reader-held", Fixture, NULL, fixture_set_up, test_pinned, fixture_tear_down);
  g_test_add ("/store/reader/stops-an-endless-statement", Fixture, NULL, fixture_set_up, test_timeout, fixture_tear_down);

  return g_test_run ();
}
