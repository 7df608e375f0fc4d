/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* "name", "name:port", "[v6]:port" (RFC 9110, 7.2) → the host in lower case, brackets off, and the port (0: none). FALSE: malformed. */
gboolean         enlace_host_parse        (const char       *text,
                                           char            **host,
                                           guint16          *port);

/**
 * EnlaceHostList:
 *
 * The names that the server goes by: the address it listens on (any literal address where it listens on all), `localhost` and the host of
 * `public-url`. The port is not compared: it is often mapped, and a page of another site cannot choose the name.
 */
typedef struct _EnlaceHostList EnlaceHostList;

EnlaceHostList  *enlace_host_list_new     (GInetAddress     *listens_on,
                                           const char       *public_url);  /* nullable */
void             enlace_host_list_free    (EnlaceHostList   *self);
gboolean         enlace_host_list_has     (EnlaceHostList   *self,
                                           const char       *text);        /* of a Host field; NULL: none was sent */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceHostList, enlace_host_list_free)

G_END_DECLS
