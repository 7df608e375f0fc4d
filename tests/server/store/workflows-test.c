/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include "tests/server/store/fixture.h"

typedef struct {
  EnlaceWorkflowRow *row;
  EnlaceVersionRow  *version;
  gint64             expected;
} Update;

static gboolean
apply_update (EnlaceWriter  *writer,
              gpointer       data,
              GError       **error)
{
  Update *update = data;

  return enlace_workflows_update (writer, update->row, update->version, update->expected, error);
}

typedef struct {
  EnlaceUuid organisation_id;
  EnlaceUuid id;
  gint64     expected;
} Deletion;

static gboolean
apply_delete (EnlaceWriter  *writer,
              gpointer       data,
              GError       **error)
{
  Deletion *deletion = data;

  return enlace_workflows_delete (writer, &deletion->organisation_id, &deletion->id, deletion->expected, error);
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
test_insert (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr(EnlaceWorkflowRow) row = fixture_get_workflow (fixture, &fixture->workflow_id);
  EnlaceReader *reader = enlace_store_acquire_reader (fixture->store);
  g_autoptr(EnlaceVersionRow) version = enlace_versions_get (reader, &fixture->workflow_id, 1, NULL);
  g_autoptr(GError) error = NULL;

  g_assert_cmpstr (row->name, ==, "Order paid");
  g_assert_null (row->description);
  g_assert_cmpstr (row->tags, ==, "[]");
  g_assert_cmpint (row->version, ==, 1);
  g_assert_cmpint (row->published_version, ==, 0);
  g_assert_cmpint (row->revision, ==, 1);
  g_assert_cmpint (row->change, >, 0);
  g_assert_nonnull (version);
  g_assert_cmpmem (g_bytes_get_data (version->document, NULL), g_bytes_get_size (version->document), "document 1", 10);

  g_assert_null (enlace_versions_get (reader, &fixture->workflow_id, 2, &error));
  g_assert_error (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_NOT_FOUND);
  enlace_store_release_reader (fixture->store, reader);
}

static void
test_update (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr(EnlaceWorkflowRow) row = fixture_get_workflow (fixture, &fixture->workflow_id);
  g_autoptr(EnlaceWorkflowRow) read = NULL;
  g_autoptr(GBytes) document = g_bytes_new_static ("document 2", 10);
  g_autoptr(GPtrArray) versions = NULL;
  EnlaceVersionRow version = { .workflow_id = row->id, .document = document, .created_by = row->created_by, .created_at = 9 };
  Update update = { row, &version, row->revision };
  gint64 first_change = row->change;
  EnlaceReader *reader;

  g_set_str (&row->description, "What it does");
  row->published_version = 1;
  row->is_active = TRUE;
  fixture_apply (fixture, apply_update, &update);

  g_assert_cmpint (version.version, ==, 2);
  g_assert_cmpint (row->version, ==, 2);
  g_assert_cmpint (row->revision, ==, 2);
  g_assert_cmpint (row->change, >, first_change);

  read = fixture_get_workflow (fixture, &row->id);
  g_assert_cmpint (read->version, ==, 2);
  g_assert_cmpint (read->revision, ==, 2);
  g_assert_cmpint (read->change, ==, row->change);
  g_assert_cmpstr (read->description, ==, "What it does");
  g_assert_true (read->is_active);

  reader = enlace_store_acquire_reader (fixture->store);
  versions = enlace_versions_list (reader, &row->id, 0, 10, NULL);
  enlace_store_release_reader (fixture->store, reader);
  g_assert_cmpuint (versions->len, ==, 2);
  g_assert_cmpint (((EnlaceVersionRow *) g_ptr_array_index (versions, 0))->version, ==, 2);
  g_assert_null (((EnlaceVersionRow *) g_ptr_array_index (versions, 0))->document);
}

/* Two edits made from one revision, from two threads at once: one wins, the other is told so and leaves nothing. */
static gpointer
race_thread (gpointer data)
{
  Fixture *fixture = data;
  g_autoptr(EnlaceWorkflowRow) row = fixture_get_workflow (fixture, &fixture->workflow_id);
  g_autoptr(GBytes) document = g_bytes_new_static ("raced", 5);
  g_autoptr(GError) error = NULL;
  EnlaceVersionRow version = { .workflow_id = row->id, .document = document };
  Update update = { row, &version, 1 };

  if (enlace_store_submit_and_wait (fixture->store, apply_update, &update, &error))
    return GINT_TO_POINTER (1);

  g_assert_error (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_REVISION);

  return GINT_TO_POINTER (0);
}

static void
test_race (Fixture       *fixture,
           gconstpointer  data)
{
  GThread *threads[8];
  int n_won = 0;

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("race", race_thread, fixture);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    n_won += GPOINTER_TO_INT (g_thread_join (threads[i]));

  g_assert_cmpint (n_won, ==, 1);
  g_assert_cmpint (fixture_count (fixture, "SELECT count(*) FROM versions"), ==, 2);
  g_assert_cmpint (fixture_count (fixture, "SELECT revision FROM workflows"), ==, 2);
}

static void
test_any_revision (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr(EnlaceWorkflowRow) row = fixture_get_workflow (fixture, &fixture->workflow_id);
  Update update = { row, NULL, -1 };

  fixture_apply (fixture, apply_update, &update);
  fixture_apply (fixture, apply_update, &update);
  g_assert_cmpint (row->revision, ==, 3);
  g_assert_cmpint (row->version, ==, 1);
}

static void
test_counters_keep_the_revision (Fixture       *fixture,
                                 gconstpointer  data)
{
  g_autoptr(EnlaceExecutionRow) execution = make_execution (fixture, ENLACE_STATUS_COMPLETED);
  g_autoptr(EnlaceWorkflowRow) before = fixture_get_workflow (fixture, &fixture->workflow_id);
  g_autoptr(EnlaceWorkflowRow) after = NULL;

  fixture_insert_execution (fixture, execution);
  after = fixture_get_workflow (fixture, &fixture->workflow_id);

  g_assert_cmpint (after->execution_count, ==, 1);
  g_assert_cmpint (after->last_execution_at, >, 0);
  g_assert_cmpint (after->revision, ==, before->revision);
  g_assert_cmpint (after->change, >, before->change);
}

static void
test_other_organisation (Fixture       *fixture,
                         gconstpointer  data)
{
  g_autoptr(EnlaceWorkflowRow) row = fixture_get_workflow (fixture, &fixture->workflow_id);
  g_autoptr(GError) error = NULL;
  Update update = { row, NULL, 1 };
  Deletion deletion = { .id = fixture->workflow_id, .expected = -1 };
  EnlaceReader *reader;

  enlace_uuid_generate (&row->organisation_id);
  deletion.organisation_id = row->organisation_id;
  assert_fails (fixture, apply_update, &update, ENLACE_STORE_ERROR_NOT_FOUND);
  assert_fails (fixture, apply_delete, &deletion, ENLACE_STORE_ERROR_NOT_FOUND);

  reader = enlace_store_acquire_reader (fixture->store);
  g_assert_null (enlace_workflows_get (reader, &row->organisation_id, &row->id, &error));
  g_assert_error (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_NOT_FOUND);
  enlace_store_release_reader (fixture->store, reader);
}

static GArray *
read_feed (Fixture  *fixture,
           gint64    after,
           guint     limit,
           gboolean *is_gap)
{
  EnlaceReader *reader = enlace_store_acquire_reader (fixture->store);
  g_autoptr(GError) error = NULL;
  GArray *entries = enlace_feed_list (reader, &fixture->organisation_id, after, limit, is_gap, &error);

  enlace_store_release_reader (fixture->store, reader);
  g_assert_no_error (error);

  return entries;
}

static void
test_delete (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr(EnlaceExecutionRow) execution = make_execution (fixture, ENLACE_STATUS_COMPLETED);
  Deletion deletion = { fixture->organisation_id, fixture->workflow_id, 7 };
  g_autoptr(GArray) entries = NULL;
  const EnlaceFeedEntry *entry;
  gboolean is_gap;
  gint64 before;

  fixture_insert_execution (fixture, execution);
  before = enlace_store_get_latest_change (fixture->store);

  assert_fails (fixture, apply_delete, &deletion, ENLACE_STORE_ERROR_REVISION);
  deletion.expected = 1;
  fixture_apply (fixture, apply_delete, &deletion);

  g_assert_cmpint (fixture_count (fixture, "SELECT count(*) FROM workflows"), ==, 0);
  g_assert_cmpint (fixture_count (fixture, "SELECT count(*) FROM versions"), ==, 0);
  g_assert_cmpint (fixture_count (fixture, "SELECT count(*) FROM executions"), ==, 0);

  entries = read_feed (fixture, before, 10, &is_gap);
  g_assert_false (is_gap);
  g_assert_cmpuint (entries->len, ==, 1);
  entry = &g_array_index (entries, EnlaceFeedEntry, 0);
  g_assert_cmpint (entry->kind, ==, ENLACE_FEED_DELETED);
  g_assert_cmpint (entry->deleted_kind, ==, ENLACE_FEED_WORKFLOW);
  g_assert_true (enlace_uuid_equal (&entry->id, &fixture->workflow_id));
}

static gboolean
apply_finish (EnlaceWriter  *writer,
              gpointer       data,
              GError       **error)
{
  return enlace_executions_update (writer, data, NULL, error);
}

static void
test_feed (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr(EnlaceExecutionRow) running = make_execution (fixture, ENLACE_STATUS_RUNNING);
  g_autoptr(EnlaceExecutionRow) other = make_execution (fixture, ENLACE_STATUS_QUEUED);
  g_autoptr(GArray) entries = NULL;
  g_autoptr(GArray) rest = NULL;
  g_autoptr(GArray) nothing = NULL;
  gint64 last = 0;
  gboolean is_gap;

  fixture_insert_execution (fixture, running);
  fixture_insert_execution (fixture, other);
  running->status = ENLACE_STATUS_COMPLETED;
  fixture_apply (fixture, apply_finish, running);

  /* The workflow comes once, by its last change: the counters. The finished run has moved behind the other one. */
  entries = read_feed (fixture, 0, 10, &is_gap);
  g_assert_false (is_gap);
  g_assert_cmpuint (entries->len, ==, 3);
  for (guint i = 0; i < entries->len; i++)
    {
      const EnlaceFeedEntry *entry = &g_array_index (entries, EnlaceFeedEntry, i);

      g_assert_cmpint (entry->change, >, last);
      last = entry->change;
    }
  g_assert_true (enlace_uuid_equal (&g_array_index (entries, EnlaceFeedEntry, 0).id, &other->id));
  g_assert_true (enlace_uuid_equal (&g_array_index (entries, EnlaceFeedEntry, 1).id, &running->id));
  g_assert_cmpint (g_array_index (entries, EnlaceFeedEntry, 2).kind, ==, ENLACE_FEED_WORKFLOW);

  rest = read_feed (fixture, g_array_index (entries, EnlaceFeedEntry, 0).change, 1, &is_gap);
  g_assert_cmpuint (rest->len, ==, 1);
  g_assert_true (enlace_uuid_equal (&g_array_index (rest, EnlaceFeedEntry, 0).id, &running->id));

  nothing = read_feed (fixture, last, 10, &is_gap);
  g_assert_false (is_gap);
  g_assert_cmpuint (nothing->len, ==, 0);
}

static gboolean
apply_feed_expire (EnlaceWriter  *writer,
                   gpointer       data,
                   GError       **error)
{
  return enlace_feed_expire (writer, g_get_real_time () + G_USEC_PER_SEC, error);
}

static void
test_feed_gap (Fixture       *fixture,
               gconstpointer  data)
{
  Deletion deletion = { fixture->organisation_id, fixture->workflow_id, -1 };
  g_autoptr(GArray) old = NULL;
  g_autoptr(GArray) fresh = NULL;
  g_autoptr(GArray) future = NULL;
  gint64 before = enlace_store_get_latest_change (fixture->store);
  gint64 after;
  gboolean is_gap;

  fixture_apply (fixture, apply_delete, &deletion);
  after = enlace_store_get_latest_change (fixture->store);
  fixture_apply (fixture, apply_feed_expire, NULL);

  old = read_feed (fixture, before, 10, &is_gap);
  g_assert_true (is_gap);
  fresh = read_feed (fixture, after, 10, &is_gap);
  g_assert_false (is_gap);
  future = read_feed (fixture, G_MAXINT64, 10, &is_gap);
  g_assert_true (is_gap);
}

static GPtrArray *
list (Fixture                    *fixture,
      const EnlaceWorkflowFilter *filter)
{
  EnlaceReader *reader = enlace_store_acquire_reader (fixture->store);
  g_autoptr(GError) error = NULL;
  GPtrArray *rows = enlace_workflows_list (reader, &fixture->organisation_id, filter, &error);

  enlace_store_release_reader (fixture->store, reader);
  g_assert_no_error (error);

  return rows;
}

static void
test_list (Fixture       *fixture,
           gconstpointer  data)
{
  EnlaceWorkflowFilter filter = { .is_active = -1, .limit = 2 };
  g_autoptr(GPtrArray) first = NULL;
  g_autoptr(GPtrArray) second = NULL;
  g_autoptr(GPtrArray) found = NULL;
  g_autoptr(GPtrArray) exact = NULL;
  g_autoptr(GPtrArray) active = NULL;

  fixture_insert_workflow (fixture, "Teléfono ÉXITO");
  fixture_insert_workflow (fixture, "Third");

  first = list (fixture, &filter);
  g_assert_cmpuint (first->len, ==, 2);
  g_assert_cmpstr (((EnlaceWorkflowRow *) g_ptr_array_index (first, 0))->name, ==, "Third");
  filter.before = &((EnlaceWorkflowRow *) g_ptr_array_index (first, 1))->id;
  second = list (fixture, &filter);
  g_assert_cmpuint (second->len, ==, 1);
  g_assert_cmpstr (((EnlaceWorkflowRow *) g_ptr_array_index (second, 0))->name, ==, "Order paid");

  filter = (EnlaceWorkflowFilter) { .is_active = -1, .limit = 10, .search = "éxito" };
  found = list (fixture, &filter);
  g_assert_cmpuint (found->len, ==, 1);

  filter = (EnlaceWorkflowFilter) { .is_active = -1, .limit = 10, .name = "Third", .trigger_type = "webhook" };
  exact = list (fixture, &filter);
  g_assert_cmpuint (exact->len, ==, 1);

  filter = (EnlaceWorkflowFilter) { .is_active = TRUE, .limit = 10 };
  active = list (fixture, &filter);
  g_assert_cmpuint (active->len, ==, 0);
}

static void
test_list_active (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr(EnlaceWorkflowRow) row = fixture_get_workflow (fixture, &fixture->workflow_id);
  g_autoptr(GPtrArray) rows = NULL;
  Update update = { row, NULL, 1 };
  EnlaceReader *reader;

  fixture_insert_workflow (fixture, "Not live");
  row->published_version = 1;
  row->is_active = TRUE;
  fixture_apply (fixture, apply_update, &update);

  reader = enlace_store_acquire_reader (fixture->store);
  rows = enlace_workflows_list_active (reader, NULL);
  enlace_store_release_reader (fixture->store, reader);
  g_assert_cmpuint (rows->len, ==, 1);
  g_assert_true (enlace_uuid_equal (&((EnlaceWorkflowRow *) g_ptr_array_index (rows, 0))->id, &row->id));
}

static gboolean
apply_draft (EnlaceWriter  *writer,
             gpointer       data,
             GError       **error)
{
  return enlace_drafts_put (writer, data, error);
}

static gboolean
apply_delete_draft (EnlaceWriter  *writer,
                    gpointer       data,
                    GError       **error)
{
  const EnlaceDraftRow *row = data;

  return enlace_drafts_delete (writer, &row->workflow_id, &row->member_id, error);
}

static void
test_drafts (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr(GBytes) one = g_bytes_new_static ("one", 3);
  g_autoptr(GBytes) two = g_bytes_new_static ("two", 3);
  g_autoptr(EnlaceDraftRow) read = NULL;
  g_autoptr(GError) error = NULL;
  EnlaceDraftRow draft = { fixture->workflow_id, fixture->member_id, 1, one, 10 };
  EnlaceReader *reader;

  fixture_apply (fixture, apply_draft, &draft);
  draft.document = two;
  draft.updated_at = 11;
  fixture_apply (fixture, apply_draft, &draft);
  g_assert_cmpint (fixture_count (fixture, "SELECT count(*) FROM drafts"), ==, 1);

  reader = enlace_store_acquire_reader (fixture->store);
  read = enlace_drafts_get (reader, &fixture->workflow_id, &fixture->member_id, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (read->document, two));
  g_assert_cmpint (read->updated_at, ==, 11);
  g_assert_cmpint (read->base_version, ==, 1);

  fixture_apply (fixture, apply_delete_draft, &draft);
  assert_fails (fixture, apply_delete_draft, &draft, ENLACE_STORE_ERROR_NOT_FOUND);
  g_assert_null (enlace_drafts_get (reader, &fixture->workflow_id, &fixture->member_id, &error));
  g_assert_error (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_NOT_FOUND);
  enlace_store_release_reader (fixture->store, reader);
}

static gboolean
apply_reply (EnlaceWriter  *writer,
             gpointer       data,
             GError       **error)
{
  return enlace_idempotency_insert (writer, data, error);
}

static gboolean
apply_expire_replies (EnlaceWriter  *writer,
                      gpointer       data,
                      GError       **error)
{
  return enlace_idempotency_expire (writer, g_get_real_time () + 1, error);
}

static void
test_replies (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr(GBytes) reply = g_bytes_new_static ("reply", 5);
  g_autoptr(EnlaceIdempotencyRow) found = NULL;
  g_autoptr(GError) error = NULL;
  EnlaceIdempotencyRow row = {
    .organisation_id = fixture->organisation_id, .key = (char *) "POST /x abc", .body_hash = { 1, 2, 3 }, .status = 201,
    .reply = reply, .created_at = g_get_real_time (),
  };
  EnlaceReader *reader = enlace_store_acquire_reader (fixture->store);

  fixture_apply (fixture, apply_reply, &row);
  assert_fails (fixture, apply_reply, &row, ENLACE_STORE_ERROR_CONFLICT);

  found = enlace_idempotency_find (reader, &fixture->organisation_id, "POST /x abc", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (found->status, ==, 201);
  g_assert_cmpmem (found->body_hash, 32, row.body_hash, 32);
  g_assert_true (g_bytes_equal (found->reply, reply));
  g_assert_null (enlace_idempotency_find (reader, &fixture->organisation_id, "POST /x other", &error));
  g_assert_no_error (error);

  fixture_apply (fixture, apply_expire_replies, NULL);
  g_assert_null (enlace_idempotency_find (reader, &fixture->organisation_id, "POST /x abc", &error));
  g_assert_no_error (error);
  enlace_store_release_reader (fixture->store, reader);
}

/* A reply of more than a day ago is not there, and does not stand in the way of a new one. */
static void
test_old_replies (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr(GBytes) reply = g_bytes_new_static ("reply", 5);
  EnlaceIdempotencyRow row = {
    .organisation_id = fixture->organisation_id, .key = (char *) "POST /x abc", .status = 200, .reply = reply,
    .created_at = g_get_real_time () - 25 * G_TIME_SPAN_HOUR,
  };
  EnlaceReader *reader = enlace_store_acquire_reader (fixture->store);

  fixture_apply (fixture, apply_reply, &row);
  g_assert_null (enlace_idempotency_find (reader, &fixture->organisation_id, row.key, NULL));
  row.created_at = g_get_real_time ();
  fixture_apply (fixture, apply_reply, &row);
  g_assert_cmpint (fixture_count (fixture, "SELECT count(*) FROM replies"), ==, 1);
  enlace_store_release_reader (fixture->store, reader);
}

static gboolean
apply_key (EnlaceWriter  *writer,
           gpointer       data,
           GError       **error)
{
  return enlace_api_keys_insert (writer, data, error);
}

static gboolean
apply_touch (EnlaceWriter  *writer,
             gpointer       data,
             GError       **error)
{
  const EnlaceApiKeyRow *row = data;

  return enlace_api_keys_touch (writer, &row->id, 1234, error);
}

static void
test_api_keys (Fixture       *fixture,
               gconstpointer  data)
{
  EnlaceApiKeyRow row = {
    .organisation_id = fixture->organisation_id, .member_id = fixture->member_id, .name = (char *) "Key", .key_prefix = (char *) "enl_abc",
    .key_hash = { 9, 8, 7 }, .permissions = (char *) "[\"*\"]", .rate_limit = 60, .is_active = TRUE, .expires_at = 77, .created_at = 1, .updated_at = 2,
  };
  const guint8 unknown[32] = { 1 };
  g_autoptr(EnlaceApiKeyRow) found = NULL;
  g_autoptr(GError) error = NULL;
  EnlaceReader *reader = enlace_store_acquire_reader (fixture->store);

  enlace_uuid_generate (&row.id);
  fixture_apply (fixture, apply_key, &row);
  fixture_apply (fixture, apply_touch, &row);

  found = enlace_api_keys_find (reader, row.key_hash, &error);
  g_assert_no_error (error);
  g_assert_true (enlace_uuid_equal (&found->id, &row.id));
  g_assert_true (enlace_uuid_equal (&found->member_id, &fixture->member_id));
  g_assert_cmpstr (found->permissions, ==, "[\"*\"]");
  g_assert_cmpint (found->rate_limit, ==, 60);
  g_assert_cmpint (found->last_used_at, ==, 1234);
  g_assert_cmpint (found->expires_at, ==, 77);
  g_assert_true (found->is_active);

  g_assert_null (enlace_api_keys_find (reader, unknown, &error));
  g_assert_no_error (error);
  enlace_store_release_reader (fixture->store, reader);

  enlace_uuid_generate (&row.id);
  assert_fails (fixture, apply_key, &row, ENLACE_STORE_ERROR_CONFLICT);
}

#define ADD(path, func) g_test_add ("/store/" path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("workflows/begin-with-version-one", test_insert);
  ADD ("workflows/save-the-next-version", test_update);
  ADD ("workflows/let-one-of-several-edits-win", test_race);
  ADD ("workflows/accept-any-revision-on-demand", test_any_revision);
  ADD ("workflows/count-runs-without-a-new-revision", test_counters_keep_the_revision);
  ADD ("workflows/are-hidden-from-other-organisations", test_other_organisation);
  ADD ("workflows/take-everything-with-them", test_delete);
  ADD ("workflows/are-listed-searched-and-filtered", test_list);
  ADD ("workflows/list-what-is-live", test_list_active);
  ADD ("workflows/keep-one-draft-a-person", test_drafts);
  ADD ("feed/merges-changes-in-order", test_feed);
  ADD ("feed/tells-of-a-gap", test_feed_gap);
  ADD ("idempotency/keeps-the-first-reply", test_replies);
  ADD ("idempotency/forgets-after-a-day", test_old_replies);
  ADD ("api-keys/are-found-by-their-hash", test_api_keys);

  return g_test_run ();
}
