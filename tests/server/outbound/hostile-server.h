/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HostileServer:
 *
 * An HTTP server on a loopback port that misbehaves in a way that the path names; see the table in hostile-server.c. A
 * thread for each connection.
 */
typedef struct _HostileServer HostileServer;

HostileServer *hostile_server_new               (void);

/* Ends all connections and their threads. */
void           hostile_server_free              (HostileServer *self);

guint          hostile_server_get_port          (HostileServer *self);
char          *hostile_server_dup_url           (HostileServer *self,
                                                 const char    *path);

/* Connections accepted, and requests read in full whose path begins with `path`, so far. */
guint          hostile_server_get_n_connections (HostileServer *self);
guint          hostile_server_count_requests    (HostileServer *self,
                                                 const char    *path);

/* Waits until a request for `path` was read, and gives the last such: its head and body as they came. */
char          *hostile_server_wait_request      (HostileServer *self,
                                                 const char    *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostileServer, hostile_server_free)

G_END_DECLS
