/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define ENLACE_TYPE_OUTBOUND_REPLY (enlace_outbound_reply_get_type ())

/**
 * EnlaceOutboundReply:
 *
 * What came back, complete. Immutable, reference-counted, a boxed type.
 */
typedef struct _EnlaceOutboundReply EnlaceOutboundReply;

/**
 * EnlaceOutboundHeaderFunc:
 * @name: in lower case
 * @value: the values of that name joined by `, ` in the order they came in
 */
typedef void (*EnlaceOutboundHeaderFunc) (const char *name,
                                          const char *value,
                                          gpointer    user_data);

GType                enlace_outbound_reply_get_type        (void) G_GNUC_CONST;
EnlaceOutboundReply *enlace_outbound_reply_ref             (EnlaceOutboundReply      *self);
void                 enlace_outbound_reply_unref           (EnlaceOutboundReply      *self);

guint                enlace_outbound_reply_get_status      (EnlaceOutboundReply      *self);

/* The body after decompression; never NULL. Borrowed. `content-encoding` and `content-length` stay as they were sent. */
GBytes              *enlace_outbound_reply_get_body        (EnlaceOutboundReply      *self);

/* The header lines in the order they came in: name in lower case, value as sent (which need not be UTF-8). Borrowed. */
guint                enlace_outbound_reply_get_n_headers   (EnlaceOutboundReply      *self);
const char          *enlace_outbound_reply_get_header_name (EnlaceOutboundReply      *self,
                                                            guint                     position);
const char          *enlace_outbound_reply_get_header_at   (EnlaceOutboundReply      *self,
                                                            guint                     position);

/* The first value of `name` (any letter case), or NULL. Borrowed. */
const char          *enlace_outbound_reply_get_header      (EnlaceOutboundReply      *self,
                                                            const char               *name);

/* All values of `name` joined by `, `, or NULL. */
char                *enlace_outbound_reply_dup_header      (EnlaceOutboundReply      *self,
                                                            const char               *name);

/* Calls `function` once for each name, in the order of their first lines. */
void                 enlace_outbound_reply_foreach_header  (EnlaceOutboundReply      *self,
                                                            EnlaceOutboundHeaderFunc  function,
                                                            gpointer                  user_data);

/* The address that answered, after redirects. Borrowed. */
const char          *enlace_outbound_reply_get_url         (EnlaceOutboundReply      *self);

/* From the call to the last byte, in microseconds. */
gint64               enlace_outbound_reply_get_duration    (EnlaceOutboundReply      *self);

/* Bytes of header and body as they came over the network. */
guint64              enlace_outbound_reply_get_bytes       (EnlaceOutboundReply      *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceOutboundReply, enlace_outbound_reply_unref)

G_END_DECLS
