/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-api"

#include <string.h>

#include "server/api/key-cache.h"

#include "server/security/api-key.h"

#define STALE_USEC G_USEC_PER_SEC
#define TOUCH_USEC (60 * G_USEC_PER_SEC)
#define MAX_ENTRIES 1024

typedef struct {
  guint8 hash[32];
  EnlaceCredential *credential;   /* NULL: forgotten, the allowance is kept */
  gint64 read_at;                 /* monotonic */
  gint64 touched_at;              /* monotonic; 0: not by this process */
  double tokens;
  gint64 tokens_at;               /* monotonic; 0: full */
} Entry;

struct _EnlaceKeyCache
{
  EnlaceStore *store;
  GMutex lock;
  GHashTable *entries;            /* hash → Entry */
  guint64 generation;             /* rises when keys are forgotten */
};

EnlaceCredential *
enlace_credential_ref (EnlaceCredential *self)
{
  g_atomic_int_inc (&self->refs);

  return self;
}

void
enlace_credential_unref (EnlaceCredential *self)
{
  if (!g_atomic_int_dec_and_test (&self->refs))
    return;

  enlace_api_key_row_free (self->row);
  g_clear_pointer (&self->permissions, enlace_permissions_free);
  g_free (self);
}

static guint
hash_hash (gconstpointer data)
{
  guint hash;

  memcpy (&hash, data, sizeof hash);

  return hash;
}

static gboolean
hash_equal (gconstpointer a,
            gconstpointer b)
{
  return memcmp (a, b, 32) == 0;
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_clear_pointer (&entry->credential, enlace_credential_unref);
  g_free (entry);
}

EnlaceKeyCache *
enlace_key_cache_new (EnlaceStore *store)
{
  EnlaceKeyCache *self = g_new0 (EnlaceKeyCache, 1);

  self->store = store;
  self->entries = g_hash_table_new_full (hash_hash, hash_equal, NULL, entry_free);
  g_mutex_init (&self->lock);

  return self;
}

void
enlace_key_cache_free (EnlaceKeyCache *self)
{
  g_hash_table_unref (self->entries);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static gboolean
is_good (const EnlaceApiKeyRow *row)
{
  return row->is_active && (row->expires_at == 0 || row->expires_at > g_get_real_time ());
}

/* NULL without an error: no such key. */
static EnlaceCredential *
read_credential (EnlaceKeyCache  *self,
                 const guint8     hash[32],
                 GError         **error)
{
  EnlaceReader *reader = enlace_store_acquire_reader (self->store);
  g_autoptr(EnlaceApiKeyRow) row = enlace_api_keys_find (reader, hash, error);
  EnlaceCredential *credential;
  EnlacePermissions *permissions;

  enlace_store_release_reader (self->store, reader);
  if (row == NULL)
    return NULL;
  permissions = enlace_permissions_parse (row->permissions, error);
  if (permissions == NULL)
    return NULL;

  credential = g_new0 (EnlaceCredential, 1);
  credential->refs = 1;
  credential->row = g_steal_pointer (&row);
  credential->permissions = permissions;

  return credential;
}

typedef struct {
  EnlaceChange change;
  EnlaceUuid id;
  gint64 time;
} Touch;

static gboolean
touch_apply (EnlaceChange  *change,
             EnlaceWriter  *writer,
             GError       **error)
{
  Touch *touch = (Touch *) change;

  return enlace_api_keys_touch (writer, &touch->id, touch->time, error);
}

static void
touch_done (EnlaceChange *change,
            const GError *error)
{
  if (error != NULL)
    g_debug ("The last use of a key was not noted: %s", error->message);
  g_free (change);
}

static void
touch (EnlaceKeyCache   *self,
       EnlaceCredential *credential)
{
  Touch *touch = g_new0 (Touch, 1);

  touch->change.apply = touch_apply;
  touch->change.done = touch_done;
  touch->change.is_single_statement = TRUE;
  touch->id = credential->row->id;
  touch->time = g_get_real_time ();
  enlace_store_submit (self->store, &touch->change);
}

/* With the lock held. */
static void
make_room (EnlaceKeyCache *self,
           gint64          now)
{
  GHashTableIter iter;
  gpointer value;

  if (g_hash_table_size (self->entries) < MAX_ENTRIES)
    return;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (now - ((Entry *) value)->read_at > TOUCH_USEC)
      g_hash_table_iter_remove (&iter);
}

/* With the lock held. */
static Entry *
get_entry (EnlaceKeyCache *self,
           const guint8    hash[32],
           gint64          now)
{
  Entry *entry = g_hash_table_lookup (self->entries, hash);

  if (entry != NULL)
    return entry;

  make_room (self, now);
  entry = g_new0 (Entry, 1);
  memcpy (entry->hash, hash, sizeof entry->hash);
  g_hash_table_insert (self->entries, entry->hash, entry);

  return entry;
}

/* A fresh credential from the cache. With the lock held. */
static EnlaceCredential *
find_fresh (EnlaceKeyCache *self,
            const guint8    hash[32],
            gint64          now,
            gboolean       *should_touch)
{
  Entry *entry = g_hash_table_lookup (self->entries, hash);

  if (entry == NULL || entry->credential == NULL || now - entry->read_at > STALE_USEC)
    return NULL;

  *should_touch = now - entry->touched_at >= TOUCH_USEC;
  if (*should_touch)
    entry->touched_at = now;

  return enlace_credential_ref (entry->credential);
}

static void
keep (EnlaceKeyCache   *self,
      EnlaceCredential *credential,
      guint64           generation,
      gint64            now,
      gboolean         *should_touch)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  Entry *entry = get_entry (self, credential->row->key_hash, now);

  /* What was read before a key was forgotten may be what was to be forgotten. */
  if (generation == self->generation)
    {
      g_clear_pointer (&entry->credential, enlace_credential_unref);
      entry->credential = enlace_credential_ref (credential);
      entry->read_at = now;
    }
  *should_touch = entry->touched_at == 0 || now - entry->touched_at >= TOUCH_USEC;
  if (*should_touch)
    entry->touched_at = now;
}

static EnlaceCredential *
find_by_hash (EnlaceKeyCache  *self,
              const guint8     hash[32],
              gboolean        *should_touch,
              GError         **error)
{
  gint64 now = g_get_monotonic_time ();
  EnlaceCredential *credential;
  guint64 generation;

  *should_touch = FALSE;
  g_mutex_lock (&self->lock);
  generation = self->generation;
  credential = find_fresh (self, hash, now, should_touch);
  g_mutex_unlock (&self->lock);

  if (credential == NULL)
    {
      credential = read_credential (self, hash, error);
      if (credential == NULL)
        return NULL;
      keep (self, credential, generation, now, should_touch);
    }
  if (!is_good (credential->row))
    {
      *should_touch = FALSE;
      g_clear_pointer (&credential, enlace_credential_unref);
    }

  return credential;
}

EnlaceCredential *
enlace_key_cache_find (EnlaceKeyCache  *self,
                       const char      *key,
                       GError         **error)
{
  EnlaceCredential *credential;
  gboolean should_touch;
  guint8 hash[32];

  if (!enlace_api_key_is_valid (key))
    return NULL;

  enlace_api_key_hash (key, hash);
  credential = find_by_hash (self, hash, &should_touch, error);
  if (credential != NULL && should_touch)
    touch (self, credential);

  return credential;
}

gboolean
enlace_key_cache_is_valid (EnlaceKeyCache   *self,
                           EnlaceCredential *credential)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceCredential) current = NULL;
  gboolean should_touch;

  current = find_by_hash (self, credential->row->key_hash, &should_touch, &error);
  if (current != NULL && should_touch)
    touch (self, current);

  /* A store that cannot be read now is no word against the key. */
  return current != NULL || error != NULL;
}

gboolean
enlace_key_cache_spend (EnlaceKeyCache   *self,
                        EnlaceCredential *credential,
                        EnlaceAllowance  *allowance)
{
  g_autoptr(GMutexLocker) locker = NULL;
  gint64 now = g_get_monotonic_time ();
  double rate, limit;
  gboolean may;
  Entry *entry;

  memset (allowance, 0, sizeof *allowance);
  allowance->limit = credential->row->rate_limit;
  if (allowance->limit <= 0)
    return TRUE;

  locker = g_mutex_locker_new (&self->lock);
  entry = get_entry (self, credential->row->key_hash, now);
  limit = (double) allowance->limit;
  rate = limit / 60.0;
  if (entry->tokens_at == 0)
    entry->tokens = limit;
  else
    entry->tokens = MIN (limit, entry->tokens + rate * (double) (now - entry->tokens_at) / G_USEC_PER_SEC);
  entry->tokens_at = now;

  may = entry->tokens >= 1.0;
  if (may)
    entry->tokens -= 1.0;
  else
    allowance->wait_seconds = (guint) ((1.0 - entry->tokens) / rate) + 1;
  allowance->remaining = (gint64) entry->tokens;
  allowance->reset_seconds = (guint) ((limit - entry->tokens) / rate) + 1;

  return may;
}

void
enlace_key_cache_forget (EnlaceKeyCache *self,
                         const guint8    key_hash[32])
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  GHashTableIter iter;
  gpointer value;

  self->generation++;
  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Entry *entry = value;

      if (key_hash == NULL || memcmp (entry->hash, key_hash, sizeof entry->hash) == 0)
        g_clear_pointer (&entry->credential, enlace_credential_unref);
    }
}
