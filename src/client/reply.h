/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <json-glib/json-glib.h>

#include "src/client/value-type.h"

G_BEGIN_DECLS

/**
 * EnlaceClientReply:
 *
 * A successful reply of the server. Immutable, reference-counted.
 */
typedef struct _EnlaceClientReply EnlaceClientReply;

#define ENLACE_TYPE_CLIENT_REPLY (enlace_client_reply_get_type ())
GType              enlace_client_reply_get_type    (void);

EnlaceClientReply *enlace_client_reply_new         (guint               status,
                                                    const char         *etag,
                                                    GBytes             *body);
EnlaceClientReply *enlace_client_reply_ref         (EnlaceClientReply  *self);
void               enlace_client_reply_unref       (EnlaceClientReply  *self);

guint              enlace_client_reply_get_status  (EnlaceClientReply  *self);
const char        *enlace_client_reply_get_etag    (EnlaceClientReply  *self); /* nullable */
/* The body, exactly (documents, inputs, outputs); borrowed. */
EnlaceValue       *enlace_client_reply_get_value   (EnlaceClientReply  *self,
                                                    GError            **error);
/* The body as a JSON object (resources); borrowed. */
JsonObject        *enlace_client_reply_get_object  (EnlaceClientReply  *self,
                                                    GError            **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceClientReply, enlace_client_reply_unref)

G_END_DECLS
