/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "common/value/value.h"
#include "server/api/stream.h"

G_BEGIN_DECLS

/**
 * ENLACE_API_ERROR:
 *
 * Errors of the resources themselves: the code is the HTTP status (400..599), the message is meant for people and becomes the problem's detail.
 */
#define ENLACE_API_ERROR (enlace_api_error_quark ())
GQuark       enlace_api_error_quark   (void);

/* A reply that was prepared: status, headers, body. Not shared. */
typedef struct _EnlaceReply EnlaceReply;

EnlaceReply *enlace_reply_new         (guint         status);
/* Borrows `body` and writes it as JSON. A value that JSON cannot say makes it a 500. */
EnlaceReply *enlace_reply_new_json    (guint         status,
                                       EnlaceValue  *body);
/* Takes a reference of its own to `body` (nullable). */
EnlaceReply *enlace_reply_new_bytes   (guint         status,
                                       const char   *content_type,
                                       GBytes       *body);
/* A body that goes on for as long as `stream` (a reference is taken) is written to. */
EnlaceReply *enlace_reply_new_stream  (guint         status,
                                       const char   *content_type,
                                       EnlaceStream *stream);
/* RFC 9457 application/problem+json. `type` is "about:blank" for NULL. `errors` (nullable): list of { pointer, detail }. `more` (nullable): map of further members. Borrows both. */
EnlaceReply *enlace_reply_new_problem (guint         status,
                                       const char   *type,
                                       const char   *detail,
                                       EnlaceValue  *errors,
                                       EnlaceValue  *more);
/* What an error of a room below means to a client: its status by domain and code, its message as detail where that is meant for people,
 * a plain sentence otherwise (the message then goes to the log). */
EnlaceReply *enlace_reply_new_error   (const GError *error);
/* `name` and `value` are copied. A value with control characters is refused by a critical message: it is a programmer's error. */
void         enlace_reply_add_header  (EnlaceReply  *self,
                                       const char   *name,
                                       const char   *value);
/* The same for what a person or a workflow has chosen: FALSE, and nothing is added, for what is no header field, or one that belongs to the
 * connection (RFC 9110, 7.6.1) or to the server. */
gboolean     enlace_reply_try_header  (EnlaceReply  *self,
                                       const char   *name,
                                       const char   *value);
void         enlace_reply_set_etag    (EnlaceReply  *self,
                                       gint64        revision);
guint        enlace_reply_get_status  (EnlaceReply  *self);
/* Borrowed; NULL: none. */
GBytes      *enlace_reply_get_body    (EnlaceReply  *self);
const char  *enlace_reply_get_content_type (EnlaceReply *self);
EnlaceStream *enlace_reply_get_stream (EnlaceReply  *self);
guint        enlace_reply_get_n_headers (EnlaceReply *self);
void         enlace_reply_get_header  (EnlaceReply  *self,
                                       guint         index,
                                       const char  **name,
                                       const char  **value);
void         enlace_reply_free        (EnlaceReply  *self);

/* "Not Found" for 404; "Unknown" for a status without a name. */
const char  *enlace_status_phrase     (guint         status);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceReply, enlace_reply_free)

G_END_DECLS
