/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "common/value/value.h"

G_BEGIN_DECLS

/* A reply that was prepared: status, headers, body. Not shared. */
typedef struct _EnlaceReply EnlaceReply;

EnlaceReply *enlace_reply_new         (guint         status);
EnlaceReply *enlace_reply_new_json    (guint         status,
                                       EnlaceValue  *body);
EnlaceReply *enlace_reply_new_bytes   (guint         status,
                                       const char   *content_type,
                                       GBytes       *body);
/* RFC 9457 application/problem+json. `type` is "about:blank" for NULL. `errors` (nullable): list of { pointer, detail }. `more` (nullable): map of further members. */
EnlaceReply *enlace_reply_new_problem (guint         status,
                                       const char   *type,
                                       const char   *detail,
                                       EnlaceValue  *errors,
                                       EnlaceValue  *more);
/* What an error of a room below means to a client: its status by domain and code, its message as detail where that is meant for people,
 * a plain sentence otherwise (the message then goes to the log). */
EnlaceReply *enlace_reply_new_error   (const GError *error);
void         enlace_reply_add_header  (EnlaceReply  *self,
                                       const char   *name,
                                       const char   *value);
void         enlace_reply_set_etag    (EnlaceReply  *self,
                                       gint64        revision);
guint        enlace_reply_get_status  (EnlaceReply  *self);
GBytes      *enlace_reply_get_body    (EnlaceReply  *self);
void         enlace_reply_free        (EnlaceReply  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceReply, enlace_reply_free)

G_END_DECLS
