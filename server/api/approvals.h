/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/api/feed.h"
#include "server/api/route.h"

G_BEGIN_DECLS

extern const EnlaceRouteTable enlace_approval_routes;

/* An EnlaceFeedRender. */
EnlaceValue *enlace_approval_render (const EnlaceServices  *services,
                                     EnlaceReader          *reader,
                                     const EnlaceUuid      *organisation_id,
                                     const EnlaceUuid      *id,
                                     gint64                *revision,
                                     GError               **error);

G_END_DECLS
