/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/value/uuid.h"
#include "server/api/reply.h"
#include "server/api/services.h"
#include "server/store/store.h"

G_BEGIN_DECLS

/**
 * EnlaceRequest:
 *
 * A request that passed the door: its route is known, its key may do it, its body was read. A handler runs on a door thread to its end and answers exactly
 * once: at once, after a change, or later from another thread after enlace_request_hold().
 */
typedef struct _EnlaceRequest EnlaceRequest;

const EnlaceServices *enlace_request_get_services     (EnlaceRequest  *self);
const char           *enlace_request_get_method       (EnlaceRequest  *self);
const char           *enlace_request_get_param        (EnlaceRequest  *self,
                                                       const char     *name);   /* ":token" → "token", decoded */
const EnlaceUuid     *enlace_request_get_id           (EnlaceRequest  *self);   /* ":id", parsed */
const char           *enlace_request_get_query        (EnlaceRequest  *self,
                                                       const char     *name);   /* the last value, decoded; NULL: absent */
EnlaceValue          *enlace_request_get_query_map    (EnlaceRequest  *self,
                                                       gboolean        all);    /* name → last value; name → list; owned by the request */
EnlaceValue          *enlace_request_get_headers      (EnlaceRequest  *self);   /* lower-case name → values joined by ", "; owned by the request */
const char           *enlace_request_get_header       (EnlaceRequest  *self,
                                                       const char     *name);
/* The JSON body: an object (an empty one when none was sent) where the route names a schema for it, else NULL. */
EnlaceValue          *enlace_request_get_body         (EnlaceRequest  *self);
GBytes               *enlace_request_get_raw_body     (EnlaceRequest  *self);
/* Path and query as they were sent. */
const char           *enlace_request_get_raw_target   (EnlaceRequest  *self);
/* Where the request comes from: the other end of the connection, or, when that is a proxy on this machine, what the proxy says of it (the last
 * entry of X-Forwarded-For). Caller frees; NULL: unknown. */
char                 *enlace_request_dup_address      (EnlaceRequest  *self);
const EnlaceUuid     *enlace_request_get_organisation (EnlaceRequest  *self);
const EnlaceUuid     *enlace_request_get_member       (EnlaceRequest  *self);
gboolean              enlace_request_may              (EnlaceRequest  *self,
                                                       const char     *scope);
/* What the route's `find` has found, for its handler; freed with the request. */
void                  enlace_request_set_object       (EnlaceRequest  *self,
                                                       gpointer        object,
                                                       GDestroyNotify  free_func);
gpointer              enlace_request_get_object       (EnlaceRequest  *self);
/* The client's Idempotency-Key of a POST under /api/; NULL: none. */
const char           *enlace_request_get_idempotency_key (EnlaceRequest *self);
/* The revision in If-Match; -1: `*`. The door has refused a PUT or DELETE without it where the route wants one. */
gint64                enlace_request_get_revision     (EnlaceRequest  *self);
/* limit (1..200) and cursor (the last id of the page before) of a list; FALSE: it was answered 400. */
gboolean              enlace_request_get_page         (EnlaceRequest  *self,
                                                       guint          *limit,
                                                       EnlaceUuid     *before,
                                                       gboolean       *has_before);
/* The same of a list that is counted: its cursor is the number of the next entry. */
gboolean              enlace_request_get_window       (EnlaceRequest  *self,
                                                       guint          *limit,
                                                       guint64        *first);

/* Each takes over what it is given. After the answer the request may be gone. On another thread than the handler's only these and the getters of
 * what was read before (parameters, body, id, object) may be called. A 2xx reply to a POST with Idempotency-Key is stored before it is sent. */
void                  enlace_request_reply            (EnlaceRequest  *self,
                                                       EnlaceReply    *reply);
void                  enlace_request_fail             (EnlaceRequest  *self,
                                                       GError         *error);
/* 400 with pointers: `errors` is a list of { pointer, detail }. */
void                  enlace_request_fail_body        (EnlaceRequest  *self,
                                                       EnlaceValue    *errors);
/* Promises an answer later, from any thread, by enlace_request_reply() or _fail(). */
void                  enlace_request_hold             (EnlaceRequest  *self);

/**
 * EnlaceApiChange:
 *
 * A change whose reply is sent once it is durable. Embed as the first member. `apply` works as in EnlaceChange and sees what the transaction gave (versions,
 * revisions); `reply` prepares the answer after it, inside the transaction, where it is also stored for Idempotency-Key; `committed` (nullable) runs
 * after the commit and before the reply is sent: caches change there. `free` frees the structure. An error of `apply` is answered by enlace_reply_new_error().
 */
typedef struct _EnlaceApiChange EnlaceApiChange;
struct _EnlaceApiChange {
  gboolean      (*apply)     (EnlaceApiChange *self, EnlaceWriter *writer, GError **error);
  EnlaceReply  *(*reply)     (EnlaceApiChange *self);
  void          (*committed) (EnlaceApiChange *self);
  void          (*free)      (EnlaceApiChange *self);
  gboolean        has_secret_reply;   /* replayed without its body's secret members */
  const char *const *secret_members;  /* their names, NULL-terminated; NULL: a replay has `"replayed": true` alone */
};
void                  enlace_request_reply_after      (EnlaceRequest   *self,
                                                       EnlaceApiChange *change);

G_END_DECLS
