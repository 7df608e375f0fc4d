/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-webhook"

#include "server/webhook/secrets.h"

#include <string.h>

#include <sodium.h>

#include "server/store/secrets.h"

#define TABLE "workflow_secrets"
#define MAX_KEPT 4096

typedef struct {
  char   *text;
  gint64  expires_at;     /* 0: never */
} Secret;

struct _EnlaceHookSecrets {
  EnlaceStore *store;     /* borrowed */
  EnlaceVault *vault;     /* borrowed */

  GRWLock      lock;      /* of all below */
  GHashTable  *kept;      /* "WORKFLOW/NAME" → GPtrArray of Secret */
  guint64      n_changes; /* so that what was read before a change is not kept after it */
};

static void
wipe (gpointer data)
{
  char *text = data;

  if (text != NULL)
    sodium_memzero (text, strlen (text));
  g_free (text);
}

static void
secret_free (gpointer data)
{
  Secret *self = data;

  wipe (self->text);
  g_free (self);
}

EnlaceHookSecrets *
enlace_hook_secrets_new (EnlaceStore *store,
                         EnlaceVault *vault)
{
  EnlaceHookSecrets *self = g_new0 (EnlaceHookSecrets, 1);

  self->store = store;
  self->vault = vault;
  g_rw_lock_init (&self->lock);
  self->kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);

  return self;
}

void
enlace_hook_secrets_free (EnlaceHookSecrets *self)
{
  g_hash_table_unref (self->kept);
  g_rw_lock_clear (&self->lock);
  g_free (self);
}

static Secret *
open_secret (EnlaceHookSecrets      *self,
             const EnlaceUuid       *organisation_id,
             const EnlaceSecretRow  *row,
             GError                **error)
{
  g_autoptr(GBytes) plain = enlace_vault_unseal (self->vault, organisation_id, TABLE, &row->workflow_id, row->name, row->value, error);
  Secret *secret;

  if (plain == NULL)
    return NULL;

  secret = g_new0 (Secret, 1);
  secret->text = g_strndup (g_bytes_get_data (plain, NULL), g_bytes_get_size (plain));
  secret->expires_at = row->expires_at;

  return secret;
}

static GPtrArray *
read_secrets (EnlaceHookSecrets  *self,
              const EnlaceUuid   *organisation_id,
              const EnlaceUuid   *workflow_id,
              const char         *name,
              GError            **error)
{
  EnlaceReader *reader = enlace_store_acquire_reader (self->store);
  g_autoptr(GPtrArray) rows = enlace_secrets_list (reader, workflow_id, name, error);
  g_autoptr(GPtrArray) secrets = g_ptr_array_new_with_free_func (secret_free);

  enlace_store_release_reader (self->store, reader);
  for (guint i = 0; rows != NULL && i < rows->len; i++)
    {
      Secret *secret = open_secret (self, organisation_id, g_ptr_array_index (rows, i), error);

      if (secret == NULL)
        return NULL;
      g_ptr_array_add (secrets, secret);
    }

  return rows != NULL ? g_steal_pointer (&secrets) : NULL;
}

static GPtrArray *
dup_texts (GPtrArray *secrets)
{
  GPtrArray *texts = g_ptr_array_new_with_free_func (wipe);
  gint64 now = g_get_real_time ();

  for (guint i = 0; i < secrets->len; i++)
    {
      Secret *secret = g_ptr_array_index (secrets, i);

      if (secret->expires_at == 0 || secret->expires_at > now)
        g_ptr_array_add (texts, g_strdup (secret->text));
    }

  return texts;
}

static void
keep (EnlaceHookSecrets *self,
      const char        *key,
      GPtrArray         *secrets,
      guint64            n_changes)
{
  g_rw_lock_writer_lock (&self->lock);
  if (self->n_changes == n_changes)
    {
      if (g_hash_table_size (self->kept) >= MAX_KEPT)
        g_hash_table_remove_all (self->kept);
      g_hash_table_insert (self->kept, g_strdup (key), g_ptr_array_ref (secrets));
    }
  g_rw_lock_writer_unlock (&self->lock);
}

GPtrArray *
enlace_hook_secrets_get (EnlaceHookSecrets  *self,
                         const EnlaceUuid   *organisation_id,
                         const EnlaceUuid   *workflow_id,
                         const char         *name,
                         GError            **error)
{
  g_autoptr(GPtrArray) secrets = NULL;
  g_autofree char *key = NULL;
  char id[ENLACE_UUID_TEXT_SIZE];
  GPtrArray *kept;
  guint64 n_changes;

  enlace_uuid_format (workflow_id, id);
  key = g_strconcat (id, "/", name, NULL);
  g_rw_lock_reader_lock (&self->lock);
  kept = g_hash_table_lookup (self->kept, key);
  if (kept != NULL)
    secrets = g_ptr_array_ref (kept);
  n_changes = self->n_changes;
  g_rw_lock_reader_unlock (&self->lock);

  if (secrets == NULL)
    {
      if ((secrets = read_secrets (self, organisation_id, workflow_id, name, error)) == NULL)
        return NULL;
      keep (self, key, secrets, n_changes);
    }

  return dup_texts (secrets);
}

void
enlace_hook_secrets_changed (EnlaceHookSecrets *self)
{
  g_rw_lock_writer_lock (&self->lock);
  self->n_changes++;
  g_hash_table_remove_all (self->kept);
  g_rw_lock_writer_unlock (&self->lock);
}

GBytes *
enlace_hook_secrets_seal (EnlaceVault      *vault,
                          const EnlaceUuid *organisation_id,
                          const EnlaceUuid *workflow_id,
                          const char       *name,
                          const char       *text)
{
  return enlace_vault_seal (vault, organisation_id, TABLE, workflow_id, name, text, strlen (text));
}
