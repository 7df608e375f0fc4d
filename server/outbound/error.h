/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * EnlaceOutboundError:
 * @ENLACE_OUTBOUND_ERROR_REFUSED_ADDRESS: the host is, or resolves to, an address that is closed to outgoing calls
 * @ENLACE_OUTBOUND_ERROR_BAD_URL: not an address that we call: its form, scheme, port or user information
 * @ENLACE_OUTBOUND_ERROR_BAD_REQUEST: a method, header name or header value that may not be sent
 * @ENLACE_OUTBOUND_ERROR_BAD_RANGE: an allowed range that is not CIDR notation
 * @ENLACE_OUTBOUND_ERROR_RESOLVE: the name has no address, or no name server answered
 * @ENLACE_OUTBOUND_ERROR_CONNECT: no connection could be made
 * @ENLACE_OUTBOUND_ERROR_TLS: the other end's certificate or TLS is not acceptable
 * @ENLACE_OUTBOUND_ERROR_TIMEOUT: the time given for the request is over
 * @ENLACE_OUTBOUND_ERROR_LOST: the connection was lost before the reply was complete
 * @ENLACE_OUTBOUND_ERROR_TOO_LARGE: the reply is larger than asked for
 * @ENLACE_OUTBOUND_ERROR_TOO_MANY_REDIRECTS: the reply led on more often than asked for
 * @ENLACE_OUTBOUND_ERROR_CANCELLED: the caller gave up, or the client is being freed
 * @ENLACE_OUTBOUND_ERROR_BAD_REPLY: what came back is not HTTP
 *
 * A request ended in doubt exactly when the code is `TIMEOUT`, `LOST` or `CANCELLED` and
 * enlace_outbound_error_may_have_left() is true: the other end may have acted on it and nobody was told.
 */
typedef enum {
  ENLACE_OUTBOUND_ERROR_REFUSED_ADDRESS,
  ENLACE_OUTBOUND_ERROR_BAD_URL,
  ENLACE_OUTBOUND_ERROR_BAD_REQUEST,
  ENLACE_OUTBOUND_ERROR_BAD_RANGE,
  ENLACE_OUTBOUND_ERROR_RESOLVE,
  ENLACE_OUTBOUND_ERROR_CONNECT,
  ENLACE_OUTBOUND_ERROR_TLS,
  ENLACE_OUTBOUND_ERROR_TIMEOUT,
  ENLACE_OUTBOUND_ERROR_LOST,
  ENLACE_OUTBOUND_ERROR_TOO_LARGE,
  ENLACE_OUTBOUND_ERROR_TOO_MANY_REDIRECTS,
  ENLACE_OUTBOUND_ERROR_CANCELLED,
  ENLACE_OUTBOUND_ERROR_BAD_REPLY,
} EnlaceOutboundError;

#define ENLACE_OUTBOUND_ERROR (enlace_outbound_error_quark ())
GQuark   enlace_outbound_error_quark         (void);

/**
 * enlace_outbound_error_may_have_left:
 * @error: an error
 *
 * Whether any byte of the request can have been sent when it failed. False is certain: nothing left this machine but
 * look-ups and handshakes. True says only that it cannot be ruled out. It stays true over redirects once the first
 * request left. Errors of other domains answer true, the careful way round.
 */
gboolean enlace_outbound_error_may_have_left (const GError        *error);

/* Makes an error that remembers whether the request may have left. */
GError  *enlace_outbound_error_new           (EnlaceOutboundError  code,
                                              gboolean             may_have_left,
                                              const char          *format,
                                              ...) G_GNUC_PRINTF (3, 4);

/* Notes on an error of this domain that the request may have left; `error` is changed in place. */
void     enlace_outbound_error_mark_left     (GError              *error);

G_END_DECLS
