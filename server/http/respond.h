/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <microhttpd.h>

#include "server/api/figures.h"
#include "server/api/reply.h"

G_BEGIN_DECLS

/* Queues the reply on a connection whose request is at hand. `must_close`: it is the connection's last. */
enum MHD_Result enlace_respond (struct MHD_Connection *connection,
                                EnlaceReply           *reply,
                                EnlaceRequestClass     class,
                                gboolean               must_close);

G_END_DECLS
