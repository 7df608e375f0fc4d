/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "server/api/feed.h"
#include "tests/server/store/fixture.h"

/* The feed over a real store; the reader stands where the door would. */

typedef struct {
  Fixture           base;
  EnlaceServices    services;
  EnlaceKeyCache   *keys;
  EnlaceFeed       *feed;
  EnlaceCredential *credential;
} FeedFixture;

typedef struct {
  EnlaceStream *stream;
  GString      *text;      /* what has come and was not taken yet */
  gint64        last_id;
  GMutex        lock;
  GCond         cond;
} Reader;

static void
sleep_cb (gpointer data)
{
}

static void
wake_cb (gpointer data)
{
  Reader *reader = data;

  g_mutex_lock (&reader->lock);
  g_cond_signal (&reader->cond);
  g_mutex_unlock (&reader->lock);
}

static const EnlaceStreamReader funcs = { sleep_cb, wake_cb };

static Reader *
reader_new (FeedFixture *fixture,
            gint64       after)
{
  Reader *reader = g_new0 (Reader, 1);

  reader->text = g_string_new (NULL);
  reader->last_id = -1;
  g_mutex_init (&reader->lock);
  g_cond_init (&reader->cond);
  reader->stream = enlace_feed_subscribe (fixture->feed, fixture->credential, after);
  g_assert_nonnull (reader->stream);
  enlace_stream_set_reader (reader->stream, &funcs, reader);

  return reader;
}

static void
reader_free (Reader *reader)
{
  enlace_stream_abandon (reader->stream);
  enlace_stream_unref (reader->stream);
  g_string_free (reader->text, TRUE);
  g_mutex_clear (&reader->lock);
  g_cond_clear (&reader->cond);
  g_free (reader);
}

/* FALSE: nothing has come within `seconds`, or the stream has ended. */
static gboolean
read_more (Reader *reader,
           double  seconds)
{
  gint64 until = g_get_monotonic_time () + (gint64) (seconds * G_USEC_PER_SEC);
  char buffer[4096];
  gssize length;

  while ((length = enlace_stream_read (reader->stream, buffer, sizeof buffer)) == 0)
    {
      gboolean has_waited;

      if (g_get_monotonic_time () >= until)
        return FALSE;
      g_mutex_lock (&reader->lock);
      has_waited = g_cond_wait_until (&reader->cond, &reader->lock, MIN (until, g_get_monotonic_time () + 10000));
      g_mutex_unlock (&reader->lock);
      (void) has_waited;
    }
  if (length > 0)
    g_string_append_len (reader->text, buffer, length);

  return length > 0;
}

/* The next block of lines that ends with an empty one; NULL: none within `seconds`. */
static char *
read_block (Reader *reader,
            double  seconds)
{
  const char *end;
  char *block;

  while ((end = strstr (reader->text->str, "\n\n")) == NULL)
    if (!read_more (reader, seconds))
      return NULL;
  block = g_strndup (reader->text->str, (gsize) (end - reader->text->str));
  g_string_erase (reader->text, 0, end + 2 - reader->text->str);

  return block;
}

static char *
get_line (const char *block,
          const char *name)
{
  g_auto(GStrv) lines = g_strsplit (block, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], name))
      return g_strdup (lines[i] + strlen (name));

  return NULL;
}

/* The next event: "workflow NAME"; NULL: none within `seconds`. */
static char *
read_event (Reader *reader,
            double  seconds)
{
  for (;;)
    {
      g_autofree char *block = read_block (reader, seconds);
      g_autofree char *id = block != NULL ? get_line (block, "id: ") : NULL;
      g_autofree char *event = block != NULL ? get_line (block, "event: ") : NULL;
      g_autofree char *data = block != NULL ? get_line (block, "data: ") : NULL;

      if (block == NULL)
        return NULL;
      if (id != NULL)
        reader->last_id = g_ascii_strtoll (id, NULL, 10);
      if (event != NULL)
        return g_strdup_printf ("%s %s", event, data);
    }
}

static void
assert_event (Reader     *reader,
              const char *expected)
{
  g_autofree char *event = read_event (reader, 10);

  g_assert_cmpstr (event, ==, expected);
}

/* Reads the greeting, so that the listener is known to be there. */
static void
greet (Reader *reader)
{
  g_autofree char *block = read_block (reader, 10);
  g_autofree char *id = NULL;

  g_assert_true (g_str_has_prefix (block, "retry: "));
  id = get_line (block, "id: ");
  reader->last_id = g_ascii_strtoll (id, NULL, 10);
}

static EnlaceValue *
render_workflow (const EnlaceServices  *services,
                 EnlaceReader          *reader,
                 const EnlaceUuid      *organisation_id,
                 const EnlaceUuid      *id,
                 gint64                *revision,
                 GError               **error)
{
  g_autoptr(EnlaceWorkflowRow) row = enlace_workflows_get (reader, organisation_id, id, error);

  if (row == NULL)
    return NULL;
  *revision = row->revision;

  return enlace_value_new_string_printf ("%s %" G_GINT64_FORMAT, row->name, row->execution_count);
}

static EnlaceValue *
render_execution (const EnlaceServices  *services,
                  EnlaceReader          *reader,
                  const EnlaceUuid      *organisation_id,
                  const EnlaceUuid      *id,
                  gint64                *revision,
                  GError               **error)
{
  g_autoptr(EnlaceExecutionRow) row = enlace_executions_get (reader, organisation_id, id, error);

  return row != NULL ? enlace_value_new_string (enlace_status_get_name (row->status)) : NULL;
}

static const EnlaceFeedRender renderers[] = { render_workflow, render_execution };

static gboolean
insert_key (EnlaceWriter  *writer,
            gpointer       data,
            GError       **error)
{
  return enlace_api_keys_insert (writer, data, error);
}

static EnlaceCredential *
make_credential (FeedFixture *fixture,
                 const char  *permissions,
                 gint64       expires_at)
{
  EnlaceCredential *credential = g_new0 (EnlaceCredential, 1);
  EnlaceApiKeyRow *row = credential->row = g_new0 (EnlaceApiKeyRow, 1);

  credential->refs = 1;
  credential->permissions = enlace_permissions_parse (permissions, NULL);
  enlace_uuid_generate (&row->id);
  row->organisation_id = fixture->base.organisation_id;
  row->member_id = fixture->base.member_id;
  row->name = g_strdup ("of a test");
  row->key_prefix = g_strdup ("enl_12345678");
  row->permissions = g_strdup (permissions);
  row->expires_at = expires_at;
  row->is_active = TRUE;
  memcpy (row->key_hash, row->id.bytes, sizeof row->id.bytes);
  fixture_apply (&fixture->base, insert_key, row);

  return credential;
}

static void
set_up (FeedFixture   *fixture,
        gconstpointer  data)
{
  fixture_set_up (&fixture->base, NULL);
  fixture->services.store = fixture->base.store;
  fixture->keys = enlace_key_cache_new (fixture->base.store);
  fixture->credential = make_credential (fixture, "[\"*\"]", 0);
  fixture->feed = enlace_feed_new (&fixture->services, fixture->keys, renderers);
}

static void
tear_down (FeedFixture   *fixture,
           gconstpointer  data)
{
  g_clear_pointer (&fixture->feed, enlace_feed_free);
  enlace_credential_unref (fixture->credential);
  enlace_key_cache_free (fixture->keys);
  fixture_tear_down (&fixture->base, NULL);
}

static void
insert_run (FeedFixture  *fixture,
            EnlaceStatus  status)
{
  g_autoptr(EnlaceExecutionRow) row = make_execution (&fixture->base, status);

  fixture_insert_execution (&fixture->base, row);
}

typedef struct {
  Fixture    *fixture;
  EnlaceUuid  id;
} Removal;

static gboolean
remove_workflow (EnlaceWriter  *writer,
                 gpointer       data,
                 GError       **error)
{
  Removal *removal = data;

  return enlace_workflows_delete (writer, &removal->fixture->organisation_id, &removal->id, -1, error);
}

static void
test_events (FeedFixture   *fixture,
             gconstpointer  data)
{
  Reader *reader = reader_new (fixture, -1);
  Removal removal = { &fixture->base };
  char id[ENLACE_UUID_TEXT_SIZE];
  g_autofree char *deleted = NULL;

  greet (reader);
  removal.id = fixture_insert_workflow (&fixture->base, "Second");
  assert_event (reader, "workflow \"Second 0\"");
  insert_run (fixture, ENLACE_STATUS_QUEUED);
  assert_event (reader, "execution \"queued\"");
  fixture_apply (&fixture->base, remove_workflow, &removal);
  enlace_uuid_format (&removal.id, id);
  deleted = g_strdup_printf ("deleted {\"kind\":\"workflow\",\"id\":\"%s\"}", id);
  assert_event (reader, deleted);
  g_assert_cmpint (reader->last_id, ==, enlace_store_get_latest_change (fixture->base.store));
  reader_free (reader);
}

static void
test_resume (FeedFixture   *fixture,
             gconstpointer  data)
{
  Reader *reader = reader_new (fixture, -1);
  gint64 last_id;

  greet (reader);
  fixture_insert_workflow (&fixture->base, "Seen");
  assert_event (reader, "workflow \"Seen 0\"");
  last_id = reader->last_id;
  reader_free (reader);

  fixture_insert_workflow (&fixture->base, "Missed");
  insert_run (fixture, ENLACE_STATUS_WAITING);
  reader = reader_new (fixture, last_id);
  greet (reader);
  g_assert_cmpint (reader->last_id, ==, last_id);
  assert_event (reader, "workflow \"Missed 0\"");
  assert_event (reader, "execution \"waiting\"");
  fixture_insert_workflow (&fixture->base, "New");
  assert_event (reader, "workflow \"New 0\"");
  reader_free (reader);
}

static void
test_reset (FeedFixture   *fixture,
            gconstpointer  data)
{
  Reader *reader = reader_new (fixture, G_GINT64_CONSTANT (1) << 60);

  greet (reader);
  assert_event (reader, "reset {}");
  g_assert_cmpint (reader->last_id, ==, enlace_store_get_latest_change (fixture->base.store));
  fixture_insert_workflow (&fixture->base, "After");
  assert_event (reader, "workflow \"After 0\"");
  reader_free (reader);
}

/* Runs that finish change their workflow's counters at every commit; the feed shows it once a second, the last word included, and a
 * client that resumes in between misses nothing. */
static void
test_counters (FeedFixture   *fixture,
               gconstpointer  data)
{
  Reader *reader = reader_new (fixture, -1);
  gint64 start = g_get_monotonic_time ();
  guint n_workflows = 0, n_runs = 0;
  gboolean is_done = FALSE;

  greet (reader);
  for (gsize i = 0; i < 40; i++)
    {
      insert_run (fixture, ENLACE_STATUS_COMPLETED);
      g_usleep (40 * 1000);
    }
  while (!is_done || n_runs < 40)
    {
      g_autofree char *event = read_event (reader, 10);

      g_assert_nonnull (event);
      n_runs += g_str_has_prefix (event, "execution ");
      n_workflows += g_str_has_prefix (event, "workflow ");
      is_done |= g_str_equal (event, "workflow \"Order paid 40\"");
    }
  g_assert_cmpuint (n_runs, ==, 40);
  g_assert_cmpint (n_workflows, <=, (g_get_monotonic_time () - start) / G_USEC_PER_SEC + 2);
  g_assert_cmpint (reader->last_id, ==, enlace_store_get_latest_change (fixture->base.store));
  reader_free (reader);
}

/* The id that a client has seen never lies beyond a change that it has not. */
static void
test_held_back (FeedFixture   *fixture,
                gconstpointer  data)
{
  Reader *reader = reader_new (fixture, -1);
  gboolean has_count = FALSE;
  gint64 last_id;

  greet (reader);
  insert_run (fixture, ENLACE_STATUS_COMPLETED);
  while (!has_count)
    {
      g_autofree char *event = read_event (reader, 10);

      has_count = g_strcmp0 (event, "workflow \"Order paid 1\"") == 0;
    }
  insert_run (fixture, ENLACE_STATUS_COMPLETED);
  assert_event (reader, "execution \"completed\"");
  last_id = reader->last_id;
  reader_free (reader);

  reader = reader_new (fixture, last_id);
  has_count = FALSE;
  while (!has_count)
    {
      g_autofree char *event = read_event (reader, 10);

      g_assert_nonnull (event);
      has_count = g_str_equal (event, "workflow \"Order paid 2\"");
    }
  reader_free (reader);
}

static void
test_permissions (FeedFixture   *fixture,
                  gconstpointer  data)
{
  EnlaceCredential *all = fixture->credential;
  Reader *reader;

  fixture->credential = make_credential (fixture, "[\"feed:read\",\"executions:read\"]", 0);
  reader = reader_new (fixture, -1);
  greet (reader);
  fixture_insert_workflow (&fixture->base, "Not for this key");
  insert_run (fixture, ENLACE_STATUS_FAILED);
  assert_event (reader, "execution \"failed\"");
  reader_free (reader);
  enlace_credential_unref (all);
}

static void
test_expiry (FeedFixture   *fixture,
             gconstpointer  data)
{
  EnlaceCredential *all = fixture->credential;
  Reader *reader;

  fixture->credential = make_credential (fixture, "[\"*\"]", g_get_real_time () + G_USEC_PER_SEC);
  reader = reader_new (fixture, -1);
  greet (reader);
  g_assert_null (read_event (reader, 10));
  g_assert_true (enlace_stream_is_over (reader->stream));
  reader_free (reader);
  enlace_credential_unref (all);
}

/* A reader that takes nothing costs no more than its stream holds, keeps nobody else waiting, and gets all in the end. */
static void
test_slow (FeedFixture   *fixture,
           gconstpointer  data)
{
  Reader *slow = reader_new (fixture, -1);
  Reader *quick = reader_new (fixture, -1);
  g_autofree char *name = g_strnfill (2000, 'n');
  g_autofree char *last = NULL;
  guint n = 0;

  greet (slow);
  greet (quick);
  for (gsize i = 0; i < 200; i++)
    fixture_insert_workflow (&fixture->base, name);
  while (n < 200)
    {
      g_autofree char *event = read_event (quick, 10);

      g_assert_nonnull (event);
      n++;
    }
  g_assert_cmpuint (enlace_stream_get_pending (slow->stream), <=, 256 * 1024);
  g_assert_cmpuint (enlace_stream_get_pending (slow->stream), >, 100 * 1024);
  for (n = 0; n < 200; n++)
    {
      g_autofree char *event = read_event (slow, 10);

      g_assert_nonnull (event);
    }
  fixture_insert_workflow (&fixture->base, "last");
  last = read_event (slow, 10);
  g_assert_cmpstr (last, ==, "workflow \"last 0\"");
  reader_free (slow);
  reader_free (quick);
}

/* An event that is larger than what may wait for a reader gets through all the same. */
static void
test_large (FeedFixture   *fixture,
            gconstpointer  data)
{
  Reader *reader = reader_new (fixture, -1);
  g_autofree char *name = g_strnfill (600 * 1024, 'n');
  g_autofree char *large = NULL;

  greet (reader);
  fixture_insert_workflow (&fixture->base, "small");
  fixture_insert_workflow (&fixture->base, name);
  fixture_insert_workflow (&fixture->base, "last");
  assert_event (reader, "workflow \"small 0\"");
  large = read_event (reader, 10);
  g_assert_cmpuint (strlen (large), >, 600 * 1024);
  assert_event (reader, "workflow \"last 0\"");
  reader_free (reader);
}

static void
test_burst (FeedFixture   *fixture,
            gconstpointer  data)
{
  Reader *reader = reader_new (fixture, enlace_store_get_latest_change (fixture->base.store));
  gint64 last_id;

  greet (reader);
  last_id = reader->last_id;
  reader_free (reader);
  for (gsize i = 0; i < 1100; i++)
    insert_run (fixture, ENLACE_STATUS_QUEUED);

  /* So far behind, reading all lists anew is less. */
  reader = reader_new (fixture, last_id);
  greet (reader);
  assert_event (reader, "reset {}");
  reader_free (reader);
}

static void
test_stop (FeedFixture   *fixture,
           gconstpointer  data)
{
  Reader *reader = reader_new (fixture, -1);

  greet (reader);
  enlace_feed_stop (fixture->feed);
  g_assert_null (read_event (reader, 10));
  g_assert_true (enlace_stream_is_over (reader->stream));
  g_assert_null (enlace_feed_subscribe (fixture->feed, fixture->credential, -1));
  reader_free (reader);
}

#define TEST(path, func) g_test_add ("/api/feed/" path, FeedFixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  TEST ("shows-what-changes", test_events);
  TEST ("resumes-without-a-gap", test_resume);
  TEST ("resets-who-comes-from-elsewhere", test_reset);
  TEST ("shows-counters-once-a-second", test_counters);
  TEST ("names-no-id-beyond-what-it-holds-back", test_held_back);
  TEST ("shows-what-the-key-may-read", test_permissions);
  TEST ("ends-with-the-key", test_expiry);
  TEST ("bounds-a-slow-reader", test_slow);
  TEST ("lets-large-events-through", test_large);
  TEST ("resets-who-is-far-behind", test_burst);
  TEST ("ends-when-stopped", test_stop);

  return g_test_run ();
}
