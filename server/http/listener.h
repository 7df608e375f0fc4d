/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* "127.0.0.1:7200", "[::1]:0", "0.0.0.0:80": a literal address and a port. */
GInetSocketAddress *enlace_listener_parse (const char          *text,
                                           GError             **error);
/* A TCP socket that listens there, non-blocking; -1 with an error. *`bound`: where it really listens, with the port that `:0` took. */
int                 enlace_listener_open  (GInetSocketAddress  *address,
                                           GInetSocketAddress **bound,
                                           GError             **error);
/* "http://127.0.0.1:7200"; an address that stands for all is given as the loopback one. */
char               *enlace_listener_url   (GInetSocketAddress  *address);

G_END_DECLS
