/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/outbound/url.h"

G_BEGIN_DECLS

#define ENLACE_OUTBOUND_DEFAULT_TIMEOUT_MS 30000
#define ENLACE_OUTBOUND_DEFAULT_CONNECT_TIMEOUT_MS 10000
#define ENLACE_OUTBOUND_DEFAULT_MAX_BODY (10 * 1024 * 1024)
#define ENLACE_OUTBOUND_DEFAULT_MAX_REDIRECTS 5

/**
 * EnlaceOutboundRequest:
 *
 * What is to be sent. Reference-counted. It is filled on one thread, and not changed any more once it was sent; the same
 * request may be sent several times.
 */
typedef struct _EnlaceOutboundRequest EnlaceOutboundRequest;

/**
 * enlace_outbound_request_new:
 * @method: in capitals; CONNECT and TRACE are refused
 * @url: kept by reference, so that an address that stays the same is parsed once
 *
 * Returns: (transfer full): the request, or NULL with `BAD_REQUEST`
 */
EnlaceOutboundRequest *enlace_outbound_request_new                 (const char             *method,
                                                                    EnlaceUrl              *url,
                                                                    GError                **error);
EnlaceOutboundRequest *enlace_outbound_request_ref                 (EnlaceOutboundRequest  *self);
void                   enlace_outbound_request_unref               (EnlaceOutboundRequest  *self);

/**
 * enlace_outbound_request_add_header:
 * @name: a token (RFC 9110, 5.6.2); letter case is kept
 * @value: without control characters but tabs; spaces around it are dropped; bytes beyond ASCII are sent as they are
 *
 * Adds a header; the same name may be added again. `Host`, `Content-Length`, `Transfer-Encoding`, `Expect` and the headers
 * of one connection are the client's own.
 *
 * Returns: FALSE with `BAD_REQUEST` and nothing added
 */
gboolean               enlace_outbound_request_add_header          (EnlaceOutboundRequest  *self,
                                                                    const char             *name,
                                                                    const char             *value,
                                                                    GError                **error);

/* NULL: no body. An empty one is sent with `Content-Length: 0`. */
void                   enlace_outbound_request_set_body            (EnlaceOutboundRequest  *self,
                                                                    GBytes                 *body);

/* Milliseconds from the call of enlace_outbound_send() to the last byte of the reply, redirects included. At least 1. */
void                   enlace_outbound_request_set_timeout         (EnlaceOutboundRequest  *self,
                                                                    guint                   milliseconds);

/* Milliseconds for look-up, connection and TLS together, each time that a connection is made. At least 1. */
void                   enlace_outbound_request_set_connect_timeout (EnlaceOutboundRequest  *self,
                                                                    guint                   milliseconds);

/* The largest body of a reply, in bytes after decompression; at most G_MAXINT. */
void                   enlace_outbound_request_set_max_body        (EnlaceOutboundRequest  *self,
                                                                    gsize                   bytes);

/* How many redirects are followed; with 0 a redirect is the reply. */
void                   enlace_outbound_request_set_max_redirects   (EnlaceOutboundRequest  *self,
                                                                    guint                   redirects);

/**
 * enlace_outbound_request_set_repeatable:
 *
 * Whether the request may reach the other end more than once. By default GET, HEAD, PUT, DELETE and OPTIONS may
 * (RFC 9110, 9.2.2). A request that may not is never sent a second time, not even over a new connection after a kept one
 * turned out to be closed: it then fails with `LOST`.
 */
void                   enlace_outbound_request_set_repeatable      (EnlaceOutboundRequest  *self,
                                                                    gboolean                repeatable);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceOutboundRequest, enlace_outbound_request_unref)

G_END_DECLS
