/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "tests/support/server.h"

G_BEGIN_DECLS

/* A plain connection to the server, for what no HTTP library sends. Reads and writes give up after ten seconds. */
GSocketConnection *test_raw_connect  (TestServer        *server);
void               test_raw_send     (GSocketConnection *connection,
                                      const char        *bytes,
                                      gsize              length);
/* Sends, and gives all that comes until the server closes. Caller frees. */
char              *test_raw_exchange (TestServer        *server,
                                      const char        *bytes,
                                      gsize              length);
/* How often a text occurs in another. */
guint              test_raw_count    (const char        *text,
                                      const char        *what);

G_END_DECLS
