/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <sys/socket.h>

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  ENLACE_PEER_HEAD,     /* between requests, or sending a request's head */
  ENLACE_PEER_BODY,     /* sending its body */
  ENLACE_PEER_BUSY,     /* waits for the answer */
  ENLACE_PEER_REPLY,    /* takes the answer */
  ENLACE_PEER_STREAM,   /* takes an answer that goes on */
} EnlacePeerPhase;

/* A client's connection. */
typedef struct _EnlacePeer EnlacePeer;

typedef struct {
  guint head_seconds;   /* for a whole head, from its first byte */
  guint body_seconds;   /* for a whole body */
  guint reply_seconds;  /* to take a whole reply */
} EnlacePeerLimits;

/**
 * EnlacePeers:
 *
 * The open connections, and a thread that cuts off those which take longer for a step of their request than they may, however busily they
 * send a byte now and then (the server library sees only connections on which nothing happens).
 */
typedef struct _EnlacePeers EnlacePeers;

EnlacePeers *enlace_peers_new           (const EnlacePeerLimits *limits);
void         enlace_peers_free          (EnlacePeers            *self);

EnlacePeer  *enlace_peers_add           (EnlacePeers            *self,
                                         int                     fd,
                                         const struct sockaddr  *address);
/* Before the socket is closed. */
void         enlace_peers_remove        (EnlacePeers            *self,
                                         EnlacePeer             *peer);
void         enlace_peer_set_phase      (EnlacePeer             *peer,
                                         EnlacePeerPhase         phase);
/* The reply was sent before the request was read to its end: after the close what still comes is read for a moment, so that the reply
 * is not lost to a reset (RFC 9112, 9.6). */
void         enlace_peer_set_lingers    (EnlacePeer             *peer);
/* It comes from a loopback address. */
gboolean     enlace_peer_is_local       (EnlacePeer             *peer);
/* The other end's address as text; "": it has none. Borrowed. */
const char  *enlace_peer_get_address    (EnlacePeer             *peer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlacePeers, enlace_peers_free)

G_END_DECLS
