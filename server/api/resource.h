/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/value/uuid.h"
#include "server/api/reply.h"

G_BEGIN_DECLS

/* What the replies of all resources are made of. */

void         enlace_resource_add_id      (EnlaceMapBuilder  *builder,
                                          const char        *name,
                                          const EnlaceUuid  *id);
/* Microseconds since 1970; 0: null. */
void         enlace_resource_add_time    (EnlaceMapBuilder  *builder,
                                          const char        *name,
                                          gint64             usec);
/* { "items": […], "next_cursor": … }; `items` is emptied. `next` NULL: the last page. */
EnlaceReply *enlace_resource_reply_list  (EnlaceListBuilder *items,
                                          const char        *next);
/* The same where the cursor is the last item's id; NULL: the last page. */
EnlaceReply *enlace_resource_reply_page  (EnlaceListBuilder *items,
                                          const EnlaceUuid  *last);

G_END_DECLS
