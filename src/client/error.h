/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "common/value/value.h"

G_BEGIN_DECLS

/**
 * EnlaceClientError:
 * @ENLACE_CLIENT_ERROR_OFFLINE: the server is not reached, or the connection was lost
 * @ENLACE_CLIENT_ERROR_REFUSED: the key is missing, wrong, or may not do this (401, 403)
 * @ENLACE_CLIENT_ERROR_NOT_FOUND: there is no such thing (404)
 * @ENLACE_CLIENT_ERROR_CHANGED: someone else changed it in the meantime (409, 412, 428)
 * @ENLACE_CLIENT_ERROR_INVALID: what was sent is not accepted (400, 413, 415, 422)
 * @ENLACE_CLIENT_ERROR_LIMIT: a quota or a rate is used up (402, 429)
 * @ENLACE_CLIENT_ERROR_SERVER: the server failed (5xx)
 * @ENLACE_CLIENT_ERROR_REPLY: the reply is not what the server is known to say
 *
 * Messages are for people: the problem's `detail` where the server gives one.
 */
typedef enum {
  ENLACE_CLIENT_ERROR_OFFLINE,
  ENLACE_CLIENT_ERROR_REFUSED,
  ENLACE_CLIENT_ERROR_NOT_FOUND,
  ENLACE_CLIENT_ERROR_CHANGED,
  ENLACE_CLIENT_ERROR_INVALID,
  ENLACE_CLIENT_ERROR_LIMIT,
  ENLACE_CLIENT_ERROR_SERVER,
  ENLACE_CLIENT_ERROR_REPLY,
} EnlaceClientError;

#define ENLACE_CLIENT_ERROR (enlace_client_error_quark ())
GQuark       enlace_client_error_quark          (void);

/**
 * enlace_client_error_new_for_reply:
 * @status: the HTTP status, 400 or more
 * @body: what came with it
 *
 * Translates a reply (RFC 9457 where the server speaks it) into an error.
 *
 * Returns: (transfer full): an error of the domain above
 */
GError      *enlace_client_error_new_for_reply  (guint         status,
                                                 GBytes       *body);
/* An error of the network or of libsoup in our words; takes @error. A cancellation stays what it is. */
GError      *enlace_client_error_take_network   (GError       *error);
/* The whole problem (members `errors`, `problems` …) that came with the error; borrowed, nullable. */
EnlaceValue *enlace_client_error_get_problem    (const GError *error);

G_END_DECLS
