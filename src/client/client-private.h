/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "src/client/client.h"

G_BEGIN_DECLS

/* Makes an object of a reply; transfer full, NULL with an error. */
typedef gpointer (*EnlaceReplyFunc) (EnlaceClient       *client,
                                     EnlaceClientReply  *reply,
                                     GError            **error);

/* A future of what @func makes of the reply that @future (taken) resolves to. */
DexFuture *enlace_client_adopt_reply (EnlaceClient    *self,
                                      DexFuture       *future,
                                      EnlaceReplyFunc  func);

/* Emits "changed". */
void       enlace_client_announce    (EnlaceClient    *self,
                                      EnlaceResource  *resource);

G_END_DECLS
