/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-server"

#include "server/server.h"

#include <sodium.h>

#include "server/api/routes.h"
#include "server/api/state.h"
#include "server/housekeeping.h"
#include "server/http/door.h"
#include "server/mail.h"

/* Together they stay under the ten seconds that a stop may take. */
#define DOOR_STOP_MS 3000
#define ENGINE_STOP_MS 5000

struct _EnlaceServer {
  EnlaceStore        *store;
  EnlaceVault        *vault;
  EnlaceOutbound     *outbound;
  EnlaceMailer       *mailer;     /* NULL: no mail server is named */
  EnlaceJail         *jail;       /* NULL: the program is not there */
  EnlaceEngine       *engine;
  EnlaceInbound      *inbound;
  EnlaceApiState     *state;
  EnlaceDoor         *door;
  EnlaceHousekeeping *housekeeping;
  EnlaceServices      services;
};

typedef struct {
  EnlaceOptions *options;
  guint8         master_key[ENLACE_MASTER_KEY_SIZE];
} Key;

static gboolean
check_key_cb (EnlaceReader  *reader,
              gpointer       data,
              GError       **error)
{
  Key *key = data;

  return enlace_master_key_load (key->options->data_dir, key->options->key_fd, FALSE, key->master_key, error) &&
         enlace_vault_check_key (reader, key->master_key, error);
}

/* The key first: a store that cannot be read is not brought to a new form either. */
static gboolean
open_store (EnlaceServer   *self,
            EnlaceOptions  *options,
            GError        **error)
{
  Key key = { .options = options };

  if ((self->store = enlace_store_open_checked (options->data_dir, ENLACE_STORE_MIGRATE, check_key_cb, &key, error)) != NULL)
    self->vault = enlace_vault_open (self->store, key.master_key, error);
  sodium_memzero (key.master_key, sizeof key.master_key);

  return self->vault != NULL;
}

static gboolean
open_rooms (EnlaceServer       *self,
            EnlaceOptions      *options,
            EnlaceAddressGuard *guard,
            GError            **error)
{
  g_autofree char *program = enlace_jail_find_program ();

  if (!open_store (self, options, error) ||
      (self->outbound = enlace_outbound_new (guard, error)) == NULL ||
      !enlace_mailer_open (options, &self->mailer, error))
    return FALSE;

  if (program == NULL)
    g_warning ("enlace-jail is not beside this program: steps of the type code.javascript will fail");
  else
    self->jail = enlace_jail_new (program, 0);

  self->engine = enlace_engine_new (self->store, self->vault, self->outbound);
  enlace_engine_set_jail (self->engine, self->jail);
  enlace_engine_set_mailer (self->engine, self->mailer);
  self->inbound = enlace_inbound_new (self->engine, self->store, self->vault);

  return TRUE;
}

static gboolean
open_door (EnlaceServer   *self,
           EnlaceOptions  *options,
           GError        **error)
{
  EnlaceDoorOptions door = ENLACE_DOOR_OPTIONS_INIT;
  const EnlaceRouteTable *const *tables;
  guint n_tables;

  door.listen = options->listen;
  door.public_url = options->public_url;
  tables = enlace_route_tables (&n_tables);
  if ((self->door = enlace_door_new (&door, &self->services, tables, n_tables, error)) == NULL)
    return FALSE;

  self->services.store = self->store;
  self->services.vault = self->vault;
  self->services.engine = self->engine;
  self->services.inbound = self->inbound;
  self->services.public_url = g_strdup (options->public_url != NULL ? options->public_url : enlace_door_get_url (self->door));
  enlace_engine_set_public_url (self->engine, self->services.public_url);
  self->services.state = self->state = enlace_api_state_new (&self->services, tables, n_tables, enlace_route_renderers ());

  return enlace_engine_begin (self->engine, error) && enlace_door_start (self->door, error);
}

EnlaceServer *
enlace_server_new (EnlaceOptions  *options,
                   GError        **error)
{
  g_autoptr(EnlaceServer) self = g_new0 (EnlaceServer, 1);
  g_autoptr(EnlaceAddressGuard) guard = enlace_address_guard_new ((const char *const *) options->allow_addresses, error);

  if (guard == NULL || !open_rooms (self, options, guard, error) || !open_door (self, options, error))
    return NULL;

  self->housekeeping = enlace_housekeeping_new (self->store);

  return g_steal_pointer (&self);
}

const char *
enlace_server_get_url (EnlaceServer *self)
{
  return enlace_door_get_url (self->door);
}

gboolean
enlace_server_reload (EnlaceServer   *self,
                      EnlaceOptions  *options,
                      GError        **error)
{
  g_autoptr(EnlaceAddressGuard) guard = enlace_address_guard_new ((const char *const *) options->allow_addresses, error);

  if (guard == NULL)
    return FALSE;

  enlace_outbound_set_guard (self->outbound, guard);

  return TRUE;
}

void
enlace_server_free (EnlaceServer *self)
{
  g_clear_pointer (&self->housekeeping, enlace_housekeeping_free);
  if (self->state != NULL)
    enlace_api_state_stop (self->state);
  if (self->door != NULL)
    enlace_door_stop (self->door, DOOR_STOP_MS);
  if (self->engine != NULL)
    enlace_engine_stop (self->engine, ENGINE_STOP_MS);

  g_clear_pointer (&self->door, enlace_door_free);
  g_clear_pointer (&self->state, enlace_api_state_free);
  g_clear_pointer (&self->inbound, enlace_inbound_free);
  g_clear_pointer (&self->engine, enlace_engine_free);
  g_clear_pointer (&self->mailer, enlace_mailer_free);
  g_clear_pointer (&self->jail, enlace_jail_free);
  g_clear_pointer (&self->outbound, enlace_outbound_free);
  g_clear_pointer (&self->vault, enlace_vault_free);
  g_clear_pointer (&self->store, enlace_store_close);
  g_free ((char *) self->services.public_url);
  g_free (self);
}
