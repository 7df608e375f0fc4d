/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-security"

#include <sodium.h>
#include <string.h>

#include "server/security/api-key.h"
#include "server/security/initialise.h"
#include "server/store/organisations.h"

typedef struct {
  const char   *admin_email;
  const guint8 *master_key;
  const char   *api_key;
} EnlaceFirstRows;

static gboolean
insert_owner (EnlaceWriter           *writer,
              const EnlaceFirstRows  *first,
              const EnlaceUuid       *organisation_id,
              GError                **error)
{
  g_autofree char *prefix = g_strndup (first->api_key, ENLACE_API_KEY_PREFIX_LENGTH);
  gint64 now = enlace_writer_get_time (writer);
  EnlaceMemberRow member = {
    .organisation_id = *organisation_id,
    .email = (char *) first->admin_email,
    .role = (char *) "owner",
    .created_at = now,
  };
  EnlaceApiKeyRow key = {
    .organisation_id = *organisation_id,
    .name = (char *) "Administrator",
    .key_prefix = prefix,
    .permissions = (char *) "[\"*\"]",
    .is_active = TRUE,
    .created_at = now,
    .updated_at = now,
  };

  enlace_uuid_generate (&member.id);
  enlace_uuid_generate (&key.id);
  key.member_id = member.id;
  enlace_api_key_hash (first->api_key, key.key_hash);

  return enlace_members_insert (writer, &member, error) && enlace_api_keys_insert (writer, &key, error);
}

static gboolean
insert_first_rows (EnlaceWriter  *writer,
                   gpointer       data,
                   GError       **error)
{
  const EnlaceFirstRows *first = data;
  g_autoptr(GBytes) canary = enlace_vault_make_canary (first->master_key);
  g_autoptr(GBytes) wrapped = NULL;
  EnlaceOrganisationRow organisation = { .name = (char *) "Organisation", .created_at = enlace_writer_get_time (writer) };

  enlace_uuid_generate (&organisation.id);
  organisation.wrapped_key = wrapped = enlace_vault_make_data_key (first->master_key, &organisation.id);

  return enlace_store_set_canary (writer, canary, error) &&
         enlace_organisations_insert (writer, &organisation, error) &&
         insert_owner (writer, first, &organisation.id, error);
}

gboolean
enlace_store_initialise (const char    *data_dir,
                         const char    *admin_email,
                         const guint8   master_key[ENLACE_MASTER_KEY_SIZE],
                         char         **api_key,
                         GError       **error)
{
  EnlaceFirstRows first = { .admin_email = admin_email, .master_key = master_key };
  g_autofree char *key = NULL;

  if (sodium_init () < 0)
    g_error ("libsodium cannot be initialised");

  first.api_key = key = enlace_api_key_generate ();
  if (enlace_store_create (data_dir, insert_first_rows, &first, error))
    {
      *api_key = g_steal_pointer (&key);
      return TRUE;
    }

  sodium_memzero (key, strlen (key));

  return FALSE;
}

GPtrArray *
enlace_store_check (const char    *data_dir,
                    const guint8  *master_key,
                    GError       **error)
{
  g_autoptr(EnlaceStore) store = enlace_store_open (data_dir, ENLACE_STORE_READ, error);
  g_autoptr(EnlaceVault) vault = NULL;
  g_autoptr(GPtrArray) defects = NULL;
  g_autoptr(GError) failure = NULL;

  if (store == NULL || (defects = enlace_store_verify (store, error)) == NULL)
    return NULL;

  if (master_key == NULL)
    return g_steal_pointer (&defects);

  vault = enlace_vault_open (store, master_key, &failure);
  if (failure != NULL)
    g_ptr_array_add (defects, g_strdup (failure->message));

  return g_steal_pointer (&defects);
}
