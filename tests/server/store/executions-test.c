/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include "tests/server/store/fixture.h"

typedef struct {
  EnlaceExecutionRow *row;
  const char         *event_key;
  GBytes             *append;
} Arguments;

static gboolean
apply_insert (EnlaceWriter  *writer,
              gpointer       data,
              GError       **error)
{
  Arguments *arguments = data;

  return enlace_executions_insert (writer, arguments->row, arguments->event_key, error);
}

static gboolean
apply_update (EnlaceWriter  *writer,
              gpointer       data,
              GError       **error)
{
  Arguments *arguments = data;

  return enlace_executions_update (writer, arguments->row, arguments->append, error);
}

static gboolean
apply_take (EnlaceWriter  *writer,
            gpointer       data,
            GError       **error)
{
  EnlaceExecutionRow *row = data;

  return enlace_executions_take (writer, &row->id, row->epoch, error);
}

static void
assert_fails (Fixture   *fixture,
              ApplyFunc  apply,
              gpointer   data,
              int        code)
{
  g_autoptr(GError) error = NULL;

  g_assert_false (enlace_store_submit_and_wait (fixture->store, apply, data, &error));
  g_assert_error (error, ENLACE_STORE_ERROR, code);
}

static void
assert_text (GBytes     *bytes,
             const char *text)
{
  g_assert_nonnull (bytes);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), text, strlen (text));
}

static void
test_round_trip (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr(EnlaceExecutionRow) row = make_execution (fixture, ENLACE_STATUS_WAITING);
  g_autoptr(EnlaceExecutionRow) read = NULL;

  row->version = 7;
  row->is_test = TRUE;
  row->duration_ms = 42;
  row->retry_count = 2;
  row->wake_at = 99;
  row->error_message = g_bytes_new_static ("message", 7);
  row->record = g_bytes_new_static ("record", 6);
  fixture_insert_execution (fixture, row);
  read = fixture_get_execution (fixture, &row->id);

  g_assert_true (enlace_uuid_equal (&read->id, &row->id));
  g_assert_true (enlace_uuid_equal (&read->organisation_id, &row->organisation_id));
  g_assert_true (enlace_uuid_equal (&read->workflow_id, &row->workflow_id));
  g_assert_true (enlace_uuid_equal (&read->event_id, &row->event_id));
  g_assert_cmpint (read->version, ==, 7);
  g_assert_cmpint (read->status, ==, ENLACE_STATUS_WAITING);
  g_assert_true (read->is_test);
  g_assert_cmpint (read->started_at, ==, row->started_at);
  g_assert_cmpint (read->completed_at, ==, 0);
  g_assert_cmpint (read->duration_ms, ==, 42);
  g_assert_cmpint (read->retry_count, ==, 2);
  g_assert_cmpint (read->wake_at, ==, 99);
  g_assert_cmpint (read->epoch, ==, row->epoch);
  g_assert_cmpint (read->change, ==, row->change);
  g_assert_cmpint (row->change, >, 0);
  assert_text (read->error_message, "message");
  assert_text (read->trigger_data, "trigger");
  assert_text (read->record, "record");
  g_assert_null (read->document);
}

static void
test_other_organisation (Fixture       *fixture,
                         gconstpointer  data)
{
  g_autoptr(EnlaceExecutionRow) row = make_execution (fixture, ENLACE_STATUS_QUEUED);
  g_autoptr(EnlaceExecutionRow) any = NULL;
  g_autoptr(GError) error = NULL;
  EnlaceReader *reader;
  EnlaceUuid stranger;

  fixture_insert_execution (fixture, row);
  enlace_uuid_generate (&stranger);

  reader = enlace_store_acquire_reader (fixture->store);
  g_assert_null (enlace_executions_get (reader, &stranger, &row->id, &error));
  g_assert_error (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_NOT_FOUND);
  any = enlace_executions_get (reader, NULL, &row->id, NULL);
  g_assert_nonnull (any);
  enlace_store_release_reader (fixture->store, reader);
}

static void
test_missing_workflow (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autoptr(EnlaceExecutionRow) row = make_execution (fixture, ENLACE_STATUS_QUEUED);
  Arguments arguments = { .row = row };

  enlace_uuid_generate (&row->workflow_id);
  assert_fails (fixture, apply_insert, &arguments, ENLACE_STORE_ERROR_NOT_FOUND);
}

static void
test_duplicate_event (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr(EnlaceExecutionRow) first = make_execution (fixture, ENLACE_STATUS_COMPLETED);
  g_autoptr(EnlaceExecutionRow) second = make_execution (fixture, ENLACE_STATUS_COMPLETED);
  g_autoptr(EnlaceExecutionRow) elsewhere = make_execution (fixture, ENLACE_STATUS_COMPLETED);
  Arguments arguments = { .row = first, .event_key = "delivery-1" };
  EnlaceUuid event_id, execution_id;
  EnlaceReader *reader;
  g_autoptr(GError) error = NULL;

  fixture_apply (fixture, apply_insert, &arguments);

  arguments.row = second;
  assert_fails (fixture, apply_insert, &arguments, ENLACE_STORE_ERROR_CONFLICT);
  g_assert_true (enlace_uuid_equal (&second->id, &first->id));
  g_assert_true (enlace_uuid_equal (&second->event_id, &first->event_id));
  g_assert_cmpint (fixture_count (fixture, "SELECT count(*) FROM executions"), ==, 1);
  g_assert_cmpint (fixture_count (fixture, "SELECT execution_count FROM workflows"), ==, 1);

  reader = enlace_store_acquire_reader (fixture->store);
  g_assert_true (enlace_executions_find_event (reader, &fixture->workflow_id, "delivery-1", &event_id, &execution_id, &error));
  g_assert_true (enlace_uuid_equal (&execution_id, &first->id));
  g_assert_false (enlace_executions_find_event (reader, &fixture->workflow_id, "delivery-2", &event_id, &execution_id, &error));
  g_assert_no_error (error);
  enlace_store_release_reader (fixture->store, reader);

  /* The same key at another workflow is another event. */
  elsewhere->workflow_id = fixture_insert_workflow (fixture, "Elsewhere");
  arguments.row = elsewhere;
  fixture_apply (fixture, apply_insert, &arguments);
}

static gboolean
apply_expire (EnlaceWriter  *writer,
              gpointer       data,
              GError       **error)
{
  return enlace_executions_expire_events (writer, *(gint64 *) data, error);
}

static void
test_event_keys_expire (Fixture       *fixture,
                        gconstpointer  data)
{
  g_autoptr(EnlaceExecutionRow) row = make_execution (fixture, ENLACE_STATUS_COMPLETED);
  Arguments arguments = { .row = row, .event_key = "delivery-1" };
  gint64 before = g_get_real_time () - G_TIME_SPAN_DAY;

  fixture_apply (fixture, apply_insert, &arguments);
  fixture_apply (fixture, apply_expire, &before);
  g_assert_cmpint (fixture_count (fixture, "SELECT count(*) FROM event_keys"), ==, 1);

  before = g_get_real_time () + 1;
  fixture_apply (fixture, apply_expire, &before);
  g_assert_cmpint (fixture_count (fixture, "SELECT count(*) FROM event_keys"), ==, 0);
}

static void
test_lease (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr(EnlaceExecutionRow) row = make_execution (fixture, ENLACE_STATUS_RUNNING);
  g_autoptr(EnlaceExecutionRow) read = NULL;
  Arguments arguments = { .row = row };
  gint64 inserted;

  fixture_insert_execution (fixture, row);
  inserted = row->change;

  row->epoch++;
  fixture_apply (fixture, apply_take, row);

  /* The holder of before writes nothing any more. */
  row->epoch--;
  row->status = ENLACE_STATUS_COMPLETED;
  assert_fails (fixture, apply_update, &arguments, ENLACE_STORE_ERROR_LEASE);

  row->epoch++;
  fixture_apply (fixture, apply_update, &arguments);
  read = fixture_get_execution (fixture, &row->id);
  g_assert_cmpint (read->status, ==, ENLACE_STATUS_COMPLETED);
  g_assert_cmpint (read->change, ==, row->change);
  g_assert_cmpint (row->change, >, inserted);

  /* What is over stays so, and cannot be taken. */
  row->status = ENLACE_STATUS_FAILED;
  assert_fails (fixture, apply_update, &arguments, ENLACE_STORE_ERROR_LEASE);
  assert_fails (fixture, apply_take, row, ENLACE_STORE_ERROR_LEASE);
  g_assert_cmpint (fixture_count (fixture, "SELECT success_count FROM workflows"), ==, 1);
  g_assert_cmpint (fixture_count (fixture, "SELECT error_count FROM workflows"), ==, 0);
}

static void
test_tests_do_not_count (Fixture       *fixture,
                         gconstpointer  data)
{
  g_autoptr(EnlaceExecutionRow) row = make_execution (fixture, ENLACE_STATUS_COMPLETED);

  row->is_test = TRUE;
  fixture_insert_execution (fixture, row);
  g_assert_cmpint (fixture_count (fixture, "SELECT execution_count FROM workflows"), ==, 0);
}

static GPtrArray *
get_journal (Fixture          *fixture,
             const EnlaceUuid *id)
{
  EnlaceReader *reader = enlace_store_acquire_reader (fixture->store);
  g_autoptr(GError) error = NULL;
  GPtrArray *entries = enlace_executions_get_journal (reader, id, &error);

  enlace_store_release_reader (fixture->store, reader);
  g_assert_no_error (error);

  return entries;
}

static void
test_journal (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr(EnlaceExecutionRow) row = make_execution (fixture, ENLACE_STATUS_RUNNING);
  g_autoptr(EnlaceExecutionRow) read = NULL;
  g_autoptr(GBytes) first = g_bytes_new_static ("first", 5);
  g_autoptr(GBytes) second = g_bytes_new_static ("second", 6);
  g_autoptr(GPtrArray) entries = NULL;
  g_autoptr(GPtrArray) after = NULL;
  Arguments arguments = { .row = row, .append = first };

  row->record = g_bytes_new_static ("start", 5);
  fixture_insert_execution (fixture, row);
  g_clear_pointer (&row->record, g_bytes_unref);

  fixture_apply (fixture, apply_update, &arguments);
  arguments.append = second;
  fixture_apply (fixture, apply_update, &arguments);

  entries = get_journal (fixture, &row->id);
  g_assert_cmpuint (entries->len, ==, 2);
  assert_text (g_ptr_array_index (entries, 0), "first");
  assert_text (g_ptr_array_index (entries, 1), "second");
  read = fixture_get_execution (fixture, &row->id);
  assert_text (read->record, "start");

  /* A record that is written stands for all entries before it. */
  row->record = g_bytes_new_static ("whole", 5);
  arguments.append = NULL;
  fixture_apply (fixture, apply_update, &arguments);
  after = get_journal (fixture, &row->id);
  g_assert_cmpuint (after->len, ==, 0);
}

static GPtrArray *
list (Fixture                     *fixture,
      const EnlaceExecutionFilter *filter)
{
  EnlaceReader *reader = enlace_store_acquire_reader (fixture->store);
  g_autoptr(GError) error = NULL;
  GPtrArray *rows = enlace_executions_list (reader, &fixture->organisation_id, filter, &error);

  enlace_store_release_reader (fixture->store, reader);
  g_assert_no_error (error);

  return rows;
}

static void
test_pages (Fixture       *fixture,
            gconstpointer  data)
{
  EnlaceUuid ids[10], before;
  EnlaceExecutionFilter filter = { .status = -1, .is_test = -1, .limit = 4 };
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autoptr(EnlaceExecutionRow) row = make_execution (fixture, i % 2 ? ENLACE_STATUS_FAILED : ENLACE_STATUS_COMPLETED);

      fixture_insert_execution (fixture, row);
      ids[i] = row->id;
    }

  for (;;)
    {
      g_autoptr(GPtrArray) rows = list (fixture, &filter);

      g_assert_cmpuint (rows->len, ==, MIN (4, 10 - n));
      for (guint i = 0; i < rows->len; i++, n++)
        {
          const EnlaceExecutionRow *row = g_ptr_array_index (rows, i);

          g_assert_true (enlace_uuid_equal (&row->id, &ids[9 - n]));
          g_assert_null (row->trigger_data);
          before = row->id;
        }

      if (rows->len < 4)
        break;
      filter.before = &before;
    }

  g_assert_cmpuint (n, ==, 10);
}

static void
test_filters (Fixture       *fixture,
              gconstpointer  data)
{
  EnlaceUuid other = fixture_insert_workflow (fixture, "Other");
  EnlaceExecutionFilter everything = { .status = -1, .is_test = -1, .limit = 50 };
  EnlaceExecutionFilter filter;
  g_autoptr(GPtrArray) failed = NULL;
  g_autoptr(GPtrArray) of_other = NULL;
  g_autoptr(GPtrArray) tests = NULL;
  g_autoptr(GPtrArray) in_time = NULL;

  for (guint i = 0; i < 12; i++)
    {
      g_autoptr(EnlaceExecutionRow) row = make_execution (fixture, i % 3 == 0 ? ENLACE_STATUS_FAILED : ENLACE_STATUS_COMPLETED);

      row->started_at = 1000 + i;
      row->is_test = i == 5;
      if (i >= 8)
        row->workflow_id = other;
      fixture_insert_execution (fixture, row);
    }

  filter = everything;
  filter.status = ENLACE_STATUS_FAILED;
  failed = list (fixture, &filter);
  g_assert_cmpuint (failed->len, ==, 4);

  filter = everything;
  filter.workflow_id = &other;
  of_other = list (fixture, &filter);
  g_assert_cmpuint (of_other->len, ==, 4);

  filter = everything;
  filter.is_test = TRUE;
  tests = list (fixture, &filter);
  g_assert_cmpuint (tests->len, ==, 1);

  filter = everything;
  filter.from = 1002;
  filter.to = 1005;
  in_time = list (fixture, &filter);
  g_assert_cmpuint (in_time->len, ==, 3);
}

static void
test_orphans (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr(EnlaceExecutionRow) over = make_execution (fixture, ENLACE_STATUS_COMPLETED);
  g_autoptr(EnlaceExecutionRow) lost = make_execution (fixture, ENLACE_STATUS_RUNNING);
  g_autoptr(EnlaceExecutionRow) waiting = make_execution (fixture, ENLACE_STATUS_WAITING);
  g_autoptr(EnlaceExecutionRow) ours = NULL;
  g_autoptr(GArray) ids = NULL;
  EnlaceReader *reader;
  gint64 epoch;

  fixture_insert_execution (fixture, over);
  fixture_insert_execution (fixture, lost);
  fixture_insert_execution (fixture, waiting);
  fixture_reopen (fixture);
  epoch = enlace_store_get_epoch (fixture->store);
  ours = make_execution (fixture, ENLACE_STATUS_RUNNING);
  fixture_insert_execution (fixture, ours);

  reader = enlace_store_acquire_reader (fixture->store);
  ids = enlace_executions_list_orphans (reader, epoch, 10, NULL);
  enlace_store_release_reader (fixture->store, reader);

  g_assert_cmpuint (ids->len, ==, 2);
  g_assert_true (enlace_uuid_equal (&g_array_index (ids, EnlaceUuid, 0), &lost->id));
  g_assert_true (enlace_uuid_equal (&g_array_index (ids, EnlaceUuid, 1), &waiting->id));
}

static void
test_due (Fixture       *fixture,
          gconstpointer  data)
{
  const gint64 times[] = { 500, 100, 300, 900 };
  EnlaceUuid ids[4];
  EnlaceReader *reader;
  g_autoptr(GArray) due = NULL;
  g_autoptr(GArray) one = NULL;
  g_autoptr(GArray) all = NULL;
  gint64 next;

  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      g_autoptr(EnlaceExecutionRow) row = make_execution (fixture, ENLACE_STATUS_WAITING);

      row->wake_at = times[i];
      fixture_insert_execution (fixture, row);
      ids[i] = row->id;
    }

  reader = enlace_store_acquire_reader (fixture->store);

  due = enlace_executions_list_due (reader, 500, 10, &next, NULL);
  g_assert_cmpuint (due->len, ==, 3);
  g_assert_true (enlace_uuid_equal (&g_array_index (due, EnlaceUuid, 0), &ids[1]));
  g_assert_true (enlace_uuid_equal (&g_array_index (due, EnlaceUuid, 2), &ids[0]));
  g_assert_cmpint (next, ==, 900);

  one = enlace_executions_list_due (reader, 500, 1, &next, NULL);
  g_assert_cmpuint (one->len, ==, 1);
  g_assert_cmpint (next, ==, 300);

  all = enlace_executions_list_due (reader, 1000, 10, &next, NULL);
  g_assert_cmpuint (all->len, ==, 4);
  g_assert_cmpint (next, ==, 0);

  enlace_store_release_reader (fixture->store, reader);
}

static void
test_names (void)
{
  EnlaceStatus status;

  for (int i = ENLACE_STATUS_QUEUED; i <= ENLACE_STATUS_CANCELLED; i++)
    {
      g_assert_true (enlace_status_from_name (enlace_status_get_name (i), &status));
      g_assert_cmpint (status, ==, i);
      g_assert_cmpint (enlace_status_is_final (i), ==, i >= ENLACE_STATUS_COMPLETED);
    }

  g_assert_false (enlace_status_from_name ("done", &status));
}

#define ADD(path, func) g_test_add ("/store/executions/" path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("gives-back-every-column", test_round_trip);
  ADD ("hides-another-organisations-runs", test_other_organisation);
  ADD ("refuses-a-run-of-no-workflow", test_missing_workflow);
  ADD ("answers-a-duplicate-event-with-the-first", test_duplicate_event);
  ADD ("forgets-event-keys-only-when-told", test_event_keys_expire);
  ADD ("lets-only-the-holder-of-the-lease-write", test_lease);
  ADD ("does-not-count-test-runs", test_tests_do_not_count);
  ADD ("keeps-the-journal-in-order", test_journal);
  ADD ("pages-newest-first-without-gap-or-repeat", test_pages);
  ADD ("filters", test_filters);
  ADD ("finds-runs-that-lost-their-holder", test_orphans);
  ADD ("lists-what-is-due-soonest-first", test_due);
  g_test_add_func ("/store/executions/names-every-status", test_names);

  return g_test_run ();
}
