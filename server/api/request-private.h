/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

/* The door's side of a request: only server/http and request.c see it. */

#include "server/api/idempotency.h"
#include "server/api/key-cache.h"
#include "server/api/precondition.h"
#include "server/api/request.h"
#include "server/api/route.h"
#include "server/api/target.h"

G_BEGIN_DECLS

#define ENLACE_REQUEST_MAX_PARAMS 8
#define ENLACE_REQUEST_INLINE_HEADERS 24

typedef struct {
  const char *name;      /* as sent; NUL-terminated, as is the value */
  const char *value;
  gsize name_length;
  gsize value_length;
} EnlaceHeader;

typedef enum {
  ENLACE_REQUEST_RUNNING,   /* on its door thread */
  ENLACE_REQUEST_WAITING,   /* its connection sleeps until the answer */
  ENLACE_REQUEST_ANSWERED,  /* the reply is there */
} EnlaceRequestState;

struct _EnlaceRequest
{
  int refs;
  int state;               /* EnlaceRequestState, atomic */
  int is_answered;         /* who sets it gives the reply */
  const EnlaceServices *services;
  const EnlaceRoute *route;
  void (*resume) (EnlaceRequest *self);   /* from any thread, once, when the state was WAITING */
  gpointer door;           /* the door's own */

  /* The head. Headers point into the connection's memory: gone when the request is complete. */
  char method[24];
  EnlaceTarget target;
  guint n_headers;
  guint n_allocated;       /* 0: the inline ones */
  EnlaceHeader *headers;
  EnlaceHeader inline_headers[ENLACE_REQUEST_INLINE_HEADERS];
  guint n_params;
  const char *params[ENLACE_REQUEST_MAX_PARAMS];
  char *rest;
  EnlaceUuid id;
  gboolean is_local;
  gboolean is_from_loopback;   /* as is_local, but also through a proxy on this machine */
  char address[46];        /* of the connection's other end, as text; "": unknown */

  /* What was made of it, when asked for. */
  EnlaceValue *header_map;
  EnlaceValue *query_last;
  EnlaceValue *query_all;

  GBytes *raw_body;
  EnlaceValue *body;
  EnlaceCredential *credential;
  EnlacePrecondition precondition;
  gint64 revision;
  gpointer object;
  GDestroyNotify free_object;
  EnlaceIdempotentCall *call;

  gboolean is_held;
  EnlaceReply *reply;
};

EnlaceRequest *enlace_request_new          (const EnlaceServices *services);
EnlaceRequest *enlace_request_ref          (EnlaceRequest        *self);
void           enlace_request_unref        (EnlaceRequest        *self);
void           enlace_request_take_header  (EnlaceRequest        *self,
                                            const char           *name,
                                            gsize                 name_length,
                                            const char           *value,
                                            gsize                 value_length);
/* The header's value and how many times it was sent. */
const char    *enlace_request_find_header  (EnlaceRequest        *self,
                                            const char           *name,
                                            guint                *count);
/* Runs the handler, which gets a reference of its own until it answers. */
void           enlace_request_run          (EnlaceRequest        *self);
/* Gives up waiting for the handler's answer: `reply` is sent instead. FALSE: it has answered. Takes over `reply`. */
gboolean       enlace_request_abandon      (EnlaceRequest        *self,
                                            EnlaceReply          *reply);
/* Headers are about to go: a map of them that was made stays. */
void           enlace_request_forget_head  (EnlaceRequest        *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceRequest, enlace_request_unref)

G_END_DECLS
