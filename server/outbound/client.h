/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libdex.h>

#include "server/outbound/address-guard.h"
#include "server/outbound/reply.h"
#include "server/outbound/request.h"

G_BEGIN_DECLS

/**
 * EnlaceOutbound:
 *
 * The one client for outgoing HTTP requests: libcurl on a thread of its own. Every address that is connected to, and every
 * host of every hop, passes the guard; proxies, netrc, cookies and the environment are never looked at; certificates
 * are always verified. Functions are for any thread unless they say otherwise.
 *
 * A request that failed in doubt is told apart by enlace_outbound_error_may_have_left(); see EnlaceOutboundError.
 */
typedef struct _EnlaceOutbound EnlaceOutbound;

/**
 * EnlaceOutboundCallback:
 * @reply: (transfer full) (nullable): the reply, whatever its status
 * @error: (transfer full) (nullable): the error, where there is no reply
 *
 * Called once, on the client's thread: it must neither wait nor free the client.
 */
typedef void (*EnlaceOutboundCallback) (EnlaceOutboundReply *reply,
                                        GError              *error,
                                        gpointer             user_data);

/**
 * enlace_outbound_new:
 * @guard: which addresses may be reached
 *
 * Starts the thread.
 *
 * Returns: (transfer full): the client, or NULL with an error of the system
 */
EnlaceOutbound *enlace_outbound_new             (EnlaceAddressGuard      *guard,
                                                 GError                 **error);

/**
 * enlace_outbound_free:
 *
 * Ends every request that is under way with `CANCELLED`, closes all connections and ends the thread. Waits for neither
 * servers nor name servers. Afterwards nothing may be sent; all callbacks have returned.
 */
void            enlace_outbound_free            (EnlaceOutbound          *self);

/* Another guard for everything that is sent from now on; kept connections obey it as well. */
void            enlace_outbound_set_guard       (EnlaceOutbound          *self,
                                                 EnlaceAddressGuard      *guard);

/**
 * enlace_outbound_set_authorities:
 * @path: (nullable): a file of certificates (PEM) to be trusted in place of the system's; NULL: the system's
 *
 * For what is sent from now on over new connections.
 */
void            enlace_outbound_set_authorities (EnlaceOutbound          *self,
                                                 const char              *path);

/**
 * enlace_outbound_set_hosts:
 * @entries: (nullable): `NAME:PORT:ADDRESS[,ADDRESS]…`, NULL-terminated
 *
 * Addresses of names that are not asked of a name server, like lines of a hosts file. The guard applies to them. An entry
 * stays until another for the same name and port takes its place.
 */
void            enlace_outbound_set_hosts       (EnlaceOutbound          *self,
                                                 const char * const      *entries);

/**
 * enlace_outbound_send_async:
 * @cancellable: (nullable): ends the request at once
 * @callback: called on the client's thread, also where the request was cancelled
 *
 * Sends @request.
 */
void            enlace_outbound_send_async      (EnlaceOutbound          *self,
                                                 EnlaceOutboundRequest   *request,
                                                 GCancellable            *cancellable,
                                                 EnlaceOutboundCallback   callback,
                                                 gpointer                 user_data);

/**
 * enlace_outbound_send:
 *
 * Sends @request. When the future is discarded, since nobody waits for it any more, the request is cancelled.
 *
 * Returns: (transfer full): a future of an EnlaceOutboundReply (dex_await_boxed()), rejected with ENLACE_OUTBOUND_ERROR
 */
DexFuture      *enlace_outbound_send            (EnlaceOutbound          *self,
                                                 EnlaceOutboundRequest   *request);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceOutbound, enlace_outbound_free)

G_END_DECLS
