/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/options.h"

G_BEGIN_DECLS

/**
 * EnlaceServer:
 *
 * All rooms together, from the store to the door, in the order in which they need each other.
 */
typedef struct _EnlaceServer EnlaceServer;

/* Opens the store and its vault, takes over what an earlier process left running, and serves. */
EnlaceServer *enlace_server_new     (EnlaceOptions  *options,
                                     GError        **error);
/* Where it listens: "http://127.0.0.1:7200". */
const char   *enlace_server_get_url (EnlaceServer   *self);
/* Takes over what can change while it runs: the addresses that outbound calls may reach. */
gboolean      enlace_server_reload  (EnlaceServer   *self,
                                     EnlaceOptions  *options,
                                     GError        **error);
/* Takes no more requests, lets what is under way finish or park, closes the store. Blocks for less than ten seconds. */
void          enlace_server_free    (EnlaceServer   *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceServer, enlace_server_free)

G_END_DECLS
