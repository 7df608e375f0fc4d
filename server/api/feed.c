/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-api"

#include "server/api/feed.h"

#include "server/api/feed-channel.h"

#define BETWEEN_READS_USEC (G_USEC_PER_SEC / 10)
#define BETWEEN_LOOKS_USEC G_USEC_PER_SEC
#define MAX_LISTENERS 1000

struct _EnlaceFeed
{
  const EnlaceServices *services;
  EnlaceKeyCache *keys;
  const EnlaceFeedRender *renderers;
  GThread *thread;
  guint observer;

  /* The thread's: organisation id as text → EnlaceFeedChannel */
  GHashTable *channels;

  /* Held only for moments: the store's writer comes here. */
  GMutex lock;
  GCond cond;
  GPtrArray *arrivals;     /* of EnlaceFeedListener */
  gboolean has_news;
  gboolean must_stop;
  int n_listeners;         /* atomic */
};

/* On the writer's thread. */
static void
news_cb (gint64   latest_change,
         gpointer data)
{
  EnlaceFeed *self = data;

  if (g_atomic_int_get (&self->n_listeners) == 0)
    return;

  g_mutex_lock (&self->lock);
  if (!self->has_news)
    g_cond_signal (&self->cond);
  self->has_news = TRUE;
  g_mutex_unlock (&self->lock);
}

static void
admit (EnlaceFeed         *self,
       EnlaceFeedListener *listener)
{
  const EnlaceUuid *id = &listener->credential->row->organisation_id;
  char text[ENLACE_UUID_TEXT_SIZE];
  EnlaceFeedChannel *channel;

  enlace_uuid_format (id, text);
  channel = g_hash_table_lookup (self->channels, text);
  if (channel == NULL)
    {
      channel = enlace_feed_channel_new (self->services, self->renderers, id);
      g_hash_table_insert (self->channels, g_strdup (text), channel);
    }
  enlace_feed_channel_add (channel, listener);
}

/* Looks after all channels; returns when to come again. */
static gint64
serve (EnlaceFeed *self)
{
  gint64 now = g_get_monotonic_time ();
  gint64 again = now + BETWEEN_LOOKS_USEC;
  GHashTableIter iter;
  gpointer channel;
  guint total = 0;

  g_hash_table_iter_init (&iter, self->channels);
  while (g_hash_table_iter_next (&iter, NULL, &channel))
    {
      guint n = enlace_feed_channel_tend (channel, self->keys, now);

      total += n;
      if (n == 0)
        g_hash_table_iter_remove (&iter);
      else
        again = MIN (again, enlace_feed_channel_send (channel, now));
    }

  g_mutex_lock (&self->lock);
  g_atomic_int_set (&self->n_listeners, (int) (total + self->arrivals->len));
  g_mutex_unlock (&self->lock);

  return total > 0 ? MAX (again, now + BETWEEN_READS_USEC) : G_MAXINT64;
}

/* With the lock held: until there is something to do. Arrivals are served at once, news at most ten times a second. */
static void
wait_for_work (EnlaceFeed *self,
               gint64      served_at,
               gint64      again)
{
  while (!self->must_stop && self->arrivals->len == 0)
    {
      gint64 until = self->has_news ? MIN (again, served_at + BETWEEN_READS_USEC) : again;

      if (g_get_monotonic_time () >= until)
        break;
      if (until == G_MAXINT64)
        g_cond_wait (&self->cond, &self->lock);
      else
        g_cond_wait_until (&self->cond, &self->lock, until);
    }
  self->has_news = FALSE;
}

static gpointer
run (gpointer data)
{
  EnlaceFeed *self = data;
  gint64 served_at = 0, again = G_MAXINT64;

  for (;;)
    {
      g_autoptr(GPtrArray) arrivals = NULL;

      g_mutex_lock (&self->lock);
      wait_for_work (self, served_at, again);
      if (self->must_stop)
        break;
      arrivals = g_steal_pointer (&self->arrivals);
      self->arrivals = g_ptr_array_new ();
      g_mutex_unlock (&self->lock);

      for (guint i = 0; i < arrivals->len; i++)
        admit (self, g_ptr_array_index (arrivals, i));
      served_at = g_get_monotonic_time ();
      again = serve (self);
    }
  g_mutex_unlock (&self->lock);
  g_hash_table_remove_all (self->channels);

  return NULL;
}

EnlaceFeed *
enlace_feed_new (const EnlaceServices   *services,
                 EnlaceKeyCache         *keys,
                 const EnlaceFeedRender *renderers)
{
  EnlaceFeed *self = g_new0 (EnlaceFeed, 1);

  self->services = services;
  self->keys = keys;
  self->renderers = renderers;
  self->channels = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) enlace_feed_channel_free);
  self->arrivals = g_ptr_array_new ();
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  self->observer = enlace_store_add_observer (services->store, news_cb, self);
  self->thread = g_thread_new ("enlace-feed", run, self);

  return self;
}

void
enlace_feed_stop (EnlaceFeed *self)
{
  if (self->thread == NULL)
    return;

  enlace_store_remove_observer (self->services->store, self->observer);
  g_mutex_lock (&self->lock);
  self->must_stop = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);
  g_thread_join (g_steal_pointer (&self->thread));
  g_ptr_array_foreach (self->arrivals, (GFunc) (GCallback) enlace_feed_listener_free, NULL);
  g_ptr_array_set_size (self->arrivals, 0);
}

void
enlace_feed_free (EnlaceFeed *self)
{
  enlace_feed_stop (self);
  g_hash_table_unref (self->channels);
  g_ptr_array_unref (self->arrivals);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
  g_free (self);
}

EnlaceStream *
enlace_feed_subscribe (EnlaceFeed       *self,
                       EnlaceCredential *credential,
                       gint64            after)
{
  gint64 latest = enlace_store_get_latest_change (self->services->store);
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  EnlaceFeedListener *listener;

  if (self->must_stop || g_atomic_int_get (&self->n_listeners) >= MAX_LISTENERS)
    return NULL;

  /* A number that was never given is another store's: the client starts anew. */
  listener = enlace_feed_listener_new (credential, after >= 0 ? after : latest);
  g_ptr_array_add (self->arrivals, listener);
  g_atomic_int_inc (&self->n_listeners);
  g_cond_signal (&self->cond);

  return enlace_stream_ref (listener->stream);
}
