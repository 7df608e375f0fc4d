/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/outbound/address-guard.h"
#include "server/outbound/loop.h"
#include "server/outbound/reply.h"
#include "server/outbound/request.h"

G_BEGIN_DECLS

/**
 * EnlaceOutboundTransfer:
 *
 * One request on its way, redirects included: sets up an easy handle for each hop, takes in what libcurl receives, and
 * judges how it ended. Belongs to the client's thread.
 */
typedef struct _EnlaceOutboundTransfer EnlaceOutboundTransfer;

typedef enum {
  ENLACE_OUTBOUND_TRANSFER_DONE,   /* the reply is there */
  ENLACE_OUTBOUND_TRANSFER_AGAIN,  /* a redirect: prepare the next hop */
  ENLACE_OUTBOUND_TRANSFER_FAILED, /* the error is set */
} EnlaceOutboundOutcome;

/* `started` is the monotonic time from which the time-out and the duration count. Any thread. */
EnlaceOutboundTransfer *enlace_outbound_transfer_new        (EnlaceOutboundRequest   *request,
                                                             gint64                   started);

/* Not while its easy handle is in a multi handle. */
void                    enlace_outbound_transfer_free       (EnlaceOutboundTransfer  *self);

/* Sets the options of `easy` that are the same for all requests. */
void                    enlace_outbound_transfer_set_up     (CURL                    *easy,
                                                             EnlaceOutboundLoop      *loop);

/* Makes `easy` ready for the next hop; the guard is asked about the host first. */
gboolean                enlace_outbound_transfer_prepare    (EnlaceOutboundTransfer  *self,
                                                             CURL                    *easy,
                                                             EnlaceOutboundLoop      *loop,
                                                             EnlaceAddressGuard      *guard,
                                                             GError                 **error);

/* Judges the end of a hop. `reply` is set with `DONE`. */
EnlaceOutboundOutcome   enlace_outbound_transfer_finish     (EnlaceOutboundTransfer  *self,
                                                             CURL                    *easy,
                                                             CURLcode                 code,
                                                             EnlaceOutboundReply    **reply,
                                                             GError                 **error);

/* Takes everything of this transfer out of an easy handle that is kept for another. */
void                    enlace_outbound_transfer_release    (CURL                    *easy);

/* Whether any byte of the request may have been sent. */
gboolean                enlace_outbound_transfer_is_left    (EnlaceOutboundTransfer  *self);

/* Whether libcurl sent a hop again over a new connection. It counts that for the whole life of an easy handle and gives up
 * at five, so such a handle is not to be kept. */
gboolean                enlace_outbound_transfer_was_retried (EnlaceOutboundTransfer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceOutboundTransfer, enlace_outbound_transfer_free)

G_END_DECLS
