/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <curl/curl.h>
#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * EnlaceOutboundLoop:
 *
 * Drives a libcurl multi handle by epoll. All functions but enlace_outbound_loop_wake() belong to the thread that turns it.
 *
 * A connection that is kept between two requests stays registered, so that reusing it costs no system call.
 */
typedef struct _EnlaceOutboundLoop EnlaceOutboundLoop;

EnlaceOutboundLoop *enlace_outbound_loop_new           (GError                **error);

/* Closes all connections. Every transfer has been removed before. */
void                enlace_outbound_loop_free          (EnlaceOutboundLoop     *self);

CURLM              *enlace_outbound_loop_get_multi     (EnlaceOutboundLoop     *self);

/* Any thread: ends the present wait, or the next one. */
void                enlace_outbound_loop_wake          (EnlaceOutboundLoop     *self);

/* Waits (not at all where `may_wait` is false) for something to happen, and lets libcurl act on it. */
void                enlace_outbound_loop_turn          (EnlaceOutboundLoop     *self,
                                                        gboolean                may_wait);

/* Opens a socket for a connection of libcurl; -1 with errno. */
int                 enlace_outbound_loop_open_socket   (EnlaceOutboundLoop     *self,
                                                        int                     family,
                                                        int                     protocol);

/* CURLOPT_CLOSESOCKETFUNCTION; the data is the loop. */
int                 enlace_outbound_loop_close_socket  (void                   *self,
                                                        curl_socket_t           socket);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceOutboundLoop, enlace_outbound_loop_free)

G_END_DECLS
