/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-api"

#include <string.h>

#include "server/api/idempotency.h"

#include "common/value/json.h"
#include "common/value/packed.h"
#include "server/store/idempotency.h"

#define KEPT_USEC (24 * 60 * 60 * (gint64) G_USEC_PER_SEC)
#define EXPIRE_EVERY_USEC (60 * 60 * (gint64) G_USEC_PER_SEC)
#define TABLE "idempotency"
#define FIELD "reply"

struct _EnlaceIdempotency
{
  EnlaceStore *store;
  EnlaceVault *vault;
  GMutex lock;
  GHashTable *under_way;      /* organisation and scoped key, hashed to text */
  gint64 expired_at;          /* monotonic; 0: not yet */
};

struct _EnlaceIdempotentCall
{
  EnlaceIdempotency *owner;
  EnlaceUuid organisation_id;
  EnlaceUuid row_id;          /* made from the key: what the sealed reply is bound to */
  char *mark;                 /* in under_way */
  char *key;                  /* as sent */
  char *scoped_key;
  guint8 body_hash[32];
  gboolean has_expired;       /* an old reply is still there under this key */
};

EnlaceIdempotency *
enlace_idempotency_new (EnlaceStore *store,
                        EnlaceVault *vault)
{
  EnlaceIdempotency *self = g_new0 (EnlaceIdempotency, 1);

  self->store = store;
  self->vault = vault;
  self->under_way = g_hash_table_new (g_str_hash, g_str_equal);
  g_mutex_init (&self->lock);

  return self;
}

void
enlace_idempotency_free (EnlaceIdempotency *self)
{
  g_hash_table_unref (self->under_way);
  g_mutex_clear (&self->lock);
  g_free (self);
}

gboolean
enlace_idempotency_is_key (const char *key)
{
  gsize length = strlen (key);

  for (gsize i = 0; i < length; i++)
    if (key[i] < 0x20 || key[i] > 0x7e)
      return FALSE;

  return length > 0 && length <= ENLACE_IDEMPOTENCY_KEY_MAX;
}

static void
hash_bytes (gconstpointer data,
            gsize         length,
            guint8        hash[32])
{
  g_autoptr(GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize size = 32;

  g_checksum_update (checksum, data, (gssize) length);
  g_checksum_get_digest (checksum, hash, &size);
}

static EnlaceIdempotentCall *
call_new (EnlaceIdempotency *owner,
          const EnlaceUuid  *organisation_id,
          const char        *scope,
          const char        *key,
          GBytes            *body)
{
  EnlaceIdempotentCall *self = g_new0 (EnlaceIdempotentCall, 1);
  char organisation[ENLACE_UUID_TEXT_SIZE];
  gconstpointer data = "";
  gsize length = 0;
  guint8 hash[32];

  enlace_uuid_format (organisation_id, organisation);
  self->owner = owner;
  self->organisation_id = *organisation_id;
  self->key = g_strdup (key);
  self->scoped_key = g_strconcat (scope, " ", key, NULL);
  self->mark = g_strconcat (organisation, " ", self->scoped_key, NULL);
  hash_bytes (self->mark, strlen (self->mark), hash);
  memcpy (self->row_id.bytes, hash, sizeof self->row_id.bytes);
  if (body != NULL)
    data = g_bytes_get_data (body, &length);
  hash_bytes (data, length, self->body_hash);

  return self;
}

static void
call_free (EnlaceIdempotentCall *self)
{
  g_free (self->mark);
  g_free (self->key);
  g_free (self->scoped_key);
  g_free (self);
}

/* FALSE: one with this key is under way. */
static gboolean
mark (EnlaceIdempotentCall *self)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->owner->lock);

  return !g_hash_table_contains (self->owner->under_way, self->mark)
         && g_hash_table_add (self->owner->under_way, self->mark);
}

void
enlace_idempotent_call_end (EnlaceIdempotentCall *self)
{
  g_mutex_lock (&self->owner->lock);
  g_hash_table_remove (self->owner->under_way, self->mark);
  g_mutex_unlock (&self->owner->lock);

  call_free (self);
}

/* Old replies go, now and then. */

typedef struct {
  EnlaceChange change;
  gint64 before;
} Expiry;

static gboolean
expiry_apply (EnlaceChange  *change,
              EnlaceWriter  *writer,
              GError       **error)
{
  return enlace_idempotency_expire (writer, ((Expiry *) change)->before, error);
}

static void
expiry_done (EnlaceChange *change,
             const GError *error)
{
  if (error != NULL)
    g_warning ("Old replies were not removed: %s", error->message);
  g_free (change);
}

static void
expire (EnlaceIdempotency *self)
{
  gint64 now = g_get_monotonic_time ();
  gboolean is_due;
  Expiry *expiry;

  g_mutex_lock (&self->lock);
  is_due = self->expired_at == 0 || now - self->expired_at >= EXPIRE_EVERY_USEC;
  if (is_due)
    self->expired_at = now;
  g_mutex_unlock (&self->lock);
  if (!is_due)
    return;

  expiry = g_new0 (Expiry, 1);
  expiry->change.apply = expiry_apply;
  expiry->change.done = expiry_done;
  expiry->before = g_get_real_time () - KEPT_USEC;
  enlace_store_submit (self->store, &expiry->change);
}

/* Stored form: a map { content_type, headers: [name, value, …], body }. */

static EnlaceValue *
pack_reply (EnlaceReply *reply,
            GBytes      *body)
{
  g_autoptr(EnlaceMapBuilder) map = enlace_map_builder_new ();
  g_autoptr(EnlaceListBuilder) headers = enlace_list_builder_new ();

  for (guint i = 0; i < enlace_reply_get_n_headers (reply); i++)
    {
      const char *name, *value;

      enlace_reply_get_header (reply, i, &name, &value);
      enlace_list_builder_take (headers, enlace_value_new_string (name));
      enlace_list_builder_take (headers, enlace_value_new_string (value));
    }
  if (enlace_reply_get_content_type (reply) != NULL)
    enlace_map_builder_add_string (map, "content_type", enlace_reply_get_content_type (reply));
  enlace_map_builder_take (map, "headers", enlace_list_builder_end (headers));
  if (body != NULL)
    enlace_map_builder_take (map, "body", enlace_value_new_bytes (g_bytes_get_data (body, NULL), g_bytes_get_size (body)));

  return enlace_map_builder_end (map);
}

static EnlaceReply *
unpack_reply (guint        status,
              EnlaceValue *packed)
{
  EnlaceValue *headers = enlace_value_get_member (packed, "headers");
  EnlaceValue *body = enlace_value_get_member (packed, "body");
  g_autoptr(GBytes) bytes = NULL;
  EnlaceReply *reply;

  if (body != NULL)
    {
      gsize length;
      gconstpointer data = enlace_value_get_bytes (body, &length);

      bytes = g_bytes_new (data, length);
    }
  reply = enlace_reply_new_bytes (status, enlace_value_get_member_string (packed, "content_type", NULL), bytes);
  for (gsize i = 0; headers != NULL && i + 1 < enlace_value_get_length (headers); i += 2)
    enlace_reply_add_header (reply, enlace_value_get_string (enlace_value_get_element (headers, i)),
                             enlace_value_get_string (enlace_value_get_element (headers, i + 1)));
  enlace_reply_add_header (reply, "Idempotency-Replayed", "true");

  return reply;
}

/* The body without its secrets, and with the word that it is a replay. */
static GBytes *
censor (GBytes             *body,
        const char *const  *secret_members,
        GError            **error)
{
  g_autoptr(EnlaceMapBuilder) map = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) value = NULL;
  g_autoptr(EnlaceValue) censored = NULL;
  gsize length;
  char *text;

  if (secret_members != NULL)
    {
      value = enlace_json_parse (g_bytes_get_data (body, NULL), (gssize) g_bytes_get_size (body), error);
      if (value == NULL)
        return NULL;
      for (gsize i = 0; i < enlace_value_get_length (value); i++)
        {
          const char *name = enlace_value_get_string (enlace_value_get_key (value, i));

          if (!g_strv_contains (secret_members, name))
            enlace_map_builder_add (map, name, enlace_value_get_member_value (value, i));
        }
    }
  enlace_map_builder_add_bool (map, "replayed", TRUE);
  censored = enlace_map_builder_end (map);
  text = enlace_json_format (censored, ENLACE_JSON_COMPACT, &length, error);

  return text != NULL ? g_bytes_new_take (text, length) : NULL;
}

gboolean
enlace_idempotent_call_store (EnlaceIdempotentCall  *self,
                              EnlaceWriter          *writer,
                              EnlaceReply           *reply,
                              gboolean               has_secret,
                              const char *const     *secret_members,
                              GError               **error)
{
  g_autoptr(GBytes) censored = NULL;
  g_autoptr(EnlaceValue) packed = NULL;
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(GBytes) sealed = NULL;
  EnlaceIdempotencyRow row = { 0 };

  if (has_secret)
    {
      censored = censor (enlace_reply_get_body (reply), secret_members, error);
      if (censored == NULL)
        return FALSE;
    }
  packed = pack_reply (reply, has_secret ? censored : enlace_reply_get_body (reply));
  bytes = enlace_packed_write (packed);
  sealed = enlace_vault_seal (self->owner->vault, &self->organisation_id, TABLE, &self->row_id, FIELD,
                              g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));

  row.organisation_id = self->organisation_id;
  row.key = self->scoped_key;
  memcpy (row.body_hash, self->body_hash, sizeof row.body_hash);
  row.status = enlace_reply_get_status (reply);
  row.reply = sealed;
  row.created_at = enlace_writer_get_time (writer);
  if (self->has_expired && !enlace_idempotency_expire (writer, row.created_at - KEPT_USEC, error))
    return FALSE;

  return enlace_idempotency_insert (writer, &row, error);
}

const char *
enlace_idempotent_call_get_key (EnlaceIdempotentCall *self)
{
  return self->key;
}

static EnlaceReply *
open_reply (EnlaceIdempotentCall  *self,
            EnlaceIdempotencyRow  *row,
            GError               **error)
{
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(EnlaceValue) packed = NULL;

  bytes = enlace_vault_unseal (self->owner->vault, &self->organisation_id, TABLE, &self->row_id, FIELD, row->reply, error);
  if (bytes != NULL)
    packed = enlace_packed_read (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error);

  return packed != NULL ? unpack_reply (row->status, packed) : NULL;
}

/* What was stored for the key: TRUE when nothing was and the call goes on. */
static gboolean
look_up (EnlaceIdempotentCall  *self,
         EnlaceReply          **replay,
         GError               **error)
{
  EnlaceReader *reader = enlace_store_acquire_reader (self->owner->store);
  g_autoptr(GError) local = NULL;
  g_autoptr(EnlaceIdempotencyRow) row = enlace_idempotency_find (reader, &self->organisation_id, self->scoped_key, &local);

  enlace_store_release_reader (self->owner->store, reader);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  self->has_expired = row != NULL && row->created_at < g_get_real_time () - KEPT_USEC;
  if (row == NULL || self->has_expired)
    return TRUE;

  if (memcmp (row->body_hash, self->body_hash, sizeof row->body_hash) != 0)
    g_set_error_literal (error, ENLACE_API_ERROR, 422, "This Idempotency-Key was used before with another body.");
  else
    *replay = open_reply (self, row, error);

  return FALSE;
}

EnlaceIdempotentCall *
enlace_idempotency_begin (EnlaceIdempotency  *self,
                          const EnlaceUuid   *organisation_id,
                          const char         *scope,
                          const char         *key,
                          GBytes             *body,
                          EnlaceReply       **replay,
                          GError            **error)
{
  EnlaceIdempotentCall *call = call_new (self, organisation_id, scope, key, body);

  expire (self);
  if (!mark (call))
    {
      call_free (call);
      g_set_error_literal (error, ENLACE_API_ERROR, 409, "The first request with this Idempotency-Key is still under way.");
      return NULL;
    }
  if (!look_up (call, replay, error))
    g_clear_pointer (&call, enlace_idempotent_call_end);

  return call;
}
