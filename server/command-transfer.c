/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The commands that take workflows out of a store and into another: export, import. */

#define G_LOG_DOMAIN "enlace-command"

#include "server/command.h"

#include <sodium.h>
#include <stdio.h>

#include "server/bundle-file.h"
#include "server/security/vault.h"
#include "server/store/organisations.h"
#include "server/workflow/transfer.h"

typedef struct {
  EnlaceOptions *options;
  const char    *file;
  char          *organisation;      /* --organisation, nullable */
  EnlaceStore   *store;
  EnlaceVault   *vault;
  EnlaceUuid     organisation_id;
} Transfer;

static void
clear (Transfer *self)
{
  g_clear_pointer (&self->vault, enlace_vault_free);
  g_clear_pointer (&self->store, enlace_store_close);
  g_clear_pointer (&self->options, enlace_options_free);
  g_free (self->organisation);
}

/* FALSE: `status` is the exit status. */
static gboolean
parse (Transfer  *self,
       int        argc,
       char     **argv,
       int       *status)
{
  const GOptionEntry more[] = {
    { "organisation", 0, 0, G_OPTION_ARG_STRING, &self->organisation, "The organisation, where there are several", "ID" },
    G_OPTION_ENTRY_NULL
  };

  self->options = enlace_command_parse_store (argc, argv, more, &self->file, status);

  return self->options != NULL;
}

static gboolean
open_store (Transfer          *self,
            EnlaceStoreFlags   flags,
            GError           **error)
{
  guint8 master_key[ENLACE_MASTER_KEY_SIZE];
  gboolean has_key;

  if ((self->store = enlace_store_open (self->options->data_dir, flags, error)) == NULL)
    return FALSE;

  has_key = enlace_master_key_load (self->options->data_dir, self->options->key_fd, FALSE, master_key, error);
  if (has_key)
    self->vault = enlace_vault_open (self->store, master_key, error);
  sodium_memzero (master_key, sizeof master_key);

  return self->vault != NULL;
}

/* The one that is named, or the only one that there is. */
static gboolean
find_organisation (Transfer      *self,
                   EnlaceReader  *reader,
                   GError       **error)
{
  g_autoptr(GPtrArray) rows = enlace_organisations_list (reader, error);
  EnlaceUuid wanted;

  if (rows == NULL)
    return FALSE;
  if (self->organisation != NULL && !enlace_uuid_parse (self->organisation, &wanted))
    {
      g_set_error (error, ENLACE_OPTIONS_ERROR, 0, "--organisation wants an id, not “%s”", self->organisation);
      return FALSE;
    }
  if (self->organisation == NULL && rows->len != 1)
    {
      g_set_error (error, ENLACE_OPTIONS_ERROR, 0, "The store has %u organisations: name one with --organisation", rows->len);
      return FALSE;
    }

  for (guint i = 0; i < rows->len; i++)
    {
      const EnlaceOrganisationRow *row = g_ptr_array_index (rows, i);

      if (self->organisation != NULL && !enlace_uuid_equal (&row->id, &wanted))
        continue;
      self->organisation_id = row->id;
      return TRUE;
    }

  g_set_error (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_NOT_FOUND, "There is no organisation %s", self->organisation);

  return FALSE;
}

static EnlaceBundle *
read_bundle (Transfer  *self,
             GError   **error)
{
  EnlaceReader *reader;
  EnlaceBundle *bundle = NULL;

  if (!open_store (self, ENLACE_STORE_READ, error))
    return NULL;

  reader = enlace_store_acquire_reader (self->store);
  if (find_organisation (self, reader, error))
    bundle = enlace_transfer_export (reader, self->vault, &self->organisation_id, NULL, FALSE, error);
  enlace_store_release_reader (self->store, reader);

  return bundle;
}

int
enlace_command_export (int    argc,
                       char **argv)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceBundle) bundle = NULL;
  Transfer self = { 0 };
  int status = ENLACE_EXIT_DONE;

  if (!parse (&self, argc, argv, &status))
    {
      clear (&self);
      return status;
    }

  if ((bundle = read_bundle (&self, &error)) == NULL || !enlace_bundle_save (bundle, self.file, &error))
    status = enlace_command_fail (error);
  else
    printf ("%u workflows and %u variables of the organisation were written.\n", bundle->workflows->len, bundle->variables->len);
  clear (&self);

  return status;
}

static gboolean
apply_cb (EnlaceWriter  *writer,
          gpointer       data,
          GError       **error)
{
  return enlace_import_apply (data, writer, error);
}

/* The file first: one that is refused does not even open the store. */
static EnlaceImport *
import (Transfer  *self,
        GError   **error)
{
  g_autoptr(EnlaceBundle) bundle = enlace_bundle_load (self->file, error);
  g_autoptr(EnlaceImport) prepared = NULL;
  EnlaceReader *reader;
  EnlaceUuid owner;

  if (bundle == NULL || !open_store (self, 0, error))
    return NULL;

  reader = enlace_store_acquire_reader (self->store);
  if (find_organisation (self, reader, error) && enlace_members_find_owner (reader, &self->organisation_id, &owner, error))
    prepared = enlace_import_new (reader, self->vault, &self->organisation_id, &owner, g_steal_pointer (&bundle), error);
  enlace_store_release_reader (self->store, reader);
  if (prepared == NULL || !enlace_store_submit_and_wait (self->store, apply_cb, prepared, error))
    return NULL;

  return g_steal_pointer (&prepared);
}

int
enlace_command_import (int    argc,
                       char **argv)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceImport) done = NULL;
  Transfer self = { 0 };
  int status = ENLACE_EXIT_DONE;

  if (!parse (&self, argc, argv, &status))
    {
      clear (&self);
      return status;
    }

  if ((done = import (&self, &error)) == NULL)
    status = enlace_command_fail (error);
  else
    printf ("%u workflows and %u variables of the organisation were made. No workflow is live.\n", done->workflows->len, done->variables->len);
  clear (&self);

  return status;
}
