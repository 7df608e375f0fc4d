/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/expression/template.h"
#include "server/outbound/reply.h"
#include "server/outbound/request.h"

G_BEGIN_DECLS

/* What a poll sends, and what it makes of the answer. */

/* A GET of what the templates give (`query` and `headers` nullable). */
EnlaceOutboundRequest *enlace_poll_request_new  (EnlaceTemplate       *url,
                                                 EnlaceTemplate       *query,
                                                 EnlaceTemplate       *headers,
                                                 const EnlaceScope    *scope,
                                                 GError              **error);
/* { status, headers, body }; a status that is no success is an error. */
EnlaceValue           *enlace_poll_reply_read   (EnlaceOutboundReply  *reply,
                                                 GError              **error);

G_END_DECLS
