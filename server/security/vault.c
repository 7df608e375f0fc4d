/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-security"

#include <sodium.h>
#include <string.h>

#include "server/security/vault.h"
#include "server/store/organisations.h"

/* Sealed form: version (1), key id (4, big endian), nonce (24), ciphertext and tag (16). The additional data that it is bound to:
 * organisation (16), row (16), key id (4), table and field, each with its NUL. */
#define FORM_VERSION   1
#define KEY_SIZE       crypto_aead_xchacha20poly1305_ietf_KEYBYTES
#define NONCE_SIZE     crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_SIZE       crypto_aead_xchacha20poly1305_ietf_ABYTES
#define HEAD_SIZE      (1 + 4 + NONCE_SIZE)
#define CONTEXT_MAX    128
#define MASTER_KEY_ID  0
#define FIRST_KEY_ID   1
#define NONCES_AT_ONCE 64

#define CANARY         "enlace: this store was sealed by this key"

G_STATIC_ASSERT (KEY_SIZE == ENLACE_MASTER_KEY_SIZE);

typedef struct {
  EnlaceUuid  organisation_id;
  guint32     key_id;
  guint8     *key;           /* in locked memory */
} EnlaceDataKey;

struct _EnlaceVault {
  GArray  *keys;             /* of EnlaceDataKey, by organisation */
};

typedef struct {
  guint8 bytes[NONCES_AT_ONCE * NONCE_SIZE];
  gsize  used;
} EnlaceNonces;

typedef struct {
  const EnlaceUuid *organisation_id;
  const char       *table;
  const EnlaceUuid *row;
  const char       *field;
} EnlacePlace;

static const EnlaceUuid nowhere;

G_DEFINE_QUARK (enlace-vault-error-quark, enlace_vault_error)

/* Asking the kernel for a nonce each time costs as much as the sealing. The buffer is the thread's own and each part is used once; a
 * process that forks does not go on sealing. */
static void
take_nonce (guint8 nonce[NONCE_SIZE])
{
  static GPrivate storage = G_PRIVATE_INIT (g_free);
  EnlaceNonces *nonces = g_private_get (&storage);

  if (nonces == NULL)
    {
      nonces = g_new (EnlaceNonces, 1);
      nonces->used = sizeof nonces->bytes;
      g_private_set (&storage, nonces);
    }

  if (nonces->used == sizeof nonces->bytes)
    {
      randombytes_buf (nonces->bytes, sizeof nonces->bytes);
      nonces->used = 0;
    }

  memcpy (nonce, nonces->bytes + nonces->used, NONCE_SIZE);
  nonces->used += NONCE_SIZE;
}

static gsize
write_context (const EnlacePlace *place,
               guint32            key_id,
               guint8             context[CONTEXT_MAX])
{
  gsize table_size = strlen (place->table) + 1;
  gsize field_size = strlen (place->field) + 1;
  guint32 id = GUINT32_TO_BE (key_id);
  guint8 *at = context;

  g_assert (2 * sizeof (EnlaceUuid) + sizeof id + table_size + field_size <= CONTEXT_MAX);

  at = (guint8 *) mempcpy (at, place->organisation_id->bytes, sizeof (EnlaceUuid));
  at = (guint8 *) mempcpy (at, place->row->bytes, sizeof (EnlaceUuid));
  at = (guint8 *) mempcpy (at, &id, sizeof id);
  at = (guint8 *) mempcpy (at, place->table, table_size);
  at = (guint8 *) mempcpy (at, place->field, field_size);

  return at - context;
}

static GBytes *
seal (const EnlacePlace *place,
      guint32            key_id,
      const guint8      *key,
      gconstpointer      data,
      gsize              length)
{
  gsize size = HEAD_SIZE + length + TAG_SIZE;
  guint8 *sealed = g_malloc (size);
  guint32 id = GUINT32_TO_BE (key_id);
  guint8 context[CONTEXT_MAX];
  gsize context_size = write_context (place, key_id, context);

  sealed[0] = FORM_VERSION;
  memcpy (sealed + 1, &id, sizeof id);
  take_nonce (sealed + 5);
  crypto_aead_xchacha20poly1305_ietf_encrypt (sealed + HEAD_SIZE, NULL, data, length, context, context_size, NULL, sealed + 5, key);

  return g_bytes_new_take (sealed, size);
}

/* The id of the key that sealed it; FALSE: it has not the form. */
static gboolean
read_key_id (GBytes  *sealed,
             guint32 *key_id)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (sealed, &size);

  if (size < HEAD_SIZE + TAG_SIZE || data[0] != FORM_VERSION)
    return FALSE;

  memcpy (key_id, data + 1, sizeof *key_id);
  *key_id = GUINT32_FROM_BE (*key_id);

  return TRUE;
}

/* NULL: altered, moved, or another key. The form was checked. */
static guint8 *
unseal (const EnlacePlace *place,
        guint32            key_id,
        const guint8      *key,
        GBytes            *sealed,
        gsize             *length)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (sealed, &size);
  guint8 context[CONTEXT_MAX];
  gsize context_size = write_context (place, key_id, context);
  g_autofree guint8 *opened = NULL;

  *length = size - HEAD_SIZE - TAG_SIZE;
  opened = g_malloc (*length + 1);

  if (crypto_aead_xchacha20poly1305_ietf_decrypt (opened, NULL, NULL, data + HEAD_SIZE, size - HEAD_SIZE,
                                                  context, context_size, data + 5, key) != 0)
    return NULL;

  return g_steal_pointer (&opened);
}

static EnlacePlace
get_canary_place (void)
{
  return (EnlacePlace) { &nowhere, "meta", &nowhere, "canary" };
}

static EnlacePlace
get_key_place (const EnlaceUuid *organisation_id)
{
  return (EnlacePlace) { organisation_id, "organisations", organisation_id, "wrapped_key" };
}

GBytes *
enlace_vault_make_canary (const guint8 master_key[ENLACE_MASTER_KEY_SIZE])
{
  EnlacePlace place = get_canary_place ();

  return seal (&place, MASTER_KEY_ID, master_key, CANARY, strlen (CANARY));
}

/* What is wrapped is the key and its id. */
GBytes *
enlace_vault_make_data_key (const guint8      master_key[ENLACE_MASTER_KEY_SIZE],
                            const EnlaceUuid *organisation_id)
{
  EnlacePlace place = get_key_place (organisation_id);
  guint32 id = GUINT32_TO_BE (FIRST_KEY_ID);
  guint8 plain[sizeof id + KEY_SIZE];
  GBytes *wrapped;

  memcpy (plain, &id, sizeof id);
  randombytes_buf (plain + sizeof id, KEY_SIZE);
  wrapped = seal (&place, MASTER_KEY_ID, master_key, plain, sizeof plain);
  sodium_memzero (plain, sizeof plain);

  return wrapped;
}

static gboolean
check_canary (EnlaceReader  *reader,
              const guint8  *master_key,
              GError       **error)
{
  g_autoptr(GBytes) sealed = enlace_store_get_canary (reader, error);
  g_autofree guint8 *opened = NULL;
  EnlacePlace place = get_canary_place ();
  guint32 key_id;
  gsize length;

  if (sealed == NULL)
    return FALSE;

  if (read_key_id (sealed, &key_id) && key_id == MASTER_KEY_ID)
    opened = unseal (&place, key_id, master_key, sealed, &length);

  if (opened != NULL && length == strlen (CANARY) && memcmp (opened, CANARY, length) == 0)
    return TRUE;

  g_set_error_literal (error, ENLACE_VAULT_ERROR, ENLACE_VAULT_ERROR_KEY,
                       "The master key is not the one that this store was sealed with; nothing was changed");

  return FALSE;
}

static gboolean
unwrap (EnlaceVault                  *self,
        const EnlaceOrganisationRow  *row,
        const guint8                 *master_key,
        GError                      **error)
{
  EnlacePlace place = get_key_place (&row->id);
  EnlaceDataKey key = { .organisation_id = row->id };
  guint8 *opened = NULL;
  guint32 key_id;
  gsize length;

  if (read_key_id (row->wrapped_key, &key_id) && key_id == MASTER_KEY_ID)
    opened = unseal (&place, key_id, master_key, row->wrapped_key, &length);

  if (opened == NULL || length != sizeof key.key_id + KEY_SIZE)
    {
      g_free (opened);
      g_set_error (error, ENLACE_VAULT_ERROR, ENLACE_VAULT_ERROR_SEALED, "The data key of the organisation “%s” was altered", row->name);
      return FALSE;
    }

  memcpy (&key.key_id, opened, sizeof key.key_id);
  key.key_id = GUINT32_FROM_BE (key.key_id);
  key.key = sodium_malloc (KEY_SIZE);
  g_assert (key.key != NULL);
  memcpy (key.key, opened + sizeof key.key_id, KEY_SIZE);
  sodium_mprotect_readonly (key.key);
  sodium_memzero (opened, length);
  g_free (opened);

  g_array_append_val (self->keys, key);

  return TRUE;
}

static int
compare_keys (gconstpointer a,
              gconstpointer b)
{
  return memcmp (&((const EnlaceDataKey *) a)->organisation_id, &((const EnlaceDataKey *) b)->organisation_id, sizeof (EnlaceUuid));
}

static void
clear_key (gpointer data)
{
  EnlaceDataKey *key = data;

  g_clear_pointer (&key->key, sodium_free);
}

static gboolean
load (EnlaceVault   *self,
      EnlaceReader  *reader,
      const guint8  *master_key,
      GError       **error)
{
  g_autoptr(GPtrArray) organisations = NULL;

  if (!check_canary (reader, master_key, error) || (organisations = enlace_organisations_list (reader, error)) == NULL)
    return FALSE;

  for (guint i = 0; i < organisations->len; i++)
    if (!unwrap (self, g_ptr_array_index (organisations, i), master_key, error))
      return FALSE;

  g_array_sort (self->keys, compare_keys);

  return TRUE;
}

gboolean
enlace_vault_check_key (EnlaceReader  *reader,
                        const guint8   master_key[ENLACE_MASTER_KEY_SIZE],
                        GError       **error)
{
  if (sodium_init () < 0)
    g_error ("libsodium cannot be initialised");

  return check_canary (reader, master_key, error);
}

EnlaceVault *
enlace_vault_open (EnlaceStore   *store,
                   const guint8   master_key[ENLACE_MASTER_KEY_SIZE],
                   GError       **error)
{
  g_autoptr(EnlaceVault) self = NULL;
  EnlaceReader *reader;
  gboolean is_loaded;

  if (sodium_init () < 0)
    g_error ("libsodium cannot be initialised");

  self = g_new0 (EnlaceVault, 1);
  self->keys = g_array_new (FALSE, FALSE, sizeof (EnlaceDataKey));
  g_array_set_clear_func (self->keys, clear_key);

  reader = enlace_store_acquire_reader (store);
  is_loaded = load (self, reader, master_key, error);
  enlace_store_release_reader (store, reader);

  return is_loaded ? g_steal_pointer (&self) : NULL;
}

void
enlace_vault_free (EnlaceVault *self)
{
  g_array_unref (self->keys);
  g_free (self);
}

static const EnlaceDataKey *
find_key (EnlaceVault      *self,
          const EnlaceUuid *organisation_id)
{
  EnlaceDataKey wanted = { .organisation_id = *organisation_id };
  guint index;

  if (!g_array_binary_search (self->keys, &wanted, compare_keys, &index))
    return NULL;

  return &g_array_index (self->keys, EnlaceDataKey, index);
}

GBytes *
enlace_vault_seal (EnlaceVault      *self,
                   const EnlaceUuid *organisation_id,
                   const char       *table,
                   const EnlaceUuid *row,
                   const char       *field,
                   gconstpointer     data,
                   gsize             length)
{
  EnlacePlace place = { organisation_id, table, row, field };
  const EnlaceDataKey *key = find_key (self, organisation_id);

  if (key == NULL)
    g_error ("Nothing can be sealed for an organisation that the vault does not know");

  return seal (&place, key->key_id, key->key, data, length);
}

GBytes *
enlace_vault_unseal (EnlaceVault       *self,
                     const EnlaceUuid  *organisation_id,
                     const char        *table,
                     const EnlaceUuid  *row,
                     const char        *field,
                     GBytes            *sealed,
                     GError           **error)
{
  EnlacePlace place = { organisation_id, table, row, field };
  const EnlaceDataKey *key = find_key (self, organisation_id);
  guint8 *opened = NULL;
  guint32 key_id;
  gsize length;

  if (key != NULL && read_key_id (sealed, &key_id) && key_id == key->key_id)
    opened = unseal (&place, key_id, key->key, sealed, &length);

  if (opened != NULL)
    return g_bytes_new_take (opened, length);

  g_set_error (error, ENLACE_VAULT_ERROR, ENLACE_VAULT_ERROR_SEALED, "A sealed value (%s of %s) was altered or moved", field, table);

  return NULL;
}

/* Under a key of its own for each purpose, made from the data key, so that no hash tells anything about what is sealed. */
void
enlace_vault_hash (EnlaceVault      *self,
                   const EnlaceUuid *organisation_id,
                   const char       *purpose,
                   gconstpointer     data,
                   gsize             length,
                   guint8            hash[ENLACE_VAULT_HASH_SIZE])
{
  const EnlaceDataKey *key = find_key (self, organisation_id);
  guint8 own[KEY_SIZE];

  if (key == NULL)
    g_error ("Nothing can be hashed for an organisation that the vault does not know");

  crypto_generichash (own, sizeof own, (const guint8 *) purpose, strlen (purpose), key->key, KEY_SIZE);
  crypto_generichash (hash, ENLACE_VAULT_HASH_SIZE, data, length, own, sizeof own);
  sodium_memzero (own, sizeof own);
}
