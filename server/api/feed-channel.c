/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-api"

#include <string.h>

#include "server/api/feed-channel.h"

#define PAGE 256
#define MAX_PAGES 4                          /* read at once; who is farther behind gets a reset */
#define HOLD_USEC G_USEC_PER_SEC             /* a workflow whose counters alone have changed is sent this often at most */
#define QUIET_USEC (2 * G_USEC_PER_SEC)      /* after a reset */
#define SIGN_OF_LIFE_USEC (15 * G_USEC_PER_SEC)
#define CHECK_USEC G_USEC_PER_SEC
#define MAX_SEEN 4096

/* What was sent last of a workflow. */
typedef struct {
  EnlaceUuid id;
  gint64 revision;
  gint64 sent_at;
  gint64 held_change;    /* 0: nothing is held back */
} Seen;

struct _EnlaceFeedChannel
{
  const EnlaceServices *services;
  const EnlaceFeedRender *renderers;
  EnlaceUuid organisation_id;

  GPtrArray *listeners;  /* of EnlaceFeedListener */
  gint64 cursor;         /* read up to here for those in step */
  gint64 quiet_until;
  GHashTable *seen;      /* workflow id → Seen */
  guint n_held;
  gint64 flush_at;
};

static guint
uuid_hash (gconstpointer data)
{
  guint hash;

  memcpy (&hash, (const guint8 *) data + 12, sizeof hash);

  return hash;
}

static gboolean
uuid_equal (gconstpointer a,
            gconstpointer b)
{
  return enlace_uuid_equal (a, b);
}

EnlaceFeedChannel *
enlace_feed_channel_new (const EnlaceServices   *services,
                         const EnlaceFeedRender *renderers,
                         const EnlaceUuid       *organisation_id)
{
  EnlaceFeedChannel *self = g_new0 (EnlaceFeedChannel, 1);

  self->services = services;
  self->renderers = renderers;
  self->organisation_id = *organisation_id;
  self->listeners = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_feed_listener_free);
  self->seen = g_hash_table_new_full (uuid_hash, uuid_equal, NULL, g_free);

  return self;
}

void
enlace_feed_channel_free (EnlaceFeedChannel *self)
{
  g_ptr_array_unref (self->listeners);
  g_hash_table_unref (self->seen);
  g_free (self);
}

/* The newest change that may be named as an id: none that was held back lies before it. */
static gint64
get_safe (EnlaceFeedChannel *self,
          gint64             change)
{
  GHashTableIter iter;
  gpointer value;

  if (self->n_held == 0)
    return change;

  g_hash_table_iter_init (&iter, self->seen);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      gint64 held = ((Seen *) value)->held_change;

      if (held != 0)
        change = MIN (change, held - 1);
    }

  return change;
}

void
enlace_feed_channel_add (EnlaceFeedChannel  *self,
                         EnlaceFeedListener *listener)
{
  g_autofree char *hello = g_strdup_printf ("retry: 3000\nid: %" G_GINT64_FORMAT "\n\n", listener->cursor);

  if (self->listeners->len == 0)
    {
      self->cursor = enlace_store_get_latest_change (self->services->store);
      g_hash_table_remove_all (self->seen);
      self->n_held = 0;
    }
  listener->is_in_step = listener->cursor == self->cursor;
  listener->checked_at = g_get_monotonic_time ();
  enlace_feed_listener_send (listener, hello, listener->checked_at);
  g_ptr_array_add (self->listeners, listener);
}

guint
enlace_feed_channel_tend (EnlaceFeedChannel *self,
                          EnlaceKeyCache    *keys,
                          gint64             now)
{
  for (guint i = self->listeners->len; i > 0; i--)
    {
      EnlaceFeedListener *listener = g_ptr_array_index (self->listeners, i - 1);
      gboolean is_good = !enlace_stream_is_over (listener->stream);

      if (is_good && now - listener->checked_at >= CHECK_USEC)
        {
          is_good = enlace_key_cache_is_valid (keys, listener->credential);
          listener->checked_at = now;
        }
      if (!is_good)
        g_ptr_array_remove_index_fast (self->listeners, i - 1);
      else if (now - listener->wrote_at >= SIGN_OF_LIFE_USEC)
        {
          gint64 id = listener->is_in_step ? get_safe (self, MAX (listener->cursor, self->cursor)) : listener->cursor;
          g_autofree char *sign = g_strdup_printf (":\nid: %" G_GINT64_FORMAT "\n\n", id);

          enlace_feed_listener_send (listener, sign, now);
        }
    }

  return self->listeners->len;
}

/* Events */

static EnlaceValue *
describe_deleted (const EnlaceFeedEntry *entry)
{
  g_autoptr(EnlaceMapBuilder) map = enlace_map_builder_new ();
  char id[ENLACE_UUID_TEXT_SIZE];

  enlace_uuid_format (&entry->id, id);
  enlace_map_builder_add_string (map, "kind", enlace_feed_kind_get_name (entry->deleted_kind));
  enlace_map_builder_add_string (map, "id", id);

  return enlace_map_builder_end (map);
}

/* NULL: it is gone by now (its tombstone follows), or could not be read. */
static EnlaceValue *
render (EnlaceFeedChannel     *self,
        EnlaceReader          *reader,
        const EnlaceFeedEntry *entry,
        gint64                *revision)
{
  g_autoptr(GError) error = NULL;
  EnlaceValue *value;

  *revision = -1;
  if (entry->kind == ENLACE_FEED_DELETED)
    return describe_deleted (entry);

  value = self->renderers[entry->kind] (self->services, reader, &self->organisation_id, &entry->id, revision, &error);
  if (value == NULL && error != NULL && !g_error_matches (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_NOT_FOUND))
    g_warning ("A change could not be read for the feed: %s", error->message);

  return value;
}

static void
fall_behind (EnlaceFeedChannel  *self,
             EnlaceFeedListener *listener)
{
  listener->is_in_step = FALSE;
}

static void
send_to_all (EnlaceFeedChannel     *self,
             const EnlaceFeedEntry *entry,
             gboolean               is_flush,
             EnlaceValue           *value,
             gint64                 now)
{
  g_autofree char *text = NULL;
  gint64 safe = get_safe (self, entry->change);

  text = enlace_feed_format_event (safe == entry->change ? safe : -1, enlace_feed_kind_get_name (entry->kind), value);
  for (guint i = 0; text != NULL && i < self->listeners->len; i++)
    {
      EnlaceFeedListener *listener = g_ptr_array_index (self->listeners, i);

      if (!listener->is_in_step || (!is_flush && entry->change <= listener->cursor))
        continue;
      if (enlace_feed_listener_may_see (listener, entry) && !enlace_feed_listener_send (listener, text, now))
        fall_behind (self, listener);
      else
        listener->cursor = MAX (listener->cursor, safe);
    }
}

static void
send_reset (EnlaceFeedChannel  *self,
            EnlaceFeedListener *listener,
            gint64              latest,
            gint64              now)
{
  g_autofree char *text = enlace_feed_format_event (latest, "reset", NULL);

  listener->is_in_step = FALSE;
  if (!enlace_feed_listener_send (listener, text, now))
    return;
  listener->cursor = latest;
  listener->is_in_step = latest >= self->cursor;
}

/* Workflows whose counters alone change */

static Seen *
get_seen (EnlaceFeedChannel     *self,
          const EnlaceFeedEntry *entry)
{
  Seen *seen = g_hash_table_lookup (self->seen, &entry->id);

  if (seen == NULL)
    {
      if (g_hash_table_size (self->seen) >= MAX_SEEN && self->n_held == 0)
        g_hash_table_remove_all (self->seen);
      seen = g_new0 (Seen, 1);
      seen->id = entry->id;
      seen->revision = -1;
      g_hash_table_insert (self->seen, &seen->id, seen);
    }

  return seen;
}

/* TRUE: it waits until the next flush. */
static gboolean
hold (EnlaceFeedChannel     *self,
      const EnlaceFeedEntry *entry,
      gint64                 revision,
      gint64                 now)
{
  Seen *seen = get_seen (self, entry);

  if (revision != seen->revision || now - seen->sent_at >= HOLD_USEC)
    {
      if (seen->held_change != 0)
        self->n_held--;
      seen->held_change = 0;
      seen->revision = revision;
      seen->sent_at = now;
      return FALSE;
    }

  if (seen->held_change == 0)
    {
      if (self->n_held++ == 0)
        self->flush_at = seen->sent_at + HOLD_USEC;
      seen->held_change = entry->change;
    }

  return TRUE;
}

/* All that is held goes at the same time, so that ids are named again after it. */
static void
flush (EnlaceFeedChannel *self,
       EnlaceReader      *reader,
       gint64             now)
{
  g_autoptr(GPtrArray) held = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->seen);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((Seen *) value)->held_change != 0)
      {
        ((Seen *) value)->held_change = 0;
        g_ptr_array_add (held, value);
      }
  self->n_held = 0;

  for (guint i = 0; i < held->len; i++)
    {
      Seen *seen = g_ptr_array_index (held, i);
      EnlaceFeedEntry entry = { self->cursor, ENLACE_FEED_WORKFLOW, 0, seen->id };
      g_autoptr(EnlaceValue) workflow = render (self, reader, &entry, &seen->revision);

      seen->sent_at = now;
      if (workflow != NULL)
        send_to_all (self, &entry, TRUE, workflow, now);
    }
}

/* Reading */

static void
send_page (EnlaceFeedChannel *self,
           EnlaceReader      *reader,
           GArray            *page,
           gint64             now)
{
  for (guint i = 0; i < page->len; i++)
    {
      const EnlaceFeedEntry *entry = &g_array_index (page, EnlaceFeedEntry, i);
      gint64 revision;
      g_autoptr(EnlaceValue) value = render (self, reader, entry, &revision);

      self->cursor = entry->change;
      if (value != NULL && !(entry->kind == ENLACE_FEED_WORKFLOW && hold (self, entry, revision, now)))
        send_to_all (self, entry, FALSE, value, now);
    }
}

static void
reset_all (EnlaceFeedChannel *self,
           gint64             latest,
           gint64             now)
{
  g_hash_table_remove_all (self->seen);
  self->n_held = 0;
  self->cursor = latest;
  for (guint i = 0; i < self->listeners->len; i++)
    {
      EnlaceFeedListener *listener = g_ptr_array_index (self->listeners, i);

      if (listener->is_in_step)
        send_reset (self, listener, latest, now);
    }
  self->quiet_until = now + QUIET_USEC;
}

/* FALSE: it could not be read now. */
static gboolean
read_for_all (EnlaceFeedChannel *self,
              EnlaceReader      *reader,
              gint64             latest,
              gint64             now)
{
  for (guint i = 0; i < MAX_PAGES; i++)
    {
      g_autoptr(GError) error = NULL;
      gboolean is_gap = FALSE;
      g_autoptr(GArray) page = enlace_feed_list (reader, &self->organisation_id, self->cursor, PAGE, &is_gap, &error);

      if (page == NULL)
        {
          g_warning ("The feed could not be read: %s", error->message);
          return FALSE;
        }
      if (is_gap)
        break;
      send_page (self, reader, page, now);
      if (page->len < PAGE)
        {
          self->cursor = MAX (self->cursor, latest);
          return TRUE;
        }
    }
  reset_all (self, latest, now);

  return TRUE;
}

/* One who is not in step reads for itself. */
static void
catch_up (EnlaceFeedChannel  *self,
          EnlaceFeedListener *listener,
          EnlaceReader       *reader,
          gint64              latest,
          gint64              now)
{
  g_autoptr(GError) error = NULL;
  gboolean is_gap = FALSE;
  g_autoptr(GArray) page = NULL;

  /* A slow client is written to again once it has taken what waits for it. */
  if (enlace_stream_get_pending (listener->stream) > 0)
    return;

  page = enlace_feed_list (reader, &self->organisation_id, listener->cursor, PAGE * MAX_PAGES, &is_gap, &error);
  if (page == NULL)
    {
      g_warning ("The feed could not be read: %s", error->message);
      return;
    }
  if (is_gap || page->len == PAGE * MAX_PAGES || listener->cursor > latest)
    {
      send_reset (self, listener, latest, now);
      return;
    }

  for (guint i = 0; i < page->len; i++)
    {
      const EnlaceFeedEntry *entry = &g_array_index (page, EnlaceFeedEntry, i);
      gint64 revision;
      g_autoptr(EnlaceValue) value = NULL;
      g_autofree char *text = NULL;

      if (enlace_feed_listener_may_see (listener, entry))
        value = render (self, reader, entry, &revision);
      if (value != NULL)
        text = enlace_feed_format_event (entry->change, enlace_feed_kind_get_name (entry->kind), value);
      if (text != NULL && !enlace_feed_listener_send (listener, text, now))
        return;
      listener->cursor = entry->change;
    }
  listener->cursor = MAX (listener->cursor, latest);
  listener->is_in_step = listener->cursor >= self->cursor;
}

gint64
enlace_feed_channel_send (EnlaceFeedChannel *self,
                          gint64             now)
{
  EnlaceStore *store = self->services->store;
  /* Before the reader's view begins: all up to it are in that view. */
  gint64 latest = enlace_store_get_latest_change (store);
  gint64 again = G_MAXINT64;
  EnlaceReader *reader;

  if (now < self->quiet_until)
    return self->quiet_until;

  reader = enlace_store_acquire_reader (store);
  if (self->n_held > 0 && now >= self->flush_at)
    flush (self, reader, now);
  if (latest > self->cursor)
    read_for_all (self, reader, latest, now);
  for (guint i = 0; i < self->listeners->len; i++)
    {
      EnlaceFeedListener *listener = g_ptr_array_index (self->listeners, i);

      if (!listener->is_in_step)
        catch_up (self, listener, reader, latest, now);
      if (!listener->is_in_step)
        again = MIN (again, now + G_USEC_PER_SEC / 5);
    }
  enlace_store_release_reader (store, reader);

  if (self->n_held > 0)
    again = MIN (again, self->flush_at);
  if (self->quiet_until > now)
    again = MIN (again, self->quiet_until);

  return again;
}
