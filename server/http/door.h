/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/api/route.h"
#include "server/api/services.h"

G_BEGIN_DECLS

typedef struct {
  const char *listen;              /* "127.0.0.1:7200", "[::1]:0" */
  const char *public_url;          /* nullable */
  guint       threads;             /* 0: one a processor */
  gsize       max_body;            /* bytes */
  guint       head_seconds;        /* for a whole head */
  guint       body_seconds;        /* for a whole body */
  guint       reply_seconds;       /* for the client to take a whole reply */
  guint       idle_seconds;        /* a connection on which nothing happens */
  guint       max_connections;
  guint       max_connections_per_address;  /* 0: no limit */
} EnlaceDoorOptions;

#define ENLACE_DOOR_OPTIONS_INIT { "127.0.0.1:7200", NULL, 0, 1024 * 1024, 10, 30, 60, 60, 4096, 0 }

/**
 * EnlaceDoor:
 *
 * The HTTP server: takes requests, refuses what the contract refuses, hands the rest to the routes and sends their answers.
 */
typedef struct _EnlaceDoor EnlaceDoor;

/* Binds and listens, so that the address is known, but serves nothing yet. `services` and the tables are borrowed; what `services` points to may be filled in
 * until enlace_door_start(). */
EnlaceDoor *enlace_door_new      (const EnlaceDoorOptions         *options,
                                  const EnlaceServices            *services,
                                  const EnlaceRouteTable *const   *tables,
                                  guint                            n_tables,
                                  GError                         **error);
gboolean    enlace_door_start    (EnlaceDoor                      *self,
                                  GError                         **error);
guint16     enlace_door_get_port (EnlaceDoor                      *self);
/* "http://127.0.0.1:7200": where it listens. */
const char *enlace_door_get_url  (EnlaceDoor                      *self);
/* Takes no more connections, refuses what comes on the open ones (503), ends streams, gives requests under way up to `milliseconds`, then answers them
 * 503 as well and closes. Blocks. */
void        enlace_door_stop     (EnlaceDoor                      *self,
                                  guint                            milliseconds);
/* Stops at once where it was not stopped. */
void        enlace_door_free     (EnlaceDoor                      *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceDoor, enlace_door_free)

G_END_DECLS
