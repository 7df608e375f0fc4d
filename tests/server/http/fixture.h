/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/api/state.h"
#include "server/http/door.h"
#include "tests/server/http/client.h"

G_BEGIN_DECLS

/* A door over a store of its own, with a table of routes made for tests:
 *   GET         /api/integrations/things           workflows:read    { limit, has_cursor, member }
 *   POST        /api/integrations/things           workflows:write   201, changes the store, { n: how many were made }; "secret" in the body: held in the reply
 *   GET         /api/integrations/things/:id       workflows:read    404 but for the one thing
 *   PUT         /api/integrations/things/:id       workflows:write   wants If-Match, echoes the revision
 *   POST        /api/integrations/things/:id/fail  workflows:write   an error of the store
 *   GET         /api/integrations/any              any
 *   ANY         /echo/:token[/:rest]               none: { method, token, rest, query, query_all, headers, body }
 *   GET         /later                             none: answered by another thread
 *   GET         /never                             none: never answered
 *   GET         /stream                            none: a reply that goes on
 *   GET         /any-host                          none, any Host
 *   GET         /local                             metrics:read, but not from this machine */
typedef struct {
  char            *data_dir;
  EnlaceStore     *store;
  EnlaceVault     *vault;
  EnlaceApiState  *state;
  EnlaceServices   services;
  EnlaceDoor      *door;
  guint16          port;
  char            *key;            /* may do all */
  char            *reader;         /* may only workflows:read */
  char            *bearer;         /* "Authorization: Bearer KEY\r\n" of the first */
  EnlaceUuid       organisation_id;
  EnlaceUuid       member_id;
} Fixture;

#define THING_ID "019b0000-0000-7000-8000-000000000001"
#define THING_REVISION 7

void  fixture_set_up      (Fixture                 *fixture,
                           gconstpointer            data);   /* EnlaceDoorOptions, nullable */
/* The same with other tables, and a feed. */
void  fixture_set_up_with (Fixture                 *fixture,
                           const EnlaceDoorOptions *options,      /* nullable */
                           const EnlaceRouteTable *const *tables,
                           guint                    n_tables,
                           const EnlaceFeedRender  *renderers);   /* nullable */
void  fixture_tear_down   (Fixture                 *fixture,
                           gconstpointer            data);
/* A new key of the owner: `permissions` is JSON; rate_limit 0: none; expires_at 0: never. */
char *fixture_add_key     (Fixture                 *fixture,
                           const char              *permissions,
                           gint64                   rate_limit,
                           gint64                   expires_at);
char *fixture_bearer      (const char              *key);
/* How often POST …/things has made one. */
guint fixture_count_made  (void);
/* The stream of the last GET /stream; the caller owns the reference. */
EnlaceStream *fixture_get_stream (void);

G_END_DECLS
